"""The figures of 5,000 migrations from their events, and the forecast, as ratios in one run: `make bench`."""

import datetime as dt
import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from bench.pricing import best_of
from core import datafiles
from core.database.transactions import engine_of, writing
from core.database.upgrade import upgrade
from core.desk.opening import open_store
from core.flow.cumulative import by_stage, flow
from core.flow.duties import lines, totals
from core.flow.exporting import as_csv
from core.flow.forecast import how_many, when_done
from core.flow.history import Item, item
from core.flow.kept import Kept
from core.flow.percentiles import PERCENTS
from core.flow.throughput import Samples, samples, weekly
from core.flow.times import ageing, cycle_times, expectation, lead_times, pace, scatter
from core.flow.waiting import waited
from core.ground import clock
from core.ground.settings import ROOT, settings
from core.language import POLISH
from core.migration.event import Event, iso, moment
from core.migration.rebuilding import rebuild
from core.store.changing import write_new
from core.store.samples import loading as invented
from core.store.store import Store

MIGRATIONS = 5_000
DONE = 60
"""How many are to be done by when."""
DRAWS = 10_000
TIMES = 5


def histories() -> list[list[Event]]:
    """Return the histories of the samples again and again, each time some days earlier."""
    made = [events for _, events in invented.samples(datafiles.process(), datafiles.team(), clock.now())]
    return [_earlier(made[n % len(made)], n) for n in range(MIGRATIONS)]


def _earlier(events: Iterable[Event], n: int) -> list[Event]:
    by = dt.timedelta(days=7 * (n // 600))
    found = []
    for event in events:
        new = event.new
        if event.kind == "registered":
            new = {**new, "ref": f"B-{n}"}
        elif event.kind == "dated" or event.item == "planned_at":
            new = iso(at - by) if (at := moment(new)) else None
        happened = event.occurred_at - by if event.occurred_at else None
        name = f"{n}.{event.domain}" if event.domain else None
        found.append(replace(event, domain=name, new=new, occurred_at=happened, recorded_at=event.recorded_at - by))
    return found


def simulated(found: Samples, done: int) -> list[int]:
    """Return in how many days so many are done, by percent, drawn from the samples: the plain way."""
    drawn = np.random.default_rng(1)
    days = []
    for _ in range(DRAWS):
        left, day = done, 0
        while left > 0:
            left -= drawn.choice(found.counts)
            day += 1
        days.append(day)
    return [int(np.percentile(days, percent, method="inverted_cdf")) for percent in PERCENTS]


def figures(found: list[Item], now: dt.datetime) -> None:
    """Compute every figure of the page."""
    today = now.date()
    cycle_times(found)
    lead_times(found)
    expectation(found)
    scatter(found)
    ageing(found, pace(found), today)
    weekly(found, today)
    waited(found, now)
    by_stage(found)
    flow(found, today)
    taken = samples(found, today)
    when_done(taken, DONE, today)
    how_many(taken, today + dt.timedelta(days=30), today)


def start_page(url: str) -> list[tuple[str, float, str]]:
    """Return what the start page of a database costs, by what is done."""
    os.environ.update(DATABASE_URL=url, SAMPLES="false")
    settings.cache_clear()
    process, tariff, now = datafiles.process(), datafiles.tariff(), clock.now()
    migrations = open_store().snapshot()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    first = best_of(1, app.run)
    assert app.metric and not app.exception
    return [
        ("page script, with reading every migration", first, "2 s"),
        ("page script, nothing new", best_of(TIMES, app.run), "2 s"),
        ("the lines of the day", best_of(TIMES, lambda: lines(migrations, process, now)), ""),
        ("the numbers", best_of(TIMES, lambda: totals(migrations, tariff, now)), ""),
    ]


def flow_page(url: str) -> list[tuple[str, float, str]]:
    """Return how long the page's script takes: first, again, and in its other rooms."""
    os.environ.update(DATABASE_URL=url, SAMPLES="false")
    settings.cache_clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/flow.py")
    first, again = best_of(1, app.run), best_of(TIMES, app.run)
    app.session_state["flow_rooms_pl"] = POLISH.text("flow.room.trends")
    second = best_of(TIMES, app.run)
    app.session_state["flow_rooms_pl"] = POLISH.text("flow.room.cumulative")
    third = best_of(TIMES, app.run)
    assert not app.exception
    return [
        ("page script, the first one of a start", first, ""),
        ("page script", again, "2 s"),
        ("page script, trends", second, "2 s"),
        ("page script, cumulative flow", third, "2 s"),
    ]


def main() -> None:
    """Measure and print the tables."""
    now, tariff, today = clock.now(), datafiles.tariff(), clock.today()
    told = dict(enumerate(histories()))
    found = [item(events, tariff) for events in told.values()]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'desk.sqlite3'}"
        upgrade(url)
        engine = engine_of(url)
        store = Store(engine)
        with writing(engine) as connection:
            write_new(connection, [(rebuild(events), events) for events in told.values()])
        whole = best_of(1, store.histories)
        read = best_of(1, store.ways)
        store.snapshot()
        first = best_of(1, lambda: Kept(store).items(tariff))
        kept = Kept(store)
        kept.items(tariff)
        again = best_of(TIMES, lambda: kept.items(tariff))
        started = start_page(url)
        pages = flow_page(url)
        engine.dispose()
    events = sum(map(len, told.values()))
    steps: list[tuple[str, float, str]] = [
        ("read all events", whole, ""),
        ("read the events that tell of the way", read, ""),
        ("items from events", best_of(TIMES, lambda: [item(events, tariff) for events in told.values()]), ""),
        ("both, as the page asks for them first", first, ""),
        ("the same again, nothing new", again, ""),
        ("every figure from items", best_of(TIMES, lambda: figures(found, now)), "1 s"),
        *pages,
        ("the spreadsheet of them", best_of(TIMES, lambda: as_csv(found, datafiles.team(), now)), ""),
    ]
    _print(f"The figures of {len(told):,} migrations, {events:,} events", steps)
    _print(f"The start page of {len(told):,} migrations", started)

    taken = samples(found[::40], today)
    later = today + dt.timedelta(days=60)

    def exact() -> None:
        when_done(taken, DONE, today)

    def many() -> None:
        how_many(taken, later, today)

    forecasts: list[tuple[str, float, str]] = [
        (f"when {DONE} are done, {DRAWS:,} draws", best_of(1, lambda: simulated(taken, DONE)), ""),
        (f"when {DONE} are done, exactly", best_of(TIMES, exact), "5 ms"),
        (
            "how many in 60 days, exactly",
            best_of(TIMES, lambda: how_many(taken, today + dt.timedelta(days=60), today)),
            "5 ms",
        ),
    ]
    _print(f"A forecast from {taken.days} days, {taken.counts.sum()} finished", forecasts)


def _print(title: str, steps: list[tuple[str, float, str]]) -> None:
    table = Table(title=title)
    for column in ("", "ms", "ratio", "aim"):
        table.add_column(column, justify="left" if not column else "right")
    for name, seconds, aim in steps:
        table.add_row(name, f"{seconds * 1000:,.1f}", f"{steps[0][1] / seconds:,.1f}", aim)
    Console().print(table)


if __name__ == "__main__":
    main()
