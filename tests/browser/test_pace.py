"""Seven domains at their own pace in a real browser: counted clicks, two windows, keyboard, a phone, the undo."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from core.database.transactions import engine_of
from core.database.upgrade import upgrade
from core.store.store import Store
from tests import migrations
from tests.browser.conftest import button, idle, serve, take_picture
from tests.browser.counted import counted
from tests.browser.test_migration import choose_person, main
from tests.migrations import Life
from tests.pages import act, looked
from tests.test_migration_groups import seven


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('pace')}/desk.sqlite3"


@pytest.fixture(scope="module")
def store(url):
    upgrade(url)
    return Store(engine_of(url))


@pytest.fixture(scope="module")
def desk(store, url):
    """A server of its own, on a database that the tests write too."""
    with serve(SAMPLES="false", DATABASE_URL=url) as found:
        yield found


_NUMBER = iter(range(1, 99))


@pytest.fixture
def ref(store):
    """The number of a migration of seven domains at five steps, whose names are its own."""
    number = next(_NUMBER)
    life = seven()
    return stand(store, life, f"T-{number}", f"{number}.")


def stand(store, life, ref, before=""):
    """Store a life under another number and with other names; return the number."""
    names = {name: f"{before}{name}" for name in life.m.domains}
    made = store.register(
        act(now=migrations.NOW), {"ref": ref, "client": "Róża"}, {new: {"display": new} for new in names.values()}
    )
    first = len(made.events)
    later = [replace(event, domain=names.get(event.domain, event.domain)) for event in life.events[first:]]
    store.change(made.migration.id, lambda now: later)
    return ref


def open_card(open_page, desk, ref, person="Anna Bobrowska", **more):
    page = open_page(f"{desk}/migration?ref={ref}", **more)
    idle(page)
    if person:
        choose_person(page, person)
        expect(group(page, "test").locator("[data-act=confirmed]")).to_be_enabled()
    return page


def group(page, step):
    return page.locator(f"tbody[data-step={step}]")


def row(page, name):
    return page.locator("tbody tr").filter(has=page.get_by_role("button", name=name, exact=True))


def tick(page, name):
    page.get_by_role("checkbox", name=f"Zaznacz {name}", exact=True).check()


def domain(store, ref, name):
    return store.by_ref(ref).domains[f"{ref[2:]}.{name}"]


def named(ref, name):
    return f"{ref[2:]}.{name}"


def test_test_of_one_of_seven_is_confirmed_with_two_clicks_and_undone_with_one(open_page, desk, store, ref):
    page = open_card(open_page, desk, ref)
    with counted(page) as hands:
        tick(page, named(ref, "c.pl"))
        group(page, "test").locator("[data-act=confirmed]").click()
        expect(group(page, "dns").get_by_role("button", name=named(ref, "c.pl"))).to_be_visible()
    assert hands.taps == 2 and hands.keys == 0
    assert [domain(store, ref, name).step for name in ("c.pl", "d.pl")] == ["dns", "test"]
    expect(page.locator(".st-key-undo_bar")).to_contain_text("test potwierdzony")
    button(page, "Cofnij", exact=True).click()
    expect(group(page, "test").get_by_role("button", name=named(ref, "c.pl"))).to_be_visible()
    expect(page.locator(".st-key-undo_bar")).to_have_count(0)
    assert domain(store, ref, "c.pl").step == "test" and domain(store, ref, "c.pl").tested_at is None


def test_focus_returns_to_the_button_of_the_group_whose_dialog_was_closed(open_page, desk, ref):
    page = open_card(open_page, desk, ref)
    # Another button was pressed before, elsewhere: it is not meant.
    button(main(page), "Edytuj", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    back = group(page, "test").locator("[data-act=rework]")
    back.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(back).to_be_focused()


def test_whole_group_is_meant_where_none_is_ticked_and_each_group_acts_on_its_own(open_page, desk, store, ref):
    looked(store, ref, named(ref, "f.pl"))
    page = open_card(open_page, desk, ref)
    tick(page, named(ref, "e.pl"))
    expect(group(page, "test").locator("[data-act=confirmed]")).to_have_text("Test potwierdzony (2)")
    expect(group(page, "dns").locator("[data-act=visible]")).to_have_text("Widać u nas (1/2)")
    group(page, "test").locator("[data-act=confirmed]").click()
    expect(group(page, "test")).to_have_count(0)
    # What was ticked elsewhere stays so.
    expect(page.get_by_role("checkbox", name=f"Zaznacz {named(ref, 'e.pl')}")).to_be_checked()
    group(page, "dns").locator("[data-act=visible]").click()
    expect(group(page, "visible").get_by_role("button", name=named(ref, "e.pl"))).to_be_visible()
    assert [domain(store, ref, name).step for name in ("c.pl", "d.pl", "f.pl")] == ["dns", "dns", "dns"]
    tick(page, named(ref, "f.pl"))
    group(page, "dns").locator("[data-act=ns_changed]").click()
    expect(page.get_by_text("serwery nazw zmienione").first).to_be_visible()
    assert domain(store, ref, "f.pl").dns_switched_at is not None and domain(store, ref, "c.pl").dns_switched_at is None


def test_shut_gate_opens_its_dialog_for_exactly_those_that_were_ticked(open_page, desk, store, ref):
    page = open_card(open_page, desk, ref)
    group(page, "migration").locator("[data-act=on]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Migracja → Synchronizacja poczty")).to_be_visible()
    dialog.locator("label").filter(has_text="Strony przeniesione").click()
    dialog.locator("label").filter(has_text="Skrzynki przeniesione").click()
    button(dialog, "Przenieś: Synchronizacja poczty").click()
    expect(dialog).to_have_count(0)
    assert domain(store, ref, "a.pl").step == "sync" and domain(store, ref, "b.pl").step == "sync"


def test_switch_is_taken_back_from_the_table_with_the_message_ready_to_copy(open_page, desk, store, ref):
    page = open_card(open_page, desk, ref)
    group(page, "dns").locator("[data-act=switched_back]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("musieliśmy wycofać")).to_be_visible()
    button(dialog, "Kopiuj wiadomość").click()
    dialog.get_by_label("Dlaczego").fill("strona nie działa")
    button(dialog, "Cofnij: Synchronizacja poczty").click()
    expect(dialog).to_have_count(0)
    assert domain(store, ref, "e.pl").step == "sync" and domain(store, ref, "f.pl").step == "dns"


def test_other_window_sees_what_was_done_and_its_ticks_of_what_has_moved_are_gone(open_page, desk, store, ref):
    page = open_card(open_page, desk, ref)
    other = open_card(open_page, desk, ref, "Maria Lis")
    tick(other, named(ref, "c.pl"))
    tick(other, named(ref, "e.pl"))
    tick(page, named(ref, "c.pl"))
    group(page, "test").locator("[data-act=rework]").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Dlaczego").fill("brak skrzynki")
    button(dialog, "Cofnij: Synchronizacja poczty").click()
    expect(dialog).to_have_count(0)
    expect(group(other, "sync").get_by_role("button", name=named(ref, "c.pl"))).to_be_visible()
    expect(group(other, "test").locator("[data-act=confirmed]")).to_have_text("Test potwierdzony")
    expect(other.get_by_role("checkbox", name=f"Zaznacz {named(ref, 'e.pl')}")).to_be_checked()
    assert not other.locator(".st-key-undo_bar").count() and domain(store, ref, "c.pl").tested_at is None


def test_keyboard_alone_ticks_confirms_and_opens_a_domain(open_page, desk, store, ref):
    page = open_card(open_page, desk, ref)
    page.get_by_role("checkbox", name=f"Zaznacz {named(ref, 'd.pl')}").focus()
    page.keyboard.press("Space")
    expect(row(page, named(ref, "d.pl"))).to_have_class(re.compile("ticked"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(main(page).get_by_text("Klient potwierdził test").first).to_be_visible()
    expect(page.locator(".st-key-card_block")).to_contain_text(named(ref, "d.pl"))
    expect(page.get_by_role("button", name=named(ref, "d.pl"), exact=True)).to_be_focused()
    group(page, "test").locator("[data-act=confirmed]").focus()
    page.keyboard.press("Enter")
    expect(group(page, "dns").get_by_role("button", name=named(ref, "d.pl"), exact=True)).to_be_visible()
    assert domain(store, ref, "d.pl").step == "dns" and domain(store, ref, "c.pl").step == "test"


def test_clicked_twice_is_done_once(open_page, desk, store, ref):
    page = open_card(open_page, desk, ref)
    tick(page, named(ref, "c.pl"))
    group(page, "test").locator("[data-act=confirmed]").dblclick()
    expect(group(page, "dns").get_by_role("button", name=named(ref, "c.pl"))).to_be_visible()
    idle(page)
    expect(page.get_by_text("Ktoś był szybszy")).to_have_count(0)
    assert domain(store, ref, "d.pl").step == "test"


def test_button_pressed_at_once_after_a_dialog_was_shut_is_no_second_click(open_page, desk, store, ref):
    page = open_card(open_page, desk, ref)
    group(page, "test").locator("[data-act=on]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    group(page, "test").locator("[data-act=confirmed]").click()
    expect(group(page, "test")).to_have_count(0)
    assert [domain(store, ref, name).step for name in ("c.pl", "d.pl")] == ["dns", "dns"]


def test_nobody_and_a_viewer_are_told_why_nothing_can_be_done(open_page, desk, ref):
    page = open_page(f"{desk}/migration?ref={ref}")
    confirm = group(page, "test").locator("[data-act=confirmed]")
    expect(confirm).to_be_disabled()
    assert "kim jesteś" in confirm.get_attribute("title")
    choose_person(page, "Wiktor Ryś")
    expect(confirm).to_have_attribute("title", re.compile("przeglądać|podgląd"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_table_holds_on_a_phone(open_page, desk, store, ref, scheme, tmp_path):
    page = open_card(open_page, desk, ref, None, width=390, height=844, scheme=scheme)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    take_picture(page, f"pace-390-{scheme}", tmp_path)


def test_undo_is_within_reach_of_a_thumb(open_page, desk, store, ref):
    page = open_card(open_page, desk, ref, None, width=390, height=844)
    main(page).get_by_role("combobox", name="Kim jesteś?").click()
    page.get_by_role("option", name="Anna Bobrowska").click()
    tick(page, named(ref, "c.pl"))
    group(page, "test").locator("[data-act=confirmed]").click()
    undo = button(page, "Cofnij", exact=True)
    expect(undo).to_be_in_viewport(ratio=1)
    # The test of one domain said it in one place only, and nothing of the page was pushed away.
    expect(page.get_by_text("czas na DNS")).to_have_count(1)
    undo.click()
    expect(group(page, "test").get_by_role("button", name=named(ref, "c.pl"))).to_be_visible()


def test_two_hundred_domains_are_quick_and_one_of_them_is_found(open_page, desk, store):
    life = Life(*(f"d{n:03d}.pl" for n in range(200))).to("migration")
    stand(store, life, "M-200", "m.")
    page = open_page(f"{desk}/migration?ref=M-200")
    choose_person(page)
    expect(group(page, "migration").locator("[data-tick]")).to_have_count(200)
    page.get_by_role("button", name="m.d150.pl", exact=True).click()
    expect(page.locator(".st-key-card_block")).to_contain_text("m.d150.pl")
    expect(page.locator(".st-key-card_block")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 1280
