"""SPF and DMARC are what a TXT holds of them: other texts beside them, and a wildcard's text, are not them."""

import datetime as dt

import pytest

from core.dns.asked import read_wish
from core.dns.change import ChangeSet, Expected, Old, OldRrset
from core.dns.judging.recorded import recorded
from core.dns.judging.verdict import verdict
from core.dns.observation import Observation, Question, Rrset, Server
from core.dns.views import DMARC, SPF

ZONE, BELOW = "firma.pl", "_dmarc.firma.pl"
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
PARENT, OURS = Server("parent", "127.0.2.1"), Server("authoritative", "127.0.4.1", name="ns1.hoster.pl")
RESOLVER = Server("resolver", "127.0.5.1", id="one")
RECORD = "v=spf1 -all"
SOA = Rrset(ZONE, "SOA", 60, ("ns1.hoster.pl jan.firma.pl 7 1 1 1 60",))


def at(seconds):
    return NOW + dt.timedelta(seconds=seconds)


def said(server, type, *values, name=ZONE, seconds=0, ttl=300):
    answer = (Rrset(name, type, ttl, values),) if values else ()
    flags = frozenset({"AA"}) if server.role == "authoritative" else frozenset()
    authority = () if values else (SOA,)
    return Observation(server, Question(name, type), at(seconds), "NOERROR", flags, answer, authority)


def texts(server, *values, name=ZONE, seconds=0):
    return said(server, "TXT", *values, name=name, seconds=seconds)


def views(*observations, types="SPF,DMARC"):
    wish = read_wish({"name": ZONE, "types": types}, NOW)
    return [o for o in wish.read(observations) if o.question.type in (SPF, DMARC)]


ZONE_SAYS = [
    Observation(PARENT, Question(ZONE, "NS"), NOW, "NOERROR", authority=(Rrset(ZONE, "NS", 60, (OURS.name,)),)),
    said(OURS, "SOA", *SOA.values, ttl=60),
    said(OURS, "NS", OURS.name),
]


def judge(type, values, *observations, old=None, seconds=0):
    name = BELOW if type == DMARC else ZONE
    change = ChangeSet(ZONE, (Expected(name, type, values),))
    return verdict(change, old or Old(), [*ZONE_SAYS, *views(*observations)], at(seconds))


def tags(found):
    return {finding.tag for finding in found.findings}


@pytest.mark.parametrize(
    ("texts_there", "spf"),
    [
        ((RECORD, "google-site-verification=x", "v=spf10"), (RECORD,)),
        (("V=SPF1 -all",), ("V=SPF1 -all",)),
        (("v=spf1",), ("v=spf1",)),
        (("hello", " v=spf1 -all"), None),
        ((), None),
    ],
)
def test_spf_is_the_text_that_begins_with_its_version(texts_there, spf):
    (seen,) = views(texts(RESOLVER, *texts_there), types="SPF")
    assert (seen.question, seen.values) == (Question(ZONE, "SPF"), spf)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("v=DMARC1; p=none", True),
        ("v = DMARC1 ;p=none", True),
        ("v=DMARC1", True),
        ("v=dmarc1; p=none", False),
        ("v=DMARC10; p=none", False),
        ("p=none; v=DMARC1", False),
        (RECORD, False),
    ],
)
def test_dmarc_is_the_text_that_begins_with_its_version(text, is_one):
    (seen,) = views(texts(RESOLVER, text, name=BELOW))
    assert (seen.question, seen.values) == (Question(BELOW, "DMARC"), (text,) if is_one else None)


def test_answer_at_the_end_of_an_alias_is_seen_as_what_the_alias_was_asked_for():
    seen = views(texts(OURS, "v=DMARC1; p=none", name="firma.dmarc.example"), types="DMARC")
    assert [o.question for o in seen] == [Question("firma.dmarc.example", "DMARC")]
    assert views(texts(OURS, RECORD), types="DMARC,TXT") == []


def test_answers_stay_as_they_are_where_no_view_is_wanted():
    wish = read_wish({"name": ZONE, "types": "TXT"}, NOW)
    assert wish.read([texts(RESOLVER, RECORD)]) == [texts(RESOLVER, RECORD)]


def test_other_texts_beside_the_one_expected_do_not_matter():
    found = judge(SPF, (RECORD,), texts(OURS, RECORD, "MS=ms1"), texts(RESOLVER, RECORD, "other"))
    assert found.consistent and {j.status for j in found.judged} == {"new"}


def test_text_of_a_wildcard_is_no_dmarc():
    wildcard = [texts(server, RECORD, name=BELOW) for server in (OURS, RESOLVER)]
    gone = judge(DMARC, (), *wildcard)
    assert gone.consistent and {j.status for j in gone.judged} == {"new"}
    wanted = judge(DMARC, ("v=DMARC1; p=none",), *wildcard)
    assert not wanted.consistent and {j.status for j in wanted.judged} == {"nodata"}
    assert "record_differs" in tags(wanted)


@pytest.mark.parametrize(
    ("type", "name", "values", "tag"),
    [
        (SPF, ZONE, (RECORD, "v=spf1 ~all"), "spf_twice"),
        (DMARC, BELOW, ("v=DMARC1; p=none", "v=DMARC1; p=reject"), "dmarc_twice"),
    ],
)
def test_two_records_are_a_fault_whatever_was_expected_and_nothing_is_green_beside_it(type, name, values, tag):
    old = Old(0, 0, 0, 0, (OldRrset(name, type, 0, values),))
    for expected in (values, values[:1]):
        found = judge(type, expected, texts(OURS, *values, name=name), old=old, seconds=10)
        assert tag in tags(found) and not found.propagated
    mended = judge(type, values[:1], texts(OURS, values[0], "other", name=name), old=old, seconds=10)
    assert tag not in tags(mended) and mended.propagated


def test_absence_beside_other_texts_is_kept_as_long_as_those_texts():
    # SPF is added to texts with a TTL of 300 s; an absence would be kept for 60 s only.
    before = views(texts(OURS, "MS=ms1"), types="SPF")
    old = recorded(ZONE, [Question(ZONE, SPF)], [*ZONE_SAYS, *before])
    assert (old.negative_ttl, old.rrset(Expected(ZONE, SPF, ())).ttl) == (60, 300)
    ours = texts(OURS, RECORD, "MS=ms1")
    assert judge(SPF, (RECORD,), ours, old=old).eta.at == at(300)
    # A resolver that fetched the texts at 5 s shows an end of its own.
    assert judge(SPF, (RECORD,), ours, texts(RESOLVER, "MS=ms1", seconds=5), old=old).eta.at == at(306)
