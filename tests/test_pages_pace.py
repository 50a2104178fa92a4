"""Domains at their own pace on the page: which are meant, ways back, the client's test, the last deed undone."""

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest

from core.desk.backup import backup, restore
from core.ground import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration import moves
from core.migration.stages import CONFIRMED
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain
from tests import migrations
from tests.migrations import MARIA, Life
from tests.pages import act, box, choose, click, live, opened, texts
from tests.test_migration_groups import SEVEN, seven

pytestmark = pytest.mark.usefixtures("desk_url")


def stand(store, life, ref="P-1"):
    """Store a life as it stands."""
    of_domains = {name: {"display": name} for name in life.m.domains}
    made = store.register(act(now=migrations.NOW), {"ref": ref, "client": "Róża"}, of_domains)
    return store.change(made.migration.id, lambda now: life.events[len(made.events) :]).migration


def dialog(store, about, *, person="anna", language=POLISH, kind="move"):
    """Open a dialog of the migration P-1; return the page and the end of the keys of its widgets."""
    app = opened(person, language)
    app.session_state["_deed"] = Deed(kind, store.by_ref("P-1"), about, number=77)
    app.run()
    assert not app.exception, app.exception
    return app, f"{language.code}_77"


def mark(app, end, item):
    """Tick a check in the dialog: on the page beside it there may be the same one."""
    app.checkbox(key=f"deed_{item}_{end}").check().run()
    assert not app.exception, app.exception


def at(store, name):
    return store.by_ref("P-1").domains[name].step


# -- which domains are meant


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_card_dropped_for_domains_of_several_steps_asks_for_which(store, language):
    stand(store, seven())
    app, end = dialog(store, {"to": "dns"}, language=language)
    asked = app.radio(key=f"deed_step_{end}")
    assert asked.label == language.text("move.whose") and asked.value == "test"
    assert asked.options[0] == language.text(
        "move.group", count=2, here=language.value(migrations.PROCESS.by_id["test"].title),
        to=language.value(migrations.PROCESS.by_id["dns"].title),
    )  # fmt: skip
    assert len(asked.options) == 4
    mark(app, end, CONFIRMED)
    click(app, f"deed_go_{end}")
    steps = migrations.steps(store.by_ref("P-1"))
    assert [steps[name] for name in SEVEN] == ["migration", "sync", "dns", "dns", "dns", "dns", "visible"]


def test_another_group_is_chosen_and_its_own_gate_is_drawn(store):
    stand(store, seven())
    app, end = dialog(store, {"to": "dns"})
    app.radio(key=f"deed_step_{end}").set_value("migration").run()
    assert "Migracja → Synchronizacja poczty" in texts(app) and "nie można przeskakiwać" in texts(app)
    mark(app, end, "www")
    mark(app, end, "mail")
    click(app, f"deed_go_{end}")
    assert at(store, "a.pl") == "sync" and at(store, "c.pl") == "test"


def test_domains_of_one_step_are_not_asked_about(store):
    live(store, "test", "a.pl", "b.pl")
    app, end = dialog(store, {"to": "dns"})
    assert not [radio for radio in app.radio if radio.key == f"deed_step_{end}"]


def test_ticked_ones_are_chosen_in_the_dialog_already_and_only_they_go_on(store):
    stand(store, seven())
    app, end = dialog(store, {"step": "test", "domains": ("d.pl",)})
    assert app.multiselect(key=f"deed_domains_test_{end}").value == ["d.pl"]
    mark(app, end, CONFIRMED)
    click(app, f"deed_go_{end}")
    assert (at(store, "c.pl"), at(store, "d.pl")) == ("test", "dns")


def test_others_are_not_taken_for_those_that_somebody_else_has_moved_meanwhile(store):
    m = stand(store, seven())
    app, end = dialog(store, {"step": "test", "domains": ("d.pl",)})
    mark(app, end, CONFIRMED)
    for move, *more in ((moves.check, CONFIRMED), (moves.advance,)):
        store.change(m.id, lambda now, move=move, more=more: move(now, act("maria"), *more, "d.pl"))
    # As it goes on after the conflict.
    app.session_state["_deed"].seen = store.by_ref("P-1")
    app.run()
    assert not [button for button in app.button if button.key == f"deed_go_{end}"]
    assert "Klient potwierdził test" in texts(app) and at(store, "c.pl") == "test"


