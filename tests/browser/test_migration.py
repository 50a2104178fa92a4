"""The page of one migration in a real browser: ticks, dialogs, two windows at once, and the form of a new one."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, idle, serve
from tests.test_pages import HOSTILE

SHOWN = HOSTILE.replace("http:", "http:\u2060")
"""As it stands on a page: with a letter that nobody sees, so that no address in it becomes a link."""


@pytest.fixture(scope="module")
def address():
    """A desk of its own: other tests count what is on theirs."""
    with serve(SAMPLES="false") as found:
        yield found


def choose_person(page, name="Anna Bobrowska"):
    page.get_by_test_id("stSidebar").get_by_role("combobox", name="Kim jesteś?").click()
    page.get_by_role("option", name=name).click()
    idle(page)


def main(page):
    return page.get_by_test_id("stMain")


def register(page, client, domains, **typed):
    """Take up a migration by its form."""
    main(page).get_by_label("Klient", exact=True).fill(client)
    main(page).get_by_label("Domeny", exact=True).fill(domains)
    for label, text in typed.items():
        main(page).get_by_label(label, exact=True).fill(text)
    button(main(page), "Załóż migrację").click()


def choose_package(page, name):
    main(page).get_by_role("combobox", name="Pakiet docelowy").click()
    page.get_by_role("option", name=name, exact=True).click()
    idle(page)


def new(open_page, client, domains, **typed):
    """Take up a migration and stay on its page."""
    page = open_page("register")
    choose_person(page)
    register(page, client, domains, **typed)
    expect(page.get_by_text("Założono migrację")).to_be_visible()
    page.wait_for_url("**/migration?ref=*")
    return page


def test_tick_stands_in_the_history_and_the_second_window_sees_it_while_a_note_is_being_written(open_page):
    page = new(open_page, "Tikowa", "tik.example")
    other = open_page(page.url)
    choose_person(other, "Maria Lis")
    note = main(other).get_by_label("Nowa notatka")
    note.click()
    note.press_sequentially("zaczęta, jeszcze")
    main(page).get_by_text("Serwer założony").click()
    expect(main(page).get_by_test_id("stDataFrame").get_by_text("Zrobione: Serwer założony")).to_be_attached()
    # Without a click: the change of somebody else appears, what is being typed stays, and the cursor with it.
    expect(main(other).get_by_role("checkbox", name="Serwer założony")).to_be_checked()
    expect(note).to_have_value("zaczęta, jeszcze")
    note.press_sequentially(" trwa")
    button(main(other), "Dodaj notatkę").click()
    expect(main(other).get_by_text("zaczęta, jeszcze trwa", exact=True)).to_be_visible()
    expect(note).to_have_value("")


def test_second_of_two_windows_is_told_who_was_quicker_and_loses_nothing(open_page):
    page = new(open_page, "Wyścigowa", "wyscig.example", Telefon="600 000 001")
    other = open_page(page.url)
    choose_person(other, "Maria Lis")
    button(main(other), "Edytuj", exact=True).click()
    dialog = other.get_by_role("dialog")
    dialog.get_by_label("Niestandardowa konfiguracja").fill("zadanie cron")

    button(main(page), "Edytuj", exact=True).click()
    mine = page.get_by_role("dialog")
    mine.get_by_label("Telefon", exact=True).fill("600 000 999")
    button(mine, "Zapisz").click()
    expect(page.get_by_text("Zapisano zmiany w")).to_be_visible()

    # Longer than the page takes to look for changes: the dialog stays.
    other.wait_for_timeout(5000)
    expect(dialog.get_by_label("Niestandardowa konfiguracja")).to_have_value("zadanie cron")
    button(dialog, "Zapisz").click()
    expect(dialog.get_by_text("Ktoś był szybszy")).to_be_visible()
    expect(dialog.get_by_text("Anna Bobrowska")).to_be_visible()
    expect(dialog.get_by_text("600 000 999")).to_be_visible()
    expect(button(dialog, "Zapisz")).to_be_disabled()
    button(dialog, "Pokaż, jak jest teraz").click()
    # What was not touched is now the other's, what was typed is still there; both are kept.
    expect(dialog.get_by_label("Telefon", exact=True)).to_have_value("600 000 999")
    expect(dialog.get_by_label("Niestandardowa konfiguracja")).to_have_value("zadanie cron")
    button(dialog, "Zapisz").click()
    expect(dialog).to_have_count(0)
    expect(main(other).get_by_text("600 000 999").first).to_be_visible()
    expect(main(other).get_by_text("zadanie cron").first).to_be_visible()
    # And the first window hears of it.
    expect(main(page).get_by_text("zadanie cron").first).to_be_visible()


def test_check_with_ways_and_an_earlier_date_is_made_in_its_dialog(open_page):
    page = new(open_page, "Sposobna", "sposob.example")
    main(page).get_by_text("Dostęp do starego hostingu i rejestratora").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Sposób")).to_be_visible()
    dialog.get_by_label("Kto, kiedy albo jak").fill("hasło: Kot12!x")
    button(dialog, "Odhacz").click()
    expect(dialog.get_by_text("to wygląda na hasło")).to_be_visible()
    expect(dialog.get_by_label("Kto, kiedy albo jak")).to_have_value("hasło: Kot12!x")
    dialog.get_by_label("Kto, kiedy albo jak").fill("Ewa Nowak, telefonicznie")
    dialog.get_by_label("Godzina").fill("kiedyś")
    button(dialog, "Odhacz").click()
    expect(dialog.get_by_text("jest godzina, a nie ma dnia")).to_be_visible()
    dialog.get_by_label("Godzina").fill("")
    button(dialog, "Odhacz").click()
    expect(dialog).to_have_count(0)
    expect(main(page).get_by_text("uzgodniony: Ewa Nowak, telefonicznie").first).to_be_visible()
    # A wrong date is put right, with a reason.
    button(main(page), "Popraw datę").click()
    dialog.get_by_text("Nie wiadomo, kiedy").click()
    dialog.get_by_label("Powód").fill("zgłoszenie ustne")
    button(dialog, "Popraw datę").click()
    expect(dialog).to_have_count(0)
    expect(main(page).get_by_test_id("stDataFrame").get_by_text("zgłoszenie ustne")).to_be_attached()


def test_hostile_text_in_every_field_is_text(open_page):
    fields = ("Osoba kontaktowa", "Telefon", "Dlaczego bez telefonu", "Serwer źródłowy", "Serwer docelowy", "Notatka")
    typed = dict.fromkeys((*fields, "Niestandardowa konfiguracja", "Nr zlecenia"), HOSTILE)
    page = open_page("register")
    choose_person(page)
    choose_package(page, "inny, spoza cennika…")
    main(page).get_by_label("Nazwa innego pakietu").fill(HOSTILE)
    page.keyboard.press("Tab")
    main(page).get_by_label("Dlaczego pakiet spoza cennika").fill(HOSTILE)
    register(page, HOSTILE, "zla.example", **typed)
    expect(page.get_by_text("Założono migrację")).to_be_visible()
    page.wait_for_url("**/migration?ref=*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>alert(1)</script> **bold**")
    expect(main(page).get_by_role("paragraph").get_by_text(SHOWN).first).to_be_visible()
    button(main(page), "Wstrzymaj").click()
    page.get_by_role("dialog").get_by_label("Powód").fill(HOSTILE)
    button(page.get_by_role("dialog"), "Wstrzymaj").click()
    expect(main(page).get_by_text(f"wstrzymana przez klienta od 21.11.2026, 12:00: {SHOWN}")).to_be_visible()
    assert main(page).get_by_role("link", name="x", exact=True).count() == 0
    assert page.locator("a[href*='//evil']").count() == 0
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(500)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_wrong_new_migration_keeps_everything_that_was_typed(open_page):
    page = open_page("register")
    choose_person(page)
    choose_package(page, "Firma")
    typed = {"Skrzynki": "dużo", "Godzina": "14:00", "Notatka": "token: a8sd7f6a8sd7f6"}
    register(page, "Pomyłkowa", "https://zla_domena.example/x\ndobra.example", **typed)
    for told in ("zla_domena.example", "liczbę całkowitą", "jest godzina, a nie ma dnia", "to wygląda na hasło"):
        expect(main(page).get_by_role("alert").filter(has_text=told)).to_be_visible()
    expect(main(page).get_by_label("Klient", exact=True)).to_have_value("Pomyłkowa")
    for label, text in typed.items():
        expect(main(page).get_by_label(label, exact=True)).to_have_value(text)
    expect(main(page).get_by_role("combobox", name="Pakiet docelowy")).to_have_value("Firma")
    main(page).get_by_label("Domeny", exact=True).fill("dobra.example, zażółć.example")
    for label in ("Skrzynki", "Godzina", "Notatka"):
        main(page).get_by_label(label, exact=True).fill("")
    button(main(page), "Załóż migrację").click()
    expect(page.get_by_role("heading", name="Pomyłkowa")).to_be_visible()
    expect(main(page).get_by_text("zażółć.example").first).to_be_visible()


def test_list_is_pasted_out_of_a_spreadsheet_and_a_free_day_taken_by_one_click(open_page):
    page = new(open_page, "Listowa", "lista.example")
    button(main(page), "Wpisz listę").first.click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("textbox", name="Konta e-mail, każde w osobnym wierszu")
    field.fill("Adres\tZajęte MB\nbiuro@lista.example\t120\nbiuro@\t7")
    field.press("Control+Enter")
    expect(dialog.get_by_role("alert").filter(has_text="wiersz 3")).to_be_visible()
    expect(button(dialog, "Zapisz")).to_be_disabled()
    field.fill("Adres\tZajęte MB\nbiuro@lista.example\t120\njan@lista.example\t7")
    field.press("Control+Enter")
    expect(dialog.get_by_text("2 konta · 127 MB")).to_be_visible()
    button(dialog, "Zapisz").click()
    expect(dialog).to_have_count(0)
    button(main(page), "Przejmij liczbę skrzynek z listy (1 domena)").click()
    expect(main(page).get_by_text("skrzynki: 2")).to_be_visible()

    button(main(page), "Edytuj", exact=True).click()
    dialog.get_by_role("radio", name="czw. 03.12, wolne").click()
    page.set_viewport_size({"width": 390, "height": 844})
    idle(page)
    assert dialog.evaluate("it => it.scrollWidth <= it.clientWidth")
    button(dialog, "Zapisz").click()
    expect(dialog).to_have_count(0)
    expect(main(page).get_by_text("03.12.2026").first).to_be_visible()
