"""Ways around the client's test that a browser may try: messages made by hand, links, drops, windows that are late."""

import pytest
from streamlit.testing.v1 import AppTest

from core.desk.backup import backup, restore
from core.language import POLISH
from core.migration import moves
from core.migration.rebuilding import after
from core.migration.stages import CONFIRMED, STEPS, SWITCHED
from pages.parts.shared.deed import Deed
from tests import migrations
from tests.migrations import Life
from tests.pages import act, box, live, opened, texts
from tests.test_migration_groups import seven
from tests.test_pages import HOSTILE, open_page
from tests.test_pages_pace import at, dialog, stand, undo, undone

pytestmark = pytest.mark.usefixtures("desk_url")


def sent():
    """A page that takes what a browser says was done to its table, as its callback does."""
    import streamlit as st

    from core.language import POLISH
    from pages.parts.migration import domains, session_state
    from pages.parts.shared import shell

    shell.speak(POLISH)
    shell.sit_down(st.session_state["who"])
    if "asked" in st.session_state:
        m = st.session_state["seen"]
        session_state.drawn(m, None)
        domains.do(m, *st.session_state.pop("asked"))


def say(seen, who, action, step, *names):
    app = AppTest.from_function(sent, default_timeout=120)
    app.session_state["seen"], app.session_state["who"] = seen, who
    app.session_state["asked"] = (action, step, list(names))
    app.run()
    assert not app.exception, app.exception


def events(store):
    return [event for m in store.all() for event in store.events(m.id)]


ODD = [
    ("ns_changed", "test", "c.pl"), ("visible", "test", "c.pl"), ("on", "dns", "c.pl"), ("on", "test", "c.pl"),
    ("confirmed", "sync", "b.pl"), ("confirmed", "migration", "a.pl"), ("ns_changed", "sync", "b.pl"),
    ("confirmed", "test", "c.pl", "b.pl"), ("confirmed", "test", "x.pl"), ("confirmed", "test", HOSTILE),
    ("force", "test", "c.pl"), ("", "", ""), ("confirmed", "visible", "c.pl"), ("switched_back", "test", "a.pl"),
    ("on", "passwords", "c.pl"), ("on", "closed", "c.pl"), ("visible", "dns", *["f.pl", "c.pl"] * 500),
]  # fmt: skip


@pytest.mark.parametrize("who", ["", "anna", "maria", "wiktor"])
def test_messages_made_by_hand_are_no_word_of_the_client(store, who):
    seen = stand(store, seven())
    stand(store, Life("x.pl").to("test"), "P-2")
    before = events(store)
    for asked in ODD:
        say(seen, who, *asked)
    assert events(store) == before


@pytest.mark.parametrize("who", ["", "wiktor"])
def test_who_may_only_look_says_nothing_for_the_client(store, who):
    seen = stand(store, seven())
    before = events(store)
    say(seen, who, "confirmed", "test", "c.pl")
    say(seen, who, "ns_changed", "dns", "f.pl")
    assert events(store) == before


def test_message_about_a_state_long_gone_does_nothing(store):
    """Sent back for correction and come again: it stands at its test as before, and the old click is not about that."""
    seen = stand(store, seven())
    for move, *given in ((moves.rework, "c.pl", "sync", "brak"), (moves.check, "mail_synced", "c.pl"),
                         (moves.advance, "c.pl")):  # fmt: skip
        store.change(seen.id, lambda now, move=move, given=given: move(now, act("maria"), *given))
    assert at(store, "c.pl") == "test"
    say(seen, "anna", "confirmed", "test", "c.pl")
    assert store.by_ref("P-1").domains["c.pl"].tested_at is None


@pytest.mark.parametrize("to", ["dns", "passwords", "closed", "visible", "waiting", "nowhere", "", HOSTILE])
@pytest.mark.parametrize("person", ["anna", "maria"])
def test_card_dropped_anywhere_goes_past_no_test(store, to, person):
    stand(store, Life("a.pl", "b.pl").to("test"))
    before = events(store)
    app, end = dialog(store, {"to": to}, person=person)
    offered = [button for button in app.button if button.key in (f"deed_go_{end}", f"deed_force_{end}")]
    assert all(button.disabled for button in offered)
    assert events(store) == before


LINKS = [
    {"domain": "c.pl", "step": "dns"}, {"to": "dns", "force": "pilne"}, {"action": "confirmed", "domains": "c.pl"},
    {"item": CONFIRMED, "checked": "1"}, {"actor": "maria", "person": "maria"}, {"_deed": "move"}, {"undo": "1"},
    {"seen": "1", "act": '{"action":"confirmed"}'}, {"client_confirmed": "true"}, {"ref": ["P-1", "P-2"]},
]  # fmt: skip


