"""Switches that nobody told of: what a check sees by itself between its rounds."""

import datetime as dt
import time
from dataclasses import replace

import pytest

from core.dns.change import OldRrset
from tests.lab.stage import now
from tests.lab.watching import NEW_VALUE, OLD_VALUE, ROUNDED, N, V, Watch, checked, followed, unaided

pytestmark = pytest.mark.lab


def test_switch_that_nobody_told_of_is_seen_between_rounds_and_its_end_holds(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "samo")
    check = unaided(lab, engine, watch.name)
    check.round()
    before = check.judge(now())
    assert (before.state, before.eta.reason) == ("consistent", "ttl_unknown")
    check.round()
    lab.switch(watch.name)
    check.round()
    seen = check.judge(now())
    assert seen.published and seen.consistent and seen.serving == "old" and not seen.expired
    assert seen.eta.reason == "old_servers_old"
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)
    assert check.old(check.change()).rrsets == (OldRrset(watch.plain, "A", V, (OLD_VALUE,)),)
    after, last_old = followed(check, seen.eta.at + dt.timedelta(seconds=10))
    assert after.propagated and after.eta.at == seen.eta.at
    assert last_old is not None and last_old < seen.eta.at + dt.timedelta(seconds=ROUNDED)


def test_record_edited_between_rounds_ends_by_the_ttl_it_had(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "edycja")
    check = unaided(lab, engine, watch.name)
    check.round()
    lab.old.serve(watch.name, f"{watch.name} A {NEW_VALUE}", ttl=3600, ns_ttl=N)
    check.round()
    seen = check.judge(now())
    assert (seen.eta.reason, seen.expired) == ("edited_in_place", False)
    assert seen.eta.at == seen.eta.start + dt.timedelta(seconds=V)
    after, last_old = followed(check, seen.eta.at + dt.timedelta(seconds=8))
    assert after.propagated and last_old < seen.eta.at + dt.timedelta(seconds=ROUNDED)


def test_name_server_that_moves_to_another_address_is_a_switch_too(laboratory, engine):
    lab = laboratory
    name = lab.name("adres")
    one, two = lab.authority(), lab.authority()
    for party, value in ((one, OLD_VALUE), (two, NEW_VALUE)):
        party.serve(name, f"{name} A {value}", servers={f"ns1.{name}": party.address}, ttl=V, ns_ttl=N)
    lab.delegate(name, {f"ns1.{name}": one.address}, ttl=N)
    check = unaided(lab, engine, name)
    check.round()
    lab.delegate(name, {f"ns1.{name}": two.address}, ttl=N)
    check.round()
    seen = check.judge(now())
    assert seen.published and seen.consistent and seen.serving == "old"
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=N + V)
    (server,) = check.delegated.servers
    assert server.address == two.address
    assert {o.values for o in check.observations if o.question.name == f"ns1.{name}".removesuffix(".")}


def test_told_old_ttl_wins_over_what_the_check_saw(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "powiedziany")
    check = unaided(lab, engine, watch.name)
    check.wish = replace(check.wish, old_ttl=70)
    check.round()
    lab.switch(watch.name)
    check.round()
    seen = check.judge(now())
    assert seen.serving == "old" and seen.eta.at == seen.switched + dt.timedelta(seconds=140)


def test_told_old_ttl_makes_no_end_earlier_than_one_that_the_check_saw(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "krotszy")
    check = unaided(lab, engine, watch.name)
    check.wish = replace(check.wish, old_ttl=1)
    check.round()
    lab.switch(watch.name)
    check.round()
    seen = check.judge(now())
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)


def test_told_old_ttl_counts_twice_until_it_is_seen_what_kind_of_change_it_was(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "rodzaj", ds=("12345 13 2 " + "ab" * 32,))
    check = unaided(lab, engine, watch.name)
    check.wish = replace(check.wish, old_ttl=70, switched_at=now() - dt.timedelta(seconds=100))
    check.round()
    seen = check.judge(now())
    assert (seen.eta.reason, seen.eta.at) == ("change_unknown", check.wish.switched_at + dt.timedelta(seconds=140))
    # There is a DS, which was told of with the others.
    assert check.old(check.change()).ds_ttl == 70
    check.wish = replace(check.wish, switched_at=None)
    lab.old.serve(watch.name, f"{watch.name} A {NEW_VALUE}", ttl=V, ns_ttl=N)
    check.round()
    seen = check.judge(now())
    assert (seen.eta.reason, seen.eta.at) == ("edited_in_place", seen.eta.start + dt.timedelta(seconds=70))


