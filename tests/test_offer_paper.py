"""The offer on paper: everything on it in its place, no word broken, no page of leftovers."""

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from PIL import Image, ImageOps
from pypdf import PdfReader

from core.ground.messages import Grosze, Message
from core.ground.settings import ROOT
from core.language import ENGLISH, POLISH
from core.offer.bill import bill
from core.offer.company import parse_company
from core.offer.extras import NONE, Extras, FreeLine, Name, Promotion
from core.offer.lines import as_csv, as_xlsx
from core.offer.offer import way
from core.offer.pdf import pdf, pictures
from core.pricing.lead_time import LeadTime
from tests.offers import BOTH, HOSTILE, ISSUED, LEAVE_VPS, LONG, SAMPLE, TO_VPS, read, refused, texts_of


@BOTH
@pytest.mark.parametrize(
    ("changes", "lines"),
    [({}, 1), (TO_VPS, 3), ({**LEAVE_VPS, "kind": "ordered", "price_net": "1460.00"}, 2)],
    ids=("R1", "R5", "R10"),
)
def test_plain_offer_is_one_page_with_everything_on_it(offer, words, language, changes, lines):
    made = offer(**changes)
    worded = words(made, language)
    text, bare, pages = read(pdf(worded))
    assert pages == 1 and len([row for row in worded["table"]["rows"] if row["kind"] == "line"]) == lines
    for wanted in texts_of(worded):
        assert "".join(wanted.split()) in bare, wanted
    option, quote = made.ways[0].option, made.quote
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


LONGEST = (
    "Przedsiębiorstwo Produkcyjno-Handlowo-Usługowo-Transportowe Źdźbło i Wspólnicy Spółka z ograniczoną "
    "odpowiedzialnością Spółka komandytowo-akcyjna w restrukturyzacji z siedzibą w Konstantynowie Łódzkim",
    "Stowarzyszenie Przyjaciół Dziewięćsetdziewięćdziesięciodziewięcioletniego Dębu w Białowieży",
    "Konstantynopolitańczykowianeczka-Wspólnicy Przedsiębiorstwo Wielobranżowe",
    "Brzęczyszczykiewiczówna-Chrząszczyżewoszycka Grzegorzyna-Wszechmiłowita",
    "PRZEDSIĘBIORSTWO WIELOBRANŻOWE EKSPORTOWO-IMPORTOWE „WYSZEHRADZKO-ZAKARPACKIE” SPÓŁKA Z OGRANICZONĄ "
    "ODPOWIEDZIALNOŚCIĄ W UPADŁOŚCI UKŁADOWEJ",
    "Samodzielny Publiczny Wojewódzki Szpital Specjalistyczno-Rehabilitacyjno-Uzdrowiskowy im. Najświętszej Panny",
    "wielobranzoweprzedsiebiorstwohandlowouslugowotransportowezdzblo.example.pl",
    "przedsiebiorstwo-handlowo-uslugowo-transportowe-zdzblo-i-wspolnicy.example.pl",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft GmbH Oddział w Polsce",
    "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch sp. z o.o. sp. k.",
)


@BOTH
@pytest.mark.parametrize("name", LONGEST, ids=lambda name: name[:20])
def test_no_word_of_a_long_name_is_broken(offer, words, language, name):
    company = SAMPLE.replace("Hosting Przykładowy sp. z o.o.", name).replace("Janina Przykładowa", name)
    who = {"customer_name": name, "customer_address": name}
    made = offer(who, company=parse_company(company), kind="ordered", **LEAVE_VPS)
    text, bare, pages = read(pdf(words(made, language)))
    # A line ends where `text` has a blank: after a whole word, or after a hyphen.
    for part in re.findall(r"[^\s-]+-*", name):
        assert text.count(part) >= 4, part
    assert bare.count(name.replace(" ", "")) == 4 and pages == 1


def test_address_on_the_internet_is_in_one_piece(offer, words):
    long = "swietoslaw-grzegorz.wzorcowy-przykladowy@przedsiebiorstwo-hostingowe.example.pl"
    made = offer(company=parse_company(SAMPLE.replace("janina@example.pl", long)))
    assert long in read(pdf(words(made)))[0]


