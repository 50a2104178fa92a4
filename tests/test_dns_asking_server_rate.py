"""No server is asked more often than it may be, over whichever way; a flood keeps nobody else waiting."""

import time

import pytest

from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.asking.server_rate import AUTHORITATIVE_PER_SECOND, Pacing
from core.dns.asking.traffic import IN_FLIGHT
from core.dns.observation import Question, Server
from tests.loopback import WWW, Reply, always, only_tcp, reply, running, serving, with_other_question


@pytest.fixture
def engine():
    with running() as made:
        yield made


def test_the_limit_holds_over_all_ways_and_repetitions():
    engine = Engine(per_second=10, burst=3, timeout=0.4)
    with serving(only_tcp) as served:
        began = time.monotonic()
        job = engine.ask([Ask(served.server("resolver"), Question(f"{n}.pl", "A")) for n in range(10)])
        assert job.wait(30)
        times = sorted(when - began for when, *_ in served.heard)
        assert {transport for _, _, transport, _ in served.heard} == {"udp", "tcp"}
        assert {observation.values for observation in job.snapshot()} == {("192.0.2.1",)}
        assert all(n + 1 <= 3 + 10 * when + 1e-3 for n, when in enumerate(times))
    engine.stop()


def test_one_address_has_one_limit_the_stricter_one_however_it_is_asked_and_written():
    engine = Engine(per_second=10, burst=3)
    with serving(always()) as served:
        # The same address (RFC 4291 s. 2.5.5.2).
        as_resolver = Server("resolver", "::ffff:7f00:801", served.port)
        assert engine.ask([Ask(served.server(), WWW)]).wait(10)
        began = time.monotonic()
        jobs = [
            engine.ask([Ask(server, Question(f"{n}.{k}.pl", "A")) for n in range(6)])
            for k, server in enumerate((as_resolver, served.server(), served.server("parent")))
        ]
        assert all(job.wait(30) for job in jobs)
        times = sorted(when - began for when, *_ in served.heard[1:])
        assert len(times) == 18
        assert all(n + 1 <= 3 + 10 * when + 1e-3 for n, when in enumerate(times))
    engine.stop()


def test_a_flood_of_strays_keeps_nobody_else_from_an_answer():
    engine = Engine(timeout=3.0)  # on a loaded machine the flood's sender keeps the answering one waiting

    def flooding(wire: bytes, transport: str) -> Reply:
        stray = with_other_question(wire)
        if transport == "tcp":
            return []
        return [(n % 50 / 200, stray if n % 2 else b"\0" * 12) for n in range(5_000)]

    with serving(flooding) as flood, serving(always(), "127.0.8.2") as served:
        flooded = engine.ask([Ask(flood.server(), WWW)] * 3)
        job = engine.ask([Ask(served.server(), Question(f"{n}.example.pl", "A")) for n in range(100)])
        assert job.wait(60)
        assert {observation.values for observation in job.snapshot()} == {("192.0.2.1",)}
        assert flooded.wait(60)
        assert {observation.failure for observation in flooded.snapshot()} == {"timeout"}
        assert len({port for _, _, _, port in flood.heard}) > 1  # nobody guesses at one port for long
    engine.stop()


def test_many_questions_to_one_server_are_all_answered_from_changing_ports():
    engine = Engine(per_second=float("inf"))
    with serving(always()) as served:
        job = engine.ask([Ask(served.server(), Question(f"{n}.example.pl", "A")) for n in range(2_500)])
        assert job.wait(60)
        assert {observation.values for observation in job.snapshot()} == {("192.0.2.1",)}
        assert len({port for _, _, _, port in served.heard}) >= 2
        assert len({wire[:2] for _, wire, _, _ in served.heard}) > 2_000
    engine.stop()


def test_the_limit_of_a_resolver_holds_over_two_jobs_and_nobody_is_refused():
    engine = Engine(per_second=20, burst=5)
    with serving(always()) as served, serving(always(), "127.0.8.2") as other:
        began = time.monotonic()
        jobs = [
            engine.ask([Ask(served.server("resolver"), Question(f"{n}.{k}.pl", "A")) for n in range(10)])
            for k in range(2)
        ]
        unlimited = engine.ask([Ask(other.server(), WWW)] * 40)
        assert unlimited.wait(10)
        assert not jobs[1].done
        assert all(job.wait(20) for job in jobs)
        assert all(observation.values for job in jobs for observation in job.snapshot())
        # A bucket never lets through more than its burst and what has flowed in since: at no moment.
        times = [when - began for when, *_ in served.heard]
        assert len(times) == 20
        assert all(n + 1 <= 5 + 20 * when + 1e-3 for n, when in enumerate(times))
    engine.stop()


def test_more_questions_than_may_be_open_wait_for_their_turn(engine):
    with serving(lambda wire, _: [(0.1, reply(wire))]) as served:
        job = engine.ask([Ask(served.server(), Question(f"{n}.pl", "A")) for n in range(IN_FLIGHT + 30)])
        assert job.wait(20)
        assert all(observation.values for observation in job.snapshot())


def test_each_address_has_the_rate_that_is_said_for_it_and_a_resolver_the_stricter_one():
    said = Pacing(50, None, {"192.0.2.1": 10.0, "192.0.2.2": 500.0}.__getitem__)
    rates = [said.bucket(address, 0.0, limited=False).per_second for address in ("192.0.2.1", "192.0.2.2")]
    assert rates == [10, 500] and said.bucket("192.0.2.2", 0.0, limited=True).per_second == 50
    assert Pacing(10, None).bucket("192.0.2.1", 0.0, limited=False).per_second == AUTHORITATIVE_PER_SECOND
    assert Pacing(200, None).bucket("192.0.2.1", 0.0, limited=False).per_second == 200


def test_an_engine_keeps_to_the_rate_that_is_said_for_an_address():
    engine = Engine(authoritative_per_second=lambda address: 5.0 if address == "127.0.8.1" else float("inf"))
    with serving(always()) as slow, serving(always(), "127.0.8.2") as quick:
        began = time.monotonic()
        job = engine.ask([Ask(slow.server(), Question(f"{n}.pl", "A")) for n in range(16)])
        assert engine.ask([Ask(quick.server(), WWW)] * 600).wait(30)
        assert job.wait(60)
        times = sorted(when - began for when, *_ in slow.heard)
        # So many at once after a rest, and then no more than flow in.
        assert len(times) == 16 and all(n + 1 <= 10 + 5 * when + 1e-3 for n, when in enumerate(times))
    engine.stop()
