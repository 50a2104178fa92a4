"""Ten everyday tasks with the hands counted; docs/everyday.md has them beside what they took before."""

import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.database.transactions import engine_of, writing
from core.database.upgrade import upgrade
from core.ground.settings import ROOT
from core.migration import moves
from core.store.changing import write_new
from core.store.store import Store
from tests.browser.conftest import button, idle, serve
from tests.browser.counted import counted
from tests.migrations import Life
from tests.pages import NOW

THEN = NOW - dt.timedelta(days=1)
_TABLE = Path(ROOT / "docs" / "everyday.md")


def told() -> dict[int, tuple[int, int]]:
    """Return taps and keys of each task as the guide tells them."""
    rows = re.findall(r"^\| *(\d+) \|.*\| (\d+) \| (\d+) \|$", _TABLE.read_text("utf-8"), re.MULTILINE)
    return {int(number): (int(taps), int(keys)) for number, taps, keys in rows}


def seven(ref, stage, n, **values):
    names = [f"{name}{n}-proba.example" for name in ("ala", "bob", "cyn", "dom", "ewa", "fik", "gam")]
    return Life(*names, ref=ref, client=f"Próba {n}", owner="anna", **values).to(stage, now=THEN)


def one(ref, n, stage="analysis", **values):
    life = Life(f"sama{n}-proba.example", ref=ref, client=f"Próba {n}", **values)
    return life.to(stage, now=THEN) if stage != "package" else life


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('everyday')}/desk.sqlite3"
    upgrade(url)
    phone = {"contact_name": "Ewa Nowak", "contact_phone": "+48 601 234 567"}
    lives = [
        seven("T-1", "test", 1, **phone),
        seven("T-2", "dns", 2),
        seven("T-3", "test", 3),
        seven("T-4", "migration", 4),
        one("T-5", 5, owner="anna", package="Firma"),
        one("T-6", 6, owner="anna", package="Firma"),
        one("T-7", 7, "package"),
    ]
    lives[1].look("ala2-proba.example", "bob2-proba.example", now=NOW)
    lives[4].do(moves.check, "feasible", now=THEN)
    lives[5].do(moves.check, "feasible", now=THEN)
    lives[5].do(moves.change, {"planned_at": NOW + dt.timedelta(days=9)}, now=THEN)
    lives[5].do(moves.advance, now=THEN)
    store = Store(engine_of(url))
    with writing(store.engine) as connection:
        write_new(connection, [(life.m, life.events) for life in lives])
    with serve(SAMPLES="false", DATABASE_URL=url) as address:
        yield address


@pytest.fixture
def sat(open_page, desk):
    """Open a page as somebody whom this browser remembers."""

    def open_(path="board", **more):
        page = open_page(f"{desk}/{path}", **more)
        idle(page)
        page.get_by_test_id("stSidebar").get_by_role("combobox").click()
        page.get_by_role("option", name="Anna Bobrowska").click()
        idle(page)
        # The next morning: the browser remembers who sits here, and no field has the focus.
        while not any(cookie["value"] == "anna" for cookie in page.context.cookies()):
            page.wait_for_timeout(100)
        page.reload()
        expect(page.get_by_test_id("stSidebar").get_by_role("combobox")).to_have_value(re.compile("Anna"))
        idle(page)
        return page

    return open_


def search(page):
    return page.get_by_test_id("stSidebar").get_by_role("searchbox")


def check(page, number, do):
    """Hold a task to what the guide tells of it."""
    with counted(page) as hands:
        do()
    assert (hands.taps, hands.keys) == told()[number]


def group(page, step):
    return page.locator(f"tbody[data-step={step}]")


def tick(page, name):
    page.get_by_role("checkbox", name=f"Zaznacz {name}", exact=True).check()


def test_confirming_the_test_of_one_of_seven(sat):
    page = sat("migration?ref=T-1")

    def do():
        tick(page, "cyn1-proba.example")
        group(page, "test").locator("[data-act=confirmed]").click()
        expect(group(page, "dns")).to_contain_text("cyn1-proba.example")

    check(page, 1, do)


def test_name_servers_changed_of_two_of_seven(sat):
    page = sat("migration?ref=T-2")

    def do():
        tick(page, "ala2-proba.example")
        tick(page, "bob2-proba.example")
        group(page, "dns").locator("[data-act=ns_changed]").click()
        expect(page.locator(".st-key-undo_bar")).to_be_visible()

    check(page, 2, do)


def test_one_of_seven_back_for_correction(sat):
    page = sat("migration?ref=T-3")

    def do():
        tick(page, "dom3-proba.example")
        group(page, "test").locator("[data-act=rework]").click()
        dialog = page.get_by_role("dialog")
        reason = dialog.get_by_label("Dlaczego")
        reason.click()
        reason.press_sequentially("brak zdjęć")
        button(dialog, "Cofnij").click()
        expect(group(page, "sync")).to_contain_text("dom3-proba.example")

    check(page, 3, do)


def test_proposing_a_free_day(sat):
    page = sat("migration?ref=T-5")

    def do():
        button(page.get_by_test_id("stMain"), "Dalej: Termin").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("radio", name=re.compile(r"wolne \d")).first.click()
        idle(page)
        button(dialog, "Przenieś: Termin").click()
        expect(dialog).to_have_count(0)

    check(page, 4, do)


def test_client_accepts_and_names_a_contact_with_a_telephone(sat):
    page = sat("migration?ref=T-6")

    def do():
        button(page.get_by_test_id("stMain"), "Dalej: Migracja").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Klient przyjął termin").check(force=True)
        name = dialog.get_by_label("Osoba kontaktowa na ten dzień")
        name.click()
        name.press_sequentially("Ewa Nowak")
        page.keyboard.press("Tab")
        page.keyboard.type("602 345 678")
        page.keyboard.press("Tab")
        idle(page)
        button(dialog, "Zapisz bez przenoszenia").click()
        expect(dialog).to_have_count(0)

    check(page, 5, do)


def test_who_is_ringing(sat):
    page = sat()

    def do():
        page.keyboard.press("/")
        page.keyboard.type("601234567")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name="T-1")).to_be_visible()
        expect(page.get_by_text("+48 601 234 567").first).to_be_visible()

    check(page, 6, do)


def test_first_thing_of_start_is_begun(sat):
    page = sat("")

    def do():
        page.locator("tbody tr").first.get_by_role("button").first.click()
        expect(page.get_by_role("dialog")).to_be_visible()

    check(page, 7, do)


def test_work_that_is_nobodys_is_taken(sat):
    page = sat("")

    def do():
        page.get_by_role("button", name=re.compile("^Biorę.*T-7")).click()
        expect(page.get_by_text("jesteś teraz opiekunem").first).to_be_visible()

    check(page, 8, do)


def test_wrong_move_is_taken_back(sat):
    page = sat("migration?ref=T-4")
    tick(page, "ala4-proba.example")
    group(page, "migration").locator("[data-act=on]").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Strony przeniesione").check(force=True)
    dialog.get_by_label("Skrzynki przeniesione").check(force=True)
    idle(page)
    button(dialog, "Przenieś: Synchronizacja").click()
    expect(dialog).to_have_count(0)

    def do():
        button(page, "Cofnij", exact=True).click()
        expect(group(page, "sync")).to_have_count(0)

    check(page, 9, do)


def test_opening_by_number_without_the_mouse(sat):
    page = sat()

    def do():
        page.keyboard.press("/")
        page.keyboard.type("t7")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1, name="T-7")).to_be_visible()

    check(page, 10, do)
