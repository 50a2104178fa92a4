"""DNSSEC judged at a zone's own servers: each fault by its own name, whatever somebody's keys are like."""

import datetime as dt

import dns.dnssec
import dns.rdata
import dns.rrset
import pytest
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from core.dns.judging import signature_proof
from core.dns.judging.dnssec_findings import signature_findings
from core.dns.observation import Observation, Question, Rrset, Server
from tests.signing import SINCE, UNTIL, USUAL, SignedZone, Signer, Signing

ZONE, WWW = "firma.pl", "www.firma.pl"
NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
SERVER = Server("authoritative", "127.0.4.1", name="ns1.new.pl")
SOA = "ns1.new.pl. host.new.pl. 7 1 1 1 60"
NSEC = "a.firma.pl. A SOA RRSIG NSEC"
LATER, EARLIER = NOW + dt.timedelta(days=1), NOW - dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(scope="module")
def zone():
    return SignedZone(ZONE, NOW)


def found(answers, ds, now=NOW):
    return list(signature_findings(ZONE, SERVER, answers, frozenset(ds), now))


def tags(answers, ds, now=NOW):
    return [finding.tag for finding in found(answers, ds, now)]


def whole(zone, how=USUAL, **more):
    return [zone.dnskeys(SERVER, how), zone.says(SERVER, "SOA", [SOA], how=how, **more)]


def test_zone_that_is_signed_as_its_ds_says_has_no_fault(zone):
    assert tags([*whole(zone), zone.says(SERVER, "A", ["192.0.2.1"], WWW)], zone.ds) == []


@pytest.mark.parametrize("algorithm", ["RSASHA256", "ECDSAP256SHA256", "ED25519"])
def test_every_usual_algorithm_is_checked(algorithm):
    zone = SignedZone(ZONE, NOW, [Signer(algorithm)])
    assert tags(whole(zone), zone.ds) == []
    altered = zone.says(SERVER, "A", ["192.0.2.1"], WWW, served=["192.0.2.66"])
    assert tags([*whole(zone), altered], zone.ds) == ["signature_wrong"]


def test_where_the_parent_has_no_ds_nothing_is_a_fault(zone):
    over = Signing(until=EARLIER)
    altered = zone.says(SERVER, "A", ["192.0.2.1"], WWW, served=["192.0.2.66"])
    assert tags([*whole(zone, over), altered], []) == []


def test_signatures_that_have_run_out_are_expired_and_no_matter_of_the_ds(zone):
    (one,) = found(whole(zone, Signing(until=EARLIER)), zone.ds)
    assert (one.tag, one.values) == ("signature_expired", {"records": f"DNSKEY {ZONE}, SOA {ZONE}", "at": EARLIER})


def test_signatures_of_the_future_are_not_yet_good(zone):
    (one,) = found(whole(zone, Signing(since=LATER)), zone.ds)
    assert (one.tag, one.values["at"]) == ("signature_not_yet", LATER)


def test_signatures_are_soon_to_expire_in_the_last_seven_days(zone):
    week = UNTIL - dt.timedelta(days=7)
    assert tags(whole(zone), zone.ds, week) == []
    (one,) = found(whole(zone), zone.ds, week + MINUTE)
    assert (one.tag, one.values["at"]) == ("signature_expires", UNTIL)


def test_clocks_may_differ_by_five_minutes(zone):
    assert tags(whole(zone), zone.ds, UNTIL + 4 * MINUTE) == ["signature_expires"]
    assert tags(whole(zone), zone.ds, UNTIL + 6 * MINUTE) == ["signature_expired"]
    assert tags(whole(zone), zone.ds, SINCE - 4 * MINUTE) == []
    assert tags(whole(zone), zone.ds, SINCE - 6 * MINUTE) == ["signature_not_yet"]


def test_one_good_signature_beside_an_expired_one_is_enough(zone):
    expired = zone.says(SERVER, "SOA", [SOA], how=Signing(until=EARLIER))
    good = zone.says(SERVER, "SOA", [SOA])
    both = [dns.rrset.from_text(f"{ZONE}.", 60, "IN", type, *rrset_values(type, expired, good)) for type in BOTH]
    answer = zone.observed(SERVER, Question(ZONE, "SOA"), both)
    assert tags([zone.dnskeys(SERVER), answer], zone.ds) == []


BOTH = ("SOA", "RRSIG")


def rrset_values(type, *observations):
    values = {value for o in observations for rrset in o.answer if rrset.type == type for value in rrset.values}
    # Names stand there without their last dot.
    return [value.replace("new.pl", "new.pl.").replace("firma.pl", "firma.pl.") for value in sorted(values)]


