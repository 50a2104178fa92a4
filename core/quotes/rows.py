"""Rows of the database as quotes, and which of them are wanted."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.tables import migration, quote, quote_event
from core.ground.messages import Grosze
from core.ground.moments import midnight
from core.ground.sought import looked_for
from core.ground.text_limits import bounded
from core.ground.validation import composed, one_line
from core.ground.words import fold
from core.offer import extras
from core.offer.customer import Customer
from core.offer.nip import written as written_nip
from core.pricing.rules import OptionKind
from core.quotes.numbers import parse_number
from core.quotes.saved import UNDECIDED, Amount, QuoteEvent, Saved, State

_WORDS = 20
"""Words of a search that are looked for: each of them in every quote."""
_DIGITS = 4
"""Digits that are looked for anywhere; fewer would be found in every second NIP and in every year."""
_BETWEEN = "-/ ._"
_IN_PHONES = "-/ .()\u00a0"
_NIP = re.compile(r"(?:nip ?)?(?:pl ?)?([0-9](?: ?[0-9]){9})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which quotes: states as of today; by whom; saved between days.

    `text`: in number, client, NIP or subscription, or the number or the telephone of its migration.
    """

    text: str = ""
    states: frozenset[State] = frozenset()
    author: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    migration: int | None = None
    subscription: str = ""


_before, _after = quote.alias("before"), quote.alias("after")
_ALL = sa.select(
    quote,
    migration.c.ref.label("ref"),
    _before.c.number.label("replaces"),
    _after.c.number.label("replaced_by"),
).select_from(
    quote.outerjoin(migration, migration.c.id == quote.c.migration_id)
    .outerjoin(_before, _before.c.id == quote.c.replaces_id)
    .outerjoin(_after, _after.c.replaces_id == quote.c.id)
)


def load(connection: sa.Connection, *which: sa.ColumnElement[bool], limit: int | None = None) -> list[Saved]:
    """Return quotes, the newest first, of one epoch: that of the connection."""
    now = epochs.read(connection).name
    query = _ALL.where(*which).order_by(quote.c.id.desc()).limit(limit)
    return [_saved(row, now) for row in connection.execute(query)]


def _saved(row: sa.Row[tuple[object, ...]], epoch: str) -> Saved:
    return Saved(
        id=row.id,
        number=row.number,
        saved_at=row.saved_at,
        author=row.author,
        customer=Customer(row.customer["name"], row.customer["nip"], tuple(row.customer["address"])),
        contact=row.contact,
        language=row.language,
        valid_until=row.valid_until,
        texts=row.texts,
        offered=tuple(OptionKind(kind) for kind in row.offered),
        extras=extras.from_json(row.extras) if row.extras else extras.NONE,
        tariff_version=row.tariff,
        amounts=tuple(amount(one) for one in row.amounts),
        state=State(row.state),
        state_at=row.state_at,
        chosen=OptionKind(row.chosen) if row.chosen else None,
        version=row.version,
        migration=row.migration_id,
        migration_ref=row.ref or "",
        subscription=row.subscription,
        replaces=row.replaces or "",
        replaced_by=row.replaced_by or "",
        epoch=epoch,
    )


def amount(stored: dict[str, object]) -> Amount:
    """Return an amount as it is stored: grosze."""
    net, vat, gross, fee = (Grosze(str(stored[name])) for name in ("net", "vat", "gross", "fee"))
    return Amount(OptionKind(str(stored["kind"])), net, vat, gross, fee)


def load_events(connection: sa.Connection, *ids: int) -> dict[int, list[QuoteEvent]]:
    """Return what happened to quotes, by id, of all of them where none is named, each in order."""
    query = sa.select(quote_event).order_by(quote_event.c.quote_id, quote_event.c.seq)
    found: dict[int, list[QuoteEvent]] = {}
    for row in connection.execute(query.where(quote_event.c.quote_id.in_(ids)) if ids else query):
        told = QuoteEvent(row.seq, row.kind, row.item, row.actor, row.reason, row.recorded_at)
        found.setdefault(row.quote_id, []).append(told)
    return found


# -- what is looked for


def folded(number: str, customer: Customer, subscription: str) -> str:
    """Return what a quote is found by, a line each, without case and accents."""
    nip = (customer.nip, written_nip(customer.nip)) if customer.nip else ()
    return "\n".join(fold(text) for text in (number, customer.name, *nip, subscription) if text)


def conditions(wanted: Wanted, today: dt.date) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what a wanted quote is like on a day in Warsaw; raises InputError where the text is too long."""
    if text := one_line(bounded(wanted.text, "q")):
        yield sa.or_(*_meant(text))
    if wanted.states:
        yield sa.or_(*(_is(state, today) for state in wanted.states))
    if wanted.author:
        yield quote.c.author == wanted.author
    if wanted.since is not None:
        yield quote.c.saved_at >= midnight(wanted.since)
    if wanted.until is not None:
        yield quote.c.saved_at < midnight(wanted.until + dt.timedelta(days=1))
    if wanted.migration is not None:
        yield quote.c.migration_id == wanted.migration
    if wanted.subscription:
        # As it is written down with a quote; what is nothing then is no quote's, not that of all that have none.
        meant = composed(one_line(wanted.subscription))
        yield quote.c.subscription == meant if meant else sa.false()


def _meant(text: str) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what a text may be: words, and a number of ours or a NIP, however they are typed."""
    # What has no letters is looked for as it is, and found nowhere.
    needles = dict.fromkeys(fold(word) or word for word in text.split()[:_WORDS])
    yield sa.and_(*map(_has, needles))
    if number := parse_number(text):
        # A subscription may be numbered as our quotes are.
        yield quote.c.number == number
    if nip := _NIP.fullmatch(fold(text)):
        yield quote.c.folded.contains(nip[1].replace(" ", ""))
    sought = looked_for(text)
    if len(sought.runs) > 1:
        # The number of its migration, whole.
        yield _without(sa.func.lower(migration.c.ref), _BETWEEN) == "".join(sought.runs)
    if len(sought.phone) >= _DIGITS:
        yield _without(migration.c.contact_phone, _IN_PHONES).contains(sought.phone)


def _has(needle: str) -> sa.ColumnElement[bool]:
    """Return whether a quote has a word; a few digits only where a number or a name begins with them."""
    if not (needle.isascii() and needle.isdigit()) or len(needle) >= _DIGITS:
        return quote.c.folded.contains(needle, autoescape=True)
    numbered = quote.c.number.endswith(f"/{int(needle):04}")
    # What is folded begins with the number, as long as it is unfolded.
    rest = sa.func.substr(quote.c.folded, sa.func.length(quote.c.number) + 1)
    return sa.or_(numbered, *(rest.contains(f"{before}{needle}") for before in (" ", "\n")))


def _without(text: sa.ColumnElement[str], letters: str) -> sa.ColumnElement[str]:
    for letter in letters:
        text = sa.func.replace(text, letter, "")
    return text


def _is(state: State, today: dt.date) -> sa.ColumnElement[bool]:
    """Return whether a quote is in a state, as `core.quotes.saved.state_on` says."""
    over = quote.c.valid_until < today
    if state == State.EXPIRED:
        return quote.c.state.in_(UNDECIDED) & over
    there = quote.c.state == state.value
    return there & ~over if state in UNDECIDED else there
