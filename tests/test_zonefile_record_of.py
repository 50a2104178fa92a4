"""A row of a zone file as a record: names, addresses, texts, times; each repair and doubt told."""

import pytest

from core.zonefile.lexer import tokens_of
from core.zonefile.names import is_below
from core.zonefile.record import Draft, Row, Token
from core.zonefile.record_of import mnemonic, record_of
from tests.zone_reading import SEVERITIES, ZONE, checked, one

LONG = "x" * 300


def read(type, *words, **more):
    record, told = one(type, *words, **more)
    return record and record.rdata, set(told)


# -- owners


@pytest.mark.parametrize(
    ("owner", "name", "told"),
    [
        ("www", "www.alfa.example.", set()),
        ("@", "alfa.example.", set()),
        ("", "alfa.example.", set()),
        ("WWW.Alfa.example.", "www.alfa.example.", set()),
        ("*", "*.alfa.example.", set()),
        ("*.dev", "*.dev.alfa.example.", set()),
        ("a.*.b", "a.*.b.alfa.example.", {"wildcard_middle"}),
        ("x*", "x*.alfa.example.", {"wildcard_middle"}),
        (r"\042", "*.alfa.example.", set()),
        ("alfa.example", "alfa.example.", {"undotted_apex"}),
        ("www.alfa.example", "www.alfa.example.", {"undotted_owner"}),
        ("ftp.@", "ftp.alfa.example.", {"at_sign"}),
        ("_sip._tcp.@", "_sip._tcp.alfa.example.", {"at_sign", "underscore_host"}),
        ("@.", "alfa.example.", {"at_sign"}),
        ("żółw", "xn--w-uga1v8h.alfa.example.", {"name_unicode"}),
        ("*.żółw", "*.xn--w-uga1v8h.alfa.example.", {"name_unicode"}),
        ("xn--999", "xn--999.alfa.example.", {"name_punycode"}),
        ("xn--w-uga1v8h", "xn--w-uga1v8h.alfa.example.", set()),
        ("a_b", "a_b.alfa.example.", {"underscore_host"}),
        (r"jan\.k", r"jan\.k.alfa.example.", {"name_unusual"}),
        ("www.beta.example", "www.beta.example.alfa.example.", set()),
    ],
)
def test_an_owner_is_absolute_and_what_was_repaired_is_told(owner, name, told):
    record, found = one("A", "192.0.2.1", owner=owner)
    assert (record.name, set(found)) == (name, told)


@pytest.mark.parametrize(
    ("owner", "told"),
    [
        ("x" * 64, "name_long"),
        (".".join(["x" * 50] * 5), "name_long"),
        ("a..b", "name_empty_label"),
        (".a", "name_empty_label"),
        (r"a\3", "name_escape"),
        (r"a\999", "name_escape"),
        ("ż\u200d\u0301.x", "name_letters"),
        ("www.beta.example.", "out_of_zone"),
        ("xalfa.example.", "out_of_zone"),
    ],
)
def test_an_owner_that_is_none_or_lies_elsewhere_gives_no_record(owner, told):
    record, found = one("A", "192.0.2.1", owner=owner)
    assert (record, set(found)) == (None, {told})
    assert SEVERITIES.severity[told] == "error"


def test_what_lies_outside_of_the_zone_is_told_with_its_record():
    _, found = one("MX", "10", "mail.beta.example.", owner="www.beta.example.")
    assert found["out_of_zone"] == {"name": "www.beta.example.", "type": "MX", "text": "10 mail.beta.example."}


def test_cli53_writes_an_asterisk_by_its_octal_number():
    record, found = one("A", "192.0.2.1", owner=r"\052.dev", dialect="cli53")
    assert (record.name, set(found)) == ("*.dev.alfa.example.", {"wildcard_octal"})
    assert one("A", "192.0.2.1", owner=r"\052.dev")[0].name == "4.dev.alfa.example."


def test_a_dot_behind_a_backslash_is_no_end_of_a_label():
    assert not is_below(r"x\.alfa.example.", ZONE)
    assert is_below(r"x\\.alfa.example.", ZONE)


def test_relative_names_of_a_zone_nobody_knows_are_not_read():
    draft = Draft("")
    record_of(Row(7, "", "www", "300", "A", (Token("192.0.2.1"),)), draft)
    record_of(Row(8, "", "www.alfa.example.", "300", "A", (Token("192.0.2.1"),)), draft)
    assert [(found.line, found.tag) for found in draft.findings] == [(7, "origin_unknown")]
    assert [record.line for record in draft.records] == [8]


# -- targets