def test_record_altered_after_it_was_signed_does_not_fit(zone):
    altered = zone.says(SERVER, "A", ["192.0.2.1"], WWW, served=["192.0.2.66"])
    (one,) = found([*whole(zone), altered], zone.ds)
    assert (one.tag, one.values["records"]) == ("signature_wrong", f"A {WWW}")


def test_text_is_compared_as_it_was_signed_however_it_is_split(zone):
    text = zone.says(SERVER, "TXT", ['"v=spf1 " "-all"'])
    assert tags([*whole(zone), text], zone.ds) == []
    # The same letters in another split are other octets.
    split = zone.says(SERVER, "TXT", ['"v=spf1 " "-all"'], served=['"v=spf1 -all"'])
    assert tags([*whole(zone), split], zone.ds) == ["signature_wrong"]


def test_record_made_from_a_wildcard_fits_its_signature(zone):
    assert tags([*whole(zone), zone.says(SERVER, "A", ["192.0.2.1"], WWW, owner=f"*.{ZONE}")], zone.ds) == []


def test_record_without_a_signature_in_a_signed_zone_is_told(zone):
    bare = zone.says(SERVER, "A", ["192.0.2.1"], WWW, how=Signing(by=()))
    (one,) = found([*whole(zone), bare], zone.ds)
    assert (one.tag, one.values["records"]) == ("signature_missing", f"A {WWW}")


def test_zone_below_on_the_same_server_signs_for_itself_or_not_at_all(zone):
    below = SignedZone(f"shop.{ZONE}", NOW)
    signed_below = below.says(SERVER, "A", ["192.0.2.1"], f"shop.{ZONE}")
    assert tags([*whole(zone), signed_below], zone.ds) == []
    rrsets = [dns.rrset.from_text(f"shop.{ZONE}.", 60, "IN", "A", "192.0.2.1")]
    cut = [dns.rrset.from_text(f"shop.{ZONE}.", 60, "IN", "NS", "ns1.new.pl.")]
    unsigned = zone.observed(SERVER, Question(f"shop.{ZONE}", "A"), rrsets, cut)
    assert tags([*whole(zone), unsigned], zone.ds) == []
    policy = zone.says(SERVER, "TXT", ["v=DMARC1"], f"_dmarc.{ZONE}", how=Signing(by=()))
    assert tags([*whole(zone), policy], zone.ds) == []


def test_signature_by_a_key_that_the_server_does_not_have_is_told(zone):
    foreign = zone.says(SERVER, "A", ["192.0.2.1"], WWW, how=Signing(by=[Signer()]))
    assert tags([*whole(zone), foreign], zone.ds) == ["signature_without_key"]


def test_denial_must_be_signed(zone):
    proven = zone.says(SERVER, "MX", [], WWW, proof=[("SOA", SOA), ("NSEC", NSEC)])
    assert tags([*whole(zone), proven], zone.ds) == []
    bare = zone.says(SERVER, "MX", [], WWW, proof=[("SOA", SOA)])
    (one,) = found([*whole(zone), bare], zone.ds)
    assert (one.tag, one.values["records"]) == ("denial_unsigned", f"MX {WWW}")
    over = zone.says(SERVER, "MX", [], WWW, proof=[("SOA", SOA), ("NSEC", NSEC)], how=Signing(until=EARLIER))
    assert tags([zone.dnskeys(SERVER), over], zone.ds) == ["signature_expired"]


def test_ds_of_another_key_is_told_as_that_and_not_as_signatures(zone):
    other = Signer()
    (one,) = found(whole(zone), [other.ds(ZONE)])
    assert (one.tag, one.values["key_tags"]) == ("ds_without_key", str(dns.dnssec.key_id(other.dnskey)))


def test_zone_that_is_not_signed_at_all_has_one_fault_under_a_ds(zone):
    bare = SignedZone(ZONE, NOW, [])
    answers = [bare.says(SERVER, "DNSKEY", [], proof=[("SOA", SOA)]), bare.says(SERVER, "SOA", [SOA])]
    assert tags(answers, zone.ds) == ["ds_without_key"]


def test_ds_of_a_key_that_is_there_and_signs_nothing_is_told():
    standby, active = Signer("RSASHA256"), Signer()
    zone = SignedZone(ZONE, NOW, [standby, active])
    only_active = Signing(by=[active])
    answers = [zone.dnskeys(SERVER, only_active), zone.says(SERVER, "SOA", [SOA], how=only_active)]
    assert tags(answers, [standby.ds(ZONE)]) == ["ds_key_does_not_sign"]
    # Where another DS leads to the key that signs, only some resolvers insist on every algorithm.
    (one,) = found(answers, [standby.ds(ZONE), active.ds(ZONE)])
    assert (one.tag, one.values["key_tags"]) == ("ds_algorithm_unused", str(dns.dnssec.key_id(standby.dnskey)))


