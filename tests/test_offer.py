"""The offer: what it says, until when, and that nobody's name is ever markup or a formula."""

import base64
import csv
import datetime as dt
import io
import json
from dataclasses import replace
from decimal import Decimal
from urllib.parse import urlencode

import openpyxl
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from core import datafiles
from core.language import ENGLISH, LANGUAGES, POLISH
from core.messages import InputError, Message
from core.offer.company import parse_company
from core.offer.customer import parse_customer
from core.offer.document import document, qr
from core.offer.lines import CSV_COLUMNS, as_csv, as_xlsx
from core.offer.offer import make_offer
from core.offer.pdf import pdf, pictures
from core.pricing.form import link_query
from core.pricing.lead_time import LeadTime, carried, remarks, schedule
from core.settings import ROOT, settings
from pages.parts.words import plain

ISSUED = dt.date(2025, 6, 20)
LONG = (
    "Przedsiębiorstwo Handlowo-Usługowe Źdźbło i Wspólnicy Spółka z ograniczoną odpowiedzialnością "
    "Spółka komandytowa w Łodzi"
)
HOSTILE = '#import "x" $a$ *b* <script> = @ \\ #{panic()} // `c` http://evil.example'
CUSTOMER = {
    "customer_name": "Kwiaciarnia Róża",
    "customer_nip": "526-10-40-828",
    "customer_address": "ul. Żółta 1\nŁódź",
}
SAMPLE = (ROOT / "data" / "company.toml").read_text(encoding="utf-8")
BOTH = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
TO_VPS = {"target": "vps", "change_on": "2025-12-01"}
LEAVE_VPS = {"package": "vps", "target": "plus", "change_on": "2025-12-20"}


@pytest.fixture
def offer(desk):
    """Makes an offer in one line: `offer({"customer_name": "Róża"}, target="pro")`."""

    def make(customer=None, issued=ISSUED, kind=None, company=None, contact=0, **changes):
        quote = desk.quote(**changes)
        option = next((o for o in quote.options if o.kind.value == kind), quote.options[0])
        company = company or parse_company(SAMPLE)
        link = f"http://127.0.0.1:8501/quote?{urlencode(link_query(quote))}"
        who = parse_customer({**CUSTOMER, **(customer or {})})
        return make_offer(quote, option, who, company, company.contacts[contact], issued, link)

    return make


@pytest.fixture
def words(tariff):
    names = {package.id: package.name for package in tariff.packages}
    return lambda offer, language=POLISH, **more: document(offer, names, language, **more)


def read(made):
    """Return the texts of a PDF, spaces evened out, and without any (lines break anywhere)."""
    pages = PdfReader(io.BytesIO(made)).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    return text, text.replace(" ", ""), len(pages)


def texts_of(worded):
    """Yield every text of a document that is printed."""
    for key, value in worded.items() if isinstance(worded, dict) else enumerate(worded):
        if isinstance(value, dict | list):
            yield from texts_of(value)
        elif isinstance(value, str) and key not in ("lang", "issued_on", "qr", "qr_label", "title"):
            yield value


def refused(function, *given, **named):
    with pytest.raises(InputError) as caught:
        function(*given, **named)
    return {error.field: error for error in caught.value.errors}


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
    )
    assert len({number, *(other.number for other in others)}) == 1 + len(others)


def test_another_remark_makes_another_number(desk, offer):
    made = offer()
    given = (made.quote, made.option, made.customer, made.company, made.contact, made.issued, made.link)
    assert make_offer(*given, (Message("offer.work"),)).number != make_offer(*given).number == made.number


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
    assert "„Zmiana pakietu”" in POLISH.mistake(error) and "wybierz inny wariant" in POLISH.mistake(error)
    assert offer(**{**downgrade, "mailboxes": 10}).number


# -- on paper


@BOTH
@pytest.mark.parametrize(
    ("changes", "lines"), [({}, 1), (TO_VPS, 3), ({**LEAVE_VPS, "price_net": "1460.00"}, 2)], ids=("R1", "R5", "R10")
)
def test_plain_offer_is_one_page_with_everything_on_it(offer, words, language, changes, lines):
    made = offer(**changes)
    worded = words(made, language)
    text, bare, pages = read(pdf(worded))
    assert pages == 1 and len(worded["lines"]) == lines
    for wanted in texts_of(worded):
        assert "".join(wanted.split()) in bare, wanted
    option, quote = made.option, made.quote
    for wanted in (
        made.company.name,
        "012-34-56-789",
        "Kwiaciarnia Róża",
        "526-10-40-828",
        "ul. Żółta 1",
        made.number,
        made.contact.email,
        quote.tariff_version,
        *(language.value(day) for day in (made.issued, made.valid_until, quote.holds_on, quote.price_list)),
        *(language.money(amount) for amount in (option.net, option.vat, option.gross)),
        *(language.money(line.net) for line in option.lines),
        *(language.text(line.working) for line in option.lines),
        *(language.text(note.message) for note in option.notes),
    ):
        assert " ".join(wanted.split()) in text or "".join(wanted.split()) in bare, wanted
    assert made.link in bare


