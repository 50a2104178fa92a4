"""No more sockets are open than may be: who is idle gives way, and who came first has the next."""

import contextlib
import socket
import time
from collections.abc import Iterator, Sequence

import pytest

from core.dns.asking import sockets
from core.dns.asking.job import Ask
from core.dns.observation import Question
from tests.lab.network import descriptors, no_descriptor_left
from tests.loopback import WWW, Answer, Reply, Served, always, asked, framed, reply, running, serving


@pytest.fixture
def engine():
    with running() as made:
        yield made


@contextlib.contextmanager
def many(answer: Answer, count: int) -> Iterator[list[Served]]:
    """Run servers at so many addresses."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(serving(answer, f"127.0.9.{n}")) for n in range(1, count + 1)]


def sockets_to(servers: Sequence[Served]) -> int:
    """Return how many sockets of this process are connected to some servers."""
    theirs = {(served.address, served.port) for served in servers}
    found = 0
    for descriptor in descriptors():
        with contextlib.suppress(OSError):
            one = socket.socket(fileno=descriptor)
            try:
                found += one.getpeername() in theirs
            finally:
                one.detach()
    return found


def late(wire: bytes, transport: str) -> Reply:
    return [(0.2, framed(reply(wire)) if transport == "tcp" else reply(wire))]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_no_more_sockets_are_open_than_may_be_and_everybody_is_answered(engine, monkeypatch, transport):
    monkeypatch.setattr(sockets, "MOST_OPEN", 6)
    with many(late, 10) as servers:
        questions = Question("a.pl", "A"), Question("b.pl", "A")
        asks = [Ask(served.server(), question, transport=transport) for served in servers for question in questions]
        job, most = engine.ask(asks), 0
        while not job.wait(0.005):
            most = max(most, sockets_to(servers))
        assert [observation.values for observation in job.snapshot()] == [("192.0.2.1",)] * 20
        assert 0 < most <= 6 and sockets_to(servers) <= 6


def test_the_line_that_has_been_idle_for_longest_is_closed_for_another(engine, monkeypatch):
    monkeypatch.setattr(sockets, "MOST_OPEN", 2)
    with many(always(), 3) as servers:
        for number in (0, 1, 0, 2, 0, 1):
            assert asked(engine, servers[number]).values
    ports = [[port for *_, port in served.heard] for served in servers]
    assert len(set(ports[0])) == 1 and len(set(ports[1])) == 2


def test_whoever_came_first_for_a_socket_has_it_first(engine, monkeypatch):
    monkeypatch.setattr(sockets, "MOST_OPEN", 4)
    with serving(late) as greedy, serving(late, "127.0.8.2") as modest:
        many_asks = [Ask(greedy.server(), Question(f"{n}.pl", "A"), transport="tcp") for n in range(40)]
        flood = engine.ask(many_asks)
        while len(greedy.heard) < 4:
            time.sleep(0.01)
        assert asked(engine, modest).values and not flood.done
        assert len(flood.snapshot()) < 20
        assert flood.wait(20)


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("address", ["127.0.8.1", "::1"])
def test_a_question_waits_while_the_process_can_open_nothing(engine, transport, address):
    with contextlib.ExitStack() as stack:
        try:
            served = stack.enter_context(serving(late, address))
        except OSError as error:
            pytest.skip(str(error))
        engine.start()
        with no_descriptor_left():
            job = engine.ask([Ask(served.server(), WWW, transport=transport)])
            assert not job.wait(0.5)
        assert job.wait(10)
        (observation,) = job.snapshot()
        assert (observation.values, observation.transport, observation.udp_failure) == (("192.0.2.1",), transport, None)
