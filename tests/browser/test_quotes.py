"""A quote that stays, in a real browser: saved from the calculator, sent, met by two, accepted into a migration."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, serve
from tests.browser.test_journeys import choose
from tests.browser.test_migration import choose_person, main

LINK = (
    "quote?package=firma&target=vps-m&term_start=2026-05-01&valid_until=2027-04-30&price_net=199.00"
    "&target_period_months=12&change_on=2026-12-10&domains=1&mailboxes=10&disk_gb=5"
)


@pytest.fixture(scope="module")
def address():
    """A desk of its own: its first quote is number 1."""
    with serve(SAMPLES="false") as found:
        yield found


def test_quote_is_saved_sent_and_accepted_and_the_second_of_two_is_told(open_page):
    page = open_page(LINK)
    choose_person(page)
    page.get_by_role("tab", name="Oferta").click()
    name = main(page).get_by_label("Nabywca", exact=True)
    name.fill("Piekarnia Pod Lipą")
    name.press("Tab")
    # A hasty double click saves one, and notes one thing.
    button(main(page), "Zapisz wycenę").dblclick()
    expect(main(page).get_by_text("Oferta O/2026/0001, ważna do")).to_be_visible()
    main(page).get_by_role("link", name="Otwórz O/2026/0001").click()
    page.wait_for_url("**/saved?number=*")
    expect(page.get_by_role("heading", level=1)).to_have_text("O/2026/0001 · Piekarnia Pod Lipą")

    # Somebody else opens it on a phone, and is at the dialog when the first one notes that it was sent.
    other = open_page(page.url, width=390, height=844)
    choose(other, "Kim jesteś?", "Maria Lis")
    button(main(other), "Klient przyjął").click()
    dialog = other.get_by_role("dialog")
    expect(dialog.get_by_label("Klient", exact=True)).to_have_value("Piekarnia Pod Lipą")
    dialog.get_by_label("Domeny", exact=True).fill("piekarnia.example")
    button(main(page), "Oznacz jako wysłaną").dblclick()
    expect(page.get_by_text("Zapisano, że klient dostał wycenę O/2026/0001.")).to_be_visible()
    expect(button(main(page), "Rozumiem")).to_have_count(0)

    button(dialog, "Klient przyjął").click()
    expect(dialog.get_by_text("Ktoś był szybszy")).to_be_visible()
    expect(dialog.get_by_text("Anna Bobrowska · Wysłano klientowi")).to_be_visible()
    button(dialog, "Pokaż, jak jest teraz").click()
    expect(dialog.get_by_text("Ktoś był szybszy")).to_have_count(0)
    expect(dialog.get_by_label("Domeny", exact=True)).to_have_value("piekarnia.example")
    button(dialog, "Klient przyjął").click()
    expect(dialog).to_have_count(0)

    # The first one sees it without a click, and the migration has what the quote said.
    expect(main(page).get_by_text("przyjęta", exact=True)).to_be_visible()
    main(page).get_by_role("link", name="Migracja P-1").click()
    page.wait_for_url("**/migration?ref=P-1")
    expect(page.get_by_role("heading", level=1)).to_have_text("P-1 · Piekarnia Pod Lipą")
    expect(main(page)).to_contain_text(re.compile(r"Pakiet docelowy\s*VPS M"))
    main(page).get_by_role("link", name="O/2026/0001").click()
    page.wait_for_url("**/saved?number=*")
