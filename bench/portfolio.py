"""A million subscriptions, as ratios in one run: `make bench`."""

import datetime as dt
import io
import multiprocessing
import tempfile
from dataclasses import fields
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from bench.pricing import ONE_BY_ONE, best_of, portfolio, requests
from core import datafiles
from core.datafiles import read_tariff
from core.ground import clock
from core.ground.settings import ROOT
from core.language import POLISH
from core.pricing import calendar
from core.pricing.day_by_day import sweep
from core.pricing.money import parse_amount
from core.pricing.portfolio import price_many
from core.pricing.priced_once import distinct
from core.pricing.quote import quote
from core.pricing.readings import CHOICES
from core.pricing.request import QuoteRequest, situation
from core.pricing.rules import decide
from core.pricing.situation import FROM_LIST, Change
from core.pricing.tariff import NOT_SOLD, Tariff
from core.simulation.reading import Loaded, load
from core.simulation.subscriptions import NOT_TOLD, Subscriptions, texts
from pages.parts.portfolio.subscriptions_state import Kept
from tests.conftest import EASY
from tests.portfolio import assert_alike, assert_explained_alike, random_changes

MANY = 1_000_000
BASE = 100_000
EXPLAINED = 400
"""Of the changes compared in a part, those also explained in words, which takes ten times as long."""
ROOMS = ("side_by_side", "differences", "cash", "boundaries", "readings", "refused", "days", "rows")
HEADER = "nr abonamentu;klient;pakiet;początek okresu;ważny do;cena netto;domeny;skrzynki;dysk GB"


