"""The old zone and the new one before a switch, as real servers tell them: what there is, and what nobody can see."""

import ipaddress

import pytest

from core import datafiles
from core.cutover.asking.delegation import delegation
from core.cutover.asking.new_zone import answers
from core.cutover.asking.old_zone import gather
from core.cutover.settings import Targets
from core.cutover.wanted import Wanted
from core.cutover.zones import NO_TRANSFER, Parent
from core.dns.asking.engine import Engine
from core.dns.asking.servers import parse_hints
from core.dns.observation import Server
from core.zonefile.reading import read
from tests.lab.powerdns import MISSING_POWERDNS, PowerDnsAuthority
from tests.lab.servers import Knot, Nsd, program
from tests.lab.stage import now
from tests.lab.zones import VERSION, Key

pytestmark = pytest.mark.lab

OURS = Targets((ipaddress.ip_network("127.0.0.0/8"),))
RECORDS = (
    *("@ A 192.0.2.1", "@ MX 10 kolejka", "kolejka A 192.0.2.2", "www CNAME @", "sklep 60 A 192.0.2.3"),
    *("tajne A 192.0.2.4", "selector1._domainkey TXT klucz", "nikt-nie-zna._domainkey TXT klucz2"),
    *("_autodiscover._tcp SRV 0 0 443 poczta", "poczta A 192.0.2.5", "a.pomiedzy A 192.0.2.6"),
    *("dzial NS ns.dzial", "ns.dzial A 192.0.2.7"),
)
FOUND = {
    *(("", "A"), ("", "MX"), ("kolejka", "A"), ("www", "CNAME"), ("sklep", "A"), ("selector1._domainkey", "TXT")),
    *(("_autodiscover._tcp", "SRV"), ("poczta", "A")),
}
UNSEEN = {("tajne", "A"), ("nikt-nie-zna._domainkey", "TXT"), ("a.pomiedzy", "A"), ("dzial", "NS")}


class OpenNsd(Nsd):
    """nsd that lets everybody have its zones."""

    of_zones = ("provide-xfr: 0.0.0.0/0 NOKEY",)


OTHERS = {"knot": (Knot, "knotd"), "powerdns": (PowerDnsAuthority, "pdns_server"), "open nsd": (OpenNsd, "nsd")}


@pytest.fixture
def engine(laboratory):
    made = Engine(timeout=2.0, now=now, authoritative_per_second=OURS.per_second)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def roots(laboratory):
    return parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))


@pytest.fixture
def party(laboratory, request):
    """One hoster of its own, of a kind."""
    kind, binary = OTHERS[request.param]
    if program(binary) is None:
        pytest.skip(MISSING_POWERDNS)
    return laboratory.authority(size=2, kind=kind)


def served(lab, party, *records):
    """Let a party serve a zone that is delegated to it; returns its name as it is asked for."""
    name = lab.name("przed-zmiana")
    party.serve(name, *(records or RECORDS))
    lab.delegate(name, party.servers, ttl=300)
    return name.removesuffix(".")


def gathered(engine, roots, name, **wanted):
    _, servers = delegation(name, engine, roots)
    return gather(Wanted(name, (), **wanted), datafiles.known_names(), servers, engine, OURS)


def sets(old):
    """What was found, without what every zone of the laboratory has."""
    keys = {(name.removesuffix(old.name).removesuffix("."), type) for name, type in old.sets}
    return keys - {("", "SOA"), ("", "NS"), (VERSION, "TXT")}


def test_without_a_transfer_known_names_and_what_they_lead_to_are_found(laboratory, engine, roots):
    name = served(laboratory, laboratory.old)
    old = gathered(engine, roots, name)
    assert sets(old) == FOUND and not old.complete and old.silent == () and old.unasked == {}
    assert set(old.refused.values()) == {f"{NO_TRANSFER}REFUSED"} and old.asked > 200
    assert old.sets[f"sklep.{name}", "A"].ttl == 60
    # Of a key that nobody knows this tells nothing where another is known.
    assert {f"_domainkey.{name}", f"_tcp.{name}"} >= old.between >= {f"_domainkey.{name}"} and old.hidden == frozenset()


@pytest.mark.parametrize("party", ["open nsd", "powerdns"], indirect=True)
def test_a_transfer_shows_all_of_it(laboratory, engine, roots, party):
    name = served(laboratory, party)
    old = gathered(engine, roots, name)
    assert sets(old) == FOUND | UNSEEN and old.complete and old.refused == {}
    assert [source.kind for source in old.sources] == ["transfer", "asked", "asked"]


@pytest.mark.parametrize("party", ["knot", "powerdns"], indirect=True)
def test_every_program_shows_known_names_by_asking(laboratory, engine, roots, party, monkeypatch):
    monkeypatch.setattr("core.cutover.asking.old_zone.transfers", lambda zone, servers: ())
    old = gathered(engine, roots, served(laboratory, party))
    assert sets(old) == FOUND and old.silent == ()