@pytest.mark.parametrize(
    ("target", "dialect", "rdata", "told"),
    [
        ("mail", "master", "10 mail.alfa.example.", set()),
        ("mail", "godaddy", "10 mail.alfa.example.", set()),
        ("@", "master", "10 alfa.example.", set()),
        ("Mail.Beta.example.", "master", "10 Mail.Beta.example.", set()),
        ("mail.alfa.example", "master", "10 mail.alfa.example.", {"undotted_own_target"}),
        ("mail.alfa.example", "godaddy", "10 mail.alfa.example.", {"undotted_own_target"}),
        ("aspmx.l.google.com", "master", "10 aspmx.l.google.com.alfa.example.", {"undotted_target"}),
        ("aspmx.l.google.com", "godaddy", "10 aspmx.l.google.com.", {"undotted_meant"}),
        ("a.node-3", "godaddy", "10 a.node-3.alfa.example.", set()),
        ("192.0.2.1", "master", "10 192.0.2.1.alfa.example.", {"target_address"}),
        ("mx_1", "master", "10 mx_1.alfa.example.", {"underscore_target"}),
    ],
)
def test_a_target_without_a_dot_is_read_as_its_dialect_means_it_and_told(target, dialect, rdata, told):
    assert read("MX", "10", target, dialect=dialect) == (rdata, told)


def test_both_readings_of_a_target_without_a_dot_are_told():
    for dialect, tag in (("master", "undotted_target"), ("godaddy", "undotted_meant")):
        _, found = one("CNAME", "shops.beta.com", dialect=dialect)
        assert found[tag] == {
            "written": "shops.beta.com",
            "absolute": "shops.beta.com.",
            "relative": "shops.beta.com.alfa.example.",
        }


def test_names_within_other_data_are_absolute_too():
    assert read("HTTPS", "1", "www", "alpn=h2") == ('1 www.alfa.example. alpn="h2"', set())
    assert read("NAPTR", "1", "2", '"u"', '"E2U+sip"', '"!^.*$!sip:x!"', "sip.alfa.example")[1] == {
        "undotted_own_target"
    }
    assert read("SRV", "1", "2", "443", "host.beta.com", dialect="forpsi")[0] == "1 2 443 host.beta.com."
    assert read("CNAME", "@") == ("alfa.example.", set())


def test_an_alias_to_an_address_is_told():
    assert read("CNAME", "192.0.2.1") == ("192.0.2.1.alfa.example.", {"cname_to_address"})
    assert read("CNAME", "2001:db8::1")[1] >= {"cname_to_address"}


@pytest.mark.parametrize(
    ("words", "rdata", "told"),
    [
        (("mail", "10"), "10 mail.alfa.example.", {"mx_turned"}),
        (("010", "mail"), "10 mail.alfa.example.", set()),
        (("mail",), None, {"mx_without_priority"}),
        (("70000", "mail"), None, {"data_unreadable"}),
        (("10",), None, {"data_unreadable"}),
        ((), None, {"data_unreadable"}),
        (("10", "mail", "x"), None, {"data_unreadable"}),
        (("0", "."), "0 .", set()),
    ],
)
def test_a_mail_server_has_a_priority_and_a_name(words, rdata, told):
    assert read("MX", *words) == (rdata, told)


# -- addresses


@pytest.mark.parametrize(
    ("type", "text", "rdata", "told"),
    [
        ("A", "192.0.2.1", "192.0.2.1", set()),
        ("A", "192.0.2.001", "192.0.2.1", {"address_zeros"}),
        ("A", "192.0.2.010", "192.0.2.10", {"address_zeros"}),
        ("A", "192.0.2.256", None, {"no_address"}),
        ("A", "192.0.2", None, {"no_address"}),
        ("A", "www.alfa.example.", None, {"no_address"}),
        ("A", "2001:db8::1", None, {"no_address"}),
        ("AAAA", "192.0.2.1", None, {"no_address"}),
        ("AAAA", "2001:DB8:0::1", "2001:db8::1", set()),
        ("AAAA", "::ffff:192.0.2.1", "::ffff:192.0.2.1", {"address_mapped"}),
        ("AAAA", "fe80::1%eth0", None, {"no_address"}),
    ],
)
def test_an_address_is_one_or_it_is_told(type, text, rdata, told):
    assert read(type, text) == (rdata, told)


def test_leading_zeros_are_told_with_the_octal_reading():
    assert one("A", "192.0.2.010")[1]["address_zeros"] == {
        "written": "192.0.2.010",
        "read": "192.0.2.10",
        "octal": "192.0.2.8",
    }
    assert one("A", "192.0.2.09")[1]["address_zeros"]["octal"] == "-"


