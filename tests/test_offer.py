"""The offer: what it says, until when, and that nobody's name is ever markup or a formula."""

import csv
import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from core import datafiles
from core.ground.messages import Grosze, Message
from core.ground.settings import settings
from core.language import LANGUAGES, POLISH
from core.offer.company import parse_company
from core.offer.customer import parse_customer
from core.offer.document import document
from core.offer.email import email
from core.offer.extras import Extras, FreeLine
from core.offer.lines import CSV_COLUMNS, as_csv, as_xlsx
from core.offer.terms import ALL, choices, read_terms
from tests.offers import BOTH, HOSTILE, ISSUED, LEAVE_VPS, SAMPLE, TO_VPS, refused, texts_of

# -- our company


def test_sample_company_says_that_it_is_one():
    company = datafiles.company()
    assert company.samples and company.nip == "0123456789" and "example." in company.email


@pytest.mark.parametrize(
    ("right", "wrong", "field", "message"),
    [
        ('nip = "012-34-56-789"', 'nip = "012-34-56-788"', "nip", "error.nip_checksum"),
        ('nip = "012-34-56-789"', "nip = 123456789", "nip", "error.text"),
        ('name = "Hosting', 'title = "Hosting', "title", "error.unknown_key"),
        ('name = "Hosting', 'title = "Hosting', "name", "error.missing"),
        ("offer_days = 14", "offer_days = 0", "offer_days", "error.at_least"),
        ("offer_days = 14", 'offer_days = "14"', "offer_days", "error.whole_number"),
        ('email = "biuro@example.pl"', 'email = "biuro.example.pl"', "email", "error.email"),
        ('email = "janina@example.pl"', 'email = "janina@"', "contacts.0.email", "error.email"),
        ('name = "Świętosław Wzorcowy"', 'name = "Janina Przykładowa"', "contacts.1.name", "error.repeated"),
        ('name = "Hosting', "name = Hosting", "company", "error.toml"),
        ("samples = true", 'samples = true\nkrs = "12"', "krs", "error.pattern"),
        ("PL04 0000", "PL05 0000", "payment.account", "error.account_checksum"),
        ("PL04 0000", "PL04 000", "payment.account", "error.account"),
        ('account = "PL04 0000', 'account = "04 000', "payment.account", "error.account"),
        ("days = 7 ", "days = 0 ", "payment.days", "error.at_least"),
        ("days = 7 ", "", "payment.days", "error.missing"),
    ],
)
def test_mistake_in_the_company_file_is_named(right, wrong, field, message):
    assert right in SAMPLE
    errors = refused(parse_company, SAMPLE.replace(right, wrong))
    assert errors[field].message.id == message
    assert all(language.mistake(errors[field]) for language in LANGUAGES.values())


def test_every_mistake_in_the_company_file_is_told_at_once():
    assert len(refused(parse_company, "samples = 1\noffer_days = 0")) == 8


def test_company_file_is_read_again_when_it_changes(tmp_path, monkeypatch):
    file = tmp_path / "company.toml"
    monkeypatch.setenv("COMPANY_FILE", str(file))
    settings.cache_clear()
    try:
        assert "COMPANY_FILE" in refused(datafiles.company)
        file.write_text(SAMPLE, encoding="utf-8")
        assert datafiles.company().offer_days == 14
        file.write_text(SAMPLE.replace("offer_days = 14", "offer_days = 7"), encoding="utf-8")
        assert datafiles.company().offer_days == 7
    finally:
        settings.cache_clear()


@pytest.mark.parametrize("written", ["PL04" + "0" * 24, "04" + " 0000" * 6, "pl 04-0000" + "0" * 20])
def test_account_is_read_however_it_is_written(written):
    company = parse_company(SAMPLE.replace("PL04 0000 0000 0000 0000 0000 0000", written))
    assert company.payment.account == "PL04" + "0" * 24


def test_contact_who_has_left_gives_way_to_the_first():
    company = parse_company(SAMPLE)
    assert company.contact("Świętosław Wzorcowy") == company.contacts[1]
    assert company.contact("Bożena Dawna") == company.contacts[0]


# -- the customer


