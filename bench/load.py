"""Fifty people at one desk, and the same with somebody who attacks it: `make bench`; SECONDS=10 for a shorter look.

A real server, and visitors who speak its websocket's protocol as browsers do: start, board, flow, quote, again and
again, with time to think. Then the same while somebody else sends long texts, and requests that the door refuses. All
of it stays on this machine; other hosts are only names in headers.
"""

import asyncio
import http.client
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

from tests.server import Served, serve
from tests.visitor import Visitor

SECONDS = float(os.environ.get("SECONDS", "60"))
PEOPLE = 50
WAY = ("", "board", "flow", "quote")
THINKS = (3.0, 9.0)
"""Seconds between two pages of one person: at least, at most."""
MOST_TIMES = 2.0
"""So many times as long the 95th of 100 may take while somebody attacks."""
LONG = "1" + " " * 10_000 + "x"
REFUSED = "refused"
FOREIGN = "http://elsewhere.example"
PAUSE = 1.0
"""Seconds between two of the attacker's rounds: what one person with a script does, not a flood."""
KEPT = 125.0
"""Seconds after which Streamlit lets go of a session whose websocket is closed (it may come back for two minutes)."""


@dataclass
class Seen:
    """What a minute brought: how long pages took, what went wrong, memory in MB, and what the attacker was told."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    memory: float = 0.0

    def part(self, part: float) -> float:
        """Return how many milliseconds the fastest so many of all pages took at most."""
        found = sorted(self.seconds)
        return found[min(len(found) - 1, int(len(found) * part))] * 1000 if found else float("inf")


async def person(number: int, server: Served, end: float, seen: Seen) -> None:
    """Walk through the desk until the end."""
    mind = random.Random(number)
    await asyncio.sleep(mind.uniform(0, THINKS[1]))
    try:
        async with Visitor(server.address) as tab:
            step = number
            while time.monotonic() < end:
                seen.seconds.append(await tab.run(WAY[step % len(WAY)]))
                seen.errors.update(tab.exceptions)
                step += 1
                await asyncio.sleep(max(0.0, min(mind.uniform(*THINKS), end - time.monotonic())))
    except (OSError, TimeoutError, WebSocketException) as error:
        seen.errors[type(error).__name__] += 1


async def attacker(server: Served, end: float, seen: Seen) -> None:
    """Send long texts, by link and into a field, and requests from elsewhere."""
    try:
        async with Visitor(server.address) as tab:
            while time.monotonic() < end:
                seen.errors.update(f"the attacker's {error}" for error in await long_texts(tab))
                seen.told.update([await foreign_websocket(server), *await asyncio.to_thread(foreign_requests, server)])
                await asyncio.sleep(PAUSE)
    except (OSError, TimeoutError, WebSocketException) as error:
        seen.errors[f"the attacker's {type(error).__name__}"] += 1


async def long_texts(tab: Visitor) -> list[str]:
    """Send what slow patterns are slow on; return the exceptions that the page shows."""
    shown = []
    await tab.run("quote", f"adjust={LONG.replace(' ', '%20')}")
    shown += tab.exceptions
    await tab.run(None, "", tab.widget("quote_pl_adjust", string_value=LONG))
    return shown + tab.exceptions


async def foreign_websocket(server: Served) -> str:
    """Open a websocket as a page of another host would; return what came of it."""
    try:
        address = server.address.replace("http", "ws", 1)
        async with connect(f"{address}/_stcore/stream", origin=FOREIGN, proxy=None) as opened:
            await opened.recv()
        return "websocket of a foreign Origin let in"
    except InvalidStatus as error:
        return f"websocket of a foreign Origin {REFUSED if error.response.status_code == 403 else error}"
    except (OSError, TimeoutError, WebSocketException) as error:
        return f"websocket of a foreign Origin {type(error).__name__}"


def foreign_requests(server: Served) -> list[str]:
    """Ask as pages of another host do, and those who take this desk for another host; return what came of it."""
    found = []
    for name, value in (("Origin", FOREIGN), ("Host", urlsplit(FOREIGN).netloc)):
        connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=10)
        try:
            connection.request("GET", "/_stcore/health", headers={name: value})
            status = connection.getresponse().status
            found.append(f"request of a foreign {name} {REFUSED if status == 403 else f'let in, {status}'}")
        except OSError as error:
            found.append(f"request of a foreign {name} {type(error).__name__}")
        finally:
            connection.close()
    return found


async def minute(server: Served, *, attacked: bool) -> Seen:
    """Let everybody walk for SECONDS; return what was seen."""
    seen, end = Seen(), time.monotonic() + SECONDS
    everybody = [person(number, server, end, seen) for number in range(PEOPLE)]
    everybody += [attacker(server, end, seen)] if attacked else []

    async def weigh() -> None:
        while time.monotonic() < end:
            seen.memory = max(seen.memory, server.megabytes)
            await asyncio.sleep(0.5)

    await asyncio.gather(*everybody, weigh())
    return seen


async def first_visit(server: Served) -> None:
    """Load what is loaded once a process."""
    async with Visitor(server.address) as tab:
        for page in WAY:
            await tab.run(page)


async def gone(server: Served, seen: Seen) -> float:
    """Wait until nobody's session is kept any more; return the memory then, in MB."""
    await asyncio.sleep(min(KEPT, 2 * SECONDS))
    try:
        # Those that may go, go when somebody else comes.
        await first_visit(server)
    except (OSError, TimeoutError, WebSocketException) as error:
        seen.errors[f"afterwards {type(error).__name__}"] += 1
    return server.megabytes


def main() -> None:
    """Measure, print the table, and exit 1 where the attack was felt."""
    with serve() as server:
        asyncio.run(first_visit(server))
        before = server.megabytes
        calm = asyncio.run(minute(server, attacked=False))
        attacked = asyncio.run(minute(server, attacked=True))
        after = asyncio.run(gone(server, attacked))
    table = Table(title=f"{PEOPLE} people for {SECONDS:g} s each, start -> board -> flow -> quote")
    for column in ("", "calm", "attacked"):
        table.add_column(column, justify="left" if not column else "right")
    both = (calm, attacked)
    table.add_row("pages drawn", *(f"{len(seen.seconds):,}" for seen in both))
    table.add_row("errors", *(f"{seen.errors.total()}" for seen in both))
    for name, part in (("p50", 0.5), ("p95", 0.95)):
        table.add_row(f"{name}, rerun to finished, ms", *(f"{seen.part(part):,.0f}" for seen in both))
    table.add_row("memory meanwhile, at most, MB", *(f"{seen.memory:,.0f}" for seen in both))
    console = Console()
    console.print(table)
    console.print(f"memory before {before:,.0f} MB, after all have left {after:,.0f} MB")
    for what, count in (calm.errors + attacked.errors + attacked.told).items():
        console.print(f"{count} x {what}", highlight=False)
    times = attacked.part(0.95) / calm.part(0.95)
    said = f"p95 {times:.2f} times as long while somebody attacks (at most {MOST_TIMES:g})"
    let_in = [what for what in attacked.told if not what.endswith(REFUSED)]
    # Not `times > MOST_TIMES`: where nothing was drawn, it is no number.
    if not times <= MOST_TIMES or calm.errors or attacked.errors or let_in:
        sys.exit(f"{said}; all who belong here must be served, and others refused")
    console.print(said)


if __name__ == "__main__":
    main()
