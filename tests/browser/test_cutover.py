"""A look before the switch from the form to the answer: a real browser, real name servers of the laboratory."""

import contextlib
import json
import tempfile
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import button, copied, serve, take_picture
from tests.lab.conftest import _laboratory as _laboratory
from tests.lab.network import doorway

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def desk(_laboratory):
    """The app in the laboratory's network, and the laboratory: (address, laboratory, network)."""
    lab, network = _laboratory
    environment = {**lab.environment(), "FROZEN_NOW": "", "CUTOVER_TARGETS": "127.0.0.0/8"}
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(doorway(network))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment["DATABASE_URL"] = f"sqlite:///{folder}/desk.sqlite3"
        with network.inside():
            stack.enter_context(serve(port, **environment))
        yield f"http://127.0.0.1:{port}", lab, network


@pytest.fixture
def asked(desk):
    """A domain whose new zone lacks its shop: its name, and the link to the page with what is to be asked."""
    address, lab, network = desk
    with network.inside():
        name = lab.name("sklep-bez")
        lab.old.serve(name, "@ A 127.0.0.98", "sklep A 127.0.0.98", ttl=60)
        lab.new.serve(name, "@ A 127.0.0.99", ttl=60)
        lab.delegate(name, lab.old.servers, ttl=60)
    query = {"name": name.removesuffix("."), "new": ",".join(lab.new.servers.values())}
    return name.removesuffix("."), f"{address}/cutover?{urlencode(query)}"


def test_look_is_begun_watched_read_and_taken_along_and_another_window_shares_it(open_page, asked):
    name, link = asked
    page = open_page(link)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("Dla tych danych nie ma jeszcze sprawdzenia")).to_be_visible()
    button(main, "Sprawdź").click()
    answer = main.get_by_test_id("stAlertContainer").filter(has_text="Nie można przełączać domeny")
    expect(answer).to_be_visible(timeout=300_000)
    row = main.get_by_role("table", name="Rekordy, które się różnią").get_by_role("row").filter(has_text="sklep")
    expect(row).to_contain_text("tylko w starej strefie")
    button(main, "Kopiuj kroki na wieczór").click()
    expect(main.get_by_text("Skopiowano")).to_be_visible()
    assert copied(page).startswith(f"{name}\n1. ")
    with page.expect_download() as saved:
        button(main, "Zapisz całość (JSON)").click()
    assert json.loads(saved.value.path().read_text("utf-8"))["name"] == name
    second = open_page(link, width=390, locale="en-GB", scheme="dark")
    expect(second.get_by_test_id("stMain").get_by_text("Not ready to switch")).to_be_visible()
    assert second.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("name", "width", "locale"), [("cutover", 1280, "pl-PL")])
def test_screenshots(open_page, asked, tmp_path, name, width, locale):
    page = open_page(asked[1], width=width, locale=locale)
    button(page.get_by_test_id("stMain"), "Sprawdź").click()
    page.get_by_role("table", name="Rekordy, które się różnią").wait_for(timeout=300_000)
    take_picture(page, name, tmp_path)
