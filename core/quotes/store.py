"""The only module that writes quotes: what stands and its events, together or not at all, numbered without a gap.

Locks are taken in one order, so that nobody waits for each other: migrations, quotes, the year's numbers.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.sqlite_log import rewrite_file
from core.database.tables import erasure, migration, quote, quote_event
from core.database.transactions import reading, writing
from core.ground.clock import WARSAW
from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import midnight
from core.migration.act import Act
from core.migration.carried import line_of, reason_of
from core.migration.people import require
from core.pricing.quote import Quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.quotes import kept_tariff, numbers, quote_to_migration
from core.quotes.drafting import drafted, reproduced, same
from core.quotes.rows import Wanted, conditions, folded, load, load_events
from core.quotes.saved import NEXT, Draft, QuoteEvent, QuoteKind, Saved, State, standing, state_on
from core.store.conflicts import replaced
from core.store.erasing import erase_quotes, record_erasure
from core.store.locks import alone, lock_quotes
from core.store.store import Mark

__all__ = ["QuoteConflictError", "QuoteReplacedError", "Quotes", "Wanted"]


class QuoteConflictError(Exception):
    """Somebody else was quicker. `now`: what stands, None where it is gone; `since`: what happened since."""

    def __init__(self, now: Saved | None, since: Sequence[QuoteEvent]) -> None:
        self.now = now
        self.since = tuple(since)
        super().__init__(f"quote {now.number if now else '?'} has changed: {len(self.since)} events")

    @property
    def message(self) -> Message:
        """What to tell whoever was slower."""
        return Message("deed.meanwhile", count=len(self.since)) if self.now else Message("quotes.erased_meanwhile")


class QuoteReplacedError(QuoteConflictError):
    """The whole database is another one since; `now` is what it has under the same number, None where it has none."""

    def __init__(self, at: dt.datetime | None, now: Saved | None) -> None:
        super().__init__(now, ())
        self.at = at

    @property
    def message(self) -> Message:
        """What to tell whoever saw the database that was there before."""
        return replaced(self.at)


class Quotes:
    """The quotes in a database."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    # -- looking

    def mark(self) -> Mark:
        """Return what is another after every change of any quote: cheap enough to ask every other second."""
        counted = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(quote.c.version), 0)).select_from(quote)
        with reading(self.engine) as connection:
            count, versions = connection.execute(counted).one()
            erased = connection.execute(sa.select(sa.func.coalesce(sa.func.max(erasure.c.id), 0))).scalar_one()
            return int(count), int(versions), int(erased), epochs.read(connection).name

    def one(self, number: str) -> Saved | None:
        """Return a quote by its number, as people type it; None where there is none."""
        wanted = numbers.parse_number(number)
        if wanted is None:
            return None
        with reading(self.engine) as connection:
            return next(iter(load(connection, quote.c.number == wanted)), None)

    def listed(self, wanted: Wanted, today: dt.date, limit: int | None = None) -> list[Saved]:
        """Return the quotes that are wanted, the newest first; raises InputError where the text is too long."""
        which = tuple(conditions(wanted, today))
        with reading(self.engine) as connection:
            return load(connection, *which, limit=limit)

    def events(self, number: str, today: dt.date) -> list[QuoteEvent]:
        """Return what happened to a quote, its expiry among it, in order of time."""
        with reading(self.engine) as connection:
            found = load(connection, quote.c.number == number)
            return _with_expiry(found[0], load_events(connection, found[0].id)[found[0].id], today) if found else []

    def all(self) -> tuple[list[Saved], dict[int, list[QuoteEvent]]]:
        """Return every quote, the newest first, and what happened to them by their ids, as of one moment."""
        with reading(self.engine) as connection:
            return load(connection), load_events(connection)

    def priced(self, saved: Saved) -> tuple[Quote, Tariff]:
        """Return the quote as it was, priced from the tariff it was priced from, with that tariff.

        What it came to is `saved.amounts`: should the desk ever price otherwise, those are what the client was told.
        """
        with reading(self.engine) as connection:
            tariff = kept_tariff.read(connection, saved.tariff_version)
        return reproduced({"texts": saved.texts}, tariff), tariff

    # -- changing

    def save(self, act: Act, draft: Draft, tariff: Tariff) -> Saved:
        """Save a quote under the next number of the year (O/2026/0017); raises InputError where something is wrong.

        The quote it replaces is kept; raises QuoteConflictError where that one was replaced or accepted meanwhile.
        The new one belongs to the migration and the subscription of the old one, where the draft names no other.
        """
        columns = drafted(draft, tariff, act)
        with writing(self.engine) as connection:
            old = _replaced(connection, draft.replaces) if draft.replaces else None
            belongs_to = draft.migration if draft.migration is not None else old.migration if old else None
            ref = _hold(connection, belongs_to) if belongs_to is not None else ""
            if old is not None:
                old = _still_open(connection, old)
            kept_tariff.keep(connection, tariff)
            # What cannot be had again is not kept.
            if not same(reproduced(columns, kept_tariff.read(connection, tariff.version)), draft.quote):
                raise ValueError("a quote that its own texts and tariff do not give again")
            number = numbers.give(connection, act.now)
            subscription = columns["subscription"] or (old.subscription if old else "")
            row = {
                **columns,
                "number": number,
                "saved_at": act.now,
                "folded": folded(number, draft.customer, subscription),
                "subscription": subscription,
                "state": State.DRAFT.value,
                "state_at": act.now,
                "chosen": None,
                "version": 0,
                "migration_id": belongs_to,
                "replaces_id": old.id if old else None,
                "erasing": False,
            }
            id = connection.execute(sa.insert(quote).returning(quote.c.id), [row]).scalar_one()
            happened: list[tuple[QuoteKind, str]] = [("saved", old.number if old else "")]
            if ref:
                happened.append(("attached", ref))
            _tell(connection, id, act, *happened)
            if old is not None:
                _tell(connection, old.id, act, ("replaced", number))
            return load(connection, quote.c.id == id)[0]

    def send(self, seen: Saved, act: Act) -> Saved:
        """Write down that the client has it."""
        with self._deciding(seen, act) as (connection, now):
            _may(now, State.SENT, act)
            return _tell(connection, now.id, act, ("sent", ""))

    def refuse(self, seen: Saved, act: Act, reason: str = "") -> Saved:
        """Write down that the client does not want it, and why where somebody knows."""
        why = line_of("reason", reason)
        with self._deciding(seen, act) as (connection, now):
            _may(now, State.REFUSED, act)
            return _tell(connection, now.id, act, ("refused", ""), reason=why)

    def accept(
        self,
        seen: Saved,
        act: Act,
        kind: OptionKind,
        values: Mapping[str, Any] | None = None,
        domains: quote_to_migration.Domains | None = None,
        reasons: Mapping[str, str] = MappingProxyType({}),
    ) -> Saved:
        """Write down that the client takes a way that was offered, and start its migration or bring it up to date.

        With `domains` (as for `Store.register`) a migration is begun, or those are added to the one it belongs to that
        it lacks; without them only the package and the fee of that one follow. `values` are fields of the migration
        beside what the quote tells, or otherwise than it does; `reasons`: why of single ones. All of it or
        nothing is written.
        """
        with self._deciding(seen, act, moving=True) as (connection, now):
            _may(now, State.ACCEPTED, act)
            if kind not in now.offered:
                expected = Message("error.one_of", {"expected": ", ".join(now.offered)})
                raise InputError(FieldError("offer_option", kind.value, expected))
            happened: list[tuple[QuoteKind, str]] = [("accepted", kind.value)]
            if now.migration is None and not domains:
                # A client's yes is noted whatever the desk prices by now.
                return _tell(connection, now.id, act, *happened)
            tariff = kept_tariff.read(connection, now.tariff_version)
            fields = quote_to_migration.told_by(now, reproduced({"texts": now.texts}, tariff), tariff, kind) | dict(
                values or {}
            )
            if now.migration is not None:
                if quote_to_migration.bring_up_to_date(connection, now, now.migration, act, fields, domains):
                    happened.append(("updated", now.migration_ref))
            elif domains:
                made = quote_to_migration.begin(connection, now, act, fields, domains, reasons)
                connection.execute(sa.update(quote).where(quote.c.id == now.id).values(migration_id=made.id))
                happened.append(("begun", made.ref))
            return _tell(connection, now.id, act, *happened)

    def take_back(self, seen: Saved, act: Act, reason: str) -> Saved:
        """Take a wrong click back: sent, accepted or refused; the quote is what it was before, with the reason why.

        What the acceptance changed of its migration is set back, where nobody has changed it since. Raises InputError
        where it began a migration, or added domains to one.
        """
        why = reason_of(reason)
        with self._deciding(seen, act, moving=True) as (connection, now):
            _may_change(now)
            if now.state == State.DRAFT:
                raise InputError(FieldError("state", now.number, Message("error.quote_is.draft")))
            ref = ""
            if now.state == State.ACCEPTED:
                ref = quote_to_migration.set_back(connection, now, load_events(connection, now.id)[now.id], act)
            return _tell(connection, now.id, act, ("taken_back", ref), reason=why)

    def attach(self, seen: Saved, act: Act, migration_id: int) -> Saved:
        """Say which migration a quote belongs to; one whose acceptance has moved something stays where it is."""
        with self._deciding(seen, act, holding=migration_id) as (connection, now):
            if now.state == State.ACCEPTED and now.migration is not None:
                values = {"ref": now.migration_ref}
                raise InputError(FieldError("ref", now.number, Message("error.quote_attached", values)))
            ref = _hold(connection, migration_id)
            if now.migration == migration_id:
                return now
            connection.execute(sa.update(quote).where(quote.c.id == now.id).values(migration_id=migration_id))
            return _tell(connection, now.id, act, ("attached", ref))

    def erase(self, seen: Saved, act: Act, reason: str) -> None:
        """Erase a quote with its client's data and its events, by a manager; its number does not come back."""
        require(act.person, "erase")
        why = reason_of(reason)
        with self._deciding(seen, act, erasing=True) as (connection, now):
            personal = (now.customer.name, now.customer.nip, now.contact)
            if any(text.casefold() in why.casefold() for text in personal if text):
                raise InputError(FieldError("reason", "", Message("error.reason_names")))
            events = erase_quotes(connection, quote.c.id == now.id)
            record_erasure(connection, act.now, act.person.id, why, 0, events, "quote")
        rewrite_file(self.engine)

    @contextmanager
    def _deciding(
        self, seen: Saved, act: Act, *, moving: bool = False, holding: int | None = None, erasing: bool = False
    ) -> Iterator[tuple[sa.Connection, Saved]]:
        """Give the quote as it stands, locked; raises QuoteConflictError where that is not what was seen.

        `moving`: migrations may be written too; `holding`: the migration that must stay meanwhile.
        """
        require(act.person, "work")
        with writing(self.engine) as connection:
            if moving:
                alone(connection)
                own = sa.select(migration.c.id).where(migration.c.id == seen.migration)
                connection.execute(own.with_for_update(key_share=True))
            if holding is not None:
                _hold(connection, holding)
            if erasing:
                lock_quotes(connection)
            yield connection, _seen(connection, seen)


