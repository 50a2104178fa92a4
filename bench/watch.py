"""What watches cost: a round judged and stored, a quiet domain's day in the file, 10,000 of them: `make bench`.

Rounds come from a small world of servers and caches (`tests.watched_world`), without a network: what is measured is
what a look does with answers. What asking costs is measured against servers on loopback, in a process of their own.
"""

import contextlib
import datetime as dt
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from core import datafiles
from core.cutover.settings import Targets
from core.database.transactions import engine, writing
from core.database.upgrade import upgrade
from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.judging.check_so_far import Heard
from core.dns.observation import Server
from core.watch import heard_text, rows
from core.watch.heard_text import Kept
from core.watch.looking import Means, look, resumed, told_of, wish_of
from tests.lab.network import NoNetworkError, own_network
from tests.watched_world import PLAN, ROOT, ZONE, World, record, served, switch, watch

RESOLVERS = tuple(Server("resolver", f"127.0.5.{n}", id=f"r{n}", operator=f"Resolver {n}") for n in range(1, 26))
ROUNDS, WATCHES = 32, 10_000
AIM_MS, AIM_BYTES, AIM_CORE = 4.0, 2048, 0.5
DAYS, QUIET_WATCHES = 30, 4
ASKED = 12
"""Rounds that are asked on loopback."""
LIVES = {"planned": 30.0, "eve": 1.5, "switching": 0.5, "expiring": 1.5, "after": 7.0}
"""Days that a watch is in each phase, of a move that is agreed a month ahead."""

Happens = Callable[[World, int], None]


class Busy(World):
    """One whose answers come one after another, as anywhere."""

    def ask(self, asks: Sequence[Ask]) -> Any:
        """Answer each question a little later than the one before."""
        found = super().ask(asks)
        found.said = [o._replace(at=o.at + n * dt.timedelta(microseconds=137)) for n, o in enumerate(found.said)]
        return found


def new_world() -> World:
    """Return a registry of six servers, two hosters of two, mail hosts in the zone."""
    world = Busy(parents=6, servers=2)
    world.hosts = {f"mx.{ZONE}": "192.0.2.25"}
    for hoster, ttl in (("stary", 3600), ("nowy", 300)):
        record(world, hoster, "MX", ttl, (f"10 mx.{ZONE}",))
    return world


def quiet(world: World, n: int) -> None:
    """Let nothing happen."""


def changing(world: World, n: int) -> None:
    """Let something else stand in the zone each time."""
    record(world, "stary", "A", 600, (f"192.0.2.{n % 200 + 1}",))


def expiring(world: World, n: int) -> None:
    """Let the registry refer to the new servers, and a cache after the other follow."""
    if n == 0:
        switch(world, world.parents, "nowy")
        world.led = {
            server.id: (world.at + dt.timedelta(minutes=40 * k), "stary") for k, server in enumerate(RESOLVERS)
        }


KINDS: dict[str, Happens] = {"quiet": quiet, "expiring": expiring, "changing": changing}


class Measured:
    """CPU seconds of this process, by what they were spent on."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextlib.contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Count what is done meanwhile."""
        begun = time.process_time()
        yield
        self.spent[what] = self.spent.get(what, 0.0) + time.process_time() - begun

    def ms(self, rounds: int) -> float:
        """Return milliseconds a round."""
        return 1000 * sum(self.spent.values()) / rounds