def test_ds_whose_algorithm_signs_the_keys_alone_is_not_enough_for_every_resolver():
    ksk, zsk = Signer("RSASHA256"), Signer()
    zone = SignedZone(ZONE, NOW, [ksk, zsk])
    answers = [zone.dnskeys(SERVER, Signing(by=[ksk])), zone.says(SERVER, "SOA", [SOA], how=Signing(by=[zsk]))]
    assert tags(answers, [ksk.ds(ZONE)]) == ["ds_algorithm_unused"]


def test_keys_signed_by_a_key_with_a_ds_may_sign_the_rest():
    ksk, zsk = Signer(), Signer()
    zone = SignedZone(ZONE, NOW, [ksk, zsk])
    answers = [zone.dnskeys(SERVER, Signing(by=[ksk])), zone.says(SERVER, "SOA", [SOA], how=Signing(by=[zsk]))]
    assert tags(answers, [ksk.ds(ZONE)]) == []
    # The other way round the keys are signed by one without a DS.
    answers = [zone.dnskeys(SERVER, Signing(by=[zsk])), zone.says(SERVER, "SOA", [SOA], how=Signing(by=[zsk]))]
    assert tags(answers, [ksk.ds(ZONE)]) == ["ds_key_does_not_sign"]


def test_ds_of_a_digest_or_an_algorithm_that_is_not_known_here_cannot_be_checked(zone):
    tag, algorithm, digest, octets = zone.keys[0].ds(ZONE).split()
    for unknown in (f"{tag} {algorithm} 99 {octets}", f"{tag} 23 {digest} {octets}", f"{tag} 1 {digest} {octets}"):
        assert tags(whole(zone), [unknown]) == ["signatures_unchecked"]
    # RFC 6840 s. 5.2: beside one that is known it is as if it were not there.
    assert tags(whole(zone), [f"{tag} {algorithm} 99 {octets}", *zone.ds]) == []
    assert tags(whole(zone), [f"{tag} {algorithm} 99 {octets}", Signer().ds(ZONE)]) == ["ds_without_key"]


def test_ds_with_sha1_is_still_one(zone):
    assert tags(whole(zone), [zone.keys[0].ds(ZONE, "SHA1")]) == []


def test_revoked_key_leads_nowhere():
    key = Signer()
    revoked = replace_flags(key.dnskey, 257 | 128)
    zone = SignedZone(ZONE, NOW, [key])
    answer = zone.says(SERVER, "DNSKEY", [revoked.to_text()])
    ds = dns.dnssec.make_ds(f"{ZONE}.", revoked, "SHA256").to_text()
    assert "ds_without_key" in tags([answer], [ds])


def replace_flags(key: DNSKEY, flags: int) -> DNSKEY:
    return key.replace(flags=flags)


def test_server_that_was_not_asked_for_its_keys_has_no_fault_of_keys(zone):
    silent = Observation(SERVER, Question(ZONE, "DNSKEY"), NOW, failure="timeout")
    assert tags([zone.says(SERVER, "SOA", [SOA])], zone.ds) == []
    assert tags([silent, zone.says(SERVER, "SOA", [SOA])], zone.ds) == []


def test_server_that_refuses_edns_gives_nobody_signatures(zone):
    plain = replace_whole(zone.dnskeys(SERVER, Signing(by=())), None, "none")
    assert tags([plain], zone.ds) == ["signature_missing"]
    # Asked without signatures for another reason, it shows nothing.
    assert tags([plain._replace(extension="nsid")], zone.ds) == []


def replace_whole(o, octets, extension="nsid"):
    return o._replace(whole=octets, extension=extension)


@pytest.mark.parametrize("octets", [b"", b"x", b"\0" * 600, b"\xff" * 20_000])
def test_message_that_cannot_be_read_is_said_to_be_unchecked(zone, octets):
    answers = [zone.dnskeys(SERVER), replace_whole(zone.says(SERVER, "SOA", [SOA]), octets)]
    assert tags(answers, zone.ds) == ["signatures_unchecked"]


def test_keys_and_ds_that_are_none_do_not_crash(zone):
    garbage = Rrset(ZONE, "DNSKEY", 60, ("257 3 13 !!", "257 3 15 AA==", "257 3 8", "x", "257 3 253 AA=="))
    answers = [zone.dnskeys(SERVER)._replace(answer=(garbage,)), zone.says(SERVER, "SOA", [SOA])]
    for ds in ("nonsense", "1 15 0 00", "1 15 2 00", "70000 15 2 " + "ab" * 32):
        assert "ds_without_key" in tags(answers, [ds])


