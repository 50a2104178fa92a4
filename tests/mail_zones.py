"""Two zones of a domain that moves, as far as mail goes: what the mail's law finds of them."""

import datetime as dt
from collections.abc import Mapping

from core.cutover.judging import mail_law
from core.cutover.judging.comparison import compare
from core.cutover.zones import Held, NewZone, OldZone, Source
from core.dns.observation import Observation, Question, Rrset, Server

ZONE = "firma.pl"
OLD, NEW, ELSEWHERE = "192.0.2.10", "203.0.113.20", "198.51.100.30"
SERVERS = "203.0.113.1", "203.0.113.2"
MAPPING = {OLD: NEW}
KEY = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALIqdgtBBVaqRTI2TTkBv1qtAO6IMBUQ0UEohcAkPCkXVe+TZbEJD3Yxj/qARVPgvwaeMcAqHUl6YY2"
    "M0Nx8Sr8CAwEAAQ=="
)
OTHER_KEY = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAM1bCC3dAlTXbpMjKqDYHOHNBBLUyuKNOyFkM2DXYxWRT9PgmXSGeLRsdUmqAMg5YfrnLPWIVHyDxUf"
    "nB7wWhWMCAwEAAQ=="
)
DKIM, DMARC = f"v=DKIM1; k=rsa; p={KEY}", "v=DMARC1; p=quarantine; rua=mailto:dmarc@firma.pl"
SELECTOR, POLICY = f"default._domainkey.{ZONE}", f"_dmarc.{ZONE}"
AT = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)

Sets = Mapping[tuple[str, str], tuple[str, ...] | None]

BEFORE: dict[tuple[str, str], tuple[str, ...]] = {
    (ZONE, "NS"): ("ns1.dawny.pl", "ns2.dawny.pl"),
    (ZONE, "A"): (OLD,),
    (f"mail.{ZONE}", "A"): (OLD,),
    (ZONE, "MX"): (f"10 mail.{ZONE}",),
    (ZONE, "TXT"): (f"v=spf1 a mx ip4:{OLD} -all", "google-site-verification=1"),
    (SELECTOR, "TXT"): (DKIM,),
    (POLICY, "TXT"): (DMARC,),
    (f"_mta-sts.{ZONE}", "TXT"): ("v=STSv1; id=1",),
    (f"_smtp._tls.{ZONE}", "TXT"): ("v=TLSRPTv1; rua=mailto:tls@firma.pl",),
    (f"default._bimi.{ZONE}", "TXT"): ("v=BIMI1; l=https://firma.pl/l.svg",),
}
AFTER = {
    **BEFORE,
    (ZONE, "NS"): ("ns1.nowy.pl", "ns2.nowy.pl"),
    (ZONE, "A"): (NEW,),
    (f"mail.{ZONE}", "A"): (NEW,),
    (ZONE, "TXT"): (f"v=spf1 a mx ip4:{NEW} -all", "google-site-verification=1"),
}


def observed(server, name, type, values, *, failure=None, alias=""):
    """Return what a new server said: a set, that there is none (no values), an alias, or how it failed."""
    question = Question(name, type)
    if failure:
        return Observation(Server("authoritative", server), question, AT, failure=failure)
    answer = (Rrset(name, type, 300, tuple(sorted(values))),) if values else ()
    if alias:
        answer = (Rrset(name, "CNAME", 300, (alias,)), *(r._replace(name=alias) for r in answer))
    return Observation(Server("authoritative", server), question, AT, "NOERROR", frozenset({"AA"}), answer)


def old_zone(sets):
    held = {key: Held(tuple(sorted(values)), 3600) for key, values in sets.items() if values}
    return OldZone(ZONE, held, (Source("file", "firma.pl.zone", len(held), True),))


def new_zone(sets, asked, odd=()):
    """Return the new zone; `asked`: questions besides; `odd`: observations that stand for those of their server."""
    answers = {}
    for name, type in dict.fromkeys((*asked, *sets)):
        values = sets.get((name, type)) or ()
        alias = (sets.get((name, "CNAME")) or ("",))[0] if type != "CNAME" else ""
        told = {server: observed(server, name, type, values, alias=alias) for server in SERVERS}
        told |= {o.server.address: o for o in odd if (o.question.name, o.question.type) == (name, type)}
        answers[name, type] = tuple(told.values())
    return NewZone(SERVERS, answers)


def found(changed=None, before=None, *, mapping=None, hosts=None, odd=()):
    """Return what is found where the new zone, and the old, differ from the clean move in these sets (None: no set)."""
    old_sets = {**BEFORE, **(before or {})}
    new_sets = {**AFTER, **((before if changed is None else changed) or {})}
    new_sets = {key: values for key, values in new_sets.items() if values}
    old, new = old_zone(old_sets), new_zone(new_sets, [*old_sets, (f"mail.{ZONE}", "AAAA"), (ZONE, "AAAA")], odd)
    chosen = MAPPING if mapping is None else mapping
    return mail_law.find(
        old, new, compare(old, new, chosen), chosen, {f"mail.{ZONE}": (NEW,)} if hosts is None else hosts
    )


def tags(*args, **kwargs):
    """Return the tags of what is found."""
    return [finding.tag for finding in found(*args, **kwargs)]


def spf(text):
    """Return the set of texts at the domain with this SPF."""
    return {(ZONE, "TXT"): (text, "google-site-verification=1")}
