"""What only a whole zone tells: SOA and NS, aliases beside other data, cuts, TTLs of a set, leftovers."""

import pytest

from core.zonefile import whole_zone
from core.zonefile.record import Draft, Record
from tests.zone_reading import START, ZONE, body, tags, zone

SOA = "@ 3600 IN SOA ns1.beta.example. admin.alfa.example. 1 7200 900 1209600 300\n"
NS = "@ 3600 IN NS ns1.beta.example.\n"


def found(text, dialect="master"):
    return tags(zone(text, ZONE, dialect).findings)


def test_a_zone_that_has_what_it_needs_finds_nothing():
    assert found(SOA + NS + "www 300 A 192.0.2.1\n") == []


def test_a_zone_without_soa_or_ns_is_told():
    assert found("www 300 A 192.0.2.1\n") == [(None, "no_soa"), (None, "no_ns")]
    assert found(SOA) == [(None, "no_ns")]


def test_the_soa_is_the_zones_own():
    assert found(NS + SOA.replace("@", "dev")) == [(2, "soa_not_apex")]


def test_there_is_one_soa():
    assert found(SOA + NS + SOA.replace(" 1 ", " 2 ")) == [(3, "soa_twice")]
    assert found(SOA + SOA + NS) == [(2, "duplicate")]


@pytest.mark.parametrize("dialect", ["dig", "master"])
def test_the_soa_that_closes_a_transfer_is_kept_once(dialect):
    read = zone(SOA + NS + SOA, ZONE, dialect)
    assert ([record.type for record in read.records], tags(read.findings)) == (["SOA", "NS"], [(3, "soa_closing")])


def test_a_transfer_without_its_end_is_not_whole():
    assert found(SOA + NS, "dig") == [(None, "not_whole")]
    assert found(SOA + NS + SOA.replace(" 1 ", " 2 "), "dig")[0] == (None, "not_whole")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("x 300 CNAME a\nx 300 A 192.0.2.1\n", [(3, "cname_beside")]),
        ("x 300 CNAME a\nx 300 CNAME b\n", [(4, "cname_twice")]),
        ("x 300 CNAME a\nx 300 CNAME b\nx 300 TXT c\n", [(4, "cname_twice"), (4, "cname_beside")]),
        ("@ 300 CNAME a\n", [(3, "cname_apex")]),
        ("x 300 CNAME a\nx 300 NSEC y CNAME\n", [(4, "signed_leftover")]),
        ("x 300 DNAME a\n", [(3, "dname")]),
        ("x 300 DNAME a\nx 300 DNAME b\n", [(4, "dname_twice"), (4, "dname")]),
        ("x 300 DNAME a\ny.x 300 A 192.0.2.1\n", [(3, "dname"), (4, "below_dname")]),
        ("x 300 A 192.0.2.1\nx 300 A 192.0.2.1\n", [(4, "duplicate")]),
        ("x 300 CNAME b.beta.example.\nx 300 CNAME B.beta.example.\n", [(4, "duplicate")]),
        ("x 300 TXT a\nx 300 TXT A\n", []),
        ("x 300 A 192.0.2.1\nx 600 A 192.0.2.1\n", [(4, "duplicate"), (4, "ttl_unequal")]),
        ("x 300 A 192.0.2.1\nx 600 A 192.0.2.2\n", [(4, "ttl_unequal")]),
        ("x 300 A 192.0.2.1\nx 600 AAAA 2001:db8::1\n", []),
        ("x A 192.0.2.1\nx 600 A 192.0.2.2\n", [(3, "ttl_unknown"), (4, "ttl_unequal")]),
    ],
)
def test_names_that_have_too_much(lines, told):
    assert tags(body(lines)[1]) == told


def test_records_that_are_there_twice_are_kept_once_and_the_first_is_named():
    records, findings = body("x 300 A 192.0.2.1\nX 300 IN A 192.0.2.1\n")
    assert [record.line for record in records] == [3]
    assert findings[0].values == {"name": "x.alfa.example.", "type": "A", "first": 3}


def test_unequal_ttls_stay_and_are_told():
    records, findings = body("x 300 A 192.0.2.1\nx 600 A 192.0.2.2\n")
    assert [record.ttl for record in records] == [300, 600]
    assert findings[0].values["ttls"] == "300, 600"


def test_what_lies_below_a_delegation_is_hidden_but_its_addresses_are_glue():
    lines = (
        "sub 300 NS ns.sub\nsub 300 NS ns.beta.example.\nns.sub 300 A 192.0.2.1\nns.sub 300 AAAA 2001:db8::1\n"
        "www.sub 300 A 192.0.2.2\nsub 300 MX 10 mail\nsub 300 DS 1 13 2 " + "ab" * 32 + "\nsubway 300 A 192.0.2.3\n"
    )
    assert tags(body(lines)[1]) == [(5, "glue"), (7, "below_delegation"), (8, "below_delegation")]


def test_proofs_for_certificates_are_leftovers_but_aliases_that_renewals_need():
    hash = "ab" * 16
    lines = (
        f"_acme-challenge 300 TXT x\n_cpanel-dcv-test-record 300 TXT z\n_{hash} 300 CNAME c3.d4.comodoca.com.\n"
        "_acme-challenge.www 300 CNAME y.beta.example.\n_a1 300 CNAME b2.acm-validations.aws.\n"
        "www 300 CNAME sectigo.com.\n"
    )
    assert tags(body(lines)[1]) == [(number, "leftover") for number in range(3, 6)]


def test_a_dump_of_a_signed_zone_is_told_once():
    lines = (
        "@ 300 DNSKEY 257 3 13 AAAA\n@ 300 NSEC www NS SOA\n"
        "@ 300 RRSIG SOA 13 2 300 20261201000000 20261101000000 1 @ AAAA\n"
        "@ 600 RRSIG NS 13 2 600 20261201000000 20261101000000 1 @ AAAA\n"
    )
    records, findings = body(lines)
    assert len(records) == 4
    assert [(one.line, one.tag, one.values["records"]) for one in findings] == [(3, "signed_leftover", 4)]


def test_ttls_that_nobody_says_are_told_once_with_their_count():
    _, findings = body("a A 192.0.2.1\nb A 192.0.2.2\nc 300 A 192.0.2.3\n")
    assert [(one.line, one.tag, one.values["records"]) for one in findings] == [(3, "ttl_unknown", 2)]


def test_an_automatic_ttl_is_not_told_as_missing():
    assert found(SOA + NS + "a 1 A 192.0.2.1\n", "cloudflare") == [(3, "ttl_automatic")]


def test_a_zone_of_nobody_is_checked_as_far_as_it_goes():
    draft = Draft("", records=[Record("www.alfa.example.", 300, "A", "192.0.2.1", 1)])
    whole_zone.check(draft)
    assert draft.findings == []


def test_many_names_below_many_cuts_take_no_time():
    draft = Draft(ZONE)
    deep = ".".join(["x"] * 100)
    for number in range(3_000):
        draft.records.append(Record(f"s{number}.{ZONE}", 300, "NS", f"ns.s{number}.{ZONE}", number))
        draft.records.append(Record(f"{deep}.s{number}.{ZONE}", 300, "A", "192.0.2.1", number))
    whole_zone.check(draft)
    assert sum(found.tag == "below_delegation" for found in draft.findings) == 3_000


def test_start_is_a_zone():
    assert found(START) == []
