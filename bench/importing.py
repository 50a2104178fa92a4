"""The import of 10,000 rows and the rebuilding of what stands, as ratios in one run: `make bench`."""

import datetime as dt
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from core import datafiles
from core.database.transactions import engine_of
from core.database.upgrade import upgrade
from core.ground import clock
from core.importing.exporting import as_csv
from core.importing.planned import Plan
from core.importing.planning import plan
from core.importing.writing import apply
from core.migration.act import Act
from core.migration.import_columns import suggest
from core.migration.people import CONSOLE
from core.migration.rebuilding import rebuild
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import read_sheet
from core.store.store import Store

ROWS = 10_000
ONE_BY_ONE = 300


OPEN = ("nowe", "dane", "analiza", "termin", "w trakcie", "test", "DNS")


def spreadsheet(rows: int, statuses: Sequence[str] = (*OPEN, *["zakończona"] * 4)) -> bytes:
    """Return a spreadsheet as a Polish Excel saves it: cp1250, semicolons, statuses of every kind."""
    drawn = random.Random(4)
    lines = [
        "nr zlecenia;klient;domena;status;pakiet;liczba skrzynek;data zgłoszenia;termin;opiekun;telefon;data testu;"
        "data zmiany DNS;data zakończenia;osoba kontaktowa;niestandardowa konfiguracja;uwagi;priorytet"
    ]
    first = clock.today() - dt.timedelta(days=140)
    for n in range(rows):
        status = drawn.choice(statuses)
        day = [(first + dt.timedelta(days=n % 100 + k)).strftime("%d.%m.%Y") for k in (0, 7, 8, 9, 11)]
        past = [day[2], day[3], ""] if status == "DNS" else day[2:] if status == "zakończona" else ["", "", ""]
        lines.append(
            f"Z-{n};Spółka {n};sklep{n}.example;{status};Plus;{n % 9};{day[0]};{day[1]};Anna;600 {n % 1000:03} 000;"
            f"{';'.join(past)};Ewa Nowak;brak;uwaga {n}, dzwonić po 14;{'wysoki' if n % 5 == 0 else ''}"
        )
    return "\r\n".join(lines).encode("cp1250")


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of one run: an import is done once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def planned(store: Store, data: bytes, act: Act) -> Plan:
    """Return what importing a spreadsheet would do."""
    sheet = read_sheet(data)
    return plan(sheet, Said(suggest(sheet.header)), store.all(), act, datafiles.team())


def applied(store: Store, made: Plan, data: bytes, act: Act) -> None:
    """Import a spreadsheet."""
    sheet = read_sheet(data)
    apply(store, made, sheet, data, Said(suggest(sheet.header)), act)


def main() -> None:
    """Measure and print the tables."""
    team = datafiles.team()
    act = Act(datafiles.process(), CONSOLE, clock.now())
    data = spreadsheet(ROWS)

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'desk.sqlite3'}"
        upgrade(url)
        engine = engine_of(url)
        store = Store(engine)
        plans: list[Plan] = []
        preview = timed(lambda: plans.append(planned(store, data, act)))
        write = timed(lambda: applied(store, plans[0], data, act))
        again = timed(lambda: plans.append(planned(store, data, act)))
        assert plans[0].counts["new"] == plans[1].counts["unchanged"] == ROWS
        export = timed(lambda: as_csv(store.all(), team))
        singly = timed(lambda: [_register(store, act, n) for n in range(ONE_BY_ONE)]) * ROWS / ONE_BY_ONE
        table = Table(title=f"A spreadsheet of {ROWS:,} rows")
        for column in ("", "s", "ratio", "aim"):
            table.add_column(column, justify="left" if not column else "right")
        table.add_row(f"one transaction a row, from {ONE_BY_ONE}", f"{singly:.1f}", "1", "")
        for name, seconds, aim in (
            ("preview: decode, check, compare", preview, "3 s"),
            ("apply, in one transaction", write, "5 s"),
            ("preview of the same again", again, "3 s"),
            ("export", export, ""),
        ):
            table.add_row(name, f"{seconds:.1f}", f"{singly / seconds:,.1f}", aim)
        Console().print(table)

        histories: list[dict[int, list]] = []
        read = timed(lambda: histories.append(store.histories()))
        events = sum(map(len, histories[0].values()))
        folded = timed(lambda: [rebuild(history) for history in histories[0].values()])
        rows = timed(store.all)
        table = Table(title=f"What stands, from {events:,} events of {len(histories[0]):,} migrations")
        for column in ("", "s", "ratio", "a second"):
            table.add_column(column, justify="left" if not column else "right")
        table.add_row("read from the tables", f"{rows:.1f}", "1", f"{len(histories[0]) / rows:,.0f} migrations")
        table.add_row(
            "rebuilt: reading the events", f"{read:.1f}", f"{rows / read:.1f}", f"{events / read:,.0f} events"
        )
        table.add_row(
            "rebuilt: applying them", f"{folded:.1f}", f"{rows / folded:.1f}", f"{events / folded:,.0f} events"
        )
        Console().print(table)
        engine.dispose()


def _register(store: Store, act: Act, n: int) -> None:
    store.register(act, {"client": f"Osobno {n}"}, {f"osobno{n}.example": {"display": f"osobno{n}.example"}})


if __name__ == "__main__":
    main()
