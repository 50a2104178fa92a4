"""The journeys that matter, in a real browser against a real server."""

import re
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import button, copied, idle, serve, take_picture
from tests.browser.test_moves import DIRTY, upload

WORKED = (
    "quote?package=firma&target=sklep&term_start=2025-06-01&valid_until=2026-05-31&change_on=2025-12-01"
    "&domains=8&mailboxes=3&disk_gb=1&price_net=199.00&target_period_months=12"
)
TO_SHARED = (
    "quote?package=vps-m&target=firma&term_start=2025-12-10&valid_until=2026-12-09&change_on=2026-11-30"
    "&domains=8&mailboxes=30&disk_gb=12&target_period_months=12"
)
BLOCKED = (
    "quote?package=sklep&target=firma&term_start=2025-12-01&valid_until=2026-11-30&change_on=2026-11-21"
    "&domains=8&mailboxes=30&disk_gb=51.2&target_period_months=12"
)


RUNNING = (
    "quote?package=firma&target=vps-m&term_start=2026-06-01&valid_until=2027-05-31&change_on=2027-02-26"
    "&domains=8&mailboxes=3&disk_gb=1&price_net=199.00&target_period_months=12"
)


def metric(page, label):
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def choose(page, label, option):
    """Take a choice of a list; one that is opened while the page is drawn anew may close again, and is opened again."""
    opened = page.get_by_test_id("stMain").get_by_role("combobox", name=label)
    taken = page.get_by_role("option", name=option)
    for _ in range(2):
        opened.click()
        with suppress(PlaywrightTimeoutError):
            taken.click(timeout=3000)
            return
    opened.click()
    taken.click()


@pytest.mark.parametrize(
    "stem",
    (
        *("quote", "quotes", "portfolio", "tariff", "board", "flow", "imports", "cutover", "watches", "register"),
        "migration?ref=P-38",
    ),
)
def test_deep_link_on_a_fresh_server_does_not_bypass_the_shell(browser, stem):
    with serve() as fresh:
        page = browser.new_page(locale="pl-PL")
        page.goto(f"{fresh}/{stem}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_test_id("stSidebar").get_by_text("English")).to_be_visible()
        # Every page but those reached from a list: migration, register, saved, forget.
        expect(page.get_by_test_id("stSidebarNav").get_by_role("link")).to_have_count(11)
        page.close()


def test_quote_is_priced_live_and_its_link_gives_the_same_in_another_window(open_page):
    page = open_page(WORKED)
    expect(metric(page, "Brutto")).to_have_text("61,33\u00a0zł")
    choose(page, "Pakiet docelowy", "VPS M · serwer VPS")
    expect(metric(page, "Brutto")).to_have_text("669,17\u00a0zł")
    button(page, "Kopiuj link").click()
    expect(page.get_by_text("Skopiowano")).to_be_visible()
    link = copied(page)
    query = parse_qs(urlsplit(link).query)
    assert query["target"] == ["vps-m"] and query["price_net"] == ["199.00"] and query["tariff"]

    other = open_page(link, locale="en-GB", width=390, height=844)
    expect(metric(other, "Gross")).to_have_text("PLN\u00a0669.17")
    expect(other.get_by_role("textbox", name="Contract price")).to_have_value("199.00")


def test_address_itself_keeps_the_form(open_page):
    page = open_page("quote")
    number = page.get_by_role("textbox", name="Domeny")
    number.fill("7")
    number.press("Enter")
    page.wait_for_url("**domains=7**")
    page.reload()
    expect(page.get_by_role("textbox", name="Domeny")).to_have_value("7")


def test_count_left_blank_stays_blank_through_a_reload(open_page):
    page = open_page(WORKED)
    number = page.get_by_role("textbox", name="Domeny")
    number.fill("")
    number.press("Enter")
    for _ in range(2):
        expect(page.get_by_role("alert").filter(has_text="Domeny")).to_be_visible()
        expect(page.get_by_test_id("stMetric")).to_have_count(0)
        page.reload()
    expect(page.get_by_role("textbox", name="Domeny")).to_have_value("")


def test_back_brings_the_form_before(open_page):
    page = open_page(WORKED)
    expect(metric(page, "Netto")).to_have_text("49,86\u00a0zł")
    choose(page, "Pakiet docelowy", "VPS M · serwer VPS")
    expect(metric(page, "Netto")).to_have_text("544,04\u00a0zł")
    page.wait_for_timeout(600)  # sooner, the address of before counts as one that a late click brings
    page.go_back()
    expect(metric(page, "Netto")).to_have_text("49,86\u00a0zł")


def test_fast_typing_loses_nothing(open_page):
    page = open_page(WORKED)
    number = page.get_by_role("textbox", name="Domeny")
    for domains in range(1, 15):
        number.fill(str(domains))
        number.press("Enter")
    page.wait_for_url("**domains=14**")
    expect(number).to_have_value("14")


def test_language_switch_stays_on_a_reload_and_on_the_next_page(open_page):
    page = open_page(WORKED)
    page.get_by_test_id("stSidebar").get_by_text("English").click()
    expect(metric(page, "Gross")).to_have_text("PLN\u00a061.33")
    page.reload()
    expect(metric(page, "Gross")).to_have_text("PLN\u00a061.33")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Prices and rules").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Prices and rules")


