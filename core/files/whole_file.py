"""A file that takes another's place only once it is whole; what a killed process left of one is removed by the next.

The unfinished one stands beside its target as `.NAME.xxxxxxxx` and is locked as long as somebody writes it: what is not
locked, nobody will finish.
"""

import contextlib
import errno
import fcntl
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from core.ground.messages import FieldError, InputError, Message

_UNFINISHED = re.compile(r"\.(?P<name>.+)\.[a-z0-9_]{8}(?P<of_sqlite>-journal|-wal|-shm)?")
FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
"""What a system says of a disk, a file or somebody's share of it that is full."""


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """Give an empty file in the folder of a target, which only its owner can read; it is removed unless it was moved.

    Raises OSError.
    """
    remove_leftovers(target.parent, re.escape(target.name))
    handle, path = _locked(target)
    try:
        yield path
    finally:
        for left in (path, *(path.with_name(path.name + suffix) for suffix in ("-journal", "-wal", "-shm"))):
            left.unlink(missing_ok=True)
        # Last: closing any handle of a file gives up the locks that SQLite holds on it in this process.
        os.close(handle)


def remove_leftovers(folder: Path, names: str) -> None:
    """Remove what killed processes left beside targets of these names, a regular expression; nothing that is in use."""
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            found = _UNFINISHED.fullmatch(path.name)
            if found and re.fullmatch(names, found["name"]):
                _remove(path, path.with_name(path.name.removesuffix(found["of_sqlite"] or "")))


def replace(unfinished: Path, target: Path) -> None:
    """Put a file that is whole in its target's place, so that a crash leaves one of them. Raises OSError."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def whole(target: Path, field: str, mode: str = "w", **how: Any) -> Iterator[IO[Any]]:
    """Give a file to write; it takes the target's place at the end, or nothing does where an exception leaves it.

    Devices and pipes are written to as they are. Raises InputError, with the field, where it cannot be written.
    """
    try:
        if target.exists() and not target.is_file():
            with target.open(mode, **how) as file:
                yield file
            return
        # A link stays one.
        target = target.resolve()
        with beside(target) as unfinished:
            with unfinished.open(mode, **how) as file:
                yield file
            unfinished.chmod(_mode(target))
            replace(unfinished, target)
    except OSError as error:
        if error.errno not in FULL and error.filename is None:
            # Not of writing: whoever was writing read something too.
            raise
        raise unwritable(target, field, error) from error


def unwritable(target: Path, field: str, error: OSError) -> InputError:
    """Return what to tell of a target that cannot be written."""
    detail = error.strerror or str(error)
    return InputError(FieldError(field, str(target), Message("database.unwritable", {"detail": detail})))


def _mode(target: Path) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _locked(target: Path) -> tuple[int, Path]:
    while True:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        fcntl.flock(handle, fcntl.LOCK_EX)
        path = Path(name)
        # Somebody may have taken it for a leftover before it was locked.
        if path.exists():
            return handle, path
        os.close(handle)


def _remove(path: Path, locked: Path) -> None:
    """Remove a leftover of ours, unless the file that it belongs to is being written."""
    with contextlib.suppress(OSError):
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
            return
        if not locked.exists():
            path.unlink(missing_ok=True)
            return
        handle = os.open(locked, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
        finally:
            os.close(handle)
