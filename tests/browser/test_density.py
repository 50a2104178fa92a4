"""What fits: nine columns of the board, four lines of a card, a table whose first columns stay, pages of a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, idle, serve

PAGES = (
    "board",
    "board?view=table",
    "flow",
    "register",
    "imports",
    "propagation",
    "quote",
    "quotes",
    "portfolio",
    "tariff",
)

FIRST_ACTION = """
() => {
  const main = document.querySelector("[data-testid=stMain]")
  const acts = "a[href], button, input, select, textarea, [role=tab], [role=combobox], canvas"
  const found = []
  const look = (root) => {
    for (const at of root.querySelectorAll("*")) {
      if (at.shadowRoot) look(at.shadowRoot)
      const box = at.getBoundingClientRect()
      const no = at.disabled || at.closest(".st-key-samples_said, h1, h2, h3, [data-testid=stTooltipIcon]")
      const seen = box.width > 4 && box.height > 4 && box.top >= 0 && !no
      if (seen && at.matches(acts)) found.push(box.top + main.scrollTop)
    }
  }
  look(main)
  return Math.min(...found)
}
"""
"""Where on a page the first thing to click or to fill in begins; links to headings, helps and the samples are none."""


@pytest.fixture(scope="module")
def desk():
    """A server of its own: migrations are moved here."""
    with serve() as found:
        yield found


def fold_sidebar(page):
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    idle(page)


def open_board(open_page, address, **more):
    page = open_page(f"{address}/board", **more)
    idle(page)
    expect(page.locator(".card").first).to_be_visible()
    return page


def outside(page):
    """Return the columns that are not wholly seen, of which stage, without scrolling sideways."""
    return page.locator(".board").evaluate(
        """board => {
          const box = board.getBoundingClientRect()
          return [...board.querySelectorAll(".column")].filter((column) => {
            const at = column.getBoundingClientRect()
            return at.left < box.left - 1 || at.right > Math.min(box.right, innerWidth) + 1
          }).map((column) => column.dataset.stage)
        }"""
    )


@pytest.mark.parametrize("locale", ["pl-PL", "en-GB"])
@pytest.mark.parametrize(("width", "folded"), [(1280, True), (1920, False)])
def test_all_columns_fit_without_scrolling_sideways(open_page, desk, width, folded, locale):
    page = open_board(open_page, desk, width=width, height=800, locale=locale)
    if folded:
        fold_sidebar(page)
    assert page.locator(".column").count() == 10 and outside(page) == []
    board = page.locator(".board").evaluate("b => [b.scrollWidth, b.clientWidth]")
    assert board[0] <= board[1]
    # Each of the nine is to be read, not only there: those without cards excepted.
    widths = page.locator(".column:not(.empty):not(.aside)").evaluate_all("all => all.map((one) => one.clientWidth)")
    assert min(widths) >= 115


def test_card_has_four_lines_and_says_the_exact_moment_to_whoever_listens(open_page, desk):
    page = open_board(open_page, desk, height=800)
    fold_sidebar(page)
    cards = page.locator(".column:not(.aside) .card")
    lines = cards.evaluate_all("all => all.map((card) => [...card.children].map((line) => line.clientHeight))")
    assert {len(heights) for heights in lines} == {4} and max(height for heights in lines for height in heights) < 20
    late = page.locator(".card.late").first
    label = late.get_attribute("aria-label")
    assert "po terminie" in late.inner_text() and "2026" not in late.inner_text()
    assert ("przeterminowane od" in label or "termin minął" in label) and "2026" in label and "Opiekun: " in label


def test_sidebar_stays_folded_for_the_next_page_and_the_next_visit(open_page, desk):
    page = open_board(open_page, desk)
    assert page.get_by_test_id("stSidebar").bounding_box()["width"] <= 236
    fold_sidebar(page)
    page.goto(f"{desk}/flow")
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    assert page.get_by_test_id("stMain").bounding_box()["x"] == 0
    box = page.get_by_role("heading", level=1).bounding_box()
    assert box["y"] < 40 and box["height"] < 45


def test_column_without_cards_is_a_strip_that_grows_under_a_card_and_takes_it(open_page, desk):
    page = open_page(f"{desk}/board?q=P-47")
    idle(page)
    card = page.locator(".card").filter(has_text="Bryza")
    expect(card).to_be_visible()
    strip = page.locator(".column[data-stage=analysis]")
    assert strip.bounding_box()["width"] < 40
    start, end = card.bounding_box(), strip.bounding_box()
    page.mouse.move(start["x"] + 30, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 45, start["y"] + 20, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 80, steps=8)
    expect(page.locator(".column.over[data-stage=analysis]")).to_be_visible()
    assert strip.bounding_box()["width"] > 110
    page.mouse.up()
    expect(page.get_by_role("dialog").get_by_text("P-47")).to_be_visible()


def test_what_is_over_is_a_strip_until_somebody_opens_it(open_page, desk):
    page = open_board(open_page, desk)
    closed = page.locator(".column[data-stage=closed]")
    assert closed.bounding_box()["width"] < 40 and closed.locator(".card").first.is_hidden()
    closed.get_by_role("button", name="Pokaż karty").press("Enter")
    expect(closed.locator(".card").first).to_be_visible()
    closed.locator(".card").first.click()
    page.wait_for_url("**/migration?ref=P-*")


def test_row_of_the_table_opens_and_its_box_selects(open_page, desk):
    page = open_page(f"{desk}/board?view=table")
    idle(page)
    rows = page.get_by_test_id("stDataFrame")
    rows.click(position={"x": 17, "y": 52})
    expect(page.get_by_text("zaznaczono: 1")).to_be_visible()
    rows.click(position={"x": 150, "y": 52 + 35})
    page.wait_for_url("**/migration?ref=P-*")


@pytest.mark.parametrize("width", [390, 1280])
def test_number_and_client_stay_while_the_table_scrolls_sideways(open_page, desk, width):
    page = open_page(f"{desk}/board?view=table", width=width)
    idle(page)
    rows = page.get_by_test_id("stDataFrame")
    rows.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = rows.bounding_box()
    pinned = {"x": box["x"], "y": box["y"] + 40, "width": 32 + 62 + 150, "height": 160}
    moving = {**pinned, "x": box["x"] + 32 + 62 + 152 + 4, "width": 100}
    before = [page.screenshot(clip=clip) for clip in (pinned, moving)]
    rows.locator(".dvn-scroller").evaluate("scroller => { scroller.scrollLeft = 260 }")
    page.wait_for_timeout(600)
    after = [page.screenshot(clip=clip) for clip in (pinned, moving)]
    assert after[0] == before[0] and after[1] != before[1]


@pytest.mark.parametrize("path", PAGES)
def test_first_thing_to_do_is_on_the_first_screens_of_a_phone(open_page, path):
    page = open_page(path, width=390, height=844)
    idle(page)
    page.wait_for_timeout(500)
    assert page.evaluate(FIRST_ACTION) < 844
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_what_is_said_of_samples_is_one_line_and_goes_when_it_is_put_away(open_page):
    page = open_page("board", width=1280)
    said = page.locator(".st-key-samples_said")
    expect(said).to_be_visible()
    assert said.bounding_box()["height"] < 40
    button(page, "Ukryj").click()
    expect(said).to_have_count(0)
    button(page, "60 przykładowych migracji").click()
    expect(said).to_be_visible()
