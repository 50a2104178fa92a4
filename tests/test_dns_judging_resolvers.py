"""Caches behind a resolver's address: when one counts down, and when it is another."""

from tests.dns_sights import A_OLD, OLD_SERVES_NEW, OLD_SERVES_OLD, at, consistent, judge, samples, tags


def test_refetch_after_the_time_was_over_is_no_other_cache():
    again = [*consistent(), *samples(A_OLD, ttl=30), *samples(A_OLD, begin=60, ttl=30)]
    assert "rising_ttl" not in tags(judge(again, 61))
    early = [*consistent(), *samples(A_OLD, ttl=30), *samples(A_OLD, begin=20, ttl=30)]
    assert "rising_ttl" in tags(judge(early, 61))


def test_another_cache_behind_one_address_is_told_by_its_nsid_and_the_largest_ttl_is_kept():
    at_two = [*samples(A_OLD, ttl=50, nsid="x"), *samples(A_OLD, begin=9, ttl=60, nsid="y")]
    assert "rising_ttl" not in tags(judge(at_two))
    same = [*samples(A_OLD, ttl=90), *samples(A_OLD, begin=5, ttl=20)]
    (countdown,) = judge([*consistent(), OLD_SERVES_NEW, *same]).countdowns
    assert countdown.until == at(90)


def test_no_countdown_of_a_resolver_is_shown_while_the_old_servers_refill_it():
    assert judge([*consistent(), OLD_SERVES_OLD, *samples(A_OLD)]).countdowns == ()
