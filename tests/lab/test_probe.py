"""The way down from the root, on real name servers."""

import threading

import dns.zonefile
import pytest

from core.dns import probe
from core.dns.engine import Engine
from core.dns.observation import Question, Server
from core.dns.probe import Walk
from core.dns.servers import parse_hints, parse_resolvers
from tests.lab.scripted import reply, scripted

pytestmark = [pytest.mark.lab, pytest.mark.xdist_group("lab")]


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
    asks = probe.questions(found, wanted, resolvers, laboratory.old.servers.values())
    job = engine.ask(asks)
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
    job = engine.ask(probe.questions(probe.Delegated(plain(name), (), ()), [Question(plain(name), "A")], [validator]))
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


def test_zones_whose_servers_lead_on_and_on_are_given_up(laboratory, engine):
    address = laboratory.address()

    def more(query):
        message = reply(query)
        lines = [f"{query.name} 60 IN NS ns.{n}x{len(server.queries)}.example." for n in range(40)]
        message.authority = dns.zonefile.read_rrsets("\n".join(lines), rdclass=None)
        return message

    with scripted(address, more) as server:
        found = Walk(engine, [Server("parent", address)]).delegation("a.example")
        assert found.servers == () and len(server.queries) < 2 * probe._MOST_QUESTIONS
