"""Rows of a zone file against dnspython, and rows of anything at all."""

import dns.exception
import dns.name
import dns.rdata
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from core.zonefile.lexer import tokens_of
from core.zonefile.names import read_name
from core.zonefile.record import Draft, Row, Token
from core.zonefile.record_of import record_of
from tests.zone_reading import SEVERITIES, ZONE

_LABELS = st.from_regex(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,8}[a-z0-9])?", fullmatch=True)
_HOSTS = st.lists(_LABELS, min_size=1, max_size=4).map(".".join)
_TARGETS = st.one_of(_HOSTS, _HOSTS.map(lambda name: f"{name}."), st.sampled_from(["@", ".", "*", r"a\.b", r"\065x."]))
_NUMBERS = st.one_of(st.integers(-1, 70_000).map(str), st.sampled_from(["007", "x", "1.0"]))
_OCTETS = st.text(st.characters(codec="latin-1", exclude_characters='\n\r"\\\x00'), max_size=20)
_ESCAPES = st.sampled_from(["\\;", '\\"', "\\\\", r"\000", r"\255", r"\256", r"\1", "a"])
_QUOTED = st.lists(st.one_of(_OCTETS, _ESCAPES), max_size=4).map(lambda parts: f'"{"".join(parts)}"')
_ADDRESSES = st.one_of(
    st.ip_addresses().map(str),
    st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){2,4}", fullmatch=True),
    st.sampled_from(["::", "x"]),
)
_DATA = st.one_of(
    st.tuples(st.sampled_from(["A", "AAAA"]), _ADDRESSES),
    st.tuples(st.sampled_from(["CNAME", "NS", "PTR", "DNAME"]), _TARGETS),
    st.tuples(st.just("MX"), st.tuples(_NUMBERS, _TARGETS).map(" ".join)),
    st.tuples(st.just("SRV"), st.tuples(_NUMBERS, _NUMBERS, _NUMBERS, _TARGETS).map(" ".join)),
    st.tuples(st.sampled_from(["TXT", "SPF"]), st.lists(_QUOTED, max_size=3).map(" ".join)),
    st.tuples(st.just("SOA"), st.tuples(_TARGETS, _TARGETS, *[_NUMBERS] * 5).map(" ".join)),
)
_OTHERWISE = {
    *("undotted_own_target", "undotted_target", "at_sign", "name_unicode", "address_zeros", "text_long", "mx_turned"),
    "text_unquoted",
}
"""Findings that say that something else is read than dnspython reads."""


@settings(max_examples=200)
@given(_DATA)
def test_the_short_way_reads_as_dnspython_does_or_tells_why_not(data):
    type, text = data
    draft = Draft(ZONE)
    record_of(Row(1, ZONE, "x", "300", type, tokens_of(text)), draft)
    told = {found.tag for found in draft.findings}
    try:
        expected = dns.rdata.from_text("IN", type, text, dns.name.from_text(ZONE), relativize=False).to_text()
    except (dns.exception.DNSException, ValueError):
        assert told & {tag for tag in told if SEVERITIES.severity[tag] != "info"}
        return
    if not told & _OTHERWISE:
        assert [record.rdata for record in draft.records] == [expected]


@settings(max_examples=150)
@given(st.text(max_size=80), st.sampled_from(["owner", "target", "target_absolute"]))
def test_a_name_is_absolute_or_told_whatever_stands_there(text, use):
    found = read_name(text, ZONE, ZONE, use)
    assert found.name.endswith(".") if found.name else found.told
    if found.name:
        assert dns.name.from_text(found.name).to_text() == found.name


@settings(max_examples=150)
@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=60))
def test_any_row_gives_a_record_or_a_finding(owner, ttl, text):
    for type in ("A", "MX", "TXT", "SOA", "LOC", "APL", "NAPTR", "HTTPS", "TYPE1234", "CERT", "HIP", "IPSECKEY", "WKS"):
        draft = Draft(ZONE)
        record_of(Row(1, ZONE, owner, ttl, type, tokens_of(text)), draft)
        assert draft.records or draft.findings


@pytest.mark.parametrize("letter", ["a", ".", "\\", '"', "1", "@", "ż", "-", "*", " ", "xn--"])
def test_a_hundred_thousand_letters_take_no_time(letter):
    text = letter * 100_000
    words = tokens_of(text)
    assert read_name(text, ZONE, ZONE).told
    for type in ("A", "CNAME", "MX", "TXT", "LOC", "HTTPS", "TYPE65280"):
        for tokens in (words, (Token("10"), Token(text)), (Token(text, quoted=True),)):
            draft = Draft(ZONE)
            record_of(Row(1, ZONE, "x", text, type, tokens, text), draft)
            assert draft.records or draft.findings
