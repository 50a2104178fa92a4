"""The start page in a real browser: read, rung and copied from, dealt with there and then by its buttons."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, copied, idle, serve, take_picture
from tests.browser.test_moves import choose_person

WEDNESDAY = "2026-11-18T12:00:00+01:00"
"""A day on which samples are agreed."""

OVERDUE, TO_DO, TO_RING = (
    re.compile("Przeterminowane|Overdue"),
    re.compile("Do zrobienia u nas|To do by us"),
    re.compile("Telefony do klientów|Clients to ring"),
)


@pytest.fixture(scope="module")
def desk():
    """A server of its own, on a working day: what is moved here is nobody else's."""
    with serve(FROZEN_NOW=WEDNESDAY) as found:
        yield found


def open_start(open_page, desk, query="", **more):
    page = open_page(f"{desk}/{query}", **more)
    expect(page.get_by_role("heading", name=OVERDUE)).to_be_visible()
    idle(page)
    return page


def rows(page, name):
    return page.get_by_role("table", name=name).locator("tbody tr[data-row]")


def line(page, name, client):
    return rows(page, name).filter(has_text=client)


def test_morning_of_a_support_engineer(open_page, desk):
    page = open_start(open_page, desk)
    expect(rows(page, OVERDUE)).to_have_count(11)
    expect(rows(page, OVERDUE).first).to_contain_text("DNS i propagacja: ponad 36 h")
    # Whom to ring, and what to say.
    today = line(page, TO_RING, "Umówiony dzień")
    expect(today).to_contain_text("dziś o 14:00")
    expect(today).to_contain_text("▲ nie odnotowano ogłoszenia zamrożenia")
    expect(today.get_by_role("link", name="+48 600")).to_have_attribute("href", re.compile(r"^tel:\+48600\d{6}$"))
    say = today.get_by_role("button", name="Co powiedzieć")
    expect(say).to_have_attribute("aria-expanded", "false")
    say.click()
    said = page.get_by_role("table", name=TO_RING).locator("tr.said")
    expect(said).to_contain_text("przypominamy o przenosinach")
    said.get_by_role("button", name="English").click()
    expect(said).to_contain_text("a reminder of the move")
    said.get_by_role("button", name="Kopiuj").click()
    expect(said.get_by_text("Skopiowano")).to_be_visible()
    assert "a reminder of the move" in copied(page)
    # A line leads to its migration within the session, and back.
    choose_person(page, "Ola Sarna")
    link = line(page, OVERDUE, "Winnica Szpaki").get_by_role("link", name="Winnica Szpaki")
    ref = link.get_attribute("href").split("=")[1]
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{ref} · Winnica Szpaki")
    page.wait_for_url(f"**/migration?ref={ref}")
    page.go_back()
    expect(rows(page, OVERDUE)).to_have_count(11)
    # Mine, with what nobody looks after, and still so after a reload.
    page.get_by_text("moje", exact=True).click()
    page.wait_for_url("**whose=mine**")
    expect(page.get_by_role("table", name=OVERDUE).get_by_text("Piotr Żbik")).to_have_count(0)
    expect(rows(page, OVERDUE).first).to_contain_text("Ola Sarna")
    expect(line(page, TO_DO, "bez opiekuna")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("radio", name="moje")).to_be_checked()
    # This browser remembers who sits here.
    expect(rows(page, OVERDUE).first).to_contain_text("Ola Sarna")
    expect(page.get_by_text("Aby zobaczyć swoje migracje")).to_have_count(0)
    expect(page.get_by_role("table", name=OVERDUE).get_by_text("Piotr Żbik")).to_have_count(0)


def test_button_opens_the_gate_there_and_then_by_keyboard_alone(open_page, desk):
    page = open_start(open_page, desk)
    finish = line(page, OVERDUE, "Sklep Muzyczny Bemol").get_by_role(
        "button", name=re.compile("^Dokończ przenosiny: P-")
    )
    finish.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Sklep Muzyczny Bemol")
    expect(dialog.get_by_text("Strony przeniesione").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(rows(page, OVERDUE)).to_have_count(11)
    # And goes on from there.
    expect(finish).to_be_focused()
    assert page.url.split("?")[0].rstrip("/") == desk


def test_what_nobody_looks_after_is_taken_and_mail_is_ticked_off(open_page, desk):
    page = open_start(open_page, desk)
    free = line(page, TO_DO, "bez opiekuna")
    free.get_by_role("button", name=re.compile("^Biorę")).click()
    # Who sits here is asked there and then.
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name="Ola Sarna").click()
    button(dialog, "Biorę").click()
    expect(page.get_by_text("jesteś teraz opiekunem")).to_be_visible()
    expect(line(page, TO_DO, "bez opiekuna")).to_have_count(0)
    # Once it is known, at once.
    mail = line(page, TO_DO, "Druga synchronizacja poczty")
    count = mail.count()
    name = mail.first.get_by_role("link").first.inner_text()
    mail.first.get_by_role("button", name="Niepotrzebna").click()
    expect(line(page, TO_DO, name)).to_have_count(0)
    expect(mail).to_have_count(count - 1)


