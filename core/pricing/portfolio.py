"""Many changes at once: the rules of the single quote over arrays, rule and amounts only.

    priced = price_many(changes, tariff)
    priced.net, priced.rule, priced.problem

Rows that cannot be priced carry a problem and no amounts; the others are not held up by them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from core.pricing.alike import Whole, half_up
from core.pricing.outcome import bought_anchor, bought_from
from core.pricing.rules import DECISION_TABLE
from core.pricing.situation import Change, Situation
from core.pricing.tariff import InForce, Tariff
from core.pricing.unpriceable import BOUNDS, TERM_CHECKS, Bound, priced_from

NO_PROBLEM = 0
PROBLEMS: tuple[tuple[str, str], ...] = (
    ("", ""),
    ("package", "error.one_of"),
    ("target", "error.one_of"),
    *((bound.field, "error.range") for bound in BOUNDS),
    ("change_on", "error.no_price_list"),
    *((check.field, check.message) for check in TERM_CHECKS),
)
"""What a row's problem code means: the field, and the id of the message a single quote would give."""

BLOCK = 65536
"""Rows worked on at a time: large enough that the interpreter costs little, small enough for the processor's cache."""

NO_RULE = len(DECISION_TABLE)
_NEW_ACCOUNT = np.array([rule.new_account for rule in DECISION_TABLE])


@dataclass(frozen=True)
class Priced:
    """What became of each row. Money is grosze; unavailable rows and those with a problem have zeros.

    `rule` is the row of DECISION_TABLE (NO_RULE where there is a problem), `problem` the place in PROBLEMS. `buys`:
    whether a period is paid for; periods of `period` months count from the day number `origin`, the first day of the
    one bought, else the end of the running term, from the day of the month `anchor`. `expired`: whether that is over.
    """

    rule: NDArray[np.int8]
    available: NDArray[np.bool_]
    surcharge: NDArray[np.int64]
    renewal: NDArray[np.int64]
    migration: NDArray[np.int64]
    problem: NDArray[np.int8]
    vat_basis_points: NDArray[np.int64]
    buys: NDArray[np.bool_]
    period: NDArray[np.int64]
    origin: NDArray[np.int64]
    anchor: NDArray[np.int64]
    expired: NDArray[np.bool_]

    @property
    def net(self) -> NDArray[np.int64]:
        """The sum of the three parts."""
        return self.surcharge + self.renewal + self.migration

    @property
    def vat(self) -> NDArray[np.int64]:
        """VAT on the net total, half up."""
        vat: NDArray[np.int64] = half_up(self.net * self.vat_basis_points, 10_000)
        return vat

    @property
    def gross(self) -> NDArray[np.int64]:
        """Net and VAT."""
        return self.net + self.vat


_KINDS: dict[str, Any] = {f.name: get_args(get_args(f.type)[1])[0] for f in fields(Priced)}


def price_many(changes: Change, tariff: Tariff, bounds: Sequence[Bound] = BOUNDS) -> Priced:
    """Price every row of `changes` (arrays of equal length, or values common to all rows).

    `move_ordered` chooses between the options of a rule that has several: with our migration or without. `bounds`: what
    of BOUNDS holds.
    """
    changes = columns(changes)
    rows = len(changes.change_on)
    priced = Priced(**{name: np.zeros(rows, kind) for name, kind in _KINDS.items()})
    priced.rule.fill(NO_RULE)

    def price(first: int) -> None:
        block = slice(first, first + BLOCK)
        part = Priced(**{f.name: getattr(priced, f.name)[block] for f in fields(Priced)})
        _price_block(changes.rows(block), tariff, part, bounds)

    # NumPy lets go of the interpreter's lock inside its loops, so a thread a core pays from two blocks up.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        run = threads.map if rows > BLOCK else map
        for _ in run(price, range(0, rows, BLOCK)):
            pass
    return priced


def values_of(
    changes: Change, priced: Priced, tariff: Tariff, value: Callable[[Situation], Whole]
) -> NDArray[np.int64]:
    """Return what `value` says of every row that was priced, and 0 for those with a problem; one array a field."""
    found = np.zeros(len(priced.rule), np.int64)
    sound = np.flatnonzero(priced.problem == NO_PROBLEM)
    for in_force, rows in by_regime(changes.change_on[sound], tariff):
        found[sound[rows]] = value(Situation(changes.rows(sound[rows]), tariff, in_force))
    return found