@pytest.mark.parametrize("query", LINKS, ids=lambda query: ",".join(query))
def test_links_do_nothing_by_themselves(store, query):
    stand(store, seven())
    before = events(store)
    for page in ("migration", "board", "start"):
        app = open_page(page, POLISH, **{"ref": "P-1", **query})
        assert not app.exception, app.exception
        assert "_deed" not in app.session_state or app.session_state["_deed"] is None
    assert events(store) == before


@pytest.mark.parametrize("about", [
    {"step": "dns", "domains": ("c.pl", "d.pl")}, {"step": "nowhere", "domains": ("c.pl",)}, {"step": "waiting"},
    {"step": "test", "domains": ("a.pl",)}, {"step": "test", "domains": ("c.pl", "c.pl")},
    {"step": "test", "domains": ("x.pl",)},
])  # fmt: skip
def test_dialog_about_domains_that_stand_elsewhere_moves_none_past_the_test(store, about):
    stand(store, seven())
    before = events(store)
    app = opened("maria")
    app.session_state["_deed"] = Deed("move", store.by_ref("P-1"), dict(about), number=77)
    app.run()
    if about["step"] in STEPS:
        assert not app.exception, app.exception
    go = [button for button in app.button if button.key in ("deed_go_pl_77", "deed_force_pl_77")]
    for button in go:
        if not button.disabled:
            button.click().run()
    late = [event for event in events(store)[len(before) :] if event.domain in ("c.pl", "d.pl", "a.pl", "b.pl")]
    assert not [event for event in late if event.item in (CONFIRMED, SWITCHED) or event.new in ("dns", "visible")]


# -- taken back


def test_what_the_start_page_does_at_once_can_be_taken_back_too(store):
    m = live(store)

    def page():
        import streamlit as st

        from core.flow.duties import Action
        from core.language import POLISH
        from pages.parts.shared import shell, undo_bar
        from pages.parts.start import deeds

        shell.speak(POLISH)
        shell.sit_down("anna")
        undo_bar.draw()
        if seen := st.session_state.pop("taken", None):
            deeds._at_once(seen, Action("take", "unowned"))

    app = AppTest.from_function(page, default_timeout=120)
    app.session_state["taken"] = m
    app.run()
    assert not app.exception and store.by_ref("P-1").owner == "anna"
    undone(app.run())
    assert store.by_ref("P-1").owner == ""


def test_deed_before_a_restore_is_taken_back_in_neither_of_two_browsers(store, desk_url, tmp_path):
    live(store, "test", "a.pl")
    one, other = opened(), opened()
    backup(desk_url, tmp_path / "kept")
    box(one, "Klient potwierdził test").check().run()
    restore(desk_url, tmp_path / "kept")
    box(other.run(), "Klient potwierdził test").check().run()
    assert store.by_ref("P-1").domains["a.pl"].tested_at is not None
    undone(one)
    # What the other one did since, in the same second, is as it was.
    assert store.by_ref("P-1").domains["a.pl"].tested_at is not None
    undone(other)
    assert store.by_ref("P-1").domains["a.pl"].tested_at is None and undo(other) is None


# -- much, and hostile


def test_a_list_of_two_thousand_is_written_in_two_windows_and_none_is_lost(store):
    m = live(store, "data", "a.pl")
    entries = "\n".join(f"skrzynka{n}@a.pl {n} MB" for n in range(2000))
    first, one = dialog(store, {"list": "mail_accounts"}, kind="handover")
    second, two = dialog(store, {"list": "mail_accounts"}, kind="handover")
    first.text_area(key=f"deed_mail_accounts_{one}").input(entries).run()
    first.button(key=f"deed_save_{one}").click().run()
    assert not first.exception and len(store.one(m.id).mail_accounts) == 2000
    second.text_area(key=f"deed_mail_accounts_{two}").input("inna@a.pl").run()
    second.button(key=f"deed_save_{two}").click().run()
    second.run()
    assert len(store.one(m.id).mail_accounts) == 2000 and "Ktoś był szybszy" in texts(second)
    assert second.text_area(key=f"deed_mail_accounts_{two}").value == "inna@a.pl"


def test_two_hundred_domains_are_confirmed_at_once_and_taken_back_at_once(store):
    names = [f"d{n:03}.pl" for n in range(200)]
    seen = stand(store, Life(*names).to("test"))
    say(seen, "anna", "confirmed", "test", *names)
    assert set(migrations.steps(store.by_ref("P-1")).values()) == {"dns"}


def test_deed_with_some_of_many_domains_leaves_the_migration_as_it_was(store):
    life = Life(*(f"d{n:03}.pl" for n in range(20))).to("test")
    before = life.m.copy()
    then = after(life.m, moves.check(life.m, migrations.act(), CONFIRMED, "d003.pl"))
    assert life.m == before and then.domains["d003.pl"].tested_at is not None
    # Whatever becomes of the later one, the earlier one does not change with it.
    after(then, moves.rework(then, migrations.act(), "d003.pl", "sync", "brak"))
    assert then.domains["d003.pl"].tested_at is not None and life.m == before
