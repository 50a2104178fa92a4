"""The way down from the root, on real name servers."""

import threading
from dataclasses import replace

import dns.name
import dns.rcode
import dns.zonefile
import pytest

from core.dns import wish
from core.dns.asking import probe
from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.asking.other_zones import MOST_ENDS
from core.dns.asking.probe import Walk
from core.dns.asking.servers import parse_hints, parse_resolvers
from core.dns.judging.software import VERSION
from core.dns.names import parse_name
from core.dns.observation import Question, Server
from core.dns.wish import Wish
from core.ground import clock
from core.language import ENGLISH
from tests.lab.network import NoNetworkError, add_ipv4
from tests.lab.scripted import never, reply, scripted

pytestmark = pytest.mark.lab


@pytest.fixture
def engine(laboratory):
    # Its thread has the network of the thread that starts it.
    made = Engine(timeout=1.0)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def roots(laboratory):
    return parse_hints(laboratory.hints_file.read_text(encoding="utf-8"))


@pytest.fixture
def walk(engine, roots):
    return Walk(engine, roots)


def plain(name):
    return name.removesuffix(".")


def addresses(servers):
    return {server.address for server in servers}


def test_delegation_is_read_from_the_parent_s_own_servers(laboratory, walk):
    name = laboratory.name("kowalski")
    laboratory.old.serve(name, f"www.{name} A 192.0.2.1")
    laboratory.delegate(name, laboratory.old.servers)
    found = walk.delegation(f"www.{plain(name)}")
    assert (found.zone, addresses(found.servers)) == (plain(name), set(laboratory.old.servers.values()))
    assert addresses(found.parent) == set(laboratory.registry.servers.values()) and found.hosts == ()
    assert {server.role for server in found.parent} == {"parent"}
    laboratory.switch(name)
    again = Walk(walk.engine, walk.roots).delegation(plain(name))
    assert addresses(again.servers) == set(laboratory.new.servers.values())


def test_name_that_is_not_delegated_ends_at_the_registry(laboratory, walk):
    found = walk.delegation(plain(laboratory.name("nikt")))
    assert found.zone == plain(laboratory.tld) and addresses(found.servers) == set(laboratory.registry.servers.values())


def test_servers_named_in_another_zone_are_found_there(laboratory, walk):
    name, other = laboratory.name("sklep"), laboratory.name("serwery")
    address = next(iter(laboratory.new.servers.values()))
    laboratory.new.serve(other, f"ns1.{other} A {address}")
    laboratory.delegate(other, laboratory.new.servers)
    laboratory.new.serve(name, f"{name} A 192.0.2.7", servers={f"ns1.{other}": address})
    laboratory.delegate(name, {f"ns1.{other}": ""})
    found = walk.delegation(plain(name))
    assert [(server.name, server.address) for server in found.servers] == [(plain(f"ns1.{other}"), address)]


def test_server_without_any_address_is_named(laboratory, walk):
    name = laboratory.name("bez")
    laboratory.delegate(name, {f"ns1.{laboratory.name('nikogo')}": ""})
    found = walk.delegation(plain(name))
    assert found.servers == () and len(found.hosts) == 1


def test_two_zones_whose_servers_are_each_in_the_other_end_the_walk(laboratory, walk):
    a, b = laboratory.name("jajko"), laboratory.name("kura")
    laboratory.delegate(a, {f"ns.{b}": ""})
    laboratory.delegate(b, {f"ns.{a}": ""})
    assert walk.delegation(plain(a)).servers == ()


def test_root_that_does_not_answer_is_said(laboratory, engine):
    silent = Server("parent", laboratory.address())
    found = Walk(engine, [silent]).delegation("a.pl")
    assert (found.zone, found.servers) == ("", ())
    assert {o.failure for o in found.said} <= {"timeout", "unreachable"} and found.said


