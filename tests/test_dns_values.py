"""A value means the same however it is written: typed, pasted from a panel, or as a server sent it."""

import dns.rdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dns.values import EXAMPLES, TEXT_MAX, read_value, split_values, value_text
from core.ground.messages import InputError
from core.language import LANGUAGES

EQUAL = [
    # type, one, other
    ("A", "192.0.2.1", "  192.0.2.1 "),
    ("A", "192.0.2.1", r"\# 4 c0000201"),
    ("AAAA", "2001:db8::1", "2001:DB8:0:0:0:0:0:1"),
    ("AAAA", "2001:db8::1", "2001:0db8::0001"),
    ("AAAA", "2001:db8::c000:201", "2001:db8::192.0.2.1"),
    ("AAAA", "::ffff:192.0.2.1", "::FFFF:C000:0201"),
    ("MX", "10 mx.firma.pl", "10 mx.firma.pl."),
    ("MX", "10 mx.firma.pl", "10 MX.Firma.PL"),
    ("MX", "10 mx.firma.pl", "10\tmx.firma.pl"),
    ("MX", "10 mx.firma.pl", "010    mx.firma.pl."),
    ("MX", "10 poczta.żółw.pl", "10 poczta.xn--w-uga1v8h.pl."),
    ("MX", "10 poczta.żółw.pl", "10 Poczta.ŻÓŁW.PL"),
    ("MX", "0 .", "00 ."),
    ("CNAME", "www.firma.pl", "WWW.firma.pl."),
    ("CNAME", "sklep.żółw.pl.", "sklep.XN--W-UGA1V8H.pl"),
    ("CNAME", "sel._domainkey.firma.pl", "SEL._DomainKey.firma.pl."),
    ("NS", "ns1.firma.pl", "NS1.FIRMA.PL."),
    ("SRV", "10 5 5060 sip.firma.pl", "010  05  05060  SIP.firma.pl."),
    ("SRV", "0 0 0 .", "0 0 00 ."),
    ("SOA", "ns1.a.pl jan.a.pl 5 3600 900 1209600 300", "NS1.a.pl. Jan.a.pl. 5 1h 15m 2w 5m"),
    (
        "SOA",
        "ns1.a.pl jan.a.pl 5 3600 900 1209600 300",
        "ns1.a.pl. jan.a.pl. (\n5 ; serial\n3600 900\n1209600 300 )",
    ),
    ("CAA", '0 issue "letsencrypt.org"', "0 issue letsencrypt.org"),
    ("CAA", '0 issue "letsencrypt.org"', '00 ISSUE "letsencrypt.org"'),
    ("CAA", '0 issue "le.org; a=b"', "0 issue le.org; a=b"),
    ("CAA", '0 issue ";"', "0 issue ;"),
    ("CAA", '128 iodef "mailto:jan@firma.pl"', r"128 IODEF mailto\058jan@firma.pl"),
    ("TXT", "v=spf1 -all", '"v=spf1 -all"'),
    ("TXT", "v=spf1 -all", '"v=spf1" " -all"'),
    ("TXT", "v=spf1 -all", '"v=sp""f1 -a"   "ll"'),
    ("TXT", "v=spf1 -all", '( "v=spf1 "\n    "-all" )'),
    ("TXT", "v=DMARC1; p=none", r"v=DMARC1\; p=none"),
    ("TXT", "v=DMARC1; p=none", r'"v=DMARC1\059 p=none"'),
    ("TXT", r"a \"b\" c", 'a "b" c'),
    ("TXT", r"a \"b\" c", r'"a \"b\" c"'),
    ("TXT", r"C:\\x", r'"C:\\x"'),
    ("TXT", "żółw", r'"\197\188\195\179\197\130w"'),
    ("TXT", "k=" + "A" * 400, f'"k={"A" * 250}" "{"A" * 150}"'),
    ("HTTPS", '1 . alpn="h2,h3" ipv4hint="192.0.2.1"', "1 . ipv4hint=192.0.2.1 alpn=h2,h3"),
    ("HTTPS", "0 www.żółw.pl", "00 WWW.xn--w-uga1v8h.pl."),
    ("HTTPS", "1 . alpn=h2 mandatory=alpn,port port=443", '01 . port="443" mandatory=port,alpn alpn="h2"'),
    ("SVCB", "1 dns.firma.pl alpn=dot ipv6hint=2001:db8::1", "1 DNS.firma.pl. ipv6hint=2001:DB8::0:1 key1=\\003dot"),
]
UNEQUAL = [
    ("A", "192.0.2.1", "192.0.2.10"),
    ("AAAA", "2001:db8::1", "2001:db8:1::"),
    ("AAAA", "::ffff:192.0.2.1", "::192.0.2.1"),
    ("MX", "10 mx.firma.pl", "100 mx.firma.pl"),
    ("MX", "10 mx.firma.pl", "10 mx.firma.pl.pl"),
    ("MX", "10 poczta.żółw.pl", "10 poczta.zolw.pl"),
    ("MX", "0 .", "0 mx.firma.pl"),
    ("CNAME", "straße.de", "strasse.de"),
    ("SRV", "10 5 5060 sip.firma.pl", "5 10 5060 sip.firma.pl"),
    ("SOA", "ns1.a.pl jan.a.pl 5 3600 900 1209600 300", "ns1.a.pl jan.a.pl 6 3600 900 1209600 300"),
    ("CAA", '0 issue "letsencrypt.org"', '128 issue "letsencrypt.org"'),
    ("CAA", '0 issue "letsencrypt.org"', '0 issuewild "letsencrypt.org"'),
    ("CAA", "0 issue le.org; a=b", "0 issue le.org"),
    ("TXT", "v=spf1 -all", "v=spf1 ~all"),
    ("TXT", "v=spf1 -all", '"v=spf1" "-all"'),
    ("TXT", "v=spf1 -all", "V=SPF1 -ALL"),
    ("TXT", "v=spf1 -all", r'"\"v=spf1 -all\""'),
    ("TXT", "v=DMARC1; p=none", r'"v=DMARC1\\; p=none"'),
    ("TXT", "v=spf1 -all", '" v=spf1 -all"'),
    ("TXT", r"\\120", r"\120"),
    ("HTTPS", "1 . alpn=h2,h3", "1 . alpn=h3,h2"),
    ("HTTPS", "1 . alpn=h2", "1 . alpn=h2 no-default-alpn"),
    ("HTTPS", "1 .", "0 www.firma.pl"),
]


