"""Hands that stay on the keyboard: keys, the focus after a dialog, days by tabbing, who a browser remembers."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, idle, serve
from tests.browser.test_journeys import WORKED
from tests.browser.test_moves import choose_person


@pytest.fixture(scope="module")
def desk():
    """A server of its own: what is moved here is nobody else's."""
    with serve() as found:
        yield found


def field(page):
    return page.get_by_test_id("stSidebar").get_by_role("searchbox")


def until(page, true):
    """Wait until something is true in the browser; a page of ours lets no text be run as a program."""
    for _ in range(200):
        if found := page.evaluate(true):
            return found
        page.wait_for_timeout(100)
    raise AssertionError(true)


def ready(page):
    """Wait until the page listens."""
    idle(page)
    until(page, "Boolean(document[Symbol.for('desk.keys')])")


def focused(page):
    """Return the text of what has the focus, inside our own components too."""
    return page.evaluate(
        """() => {
        let one = document.activeElement
        while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement
        return one === document.body ? "" : one.getAttribute("data-ref") ?? one.innerText
    }"""
    )


def sitting(page):
    return page.get_by_test_id("stSidebar").get_by_role("combobox")


# -- keys


def test_slash_searches_and_enter_opens_the_only_hit_before_it_is_drawn(open_page, desk):
    page = open_page(f"{desk}/flow")
    ready(page)
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("")
    # All at once: no hit of the last letter is drawn when Enter comes.
    page.keyboard.insert_text("p54")
    page.keyboard.press("Enter")
    page.wait_for_url("**/migration?ref=P-54")
    expect(page.get_by_role("heading", name="P-54 ·")).to_be_visible()
    expect(field(page)).not_to_be_focused()
    # From there to another one, by its exact number though others begin like it, and for good.
    page.keyboard.press("/")
    page.keyboard.insert_text("P-5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="P-5 ·")).to_be_visible()
    page.wait_for_url("**/migration?ref=P-5")
    # One of several is nobody's guess.
    page.keyboard.press("/")
    page.keyboard.insert_text("600 000")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-search_hits a").nth(3)).to_be_visible()
    idle(page)
    expect(page.get_by_role("heading", name="P-5 ·")).to_be_visible()


def test_hits_are_walked_and_escape_goes_back(open_page, desk):
    page = open_page(f"{desk}/board")
    ready(page)
    page.locator(".card").first.focus()
    before = focused(page)
    page.keyboard.press("/")
    page.keyboard.insert_text("sklep")
    hits = page.locator(".st-key-search_hits a")
    expect(hits.nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(field(page)).not_to_be_focused()
    page.locator(".card").first.focus()
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    assert focused(page) == before


def test_cards_are_walked_and_opened(open_page, desk):
    page = open_page(f"{desk}/board")
    ready(page)
    refs = page.locator(".card").evaluate_all("(all) => all.map((one) => one.dataset.ref)")
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert focused(page) == refs[place]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/migration?ref={refs[1]}")


def test_lines_of_the_start_page_are_walked_and_opened_by_space(open_page, desk):
    page = open_page(desk)
    ready(page)
    # "j" alone is the first line, wherever it stands.
    page.keyboard.press("j")
    first = focused(page)
    page.keyboard.press("j")
    second = focused(page)
    assert first and second and first != second
    page.keyboard.press("k")
    assert focused(page) == first
    page.keyboard.press(" ")
    page.wait_for_url("**/migration?ref=*")


def test_table_of_the_board_is_walked(open_page, desk):
    page = open_page(f"{desk}/board?view=table")
    ready(page)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    page.keyboard.press("j")
    grid = page.get_by_test_id("data-grid-canvas")
    expect(grid).to_be_focused()
    expect(page.locator('[data-testid^="glide-cell-"][aria-selected="true"]')).not_to_have_count(0)


def test_n_is_a_new_migration_and_question_mark_the_list_of_keys(open_page, desk):
    page = open_page(f"{desk}/board")
    ready(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("nowa migracja")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("/")
    idle(page)
    expect(page.get_by_role("heading", name="Tablica")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("n")
    page.wait_for_url("**/register")
    expect(page.get_by_role("heading", name="Nowa migracja")).to_be_visible()


def test_no_key_acts_in_a_field_or_with_another_key_held(open_page, desk):
    page = open_page(f"{desk}/register")
    ready(page)
    for name in ("Klient", "Domeny"):
        typed = page.get_by_label(name, exact=True)
        typed.click()
        page.keyboard.type("jnk/?")
        expect(typed).to_have_value("jnk/?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("heading", level=1).click()
    for key in ("Control+/", "Alt+n", "Meta+n"):
        page.keyboard.press(key)
    idle(page)
    expect(field(page)).not_to_be_focused()
    page.wait_for_url("**/register")


@pytest.mark.parametrize("width", [1280, 390])
def test_slash_opens_a_sidebar_that_is_out_of_sight_and_escape_closes_it_again(open_page, desk, width):
    page = open_page(f"{desk}/flow", width=width)
    ready(page)
    sidebar = page.get_by_test_id("stSidebar")
    if width == 1280:
        sidebar.hover()
        page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    page.keyboard.press("Escape")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    # What somebody closed stays closed in this browser.
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    ready(page)
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.insert_text("P-54")
    page.keyboard.press("Enter")
    page.wait_for_url("**/migration?ref=P-54")
    expect(sidebar).to_have_attribute("data-collapsed", "true")


def test_on_a_phone_a_hit_that_was_tapped_is_not_left_behind_the_sidebar(open_page, desk):
    page = open_page(f"{desk}/flow", width=390)
    ready(page)
    sidebar = page.get_by_test_id("stSidebar")
    page.get_by_test_id("stExpandSidebarButton").click()
    field(page).click()
    page.keyboard.insert_text("P-54")
    sidebar.get_by_role("link", name="P-54").click()
    page.wait_for_url("**/migration?ref=P-54")
    expect(sidebar).to_have_attribute("data-collapsed", "true")


def test_one_key_is_one_deed_after_many_reruns(open_page, desk):
    page = open_page(f"{desk}/board")
    ready(page)
    for name in ("English", "Polski", "English", "Polski"):
        page.get_by_test_id("stSidebar").get_by_text(name).click()
        idle(page)
    page.get_by_role("heading", level=1).click()
    refs = page.locator(".card").evaluate_all("(all) => all.map((one) => one.dataset.ref)")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == refs[1]


# -- the focus after a dialog


def test_focus_returns_to_the_card_from_which_a_dialog_was_opened(open_page, desk):
    page = open_page(f"{desk}/board")
    ready(page)
    choose_person(page, "Anna Bobrowska")
    dialog = page.get_by_role("dialog")

    def propose(ref):
        page.locator(f'.card[data-ref="{ref}"]').focus()
        for key in (" ", "ArrowRight", " "):
            page.keyboard.press(key)
        expect(dialog).to_be_visible()

    def back_at(ref):
        expect(dialog).to_have_count(0)
        for _ in range(100):
            if focused(page) == ref:
                return
            page.wait_for_timeout(100)
        assert focused(page) == ref

    ref = page.locator(".column[data-stage=data] .card").first.get_attribute("data-ref")
    propose(ref)
    page.keyboard.press("Escape")
    back_at(ref)
    propose(ref)
    dialog.get_by_role("button", name="Close").click()
    back_at(ref)
    propose(ref)
    dialog.locator("label").filter(has_text="Nie ma żadnych stron www").click()
    button(dialog, "Zapisz bez przenoszenia").click()
    back_at(ref)


def test_focus_returns_to_the_button_from_which_a_dialog_was_opened(open_page, desk):
    page = open_page(f"{desk}/migration?ref=P-40")
    ready(page)
    choose_person(page, "Anna Bobrowska")
    edit = button(page.get_by_test_id("stMain"), "Edytuj", exact=True).first
    edit.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(edit).to_be_focused()


# -- days


def test_no_calendar_opens_by_tabbing_past_a_day(open_page, desk):
    page = open_page(f"{desk}/register")
    ready(page)
    day, hour = page.get_by_role("textbox", name="Termin"), page.get_by_role("textbox", name="Godzina")
    day.focus()
    page.keyboard.press("Tab")
    expect(hour).to_be_focused()
    expect(page.locator('[data-baseweb="calendar"], [role="grid"][aria-label*="alendar"]')).to_have_count(0)
    day.fill("30.02.2027")
    day.press("Tab")
    expect(page.get_by_text("28.02.2027")).to_be_visible()
    expect(day).to_have_value("30.02.2027")
    day.fill("28 lut 27")
    day.press("Tab")
    expect(day).to_have_value("28.02.2027")


# -- who sits here


def test_browser_remembers_who_sits_at_it_and_another_one_assumes_nobody(open_page, desk):
    page = open_page(f"{desk}/board")
    ready(page)
    choose_person(page, "Anna Bobrowska")
    until(page, "document.cookie.includes('desk_person=anna')")
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "desk_person"]
    assert cookie["sameSite"] == "Strict" and cookie["path"] == "/" and cookie["expires"] > 0
    page.reload()
    expect(sitting(page)).to_have_value("Anna Bobrowska · wsparcie")
    other = open_page(f"{desk}/board")
    ready(other)
    expect(sitting(other)).to_have_value("")


def test_person_chosen_in_one_tab_is_not_undone_by_another_one(open_page, desk):
    first = open_page(f"{desk}/board")
    ready(first)
    choose_person(first, "Anna Bobrowska")
    until(first, "document.cookie.includes('desk_person=anna')")
    second = first.context.new_page()
    second.goto(f"{desk}/board")
    ready(second)
    choose_person(second, "Piotr")
    until(second, "document.cookie.includes('desk_person=piotr')")
    first.get_by_test_id("stSidebar").get_by_text("English").click()
    idle(first)
    # Whoever sits at the first one is asked by nobody, and the browser remembers the last choice.
    assert "Anna" in sitting(first).input_value() and "desk_person=piotr" in first.evaluate("document.cookie")
    first.reload()
    expect(sitting(first)).to_have_value(re.compile("^Piotr Żbik"))


def test_person_that_nobody_knows_is_nobody(open_page, desk):
    page = open_page(f"{desk}/flow")
    page.evaluate("document.cookie = 'desk_person=kot; Path=/'")
    page.goto(f"{desk}/board")
    ready(page)
    expect(sitting(page)).to_have_value("")


def test_rule_link_leads_to_the_rule(open_page, address):
    page = open_page(WORKED)
    link = page.get_by_test_id("stMain").get_by_role("link", name="R1").get_attribute("href")
    page.goto(f"{address}/{link}")
    heading = page.get_by_role("heading", name="R1 ·")
    expect(heading).to_be_in_viewport()
    # What stands above it may be drawn later on a busy machine.
    push = "h => { const tall = document.createElement('div'); tall.style.height = '3000px'; h.before(tall) }"
    heading.evaluate(push)
    expect(heading).to_be_in_viewport()
    # Whoever has begun to read is left where they are.
    page.mouse.wheel(0, 1)
    heading.evaluate(push)
    page.wait_for_timeout(1000)
    expect(heading).not_to_be_in_viewport()
