"""A desk that is open while the database is restored, or while the first migrations come: nobody reloads it by hand."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from core.ground.settings import ROOT
from tests.browser.conftest import button, idle, serve, take_picture
from tests.browser.test_board import card, choose_package, column, drag, open_board

CLIENT = "Cukiernia Pączek w Maśle"


def command(url, *arguments):
    """Run a command beside the desk."""
    environment = {**os.environ, "DATABASE_URL": url, "FROZEN_NOW": "2026-11-21T12:00:00+01:00"}
    subprocess.run([sys.executable, "-m", "core", *arguments], cwd=ROOT, env=environment, check=True)


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/desk.sqlite3"


@pytest.mark.parametrize(
    ("width", "locale", "reason", "look"),
    [
        (1280, "pl-PL", "Bazę przywrócono z kopii (21.11.2026, 12:00)", "Pokaż, jak jest teraz"),
        (390, "en-GB", "The database was restored from a backup (21 Nov 2026, 12:00)", "Show what stands now"),
    ],
)
def test_board_reloads_after_a_restore_and_an_open_dialog_is_refused_with_the_reason(
    open_page, url, tmp_path, width, locale, reason, look
):
    with serve(DATABASE_URL=url) as desk:
        page = open_board(open_page, desk)
        command(url, "backup", str(tmp_path / "kept"))
        dialog = drag(page, CLIENT, "data")
        choose_package(dialog, "Sklep")
        dialog.locator("label").filter(has_text="Serwer założony").click()
        button(dialog, "Przenieś: Dane").click()
        expect(column(page, "data").locator(".card").filter(has_text="Cukiernia")).to_be_visible()
        ref = card(page, CLIENT).get_attribute("data-ref")
        other = open_page(f"{desk}/migration?ref={ref}", width=width, locale=locale)
        idle(other)
        # On a phone the sidebar is folded away: there the page asks.
        place = "stSidebar" if width > 600 else "stMain"
        other.get_by_test_id(place).get_by_role("combobox").first.click()
        other.get_by_role("option", name="Anna Bobrowska").click()
        idle(other)
        hold = "Wstrzymaj" if locale == "pl-PL" else "Put on hold"
        button(other, hold).click()
        box = other.get_by_role("dialog")
        box.get_by_role("textbox").first.fill("awaria")
        other.keyboard.press("Tab")
        idle(other)
        command(url, "restore", str(tmp_path / "kept"), "--yes")
        expect(column(page, "package").locator(".card").filter(has_text="Cukiernia")).to_be_visible()
        button(box, hold).click()
        expect(box.get_by_text(reason)).to_be_visible()
        expect(box.get_by_role("textbox").first).to_have_value("awaria")
        take_picture(other, f"restored-{width}", tmp_path)
        button(box, look).click()
        idle(other)
        button(box, hold).click()
        expect(box).to_have_count(0)


@pytest.mark.parametrize("stem", ["board", "board?view=table", ""])
def test_an_empty_desk_hears_of_what_others_import(open_page, url, tmp_path, stem):
    file = tmp_path / "first.csv"
    file.write_text("klient;domena\nŁąka;laka.example\n", encoding="utf-8")
    with serve(DATABASE_URL=url, SAMPLES="false") as desk:
        page = open_page(f"{desk}/{stem}")
        main = page.get_by_test_id("stMain")
        empty = main.get_by_text("Nie ma tu jeszcze żadnej migracji")
        expect(empty).to_be_visible()
        idle(page)
        command(url, "import", str(file))
        expect(main.get_by_text("1 migracja" if stem else "W liczbach").first).to_be_visible()
        expect(empty).to_have_count(0)


def test_a_filter_that_finds_nothing_hears_of_what_is_found(open_page, url, tmp_path):
    file = tmp_path / "first.csv"
    file.write_text("klient;domena\nŁąka;laka.example\n", encoding="utf-8")
    with serve(DATABASE_URL=url) as desk:
        page = open_page(f"{desk}/board?q=laka.example")
        expect(page.get_by_text("laka.example")).to_have_count(0)
        idle(page)
        command(url, "import", str(file))
        expect(card(page, "Łąka")).to_be_visible()