def test_server_that_always_refers_one_label_further_down_ends_the_walk(laboratory, engine):
    address, labels = laboratory.address(), [f"l{n}" for n in range(25)]

    def further(query):
        zone = ".".join(labels[-1 - len(server.queries) :])
        message = reply(query)
        rrsets = (f"{zone}. 60 IN NS ns.{zone}.", f"ns.{zone}. 60 IN A {address}")
        message.authority, message.additional = (dns.zonefile.read_rrsets(text, rdclass=None) for text in rrsets)
        return message

    with scripted(address, further) as server:
        found = Walk(engine, [Server("parent", address)]).delegation(".".join(labels))
        assert len(server.queries) == probe.DEEPEST and found.zone.count(".") >= probe.DEEPEST


def test_everything_is_asked_of_whom_it_concerns_and_ns_of_no_resolver(laboratory, walk, engine):
    name = laboratory.name("sprawdzany")
    laboratory.new.serve(name, f"{name} A 192.0.2.1", f"{name} MX 10 mail.{name}")
    laboratory.delegate(name, laboratory.new.servers)
    found = walk.delegation(plain(name))
    resolvers = parse_resolvers(laboratory.resolvers_file.read_text(encoding="utf-8"))
    wanted = [Question(plain(name), type) for type in ("A", "MX", "NS")]
    before = {recursor.name: len(recursor.asked()) for recursor in laboratory.recursors}
    before_it = [Server("authoritative", address) for address in laboratory.old.servers.values()]
    job = engine.ask([*probe.of_zone(found, wanted, before_it), *probe.of_resolvers(wanted, resolvers)])
    assert job.wait(20)
    said = job.snapshot()
    assert {o.values for o in said if o.question == wanted[0] and o.server.role == "resolver"} == {("192.0.2.1",)}
    of_zone = [o for o in said if o.server in found.servers and o.question.type == "SOA"]
    assert {o.transport for o in of_zone} == {"udp", "tcp"} and all("AA" in o.flags for o in of_zone)
    assert {o.rcode for o in said if o.server.address in laboratory.old.servers.values()} == {"REFUSED"}
    asked = [type for recursor in laboratory.recursors for _, type in recursor.asked()[before[recursor.name] :]]
    assert "A" in asked and "NS" not in asked


def test_answer_that_fails_is_asked_once_more_without_checking(laboratory, engine):
    name = laboratory.name("zle-podpisany")
    laboratory.new.serve(name, f"{name} A 192.0.2.1")
    laboratory.delegate(name, laboratory.new.servers, ds=["12345 13 2 " + "ab" * 32])
    validator = Server("resolver", laboratory.validator.address)
    job = engine.ask(probe.of_resolvers([Question(plain(name), "A")], [validator]))
    assert job.wait(20)
    (o,) = job.snapshot()
    assert o.rcode == "SERVFAIL"
    again = engine.ask(probe.second_looks(job.snapshot()))
    assert again.wait(20)
    (o,) = again.snapshot()
    assert (o.rcode, o.values) == ("NOERROR", ("192.0.2.1",)) and probe.second_looks(again.snapshot()) == []


