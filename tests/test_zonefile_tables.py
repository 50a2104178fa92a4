"""Tables copied out of panels: columns in any order, with a header or without, cells missing, TTLs in words."""

import pytest

from core.zonefile.reading import read
from tests.zone_asked import ZONE, found, records

_ROWS = [
    ("alfa.example", "A", "", "3600", "192.0.2.1"),
    ("www.alfa.example", "CNAME", "", "3600", "alfa.example"),
    ("alfa.example", "MX", "10", "3600", "mail.alfa.example"),
    ("_sip._tcp.alfa.example", "SRV", "5", "3600", "1 5060 sip.alfa.example"),
    ("alfa.example", "TXT", "", "3600", "v=spf1 include:_spf.alfa.example -all"),
]
_READ = [
    ("", 3600, "A", "192.0.2.1"),
    ("www.", 3600, "CNAME", "alfa.example."),
    ("", 3600, "MX", "10 mail.alfa.example."),
    ("_sip._tcp.", 3600, "SRV", "5 1 5060 sip.alfa.example."),
    ("", 3600, "TXT", '"v=spf1 include:_spf.alfa.example -all"'),
]
_ORDERS = [(0, 1, 2, 3, 4), (1, 0, 4, 2, 3), (0, 3, 1, 2, 4), (4, 3, 2, 1, 0), (1, 0, 2, 4, 3)]
_HEADS = [("Nazwa", "Typ", "Priorytet", "TTL", "Wartość"), ("Host", "Record type", "Prio", "TTL (s)", "Points to")]


@pytest.mark.parametrize("order", _ORDERS)
@pytest.mark.parametrize("head", [*_HEADS, None])
@pytest.mark.parametrize("mark", ["\t", ";", ","])
def test_columns_stand_in_any_order_with_a_header_or_without(order, head, mark):
    rows = ([head] if head else []) + _ROWS
    zone = read("\n".join(mark.join(row[place] for place in order) for row in rows), ZONE)
    assert (zone.dialect, records(zone)) == ("table", _READ)


@pytest.mark.parametrize("head", [*_HEADS, None])
def test_blanks_between_cells_hide_which_one_is_missing(head):
    rows = ([head] if head else []) + _ROWS
    zone = read("\n".join("   ".join(cell for cell in row if cell) for row in rows), ZONE)
    assert records(zone) == _READ


@pytest.mark.parametrize("head", [*_HEADS, None])
@pytest.mark.parametrize("empty", [True, False], ids=["empty cells", "none"])
def test_each_cell_on_a_line_of_its_own(head, empty):
    rows = ([head] if head else []) + _ROWS
    zone = read("\n".join(cell for row in rows for cell in row if cell or empty), ZONE)
    assert records(zone) == _READ


def test_only_mail_servers_have_a_cell_for_the_priority():
    zone = read(
        "alfa.example.\t14400\tA\t192.0.2.1\nalfa.example.\t14400\tMX\t0\talfa.example.\n"
        'www\t14400\tCNAME\talfa.example.\nalfa.example.\t60\tTXT\t"v=spf1 +a +mx -all"\n',
        ZONE,
    )
    assert records(zone) == [
        ("", 14400, "A", "192.0.2.1"),
        ("", 14400, "MX", "0 alfa.example."),
        ("www.", 14400, "CNAME", "alfa.example."),
        ("", 60, "TXT", '"v=spf1 +a +mx -all"'),
    ]


def test_cells_on_lines_of_their_own_with_an_empty_name():
    text = "www\nA\n3600\n192.0.2.1\nMX\n10\n3600\nmail.alfa.example\nftp\nA\n3600\n192.0.2.2\n"
    assert records(read(text, ZONE)) == [
        ("www.", 3600, "A", "192.0.2.1"),
        ("", 3600, "MX", "10 mail.alfa.example."),
        ("ftp.", 3600, "A", "192.0.2.2"),
    ]


@pytest.mark.parametrize("name", ["@", "", "alfa.example", "alfa.example.", "ALFA.example"])
def test_names_of_the_zone_itself(name):
    assert records(read(f"Nazwa\tTyp\tCel\n{name}\tA\t192.0.2.1\n", ZONE)) == [("", None, "A", "192.0.2.1")]