@pytest.mark.parametrize("typed", ["526-10-40-828", "PL5261040828", "526 104 08 28", " pl 526-104-08-28 "])
def test_nip_is_read_however_it_is_written(typed):
    assert parse_customer({"customer_name": "Róża", "customer_nip": typed}).nip == "5261040828"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("526-10-40-829", "error.nip_checksum"),
        ("5261048028", "error.nip_checksum"),
        ("526104082", "error.nip_digits"),
        ("DE5261040828", "error.nip_digits"),
        ("٥٢٦١٠٤٠٨٢٨", "error.nip_digits"),
        (HOSTILE, "error.nip_digits"),
    ],
)
def test_wrong_nip_is_refused_with_field_and_value(typed, message):
    error = refused(parse_customer, {"customer_name": "Róża", "customer_nip": typed})["customer_nip"]
    assert error.message.id == message
    sentence = POLISH.mistake(error)
    assert sentence.startswith("NIP nabywcy „") and typed[:20] in sentence


def test_name_is_all_a_customer_needs():
    assert parse_customer({"customer_name": " Jan\n Kowalski "}).name == "Jan Kowalski"
    assert "customer_name" in refused(parse_customer, {"customer_name": " "})
    assert parse_customer({"customer_name": "ż" * 200}).name
    assert "customer_name" in refused(parse_customer, {"customer_name": "ż" * 201})


def test_every_mistake_about_the_customer_is_told_at_once():
    wrong = {"customer_nip": "1", "customer_address": "a\n" * 6}
    assert refused(parse_customer, wrong).keys() == {"customer_name", "customer_nip", "customer_address"}


# -- number, validity, refusals


def test_same_offer_has_the_same_number_and_another_one_another(offer):
    number = offer().number
    assert number.startswith("2025/06/20/") and len(number) == 16 and offer().number == number
    others = (
        offer({"customer_name": "Inna"}),
        offer({"customer_nip": ""}),
        offer(target="pro"),
        offer(issued=dt.date(2025, 6, 21)),
        offer(contact=1),
        offer(kind="self", **LEAVE_VPS),
        offer(kind="ordered", **LEAVE_VPS),
        offer(**LEAVE_VPS),
    )
    assert len({number, *(other.number for other in others)}) == 1 + len(others)


def test_another_remark_or_bill_makes_another_number(offer):
    made = offer()
    (one,) = made.ways
    line = FreeLine("Domena róża.pl", Grosze(5000), Decimal(23), yearly=True)
    others = offer(ways=[replace(one, remarks=(Message("offer.work"),))]), offer(extras=Extras((line,)))
    assert len({made.number, *(other.number for other in others)}) == 3 and offer(ways=[one]).number == made.number


def test_offer_of_a_saved_quote_has_its_number(offer):
    assert offer(number="O/2026/0017").number == "O/2026/0017"


def test_offer_is_valid_for_the_companys_days_but_never_beyond_the_day_of_the_change(offer):
    assert offer(issued=dt.date(2025, 6, 17)).valid_until == dt.date(2025, 7, 1)
    assert offer(issued=dt.date(2025, 6, 16)).valid_until == dt.date(2025, 6, 30)
    assert offer(issued=dt.date(2025, 6, 18)).valid_until == dt.date(2025, 7, 1)
    assert offer(issued=dt.date(2025, 7, 1)).valid_until == dt.date(2025, 7, 1)


def test_change_on_a_day_that_has_passed_is_not_offered(offer):
    error = refused(offer, issued=dt.date(2025, 7, 2))["change_on"]
    assert POLISH.mistake(error).startswith("Dzień zmiany „01.07.2025”: ten dzień już minął (oferta z 02.07.2025)")


def test_option_that_is_not_available_is_not_offered(offer):
    downgrade = {"package": "plus", "target": "basic", "change_on": "2025-12-20", "mailboxes": 13}
    error = refused(offer, **downgrade)["offer_option"]
    assert "„Zmiana pakietu”" in POLISH.mistake(error) and "wybierz inny sposób" in POLISH.mistake(error)
    assert offer(**{**downgrade, "mailboxes": 10}).number


# -- what is asked of whoever makes it


TYPED = {"customer_name": "Róża", "offer_days": "7", "offer_contact": "Świętosław Wzorcowy", "offer_language": "en"}


