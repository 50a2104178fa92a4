"""Spreadsheets of every kind on their way to the board and back, in a real browser against a server of their own."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, idle, serve
from tests.browser.test_moves import choose_person, upload
from tests.sheets import WRITERS, Tab


@pytest.fixture(scope="module")
def desk():
    """A desk without samples: what is imported here is counted elsewhere by nobody."""
    with serve(SAMPLES="false") as address:
        yield address


def office(kind):
    """Return the tabs of an office's file: a title, a total, an address instead of a domain, a row that is wrong.

    A column of its own keeps it apart from the others: what was left out of one would be left out again.
    """
    rows = [
        ["Wykaz przeprowadzek, stan na dziś"],
        ["Nr zlecenia", "Klient", "Domena", "Hasło FTP", "Skrzynki", "Termin", f"Kolor {kind}"],
        [
            f"{kind}-1",
            "Róża i Wspólnicy",
            f"https://www.{kind}-roza.example/",
            "Kot12!xyz",
            12,
            dt.date(2026, 12, 3),
            1,
        ],
        [f"{kind}-2", "Łąka sp. z o.o.", f"{kind}-laka.example", "Pies99!xyz", 3, dt.date(2026, 12, 4), 2],
        [f"{kind}-3", "Żółw", f"{kind}-zolw.example", "Gęś77!xyz", "dużo", dt.date(2026, 12, 5), 3],
        ["RAZEM", None, None, None, 15, None, None],
    ]
    return [Tab("Migracje", rows), Tab("Uwagi", [["klient", "klient"], ["a", "b"]])]


@pytest.mark.parametrize(
    ("locale", "choose", "drop"),
    [("pl-PL", "Wybierz plik", "do 60 MB"), ("en-GB", "Choose a file", "up to 60 MB")],
)
def test_uploader_and_fields_say_in_the_readers_language_what_streamlit_says_in_english(
    open_page, desk, locale, choose, drop
):
    page = open_page(f"{desk}/imports", locale=locale)
    expect(button(page, choose)).to_be_visible(timeout=60_000)
    said = page.get_by_test_id("stFileUploaderDropzoneInstructions").locator("div").first
    assert drop in said.evaluate("e => getComputedStyle(e, '::after').content")
    # Not only beside it: the English words are not shown.
    expect(page.get_by_text("Upload", exact=True)).to_be_hidden()
    expect(page.get_by_text("per file")).to_be_hidden()


WORDS = {
    "pl-PL": {
        "leave": "Pomiń kolumnę „Hasło FTP”", "read": "Wczytane wiersze: 5 = nowe 2 + zmienione 0 + bez zmian 0",
        "write": "Zapisz 2 wiersze bez odrzuconych (1)", "written": "Zapisano import pliku",
        "undo": "Cofnij ten import", "sure": "Tak, cofnij import", "undone": "Ten import został cofnięty.",
        "header": "nagłówki w wierszu 2",
        "out": "pominięte (2)", "refused": "odrzucone (1)", "correct": "Popraw tutaj", "look": "Sprawdź poprawki",
        "whole": "Zapisz 3 wiersze", "repairs": "Odczytane inaczej",
    },
    "en-GB": {
        "leave": "Leave out the column “Hasło FTP”", "read": "Rows read: 5 = new 2 + changed 0 + unchanged 0",
        "write": "Write 2 rows without the rejected ones (1)", "written": "Import of", "undo": "Undo this import",
        "sure": "Yes, undo the import", "undone": "This import was undone.", "header": "header in row 2",
        "out": "left out (2)", "refused": "rejected (1)", "correct": "Correct them here",
        "look": "Check the corrections", "whole": "Write 3 rows", "repairs": "Read differently",
    },
}  # fmt: skip


def person(page, width):
    if width < 700:
        page.get_by_test_id("stExpandSidebarButton").click()
    choose_person(page, "Anna Bobrowska")
    if width < 700:
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
        idle(page)


@pytest.mark.parametrize(
    ("kind", "locale", "width"),
    [
        ("csv", "en-GB", 1280),
        ("xlsx", "pl-PL", 1280),
        ("xls", "pl-PL", 390),
        ("xlsb", "en-GB", 390),
        ("ods", "en-GB", 1280),
    ],
)
def test_office_file_is_written_with_two_clicks_and_taken_back(open_page, desk, kind, locale, width):
    words = WORDS[locale]
    page = open_page(f"{desk}/imports", locale=locale, width=width, height=844)
    main = page.get_by_test_id("stMain")
    person(page, width)
    upload(page, WRITERS[kind](office(kind)), f"{kind}-przeprowadzki.bin")
    expect(main.get_by_text(words["header"])).to_be_visible()
    assert "12!xyz" not in main.inner_text()

    # The clicks that it takes: passwords are left out, and what is right is written.
    main.get_by_text(words["leave"]).click()
    expect(main.get_by_text(words["read"])).to_be_visible()
    idle(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    button(main, words["write"]).click()
    expect(main.get_by_text(words["written"])).to_be_visible()

    button(main, words["undo"]).click()
    button(main, words["sure"]).click()
    expect(main.get_by_text(words["undone"])).to_be_visible()


@pytest.mark.parametrize(("locale", "width"), [("pl-PL", 1280), ("en-GB", 390)])
def test_what_is_wrong_is_looked_at_and_corrected_in_place(open_page, desk, locale, width):
    words = WORDS[locale]
    page = open_page(f"{desk}/imports", locale=locale, width=width, height=844, scheme="dark")
    main = page.get_by_test_id("stMain")
    person(page, width)
    kind = locale[:2]
    upload(page, WRITERS["xlsx"](office(kind)), "biuro.xlsx")
    main.get_by_text(words["leave"]).click()
    expect(main.get_by_text(words["read"])).to_be_visible()

    main.get_by_role("radio", name=words["out"]).click()
    expect(main.get_by_text("Wykaz przeprowadzek, stan na dziś", exact=True)).to_be_visible()
    main.get_by_text(words["repairs"]).click()
    expect(main.get_by_text(f"→ {kind}-roza.example")).to_be_visible()

    main.get_by_role("radio", name=words["refused"]).click()
    main.get_by_text(words["correct"]).click()
    field = main.get_by_role("textbox", name="Skrzynki")
    for wrong in ("mnóstwo", "hasło: Kot12!xyz", "<b>1</b>", "-4"):
        field.fill(wrong)
        button(main, words["look"]).click()
        # The field before holds the same until the page is drawn anew: what was made of it tells the two apart.
        told = (
            main.get_by_role("alert").filter(has_text="Skrzynki") if "Kot" in wrong else main.get_by_text(f"→ {wrong}")
        )
        expect(told.first).to_be_attached()
        idle(page)
        expect(field).to_have_value("mnóstwo" if "Kot" in wrong else wrong)
        assert "Kot12" not in main.inner_text()
    field.fill("7")
    button(main, words["look"]).click()
    write = button(main, words["whole"], exact=True)
    expect(write).to_be_enabled()
    expect(main.get_by_text(re.compile("dużo → 7"))).to_be_attached()
    write.click()
    expect(main.get_by_text(words["written"])).to_be_visible()
    button(main, words["undo"]).click()
    button(main, words["sure"]).click()
    expect(main.get_by_text(words["undone"])).to_be_visible()


def test_order_of_dates_a_status_and_a_gate_are_answered_on_a_phone(open_page, desk):
    page = open_page(f"{desk}/imports", width=390, height=844)
    main = page.get_by_test_id("stMain")
    page.get_by_test_id("stExpandSidebarButton").click()
    choose_person(page, "Maria")
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    table = [
        ["klient", "domena", "etap", "termin"],
        ["Bez", "bez.example", "u Zenka", "12/03/2026"],
        ["Lipa", "lipa.example", "termin", ""],
    ]
    text = "\n".join(";".join(row) for row in table)
    upload(page, text.encode(), "pytania.csv")
    page.get_by_text("3 grudnia 2026 (najpierw miesiąc)").click()
    idle(page)
    main.get_by_role("radio", name="Pakiet i serwer").click()
    idle(page)
    expect(main.get_by_text("nowe 1 + zmienione 0 + bez zmian 0 + konflikty 1")).to_be_visible()
    expect(main.get_by_text("Lipa: brak")).to_be_visible()
    main.get_by_role("textbox", name="Powód").fill("umówione przez telefon")
    button(main, "Przepuść 1 wiersz mimo braków").click()
    expect(main.get_by_text("nowe 2 + zmienione 0 + bez zmian 0 + konflikty 0")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
