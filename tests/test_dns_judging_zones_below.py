"""A name in a zone below: a referral there is no answer and no fault, and an old delegation is waited for as well."""

import datetime as dt

import pytest

from core.dns.change import Below, Expected, OldRrset
from core.dns.judging.aliases import referred
from core.dns.judging.status import status_of
from core.dns.judging.zones_below import kept_with_delegation
from core.dns.observation import Observation, Question, Rrset, Server

ZONE, NAME = "firma.pl", "_dmarc.firma.pl"
AT = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
OURS, THEIRS = (Server("authoritative", f"127.0.4.{n}", name=f"ns{n}.pl") for n in (1, 2))
BELOW = Below(NAME, frozenset({"ns.raporty.pl"}), frozenset({THEIRS.address}))
EXPECTED = Expected(NAME, "TXT", ("v=DMARC1",), below=BELOW)


def refers(zone=NAME, *hosts, ttl=100, server=OURS, **more):
    authority = (Rrset(zone, "NS", ttl, hosts or ("ns.raporty.pl",)),)
    return Observation(server, Question(NAME, "TXT"), AT, "NOERROR", authority=authority, **more)


def answers(type, *values, ttl=100, server=THEIRS):
    answer = (Rrset(NAME, type, ttl, values),)
    return Observation(server, Question(NAME, type), AT, "NOERROR", frozenset({"AA"}), answer)


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        (refers(), NAME),
        (refers("pl"), None),
        (refers(""), None),
        (refers(ZONE), None),
        (refers("www.firma.pl"), None),
        (refers(flags=frozenset({"AA"})), None),
        (refers(server=Server("resolver", "127.0.5.1")), None),
        (answers("TXT", "v=DMARC1"), None),
    ],
)
def test_referral_below_leads_from_the_zone_towards_the_name(said, zone):
    way = referred(ZONE, said)
    assert (way.zone if way else None) == zone


def test_server_that_refers_to_the_right_ones_has_what_is_expected():
    assert status_of(refers(), EXPECTED) == "new"
    assert status_of(refers(NAME, "ns.dawny.pl"), EXPECTED) == "other"
    assert status_of(answers("TXT", "v=DMARC1"), EXPECTED) == "new"
    assert status_of(answers("TXT", "hello"), EXPECTED) == "other"


HERE = Below(ZONE, frozenset({"ns1.firma.pl"}))


def test_records_behind_a_delegation_that_changed_are_kept_for_both_ttls():
    rrset = OldRrset(NAME, "TXT", 300, ("v=DMARC1; p=none",))
    before = [refers(NAME, "ns.dawny.pl", ttl=100), answers("NS", "ns.dawny.pl", ttl=600)]
    assert kept_with_delegation(rrset, EXPECTED, ZONE, before, HERE).ttl == 900
    # Where it goes, and the zone answers by itself, they go the same way.
    gone = Expected(NAME, "TXT", ("v=DMARC1",))
    assert kept_with_delegation(rrset, gone, ZONE, before[:1], HERE).ttl == 400
    # Nor where the zone below is the one that is judged now: its records are there since the cut came.
    assert kept_with_delegation(rrset, gone, ZONE, before[:1], Below(NAME, frozenset({"ns.dawny.pl"}))) == rrset
    # One that stays is no part of it, and what was never delegated neither.
    assert kept_with_delegation(rrset, EXPECTED, ZONE, [refers(ttl=100)], HERE) == rrset
    assert kept_with_delegation(rrset, EXPECTED, ZONE, [answers("TXT", "hello")], HERE) == rrset
