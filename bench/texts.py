"""How reading a text grows with it: CPU time of every reader for 10,000 and for 20,000 letters of its worst shape.

A reader that is linear takes twice as long, one that is quadratic four times; three or more is a failure. `make bench`;
`python -m bench.texts cells links` for some groups.
"""

import contextlib
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.ground.messages import InputError
from tests import texts
from tests.conftest import EASY

SHORT, LONG = 10_000, 20_000
MOST = 3.0
"""The ratio that fails."""
ENOUGH = 0.02
"""Seconds of CPU that are measured at a time: what takes less is done several times over."""
NOTHING = 0.0005
"""Seconds below which a text is refused without being looked at: there is nothing to grow."""
SHOWN = 25
"""Readers shown, those that take longest."""


def seconds(read: texts.Read, text: str, times: int) -> float:
    """Return the CPU time that one reading of a text takes, done so many times over."""
    began = time.process_time()
    for _ in range(times):
        with contextlib.suppress(InputError, ValueError):
            read(text)
    return (time.process_time() - began) / times


def grows(read: texts.Read, short: str, long: str) -> tuple[float, float]:
    """Return the CPU times of two texts, the best of five each, taken in turn."""
    times = 1
    while seconds(read, short, times) * times < ENOUGH:
        times *= 2
    pairs = [(seconds(read, short, times), seconds(read, long, times)) for _ in range(5)]
    return min(short for short, _ in pairs), min(long for _, long in pairs)


def main(groups: list[str]) -> int:
    """Measure every reader of some groups, print the table, and return 1 where one grows faster than its text."""
    # A reader that never comes back ends the bench, not the day.
    resource.setrlimit(resource.RLIMIT_CPU, (1800, resource.RLIM_INFINITY))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'desk.sqlite3'}"
        os.environ["TARIFF_FILE"] = str(EASY)
        texts.settle(Path(folder))
        pairs = list(zip(texts.shapes(SHORT), texts.shapes(LONG), strict=True))
        found = []
        for name, read in ((name, read) for group in groups for name, read in texts.GROUPS[group].items()):
            took, worst = max((seconds(read, short, 1), place) for place, (short, _) in enumerate(pairs))
            short, long = grows(read, *pairs[worst]) if took >= NOTHING else (took, took)
            found.append((long, long / max(short, 1e-9), name, pairs[worst][0]))
    found.sort(reverse=True)
    table = Table(title=f"A reader's worst text: {SHORT:,} and {LONG:,} letters, CPU time, best of five")
    for column in ("reader", "text", "ms", "ratio"):
        table.add_column(column, justify="left" if column in ("reader", "text") else "right")
    failed = [row for row in found if row[0] >= NOTHING and row[1] >= MOST]
    for row in (*found[:SHOWN], *(row for row in failed if row not in found[:SHOWN])):
        long, ratio, name, text = row
        mark = "  FAIL" if row in failed else ""
        table.add_row(name, Text(repr(text[:16])), f"{long * 1000:.2f}", f"{ratio:.2f}{mark}")
    Console(width=140).print(table)
    refused = sum(row[0] < NOTHING for row in found)
    print(f"{len(found)} readers, {refused} of them refuse within {NOTHING * 1000} ms; {len(failed)} at {MOST} or more")
    return 1 if failed else 0


if __name__ == "__main__":
    # Flags are read by readers of the other groups, after a command has begun.
    sys.exit(main(sys.argv[1:] or [group for group in texts.GROUPS if group != "flags"]))
