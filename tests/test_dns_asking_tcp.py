"""TCP where an answer is truncated, where UDP is silent, and where it does not work itself."""

import socket
import threading
import time
from collections.abc import Callable

import dns.message
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dns.asking.job import Ask
from core.dns.asking.packets import RECORDS_MAX
from tests.loopback import (
    WWW,
    Answer,
    Reply,
    Served,
    always,
    asked,
    framed,
    only_tcp,
    reply,
    running,
    serving,
    with_other_question,
)


@pytest.fixture
def engine():
    with running() as made:
        yield made


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
