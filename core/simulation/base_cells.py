"""What a cell of each column says, its repairs told beside it, or what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn
from unicodedata import is_normalized

import numpy as np
from numpy.typing import NDArray

from core.files.formula_safe import taken_back
from core.ground.dates import parse_when
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import LINE, bounded, shortened
from core.ground.validation import one_line
from core.ground.words import fold, one_of
from core.migration.cell_values import one_text, parse_count
from core.pricing import calendar
from core.pricing.money import parse_amount
from core.pricing.situation import FROM_LIST
from core.pricing.tariff import DISK_UNIT, Tariff
from core.pricing.unpriceable import BOUNDS
from core.simulation.days import DATES, Days, day_number
from core.simulation.names import is_one_name, names_in
from core.simulation.subscriptions import NOT_TOLD, texts
from core.spreadsheet.cell_repairs import damaged, dated, formula, spaces
from core.spreadsheet.placeholders import PLACEHOLDERS, is_error, says_nothing
from core.spreadsheet.repair_kinds import TURNED, Step

_AS_THEY_ARE = ("id", "client")
"""Columns whose cells mean what they say."""
_TEXTS = (*_AS_THEY_ARE, "domain_names")
_BOUNDS = {bound.field: bound for bound in BOUNDS}
_BOUNDS["service_start"] = replace(
    _BOUNDS["term_start"], low=calendar.number(calendar.FIRST_SERVICE), lowest=calendar.number(calendar.FIRST_SERVICE)
)

_AT_ONCE = 1000
"""Texts of a column that one look is for."""
_MARKS = ("'", '="', "=?", TURNED, "#", "  ", "e+", "e +", "e-0", "r:5", "d:5")
"""What there is in a text that a spreadsheet has spoiled, and in some others."""
_NOTHING = frozenset(word for word in PLACEHOLDERS if "." not in word) | {""}


@dataclass(frozen=True)
class Meant:
    """What the distinct texts of a column mean, in their order; `wrong`: those that mean nothing, by place."""

    given: list[str]
    values: NDArray[Any]
    wrong: Mapping[int, FieldError]
    steps: Mapping[int, tuple[Step, ...]]


def meaning(id: str, given: list[str], tariff: Tariff, days: Days) -> Meant:
    """Return what the distinct texts of a column mean; packages are places in the tariff."""
    read = _reader(id, tariff, days)
    texts_only = id in _TEXTS
    values: list[Any] = []
    wrong = {}
    steps = {}
    for first in range(0, len(given), _AT_ONCE):
        some = given[first : first + _AT_ONCE]
        if id in _AS_THEY_ARE and _plain(some):
            values += some
            continue
        for place, text in enumerate(some, first):
            if id == "domain_names" and (not text or is_one_name(text)):
                values.append(text)
                continue
            done: list[Step] = []
            try:
                values.append(read(text, done))
                if done:
                    steps[place] = tuple(done)
            except InputError as error:
                values.append("" if texts_only else 0)
                wrong[place] = error.errors[0]
    return Meant(given, texts(values) if texts_only else np.array(values, np.int64), wrong, steps)


def _plain(some: list[str]) -> bool:
    """Return whether texts mean just what they are: of a million ids nearly all do, and one look is for many."""
    # A dot between them, with which no letter becomes one: accents that follow one another take their time.
    joined = ".".join(some)
    lower = joined.lower()
    unlike = any(mark in lower for mark in _MARKS) or not _NOTHING.isdisjoint(lower.split("."))
    return not unlike and max(map(len, some)) <= 100 and joined.isprintable() and is_normalized("NFC", joined)


_Reader = Callable[[str, list[Step]], Any]
"""What reads a cell of a column, and adds its repairs to a list; it raises InputError with one error."""


def _reader(id: str, tariff: Tariff, days: Days) -> _Reader:
    """Return what reads a cell of a column: first what is wrong with it in whatever column, then what it says."""
    read = _reader_of(id, tariff, days)

    def whole(text: str, steps: list[Step]) -> Any:
        held = formula(text, days.off)
        if held is not None:
            steps.append(("formula", text, held))
        kept = text if held is None else held
        if len(kept) <= LINE and (why := damaged(one_line(kept))):
            _refuse(id, text.removeprefix(TURNED), why)
        if kept and id != "price_net" and says_nothing(kept):
            # A price is a number or the list's; what is not known is not the list's.
            kept = ""
        if id == "price_net" and is_error(kept):
            _refuse(id, text, Message("error.error_cell"))
        try:
            return read(kept, steps)
        except InputError as error:
            if kept or not text:
                raise
            # A cell that says nothing, where something has to be said.
            raise InputError(*(FieldError(id, text, one.message) for one in error.errors)) from None

    return whole


def _reader_of(id: str, tariff: Tariff, days: Days) -> _Reader:
    if id == "id":
        return lambda text, _: _text(text, id) or _refuse(id, text, Message("error.empty"))
    if id == "client":
        return lambda text, _: _text(text, id)
    if id == "domain_names":
        return lambda text, steps: names_in(text, id, days.off, steps)
    if id == "package":
        # An id comes before a name that another package bears.
        names = {fold(package.name): place for place, package in enumerate(tariff.packages)}
        names |= {fold(package.id): place for place, package in enumerate(tariff.packages)}
        expected = ", ".join(package.name for package in tariff.packages)
        return lambda text, _: _package(text, names, expected)
    if id == "price_net":
        return lambda text, steps: (
            _within(id, text, _price(_number(id, text, days, steps))) if one_line(bounded(text, id)) else FROM_LIST
        )
    if id == "disk_gb":
        return lambda text, steps: _within(id, text, _disk(_number(id, text, days, steps)))
    if id == "service_start":
        return lambda text, steps: (
            _within(id, text, _day(id, text, days, steps)) if one_line(bounded(text, id)) else NOT_TOLD
        )
    if id in DATES:
        return lambda text, steps: _within(id, text, _day(id, text, days, steps))
    return lambda text, steps: _within(id, text, parse_count(_number(id, text, days, steps), id))


def _text(text: str, field: str) -> str:
    return one_text(taken_back(text), field)


def _package(text: str, names: Mapping[str, int], expected: str) -> int:
    folded = fold(bounded(text, "package"))
    place = names.get(folded)
    if place is None:
        _refuse("package", text, one_of(folded, tuple(names), expected))
    return place


def _number(field: str, text: str, days: Days, steps: list[Step]) -> str:
    try:
        number, done = spaces(bounded(text, field), days.off)
    except InputError as error:
        _refuse(field, text, error.errors[0].message)
    steps += done
    return number


def _price(text: str) -> int:
    try:
        return parse_amount(text)
    except ValueError:
        _refuse("price_net", text, Message("error.amount"))


# "1.200" reads as 1 GB and 200 thousandths: unlike a count, a disk has decimals.
_GIGABYTES = re.compile(r"([0-9]{1,3}(?: [0-9]{3}){1,3}|[0-9]{1,9})(?:[.,]([0-9]{1,3}))? ?(?:GB)?", re.IGNORECASE)


def _disk(text: str) -> int:
    line = one_line(bounded(text, "disk_gb"))
    if not line:
        _refuse("disk_gb", text, Message("error.empty"))
    found = _GIGABYTES.fullmatch(line)
    if found is None:
        _refuse("disk_gb", text, Message("error.gigabytes"))
    return int(found[1].replace(" ", "")) * DISK_UNIT + int((found[2] or "").ljust(3, "0"))


def _day(field: str, text: str, days: Days, steps: list[Step]) -> int:
    line = one_line(bounded(text, field))
    try:
        steps += dated(line, days.order, days.ways[field], days.off, typed=days.typed)
    except InputError as error:
        why = error.errors[0].message
        _refuse(field, line, days.both if days.both and why.id == "error.date_both_ways" else why)
    return day_number(parse_when(line, days.order, field))


def _within(field: str, text: str, value: int) -> int:
    bound = _BOUNDS[field]
    if not bound.low <= value <= bound.high:
        _refuse(field, text, Message("error.range", bound.right()))
    return value


def _refuse(field: str, text: str, message: Message) -> NoReturn:
    raise InputError(FieldError(field, shortened(text), message))
