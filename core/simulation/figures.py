"""What a scenario comes to in figures: totals, who pays more and who less, boundaries, readings, refused downgrades."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ground.messages import Grosze
from core.pricing import calendar
from core.pricing.boundary_crossings import crossings
from core.pricing.calendar import months_later
from core.pricing.cash import renewals
from core.pricing.day_by_day import DayTotal, sweep
from core.pricing.other_readings import other_readings
from core.pricing.portfolio import NO_PROBLEM, PROBLEMS, Priced, price_many
from core.pricing.priced_once import Distinct
from core.pricing.situation import RESOURCES, Change, Situation
from core.simulation.simulate import HORIZONS, Simulated

NOW = 0
"""Stands among `HORIZONS` for what is due on the day of the change."""
SPANS = (NOW, *HORIZONS)

AHEAD = 30
"""Days within which boundaries are looked for."""


@dataclass(frozen=True)
class Totals:
    """How many subscriptions of a base came out how, and what they pay, grosze net, by `SPANS`.

    Every row is one of: `carried`, it changes; `refused`, it cannot (a downgrade); `same`, it is meant to change but is
    there already; `unpriced`, by reason (see PROBLEMS); `goes_on`, it is not meant. `meant` is whom the scenario is
    about. `ended`: their package is on no price list any more when they renew, so they pay nothing from then on.
    `overdue`: their term is over, and they are taken to renew it today.
    """

    rows: int
    meant: int
    carried: int
    refused: int
    same: int
    goes_on: int
    ended: int
    overdue: int
    unpriced: dict[tuple[str, str], int]
    cash: dict[int, Grosze]


def totals(s: Simulated) -> Totals:
    """Return the totals of a scenario."""
    weight = s.count
    wrong = np.bincount(s.problem, weight, len(PROBLEMS)).astype(np.int64)
    same = s.meant & s.of_rows((s.problem == NO_PROBLEM) & ~s.changing) & (s.scenario.target is not None)
    carried, refused = int(s.carried @ weight), int((s.changing & ~s.carried) @ weight)
    return Totals(
        rows=len(s.base),
        meant=int(s.meant.sum()),
        carried=carried,
        refused=refused,
        same=int(same.sum()),
        goes_on=len(s.base) - carried - refused - int(same.sum()) - int(wrong[1:].sum()),
        ended=int(s.ended @ weight),
        overdue=int(s.overdue @ weight),
        unpriced={PROBLEMS[code]: int(wrong[code]) for code in range(1, len(PROBLEMS)) if wrong[code]},
        cash={span: Grosze(cash_of(s, span) @ weight) for span in SPANS},
    )


def cash_of(s: Simulated, span: int) -> NDArray[np.int64]:
    """Return what each situation pays within a span of `SPANS`, grosze net."""
    return s.now if span == NOW else s.cash[span]


# -- who pays more, who less


EDGES = tuple(zl * 100 for zl in (10, 50, 100, 200, 500, 1000, 2000, 5000))
"""The steps of the distribution of differences, grosze; mirrored for those who pay less."""


@dataclass(frozen=True)
class Side:
    """Those who pay less (or more): how many, by how much together, and the largest difference; grosze net."""

    count: int
    total: Grosze
    largest: Grosze


@dataclass(frozen=True)
class Step:
    """Differences above `low` up to `high` (towards zero: at least `low`, below `high`), grosze; None: no limit."""

    low: Grosze | None
    high: Grosze | None
    count: int


@dataclass(frozen=True)
class Compared:
    """A scenario beside another, row by row of the base: `delta` grosze more than there, where both have a price.

    `one_sided`: those that can be priced under one of the two only, and what that makes between the totals.
    """

    delta: NDArray[np.int64]
    priced: NDArray[np.bool_]
    less: Side
    more: Side
    unchanged: int
    one_sided: Side
    steps: tuple[Step, ...]


def compare(s: Simulated, reference: Simulated, span: int) -> Compared:
    """Return who pays more and who less under a scenario than under another one over the same base."""
    difference = s.of_rows(cash_of(s, span)) - reference.of_rows(cash_of(reference, span))
    here, there = (one.of_rows(one.renewed.problem == NO_PROBLEM) for one in (s, reference))
    priced = here & there
    delta = np.where(priced, difference, 0)
    return Compared(
        delta,
        priced,
        less=_side(delta[delta < 0]),
        more=_side(delta[delta > 0]),
        unchanged=int((priced & (delta == 0)).sum()),
        one_sided=_side(difference[here ^ there]),
        steps=tuple(_steps(delta)),
    )


def _side(delta: NDArray[np.int64]) -> Side:
    largest = delta[np.abs(delta).argmax()] if len(delta) else 0
    return Side(len(delta), Grosze(delta.sum()), Grosze(largest))


def _steps(delta: NDArray[np.int64]) -> Iterator[Step]:
    size = np.abs(delta)
    # A difference of exactly 10 zl is among those of up to 10 zl, whichever way it goes.
    place = np.searchsorted(EDGES, size)
    ends = (0, *EDGES, None)
    for sign in (-1, 1):
        counts = np.bincount(place[np.sign(delta) == sign], minlength=len(EDGES) + 1)
        for at in range(len(ends) - 1)[::sign]:
            low, high = (None if end is None else Grosze(sign * end) for end in ends[at : at + 2][::sign])
            yield Step(low, high, int(counts[at]))


# -- boundaries


class Reason(IntEnum):
    """Why somebody should hear of a boundary, the most urgent first."""

    LAST_CHANCE = 0
    """Afterwards the change cannot be carried out any more."""
    DEARER = 1
    """Afterwards more is due at once."""
    CHEAPER = 2
    """Afterwards less is due at once: it may pay to wait."""


@dataclass(frozen=True)
class Calls:
    """Who should be told before a boundary, the most urgent first: arrays, a place a call.

    `row` is the base's, `last` the last day (its number) before the boundary, `reason` a Reason; rules are places in
    DECISION_TABLE (NO_RULE: none applies any more). Grosze: what is due at once on the last day (`net_before`) and on
    the day after it (`net_after`), and how much more the first `HORIZONS` months bring when the change comes a day
    later (`later`), renewals included; both are 0 for a last chance.
    """

    row: NDArray[np.intp]
    last: NDArray[np.int64]
    reason: NDArray[np.int64]
    rule_before: NDArray[np.int64]
    rule_after: NDArray[np.int64]
    net_before: NDArray[np.int64]
    net_after: NDArray[np.int64]
    later: NDArray[np.int64]

    def rows(self, which: Any) -> "Calls":
        """Return some of them."""
        return Calls(**{f.name: getattr(self, f.name)[which] for f in fields(self)})

    @property
    def rise(self) -> NDArray[np.int64]:
        """How much more is due at once, 0 for a last chance."""
        return np.where(self.reason == Reason.LAST_CHANCE, 0, self.net_after - self.net_before)


def calls(s: Simulated) -> Calls:
    """Return who crosses a boundary within the next `AHEAD` days, as their terms stand today.

    Asked of everybody whom the scenario means to change, whatever its day. A boundary after which the same is due
    matters to nobody.
    """
    today = calendar.number(s.today)
    # A term that has not begun, or is over for good, is in no figure.
    known = np.flatnonzero(s.renewed.problem == NO_PROBLEM)
    found = list(crossings(s.situations.changes.rows(known), today, today + AHEAD, s.tariff))
    situation = known[np.concatenate([crossed.rows for crossed in found])]
    day = np.repeat([crossed.day for crossed in found], [len(crossed.rows) for crossed in found])
    values = {
        name: np.concatenate([getattr(crossed, name) for crossed in found])
        for name in ("rule_before", "rule_after", "net_before", "net_after")
    }
    possible = np.concatenate([crossed.possible for crossed in found])
    matters = np.flatnonzero(~possible | (values["net_after"] != values["net_before"]))
    situation, day, possible = situation[matters], day[matters], possible[matters]
    values = {name: value[matters] for name, value in values.items()}
    dearer = np.where(values["net_after"] > values["net_before"], Reason.DEARER, Reason.CHEAPER)
    asked = s.situations.changes.rows(situation)
    later = _first_months(s, asked, day) - _first_months(s, asked, day - 1)
    rows, at = s.situations.rows_of(situation)
    listed = Calls(
        row=rows,
        last=day[at] - 1,
        reason=np.where(possible, dearer, Reason.LAST_CHANCE)[at],
        later=np.where(possible, later, 0)[at],
        **{name: value[at] for name, value in values.items()},
    )
    return listed.rows(np.lexsort((listed.row, listed.last, -listed.rise, listed.reason)))


def _first_months(s: Simulated, asked: Change, day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what changes on days bring from today within the shortest of `HORIZONS`, grosze net."""
    today = calendar.number(s.today)
    changes = replace(asked, change_on=day)
    priced = price_many(changes, s.tariff)
    cash = priced.net.copy()
    for paid in renewals(changes, priced, s.tariff, int(months_later(today, min(HORIZONS)))):
        cash[paid.rows] += paid.net
    return cash