def test_card_of_which_only_some_domains_go_on_is_not_stopped_by_a_full_stage(store):
    stand(store, seven())
    limit = migrations.PROCESS.by_id["dns"].wip_limit
    for n in range(limit):
        life = Life(f"x{n}.pl").to("dns")
        of_domains = {f"x{n}.pl": {"display": f"x{n}.pl"}}
        made = store.register(act(now=migrations.NOW), {"ref": f"X-{n}", "client": "Łąka"}, of_domains)
        store.change(made.migration.id, lambda now, life=life, made=made: life.events[len(made.events) :])
    app, end = dialog(store, {"step": "test", "domains": ("c.pl",)})
    mark(app, end, CONFIRMED)
    assert not app.button(key=f"deed_go_{end}").disabled


# -- ways back


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_switch_is_taken_back_with_a_reason_and_the_message_for_the_client(store, language):
    stand(store, seven())
    app, end = dialog(store, {"step": "dns", "domains": ("e.pl", "f.pl"), "back": True}, language=language)
    told = migrations.PROCESS.switched_back.in_("pl")
    assert told.split("{domains}")[0] in texts(app) and "e.pl" in texts(app)
    click(app, f"deed_go_{end}")
    assert language.text("error.missing") in texts(app) and at(store, "e.pl") == "dns"
    app.radio(key=f"deed_to_{end}").set_value("migration").run()
    app.text_input(key=f"deed_reason_{end}").input("strona nie działa").run()
    click(app, f"deed_go_{end}")
    assert at(store, "e.pl") == "migration" and at(store, "f.pl") == "dns"
    event = next(event for event in store.events(1) if event.kind == "switched_back")
    assert (event.reason, event.domain) == ("strona nie działa", "e.pl")
    assert store.by_ref("P-1").domains["e.pl"].tested_at is None


def test_failed_test_sends_the_chosen_ones_back_for_correction(store):
    stand(store, seven())
    app, end = dialog(store, {"step": "test", "domains": ("c.pl",), "back": True})
    app.text_input(key=f"deed_reason_{end}").input("brak skrzynki").run()
    click(app, f"deed_go_{end}")
    assert (at(store, "c.pl"), at(store, "d.pl")) == ("sync", "test")
    assert "reworked" in [event.kind for event in store.events(1)]


def test_one_domain_is_sent_back_from_its_block(store):
    stand(store, seven())
    app = opened()
    app.selectbox(key="card_domain_1_pl").select("e.pl").run()
    click(app, "card_switch_back_e.pl_pl")
    number = app.session_state["_deed"].number
    app.text_input(key=f"deed_reason_pl_{number}").input("strona nie działa").run()
    click(app, f"deed_go_pl_{number}")
    assert at(store, "e.pl") == "sync"


def test_nobody_is_sent_back_while_the_migration_is_on_hold(store):
    m = stand(store, seven())
    store.change(m.id, lambda now: moves.hold(now, act(), "client", "urlop"))
    app, end = dialog(store, {"step": "dns", "back": True})
    assert POLISH.text("move.held") in texts(app)
    assert not [button for button in app.button if button.key == f"deed_go_{end}"]


# -- the client's test, and what needs something else first


def test_test_dated_before_its_move_is_refused_in_the_gate_and_in_the_dialog_of_the_tick(store):
    live(store, "test", "a.pl")
    app, end = dialog(store, {"step": "test"})
    mark(app, end, CONFIRMED)
    app.checkbox(key=f"deed_earlier_{end}").check().run()
    app.text_input(key=f"deed_day_{end}").input("02.11.2026").run()
    assert app.button(key=f"deed_go_{end}").disabled and "18.11.2026" in texts(app)
    app, end = dialog(store, {"item": CONFIRMED, "domain": "a.pl"}, kind="check")
    app.text_input(key=f"deed_day_{end}").input("02.11.2026").run()
    click(app, f"deed_save_{end}")
    assert POLISH.text("error.test_before_move", there=dt.date(2026, 11, 18)) in texts(app)
    assert store.by_ref("P-1").domains["a.pl"].tested_at is None


def test_manager_is_not_offered_to_force_the_test_and_is_offered_everything_else(store):
    live(store, "test", "a.pl")
    app, end = dialog(store, {"step": "test"}, person="maria")
    assert "deed_force_" + end not in [button.key for button in app.button]
    assert app.button(key=f"deed_go_{end}").disabled
    m = store.by_ref("P-1")
    store.change(m.id, lambda now: [*moves.check(now, act(), CONFIRMED, "a.pl")])
    store.change(m.id, lambda now: moves.advance(now, act(), "a.pl"))
    app, end = dialog(store, {"step": "dns"}, person="maria")
    app.text_input(key=f"deed_because_{end}").input("widać u klienta").run()
    click(app, f"deed_force_{end}")
    assert at(store, "a.pl") == "visible" and store.by_ref("P-1").stage == "passwords"
    app, end = dialog(store, {"to": "closed"}, person="maria")
    app.text_input(key=f"deed_because_{end}").input("klient milczy").run()
    click(app, f"deed_force_{end}")
    assert store.by_ref("P-1").stage == "closed"


