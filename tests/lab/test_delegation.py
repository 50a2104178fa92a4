"""Delegations that are wrong by themselves, on real servers and scripted ones: what is told, and what resolvers do."""

import contextlib
import os

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from core.dns.asking.check import Check
from core.dns.asking.servers import parse_hints
from core.dns.names import parse_name
from core.dns.observation import Server
from core.dns.wish import Wish
from tests.lab.network import add_ipv4
from tests.lab.recursors import Bind
from tests.lab.scripted import reply, scripted
from tests.lab.servers import MISSING_RECURSORS, program
from tests.lab.stage import now

pytestmark = pytest.mark.lab

VALUE = "192.0.2.1"


@pytest.fixture
def bind(laboratory):
    """One BIND, its cache cold."""
    if program("named") is None:
        pytest.fail(MISSING_RECURSORS) if os.environ.get("CI") == "true" else pytest.skip(MISSING_RECURSORS)
    address = laboratory.address()
    # It listens on addresses only that an interface has.
    add_ipv4(address)
    made = Bind(laboratory.folder, f"bind-{address}", address, laboratory.hints_file)
    laboratory.daemons.append(made)
    made.start()
    yield made
    made.kill()


def judged(lab, engine, name, types=("A",), rounds=1, resolvers=()):
    roots = parse_hints(lab.hints_file.read_text(encoding="utf-8"))
    wish = Wish(parse_name(name.removesuffix(".")), types, old_ttl=0)
    check = Check(wish, engine, roots, [Server("resolver", r.address, id=r.name) for r in resolvers])
    for _ in range(rounds):
        check.round()
    return check.judge(now())


def tags(found):
    return {finding.tag for finding in found.findings}


def values(found, tag):
    return [dict(finding.values) for finding in found.findings if finding.tag == tag]


def answer(recursor, name, type="A"):
    said = dns.query.udp(dns.message.make_query(name, type), recursor.address, timeout=20)
    return dns.rcode.to_text(said.rcode()), [str(record) for rrset in said.answer for record in rrset]


@contextlib.contextmanager
def zone_server(lab, stem, records):
    """Serve a zone by one scripted server: records by name and type, names beginning at the zone ("@", "ns1")."""
    name, address = lab.name(stem), lab.address()
    given = {(name if host == "@" else f"{host}.{name}", type): value for (host, type), value in records.items()}
    given |= {(name, "SOA"): f"ns1.{name} h.{name} 1 3600 600 86400 5", (name, "NS"): f"ns1.{name}"}

    def answers(query):
        asked = query.name.to_text().lower()
        type = dns.rdatatype.to_text(query.message.question[0].rdtype)
        for kind in (type, "CNAME"):
            if value := given.get((asked, kind)):
                return reply(query, f"@ 5 {kind} {value.format(here=address)}", aa=True)
        message = reply(query, aa=True)
        message.authority = [dns.rrset.from_text(name, 5, "IN", "SOA", given[name, "SOA"])]
        return message

    with scripted(address, answers):
        lab.delegate(name, {f"ns1.{name}": address}, ttl=5)
        yield name, address


def test_one_name_server_is_told_and_holds_nothing_back(laboratory, engine):
    lab, name = laboratory, laboratory.name("jeden")
    one = dict(list(lab.new.servers.items())[:1])
    lab.new.serve(name, f"{name} A {VALUE}", servers=one, ttl=5)
    lab.delegate(name, one, ttl=5)
    found = judged(lab, engine, name)
    assert "single_server" in tags(found) and found.propagated


def test_two_names_of_one_machine_are_told(laboratory, engine):
    lab, name = laboratory, laboratory.name("dwie-nazwy")
    both = {f"ns{n}.{name}": lab.new.address for n in (1, 2)}
    lab.new.serve(name, f"{name} A {VALUE}", servers=both, ttl=5)
    lab.delegate(name, both, ttl=5)
    assert values(judged(lab, engine, name), "one_address")[0]["addresses"] == lab.new.address


def test_name_servers_that_are_all_aliases_are_an_error_and_bind_gives_no_answer(laboratory, engine, bind):
    lab, name, hoster = laboratory, laboratory.name("aliasy"), laboratory.name("dns")
    targets = list(lab.new.servers)
    names = {f"ns{n}.{hoster}": address for n, address in enumerate(lab.new.servers.values(), 1)}
    lab.new.serve(hoster, *(f"ns{n} CNAME {target}" for n, target in enumerate(targets, 1)), ttl=5)
    lab.delegate(hoster, lab.new.servers, ttl=5)
    lab.new.serve(name, f"{name} A {VALUE}", servers=names, ttl=5)
    lab.delegate(name, names, ttl=5)
    found = judged(lab, engine, name)
    assert {one["alias"] for one in values(found, "ns_alias")} == {target.removesuffix(".") for target in targets}
    assert not found.propagated
    assert answer(bind, name)[0] == "SERVFAIL" and answer(lab.plain, name) == ("NOERROR", [VALUE])


