"""Tables copied out of panels where a cell may be meant otherwise: names like buttons, columns twice, quoted cells."""

import pytest

from core.zonefile.reading import read
from core.zonefile.unread import unread_of
from tests.zone_asked import ZONE, found, records
from tests.zone_reading import SEVERITIES

# -- names that look like buttons


@pytest.mark.parametrize(
    "text",
    [
        "@  MX  10  mail.alfa.example  3600\n*  A  192.0.2.1  3600\n",
        "Nazwa\tTyp\tPrio\tWartość\tTTL\n*\tA\t\t192.0.2.1\t3600\tEdytuj\n@\tMX\t10\tmail.alfa.example\t3600\n",
        "Nazwa\nTyp\nPrio\nWartość\nTTL\n@\nMX\n10\nmail.alfa.example\n3600\n*\nA\n192.0.2.1\n3600\n",
    ],
    ids=["blanks", "tabs", "stacked"],
)
def test_name_without_letters_is_no_button(text):
    assert sorted(records(read(text, ZONE))) == [
        ("", 3600, "MX", "10 mail.alfa.example."),
        ("*.", 3600, "A", "192.0.2.1"),
    ]


@pytest.mark.parametrize("name", ["edit", "id", "opis", "2024", "in"])
def test_name_in_its_column_is_a_name_whatever_it_says(name):
    zone = read(f"@  MX  10  mail.alfa.example  3600\n{name}  A  192.0.2.1  3600\n", ZONE)
    assert records(zone)[1] == (f"{name}.", 3600, "A", "192.0.2.1")
    if name != "2024":
        # Alone it may as well be a TTL.
        assert records(read(f"{name}  A  192.0.2.1\n", ZONE)) == [(f"{name}.", None, "A", "192.0.2.1")]


def test_numbers_of_a_reverse_zone_are_names():
    zone = read("1\tPTR\ta.alfa.example\n2\tPTR\tb.alfa.example\n", "2.0.192.in-addr.arpa")
    assert [(r.name, r.ttl) for r in zone.records] == [
        ("1.2.0.192.in-addr.arpa.", None),
        ("2.2.0.192.in-addr.arpa.", None),
    ]


def test_dash_for_what_is_missing_is_no_text():
    zone = read("@  MX  10  mail.alfa.example  3600\nwww  A  -  192.0.2.1  3600  Edytuj\n", ZONE)
    assert records(zone)[1] == ("www.", 3600, "A", "192.0.2.1")


@pytest.mark.parametrize(
    "more", ["", "www  A  192.0.2.1\n" * 3, "Nazwa  Typ  Wartość\n", "Nazwa  Typ  Wartość  Akcje\n"]
)
def test_blanks_in_a_text_part_no_cells(more):
    zone = read(f"{more}@  TXT  v=spf1 a  mx  -all\n", ZONE)
    assert ("", None, "TXT", '"v=spf1 a  mx  -all"') in records(zone)
    assert not found(zone, "column_left_out")


def test_buttons_behind_a_text_are_none_of_it():
    zone = read("Nazwa  Typ  Wartość  Akcje\n@  TXT  v=spf1 a  mx  -all  Edytuj Usuń\n", ZONE)
    assert records(zone) == [("", None, "TXT", '"v=spf1 a  mx  -all"')]


# -- columns twice


def test_of_two_numbers_of_mail_servers_one_is_the_ttl():
    zone = read("@ \t60\tMX\t10\tmail\n@\t60\tMX\t20\tmail2\n", ZONE)
    assert records(zone) == [("", 60, "MX", "10 mail.alfa.example."), ("", 60, "MX", "20 mail2.alfa.example.")]
    assert records(read("@\tMX\t10\t60\tmail\n@\tMX\t20\t60\tmail2\n", ZONE)) == records(zone)
    assert records(read("@\tMX\t10\tmail\t60\n@\tMX\t20\tmail2\t60\n", ZONE)) == records(zone)


@pytest.mark.parametrize(
    ("head", "row", "other"),
    [
        ("Domena;Nazwa;Typ;Wartość", "alfa.example;www;A;192.0.2.1", "www"),
        ("Nazwa;Typ;Adres IP;Cel", "www;A;192.0.2.1;192.0.2.2", "192.0.2.2"),
        ("Nazwa;Typ;Typ rekordu;Cel", "www;A;AAAA;192.0.2.1", "AAAA"),
    ],
)
def test_second_cell_of_a_kind_with_another_text_is_told_and_no_record(head, row, other):
    zone = read(f"{head}\n{row}\n", ZONE)
    assert records(zone) == []
    assert [(told["line"], told["other"]) for told in found(zone, "cell_twice")] == [(2, other)]


