"""The preview of 20,000 rows of a workbook beside the same rows as CSV, in CPU time and memory: `make bench`."""

import csv
import datetime as dt
import io
import multiprocessing
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook
from rich.console import Console
from rich.table import Table

from bench.importing import planned, spreadsheet
from core import datafiles
from core.database.transactions import engine_of
from core.database.upgrade import upgrade
from core.ground import clock
from core.migration.act import Act
from core.migration.people import CONSOLE
from core.spreadsheet.decoding import read_sheet
from core.store.store import Store

ROWS = 20_000


def as_workbook(data: bytes) -> bytes:
    """Return a spreadsheet as a workbook: days are dates, counts are numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("migracje")
    for row in csv.reader(io.StringIO(data.decode("cp1250"), newline=""), delimiter=";"):
        sheet.append([_typed(cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _typed(cell: str) -> object:
    if cell.isdigit():
        return int(cell)
    try:
        day, month, year = map(int, cell.split("."))
        return dt.date(year, month, day)
    except ValueError:
        return cell


def previewed(path: str, url: str) -> tuple[float, float, float]:
    """Return the CPU seconds of reading a file, of the whole preview, and the most memory (MB) above the start."""
    data, act = Path(path).read_bytes(), Act(datafiles.process(), CONSOLE, clock.now())
    store, before = Store(engine_of(url)), _peak()
    start = time.process_time()
    sheet = read_sheet(data)
    read = time.process_time() - start
    assert len(sheet.lines) == ROWS
    del sheet
    start = time.process_time()
    assert planned(store, data, act).counts["new"] == ROWS
    return read, time.process_time() - start, _peak() - before


def _peak() -> float:
    # Not resource.getrusage: on Linux its mark is handed down from the parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Measure and print the table."""
    data = spreadsheet(ROWS)
    table = Table(title=f"Preview of {ROWS:,} rows: read and compared")
    for column in ("", "MB", "read, CPU s", "preview, CPU s", "ratio", "aim", "MB of memory", "aim "):
        table.add_column(column, justify="left" if not column else "right")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'desk.sqlite3'}"
        upgrade(url)
        first = 0.0
        for kind, content in (("CSV", data), ("XLSX", as_workbook(data))):
            path = Path(folder) / kind
            path.write_bytes(content)
            # A process each: the mark of the most memory ever had cannot be taken back.
            with multiprocessing.get_context("spawn").Pool(1) as process:
                read, preview, memory = process.apply(previewed, (str(path), url))
            first = first or preview
            table.add_row(
                kind, f"{len(content) / 1e6:.1f}", f"{read:.1f}", f"{preview:.1f}", f"{preview / first:.2f}",
                "" if kind == "CSV" else "1.5", f"{memory:.0f}", "400",
            )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