def test_last_page_never_holds_leftovers_only(offer, words):
    added, several = FreeLine("Domena róża.pl", Grosze(5000), Decimal(8)), 0
    for notes, lines in (*((count, 0) for count in range(1, 70, 6)), *((2, count) for count in (3, 8, 14, 20))):
        worded = words(offer({"customer_name": LONG}, extras=Extras((added,) * lines), **LEAVE_VPS))
        worded["notes"][1] = [f"{worded['notes'][1][-1]} {number}" for number in range(notes)]
        pages = [Image.open(io.BytesIO(page)).convert("L") for page in pictures(worded, dots_per_inch=24)]
        several += len(pages) > 1
        # Above the foot with its number, the last page is filled to a fifth at least.
        last = pages[-1].crop((0, 0, pages[-1].width, round(pages[-1].height * 0.93)))
        bottom = ImageOps.invert(last).point(lambda grey: grey if grey > 30 else 0).getbbox()[3]
        assert bottom / last.height > 0.2, (notes, lines)
    assert several > 5


def test_offer_that_nearly_fits_is_set_a_little_smaller_rather_than_on_two_pages(offer, words):
    worded = words(offer({"customer_name": LONG}, **LEAVE_VPS))
    said = worded["notes"][1][-1]
    worded["notes"][1] = [f"{said} {number}" for number in range(5)]
    assert read(pdf(worded))[2] == 1
    worded["notes"][1] *= 5
    assert read(pdf(worded))[2] == 2


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
    assert [row["by_hand"] for row in worded["table"]["rows"] if row["kind"] == "line"] == [False, True]
    text, _, _ = read(pdf(worded))
    assert f"{language.text('offer.manual')} {language.money(-5000)}".replace("\u00a0", " ") in text
    assert language.text("offer.manual") not in read(pdf(words(offer(), language)))[0]


def test_data_loss_stands_above_the_amounts(offer, words):
    text, _, _ = read(pdf(words(offer(kind="abandon", **LEAVE_VPS))))
    assert 0 < text.index("UTRATA DANYCH") < text.index("Razem netto")
    assert text.count("UTRATA DANYCH") == 1


@BOTH
def test_three_ways_stand_side_by_side_and_abandoning_comes_last_with_its_warning(offer, words, language):
    made = offer(**LEAVE_VPS)
    worded = words(made, language)
    text, _, pages = read(pdf(worded))
    t, head = language.text, worded["table"]["head"]
    assert pages == 1 and head[1:] == [t(f"offer.way.{kind}") for kind in ("ordered", "self", "abandon")]
    # A year of Plus; we move two domains for 145.00.
    assert [row["cells"] for row in worded["table"]["rows"]] == [
        [language.money(73000)] * 3,
        [language.money(14500), "–", "–"],
        [language.money(87500), language.money(73000), language.money(73000)],
        [language.money(20125), language.money(16790), language.money(16790)],
        [language.money(107625), language.money(89790), language.money(89790)],
    ]
    warning = t("note.data_loss").replace("\u00a0", " ")
    assert text.index(t("offer.way.abandon.text")) < text.index(warning) < text.index(t("offer.total_net"))
    # What holds for one way only says so.
    mail = t("offer.note.self_move_mail")
    assert f"{t('offer.way.self')}: {mail}" in worded["notes"][1]


def test_what_is_outside_the_rules_stands_apart_with_its_own_rate(offer, words):
    promotion = Promotion(
        "LATO", Name(pl="Lato", en="Summer"), ISSUED, ISSUED, frozenset({"surcharge"}), percent=Decimal(50)
    )
    added = FreeLine("Domena róża.pl", Grosze(5000), Decimal(8), yearly=True)
    made = offer(extras=Extras((added,), (promotion,)))
    worded = words(made)
    rows = [(row["kind"], row["label"], *row["cells"]) for row in worded["table"]["rows"]]
    zl = POLISH.money
    # Half of 184.00 is left; 50.00 at 8 %.
    assert rows == [
        ("line", "Dopłata do pakietu Plus", "R1", zl(18400)),
        ("group", "Poza regulaminem zmiany pakietu"),
        ("line", "Domena róża.pl", "poza regulaminem", zl(5000)),
        ("line", "Promocja LATO: Lato", "poza regulaminem", zl(-9200)),
        ("total", "Razem netto", zl(14200)),
        ("total", "VAT 23%", zl(2116)),
        ("total", "VAT 8%", zl(400)),
        ("grand", "Do zapłaty brutto", zl(16716)),
    ]
    text = read(pdf(worded))[0]
    assert "co rok · VAT 8%" in text and "ręcznie" not in text
    # The renewal in January at 730.00 net.
    assert "Rachunek za rok" in text and "Razem w ciągu roku 1 065,06 zł" in text


