"""A million subscriptions, as ratios in one run: `make bench`."""

import datetime as dt
import io
import multiprocessing
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from bench.pricing import best_of
from core import datafiles
from core.pricing import calendar
from core.pricing.money import parse_amount
from core.pricing.rules import FROM_LIST
from core.pricing.tariff import Tariff
from core.simulation.reading import load

MANY = 1_000_000
HEADER = "nr abonamentu;klient;pakiet;początek okresu;ważny do;cena netto;domeny;skrzynki;dysk GB"


def million(tariff: Tariff) -> bytes:
    """Return a CSV file as a billing system would give it, every id another and a third of a million clients."""
    random = np.random.default_rng(8)
    days = calendar.number(dt.date(2025, 3, 1)) + random.integers(0, 600, MANY)
    written = [calendar.date(day).strftime("%d.%m.%Y") for day in range(days.min(), days.max() + 366)]
    first = days.min()
    rows = zip(
        range(MANY),
        random.integers(0, MANY // 3, MANY).tolist(),
        random.choice([package.name for package in tariff.packages], MANY).tolist(),
        (days - first).tolist(),
        random.choice(["", "199,00", "259,90", "1 299,00"], MANY).tolist(),
        random.integers(0, 60, MANY).tolist(),
        random.integers(0, 200, MANY).tolist(),
        random.integers(0, 3000, MANY).tolist(),
        strict=True,
    )
    lines = (
        f"A-{n:08};Piekarnia Złoty Kłos {client};{package};{written[day]};{written[day + 364]};{price};{domains};"
        f"{mailboxes};{disk // 10},{disk % 10}"
        for n, client, package, day, price, domains, mailboxes, disk in rows
    )
    return "\n".join([HEADER, *lines]).encode()


def plainly(data: bytes, tariff: Tariff) -> int:
    """Read the file the plain way: pandas cuts it up, and each row is made sense of by itself."""
    places = {package.name: place for place, package in enumerate(tariff.packages)}
    table = pd.read_csv(io.BytesIO(data), sep=";", dtype=str, keep_default_na=False)
    found = [
        (
            id,
            client,
            places[package],
            calendar.number(day_of(start)),
            calendar.number(day_of(until)),
            parse_amount(price) if price else FROM_LIST,
            int(domains),
            int(mailboxes),
            round(float(disk.replace(",", ".")) * 1000),
        )
        for id, client, package, start, until, price, domains, mailboxes, disk in table.itertuples(index=False)
    ]
    return len(found)


def day_of(text: str) -> dt.date:
    """Return the day that a cell tells."""
    day, month, year = text.split(".")
    return dt.date(int(year), int(month), int(day))


def memory_of(way: str, path: str) -> float:
    """Return how much memory (MB) one way of reading a file takes at most, above the file itself."""
    # A process of its own: the mark of the most memory ever had cannot be taken back.
    with multiprocessing.get_context("spawn").Pool(1) as process:
        return process.apply(_grown, (way, path))


def _grown(way: str, path: str) -> float:
    data, tariff = Path(path).read_bytes(), datafiles.tariff()
    before = _peak()
    {"load": load, "plainly": plainly}[way](data, tariff)
    return _peak() - before


def _peak() -> float:
    # Not resource.getrusage: on Linux its mark is handed down from the parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Measure and print the table."""
    tariff = datafiles.tariff()
    Console().print(_loading(tariff))


def _loading(tariff: Tariff) -> Table:
    """Measure reading a file of a million rows against the plain way, and the memory above what stood before it."""
    data = million(tariff)
    loaded = load(data, tariff)
    assert len(loaded.subscriptions) == loaded.read == MANY
    del loaded
    ours = best_of(3, lambda: load(data, tariff))
    plain = best_of(1, lambda: plainly(data, tariff))
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(data)
        file.flush()
        memory = {way: memory_of(way, file.name) for way in ("plainly", "load")}
    table = Table(title=f"A CSV of {MANY:,} subscriptions ({len(data) / 1e6:.0f} MB)")
    for column in ("", "s", "ratio", "aim", "MB above the file", "aim "):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("pandas, then row by row", f"{plain:.1f}", "1", "", f"{memory['plainly']:,.0f}", "")
    table.add_row(
        "load, mistakes found", f"{ours:.1f}", f"{plain / ours:.1f}", "10 s", f"{memory['load']:,.0f}", "1,000"
    )
    return table


if __name__ == "__main__":
    main()