# -- texts


@pytest.mark.parametrize(
    ("words", "rdata", "told"),
    [
        (('"v=spf1 -all"',), '"v=spf1 -all"', set()),
        (('"a"', '"b"'), '"a" "b"', set()),
        (('""',), '""', set()),
        ((r'"a\;b\"c\059"',), r'"a;b\"c;"', set()),
        (('"ł"',), r'"\197\130"', set()),
        (("one",), '"one"', set()),
        (("v=spf1", "mx", "-all"), '"v=spf1" "mx" "-all"', {"text_unquoted"}),
        ((f'"{LONG}"',), f'"{"x" * 255}" "{"x" * 45}"', {"text_long"}),
        ((r'"a\300"',), None, {"text_escape"}),
        ((r'"a\1"',), None, {"text_escape"}),
        ((), None, {"text_none"}),
        (('"' + "x" * 70_000 + '"',), None, {"text_long", "text_too_long"}),
    ],
)
def test_a_text_is_its_strings_and_what_servers_make_of_it_otherwise_is_told(words, rdata, told):
    assert read("TXT", *words) == (rdata, told)


def test_a_text_without_quotes_is_told_with_both_readings():
    _, found = one("TXT", "v=spf1", "mx", "-all")
    assert found["text_unquoted"] == {"several": '"v=spf1" "mx" "-all"', "one": '"v=spf1 mx -all"'}


@pytest.mark.parametrize(
    ("words", "comment", "meant"),
    [
        (("v=DMARC1",), " p=none; rua=mailto:a@alfa.example", "v=DMARC1; p=none; rua=mailto:a@alfa.example"),
        (("v=DKIM1",), "k=rsa;p=MIGf", "v=DKIM1;k=rsa;p=MIGf"),
        (("k=rsa",), " p=MIGf", "k=rsa; p=MIGf"),
    ],
)
def test_what_a_semicolon_cuts_off_is_meant_and_told_with_both_readings(words, comment, meant):
    record, found = one("TXT", *words, comment=comment)
    assert record.rdata == f'"{meant}"'
    assert found["text_cut"] == {"served": f'"{words[0]}"', "meant": f'"{meant}"'}


def test_a_comment_behind_a_text_stays_one():
    assert read("TXT", "v=spf1", "-all", comment=" mail = our own")[1] == {"text_unquoted"}
    assert read("TXT", '"v=DMARC1"', comment=" p=none") == ('"v=DMARC1"', set())


# -- types


@pytest.mark.parametrize("type", ["DKIM", "DMARC", "SPF"])
def test_types_of_ovh_are_texts(type):
    record, found = one(type, '"v=x"', dialect="ovh")
    assert (record.type, record.rdata, set(found)) == ("TXT", '"v=x"', {"pseudo_text"})


def test_the_type_spf_is_kept_and_told():
    record, found = one("SPF", '"v=spf1 -all"')
    assert (record.type, set(found)) == ("SPF", {"spf_type"})


@pytest.mark.parametrize("type", ["ALIAS", "ANAME", "URL", "WEBHOP", "FRAME", "AWS ALIAS", "alias"])
def test_what_is_no_record_is_told_with_its_owner_and_data(type):
    record, found = one(type, "shop.beta.example.")
    assert record is None
    assert found["pseudo_type"] == {"name": "www.alfa.example.", "type": type.upper(), "data": "shop.beta.example."}


@pytest.mark.parametrize("type", ["FOO", "AXFR", "ANY", "OPT", "TYPE0", "TYPE99999", "", "x" * 100])
def test_a_type_that_no_record_has_is_told(type):
    assert read(type, "x") == (None, {"type_unknown"})


def test_types_are_one_whatever_their_writing():
    assert (mnemonic("TYPE1"), mnemonic("txt"), mnemonic("TYPE65534")) == ("A", "TXT", "TYPE65534")


@pytest.mark.parametrize(
    ("type", "text", "rdata"),
    [
        ("TYPE65534", r"\# 3 abcdef", r"\# 3 abcdef"),
        ("A", r"\# 4 c0000201", "192.0.2.1"),
        ("CAA", "0 issue letsencrypt.org", '0 issue "letsencrypt.org"'),
        ("TLSA", "3 1 1 " + "ab" * 32, "3 1 1 " + "ab" * 32),
        ("SSHFP", "1 1 " + "ab" * 20, "1 1 " + "ab" * 20),
        ("LOC", "52 13 48.0 N 21 0 30.0 E 100m", "52 13 48.000 N 21 0 30.000 E 100.00m"),
        ("HTTPS", '1 . alpn="h2,h3" ipv4hint=192.0.2.1', '1 . alpn="h2,h3" ipv4hint="192.0.2.1"'),
        ("DS", "12345 13 2 " + "ab" * 32, "12345 13 2 " + "ab" * 32),
        ("NSEC", "b A MX RRSIG", "b.alfa.example. A MX RRSIG"),
        ("RP", "jan k", "jan.alfa.example. k.alfa.example."),
    ],
)
def test_other_types_are_read(type, text, rdata):
    draft = Draft(ZONE)
    record_of(Row(1, ZONE, "x", "", type, tokens_of(text)), draft)
    assert [record.rdata for record in draft.records] == [rdata], draft.findings