def test_dns_line_leads_to_the_propagation_with_the_domain_filled_in(open_page, desk):
    page = open_start(open_page, desk, locale="en-GB", scheme="dark")
    first = rows(page, OVERDUE).first
    name = first.get_by_role("link", name=re.compile("DNS propagation")).inner_text()
    first.get_by_role("button", name=re.compile("^Check DNS")).click()
    expect(page.get_by_role("textbox", name="Domain")).to_have_value(name)
    assert f"name={name}" in page.url and "switched=" in page.url


def test_numbers_lead_to_the_board_filtered(open_page, desk):
    page = open_start(open_page, desk)
    count = page.get_by_test_id("stMetric").filter(has_text="Czekają na klienta").get_by_test_id("stMetricValue")
    number = count.inner_text()
    page.get_by_role("link", name="Pokaż czekające na klienta").click()
    page.wait_for_url("**/board?**waits=client**")
    expect(page.get_by_text(re.compile(rf"^{number} migracj\w+ z 60"))).to_be_visible()


def test_page_follows_what_somebody_else_does_and_what_is_to_be_said_stays_open(open_page, desk):
    page, other = open_start(open_page, desk), open_page(f"{desk}/migration?ref=P-43")
    line(page, TO_RING, "Umówiony dzień").get_by_role("button", name="Co powiedzieć").click()
    expect(page.get_by_text("przypominamy o przenosinach")).to_be_visible()
    choose_person(other, "Anna Bobrowska")
    button(other.get_by_test_id("stMain"), "Wstrzymaj").click()
    dialog = other.get_by_role("dialog")
    dialog.get_by_label("Powód").fill("urlop klienta")
    other.keyboard.press("Tab")
    button(dialog, "Wstrzymaj").click()
    expect(other.get_by_text("urlop klienta").first).to_be_visible()
    expect(line(page, OVERDUE, "Winnica Szpaki")).to_have_count(0)
    expect(page.get_by_text("przypominamy o przenosinach")).to_be_visible()


@pytest.mark.parametrize("locale", ["pl-PL", "en-GB"])
def test_first_eight_lines_stand_above_the_fold(open_page, desk, locale):
    page = open_start(open_page, desk, width=1280, height=800, locale=locale)
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "false")
    eighth = page.locator("tbody tr[data-row]").nth(7).bounding_box()
    assert eighth["y"] + eighth["height"] <= 800
    # And the verb of each in one line.
    verbs = page.locator("tbody tr[data-row] .press.first")
    assert max(verbs.nth(n).bounding_box()["height"] for n in range(8)) < 32


@pytest.mark.parametrize(("locale", "scheme"), [("pl-PL", "light"), ("en-GB", "dark")])
def test_phone_reads_a_block_a_line_without_sideways_scrolling(open_page, desk, locale, scheme):
    page = open_start(open_page, desk, width=390, height=844, locale=locale, scheme=scheme)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    first = rows(page, OVERDUE).first
    verb = first.locator(".press.first").bounding_box()
    assert first.bounding_box()["width"] <= 390 and first.get_by_role("link").first.bounding_box()["height"] >= 24
    # The first thing to do is there without scrolling, and a thumb hits what it means.
    assert verb["y"] + verb["height"] <= 844 and verb["height"] >= 44
    assert rows(page, TO_RING).first.locator("a[href^=tel]").bounding_box()["height"] >= 44
    first.get_by_role("link").first.click()
    page.wait_for_url("**/migration?ref=**")


PICTURES = {"start": (1280, "pl-PL", "light"), "start-phone": (390, "en-GB", "dark")}
"""Name -> width, locale, colours."""


@pytest.mark.parametrize("name", PICTURES)
def test_screenshots(open_page, desk, name, tmp_path):
    width, locale, scheme = PICTURES[name]
    page = open_start(open_page, desk, width=width, locale=locale, scheme=scheme)
    take_picture(page, name, tmp_path)
