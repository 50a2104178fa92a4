"""The board with 1,000 and 3,000 open cards, as ratios in one run: `make bench`."""

import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from bench.importing import OPEN, applied, planned, spreadsheet
from bench.pricing import best_of
from core import datafiles
from core.database.transactions import engine
from core.desk.opening import open_store
from core.ground import clock
from core.ground.settings import ROOT, settings
from core.migration import board
from core.migration.act import Act
from core.migration.listing import Wanted, listed
from core.migration.people import CONSOLE
from core.store.store import Store

CARDS = (1_000, 3_000)
AIMS = {1_000: "1 s", 3_000: "2 s"}
TIMES = 5


def measured(cards: int, folder: str) -> dict[str, tuple[float, str]]:
    """Return what a board of so many open cards costs: seconds and the aim, by what is done."""
    url = f"sqlite:///{Path(folder) / f'{cards}.sqlite3'}"
    os.environ.update(DATABASE_URL=url, SAMPLES="false")
    settings.cache_clear()
    store = open_store()
    process, tariff, now = datafiles.process(), datafiles.tariff(), clock.now()
    act = Act(process, CONSOLE, now)
    data = spreadsheet(cards, OPEN)
    applied(store, planned(store, data, act), data, act)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page("pages/board.py").run()
    assert not app.exception
    minutes = iter(range(10_000))

    def changed() -> None:
        # The first look after somebody's change: read, listed and drawn anew.
        store.register(act, {"client": f"Nowa {next(minutes)}"}, {f"nowa{next(minutes)}.example": {"display": "x"}})
        app.run()

    def columns() -> None:
        found = listed(store.snapshot(), Wanted(state="open"), process, now)
        board.columns(found, store.snapshot(), process, tariff, clock.today())

    return {
        "read every migration": (best_of(TIMES, Store(engine(url)).all), ""),
        "listed and put into columns": (best_of(TIMES, columns), ""),
        "page script, nothing new": (best_of(TIMES, app.run), AIMS[cards]),
        "page script after somebody's change": (best_of(TIMES, changed), AIMS[cards]),
        "asking whether there is anything new": (best_of(TIMES, store.mark), ""),
    }


def main() -> None:
    """Measure and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        found = {cards: measured(cards, folder) for cards in CARDS}
        table = Table(title=f"The board of {CARDS[0]:,} and of {CARDS[1]:,} open cards")
        table.add_column("")
        for _ in CARDS:
            for column in ("ms", "ratio", "aim"):
                table.add_column(column, justify="right")
        for name in found[CARDS[0]]:
            row = [name]
            for cards in CARDS:
                seconds, aim = found[cards][name]
                row += [f"{seconds * 1000:,.1f}", f"{seconds / found[cards]['read every migration'][0]:.2f}", aim]
            table.add_row(*row)
        Console().print(table)


if __name__ == "__main__":
    main()
