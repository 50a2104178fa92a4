"""Switches as data, those about servers: parents that differ, zone cuts, addresses, programs with habits."""

from __future__ import annotations

from tests.lab.deeds import FED, KNOWS, both, switch, zone
from tests.lab.stage import NEW, OLD, Scene, Step, step


def company(side: str, at: str) -> Step:
    """Let a party serve a hosting company's own zone, with its name servers where a party's are."""
    servers = f"ns1.{{other}}={at}.0 ns2.{{other}}={at}.1"
    return step(0, "serve", side, zone="{other}", servers=servers, ttl=6, address_ttl=20, soa_ttl=6)


def told_of(side: str) -> Step:
    """Let the registry give the addresses of the company's name servers, for less long than the company does."""
    return step(0, "delegate", side, 6, zone="{other}", servers=f"ns1.{{other}}={side}.0 ns2.{{other}}={side}.1")


def with_company(side: str, value: str) -> Step:
    """Let a party serve the scene's zone by the company's names."""
    servers = f"ns1.{{other}}={side}.0 ns2.{{other}}={side}.1"
    return step(0, "serve", side, f"@ A {value}", servers=servers, ttl=6, ns_ttl=6, soa_ttl=6)


SERVERS: tuple[Scene, ...] = (
    # -- The parent
    Scene(
        "parents",
        "the two servers of the parent refer to the new ones one after the other, 5 seconds apart",
        (
            step(0, "own", "registry"),
            zone("quiet", OLD, zone="firma"),
            zone("new", NEW, zone="firma"),
            step(0, "refer", "registry", "firma", "quiet", 8),
            step(0, "delegate", "registry", 60),
        ),
        (
            step(-5, "refer", "registry", "firma", "new", 8, only=0),
            step(0, "refer", "registry", "firma", "new", 8, only=1),
        ),
        26,
        {"name": "firma", "expected": (NEW,), "old_servers": "quiet"},
        asks=(("firma", "A"),),
        fills=((-0.4, "x.firma", "A"), (6.8, "firma", "A")),
        asked_from=7,
        looks_from=-8,
        hears_from=7,
        told=("parent_disagrees",),
        delegation=8,
    ),
    Scene(
        "halfglue",
        "the parent gives the address of one of two servers that are in the zone",
        (
            zone("new", OLD, servers="ns1=new.0 ns2=new.1", v=8),
            step(0, "delegate", "new", 30, servers="ns1=new.0 ns2="),
        ),
        (zone("new", NEW, servers="ns1=new.0 ns2=new.1", v=8),),
        16,
        {"expected": (NEW,)},
        tight=True,
        told=("glue_partly_missing",),
    ),
    # -- Zone cuts
    Scene(
        "cutgoes",
        "a zone below that was delegated away goes, and its records are in the zone above",
        (
            zone("quiet", OLD, zone="sklep", v=8, c=12),
            step(0, "refer", "new", "sklep", "quiet", 12),
            step(0, "delegate", "new", 30),
        ),
        (step(0, "serve", "new", f"sklep 8 A {NEW}", ttl=8, soa_ttl=6),),
        32,
        {"name": "sklep", "expected": (NEW,)},
        asks=(("sklep", "A"),),
        fills=((-0.4, "x.sklep", "A"), (10.8, "sklep", "A")),
        asked_from=11,
        looks_from=-6,
        hears_from=11,
        delegation=12,
        tight=True,
    ),
    Scene(
        "cutcomes",
        "a name of the zone becomes a zone of its own with somebody else",
        (
            zone("quiet", NEW, zone="sklep", v=8, c=12),
            step(0, "serve", "new", f"sklep 8 A {OLD}", ttl=8, soa_ttl=6),
            step(0, "delegate", "new", 30),
        ),
        (step(0, "refer", "new", "sklep", "quiet", 12),),
        18,
        {"name": "sklep", "expected": (NEW,)},
        asks=(("sklep", "A"),),
        fills=((-0.6, "sklep", "A"),),
        looks_from=-6,
        hears_from=0,
        tight=True,
    ),
    # -- Name servers that keep their names
    Scene(
        "keptsibling",
        "the name servers are another company's and keep their names; their addresses (20 against 6) become others",
        (
            company("quiet", "quiet"),
            told_of("quiet"),
            with_company("quiet", OLD),
            with_company("new", NEW),
            step(0, "delegate", "quiet", 6, servers="ns1.{other}=quiet.0 ns2.{other}=quiet.1"),
        ),
        (company("new", "new"), company("quiet", "new"), told_of("new")),
        42,
        {"expected": (NEW,), "old_servers": "quiet"},
        # BIND keeps an address for ten seconds at least, also one with less left: hence one question half-way.
        fills=((-0.4, "x", "A"), (11, "y", "A")),
        looks_from=-6,
        hears_from=19,
        asked_from=19,
        delegation=20,
        tight=True,
    ),
    # -- A server of the old ones that feeds caches
    Scene(
        "fed",
        "old servers keep a cache with them by their NS set, until that and the record are made new there too",
        both(p=8, c=8, v=5, party="loud"),
        (switch(6), step(28, "serve", "loud", f"@ A {NEW}", servers="new", ttl=6, ns_ttl=12, soa_ttl=6)),
        16,
        {"expected": (NEW,), "old_servers": "loud"},
        fed=FED,
        told=("resolver_still_old", "old_servers_feed"),
    ),
    # -- Programs
    Scene(
        "powerdns",
        "a record is edited in the database of a PowerDNS, whose packet cache is filled when its query cache ends",
        (step(0, "own", "panel", "powerdns"), zone("panel", OLD, v=10), step(0, "delegate", "panel", 60)),
        (zone("panel", NEW, v=10),),
        54,
        {"expected": (NEW,)},
        looks_from=-0.8,
        fills=((25, "@", "A"),),
        others_fill=((17, "@", "A"),),
        hears_from=25.4,
        asked_from=25.4,
    ),
    Scene(
        "yadifa",
        "a record is added; SOA TTL 10, MINIMUM 30, and denials carry 30, as YADIFA's do",
        (
            step(0, "own", "odd", "yadifa"),
            zone("odd", OLD, soa_ttl=10, minimum=30),
            step(0, "delegate", "odd", 60),
        ),
        (zone("odd", OLD, f"x 6 A {NEW}", soa_ttl=10, minimum=30),),
        38,
        {"name": "x", "expected": (NEW,)},
        asks=(("x", "A"),),
        fills=((-0.6, "x", "A"),),
        looks_from=-2,
        hears_from=1,
        old=(),
        tight=True,
        data=False,
    ),
    Scene(
        "upset",
        "the new servers answer FORMERR, one to EDNS and one to NSID",
        (
            step(0, "own", "odd", "upset"),
            zone("old", OLD),
            zone("odd", NEW),
            step(0, "delegate", "old", 6),
        ),
        (step(0, "delegate", "odd", 6),),
        24,
        KNOWS,
        fed=FED,
        told=("no_edns",),
        never=("lame",),
    ),
    # -- Services and wildcards
    Scene(
        "svcb",
        "an SVCB record changes its target's port",
        (zone("new", OLD, "_dns 9 SVCB 1 . port=853"), step(0, "delegate", "new", 30)),
        (zone("new", OLD, "_dns 9 SVCB 1 . port=8853"),),
        16,
        {"name": "_dns"},
        types=("SVCB",),
        asks=(("_dns", "SVCB"),),
        old=("1 . port=853", '1 . port="853"'),
        tight=True,
    ),
    Scene(
        "wildcardback",
        "a name loses its own record, so that the wildcard's is its again",
        (zone("new", OLD, f"* 9 A {NEW}", f"x 9 A {OLD}"), step(0, "delegate", "new", 30)),
        (zone("new", OLD, f"* 9 A {NEW}"),),
        16,
        {"name": "x", "expected": (NEW,)},
        asks=(("x", "A"),),
        tight=True,
    ),
)
"""Scenes about servers."""
