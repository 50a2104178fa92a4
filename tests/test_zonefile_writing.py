"""A zone as a normal zone file: what stands in it, and what is refused or told where no server would load it."""

import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import datafiles
from core.ground.messages import InputError
from core.language import LANGUAGES
from core.zonefile import unread as unread_module
from core.zonefile.reading import read
from core.zonefile.record import Record, ZoneFile
from core.zonefile.unread import Unread, unread_of
from core.zonefile.writing import normal
from tests.zones import NS, SOA, A, row, zone_of


def refused(zone, *given, **named):
    """The mistakes of a zone that is not written: field, id and count of each; all have words in both languages."""
    with pytest.raises(InputError) as caught:
        normal(zone, *given, **named)
    for error in caught.value.errors:
        for language in LANGUAGES.values():
            assert error.message.id not in language.mistake(error)
    return [(error.field, error.message.id, error.message.count) for error in caught.value.errors]


def test_every_record_has_its_name_and_ttl_on_its_line_and_the_soa_is_first():
    zone = zone_of(row("www", "A", "192.0.2.2", ttl=300), A, NS, row("", "MX", "10 mail.alfa.example."), SOA)
    assert normal(zone) == (
        "; zone alfa.example., records: 5\n"
        "$ORIGIN alfa.example.\n"
        "alfa.example. 60 IN SOA ns.hoster.example. hostmaster.hoster.example. 1 3600 600 86400 60\n"
        "alfa.example. 60 IN NS ns.hoster.example.\n"
        "alfa.example. 60 IN A 192.0.2.1\n"
        "alfa.example. 60 IN MX 10 mail.alfa.example.\n"
        "www.alfa.example. 300 IN A 192.0.2.2\n"
    )


def test_the_order_of_the_source_does_not_matter_and_names_go_as_in_the_dns():
    rows = [row(name, "A", f"192.0.2.{n}") for name in ("b", "a", "x.a", "*", "z.b") for n in (20, 3)]
    assert normal(zone_of(SOA, NS, *rows)) == normal(zone_of(*reversed(rows), NS, SOA))
    lines = normal(zone_of(SOA, NS, *rows)).splitlines()[4:]
    assert [line.split()[0] for line in lines[::2]] == [
        "*.alfa.example.", "a.alfa.example.", "x.a.alfa.example.", "b.alfa.example.", "z.b.alfa.example.",
    ]  # fmt: skip
    assert lines[0].endswith(".3") and lines[1].endswith(".20")


def test_a_record_that_stands_twice_is_written_once_whatever_the_case_of_its_names():
    twice = row("a", "MX", "1 Mail.Alfa.example."), row("A", "MX", "1 mail.alfa.example.")
    assert normal(zone_of(SOA, SOA, NS, *twice)).count("\n") == 5


def test_a_long_text_is_split_at_255_octets_and_a_split_one_stays_as_it_is():
    text = normal(zone_of(SOA, NS, row("a", "TXT", f'"{"x" * 300}" "y"'), row("b", "TXT", '"x" "" "y"')))
    assert f'a.alfa.example. 60 IN TXT "{"x" * 255}" "{"x" * 45}" "y"\n' in text
    assert 'b.alfa.example. 60 IN TXT "x" "" "y"\n' in text


def test_a_text_has_no_letter_outside_of_ascii_and_no_control_code():
    text = normal(zone_of(SOA, NS, row("a", "TXT", '"zażółć \\027\\000\\"\\\\;"')))
    assert text.isascii() and text.replace("\n", "").isprintable()
    assert '"za\\197\\188\\195\\179\\197\\130\\196\\135 \\027\\000\\"\\\\;"' in text


def test_a_type_that_some_server_does_not_know_by_name_is_written_as_octets():
    text = normal(zone_of(SOA, NS, row("a", "RESINFO", '"qnamemin"'), row("b", "TYPE65400", "\\# 2 0102")))
    assert "a.alfa.example. 60 IN TYPE261 \\# 9 08716e616d656d696e\n" in text
    assert "b.alfa.example. 60 IN TYPE65400 \\# 2 0102\n" in text


