"""The flow figures in a real browser: filters in the address, a click on a point, the file, the phone."""

import csv
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, idle
from tests.browser.test_journeys import choose


def chart(page, n=0):
    """Return a chart of the page, once it is drawn."""
    idle(page)
    found = page.locator(".js-plotly-plot").nth(n)
    expect(found.locator(".nsewdrag").first).to_be_visible()
    found.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a new chart fades in over the old one
    return found


def open_room(page, name):
    """Open a room of the page and wait until it is drawn."""
    idle(page)
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    idle(page)


def click(page, mark):
    box = mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_filter_is_in_the_address_and_a_reload_keeps_it(open_page):
    page = open_page("flow")
    expect(page.get_by_text("60 migracji z 60")).to_be_visible()
    choose(page, "Opiekun", "Anna Bobrowska")
    page.wait_for_url("**owner=anna**")
    page.get_by_role("tab", name="Trendy").click()
    items = page.get_by_role("textbox", name="Ile migracji")
    items.fill("7")
    items.press("Enter")
    page.wait_for_url("**items=7**")
    made_of = page.get_by_test_id("stMain").get_by_text(re.compile("migracj. z 60"))
    said = made_of.inner_text()
    assert not said.startswith("60 ")
    page.reload()
    expect(made_of).to_have_text(said)
    expect(page.get_by_text("Kiedy skończymy 7 migracji")).to_be_visible()
    expect(page.get_by_role("combobox", name="Opiekun")).to_have_value("Anna Bobrowska")
    # A link that asks something opens where it is answered.
    expect(page.get_by_role("tab", name="Trendy")).to_have_attribute("aria-selected", "true")
    button(page, "Wyczyść filtry").click()
    expect(page.get_by_text("60 migracji z 60")).to_be_visible()
    assert "owner" not in page.url and "items=7" in page.url


@pytest.mark.parametrize(
    ("path", "room", "n", "mark"),
    [
        ("flow?owner=anna", "Dziś", 0, ".scatterlayer .points path"),
        ("flow?owner=anna", "Trendy", 0, ".scatterlayer .points path"),
        ("flow", "Dziś", 1, ".barlayer .point path"),
    ],
    ids=["ageing", "times", "agreed"],
)
def test_click_on_a_point_opens_that_migration_and_back_leads_to_the_figures(open_page, path, room, n, mark):
    page = open_page(path)
    open_room(page, room)
    click(page, chart(page, n).locator(mark).first)
    page.wait_for_url("**/migration?ref=P-*")
    ref = page.url.split("ref=")[1]
    expect(page.get_by_role("heading", level=1)).to_contain_text(ref)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Wskaźniki").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wskaźniki")
    # The old click is not sent again.
    chart(page)
    page.wait_for_timeout(1500)
    expect(page.get_by_role("heading", level=1)).to_have_text("Wskaźniki")


def test_click_on_a_stage_lists_its_migrations_on_the_board(open_page):
    page = open_page("flow")
    open_room(page, "Trendy")
    bars = chart(page, 2).locator(".barlayer .point path")
    click(page, bars.nth(2))
    page.wait_for_url("**/board?**stage=analysis**")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()


def test_file_has_a_row_for_every_migration_that_the_filters_leave(open_page, tmp_path):
    page = open_page("flow?size=1-1")
    said = page.get_by_text(re.compile("migracj. z 60")).inner_text()
    idle(page)
    with page.expect_download() as download:
        button(page, "Pobierz CSV").click()
    assert download.value.suggested_filename == "wskazniki-2026-11-21.csv"
    download.value.save_as(tmp_path / "flow.csv")
    text = (tmp_path / "flow.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(rows) == int(said.split()[0]) and {row["liczba domen"] for row in rows} == {"1"}


@pytest.mark.parametrize(("locale", "scheme"), [("pl-PL", "light"), ("en-GB", "dark")])
def test_all_rooms_fit_a_phone(open_page, locale, scheme):
    page = open_page("flow", width=390, height=844, locale=locale, scheme=scheme)
    chart(page)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    page.get_by_role("tab").nth(1).click()
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    page.get_by_role("tab").nth(2).click()
    expect(page.locator(".js-plotly-plot .scatterlayer .trace")).to_have_count(10)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_room_stays_open_when_a_filter_is_set(open_page):
    page = open_page("flow", locale="en-GB")
    idle(page)
    page.get_by_role("tab", name="Cumulative flow").click()
    expect(page.get_by_text("in progress were")).to_be_visible()
    choose(page, "Size", re.compile("^domains: 1$"))
    page.wait_for_url("**size=1-1**")
    expect(page.get_by_role("tab", name="Cumulative flow")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("in progress were")).to_be_visible()
