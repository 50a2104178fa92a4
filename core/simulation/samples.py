"""Invented subscriptions for whoever has brought none yet: data/subscriptions.csv is what `sample_csv` returns.

No client is a real one, nor are their domains: names ending in .example are nobody's (RFC 2606). Terms start on the
days 1 to 28, so that all of it can be moved by whole months.
"""

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from random import Random

import numpy as np

from core.ground.settings import ROOT
from core.ground.words import fold
from core.pricing import calendar
from core.pricing.money import to_decimal
from core.pricing.tariff import Tariff
from core.simulation.columns import COLUMNS
from core.simulation.reading import Loaded, load
from core.simulation.subscriptions import NOT_TOLD

NAME = "data/subscriptions.csv"
REFERENCE = dt.date(2026, 11, 1)
"""The month for which the file is written."""

_SEED = 8
_MANY = 2_000
_LATE = 12
"""How many are left from the month before, unpaid since its last days."""
_LISTED_SINCE = dt.date(2025, 3, 1)
"""Terms that began before this day were sold by another list and carry their price."""


@dataclass(frozen=True, slots=True)
class _Held:
    """How a package is held: how often, at which prices by months (grosze), and how much of what at most."""

    package: str
    weight: int
    prices: Mapping[int, int]
    domains: int
    mailboxes: int
    disk: Decimal


_HELD = (
    _Held("start", 26, {12: 89_00}, 1, 5, Decimal(10)),
    _Held("firma", 38, {1: 19_00, 12: 199_00, 24: 369_00}, 5, 25, Decimal(50)),
    _Held("sklep", 19, {1: 29_00, 12: 299_00, 24: 549_00}, 20, 100, Decimal(100)),
    _Held("agencja", 6, {12: 499_00, 24: 919_00}, 100, 400, Decimal(250)),
    _Held("vps-s", 5, {1: 49_00, 12: 499_00}, 12, 60, Decimal(40)),
    _Held("vps-m", 4, {1: 85_00, 12: 899_00, 24: 1699_00}, 30, 150, Decimal(80)),
    _Held("vps-l", 2, {1: 149_00, 12: 1549_00, 24: 2899_00}, 60, 400, Decimal(160)),
)
_TERMS = {1: 15, 12: 70, 24: 15}
"""How often a term of so many months is bought."""

_TRADES = (
    "Piekarnia", "Kwiaciarnia", "Księgarnia", "Warsztat", "Drukarnia", "Pracownia", "Hurtownia", "Gabinet",
    "Biuro Rachunkowe", "Przedszkole", "Studio", "Szkoła Językowa", "Pensjonat", "Sklep Rowerowy", "Optyk", "Apteka",
    "Agencja", "Kancelaria", "Cukiernia", "Stolarnia", "Ogrodnictwo", "Serwis", "Galeria", "Klub Sportowy",
)  # fmt: skip
_NAMES = (
    "Pod Dębem", "Żuraw", "Łąka i Las", "Złoty Kłos", "Błękitny Młyn", "Rumianek", "Trzy Świerki", "Ósma Rano",
    "Kasztan", "Nad Stawem", "Źródełko", "Biały Bocian", "Węgielek", "Jarzębina", "Pętla", "Ślimak", "Gęsie Pióro",
    "Malinowy Gaj", "Za Rogiem", "Północ", "Stary Zegar", "Wąsik i Syn", "Dmuchawiec", "Szkiełko", "Cztery Kąty",
    "Skowronek", "Latawiec", "Kropka", "Zielona Brama", "Tęcza", "Mokra Wydra", "Orzeszek",
)  # fmt: skip


def samples(tariff: Tariff, today: dt.date) -> Loaded:
    """Return the invented subscriptions of data/subscriptions.csv, moved by whole months so that today is among them.

    A term of whole months stays one.
    """
    loaded = load((ROOT / NAME).read_bytes(), tariff)
    months = 12 * (today.year - REFERENCE.year) + today.month - REFERENCE.month
    held = loaded.subscriptions
    moved = replace(
        held,
        term_start=calendar.months_later(held.term_start, months),
        # The last paid day may be a month's last: the day after it is the one that is the same in every month.
        valid_until=calendar.months_later(held.valid_until + 1, months) - 1,
        # Like the day on which the first term began, which may lie years before.
        service_start=np.where(
            held.service_start == NOT_TOLD, NOT_TOLD, calendar.months_later(held.service_start, months)
        ),
    )
    return replace(loaded, subscriptions=moved, invented=True)


def sample_csv() -> bytes:
    """Return the file, the same at every call: UTF-8, semicolons, our template's header."""
    random = Random(_SEED)  # noqa: S311 - invented customers, not secrets
    clients = list(product(_TRADES, _NAMES))
    file = io.StringIO(newline="")
    write = csv.writer(file, delimiter=";", lineterminator="\n").writerow
    write([column.header for column in COLUMNS if column.id != "service_start"])
    named: Counter[str] = Counter()
    for number in range(_MANY):
        held = random.choices(_HELD, [held.weight for held in _HELD])[0]
        months = random.choices(list(held.prices), [_TERMS[months] for months in held.prices])[0]
        end = _end(random, months, late=number < _LATE)
        start = calendar.months_later(end, -months)
        trade, name = random.choice(clients)
        write(
            [
                f"A-{10_000 + number}",
                f"{trade} {name}",
                held.package,
                _day(start),
                _day(end - 1),
                _price(random, held.prices[months], calendar.date(start)),
                domains := max(1, _some(random, held.domains)),
                _some(random, held.mailboxes),
                format(_some(random, int(held.disk * 10)) / Decimal(10), "f").replace(".", ","),
                " ".join(_names(name, domains, named)),
            ]
        )
    return file.getvalue().encode()


def _end(random: Random, months: int, *, late: bool) -> int:
    """Return the day number of the first unpaid day: within the term's months from the month of reference on."""
    later = -1 if late else random.randrange(months)
    # Few pay late, and those not by weeks: whoever is not paid for by then has left.
    day = random.randint(26, 28) if late else random.randint(1, 28)
    month: int = calendar.months_later(calendar.number(REFERENCE), later)
    return month + day - 1


def _price(random: Random, listed: int, start: dt.date) -> str:
    """Return the contract price, blank for the list's: most pay the list's, a tenth a promotional one."""
    kind = random.choices(("blank", "listed", "promotion"), (75, 15, 10))[0]
    share = random.choice((60, 75, 80, 90))
    if kind == "promotion":
        listed = listed * share // 10_000 * 100
    elif kind == "blank" and start >= _LISTED_SINCE:
        return ""
    return format(to_decimal(listed), "f").replace(".", ",")


def _names(name: str, count: int, named: Counter[str]) -> Iterator[str]:
    """Yield domains called after a client's name; `named`: how many are called so already."""
    label = fold(name).replace(" ", "-")
    for _ in range(count):
        named[label] += 1
        yield f"{label}{f'-{named[label]}' if named[label] > 1 else ''}.example"


def _some(random: Random, most: int) -> int:
    """Return how much of what a package allows is used: seldom all, seldom nothing."""
    return int(random.triangular(0, most + 0.999, most * 0.3))


def _day(number: int) -> str:
    return calendar.date(number).strftime("%d.%m.%Y")