def test_amounts_of_the_plain_offer_are_those_of_the_quote(offer, words):
    # 184 days left at 2.00 - 1.00 a day.
    text, _, _ = read(pdf(words(offer(), POLISH)))
    for wanted in ("Razem netto 184,00 zł", "VAT 23% 42,32 zł", "Do zapłaty brutto 226,32 zł", "184/365 dni"):
        assert wanted in text


@BOTH
def test_long_polish_name_stays_on_one_page(offer, words, language):
    _, bare, pages = read(pdf(words(offer({"customer_name": LONG}), language)))
    assert pages == 1 and LONG.replace(" ", "") in bare


def test_hostile_texts_are_printed_as_they_are(offer, words):
    adjustment = {"percent": "-10", "reason": HOSTILE}
    made = offer({"customer_name": HOSTILE, "customer_address": HOSTILE}, adjustment=adjustment)
    text, bare, _ = read(pdf(words(made)))
    assert bare.count(HOSTILE.replace(" ", "")) == 3
    assert "korekta ręczna −18,40 zł" in text


def test_word_wider_than_the_page_breaks_and_nothing_leaves_the_paper(offer, words):
    wide = offer({"customer_name": "W" * 200}, adjustment={"percent": "5", "reason": "Ż" * 200})
    for page in (*pictures(words(wide)), *pictures(words(offer()))):
        picture = Image.open(io.BytesIO(page)).convert("L")
        margin = round(picture.width * 19 / 210)
        for strip in ((0, 0, margin, picture.height), (picture.width - margin, 0, picture.width, picture.height)):
            assert picture.crop(strip).getextrema() == (255, 255)
        assert picture.getextrema()[0] < 100


@BOTH
def test_manual_adjustment_is_shown_as_such(offer, words, language):
    worded = words(offer(adjustment={"amount_net": "-50", "reason": "reklamacja"}), language)
    assert [line["by_hand"] for line in worded["lines"]] == [False, True]
    text, _, _ = read(pdf(worded))
    assert f"{language.text('offer.manual')} {language.money(-5000)}".replace("\u00a0", " ") in text
    assert language.text("offer.manual") not in read(pdf(words(offer(), language)))[0]


def test_data_loss_stands_above_the_amounts(offer, words):
    text, _, _ = read(pdf(words(offer(kind="abandon", **LEAVE_VPS))))
    assert 0 < text.index("UTRATA DANYCH") < text.index("Razem netto")
    assert text.count("UTRATA DANYCH") == 1


def test_customer_is_not_told_what_our_people_are_told(offer, words):
    worded = words(offer(kind="self", **LEAVE_VPS))
    assert not [note for note in worded["notes"][1] if "ustal z klientem" in note]
    assert [note for note in worded["notes"][1] if "prosimy ustalić z nami" in note]


def test_sample_company_marks_the_offer(offer, words):
    own = parse_company(SAMPLE.replace("samples = true", ""))
    assert "WZÓR" in read(pdf(words(offer())))[0]
    assert "WZÓR" not in read(pdf(words(offer(company=own))))[0]
    assert "WZÓR" in read(pdf(words(offer(company=own), sample_prices=True)))[0]


@pytest.mark.parametrize("reason", ["krótki", "bardzo długi powód, " * 9], ids=("short", "long"))
def test_qr_code_on_the_page_holds_the_link(offer, words, reason):
    made = offer(adjustment={"percent": "-10", "reason": reason})
    found = [
        code.text
        for page in pictures(words(made), dots_per_inch=200)
        for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    ]
    assert found == [made.link]


def test_link_in_the_pdf_can_be_clicked(offer, words):
    made = offer()
    pages = PdfReader(io.BytesIO(pdf(words(made)))).pages
    targets = {note.get_object()["/A"]["/URI"] for page in pages for note in page.get("/Annots", [])}
    assert targets == {made.link}


def test_link_too_long_for_a_code_leaves_the_code_out(offer, words):
    assert qr("https://desk.example/") and qr("x" * 5000) == ""
    made = offer()
    _, bare, _ = read(pdf({**words(made), "qr": ""}))
    assert made.link in bare