def test_value_that_is_wanted_must_be_where_the_alias_leads(laboratory, engine):
    lab = laboratory
    name, there = lab.name("sklep"), lab.name("platforma")
    lab.old.serve(there, f"sklepy.{there} A {OLD_VALUE}")
    lab.delegate(there, lab.old.servers)
    lab.new.serve(name, f"www.{name} CNAME sklepy.{there}")
    lab.delegate(name, lab.new.servers)
    _, found = checked(lab, engine, f"www.{name}", "A", expected=(NEW_VALUE,))
    assert not found.consistent
    values = {finding.values["found"] for finding in found.findings if finding.tag == "record_differs"}
    assert values == {f"CNAME sklepy.{there}".removesuffix(".")}
    _, gone = checked(lab, engine, f"www.{name}", "A", expected=())
    assert not gone.consistent
    _, gone = checked(lab, engine, f"www.{name}", "AAAA", expected=())
    assert gone.consistent


def test_zone_of_others_on_the_same_servers_is_asked_of_its_own(laboratory, engine):
    lab = laboratory
    name, there = lab.name("sklep"), lab.name("platforma")
    # The hoster still has a zone that has gone elsewhere, and answers for it when an alias leads there.
    lab.new.serve(there, f"sklepy.{there} A {OLD_VALUE}")
    lab.old.serve(there, f"sklepy.{there} A {NEW_VALUE}")
    lab.delegate(there, lab.old.servers)
    lab.new.serve(name, f"www.{name} CNAME sklepy.{there}")
    lab.delegate(name, lab.new.servers)
    check, found = checked(lab, engine, f"www.{name}", "A")
    assert [expected.values for expected in check.change().expected] == [(NEW_VALUE,)]
    assert found.consistent and {judged.status for judged in found.judged} == {"new"}


def test_old_servers_told_of_keep_the_ttls_that_the_check_saw_before_the_switch(laboratory, engine):
    lab = laboratory
    watch = Watch(lab, engine, [], "powiedziane")
    check = unaided(lab, engine, watch.name)
    check.wish = replace(check.wish, old_servers=tuple(lab.old.servers.values()))
    check.round()
    assert check.judge(now()).state == "unpublished"
    lab.switch(watch.name)
    check.round()
    seen = check.judge(now())
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)
    # Of a switch before the check nothing is known, whatever is edited on the new servers meanwhile.
    late = unaided(lab, engine, watch.name)
    late.wish = check.wish
    late.round()
    lab.new.serve(watch.name, f"{watch.name} A 203.0.113.9", ttl=V, ns_ttl=N)
    late.round()
    assert (late.judge(now()).eta.reason, late.judge(now()).expired) == ("ttl_unknown", None)


def test_alias_that_a_switch_brings_is_followed_in_the_same_round(laboratory, engine):
    lab = laboratory
    there = lab.name("platforma")
    lab.old.serve(there, f"sklepy.{there} A {NEW_VALUE}")
    lab.delegate(there, lab.old.servers)
    watch = Watch(lab, engine, [], "alias")
    lab.new.serve(watch.name, f"www.{watch.name} CNAME sklepy.{there}", ttl=V, ns_ttl=N)
    lab.old.serve(watch.name, f"www.{watch.name} A {OLD_VALUE}", ttl=V, ns_ttl=N)
    check = unaided(lab, engine, f"www.{watch.name}")
    check.round()
    lab.switch(watch.name)
    check.round()
    assert [expected.values for expected in check.change().expected] == [(NEW_VALUE,)]
    seen = check.judge(now())
    assert seen.consistent and seen.serving == "old"
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + V)