def test_terms_are_those_typed_and_all_ways_where_nobody_chose(desk):
    found, company = desk.quote(**LEAVE_VPS), parse_company(SAMPLE)
    terms = read_terms(TYPED, found, company, ISSUED)
    assert (terms.customer.name, terms.contact, terms.language) == ("Róża", company.contacts[1], "en")
    assert terms.valid_until == dt.date(2025, 6, 27)
    # Data are abandoned last.
    assert [option.kind.value for option in terms.options] == ["ordered", "self", "abandon"]
    assert choices(found) == (ALL, "ordered", "self", "abandon") and choices(desk.quote()) == ("change",)
    one = read_terms({**TYPED, "offer_option": "self"}, found, company, ISSUED)
    assert [option.kind.value for option in one.options] == ["self"]


@pytest.mark.parametrize(
    ("days", "until"), [("", "2025-07-04"), ("1", "2025-06-21"), (" 183 ", "2025-12-20"), ("365", "2025-12-20")]
)
def test_offer_is_valid_for_the_days_typed_but_not_beyond_the_change(desk, days, until):
    terms = read_terms({**TYPED, "offer_days": days}, desk.quote(**LEAVE_VPS), parse_company(SAMPLE), ISSUED)
    assert terms.valid_until.isoformat() == until


@pytest.mark.parametrize("days", ["0", "366", "-1", "14 dni", "٧", "9" * 5000, "²"])
def test_days_that_are_none_are_refused_with_what_would_be_right(desk, days):
    wrong = {**TYPED, "offer_days": days, "customer_name": ""}
    errors = refused(read_terms, wrong, desk.quote(), parse_company(SAMPLE), ISSUED)
    assert errors.keys() == {"offer_days", "customer_name"}
    assert POLISH.mistake(errors["offer_days"]).startswith("Ważna przez (dni) „")


def test_way_that_the_quote_has_not_is_refused(desk):
    errors = refused(read_terms, {**TYPED, "offer_option": "abandon"}, desk.quote(), parse_company(SAMPLE), ISSUED)
    assert "wybierz inny sposób" in POLISH.mistake(errors["offer_option"])


# -- as an e-mail


NAMES = {"basic": "Basic", "plus": "Plus", "pro": "Pro", "vps": "VPS"}


@BOTH
def test_email_says_the_change_the_amount_how_to_accept_and_how_to_pay(offer, language):
    made = offer(number="O/2026/0017")
    message = email(made, NAMES, language)
    assert "O/2026/0017" in message.subject and "Basic → Plus" in message.subject and "\n" not in message.subject
    (way,) = made.ways
    for said in (
        language.money(way.option.net),
        language.money(way.option.gross),
        language.value(made.valid_until),
        language.value(made.quote.holds_on),
        "PL04 0000 0000 0000 0000 0000 0000",
        made.contact.name,
        made.contact.email,
        made.company.name,
        language.text("offer.samples"),
    ):
        assert said in message.body, said
    assert message.body.count("O/2026/0017") == 2 and "http" not in message.body


@BOTH
def test_customer_whose_name_ends_in_a_full_stop_doubles_none_on_paper_or_in_the_email(offer, language):
    name = "Alfa sp. z o.o."
    made = offer({"customer_name": name}, adjustment={"percent": "-10", "reason": f"umowa z {name}"}, **TO_VPS)
    message = email(made, NAMES, language)
    printed = list(texts_of(document(made, NAMES, language, sample_prices=True)))
    assert name in printed and not [text for text in (message.subject, message.body, *printed) if ".." in str(text)]


@BOTH
def test_email_of_several_ways_lists_them_and_says_that_data_are_lost(offer, language):
    body = email(offer(**LEAVE_VPS), NAMES, language).body
    places = [body.index(f"\n{place}. {language.text(f'offer.way.{kind}')}: ") for place, kind in WAYS]
    assert places == sorted(places)
    # In the line of the way that loses them, and of no other.
    assert [language.text("note.data_loss") in line for line in body.splitlines() if line[1:2] == "."] == [0, 0, 1]