def _seen(connection: sa.Connection, seen: Saved) -> Saved:
    epoch = epochs.read(connection)
    if epoch.name != seen.epoch:
        raise QuoteReplacedError(epoch.restored_at, next(iter(load(connection, quote.c.number == seen.number)), None))
    now = _locked(connection, seen.id)
    if now is None:
        raise QuoteConflictError(None, ())
    if now.version != seen.version:
        raise QuoteConflictError(now, load_events(connection, now.id)[now.id][seen.version :])
    return now


def _locked(connection: sa.Connection, id: int) -> Saved | None:
    if connection.execute(sa.select(quote.c.id).where(quote.c.id == id).with_for_update()).first() is None:
        return None
    return load(connection, quote.c.id == id)[0]


def _hold(connection: sa.Connection, id: int) -> str:
    """Return the ref of a migration that is not erased until the transaction ends; raises InputError where it is."""
    query = sa.select(migration.c.ref).where(migration.c.id == id).with_for_update(read=True)
    ref: str | None = connection.execute(query).scalar()
    if ref is None:
        raise InputError(FieldError("ref", id, Message("error.quote_no_migration")))
    return ref


def _replaced(connection: sa.Connection, number: str) -> Saved:
    found = load(connection, quote.c.number == numbers.parse_number(number))
    if not found:
        raise InputError(FieldError("replaces", number, Message("error.quote_unknown")))
    return found[0]


