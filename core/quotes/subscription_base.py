"""The base of subscriptions in the desk's database: kept by a manager, replaced as a whole, searched by all."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256 as fingerprint
from itertools import islice
from typing import Any

import sqlalchemy as sa

from core.database.tables import base, subscription, subscription_domain
from core.database.transactions import reading, writing
from core.dns.names import parse_name
from core.ground.file_limits import KEPT_SUBSCRIPTIONS
from core.ground.messages import FieldError, Grosze, InputError, Message
from core.ground.secrets import refuse_secrets, suspicion
from core.ground.settings import ROOT
from core.ground.text_limits import bounded
from core.ground.validation import one_line
from core.ground.words import fold
from core.migration.act import Act
from core.migration.domains import twins
from core.migration.people import require
from core.pricing import calendar
from core.pricing.money import to_decimal
from core.pricing.situation import FROM_LIST
from core.pricing.tariff import Tariff, disk_text
from core.simulation.reading import Loaded
from core.simulation.samples import NAME as SAMPLES
from core.simulation.subscriptions import NOT_TOLD, Subscriptions

_AT_ONCE = 10_000
_LONGEST_NAME = 200
_WORDS = 20
"""Words of a search that are looked for: each of them in every subscription."""
_OF_A_NAME = re.compile(r"[a-z0-9.-]{2,253}")


@dataclass(frozen=True, slots=True)
class Kept:
    """Which base is kept: its file's name and fingerprint, since when, by whom, how many rows.

    `left_out`: numbers of subscriptions that are not kept as what they are called looks like a password; known to
    whoever keeps them, not afterwards.
    """

    name: str
    sha256: str
    kept_at: dt.datetime
    actor: str
    rows: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription as the base has it. `price_net` None: the list price; `disk` in thousandths of a GB."""

    number: str
    client: str
    package: str
    term_start: dt.date
    valid_until: dt.date
    service_start: dt.date | None
    price_net: Grosze | None
    domains: int
    mailboxes: int
    disk: int
    names: tuple[str, ...]

    def texts(self) -> dict[str, str]:
        """Return the calculator's form texts that it fills in: "" for the list price, and for a start not known."""
        return {
            "package": self.package,
            "term_start": str(self.term_start),
            "valid_until": str(self.valid_until),
            "service_start": str(self.service_start or ""),
            "price_net": "" if self.price_net is None else str(to_decimal(self.price_net)),
            "domains": str(self.domains),
            "mailboxes": str(self.mailboxes),
            "disk_gb": disk_text(self.disk),
        }


# -- keeping


def keep(engine: sa.Engine, loaded: Loaded, tariff: Tariff, name: str, sha256: str, act: Act) -> Kept:
    """Keep a base in place of the one before, all of it or nothing, by a manager; raises InputError otherwise.

    The samples are never kept, nor is a base without a row or with more than KEPT_SUBSCRIPTIONS. A subscription whose
    client or number looks like a password stays out.
    """
    require(act.person, "base")
    name = one_line(name)[:_LONGEST_NAME]
    refuse_secrets("file", name)
    held = loaded.subscriptions
    if loaded.invented or sha256 == fingerprint((ROOT / SAMPLES).read_bytes()).hexdigest():
        raise InputError(FieldError("file", name, Message("error.base_samples")))
    if not 0 < len(held) <= KEPT_SUBSCRIPTIONS:
        right = {"first": 1, "last": KEPT_SUBSCRIPTIONS}
        raise InputError(FieldError("file", name, Message("error.base_rows", {**right, "found": len(held)})))
    rows, left_out = _rows(held, tariff)
    kept = Kept(name, sha256, act.now, act.person.id, len(rows), left_out)
    with writing(engine) as connection:
        _empty(connection)
        of_base = {"name": name, "sha256": sha256, "kept_at": act.now, "actor": act.person.id, "rows": len(rows)}
        id = connection.execute(sa.insert(base).values(of_base).returning(base.c.id)).scalar_one()
        _insert(connection, subscription, ({**row, "base_id": id} for row, _ in rows))
        named = ({"subscription_id": row["id"], "name": one} for row, names in rows for one in names)
        _insert(connection, subscription_domain, named)
    return kept


def kept(engine: sa.Engine) -> Kept | None:
    """Return which base is kept; None where none is."""
    with reading(engine) as connection:
        row = connection.execute(sa.select(*base.c).order_by(base.c.id.desc()).limit(1)).first()
    return Kept(row.name, row.sha256, row.kept_at, row.actor, row.rows) if row else None


def forget(engine: sa.Engine, act: Act) -> None:
    """Drop the base, by a manager."""
    require(act.person, "base")
    with writing(engine) as connection:
        _empty(connection)