def test_email_says_nothing_of_paying_where_nothing_is_due_or_no_account_is_given(offer):
    start, end = SAMPLE.index("[payment]"), SAMPLE.index("# Who answers")
    without = parse_company(SAMPLE[:start] + SAMPLE[end:])
    assert "rachunku" in email(offer(), NAMES, POLISH).body
    assert "rachunku" not in email(offer(company=without), NAMES, POLISH).body
    assert "rachunku" not in email(offer(target="basic"), NAMES, POLISH).body


WAYS = ((1, "ordered"), (2, "self"), (3, "abandon"))


# -- as a table


@BOTH
def test_csv_has_a_row_for_each_line_in_the_style_of_the_house(offer, language):
    made = offer(adjustment={"percent": "-10", "reason": "reklamacja"}, **TO_VPS)
    data = as_csv(made, language)
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    rows = [dict(zip(header, row, strict=True)) for row in rows]
    assert tuple(header) == CSV_COLUMNS
    # 31 days at 3.00, a year of VPS, two domains; a tenth off 1698.00.
    assert [row["net"] for row in rows] == ["93.00", "1460.00", "145.00", "-169.80"]
    assert [row["by_hand"] for row in rows] == ["false"] * 3 + ["true"]
    assert {row["issued"] for row in rows} == {"2025-06-20"} and {row["nip"] for row in rows} == {"5261040828"}
    assert [row["label"] for row in rows] == [language.text(line.label) for line in made.ways[0].option.lines]


def test_tables_have_the_lines_of_every_way_and_what_is_outside_the_rules(offer):
    added = Extras((FreeLine("Domena róża.pl", Grosze(5000), Decimal(8), yearly=True),))
    made = offer(extras=added, **LEAVE_VPS)
    header, *rows = csv.reader(io.StringIO(as_csv(made, POLISH).decode("utf-8-sig"), newline=""))
    rows = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["option"], row["kind"], row["rule"], row["net"], row["vat_percent"]) for row in rows] == [
        ("ordered", "renewal", "R10", "730.00", "23"),
        ("ordered", "migration", "R10", "145.00", "23"),
        ("ordered", "free", "", "50.00", "8"),
        ("self", "renewal", "R10", "730.00", "23"),
        ("self", "free", "", "50.00", "8"),
        ("abandon", "renewal", "R10", "730.00", "23"),
        ("abandon", "free", "", "50.00", "8"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(made, POLISH))).active
    grand = [row[3].value for row in sheet.iter_rows() if row[0].value == "Do zapłaty brutto"]
    # 875.00 or 730.00 at 23 %, and 50.00 at 8 %.
    assert [Decimal(str(value)) for value in grand] == [Decimal("1130.25"), Decimal("951.9"), Decimal("951.9")]


@BOTH
def test_workbook_has_numbers_and_totals(offer, language):
    made = offer(adjustment={"percent": "-10", "reason": "reklamacja"}, **TO_VPS)
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(made, language))).active
    amounts = [cell for cell in sheet["D"] if cell.data_type == "n" and cell.value is not None]
    assert [Decimal(str(cell.value)) for cell in amounts] == [
        *(Decimal(text) for text in ("93", "1460", "145", "-169.8")),
        Decimal("1528.2"),
        Decimal("351.49"),
        Decimal("1879.69"),
    ]
    assert all('"zł"' in cell.number_format for cell in amounts)
    heads = [cell.row for cell in sheet["A"] if cell.value == language.text("offer.item")]
    assert all(cell.font.bold for cell in sheet[heads[0]])
    assert dt.datetime(2025, 6, 20) in [cell.value for cell in sheet["B"]]  # noqa: DTZ001 - as openpyxl reads dates


@pytest.mark.parametrize("text", ["=1+1", "+48 22", "-7", "@SUM(A1)", "=HYPERLINK(1)\x07"])
def test_no_spreadsheet_takes_a_text_for_a_formula(offer, text):
    made = offer({"customer_name": text}, adjustment={"percent": "-10", "reason": text})
    rows = list(csv.reader(io.StringIO(as_csv(made, POLISH).decode("utf-8-sig"), newline="")))
    assert rows[1][CSV_COLUMNS.index("customer")].startswith("'")
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(made, POLISH)))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert not [cell for cell in cells if str(cell.value).startswith(("=", "+", "@"))]
    assert [cell for cell in cells if str(cell.value).startswith("'")]