def test_form_lives_on_after_a_switch_of_language(open_page):
    page = open_page(WORKED)
    page.get_by_test_id("stSidebar").get_by_text("English").click()
    expect(metric(page, "Gross")).to_have_text("PLN\u00a061.33")
    choose(page, "Target package", "VPS M · VPS server")
    expect(metric(page, "Gross")).to_have_text("PLN\u00a0669.17")
    page.get_by_test_id("stSidebar").get_by_text("Polski").click()
    expect(metric(page, "Brutto")).to_have_text("669,17\u00a0zł")
    choose(page, "Pakiet docelowy", "Sklep · hosting współdzielony")
    expect(metric(page, "Brutto")).to_have_text("61,33\u00a0zł")


def test_copied_link_is_that_of_the_price_on_the_screen(open_page):
    page = open_page(WORKED)
    page.get_by_role("textbox", name="Cena z umowy").fill("100")
    button(page, "Kopiuj link").click()
    expect(page.get_by_text("Skopiowano")).to_be_visible()
    expect(metric(page, "Netto")).to_have_text("99,23\u00a0zł")
    assert "price_net=100.00" in copied(page)


def test_copying_works_by_keyboard(open_page):
    page = open_page(WORKED)
    button(page, "Kopiuj link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Skopiowano")).to_be_visible()


def open_room(page, name, shows=None):
    """Open a room of the calculator, and wait for something it shows."""
    idle(page)
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    expect(shows or page.locator("[role=tabpanel]:visible")).not_to_have_count(0)
    idle(page)


def offer_room(page):
    open_room(page, "Oferta", page.get_by_role("textbox", name="Nabywca", exact=True))
    page.get_by_role("textbox", name="Nabywca", exact=True).fill("Źdźbło i Wspólnicy sp. z o.o.")
    page.get_by_role("textbox", name="NIP").fill("526-10-40-828")
    page.keyboard.press("Tab")
    page.get_by_text("Pokaż podgląd oferty").click()
    expect(page.get_by_test_id("stMain").locator("img")).to_be_visible()


def click_curve(page, part, clicks=1):
    """Click the upper panel of the curve at a part of its width, high above the line: any height will do."""
    idle(page)
    # A new chart fades in over the old one.
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    at = (box["x"] + box["width"] * part, box["y"] + box["height"] * 0.1)
    page.mouse.click(*at, click_count=clicks, delay=40)


