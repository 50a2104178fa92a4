"""Zones made by chance: what is the same is found to be, nothing that is gone or other is passed over in silence."""

import random

import pytest

from core.cutover.judging.address_map import propose
from core.cutover.judging.comparison import beside_mail, compare, is_mail
from core.cutover.judging.zone_findings import find
from tests.cutover_zones import ZONE, asked_zone, new_zone, old_zone

LABELS = (
    *("@", "www", "mail", "ftp", "sklep", "a", "b.a", "sub", "x.sub", "ns1.sub", "*", "_dmarc", "k._domainkey"),
    *("_x", "_sip._tcp", "autodiscover", "cpanel"),
)
VALUES = {
    "A": ("192.0.2.1", "192.0.2.2", "203.0.113.1", "203.0.113.2", "198.51.100.7"),
    "AAAA": ("2001:db8::1", "2001:db8::2"),
    "CNAME": ("firma.pl", "www.firma.pl", "a.firma.pl", "x.else.pl", "s.old.pl"),
    "TXT": ('"v=spf1 -all"', '"a"', '"b"', '"v=DKIM1; p=A"'),
    "MX": ("10 mail.firma.pl", "10 mx.else.pl"),
    "NS": ("ns1.old.pl", "ns1.sub.firma.pl", "ns.else.pl"),
    "SRV": ("0 0 1 x.else.pl", "0 0 1 www.firma.pl"),
    "CAA": ('0 issue "a.pl"', '0 issue ";"'),
    "HTTPS": ("1 . ipv4hint=192.0.2.1", "1 . alpn=h2"),
    "DS": ("1 13 2 aa",),
    "TLSA": ("3 1 1 aa",),
}
MEANT = {"below_at_old_servers", "alias_at_old_hoster", "new_apex_alias"}
"""What is found of a zone that is copied as it is."""


def records(chance, count):
    kinds = ("A", "A", *VALUES)
    for _ in range(count):
        type = chance.choice(kinds)
        label = chance.choice(LABELS)
        label = "sub" if label == "@" and type in ("NS", "DS") else label
        yield label, type, chance.choice(VALUES[type])


def lines(some, name_server):
    """Return them as lines, an alias alone at its name (RFC 1034 s. 3.6.2)."""
    kept = []
    for label, type, value in some:
        if not any(other == label and "CNAME" in (kind, type) for other, kind, _ in kept):
            kept.append((label, type, value))
    return "\n".join((f"@ NS {name_server}", *map(" ".join, kept)))


@pytest.mark.parametrize("seed", range(60))
def test_zone_copied_as_it_is_is_the_same_and_one_that_is_not_is_told(seed):
    chance = random.Random(seed)
    some = list(records(chance, chance.randint(1, 12)))
    before = chance.choice((old_zone, asked_zone))(lines(some, "ns1.old.pl"))
    names = [f"{label}.{ZONE}" for label in LABELS if label != "@"]
    copied = new_zone(before, lines(some, "ns1.old.pl"), more=names)
    same = compare(before, copied, {})
    assert {one.state for one in same} <= {"same"}
    assert {finding.tag for finding in find(before, copied, same, {})} <= MEANT
    changed = [record for record in some if chance.random() < 0.8] + list(records(chance, chance.randint(0, 3)))
    after = new_zone(before, *[lines(changed, "ns1.new.pl")] * chance.randint(1, 2), more=names)
    mapping = propose(before, after, {})
    compared = compare(before, after, mapping)
    assert len({(one.name, one.type) for one in compared}) == len(compared)
    findings = find(before, after, compared, mapping)
    told = " ".join(f"{finding.name} {finding.values}" for finding in findings)
    assert [one for one in compared if is_owed(one, compared) and one.name not in told] == []


def is_owed(one, compared):
    """Tell whether a set is lost or differs, and is no matter of the mail's law."""
    if one.state not in ("different", "only_old") or (one.type == "CNAME" and is_mail(one.name, "CNAME", ())):
        return False
    hosts = {value.split()[-1] for other in compared if other.type == "MX" for value in other.new}
    if one.name in hosts and one.type in ("A", "AAAA", "CNAME"):
        return False
    return not set(beside_mail(one.name, one.type, one.old)) <= set(one.new)