def test_same_offer_gives_the_same_bytes(offer, words):
    one = pdf(words(offer()))
    assert one == pdf(words(offer())) and one != pdf(words(offer(), ENGLISH))
    info = PdfReader(io.BytesIO(one))
    assert info.metadata.title == f"Oferta {offer().number}" and info.metadata.author == offer().company.name
    assert info.metadata.creation_date.date() == ISSUED and info.trailer["/Root"]["/Lang"] == "pl"


@pytest.mark.parametrize("letter", ["株", "🎉"])
def test_letter_that_cannot_be_printed_is_told_rather_than_left_blank(offer, words, letter):
    error = refused(pdf, words(offer({"customer_name": f"Róża {letter}"})))["offer_letter"]
    assert error.message == Message("error.letter_not_printable")


def test_letters_that_nobody_sees_and_pasting_brings_are_dropped(offer, words):
    by_hand = {"adjustment": {"percent": -10, "reason": "\ufeffstały\u200b klient"}}
    made = offer({"customer_name": "\ufeffRó\u200bża\x07", "customer_address": "\ufeff\nul. Długa 1"}, **by_hand)
    assert (made.customer.name, made.customer.address) == ("Róża", ("ul. Długa 1",))
    assert "Rabat: stały klient" in read(pdf(words(made)))[0]


@BOTH
def test_customer_reads_what_is_assumed_but_not_what_else_could_be(offer, words, language):
    made = offer(**TO_VPS)
    assert any(note.others for note in made.option.notes)
    text = read(pdf(words(made, language)))[0]
    other = language.text("note.other", reading="", change="").split(":")[0]
    assert language.text("reading.A6.compulsory") in text and other not in text


def test_move_that_is_not_ordered_is_no_line(offer):
    made = offer(kind="self", **LEAVE_VPS)
    assert [line.kind for line in made.lines] == ["renewal"] != [line.kind for line in made.option.lines]
    assert as_csv(made, POLISH).decode("utf-8-sig").count("\n") == 2


def test_days_of_the_work_and_the_price_if_they_last_too_long_are_on_the_offer(desk, offer, words):
    # Friday; R4 until 2025-09-30, the work is visible on 2025-10-02.
    ordered = {"target": "vps", "change_on": "2025-09-26"}
    found = desk.quote(**ordered)
    when = schedule(found.holds_on, None, LeadTime(analysis_working_days=1, dns_hours=36))
    said = remarks(when, carried(found, found.options[0], desk.tariff, when))
    made = replace(offer(**ordered), remarks=said)
    text = read(pdf(words(made)))[0]
    for part in ("Prace są przewidziane na 30.09.2025", "02.10.2025", "1 878,00 zł netto"):
        assert part in text, part


def test_offer_of_several_pages_counts_them(offer, words):
    worded = words(offer({"customer_name": LONG}))
    worded["notes"][1] *= 20
    text, _, pages = read(pdf(worded))
    assert pages > 1 and all(f"{page} / {pages}" in text for page in range(1, pages + 1))


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
    assert [row["label"] for row in rows] == [language.text(line.label) for line in made.option.lines]


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


# -- on the page


def harness(changes):
    import datetime as dt

    import streamlit as st

    from core import datafiles
    from core.language import LANGUAGES
    from core.pricing.quote import quote
    from core.pricing.request import parse_request
    from pages.parts import offer_view
    from tests.conftest import EASY, START, read_tariff

    tariff = read_tariff(EASY)
    language = LANGUAGES[st.text_input("language", "pl", key="reader")]
    if not st.checkbox("on another page", key="away"):
        asked = parse_request({**START, **{k: v for k, v in changes.items() if k != "agreed_on"}})
        agreed = changes.get("agreed_on")
        work = datafiles.process().lead_time
        offer_view.draw(quote(asked, tariff), agreed and dt.date.fromisoformat(agreed), tariff, work, language)


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setenv("FROZEN_NOW", "2025-06-20T12:00:00+02:00")
    settings.cache_clear()

    def open(**changes):
        app = AppTest.from_function(harness, kwargs={"changes": changes}, default_timeout=20).run()
        assert not app.exception
        return app

    yield open
    settings.cache_clear()


def downloads(app):
    return [data["label"] for data in buttons(app)]


def buttons(app):
    found = [component.proto for component in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in found if proto.component_name == "file_button"]


def summary(app):
    return [text.value for text in app.markdown if "2025/06/20" in text.value.replace("\\", "")]


