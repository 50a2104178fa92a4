"""The only module that writes quotes: what stands and its events, together or not at all, numbered without a gap."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.messages import Message
from core.pipeline.moves import Act
from core.pricing.quote import Quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.quotes.saved import Draft, QuoteEvent, Saved, State


class QuoteConflictError(Exception):
    """Somebody else was quicker. `now`: what stands, None where it is gone; `since`: what happened since."""

    def __init__(self, now: Saved | None, since: Sequence[QuoteEvent]) -> None:
        self.now = now
        self.since = tuple(since)
        super().__init__(f"quote {now.number if now else '?'} has changed: {len(self.since)} events")

    @property
    def message(self) -> Message:
        """What to tell whoever was slower."""
        return Message("quotes.meanwhile", count=len(self.since))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which quotes: `text` in number, client, NIP or subscription; states as of today; by whom; saved between days."""

    text: str = ""
    states: frozenset[State] = frozenset()
    author: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    migration: int | None = None
    subscription: str = ""


class Quotes:
    """The quotes in a database."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def mark(self) -> tuple[int | str, ...]:
        """Return what is another after every change of any quote."""
        raise NotImplementedError

    def one(self, number: str) -> Saved | None:
        """Return a quote by its number; None where there is none."""
        raise NotImplementedError

    def listed(self, wanted: Wanted, today: dt.date, limit: int | None = None) -> list[Saved]:
        """Return the quotes that are wanted, the newest first."""
        raise NotImplementedError

    def events(self, number: str, today: dt.date) -> list[QuoteEvent]:
        """Return what happened to a quote, its expiry among it, in order of time."""
        raise NotImplementedError

    def priced(self, saved: Saved) -> tuple[Quote, Tariff]:
        """Return the quote as it was, priced from the tariff it was priced from, with that tariff."""
        raise NotImplementedError

    def save(self, act: Act, draft: Draft, tariff: Tariff) -> Saved:
        """Save a quote under the next number of the year (O/2026/0017); raises InputError where something is wrong.

        The quote it replaces is kept; raises QuoteConflictError where that one was replaced or accepted meanwhile.
        """
        raise NotImplementedError

    def send(self, seen: Saved, act: Act) -> Saved:
        """Write down that the client has it."""
        raise NotImplementedError

    def refuse(self, seen: Saved, act: Act, reason: str = "") -> Saved:
        """Write down that the client does not want it, and why where somebody knows."""
        raise NotImplementedError

    def accept(
        self,
        seen: Saved,
        act: Act,
        kind: OptionKind,
        values: Mapping[str, Any] | None = None,
        domains: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Saved:
        """Write down that the client takes a way that was offered, and start its migration or bring it up to date.

        With `domains` (as for `Store.register`) a migration is begun, or they are added to the one it belongs to;
        without them only the package and the fee of that one follow. All of it or nothing is written.
        """
        raise NotImplementedError

    def attach(self, seen: Saved, act: Act, migration_id: int) -> Saved:
        """Say which migration a quote belongs to."""
        raise NotImplementedError

    def erase(self, seen: Saved, act: Act, reason: str) -> None:
        """Erase a quote with its client's data and its events, by a manager; its number does not come back."""
        raise NotImplementedError
