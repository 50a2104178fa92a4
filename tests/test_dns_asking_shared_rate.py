"""Several ask one resolver, each with a share that changes: together they send no more than one who has everything."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.asking.server_rate import UNSEEN, Pacing
from core.dns.observation import Question
from tests.loopback import WWW, always, serving

PER_SECOND, BURST = 10.0, 20.0
RESOLVER = "192.0.2.1"


class Asker:
    """One process; `share` is what it is told."""

    def __init__(self):
        self.share, self.lowered = 0.0, -9.0
        self.pacing = Pacing(PER_SECOND, BURST, share=lambda: self.share)

    def give(self, share, now):
        """Change the share, as whoever gives them may: one that got smaller stays so for a while."""
        if share < self.share:
            self.lowered = now
        elif now - self.lowered <= UNSEEN:
            return
        self.share = share

    def sends(self, count, now):
        bucket = self.pacing.bucket(RESOLVER, now, limited=True)
        return sum(bucket.take(now) for _ in range(count))


who = st.integers(0, 2)
SHARES = st.sampled_from([0.0, 0.05, 0.1, 0.25, 1 / 3, 0.5, 1.0])
STEPS = st.one_of(
    st.tuples(st.just("time"), st.sampled_from([0.01, 0.1, 0.5, 1.0, 1.4, 1.6, 2.5, 30.0])),
    st.tuples(st.just("asks"), who, st.sampled_from([1, 5, 50])),
    st.tuples(st.just("looks"), who),
    st.tuples(st.just("forgets"), who),
    st.tuples(st.just("given"), who, SHARES),
    st.tuples(st.just("begins anew"), who),
)


@settings(max_examples=500)
@given(st.lists(STEPS, max_size=80))
def test_together_they_send_no_more_than_the_burst_and_what_flows_in(steps):
    now, askers, sent = 0.0, [Asker() for _ in range(3)], []
    for what, *about in steps:
        match what, *about:
            case "time", seconds:
                now += seconds
            case "asks", number, count:
                sent += [now] * askers[number].sends(count, now)
            case "looks", number:
                askers[number].pacing.look(now)
            case "forgets", number:
                askers[number].pacing.forget(now, but=())
            case "given", number, share:
                if share + sum(one.share for one in askers if one is not askers[number]) <= 1:
                    askers[number].give(share, now)
            case "begins anew", number:
                askers[number] = Asker()
    for first, since in enumerate(sent):
        for last, at in enumerate(sent[first:], first):
            assert last - first + 1 <= BURST + PER_SECOND * (at - since) + 1e-6


def test_who_has_a_tenth_sends_a_tenth_and_who_has_nothing_nothing():
    asker = Asker()
    assert asker.sends(9, 0.0) == 0
    asker.give(0.1, 0.0)
    assert [asker.sends(9, float(second)) for second in range(1, 6)] == [0, 1, 1, 1, 1]
    asker.give(0.0, 5.5)
    assert asker.sends(9, 6.0) == 0


def test_what_is_saved_up_is_cut_when_the_share_gets_smaller_and_kept_while_somebody_looks():
    asker = Asker()
    asker.give(1.0, 0.0)
    asker.sends(1, 0.0)
    for second in range(1, 6):
        asker.pacing.look(float(second))
    asker.give(0.25, 5.0)
    assert asker.sends(99, 5.0) == BURST / 4


def test_nothing_was_saved_up_while_nobody_looked_as_the_share_may_have_been_another_s():
    asker = Asker()
    asker.give(1.0, 0.0)
    asker.sends(1, 0.0)
    asker.pacing.look(1.0)
    assert asker.sends(5, 1.0) == 5
    asker.give(0.0, 1.1)
    asker.give(1.0, 1.1 + UNSEEN + 0.1)
    assert asker.sends(99, 1.1 + UNSEEN + 0.2) == 0


def test_an_address_that_was_asked_as_another_keeps_to_the_share_once_it_is_a_resolver():
    asker = Asker()
    bucket = asker.pacing.bucket(RESOLVER, 0.0, limited=False)
    assert bucket.take(0.0)
    assert asker.pacing.bucket(RESOLVER, 0.0, limited=True) is bucket and not bucket.take(0.0)


def test_unlimited_rate_still_waits_for_a_share():
    share = [0.0]
    bucket = Pacing(float("inf"), None, share=lambda: share[0]).bucket(RESOLVER, 0.0, limited=True)
    assert not bucket.take(1.0)
    share[0] = 0.5
    assert all(bucket.take(1.0) for _ in range(1000))


def test_questions_to_resolvers_wait_for_a_share_and_others_do_not():
    share = [0.0]
    engine = Engine(share=lambda: share[0])
    with serving(always()) as served, serving(always(), "127.0.8.2") as other:
        waits = engine.ask([Ask(served.server("resolver"), Question(f"{n}.pl", "A")) for n in range(3)])
        assert engine.ask([Ask(other.server(), WWW)]).wait(60)
        assert not waits.wait(0.2) and not served.heard
        share[0] = 1.0
        assert waits.wait(60) and all(observation.values for observation in waits.snapshot())
    engine.stop()
