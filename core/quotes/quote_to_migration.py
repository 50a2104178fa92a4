"""What an accepted quote does to a migration: begins one, or brings the one it belongs to up to date; and the way back.

All in the transaction of the quote, which is `alone` among the migrations.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.ground.messages import FieldError, InputError, Message
from core.migration import moves
from core.migration.act import Act
from core.migration.domains import twins
from core.migration.event import Event, iso, moment
from core.migration.migration import Migration
from core.migration.rebuilding import after
from core.pricing.quote import Quote
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.quotes.saved import QuoteEvent, Saved
from core.store.changing import take_up, write_decided
from core.store.rows import load, load_events

Domains = Mapping[str, Mapping[str, Any]]
"""Domains by ASCII name, with their fields, as for `Store.register`."""


def told_by(saved: Saved, priced: Quote, tariff: Tariff, kind: OptionKind) -> dict[str, Any]:
    """Return the fields of a migration that a way of a quote tells: the package, and whether its fee is due.

    Where the change moves nothing it says nothing of a fee: that of the migration was agreed elsewhere.
    """
    package = tariff.packages[tariff.index[priced.request.target]].name
    if not any(line.kind == "migration" for option in priced.options for line in option.lines):
        return {"package": package}
    fee = next(amount.fee for amount in saved.amounts if amount.kind == kind)
    return {"package": package, "fee_applies": fee > 0}


def begin(
    connection: sa.Connection,
    saved: Saved,
    act: Act,
    values: Mapping[str, Any],
    domains: Domains,
    reasons: Mapping[str, str],
) -> Migration:
    """Begin a migration of the quote's client; `reasons`: why of single fields, where that is asked."""
    named = {"client": saved.customer.name, **values}
    return take_up(connection, act, named, domains, reasons=reasons).migration


def bring_up_to_date(
    connection: sa.Connection, saved: Saved, id: int, act: Act, values: Mapping[str, Any], domains: Domains | None
) -> bool:
    """Change the migration that a quote belongs to, and add the domains it lacks; return whether anything changed.

    One that is over stays as it is, unless domains are to be added: that is refused as anywhere.
    """
    (before,) = load(connection, [id])
    if not before.open and not domains:
        return False

    def decide(m: Migration) -> list[Event]:
        events = [*moves.change(m, act, values)]
        for name, fields in (domains or {}).items():
            now = after(m, events)
            if not {name, *twins(name)} & {d.name for d in now.active}:
                events += moves.add_domain(now, act, name, fields)
        # So that the history of the migration says by what, and the way back knows which.
        return [replace(event, reason=saved.number) for event in events]

    return bool(write_decided(connection, before, decide).events)


def set_back(connection: sa.Connection, saved: Saved, events: Iterable[QuoteEvent], act: Act) -> str:
    """Give a migration back the fields that an acceptance changed, where nobody has since; return its ref, or "".

    Raises InputError where the acceptance began the migration, or added domains to it: work may have begun.
    """
    told = [*events]
    last = max(place for place, happened in enumerate(told) if happened.kind == "accepted")
    at = told[last].recorded_at
    done = next((happened for happened in told[last:] if happened.kind in ("begun", "updated")), None)
    if done is None or saved.migration is None:
        return ""
    (m,) = load(connection, [saved.migration])
    history = load_events(connection, [saved.migration])[saved.migration]
    # Not by an acceptance before it, taken back since.
    changed = [e for e in history if e.reason == saved.number and e.recorded_at >= at]
    if done.kind == "begun" or any(happened.kind == "domain_added" for happened in changed):
        raise InputError(FieldError("state", saved.number, Message("error.quote_begun", {"ref": m.ref})))
    back = {e.item: _of_json(e.item, e.old) for e in changed if e.kind == "set" and _json(getattr(m, e.item)) == e.new}
    written = m.open and write_decided(connection, m, lambda now: moves.change(now, act, back)).events
    return m.ref if written else ""


def _json(value: Any) -> Any:
    return iso(value) if isinstance(value, dt.datetime) else value


def _of_json(item: str, value: Any) -> Any:
    return moment(value) if item == "planned_at" else value
