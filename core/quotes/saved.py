"""A quote that was saved: its number, its client, its whole input and what it came to; its states and their order."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from core.ground.messages import Grosze
from core.offer.customer import Customer
from core.offer.extras import NONE, Extras
from core.pricing.quote import Quote
from core.pricing.rules import OptionKind


class State(StrEnum):
    """How far a quote has come. `expired` is never stored: a draft or sent quote is that after its last day."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"


NEXT: Mapping[State, tuple[State, ...]] = {
    State.DRAFT: (State.SENT, State.ACCEPTED, State.REFUSED),
    State.SENT: (State.ACCEPTED, State.REFUSED),
    State.ACCEPTED: (),
    State.REFUSED: (),
    State.EXPIRED: (),
}
"""State -> the states a person can take it to."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What a way of carrying the change out costs with all that is on the bill, grosze; `fee`: the migration's, net."""

    kind: OptionKind
    net: Grosze
    vat: Grosze
    gross: Grosze
    fee: Grosze


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be saved: the quote as priced now, and for whom; `offered` are the ways, the suggested one first.

    `migration` is the id of the one it belongs to, `subscription` the number in the base ("" for none); `replaces` is
    the number of the quote that this one takes the place of.
    """

    quote: Quote
    offered: tuple[OptionKind, ...]
    customer: Customer
    contact: str
    language: str
    valid_until: dt.date
    agreed_on: dt.date | None = None
    extras: Extras = NONE
    migration: int | None = None
    subscription: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """A quote as it stands; `texts` is the calculator's form, `tariff_version` what it was priced from.

    `version` counts its events: whoever changes it says which one they saw.
    """

    id: int
    number: str
    saved_at: dt.datetime
    author: str
    customer: Customer
    contact: str
    language: str
    valid_until: dt.date
    texts: Mapping[str, str]
    offered: tuple[OptionKind, ...]
    extras: Extras
    tariff_version: str
    amounts: tuple[Amount, ...]
    state: State
    state_at: dt.datetime
    chosen: OptionKind | None
    version: int
    migration: int | None
    migration_ref: str
    subscription: str
    replaces: str
    replaced_by: str
    epoch: str


QuoteKind = Literal[
    "saved", "sent", "accepted", "refused", "taken_back", "replaced", "attached", "begun", "updated", "expired"
]
"""What happens to a quote: the last one is told, never stored."""


@dataclass(frozen=True, slots=True)
class QuoteEvent:
    """What happened to a quote.

    `item`: the way that was accepted; the ref of the migration it was attached to, or that was begun by it, brought up
    to date, or set back; the number of the quote that it replaces (saved), or that replaces it.
    """

    seq: int
    kind: QuoteKind
    item: str
    actor: str
    reason: str
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a quote stands after its events: what is stored beside them, to be asked for quickly."""

    state: State
    state_at: dt.datetime
    chosen: OptionKind | None
    version: int


_LEADS_TO: Mapping[str, State] = {
    "saved": State.DRAFT,
    "sent": State.SENT,
    "accepted": State.ACCEPTED,
    "refused": State.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A state that a quote came to, when, and by which way where it was accepted."""

    state: State
    at: dt.datetime
    chosen: OptionKind | None = None


def way(events: Iterable[QuoteEvent]) -> list[Step]:
    """Return the states a quote came through, what was taken back left out.

    Raises ValueError where its events are not those of a quote.
    """
    steps: list[Step] = []
    for happened in events:
        if happened.kind in _LEADS_TO:
            kind = OptionKind(happened.item) if happened.kind == "accepted" else None
            steps.append(Step(_LEADS_TO[happened.kind], happened.recorded_at, kind))
        elif happened.kind == "taken_back":
            steps.pop()
        if not steps or steps[0].state != State.DRAFT:
            raise ValueError(f"a quote begins with being saved, not with {happened.kind}")
    if not steps:
        raise ValueError("a quote without events")
    return steps


def standing(events: Iterable[QuoteEvent]) -> Standing:
    """Return where events lead; raises ValueError where they are not those of a quote."""
    told = [*events]
    last = way(told)[-1]
    return Standing(last.state, last.at, last.chosen, version=len(told))


def state_on(saved: Saved, day: dt.date) -> State:
    """Return the state on a day in Warsaw: expired after its last day, unless somebody had decided."""
    return State.EXPIRED if saved.state in UNDECIDED and day > saved.valid_until else saved.state


UNDECIDED = (State.DRAFT, State.SENT)
"""The states of a quote that can still expire."""

_DEEDS = {State.SENT: "send", State.ACCEPTED: "accept", State.REFUSED: "refuse"}


def possible(saved: Saved, day: dt.date) -> tuple[str, ...]:
    """Return what a person can do with a quote on a day: send, accept, refuse, take_back; nothing once replaced."""
    if saved.replaced_by:
        return ()
    state = state_on(saved, day)
    back = () if state in (State.DRAFT, State.EXPIRED) else ("take_back",)
    return (*(_DEEDS[next] for next in NEXT[state]), *back)
