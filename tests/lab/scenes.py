"""Switches as they go wrong and right, as data. P, C, V: TTL of NS at the parent, of NS in the zone, of the record.

Times are seconds from the step that counts. Knot Resolver keeps nothing for less than five seconds, so no TTL is lower.
"""

from __future__ import annotations

from typing import Any

from tests.lab.stage import NEW, OLD, Scene, Step, step

N = 6
"""A short TTL, where a scene is not about it."""


def zone(party: str, value: str, *more: str, at: float = 0, c: int = N, v: int = N, **how: Any) -> Step:
    """Let a party serve the zone with one address."""
    how = {"ttl": v, "ns_ttl": c, "soa_ttl": N, "minimum": N, **how}
    return step(at, "serve", party, f"@ A {value}", *more, **how)


def both(*, old: str = OLD, new: str = NEW, p: int = N, c: int = N, v: int = N) -> tuple[Step, ...]:
    """What stands before a delegation is switched from the one party to the other."""
    return zone("old", old, c=c, v=v), zone("new", new, c=c, v=v), step(0, "delegate", "old", p)


def switch(p: int = N, at: float = 0) -> Step:
    return step(at, "delegate", "new", p)


KNOWS: dict[str, Any] = {"expected": (NEW,), "old_servers": "old"}
FED = ("kresd", "powerdns")
"""Recursors that stay with old servers for as long as those repeat their NS set beside their answers."""


def worst(n: int, *, at: float = 0) -> tuple[tuple[float, str, str], ...]:
    """Fill every cache's delegation just before the step, and its record just before that runs out."""
    return (at - 0.4, "x", "A"), (at + n - 1.2, "@", "A")


def plain_switch(p: int, c: int, v: int) -> Scene:
    n = max(p, c)
    about = f"the delegation is switched; P {p}, C {c}, V {v}"
    fills = worst(p if p <= c else c)
    return Scene(
        f"p{p}c{c}v{v}", about, both(p=p, c=c, v=v), (switch(p),), n + v + 9, KNOWS, fills=fills, asked_from=3, fed=FED
    )