def million(tariff: Tariff) -> bytes:
    """Return a CSV file as a billing system would give it, every id another and a third of a million clients."""
    random = np.random.default_rng(8)
    days = calendar.number(dt.date(2025, 3, 1)) + random.integers(0, 600, MANY)
    written = [calendar.date(day).strftime("%d.%m.%Y") for day in range(days.min(), days.max() + 366)]
    first = days.min()
    rows = zip(
        range(MANY),
        random.integers(0, MANY // 3, MANY).tolist(),
        random.choice([package.name for package in tariff.packages], MANY).tolist(),
        (days - first).tolist(),
        random.choice(["", "199,00", "259,90", "1 299,00"], MANY).tolist(),
        random.integers(0, 60, MANY).tolist(),
        random.integers(0, 200, MANY).tolist(),
        random.integers(0, 3000, MANY).tolist(),
        strict=True,
    )
    lines = (
        f"A-{n:08};Piekarnia Złoty Kłos {client};{package};{written[day]};{written[day + 364]};{price};{domains};"
        f"{mailboxes};{disk // 10},{disk % 10}"
        for n, client, package, day, price, domains, mailboxes, disk in rows
    )
    return "\n".join([HEADER, *lines]).encode()


def plainly(data: bytes, tariff: Tariff) -> int:
    """Read the file the plain way: pandas cuts it up, and each row is made sense of by itself."""
    places = {package.name: place for place, package in enumerate(tariff.packages)}
    table = pd.read_csv(io.BytesIO(data), sep=";", dtype=str, keep_default_na=False)
    found = [
        (
            id,
            client,
            places[package],
            calendar.number(day_of(start)),
            calendar.number(day_of(until)),
            parse_amount(price) if price else FROM_LIST,
            int(domains),
            int(mailboxes),
            round(float(disk.replace(",", ".")) * 1000),
        )
        for id, client, package, start, until, price, domains, mailboxes, disk in table.itertuples(index=False)
    ]
    return len(found)


def day_of(text: str) -> dt.date:
    """Return the day that a cell tells."""
    day, month, year = text.split(".")
    return dt.date(int(year), int(month), int(day))


def memory_of(way: str, path: str) -> float:
    """Return how much memory (MB) one way of reading a file takes at most, above the file itself."""
    # A process of its own: the mark of the most memory ever had cannot be taken back.
    with multiprocessing.get_context("spawn").Pool(1) as process:
        return process.apply(_grown, (way, path))


def _grown(way: str, path: str) -> float:
    data, tariff = Path(path).read_bytes(), datafiles.tariff()
    before = _peak()
    {"load": load, "plainly": plainly}[way](data, tariff)
    return _peak() - before


def _peak() -> float:
    # Not resource.getrusage: on Linux its mark is handed down from the parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def held(tariff: Tariff, today: int) -> Change:
    """Return a million subscriptions drawn from the price list, in the middle of their terms, all to become a VPS."""
    random = np.random.default_rng(9)
    sold = np.argwhere(tariff.prices[tariff.on(today).place] != NOT_SOLD)
    package, months = sold[random.integers(0, len(sold), MANY)].T
    start = today - (random.random(MANY) * months * 30).astype(np.int64)
    return Change(
        package=package,
        target=np.full(MANY, tariff.index["vps-m"]),
        term_start=start,
        valid_until=calendar.months_later(start, months) - 1,
        change_on=today,
        domains=random.integers(0, 60, MANY),
        mailboxes=random.integers(0, 120, MANY),
        disk=random.integers(0, 300_000, MANY),
    )


def alike(part: tuple[int, int]) -> int:
    """Compare some random changes under random readings, one by one and by arrays; return how many there were."""
    seed, rows = part
    random = Random(seed)
    tariff = read_tariff(EASY).with_readings(
        **{question: random.choice(choices) for question, choices in CHOICES.items()}
    )
    changes = random_changes(rows, seed)
    assert_alike(changes, tariff)
    assert_explained_alike(changes.rows(slice(EXPLAINED)), tariff)
    return rows


def main() -> None:
    """Measure and print the tables."""
    tariff = datafiles.tariff()
    console = Console()
    console.print(_quotes(tariff))
    console.print(_days(tariff))
    console.print(_loading(tariff))
    with multiprocessing.get_context("spawn").Pool() as processes:
        parts = [(seed, 20_000) for seed in range(MANY // 20_000)]
        compared = sum(processes.imap_unordered(alike, parts))
    explained = EXPLAINED * len(parts)
    console.print(
        f"One by one and by arrays: {compared:,} random changes agree in every output (explained: {explained:,})."
    )
    # Last: a page's script takes the place of this program among the modules, and no process could find it any more.
    console.print(_page(tariff))
    console.print(f"Most memory this process had: {_peak():,.0f} MB (aim 1,500)")


def _quotes(tariff: Tariff) -> Table:
    """Measure rule and net of a million changes against the plain ways, of which some thousand are enough."""
    changes = portfolio(MANY)
    some = requests(changes, ONE_BY_ONE)
    frame = pd.DataFrame([dict(request) for request in some])

    def one(row: "pd.Series[object]") -> tuple[str, int]:
        s = situation(QuoteRequest(**row.dropna()), tariff)
        rule = decide(s)
        return rule.id, sum(part.net for part in rule.charge(s)) * bool(rule.available(s))

    explained = ONE_BY_ONE / best_of(3, lambda: [quote(request, tariff) for request in some])
    applied = ONE_BY_ONE / best_of(3, lambda: frame.apply(one, axis=1))
    arrays = MANY / best_of(5, lambda: price_many(changes, tariff).net)
    table = Table(title=f"Rule and net, quotes a second ({MANY:,} by arrays, {ONE_BY_ONE:,} one by one)")
    for column in ("", "a second", "ratio", "aim"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("explained, one by one", f"{explained:,.0f}", "1", "")
    table.add_row("pandas apply, not explained", f"{applied:,.0f}", f"{applied / explained:,.1f}", "")
    table.add_row("arrays", f"{arrays:,.0f}", f"{arrays / explained:,.0f}", "200; 10,000,000 a second")
    return table


def _days(tariff: Tariff) -> Table:
    """Measure the totals of every day of a year, equal situations once, against all rows on one day."""
    today = calendar.number(clock.today())
    changes = held(tariff, today)
    situations = distinct(changes, tariff)
    days = range(today, today + 365)
    once = best_of(3, lambda: sweep(distinct(changes, tariff), today, days, tariff))
    rows = 365 * best_of(3, lambda: price_many(changes, tariff).net.sum())
    table = Table(title=f"Totals for each of 365 days, {MANY:,} subscriptions ({len(situations.count):,} situations)")
    for column in ("", "s", "ratio", "aim"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("every row on every day (from one day)", f"{rows:.1f}", "1", "")
    table.add_row("every situation once a day", f"{once:.1f}", f"{rows / once:,.0f}", "2 s")
    return table


def _page(tariff: Tariff) -> Table:
    """Measure a slider's step with 100,000 subscriptions, a third with prices of their own: the whole rerun."""
    today = clock.today()
    changes = held(tariff, calendar.number(today)).rows(slice(BASE))
    names = texts([f"A-{n}" for n in range(BASE)])
    rows = {f.name: getattr(changes, f.name) for f in fields(Subscriptions) if hasattr(changes, f.name)}
    random = np.random.default_rng(10)
    rows["price_net"] = np.where(random.random(BASE) < 0.3, random.integers(2_000, 60_000, BASE), FROM_LIST)
    rows["service_start"] = np.full(BASE, NOT_TOLD)
    base = Subscriptions(id=names, client=names, names=texts([""] * BASE), **rows)
    table = Table(title=f"The page with {BASE:,} subscriptions after a step of a slider (Streamlit's test runner)")
    for column in ("room", "ms", "aim"):
        table.add_column(column, justify="left" if column == "room" else "right")
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    kept = Kept()
    kept.samples = ((tariff.version, today), Loaded(base, BASE, (), "utf-8", ";", {}, {}))
    app.session_state["_subscriptions"] = kept
    app.run()
    steps = count(1)

    def step() -> None:
        number = next(steps) % 300
        app.session_state["_portfolio"]["a"] |= {"percent": str(number % 40), "target": "vps-m", "packages": ""}
        app.session_state["_portfolio"]["a"]["change_on"] = str(today + dt.timedelta(days=number))
        app.run()

    app.switch_page("pages/portfolio.py").run()
    for room in ROOMS:
        app.session_state["portfolio_rooms_pl"] = POLISH.text(f"portfolio.room.{room}")
        app.run()
        table.add_row(POLISH.text(f"portfolio.room.{room}"), f"{best_of(5, step) * 1000:.0f}", "200")
        assert not app.exception
    return table


def _loading(tariff: Tariff) -> Table:
    """Measure reading a file of a million rows against the plain way, and the memory above what stood before it."""
    data = million(tariff)
    loaded = load(data, tariff)
    assert len(loaded.subscriptions) == loaded.read == MANY
    del loaded
    ours = best_of(3, lambda: load(data, tariff))
    plain = best_of(1, lambda: plainly(data, tariff))
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(data)
        file.flush()
        memory = {way: memory_of(way, file.name) for way in ("plainly", "load")}
    table = Table(title=f"A CSV of {MANY:,} subscriptions ({len(data) / 1e6:.0f} MB)")
    for column in ("", "s", "ratio", "aim", "MB above the file", "aim "):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("pandas, then row by row", f"{plain:.1f}", "1", "", f"{memory['plainly']:,.0f}", "")
    table.add_row(
        "load, mistakes found", f"{ours:.1f}", f"{plain / ours:.1f}", "10 s", f"{memory['load']:,.0f}", "1,000"
    )
    return table


if __name__ == "__main__":
    main()