def test_click_on_the_curve_sets_the_day_and_its_price_and_the_offer_has_them_without_a_link(open_page, tmp_path):
    page = open_page(RUNNING)
    expect(metric(page, "Netto")).to_have_text("398,01\u00a0zł")
    open_room(page, "Kiedy zmienić")
    page.locator(".js-plotly-plot .nsewdrag").first.wait_for()
    click_curve(page, 0.5)
    page.wait_for_url("**change_on=2026-12-**")
    day = parse_qs(urlsplit(page.url).query)["change_on"][0]
    written = ".".join(reversed(day.split("-")))
    expect(page.get_by_test_id("stMetric").filter(has_text=written)).to_be_visible()
    # The same day again: a click is a click, not a toggle; nor does the second of a double click take it back.
    click_curve(page, 0.8)
    page.wait_for_url("**change_on=2027-04**")
    page.wait_for_timeout(1000)
    for _ in range(3):
        # On a busy machine the chart may move away under the mouse: then nothing was clicked at all.
        click_curve(page, 0.5, clicks=2)
        page.wait_for_timeout(1500)
        # Nothing was clicked, or the day was: never another one.
        assert f"change_on={day}" in page.url or "change_on=2027-04" in page.url, page.url
        with suppress(PlaywrightTimeoutError):
            page.wait_for_url(f"**change_on={day}**", timeout=8000)
            break
    page.wait_for_url(f"**change_on={day}**")
    expect(page.get_by_test_id("stMetric").filter(has_text=written)).to_be_visible()
    idle(page)
    gross, net = (metric(page, label).inner_text() for label in ("Brutto", "Netto"))

    offer_room(page)
    # Straight from the field: the file has what was typed, not what was there when the page was last drawn.
    page.get_by_role("textbox", name="Nabywca", exact=True).fill("Źdźbło i Synowie sp. z o.o.")
    with page.expect_download() as download:
        button(page, "Pobierz PDF").click()
    download.value.save_as(tmp_path / "offer.pdf")
    (sheet,) = PdfReader(tmp_path / "offer.pdf").pages
    text = " ".join(sheet.extract_text().split())
    for said in (gross, net, written, "Źdźbło i Synowie sp. z o.o.", "526-10-40-828"):
        assert said.replace("\u00a0", " ") in text, said
    # It leads nowhere: what the desk knows beside the amounts is not the client's.
    assert "/Annots" not in sheet
    page.get_by_text("Treść e-maila do klienta").click()
    button(page, "Kopiuj treść").click()
    expect(page.get_by_text("Skopiowano")).to_be_visible()
    mail = copied(page).replace("\r\n", "\n")
    assert mail.startswith("WZÓR") and f"Do zapłaty jest {gross} brutto ({net} netto)." in mail


def test_form_keeps_its_values_where_the_browser_draws_it_late(open_page):
    page = open_page()
    # The parts of the browser's program that draw the fields come when a room is open already.
    held = []
    page.route(re.compile("/(TextInput|Selectbox|DateInput)[^/]*[.]js"), lambda request: held.append(request))
    page.goto(page.url.split("?")[0] + RUNNING)
    expect(metric(page, "Netto")).to_have_text("398,01\u00a0zł")
    open_room(page, "Oferta")
    assert held
    for request in held:
        request.continue_()
    expect(page.get_by_role("textbox", name="Domeny")).to_have_value("8")
    expect(page.get_by_role("combobox", name="Obecny pakiet")).to_have_value(re.compile("^Firma"))
    open_room(page, "Porównanie", page.get_by_role("textbox", name="Link wcześniejszej"))
    expect(metric(page, "Netto")).to_have_text("398,01\u00a0zł")


def test_what_is_typed_outlives_the_click_that_leaves_its_room(open_page):
    page = open_page(RUNNING)
    buyer = page.get_by_role("textbox", name="Nabywca", exact=True)
    earlier = page.get_by_role("textbox", name="Link wcześniejszej")
    open_room(page, "Oferta", buyer)
    buyer.fill("Róża")
    open_room(page, "Porównanie", earlier)
    earlier.fill("rubbish")
    open_room(page, "Oferta", buyer)
    expect(buyer).to_have_value("Róża")
    page.get_by_role("textbox", name="Adres").fill("ul. Długa 1")
    page.get_by_test_id("stSidebar").get_by_text("English").click()
    expect(page.get_by_role("textbox", name="address")).to_have_value("ul. Długa 1")
    earlier = page.get_by_role("textbox", name="Link of an earlier quote")
    open_room(page, "Comparison", earlier)
    expect(earlier).to_have_value("rubbish")