def test_year_of_several_ways_is_told_of_each(offer, words):
    worded = words(offer(extras=NONE, **{**LEAVE_VPS, "target_period_months": 1}))
    assert [name for name, _ in worded["year"]["totals"]] == worded["table"]["head"][1:]
    assert worded["year"]["rows"] == [] and all(total for _, total in worded["year"]["totals"])


@BOTH
def test_offer_says_how_it_is_paid_and_what_to_write_on_the_transfer(offer, words, language):
    text = read(pdf(words(offer(number="O/2026/0017"), language)))[0]
    t = language.text
    for said in (
        f"{t('offer.payment_days')} {t('offer.payment_within', count=7)}",
        f"{t('offer.payment_account')} PL04 0000 0000 0000 0000 0000 0000",
        f"{t('offer.payment_title')} O/2026/0017",
    ):
        assert said in text, said
    assert words(offer(target="basic"), language)["payment"][1] == []
    more = SAMPLE.replace('# text = { pl = "..."', 'text = { pl = "Prosimy o przelew."')
    assert "Prosimy o przelew." in read(pdf(words(offer(company=parse_company(more)))))[0]


def test_customer_is_not_told_what_our_people_are_told(offer, words):
    worded = words(offer(kind="self", **LEAVE_VPS))
    assert not [note for note in worded["notes"][1] if "ustal z klientem" in note]
    assert [note for note in worded["notes"][1] if "prosimy ustalić z nami" in note]


def test_sample_company_marks_the_offer(offer, words):
    own = parse_company(SAMPLE.replace("samples = true", ""))
    assert "WZÓR" in read(pdf(words(offer())))[0]
    assert "WZÓR" not in read(pdf(words(offer(company=own))))[0]
    assert "WZÓR" in read(pdf(words(offer(company=own), sample_prices=True)))[0]


@BOTH
@pytest.mark.parametrize("kind", [None, "ordered"])
def test_nothing_on_an_offer_leads_to_the_desk(desk, offer, words, language, kind):
    made = offer(kind=kind, adjustment={"percent": "-10", "reason": "stały klient"}, **LEAVE_VPS)
    printed = pdf(words(made, language))
    reader = PdfReader(io.BytesIO(printed))
    # Nothing to click, no picture that a phone reads, and no address but the company's own.
    assert not [note for page in reader.pages for note in page.get("/Annots", [])]
    assert "image(" not in (ROOT / "core" / "offer" / "pdf.typ").read_text("utf-8")
    told = [*texts_of(words(made, language)), as_csv(made, language).decode("utf-8-sig")]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(made, language)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    told += [str(cell.value) for cell in cells]
    assert not [cell for cell in cells if cell.hyperlink]
    for part in ("127.0.0.1", "quote?", "package=", "tariff="):
        assert not [text for text in told if part in text], part
    assert {match for text in told for match in re.findall(r"https?://[^ ]*", text)} == {made.company.website}


def test_amounts_say_their_price_list_and_the_number_to_give(offer, words):
    made = offer(number="O/2026/0017")
    text = read(pdf(words(made)))[0]
    assert f"Cennik w wersji {made.quote.tariff_version}, ceny obowiązujące od 01.01.2020." in text
    assert "W rozmowie z nami wystarczy podać numer O/2026/0017." in text


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
    assert any(note.others for note in made.ways[0].option.notes)
    text = read(pdf(words(made, language)))[0]
    other = language.text("note.other", reading="", change="").split(":")[0]
    assert language.text("reading.A6.compulsory") in text and other not in text


def test_days_of_the_work_and_the_price_if_they_last_too_long_are_on_the_offer(desk, offer, words):
    # Friday; R4 until 2025-09-30, the work is visible on 2025-10-02.
    ordered = {"target": "vps", "change_on": "2025-09-26"}
    found = desk.quote(**ordered)
    work = LeadTime(analysis_working_days=1, dns_hours=36)
    due = bill(found, found.options[0], NONE, desk.tariff)
    made = offer(ways=(way(found, found.options[0], None, desk.tariff, work, due),), **ordered)
    text = read(pdf(words(made)))[0]
    for part in ("Prace są przewidziane na 30.09.2025", "02.10.2025", "1 878,00 zł netto"):
        assert part in text, part


def test_offer_of_several_pages_counts_them(offer, words):
    worded = words(offer({"customer_name": LONG}))
    worded["notes"][1] *= 20
    text, _, pages = read(pdf(worded))
    assert pages > 1 and all(f"{page} / {pages}" in text for page in range(1, pages + 1))
