"""One change of the DNS as tests see it: who is asked, what each says in a line, and the verdict on that."""

import datetime as dt
from dataclasses import replace

import dns.dnssec
import dns.rdata

from core.dns.change import ChangeSet, Expected, Old, OldRrset
from core.dns.judging.verdict import verdict
from core.dns.observation import Observation, Question, Rrset, Server

START = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
ZONE, WWW = "firma.pl", "www.firma.pl"
NEW_NAMES, OLD_NAMES = ("ns1.new.pl", "ns2.new.pl"), ("ns1.old.pl",)
PARENTS = Server("parent", "127.0.2.1", name="a.dns.pl"), Server("parent", "127.0.2.2", name="b.dns.pl")
NEW = tuple(Server("authoritative", f"127.0.4.{n}", name=name) for n, name in enumerate(NEW_NAMES, 1))
OLD = Server("authoritative", "127.0.3.1", name="ns1.old.pl")
RESOLVERS = Server("resolver", "127.0.5.1", id="one"), Server("resolver", "127.0.5.2", id="two")
A_NEW, A_OLD = ("10.0.0.2",), ("10.0.0.1",)
EXPECTED = Expected(WWW, "A", A_NEW)
SWITCH = ChangeSet(ZONE, (EXPECTED,), NEW_NAMES)
EDIT = ChangeSet(ZONE, (EXPECTED,))
# N = 1000 s, V = 300 s, neg = 60 s.
RECORDED = Old(1000, 900, 800, 60, (OldRrset(WWW, "A", 300, A_OLD),), ("127.0.3.1",))
KEY = "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="
OTHER_DS = "12345 13 2 " + "ab" * 32
AA = frozenset({"AA"})


def at(seconds):
    return START + dt.timedelta(seconds=seconds)


def said(server, type, values, seconds=0, ttl=60, name=None, **more):
    name = name or (WWW if type == "A" else ZONE)
    more.setdefault("flags", AA if server.role == "authoritative" else frozenset())
    answer = (Rrset(name, type, ttl, tuple(values)),) if values else ()
    given = {"rcode": "NOERROR", "answer": answer, **more}
    return Observation(server, Question(name, type), at(seconds), **given)


def failed(server, type="A", seconds=0, failure="timeout", **more):
    return said(server, type, (), seconds, rcode=None, failure=failure, **more)


def refers(parent, names, seconds=0, **more):
    authority = (Rrset(ZONE, "NS", 1000, tuple(names)),) if names else ()
    more.setdefault("flags", frozenset() if names else AA)
    return said(parent, "NS", (), seconds, authority=authority, **more)


def serves(server, values=A_NEW, seconds=0, serial=7, names=NEW_NAMES):
    soa = f"ns1.new.pl host.new.pl {serial} 1 1 1 60"
    return [
        said(server, "SOA", (soa,), seconds),
        said(server, "NS", names, seconds),
        said(server, "A", values, seconds),
    ]


def switched(seconds=0):
    return [refers(parent, NEW_NAMES, seconds) for parent in PARENTS]


def consistent(seconds=0):
    return [*switched(seconds), *serves(NEW[0], seconds=seconds), *serves(NEW[1], seconds=seconds)]


def samples(*values, resolver=RESOLVERS[0], begin=0, **more):
    return [said(resolver, "A", given, begin + n, **more) for n, given in enumerate(values)]


def judge(observations, seconds=0, change=SWITCH, old=RECORDED):
    return verdict(change, old, observations, at(seconds))


def tags(found):
    return [finding.tag for finding in found.findings]


def faults(found):
    """What was found beside how long the old servers are needed."""
    return [tag for tag in tags(found) if tag != "old_servers_needed"]


def about(found, tag):
    return [finding.server for finding in found.findings if finding.tag == tag]


OLD_SERVES_OLD, OLD_SERVES_NEW, OLD_DEAD = said(OLD, "A", A_OLD), said(OLD, "A", A_NEW, 50), failed(OLD)


def spoiled(*changes):
    """Everything consistent, then what the given observations say instead."""
    return [*consistent(), *changes]


def ds_at_parent(*values):
    return [said(parent, "DS", values) for parent in PARENTS]


def ds_of(key):
    made = dns.dnssec.make_ds(f"{ZONE}.", dns.rdata.from_text("IN", "DNSKEY", key), "SHA256")
    return made.to_text()


def fails(seconds, rcode="SERVFAIL", resolver=RESOLVERS[0]):
    return [said(resolver, "A", (), seconds, rcode=rcode)]


KEYS = [said(server, "DNSKEY", (KEY,)) for server in NEW]

TOLD = dict.fromkeys(
    (
        *("name", "type", "found", "wanted", "missing", "parent", "serial", "other", "key_tags", "hours", "resolvers"),
        *("addresses", "alias", "at", "types", "questions", "fault", "zone", "servers", "records", "until", "seconds"),
        "reason",
    ),
    "x",
)
"""A value for whatever a finding's text may ask for."""

IN_ZONE = f"ns.{ZONE}"

SHOP = "shop.example.net"
BEYOND = tuple(Server("authoritative", f"127.0.7.{n}", name=f"ns{n}.example.net") for n in (1, 2))
ALIASED = replace(EXPECTED, alias=SHOP)


def aliased(seconds=0):
    alias = (Rrset(WWW, "CNAME", 60, (SHOP,)),)
    serving = [o for server in NEW for o in serves(server, seconds=seconds) if o.question.type != "A"]
    return [*switched(seconds), *serving, *(said(server, "A", (), seconds, answer=alias) for server in NEW)]


def there(server, values, seconds, ttl=60, name=SHOP):
    return said(server, "A", values, seconds, ttl=ttl, name=name)
