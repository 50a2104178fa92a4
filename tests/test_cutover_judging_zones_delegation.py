"""What is found of the new servers themselves, and of what the parent's DS will make of the new zone."""

import datetime as dt

import pytest

from core.cutover.judging.delegation_findings import find
from core.cutover.zones import NewZone, Parent
from core.dns.observation import Observation, Question, Server
from core.language import LANGUAGES
from tests.cutover_zones import NEW, NS1, NS2, WEIGHTS, ZONE, new_zone, old_zone, rcode, timeout, without_aa
from tests.signing import UNTIL, SignedZone, Signer, Signing

NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
FIRST, SECOND = Server("authoritative", NS1), Server("authoritative", NS2)
UNSIGNED = Parent(ds=())


def found(parent, new):
    findings = find(parent, new, ZONE)
    for finding in findings:
        for language in LANGUAGES.values():
            assert all(len(language.text(message)) < 3_000 for message in (finding.message, finding.todo))
    return findings


def tags(parent, new):
    return [(finding.tag, finding.name) for finding in found(parent, new)]


def two(**failing):
    return new_zone(old_zone(), NEW, NEW, **failing)


@pytest.fixture(scope="module")
def signed():
    return SignedZone(ZONE, NOW)


def keys(zone, *said):
    """Return two servers of which one says this of the zone's keys, and the other the usual."""
    new = two()
    usual = [zone.dnskeys(FIRST), zone.dnskeys(SECOND)]
    by_server = {o.server: o for o in (*usual, *said)}
    return NewZone(new.servers, {**new.answers, (ZONE, "DNSKEY"): tuple(by_server.values())}, new.wildcard)


def parent(zone):
    return Parent(ds=tuple(zone.ds), ds_ttl=86_400)


# -- servers


def test_name_server_of_today_among_those_of_the_new_zone_is_to_be_confirmed():
    new = two()
    o = new.answers[ZONE, "NS"][0]
    (named, *_) = o.answer[0].values
    assert tags(Parent(servers=(named.upper() + ".",), ds=()), new) == [("ns_old_among", ZONE)]
    assert WEIGHTS.weight["ns_old_among"] == "accept"
    assert tags(Parent(servers=(f"other.{named}",), ds=()), new) == []


def test_two_servers_with_the_zone_and_no_ds_are_no_finding():
    assert tags(UNSIGNED, two()) == []


@pytest.mark.parametrize(
    ("how", "tag"),
    [
        (rcode("REFUSED"), "new_server_refuses"),
        (rcode("NXDOMAIN", aa=True), "new_server_denies"),
        (rcode("NXDOMAIN"), "new_server_denies"),
        (without_aa(), "new_server_lame"),
        (rcode("NOERROR"), "new_server_lame"),
        (rcode("SERVFAIL"), "new_server_fails"),
        (rcode("NOTIMP"), "new_server_fails"),
        (rcode(None), "new_server_fails"),
    ],
)
def test_server_without_the_zone_blocks(how, tag):
    assert tags(UNSIGNED, two(second=how)) == [(tag, NS2)]
    assert WEIGHTS.weight[tag] == "blocked"


def test_new_zone_that_nobody_sees_yet_may_be_minutes_old():
    (finding,) = found(UNSIGNED, two(first=rcode("REFUSED")))
    assert "five minutes" in LANGUAGES["en"].text(finding.todo)


def test_silent_server_is_told_with_the_zones():
    assert tags(UNSIGNED, two(second=timeout())) == []


def test_one_failing_question_does_not_make_a_server_lame():
    assert tags(UNSIGNED, two(second=rcode("REFUSED", (ZONE, "DNSKEY")))) == []
    assert tags(UNSIGNED, two(second=without_aa((ZONE, "NS")))) == []


def test_single_server_is_a_notice():
    assert tags(UNSIGNED, new_zone(old_zone())) == [("new_server_single", NS1)]
    assert WEIGHTS.weight["new_server_single"] == "notice"


def test_second_server_that_there_is_no_way_to_from_here_is_a_second():
    beyond = lambda o: o._replace(rcode=None, flags=frozenset(), answer=(), failure="no_ipv6")  # noqa: E731
    assert tags(UNSIGNED, two(second=beyond)) == []


def test_no_server_at_all_is_unknown():
    assert tags(UNSIGNED, NewZone((), {})) == [("new_servers_none", ZONE)]
    assert WEIGHTS.weight["new_servers_none"] == "unknown"


# -- DS


def test_ds_that_could_not_be_asked_for_is_unknown():
    assert tags(Parent(), two()) == [("ds_unknown", ZONE)]
    assert WEIGHTS.weight["ds_unknown"] == "unknown"


def test_new_zone_signed_by_the_key_of_the_ds_is_no_finding(signed):
    assert tags(parent(signed), keys(signed)) == []


def test_signed_zone_without_a_ds_is_no_finding(signed):
    assert tags(UNSIGNED, keys(signed)) == []


def test_ds_left_while_the_new_zone_is_unsigned_blocks_with_two_ways_out(signed):
    (finding,) = found(parent(signed), two())
    assert (finding.tag, finding.name) == ("ds_unsigned", ZONE)
    assert finding.values["server"] == f"{NS1}, {NS2}"
    assert finding.values["key_tags"] == next(iter(signed.ds)).split()[0]
    assert WEIGHTS.weight["ds_unsigned"] == "blocked"
    assert "two ways out" in LANGUAGES["en"].text(finding.todo)
    assert "dwa wyjścia" in LANGUAGES["pl"].text(finding.todo)


