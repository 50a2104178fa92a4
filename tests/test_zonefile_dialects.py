"""What is peculiar in each provider's export and each panel's table, by samples of our own making."""

import json

import pytest

from core.zonefile.hestia_zone import read_hestia
from core.zonefile.plesk_zone import read_elements
from core.zonefile.reading import read
from tests.zone_asked import ZONE, found, records, refused

# -- Cloudflare, cPanel, GoDaddy, OVH, Hetzner, cli53, dig


def test_cloudflare_soa_without_a_dot_automatic_ttl_and_proxied_record():
    zone = read(
        ";; Domain:     alfa.example.\n"
        "alfa.example\t3600\tIN\tSOA\tns.beta.example. dns.beta.example. 1 2 3 4 5\n"
        "www.alfa.example.\t1\tIN\tA\t192.0.2.1 ; cf_tags=cf-proxied:true\n"
    )
    assert records(zone)[0][:3] == ("", 3600, "SOA")
    # The origin stands in the record; what the world sees is Cloudflare's.
    assert records(zone)[1] == ("www.", None, "A", "192.0.2.1")
    assert found(zone, "ttl_automatic") and found(zone, "proxied")


def test_cpanel_undotted_apex_key_in_parentheses_and_proofs_of_certificates():
    zone = read(
        "; cPanel first:118.0.0 (update_time):1 Cpanel::ZoneFile::VERSION:1.3 hostname:h latest:1\n"
        "$TTL 14400\n"
        "alfa.example.\t86400\tIN\tSOA\tns1.beta.example.\troot.beta.example.\t(\n\t1 ;serial\n\t2\n\t3\n\t4\n\t5 )\n"
        "alfa.example IN A 192.0.2.1\n"
        'default._domainkey IN TXT ( "v=DKIM1; k=rsa; p=aaa"\n\t"bbb" )\n'
        '_cpanel-dcv-test-record IN TXT "x"\n',
        ZONE,
    )
    assert records(zone)[1:3] == [
        ("", 14400, "A", "192.0.2.1"),
        ("default._domainkey.", 14400, "TXT", '"v=DKIM1; k=rsa; p=aaa" "bbb"'),
    ]
    assert found(zone, "undotted_apex") and found(zone, "leftover")


def test_godaddy_at_signs_and_targets_without_a_dot():
    zone = read(
        "; Domain: alfa.example\n; Exported (y-m-d hh:mm:ss): 2026-11-29 10:00:00\n$ORIGIN alfa.example.\n"
        "www\t3600\t IN \tCNAME\t@\n_sip._tls.@\t3600\t IN \tSRV\t100\t1\t443\tsip.beta.example\n"
    )
    assert records(zone) == [
        ("www.", 3600, "CNAME", "alfa.example."),
        ("_sip._tls.", 3600, "SRV", "100 1 443 sip.beta.example."),
    ]
    assert found(zone, "at_sign") and found(zone, "undotted_meant")


def test_ovh_types_of_its_own_and_pages_in_texts():
    zone = read(
        "$TTL 3600\n@\tIN SOA dns100.ovh.net. tech.ovh.net. (1 86400 3600 3600000 300)\n"
        '        IN NS     ns100.ovh.net.\n        IN SPF    "v=spf1 include:mx.ovh.com ~all"\n'
        'x._domainkey IN DKIM ( "v=DKIM1;p=abc" )\n_dmarc IN DMARC "v=DMARC1;p=none"\n'
        'www IN TXT "1|www.alfa.example"\n',
        ZONE,
    )
    assert zone.dialect == "ovh"
    assert [r[2] for r in records(zone)] == ["SOA", "NS", "TXT", "TXT", "TXT", "TXT"]
    assert len(found(zone, "pseudo_text")) == 3 and found(zone, "ovh_page")[0]["line"] == 7


def test_hetzner_class_stands_before_the_ttl():
    zone = read(
        ";; Exported on 2026-11-29T12:00:00Z\n$ORIGIN\talfa.example.\n$TTL\t86400\n@ IN 10800 NS ns.beta.example.\n"
    )
    assert records(zone) == [("", 10800, "NS", "ns.beta.example.")]