def test_walk_runs_beside_others_in_one_engine(laboratory, engine, roots):
    names = [laboratory.name(f"obok{n}") for n in range(4)]
    for name in names:
        laboratory.old.serve(name, f"{name} A 192.0.2.1")
        laboratory.delegate(name, laboratory.old.servers)
    found = {}
    threads = [
        threading.Thread(target=lambda n=n: found.__setitem__(n, Walk(engine, roots).delegation(plain(n))))
        for n in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {found[name].zone for name in names} == {plain(name) for name in names}


def test_zone_may_tell_no_addresses_of_names_in_others(laboratory, engine):
    root, registry, victim = (laboratory.address() for _ in range(3))

    def referring(zone, server, address):
        def answer(query):
            message = reply(query)
            rrsets = (f"{zone} 60 IN NS {server}", f"{server} 60 IN A {address}")
            message.authority, message.additional = (dns.zonefile.read_rrsets(text, rdclass=None) for text in rrsets)
            return message

        return answer

    lying = referring("zly.pl.", "ns.ofiara.com.", victim)
    with scripted(root, referring("pl.", "ns.pl.", registry)), scripted(registry, lying):
        found = Walk(engine, [Server("parent", root)]).delegation("www.zly.pl")
    assert victim not in addresses(found.servers)


def test_answer_of_the_world_sends_no_question_inwards(laboratory, engine):
    root = "198.41.0.4"
    try:
        add_ipv4(root)
    except NoNetworkError as error:
        pytest.skip(str(error))
    victim = laboratory.address()
    inwards = {"A": ("224.0.0.251", "10.0.0.1", victim), "AAAA": ("2002:a00:1::1", "64:ff9b::a00:1", f"::{victim}")}

    def luring(query):
        message = reply(query)
        message.authority = dns.zonefile.read_rrsets(f"{query.name} 60 IN NS ns.{query.name}", rdclass=None)
        glue = [f"ns.{query.name} 60 IN {type} {address}" for type, many in inwards.items() for address in many]
        message.additional = dns.zonefile.read_rrsets("\n".join(glue), rdclass=None)
        return message

    with scripted(root, luring), scripted(victim, luring) as inside:
        found = Walk(engine, [Server("parent", root)]).delegation("zly.pl")
        assert (found.zone, found.servers, found.hosts) == ("zly.pl", (), ("ns.zly.pl",)) and inside.queries == []


def leading_on(query, count=40):
    """Refer to servers whose names are in zones whose servers are in zones, and so on, each name a new one."""
    message = reply(query)
    if query.number > 4 * probe.MOST_QUESTIONS:
        message.set_rcode(dns.rcode.REFUSED)  # it is shown by now, and would take minutes
        return message
    lines = [f"{query.name} 60 IN NS ns.{n}x{query.number}.example." for n in range(count)]
    message.authority = dns.zonefile.read_rrsets("\n".join(lines), rdclass=None)
    return message


def test_zones_whose_servers_lead_on_and_on_are_given_up(laboratory, engine):
    address = laboratory.address()
    with scripted(address, leading_on) as server:
        found = Walk(engine, [Server("parent", address)]).delegation("a.example")
        assert found.servers == () and len(server.queries) <= probe.MOST_QUESTIONS + 1


def test_server_that_was_too_far_for_one_name_is_found_for_the_next(laboratory, engine):
    root, address = laboratory.address(), laboratory.address()

    def referring(query):
        number = int(query.name.labels[-3][1:])
        message, glue = reply(query), number == 5
        host = f"ns.z{number if glue else number + 1}.pl."
        message.authority = dns.zonefile.read_rrsets(f"z{number}.pl. 60 IN NS {host}", rdclass=None)
        message.additional = dns.zonefile.read_rrsets(f"{host} 60 IN A {address}" if glue else "", rdclass=None)
        return message

    found = ["@ 60 A 192.0.2.9"]
    with (
        scripted(root, referring),
        scripted(address, lambda query: reply(query, *(found if query.type == "A" else []), aa=True)),
    ):
        walk = Walk(engine, [Server("parent", root)])
        assert walk.delegation("z0.pl").hosts == ("ns.z1.pl",)
        assert walk.addresses("ns.z5.pl") == ("192.0.2.9",)


def test_silent_servers_one_after_another_end_the_walk(laboratory, engine, monkeypatch):
    monkeypatch.setattr(probe, "_LONGEST", 3.0)
    root, silent = laboratory.address(), laboratory.address()

    def referring(query):
        zone, message = query.name.to_text(), reply(query)
        hosts = [f"ns.{n}x{query.number}.example." for n in range(12)] if query.number == 1 else [f"ns.{zone}"]
        message.authority = dns.zonefile.read_rrsets("\n".join(f"{zone} 60 IN NS {h}" for h in hosts), rdclass=None)
        message.additional = dns.zonefile.read_rrsets(f"ns.{zone} 60 IN A {silent}", rdclass=None)
        return message

    with scripted(root, referring) as server, scripted(silent, never):
        found = Walk(engine, [Server("parent", root)]).delegation("a.example")
    assert found.servers == () and 1 < len(server.queries) < 6


@pytest.mark.parametrize("hosts", [0, 12])
def test_aliases_that_lead_on_and_on_cost_a_round_no_more_than_one_walk(laboratory, engine, hosts):
    root, address = laboratory.address(), laboratory.address()

    def referring(query):
        if query.name.to_text().endswith(".example."):
            return leading_on(query, 12)
        message = leading_on(query, hosts) if hosts else reply(query)
        zone = query.name.to_text()
        message.authority += dns.zonefile.read_rrsets(f"{zone} 60 IN NS ns.{zone}", rdclass=None)
        message.additional = dns.zonefile.read_rrsets(f"ns.{zone} 60 IN A {address}", rdclass=None)
        return message

    def pointing(query):
        further = [f"@ 60 CNAME {query.type}{query.number}.pl."] if query.type in wish.TYPES else []
        return reply(query, *further, aa=True)

    with scripted(root, referring) as above, scripted(address, pointing) as server:
        check = Check(Wish(parse_name("zly.pl")), engine, [Server("parent", root)], ())
        check.round()
    assert len(above.queries) <= probe.MOST_QUESTIONS + 20
    elsewhere = {query.name for query in server.queries} - {dns.name.from_text(n) for n in ("zly.pl", VERSION.name)}
    ends = [name for name in elsewhere if len(name) == 3 and name.labels[0] != b"ns"]
    assert len(ends) <= MOST_ENDS and bool(ends) == (not hosts)


# -- IPv6


@pytest.fixture
def address6(laboratory):
    try:
        return laboratory.address6()
    except NoNetworkError as error:
        pytest.skip(str(error))


def test_servers_that_have_an_ipv6_address_only_are_found_by_glue_and_by_their_names(
    laboratory, engine, roots, address6
):
    hoster = laboratory.authority(addresses=(address6,))
    (host,) = hoster.servers
    name, inside = laboratory.name("szosty"), laboratory.name("wewnatrz")
    for zone, servers in ((name, hoster.servers), (inside, {f"ns1.{inside}": address6})):
        hoster.serve(zone, f"{zone} A 192.0.2.1", servers=servers)
        laboratory.delegate(zone, servers)
    for zone, server in ((name, plain(host)), (inside, plain(f"ns1.{inside}"))):
        check = Check(Wish(parse_name(plain(zone)), types=("A",)), engine, roots, ())
        check.round()
        assert [(s.name, s.address) for s in check.delegated.servers] == [(server, address6)]
        verdict = check.judge(clock.now())
        assert verdict.consistent and {f.tag for f in verdict.findings} == {"single_server", "ttl_unknown"}


def test_address_that_no_way_leads_to_is_not_asked_and_that_is_said(laboratory, engine, roots):
    name = laboratory.name("dwie-drogi")
    address = next(iter(laboratory.new.servers.values()))
    both = {f"ns1.{name}": address, f"ns2.{name}": address}
    laboratory.new.serve(name, f"{name} A 192.0.2.1", f"ns1.{name} AAAA 2001:db8::53", servers=both)
    laboratory.delegate(name, both)
    with laboratory._lock:
        # The registry has the second address as glue too.
        zone = laboratory.registry.zones[laboratory.tld]
        laboratory.registry.put(
            replace(zone, records=(*zone.records, f"ns1.{name} AAAA 2001:db8::53"), serial=zone.serial + 1)
        )
    check = Check(Wish(parse_name(plain(name)), types=("A",)), engine, roots, ())
    check.round()
    assert addresses(check.delegated.servers) == {address, "2001:db8::53"}
    assert {o.failure for o in check.observations if ":" in o.server.address} == {"no_ipv6"}
    verdict = check.judge(clock.now())
    told = [ENGLISH.text(f.message) for f in verdict.findings if f.tag == "no_ipv6"]
    assert verdict.consistent and len(told) == 1 and "2001:db8::53" in told[0]
    assert not {f.tag for f in verdict.findings} & {"unreachable", "parent_unreachable", "not_asked"}


# -- a child zone on its parent's servers


def test_child_zone_on_its_parent_s_own_servers_is_found(laboratory, engine, roots):
    name = laboratory.name("rodzic")
    child = f"dziecko.{name}"
    hoster = laboratory.new
    hoster.serve(name, f"{child} NS {next(iter(hoster.servers))}", f"{name} A 192.0.2.1", serial=100)
    hoster.serve(child, f"www.{child} A 192.0.2.2", f"alias.{child} CNAME elsewhere.example.", serial=7)
    laboratory.delegate(name, hoster.servers)
    everywhere = set(hoster.servers.values())
    for asked in (child, f"www.{child}", f"alias.{child}", f"nie.ma.{child}"):
        found = Walk(engine, roots).delegation(plain(asked))
        assert (found.zone, addresses(found.servers), addresses(found.parent)) == (plain(child), everywhere, everywhere)
        assert {s.role for s in found.parent} == {"parent"} and {s.role for s in found.servers} == {"authoritative"}
    for asked in (name, f"www.{name}"):
        found = Walk(engine, roots).delegation(plain(asked))
        assert found.zone == plain(name) and addresses(found.parent) == set(laboratory.registry.servers.values())


def test_child_zone_with_a_server_name_of_its_own_is_judged_by_that(laboratory, engine, roots):
    name = laboratory.name("rodzic")
    child, address = f"dziecko.{name}", next(iter(laboratory.new.servers.values()))
    servers = {f"ns.{child}": address}
    laboratory.new.serve(name, f"{child} NS ns.{child}", f"ns.{child} A {address}")
    laboratory.new.serve(child, f"{child} A 192.0.2.2", servers=servers)
    laboratory.delegate(name, laboratory.new.servers)
    check = Check(Wish(parse_name(plain(child)), types=("A",)), engine, roots, ())
    check.round()
    assert [(s.name, s.address) for s in check.delegated.servers] == [(plain(f"ns.{child}"), address)]
    verdict = check.judge(clock.now())
    assert verdict.consistent and {f.tag for f in verdict.findings} == {"single_server", "ttl_unknown"}


def test_zone_of_a_registry_s_own_is_not_that_of_a_name_it_does_not_know(laboratory, engine, roots):
    regional = laboratory.name("region")
    laboratory.registry.serve(regional, f"{regional} A 192.0.2.3")
    assert Walk(engine, roots).delegation(f"nikt.{plain(regional)}").zone == plain(laboratory.tld)
    assert Walk(engine, roots).delegation(plain(regional)).zone == plain(regional)


# -- UDP port 53 blocked, TCP open


def test_way_down_is_walked_over_tcp_where_udp_is_silent(laboratory, engine):
    root, zone = laboratory.address(), laboratory.address()

    def over_tcp(answer):
        return lambda query: answer(query) if query.transport == "tcp" else None

    def referring(query):
        message = reply(query)
        rrsets = ("firma.pl. 60 IN NS ns.firma.pl.", f"ns.firma.pl. 60 IN A {zone}")
        message.authority, message.additional = (dns.zonefile.read_rrsets(text, rdclass=None) for text in rrsets)
        return message

    def serving(query):
        address = zone if query.name.labels[0] == b"ns" else "192.0.2.1"
        soa = "@ 60 SOA ns.firma.pl. h. 1 1 1 1 60"
        records = {"A": f"@ 60 A {address}", "NS": "@ 60 NS ns.firma.pl.", "SOA": soa}
        return reply(query, *([records[query.type]] if query.type in records else []), aa=True)

    with scripted(root, over_tcp(referring)) as above, scripted(zone, over_tcp(serving)) as below:
        check = Check(Wish(parse_name("firma.pl"), types=("A",)), engine, [Server("parent", root)], ())
        check.round()
    verdict = check.judge(clock.now())
    assert check.delegated.zone == "firma.pl" and verdict.consistent
    assert {f.tag for f in verdict.findings} == {"single_server", "udp_fails", "ttl_unknown"}
    # The first silence is enough for the way; the zone's own servers are then asked over UDP themselves.
    assert [server.queries[0].transport for server in (above, below)] == ["udp", "tcp"]
    assert "udp" in {query.transport for query in below.queries}