SCENES: tuple[Scene, ...] = (
    # -- P, C and V in each order
    *(plain_switch(*order) for order in ((6, 9, 12), (6, 12, 9), (9, 6, 12), (12, 6, 9), (9, 12, 6), (12, 9, 6))),
    Scene(
        "inplace",
        "a record is edited in place",
        (zone("new", OLD, v=10), step(0, "delegate", "new", 30)),
        (zone("new", NEW, v=10),),
        17,
        {"expected": (NEW,)},
        tight=True,
    ),
    # -- What the old servers do
    Scene(
        "oldfirst",
        "the old servers are edited first (V 6), then the delegation (P, C 20) is switched",
        both(p=20, c=20),
        (zone("old", NEW, c=20, at=-3), switch(20)),
        26,
        KNOWS,
        asked_from=-3.4,
        fills=((-0.4, "x", "A"),),
        told=("old_servers_needed", "old_servers_serve_new"),
    ),
    Scene(
        "oldlater",
        "the old servers are edited after the switch",
        both(p=14, c=14, v=8),
        (switch(14), zone("old", NEW, c=14, v=8, at=3)),
        22,
        KNOWS,
        fills=((2.5, "@", "A"),),
    ),
    Scene(
        "oldoff",
        "the old servers are switched off at once",
        (step(0, "own", "gone"), zone("gone", OLD, c=8), zone("new", NEW), step(0, "delegate", "gone", 8)),
        (switch(8), step(0.5, "stop", "gone")),
        24,
        {"expected": (NEW,), "old_servers": "gone"},
        told=("old_servers_dead",),
    ),
    Scene(
        "oldrefuse",
        "the old servers refuse the zone",
        (step(0, "own", "gone"), zone("gone", OLD, c=8), zone("new", NEW), step(0, "delegate", "gone", 8)),
        (switch(8), step(0.5, "drop", "gone")),
        24,
        {"expected": (NEW,), "old_servers": "gone"},
        told=("old_servers_refuse",),
    ),
    Scene(
        "oldsilent",
        "the old servers fall silent",
        (step(0, "own", "gone"), zone("gone", OLD, c=8), zone("new", NEW), step(0, "delegate", "gone", 8)),
        (switch(8), step(0.5, "silence", "gone")),
        30,
        {"expected": (NEW,), "old_servers": "gone"},
        told=("old_servers_dead",),
    ),
    Scene(
        "raised",
        "the old servers raise V from 6 to 30 after the switch",
        both(p=8, c=8),
        (switch(8), zone("old", OLD, c=8, v=30, at=1)),
        48,
        KNOWS,
        fills=((-0.4, "x", "A"), (1.6, "@", "A")),
        asked_from=3,
        fed=FED,
    ),
    Scene(
        "lowered",
        "V is lowered from 30 to 6 just before anybody looks",
        (zone("old", OLD, v=30), zone("new", NEW), step(0, "delegate", "old", N)),
        (zone("old", OLD, at=-4), switch()),
        36,
        KNOWS,
        fills=((-4.5, "@", "A"),),
        looks_from=-3,
        fed=FED,
    ),
    Scene(
        "watched",
        "V is lowered from 24 to 6 under the eyes of the check",
        (zone("old", OLD, v=24), zone("new", NEW), step(0, "delegate", "old", N)),
        (zone("old", OLD, at=-6), switch()),
        30,
        KNOWS,
        fills=((-6.5, "@", "A"),),
        looks_from=-9,
        fed=FED,
    ),
    Scene(
        "hidden",
        "a third old server is named only in the zone",
        (
            step(0, "own", "third"),
            step(0, "serve", "third", f"@ A {OLD}", servers="ns1=old.0 ns3=third.0", ttl=8, ns_ttl=20, soa_ttl=6),
            step(0, "serve", "old", f"@ A {OLD}", servers="ns1=old.0 ns3=third.0", ttl=8, ns_ttl=20, soa_ttl=6),
            zone("new", NEW),
            step(0, "delegate", "old", 8, servers="ns1=old.0"),
        ),
        (
            step(0, "serve", "old", f"@ A {NEW}", servers="ns1=old.0 ns3=third.0", ttl=8, ns_ttl=20, soa_ttl=6),
            switch(8),
        ),
        44,
        {"expected": (NEW,), "old_servers": "old"},
        fed=FED,
    ),
    # -- Addresses of name servers
    Scene(
        "address",
        "the addresses of the name servers outlive the NS records (20 against 6)",
        (
            zone("old", OLD, servers="ns1=old.0 ns2=old.1", v=6),
            step(0, "serve", "old", f"@ A {OLD}", servers="ns1=old.0 ns2=old.1", ttl=20, ns_ttl=6, soa_ttl=6),
            zone("new", NEW),
            step(0, "delegate", "old", 6, servers="ns1=old.0 ns2=old.1"),
        ),
        (switch(6),),
        46,
        KNOWS,
        fed=FED,
    ),
    Scene(
        "keptnames",
        "the name servers keep their names and get new addresses; they are in the zone",
        (
            step(0, "serve", "old", f"@ A {OLD}", servers="ns1=old.0 ns2=old.1", ttl=8, ns_ttl=8, soa_ttl=6),
            step(0, "serve", "new", f"@ A {NEW}", servers="ns1=new.0 ns2=new.1", ttl=8, ns_ttl=8, soa_ttl=6),
            step(0, "delegate", "old", 8, servers="ns1=old.0 ns2=old.1"),
        ),
        (step(0, "delegate", "new", 8, servers="ns1=new.0 ns2=new.1"),),
        28,
        {"expected": (NEW,), "old_servers": "old"},
        looks_from=-6,
        fed=FED,
    ),
    # -- Aliases
    Scene(
        "aliastarget",
        "an alias changes its target; only its own TTL counts",
        (
            step(0, "serve", "new", "www 8 CNAME a", f"a 30 A {OLD}", f"b 30 A {NEW}", ttl=30, ns_ttl=30, soa_ttl=6),
            step(0, "delegate", "new", 30),
        ),
        (step(0, "serve", "new", "www 8 CNAME b", f"a 30 A {OLD}", f"b 30 A {NEW}", ttl=30, ns_ttl=30, soa_ttl=6),),
        16,
        {"name": "www", "expected": (NEW,)},
        asks=(("www", "A"),),
        tight=True,
    ),
    Scene(
        "aliasabroad",
        "an alias leads into another company's zone, where the record changes",
        (
            step(0, "serve", "old", f"@ 10 A {OLD}", zone="{other}", ttl=10, soa_ttl=6),
            step(0, "delegate", "old", 30, zone="{other}"),
            step(0, "serve", "new", "www 30 CNAME {other}", ttl=30, soa_ttl=6),
            step(0, "delegate", "new", 30),
        ),
        (step(0, "serve", "old", f"@ 10 A {NEW}", zone="{other}", ttl=10, soa_ttl=6),),
        18,
        {"name": "www", "expected": (NEW,)},
        asks=(("www", "A"),),
        tight=True,
    ),
    Scene(
        "loop",
        "a CNAME b, b CNAME a",
        (step(0, "serve", "new", "a CNAME b", "b CNAME a", ttl=6, soa_ttl=6), step(0, "delegate", "new", 6)),
        (),
        8,
        {"name": "a"},
        asks=(("a", "A"),),
        told=("alias_loop",),
        arrives=False,
        data=False,
    ),
    Scene(
        "nowhere",
        "www CNAME nie-ma",
        (step(0, "serve", "new", "www CNAME nie-ma", ttl=6, soa_ttl=6), step(0, "delegate", "new", 6)),
        (),
        8,
        {"name": "www"},
        asks=(("www", "A"),),
        told=("alias_to_nowhere",),
        arrives=False,
        data=False,
    ),
    Scene(
        "unregistered",
        "an alias to a domain that nobody registered",
        (step(0, "serve", "new", "www CNAME {other}", ttl=6, soa_ttl=6), step(0, "delegate", "new", 6)),
        (),
        8,
        {"name": "www"},
        asks=(("www", "A"),),
        told=("alias_to_nowhere",),
        arrives=False,
        data=False,
    ),
    # -- Records that come and go
    Scene(
        "removed",
        "a record is removed",
        (zone("new", OLD, f"x 8 A {OLD}"), step(0, "delegate", "new", 30)),
        (zone("new", OLD),),
        15,
        {"name": "x", "expected": (), "value_type": "A"},
        asks=(("x", "A"),),
        tight=True,
        data=False,
    ),
    Scene(
        "added",
        "a record is added, which was denied before for 9 seconds",
        (zone("new", OLD, soa_ttl=9, minimum=9), step(0, "delegate", "new", 30)),
        (zone("new", OLD, f"x 6 A {NEW}", soa_ttl=9, minimum=9),),
        16,
        {"name": "x", "expected": (NEW,)},
        asks=(("x", "A"),),
        old=(),
        tight=True,
        data=False,
    ),
    Scene(
        "wildcard",
        "a name gets a record of its own under a wildcard",
        (zone("new", OLD, f"* 9 A {OLD}"), step(0, "delegate", "new", 30)),
        (zone("new", OLD, f"* 9 A {OLD}", f"x 9 A {NEW}"),),
        16,
        {"name": "x", "expected": (NEW,)},
        asks=(("x", "A"),),
        tight=True,
    ),
    Scene(
        "unequal",
        "one rrset with TTL 24 and 8 at the old servers",
        (
            step(0, "serve", "old", f"@ 24 A {OLD}", "@ 8 A 192.0.2.9", ttl=8, ns_ttl=6, soa_ttl=6, as_written=True),
            zone("new", NEW),
            step(0, "delegate", "old", 6),
        ),
        (switch(6),),
        42,
        KNOWS,
        old=(OLD, "192.0.2.9"),
        fills=((-0.4, "x", "A"), (3.2, "@", "A")),
        asked_from=7,
        fed=FED,
    ),
    # -- Who serves what
    Scene(
        "serials",
        "two companies serve the same data with serials far apart",
        (
            step(0, "serve", "new", f"@ A {OLD}", only=0, serial=1, ttl=6, ns_ttl=6, soa_ttl=6),
            step(0, "serve", "new", f"@ A {OLD}", only=1, serial=2026112801, ttl=6, ns_ttl=6, soa_ttl=6),
            step(0, "delegate", "new", 6),
        ),
        (
            step(0, "serve", "new", f"@ A {NEW}", only=0, serial=2, ttl=6, ns_ttl=6, soa_ttl=6),
            step(0, "serve", "new", f"@ A {NEW}", only=1, serial=2026112802, ttl=6, ns_ttl=6, soa_ttl=6),
        ),
        14,
        {"expected": (NEW,)},
        told=("serial_differs",),
    ),
    Scene(
        "copied",
        "the new servers' zone still names the old servers (a copied zone), and is mended later",
        (
            zone("old", OLD, c=8),
            step(0, "serve", "new", f"@ A {NEW}", servers="old", ttl=6, ns_ttl=8, soa_ttl=6),
            step(0, "delegate", "old", 8),
        ),
        (switch(8), zone("new", NEW, c=8, at=6)),
        34,
        KNOWS,
        told=("ns_mismatch_parent_child",),
        fed=("kresd", "powerdns", "unbound", "bind"),
    ),
    Scene(
        "backandforth",
        "the delegation is switched, taken back, and switched again",
        both(p=8, c=8),
        (switch(8), step(4, "delegate", "old", 8), switch(8, at=8)),
        30,
        KNOWS,
        fed=FED,
    ),
    # -- DNSSEC
    Scene(
        "dsleft",
        "the DS of the old key stays for 8 seconds after the switch",
        (
            zone("old", OLD, key="a"),
            zone("new", NEW, key="b"),
            step(0, "delegate", "old", 6, ds="a"),
        ),
        (step(0, "delegate", "new", 6, ds="a"), step(8, "delegate", "new", 6, ds="b")),
        30,
        KNOWS,
        told=("ds_without_key",),
        arrives=False,
    ),
    Scene(
        "dsearly",
        "the DS of the new key comes before the switch",
        (zone("old", OLD, key="a"), zone("new", NEW, key="b"), step(0, "delegate", "old", 6, ds="a")),
        (
            step(-6, "delegate", "old", 6, ds="ab"),
            step(0, "delegate", "new", 6, ds="ab"),
            step(12, "delegate", "new", 6, ds="b"),
        ),
        32,
        KNOWS,
        fed=FED,
    ),
    Scene(
        "expiredsignatures",
        "the signatures on the new servers have expired; the DS is right",
        (zone("new", NEW, key="b", good_for=-86400), step(0, "delegate", "new", 6, ds="b")),
        (),
        12,
        {"expected": (NEW,), "old_ttl": 6},
        told=("signature_expired", "bogus"),
        never=("ds_without_key",),
        arrives=False,
        data=False,
    ),
    Scene(
        "dsgone",
        "the zone goes unsigned to the new servers after its DS was taken away",
        (zone("old", OLD, key="a"), zone("new", NEW), step(0, "delegate", "old", 6, ds="a")),
        (step(-8, "delegate", "old", 6), switch(6)),
        26,
        KNOWS,
    ),
    Scene(
        "mail",
        "MX stays, its host moves",
        (
            zone("new", OLD, "@ MX 10 mail", f"mail 9 A {OLD}"),
            step(0, "delegate", "new", 30),
        ),
        (zone("new", OLD, "@ MX 10 mail", f"mail 9 A {NEW}"),),
        16,
        {},
        types=("MX",),
        asks=(("mail", "A"),),
    ),
    # -- Two parents, one after the other; services
    Scene(
        "https",
        "an HTTPS record changes its hint",
        (
            zone("new", OLD, f"@ 9 HTTPS 1 . ipv4hint={OLD}"),
            step(0, "delegate", "new", 30),
        ),
        (zone("new", OLD, f"@ 9 HTTPS 1 . ipv4hint={NEW}"),),
        16,
        {},
        types=("HTTPS",),
        asks=(("@", "HTTPS"),),
        old=(f"1 . ipv4hint={OLD}", f'1 . ipv4hint="{OLD}"'),
        tight=True,
    ),
    Scene(
        "reached",
        "old and new serve the same; the delegation is switched and nobody sees any change",
        both(old=NEW),
        (switch(),),
        16,
        KNOWS,
    ),
    # -- A DS or a key that goes, and a delegation that is wrong by itself
    Scene(
        "dslate",
        "the DS goes 6 seconds after the switch to servers that do not sign",
        (zone("old", OLD, key="a"), zone("new", NEW), step(0, "delegate", "old", 6, ds="a")),
        (step(0, "delegate", "new", 6, ds="a"), step(6, "delegate", "new", 6)),
        24,
        KNOWS,
        told=("ds_without_key", "bogus", "ds_cached"),
        never=("signature_missing", "signature_expired"),
        arrives=False,
    ),
    Scene(
        "dsreplaced",
        "the DS is replaced in the same second as the delegation",
        (zone("old", OLD, key="a"), zone("new", NEW, key="b"), step(0, "delegate", "old", 8, ds="a")),
        (step(0, "delegate", "new", 8, ds="b"),),
        26,
        KNOWS,
        told=("ds_cached",),
        never=("ds_without_key",),
        fed=FED,
    ),
    Scene(
        "keycached",
        "both DS are there, and the keys of the old servers are kept for 20 seconds",
        (
            zone("old", OLD, key="a", soa_ttl=20),
            zone("new", NEW, key="b"),
            step(0, "delegate", "old", 6, ds="ab"),
        ),
        (step(0, "delegate", "new", 6, ds="ab"),),
        30,
        KNOWS,
        told=("bogus",),
        # unbound keeps the failure for a minute.
        arrives=False,
        fed=FED,
    ),
)
"""Every scene."""
