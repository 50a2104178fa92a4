"""What the parent's servers say beside the names: glue and DS, and where they disagree."""

from dataclasses import replace

from core.dns.observation import Rrset, Server
from core.language import ENGLISH
from tests.dns_sights import (
    AA,
    IN_ZONE,
    KEY,
    KEYS,
    NEW,
    OTHER_DS,
    PARENTS,
    SWITCH,
    ZONE,
    about,
    at,
    consistent,
    ds_at_parent,
    ds_of,
    failed,
    faults,
    judge,
    refers,
    said,
    serves,
    tags,
)


def test_delegation_to_servers_inside_the_zone_alone_needs_glue_at_every_parent():
    names = (f"ns.{ZONE}",)
    change = replace(SWITCH, new_servers=names)
    glue = (Rrset(f"ns.{ZONE}", "A", 60, ("127.0.4.1",)),)
    without = [refers(PARENTS[0], names, additional=glue), refers(PARENTS[1], names)]
    found = judge(without, change=change)
    assert (found.state, about(found, "glue_missing")) == ("unpublished", [PARENTS[1]])
    assert judge([refers(parent, names, additional=glue) for parent in PARENTS], change=change).state == "published"


def test_one_server_with_an_address_is_enough_to_get_to_the_others():
    for other in ("ns2.new.pl", f"ns2.{ZONE}"):
        names = (f"ns.{ZONE}", other)
        glue = (Rrset(other, "A", 60, ("127.0.4.2",)),) if other.endswith(ZONE) else ()
        found = judge([refers(p, names, additional=glue) for p in PARENTS], change=replace(SWITCH, new_servers=names))
        assert found.published and about(found, "glue_partly_missing") == list(PARENTS)


def test_a_ds_that_belongs_to_a_key_is_no_finding_even_beside_another():
    ds = ds_of(KEY)
    assert judge([*consistent(), *ds_at_parent(ds, OTHER_DS), *KEYS]).state == "consistent"
    same_tag = f"{ds.split()[0]} 13 2 {'ab' * 32}"
    assert "ds_without_key" in tags(judge([*consistent(), *ds_at_parent(same_tag), *KEYS]))


def test_a_ds_removed_from_the_parent_harms_no_more():
    removed = [said(parent, "DS", (), 9) for parent in PARENTS]
    assert judge([*consistent(), *ds_at_parent(OTHER_DS), *KEYS, *removed]).state == "consistent"


def test_keys_that_are_no_keys_do_not_crash():
    garbage = [said(server, "DNSKEY", ("257 3 13 !!", "x")) for server in NEW]
    assert "ds_without_key" in tags(judge([*consistent(), *ds_at_parent("nonsense"), *garbage]))


IN_ZONE_SWITCH = replace(SWITCH, new_servers=(IN_ZONE, "ns2.new.pl"))


def glue(*addresses, name=IN_ZONE):
    return (Rrset(name, "A", 60, addresses),)


def refers_with(parent, addresses, seconds=0):
    return refers(parent, IN_ZONE_SWITCH.new_servers, seconds, additional=glue(*addresses))


def test_parent_servers_with_another_glue_keep_it_unpublished():
    seen = [refers_with(PARENTS[0], ["127.0.4.1"]), refers_with(PARENTS[1], ["127.0.9.9"])]
    found = judge(seen, change=IN_ZONE_SWITCH)
    # One against one: nobody knows which of them is right.
    assert (found.state, about(found, "glue_disagrees")) == ("unpublished", list(PARENTS))
    corrected = judge([*seen, refers_with(PARENTS[1], ["127.0.4.1"], 40)], change=IN_ZONE_SWITCH)
    assert (corrected.published, corrected.switched, faults(corrected)) == (True, at(40), [])