def _still_open(connection: sa.Connection, old: Saved) -> Saved:
    """Return a quote that is to be replaced, locked; raises QuoteConflictError where it was, or was accepted."""
    now = _locked(connection, old.id)
    if now is None:
        raise QuoteConflictError(None, ())
    if now.replaced_by or now.state == State.ACCEPTED:
        wanted = "replaced" if now.replaced_by else "accepted"
        told = load_events(connection, now.id)[now.id]
        last = max(place for place, happened in enumerate(told) if happened.kind == wanted)
        raise QuoteConflictError(now, told[last:])
    return now


def _may_change(now: Saved) -> None:
    if now.replaced_by:
        values = {"number": now.replaced_by}
        raise InputError(FieldError("state", now.number, Message("error.quote_replaced", values)))


def _may(now: Saved, to: State, act: Act) -> None:
    _may_change(now)
    state = state_on(now, act.now.astimezone(WARSAW).date())
    if to not in NEXT[state]:
        values = {"valid_until": now.valid_until}
        raise InputError(FieldError("state", now.number, Message(f"error.quote_is.{state}", values)))


def _tell(connection: sa.Connection, id: int, act: Act, *happened: tuple[QuoteKind, str], reason: str = "") -> Saved:
    """Write what happened to a quote, and where it stands after it; return it."""
    told = load_events(connection, id).get(id, [])
    new = [
        QuoteEvent(seq, kind, item, act.person.id, reason, act.now.astimezone(dt.UTC))
        for seq, (kind, item) in enumerate(happened, start=len(told) + 1)
    ]
    rows = [
        {
            "quote_id": id,
            "seq": e.seq,
            "kind": e.kind,
            "item": e.item,
            "actor": e.actor,
            "reason": e.reason,
            "recorded_at": e.recorded_at,
        }
        for e in new
    ]
    connection.execute(sa.insert(quote_event), rows)
    now = standing([*told, *new])
    values = {"state": now.state.value, "state_at": now.state_at, "chosen": now.chosen, "version": now.version}
    connection.execute(sa.update(quote).where(quote.c.id == id).values(values))
    return load(connection, quote.c.id == id)[0]


def _with_expiry(saved: Saved, told: list[QuoteEvent], today: dt.date) -> list[QuoteEvent]:
    if state_on(saved, today) != State.EXPIRED:
        return told
    at = midnight(saved.valid_until + dt.timedelta(days=1))
    expired = QuoteEvent(0, "expired", "", "", "", at)
    return sorted([*told, expired], key=lambda happened: happened.recorded_at)