def test_name_server_that_is_an_alias_beside_a_good_one_is_told_and_bind_goes_to_the_other(laboratory, engine, bind):
    lab, name, hoster = laboratory, laboratory.name("pol"), laboratory.name("dns")
    (_, address), (good, other) = lab.new.servers.items()
    lab.new.serve(hoster, f"ns1 CNAME {good}", ttl=5)
    lab.delegate(hoster, lab.new.servers, ttl=5)
    names = {f"ns1.{hoster}": address, good: other}
    lab.new.serve(name, f"{name} A {VALUE}", servers=names, ttl=5)
    lab.delegate(name, names, ttl=5)
    found = judged(lab, engine, name)
    assert [one["name"] for one in values(found, "ns_partly_alias")] == [f"ns1.{hoster}".removesuffix(".")]
    assert not found.held_back
    assert answer(bind, name) == ("NOERROR", [VALUE])


def test_alias_in_the_zone_itself_breaks_bind_once_somebody_asks_for_it(laboratory, engine, bind):
    with zone_server(laboratory, "w-strefie", {("@", "A"): VALUE, ("ns1", "CNAME"): "ns1.nowy.pl."}) as (name, _):
        found = judged(laboratory, engine, name)
        assert values(found, "ns_alias") == [{"name": f"ns1.{name}".removesuffix("."), "alias": "ns1.nowy.pl"}]
        assert not found.propagated
        # By the glue everybody gets there, until BIND has heard from the zone that the name is an alias.
        assert answer(bind, f"ns1.{name}")[0] == "NOERROR"
        assert answer(bind, name)[0] == "SERVFAIL"


def test_name_server_in_the_zone_that_has_no_address_there_is_an_error(laboratory, engine):
    with zone_server(laboratory, "bez-adresu", {("@", "A"): VALUE}) as (name, _):
        found = judged(laboratory, engine, name)
        assert values(found, "ns_without_address") == [{"name": f"ns1.{name}".removesuffix(".")}]
        assert not found.propagated


def test_name_server_that_does_not_exist_is_told_beside_one_that_does(laboratory, engine):
    lab, name = laboratory, laboratory.name("nie-ma-hosta")
    (good, address), _ = lab.new.servers.items()
    names = {good: address, "ns9.nowy.pl.": "127.0.4.2"}
    lab.new.serve(name, f"{name} A {VALUE}", servers=names, ttl=5)
    lab.delegate(name, names, ttl=5)
    assert values(judged(lab, engine, name), "ns_partly_without_address") == [{"name": "ns9.nowy.pl"}]


def test_glue_that_differs_and_leads_nowhere_is_an_error(laboratory, engine):
    lab, name = laboratory, laboratory.name("klej")
    first, second = (f"ns{n}.{name}" for n in (1, 2))
    right, wrong = lab.new.address, lab.address()
    lab.new.serve(name, f"{name} A {VALUE}", servers={first: right, second: lab.new.addresses[1]}, ttl=5)
    lab.delegate(name, {first: wrong, second: lab.new.addresses[1]}, ttl=5)
    found = judged(lab, engine, name)
    here = {"name": first.removesuffix("."), "found": wrong, "wanted": right}
    assert values(found, "glue_unserved") == [here]
    assert "glue_differs" in tags(found) and not found.propagated


def test_address_that_only_the_zone_gives_is_asked_too(laboratory, engine):
    lab, name = laboratory, laboratory.name("adres")
    first, second = (f"ns{n}.{name}" for n in (1, 2))
    right, wrong = lab.new.address, lab.address()
    lab.new.serve(name, f"{name} A {VALUE}", servers={first: wrong, second: lab.new.addresses[1]}, ttl=5)
    lab.delegate(name, {first: right, second: lab.new.addresses[1]}, ttl=5)
    found = judged(lab, engine, name)
    assert values(found, "address_unserved") == [{"name": first.removesuffix("."), "found": wrong, "wanted": right}]
    assert not found.propagated
    # Where somebody serves the zone there, its records count like those of the others.
    with lab_serves(lab, name, wrong):
        found = judged(lab, engine, name)
        assert "address_unserved" not in tags(found) and "record_differs" in tags(found)


@contextlib.contextmanager
def lab_serves(lab, name, address):
    """Let a server of its own serve the zone at an address, with another record."""
    other = lab.authority(addresses=(address,))
    try:
        first, second = (f"ns{n}.{name}" for n in (1, 2))
        servers = {first: address, second: lab.new.addresses[1]}
        other.serve(name, f"{name} A 192.0.2.66", servers=servers, ttl=5)
        yield
    finally:
        other.stop()


def test_alias_where_the_zone_begins_is_an_error_as_it_hides_the_mail(laboratory, engine, bind):
    records = {("@", "MX"): "10 mail.nowy.pl.", ("@", "CNAME"): "nowy.pl.", ("ns1", "A"): "{here}"}
    with zone_server(laboratory, "czubek", records) as (name, _):
        found = judged(laboratory, engine, name, ("A", "MX"))
        (one,) = values(found, "apex_alias")
        assert one == {"name": name.removesuffix("."), "alias": "nowy.pl", "types": "MX, NS, SOA"}
        assert not found.propagated
        # Whoever has not heard of the alias finds the mail; BIND has, and asks its target.
        assert answer(laboratory.recursor(), name, "MX")[1] == ["10 mail.nowy.pl."]
        assert answer(bind, name)[1][0] == "nowy.pl."
        assert answer(bind, name, "MX")[1] == ["nowy.pl."]