@pytest.mark.parametrize("algorithm", ["RSASHA256", "ECDSAP256SHA256", "ED25519"])
def test_ds_of_other_keys_blocks_and_is_told_alone(signed, algorithm):
    other = SignedZone(ZONE, NOW, [Signer(algorithm)])
    assert tags(parent(signed), keys(other)) == [("ds_other_keys", ZONE)]
    assert WEIGHTS.weight["ds_other_keys"] == "blocked"


def test_one_ds_of_two_that_fits_is_enough(signed):
    other = SignedZone(ZONE, NOW)
    assert tags(Parent(ds=(*signed.ds, *other.ds)), keys(signed)) == []


def test_ds_of_the_old_algorithm_beside_one_that_fits_is_a_notice(signed):
    other = SignedZone(ZONE, NOW, [Signer("ECDSAP256SHA256")])
    assert tags(Parent(ds=(*signed.ds, *other.ds)), keys(signed)) == [("new_ds_unused", ZONE)]
    assert WEIGHTS.weight["new_ds_unused"] == "notice"


def test_one_server_that_is_unsigned_is_named(signed):
    unsigned = signed.says(SECOND, "DNSKEY", [])
    (finding,) = found(parent(signed), keys(signed, unsigned))
    assert (finding.tag, finding.values["server"]) == ("ds_unsigned", NS2)


def test_keys_that_are_published_but_do_not_sign_block(signed):
    bare = signed.dnskeys(SECOND, Signing(by=()))
    assert tags(parent(signed), keys(signed, bare)) == [("new_signatures_bad", ZONE)]
    by_another = SignedZone(ZONE, NOW, [*signed.keys, Signer()])
    said = by_another.dnskeys(SECOND, Signing(by=by_another.keys[1:]))
    assert tags(parent(signed), keys(signed, said)) == [("new_signatures_bad", ZONE)]
    assert WEIGHTS.weight["new_signatures_bad"] == "blocked"


def test_signatures_that_have_run_out_block(signed):
    over = signed.dnskeys(SECOND, Signing(until=NOW - dt.timedelta(days=1)))
    assert tags(parent(signed), keys(signed, over)) == [("new_signatures_bad", ZONE)]


def test_signatures_that_end_within_a_week_are_a_notice(signed):
    late = UNTIL - dt.timedelta(days=1)
    new = keys(signed, signed.dnskeys(FIRST)._replace(at=late), signed.dnskeys(SECOND)._replace(at=late))
    assert tags(parent(signed), new) == [("new_signatures_end_soon", ZONE)]
    assert WEIGHTS.weight["new_signatures_end_soon"] == "notice"


def test_altered_soa_blocks(signed):
    soa = "ns1.new.pl. host.new.pl. 7 1 1 1 60"
    altered = signed.says(SECOND, "SOA", [soa], served=[soa.replace(" 7 ", " 8 ")])
    new = keys(signed)
    answers = {**new.answers, (ZONE, "SOA"): (new.answers[ZONE, "SOA"][0], altered)}
    assert tags(parent(signed), NewZone(new.servers, answers)) == [("new_signatures_bad", ZONE)]


@pytest.mark.parametrize("how", [timeout((ZONE, "DNSKEY")), rcode("SERVFAIL", (ZONE, "DNSKEY"))])
def test_keys_that_nobody_saw_are_unknown(signed, how):
    new = keys(signed, how(signed.dnskeys(SECOND)))
    assert tags(parent(signed), new) == [("new_keys_unseen", ZONE)]
    assert WEIGHTS.weight["new_keys_unseen"] == "unknown"


def test_keys_that_were_not_asked_for_are_unknown(signed):
    new = two()
    answers = {key: said for key, said in new.answers.items() if key != (ZONE, "DNSKEY")}
    assert tags(parent(signed), NewZone(new.servers, answers)) == [("new_keys_unseen", ZONE)]


def test_server_without_the_zone_is_not_told_of_its_keys_too(signed):
    new = two(first=rcode("REFUSED"), second=rcode("REFUSED"))
    assert tags(parent(signed), new) == [("new_server_refuses", NS1), ("new_server_refuses", NS2)]


def test_algorithm_that_nobody_here_knows_is_unknown(signed):
    strange = Parent(ds=(f"12345 200 2 {'ab' * 32}",))
    assert tags(strange, keys(signed)) == [("new_signatures_unchecked", ZONE)]
    assert WEIGHTS.weight["new_signatures_unchecked"] == "unknown"


@pytest.mark.parametrize("ds", ["", "x", "12345", "12345 13 2 zz", "{name}" * 2_000])
def test_ds_that_is_none_is_never_well(signed, ds):
    assert {tag for tag, _ in tags(Parent(ds=(ds,)), keys(signed))} <= {"ds_other_keys", "new_signatures_unchecked"}
    assert tags(Parent(ds=(ds,)), keys(signed)) != []


def test_more_keys_than_are_looked_at_are_unknown(signed):
    said = signed.says(SECOND, "DNSKEY", [f"257 3 13 {number:04}" for number in range(40)], how=Signing(by=()))
    assert tags(parent(signed), keys(signed, said)) == [("new_signatures_unchecked", ZONE)]


def test_octets_that_are_no_message_are_unknown(signed):
    broken = signed.dnskeys(SECOND)._replace(whole=b"\xff" * 100)
    assert tags(parent(signed), keys(signed, broken)) == [("new_signatures_unchecked", ZONE)]


def test_answer_without_its_octets_is_judged_by_its_keys_alone(signed):
    plain = signed.dnskeys(SECOND)._replace(whole=None)
    assert tags(parent(signed), keys(signed, plain)) == []
    other = Observation(SECOND, Question(ZONE, "DNSKEY"), NOW, "NOERROR", frozenset(("AA",)))
    assert tags(parent(signed), keys(signed, other)) == [("ds_unsigned", ZONE)]