@pytest.mark.parametrize("party", ["knot", "powerdns", "open nsd"], indirect=True)
def test_a_wildcard_is_told_and_hides_no_name_of_its_own(laboratory, engine, roots, party, monkeypatch):
    monkeypatch.setattr("core.cutover.asking.old_zone.transfers", lambda zone, servers: ())
    old = gathered(engine, roots, served(laboratory, party, *RECORDS, "* A 192.0.2.99", "* MX 10 kolejka"))
    assert sets(old) == FOUND and {type: held.values for type, held in old.wildcard.items()} == {
        "A": ("192.0.2.99",),
        "MX": (f"10 kolejka.{old.name}",),
    }


def test_keys_that_nobody_knows_are_said_to_be_there(laboratory, engine, roots):
    old = gathered(engine, roots, served(laboratory, laboratory.old, "nikt-nie-zna._domainkey TXT klucz"))
    assert old.hidden == {f"_domainkey.{old.name}"} and sets(old) == set()


def test_a_file_makes_it_complete_and_says_where_it_is_old(laboratory, engine, roots):
    name = served(laboratory, laboratory.old)
    text = "\n".join(["$TTL 3600", *RECORDS, f"{VERSION} TXT 1"]).replace(
        "sklep 60 A 192.0.2.3", "sklep 60 A 192.0.2.33"
    )
    old = gathered(engine, roots, name, zone=read(text, name), zone_source="strefa.txt")
    assert old.complete and sets(old) == FOUND | UNSEEN
    assert (f"sklep.{name}", "A") in old.stale and old.sets[f"sklep.{name}", "A"].values == ("192.0.2.3",)
    assert {key for key in old.stale if not key[0].startswith(VERSION)} == {(f"sklep.{name}", "A")}
    assert {f"pomiedzy.{name}", f"_domainkey.{name}", f"_tcp.{name}"} == old.between


def test_new_servers_show_what_they_lack_and_what_only_they_have(laboratory, engine, roots):
    name = served(laboratory, laboratory.old)
    old = gathered(engine, roots, name)
    theirs = [line for line in RECORDS if not line.startswith(("sklep", "www", "selector1"))]
    laboratory.new.serve(name, *theirs, "www A 192.0.2.1", "panel A 192.0.2.50", "@ AAAA 2001:db8::1")
    new = answers(Wanted(name, laboratory.new.addresses), old, datafiles.known_names(), engine, OURS)
    assert new.servers == laboratory.new.addresses

    def said(label, type):
        return {o.values or o.rcode for o in new.answers[f"{label}.{name}".removeprefix("."), type]}

    assert said("sklep", "A") == {"NXDOMAIN"} and said("selector1._domainkey", "TXT") == {"NXDOMAIN"}
    assert said("kolejka", "A") == {("192.0.2.2",)} and said("www", "CNAME") == {"NOERROR"}
    assert said("www", "A") == {("192.0.2.1",)} and said("panel", "A") == {("192.0.2.50",)}
    assert said("", "AAAA") == {("2001:db8::1",)} and all(len(some) == 2 for some in new.answers.values())
    assert {o.rcode for some in new.wildcard.values() for o in some} == {"NXDOMAIN"}
    assert (f"intranet.{name}", "A") not in new.answers


def test_an_alias_to_nowhere_on_the_same_servers_is_no_missing_name(laboratory, engine, roots):
    for party in (laboratory.old, laboratory.authority(kind=Knot)):
        old = gathered(engine, roots, served(laboratory, party, "www CNAME nie-ma", "poczta CNAME x.nie-ma.pl."))
        assert sets(old) == {("www", "CNAME"), ("poczta", "CNAME")} and old.silent == ()


def test_the_delegation_is_the_parent_s_with_its_ds(laboratory, engine, roots):
    key, name = Key(), laboratory.name("podpisana")
    laboratory.old.serve(name, "@ A 192.0.2.1", key=key)
    laboratory.delegate(name, laboratory.old.servers, ttl=300, ds=[key.ds(name)])
    parent, servers = delegation(name.removesuffix("."), engine, roots)
    assert parent.servers == tuple(sorted(host.removesuffix(".") for host in laboratory.old.servers))
    assert (parent.ns_ttl, parent.ds, parent.ds_ttl) == (300, (key.ds(name).lower(),), 300)
    assert {server.address for server in servers} == set(laboratory.old.servers.values())


def test_no_ds_is_proven_and_what_was_not_seen_is_not(laboratory, engine, roots):
    name = served(laboratory, laboratory.old)
    assert delegation(name, engine, roots)[0].ds == ()
    silent = Server("parent", laboratory.address())
    assert delegation(name, engine, [silent]) == (Parent(), ())


def test_a_name_that_is_no_zone_of_its_own_is_delegated_to_nobody(laboratory, engine, roots):
    name = served(laboratory, laboratory.old)
    assert delegation(f"sklep.{name}", engine, roots) == (Parent(), ())
    assert delegation(laboratory.name("nikt").removesuffix("."), engine, roots) == (Parent(), ())
