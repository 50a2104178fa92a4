"""Many changes at once: the rules of the single quote over arrays, rule and amounts only.

    priced = price_many(changes, tariff)
    priced.net, priced.rule, priced.problem

Rows that cannot be priced carry a problem and no amounts; the others are not held up by them.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.pricing.alike import half_up
from core.pricing.checks import BOUNDS, TERM_CHECKS, priced_from
from core.pricing.rules import DECISION_TABLE, Change, Situation
from core.pricing.tariff import Tariff

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


@dataclass(frozen=True)
class Priced:
    """What became of each row. Money is grosze; unavailable rows and those with a problem have zeros.

    `rule` is the row of DECISION_TABLE (NO_RULE where there is a problem), `problem` the place in PROBLEMS.
    """

    rule: NDArray[np.int8]
    available: NDArray[np.bool_]
    surcharge: NDArray[np.int64]
    renewal: NDArray[np.int64]
    migration: NDArray[np.int64]
    problem: NDArray[np.int8]
    vat_basis_points: NDArray[np.int64]

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


def price_many(changes: Change, tariff: Tariff) -> Priced:
    """Price every row of `changes` (arrays of equal length, or values common to all rows).

    `move_ordered` chooses between the options of a rule that has several: with our migration or without.
    """
    changes = _columns(changes)
    rows = len(changes.change_on)
    priced = Priced(
        rule=np.full(rows, NO_RULE, np.int8),
        available=np.zeros(rows, np.bool_),
        surcharge=np.zeros(rows, np.int64),
        renewal=np.zeros(rows, np.int64),
        migration=np.zeros(rows, np.int64),
        problem=np.zeros(rows, np.int8),
        vat_basis_points=np.zeros(rows, np.int64),
    )

    def price(first: int) -> None:
        block = slice(first, first + BLOCK)
        part = Priced(**{f.name: getattr(priced, f.name)[block] for f in fields(Priced)})
        _price_block(changes.rows(block), tariff, part)

    # NumPy lets go of the interpreter's lock inside its loops, so a thread a core pays from two blocks up.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        run = threads.map if rows > BLOCK else map
        for _ in run(price, range(0, rows, BLOCK)):
            pass
    return priced


def _columns(changes: Change) -> Change:
    # Unsigned days would wrap where a difference is negative.
    values = {f.name: np.asarray(getattr(changes, f.name)).astype(np.int64, copy=False) for f in fields(Change)}
    rows = np.broadcast_shapes(*(value.shape for value in values.values()), (1,))
    return Change(**{name: np.broadcast_to(value, rows) for name, value in values.items()})


def _price_block(changes: Change, tariff: Tariff, into: Priced) -> None:
    """Price a block of rows into its part of the result."""
    wrong = [
        (changes.package < 0) | (changes.package >= len(tariff.packages)),
        (changes.target < 0) | (changes.target >= len(tariff.packages)),
        *(bound.wrong(changes) for bound in BOUNDS),
    ]
    wrong.append(~priced_from(changes, tariff))
    _note_problems(into, slice(None), wrong, 1)
    for rows in _by_regime(changes, tariff, into):
        chosen = changes.rows(rows)
        s = Situation(chosen, tariff, tariff.on(int(chosen.change_on[0])))
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


def _by_regime(changes: Change, tariff: Tariff, into: Priced) -> "Iterator[slice | NDArray[np.intp]]":
    """Yield the sound rows in groups for which the same tariff is in force."""
    fine = into.problem == NO_PROBLEM
    regimes = np.searchsorted(np.array(tariff.changes), changes.change_on, side="right")
    if fine.all() and regimes.min() == regimes.max():
        yield slice(None)
        return
    for regime in range(regimes.min(), regimes.max() + 1):
        if len(rows := np.flatnonzero(fine & (regimes == regime))):
            yield rows


def _apply_rules(s: Situation, rows: "slice | NDArray[np.intp]", into: Priced) -> None:
    decided = np.full(s.day.shape, NO_RULE, np.int8)
    # From the last row up, so that the first that matches has the last word.
    for number, rule in reversed(list(enumerate(DECISION_TABLE))):
        np.copyto(decided, number, where=rule.applies(s))
    available = np.zeros(s.day.shape, np.bool_)
    parts = {kind: np.zeros(s.day.shape, np.int64) for kind in ("surcharge", "renewal", "migration")}
    for number, rule in enumerate(DECISION_TABLE):
        matching = np.flatnonzero(decided == number)
        if not len(matching):
            continue
        offered = np.broadcast_to(rule.available(s), decided.shape)[matching]
        available[matching] = offered
        for part in rule.charge(s):
            parts[part.kind][matching] = part.net[matching] * offered
    into.rule[rows] = decided
    into.available[rows] = available
    into.surcharge[rows], into.renewal[rows], into.migration[rows] = parts.values()
    into.vat_basis_points[rows] = s.in_force.vat_basis_points
