"""Processes of one desk ask one resolver: together never more often than one alone may, whoever comes, goes or dies."""

import contextlib
import queue
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from core.database.tables import asker
from core.database.transactions import engine, reading, writing
from core.dns.asking.job import Ask
from core.dns.observation import Question, Server
from core.ground.settings import ROOT, settings
from core.watch.asking_count import COUNTED, UNCOUNTED
from core.watch.asking_share import Share, SharingEngine, Times, engine_of_desk, engine_sharing
from tests.asking_beside import BURST, PER_SECOND
from tests.loopback import always, reply, serving

ADDRESS = "127.0.8.1"
QUICK = Times(renewed=0.1, life=3.0)
_TIMESTAMP_NS = 35  # SO_TIMESTAMPNS of Linux, which Python does not name


class Resolver:
    """Answers over UDP, and keeps when the kernel got each question: however late this process reads it."""

    def __init__(self) -> None:
        self.heard: list[float] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMP_NS, 1)
        self._socket.bind((ADDRESS, 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "Resolver":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (ADDRESS, self.port))
        self._thread.join()
        self._socket.close()

    def until(self, count: int) -> None:
        """Wait for so many questions."""
        while len(self.heard) < count:
            time.sleep(0.05)

    def _serve(self) -> None:
        while True:
            wire, more, _, sender = self._socket.recvmsg(4096, socket.CMSG_SPACE(16))
            if not wire:
                return
            ((_, _, at),) = more
            seconds, nanoseconds = struct.unpack("qq", at)
            self.heard.append(seconds + nanoseconds / 1e9)
            # Of somebody who was killed.
            with contextlib.suppress(ConnectionRefusedError):
                self._socket.sendto(reply(wire), sender)


class Asking:
    """A process that asks until it is told to end; `said` are its lines."""

    def __init__(self, url: str, port: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.asking_beside", url, ADDRESS, str(port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._said: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._said.put(line.strip())
        self._said.put("")

    def until(self, begins: str) -> str:
        """Wait for a line and return it."""
        while True:
            line = self._said.get(timeout=300)
            if line.startswith(begins):
                return line
            assert line, f"it has ended without {begins}"

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()


@pytest.fixture
def asking(database_url) -> Iterator[tuple[Resolver, list[Asking]]]:
    with Resolver() as resolver:
        three = [Asking(database_url, resolver.port) for _ in range(3)]
        yield resolver, three
        for one in three:
            one.close()


def most_over(times: list[float], per_second: float) -> float:
    """Return by how many questions the fullest of all windows exceeds what flows in meanwhile."""
    # n_j - rate*t_j is least before the window begins and greatest at its end.
    worst, least = 0.0, float("inf")
    for number, at in enumerate(times):
        least = min(least, number - per_second * at)
        worst = max(worst, number + 1 - per_second * at - least)
    return worst


def test_three_processes_never_ask_more_than_one_may_and_a_killed_ones_part_is_shared_out(asking):
    resolver, (one, two, killed) = asking
    for each in (one, two, killed):
        each.until("0.300")
    resolver.until(150)
    killed.kill()
    for each in (one, two):
        each.until("0.450")
    resolver.until(300)
    two.process.stdin.close()
    said = two.until("answered").split()
    assert said[1] == said[3] != "0"
    one.until("0.900")
    one.process.stdin.close()
    said = one.until("answered").split()
    assert said[1] == said[3] != "0"
    # One of each process may be between its bucket and the wire.
    assert most_over(sorted(resolver.heard), PER_SECOND) <= BURST + 3


# -- one process at a time


def parts_until(share: Share, wanted: float) -> set[float]:
    """Wait for a part; return those before it."""
    before = set()
    for _ in range(30_000):
        if (part := share()) == wanted:
            return before
        before.add(part)
        time.sleep(0.01)
    raise AssertionError(f"{before}, and never {wanted}")


@pytest.fixture
def shares(database_url) -> Iterator[list[Share]]:
    made = [Share(engine(database_url), QUICK) for _ in range(3)]
    yield made
    for share in made:
        share.end()


def rows(url: str) -> set[str]:
    with reading(engine(url)) as connection:
        return set(connection.scalars(sa.select(asker.c.id)))


def test_who_is_alone_has_all_and_a_new_one_takes_nothing_before_the_others_have_let_go(shares, database_url):
    one, two, three = shares
    assert one() == 0 and parts_until(one, COUNTED) == {0.0}
    assert parts_until(two, COUNTED / 2) == {0.0} and one() == COUNTED / 2
    assert parts_until(three, COUNTED / 3) == {0.0} and one() == two() == COUNTED / 3
    assert len(rows(database_url)) == 3
    three.end()
    two.end()
    assert len(rows(database_url)) == 1
    parts_until(one, COUNTED)


def test_row_that_a_killed_process_left_is_forgotten_after_a_life(shares, database_url):
    with writing(engine(database_url)) as connection:
        connection.execute(sa.insert(asker).values(id="killed", until=sa.func.current_timestamp()))
    began = time.monotonic()
    assert parts_until(shares[0], COUNTED) == {0.0}
    assert time.monotonic() - began > QUICK.life
    assert "killed" not in rows(database_url)


def test_database_that_has_gone_leaves_nothing_to_ask_with_and_one_that_was_never_there_a_little(shares, database_url):
    one, two, _ = shares
    parts_until(one, COUNTED)
    with writing(engine(database_url)) as connection:
        connection.execute(sa.text("ALTER TABLE asker RENAME TO away"))
    parts_until(one, 0.0)
    assert parts_until(two, UNCOUNTED) == {0.0}
    assert one() == 0
    with writing(engine(database_url)) as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO asker"))
    parts_until(one, COUNTED / 2)
    parts_until(two, COUNTED / 2)


def test_who_asks_nothing_for_long_is_not_counted_any_more(sqlite_url):
    share = Share(engine(sqlite_url), QUICK._replace(idle=0.5))
    parts_until(share, COUNTED)
    while rows(sqlite_url):
        time.sleep(0.01)
    parts_until(share, COUNTED)
    share.end()


def test_engine_that_shares_answers_and_gives_its_part_back(sqlite_url):
    shared = engine_sharing(engine(sqlite_url), QUICK)
    with serving(always(), ADDRESS) as served:
        job = shared.ask([Ask(served.server(), Question("a.pl", "A"))])
        assert job.wait(60) and not rows(sqlite_url)  # no resolver was asked
        job = shared.ask([Ask(served.server("resolver"), Question("a.pl", "A"))])
        assert job.wait(60) and job.snapshot()[0].values and len(rows(sqlite_url)) == 1
    shared.stop()
    assert not rows(sqlite_url)


def test_desk_without_a_database_can_ask_all_the_same(monkeypatch, tmp_path):
    for url in ("nonsense", f"sqlite:///{tmp_path / 'none.sqlite3'}"):
        monkeypatch.setenv("DATABASE_URL", url)
        settings.cache_clear()
        asks = engine_of_desk()
        with serving(always(), ADDRESS) as served:
            job = asks.ask([Ask(Server("resolver", served.address, served.port), Question("a.pl", "A"))])
            assert job.wait(60) and job.snapshot()[0].values
        asks.stop()
    assert not list(tmp_path.iterdir())
    settings.cache_clear()


def test_an_engine_that_shares_ends_its_thread_and_begins_anew(sqlite_url):
    shared = SharingEngine(Share(engine(sqlite_url), QUICK))
    # Other tests may have left engines of theirs.
    others = {*threading.enumerate()}
    for _ in range(2):
        with serving(always(), ADDRESS) as served:
            assert shared.ask([Ask(served.server("resolver"), Question("a.pl", "A"))]).wait(60)
        shared.stop()
        mine = {*threading.enumerate()} - others
        assert not [thread for thread in mine if thread.name in ("share", "dns")]
