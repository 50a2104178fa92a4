"""Rows among the data that are none: headers said again, and totals."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from operator import itemgetter

from core.ground.words import fold

_TOTALS = (
    "razem", "suma", "sumy", "lacznie", "ogolem", "podsumowanie", "total", "totals", "sum", "subtotal",
    "grand total", "insgesamt",
)  # fmt: skip
_COUNTED = (
    "koncowa", "czesciowa", "ogolem", "ogolna", "netto", "brutto", "vat", "zl", "pln", "eur", "szt", "sztuk",
    "domen", "domeny", "klientow", "pozycji", "wierszy", "rows", "net", "gross",
)  # fmt: skip
# Folded: words and digits with one space between.
_TOTAL = re.compile(rf"(?:{'|'.join(_TOTALS)})(?: (?:[0-9]+|{'|'.join(_COUNTED)}))*")
_NUMBER = re.compile(r"[-+=?~≈]*[0-9][0-9\s.,']*(?:zł|PLN|EUR|€|%|szt\.?|GB|MB)?|=\?|[-–—]+", re.IGNORECASE)
_LONGEST = 60
"""Letters of a cell of a totals row; it is looked at no further where it is longer."""
_BEGIN = 3
_BEGINNINGS = frozenset(name[:_BEGIN] for name in _TOTALS)
_FIRST = itemgetter(slice(_BEGIN))


class NoData:
    """Tells what kind of row that is no data a row is, for the names of the columns; kinds in `off` are none."""

    def __init__(self, names: Sequence[str], off: Collection[str]) -> None:
        self._names = [_said(name) for name in names]
        self._place = next((place for place, name in enumerate(names) if name), 0)
        self._headers = "repeated_header" not in off
        self._totals = "total" not in off
        first = names[self._place]
        self._spaced = " " in first
        # As it is nearly always said again; the rest of the row is compared in full.
        self._again = {write(first) for write in (str, str.lower, str.upper, str.title, str.capitalize)}

    def kind(self, cells: Sequence[str]) -> str | None:
        """Return the kind of a row; None where it is data.

        >>> NoData(["klient", "skrzynki"], ()).kind(["RAZEM:", "1 234"])
        'total'
        """
        again = self._headers and self._place < len(cells) and self._is_again(cells[self._place])
        if again and list(map(_said, cells)) == self._names:
            return "repeated_header"
        if self._totals and _is_total(cells):
            return "total"
        return None

    def _is_again(self, cell: str) -> bool:
        """Whether a cell says the first name again, with whatever blanks there are in it."""
        if cell in self._again:
            return True
        name = self._names[self._place]
        return self._spaced and cell[:1].casefold() == name[:1] and len(cell) <= _LONGEST and _said(cell) == name

    def in_none(self, columns: Sequence[Sequence[str]]) -> bool:
        """Return whether surely all rows are data, of which the columns are given: one look at many."""
        if self._headers and not self._again.isdisjoint(columns[self._place]):
            return False
        if self._headers and self._spaced and any(map(self._is_again, columns[self._place])):
            return False
        if self._totals:
            for cells in columns:
                if any(map(_may_be_total, {*map(_FIRST, cells)})):
                    return not any(map(_is_total, zip(*columns, strict=True)))
                if "" not in cells:
                    break
        return True


def _said(name: str) -> str:
    return " ".join(name.split()).casefold()


@lru_cache(maxsize=4096)
def _may_be_total(begin: str) -> bool:
    # A mark may stand before the word.
    return bool(begin) and (not begin[0].isalnum() or fold(begin) in _BEGINNINGS)


def _is_total(cells: Sequence[str]) -> bool:
    first = next((place for place, cell in enumerate(cells) if cell), 0)
    name = cells[first]
    # A letter with its accent apart is two: only without accents do so many say how the word begins.
    if len(name) > _LONGEST or (name.isascii() and not _may_be_total(name[:_BEGIN])):
        return False
    if not _TOTAL.fullmatch(fold(name)):
        return False
    return all(not cell or (len(cell) <= _LONGEST and _NUMBER.fullmatch(cell)) for cell in cells[first + 1 :])
