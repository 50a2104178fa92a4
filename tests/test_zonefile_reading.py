"""A zone as bytes or text: in which letters, how long, whose file it is, and what is no zone at all."""

import pytest

from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from core.zonefile import reading
from core.zonefile.marks import provider
from core.zonefile.reading import BYTES_MAX, named, read
from tests.yardstick import within
from tests.zone_dialects import HOLDS

ZONE = '$ORIGIN alfa.example.\n@ 300 IN SOA ns1.beta.example. root.beta.example. 1 2 3 4 5\n@ 300 IN TXT "żółw"\n'
ONE = "$ORIGIN alfa.example.\nwww 300 IN A 192.0.2.1\n"


def refused(content, origin="alfa.example"):
    with pytest.raises(InputError) as error:
        read(content, origin)
    (mistake,) = error.value.errors
    return mistake.field, mistake.message.id


def tags(zone):
    return {finding.tag for finding in zone.findings}


def texts(zone):
    return [record.rdata for record in zone.records if record.type == "TXT"]


# -- letters


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_letters_of_unicode_are_read_as_they_are(encoding):
    zone = read(ZONE.encode(encoding))
    assert texts(zone) == ['"\\197\\188\\195\\179\\197\\130w"'] and "encoding" not in tags(zone)


@pytest.mark.parametrize("encoding", ["cp1250", "iso-8859-2"])
def test_other_letters_are_told_with_their_line(encoding):
    zone = read(ZONE.replace("żółw", "źdźbło śąż").encode(encoding))
    (found,) = [finding for finding in zone.findings if finding.tag == "encoding"]
    assert (found.line, found.values) == (3, {"encoding": encoding})
    assert texts(zone) == texts(read(ZONE.replace("żółw", "źdźbło śąż")))


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_end_as_they_may(end):
    zone = read(ONE.replace("\n", end).encode())
    assert [(record.name, record.line) for record in zone.records] == [("www.alfa.example.", 2)]


@pytest.mark.parametrize(
    ("content", "id"),
    [
        (b"", "error.zone_empty"),
        (" \n\t\n", "error.zone_empty"),
        (b"\xef\xbb\xbf", "error.zone_empty"),
        (ONE.encode() + b"\0", "error.zone_binary"),
        (ONE + "\0", "error.zone_binary"),
        (b"PK\x03\x04" + bytes(100), "error.zone_binary"),
        (b"\x1f\x8b\x08 gzip", "error.zone_binary"),
        (b"%PDF-1.7\n", "error.zone_binary"),
        (b"\xff\xfe\x00", "error.zone_binary"),
        (b"; " * (BYTES_MAX // 2 + 1), "error.zone_long"),
    ],
)
def test_what_is_no_text_is_refused_in_words(content, id):
    field, found = refused(content)
    assert (field, found) == ("zone", id)


def test_halves_of_letters_do_no_harm():
    assert read(ONE + 'x 300 IN TXT "\ud83d"\n').records


# -- what is no zone


@pytest.mark.parametrize("text", ["=1+1\n", "Dzień dobry, przesyłam pliki.", "@", "<>", "-", "; tylko uwaga\n"])
def test_what_has_no_record_is_refused(text):
    assert refused(text)[0] == "zone"


def test_formulas_are_plain_data():
    zone = read('$ORIGIN alfa.example.\n@ 300 IN TXT "=1+1"\n=cmd 300 IN A 192.0.2.1\n')
    assert texts(zone) == ['"=1+1"'] and "=cmd.alfa.example." in {record.name for record in zone.records}


# -- the origin


def test_origin_that_somebody_says_wins_and_is_a_name():
    assert read("www 300 IN A 192.0.2.1", " Żółw.PL. ").origin == "xn--w-uga1v8h.pl."
    assert refused(ONE, "nie domena") == ("origin", "error.name_space")


def test_origin_is_asked_where_a_table_does_not_say_it():
    assert refused("www\tA\t192.0.2.1\nftp\tA\t192.0.2.1\n", "") == ("origin", "error.zone_origin_unsaid")


# -- whose file it is


@pytest.mark.parametrize(
    ("dialect", "head"),
    [
        ("cloudflare", ";;\n;; Domain:     alfa.example.\n;; Exported:   2026-11-29 10:00:00\n"),
        ("cloudflare", "www.alfa.example. 1 IN A 192.0.2.1 ; cf_tags=cf-proxied:true\n"),
        ("cpanel", "; cPanel first:118.0.0 (update_time):1795000000\n"),
        ("cpanel", ";  Cpanel::ZoneFile::VERSION:1.3 hostname:h1\n"),
        ("godaddy", "; Domain: alfa.example\n; Exported (y-m-d hh:mm:ss): 2026-11-29 10:00:00\n"),
        ("hetzner", ";; Exported on 2026-11-29T12:00:00Z\n"),
        ("hetzner", "@ IN SOA hydrogen.ns.hetzner.com. dns.hetzner.com. 1 2 3 4 5\n"),
        ("cli53", "@ 86400 AWS ALIAS A d1.cloudfront.net. Z2 false\n"),
        ("cli53", 'w 60 IN A 192.0.2.1 ; AWS routing="WEIGHTED" weight=1 identifier="a"\n'),
        ("dig", "\n; <<>> DiG 9.18.24 <<>> axfr alfa.example @dns100.ovh.net\n@ IN SOA dns100.ovh.net. x. 1 2 3 4 5\n"),
        ("ovh", "$TTL 3600\n@\tIN SOA dns100.ovh.net. tech.ovh.net. (1 86400 3600 3600000 300)\n"),
        ("master", "@ IN SOA ns1.beta.example. x. 1 2 3 4 5\n"),
        # A comment of somebody's says nothing.
        ("master", "; przeniesione z Cloudflare i OVH\n"),
    ],
)
def test_provider_is_told_by_its_marks(dialect, head):
    assert provider(head) == dialect


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("table", "Nazwa\tTyp\tWartość\nalfa.example\tA\t192.0.2.1\n"),
        ("table", "www   A   192.0.2.1\nftp   A   192.0.2.1\n"),
        ("table", "nazwa;typ;wartość\nwww;A;192.0.2.1\n"),
        ("forpsi", "hostname;ttl;type;value\nwww.alfa.example;300;A;192.0.2.1\n"),
        ("forpsi", "Type;Value;Hostname;TTL\nA;192.0.2.1;www.alfa.example;300\n"),
        ("master", "www\t300\tIN\tA\t192.0.2.1\nftp\t300\tIN\tA\t192.0.2.1\n"),
        ("master", "www A 192.0.2.1\nftp A 192.0.2.1\n"),
        # Knot writes no class, and no comment where it is told so.
        ("master", "alfa.example.\t3600\tSOA\tns. x. 1 2 3 4 5\nalfa.example.\t3600\tA\t192.0.2.1\n"),
        ("octodns", "www: {type: A, value: 192.0.2.1}\n"),
        ("octodns", "www:\n  type: A\n  value: 192.0.2.1\n"),
        ("hestia", "ID='1' RECORD='@' TYPE='A' PRIORITY='' VALUE='192.0.2.1' SUSPENDED='no'\n"),
        ("plesk", '<domain name="alfa.example"><dnsrec type="A" src="www" dst="192.0.2.1"/></domain>'),
        ("route53", '{"ResourceRecordSets": []}'),
    ],
)
def test_dialect_is_told_by_the_content(dialect, text):
    assert read(text, "alfa.example").dialect == dialect