def test_server_whose_address_cannot_be_found_for_once_is_none_that_has_gone(laboratory, engine):
    lab = laboratory
    name, other = lab.name("sklep"), lab.name("serwery")
    (one, first), (_, second) = lab.old.servers.items()
    outside = {one: first, f"ns.{other}": second}
    lab.new.serve(other, f"ns.{other} A {second}")
    lab.delegate(other, lab.new.servers)
    lab.old.serve(name, f"{name} A {OLD_VALUE}", servers=outside)
    lab.delegate(name, outside)
    check = unaided(lab, engine, name)
    check.round()
    assert check.judge(now()).consistent
    lab.delegate(other, {f"ns.{lab.name('nikogo')}": ""})
    check.round()
    assert check.delegated.hosts == (f"ns.{other}".removesuffix("."),)
    found = check.judge(now())
    assert check.change().new_servers is None and found.consistent
    # It is back elsewhere: that is a change, seen from the address it had.
    lab.new.serve(other, f"ns.{other} A {next(iter(lab.new.servers.values()))}")
    lab.new.serve(name, f"{name} A {OLD_VALUE}", servers=outside)
    lab.delegate(other, lab.new.servers)
    check.round()
    assert check.old(check.change()).servers == (first, second)
    assert check.judge(now()).serving == "new"


def test_record_that_a_switch_or_an_edit_removes_is_waited_for_by_its_own_ttl(laboratory, engine):
    lab = laboratory
    name = lab.name("bezipv6")
    with_ipv6, without = (f"{name} 2 A {OLD_VALUE}", f"{name} 60 AAAA 2001:db8::1"), f"{name} 2 A {NEW_VALUE}"
    lab.old.serve(name, *with_ipv6, ttl=V, ns_ttl=N)
    lab.new.serve(name, without, ttl=V, ns_ttl=N)
    lab.delegate(name, lab.old.servers, ttl=N)
    moved, edited = (unaided(lab, engine, name, "A", "AAAA", "MX") for _ in range(2))
    moved.round()
    lab.switch(name)
    moved.round()
    seen = moved.judge(now())
    assert seen.eta.at == seen.switched + dt.timedelta(seconds=max(N, lab.hosters_ttl) + 60)
    lab.new.serve(name, *with_ipv6, ttl=V, ns_ttl=N)
    edited.round()
    lab.new.serve(name, without, ttl=V, ns_ttl=N)
    edited.round()
    seen = edited.judge(now())
    assert seen.consistent and seen.eta.at == seen.eta.start + dt.timedelta(seconds=60)
    # What was absent and stays so is waited for by nobody.
    unchanged = [m.values["type"] for m in seen.eta.working if m.id == "dns.working.unchanged"]
    assert unchanged == ["MX"]


def test_zone_without_any_of_the_records_asked_for_has_propagated_like_any_other(laboratory, engine):
    lab = laboratory
    name = lab.name("pusta")
    lab.new.serve(name)
    lab.delegate(name, lab.new.servers)
    check, found = checked(lab, engine, name, "A", "MX")
    assert found.consistent and found.propagated
    check.wish = replace(check.wish, old_ttl=None)
    assert check.judge(now()).eta.reason == "ttl_unknown"


def test_server_that_stays_when_others_go_counts_among_the_old_ones(laboratory, engine):
    lab = laboratory
    name = lab.name("czesc")
    one, two, three = (lab.authority() for _ in range(3))
    before, after = one.servers | two.servers, one.servers | three.servers

    def serve(party, value, servers):
        party.serve(name, f"{name} A {value}", ttl=30, ns_ttl=60, servers=servers)

    serve(one, OLD_VALUE, before)
    serve(two, OLD_VALUE, before)
    serve(three, NEW_VALUE, after)
    lab.delegate(name, before, ttl=60)
    check = unaided(lab, engine, name)
    check.round()
    serve(two, NEW_VALUE, before)
    check.round()
    time.sleep(1)
    moment = now()
    serve(one, NEW_VALUE, after)
    check.round()
    lab.delegate(name, after, ttl=60)
    check.round()
    seen = check.judge(now())
    assert (seen.serving, seen.eta.reason) == ("new", "old_servers_new")
    assert seen.eta.at >= moment + dt.timedelta(seconds=30)