# -- The work is bounded (CVE-2023-50387)


def same_tag(key: DNSKEY, count: int) -> list[DNSKEY]:
    """Keys with one tag: two halves of a key's octets may change places, as the tag is a sum."""
    octets = key.key
    return [
        key.replace(key=octets[2 * n : 2 * n + 2] + octets[: 2 * n] + octets[2 * n + 2 :]) for n in range(1, count + 1)
    ]


def test_many_keys_of_one_tag_and_many_signatures_are_tried_a_few_times_only(monkeypatch):
    tried = []

    def counted(rrset, signature, keys, **more):
        tried.append(sum(len(rdataset) for rdataset in keys.values()))
        raise dns.dnssec.ValidationFailure

    monkeypatch.setattr(dns.dnssec, "validate_rrsig", counted)
    signature_proof._worth.cache_clear()
    key = Signer()
    zone = SignedZone(ZONE, NOW, [key])
    many = same_tag(key.dnskey, 15)
    assert len({dns.dnssec.key_id(one) for one in many}) == 1
    answers = [zone.says(SERVER, "DNSKEY", [one.to_text() for one in many])]
    # Different hours, so that no two signatures are one.
    for number in range(40):
        rrsigs = [
            zone.says(SERVER, "A", ["192.0.2.1"], f"w{number}.{ZONE}", Signing(until=UNTIL + n * MINUTE))
            .answer[1]
            .values[0]
            for n in range(20)
        ]
        rrsigs = [value.replace("firma.pl", "firma.pl.") for value in rrsigs]
        sets = [
            dns.rrset.from_text(f"w{number}.{ZONE}.", 60, "IN", "A", "192.0.2.1"),
            dns.rrset.from_text(f"w{number}.{ZONE}.", 60, "IN", "RRSIG", *rrsigs),
        ]
        answers.append(zone.observed(SERVER, Question(f"w{number}.{ZONE}", "A"), sets))
    ds = dns.dnssec.make_ds(f"{ZONE}.", many[0], "SHA256").to_text()
    assert tags(answers, [ds]) == ["signatures_unchecked"]
    assert tried and max(tried) <= signature_proof.SAME_TAG and sum(tried) <= signature_proof.MOST_TRIED
    signature_proof._worth.cache_clear()


def test_more_records_than_any_zone_shows_are_not_looked_at(zone):
    few, many = (
        [zone.says(SERVER, "A", [f"192.0.2.{n}" for n in range(60)], f"w{m}.{ZONE}") for m in range(count)]
        for count in (4, 9)
    )
    assert tags([*whole(zone), *few], zone.ds) == []
    assert tags([*whole(zone), *many], zone.ds) == ["signatures_unchecked"]


def test_more_keys_or_ds_than_any_zone_has_are_not_looked_at(zone):
    more = same_tag(Signer().dnskey, 15) + same_tag(Signer().dnskey, 15) + same_tag(Signer().dnskey, 2)
    assert tags([zone.dnskeys(SERVER, more=more)], zone.ds) == ["signatures_unchecked"]
    assert tags([zone.dnskeys(SERVER, more=more[1:])], zone.ds) == []
    many = [f"{n} 15 2 {'ab' * 32}" for n in range(16)]
    assert tags([zone.dnskeys(SERVER)], [*zone.ds, *many]) == ["signatures_unchecked"]


def test_rsa_key_whose_exponent_would_cost_much_is_not_tried():
    key = Signer("RSASHA256")
    octets = key.dnskey.key
    dear = key.dnskey.replace(key=bytes([64]) + b"\xff" * 64 + octets[4:])
    long = key.dnskey.replace(key=octets + b"\xff" * 1000)
    for one in (dear, long):
        signer = Signer("RSASHA256")
        object.__setattr__(signer, "__dict__", {**vars(signer), "private": key.private, "dnskey": one})
        zone = SignedZone(ZONE, NOW, [signer])
        assert tags([zone.dnskeys(SERVER)], [dns.dnssec.make_ds(f"{ZONE}.", one, "SHA256").to_text()]) == [
            "signatures_unchecked"
        ]


def test_findings_name_a_few_records_and_say_that_there_are_more(zone):
    answers = [zone.says(SERVER, "A", ["192.0.2.1"], f"w{n}.{ZONE}", how=Signing(by=())) for n in range(9)]
    (one,) = found([*whole(zone), *answers], zone.ds)
    assert one.values["records"].endswith(", …") and one.values["records"].count(ZONE) == 6
