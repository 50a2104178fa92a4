"""Old servers that feed caches: told before the switch and after, by name, until they are cured; what it holds back."""

from dataclasses import replace

import pytest

from core.dns.observation import Rrset, Server
from core.language import ENGLISH, POLISH
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    NEW,
    NEW_NAMES,
    OLD,
    OLD_NAMES,
    PARENTS,
    RECORDED,
    SWITCH,
    ZONE,
    at,
    consistent,
    judge,
    refers,
    said,
    samples,
    serves,
    tags,
)


def beside(names=OLD_NAMES, ttl=900):
    return (Rrset(ZONE, "NS", ttl, names),)


def old(seconds=0, values=A_OLD, **more):
    """An answer of the old server with its own NS set beside it; N = 1000 s, V = 300 s: the bound lies at 1300."""
    return said(OLD, "A", values, seconds, **{"authority": beside(), **more})


def told(found, tag):
    return [finding for finding in found.findings if finding.tag == tag]


NOT_YET = [*(refers(parent, OLD_NAMES) for parent in PARENTS), *serves(NEW[0]), *serves(NEW[1])]


def test_before_the_switch_it_is_told_by_name_with_the_cure():
    found = judge([*NOT_YET, old()], 10)
    (feed,) = told(found, "old_servers_feed")
    assert found.state == "unpublished"
    for language in (POLISH, ENGLISH):
        assert "ns1.old.pl (127.0.3.1)" in language.text(feed.message)
        assert "minimal responses" in language.text(feed.todo) and "NS" in language.text(feed.todo)


def test_before_the_switch_the_servers_delegated_to_are_the_old_ones_though_nobody_told_of_them():
    change = replace(SWITCH, addresses=("127.0.3.1",))
    assert told(judge([*NOT_YET, old()], 10, change=change, old=replace(RECORDED, servers=())), "old_servers_feed")


def test_after_the_switch_it_is_told_until_the_end_and_as_long_as_anybody_has_old_data():
    ours = [*consistent(), old()]
    assert told(judge(ours, 100), "old_servers_feed")
    fed = judge([*ours, *samples(A_OLD, begin=1400)], 1400)
    assert told(fed, "old_servers_feed") and not fed.propagated


def test_after_the_end_it_is_told_still_but_holds_nothing_back_once_every_resolver_is_new():
    found = judge([*consistent(), old(), *samples(A_NEW, begin=1400)], 1400)
    assert found.propagated and told(found, "old_servers_feed_on") and not told(found, "old_servers_feed")


def test_servers_that_feed_are_never_said_to_be_ready_to_be_switched_off():
    found = judge([*consistent(), old()], 10_000)
    assert found.propagated and found.released is None and "old_servers_over" not in tags(found)
    # Nor that it is worth while to change anything there for the sake of a wait that is over.
    assert "old_servers_serve_old" not in tags(found)


@pytest.mark.parametrize(
    "cure",
    [
        {"values": A_NEW, "authority": (Rrset(ZONE, "NS", 900, NEW_NAMES),)},
        {"authority": ()},
    ],
    ids=["new NS and records", "minimal responses"],
)
def test_cured_servers_feed_nobody_and_are_needed_for_as_long_as_what_they_sent_last(cure):
    # Fed for the last time at 600: until 1500, which is after the old delegation (1000) and the bound.
    found = judge([*consistent(), old(), old(600), old(601, **cure)], 700)
    assert not {"old_servers_feed", "old_servers_feed_on"} & {*tags(found)}
    assert found.released == at(1500)
    assert "old_servers_over" in tags(judge([*consistent(), old(), old(600), old(601, **cure)], 1500))


def test_old_servers_with_new_data_and_their_own_names_are_told_as_worth_knowing():
    found = judge([*consistent(), old(50, A_NEW)], 100)
    assert told(found, "old_servers_feed_on") and not told(found, "old_servers_feed")
    assert "900" in ENGLISH.text(told(found, "old_servers_feed_on")[0].todo)


@pytest.mark.parametrize(
    "harmless",
    [
        old(rcode="REFUSED", answer=(), flags=frozenset()),
        old(flags=frozenset()),
        said(OLD, "A", A_OLD),
        said(OLD, "A", A_OLD, authority=(Rrset("pl", "NS", 900, ("a.dns.pl",)),)),
    ],
    ids=["refused", "without authority", "without an NS set", "another zone's NS set"],
)
def test_what_keeps_no_cache_is_no_feeding(harmless):
    assert not {"old_servers_feed", "old_servers_feed_on"} & {*tags(judge([*consistent(), harmless], 100))}


def test_present_servers_and_records_edited_in_place_feed_nobody():
    own = said(NEW[0], "A", A_NEW, authority=beside(NEW_NAMES))
    assert not told(judge([*consistent(), own], 100), "old_servers_feed_on")
    edited = replace(SWITCH, new_servers=None)
    assert not told(judge([*consistent(), old()], 100, change=edited), "old_servers_feed")


def test_servers_that_keep_their_names_feed_with_their_old_addresses():
    kept = Server("authoritative", "127.0.3.1", name=NEW_NAMES[0])
    address = (Rrset(NEW_NAMES[0], "A", 900, ("127.0.3.1",)),)
    answer = said(kept, "A", A_OLD, authority=beside(NEW_NAMES), additional=address)
    change = replace(SWITCH, addresses=tuple(server.address for server in NEW))
    assert told(judge([*consistent(), answer], 100, change=change), "old_servers_feed")
