"""Made-up zones through each provider's dialect and back: the same records, and words for what it cannot hold.

ZONES=500 for more of each.
"""

import os
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import datafiles
from core.ground.messages import InputError
from core.zonefile.reading import read
from core.zonefile.record import Dialect, Record
from tests.zone_dialects import HOLDS, ORIGIN, WRITERS, expected, read_back, zones

SEVERITIES = datafiles.zone_severities()
FEW = settings(
    max_examples=int(os.environ.get("ZONES", 15)), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_every_dialect_has_a_writer_and_what_it_holds():
    assert WRITERS.keys() == HOLDS.keys() == {*get_args(Dialect)}


@pytest.mark.parametrize("dialect", HOLDS)
def test_records_come_back_as_they_were(dialect):
    holds = HOLDS[dialect]

    @given(zones(dialect))
    @FEW
    def same(records):
        text = WRITERS[dialect](records)
        zone = read(text, ORIGIN)
        assert (zone.dialect, zone.origin) == (dialect, ORIGIN)
        assert read_back(zone.records, dialect) == expected(records, dialect), text
        tags = {finding.tag for finding in zone.findings}
        grave = {finding.tag for finding in zone.findings if SEVERITIES.of(finding) == "error"}
        assert grave <= holds.says, text
        # What it cannot hold is told.
        assert ("no_soa" in tags) is not holds.soa
        assert ("ttl_unknown" in tags) is not holds.ttl

    same()


@pytest.mark.parametrize("dialect", HOLDS)
def test_lines_are_those_of_the_file(dialect):
    records = [
        Record(ORIGIN, 3600, "SOA", f"{HOLDS[dialect].primary} hostmaster.beta.example. 1 7200 900 1209600 300"),
        Record(ORIGIN, 3600, "NS", "ns1.beta.example."),
        Record(f"www.{ORIGIN}", 3600, "A", "192.0.2.77"),
        Record(f"ftp.{ORIGIN}", 3600, "A", "192.0.2.78"),
    ]
    text = WRITERS[dialect](records if HOLDS[dialect].soa else records[1:])
    lines = text.split("\n")
    for record in read(text, ORIGIN).records:
        if record.type != "A" or dialect == "plesk":
            continue
        # A record of YAML or JSON begins some lines above its address.
        near = "\n".join(lines[record.line - 1 : record.line + 8])
        assert record.rdata in near, (dialect, record)


@pytest.mark.parametrize("dialect", HOLDS)
def test_broken_bytes_end_in_words(dialect):
    records = [
        Record(ORIGIN, 3600, "SOA", f"{HOLDS[dialect].primary} hostmaster.beta.example. 1 7200 900 1209600 300"),
        Record(ORIGIN, 3600, "MX", f"10 mail.{ORIGIN}"),
        Record(ORIGIN, 3600, "TXT", '"v=DMARC1; p=none"'),
        Record(f"_sip._tcp.{ORIGIN}", 3600, "SRV", f"1 2 5060 sip.{ORIGIN}"),
        Record(ORIGIN, 3600, "CAA", '0 issue "letsencrypt.org"'),
        Record(f"*.{ORIGIN}", 3600, "AAAA", "2001:db8::1"),
    ]
    data = WRITERS[dialect](records if HOLDS[dialect].soa else records[1:]).encode()
    places = st.integers(0, len(data) - 1)
    pieces = st.one_of(st.binary(max_size=3), st.sampled_from([b'"', b"\\", b";", b"(", b"'", b"{", b"\n", b"\0", b""]))

    @given(st.lists(st.tuples(places, st.integers(0, 4), pieces), min_size=1, max_size=8))
    @settings(max_examples=40, deadline=None)
    def words(changes):
        broken = bytearray(data)
        for place, length, piece in changes:
            broken[place : place + length] = piece
        try:
            zone = read(bytes(broken), ORIGIN)
        except InputError:
            return
        for finding in zone.findings:
            SEVERITIES.of(finding)

    words()
