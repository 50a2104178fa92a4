"""What a cell says once it is freed from what spreadsheets do to texts: repaired without loss, blank, or refused.

mender = Mender(survey, said, platforms)
mender("contact_phone", '="0048600000001"').text
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.files.formula_safe import taken_back
from core.ground.dates import YES_NO, DateOrder, parse_when, reads, way
from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import written
from core.ground.text_limits import LINE
from core.ground.validation import one_line
from core.ground.words import fold
from core.migration.cell_values import STATUS_WRITTEN
from core.migration.import_columns import BY_ID, NAMES, REQUIRED
from core.spreadsheet.choices import Said
from core.spreadsheet.domain_cells import read_domains
from core.spreadsheet.placeholders import answers, is_damaged, is_error, says_nothing
from core.spreadsheet.platforms import Platforms
from core.spreadsheet.repair_kinds import NOT_CALCULATED, TURNED, Step

if TYPE_CHECKING:
    from core.spreadsheet.survey import Survey

# ="000123": how a program keeps Excel from taking the zeros away.
_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# No-break, narrow no-break, thin and figure spaces between the digits of a number.
_SPACES = re.compile("(?<=[0-9])[\u00a0\u202f\u2009\u2007](?=[0-9])")


@dataclass(frozen=True, slots=True)
class Mended:
    """A cell's text as it is to be read, "" where it says nothing; the repairs; why it is refused."""

    text: str
    steps: tuple[Step, ...] = ()
    wrong: tuple[tuple[str, Message], ...] = ()


BLANK = Mended("")


def formula(cell: str, off: Collection[str] = ()) -> str | None:
    """Return the text of a cell that a formula holds (`="000123"`); None of any other."""
    found = _FORMULA.fullmatch(cell) if cell.startswith('="') and "formula" not in off else None
    return found[1].replace('""', '"').strip() if found else None


def bare(cell: str, off: Collection[str] = ()) -> str:
    """Return a cell without what keeps a spreadsheet from taking it for a formula or a number."""
    text = formula(cell, off)
    return taken_back(cell) if text is None else text


def damaged(text: str) -> Message | None:
    """Return why a whole cell cannot be read in whatever column: it was not calculated, or what was typed is lost."""
    if text == NOT_CALCULATED:
        return Message("error.not_calculated")
    if text.startswith(TURNED):
        return Message("error.turned_date" if _DAY.match(text, len(TURNED)) else "error.turned_other")
    return Message("error.damaged_number") if is_damaged(text) else None


def spaces(text: str, off: Collection[str] = ()) -> tuple[str, tuple[Step, ...]]:
    """Return a number without the spaces in it that do not break, and the repair; raises InputError where it is off."""
    new = _SPACES.sub("", text)
    if new == text:
        return text, ()
    if "spaces" in off:
        raise InputError(FieldError("", text, Message("error.repair_off", {"new": new})))
    return new, (("spaces", text, new),)


def dated(text: str, order: DateOrder, main: str, off: Collection[str], *, typed: bool) -> tuple[Step, ...]:
    """Return the repair that reading a date is; raises InputError where it is off, or no date stands there.

    `main`: how most dates of its column are written; `typed`: whether the file knows dates from texts.
    """
    when = parse_when(text, order, "")
    line = one_line(text)
    found = way(reads(line), order)
    kind = {"words": "month", "serial": "serial"}.get(found, "")
    if found == "iso" and main not in ("iso", "") and not typed:
        kind = "iso"
    if not kind:
        return ()
    new = written(when.at)
    if kind in off:
        raise InputError(FieldError("", line, Message("error.repair_off", {"new": new})))
    return ((kind, line, new),)


class Mender:
    """Reads the cells of one file; each text of a column is thought about once, as long as it is remembered."""

    def __init__(self, found: "Survey", said: Said, platforms: Platforms, *, typed: bool) -> None:
        self._found = found
        self._said = said
        self._platforms = platforms
        self._typed = typed
        self._seen: dict[str, dict[str, Mended]] = {}

    def __call__(self, id: str, cell: str) -> Mended:
        """Return what a cell says in the column of an id, "" for one that is kept as it is."""
        seen = self._seen.setdefault(id, {})
        if cell not in seen:
            if len(seen) == _REMEMBERED:
                seen.clear()
            seen[cell] = self._mended(id, cell)
        return seen[cell]

    def _mended(self, id: str, cell: str) -> Mended:
        if id not in NAMES:
            # Somebody said that it is another column than its header says.
            cell = cell.removeprefix(TURNED)
        held = formula(cell, self._said.off)
        text = taken_back(cell) if held is None else held
        steps: tuple[Step, ...] = () if held is None else (("formula", cell, held),)
        # What our own export guards is what somebody wrote.
        if text == cell and (why := damaged(one_line(cell) if len(cell) <= LINE else "")):
            return Mended("", (), ((cell.removeprefix(TURNED), why),))
        if held is not None and is_damaged(held):
            return Mended("", (), ((cell, Message("error.damaged_number")),))
        if is_error(text) or (_blank(id, text) and says_nothing(text)):
            return Mended("", (), ((cell, Message("error.missing")),)) if id in REQUIRED else BLANK
        kind = BY_ID[id].kind if id else "notes"
        read = _BY_KIND.get(kind)
        if read is None:
            return Mended(text, steps)
        try:
            text, more = read(self, id, text)
        except InputError as error:
            return Mended("", (), tuple((str(one.value), one.message) for one in error.errors))
        return Mended(text, steps + more)

    def _domains(self, id: str, text: str) -> tuple[str, tuple[Step, ...]]:
        names, steps = read_domains(text, id, self._said.off, self._platforms)
        return ", ".join(name.display for name in names), steps

    def _date(self, id: str, text: str) -> tuple[str, tuple[Step, ...]]:
        order, main = self._found.order, self._found.ways.get(id, "")
        try:
            return text, dated(text, order, main, self._said.off, typed=self._typed)
        except InputError as error:
            told = error.errors[0]
            if told.message.id == "error.date_both_ways" and self._found.both:
                raise InputError(FieldError(id, told.value, self._found.both)) from None
            raise

    def _yes_or_date(self, id: str, text: str) -> tuple[str, tuple[Step, ...]]:
        return (text, ()) if len(text) <= LINE and fold(text) in YES_NO else self._date(id, text)

    def _count(self, _id: str, text: str) -> tuple[str, tuple[Step, ...]]:
        return spaces(text, self._said.off) if len(text) <= LINE else (text, ())

    def _status(self, _id: str, text: str) -> tuple[str, tuple[Step, ...]]:
        id = self._said.statuses.get(fold(text)) if len(text) <= LINE else None
        return STATUS_WRITTEN.get(id or "", text), ()


_REMEMBERED = 2_000
"""Texts of a column whose meaning is remembered."""

_Reader = Callable[[Mender, str, str], tuple[str, tuple[Step, ...]]]
_BY_KIND: Mapping[str, _Reader] = {
    "domains": Mender._domains,
    "date": Mender._date,
    "yes_or_date": Mender._yes_or_date,
    "count": Mender._count,
    "status": Mender._status,
}


def _blank(id: str, text: str) -> bool:
    """Return whether a placeholder says nothing in a column: an answer does where it is asked what is special."""
    if id == "nonstandard":
        return not answers(text)
    return bool(id) and BY_ID[id].kind not in ("notes", "version")