def columns(changes: Change) -> Change:
    """Return changes with an array of whole numbers for every field, all of one length."""
    # Unsigned days would wrap where a difference is negative.
    values = {f.name: np.asarray(getattr(changes, f.name)).astype(np.int64, copy=False) for f in fields(Change)}
    rows = np.broadcast_shapes(*(value.shape for value in values.values()), (1,))
    return Change(**{name: np.broadcast_to(value, rows) for name, value in values.items()})


def _price_block(changes: Change, tariff: Tariff, into: Priced, bounds: Sequence[Bound]) -> None:
    """Price a block of rows into its part of the result."""
    wrong = [
        (changes.package < 0) | (changes.package >= len(tariff.packages)),
        (changes.target < 0) | (changes.target >= len(tariff.packages)),
        *(bound.wrong(changes) & (bound in bounds) for bound in BOUNDS),
    ]
    wrong.append(~priced_from(changes, tariff))
    _note_problems(into, slice(None), wrong, 1)
    sound = np.flatnonzero(into.problem == NO_PROBLEM)
    for in_force, found in by_regime(changes.change_on[sound], tariff):
        # A slice costs nothing, and mostly all rows are sound and of one regime.
        rows = slice(None) if len(found) == len(into.problem) else sound[found]
        s = Situation(changes.rows(rows), tariff, in_force)
        _note_problems(into, rows, [check.wrong(s) for check in TERM_CHECKS], 1 + len(wrong))
        fine = into.problem[rows] == NO_PROBLEM
        if not fine.all():
            rows = _narrow(rows, fine, len(into.problem))
            if not len(rows):
                continue
            s = Situation(changes.rows(rows), tariff, s.in_force)
        _apply_rules(s, rows, into)


def _note_problems(into: Priced, rows: "slice | NDArray[np.intp]", wrong: list[NDArray[np.bool_]], code: int) -> None:
    for number, is_wrong in reversed(list(enumerate(wrong, code))):
        if is_wrong.any():
            into.problem[rows] = np.where(is_wrong, number, into.problem[rows])


def _narrow(rows: "slice | NDArray[np.intp]", fine: NDArray[np.bool_], length: int) -> NDArray[np.intp]:
    return np.arange(length)[rows][fine]


def by_regime(days: NDArray[np.int64], tariff: Tariff) -> Iterator[tuple[InForce, NDArray[np.intp]]]:
    """Yield what is in force on days, none before the first price list, and the places of the days it holds on."""
    regimes = np.searchsorted(np.array(tariff.changes), days, side="right")
    for regime in range(regimes.min(initial=1), regimes.max(initial=0) + 1):
        if len(places := np.flatnonzero(regimes == regime)):
            yield tariff.on(tariff.changes[regime - 1]), places


def _apply_rules(s: Situation, rows: "slice | NDArray[np.intp]", into: Priced) -> None:
    decided = np.full(s.day.shape, NO_RULE, np.int8)
    # From the last row up, so that the first that matches has the last word.
    for number, rule in reversed(list(enumerate(DECISION_TABLE))):
        np.copyto(decided, number, where=rule.applies(s))
    available, buys = np.zeros((2, *s.day.shape), np.bool_)
    parts = {kind: np.zeros(s.day.shape, np.int64) for kind in ("surcharge", "renewal", "migration")}
    for number, rule in enumerate(DECISION_TABLE):
        matching = np.flatnonzero(decided == number)
        if not len(matching):
            continue
        offered = np.broadcast_to(rule.available(s), decided.shape)[matching]
        available[matching] = offered
        for part in rule.charge(s):
            parts[part.kind][matching] = part.net[matching] * offered
            if part.kind == "renewal":
                buys[matching] = offered
    buys &= s.buys
    into.buys[rows], into.period[rows], into.expired[rows] = buys, s.period, s.expired
    new_account = _NEW_ACCOUNT[decided]
    into.origin[rows] = np.where(buys, bought_from(s, new_account), s.end)
    into.anchor[rows] = np.where(buys, bought_anchor(s, new_account), s.term.anchor)
    into.rule[rows] = decided
    into.available[rows] = available
    into.surcharge[rows], into.renewal[rows], into.migration[rows] = parts.values()
    into.vat_basis_points[rows] = s.in_force.vat_basis_points