def test_support_is_not_offered_to_force_anything(store):
    live(store, "dns", "a.pl")
    app, end = dialog(store, {"step": "dns"})
    assert "deed_force_" + end not in [button.key for button in app.button]


def test_password_that_we_reset_needs_to_be_said_by_whom(store):
    live(store, "passwords", "a.pl")
    app, end = dialog(store, {})
    mark(app, end, "password_changed")
    app.radio(key=f"deed_password_changed_way_{end}").set_value("reset").run()
    field = app.text_input(key=f"deed_password_changed_detail_{end}")
    assert field.label == POLISH.text("move.detail.needed") and app.button(key=f"deed_go_{end}").disabled
    field.input("Anna, 20.11").run()
    click(app, f"deed_go_{end}")
    done = store.by_ref("P-1").checks["password_changed"]
    assert (done.choice, done.detail) == ("reset", "Anna, 20.11")


def test_date_is_accepted_only_once_there_is_one(store):
    m = live(store, "date", "a.pl")
    store.change(m.id, lambda now: moves.change(now, act(), {"planned_at": None}))
    app, end = dialog(store, {})
    assert app.checkbox(key=f"deed_accepted_{end}").disabled and "Najpierw trzeba ustalić termin" in texts(app)
    store.change(m.id, lambda now: moves.change(now, act(), {"planned_at": migrations.NOW}))
    app, end = dialog(store, {})
    assert not app.checkbox(key=f"deed_accepted_{end}").disabled


# -- from the table, at once


def acting():
    """A page whose reader acts on the table as they see it, whatever stands by then."""
    import streamlit as st

    from core.language import POLISH
    from pages.parts.migration import domains, session_state, ticks
    from pages.parts.shared import shell

    shell.speak(POLISH)
    shell.sit_down("anna")
    if "asked" in st.session_state:
        m = st.session_state["seen"]
        session_state.drawn(m, None)
        domains.do(m, *st.session_state.pop("asked"))
    ticks.trouble(st.session_state["seen"])


def acted(seen, action, step, *names):
    app = AppTest.from_function(acting, default_timeout=120)
    app.session_state["seen"], app.session_state["asked"] = seen, (action, step, list(names))
    app.run()
    assert not app.exception, app.exception
    return app


def test_second_of_two_windows_is_told_and_overwrites_nothing(store):
    seen = stand(store, seven())
    store.change(seen.id, lambda now: moves.rework(now, act("maria"), "c.pl", "sync", "brak skrzynki"))
    app = acted(seen, "confirmed", "test", "c.pl", "d.pl")
    assert (at(store, "c.pl"), at(store, "d.pl")) == ("sync", "test") and "Maria Lis" in texts(app)
    acted(seen, "confirmed", "test", "d.pl")
    assert at(store, "d.pl") == "dns" and store.by_ref("P-1").domains["c.pl"].tested_at is None


def test_what_does_not_stand_there_is_not_acted_on(store):
    seen = stand(store, seven())
    before = len(store.events(1))
    for asked in (
        ("confirmed", "test", "a.pl"), ("confirmed", "dns", "e.pl"), ("closed", "test", "c.pl"), ("confirmed", "test"),
        ("on", "waiting", "a.pl"), ("visible", "visible", "g.pl"), ("on", "nowhere", "c.pl"),
    ):  # fmt: skip
        acted(seen, *asked)
    assert len(store.events(1)) == before


def test_deed_of_the_table_is_refused_across_a_restore(store, desk_url, tmp_path):
    seen = stand(store, seven())
    backup(desk_url, tmp_path / "kept")
    restore(desk_url, tmp_path / "kept")
    app = acted(seen, "confirmed", "test", "c.pl")
    assert at(store, "c.pl") == "test" and "przywrócon" in texts(app)


# -- the last deed undone


def undo(app):
    """Return the button that takes the last deed back; None where there is none."""
    return next(
        (button for button in app.button if str(button.key).startswith("undo_") and "under" not in button.key), None
    )


def undone(app):
    click(app, undo(app).key)
    return app


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=lambda language: language.code)
def test_tick_is_taken_back_by_a_further_event(store, language):
    live(store)
    app = opened(language=language)
    assert undo(app) is None
    box(app, language.value(migrations.PROCESS.checks["server"].label)).check().run()
    assert undo(app).label == language.text("undo.do") and "P-1: " in texts(app)
    undone(app)
    assert not store.by_ref("P-1").checks and [event.kind for event in store.events(1)][-2:] == ["checked", "undone"]
    assert undo(app) is None and language.text("undo.done", what="")[:6] in texts(app)