# -- what the terms leave open


@dataclass(frozen=True)
class ReadingCost:
    """What a question read another way would bring in on the day of the change, grosze net (negative: cost).

    `differs`: the subscriptions whose quote would say something else; `compared`: those of them that have an amount
    either way, which `total` adds up.
    """

    question: str
    choice: str
    differs: int
    compared: int
    total: Grosze


def reading_costs(s: Simulated) -> list[ReadingCost]:
    """Return what every other reading would make of the changes of a scenario."""
    rows = np.flatnonzero(s.changing)
    priced = Priced(**{f.name: getattr(s.priced, f.name)[rows] for f in fields(Priced)})
    weight = s.count[rows]
    return [
        ReadingCost(
            other.question,
            other.choice,
            int(other.differs @ weight),
            int(other.comparable @ weight),
            Grosze(other.delta @ weight),
        )
        for other in other_readings(s.asked.rows(rows), priced, s.tariff)
    ]


# -- refused


@dataclass(frozen=True)
class Refused:
    """Who could not change to a lower package: arrays, a place a `row` of the base.

    `rule` is a place in DECISION_TABLE; `possible_from` the first day (its number) on which the terms offer it;
    `excess`: how much more of each of `RESOURCES` is used than the package allows, as it is counted.
    """

    row: NDArray[np.intp]
    rule: NDArray[np.int64]
    possible_from: NDArray[np.int64]
    excess: dict[str, NDArray[np.int64]]

    def rows(self, which: Any) -> "Refused":
        """Return some of them."""
        excess = {resource: values[which] for resource, values in self.excess.items()}
        return Refused(self.row[which], self.rule[which], self.possible_from[which], excess)

    @property
    def fits(self) -> NDArray[np.bool_]:
        """Whether what is used would fit."""
        fits: NDArray[np.bool_] = np.logical_and.reduce([excess == 0 for excess in self.excess.values()])
        return fits


def refused(s: Simulated) -> Refused:
    """Return who could not change on the day of the scenario, and by how much they are too large."""
    rows = np.flatnonzero(s.of_rows(s.changing & ~s.carried))
    place = s.situations.place[rows]
    uses = {attribute: getattr(s.base, attribute)[rows] for attribute in RESOURCES.values()}
    asked = replace(s.asked.rows(place), **uses)
    situation = Situation(asked, s.tariff, s.tariff.on(calendar.number(s.scenario.change_on)))
    return Refused(
        rows,
        s.priced.rule[place].astype(np.int64),
        np.maximum(situation.day, situation.day - situation.window_gap),
        {resource: situation.excess(resource) for resource in RESOURCES},
    )


# -- another day


def by_day(s: Simulated, days: Sequence[int]) -> list[DayTotal]:
    """Return what would be due altogether if the scenario's change came on each of the days (their numbers)."""
    asked = (s.asked.target != s.asked.package) & (s.renewed.problem == NO_PROBLEM)
    held = Distinct(s.situations.changes.rows(asked), s.count[asked], np.zeros(0, np.intp))
    return sweep(held, calendar.number(s.today), days, s.tariff)
