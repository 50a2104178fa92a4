"""Speed, as ratios in one run on one machine: `make bench`.

The absolutes say how noisy the machine is today; the ratios are what holds.
"""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from core import datafiles
from core.ground.settings import ROOT
from core.language import POLISH
from core.pricing import calendar
from core.pricing.horizon import horizon
from core.pricing.money import to_decimal
from core.pricing.portfolio import price_many
from core.pricing.request import QuoteRequest, situation
from core.pricing.rules import DECISION_TABLE, OptionKind
from core.pricing.situation import Change
from core.pricing.tariff import Tariff
from core.pricing.timeline import Timeline

MANY = 1_000_000
ONE_BY_ONE = 2_000
ROOMS = ("timeline.tab", "alternative.tab", "offer.tab", "compare.tab")


def best_of(times: int, work: Callable[[], object]) -> float:
    """Return the seconds of the fastest run: what the work takes when nothing disturbs it."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def portfolio(rows: int) -> Change:
    """Return changes of all kinds: every pair of packages, terms of 1, 12 and 24 months, every day of them."""
    random = np.random.default_rng(2)
    tariff = datafiles.tariff()
    first, last = (calendar.number(date(year, 3, 1)) for year in (2025, 2026))
    start = random.integers(first, last, rows)
    end = calendar.months_later(start, random.choice([1, 12, 24], rows))
    return Change(
        package=random.integers(0, len(tariff.packages), rows),
        target=random.integers(0, len(tariff.packages), rows),
        term_start=start,
        valid_until=end - 1,
        change_on=start + (random.random(rows) * (end - start + 30)).astype(np.int64),
        domains=random.integers(0, 60, rows),
        mailboxes=random.integers(0, 120, rows),
        disk=random.integers(0, 300_000, rows),
        price_net=random.integers(5_000, 200_000, rows),
        target_period_months=12,
    )


def requests(changes: Change, rows: int) -> list[QuoteRequest]:
    """Return the first rows as the explained quote takes them."""
    packages = datafiles.tariff().packages
    found = []
    for row in range(rows):
        v = {f.name: np.broadcast_to(getattr(changes, f.name), MANY)[row].item() for f in fields(Change)}
        found.append(
            QuoteRequest(
                package=packages[v["package"]].id,
                target=packages[v["target"]].id,
                term_start=calendar.date(v["term_start"]),
                valid_until=calendar.date(v["valid_until"]),
                change_on=calendar.date(v["change_on"]),
                domains=v["domains"],
                mailboxes=v["mailboxes"],
                disk_gb=Decimal(v["disk"]) / 1000,
                price_net=to_decimal(v["price_net"]),
                target_period_months=v["target_period_months"],
            )
        )
    return found


def main() -> None:
    """Measure and print the table."""
    # Not the migrations that the machine's own desk has.
    os.environ["DATABASE_URL"] = f"sqlite:///{Path(tempfile.mkdtemp()) / 'desk.sqlite3'}"
    tariff = datafiles.tariff()
    changes = portfolio(MANY)
    some = requests(changes, ONE_BY_ONE)
    priced = price_many(changes, tariff)
    assert not priced.problem.any() and set(priced.rule.tolist()) == set(range(len(DECISION_TABLE)))

    console = Console()
    console.print(_cheapest_days(some[:50], tariff))

    table = Table(title="A page's script, warm (the whole rerun through Streamlit's test runner)")
    for column in ("page", "ms", "aim"):
        table.add_column(column, justify="left" if column == "page" else "right")
    for stem in ("start", "board", "imports", "quote", "tariff"):
        app = AppTest.from_file(ROOT / "app.py", default_timeout=60).run()
        app.switch_page(f"pages/{stem}.py").run()
        table.add_row(stem, f"{best_of(10, app.run) * 1000:.0f}", "50")
        for room in ROOMS if stem == "quote" else ():
            app.session_state["quote_rooms_pl"] = POLISH.text(room)
            app.run()
            table.add_row(f"quote: {POLISH.text(room)}", f"{best_of(10, app.run) * 1000:.0f}", "50")
    console.print(table)


def _cheapest_days(some: list[QuoteRequest], tariff: Tariff) -> Table:
    """Measure finding zones, cliffs and the cheapest day from the boundaries against trying every day."""

    def fresh(request: QuoteRequest) -> Timeline:
        # Not one that is remembered from the round before.
        s = situation(request, tariff)
        return Timeline(s, OptionKind.CHANGE, None, horizon(s, int(s.start)), datafiles.process().lead_time)

    def found() -> list[object]:
        lines = [fresh(request) for request in some]
        return [(line.zones, line.cliffs, line.cheapest) for line in lines]

    def tried() -> None:
        for request in some:
            min(fresh(request).days, key=lambda day: (day.cost is None, day.cost))

    boundaries, every_day = best_of(3, found), best_of(3, tried)
    table = Table(title=f"The cheapest day of a term ({len(some)} terms)")
    for column in ("", "ms a term", "ratio"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("both figures of every day", f"{every_day / len(some) * 1000:.1f}", "1")
    table.add_row("from the boundaries", f"{boundaries / len(some) * 1000:.1f}", f"{every_day / boundaries:,.1f}")
    return table


if __name__ == "__main__":
    main()
