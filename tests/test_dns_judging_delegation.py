"""Servers that a zone is delegated to, and the ends that a DS or a key runs by itself."""

import datetime as dt
from dataclasses import replace

import pytest

from core.dns.change import Old
from core.dns.judging.findings import HOLDS_BACK
from core.dns.judging.recorded import recorded
from core.dns.judging.resolvers import IN_A_ROW
from core.dns.judging.vanished import vanished
from core.dns.observation import Question, Rrset, Server
from core.language import ENGLISH, POLISH
from tests.dns_sights import (
    A_NEW,
    A_OLD,
    EDIT,
    NEW,
    NEW_NAMES,
    OLD,
    OTHER_DS,
    PARENTS,
    RECORDED,
    RESOLVERS,
    SWITCH,
    WWW,
    ZONE,
    at,
    consistent,
    failed,
    judge,
    refers,
    said,
    samples,
    serves,
    switched,
    tags,
)
from tests.signing import SignedZone

IN_ZONE = tuple(f"ns{n}.{ZONE}" for n in (1, 2))
ADDRESSES = ("127.0.4.1", "127.0.4.2")
NS = tuple(Server("authoritative", address, name=name) for name, address in zip(IN_ZONE, ADDRESSES, strict=True))
CHANGE = replace(SWITCH, new_servers=IN_ZONE)
HOSTS = Server("authoritative", "127.0.8.8", name="ns.new.pl")
"""Of the zone that the new servers' names are in."""


def worded(finding):
    for language in (POLISH, ENGLISH):
        for message in (finding.message, finding.todo):
            text = language.text(message)
            assert text.endswith(".") and "{" not in text and not text.startswith("dns.")
    return finding


def one(found, tag):
    (finding,) = [finding for finding in found.findings if finding.tag == tag]
    return worded(finding)


def glued(*glue, seconds=0):
    rrsets = tuple(Rrset(name, "A", 60, addresses) for name, addresses in zip(IN_ZONE, glue, strict=True))
    return [refers(parent, IN_ZONE, seconds, additional=rrsets) for parent in PARENTS]


def in_zone(glue=(ADDRESSES[:1], ADDRESSES[1:]), own=(ADDRESSES[:1], ADDRESSES[1:])):
    """Name servers in the zone, with the addresses that the parent and the zone give."""
    addresses = [said(s, "A", own[n], name=name) for s in NS for n, name in enumerate(IN_ZONE)]
    return [*glued(*glue), *serves(NS[0], names=IN_ZONE), *serves(NS[1], names=IN_ZONE), *addresses]


# -- Too few


def test_one_name_server_is_no_reserve_and_holds_nothing_back():
    alone = replace(SWITCH, new_servers=NEW_NAMES[:1])
    seen = [*(refers(p, NEW_NAMES[:1]) for p in PARENTS), *serves(NEW[0], names=NEW_NAMES[:1])]
    found = judge(seen, 10_000, change=alone)
    assert one(found, "single_server").values == {"name": NEW_NAMES[0]} and found.propagated
    assert "single_server" not in tags(judge(consistent()))


def test_two_names_of_one_machine_are_one_server():
    both = [server._replace(address="127.0.4.1") for server in NEW]
    seen = [*(refers(p, NEW_NAMES) for p in PARENTS), *serves(both[0]), *serves(both[1])]
    assert one(judge(seen), "one_address").values["addresses"] == "127.0.4.1"
    # Each at two addresses, the same two, is one machine too; with one address of its own it is another.
    more = [s for server in both for s in serves(server._replace(address="2001:db8::1"))]
    assert "one_address" in tags(judge([*seen, *more]))
    assert "one_address" not in tags(judge([*seen, *more[:3]]))
    assert "one_address" not in tags(judge(consistent()))


def test_servers_that_shall_be_left_may_be_as_few_as_they_are():
    assert "single_server" not in tags(judge([*(refers(p, ("ns1.old.pl",)) for p in PARENTS), *serves(OLD)]))


# -- Names


def alias_of(host, target="host.new.pl"):
    return [said(HOSTS, type, (), name=host, answer=(Rrset(host, "CNAME", 60, (target,)),)) for type in ("A", "AAAA")]


def without(host, rcode="NOERROR"):
    return [said(HOSTS, type, (), name=host, rcode=rcode) for type in ("A", "AAAA")]


