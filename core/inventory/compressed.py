"""Bytes in a row, unpacked as they come: gzip, zstd, bzip2, xz; never more of them in memory than a few chunks.

    window = Window(unpacked(chunks_of(file, bounds), "gzip", bounds, notes))
    window.read(512)

Everything here ends in an UnreadableError that names its finding, or in bytes.
"""

import bz2
import io
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO, Protocol, cast

import zstandard

from core.inventory.file_kinds import PACKINGS, Packing
from core.inventory.notes import Notes, UnreadableError

CHUNK = 128 * 1024
MEMORY = 96 * 1024 * 1024
"""Bytes that unpacking may take: "xz -9" takes 65 MB."""
WINDOW = 64 * 1024 * 1024
"""Bytes that a zstd frame may look back; its levels up to 19 look back 8 MB."""
FRAMES_MAX = 1_000_000
"""Parts of a file that are packed on their own (members of gzip, streams of bzip2 and xz)."""

RATIO = 200
"""How many times its size a file may come to, unpacked: an account's backup comes to three times, a log to 20."""
FREELY = 2 * 1024**3
"""Bytes besides, that a small file may come to."""


class Bounds:
    """How much was read of the file, and how much it came to, in bytes; `told` hears of the first after each chunk."""

    def __init__(self, told: Callable[[int], object] = lambda read: None) -> None:
        self.read = self.unpacked = 0
        self._told = told

    def came(self, size: int) -> None:
        """Count bytes of the file."""
        self.read += size
        self._told(self.read)

    def grew(self, size: int) -> None:
        """Count bytes that were unpacked, on whatever level; raises UnreadableError where they are too many."""
        self.unpacked += size
        if self.unpacked > FREELY + RATIO * self.read:
            raise UnreadableError("unpacks_too_far", final=True)


def chunks_of(file: BinaryIO, bounds: Bounds) -> Iterator[bytes]:
    """Yield a file's bytes; raises UnreadableError where the system cannot read on."""
    while True:
        try:
            chunk = file.read(CHUNK)
        except OSError:
            raise UnreadableError("broken_off", final=True) from None
        if not chunk:
            return
        bounds.came(len(chunk))
        yield chunk


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Gzip:
    """zlib with the manners of the other two."""

    def __init__(self) -> None:
        # 16 + 15: with gzip's header and checksum, and the largest window.
        self._zlib = zlib.decompressobj(31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        piece = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self.needs_input = not self._zlib.unconsumed_tail and len(piece) < max_length
        return piece


_BEGIN: dict[Packing, Callable[[], _Unpacker]] = {
    "gzip": _Gzip,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY),
}
_MISTAKES = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


def unpacked(chunks: Iterable[bytes], packing: Packing, bounds: Bounds, notes: Notes) -> Iterator[bytes]:
    """Yield what packed bytes come to, however many parts they have; what follows the last one is a finding.

    Raises UnreadableError where they are damaged, broken off, too many, or want too much memory.
    """
    return _zstd(chunks, bounds, notes) if packing == "zstd" else _others(iter(chunks), packing, bounds, notes)


def _others(chunks: Iterator[bytes], packing: Packing, bounds: Bounds, notes: Notes) -> Iterator[bytes]:
    begins = tuple(begin for begin, of in PACKINGS.items() if of == packing)
    rest = b""
    for _ in range(FRAMES_MAX):
        part = _BEGIN[packing]()
        while not part.eof:
            data = b""
            if part.needs_input:
                data, rest = rest or next(chunks, b""), b""
                if not data:
                    raise UnreadableError("broken_off")
            try:
                piece = part.decompress(data, CHUNK)
            except _MISTAKES as error:
                raise UnreadableError("memory" if "limit" in str(error) else "damaged") from None
            bounds.grew(len(piece))
            if piece:
                yield piece
        rest = part.unused_data.lstrip(b"\0")
        while len(rest) < 6 and (more := next(chunks, b"")):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            return
        if not rest.startswith(begins):
            notes.note("garbage_after")
            for _ in chunks:
                pass
            return
    raise UnreadableError("too_many_files", final=True)