def test_cli53_alias_and_routing_are_findings():
    zone = read(
        "$ORIGIN alfa.example.\n@\t86400\tAWS\tALIAS\tA d1.cloudfront.net. Z2 false\n"
        'w\t60\tIN\tA\t192.0.2.1 ; AWS routing="WEIGHTED" weight=1 identifier="a"\n'
    )
    assert [r[2:] for r in records(zone)] in ([], [("A", "192.0.2.1")])
    assert found(zone, "pseudo_type") and found(zone, "aws_routing")


def test_dig_says_the_soa_twice_and_what_breaks_off():
    soa = "alfa.example.\t3600\tIN\tSOA\tns. x. 1 2 3 4 5\n"
    whole = f"; <<>> DiG 9.18 <<>> axfr alfa.example\n{soa}alfa.example.\t60\tIN\tA\t192.0.2.1\n{soa}"
    assert [r[2] for r in records(read(whole))] == ["SOA", "A"]
    assert found(read(whole.removesuffix(soa)), "not_whole")


# -- Route 53


def route53(*sets, **more):
    return json.dumps({"ResourceRecordSets": list(sets), **more}, indent=2)


def one(name="alfa.example.", kind="A", values=("192.0.2.1",), ttl=300, **more):
    return {"Name": name, "Type": kind, "TTL": ttl, "ResourceRecords": [{"Value": v} for v in values], **more}


def test_route53_octal_escapes_are_letters():
    zone = read(route53(one("\\052.alfa.example."), one(kind="TXT", values=['"\\303\\263 \\134 \\"q\\"" "b"'])), ZONE)
    assert records(zone) == [("*.", 300, "A", "192.0.2.1"), ("", 300, "TXT", '"\\195\\179 \\\\ \\"q\\"" "b"')]


def test_route53_alias_is_a_finding_with_its_target_and_no_record():
    alias = {"HostedZoneId": "Z2", "DNSName": "d1.cloudfront.net.", "EvaluateTargetHealth": False}
    zone = read(route53(one(), {"Name": "alfa.example.", "Type": "AAAA", "AliasTarget": alias}), ZONE)
    assert [r[2] for r in records(zone)] == ["A"]
    (told,) = found(zone, "route53_alias")
    assert (told["target"], told["type"], told["line"]) == ("d1.cloudfront.net.", "AAAA", 14)


@pytest.mark.parametrize(
    ("key", "value", "policy"),
    [
        ("Weight", 0, "weighted"), ("Region", "eu-central-1", "latency"), ("Failover", "PRIMARY", "failover"),
        ("GeoLocation", {"CountryCode": "PL"}, "geolocation"), ("GeoProximityLocation", {}, "geoproximity"),
        ("CidrRoutingConfig", {}, "cidr"), ("TrafficPolicyInstanceId", "x", "traffic policy"),
    ],
)  # fmt: skip
def test_route53_sets_that_some_get_are_findings(key, value, policy):
    zone = read(route53(one(SetIdentifier="a", **{key: value})), ZONE)
    (told,) = found(zone, "route53_routing")
    assert (told["policy"], told["set"], told["held"], records(zone)) == (policy, "a", "192.0.2.1", [])


def test_route53_says_what_it_is_not():
    zone = read(route53(one(MultiValueAnswer=True, HealthCheckId="h"), IsTruncated=True), ZONE)
    assert records(zone) and found(zone, "route53_multivalue") and found(zone, "route53_truncated")
    private = route53(one(), HostedZone={"Name": "alfa.example.", "Config": {"PrivateZone": True}})
    assert read(private).origin == "alfa.example." and found(read(private), "route53_private")


def test_route53_zone_is_that_of_its_soa():
    soa = one(kind="SOA", values=["ns. x. 1 2 3 4 5"])
    assert read(route53(soa)).origin == "alfa.example."
    assert refused(route53(one()), "") == ("origin", "error.zone_origin_unsaid", {})


def test_route53_elements_that_are_no_sets_are_told():
    zone = read(route53(one(), "x", {"Name": 7}, None, {"Name": "b.alfa.example.", "Type": "A"}), ZONE)
    assert len(records(zone)) == 1 and len(found(zone, "element_unreadable")) == 4