def test_name_server_that_is_an_alias_harms_where_no_other_is_better():
    found = judge([*consistent(), *alias_of(NEW_NAMES[0])])
    assert one(found, "ns_partly_alias").values == {"name": NEW_NAMES[0], "alias": "host.new.pl"}
    assert not found.held_back
    found = judge([*consistent(), *alias_of(NEW_NAMES[0]), *alias_of(NEW_NAMES[1])], 10_000)
    assert tags(found).count("ns_alias") == 2 and not found.propagated and found.held
    assert one(judge([*in_zone(), *alias_of(IN_ZONE[0])], change=CHANGE), "ns_partly_alias")


@pytest.mark.parametrize("rcode", ["NOERROR", "NXDOMAIN"])
def test_name_server_without_an_address_harms_where_no_other_is_better(rcode):
    found = judge([*consistent(), *without(NEW_NAMES[0], rcode)])
    assert one(found, "ns_partly_without_address").values == {"name": NEW_NAMES[0]} and not found.held_back
    found = judge([*consistent(), *without(NEW_NAMES[0], rcode), *without(NEW_NAMES[1], rcode)], 10_000)
    assert tags(found).count("ns_without_address") == 2 and found.held
    # One alias, one without an address: nobody is better.
    mixed = judge([*consistent(), *without(NEW_NAMES[0], rcode), *alias_of(NEW_NAMES[1])])
    assert {"ns_alias", "ns_without_address"} <= set(tags(mixed))


def test_name_server_without_an_address_is_not_waited_for():
    seen = [*switched(), *serves(NEW[0]), *without(NEW_NAMES[1])]
    found = judge(seen)
    assert found.consistent and "ns_partly_without_address" in tags(found) and "not_asked" not in tags(found)
    # As long as nobody knows, it may have one.
    unknown = judge([*seen[:-1], *without(NEW_NAMES[1], "SERVFAIL")])
    assert unknown.consistent is None and "not_asked" in tags(unknown)


def test_good_name_server_that_only_the_zone_names_is_no_way_in():
    named = replace(SWITCH, named=frozenset({"ns3.new.pl"}))
    found = judge([*consistent(), *alias_of(NEW_NAMES[0]), *without(NEW_NAMES[1])], 10_000, change=named)
    assert {"ns_alias", "ns_without_address"} <= set(tags(found)) and found.held


def test_name_server_with_an_address_of_one_kind_has_one():
    ipv4 = [said(HOSTS, "A", ("127.0.4.1",), name=NEW_NAMES[0]), said(HOSTS, "AAAA", (), name=NEW_NAMES[0])]
    assert "ns_partly_without_address" not in tags(judge([*consistent(), *ipv4]))
    # What only one kind was asked for, or was not answered, is not known to have none.
    for seen in (without(NEW_NAMES[0])[:1], without(NEW_NAMES[0], "SERVFAIL")):
        assert "ns_partly_without_address" not in tags(judge([*consistent(), *seen]))


def test_name_server_that_only_the_zone_names_needs_an_address_too():
    named = replace(SWITCH, named=frozenset({"ns3.new.pl"}))
    assert one(judge([*consistent(), *without("ns3.new.pl")], change=named), "ns_partly_without_address")


# -- Addresses that zone and parent tell differently


def test_glue_that_differs_says_where_nobody_answers_for_the_zone():
    other = "127.0.9.9"
    seen = in_zone(own=((other,), ADDRESSES[1:]))
    assert not {"glue_unserved", "address_unserved"} & set(tags(judge(seen, change=CHANGE)))
    there = NS[0]._replace(address=other)
    dead = judge([*seen, failed(there, "SOA")], change=CHANGE)
    assert one(dead, "address_unserved").values == {"name": IN_ZONE[0], "found": other, "wanted": ADDRESSES[0]}
    assert "glue_differs" in tags(dead) and dead.held_back
    served = judge([*seen, *serves(there, names=IN_ZONE)], change=CHANGE)
    assert "glue_differs" in tags(served) and "address_unserved" not in tags(served)
    deaf = judge([*seen, *serves(there, names=IN_ZONE), failed(there, "SOA", 1, transport="tcp")], change=CHANGE)
    assert "address_unserved" not in tags(deaf)


@pytest.mark.parametrize(
    "answer", [{"failure": "timeout", "rcode": None}, {"rcode": "REFUSED"}, {"flags": frozenset()}]
)
def test_glue_where_nobody_answers_for_the_zone_is_told_as_that(answer):
    stray = NS[0]._replace(address="127.0.9.9")
    seen = in_zone(glue=(("127.0.9.9",), ADDRESSES[1:]))
    found = judge([*seen, said(stray, "SOA", (), 1, **answer)], change=CHANGE)
    assert one(found, "glue_unserved").values["found"] == "127.0.9.9" and found.held_back