# -- TTLs


def test_a_ttl_that_nobody_knows_is_refused_with_how_many_and_never_invented():
    zone = zone_of(SOA, NS, row("a", "A", "192.0.2.1", ttl=None), row("b", "A", "192.0.2.1", ttl=None))
    assert refused(zone) == [("default_ttl", "zone.write.ttl_unknown", 2)]
    # Where no server would load it whatever is given, nobody is asked for one.
    assert refused(zone_of(NS, row("a", "A", "192.0.2.1", ttl=None))) == [("zone", "zone.write.refused.no_soa", None)]


def test_a_given_ttl_stands_for_unknown_ones_alone_and_each_is_marked():
    zone = zone_of(SOA, NS, row("a", "A", "192.0.2.1", ttl=None), row("b", "A", "192.0.2.1"))
    lines = normal(zone, 1800).splitlines()
    assert lines[4:] == [
        "; TTL not in the source: 1800 s assumed",
        "a.alfa.example. 1800 IN A 192.0.2.1",
        "b.alfa.example. 60 IN A 192.0.2.1",
    ]
    assert "assumed" not in normal(zone_of(SOA, NS), 1800)


@pytest.mark.parametrize("ttl", [-1, 2**31])
def test_a_given_ttl_is_one_that_a_record_may_have(ttl):
    assert refused(zone_of(SOA, NS), ttl) == [("default_ttl", "error.range", None)]


def test_unequal_ttls_of_a_set_become_the_lowest_and_that_is_said():
    zone = zone_of(SOA, NS, row("a", "A", "192.0.2.1", ttl=300), row("a", "A", "192.0.2.2", ttl=60))
    assert normal(zone).splitlines()[4:] == [
        "; unequal TTLs in the source: the lowest",
        "a.alfa.example. 60 IN A 192.0.2.1",
        "a.alfa.example. 60 IN A 192.0.2.2",
    ]


# -- what no server loads


@pytest.mark.parametrize(
    ("rows", "id"),
    [
        ((NS, A), "no_soa"),
        ((SOA, row("", "SOA", "a.example. b.example. 2 1 1 1 1"), NS), "two_soa"),
        ((SOA, NS, row("a", "SOA", "a.example. b.example. 2 1 1 1 1")), "soa_elsewhere"),
        ((SOA, NS, row("a", "CNAME", "b.example."), row("a", "TXT", "x")), "alias_and_other"),
        ((SOA, NS, row("a", "CNAME", "b.example."), row("a", "CNAME", "c.example.")), "two_aliases"),
    ],
)  # fmt: skip
def test_a_zone_that_nobody_loads_is_refused_or_written_as_the_part_that_it_is(rows, id):
    assert refused(zone_of(*rows)) == [("zone", f"zone.write.refused.{id}", None)]
    assert "; only a part, not to be loaded as it is: " in normal(zone_of(*rows), part=True)


def test_a_zone_without_a_name_and_a_record_without_sense_are_refused():
    assert refused(ZoneFile("", "table", (A,), ())) == [("origin", "zone.write.no_origin", None)]
    assert refused(ZoneFile("alfa..example.", "table", (A,), ()))[0][0] == "origin"
    for odd in (
        row("a", "A", "no address"),
        row("a", "ALIAS", "b.example."),
        row("a", "AXFR", "x"),
        row("a", "TXT", ""),
    ):
        assert refused(zone_of(SOA, NS, odd)) == [("zone", "zone.write.unreadable", None)]
    assert refused(zone_of(SOA, NS, row("a", "A", "192.0.2.1", ttl=2**31))) == [("zone", "zone.write.unreadable", None)]
    assert len(refused(zone_of(*[row(f"a{n}", "A", "x") for n in range(50)]))) == 20


def test_what_one_server_refuses_is_told_above_the_records():
    text = normal(zone_of(SOA, NS, *(row(f"a_{n}", "A", "192.0.2.1") for n in range(7))))
    assert (
        "; BIND 9.18 will not load it: a name is none that a host may have (RFC 1123): a_0.alfa.example., "
        "a_1.alfa.example., a_2.alfa.example., a_3.alfa.example., a_4.alfa.example. and 2 more; "
        "BIND loads it with: check-names primary warn;\n"
    ) in text