def _empty(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Of two that keep a base at once the second takes the place of the first's; readers go on.
        connection.execute(sa.text("LOCK TABLE base IN SHARE ROW EXCLUSIVE MODE"))
    for table in (subscription_domain, subscription, base):
        connection.execute(sa.delete(table))


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        connection.execute(sa.insert(table), some)


def _rows(held: Subscriptions, tariff: Tariff) -> tuple[list[tuple[dict[str, Any], list[str]]], tuple[str, ...]]:
    """Return the rows of the table with the names of each, and the numbers of those that are left out."""
    packages = [package.id for package in tariff.packages]
    day = lru_cache(None)(calendar.date)
    columns = ("id", "client", "package", "term_start", "valid_until", "price_net", "domains", "mailboxes", "disk")
    starts = [None if start == NOT_TOLD else day(start) for start in held.service_start.tolist()]
    values = zip(*(getattr(held, name).tolist() for name in columns), held.names.tolist(), starts, strict=True)
    secret = lru_cache(None)(lambda text: suspicion(text) is not None)
    rows: list[tuple[dict[str, Any], list[str]]] = []
    left_out: list[str] = []
    for number, client, package, start, until, price, domains, mailboxes, disk, names, service in values:
        if secret(client) or suspicion(number):
            left_out.append(number)
            continue
        row = {
            "id": len(rows) + 1,
            "number": number,
            "client": client,
            "folded_number": fold(number),
            "folded_client": fold(client),
            "package": packages[package],
            "term_start": day(start),
            "valid_until": day(until),
            "service_start": service,
            "price_net": None if price == FROM_LIST else price,
            "domains": domains,
            "mailboxes": mailboxes,
            "disk": disk,
        }
        rows.append((row, list(dict.fromkeys(names.split()))))
    return rows, tuple(left_out)


# -- finding


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: the text folded, its words, the name it is ("" for none), and what a name may begin with."""

    folded: str
    names: tuple[str, ...]
    begins: str

    @property
    def words(self) -> list[str]:
        """The words of a number or a client."""
        return [*dict.fromkeys(self.folded.split()[:_WORDS])]


def wanted(text: str) -> Wanted:
    """Return what a text asks for; raises InputError where it is too long. A page's or a mailbox's domain counts.

    >>> wanted("https://www.Żółw.pl/kontakt").names
    ('xn--w-uga1v8h.pl', 'www.xn--w-uga1v8h.pl')
    """
    text = one_line(bounded(text, "subscription", told=_LONGEST_NAME))
    if not text:
        return Wanted("", (), "")
    found = _name(text)
    begins = text.lower().removeprefix("www.")
    if not begins.isascii():
        # A label without its end: as the DNS has it, the end of a name cannot be left off.
        begins = "" if "." in begins else _name(f"{begins}.pl").removesuffix("pl")
    return Wanted(fold(text), twins(found) if found else (), begins if _OF_A_NAME.fullmatch(begins) else "")


def _name(text: str) -> str:
    """Return the name that a text is or has in it, "" for none."""
    try:
        return parse_name(text).ascii
    except InputError as error:
        inside = str(error.errors[0].message.values.get("name", ""))
    try:
        return parse_name(inside).ascii
    except InputError:
        return ""


def find(engine: sa.Engine, text: str, limit: int = 8) -> list[Held]:
    """Return subscriptions whose number, client or domain a text is or begins, the nearest first.

    Several words may begin any of the client's and the number's. Raises InputError where it is too long.
    """
    asked = wanted(text)
    if not asked.folded:
        return []
    ids: dict[int, None] = {}
    with reading(engine) as connection:
        for query in _queries(connection.dialect.name == "sqlite", asked):
            ids |= dict.fromkeys(connection.execute(query.limit(limit)).scalars())
            if len(ids) >= limit:
                break
        return _held(connection, list(ids)[:limit])


def _queries(sqlite: bool, asked: Wanted) -> Iterator[sa.Select[int]]:
    """Yield queries for ids, the nearest first."""
    number, client = subscription.c.folded_number, subscription.c.folded_client
    named = sa.select(subscription_domain.c.subscription_id)
    rows = sa.select(subscription.c.id)

    def begins(column: sa.ColumnElement[str], text: str) -> sa.ColumnElement[bool]:
        # SQLite's LIKE knows no index; on PostgreSQL the order of letters is the server's.
        if sqlite:
            return sa.and_(column >= text, column < f"{text}\U0010ffff")
        return column.like(f"{text}%")

    yield rows.where(number == asked.folded)
    if asked.names:
        yield named.where(subscription_domain.c.name.in_(asked.names)).order_by(subscription_domain.c.name)
    yield rows.where(begins(number, asked.folded)).order_by(number)
    if asked.begins:
        yield named.where(begins(subscription_domain.c.name, asked.begins)).order_by(subscription_domain.c.name)
    yield rows.where(begins(client, asked.folded)).order_by(client, number)
    hay = sa.literal(" ") + number + " " + client
    yield rows.where(*(hay.like(f"% {word}%") for word in asked.words)).order_by(client, number)


def by_number(engine: sa.Engine, number: str) -> Held | None:
    """Return a subscription by its whole number; None where the base has none. Raises InputError on a long text."""
    number = one_line(bounded(number, "subscription", told=_LONGEST_NAME))
    of_number = sa.select(subscription.c.id).where(
        subscription.c.folded_number == fold(number), subscription.c.number == number
    )
    with reading(engine) as connection:
        return next(iter(_held(connection, list(connection.execute(of_number.limit(1)).scalars()))), None)


def _held(connection: sa.Connection, ids: Sequence[int]) -> list[Held]:
    """Return subscriptions by their ids, in their order."""
    names: dict[int, list[str]] = {}
    named = sa.select(*subscription_domain.c).where(subscription_domain.c.subscription_id.in_(ids))
    for id, name in connection.execute(named.order_by(subscription_domain.c.name)):
        names.setdefault(id, []).append(name)
    columns = [subscription.c[name] for name in Held.__dataclass_fields__ if name != "names"]
    rows = connection.execute(sa.select(subscription.c.id, *columns).where(subscription.c.id.in_(ids)))
    found: dict[int, Held] = {}
    for id, *values in rows:
        # What the table says by the names of its columns.
        said = dict(zip((column.name for column in columns), values, strict=True))
        said["price_net"] = None if said["price_net"] is None else Grosze(said["price_net"])
        found[id] = Held(**said, names=tuple(names.get(id, ())))
    return [found[id] for id in ids]
