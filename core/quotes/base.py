"""The base of subscriptions in the desk's database: kept by a manager, replaced as a whole, searched by all."""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from core.messages import Grosze
from core.pipeline.moves import Act
from core.pricing.tariff import Tariff
from core.simulation.reading import Loaded


@dataclass(frozen=True, slots=True)
class Kept:
    """Which base is kept: its file's name and fingerprint, since when, by whom, how many rows."""

    name: str
    sha256: str
    kept_at: dt.datetime
    actor: str
    rows: int


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
        """Return the calculator's form texts that it fills in."""
        raise NotImplementedError


def keep(engine: sa.Engine, loaded: Loaded, tariff: Tariff, name: str, sha256: str, act: Act) -> Kept:
    """Keep a base in place of the one before, by a manager; raises InputError otherwise."""
    raise NotImplementedError


def kept(engine: sa.Engine) -> Kept | None:
    """Return which base is kept; None where none is."""
    raise NotImplementedError


def forget(engine: sa.Engine, act: Act) -> None:
    """Drop the base, by a manager."""
    raise NotImplementedError


def find(engine: sa.Engine, text: str, limit: int = 8) -> list[Held]:
    """Return subscriptions whose number, client or domain a text is or begins, the nearest first."""
    raise NotImplementedError


def by_number(engine: sa.Engine, number: str) -> Held | None:
    """Return a subscription by its whole number; None where the base has none."""
    raise NotImplementedError
