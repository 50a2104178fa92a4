"""A tar as a stream of its members, in whatever way it is damaged or meant to do harm.

Nothing is written anywhere, no link followed. What lies outside of the archive (`/etc/passwd`, `..`) and what is
neither a file nor a folder is counted, not given on.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from core.inventory import tar_headers
from core.inventory.compressed import Window
from core.inventory.notes import Notes, UnreadableError
from core.inventory.tar_headers import BLOCK, ZEROS, Header

MEMBERS_MAX = 5_000_000
"""Headers of an archive, nested ones too: an account seldom has a million files."""
EXTENDED_MAX = 1024 * 1024
"""Bytes of an extended header that are taken into memory."""
PATH_MAX = 4096
"""Bytes of a path: no system has longer ones."""

_LAST_DAY = 253_402_300_799
_FOLDERS, _LINKS, _SPECIAL = frozenset((b"5", b"D")), frozenset((b"1", b"2")), frozenset((b"3", b"4", b"6", b"M"))
_WITHOUT_DATA = frozenset((b"1", b"2", b"3", b"4", b"5", b"6"))
_PAX, _LONG_NAME = frozenset((b"x", b"X")), b"L"
_PASSED_BY = frozenset((b"g", b"K", b"V", b"N"))
"""Headers of no member: values for all, a long name of a link's target, the archive's own name."""
_EXTENDED = frozenset((*_PAX, _LONG_NAME))


class Entry(NamedTuple):
    """A member of a tar: its path (relative, without "./" and a last "/"), bytes, when it was changed (seconds)."""

    path: str
    kind: Literal["file", "folder", "link"]
    size: int
    changed: int


class Counted:
    """How many headers all tars of a file had so far."""

    def __init__(self) -> None:
        self.members = 0

    def another(self) -> None:
        """Count one; raises UnreadableError where they are too many."""
        self.members += 1
        if self.members > MEMBERS_MAX:
            raise UnreadableError("too_many_files", final=True)


class _Ahead(NamedTuple):
    """What extended headers say of the member after them; `lost`: it cannot be known."""

    path: bytes | None = None
    size: int | None = None
    changed: int | None = None
    lost: bool = False


_NOTHING = _Ahead()


def entries(window: Window, notes: Notes, counted: Counted) -> Iterator[Entry]:
    """Yield a tar's members; the bytes of each are there to be read from the window until the next is asked for.

    To the end of the window, beyond the end of the tar too. Raises UnreadableError where it is broken off.
    """
    ahead = _NOTHING
    for header in _headers(window, notes, counted):
        end = window.position + (-(-header.size // BLOCK) * BLOCK if header.type not in _WITHOUT_DATA else 0)
        if header.type in _EXTENDED:
            ahead = _extended(header, window, notes, ahead)
        elif header.type not in _PASSED_BY:
            if header.type == b"S":
                end += _sparse_blocks(window, header)
            entry = _entry(header, ahead, notes)
            if ahead.size is not None and header.type not in _WITHOUT_DATA:
                end = window.position + -(-ahead.size // BLOCK) * BLOCK
            ahead = _NOTHING
            if entry:
                yield entry
        window.skip(end - window.position)


def _headers(window: Window, notes: Notes, counted: Counted) -> Iterator[Header]:
    zeros, damaged = 0, False
    while zeros < 2:
        block = window.up_to(BLOCK)
        if len(block) < BLOCK:
            if damaged:
                return
            # Raises what makes it end here, or that it is broken off.
            window.read(BLOCK - len(block))
        if block == ZEROS:
            # Within what is damaged they are a file's.
            zeros += not damaged
            continue
        header = tar_headers.parse(block)
        # Where one is damaged, the next block that surely is a header goes on, as with GNU tar.
        if header is None or zeros or (damaged and block[257:262] != b"ustar"):
            if not damaged:
                notes.note("damaged")
            damaged, zeros = True, 0
            if header is None or block[257:262] != b"ustar":
                continue
        damaged = False
        counted.another()
        yield header
    _what_follows(window, notes)


def _what_follows(window: Window, notes: Notes) -> None:
    """Look at what is behind the end, where writers put zeros; read to the end of all, which has checksums."""
    looked = False
    while block := window.up_to(BLOCK) if not looked else window.some():
        if not looked and block.strip(b"\0"):
            looked = True
            again = len(block) == BLOCK and tar_headers.is_header(block)
            notes.note("second_archive" if again else "garbage_after")


def _extended(header: Header, window: Window, notes: Notes, ahead: _Ahead) -> _Ahead:
    if header.size > EXTENDED_MAX:
        notes.note("header_too_large")
        return ahead._replace(lost=True)
    data = window.read(header.size)
    if header.type == _LONG_NAME:
        return ahead._replace(path=data.partition(b"\0")[0])
    values = tar_headers.pax(data)
    if values is None:
        notes.note("damaged")
        return ahead._replace(lost=True)
    size, changed = values.get(b"size"), values.get(b"mtime", b"").partition(b".")[0]
    if size is not None and not (size.isdigit() and len(size) < 20):
        notes.note("damaged")
        return ahead._replace(lost=True)
    return _Ahead(
        # A sparse file's own name is a made-up one.
        values.get(b"GNU.sparse.name", values.get(b"path", ahead.path)),
        ahead.size if size is None else int(size),
        int(changed) if changed.isdigit() and len(changed) < 20 else ahead.changed,
        ahead.lost,
    )


def _sparse_blocks(window: Window, header: Header) -> int:
    """Pass the blocks by that say where an old sparse file has holes; return their bytes."""
    begin = window.position
    more = header.holes
    while more:
        more = window.read(BLOCK)[504] != 0
    return window.position - begin


def _entry(header: Header, ahead: _Ahead, notes: Notes) -> Entry | None:
    if ahead.lost:
        # Told already.
        return None
    name = header.name if ahead.path is None else ahead.path
    if len(name) > PATH_MAX:
        notes.note("path_too_long", printable(name[:200], notes))
        return None
    path = printable(name, notes)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts:
        notes.note("path_outside", path)
        return None
    inside = "/".join(parts)
    if header.type in _SPECIAL:
        notes.note("special_left_out", inside)
        return None
    changed = header.changed if ahead.changed is None else ahead.changed
    changed = changed if 0 <= changed <= _LAST_DAY else 0
    if header.type in _LINKS:
        notes.note("link_left_out", inside)
        return Entry(inside, "link", 0, changed)
    # To v7 a folder is a file whose name ends so.
    if header.type in _FOLDERS or (name.endswith(b"/") and header.type in (b"0", b"\0")):
        return Entry(inside, "folder", 0, changed) if inside else None
    return Entry(inside, "file", header.size if ahead.size is None else ahead.size, changed)


def printable(name: bytes, notes: Notes) -> str:
    r"""Return a path as a text that can be shown: what is no UTF-8, and what nobody sees, as "\x1b" and the like."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        text = name.decode("utf-8", "backslashreplace")
        notes.note("path_odd", "".join(map(_seen, text[:PATH_MAX])))
    if text.isprintable():
        return text
    text = "".join(map(_seen, text))
    notes.note("path_odd", text)
    return text


def _seen(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()