@pytest.mark.parametrize(
    ("type", "text", "reason"),
    [
        ("CAA", "x issue y", "integer"),
        ("CAA", "0 issue", "short"),
        ("HINFO", "a b c", "more"),
        ("DS", "1 13 2 zz", "hex"),
        ("DS", "1 13 2 ab", "digest"),
        ("OPENPGPKEY", "&", "base64"),
        ("HTTPS", "1 . foo=bar", "parameter"),
        ("HTTPS", "0 . alpn=h2", "alias_mode"),
        ("TYPE65280", "x", "generic"),
        ("A", r"\# 3 abcdef", "data"),
        ("LOC", "99 N 1 E 1m", "data"),
        ("SRV", "1 2 3", "words"),
    ],
)
def test_data_that_does_not_read_is_told_with_a_reason(type, text, reason):
    draft = Draft(ZONE)
    record_of(Row(4, ZONE, "x", "", type, tokens_of(text)), draft)
    (found,) = checked(draft.findings)
    assert (found.line, found.tag, found.values["reason"].id) == (4, "data_unreadable", f"zone.finding.reason.{reason}")


def test_a_page_of_ovh_is_kept_and_told():
    assert read("TXT", '"1|www.alfa.example"', dialect="ovh") == ('"1|www.alfa.example"', {"ovh_page"})


def test_times_and_mailbox_of_a_soa_are_repaired():
    rdata, told = read("SOA", "ns1", "jan.k@alfa.example.", "1", "2h", "15m", "2w", "300", owner="@")
    assert rdata == r"ns1.alfa.example. jan\.k.alfa.example. 1 7200 900 1209600 300"
    assert told >= {"soa_mailbox", "soa_units"}
    assert read("SOA", "ns1", "h@beta.example", *"12345", owner="@")[0] == "ns1.alfa.example. h.beta.example. 1 2 3 4 5"
    assert read("SOA", "ns1", "h", "x", "1", "1", "1", "1")[1] == {"data_unreadable"}
    assert read("SOA", "ns1", "h", "1", "1", "1", "1", "soon")[1] == {"data_unreadable"}


# -- TTLs, comments


@pytest.mark.parametrize(
    ("ttl", "dialect", "read", "told"),
    [
        ("300", "master", 300, set()),
        ("0", "master", 0, set()),
        ("", "master", None, set()),
        ("1", "master", 1, set()),
        ("1", "cloudflare", None, {"ttl_automatic"}),
        ("1h30m", "master", 5400, {"ttl_units"}),
        ("1D", "master", 86400, {"ttl_units"}),
        ("2147483647", "master", 2147483647, set()),
        ("2147483648", "master", None, {"ttl_range"}),
        ("999999999999999999999999", "master", None, {"ttl_unreadable"}),
        ("soon", "master", None, {"ttl_unreadable"}),
        ("-5", "master", None, {"ttl_unreadable"}),
        ("٣", "master", None, {"ttl_unreadable"}),
    ],
)
def test_a_ttl_is_seconds_or_unknown(ttl, dialect, read, told):
    record, found = one("A", "192.0.2.1", ttl=ttl, dialect=dialect)
    assert (record.ttl, set(found)) == (read, told)


def test_a_name_behind_cloudflare_is_told():
    assert read("A", "192.0.2.1", comment=" cf_tags=cf-proxied:true")[1] == {"proxied"}
    assert read("A", "192.0.2.1", comment=" cf_tags=cf-proxied:false")[1] == set()


# -- what a finding repeats


def test_a_secret_is_not_repeated():
    for found in (one("FOO", "haslo:", "Zima2026!")[1], one("A", "haslo: Zima2026!")[1]):
        assert "Zima2026" not in repr(found)


def test_a_long_value_is_not_repeated():
    assert all(len(repr(found)) < 1_000 for found in (one("A", "x" * 5_000)[1], one("TXT", f'"{LONG}"')[1]))
