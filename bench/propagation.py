"""The propagation page while 20 people check 20 names, on real name servers in a network of their own: `make bench`."""

import csv
import os
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table
from streamlit.testing.v1 import AppTest

from core.ground.settings import ROOT, settings
from tests.lab.laboratory import Laboratory
from tests.lab.network import NoNetworkError, own_network
from tests.lab.servers import MISSING, available

PEOPLE, RESOLVERS, AIM_MS = 20, 25, 100
TYPES = "A,AAAA,MX,TXT,CAA,SOA"
_LONGEST = 60.0


def many_addresses(lab: Laboratory) -> Path:
    """Start a recursor that answers at as many addresses as there are resolvers; return the list of them."""
    addresses = [lab.address() for _ in range(RESOLVERS)]
    lab.recursor(*[f"interface: {address}" for address in addresses])
    path = lab.folder / "many.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "operator", "country", "address", "port", "dot", "doh", "source"])
        rows.writerows(
            [[f"r{n}", f"Resolver {n}", "PL", address, 53, "", "", "bench"] for n, address in enumerate(addresses)]
        )
    return path


def page(name: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/propagation.py")
    for field, text in {"lang": "Polski", "name": name, "types": TYPES}.items():
        app.query_params[field] = text
    return app


def timed(app: AppTest) -> float:
    begun = time.perf_counter()
    app.run()
    assert not app.exception, app.exception
    return (time.perf_counter() - begun) * 1000


def measured(lab: Laboratory) -> list[tuple[str, float, str]]:
    """Return rows of the table: what, milliseconds, the aim."""
    from pages.parts.shared import shell

    names = []
    for _ in range(PEOPLE + 1):
        name = lab.name("bench")
        lab.new.serve(name, "@ A 192.0.2.2", "@ MX 10 mx.example.", '@ TXT "v=spf1 -all"', ttl=300)
        lab.delegate(name, lab.new.servers, ttl=300)
        names.append(name.removesuffix("."))
    alone, *names = names
    # What is loaded once a process is nobody's page.
    first = page(alone)
    timed(first)
    checks = shell.checks()
    found = [timed(first) for _ in range(20)]
    apps = [page(name) for name in names]
    begun = [timed(app) for app in apps]
    during = []
    end = time.monotonic() + _LONGEST
    while time.monotonic() < end and any(one.pending for one in checks._running.values()):
        during += [timed(app) for app in apps]
    after = [timed(app) for app in apps]
    assert all(one.rounds for one in checks._running.values()), "a check did not end"
    checks.close()
    assert during, "no script ran while checks were under way"
    return [
        ("one person, nothing under way, the median", _part(found, 0.5), ""),
        (f"{PEOPLE} people, the script that starts a check, the median", _part(begun, 0.5), ""),
        (f"{PEOPLE} people, all checks under way, the median", _part(during, 0.5), f"{AIM_MS} ms"),
        (f"{PEOPLE} people, all checks under way, of 100 the 95th", _part(during, 0.95), f"{AIM_MS} ms"),
        (f"{PEOPLE} people, all checks done, the median", _part(after, 0.5), f"{AIM_MS} ms"),
    ]


def _part(found: list[float], part: float) -> float:
    return sorted(found)[min(len(found) - 1, int(len(found) * part))]


def main() -> None:
    """Measure and print the table."""
    if not available():
        sys.exit(MISSING)
    try:
        with own_network(), Laboratory() as lab, tempfile.TemporaryDirectory() as folder:
            os.environ.update(lab.environment(), DATABASE_URL=f"sqlite:///{Path(folder) / 'desk.sqlite3'}")
            os.environ["RESOLVERS_FILE"] = str(many_addresses(lab))
            os.environ["PRIVATE_SERVERS"] = "true"
            settings.cache_clear()
            found = measured(lab)
    except NoNetworkError as error:
        sys.exit(str(error))
    table = Table(title=f"The propagation page: {PEOPLE} people, {RESOLVERS} resolvers x {TYPES.count(',') + 1} types")
    for column in ("script of a page, whole run", "ms", "aim"):
        table.add_column(column, justify="right" if column == "ms" else "left")
    for what, ms, aim in found:
        table.add_row(what, f"{ms:,.1f}", aim)
    Console().print(table)


if __name__ == "__main__":
    main()
