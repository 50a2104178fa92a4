"""Normal zone files on real BIND, nsd and Knot DNS: what was read is what each of them answers, record by record."""

import tempfile
from pathlib import Path

import dns.flags
import dns.name
import dns.rcode
import dns.rdatatype
import pytest

from core.ground.messages import InputError
from core.zonefile.as_dns import data_of, key
from core.zonefile.reading import read
from core.zonefile.record import Record, ZoneFile
from core.zonefile.refused import BIND, KNOT, NOBODYS, NSD, REFUSED_BY
from core.zonefile.writing import normal
from tests.lab.conftest import _without
from tests.lab.loading import LOADERS, loaded
from tests.lab.made_zones import made_zone
from tests.lab.network import NoNetworkError, own_network
from tests.lab.servers import program
from tests.lab.zones import Key, Zone

pytestmark = pytest.mark.lab

SERVERS = {BIND: "named", NSD: "nsd", KNOT: "knotd"}


@pytest.fixture
def folder():
    """A folder inside a network of its own."""
    if missing := [name for name in LOADERS if program(name) is None]:
        _without(f"not on this machine: {', '.join(missing)}")
    try:
        # Not in pytest's own folder: a socket's path is short.
        with own_network(), tempfile.TemporaryDirectory(prefix="desk-dns-", dir="/tmp") as place:
            yield Path(place)
    except NoNetworkError as error:
        _without(str(error))


def expected(zone):
    """Return the sets that the zone's records make: by name and type the octets of each, and the lowest TTL."""
    sets, ttls = {}, {}
    for record in zone.records:
        of = dns.name.from_text(record.name), dns.rdatatype.from_text(record.type)
        sets.setdefault(of, set()).add(key(data_of(record.type, record.rdata)))
        ttls[of] = min(record.ttl, ttls.get(of, record.ttl))
    return {of: (ttls[of], octets) for of, octets in sets.items()}


def seen(rrsets):
    """Return sets as they came over the wire, in the same form."""
    found = {}
    for rrset in rrsets:
        ttl, octets = found.setdefault((rrset.name, rrset.rdtype), (rrset.ttl, set()))
        assert ttl == rrset.ttl, rrset
        octets.update(map(key, rrset))
    return found


def answered(server, of, cuts):
    """Return what a server says of a set: in its answer, or on a way down to a delegated name."""
    name, rdtype = of
    said = server.ask(name, dns.rdatatype.to_text(rdtype))
    assert said.rcode() == dns.rcode.NOERROR, said
    cut = next((cut for cut in cuts if name.is_subdomain(cut)), None)
    if cut is None or (name == cut and rdtype == dns.rdatatype.DS):
        assert said.flags & dns.flags.AA, said
        return seen(said.answer).get(of)
    return seen([*said.authority, *said.additional]).get(of)


def test_each_server_gives_every_record_of_a_normal_file_and_no_other(folder):
    zones = [made_zone(f"alfa{seed}.example.", seed, names=40) for seed in range(3)]
    zones.append(made_zone("beta.example.", 99, names=120))
    files = {zone.origin: normal(zone) for zone in zones}
    with loaded(folder, files) as servers:
        for zone in zones:
            wanted = expected(zone)
            assert expected(read(files[zone.origin])) == wanted
            cuts = [name for name, rdtype in wanted if rdtype == dns.rdatatype.NS and name.to_text() != zone.origin]
            assert len(cuts) >= 2 and len({rdtype for _, rdtype in wanted}) > 25
            for server in servers.values():
                assert seen(server.transfer(zone.origin)) == wanted, server.name
                for of, values in wanted.items():
                    assert answered(server, of, cuts) == values, (server.name, of)


def test_wildcards_answer_for_names_that_are_not_there_and_only_for_those(folder):
    zone = of(("*", "TXT", '"w"'), ("*", "A", "192.0.2.7"), ("www", "A", "192.0.2.8"), ("a.b", "A", "192.0.2.9"))
    with loaded(folder, {zone.origin: normal(zone)}) as servers:
        for server in servers.values():
            (made_up,) = server.ask("gdzies.alfa.example.", "A").answer
            assert (made_up.to_text(), made_up.ttl) == ("gdzies.alfa.example. 60 IN A 192.0.2.7", 60)
            assert not server.ask("www.alfa.example.", "TXT").answer
            # An empty name between hides the wildcard (RFC 4592 s. 2.2.2).
            assert server.ask("c.b.alfa.example.", "A").rcode() == dns.rcode.NXDOMAIN