def test_address_that_led_away_is_waited_for_after_it_was_mended():
    seen = [*in_zone(own=((OLD.address,), ADDRESSES[1:])), said(OLD, "A", A_OLD)]
    mended = [said(s, "A", ADDRESSES[:1], 500, name=IN_ZONE[0], ttl=60) for s in NS]
    # Whoever had it from the zone for 4000 s may then fetch old data for another 300.
    late = judge(
        [*seen, *(said(s, "A", (OLD.address,), 499, 4000, name=IN_ZONE[0]) for s in NS), *mended], change=CHANGE
    )
    assert (late.eta.reason, late.eta.at) == ("corrected_late", at(500 + 4000 + 300))


def test_zone_that_leads_caches_back_to_old_servers_is_never_told_as_arrived():
    serving = [said(OLD, "A", A_OLD), said(OLD, "SOA", ("ns1.new.pl host.new.pl 7 1 1 1 60",))]
    address = judge([*in_zone(own=((OLD.address,), ADDRESSES[1:])), *serving], 5000, change=CHANGE)
    names = judge([*switched(), *serves(NEW[0], names=("ns1.old.pl",)), *serves(NEW[1]), *serving], 5000)
    silent = judge(
        [*switched(), *serves(NEW[0], names=("ns1.old.pl",)), *serves(NEW[1]), failed(NEW[0], "NS", 9), *serving], 5000
    )
    for found in (address, names, silent):
        assert (found.state, found.eta.reason, found.released) == ("published", "not_consistent", None)
        assert "old_servers_over" not in tags(found)


def test_old_servers_are_not_over_while_a_server_was_not_looked_at():
    found = judge([*switched(), *serves(NEW[0]), said(OLD, "A", A_OLD)], 5000)
    assert (found.expired, found.state) == (True, "published")
    assert found.released is None and "old_servers_over" not in tags(found)


# -- The beginning of the zone


def test_alias_where_the_zone_begins_hides_its_other_records():
    apex = replace(SWITCH, expected=(replace(SWITCH.expected[0], name=ZONE, values=A_NEW),))
    alias = (Rrset(ZONE, "CNAME", 60, ("shop.example",)),)
    seen = [*consistent(), said(NEW[0], "A", (), 1, name=ZONE, answer=alias), said(NEW[0], "MX", ("10 mail.new.pl",))]
    found = judge(seen, change=apex)
    assert one(found, "apex_alias").values == {"name": ZONE, "alias": "shop.example", "types": "MX, NS, SOA"}
    assert found.held_back
    below = said(NEW[0], "A", (), 1, answer=(Rrset(WWW, "CNAME", 60, ("shop.example",)),))
    assert "apex_alias" not in tags(judge([*consistent(), below]))


def test_errors_about_the_delegation_hold_back():
    assert {"ns_alias", "ns_without_address", "apex_alias", "glue_unserved", "address_unserved"} <= HOLDS_BACK


# -- Ends of their own: a DS, a key

DS = Question(ZONE, "DS")
SIGNED = SignedZone(ZONE, at(0))
(GOOD,) = SIGNED.ds


def ds(values, seconds, ttl=3600, parents=PARENTS):
    return [said(parent, "DS", values, seconds, ttl) for parent in parents]


def keys(seconds=0, zone=SIGNED):
    return [o._replace(at=at(seconds)) for server in NEW for o in [zone.dnskeys(server)]]


def test_ds_removed_after_the_switch_ends_by_itself():
    seen = [*consistent(), *ds([OTHER_DS], 0), *ds([], 900)]
    found = judge(seen, 1000)
    assert (found.eta.at, found.eta.reason, found.eta.start) == (at(900 + 3600), "ds_vanished", at(900))
    assert found.expired is False and not found.propagated
    assert one(found, "ds_cached").values == {"key_tags": "12345", "at": at(900), "until": at(4500)}
    assert judge(seen, 4499).expired is False and judge(seen, 4500).propagated
    assert "ds_cached" not in tags(judge(seen, 4500))
    for language in (POLISH, ENGLISH):
        assert language.text(found.eta.working[-1]).startswith("DS = 3") and language.text(found.eta.message)[-1] == "."


def test_ds_replaced_ends_by_itself_and_one_added_restarts_nothing():
    before = judge([*consistent(), *ds([GOOD], 0), *keys()], 1000).eta
    added = judge([*consistent(), *ds([GOOD], 0), *ds([GOOD, OTHER_DS], 900), *keys()], 1000)
    assert added.eta == before and "ds_cached" not in tags(added)
    replaced = judge([*consistent(), *ds([OTHER_DS], 0), *ds([GOOD], 900), *keys()], 1000)
    assert (replaced.eta.at, replaced.eta.reason) == (at(4500), "ds_vanished")


