"""Zone files as text: records, directives, names that are inherited, quotes and parentheses that do not end."""

import pytest

from core.ground.messages import InputError
from core.zonefile import master
from core.zonefile.master import read_master
from tests.zone_reading import START, body, short, tags, zone

# -- records


def test_a_normal_zone_file():
    records, findings = body("www IN A 192.0.2.1\n  IN AAAA 2001:db8::1\nmail 300 A 192.0.2.2\n@ MX 10 mail\n")
    assert short(records) == [
        ("www.", None, "A", "192.0.2.1"),
        ("www.", None, "AAAA", "2001:db8::1"),
        ("mail.", 300, "A", "192.0.2.2"),
        ("", None, "MX", "10 mail.alfa.example."),
    ]
    assert [record.line for record in records] == [3, 4, 5, 6]
    assert tags(findings) == [(3, "ttl_unknown")]
    assert findings[0].values == {"records": 3}


@pytest.mark.parametrize(
    "line", ["x 300 IN A 192.0.2.1", "x IN 300 A 192.0.2.1", "x 300 A 192.0.2.1", "x CLASS1 300 A 192.0.2.1"]
)
def test_class_and_ttl_stand_in_either_order_or_not_at_all(line):
    assert body(line) == ([("x.alfa.example.", 300, "A", "192.0.2.1", 3)], ())


@pytest.mark.parametrize("rdclass", ["CH", "HS", "CLASS3", "ANY"])
def test_another_class_is_not_read_as_in(rdclass):
    records, findings = body(f"x 300 {rdclass} TXT y\n  300 A 192.0.2.1")
    assert tags(findings) == [(3, "class_other")]
    assert [record.line for record in records] == [4]


def test_origin_and_ttl_change_on_the_way():
    records, findings = body(
        "$TTL 1h\na A 192.0.2.1\n$ORIGIN dev\nb A 192.0.2.2\n$TTL 60\n A 192.0.2.3\n"
        "$ORIGIN alfa.example.\n A 192.0.2.4\nc CNAME a\n"
    )
    assert short(records) == [
        ("a.", 3600, "A", "192.0.2.1"),
        ("b.dev.", 3600, "A", "192.0.2.2"),
        ("b.dev.", 60, "A", "192.0.2.3"),
        ("b.dev.", 60, "A", "192.0.2.4"),
        ("c.", 60, "CNAME", "a.alfa.example."),
    ]
    assert (3, "ttl_units") in tags(findings)


def test_directives_that_do_not_read_are_told():
    _, findings = body(
        "$TTL\n$TTL soon\n$TTL 4294967295\n$ORIGIN\n$ORIGIN a..b\nx 300 A 192.0.2.1\n$WHAT 1\n$INCLUDE other.zone\n"
    )
    assert tags(findings) == [
        (3, "directive_malformed"),
        (4, "directive_malformed"),
        (5, "ttl_range"),
        (6, "directive_malformed"),
        (7, "name_empty_label"),
        (8, "origin_unknown"),
        (9, "directive_unknown"),
        (10, "include"),
    ]
    assert findings[-1].values == {"file": "other.zone"}


def test_what_inherits_from_a_line_that_does_not_read_is_not_guessed():
    records, findings = body(
        "x 300 A 192.0.2.1\nhello world again\n 300 A 192.0.2.2\ny 300 A 192.0.2.3\n 300 A 192.0.2.4"
    )
    assert tags(findings) == [(4, "unreadable"), (5, "owner_unclear")]
    assert [record.line for record in records] == [3, 6, 7]
    assert findings[1].values == {"type": "A", "after": 4}


def test_an_owner_that_is_clear_is_inherited_though_its_line_does_not_read():
    records, findings = body('x 300 TXT "a\n 300 A 192.0.2.2')
    assert tags(findings) == [(3, "unclosed_quote")]
    assert short(records) == [("x.", 300, "A", "192.0.2.2")]


def test_the_first_record_needs_an_owner():
    assert tags(zone(" 300 A 192.0.2.1\n").findings) == [(1, "owner_missing")]


def test_a_file_that_was_pasted_with_blanks_in_front_keeps_its_names():
    records, findings = body("   www 300 IN A 192.0.2.1\n   @ 300 IN TXT x")
    assert short(records) == [("www.", 300, "A", "192.0.2.1"), ("", 300, "TXT", '"x"')]
    assert tags(findings) == [(3, "owner_indented"), (4, "owner_indented")]


def test_a_class_where_a_name_stands_is_a_name():
    records, findings = body("IN 300 A 192.0.2.1")
    assert (short(records), tags(findings)) == ([("in.", 300, "A", "192.0.2.1")], [(3, "owner_class")])


def test_blanks_that_are_none_to_a_server_are_told():
    records, findings = body('www\u00a0300 A\u2003192.0.2.1\nx 300 TXT "a\u00a0b"')
    assert short(records) == [("www.", 300, "A", "192.0.2.1"), ("x.", 300, "TXT", r'"a\194\160b"')]
    assert tags(findings) == [(3, "blank_odd")]


def test_texts_over_lines_and_beside_each_other():
    records, findings = body('k 300 TXT ( "v=DKIM1; "\n "p=MIGf" ) ; key\nx 300 TXT "a""b"\ny 300 TXT v=DMARC1; p=none')
    assert [record.rdata for record in records] == ['"v=DKIM1; " "p=MIGf"', '"a" "b"', '"v=DMARC1; p=none"']
    assert tags(findings) == [(5, "text_touching"), (6, "text_cut")]


@pytest.mark.parametrize(
    ("text", "told", "kept"),
    [
        ('x 300 TXT "a\ny 300 A 192.0.2.1', [(3, "unclosed_quote")], [4]),
        ('x 300 TXT "a\nb" c\ny 300 A 192.0.2.1', [(3, "unclosed_quote"), (4, "unclosed_quote")], [5]),
        (
            "x 300 TXT ( a\n b\n\n c\ny 300 A 192.0.2.1",
            [(3, "unclosed_parenthesis"), (4, "swallowed"), (6, "swallowed")],
            [7],
        ),
        ("x 300 TXT a )\ny 300 A 192.0.2.1", [(3, "stray_parenthesis")], [4]),
        ("x 300 TXT ( a", [(3, "unclosed_parenthesis")], []),
    ],
)
def test_what_is_not_closed_does_not_take_the_rest_with_it(text, told, kept):
    records, findings = body(text)
    assert (tags(findings), [record.line for record in records]) == (told, kept)


def test_a_zone_of_too_many_records_or_findings_says_where_reading_stopped(monkeypatch):
    monkeypatch.setattr(master, "RECORDS_MAX", 5)
    _, findings = body("".join(f"h{n} 300 A 192.0.2.{n}\n" for n in range(1, 9)))
    assert tags(findings) == [(6, "too_many")]
    monkeypatch.setattr(master, "FINDINGS_MAX", 3)
    assert tags(zone("x\n" * 9).findings)[-1] == (4, "too_many")


def test_an_origin_that_is_no_name_is_refused():
    for origin in ("a..b", ".", "x" * 80):
        with pytest.raises(InputError) as error:
            read_master(START, origin, "master")
        assert error.value.errors[0].field == "origin"