def test_a_signed_zone_is_given_on_with_its_signatures(folder):
    lines = "@ A 192.0.2.1", '* TXT "w"', "sub NS ns.hoster.example.", "www CNAME @"
    signed = Zone("alfa.example.", lines, {"ns.hoster.example.": ""}, key=Key()).text(1)
    zone = read(signed, "alfa.example.")
    assert {"RRSIG", "NSEC", "DNSKEY"} <= {record.type for record in zone.records}
    with loaded(folder, {zone.origin: normal(zone)}) as servers:
        for server in servers.values():
            assert seen(server.transfer(zone.origin)) == expected(zone), server.name


SOA = ("", "SOA", "ns.hoster.example. hostmaster.hoster.example. 1 3600 600 86400 60")
NS = ("", "NS", "ns.hoster.example.")
ALIAS = ("a", "CNAME", "b.alfa.example.")


def of(*rows, soa=SOA, ns=NS):
    """A zone of these rows, each with the TTL 60, SOA and NS before them."""
    rows = [row for row in (soa, ns, *rows) if row]
    records = [Record(f"{name}.alfa.example.".lstrip("."), 60, type, data) for name, type, data in rows]
    return ZoneFile("alfa.example.", "master", tuple(records), ())


DS = f"1 13 2 {'0123456789abcdef' * 4}"
OBSTACLES = {
    "no_soa": [of(soa=None)],
    "two_soa": [of(("", "SOA", "ns.hoster.example. hostmaster.hoster.example. 2 3600 600 86400 60"))],
    "soa_elsewhere": [of(("a", *SOA[1:]))],
    "alias_and_other": [
        of(ALIAS, ("a", "TXT", "x")),
        of(("", *ALIAS[1:])),
        of(("*", *ALIAS[1:]), ("*", "A", "192.0.2.1")),
        of(ALIAS, ("a", "DNAME", "x.example.")),
    ],
    "two_aliases": [
        of(ALIAS, ("a", "CNAME", "c.alfa.example.")),
        of(("a", "DNAME", "x.example."), ("a", "DNAME", "y.example.")),
    ],
    "below_dname": [of(("a", "DNAME", "x.example."), ("b.a", "A", "192.0.2.1"))],
    "no_ns": [of(ns=None)],
    "ns_without_address": [
        of(ns=("", "NS", "ns.alfa.example.")),
        of(("ns", "TXT", "x"), ("*", "A", "192.0.2.1"), ns=("", "NS", "ns.alfa.example.")),
    ],
    "ns_alias": [of(("ns", *ALIAS[1:]), ns=("", "NS", "ns.alfa.example."))],
    "wildcard_ns": [of(("*.a", "NS", "ns.hoster.example."))],
    "ds_at_apex": [of(("", "DS", DS))],
    "no_host": [
        of(("a_b", "A", "192.0.2.1")),
        of(("a_b", "AAAA", "2001:db8::1")),
        of(("-a", "MX", "1 mx.hoster.example.")),
        of(("a", "MX", "1 m_x.hoster.example.")),
        of(("a", "NS", "n_s.hoster.example.")),
        of(("a.*.b", "A", "192.0.2.1")),
        of(("_spf.a", "AAAA", "2001:db8::1")),
        of(("_x", "SRV", "1 1 1 a_b.alfa.example.")),
        of(("a", "HTTPS", '1 a_b.alfa.example. alpn="h2"')),
        of(("_a", "SVCB", "1 a_b.alfa.example.")),
        of(("a", "AFSDB", "1 a_b.alfa.example.")),
        of(("a", "RP", "jan.k_l.alfa.example. .")),
        of(("a_b", "WKS", "192.0.2.1 6 25")),
        of(soa=("", "SOA", "n_s.hoster.example. hostmaster.hoster.example. 1 1 1 1 1")),
        of(soa=("", "SOA", "ns.hoster.example. hostmaster.h_oster.example. 1 1 1 1 1")),
    ],
}
SOUND = [
    of(("*", "A", "192.0.2.1"), ("_x", "TXT", "x"), ("_s._tcp", "SRV", "1 1 1 a.alfa.example.")),
    of(("a", "RT", "1 a_b.alfa.example."), ("a_b", "NS", "ns.hoster.example.")),
    of(("a", "HTTPS", "0 a_b.alfa.example."), ("_a", "HTTPS", '1 . alpn="h2"'), ("a_b", "KX", "1 a_b.alfa.example.")),
    of(("gc._msdcs", "A", "192.0.2.1"), ("a._spf", "A", "192.0.2.1")),
    of(("*", "A", "192.0.2.1"), ns=("", "NS", "ns.alfa.example.")),
    of(("a", "NS", "ns.a.alfa.example."), ns=("", "NS", "ns.a.alfa.example.")),
    of(("a", "NS", "ns.b.example."), ("x.a", "TXT", "x"), ("", "MX", "1 192.0.2.1.")),
    of(("a", "MX", "1 b.alfa.example."), ("b", "CNAME", "c.alfa.example."), ("a", "PTR", "a_b.alfa.example.")),
    of(soa=("", "SOA", ". j_k\\.x.hoster.example. 1 1 1 1 1")),
    of(("a", "DS", DS), ("b", "DNAME", "x.example."), ("b", "TXT", "x")),
    of(("x", "A", "192.0.2.1"), ("x", "A", "192.0.2.1"), SOA),
]