def _zstd(chunks: Iterable[bytes], bounds: Bounds, notes: Notes) -> Iterator[bytes]:
    # Always a stream: unpacked at once, what follows the first frame is left out without a word.
    unpacker = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    source = Handed(Window(iter(chunks)))
    file, came = cast(BinaryIO, source), False
    with unpacker.stream_reader(file, read_size=CHUNK, read_across_frames=True, closefd=False) as reader:
        while True:
            try:
                # Not `read`, which loses what it has where the next frame is none.
                piece = reader.read1(CHUNK)
            except zstandard.ZstdError as error:
                if "Unknown frame" in str(error) and came:
                    notes.note("garbage_after")
                    return
                raise UnreadableError("memory" if "too much memory" in str(error) else "damaged") from None
            if source.trouble:
                raise source.trouble
            if not piece:
                break
            came = True
            bounds.grew(len(piece))
            yield piece
    if not came:
        # The library calls a frame that is not all there an end. Where some of it came, the tar in it has no end.
        raise UnreadableError("broken_off")


class Window:
    """Bytes that are read one after the other, out of chunks of any size. `position`: how many were.

    What came before the chunks broke off can be read; then each further call raises what they raised.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.position = 0
        self._chunks, self._chunk, self._at = chunks, b"", 0
        self._trouble: UnreadableError | None = None

    def some(self, most: int = CHUNK) -> bytes:
        """Return the bytes that are there anyway, `most` at most and one at least; none at the end."""
        if not self._more():
            return b""
        piece = self._chunk[self._at : self._at + most]
        self._at += len(piece)
        self.position += len(piece)
        return piece

    def up_to(self, size: int) -> bytes:
        """Return so many bytes, fewer at the end."""
        piece = self.some(size)
        if len(piece) == size or not piece:
            return piece
        pieces, missing = [piece], size - len(piece)
        with suppress(UnreadableError):
            while missing and (piece := self.some(missing)):
                pieces.append(piece)
                missing -= len(piece)
        return b"".join(pieces)

    def peek(self, size: int) -> bytes:
        """Return so many bytes, fewer at the end, which stay to be read."""
        piece = self.up_to(size)
        self._chunk, self._at = piece + self._chunk[self._at :], 0
        self.position -= len(piece)
        return piece

    def read(self, size: int) -> bytes:
        """Return so many bytes; raises UnreadableError where there are no more."""
        piece = self.up_to(size)
        if len(piece) < size:
            raise self._trouble or UnreadableError("broken_off")
        return piece

    def skip(self, size: int) -> None:
        """Pass bytes by, uncopied; raises UnreadableError where there are no more."""
        while size > 0:
            if not self._more():
                raise UnreadableError("broken_off")
            there = min(size, len(self._chunk) - self._at)
            self._at += there
            self.position += there
            size -= there

    def _more(self) -> bool:
        """See to it that there are bytes; say whether there are."""
        while self._at >= len(self._chunk):
            if self._trouble:
                raise self._trouble
            try:
                self._chunk, self._at = next(self._chunks, b""), 0
            except UnreadableError as error:
                self._trouble = error
                raise
            if not self._chunk:
                return False
        return True

    def rest(self) -> Iterator[bytes]:
        """Yield all bytes that are left."""
        return iter(self.some, b"")

    def part(self, size: int) -> Iterator[bytes]:
        """Yield the next bytes, so many; raises UnreadableError where there are no more."""
        while size:
            piece = self.some(min(size, CHUNK))
            if not piece:
                raise UnreadableError("broken_off")
            size -= len(piece)
            yield piece


class Handed(io.RawIOBase):
    """Bytes of a window as a file, for whoever reads files. What makes them end early stands in `trouble`."""

    def __init__(self, window: Window) -> None:
        self.trouble: UnreadableError | None = None
        self._window = window

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, all for -1, fewer where there are no more."""
        if self.trouble:
            return b""
        pieces = []
        try:
            while size:
                piece = self._window.some(size if size > 0 else CHUNK)
                if not piece:
                    break
                pieces.append(piece)
                size -= len(piece) if size > 0 else 0
        except UnreadableError as error:
            self.trouble = error
        return b"".join(pieces)

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer; return how far."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