@pytest.mark.parametrize(
    "row", ["www;A;192.0.2.1;", "www;A;;192.0.2.1", "www;A;192.0.2.1;192.0.2.1", "www;A;-;192.0.2.1"]
)
def test_second_cell_of_a_kind_may_be_empty_or_the_same(row):
    zone = read(f"Nazwa;Typ;Adres IP;Cel\n{row}\n", ZONE)
    assert records(zone) == [("www.", None, "A", "192.0.2.1")] and not found(zone, "cell_twice")


@pytest.mark.parametrize("head", ["Nazwa\tKlasa\tTyp\tWartość\n", ""])
def test_class_other_than_in_is_no_record(head):
    zone = read(f"{head}www\tIN\tA\t192.0.2.1\nx\tCH\tTXT\tv=1 a\n", ZONE)
    assert records(zone) == [("www.", None, "A", "192.0.2.1")]
    assert [told["rdclass"] for told in found(zone, "class_other")] == ["CH"]
    ragged = read(f"{head}www\tIN\tA\t192.0.2.1\nx\tCH\tTXT\tv=1 a\tb\tc\n", ZONE)
    assert [r[2] for r in records(ragged)] == ["A"]


# -- buttons without a header


@pytest.mark.parametrize("buttons", ["Edit\tDelete", "Edytuj\tUsuń", "Edit Delete"])
@pytest.mark.parametrize("rows", [1, 2])
def test_columns_of_buttons_are_no_values(buttons, rows):
    text = "".join(f"mail{n or ''}\t14400\tCNAME\tbeta.example.\t{buttons}\n" for n in range(rows))
    zone = read(text, ZONE)
    assert records(zone)[0] == ("mail.", 14400, "CNAME", "beta.example.") and len(records(zone)) == rows
    assert not found(zone, "column_left_out")


def test_where_buttons_stand_beside_one_column_of_values_the_name_is_empty():
    assert records(read("\tA\t192.0.2.1\tEdit\n\tCNAME\twww\tEdit\n", ZONE))[0] == ("", None, "A", "192.0.2.1")
    assert records(read("www\tCNAME\tedit\n", ZONE)) == [("www.", None, "CNAME", "edit.alfa.example.")]


# -- quoted cells


@pytest.mark.parametrize("mark", [";", ","])
@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('"v=spf1 a, b -all"', '"v=spf1 a, b -all"'),
        ('"v=DMARC1; p=none"', '"v=DMARC1; p=none"'),
        ('"a ""b"" c"', '"a \\"b\\" c"'),
        ('"v=DKIM1; " "k=rsa, x"', '"v=DKIM1; " "k=rsa, x"'),
        ('"a \\"b\\"; c"', '"a \\"b\\"; c"'),
    ],
)
def test_quoted_cell_is_kept_to_the_letter(mark, cell, text):
    zone = read(f"Nazwa{mark}Typ{mark}Wartość\nx{mark}TXT{mark}{cell}\n", ZONE)
    assert (records(zone), zone.dialect) == ([("x.", None, "TXT", text)], "table")
    after = read(f"Wartość{mark}Typ{mark}Nazwa\n{cell}{mark} TXT{mark}x\n", ZONE)
    assert records(after) == records(zone)


def test_quotes_of_a_table_with_tabs_are_those_of_the_text():
    zone = read('x\tTXT\t"a; b" "c"\ny\tA\t192.0.2.1\n', ZONE)
    assert records(zone)[0][3] == '"a; b" "c"'


# -- digits that are none


@pytest.mark.parametrize("digit", ["²", "①", "٣"])
@pytest.mark.parametrize("mark", ["\t", "  "])
def test_digits_of_other_scripts_are_no_numbers(digit, mark):
    for row in (("@", "MX", digit, "mail"), ("@", digit, "MX", "10", "mail"), ("@", "MX", "10", "mail", digit)):
        zone = read(mark.join(row) + "\n", ZONE)
        assert records(zone) or zone.findings
        zone = read("Nazwa\tTyp\tPrio\tWartość\n" + "\t".join(row) + "\n", ZONE)
        assert records(zone) or zone.findings


@pytest.mark.parametrize(
    "rows", ["2024  A  192.0.2.1\n", "2024\tA\t192.0.2.1\n2025\tA\t192.0.2.2\n", "3600;A;192.0.2.1\n"]
)
def test_numbers_beside_values_may_be_names_where_no_column_has_any(rows):
    zone = read(rows, ZONE)
    assert [(one["column"], one["text"]) for one in found(zone, "number_as_ttl")] == [(1, rows[:4])]
    assert not unread_of(zone, SEVERITIES).none


def test_number_before_the_type_of_a_row_that_lacks_a_cell_may_be_its_name():
    for head in ("", "Nazwa  TTL  Typ  Wartość\n"):
        zone = read(f"{head}www  3600  A  192.0.2.1\nftp  3600  A  192.0.2.3\n2024  A  192.0.2.2\n", ZONE)
        assert [record.name for record in zone.records] == ["www.alfa.example.", "ftp.alfa.example."]
        assert [one["line"] for one in found(zone, "line_unreadable")] == [4 if head else 3]
