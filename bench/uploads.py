"""A long file on a real server: its memory as a multiple of its size, what stays of it, and how long others wait.

One session brings a file, looks at what it would do and closes it, by the websocket that a browser uses. Another one
opens the start page over and over, and somebody asks for the server's health.
"""

import contextlib
import os
import re
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from rich.console import Console
from rich.table import Table

from bench.importing import spreadsheet
from bench.portfolio import million
from core import datafiles
from core.ground.file_limits import MEGABYTE
from tests.browser.conftest import serve
from tests.session import Session

SIZE = 19_000_000
"""Bytes of the spreadsheet of migrations."""


@dataclass
class Watched:
    """What was seen while something went on: memory of the server and its children (MB), and waits (s)."""

    server: float = 0.0
    child: float = 0.0
    together: float = 0.0
    page: list[float] = field(default_factory=list)
    health: list[float] = field(default_factory=list)


def resident(process: int) -> float:
    """Return how much memory (MB) a process has now, 0 where it is gone."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        if found := re.search(r"VmRSS:\s+([0-9]+)", status):
            return int(found[1]) / 1024
    return 0.0


def children(process: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError):
            if folder.name.isdigit() and int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1]) == process:
                found.append(int(folder.name))
    return found


@contextlib.contextmanager
def watch(server: int, desk: SplitResult, other: Session) -> Iterator[Watched]:
    """Give what is seen while the block goes on."""
    seen, over = Watched(), threading.Event()

    def memory() -> None:
        while not over.is_set():
            own, theirs = resident(server), sum(map(resident, children(server)))
            seen.server, seen.child = max(seen.server, own), max(seen.child, theirs)
            seen.together = max(seen.together, own + theirs)
            time.sleep(0.02)

    def page() -> None:
        while not over.is_set():
            seen.page.append(timed(other.run))

    def health() -> None:
        while not over.is_set():
            address = f"{desk.geturl()}/_stcore/health"
            seen.health.append(timed(lambda: urllib.request.urlopen(address).read()))  # noqa: B023
            time.sleep(0.02)

    threads = [threading.Thread(target=work) for work in (memory, page, health)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        over.set()
        for thread in threads:
            thread.join()


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def pid_of(desk: SplitResult) -> int:
    """Return the process that serves the desk: the one of ours with its port in its command."""
    for process in children(os.getpid()):
        if str(desk.port) in Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8"):
            return process
    raise LookupError(desk.port)


def number(session: Session, uploader: str) -> str:
    """Return the key of the uploader that a page has drawn."""
    return next(key for key in session.widgets if key.startswith(uploader))


def measure(page: str, uploader: str, close: str, data: bytes, small: bytes) -> None:
    """Bring a file to a page, close it, and print what was seen."""
    with serve() as address:
        desk = urlsplit(address)
        server = pid_of(desk)
        other, somebody = Session(desk, ""), Session(desk, page)
        # Whatever a page loads once is loaded.
        with watch(server, desk, other) as short:
            somebody.bring(number(somebody, uploader), "short.csv", small)
        # A process of its own takes so much for what it loads, whatever the file.
        empty = short.child
        somebody.click(close)
        for _ in range(20):
            other.run()
        before = resident(server)
        with watch(server, desk, other) as idle:
            time.sleep(5)
        with watch(server, desk, other) as busy:
            seconds = timed(lambda: somebody.bring(number(somebody, uploader), "long.csv", data))
            open_ = resident(server)
        said = [text for text in somebody.texts if "**" in text and "=" in text]
        assert said, somebody.texts
        with watch(server, desk, other) as closing:
            somebody.click(close)
            time.sleep(3)
        after = resident(server)
        other.close()
        somebody.close()
    size = len(data) / MEGABYTE
    table = Table(title=f"A file of {size:.1f} MB on the page {page!r}: {seconds:.1f} s")
    for column in ("", "", "of its size", "aim"):
        table.add_column(column, justify="left" if not column else "right")
    peak = busy.together - before - empty
    rows = (
        ("memory at most, above before", f"{peak:.0f} MB", f"{peak / size:.1f}", "6.0"),
        ("  in the server alone", f"{busy.server - before:.0f} MB", f"{(busy.server - before) / size:.1f}", ""),
        ("  in the process beside it, above a short file's", f"{busy.child - empty:.0f} MB", "", ""),
        ("while it is open, above before", f"{open_ - before:.0f} MB", f"{(open_ - before) / size:.1f}", ""),
        ("after it was closed, above before", f"{after - before:.0f} MB", "", "50 MB"),
        ("another session's page, longest", f"{max(busy.page + closing.page):.2f} s", "", "0.5 s"),
        ("  middle one", f"{sorted(busy.page)[len(busy.page) // 2]:.2f} s", "", ""),
        ("  longest while nothing else goes on", f"{max(idle.page):.2f} s", "", ""),
        ("health, longest", f"{max(busy.health + closing.health):.2f} s", "", "0.5 s"),
        ("  while nothing else goes on", f"{max(idle.health):.2f} s", "", ""),
    )
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def main() -> None:
    """Measure and print the tables."""
    rows = SIZE * 10_000 // len(spreadsheet(10_000))
    data = spreadsheet(rows)[:SIZE]
    measure("imports", "import_upload", "import_drop", data, spreadsheet(8_000))
    base = million(datafiles.tariff())
    measure("portfolio", "subscriptions_upload", "subscriptions_back", base, base[: base.index(b"\n", 1_200_000)])


if __name__ == "__main__":
    # By its name, by which another process finds what it is to do.
    from bench.uploads import main as by_name

    by_name()