@BOTH
def test_page_asks_for_a_customer_and_gives_three_files(page, language):
    app = page()
    app.text_input(key="reader").set_value(language.code).run()
    assert not downloads(app) and not app.error
    assert [info.value for info in app.info] == [plain(language.text("offer.name_wanted"))]
    app.text_input(key=f"offer_{language.code}_customer_name").set_value(LONG).run()
    assert downloads(app) == [language.text(f"offer.download_{ending}") for ending in ("pdf", "csv", "xlsx")]
    assert not app.error and not app.info and summary(app)
    app.toggle(key="offer_preview").set_value(True).run()
    assert not app.exception and len(app.get("image")) == 1


def test_file_is_made_from_what_is_typed_at_the_click(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert all("content" not in data for data in buttons(app))
    # The name and the click arrive together.
    app.text_input(key="offer_pl_customer_name").set_value("Dalia")
    app.session_state["_files_asked"] = {"offer_pdf"}
    app.run()
    (data,) = [data for data in buttons(app) if "content" in data]
    assert data["name"].endswith(".pdf") and "Dalia" in read(base64.b64decode(data["content"]))[0]


def test_wrong_nip_is_told_and_nothing_typed_is_lost(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    app.text_input(key="offer_pl_customer_nip").set_value("526-10-40-829").run()
    assert not downloads(app) and plain("cyfra kontrolna się nie zgadza") in app.error[0].value
    assert app.text_input(key="offer_pl_customer_name").value == "Róża"
    assert app.text_input(key="offer_pl_customer_nip").value == "526-10-40-829"


def test_day_that_has_passed_is_told_before_anybody_types_a_name(page):
    app = page(change_on="2025-06-19")
    assert not app.info and plain("19.06.2025") in app.error[0].value


def test_day_of_work_that_is_not_possible_leaves_no_offer(page):
    app = page(target="vps", agreed_on="2025-07-01")
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert not downloads(app) and plain("03.07.2025") in app.error[0].value
    app = page(target="vps", agreed_on="2025-07-03")
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert downloads(app)


def test_links_of_offers_have_the_public_address_where_there_is_one(page, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://desk.example/")
    settings.cache_clear()
    app = page()
    app.session_state["_files_asked"] = {"offer_pdf"}
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    (data,) = [data for data in buttons(app) if "content" in data]
    assert "https://desk.example/quote?package=basic" in read(base64.b64decode(data["content"]))[1]


def test_customer_survives_leaving_the_page_and_a_switch_of_language(page):
    app = page(**LEAVE_VPS)
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    app.text_area(key="offer_pl_customer_address").set_value("ul. Żółta 1\nŁódź").run()
    app.selectbox(key="offer_pl_offer_option").select("self").run()
    app.selectbox(key="offer_pl_offer_contact").select_index(1).run()
    before = summary(app)
    app.checkbox(key="away").check().run()
    assert not downloads(app)
    app.checkbox(key="away").uncheck().run()
    assert summary(app) == before != []
    app.text_input(key="reader").set_value("en").run()
    assert app.text_input(key="offer_en_customer_name").value == "Róża"
    assert app.text_area(key="offer_en_customer_address").value == "ul. Żółta 1\nŁódź"
    assert app.selectbox(key="offer_en_offer_option").value == "self"
    assert app.selectbox(key="offer_en_offer_language").value == "en"
    app.selectbox(key="offer_en_offer_language").select("pl").run()
    app.text_input(key="reader").set_value("pl").run()
    assert summary(app) == before


def test_chosen_language_of_the_offer_stays(page):
    app = page()
    app.selectbox(key="offer_pl_offer_language").select("en").run()
    app.checkbox(key="away").check().run()
    app.checkbox(key="away").uncheck().run()
    assert app.selectbox(key="offer_pl_offer_language").value == "en"


def test_customers_data_stay_out_of_the_address(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert not dict(app.query_params)


def test_nothing_to_offer_is_said(page):
    app = page(package="plus", target="basic", mailboxes=13)
    assert plain(POLISH.text("offer.none")) in [text.value for text in app.markdown]
    assert not [field for field in app.text_input if field.key.startswith("offer_")]


def test_broken_company_file_is_told_on_the_page(page, tmp_path, monkeypatch):
    file = tmp_path / "company.toml"
    file.write_text(SAMPLE.replace("012-34-56-789", "012-34-56-788"), encoding="utf-8")
    monkeypatch.setenv("COMPANY_FILE", str(file))
    settings.cache_clear()
    app = page()
    assert app.error[0].value == POLISH.text("offer.company_broken")
    assert "012-34-56-788" in app.text[0].value


def test_hostile_name_and_letter_do_not_break_the_page(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value(HOSTILE).run()
    assert not app.exception and len(downloads(app)) == 3
    app.text_input(key="offer_pl_customer_name").set_value("Róża 🎉").run()
    assert not app.exception and "🎉" in app.error[0].value and not downloads(app)
