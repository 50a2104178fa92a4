"""The whole bill on a phone: typed with a thumb, hidden while what is typed is not reckoned yet, in no link."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, copied, take_picture

QUERY = (
    "quote?package=firma&target=sklep&term_start=2025-05-01&valid_until=2027-04-30&price_net=369.00"
    "&target_period_months=24&change_on=2026-11-28&domains=8&mailboxes=5&disk_gb=5"
)


@pytest.fixture
def room(open_page):
    page = open_page(QUERY, width=390, height=844)
    page.get_by_role("tab", name="Rachunek").click()
    return page


def test_bill_on_a_phone_is_never_one_of_other_values_than_those_typed(room, tmp_path):
    whole = room.locator(".st-key-quote_bill")
    expect(whole).to_contain_text("59,68 zł")
    button(room, "Dodaj pozycję").click()
    room.get_by_label("Za co", exact=True).fill("Certyfikat SSL dla sklepu internetowego i poczty firmowej")
    net = room.get_by_label("Kwota netto", exact=True)
    net.press_sequentially("5")
    expect(whole.get_by_text("59,68 zł").first).to_be_hidden()
    expect(net).to_have_attribute("inputmode", "decimal")
    net.press_sequentially("0")
    net.press("Enter")
    # 48.52 + 50.00 net.
    expect(whole.get_by_text(re.compile("121,18")).first).to_be_visible()
    expect(room.locator(".st-key-quote_beside").get_by_text(re.compile("121,18"))).to_be_visible()
    net.press_sequentially("0")
    expect(room.locator(".st-key-quote_beside").get_by_text(re.compile("121,18"))).to_be_hidden()
    net.press("Backspace")
    expect(whole.get_by_text(re.compile("121,18")).first).to_be_visible()
    assert room.evaluate("document.documentElement.scrollWidth") <= 390
    take_picture(room, "bill-phone", tmp_path)
    button(room, "Kopiuj link").click()
    expect(room.get_by_text("Skopiowano")).to_be_visible()
    assert "change_on=2026-11-28" in copied(room) and "SSL" not in copied(room)
