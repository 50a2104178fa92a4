"""A base of one's own in a real browser: read, changed by a slider, its files, and the quote behind a row."""

import csv
import re

from playwright.sync_api import expect

from tests.browser.conftest import button, idle
from tests.browser.test_journeys import metric

LINES = (
    "nr abonamentu;klient;pakiet;początek okresu;ważny do;cena netto;domeny;skrzynki;dysk GB",
    "A-1;Źdźbło i Synowie;Firma;01.06.2026;31.05.2027;199,00;3;10;5,5",
    "A-2;=1+1;Firma;15.12.2025;14.12.2026;;1;2;1",
    "A-3;Kowal;Złoty;01.06.2026;31.05.2027;;1;2;1",
    "A-4;Nowak;Sklep;01.06.2026;31.05.2027;;1;2;1",
)
CHANGE = "portfolio?a.packages=firma&a.target=sklep&a.change_on=2026-12-01"


def room(page, name):
    idle(page)
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    idle(page)


def saved(page, label, path):
    with page.expect_download() as download:
        button(page, label).last.click()
    download.value.save_as(path)
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))


def open_first(page):
    """Open the quote of the first row of a list, whose link is drawn on a canvas."""
    table = page.get_by_test_id("stDataFrame").last
    table.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = table.bounding_box()
    with page.context.expect_page() as opened:
        page.mouse.move(box["x"] + 25, box["y"] + 35 + 17)
        page.wait_for_timeout(300)  # a link is one once the pointer is over it
        page.mouse.click(box["x"] + 25, box["y"] + 35 + 17)
    return opened.value


def test_base_of_ones_own_is_simulated_saved_and_explained(open_page, tmp_path):
    page = open_page(CHANGE)
    page.get_by_text("Wczytaj własną bazę").click()
    file = {"name": "baza.csv", "mimeType": "text/csv", "buffer": "\r\n".join(LINES).encode("cp1250")}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Kowal")).to_have_count(0)
    expect(page.get_by_text(re.compile("2 abonamenty zmieniają pakiet")).first).to_be_visible()

    room(page, "Abonamenty")
    rows = saved(page, "Zapisz CSV", tmp_path / "rows.csv")
    assert [row["Klient"] for row in rows] == ["Źdźbło i Synowie", "'=1+1", "Nowak"]
    assert {row["Scenariusz"] for row in rows} == {
        "A · Firma → Sklep, 01.12.2026: Pakiet docelowy: Sklep; Dzień zmiany: 01.12.2026; Obecne pakiety: Firma"
    }
    due = page.get_by_test_id("stMetric").filter(has_text="Wpłaty w dniu zmiany")
    total = sum(int(row["W dniu zmiany netto"].replace(",", "") or 0) for row in rows)
    written = re.sub(r"\D", "", due.get_by_test_id("stMetricValue").inner_text())
    assert int(written) == total > 0

    quote = open_first(page)
    net = rows[0]["W dniu zmiany netto"]
    expect(metric(quote, "Netto")).to_have_text(re.compile(re.escape(net)))


def test_slider_reprices_everybody_and_the_quote_behind_a_row_knows_the_new_prices(open_page):
    page = open_page(f"{CHANGE}&a.client=Rogiem")
    idle(page)
    button(page, re.compile("^Ceny")).click()
    idle(page)
    due = page.get_by_test_id("stMetric").filter(has_text="Wpływy w ciągu 12 miesięcy").get_by_test_id("stMetricValue")
    before = due.inner_text()
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**a.percent=1**")
    expect(due).not_to_have_text(before)
    room(page, "Abonamenty")
    quote = open_first(page)
    expect(quote.get_by_text("Wycena według cennika z symulacji")).to_be_visible()
    assert "s.percent=1" in quote.url
    gross = metric(quote, "Brutto").inner_text()
    button(quote, "Licz według obowiązującego cennika").click()
    expect(quote.get_by_text("Wycena według cennika z symulacji")).to_have_count(0)
    # While the page is drawn anew, the amount of the run before may stand beside it.
    idle(quote)
    expect(metric(quote, "Brutto")).not_to_have_text(gross)
    assert "s.percent" not in quote.url


def test_rooms_hold_on_a_phone_in_the_dark(open_page):
    page = open_page(CHANGE, width=390, height=844, locale="en-GB", scheme="dark")
    for name in ("Who gains, who loses", "Cash", "Due in 30 days", "Ambiguous sentences", "Day of the change"):
        room(page, name)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, name
        expect(page.locator("[role=tabpanel]:visible")).not_to_have_text("")
