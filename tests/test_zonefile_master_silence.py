"""Zone files read as dnspython reads them; whatever they hold, no line is dropped in silence, and none takes long."""

import re
import time

import dns.zone
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from core.zonefile.lexer import lines_of
from core.zonefile.master import read_master
from tests.test_zonefile_master_providers import AXFR, CLOUDFLARE, CPANEL
from tests.zone_reading import SEVERITIES, START, ZONE, checked, zone

# -- against dnspython

_LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True).filter(lambda label: "--" not in label)
_NAMES = st.one_of(
    st.just("@"),
    _LABEL,
    st.tuples(_LABEL, _LABEL).map(".".join),
    _LABEL.map(lambda label: f"{label}.{ZONE}"),
    _LABEL.map("*.{}".format),
)
_HOST = st.one_of(_LABEL, _LABEL.map(lambda label: f"{label}.beta.example."), st.just("@"))
_STRING = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30).map(
    lambda text: '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'
)
_RDATA = st.one_of(
    st.ip_addresses(v=4).map(lambda address: f"A {address}"),
    st.ip_addresses(v=6).map(lambda address: f"AAAA {address}"),
    st.tuples(st.integers(0, 65535), _HOST).map(lambda data: "MX {} {}".format(*data)),
    st.tuples(st.integers(0, 65535), _HOST).map(lambda data: "SRV 0 {} 443 {}".format(*data)),
    st.lists(_STRING, min_size=1, max_size=3).map(lambda strings: f"TXT ( {' '.join(strings)} )"),
    st.lists(_STRING, min_size=1, max_size=3).map(lambda strings: "TXT (" + "\n  ".join(strings) + "\n ) ; end"),
    _HOST.map(lambda host: f"PTR {host}"),
    _STRING.map(lambda string: f"CAA 0 issue {string}"),
    st.binary(min_size=1, max_size=8).map(lambda data: f"TYPE65280 \\# {len(data)} {data.hex()}"),
)
_LINES = st.lists(st.tuples(st.one_of(st.just(""), _NAMES), st.sampled_from(["", "IN", "in"]), _RDATA), max_size=12)


@settings(max_examples=120)
@given(_LINES)
def test_a_normal_zone_file_reads_as_dnspython_reads_it(lines):
    text = "$TTL 3600\n" + START + "".join(f"{owner} {rdclass} {rdata}\n" for owner, rdclass, rdata in lines)
    expected = {
        (name.to_text(), ttl, rdata.rdtype.name if rdata.rdtype < 60000 else "TYPE65280", rdata.to_text())
        for name, ttl, rdata in dns.zone.from_text(text, ZONE, relativize=False, check_origin=False).iterate_rdatas()
    }
    found = zone(text)
    assert {record[:4] for record in found.records} == expected
    assert not [finding for finding in found.findings if SEVERITIES.of(finding) == "error"]


# -- nothing dropped in silence


def said(text, found):
    """Return the lines of a text that are neither blank nor comments, and those that are a record's or told of."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    there = {n for n, line in enumerate(lines, 1) if not re.fullmatch(r"[\s\u200b\ufeff]*(;.*)?", line, re.DOTALL)}
    told = {finding.line for finding in found.findings if finding.line}
    stopped = min((finding.line for finding in found.findings if finding.tag == "too_many"), default=len(lines) + 1)
    records = {record.line for record in found.records}
    covered = {n for n in there if n >= stopped}
    for line in lines_of(text):
        span = range(line.number, line.last + 1)
        directive = (
            line.tokens and re.fullmatch(r"\$(TTL|ORIGIN)", line.tokens[0].text.upper()) and len(line.tokens) > 1
        )
        if line.number in records or (line.number in told and not line.fault) or (directive and not line.fault):
            covered.update(span)
    return there, covered | told


BAD = """$ORIGIN alfa.example.
$TTL 1h
@ SOA ns1 h ( 1 2
 3 4 5 )
 NS ns1.beta.example.
a A 192.0.2.1
a.b.c 300 IN MX mail 10
"q" TXT "x ; y" ( "z"
 "w" ) ; note
$GENERATE 1-3 g$ A 192.0.2.$
$INCLUDE x
  AAAA 2001:db8::1
_x._tcp.@ SRV 1 2 3 .
key TXT v=DKIM1; k=rsa; p=MIGf
ż CNAME 192.0.2.1
"""


def test_every_line_is_a_record_or_told():
    for text in (BAD, CLOUDFLARE, CPANEL, AXFR):
        there, covered = said(text, zone(text, ""))
        assert there <= covered


_PUT = st.one_of(st.binary(max_size=6), st.sampled_from([b'"', b"(", b")", b"\n", b";", b"\\", b"$", b" "]))


@settings(max_examples=250)
@given(
    st.sampled_from([BAD, CLOUDFLARE, CPANEL, AXFR]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 8), _PUT), max_size=8),
    st.sampled_from(["", ZONE]),
    st.sampled_from(["master", "godaddy", "cloudflare", "ovh", "cli53", "dig"]),
)
def test_whatever_is_done_to_a_file_no_line_is_dropped_in_silence(text, changes, origin, dialect):
    octets = text.encode()
    for at, length, put in changes:
        at %= len(octets) or 1
        octets = octets[:at] + put + octets[at + length :]
    changed = octets.decode("utf-8", "surrogateescape")
    found = read_master(changed, origin, dialect)
    there, covered = said(changed, found)
    assert there <= covered


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_no_text_at_all_is_too_strange(text):
    found = read_master(text, ZONE, "master")
    there, covered = said(text, found)
    assert there <= covered
    checked(found.findings)


@pytest.mark.parametrize(
    "letter", ["(", ")", '"', "\\", ";", "a ", "\n(", '\n"', "$", "a A (\n", " \n", "\na A 192.0.2.1", "@.", "\r"]
)
def test_a_hundred_thousand_letters_take_no_time(letter):
    started = time.process_time()
    read_master(START + letter * (100_000 // len(letter)), ZONE, "master")
    read_master(START + "x TXT " + letter * (100_000 // len(letter)), ZONE, "master")
    assert time.process_time() - started < 20


def test_ten_thousand_records_are_read_in_a_second():
    kinds = [
        "A 192.0.2.1",
        "AAAA 2001:db8::{}",
        "MX 10 m{}",
        'TXT "v=x{}"',
        "CNAME t{}.beta.example.",
        "SRV 1 2 443 s{}",
    ]
    text = "$TTL 300\n" + START + "".join(f"h{n} IN {kinds[n % 6].format(n % 9000)}\n" for n in range(20_000))
    started = time.process_time()
    found = read_master(text, ZONE, "master")
    taken = time.process_time() - started
    assert len(found.records) == 20_002
    # Twice as long as it may take: other work is done on the same processors.
    assert taken < 4, f"{20_002 / taken:.0f} records a second"
