"""The parts of a packed workbook, of which none is longer than it may be: ZIP (XLSX, XLSB, ODS) and OLE (XLS).

What a file says of its own sizes is not believed: a few kilobytes may unpack to many gigabytes.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from core.ground.file_limits import WORKBOOK
from core.ground.messages import InputError, Message
from core.spreadsheet.records import refused

_AT_ONCE = 1 << 20
_PARTS = 5_000
"""Parts of a workbook: each sheet, picture and comment is one."""


class Packed:
    """A ZIP file; raises InputError on "file" where it is none, or its parts are larger than WORKBOOK together."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            listed = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
            raise broken() from None
        if len(listed) > _PARTS:
            raise too_large()
        self._parts = {info.filename.lstrip("/").replace("\\", "/"): info for info in listed}
        if sum(info.file_size for info in listed) > WORKBOOK or sum(map(self._size, listed)) > WORKBOOK:
            raise too_large()

    def __contains__(self, name: str) -> bool:
        """Whether there is such a part, whatever its case."""
        return self._named(name) is not None

    def _named(self, name: str) -> zipfile.ZipInfo | None:
        found = self._parts.get(name)
        return found or next((info for given, info in self._parts.items() if given.lower() == name.lower()), None)

    def read(self, name: str) -> bytes:
        """Return a part, b"" where there is none."""
        return b"".join(self.parts(name))

    def parts(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece; nothing where there is none."""
        if info := self._named(name):
            yield from self._unpacked(info)

    def _size(self, info: zipfile.ZipInfo) -> int:
        size = 0
        for piece in self._unpacked(info):
            size += len(piece)
            if size > WORKBOOK:
                raise too_large()
        return size

    def _unpacked(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        start, data = info.header_offset, self._data
        if info.flag_bits & 1:
            raise refused(Message("error.workbook_password"))
        known = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not known or data[start : start + 4] != b"PK\x03\x04":
            raise broken()
        start += 30 + sum(struct.unpack_from("<HH", data, start + 26))
        packed = memoryview(data)[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            yield bytes(packed)
            return
        # By hand: the module would stop where the file says that the part ends.
        unpack = zlib.decompressobj(-15)
        try:
            for at in range(0, len(packed), _AT_ONCE // 16):
                rest = bytes(packed[at : at + _AT_ONCE // 16])
                while rest and not unpack.eof:
                    yield unpack.decompress(rest, _AT_ONCE)
                    rest = unpack.unconsumed_tail
            yield unpack.flush()
        except zlib.error:
            raise broken() from None


_STREAMS = 20
"""Streams that are looked at: a workbook has a few beside its cells; each may claim the whole file."""
_FREE = 0xFFFFFFFA
"""From here on the number of a sector means that there is none."""


_TINY = 4096
"""Bytes from which on a stream has sectors of its own; shorter ones lie in pieces of 64 bytes within another."""
_PIECE = 64


def ole_streams(data: bytes) -> dict[str, bytes]:
    """Return the streams of an old workbook by name; raises InputError on "file" where it is broken.

    [MS-CFB]: a chain of sectors a stream, their numbers in a table that is such a chain itself.
    """
    try:
        shift = struct.unpack_from("<H", data, 30)[0]
        if shift not in (9, 12):
            raise broken()
        size = 1 << shift
        first, first_tiny = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 60)[0]
        next_of = _table(data, size)

        def whole(number: int) -> bytes:
            return b"".join(_chain(data, size, 1, next_of, number))

        entries = whole(first)
        tiny = whole(struct.unpack_from("<I", entries, 116)[0])
        numbers = whole(first_tiny)
        next_tiny = list(struct.unpack(f"<{len(numbers) // 4}I", numbers[: len(numbers) // 4 * 4]))
        found: dict[str, bytes] = {}
        for at in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<HB", entries, at + 64)
            # Of the length the upper half means nothing in the usual version.
            start, long = struct.unpack_from("<II", entries, at + 116)
            if kind == 2 and 2 <= length <= 64 and len(found) < _STREAMS:
                name = entries[at : at + length - 2].decode("utf-16-le", "replace")
                stream = whole(start) if long >= _TINY else b"".join(_chain(tiny, _PIECE, 0, next_tiny, start))
                found[name] = stream[:long]
    except struct.error:
        raise broken() from None
    return found


def _table(data: bytes, size: int) -> list[int]:
    """Return for each sector the number of the one that follows it."""
    sectors = [number for number in struct.unpack_from("<109I", data, 76) if number < _FREE]
    further, seen = struct.unpack_from("<I", data, 68)[0], 0
    while further < _FREE and seen <= len(data) // size:
        *more, further = struct.unpack_from(f"<{size // 4}I", data, (further + 1) * size)
        sectors += [number for number in more if number < _FREE]
        seen += 1
    if len(sectors) > len(data) // size:
        raise broken()
    table: list[int] = []
    for number in sectors:
        table += struct.unpack_from(f"<{size // 4}I", data, (number + 1) * size)
    return table


def _chain(data: bytes, size: int, before: int, next_of: list[int], number: int) -> Iterator[bytes]:
    """Yield the sectors of a chain; `before`: how many stand before the first one."""
    for _ in range(len(data) // size + 1):
        if number >= _FREE:
            return
        if number >= len(next_of):
            raise broken()
        yield data[(number + before) * size : (number + before + 1) * size]
        number = next_of[number]
    # It bites its own tail.
    raise broken()


def broken() -> InputError:
    """Return the error of a file that cannot be unpacked."""
    return refused(Message("error.workbook_broken"))


def too_large() -> InputError:
    """Return the error of a file that unpacks to more than may come in."""
    return refused(Message("error.workbook_large"))
