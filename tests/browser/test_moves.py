"""A spreadsheet on its way to the board, in a real browser against a real server."""

import csv

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, idle

DIRTY = "\r\n".join(
    [
        "Klient;Domena;Etap;Hasło FTP;Liczba skrzynek;Termin;Data testu;Uwagi;Kolor teczki;Nr zlecenia",
        "Róża i Wspólnicy;róża-kwiaty.example;nowe;Kot12!x;12;;;dzwonić po 15;zielona;Z-1",
        "Łąka sp. z o.o.;laka.example, łąka.example;nowe;Pies99;3 szt.;;;;czerwona;Z-2",
        "<img src=x onerror=alert(1)> **b**;zly.example;nowe;x;1;24.11.2026;;[x](http://evil.example) $a$;;Z-3",
        "Żółw;zolw-moj.example;DNS i propagacja;y;1;;;;;Z-4",
        "Mała;mala.example;test klienta;z;dużo;31.02.2026;;;;Z-5",
        "Krótki;wiersz",
        "Gęś;https://facebook.com/ges;zakończona;k;4;;10.11.2026;;;Z-7",
    ]
).encode("cp1250")
"""What people keep: an old encoding, a column of passwords, and some mistakes."""


def upload(page, data, name="przeprowadzki.csv"):
    file = {"name": name, "mimeType": "text/csv", "buffer": data}
    page.get_by_test_id("stMain").locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def choose_person(page, name):
    page.get_by_test_id("stSidebar").get_by_role("combobox").click()
    page.get_by_role("option", name=name).click()
    idle(page)


def test_dirty_spreadsheet_becomes_migrations_with_a_history(open_page, tmp_path):
    page = open_page("imports")
    main = page.get_by_test_id("stMain")
    upload(page, DIRTY)
    expect(main.get_by_role("alert").filter(has_text="Plik jest odrzucony")).to_be_visible()
    expect(main.get_by_text("CSV · cp1250 (odgadnięte) · ; średnik")).to_be_visible()
    expect(button(main, "Zapisz")).to_have_count(0)
    page.get_by_text("Pomiń kolumnę „Hasło FTP”").click()
    expect(main.get_by_text("Wczytane wiersze: 7 = nowe 3 + zmienione 0")).to_be_visible()
    with page.expect_download() as download:
        button(main, "Pobierz listę błędów").click()
    download.value.save_as(tmp_path / "errors.csv")
    text = (tmp_path / "errors.csv").read_text(encoding="utf-8-sig")
    told = list(csv.reader(text.splitlines(), delimiter=";"))
    assert {row[0] for row in told[1:]} == {"5", "6", "7", "8"} and "Kot12" not in text

    write = button(main, "Zapisz 3 wiersze bez odrzuconych (4)")
    expect(write).to_be_disabled()
    expect(main.get_by_text("Najpierw wybierz, kim jesteś")).to_be_visible()
    choose_person(page, "Anna Bobrowska")
    write.click()
    expect(main.get_by_text("Zapisano import pliku przeprowadzki.csv")).to_be_visible()

    # What was left out once is left out again.
    upload(page, DIRTY)
    expect(main.get_by_text("nowe 0 + zmienione 0 + bez zmian 3 + konflikty 0 + odrzucone 4")).to_be_visible()
    expect(button(main, "Zapisz")).to_be_disabled()
    button(main, "Zamknij plik").click()

    main.get_by_role("link", name="Zobacz na tablicy").click()
    search = main.get_by_role("searchbox", name="Szukaj")
    search.fill("łąka.example")
    expect(main.get_by_text("1 migracja z 63")).to_be_visible()
    page.wait_for_url("**q=*")
    idle(page)
    card = main.locator(".card").filter(has_text="Łąka sp. z o.o.")
    card.click()
    expect(page.get_by_role("heading", name="Z-2 · Łąka sp. z o.o.")).to_be_visible()
    page.wait_for_url("**/migration?ref=Z-2")
    expect(main.get_by_text("Pakiet wybrany")).to_be_visible()
    expect(main.get_by_test_id("stDataFrame").last.get_by_text("Zgłoszenie przyjęte")).to_be_attached()
    # The way back leads to the board as it was, and from it to the same migration again.
    main.get_by_role("link", name="Wróć na tablicę").click()
    expect(search).to_have_value("łąka.example")
    idle(page)
    card.click()
    expect(page.get_by_role("heading", name="Z-2 ·")).to_be_visible()
    page.go_back()
    expect(search).to_have_value("łąka.example")


def test_link_to_a_filtered_board_shows_the_same_in_another_window_and_language(open_page):
    page = open_page("board")
    main = page.get_by_test_id("stMain")
    button(page, "Filtry").click()
    page.get_by_role("combobox", name="Stan").click()
    page.get_by_role("option", name="anulowane").click()
    expect(main.get_by_text("3 migracje z")).to_be_visible()
    page.wait_for_url("**state=cancelled**")
    other = open_page(page.url, locale="en-GB", width=390, height=844)
    expect(other.get_by_test_id("stMain").get_by_text("3 migrations of")).to_be_visible()


def test_fast_typing_in_the_search_loses_nothing(open_page):
    page = open_page("board?state=all")
    search = page.get_by_test_id("stMain").get_by_role("searchbox")
    search.press_sequentially("pod-szalwia.example", delay=60)
    expect(page.get_by_test_id("stMain").get_by_text("1 migracja z")).to_be_visible()
    expect(search).to_have_value("pod-szalwia.example")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_import_of_a_dirty_file_holds_on_a_phone(open_page, scheme):
    page = open_page("imports", width=390, height=844, locale="en-GB", scheme=scheme)
    upload(page, DIRTY.replace(b"Kolor teczki", b"Teczka"))
    page.get_by_text("Leave out the column “Hasło FTP”").click()
    expect(page.get_by_text("Rows read: 7 = new")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
