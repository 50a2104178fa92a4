"""The start page in a real browser: read, copied from, followed to where a line is dealt with, and back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, copied, serve, take_picture
from tests.browser.test_moves import choose_person, idle

WEDNESDAY = "2026-11-18T12:00:00+01:00"
"""A day on which samples are agreed."""


@pytest.fixture(scope="module")
def desk():
    """A server of its own, on a working day: what is moved here is nobody else's."""
    with serve(FROZEN_NOW=WEDNESDAY) as found:
        yield found


def open_start(open_page, desk, query="", **more):
    page = open_page(f"{desk}/{query}", **more)
    expect(page.get_by_role("heading", name=re.compile("Po czasie|Overdue"))).to_be_visible()
    idle(page)
    return page


def rows(page, name):
    return page.get_by_role("table", name=re.compile(name)).locator("tbody tr")


def test_morning_of_a_support_engineer(open_page, desk):
    page = open_start(open_page, desk)
    expect(rows(page, "Po czasie")).to_have_count(12)
    expect(rows(page, "Po czasie").first).to_contain_text("DNS i propagacja: ponad 36 h")
    # Whom to call today, and what the client hears next.
    today = page.locator("[class*=st-key-start_due]").last
    expect(today).to_contain_text("14:00")
    expect(today.get_by_role("link", name="+48 600")).to_have_attribute("href", re.compile(r"^tel:\+48600\d{6}$"))
    today.get_by_text("Następna wiadomość do klienta").click()
    expect(today.get_by_text("Zaczynamy przenosiny")).to_be_visible()
    today.get_by_text("English").click()
    expect(today.get_by_text("We are starting the move")).to_be_visible()
    button(today, "Kopiuj").click()
    expect(today.get_by_text("Skopiowano")).to_be_visible()
    assert "We are starting the move" in copied(page)
    # A line leads to its migration within the session, and back.
    choose_person(page, "Ola Sarna")
    line = rows(page, "Po czasie").filter(has_text="Winnica Szpaki").get_by_role("link")
    ref = line.get_attribute("href").split("=")[1]
    line.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{ref} · Winnica Szpaki")
    page.wait_for_url(f"**/migration?ref={ref}")
    page.go_back()
    expect(rows(page, "Po czasie")).to_have_count(12)
    # Mine, and still so after a reload, where nobody has said who they are.
    page.get_by_text("moje", exact=True).click()
    page.wait_for_url("**whose=mine**")
    expect(page.get_by_role("table", name="Po czasie").get_by_text("Piotr Żbik")).to_have_count(0)
    expect(rows(page, "Po czasie").first).to_contain_text("Ola Sarna")
    page.reload()
    expect(page.get_by_text("Aby zobaczyć swoje migracje, wybierz, kim jesteś")).to_be_visible()
    expect(page.get_by_role("radio", name="moje")).to_be_checked()
    choose_person(page, "Ola Sarna")
    expect(page.get_by_text("Aby zobaczyć swoje migracje")).to_have_count(0)
    expect(page.get_by_role("table", name="Po czasie").get_by_text("Piotr Żbik")).to_have_count(0)


def test_dns_line_leads_to_the_propagation_with_the_domain_filled_in(open_page, desk):
    page = open_start(open_page, desk, locale="en-GB", scheme="dark")
    link = rows(page, "Overdue").first.get_by_role("link", name=re.compile("DNS propagation")).first
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("textbox", name="Domain")).to_have_value(name)
    assert f"name={name}" in page.url and "switched=" in page.url


def test_numbers_lead_to_the_board_filtered(open_page, desk):
    page = open_start(open_page, desk)
    count = page.get_by_test_id("stMetric").filter(has_text="Czekają na klienta").get_by_test_id("stMetricValue")
    number = count.inner_text()
    page.get_by_role("link", name="Pokaż czekające na klienta").click()
    page.wait_for_url("**/board?**waits=client**")
    expect(page.get_by_text(re.compile(rf"^{number} migracj\w+ z 60"))).to_be_visible()


def test_page_follows_what_somebody_else_does_and_an_open_message_stays_open(open_page, desk):
    page, other = open_start(open_page, desk), open_page(f"{desk}/migration?ref=P-43")
    page.get_by_text("Następna wiadomość do klienta").last.click()
    expect(page.get_by_text("Zaczynamy przenosiny")).to_be_visible()
    choose_person(other, "Anna Bobrowska")
    button(other.get_by_test_id("stMain"), "Wstrzymaj").click()
    dialog = other.get_by_role("dialog")
    dialog.get_by_label("Powód").fill("urlop klienta")
    other.keyboard.press("Tab")
    button(dialog, "Wstrzymaj").click()
    expect(other.get_by_text("urlop klienta").first).to_be_visible()
    expect(rows(page, "Po czasie").filter(has_text="Winnica Szpaki")).to_have_count(0)
    expect(page.get_by_text("Zaczynamy przenosiny")).to_be_visible()


@pytest.mark.parametrize(("locale", "scheme"), [("pl-PL", "light"), ("en-GB", "dark")])
def test_phone_reads_a_block_a_line_without_sideways_scrolling(open_page, desk, locale, scheme):
    page = open_start(open_page, desk, width=390, height=844, locale=locale, scheme=scheme)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    line = rows(page, "Po czasie|Overdue").first
    assert line.bounding_box()["width"] <= 390 and line.get_by_role("link").first.bounding_box()["height"] >= 24
    line.get_by_role("link").first.click()
    page.wait_for_url("**/migration?ref=**")


PICTURES = {"start": (1280, "pl-PL", "light"), "start-phone": (390, "en-GB", "dark")}
"""Name -> width, locale, colours."""


@pytest.mark.parametrize("name", PICTURES)
def test_screenshots(open_page, desk, name, tmp_path):
    width, locale, scheme = PICTURES[name]
    page = open_start(open_page, desk, width=width, locale=locale, scheme=scheme)
    take_picture(page, name, tmp_path)
