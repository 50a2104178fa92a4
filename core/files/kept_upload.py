"""A file that somebody brought, until it is let go: a short one in memory, a long one in a folder of its own.

The folder is its owner's alone, bears the number of the process, and goes with the file. What a killed process has left
behind is removed when the next file is taken up.
"""

import hashlib
import os
import re
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from threading import Lock

from core.ground.file_limits import IN_PLACE, WORKBOOKS_BEGIN
from core.ground.messages import FieldError, InputError, Message

_PREFIX = "desk-upload-"
_OF_PROCESS = re.compile(rf"{_PREFIX}([0-9]+)-.*")

_counting = Lock()
_living: "weakref.WeakSet[Held]" = weakref.WeakSet()
"""What this process holds, whoever lets go of it or just forgets it."""


class Held:
    """A file's `content`: its bytes, or where they are; `folder`: where work on a long one may keep what it finds."""

    def __init__(self, data: bytes, owner: str = "") -> None:
        """Keep it for a session, its `owner`; raises InputError on "file" where the disk does not take it."""
        self.owner = owner
        self.size = len(data)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.content: bytes | Path = data
        self.folder: Path | None = None
        if self.size > IN_PLACE or data.startswith(WORKBOOKS_BEGIN):
            try:
                self._to_disk(data)
            except OSError as error:
                raise InputError(FieldError("file", "", Message("error.disk", {"detail": error.strerror}))) from error
        with _counting:
            _living.add(self)

    def _to_disk(self, data: bytes) -> None:
        remove_leftovers()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
        # Also where whoever held it just forgets it, or its session ends.
        remove = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.content = self.folder / "file"
        try:
            with os.fdopen(os.open(self.content, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
        except OSError:
            # Now: the error has a hold on what was begun for as long as it is told.
            remove()
            raise

    def let_go(self) -> None:
        """Forget the content, and remove what lies in the folder."""
        self.content = b""
        with _counting:
            _living.discard(self)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def held() -> dict[str, int]:
    """Return the bytes that each session holds and has not let go of."""
    with _counting:
        living = [*_living]
    sizes: dict[str, int] = {}
    for one in living:
        sizes[one.owner] = sizes.get(one.owner, 0) + one.size
    return sizes


def remove_leftovers() -> None:
    """Remove folders of processes that are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = _OF_PROCESS.fullmatch(folder.name)
        # Another thread may let go of its own meanwhile, or remove the same one.
        with suppress(FileNotFoundError):
            if owner and folder.lstat().st_uid == os.getuid() and not _runs(int(owner[1])):
                shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
