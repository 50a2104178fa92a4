"""What holds of any history: its order, time alone, longer TTLs and silences."""

from hypothesis import given
from hypothesis import strategies as st

from core.dns.change import Old, OldRrset
from core.dns.observation import Server
from tests.dns_histories import CHANGES, HISTORIES, MOMENTS, RANK, SIGHTS, SWITCHES, TTLS
from tests.dns_sights import A_NEW, A_OLD, OLD, WWW, at, consistent, failed, judge, said


def recorded(parent, child, address, negative, ttl, existed):
    rrset = OldRrset(WWW, "A", ttl, A_OLD if existed else ())
    return Old(parent, child, address, negative, (rrset,), ("127.0.3.1",))


@given(HISTORIES, CHANGES, st.randoms(use_true_random=False))
def test_the_order_in_which_observations_arrive_does_not_matter(history, change, random):
    shuffled = random.sample(history, len(history))
    assert judge(history, 700, change) == judge(shuffled, 700, change)


@given(HISTORIES, CHANGES, st.integers(-500, 5000), st.integers(0, 5000))
def test_with_time_alone_the_state_never_goes_back(history, change, now, more):
    assert RANK[judge(history, now, change).state] <= RANK[judge(history, now + more, change).state]


@given(HISTORIES, CHANGES, st.integers(-500, 5000), st.integers(0, 5000))
def test_time_alone_makes_another_verdict_only_at_the_moments_that_a_verdict_tells(history, change, now, more):
    before, after = judge(history, now, change), judge(history, now + more, change)
    if not any(moment and at(now) < moment <= at(now + more) for moment in before.moments):
        assert before == after


@given(HISTORIES, CHANGES, st.tuples(*[TTLS] * 5), st.tuples(*[TTLS] * 5), st.booleans())
def test_longer_old_ttls_never_bring_an_earlier_eta(history, change, ttls, more, existed):
    longer = [ttl + extra for ttl, extra in zip(ttls, more, strict=True)]
    short = judge(history, 0, change, recorded(*ttls, existed)).eta.at
    long = judge(history, 0, change, recorded(*longer, existed)).eta.at
    assert (short is None) == (long is None)
    assert short is None or short <= long


@given(st.lists(SIGHTS, max_size=2), SWITCHES, st.integers(-400, 2000), st.lists(st.integers(0, 900), min_size=1))
def test_what_has_propagated_stays_so_when_the_old_servers_fall_silent(history, change, now, later):
    both_new = [*consistent(-400), said(OLD, "A", A_NEW, -400)]
    known = [o for o in [*both_new, *history] if o.at <= at(now)]
    silent = [failed(OLD, seconds=now + seconds) for seconds in later]
    after = judge([*known, *silent], now + 1000, change)
    assert after.propagated or not judge(known, now, change).propagated


@given(HISTORIES, CHANGES, st.lists(MOMENTS, min_size=1, max_size=4))
def test_a_resolvers_silence_never_takes_a_state_back(history, change, moments):
    stranger = Server("resolver", "127.0.5.9")
    silent = [failed(stranger, seconds=seconds) for seconds in moments]
    before, after = judge(history, 700, change), judge([*history, *silent], 700, change)
    assert (before.state, before.findings, before.eta) == (after.state, after.findings, after.eta)
    assert {j.status for j in after.judged if j.observation.server == stranger} == {"timeout"}