def read(type, text):
    return read_value(type, text, "expect")


def sent(type, text):
    """Return what a server that has this record in its zone would be heard saying."""
    there = dns.rdata.from_text("IN", type, text, idna_codec=dns.name.IDNA_2008_Practical)
    wire = there.to_wire(origin=dns.name.root)
    return value_text(dns.rdata.from_wire("IN", type, wire, 0, len(wire)))


def test_the_tables_are_as_long_as_they_should_be():
    assert len(EQUAL) >= 40 and len(UNEQUAL) >= 20
    assert len({(type, *sorted(pair)) for type, *pair in (*EQUAL, *UNEQUAL)}) == len(EQUAL) + len(UNEQUAL)


@pytest.mark.parametrize(("type", "one", "other"), EQUAL)
def test_spellings_of_one_value_are_equal(type, one, other):
    assert read(type, one) == read(type, other)


@pytest.mark.parametrize(("type", "one", "other"), UNEQUAL)
def test_spellings_of_two_values_are_not(type, one, other):
    assert read(type, one) != read(type, other)


@pytest.mark.parametrize(
    ("type", "typed", "in_the_zone"),
    [
        ("MX", "010 MX.Firma.pl", "10 mx.firma.pl."),
        ("CAA", "0 ISSUE le.org; a=b", '0 issue "le.org; a=b"'),
        ("CAA", "0 issue le.org", '0 Issue "le.org"'),
        ("TXT", 'a "b" c', r'"a \"b\" c"'),
        ("TXT", r"v=DMARC1\; p=none", '"v=DMARC1; " "p=none"'),
        ("TXT", "  blanks around are none  ", '"blanks around are none"'),
        ("TXT", '" "', '" "'),
        ("TXT", '""', '""'),
        ("HTTPS", "1 . ipv4hint=192.0.2.1 alpn=h2", '1 . alpn="h2" ipv4hint="192.0.2.1"'),
        ("CNAME", "żółw.pl", "xn--w-uga1v8h.pl."),
        ("SOA", r"ns1.a.pl jan\.nowak.a.pl 1 2 3 4 5", r"NS1.a.pl. jan\.nowak.a.pl. 1 2 3 4 5"),
    ],
)
def test_what_is_typed_is_what_a_server_sends(type, typed, in_the_zone):
    assert read(type, typed) == sent(type, in_the_zone)


