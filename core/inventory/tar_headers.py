"""The headers of a tar (POSIX ustar and pax, GNU, v7): 512 bytes before each member.

Python's `tarfile` is not asked: to it a damaged header in a stream is the end of the archive, without a word; it takes
extended headers of any size into memory; and six times as long as this for each header, it is not half as fast as
`tar -t`.
"""

import zlib
from collections.abc import Mapping
from struct import Struct
from typing import NamedTuple

BLOCK = 512
ZEROS = bytes(BLOCK)

_FIELDS = Struct("100s24x12s12s8sc100x6s82x155s12x")
_ADLER = 65521


class Header(NamedTuple):
    """A header: the member's name as it stands, its type (a byte), the bytes that follow, when it was changed.

    `holes`: whether blocks follow that say where an old sparse file has holes.
    """

    name: bytes
    type: bytes
    size: int
    changed: int
    holes: bool = False


def is_header(block: bytes) -> bool:
    """Say whether a block is a header: it says so, even if it is damaged, or its sum is right."""
    return block[257:262] == b"ustar" or parse(block) is not None


def parse(block: bytes) -> Header | None:
    """Return what a block of 512 bytes says as a header; None where it is none, is damaged, or says what cannot be."""
    name: bytes
    name, size, changed, told, type, magic, prefix = _FIELDS.unpack(block)
    try:
        if not _sum_is(block, _octal(told)):
            return None
        length, when = _number(size), _number(changed)
    except ValueError:
        return None
    if length < 0:
        return None
    name = name.partition(b"\0")[0]
    if magic == b"ustar\0":
        # "star" has times in the last bytes of the prefix, and says so at the end of the block.
        prefix = prefix[:131] if block[508:] == b"tar\0" else prefix
        if prefix := prefix.partition(b"\0")[0]:
            name = prefix + b"/" + name
    return Header(name, type, length, when, type == b"S" and block[482] != 0)


def _sum_is(block: bytes, told: int) -> bool:
    # The sum of all bytes, those of the sum itself counted as blanks. Adler's first half is 1 + the sum, modulo 65521
    # (RFC 1950), and ten times as fast as adding up in Python.
    others = told - 8 * 32 + sum(block[148:156])
    if 0 <= others < 512 * 255 and zlib.adler32(block) & 0xFFFF == (1 + others) % _ADLER:
        return True
    # Some old tars added up signed bytes.
    signed = sum(byte - 256 if byte > 127 else byte for byte in (*block[:148], *block[156:]))
    return bool(told == signed + 8 * 32)


def _octal(field: bytes) -> int:
    digits = field.strip(b" \0")
    if not digits.isdigit():
        # Nothing is zero; `int` alone would take signs and underscores too.
        digits = field.partition(b"\0")[0].strip() or b"0"
        if not digits.isdigit():
            raise ValueError
    return int(digits, 8)


def _number(field: bytes) -> int:
    """Return a number in octal digits or, as GNU has larger ones, in base 256; raises ValueError."""
    if field[0] & 0x80:
        # The first byte has the sign besides.
        value = int.from_bytes(field, "big") & ~(1 << (8 * len(field) - 1))
        return value if field[0] != 0xFF else int.from_bytes(field, "big", signed=True)
    return _octal(field)


def pax(data: bytes) -> Mapping[bytes, bytes] | None:
    """Return the values of an extended header (`30 mtime=1700000000.5` and a line end, each); None where it is damaged.

    Linear: each record is looked at once.
    """
    found: dict[bytes, bytes] = {}
    at = 0
    while at < len(data) and data[at]:
        blank = data.find(b" ", at, at + 12)
        digits = data[at:blank] if blank > 0 else b""
        if not digits.isdigit():
            return None
        end = at + int(digits)
        if not blank < end - 1 < len(data) or data[end - 1 : end] != b"\n":
            return None
        key, is_there, value = data[blank + 1 : end - 1].partition(b"=")
        if not is_there:
            return None
        found[key] = value
        at = end
    return found