REVERSE = ZoneFile("2.0.192.in-addr.arpa.", "master", (
    Record("2.0.192.in-addr.arpa.", 60, *SOA[1:]), Record("2.0.192.in-addr.arpa.", 60, *NS[1:]),
    Record("1.2.0.192.in-addr.arpa.", 60, "PTR", "a_b.alfa.example."),
), ())  # fmt: skip


def renamed(zone, origin):
    """The same zone under another name."""

    def new(text):
        return text.replace("alfa.example.", origin)

    records = [one._replace(name=new(one.name), rdata=new(one.rdata)) for one in zone.records]
    return ZoneFile(origin, zone.dialect, tuple(records), ())


def test_each_server_refuses_what_the_table_says_and_the_file_tells_it(folder):
    assert OBSTACLES.keys() == REFUSED_BY.keys()
    zones, files = {}, {}
    for id, made in [*OBSTACLES.items(), ("sound", SOUND)]:
        for number, zone in enumerate(made):
            origin = f"{id.replace('_', '-')}-{number}.example."
            zones[origin] = id
            files[origin] = normal(renamed(zone, origin), part=True)
            if id in NOBODYS:
                with pytest.raises(InputError):
                    normal(zone)
    zones[REVERSE.origin], files[REVERSE.origin] = "no_host", normal(REVERSE)
    with loaded(folder, files, strict=True) as servers:
        refused = {}
        for origin in zones:
            refused[origin] = {name for name, program in SERVERS.items() if not servers[program].serves(origin)}
        assert refused == {origin: {*REFUSED_BY.get(id, ())} for origin, id in zones.items()}
        for origin, id in zones.items():
            told = [line for line in files[origin].splitlines() if "load" in line]
            assert bool(told) == (id != "sound"), files[origin]


def test_names_that_are_no_hosts_load_in_bind_with_what_the_comment_says(folder):
    files = {
        (origin := f"alfa{number}.example."): normal(renamed(zone, origin))
        for number, zone in enumerate(OBSTACLES["no_host"])
    }
    assert all("BIND loads it with: check-names primary warn;" in file for file in files.values())
    with loaded(folder, files) as servers:
        assert [name for name in files if not servers["named"].serves(name)] == []


def test_what_servers_read_each_their_own_way_is_written_so_that_they_agree(folder):
    rows = ("a", 300, "A", "192.0.2.1"), ("a", 60, "A", "192.0.2.2"), ("b", 60, "TXT", '"za\u017c\u00f3\u0142\u0107"')
    odd = [Record(f"{name}.alfa.example.", ttl, type, data) for name, ttl, type, data in rows]
    zone = of()
    zone = ZoneFile(zone.origin, "master", (*zone.records, *odd, Record("beta.example.", 60, "A", "192.0.2.1")), ())
    with loaded(folder, {zone.origin: normal(zone)}, strict=True) as servers:
        for server in servers.values():
            (addresses,) = server.ask("a.alfa.example.", "A").answer
            assert (addresses.ttl, len(addresses)) == (60, 2)
            (words,) = server.ask("b.alfa.example.", "TXT").answer
            assert words[0].strings == ("zażółć".encode(),)