def test_every_figure_of_an_alternative_has_its_working_one_click_away(open_page):
    page = open_page(RUNNING)
    open_room(page, "Możliwości")
    # The card of today: the best, and staying, come before it.
    today = page.get_by_test_id("stVerticalBlock").filter(has_text="VPS M od dziś").last
    button(today, "Wyliczenie").click()
    working = page.get_by_test_id("stPopoverBody")
    # Both figures: the surcharge is part of the cash and of the cost, the period after it of the cost only.
    expect(working.get_by_text("× 192/365 dni")).to_have_count(2)
    expect(working.get_by_text("× 173/366 dni")).to_have_count(1)


def test_earlier_quote_pasted_says_what_changed(open_page):
    page = open_page(RUNNING)
    open_room(page, "Porównanie")
    page.get_by_role("textbox", name="Link wcześniejszej").fill(
        f"http://desk.example/{RUNNING}".replace("-02-26", "-03-01")
    )
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stMain").get_by_text("01.03.2027").first).to_be_visible()
    expect(page.get_by_test_id("stMain").get_by_text("R5").first).to_be_visible()


def test_loss_of_data_is_said_where_nobody_overlooks_it(open_page):
    page = open_page(TO_SHARED)
    told = page.get_by_role("alert").filter(has_text="UTRATA DANYCH")
    expect(told).to_be_hidden()
    page.get_by_text("Porzucenie serwera: UTRATA DANYCH").click()
    expect(told).to_be_visible()


def test_link_of_another_day_becomes_today_s_price_in_one_click(open_page):
    said = "&tariff=2025.1&rule=R4&price=899.00&net=change:600.00&vat=23&readings=000000000"
    page = open_page(RUNNING.replace("2027-02-26", "2026-11-20") + said)
    button(page, "Cena na dziś").click()
    expect(page.get_by_text("Link był z ceną na 20.11.2026")).to_be_visible()
    expect(button(page, "Cena na dziś")).to_have_count(0)