def test_route53_names_and_targets_are_absolute_without_a_dot():
    zone = read(route53(one("www.alfa.example", "CNAME", ["beta.example"])), ZONE)
    assert records(zone) == [("www.", 300, "CNAME", "beta.example.")]


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ('{"ResourceRecordSets": [}', "error.zone_json"),
        ('{"a": 1}', "error.zone_json_unknown"),
        ("[" * 100_000, "error.zone_nested"),
        ('{"a": NaN}', "error.zone_nested"),
        ('{"ResourceRecordSets": [], "ResourceRecordSets": []}', "error.zone_key_twice"),
    ],
)
def test_broken_json_ends_in_words(text, id):
    assert refused(text)[:2] == ("zone", id)


def test_huge_numbers_of_json_are_no_ttl():
    zone = read(route53(one()).replace("300", "9" * 50_000), ZONE)
    assert [r[1] for r in records(zone)] == [None]


def test_route53_change_batch_says_what_is_taken_off():
    batch = [
        {"Action": action, "ResourceRecordSet": one(f"{action.lower()}.alfa.example.")}
        for action in ("CREATE", "UPSERT", "DELETE", "MERGE")
    ]
    zone = read(json.dumps({"Changes": [*batch, {"Action": "DELETE"}, "x"]}, indent=1), ZONE)
    assert [r[0] for r in records(zone)] == ["create.", "upsert."]
    assert [told["name"] for told in found(zone, "route53_deleted")] == ["delete.alfa.example."]
    assert len(found(zone, "element_unreadable")) == 3


# -- octoDNS


def test_octodns_apex_lists_values_and_escaped_semicolons():
    zone = read(
        "---\n'':\n  - type: A\n    ttl: 300\n    values:\n    - 192.0.2.1\n    - 192.0.2.2\n"
        "  - type: MX\n    ttl: 300\n    values:\n    - preference: 10\n      exchange: mail.alfa.example.\n"
        "    - priority: 20\n      value: mx.beta.example.\n"
        "_dmarc:\n  type: TXT\n  value: v=DMARC1\\; p=none\n",
        ZONE,
    )
    assert records(zone) == [
        ("", 300, "A", "192.0.2.1"),
        ("", 300, "A", "192.0.2.2"),
        ("", 300, "MX", "10 mail.alfa.example."),
        ("", 300, "MX", "20 mx.beta.example."),
        # Which TTL is the default one only octoDNS' settings say.
        ("_dmarc.", None, "TXT", '"v=DMARC1; p=none"'),
    ]
    assert [r.line for r in zone.records] == [6, 7, 11, 13, 17]
    assert found(zone, "ttl_unknown")


def test_octodns_other_types():
    zone = read(
        "'':\n- type: CAA\n  value: {tag: issue, value: letsencrypt.org}\n"
        "- {type: SSHFP, value: {algorithm: 1, fingerprint_type: 1, fingerprint: " + "ab" * 20 + "}}\n"
        "_s._tcp: {type: SRV, value: {priority: 1, weight: 2, port: 3, target: sip.beta.example.}}\n"
        "n:\n  type: NAPTR\n"
        "  value: {order: 10, preference: 100, flags: S, service: SIP+D2U, regexp: '', replacement: .}\n"
        "alias: {type: ALIAS, value: beta.example.}\n",
        ZONE,
    )
    assert [r[2:] for r in records(zone)] == [
        ("CAA", '0 issue "letsencrypt.org"'),
        ("SSHFP", "1 1 " + "ab" * 20),
        ("SRV", "1 2 3 sip.beta.example."),
        ("NAPTR", '10 100 "S" "SIP+D2U" "" .'),
    ]
    assert found(zone, "pseudo_type")


def test_octodns_options_are_findings():
    zone = read(
        "www:\n  octodns:\n    cloudflare:\n      proxied: true\n  type: A\n  value: 192.0.2.1\n"
        "old:\n  octodns: {ignored: true}\n  type: A\n  value: 192.0.2.2\n"
        "geo:\n  geo: {PL: [192.0.2.9]}\n  type: A\n  value: 192.0.2.3\n",
        ZONE,
    )
    assert [r[0] for r in records(zone)] == ["www.", "geo."]
    assert found(zone, "octodns_option")[0]["options"] == "cloudflare.proxied=true"
    assert found(zone, "octodns_ignored") and found(zone, "octodns_dynamic")


