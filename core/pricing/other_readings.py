"""What each ambiguous sentence of the terms, read the other way, would make of a whole portfolio."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.pricing.portfolio import NO_PROBLEM, Priced, by_regime, columns, price_many, values_of
from core.pricing.readings import CHOICES, Readings
from core.pricing.rules import DECISION_TABLE
from core.pricing.situation import Change
from core.pricing.tariff import Tariff
from core.pricing.unpriceable import BOUNDS

_WITHOUT_PRICE = tuple(bound for bound in BOUNDS if bound.field != "price_net")


@dataclass(frozen=True)
class OtherReading:
    """A question read another way at all times.

    `differs`: the rows whose outcome changes; `comparable`: those of them that have an amount either way, with `delta`
    grosze (net) more than as it is read now.
    """

    question: str
    choice: str
    differs: NDArray[np.bool_]
    comparable: NDArray[np.bool_]
    delta: NDArray[np.int64]


def other_readings(changes: Change, priced: Priced, tariff: Tariff) -> Iterator[OtherReading]:
    """Yield what every reading that is not taken throughout would change; `priced` is `changes` under `tariff`.

    As the notes of a single quote have it: what was contracted and what is bought stay, only the reading changes, and
    an option that only one of two readings knows is compared with the one without our migration.
    """
    changes = columns(changes)
    sound = np.flatnonzero(priced.problem == NO_PROBLEM)
    regimes = [(in_force.readings, sound[rows]) for in_force, rows in by_regime(changes.change_on[sound], tariff)]
    ordered = changes.move_ordered.copy()
    for readings, rows in regimes:
        ordered[rows] &= ~_single_option(priced.rule[rows], readings)
    contract = values_of(changes, priced, tariff, lambda s: s.contract_price)
    kept = replace(
        changes,
        move_ordered=ordered,
        target_period_months=np.where(priced.period > 0, priced.period, changes.target_period_months),
    )
    # Under A15 the term has a day less and may be no whole months any more: it keeps its price, which may be more than
    # anybody may type in where the list's is scaled to a long term.
    priced_kept = replace(kept, price_net=np.where(priced.problem == NO_PROBLEM, contract, changes.price_net))
    for question, choices in CHOICES.items():
        for choice in choices:
            otherwise = [rows for readings, rows in regimes if getattr(readings, question) != choice]
            if not otherwise:
                continue
            asked, bounds = (priced_kept, _WITHOUT_PRICE) if question == "A15" else (kept, BOUNDS)
            other = price_many(asked, tariff.with_readings(**{question: choice}), bounds)
            differs = np.zeros(len(priced.rule), np.bool_)
            differs[np.concatenate(otherwise)] = True
            differs &= _another_outcome(priced, other, changes)
            comparable = differs & priced.available & other.available
            yield OtherReading(question, choice, differs, comparable, (other.net - priced.net) * comparable)


def _another_outcome(priced: Priced, other: Priced, changes: Change) -> NDArray[np.bool_]:
    """Whether rows come out otherwise in anything that a quote would say: see `Outcome.fingerprint`."""
    differs = np.zeros(len(priced.rule), np.bool_)
    for field in ("rule", "available", "surcharge", "renewal", "migration"):
        differs |= getattr(priced, field) != getattr(other, field)
    differs |= _begins(priced, changes) != _begins(other, changes)
    return differs


def _begins(priced: Priced, changes: Change) -> NDArray[np.int64]:
    """Where a period bought late begins: 2 on the day of the change, 1 elsewhere, 0 for what is not bought late."""
    late = priced.buys & priced.expired
    return np.where(late, 1 + (priced.origin == changes.change_on), 0)


def _single_option(rule: NDArray[np.int8], readings: Readings) -> NDArray[np.bool_]:
    """Whether the rules of rows know one way only to carry the change out."""
    single: NDArray[np.bool_] = np.array([len(row.options(readings)) == 1 for row in DECISION_TABLE])[rule]
    return single