def test_ds_that_went_long_before_makes_nobody_wait():
    seen = [*ds([OTHER_DS], -9000), *ds([], -8000), *consistent()]
    assert judge(seen).eta.reason != "ds_vanished" and "ds_cached" not in tags(judge(seen))


def test_ds_that_comes_back_has_not_gone():
    seen = [*consistent(), *ds([GOOD], 0), *ds([], 10), *ds([GOOD], 20), *keys()]
    assert "ds_cached" not in tags(judge(seen, 30))


def test_ds_that_the_last_parent_server_loses_later_counts_from_then():
    seen = [*ds([OTHER_DS], 0), *ds([], 100, parents=PARENTS[:1]), *ds([OTHER_DS], 100, parents=PARENTS[1:])]
    left = vanished(DS, [*seen, *ds([], 200)])
    assert left and (left.at, left.until) == (at(200), at(3800))


def test_ds_whose_ttl_was_lowered_before_it_went_may_be_kept_for_the_higher_one():
    left = vanished(DS, [*ds([OTHER_DS], 0), *ds([OTHER_DS], 10, 60), *ds([], 100)])
    assert left and (left.until, left.seconds) == (at(3610), 3510)


def test_silence_and_refusal_of_a_parent_take_no_ds_away():
    seen = [
        *ds([OTHER_DS], 0),
        *(failed(p, "DS", 10) for p in PARENTS),
        said(PARENTS[0], "DS", (), 20, rcode="REFUSED"),
    ]
    assert vanished(DS, seen) is None and vanished(DS, []) is None


def test_resolver_that_fails_while_it_may_hold_a_ds_that_has_gone_fails_by_dnssec():
    bogus = [
        o
        for n in (910, 920)
        for o in (
            said(RESOLVERS[0], "A", (), n, rcode="SERVFAIL"),
            said(RESOLVERS[0], "A", A_NEW, n + 1, checking_disabled=True),
        )
    ]
    seen = [*consistent(), *ds([OTHER_DS], 0), *ds([], 900), *bogus]
    assert "bogus" in tags(judge(seen, 1000))
    # Long after it there is no DS any more.
    later = [o._replace(at=o.at + dt.timedelta(seconds=9000)) for o in bogus]
    assert {"resolver_fails"} <= set(tags(judge([*seen[: -len(bogus)], *later], 10_500)))


def test_nobody_is_called_done_by_resolvers_alone_while_a_ds_may_be_cached():
    row = [*consistent(), *ds([OTHER_DS], 0), *ds([], 1), *samples(*[A_NEW] * IN_A_ROW, begin=2)]
    assert not judge(row, 10, old=Old()).propagated
    assert judge(row, 5000, old=Old()).state == "observed"


def test_key_that_the_servers_no_longer_give_ends_by_itself():
    other = SignedZone(ZONE, at(0), [*SIGNED.keys, *SignedZone(ZONE, at(0)).keys])
    seen = [*consistent(), *ds([GOOD], 0), *keys(0, other), *keys(2000, SIGNED)]
    # The keys have a TTL of 60 s.
    found = judge(seen, 2001, change=EDIT)
    assert (found.eta.at, found.eta.reason) == (at(2060), "key_vanished")
    assert judge([*seen, *ds([], 2000)], 2001, change=EDIT).eta.reason == "ds_vanished"
    # Where there is no DS nobody looks at keys.
    assert (
        judge([*consistent(), *keys(0, other), *keys(2000, SIGNED)], 2001, change=EDIT).eta.reason == "edited_in_place"
    )


def test_keys_of_before_belong_to_the_old_delegation_where_there_was_a_ds():
    old = replace(RECORDED, ds_ttl=100, dnskey_ttl=5000)
    seen = [*consistent(), said(OLD, "A", A_OLD)]
    assert judge(seen, old=old).eta.at == at(5300)
    assert judge(seen, old=replace(old, ds_ttl=None)).eta.at == at(1300)
    for language in (POLISH, ENGLISH):
        words = language.text(judge(seen, old=replace(old, dnskey_ttl=200)).eta.working[0])
        assert words.endswith("DS 100 s, DNSKEY 200 s")


def test_ttl_of_keys_is_recorded_before_the_switch():
    seen = [*(refers(p, ("ns1.old.pl",)) for p in PARENTS), said(OLD, "DNSKEY", ("257 3 13 AA==",), ttl=7200)]
    assert recorded(ZONE, [], seen).dnskey_ttl == 7200
    assert recorded(ZONE, [], seen[:2]).dnskey_ttl is None
