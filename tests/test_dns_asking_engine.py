"""The engine against real servers on loopback: what answers, what is no answer, and what becomes of a job."""

import socket
import time

import dns.flags
import dns.message
import pytest

from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.observation import Question, Server
from tests.loopback import WWW, Reply, Served, always, asked, reply, running, serving, silent, with_other_question


@pytest.fixture
def engine():
    with running() as made:
        yield made


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