def test_names_that_yaml_takes_for_truth_and_numbers_stay_names():
    zone = read(
        "no: {type: A, value: 192.0.2.1}\n1e3: {type: A, value: 192.0.2.1}\n'~': {type: A, value: 192.0.2.1}\n", ZONE
    )
    assert [r[0] for r in records(zone)] == ["no.", "1e3.", "~."]


def test_octodns_key_that_stands_twice_is_told_and_the_last_one_taken():
    zone = read("www: {type: A, value: 192.0.2.1}\nwww: {type: A, value: 192.0.2.2}\n", ZONE)
    assert [r[3] for r in records(zone)] == ["192.0.2.2"] and found(zone, "key_twice") == [{"line": 1, "name": "www"}]


def test_octodns_target_without_a_dot_and_elements_that_are_none():
    zone = read(
        "www: {type: CNAME, value: beta.example}\nx: 7\ny: {type: MX, value: {exchange: a.}}\nz: {type: A}\n", ZONE
    )
    assert records(zone) == [("www.", None, "CNAME", "beta.example.")]
    assert found(zone, "octodns_undotted") and len(found(zone, "element_unreadable")) == 3


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("a: &x [1]\nb: *x\nc: {type: A}\n", "error.zone_yaml_alias"),
        ("www: {type: A, value: [192.0.2.1}\n", "error.zone_yaml"),
        ("www: {type: A}\n---\nx: {type: A}\n", "error.zone_yaml"),
        ("www: {type: A, x: " + "[" * 20 + "]" * 20 + "}\n", "error.zone_nested"),
        ("www:\n  type: A\n" + "#" * 4_000_000, "error.zone_long"),
    ],
)
def test_broken_yaml_ends_in_words(text, id):
    assert refused(text)[:2] == ("zone", id)


def test_tags_of_yaml_do_nothing():
    zone = read("www: {type: A, value: !!python/object/apply:os.system ['x']}\n", ZONE)
    assert not [r for r in records(zone) if r[3] != "x"]


# -- Forpsi


def test_forpsi_columns_stand_in_any_order_and_names_have_no_dot():
    zone = read(
        "type;VALUE;Hostname;TTL\nMX;10 mail.alfa.example;alfa.example;1800\n"
        'TXT;"v=DMARC1; p=none";_dmarc.alfa.example;60\n'
        "A;192.0.2.1;*.alfa.example;60\n",
        ZONE,
    )
    assert records(zone) == [
        ("", 1800, "MX", "10 mail.alfa.example."),
        ("_dmarc.", 60, "TXT", '"v=DMARC1; p=none"'),
        ("*.", 60, "A", "192.0.2.1"),
    ]


def test_quotation_mark_that_is_not_closed_takes_no_line_along():
    zone = read('Hostname;TTL;Type;Value\na.alfa.example;60;TXT;"v=spf1\nb.alfa.example;60;A;192.0.2.1\n', ZONE)
    assert ("b.", 60, "A", "192.0.2.1") in records(zone)


# -- Plesk


def test_plesk_words_before_the_value():
    rows = [
        {"type": "MX", "src": "alfa.example.", "dst": "mail.alfa.example.", "opt": "10"},
        {"type": "SRV", "src": "_sip._tcp", "dst": "sip.alfa.example", "opt": "1 2 5060", "ttl": "300"},
        {"type": "CAA", "src": "alfa.example", "dst": "letsencrypt.org", "opt": "0 issue"},
        {"type": "TXT", "src": "alfa.example.", "dst": "v=spf1 +a +mx -all"},
    ]
    assert records(read_elements(rows, ZONE)) == [
        ("", None, "MX", "10 mail.alfa.example."),
        ("_sip._tcp.", 300, "SRV", "1 2 5060 sip.alfa.example."),
        ("", None, "CAA", '0 issue "letsencrypt.org"'),
        ("", None, "TXT", '"v=spf1 +a +mx -all"'),
    ]


def test_plesk_what_is_no_record_of_the_zone():
    rows = [
        {"type": "PTR", "src": "192.0.2.1", "dst": "alfa.example.", "opt": "24"},
        {"type": "master", "src": "", "dst": "192.0.2.53"},
        {"type": "A", "src": "x", "dst": "192.0.2.1", "status": "disabled"},
        {"type": "A", "src": "y", "dst": "dupa"},
        {},
    ]
    zone = read_elements(rows, ZONE)
    assert records(zone) == []
    assert {finding.tag for finding in zone.findings} >= {"plesk_ptr", "plesk_master", "record_suspended", "no_address"}