def test_lines_that_could_not_be_read_and_records_outside_stand_in_comments():
    outside = Record("beta.example.", 60, "A", "192.0.2.1")
    lines = normal(zone_of(SOA, NS, outside), unread=Unread((3, 17))).splitlines()
    assert lines[1] == "; not all of the source: lines that could not be read: 3, 17"
    assert lines[-1] == "; outside of the zone, served by nobody: beta.example. 60 IN A 192.0.2.1"


def test_what_is_not_the_whole_zone_says_so_in_a_comment_though_no_line_is_to_blame():
    severities = datafiles.zone_severities()
    transfer = (
        "; <<>> DiG 9.18 <<>> AXFR alfa.example\n"
        "alfa.example. 60 IN SOA ns.hoster.example. h.hoster.example. 1 3600 600 86400 60\n"
        "alfa.example. 60 IN NS ns.hoster.example.\nwww.alfa.example. 60 IN A 192.0.2.1\n"
    )
    broken_off = read(transfer)
    assert ("not_whole", None) in [(one.tag, one.line) for one in broken_off.findings]
    unread = unread_of(broken_off, severities)
    assert unread == Unread((), whole=False) and not unread.none
    assert normal(broken_off, unread=unread).splitlines()[1] == (
        "; not all of the source: it is not the whole zone, or something in it could not be read"
    )


def test_line_that_gave_a_record_is_read_and_one_of_which_a_part_is_missing_is_not():
    text = (
        "$ORIGIN alfa.example.\n@ 60 SOA ns h 1 2 3 4 5\n@ 60 NS ns\nns 60 A 192.0.2.1\nx 60 CNAME 192.0.2.1\n"
        "y 60 CNAME ns\ny 60 A 192.0.2.2\nwhat is this\n$GENERATE 1-2 a$ 60 A 192.0.2.$x\n"
    )
    severities = datafiles.zone_severities()
    zone = read(text)
    grave = {one.line for one in zone.findings if severities.of(one) == "error"}
    assert grave >= {5, 6, 8, 9}
    assert (
        unread_of(zone, severities) == Unread((8, 9)) and unread_of(read(text[: text.index("what")]), severities).none
    )
    # The tags of what was read well are those that the readers know.
    assert severities.severity.keys() >= unread_module._OF_RECORDS
    one_line = (
        '{"ResourceRecordSets": [{"Name": "alfa.example.", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": '
    )
    one_line += '"192.0.2.1"}, {"Value": "192.0.2.x"}]}]}'
    assert unread_of(read(one_line, "alfa.example"), severities).lines == (1,)


def test_a_comment_is_one_line_whatever_its_names_hold():
    odd = row("a\\010b", "A", "192.0.2.1", ttl=None), Record("x\\010y.example.", 60, "TXT", '"a\\010b"')
    text = normal(zone_of(SOA, NS, *odd), 60)
    assert all(line.startswith((";", "$")) or " IN " in line for line in text.splitlines())


# -- and back again


def _octets(octets):
    return "".join(f"\\{octet:03}" for octet in octets)


_TEXTS = st.lists(st.binary(max_size=300).map(lambda octets: f'"{_octets(octets)}"'), min_size=1, max_size=3)
_LABELS = st.binary(min_size=1, max_size=12).map(_octets)


@given(st.dictionaries(_LABELS, st.tuples(_TEXTS, st.integers(0, 2**31 - 1)), max_size=5))
def test_what_is_written_reads_as_the_same_records(made):
    rows = [row(label, "TXT", " ".join(texts), ttl=ttl) for label, (texts, ttl) in made.items()]
    text = normal(zone_of(SOA, NS, *rows))
    theirs = dns.zone.from_text(text, relativize=False)
    assert sum(len(rdataset) for _, rdataset in theirs.iterate_rdatasets()) >= 2
    again = read(text)
    assert [one.tag for one in again.findings if one.tag in ("unreadable", "ttl_missing")] == []
    assert normal(again) == text
