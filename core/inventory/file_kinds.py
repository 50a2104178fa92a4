"""What kind of file it is, by how it begins: what is read as an archive, and what is none, by its name."""

from typing import Literal

from core.inventory.tar_headers import BLOCK, is_header

HEAD = 4096
"""Bytes of a file that are looked at."""

Packing = Literal["gzip", "zstd", "bzip2", "xz"]
Refused = Literal["empty", "zip", "packed", "spreadsheet", "encrypted", "sql", "text", "unknown"]
Kind = Packing | Literal["tar", "xml"] | Refused

PACKINGS: dict[bytes, Packing] = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    # RFC 8878 3.1.2: frames that a reader skips; parallel writers begin with one.
    **{bytes((0x50 + low, 0x2A, 0x4D, 0x18)): "zstd" for low in range(16)},
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
}
"""How what is packed begins."""

_OTHERS: tuple[tuple[bytes, Kind], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "spreadsheet"),
    (b"Rar!", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"\x1f\x9d", "packed"),
    (b"\x04\x22\x4d\x18", "packed"),
    # openssl enc, as DirectAdmin's ".enc".
    (b"Salted__", "encrypted"),
    (b"-----BEGIN PGP", "encrypted"),
    (b"age-encryption.org/", "encrypted"),
    # RFC 9580: a session key for somebody's key, or for a password: how gpg begins an encrypted message.
    *((begin, "encrypted") for begin in (b"\x84", b"\x85\x01", b"\x85\x02", b"\x8c\x0d", b"\xc3\x0d")),
)
_OFFICE = (b"[Content_Types].xml", b"application/vnd.oasis.opendocument", b"xl/workbook")
_SQL = (
    *("-- mysql dump", "-- mariadb dump", "phpmyadmin sql dump", "-- postgresql database", "create table"),
    *("insert into", "create database", "/*!40101 set"),
)


def packing_of(head: bytes) -> Packing | None:
    """Return how bytes are packed that begin like this; None where they are not."""
    return next((packing for begin, packing in PACKINGS.items() if head.startswith(begin)), None)


def kind_of(head: bytes) -> Kind:
    """Return what a file is whose first HEAD bytes are these (fewer where it has no more)."""
    if not head.strip(b"\0"):
        # A tar without any member is zeros alone.
        return "empty"
    if packing := packing_of(head):
        return packing
    if len(head) >= BLOCK and is_header(head[:BLOCK]):
        return "tar"
    for begin, kind in _OTHERS:
        if head.startswith(begin):
            return "spreadsheet" if kind == "zip" and any(name in head for name in _OFFICE) else kind
    text = _text(head)
    if text is None:
        return "unknown"
    if text.startswith(("<?xml", "<migration-dump", "<!doctype migration-dump")):
        return "xml"
    return "sql" if any(word in text for word in _SQL) else "text"


def _text(head: bytes) -> str | None:
    """Return a beginning as a text in lower case, without blanks before it; None where it is none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        # One byte a letter: in what encoding it is does not matter for what is looked for.
        text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    if any(letter < " " and letter not in "\t\n\r\f\x1b\x1a" for letter in text):
        return None
    return text.lstrip().lower()
