"""A look that a migration keeps, opened again in a real browser: read, accepted, seen at the migration."""

import pytest
from playwright.sync_api import expect

from core.database.transactions import engine
from core.ground import clock
from core.migration.cutover_looks import look_taken
from core.store.store import Store
from tests.browser.conftest import button, idle, serve
from tests.migrations import summary
from tests.pages import act
from tests.test_pages import HOSTILE

NAME = "firma.example"
REASON = "Powód akceptacji w P-12"


@pytest.fixture
def desk(sqlite_url):
    """A desk with a migration that keeps a look from a minute ago: (address, store, its id)."""
    now = clock.now().replace(microsecond=0)
    finding = {
        "tag": "mx_stays",
        "name": NAME,
        "severity": "accept",
        "message": {"pl": f"Poczta zostaje. {HOSTILE}", "en": f"Mail stays. {HOSTILE}"},
        "todo": {"pl": "Potwierdzić.", "en": "Confirm."},
    }
    store = Store(engine(sqlite_url))
    of_domains = {NAME: {"display": NAME}}
    m = store.register(act("anna", now), {"ref": "P-12", "client": "Róża"}, of_domains).migration
    taken = summary(NAME, now, "accept", findings=[finding])
    store.change(m.id, lambda m: look_taken(m, act("anna", clock.now()), NAME, taken))
    with serve(DATABASE_URL=sqlite_url, SAMPLES="false") as address:
        yield address, store, m.id


def test_kept_look_is_read_and_accepted_by_keyboard_and_then_stands_at_the_migration(open_page, desk):
    address, store, id = desk
    page = open_page(f"{address}/cutover?name={NAME}", width=390, locale="en-GB", scheme="dark")
    expect(page.get_by_test_id("stMain").get_by_text("<script>alert(1)</script>")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page = open_page(f"{address}/cutover?name={NAME}")
    main = page.get_by_test_id("stMain")
    expect(button(main, "Zaakceptuj w P-12")).to_be_disabled()
    main.get_by_label("Kim jesteś?").click()
    page.keyboard.type("Anna")
    page.keyboard.press("Enter")
    field = main.get_by_role("textbox", name=REASON)
    for wrong, said in (("", "Powód"), ("hasło: Zima2026!", "hasło")):
        expect(button(main, "Zaakceptuj w P-12")).to_be_enabled()
        field.fill(wrong)
        field.press("Enter")
        idle(page)
        expect(main.get_by_test_id("stAlertContainer").filter(has_text=said)).to_be_visible()
        assert not store.one(id).domains[NAME].cutover.accepted_by
    field.fill(f"tak ma być {HOSTILE}")
    field.press("Enter")
    expect(main.get_by_text(f"Powód: tak ma być {HOSTILE}"[:60])).to_be_visible()
    expect(field).to_have_count(0)
    assert store.one(id).domains[NAME].cutover.opens
    main.get_by_role("link", name="Migracja P-12").click()
    expect(main.get_by_text("zaakceptowane przez: Anna")).to_be_visible()
