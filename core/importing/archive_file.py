"""What somebody brings of the old hosting: a panel's backup, or a zone file; which of them it is, and what it says.

An upload, or a backup in the folder of ARCHIVES_DIR; both are work for a process of its own (`core.files.own_process`).
"""

import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from core import datafiles
from core.files import archives
from core.ground.file_limits import check_size
from core.inventory import reading as inventory_reading
from core.inventory.inventory import Inventory
from core.zonefile import reading as zone_reading
from core.zonefile.record import ZoneFile

BEGINNING = 65_536
"""Bytes by which a file is recognized."""

_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"BZh", b"\xfd7zXZ\x00")
"""How gzip, zstd, bzip2 and xz begin."""
_TAR, _TAR_AT = b"ustar", 257
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_BLANK = b"\xef\xbb\xbf \t\r\n"

Progress = Callable[[float, str], object]
Kind = Literal["archive", "zone"]


def kind_of(beginning: bytes, name: str) -> Kind | None:
    """Return what a file seems to be, by how it begins; its name counts only for an old tar, which has no mark.

    None where it is neither: a picture, a document.
    """
    if beginning.startswith(_PACKED) or beginning[_TAR_AT:].startswith(_TAR):
        return "archive"
    if beginning.startswith(_BYTE_ORDERS):
        return "zone"
    if b"\x00" in beginning:
        return "archive" if name.lower().endswith(".tar") else None
    if beginning.startswith((b"PK\x03\x04", b"%PDF", b"Rar!", b"{\\rtf")):
        return None
    return "archive" if beginning.lstrip(_BLANK).startswith(b"<") else "zone"


def archive(content: bytes | Path, progress: Progress) -> Inventory:
    """Return what an upload, its bytes or where they are, says; raises InputError."""
    if isinstance(content, bytes):
        return _read(io.BytesIO(content), len(content), progress)
    with content.open("rb") as file:
        return _read(file, content.stat().st_size, progress)


def backup(folder: Path, name: str, progress: Progress) -> Inventory:
    """Return what a backup in the folder of ARCHIVES_DIR says; raises InputError, also where it is gone."""
    file, size = archives.opened(folder, name)
    with file:
        return _read(file, size, progress)


def _read(file: BinaryIO, size: int, progress: Progress) -> Inventory:
    # The share 1 is for work that writes: this work only reads, and need not wait for anybody.
    return inventory_reading.read(
        file,
        size,
        lambda share, name: progress(min(share, 0.999), name),
        zone_errors=datafiles.zone_severities().errors,
    )


class Zone(NamedTuple):
    """A zone that was read, and its text as it was read: with line feeds alone at the ends of its lines."""

    zone: ZoneFile
    text: str


def zone(content: bytes | Path, origin: str, progress: Callable[[float], object]) -> Zone:
    """Return the zone that a file or a pasted text holds; `origin`: its name where somebody says it. Raises InputError.

    What has more bytes than a zone may have is refused before it is read.
    """
    if isinstance(content, Path):
        check_size(content.stat().st_size, zone_reading.BYTES_MAX)
        content = content.read_bytes()
    # As text once, by the reader's own rules: what is kept is what was read.
    return Zone(zone_reading.read(content, origin), zone_reading.as_text(content)[0])
