"""The backups in the folder of ARCHIVES_DIR: which there are, and one of them opened, never anything outside.

Files directly in the folder count. A link counts where it leads to one within it. What is named is looked up among what
is there: a name that somebody types by hand leads nowhere else.
"""

import datetime as dt
import os
import stat
from heapq import nlargest
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from core.ground.messages import FieldError, InputError, Message

ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.bz2", ".tar.xz", ".gz", ".zst", ".bz2", ".xz", ".xml")
"""How the names of backups end."""
LISTED_MAX = 100
"""Backups that are listed, the newest ones."""
_LOOKED_AT = 20_000
"""Entries of the folder that are looked at."""
_NAME_MAX = 255
_LAST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC).timestamp()


class Backup(NamedTuple):
    """A backup: its name, its size in bytes, when it was changed (UTC, to the minute)."""

    name: str
    size: int
    changed: dt.datetime


def listed(folder: Path) -> list[Backup]:
    """Return the backups in a folder, the newest first; raises InputError on "file" where it cannot be looked into.

    What vanishes meanwhile, is no file, or leads out of the folder is left out.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, _LOOKED_AT)]
    except OSError as error:
        raise _refused("handover.archive.folder") from error
    found = []
    for name in names:
        if not _may_be(name) or (file := _within(folder, name)) is None:
            continue
        try:
            it = file.stat()
        except OSError:
            continue
        if stat.S_ISREG(it.st_mode):
            found.append(Backup(name, it.st_size, _minute(it.st_mtime)))
    return nlargest(LISTED_MAX, found, key=lambda backup: (backup.changed, backup.name))


def opened(folder: Path, name: str) -> tuple[BinaryIO, int]:
    """Return a backup of a folder, open to be read, and its size in bytes.

    Raises InputError on "file" where the name leads to nothing, or to nothing within the folder.
    """
    file = _within(folder, name) if _may_be(name) else None
    if file is None:
        raise _refused("handover.archive.gone")
    try:
        # The path is resolved: a link that has taken its place since is not followed, a pipe keeps nobody waiting.
        number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise _refused("handover.archive.gone") from error
    it = os.fstat(number)
    if not stat.S_ISREG(it.st_mode):
        os.close(number)
        raise _refused("handover.archive.gone")
    return os.fdopen(number, "rb"), it.st_size


def _may_be(name: str) -> bool:
    """Whether a name is one of a backup: one part of a path, seen as it is."""
    return (
        0 < len(name) <= _NAME_MAX
        and name.isprintable()
        and not name.startswith(".")
        and "/" not in name
        and "\\" not in name
        and name.lower().endswith(ENDINGS)
    )


def _within(folder: Path, name: str) -> Path | None:
    """Return where a name of a folder leads; None where that is nothing, or outside."""
    try:
        file = (folder / name).resolve(strict=True)
        return file if file.is_relative_to(folder.resolve(strict=True)) else None
    except (OSError, RuntimeError):
        # Before 3.13 links in a circle are a RuntimeError.
        return None


def _minute(seconds: float) -> dt.datetime:
    # A disk may say anything: what no calendar has is put at its edge.
    return dt.datetime.fromtimestamp(min(max(seconds, 0), _LAST), dt.UTC).replace(second=0, microsecond=0)


def _refused(id: str) -> InputError:
    return InputError(FieldError("file", "", Message(id)))
