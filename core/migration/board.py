"""The board: migrations as cards in the columns of their stages, the most urgent first."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.ground.clock import WARSAW
from core.ground.messages import Grosze
from core.migration.fee import fee_of
from core.migration.gate import at_gate, way_back
from core.migration.listing import Listed
from core.migration.migration import Migration
from core.migration.stages import DONE, STAGES, STEPS, Process, position
from core.pricing.tariff import Tariff

SHOWN = 15
"""Cards drawn of a column: the most urgent; the table has the rest."""

RECENT = dt.timedelta(days=7)
"""How long a closed migration stays in the last column of a board of open ones."""

Way = Literal["on", "skip", "back", "rework", "switched_back", "here", "closed", "cancelled", "held"]
"""What dropping a card on a stage comes to."""


@dataclass(frozen=True, slots=True)
class Card:
    """A migration on the board. `days`: how long it stands at its stage, None where unknown; `fee`: grosze net."""

    listed: Listed
    days: int | None
    fee: Grosze | None


@dataclass(frozen=True, slots=True)
class Column:
    """A stage of the board: how many of those asked for stand there, their fees together (grosze net), the most urgent.

    `standing`: how many open ones stand there, asked for or not; `limit`: how many are wise, None where none is set;
    `aside`: it is of what is over, while others are of what is to be done, and may make room for them.
    """

    stage: str
    count: int
    standing: int
    limit: int | None
    fees: Grosze
    cards: tuple[Card, ...]
    aside: bool = False

    @property
    def more(self) -> int:
        """How many are left out."""
        return self.count - len(self.cards)


def columns(
    found: Sequence[Listed], migrations: Iterable[Migration], process: Process, tariff: Tariff | None, today: dt.date
) -> list[Column]:
    """Return the ten columns of a board of those `found` among all migrations, each in the order of the list.

    Cancelled migrations stand on no stage.
    """
    by_stage: dict[str, list[Listed]] = {stage: [] for stage in STAGES}
    for item in found:
        if item.migration.cancelled is None:
            by_stage[item.migration.stage].append(item)
    standing = Counter(m.stage for m in migrations if m.open)
    return [
        Column(
            stage,
            len(items),
            standing[stage],
            process.by_id[stage].wip_limit,
            Grosze(sum(_fee(item.migration, tariff, today) or 0 for item in items)),
            tuple(_card(item, tariff, today) for item in items[:SHOWN]),
            stage == STAGES[-1] and any(by_stage[open_one] for open_one in STAGES[:-1]),
        )
        for stage, items in by_stage.items()
    ]


def standing(migrations: Iterable[Migration], stage: str) -> int:
    """Return how many open migrations stand at a stage: what its limit of work in progress is compared with."""
    return sum(m.open and m.stage == stage for m in migrations)


def way(m: Migration, to: str | None = None, step: str | None = None) -> Way:
    """Return what it comes to to drop the card of a migration on a stage, or to move it on: the gate decides.

    `step`: it is dropped for its domains that stand there; else for those at its stage.
    """
    if m.cancelled is not None:
        return "cancelled"
    here = step or m.stage
    if to == here:
        return "here"
    if to is not None and position(to) < position(here):
        return way_back(m.domains[at_gate(m, here)[0]], to) if here in STEPS and to in STEPS else "back"
    if here == STAGES[-1]:
        return "closed"
    if m.hold is not None:
        return "held"
    if here == DONE:
        return "skip"
    return "on" if to is None or STAGES.index(to) == STAGES.index(here) + 1 else "skip"


def _card(item: Listed, tariff: Tariff | None, today: dt.date) -> Card:
    m = item.migration
    entered = m.entered.get(m.stage)
    days = (today - entered.astimezone(WARSAW).date()).days if entered else None
    return Card(item, days, _fee(m, tariff, today))


def _fee(m: Migration, tariff: Tariff | None, today: dt.date) -> Grosze | None:
    return fee_of(m, tariff, today) if tariff is not None and m.fee_applies else None
