"""Evidence has a veto: what resolvers say against a formula, and what is no evidence."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import datafiles
from core.dns.change import Aside
from core.dns.judging.findings import HOLDS_BACK, TAGS, parse_severities
from core.dns.observation import Rrset
from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from tests.dns_histories import CHANGES, HISTORIES, MOMENTS, RANK
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    EDIT,
    NEW,
    OLD,
    OLD_SERVES_NEW,
    OLD_SERVES_OLD,
    RECORDED,
    RESOLVERS,
    SWITCH,
    WWW,
    about,
    at,
    consistent,
    fails,
    judge,
    said,
    samples,
    tags,
)

# t0 = 0; N = 1000 s, V = 300 s: the bound lies at 1300.
ARRIVED = [*consistent(), OLD_SERVES_OLD]


def old(seconds, ttl=60, resolver=RESOLVERS[0], **more):
    return said(resolver, "A", A_OLD, seconds, ttl=ttl, **more)


def test_old_answer_with_more_left_than_the_formula_says_moves_the_bound():
    found = judge([*ARRIVED, old(1200, ttl=500)], 1299)
    # A second more: what is left is told in whole seconds.
    assert (found.eta.at, found.eta.reason) == (at(1701), "shown_by_resolver")
    assert judge([*ARRIVED, old(1200, ttl=90)], 1299).eta.at == at(1300)


def test_end_that_a_resolver_has_shown_stays_when_it_has_the_new_data():
    assert judge([*ARRIVED, old(1200, ttl=500), *samples(A_NEW, begin=1250)], 1299).eta.at == at(1701)


def test_stale_answer_moves_nothing():
    assert judge([*ARRIVED, old(1200, ttl=500, ede=((3, "stale"),))], 1299).eta.at == at(1300)


def test_what_a_present_server_gives_now_is_not_old():
    # It went back: whatever that means, a resolver that says the same is as new as the zone's own server.
    back = [said(server, "A", A_OLD, 1100) for server in NEW]
    found = judge([*consistent(), *back, old(1200, ttl=500)], 1299)
    assert "resolver_still_old" not in tags(found) and not found.waiting


def test_old_answer_after_the_bound_holds_it_back_and_says_who():
    found = judge([*ARRIVED, old(1400)], 1400)
    assert (found.state, found.expired, found.held) == ("consistent", True, True)
    assert about(found, "resolver_still_old") == [RESOLVERS[0]]
    assert not found.propagated and "old_servers_over" not in tags(found)


def test_old_answer_from_before_the_bound_is_waited_for_until_somebody_asks_again():
    found = judge([*ARRIVED, old(1290, ttl=5)], 1301)
    assert (found.state, found.waiting) == ("consistent", (RESOLVERS[0],))
    assert judge([*ARRIVED, old(1290, ttl=5), *samples(A_NEW, begin=1302)], 1303).state == "expired"


def silences(*moments, **more):
    more = {"rcode": None, "failure": "timeout", **more}
    return [said(RESOLVERS[0], "A", (), seconds, **more) for seconds in moments]


def test_resolver_that_falls_silent_leaves_the_count_once_it_is_no_passing_silence():
    others = [*samples(A_NEW, A_NEW, A_NEW, begin=1400, resolver=RESOLVERS[1])]
    seen = [*ARRIVED, *others, old(1400)]
    refused = {"failure": None, "rcode": "REFUSED"}
    for lost in (silences(1401), silences(1401, 1402), silences(1401, **refused)):
        found = judge([*seen, *lost], 1404)
        assert found.held and about(found, "resolver_still_old") == [RESOLVERS[0]] and found.released is None
    assert judge([*seen, *silences(1401, 1402, 1403)], 1404).state == "observed"
    # Whoever never answered has no say from the beginning.
    assert judge([*ARRIVED, *others, *silences(1401)], 1404).state == "observed"


def test_one_of_many_caches_with_old_data_after_the_bound_holds_back_until_new_answers_come_in_a_row():
    seen = [*ARRIVED, old(1400), *samples(A_NEW, A_NEW, begin=1401)]
    assert judge(seen, 1404).held
    assert judge([*seen, *samples(A_NEW, begin=1403)], 1404).state == "observed"


def test_resolver_that_gives_stale_data_now_has_not_been_seen_with_the_new():
    stale = old(1410, ede=((3, ""),))
    assert judge([*ARRIVED, *samples(A_NEW, A_NEW, A_NEW, begin=1400), stale], 1411).state == "expired"


@pytest.mark.parametrize("rcode", ["SERVFAIL", "NXDOMAIN"])
def test_failure_holds_back_at_once_and_is_a_fault_the_second_time(rcode):
    once = judge([*ARRIVED, *fails(1400, rcode)], 1400)
    assert not once.propagated and "resolver_unsure" in tags(once)
    twice = judge([*ARRIVED, *fails(1400, rcode), *fails(1401, rcode)], 1401)
    assert not twice.propagated and {"resolver_fails", "resolver_denies"} & {*tags(twice)}
    after = judge([*ARRIVED, *fails(1400, rcode), *samples(A_NEW, begin=1401)], 1402)
    assert after.propagated


def test_servfail_of_a_zone_without_ds_is_none_of_signatures():
    unchecked = said(RESOLVERS[0], "A", A_NEW, 1401, checking_disabled=True)
    found = judge([*ARRIVED, *fails(1399), *fails(1400), unchecked], 1402)
    assert "bogus" not in tags(found) and "resolver_fails" in tags(found)


def test_denial_of_what_was_not_there_before_is_old_data_until_the_bound():
    was_absent = dataclasses.replace(RECORDED, rrsets=(dataclasses.replace(RECORDED.rrsets[0], values=()),))
    soa = (Rrset("firma.pl", "SOA", 40, ("ns1.new.pl host.new.pl 7 1 1 1 40",)),)
    denied = [said(RESOLVERS[0], "A", (), 20 + n, rcode="NXDOMAIN", authority=soa) for n in range(3)]
    found = judge([*consistent(), *denied], 30, old=was_absent)
    assert found.waiting == (RESOLVERS[0],) and not found.held_back


def test_resolver_set_aside_counts_no_more_and_is_named():
    change = dataclasses.replace(SWITCH, aside=(Aside("one", "biuro"),))
    found = judge([*ARRIVED, old(1400), *samples(A_NEW, resolver=RESOLVERS[1], begin=1400)], 1400, change=change)
    assert found.propagated and "resolver_still_old" not in tags(found)
    (aside,) = [finding for finding in found.findings if finding.tag == "set_aside"]
    assert aside.server == RESOLVERS[0] and "biuro" in POLISH.text(aside.message)


ASIDE = dataclasses.replace(SWITCH, aside=(Aside("one", "biuro"),))
SILENT = said(RESOLVERS[1], "A", (), 1400, rcode=None, failure="timeout")


@pytest.mark.parametrize("others", [[], [SILENT]], ids=["nobody else", "one that is silent"])
def test_setting_everybody_aside_who_answers_makes_nothing_green(others):
    found = judge([*ARRIVED, old(1400), *others], 1400, change=ASIDE)
    assert not found.propagated and [finding.tag for finding in found.held_back] == ["nobody_left"]
    assert "old_servers_over" not in tags(found)
    # Whoever is left and answers is enough.
    answers = samples(A_NEW, resolver=RESOLVERS[1], begin=1401)
    assert judge([*ARRIVED, old(1400), *others, *answers], 1402, change=ASIDE).propagated


def test_nobody_is_missed_where_whoever_is_set_aside_was_asked_nothing_of_this():
    elsewhere = said(RESOLVERS[0], "MX", ("10 mx.firma.pl",), 1400)
    for others in ([], [SILENT]):
        assert "nobody_left" not in tags(judge([*ARRIVED, elsewhere, *others], 1400, change=ASIDE))


def test_nobody_is_missed_where_nobody_who_was_asked_is_set_aside():
    stranger = dataclasses.replace(SWITCH, aside=(Aside("elsewhere", "x"),))
    assert judge(ARRIVED, 1400, change=stranger).propagated


def test_old_servers_are_needed_until_the_delegation_has_ended_though_the_records_ended_before():
    seen = [*consistent(), OLD_SERVES_NEW]
    before, after = judge(seen, 700), judge(seen, 1000)
    assert before.propagated and before.released == at(1000) and "old_servers_over" not in tags(before)
    (needed,) = [finding for finding in before.findings if finding.tag == "old_servers_needed"]
    assert needed.values["at"] == at(1000)
    assert "old_servers_over" in tags(after) and "old_servers_needed" not in tags(after)


def test_old_ttl_that_was_raised_after_the_switch_counts():
    raised = said(OLD, "A", A_OLD, 100, ttl=900)
    assert judge([*consistent(), raised], 200).eta.at == at(1900)
    # After the old delegation has ended nobody fetches it any more.
    assert judge([*consistent(), OLD_SERVES_OLD, said(OLD, "A", A_OLD, 1100, ttl=900)], 1200).eta.at == at(1300)


def test_denial_by_old_servers_after_the_switch_counts_for_as_long_as_it_says():
    soa = (Rrset("firma.pl", "SOA", 900, ("ns1.old.pl host.old.pl 7 1 1 1 900",)),)
    denied = said(OLD, "A", (), 100, rcode="NXDOMAIN", authority=soa)
    # They gave the record before, or never had it: whoever asks at 999 keeps the denial for 900 s.
    absent = dataclasses.replace(RECORDED, rrsets=(dataclasses.replace(RECORDED.rrsets[0], values=()),))
    for before in (RECORDED, absent):
        assert judge([*consistent(), denied], 200, old=before).eta.at == at(1900)
    # SERVFAIL and REFUSED are no answers that are kept.
    refused = said(OLD, "A", (), 100, rcode="REFUSED", authority=soa)
    assert judge([*consistent(), refused], 200).eta.at == at(1300)


def test_highest_of_unequal_ttls_counts_for_the_old_side():
    unequal = said(OLD, "A", A_OLD, 100)._replace(answer=(Rrset(WWW, "A", 10, A_OLD, highest=900),))
    assert judge([*consistent(), unequal], 200).eta.at == at(1900)


def test_only_the_first_link_that_changed_counts_along_an_alias():
    alias, target = (WWW, "CNAME", ("a.firma.pl",)), ("a.firma.pl", "A", A_OLD)
    was = dataclasses.replace(RECORDED.rrsets[0], links=((alias, 60), (target, 3000)), ttl=3000)
    found = judge(consistent(), 10, change=EDIT, old=dataclasses.replace(RECORDED, rrsets=(was,)))
    assert found.eta.at == at(60)


@given(HISTORIES, CHANGES, MOMENTS, st.integers(0, 3000), st.sampled_from(RESOLVERS))
def test_no_further_old_answer_makes_a_verdict_greener(history, change, moment, ttl, resolver):
    further = old(moment, ttl=ttl, resolver=resolver)
    before, after = judge(history, 5000, change), judge([*history, further], 5000, change)
    assert RANK[after.state] <= RANK[before.state]
    assert before.eta.at is None or after.eta.at is None or after.eta.at >= before.eta.at


@given(HISTORIES, CHANGES, st.integers(-500, 5000))
def test_no_fault_stands_beside_propagated(history, change, now):
    found = judge(history, now, change)
    assert not (found.propagated and {finding.tag for finding in found.findings} & HOLDS_BACK)


def test_error_is_for_findings_that_hold_back_alone():
    severities = datafiles.dns_severities().severity
    assert {tag for tag in TAGS if severities[tag] == "error"} <= HOLDS_BACK
    text = "[severity]\n" + "\n".join(f'{tag} = "error"' for tag in TAGS)
    with pytest.raises(InputError) as refused:
        parse_severities(text)
    for language in (POLISH, ENGLISH):
        assert "stale_answer" in language.mistake(refused.value.errors[0])
