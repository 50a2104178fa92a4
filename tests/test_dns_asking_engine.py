"""The engine against real servers on loopback that do as they are told: late, wrong, silent, refusing, flooding."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dns.asking import sockets
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.asking.packets import RECORDS_MAX
from core.dns.asking.traffic import IN_FLIGHT
from core.dns.observation import Question, Role, Server
from tests.lab.network import descriptors, no_descriptor_left
from tests.lab.scripted import close_all

WWW = Question("www.example.pl", "A")
Reply = Sequence[tuple[float, bytes]]  # seconds to wait before each packet
Answer = Callable[[bytes, str], Reply]


@dataclass
class Served:
    """A running server: where it is, what it was asked (when, over which transport, from which port)."""

    address: str
    port: int
    heard: list[tuple[float, bytes, str, int]] = field(default_factory=list)

    def server(self, role: Role = "authoritative") -> Server:
        return Server(role, self.address, self.port)


@contextlib.contextmanager
def serving(answer: Answer, address: str = "127.0.8.1", tcp: bool = True) -> Iterator[Served]:
    """Run a server in a thread of its own; `tcp=False`: nobody listens there."""
    loop = asyncio.new_event_loop()
    # All of it in that thread: in this one the browser's own loop may be running.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    served, closing = asyncio.run_coroutine_threadsafe(_listen(answer, address, tcp), loop).result()
    try:
        yield served
    finally:
        asyncio.run_coroutine_threadsafe(close_all(closing), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listen(answer: Answer, address: str, tcp: bool) -> tuple[Served, list[Callable[[], None]]]:
    loop = asyncio.get_running_loop()
    served = Served(address, 0)

    class Udp(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, wire, sender):
            served.heard.append((time.monotonic(), wire, "udp", sender[1]))
            for seconds, packet in answer(wire, "udp"):
                loop.call_later(seconds, self.send, packet, sender)

        def send(self, packet, sender):
            if not self.transport.is_closing():
                self.transport.sendto(packet, sender)

    async def stream(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), contextlib.closing(writer):
            wire = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
            served.heard.append((time.monotonic(), wire, "tcp", 0))
            for seconds, packet in answer(wire, "tcp"):
                await asyncio.sleep(seconds)
                writer.write(packet)
                await writer.drain()

    transport, _ = await loop.create_datagram_endpoint(Udp, local_addr=(address, 0))
    served.port = transport.get_extra_info("sockname")[1]
    if not tcp:
        return served, [transport.close]
    streams = await asyncio.start_server(stream, address, served.port)
    return served, [transport.close, streams.close]


def reply(wire: bytes, value: str = "192.0.2.1", rcode: str = "NOERROR", truncated: bool = False) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(wire))
    message.set_rcode(dns.rcode.from_text(rcode))
    if rcode == "NOERROR" and not truncated:
        message.answer = [dns.rrset.from_text(message.question[0].name, 60, "IN", "A", value)]
    if truncated:
        message.flags |= dns.flags.TC
    return message.to_wire()


def framed(wire: bytes) -> bytes:
    return len(wire).to_bytes(2, "big") + wire


def always(**how: str) -> Answer:
    return lambda wire, _: [(0, reply(wire, **how))]  # type: ignore[arg-type]


def silent(wire: bytes, transport: str) -> Reply:
    return []


def with_other_question(wire: bytes) -> bytes:
    message = dns.message.from_wire(reply(wire, "192.0.2.66"))
    message.question[0].name = message.answer[0].name = dns.name.from_text("other.example.pl.")
    return message.to_wire()


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine(timeout=1.0)
    yield made
    made.stop()


def asked(engine: Engine, served: Served, **how: object):
    job = engine.ask([Ask(served.server(), WWW, **how)])  # type: ignore[arg-type]
    assert job.wait(10)
    (observation,) = job.snapshot()
    return observation


def test_an_answer_is_told_with_its_time_and_transport(engine):
    with serving(always()) as served:
        observation = asked(engine, served)
    assert (observation.values, observation.transport, observation.failure) == (("192.0.2.1",), "udp", None)
    assert 0 < observation.ms < 10_000
    assert observation.at.tzinfo


def test_what_is_asked_is_sent_as_asked(engine):
    with serving(always()) as served:
        asked(engine, served, recursion=True, checking_disabled=True, dnssec=True)
        message = dns.message.from_wire(served.heard[0][1])
    assert message.flags == dns.flags.RD | dns.flags.CD
    assert message.ednsflags == dns.flags.DO


def test_answers_in_any_order_belong_to_their_questions(engine):
    def backwards(wire: bytes, _: str) -> Reply:
        number = int(dns.message.from_wire(wire).question[0].name.labels[0])
        return [((20 - number) / 100, reply(wire, f"192.0.2.{number}"))]

    with serving(backwards) as served:
        job = engine.ask([Ask(served.server(), Question(f"{n}.example.pl", "A")) for n in range(20)])
        assert job.wait(10)
    assert [observation.values for observation in job.answers()] == [(f"192.0.2.{n}",) for n in range(20)]


def test_an_answer_is_visible_while_another_is_still_open(engine):
    with serving(always()) as quick, serving(silent, "127.0.8.2") as slow:
        job = engine.ask([Ask(slow.server(), WWW), Ask(quick.server(), WWW)])
        while not job.snapshot():
            job.wait(0.01)
        assert not job.done
        assert [answer and answer.values for answer in job.answers()] == [None, ("192.0.2.1",)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda wire: bytes([wire[0] ^ 1]) + reply(wire, "192.0.2.66")[1:],
        with_other_question,
        lambda wire: wire,  # sent back as it came
        lambda wire: b"",
        lambda wire: wire[:2] + b"\xff" * 50,
    ],
)
def test_what_is_no_answer_is_waited_past(engine, wrong):
    with serving(lambda wire, _: [(0, wrong(wire)), (0.05, reply(wire))]) as served:
        assert asked(engine, served).values == ("192.0.2.1",)
        assert len(served.heard) == 1


def test_an_answer_that_cannot_be_read_is_malformed(engine):
    with serving(lambda wire, _: [(0, reply(wire)[:-20])]) as served:
        assert asked(engine, served).failure == "malformed"


@pytest.mark.parametrize("rcode", ["REFUSED", "SERVFAIL", "NXDOMAIN"])
def test_a_refusal_is_an_answer(engine, rcode):
    with serving(always(rcode=rcode)) as served:
        observation = asked(engine, served)
        assert (observation.rcode, observation.failure, len(served.heard)) == (rcode, None, 1)


def test_a_silent_server_is_asked_twice_and_once_over_tcp_and_then_timed_out(engine):
    with serving(silent) as served:
        observation = asked(engine, served)
        assert (observation.failure, observation.rcode) == ("timeout", None)
        assert sorted(transport for _, _, transport, _ in served.heard) == ["tcp", "udp", "udp"]
        assert len({wire[2:] for _, wire, _, _ in served.heard}) == 1


def test_a_lost_question_is_answered_at_the_second_try(engine):
    heard: list[bytes] = []

    def second(wire: bytes, _: str) -> Reply:
        heard.append(wire)
        return [(0, reply(wire))] if len(heard) > 1 else []

    with serving(second) as served:
        assert asked(engine, served).values == ("192.0.2.1",)


def test_an_answer_after_the_deadline_is_dropped(engine):
    with serving(lambda wire, _: [(1.3, reply(wire, "192.0.2.66"))]) as served:
        job = engine.ask([Ask(served.server(), WWW)])
        assert job.wait(10)
        time.sleep(1.5)
        (observation,) = job.snapshot()
        assert observation.failure == "timeout"
        served_after = engine.ask([Ask(served.server(), Question("next.example.pl", "A"))])
        assert served_after.wait(10)
        assert served_after.snapshot()[0].failure == "timeout"


def test_a_port_nobody_listens_on_is_unreachable(engine):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.8.1", 0))
        served = Served("127.0.8.1", taken.getsockname()[1])
    assert asked(engine, served).failure == "unreachable"
    assert asked(engine, served, transport="tcp").failure == "unreachable"


def test_what_cannot_be_asked_is_refused_at_once(engine):
    for server, question, transport in (
        (Server("resolver", "dns.example"), WWW, "udp"),
        (Server("resolver", "127.0.8.1"), Question("a..pl", "A"), "udp"),
        (Server("resolver", "127.0.8.1"), WWW, "doh"),
    ):
        with pytest.raises(ValueError, match=r"address|asked|spoken"):
            engine.ask([Ask(server, question, transport=transport)])


# -- TCP


def by_transport(tcp: Callable[[bytes], Reply]) -> Answer:
    return lambda wire, transport: tcp(wire) if transport == "tcp" else [(0, reply(wire, truncated=True))]


def test_a_truncated_answer_is_asked_for_over_tcp(engine):
    with serving(by_transport(lambda wire: [(0, framed(reply(wire)))])) as served:
        observation = asked(engine, served)
        assert (observation.values, observation.transport) == (("192.0.2.1",), "tcp")
        assert [transport for _, _, transport, _ in served.heard] == ["udp", "tcp"]


def test_a_large_answer_comes_over_tcp_in_pieces(engine):
    def large(wire: bytes) -> Reply:
        message = dns.message.make_response(dns.message.from_wire(wire))
        name = message.question[0].name
        values = [f"10.0.{n // 250}.{n % 250}" for n in range(4000)]
        message.answer = [dns.rrset.from_text(name, 60, "IN", "A", *values)]
        whole = framed(message.to_wire(max_size=65535))
        assert len(whole) > 64_000
        return [(0.01, whole[at : at + 9_999]) for at in range(0, len(whole), 9_999)]

    with serving(by_transport(large)) as served:
        assert len(asked(engine, served).values) == RECORDS_MAX


@pytest.mark.parametrize(
    ("tcp", "failure"),
    [
        (lambda wire: [], "unreachable"),
        (lambda wire: [(0, framed(reply(wire))[:-3])], "malformed"),
        (lambda wire: [(0, framed(reply(wire)[:-3]))], "malformed"),
        (lambda wire: [(0, framed(reply(wire))[:5]), (30, b"")], "timeout"),
        (lambda wire: [(0.2, framed(reply(wire))[n : n + 1]) for n in range(20)], "timeout"),
    ],
)
def test_tcp_that_does_not_work_is_told_with_the_flag_of_the_truncated_answer(engine, tcp, failure):
    with serving(by_transport(tcp)) as served:
        observation = asked(engine, served)
    assert (observation.failure, observation.transport, observation.rcode) == (failure, "tcp", None)
    assert "TC" in observation.flags


def test_tcp_that_is_refused_is_unreachable_and_known_as_truncated(engine):
    with serving(lambda wire, _: [(0, reply(wire, truncated=True))], tcp=False) as served:
        observation = asked(engine, served)
    assert (observation.failure, observation.transport) == ("unreachable", "tcp")
    assert "TC" in observation.flags


def test_over_tcp_too_another_answer_is_waited_past(engine):
    with serving(lambda wire, _: [(0, framed(with_other_question(wire)) + framed(reply(wire)))]) as served:
        assert asked(engine, served, transport="tcp").values == ("192.0.2.1",)


# -- where UDP is silent


def only_tcp(wire: bytes, transport: str) -> Reply:
    return [(0, framed(reply(wire)))] if transport == "tcp" else []


@pytest.mark.parametrize("role", ["authoritative", "parent", "resolver"])
def test_a_server_that_is_silent_over_udp_answers_over_tcp_and_that_is_told(engine, role):
    with serving(only_tcp) as served:
        job = engine.ask([Ask(served.server(role), WWW)])
        assert job.wait(10)
        (observation,) = job.snapshot()
    assert (observation.values, observation.transport, observation.udp_failure) == (("192.0.2.1",), "tcp", "timeout")
    assert observation.failure is None


def test_a_refused_udp_port_leaves_tcp(engine):
    with serving(only_tcp) as both, socket.socket(socket.AF_INET, socket.SOCK_STREAM) as door:
        door.bind(("127.0.8.2", 0))
        door.listen()
        relayed = Served("127.0.8.2", door.getsockname()[1])

        def relay():
            client, _ = door.accept()
            with client, socket.create_connection((both.address, both.port)) as there:
                there.sendall(client.recv(65536))
                client.sendall(there.recv(65536))

        thread = threading.Thread(target=relay, daemon=True)
        thread.start()
        observation = asked(engine, relayed)
        thread.join(10)
    assert (observation.values, observation.transport, observation.udp_failure) == (
        ("192.0.2.1",),
        "tcp",
        "unreachable",
    )


@pytest.mark.parametrize("role", ["authoritative", "parent", "resolver"])
def test_a_server_that_was_silent_over_udp_is_asked_over_it_again_at_the_next_question(engine, role):
    deaf = True

    def answer(wire: bytes, transport: str) -> Reply:
        return only_tcp(wire, transport) if deaf or transport == "tcp" else [(0, reply(wire))]

    with serving(answer) as served:
        said = []
        for _ in range(2):
            job = engine.ask([Ask(served.server(role), WWW)])
            assert job.wait(10)
            said += [(o.transport, o.udp_failure) for o in job.snapshot()]
            time.sleep(1.2)  # until the second try has been silent as well
            deaf = False
    assert said == [("tcp", "timeout"), ("udp", None)]


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


def test_octets_of_any_kind_over_tcp_harm_neither_their_question_nor_another(engine):
    sent, shape = b"", ""

    def answer(wire: bytes, transport: str) -> Reply:
        # The right ID, flags and question, and then anything.
        question = wire[12 : wire.index(0, 12) + 5]
        believed = wire[:2] + b"\x84\0\0\1" + sent[:6].ljust(6, b"\1") + question + sent[6:]
        return [(0, {"bare": sent, "framed": framed(sent), "believed": framed(believed)}[shape])]

    with serving(answer) as hostile, serving(always(), "127.0.8.2") as honest:

        @given(st.binary(max_size=400), st.sampled_from(["bare", "framed", "believed"]))
        @settings(max_examples=300, deadline=None)
        def feed(octets: bytes, as_what: str) -> None:
            nonlocal sent, shape
            sent, shape = octets, as_what
            job = engine.ask([Ask(hostile.server(), WWW, transport="tcp"), Ask(honest.server(), WWW)])
            assert job.wait(20)
            lied, told = job.snapshot()
            assert lied.failure in ("malformed", "unreachable") or (shape == "believed" and lied.rcode)
            assert told.values == ("192.0.2.1",)

        feed()


# -- floods, limits, jobs


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


def test_a_cancelled_job_asks_nothing_more_and_keeps_what_it_has():
    engine = Engine(per_second=20, burst=3)
    with serving(always()) as served:
        job = engine.ask([Ask(served.server("resolver"), Question(f"{n}.pl", "A")) for n in range(50)])
        while len(job.snapshot()) < 3:
            job.wait(0.01)
        job.cancel()
        assert job.done
        assert job.cancelled
        time.sleep(0.1)
        heard, kept = len(served.heard), len(job.snapshot())
        time.sleep(0.5)
        assert len(served.heard) == heard < 50
        assert len(job.snapshot()) == kept
    engine.stop()


def test_a_job_nobody_looks_at_ends_and_one_that_is_looked_at_goes_on():
    engine = Engine(per_second=5, burst=1, lease=0.6)
    with serving(always()) as served, serving(always(), "127.0.8.2") as other:
        forgotten = engine.ask([Ask(served.server("resolver"), WWW)] * 10)
        watched = engine.ask([Ask(other.server("resolver"), WWW)] * 10)
        assert watched.wait(20)
        assert not watched.cancelled
        assert len(watched.snapshot()) == 10
        assert forgotten.cancelled
        assert len(forgotten.snapshot()) < 10
    engine.stop()


def test_more_questions_than_may_be_open_wait_for_their_turn(engine):
    with serving(lambda wire, _: [(0.1, reply(wire))]) as served:
        job = engine.ask([Ask(served.server(), Question(f"{n}.pl", "A")) for n in range(IN_FLIGHT + 30)])
        assert job.wait(20)
        assert all(observation.values for observation in job.snapshot())


# -- sockets


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


def test_an_engine_that_was_stopped_cancels_its_jobs_and_starts_again(engine):
    with serving(silent) as served:
        job = engine.ask([Ask(served.server(), WWW), Ask(served.server(), WWW, transport="tcp")])
        engine.stop()
        assert job.wait(10)
        assert job.cancelled
        assert asked(engine, served).failure == "timeout"


def test_no_questions_are_done_at_once(engine):
    job = engine.ask([])
    assert job.done
    assert job.snapshot() == ()