def test_examples_of_every_type_are_values():
    for type, example in EXAMPLES.items():
        assert read(type, example)


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_text_that_is_shown_reads_back_as_itself_and_no_two_texts_look_alike(strings):
    rdata = dns.rdata.from_text("IN", "TXT", '""').replace(strings=tuple(strings))
    shown = value_text(rdata)
    assert shown.isprintable() and shown == shown.strip()
    # What begins like a line of a zone is told, nothing else is refused.
    assert read("TXT", shown if shown else '""') == shown
    assert value_text(rdata.replace(strings=(b"".join(strings) + b"\x00",))) != shown


def test_text_too_long_to_show_is_compared_whole():
    for length in (TEXT_MAX, 5 * TEXT_MAX):
        one, other = (b"x" * length + end for end in (b"a", b"b"))
        rdata = dns.rdata.from_text("IN", "TXT", '""')
        texts = {
            value_text(rdata.replace(strings=tuple(t[i : i + 255] for i in range(0, len(t), 255))))
            for t in (one, other)
        }
        assert len(texts) == 2 and max(map(len, texts)) <= TEXT_MAX


@pytest.mark.parametrize(
    ("type", "typed", "message"),
    [
        ("A", "300.1.1.1", "error.record_value"),
        ("A", "192.000.002.010", "error.record_value"),
        ("A", "firma.pl", "error.record_value"),
        ("A", "2001:db8::1", "error.record_value"),
        ("AAAA", "fe80::1%eth0", "error.record_value"),
        ("MX", "mx.firma.pl", "error.record_value"),
        ("MX", "mx.firma.pl 10", "error.record_value"),
        ("MX", "99999 mx.firma.pl", "error.record_value"),
        ("MX", "10 mx..pl", "error.record_value"),
        ("MX", "10 mx", "error.record_short_name"),
        ("MX", "10 @", "error.record_short_name"),
        ("CNAME", "https://www.firma.pl", "error.record_value"),
        ("CNAME", "jan@firma.pl", "error.record_value"),
        ("CNAME", "www.firma.pl inna.pl", "error.record_value"),
        ("CNAME", "☃.pl", "error.record_value"),
        ("CNAME", "www", "error.record_short_name"),
        ("SRV", "_sip._tcp 0 5 5060 sip.a.pl", "error.record_value"),
        ("CAA", "letsencrypt.org", "error.record_value"),
        ("CAA", '0 issue "letsencrypt.org', "error.record_quotes"),
        ("HTTPS", "1", "error.record_value"),
        ("HTTPS", "1 . alpn", "error.record_value"),
        ("HTTPS", "1 . alpn=h2 alpn=h3", "error.record_value"),
        ("TXT", '"v=spf1 -all', "error.record_quotes"),
        ("TXT", '"v=spf1" -all', "error.record_quotes"),
        ("TXT", r"a\999", "error.record_escape"),
        ("TXT", r"a\1", "error.record_escape"),
        ("TXT", "a\\", "error.record_escape"),
        ("TXT", r'"\06" "5"', "error.record_escape"),
        ("TXT", 'firma.pl. 3600 IN TXT "v=spf1 -all"', "error.record_line"),
        ("MX", "firma.pl. 3600 IN MX 10 mx.firma.pl.", "error.record_line"),
        ("A", "IN A 192.0.2.1", "error.record_line"),
    ],
)
def test_what_is_no_value_is_told_with_what_would_be_right(type, typed, message):
    with pytest.raises(InputError) as found:
        read(type, typed)
    (mistake,) = found.value.errors
    assert (mistake.field, mistake.value, mistake.message.id) == ("expect", typed, message)
    for language in LANGUAGES.values():
        said = language.mistake(mistake)
        assert "error." not in said and "{" not in said
        assert message != "error.record_value" or EXAMPLES[type] in said


@pytest.mark.parametrize(
    ("type", "text", "parts"),
    [
        ("A", "192.0.2.1, 192.0.2.2\n192.0.2.3,", ["192.0.2.1", "192.0.2.2", "192.0.2.3"]),
        ("MX", "10 a.pl,20 b.pl", ["10 a.pl", "20 b.pl"]),
        ("TXT", "a, b\n\n c ", ["a, b", "c"]),
        ("TXT", '"a" "b"\n"c"', ['"a" "b"', '"c"']),
        ("HTTPS", "1 . alpn=h2,h3\n2 b.pl", ["1 . alpn=h2,h3", "2 b.pl"]),
        ("CAA", '0 issue "a, b"', ['0 issue "a, b"']),
        ("SOA", "a b (\n1 2 3 4 5 )", ["a b (\n1 2 3 4 5 )"]),
        ("TXT", "", []),
    ],
)
def test_several_values_are_taken_apart_where_nobody_means_one(type, text, parts):
    assert split_values(type, text) == parts