def test_old_server_that_nobody_told_of_is_asked_too_where_the_check_saw_it(laboratory, engine):
    lab = laboratory
    name = lab.name("dwa")
    one, two = lab.authority(), lab.authority()
    both = one.servers | two.servers
    for party in (one, two):
        party.serve(name, f"{name} A {OLD_VALUE}", ttl=V, ns_ttl=N, servers=both)
    lab.new.serve(name, f"{name} A {NEW_VALUE}", ttl=V, ns_ttl=N)
    lab.delegate(name, both, ttl=N)
    check = unaided(lab, engine, name)
    check.wish = replace(check.wish, old_servers=(one.address,))
    check.round()
    one.serve(name, f"{name} A {NEW_VALUE}", ttl=V, ns_ttl=N, servers=both)
    lab.switch(name)
    check.round()
    assert {server.address for server in check.old_servers} == {one.address, two.address}
    seen = check.judge(now())
    assert (seen.serving, seen.eta.reason) == ("old", "old_servers_old")


def test_old_server_that_stays_beside_a_new_one_leaves_the_delegation_published(laboratory, engine):
    lab = laboratory
    name = lab.name("zostaje")
    one, two, three = (lab.authority() for _ in range(3))
    after = one.servers | three.servers
    for party in (one, three):
        party.serve(name, f"{name} A {NEW_VALUE}", ttl=V, ns_ttl=N, servers=after)
    two.serve(name, f"{name} A {OLD_VALUE}", ttl=V, ns_ttl=N)
    lab.delegate(name, after, ttl=N)
    check = unaided(lab, engine, name)
    check.wish = replace(check.wish, old_servers=(one.address, two.address))
    check.round()
    seen = check.judge(now())
    assert seen.published and seen.consistent and seen.serving == "old"
    # Whoever tells of one of the old servers only tells of no switch.
    check.wish = replace(check.wish, old_servers=(one.address,))
    check.round()
    assert check.judge(now()).state == "unpublished"
    check.wish = replace(check.wish, old_servers=(one.address, two.address))
    check.round()
    of_new = tuple(host.removesuffix(".") for host in three.servers)
    assert check.judge(now(), replace(check.wish, new_servers=of_new)).state == "unpublished"
    nobody = f"ns.{lab.name('nikogo')}"
    lab.delegate(name, {nobody: ""})
    check.round()
    assert check.change().new_servers == (nobody.removesuffix("."),)
    assert check.judge(now()).published


@pytest.mark.parametrize("expected", [None, (NEW_VALUE,)])
def test_record_edited_where_an_alias_leads_ends_by_the_ttl_that_was_told_of(laboratory, engine, expected):
    lab = laboratory
    name, there = lab.name("sklep"), lab.name("platforma")
    lab.old.serve(there, f"sklepy.{there} A {OLD_VALUE}", ttl=20)
    lab.delegate(there, lab.old.servers)
    lab.new.serve(name, f"www.{name} CNAME sklepy.{there}", ttl=20)
    lab.delegate(name, lab.new.servers)
    check = unaided(lab, engine, f"www.{name}", expected=expected)
    check.wish = replace(check.wish, old_ttl=20)
    check.round()
    time.sleep(1)
    moment = now()
    lab.old.serve(there, f"sklepy.{there} A {NEW_VALUE}", ttl=20)
    check.round()
    seen = check.judge(now())
    assert seen.consistent and seen.eta.at >= moment + dt.timedelta(seconds=20)


def test_switch_to_another_address_of_a_name_elsewhere_counts_from_when_that_was_seen(laboratory, engine):
    lab = laboratory
    name, other = lab.name("adres"), lab.name("serwery")
    one, two = lab.authority(), lab.authority()
    host = f"ns.{other}"
    for party, value in ((one, OLD_VALUE), (two, NEW_VALUE)):
        party.serve(name, f"{name} A {value}", servers={host: party.address}, ttl=V, ns_ttl=N)
    lab.new.serve(other, f"{host} A {one.address}")
    lab.delegate(other, lab.new.servers)
    lab.delegate(name, {host: one.address}, ttl=N)
    check = unaided(lab, engine, name)
    check.round()
    time.sleep(1)
    moment = now()
    lab.new.serve(other, f"{host} A {two.address}")
    check.round()
    # The parent says what it always said.
    assert check.judge(now()).switched >= moment
