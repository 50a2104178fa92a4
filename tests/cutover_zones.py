"""Two zones as tests see them: lines of records, and name servers that answer from lines as real ones do."""

import datetime as dt
from dataclasses import replace

from core.cutover.finding import parse_weights
from core.cutover.judging.comparison import compare
from core.cutover.judging.zone_findings import find
from core.cutover.zones import Held, NewZone, OldZone, Source
from core.dns.observation import Observation, Question, Rrset, Server
from core.dns.values import EXAMPLES, read_value
from core.ground.settings import ROOT
from core.language import LANGUAGES

NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
ZONE = "firma.pl"
NS1, NS2 = "10.0.0.1", "10.0.0.2"
A_OLD, A_NEW = "192.0.2.1", "203.0.113.1"
MAP = {A_OLD: A_NEW}
FILE = Source("file", "firma.zone", 1, complete=True)
ASKED = Source("asked", "192.0.2.53", 1, complete=False)
WILD_OLD, WILD_NEW = "\n* A 192.0.2.1", "\n* A 203.0.113.1"
WEIGHTS = parse_weights((ROOT / "data/cutover_findings.toml").read_text(encoding="utf-8"))
APEX = ("SOA", "NS", "DNSKEY", "CAA")
ANY_NAME = ("A", "AAAA", "MX", "TXT", "CAA", "HTTPS", "NS", "SRV", "TLSA")
ALONE = ("A", "AAAA", "MX", "TXT", "CNAME")
_AA = frozenset(("AA",))

OLD = """
@ NS ns1.old.pl
@ NS ns2.old.pl
@ A 192.0.2.1
@ MX 10 mail.firma.pl
@ TXT "v=spf1 mx -all"
www CNAME firma.pl
mail A 192.0.2.1
"""
NEW = OLD.replace("192.0.2.1", "203.0.113.1").replace("old.pl", "new.pl")


def sets(lines):
    """Return sets by name and type; a line is a name ("@" the zone's), perhaps a TTL, a type and a value."""
    found = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        label, rest = line.split(maxsplit=1)
        first, after = rest.split(maxsplit=1)
        ttl, type, value = (int(first), *after.split(maxsplit=1)) if first.isdigit() else (300, first, after)
        name = ZONE if label == "@" else label if label.endswith(ZONE) else f"{label}.{ZONE}"
        value = read_value(type, value, "value") if type in EXAMPLES else value
        held = found.get((name, type), Held(()))
        found[name, type] = Held(tuple(sorted({*held.values, value})), max(ttl, held.ttl or 0))
    return found


def old_zone(lines=OLD, **more):
    """Return an old zone of which all is known, by a file; `more`: its other fields."""
    return replace(OldZone(ZONE, sets(lines), (FILE,)), **more)


def asked_zone(lines=OLD, **more):
    """Return an old zone that was asked for names."""
    return old_zone(lines, **{"sources": (ASKED,), "asked": 250, **more})


def new_zone(old, *servers, more=(), **failing):
    """Return what new servers answer, each from its lines (NEW where there are none), as `core.cutover.asking` has it.

    `more`: names that are asked for beside those of the old zone. `failing`: by server ("first", "second"), how an
    answer is altered: a function of an observation.
    """
    zones = {address: sets(lines) for address, lines in zip((NS1, NS2), servers or (NEW,), strict=False)}
    alter = dict(zip((NS1, NS2), (failing.get("first"), failing.get("second")), strict=True))

    def ask(name, type):
        said = []
        for address, held in zones.items():
            o = answer(address, held, name, type)
            said.append(alter[address](o) if alter[address] else o)
        return tuple(said)

    always = dict.fromkeys((*old.sets, *((ZONE, type) for type in APEX), *((name, "A") for name in old.between)))
    found = {key: ask(*key) for key in always}
    wildcard = {type: ask(f"qwertyuiop.{ZONE}", type) for type in ANY_NAME}
    for name in dict.fromkeys((*(name for name, _ in old.sets), *more)):
        for type in (*ALONE, "CAA", "SRV", "HTTPS"):
            said = ask(name, type)
            own = [[r.values for r in o.answer if (r.name, r.type) == (name, type)] for o in said]
            wild = [[r.values for r in o.answer if r.type == type] for o in wildcard.get(type, ())] or [[]] * len(said)
            if (name, type) not in found and own != wild and any(own):
                found[name, type] = said
            elif (name, "CNAME") not in found and any(r.type == "CNAME" for o in said for r in o.answer):
                found[name, "CNAME"] = tuple(o._replace(question=Question(name, "CNAME")) for o in said)
    return NewZone(tuple(zones), found, wildcard)


def answer(address, held, name, type):
    """Answer as an authoritative server does: a referral, a set, an alias, a wildcard, NODATA or NXDOMAIN."""
    o = Observation(Server("authoritative", address), Question(name, type), NOW, "NOERROR", _AA)
    cut = next((n for n, t in held if t == "NS" and n != ZONE and f".{name}".endswith(f".{n}")), None)
    if cut and not (name == cut and type == "DS"):
        ns = held[cut, "NS"]
        glue = [Rrset(n, t, h.ttl, h.values) for (n, t), h in held.items() if n in ns.values and t in ("A", "AAAA")]
        authority = (Rrset(cut, "NS", ns.ttl, ns.values),)
        return o._replace(flags=frozenset(), authority=authority, additional=tuple(glue))
    exists = any(n == name or n.endswith(f".{name}") for n, _ in held) or name == ZONE
    source = name if exists else f"*.{ZONE}"
    if (source, type) in held or (source, "CNAME") in held:
        kind = type if (source, type) in held else "CNAME"
        one = held[source, kind]
        return o._replace(answer=(Rrset(name, kind, one.ttl, one.values),))
    if type == "SOA" and name == ZONE:
        return o._replace(answer=(Rrset(name, "SOA", 300, ("ns1.new.pl host.new.pl 1 1 1 1 60",)),))
    return o if exists or any(n == source for n, _ in held) else o._replace(rcode="NXDOMAIN")


def timeout(*keys):
    """Return what makes a server silent, for some names and types or all."""
    return _altered(keys, rcode=None, flags=frozenset(), failure="timeout", answer=())


def rcode(code, *keys, aa=False):
    """Return what makes a server answer with an error or a denial."""
    return _altered(keys, rcode=code, flags=_AA if aa else frozenset(), answer=())


def without_aa(*keys):
    """Return what takes away a server's authority."""
    return _altered(keys, flags=frozenset())


def _altered(keys, **changes):
    return lambda o: o._replace(**changes) if not keys or tuple(o.question) in keys else o


def found(old=OLD, *new, mapping=MAP, issuers=None, more=(), **failing):
    before = old_zone(old) if isinstance(old, str) else old
    after = new_zone(before, *new, more=more, **failing)
    findings = find(before, after, compare(before, after, mapping), mapping, issuers)
    for finding in findings:
        assert finding.tag in WEIGHTS.weight
        for language in LANGUAGES.values():
            assert all(len(language.text(message)) < 3_000 for message in (finding.message, finding.todo))
    return findings


def tags(*args, **more):
    return [(finding.tag, finding.name) for finding in found(*args, **more)]


def only(*args, **more):
    (finding,) = found(*args, **more)
    return finding.tag, finding.name, dict(finding.values)


def weight(tag):
    return WEIGHTS.weight[tag]
