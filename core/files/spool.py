"""A sequence that lies in a temporary file: as long as any file that is brought, in memory only a few of its items.

    rows = Spool[Row]()
    rows.append(row)
    len(rows), rows[0], rows[:10], list(rows)

What is short stays a list and touches no disk. The file has no name and goes with the spool; in a process that calls
`keep_in` it stands in a folder instead, so that another process can read on: there a spool is handed over by pickling.
"""

import io
import os
import pickle
import tempfile
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

PAGE = 50
"""Items that are read and written at a time."""

_T = TypeVar("_T")
_folder: Path | None = None


def keep_in(folder: Path) -> None:
    """Let the spools of this process keep their files in a folder; whoever made the folder removes it."""
    global _folder
    _folder = folder


class Spool(Sequence[_T], Generic[_T]):
    """Items in their order; they are added at the end and not changed any more."""

    def __init__(self, items: Iterable[_T] = ()) -> None:
        self._ends = array("Q", [0])
        self._tail: list[_T] = []
        self._file: int | None = None
        self._path: Path | None = None
        self._page: tuple[int, list[_T]] = (-1, [])
        for item in items:
            self.append(item)

    def append(self, item: _T) -> None:
        """Add an item."""
        self._tail.append(item)
        if len(self._tail) == PAGE:
            if self._file is None:
                self._file, self._path = _new_file()
            # What is written down is much alike: it takes a tenth of the room.
            data = zlib.compress(_pickled(self._tail), 1)
            written = 0
            while written < len(data):
                written += os.pwrite(self._file, data[written:], self._ends[-1] + written)
            self._ends.append(self._ends[-1] + len(data))
            self._tail = []

    def _of_page(self, number: int) -> list[_T]:
        if number == len(self._ends) - 1:
            return self._tail
        kept, page = self._page
        if kept != number:
            if self._file is None:
                assert self._path is not None
                self._file = os.open(self._path, os.O_RDONLY)
            data = os.pread(self._file, self._ends[number + 1] - self._ends[number], self._ends[number])
            # Written by a process of our own into a file that nobody else may open.
            page = pickle.loads(zlib.decompress(data))  # noqa: S301
            self._page = number, page
        return page

    def __len__(self) -> int:
        """Return how many items there are."""
        return PAGE * (len(self._ends) - 1) + len(self._tail)

    def __iter__(self) -> Iterator[_T]:
        """Yield all items."""
        for number in range(len(self._ends)):
            yield from self._of_page(number)

    @overload
    def __getitem__(self, place: int) -> _T: ...
    @overload
    def __getitem__(self, place: slice) -> list[_T]: ...
    def __getitem__(self, place: int | slice) -> _T | list[_T]:
        """Return the item at a place, or those of a slice as a list."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        found = place + len(self) if place < 0 else place
        if not 0 <= found < len(self):
            raise IndexError(place)
        return self._of_page(found // PAGE)[found % PAGE]

    def __eq__(self, other: object) -> bool:
        """Whether another sequence has the same items."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Return what it is and how long: its items may be many."""
        return f"<Spool of {len(self)}>"

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs to read on."""
        if self._file is not None and self._path is None:
            raise TypeError("a spool without a folder cannot be handed over")
        return {"_ends": self._ends, "_tail": self._tail, "_path": self._path, "_file": None, "_page": (-1, [])}

    def __del__(self) -> None:
        """Let go of the file."""
        if (file := getattr(self, "_file", None)) is not None:
            os.close(file)


class _Pickler(pickle.Pickler):
    """Pickles a dataclass as its values: a third of the time that its own way takes."""

    def reducer_override(self, thing: Any) -> Any:
        values = _values_of(type(thing))  # type: ignore[arg-type]
        return (type(thing), values(thing)) if values else NotImplemented


@cache
def _values_of(kind: type) -> Callable[[Any], tuple[Any, ...]] | None:
    if not is_dataclass(kind) or hasattr(kind, "__post_init__"):
        return None
    if not all(f.init and not f.kw_only for f in fields(kind)):
        return None
    names = [f.name for f in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda thing: (getattr(thing, names[0]),)


def _pickled(items: list[Any]) -> bytes:
    file = io.BytesIO()
    _Pickler(file, pickle.HIGHEST_PROTOCOL).dump(items)
    return file.getvalue()


def _new_file() -> tuple[int, Path | None]:
    if _folder is not None:
        file, name = tempfile.mkstemp(dir=_folder)
        return file, Path(name)
    with tempfile.TemporaryFile() as unnamed:
        return os.dup(unnamed.fileno()), None


class Marks:
    """Numbers (below 2**32) by texts of which only fingerprints are kept: a tenth of the memory of a dict of them.

    A fingerprint has 64 bits and a key of its own, so that two texts do not share one, not even on purpose.
    """

    def __init__(self) -> None:
        self._key = os.urandom(16)
        self._clear(64)

    def _clear(self, slots: int) -> None:
        self._count = 0
        self._prints = array("Q", bytes(8 * slots))
        self._numbers = array("I", bytes(4 * slots))

    def setdefault(self, text: str, number: int) -> int:
        """Return the number of a text, this one where it has none yet."""
        place, found = self._find(self._print_of(text))
        if found:
            return self._numbers[place]
        self._put(self._print_of(text), number)
        return number

    def get(self, text: str) -> int | None:
        """Return the number of a text, None where it has none."""
        place, found = self._find(self._print_of(text))
        return self._numbers[place] if found else None

    def _print_of(self, text: str) -> int:
        # 0 is a slot that is free.
        return int.from_bytes(blake2b(text.encode(), digest_size=8, key=self._key).digest(), "big") or 1

    def _find(self, mark: int) -> tuple[int, bool]:
        prints, last = self._prints, len(self._prints) - 1
        place = mark & last
        while prints[place]:
            if prints[place] == mark:
                return place, True
            place = (place + 1) & last
        return place, False

    def _put(self, mark: int, number: int) -> None:
        if 3 * self._count >= 2 * len(self._prints):
            there = zip(self._prints, self._numbers, strict=True)
            self._clear(2 * len(self._prints))
            for old, its_number in there:
                if old:
                    self._put(old, its_number)
        place, _ = self._find(mark)
        self._prints[place], self._numbers[place] = mark, number
        self._count += 1


def scattered(items: Iterable[tuple[int, _T]], buckets: int) -> list[Spool[_T]]:
    """Return items by the bucket that each comes with, 0 to `buckets` - 1; within one in their order.

    So what is too much to be sorted in memory at once is sorted bucket by bucket.
    """
    found: list[Spool[_T]] = [Spool() for _ in range(buckets)]
    for bucket, item in items:
        found[bucket].append(item)
    return found