@pytest.mark.parametrize("dialect", HOLDS)
def test_every_dialect_has_a_name(dialect):
    assert POLISH.text(named(dialect)) != ENGLISH.text(named(dialect))


# -- bounds


@pytest.mark.parametrize(
    "text",
    ["(" * 100_000, '"' * 100_000, "\\" * 100_001, ";" * 100_000, "\t" * 100_000 + "A", "A\t" * 50_000,
     "SOA " * 25_000, " IN A" * 20_000, "a: [" * 25_000, "[" * 100_000, "{" * 100_000, '{"a":' * 20_000,
     "<a>" * 30_000, "<domain>" * 12_000, "RECORD='" * 12_000, "A\n" * 20_000, "MX\n10\n" * 10_000,
     "www  A  " * 12_500, "- " * 50_000 + "type: A", "? " * 50_000 + "\ntype: A\n", "type: A\n&a [*a,*a]",
     "AWS ALIAS " * 10_000, ";" + " " * 100_000 + "cf_tags", "1" * 100_000 + " A", "nazwa;typ;wartosc\n" * 5_000],
    ids=lambda text: repr(text[:8]),
)  # fmt: skip
def test_texts_that_make_patterns_slow_do_not(text):
    with within(4):
        for content in (text, f"www\tA\t192.0.2.1\n{text}"):
            try:
                read(content, "alfa.example")
            except InputError as error:
                assert {mistake.field for mistake in error.errors} <= {"zone", "origin"}


def test_more_than_any_zone_has_is_told(monkeypatch):
    from core.zonefile import panel_values

    monkeypatch.setattr(panel_values, "RECORDS_MAX", 3)
    zone = read("".join(f"h{n}\tA\t192.0.2.{n}\n" for n in range(1, 9)), "alfa.example")
    assert len(zone.records) == 3
    assert [finding.line for finding in zone.findings if finding.tag == "too_many"] == [4]


def test_ten_thousand_records_of_a_table_take_no_second():
    rows = "".join(f"h{n}.alfa.example\tA\t3600\t192.0.2.1\n" for n in range(10_000))
    with within(2):
        assert len(read(rows, "alfa.example").records) == 10_000


def test_reading_names_its_bounds():
    assert (reading.BYTES_MAX, reading.RECORDS_MAX) == (20 * 1024 * 1024, 200_000)