@pytest.mark.parametrize(
    ("ttl", "seconds", "tag"),
    [
        ("3600", 3600, ""), ("1 godz.", 3600, "ttl_words"), ("30 min", 1800, "ttl_words"),
        ("1 dzień", 86400, "ttl_words"), ("2 hours", 7200, "ttl_words"), ("1h30m", 5400, "ttl_words"),
        ("14 400", 14400, "ttl_words"), ("Auto", None, "ttl_chosen"), ("domyślny", None, "ttl_chosen"),
        ("-", None, "ttl_chosen"), ("", None, "ttl_unknown"), ("wkrótce", None, "ttl_unreadable"),
        ("9" * 30, None, "ttl_unreadable"),
    ],
)  # fmt: skip
def test_ttl_in_words_is_repaired_or_unknown_with_a_finding(ttl, seconds, tag):
    zone = read(f"Nazwa\tTyp\tTTL\tWartość\nwww\tA\t{ttl}\t192.0.2.1\n", ZONE)
    assert [r[1] for r in records(zone)] == [seconds]
    assert not tag or found(zone, tag)


def test_buttons_are_left_out_and_other_columns_are_told():
    zone = read("Nazwa\tTyp\tWartość\tAkcje\tDodano\nwww\tA\t192.0.2.1\tEdytuj Usuń\t2024-01-02\n", ZONE)
    assert records(zone) == [("www.", None, "A", "192.0.2.1")]
    assert [told["column"] for told in found(zone, "column_left_out")] == [5]


def test_cpanels_record_is_the_value_and_elsewhere_the_type():
    assert records(read("Nazwa\tTTL\tTyp\tRekord\twww\nwww\t60\tA\t192.0.2.1\t\n", ZONE)) == [
        ("www.", 60, "A", "192.0.2.1")
    ]
    assert records(read("Host;Rekord;Wartość\nwww;A;192.0.2.1\n", ZONE)) == [("www.", None, "A", "192.0.2.1")]


def test_value_that_the_panel_has_cut_is_no_record():
    zone = read("Nazwa\tTyp\tWartość\nk._domainkey\tTXT\tv=DKIM1; k=rsa; p=MIGf…\nwww\tA\t192.0.2.1\n", ZONE)
    assert [r[2] for r in records(zone)] == ["A"] and found(zone, "value_cut")[0]["line"] == 2


def test_priority_stands_before_the_value_or_beside_it_or_nowhere():
    zone = read(
        "Nazwa\tTyp\tPrio\tWartość\na\tMX\t\t10 m.beta.example\nb\tMX\t10\tm.beta.example\n"
        "c\tMX\t10\t20 m.beta.example\n"
        "d\tMX\t\tm.beta.example\n",
        ZONE,
    )
    assert [r[3] for r in records(zone)] == ["10 m.beta.example.", "10 m.beta.example.", "20 m.beta.example."]
    assert found(zone, "priority_differs")[0]["line"] == 4 and found(zone, "mx_without_priority")[0]["line"] == 5


def test_target_with_one_label_may_be_either():
    zone = read("Nazwa\tTyp\tCel\nwww\tCNAME\tsklep\nftp\tCNAME\twww.sklep\nx\tCNAME\tbeta.pl\n", ZONE)
    assert [r[3] for r in records(zone)] == ["sklep.alfa.example.", "www.sklep.", "beta.pl."]
    assert [told["other"] for told in found(zone, "target_unclear")] == ["sklep.", "www.sklep.alfa.example."]


def test_backslash_of_a_text_is_a_doubt():
    zone = read("Nazwa\tTyp\tCel\n_dmarc\tTXT\tv=DMARC1\\; p=none\n", ZONE)
    assert records(zone)[0][3] == '"v=DMARC1; p=none"' and found(zone, "text_backslash")


def test_lines_beside_the_table_are_told():
    zone = read("Rekordy domeny\nNazwa\tTyp\tCel\nwww\tA\t192.0.2.1\nRazem: 1\n", ZONE)
    assert records(zone) and [told["line"] for told in found(zone, "line_unreadable")] == [1, 4]


def test_cloudflares_table_says_what_is_proxied():
    zone = read(
        "Type\tName\tContent\tProxy status\tTTL\nA\twww\t192.0.2.1\tProxied\tAuto\nA\tftp\t192.0.2.2\tDNS only\t1 hr\n",
        ZONE,
    )
    assert [told["line"] for told in found(zone, "proxied")] == [2] and records(zone)[1][1] == 3600
