"""Simulations in a real browser: prices edited in place, scenarios that live in the address."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.conftest import button, copied, idle


def query(page):
    return {name: text for name, (text,) in parse_qs(urlsplit(page.url).query).items()}


def open_section(page, name):
    idle(page)
    button(page, name).click()
    idle(page)


def type_prices(page, *prices):
    """Type prices into the table of prices, from the first package's on, one below the other."""
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    box = table.bounding_box()
    page.wait_for_timeout(500)  # the table draws itself on a canvas, which nothing tells
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 2.5 / 8)
    cell = page.locator(".gdg-growing-entry textarea, #portal input")
    for price in prices:
        # The first key opens the cell. On a busy machine it can come before the table listens, and the next ones
        # before the cell does.
        for _ in range(20):
            page.keyboard.press(price[0])
            page.wait_for_timeout(300)
            if cell.count():
                break
        expect(cell).to_be_focused()
        # As fast as hands are: Enter in the same instant as the last letter closes the cell without it.
        page.keyboard.type(price[1:], delay=80)
        expect(cell).to_have_value(price)
        page.wait_for_timeout(300)
        page.keyboard.press("Enter")
        expect(cell).to_have_count(0)


def test_prices_typed_one_below_the_other_reach_the_address_and_stay(open_page):
    page = open_page("portfolio?a.target=sklep&a.change_on=2026-12-01")
    open_section(page, re.compile("^Ceny"))
    type_prices(page, "250", "abc")
    button(page, "Zastosuj").click()
    expect(page.get_by_role("alert").filter(has_text="Sklep, 12 miesięcy")).to_be_visible()
    page.wait_for_url("**a.price.firma.12=250**")
    assert query(page)["a.price.sklep.12"] == "abc"
    open_section(page, re.compile("^Interpretacje"))
    open_section(page, re.compile("^Ceny · zmieniono: 2"))
    expect(page.get_by_text("Firma, 12 miesięcy: 219,00 → 250,00")).to_be_visible()
    page.reload()
    expect(page.get_by_role("alert").filter(has_text="Sklep, 12 miesięcy")).to_be_visible()
    open_section(page, re.compile("^Ceny"))
    open_section(page, "Przywróć jak w cenniku")
    expect(page.get_by_role("alert").filter(has_text="Sklep")).to_have_count(0)
    assert query(page) == {"a.target": "sklep", "a.change_on": "2026-12-01"}


def test_price_that_was_not_applied_yet_goes_into_a_copy_of_the_scenario_as_well(open_page):
    page = open_page("portfolio?a.change_on=2026-12-01")
    open_section(page, re.compile("^Ceny"))
    type_prices(page, "250")
    open_section(page, "Dodaj kolejny")
    page.wait_for_url("**b.price.firma.12=250**")
    assert query(page)["a.price.firma.12"] == "250"


def test_back_takes_an_added_scenario_away(open_page):
    page = open_page("portfolio?a.name=Pierwszy&a.change_on=2026-12-01")
    open_section(page, "Dodaj kolejny")
    page.wait_for_url("**b.change_on=2026-12-01**")
    expect(button(page, "B · same przedłużenia")).to_be_visible()
    page.wait_for_timeout(600)  # sooner, the address of before counts as one that a late click brings
    page.go_back()
    expect(button(page, "B ·")).to_have_count(0)
    expect(button(page, "A · Pierwszy")).to_be_visible()


def test_percentage_dragged_on_the_phone_is_written_and_copied(open_page):
    page = open_page("portfolio?a.change_on=2026-12-01", width=390, height=844)
    open_section(page, re.compile("^Ceny"))
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("textbox", name="Dokładnie")).to_have_value("5")
    page.wait_for_url("**a.percent=5**")
    button(page, "Kopiuj link").click()
    expect(page.get_by_text("Skopiowano")).to_be_visible()
    assert "a.percent=5" in copied(page)
