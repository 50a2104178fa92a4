"""An import that is killed at each of its statements in turn: `python tests/killed_import.py URL FILE`.

Every process dies by SIGKILL before its n-th statement; the last one lives. Prints, for each, how many rows stood in
the tables afterwards.
"""

import datetime as dt
import os
import signal
import sys
from pathlib import Path

import sqlalchemy as sa

from core import datafiles
from core.database.tables import metadata
from core.database.transactions import engine_of
from core.importing.planning import plan
from core.importing.writing import apply
from core.migration.act import Act
from core.migration.import_columns import suggest
from core.migration.people import CONSOLE
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import read_sheet
from core.store.store import Store


def run(url: str, data: bytes, last: int) -> None:
    """Import the file and die before the statement of a number, counted from the first write."""
    engine = engine_of(url)
    store, act = Store(engine), Act(datafiles.process(), CONSOLE, dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC))
    sheet = read_sheet(data)
    made = plan(sheet, Said(suggest(sheet.header)), store.all(), act, datafiles.team())
    count = 0

    def kill(*_: object) -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(engine, "before_cursor_execute", kill)
    sa.event.listen(engine, "commit", kill)
    apply(store, made, sheet, data, Said(suggest(sheet.header)), act)
    engine.dispose()


def standing(url: str) -> int:
    """Return how many rows there are in all tables."""
    engine = engine_of(url)
    # The epoch stands there from the beginning.
    tables = [table for table in metadata.sorted_tables if table.name != "epoch"]
    with engine.connect() as connection:
        rows = sum(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables)
    engine.dispose()
    return rows


def main(url: str, file: str) -> None:
    """Kill and look, until one import is through."""
    data, number, killed = Path(file).read_bytes(), 0, True
    while killed:
        number += 1
        child = os.fork()
        if child == 0:
            run(url, data, number)
            os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        print(standing(url), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