def test_move_made_in_a_dialog_is_taken_back_on_any_page(store):
    live(store, "test", "a.pl")
    app, end = dialog(store, {"step": "test"})
    mark(app, end, CONFIRMED)
    click(app, f"deed_go_{end}")
    assert at(store, "a.pl") == "dns"
    for page in ("pages/start.py", "pages/board.py", "pages/tariff.py"):
        app.switch_page(page).run()
        assert undo(app) is not None and not app.exception
    undone(app)
    assert at(store, "a.pl") == "test" and store.by_ref("P-1").domains["a.pl"].tested_at is None


def test_only_its_maker_is_offered_to_take_a_deed_back(store):
    live(store)
    app = opened()
    box(app, "Serwer założony").check().run()
    assert undo(choose(app, "maria")) is None
    assert undo(choose(app, "anna")) is not None


def test_after_a_minute_it_is_offered_no_more(store, monkeypatch):
    live(store)
    app = opened()
    box(app, "Serwer założony").check().run()
    monkeypatch.setenv("FROZEN_NOW", "2026-11-21T12:01:01+01:00")
    settings.settings.cache_clear()
    app.run()
    assert undo(app) is None and "server" in store.by_ref("P-1").checks
    settings.settings.cache_clear()


def test_change_of_somebody_else_keeps_the_deed_and_is_told(store):
    m = live(store)
    app = opened()
    box(app, "Serwer założony").check().run()
    store.change(m.id, lambda now: moves.change(now, act("maria"), {"package": "Sklep"}))
    undone(app)
    assert "server" in store.by_ref("P-1").checks and POLISH.text("undo.others") in texts(app)
    assert "Maria Lis" in texts(app) and undo(app) is None
    click(app, "undo_understood_pl")
    assert POLISH.text("undo.others") not in texts(app)


def test_note_of_somebody_else_keeps_the_deed_too(store):
    m = live(store)
    app = opened()
    box(app, "Serwer założony").check().run()
    store.change(m.id, lambda now: moves.note(now, act("maria"), "widziałam"))
    undone(app)
    assert "server" in store.by_ref("P-1").checks and POLISH.text("error.undo_others") in texts(app)


def test_deed_is_not_taken_back_across_a_restore(store, desk_url, tmp_path):
    live(store)
    backup(desk_url, tmp_path / "kept")
    app = opened()
    box(app, "Serwer założony").check().run()
    restore(desk_url, tmp_path / "kept")
    store.change(1, lambda now: moves.check(now, act(), "server"))
    undone(app)
    assert "server" in store.by_ref("P-1").checks
    assert POLISH.text("store.restored_at", at=POLISH.text("moment.hour", day="21.11.2026", hour="12:00")) in texts(app)


def test_of_two_windows_the_second_is_offered_nothing_that_the_first_did(store):
    live(store)
    first, second = opened(), opened()
    box(first, "Serwer założony").check().run()
    second.run()
    assert undo(second) is None
    undone(first)
    box(second.run(), "Serwer założony").check().run()
    assert "server" in store.by_ref("P-1").checks and undo(first.run()) is None
    undone(second)
    assert "server" not in store.by_ref("P-1").checks


def test_erased_migration_is_told_and_nothing_is_taken_back(store):
    m = live(store)
    app = opened()
    box(app, "Serwer założony").check().run()
    store.erase([m.id], act("maria"), "żądanie")
    undone(app)
    assert plain(POLISH.text("deed.gone")) in texts(app) or POLISH.text("deed.gone") in texts(app)


def test_new_name_is_not_offered_to_be_undone(store):
    live(store, "data", "alfaa.pl")
    app, end = dialog(store, {"domain": "alfaa.pl"}, kind="rename_domain")
    app.text_input(key=f"deed_name_{end}").input("alfa.pl")
    app.text_input(key=f"deed_reason_{end}").input("literówka").run()
    click(app, f"deed_save_{end}")
    assert "alfa.pl" in store.by_ref("P-1").domains and undo(app) is None


def test_forced_move_of_a_manager_is_taken_back_like_any_other(store):
    live(store, "data", "a.pl")
    app, end = dialog(store, {}, person=MARIA.id)
    app.text_input(key=f"deed_because_{end}").input("klient dośle").run()
    click(app, f"deed_force_{end}")
    assert store.by_ref("P-1").stage == "analysis"
    undone(app)
    assert store.by_ref("P-1").stage == "data"
