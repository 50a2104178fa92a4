"""A real server and a real browser, once for all browser tests of a run."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from core.cutover.asking.browser import chromium
from tests import server

CHROMIUM = chromium()
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (v) => violated(v.effectiveDirective + " " + v.blockedURI + " " + v.sample))
"""
# protobuf's program tries whether it may compile WebAssembly, and does without.
KNOWN_VIOLATIONS = {"script-src wasm-eval "}

# Beside other tests on a small machine, what takes a second may take five.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(config, items) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
    if "SCREENSHOTS" not in os.environ:
        # Nobody looks at them: the first picture of each file proves that they can be taken.
        taken: set[Path] = set()
        left_out = [item for item in items if _is_picture(item) and (item.path in taken or taken.add(item.path))]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def _is_picture(item: pytest.Item) -> bool:
    return item.path.parent.name == "browser" and getattr(item, "originalname", "") == "test_screenshots"


@contextlib.contextmanager
def serve(port: int = 0, **environment: str) -> Iterator[str]:
    """Run the desk as `tests.server` does; yields its address."""
    with server.serve(port, **environment) as served:
        yield served.address


def copied(page: Page) -> str:
    """Return what was copied, by pasting it: no page of ours may read the clipboard itself."""
    with contextlib.closing(page.context.new_page()) as blank:
        blank.set_content("<textarea autofocus></textarea>")
        blank.locator("textarea").press("Control+v")
        return blank.locator("textarea").input_value()


def settle(page: Page) -> None:
    """Wait until no run of the page's script is under way."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(state="attached")


def idle(page: Page) -> None:
    """Wait until the page has answered what was just done.

    On a busy machine its script begins late, and a second run may follow the first: only what has been quiet for a
    while is over.
    """
    running = page.locator("[data-testid=stApp]:not([data-test-script-state=notRunning])")
    quiet = 0
    while quiet < 3:
        page.wait_for_timeout(100)
        settle(page)
        quiet = 0 if running.count() else quiet + 1


def button(where: Page | Locator, name: str | re.Pattern, *, exact: bool = False) -> Locator:
    """Return the button of a name as the newest run of the page has drawn it.

    While Streamlit draws a page anew, the button of the run before may stand beside it: no test means that one.
    """
    settle(where if isinstance(where, Page) else where.page)
    drawn = where.locator('[data-stale="false"], [data-testid="stPopover"]')
    return drawn.get_by_role("button", name=name, exact=exact)


def take_picture(page: Page, name: str, folder: Path) -> None:
    """Save what a page shows, as high as it is, for the README where `make screenshots` asks for it."""
    page.wait_for_timeout(500)
    height = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": min(max(height, 500), 1500)})
    page.wait_for_timeout(300)
    # What the browser is still fetching the code of stands there as a grey bar.
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
    picture = Path(os.environ.get("SCREENSHOTS", folder)).resolve() / f"{name}.png"
    page.screenshot(path=picture)
    assert picture.stat().st_size > 10_000


@pytest.fixture(scope="package")
def address() -> Iterator[str]:
    with serve() as found:
        yield found


# Playwright leaves a loop of asyncio running in this thread, where tests of other folders run loops of their own.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "no Chromium on this machine; on Debian: apt-get install chromium-headless-shell"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def violations() -> set[str]:
    """What the pages of a test tried that the headers forbid."""
    return set()


@pytest.fixture
def open_page(browser, address, violations):
    """Opens pages at a path, or at the address of another server of ours.

    In the end no page may have asked another host for anything, thrown an error, or tried what the headers forbid.
    """
    contexts, hosts, errors = [], set(), []
    ours = {urlsplit(address).netloc, ""}

    def open_(
        path: str = "",
        *,
        width: int = 1280,
        height: int = 900,
        locale: str = "pl-PL",
        scheme: str = "light",
        touch: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            color_scheme=scheme,
            # What is drawn sixty times a second takes a quarter of the processor that a page does.
            reduced_motion="reduce",
            permissions=["clipboard-write"],
            has_touch=touch,
        )
        contexts.append(context)
        context.expose_binding("violated", lambda _, told: violations.add(told))
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
        where = path if path.startswith("http") else f"{address}/{path}"
        ours.add(urlsplit(where).netloc)
        page.goto(where)
        page.get_by_role("heading", level=1).wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert hosts <= ours and not errors, (hosts, errors)
    assert violations <= KNOWN_VIOLATIONS