@contextlib.contextmanager
def database() -> Iterator[tuple[Any, Path]]:
    """Make a database with the desk's tables."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "desk.sqlite3"
        url = f"sqlite:///{file}"
        upgrade(url)
        yield engine(url), file


def rounds_of(happens: Happens, *, remembered: bool, every: bool = False) -> tuple[Measured, int]:
    """Return what ROUNDS rounds of a watch cost, and how many were judged.

    `remembered`: its history is in memory; else each look begins from its row. `every`: each round is judged.
    """
    world, measured, judged = new_world(), Measured(), 0
    severities = datafiles.dns_severities()
    with database() as (db, _):
        with writing(db) as connection:
            (id,) = rows.add(connection, [watch()])
        one = watch(id=id)
        wish = wish_of(one, PLAN)
        kept, packed = Kept(Heard(wish), None), None
        for n in range(-4, ROUNDS):
            world.at += dt.timedelta(minutes=15)
            if n >= 0:
                happens(world, n)
            spent = measured if n >= 0 else Measured()
            with spent.on("unpack"):
                if packed is not None and not remembered:
                    kept = heard_text.unpack_kept(packed, wish)
                check = resumed(kept.heard, wish, world, [ROOT], RESOLVERS)  # type: ignore[arg-type]
            check.round()
            with spent.on("judge"):
                known = kept._replace(quiet_until=None) if every else kept
                told = told_of(one.sight, known, check, world.at, severities)
            with spent.on("store"):
                one = replace(one, sight=told.sight, looked_at=world.at, rounds=one.rounds + 1)
                with writing(db) as connection:
                    assert rows.replace(connection, rows.Stored(one, told.packed))
                one = replace(one, version=one.version + 1)
            kept, packed = Kept(check, told.quiet_until), told.packed or packed
            judged += n >= 0 and told.packed is not None
    return measured, judged


def a_check_each_round(happens: Happens) -> float:
    """Return the milliseconds of CPU a round of judging all that a check has in memory, each time."""
    world, measured = new_world(), Measured()
    check = Check(wish_of(watch(), PLAN), world, [ROOT], RESOLVERS)  # type: ignore[arg-type]
    for n in range(-4, ROUNDS):
        world.at += dt.timedelta(minutes=15)
        if n >= 0:
            happens(world, n)
        check.round()
        with (measured if n >= 0 else Measured()).on("judge"):
            check.judge(world.at)
    return measured.ms(ROUNDS)


def growth() -> tuple[float, int]:
    """Return by how many bytes the file grows for a quiet domain a day, and how large what was heard of one is."""
    severities = datafiles.dns_severities()
    with database() as (db, file):
        with writing(db) as connection:
            ids = rows.add(connection, [watch(phase="after")] * QUIET_WATCHES)
        worlds = [(new_world(), watch(id=id, phase="after")) for id in ids]
        kept: dict[int, Kept] = {}
        sizes, packed = [], b""
        for look_number in range(4 + 2 * DAYS):
            for place, (world, one) in enumerate(worlds):
                world.at += dt.timedelta(hours=12)
                wish = wish_of(one, PLAN)
                before = kept.get(one.id, Kept(Heard(wish), None))
                check = resumed(before.heard, wish, world, [ROOT], RESOLVERS)  # type: ignore[arg-type]
                check.round()
                told = told_of(one.sight, before, check, world.at, severities)
                packed = told.packed or packed
                one = replace(one, sight=told.sight)
                with writing(db) as connection:
                    assert rows.replace(connection, rows.Stored(one, told.packed))
                worlds[place] = world, replace(one, version=one.version + 1)
                kept[one.id] = Kept(check, told.quiet_until)
            if look_number in (3, 3 + 2 * DAYS):
                sizes.append(size_of(db, file))
    return (sizes[1] - sizes[0]) / QUIET_WATCHES / DAYS, len(packed)


def size_of(db: Any, file: Path) -> int:
    """Return the octets of a database, its log written back."""
    with db.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size


def serve(ours: Connection) -> None:
    """Run the servers of a world until this process is ended."""
    world = new_world()
    with served(world, RESOLVERS):
        ours.send(True)
        ours.recv()


def asked() -> tuple[float, int]:
    """Return the milliseconds of CPU of a whole look at servers on loopback, all included, and its observations."""
    context = multiprocessing.get_context("spawn")
    with own_network():
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), daemon=True)
        process.start()
        asking = Engine(per_second=float("inf"), authoritative_per_second=lambda address: 1e9)
        try:
            ours.recv()
            means = Means(asking, [ROOT], RESOLVERS, Targets())
            one, packed, measured = watch(), None, Measured()
            for n in range(-4, ASKED):
                with (measured if n >= 0 else Measured()).on("look"):
                    looked = look(one, packed, PLAN, means, asking.now)
                assert looked.sight and looked.sight.old_count == len(RESOLVERS), looked.sight
                one, packed = replace(one, sight=looked.sight), looked.packed or packed
            return measured.ms(ASKED), len(looked.heard.rounds[-1])
        finally:
            asking.stop()
            process.terminate()
            process.join()


def core_of(share: dict[str, float], ms: float) -> float:
    """Return what part of a core WATCHES need whose phases have these shares, at so many milliseconds a round."""
    a_day = sum(part * 1440 / PLAN.phases[phase].minutes for phase, part in share.items())
    return WATCHES * a_day * ms / 1000 / 86_400


def main() -> None:
    """Measure and print the tables."""
    table = Table(title=f"A round judged and stored: {len(RESOLVERS)} resolvers, {len(PLAN.types)} types, CPU")
    for column in ("watch", "ms in memory", "ms from its row", "judged", "ms, all judged", "a check's", "aim"):
        table.add_column(column, justify="left" if column == "watch" else "right")
    worst = 0.0
    for kind, happens in KINDS.items():
        memory, judged = rounds_of(happens, remembered=True)
        row, _ = rounds_of(happens, remembered=False)
        every, _ = rounds_of(happens, remembered=True, every=True)
        worst = max(worst, row.ms(ROUNDS))
        found = [f"{one.ms(ROUNDS):.1f}" for one in (memory, row, every)]
        aim = f"{AIM_MS:.0f} ms" if happens is not changing else ""
        plain = f"{a_check_each_round(happens):.1f}"
        table.add_row(kind, *found[:2], f"{judged} of {ROUNDS}", found[2], plain, aim)
    Console().print(table)
    bytes_a_day, heard = growth()
    Console().print(
        f"The file grows by {bytes_a_day:,.0f} B for a quiet domain a day (aim under {AIM_BYTES:,}); "
        f"what was heard of one is {heard:,} B"
    )
    try:
        ms, observations = asked()
    except NoNetworkError as error:
        sys.exit(str(error))
    days = sum(LIVES.values())
    lives = {phase: part / days for phase, part in LIVES.items()}
    expires = core_of({"expiring": 1.0}, ms)
    Console().print(
        f"A whole look at a quiet domain, {observations} answers asked for included: {ms:.1f} ms of CPU\n"
        f"{WATCHES:,} watched domains need {core_of(lives, ms):.2f} of a core where a move takes {days:.0f} days, "
        f"{expires:.2f} where all are expiring at once (aim {AIM_CORE})\n"
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    )


if __name__ == "__main__":
    main()
