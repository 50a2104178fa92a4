"""What the web door's headers allow in a real browser: every page, and nothing that is not ours."""

import pytest

from pages.parts.shared.shell import PAGES
from tests.browser.conftest import KNOWN_VIOLATIONS, idle

INJECTED = """
() => new Promise((resolve) => {
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  document.body.append(script);
  const picture = document.createElement("img");
  picture.setAttribute("onerror", "window.ran = true");
  picture.addEventListener("error", () => setTimeout(() => resolve(Boolean(window.ran))));
  picture.src = "data:,";
  document.body.append(picture);
})
"""


@pytest.mark.parametrize("stem", [*PAGES])
def test_every_page_tries_one_known_thing_that_is_forbidden(open_page, violations, stem):
    idle(open_page(stem))
    assert violations == KNOWN_VIOLATIONS


def test_start_page_opens_by_its_name_too(open_page):
    page = open_page("start?lang=English")
    idle(page)
    assert page.get_by_text("Page not found").count() == 0
    assert "/?lang=English" in page.url


def test_markup_that_slipped_through_would_not_run(open_page, violations):
    page = open_page("tariff")
    idle(page)
    assert page.evaluate(INJECTED) is False
    assert {told.split()[0] for told in violations - KNOWN_VIOLATIONS} == {"script-src-elem", "script-src-attr"}
    # What was tried here is no fault of the page.
    violations.clear()
