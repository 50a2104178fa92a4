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
from pathlib import Path

from core.limits import IN_PLACE

_PREFIX = "desk-upload-"
_OF_PROCESS = re.compile(rf"{_PREFIX}([0-9]+)-.*")


class Held:
    """A file's `content`: its bytes, or where they are; `folder`: where work on a long one may keep what it finds."""

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.content: bytes | Path = data
        self.folder: Path | None = None
        if self.size > IN_PLACE:
            remove_leftovers()
            self.folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
            # Also where whoever held it just forgets it, or its session ends.
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
            self.content = self.folder / "file"
            with os.fdopen(os.open(self.content, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)

    def let_go(self) -> None:
        """Forget the content, and remove what lies in the folder."""
        self.content = b""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove folders of processes that are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = _OF_PROCESS.fullmatch(folder.name)
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
