"""Watches in a real browser: lists and small lines, what is done with a watch, a name that is followed by hand."""

import contextlib
import re
import tempfile

import pytest
from playwright.sync_api import expect

from core.database.transactions import engine, engine_of
from core.database.upgrade import upgrade
from tests.browser.conftest import button, idle, serve, take_picture
from tests.browser.test_journeys import choose
from tests.browser.test_migration import choose_person, main
from tests.watch_rows import desk, on, put, stored, watch


@pytest.fixture(scope="module")
def watched():
    """A desk with a watch of every kind: its address, its engine, the ids of the watches by name."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = f"sqlite:///{folder}/desk.sqlite3"
        upgrade(url)
        ids = desk(engine(url))
        stack.callback(engine(url).dispose)
        yield stack.enter_context(serve(DATABASE_URL=url, SAMPLES="false")), engine(url), ids


def row(page, name):
    return main(page).get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def line(page, name):
    """Return the small line of a watch: what is new as it is drawn."""
    return row(page, name).locator("svg.shares path.is")


@pytest.mark.parametrize(("width", "locale", "scheme"), [(1280, "pl-PL", "light"), (390, "en-GB", "dark")])
def test_lists_show_lines_and_nothing_scrolls_sideways(open_page, watched, width, locale, scheme):
    address, _, ids = watched
    page = open_page(f"{address}/watches", width=width, locale=locale, scheme=scheme)
    expect(row(page, "sklep-rowerowy.example")).to_contain_text("ns2.nowy.example")
    # From nothing, over four rounds that said something else and what is seen now, until now.
    drawn = line(page, "firma.example").get_attribute("d")
    assert drawn.startswith("M2 ") and drawn.count("H") == 6
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row(page, "firma.example").get_by_role("link", name="firma.example", exact=True).click()
    page.wait_for_url(f"**/watches?id={ids['expiring']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("firma.example")
    expect(main(page).get_by_test_id("stPlotlyChart")).to_be_visible()
    expect(main(page)).to_contain_text("5.1.1 User unknown")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_look_is_asked_for_and_what_is_wrong_is_taken_note_of(open_page, watched):
    address, base, _ = watched
    (id,) = put(base, watch("dotkniete.example", marks=on("mail_silent")))
    page = open_page(f"{address}/watches?q=dotkniete")
    there = row(page, "dotkniete.example")
    there.get_by_role("button", name="Wiem o tym").click()
    # Nobody has said who they are.
    expect(main(page).get_by_text("Najpierw wybierz, kim jesteś").first).to_be_visible()
    assert stored(base, id).acknowledged is None
    choose_person(page)
    idle(page)
    there.get_by_role("button", name="Wiem o tym").click()
    expect(there).to_contain_text("wie o tym Anna Bobrowska")
    expect(there.get_by_role("button", name="Wiem o tym")).to_have_count(0)
    there.get_by_role("button", name="Spójrz teraz").click()
    expect(there).to_contain_text("następne: zaraz")
    assert stored(base, id).acknowledged["by"] == "anna"


def test_change_by_others_is_seen_without_a_click(open_page, watched):
    address, base, _ = watched
    page = open_page(f"{address}/watches?q=nagle")
    expect(main(page).get_by_text("Żadna obserwacja nie pasuje")).to_be_visible()
    put(base, watch("nagle.example", marks=on("switched_back")))
    expect(row(page, "nagle.example")).to_contain_text("znów prowadzi do starych serwerów")


def test_name_is_followed_by_hand_and_followed_no_more(open_page, watched):
    address, base, _ = watched
    page = open_page(f"{address}/watches")
    choose_person(page)
    main(page).get_by_text("Obserwuj inną nazwę").click()

    fields = ("Domena", "Stare serwery nazw", "Nowe serwery nazw", "Umówiony termin")
    for label in fields:
        main(page).get_by_role("textbox", name=label).fill("nie-tak!")
    button(main(page), "Obserwuj", exact=True).click()
    # Each field says what is wrong with it, and keeps what was typed.
    for label in fields:
        expect(main(page).get_by_test_id("stAlertContainer").filter(has_text=f"{label} „nie-tak!”")).to_be_visible()
        expect(main(page).get_by_role("textbox", name=label)).to_have_value("nie-tak!")
    for label, text in zip(fields, ("nowa.example", "", "ns1.nowy.example", "29.11.2026 14:00"), strict=True):
        main(page).get_by_role("textbox", name=label).fill(text)
    button(main(page), "Obserwuj", exact=True).click()
    there = row(page, "nowa.example")
    expect(there).to_contain_text("uzgodniony termin: 29.11.2026, 14:00")
    there.get_by_role("link", name="nowa.example", exact=True).click()
    page.wait_for_url("**/watches?id=*")
    id = int(re.search(r"id=(\d+)", page.url)[1])
    button(main(page), "Zakończ obserwację").click()
    button(page, "Zakończ", exact=True).click()
    expect(main(page).get_by_text("zakończono ręcznie")).to_be_visible()
    assert stored(base, id).end == "by_hand"


def test_filter_keeps_to_its_list(open_page, watched):
    address, _, _ = watched
    page = open_page(f"{address}/watches")
    choose(page, "Pokaż", "już widoczne")
    expect(row(page, "widoczna.example")).to_be_visible()
    expect(row(page, "firma.example")).to_have_count(0)
    page.wait_for_url("**state=after*")


@pytest.mark.parametrize(
    ("name", "path", "width", "locale", "scheme"),
    [
        ("watches", "watches", 1280, "pl-PL", "light"),
        ("watches-phone", "watches?id={expiring}", 390, "en-GB", "dark"),
    ],
)
def test_screenshots(open_page, tmp_path, name, path, width, locale, scheme):
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/desk.sqlite3"
        upgrade(url)
        base = engine_of(url)
        ids = desk(base)
        base.dispose()
        with serve(DATABASE_URL=url, SAMPLES="false") as address:
            page = open_page(f"{address}/{path.format(**ids)}", width=width, locale=locale, scheme=scheme)
            main(page).get_by_role("row").first.wait_for(state="attached")
            idle(page)
            take_picture(page, name, tmp_path)