def test_plesk_fields_are_attributes_or_elements_and_the_zone_is_the_domains():
    text = (
        '<migration-dump><domain name="beta.example"><dns-zone><dnsrec type="A" src="b" dst="192.0.2.9"/></dns-zone>'
        '</domain><domain name="alfa.example"><properties><dns-zone><dnsrec><type>MX</type><src>alfa.example.</src>'
        "<dst>mail.alfa.example.</dst><opt>10</opt></dnsrec></dns-zone></properties></domain></migration-dump>"
    )
    assert records(read(text, ZONE)) == [("", None, "MX", "10 mail.alfa.example.")]
    assert refused(text, "")[1] == "error.zone_xml_several"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("<a>", "error.zone_xml"),
        ("<a/>", "error.zone_xml_none"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "error.zone_xml"),
        ("<a>" * 50_000, "error.zone_xml"),
    ],
)
def test_broken_xml_ends_in_words(text, id):
    assert refused(text)[:2] == ("zone", id)


# -- HestiaCP


def test_hestia_ttl_of_the_domain_is_that_of_its_records():
    domain = "DOMAIN='alfa.example' IP='192.0.2.1' TPL='default' TTL='14400' SOA='ns1.beta.example' SUSPENDED='no'"
    text = (
        f"{domain}\n"
        "ID='1' RECORD='@' TYPE='MX' PRIORITY='10' VALUE='mail.alfa.example.' SUSPENDED='no'\n"
        "ID='2' RECORD='www' TYPE='A' PRIORITY='' VALUE='192.0.2.1' SUSPENDED='no' TTL='300'\n"
        "ID='3' RECORD='@' TYPE='TXT' PRIORITY='' VALUE='\"it%quote%s; x\"' SUSPENDED='no'\n"
    )
    expected = [
        ("", 14400, "MX", "10 mail.alfa.example."),
        ("www.", 300, "A", "192.0.2.1"),
        ("", 14400, "TXT", '"it\'s; x"'),
    ]
    assert records(read_hestia(text)) == records(read(text)) == expected
    assert [r[1] for r in records(read_hestia(text.removeprefix(domain), ZONE))] == [None, 300, None]


def test_hestia_suspended_is_served_by_nobody():
    text = (
        "DOMAIN='alfa.example' TTL='60' SOA='ns' SUSPENDED='yes'\n"
        "ID='1' RECORD='old' TYPE='A' PRIORITY='' VALUE='192.0.2.1' SUSPENDED='yes'\nnic\n"
    )
    zone = read_hestia(text)
    assert records(zone) == [] and found(zone, "zone_suspended")
    assert found(zone, "record_suspended")[0]["name"] == "old" and found(zone, "line_unreadable")[0]["line"] == 3


def test_hestia_key_over_255_letters_is_split_as_the_panel_does():
    zone = read_hestia(f"RECORD='k._domainkey' TYPE='TXT' VALUE='\"{'k' * 300}\"' SUSPENDED='no'", ZONE)
    assert records(zone)[0][3] == f'"{"k" * 255}" "{"k" * 45}"' and not found(zone, "text_long")


@pytest.mark.parametrize("value", ["'v=spf1 it's -all'", "'v=spf1' -all", "'x' 'y'", "'x"])
def test_hestia_line_with_anything_between_its_pairs_is_no_record(value):
    text = f"RECORD='@' TYPE='TXT' VALUE={value} SUSPENDED='no'\nRECORD='www' TYPE='A' VALUE='192.0.2.1'\n"
    zone = read_hestia(text, ZONE)
    assert [r[2] for r in records(zone)] == ["A"] and found(zone, "line_unreadable")[0]["line"] == 1


def test_hestia_text_without_quotes_is_told_with_both_readings():
    zone = read_hestia("RECORD='_dmarc' TYPE='TXT' VALUE='v=DMARC1; p=none' SUSPENDED='no'\n", ZONE)
    (told,) = found(zone, "text_unquoted")
    assert (told["several"], told["one"]) == ('"v=DMARC1;" "p=none"', '"v=DMARC1; p=none"')
    assert records(zone)[0][3] == '"v=DMARC1;" "p=none"'