def test_markup_from_outside_shows_as_text(open_page):
    # The invisible word joiner keeps the address from becoming a link.
    hostile = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%20**b**%20%5Bx%5D(http://evil.example)%20%24a%24"
    page = open_page(f"{WORKED}&adjust=-10%25&adjust_reason={hostile}")
    main = page.get_by_test_id("stMain")
    shown = main.get_by_text("<img src=x onerror=alert(1)> **b** [x](http:\u2060//evil.example) $a$")
    expect(shown).to_have_count(2)  # beside the answer, and with its working
    assert main.locator("img").count() == 0 and main.locator("a[href*=evil]").count() == 0


HOLD = {
    "start": "",
    "quote": WORKED,
    "options": TO_SHARED,
    "blocked": BLOCKED,
    "tariff": "tariff",
    "board": "board",
    "table": "board?view=table",
    "calendar": "board?view=calendar",
    "flow": "flow",
    "migration": "migration?ref=P-53",
    "register": "register",
    "imports": "imports",
    "quotes": "quotes",
}


@pytest.mark.parametrize("path", HOLD.values(), ids=HOLD)
@pytest.mark.parametrize(("width", "locale", "scheme"), [(1280, "pl-PL", "dark"), (390, "en-GB", "light")])
def test_page_holds_without_sideways_scrolling(open_page, path, width, locale, scheme):
    page = open_page(path, width=width, height=844, locale=locale, scheme=scheme)
    page.get_by_test_id("stStatusWidget").wait_for(state="detached")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def comparison_room(page):
    button(page, "Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    for field, text in (("Domains", "12"), ("Contract price", "150")):
        page.get_by_role("textbox", name=field).fill(text)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**={text}**")
    open_room(page, "Comparison")
    link = page.get_by_role("textbox", name="Link of an earlier quote")
    link.fill(copied(page))
    link.press("Enter")
    expect(page.get_by_test_id("stTable").first).to_be_visible()


def curve_room(page):
    open_room(page, "Kiedy zmienić")
    expect(page.locator(".js-plotly-plot")).to_be_visible()


def cumulative_room(page):
    open_room(page, "Cumulative flow", page.get_by_text("in progress were"))


def gate(page):
    card = page.locator(".card").filter(has_text="Winnica Szpaki")
    card.focus()
    for key in (" ", "ArrowRight", " "):
        page.keyboard.press(key)
    page.get_by_role("dialog").get_by_text("Wiadomość dla klienta").click()
    expect(page.get_by_role("dialog").get_by_text("Zaczynamy przenosiny")).to_be_visible()


def import_preview(page):
    upload(page, DIRTY)
    page.get_by_text("Pomiń kolumnę").click()
    expect(page.get_by_text("Co się zmieni")).to_be_visible()


def saved_quote(page):
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="Who are you?").click()
    page.get_by_role("option", name="Anna Bobrowska").click()
    idle(page)
    open_room(page, "Offer")
    name = page.get_by_role("textbox", name="Customer", exact=True)
    name.fill("Źdźbło i Wspólnicy sp. z o.o.")
    name.press("Tab")
    button(page, "Save the quote").click()
    page.get_by_role("link", name="Open O").click()
    button(page, "Mark as sent").click()
    expect(button(page, "Take this step back")).to_be_visible()


SCENARIOS = (
    "portfolio?a.name=Firma+do+Sklepu&a.packages=firma&a.target=sklep&a.change_on=2026-12-21"
    "&b.name=Podwy%C5%BCka+5%25&b.percent=5&b.prices_from=2027-01-01&b.change_on=2026-12-21"
)
PICTURES = {
    "quote": (WORKED, 1280, "pl-PL", "light", None),
    "quote-dark": (WORKED.replace("sklep", "vps-m").replace("2025-12-01", "2026-03-01"), 1280, "en-GB", "dark", None),
    "timeline": (RUNNING, 1280, "pl-PL", "light", curve_room),
    "alternatives": (RUNNING, 1280, "en-GB", "dark", lambda page: open_room(page, "Alternatives")),
    "offer": (RUNNING, 1280, "pl-PL", "light", offer_room),
    "comparison": (RUNNING, 1280, "en-GB", "light", comparison_room),
    "saved": (TO_SHARED, 1280, "en-GB", "dark", saved_quote),
    "options": (TO_SHARED, 1280, "pl-PL", "light", None),
    "phone": (BLOCKED, 390, "pl-PL", "dark", None),
    "tariff": ("tariff", 1280, "en-GB", "light", None),
    "board": ("board", 1280, "pl-PL", "light", None),
    "board-phone": ("board", 390, "en-GB", "dark", None),
    "gate": ("board", 1280, "pl-PL", "light", gate),
    "table": ("board?view=table", 1280, "en-GB", "dark", None),
    "calendar": ("board?view=calendar", 1280, "pl-PL", "light", None),
    "import": ("imports", 1280, "pl-PL", "light", import_preview),
    "migration": ("migration?ref=P-38", 1280, "pl-PL", "light", None),
    "flow": ("flow", 1280, "pl-PL", "light", None),
    "flow-cumulative": ("flow", 1280, "en-GB", "dark", cumulative_room),
    "portfolio": (SCENARIOS, 1280, "pl-PL", "light", lambda page: open_room(page, "Kto zyska, kto straci")),
    "portfolio-cash": (SCENARIOS, 1280, "en-GB", "dark", lambda page: open_room(page, "Cash")),
    "portfolio-phone": (SCENARIOS, 390, "pl-PL", "light", lambda page: open_room(page, "Terminy w 30 dni")),
}
"""Name -> path, width, locale, colours, and what is done before the picture is taken."""


@pytest.mark.parametrize("name", PICTURES)
def test_screenshots(open_page, name, tmp_path):
    path, width, locale, scheme, prepare = PICTURES[name]
    page = open_page(path, width=width, height=900, locale=locale, scheme=scheme)
    page.get_by_test_id("stStatusWidget").wait_for(state="detached")
    if prepare:
        prepare(page)
    take_picture(page, name, tmp_path)