def test_parent_servers_with_another_ds_keep_it_unpublished():
    seen = [*consistent(), said(PARENTS[0], "DS", (OTHER_DS,)), said(PARENTS[1], "DS", ())]
    found = judge(seen)
    assert found.state == "unpublished" and about(found, "ds_disagrees")
    assert judge([*seen, said(PARENTS[0], "DS", (), 9)]).published


def test_ds_in_another_order_or_only_some_of_it_answered_is_no_disagreement():
    both = (OTHER_DS, OTHER_DS.replace("12345", "54321"))
    assert judge([*consistent(), said(PARENTS[0], "DS", both), said(PARENTS[1], "DS", both[::-1])]).published
    assert judge([*consistent(), said(PARENTS[0], "DS", both), failed(PARENTS[1], "DS")]).published


def test_glue_that_is_not_the_address_in_the_zone_itself_is_told_of_each_server():
    own = Server("authoritative", "127.0.4.1", name=IN_ZONE)
    parents = [refers_with(parent, ["127.0.4.1"]) for parent in PARENTS]
    serving = [o for server in (own, NEW[1]) for o in serves(server, names=IN_ZONE_SWITCH.new_servers)]
    seen = [*parents, *serving]
    stale = said(own, "A", ("127.0.4.9",), name=IN_ZONE)
    assert about(judge([*seen, stale], change=IN_ZONE_SWITCH), "glue_differs") == [own]
    right = judge([*seen, said(own, "A", ("127.0.4.1",), name=IN_ZONE)], change=IN_ZONE_SWITCH)
    assert (right.state, faults(right)) == ("consistent", [])


def test_parent_server_that_serves_the_zone_itself_owes_no_glue():
    names = IN_ZONE_SWITCH.new_servers
    own = [said(parent, "NS", names, flags=AA) for parent in PARENTS]
    found = judge(own, change=IN_ZONE_SWITCH)
    assert found.published and "glue_missing" not in tags(found)


def glue6(*addresses, name=IN_ZONE):
    return (Rrset(name, "AAAA", 60, addresses),)


def test_parent_servers_with_another_ipv6_glue_keep_it_unpublished():
    names = IN_ZONE_SWITCH.new_servers
    one = refers(PARENTS[0], names, additional=(*glue("127.0.4.1"), *glue6("2001:db8::1")))
    other = refers(PARENTS[1], names, additional=(*glue("127.0.4.1"), *glue6("2001:db8::2")))
    found = judge([one, other], change=IN_ZONE_SWITCH)
    assert (found.state, about(found, "glue_disagrees")) == ("unpublished", list(PARENTS))
    # What does not fit beside the rest may be left out.
    only = refers(PARENTS[1], names, additional=glue("127.0.4.1"))
    assert judge([one, only], change=IN_ZONE_SWITCH).published


def test_ipv6_glue_that_is_not_the_address_in_the_zone_itself_is_told():
    own = Server("authoritative", "127.0.4.1", name=IN_ZONE)
    names = IN_ZONE_SWITCH.new_servers
    glued = (*glue("127.0.4.1"), *glue6("2001:db8::1"))
    parents = [refers(parent, names, additional=glued) for parent in PARENTS]
    serving = [o for server in (own, NEW[1]) for o in serves(server, names=names)]
    right = said(own, "AAAA", ("2001:db8::1",), name=IN_ZONE)
    assert faults(judge([*parents, *serving, right], change=IN_ZONE_SWITCH)) == []
    stale = said(own, "AAAA", ("2001:db8::9",), name=IN_ZONE)
    found = judge([*parents, *serving, stale], change=IN_ZONE_SWITCH)
    assert about(found, "glue_differs") == [own]
    assert "2001:db8::9" in ENGLISH.text(found.findings[0].message)
    # A name server may be in a zone below, which its own servers need not serve.
    elsewhere = said(own, "AAAA", (), name=IN_ZONE, rcode="REFUSED")
    assert judge([*parents, *serving, elsewhere], change=IN_ZONE_SWITCH).consistent
