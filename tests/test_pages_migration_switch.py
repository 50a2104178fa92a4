"""The switch of name servers on the page of a migration: shut before a look, with the way there; a manager's reason."""

import pytest

from core.language import LANGUAGES, POLISH
from core.migration import moves
from core.migration.cutover_looks import look_taken
from core.migration.stages import SWITCHED
from pages.parts.shared.words import plain
from tests.migrations import summary
from tests.pages import NOW, act, box, click, live, looked, opened, table
from tests.test_pages import everything

pytestmark = pytest.mark.usefixtures("desk_url")

TICK = "Serwery nazw zmienione"
WHY = plain(POLISH.text("error.look_missing"))


def links(app):
    return [link.proto.label.replace("\\", "") for link in app.get("page_link")]


def waiting(store, *domains, **values):
    return live(store, "dns", *domains or ("a.pl",), **values)


def dialog(app):
    """Open the dialog that ticks with an earlier date, or without a look."""
    click(app, next(button.key for button in app.button if button.label.startswith("Odhacz ")))
    return app


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_shut_tick_says_why_and_leads_to_the_look(store, language):
    waiting(store)
    app = opened(language=language)
    (tick,) = [one for one in app.checkbox if one.key.startswith("tick_1_a.pl_ns_changed")]
    why = plain(language.text("error.look_missing"))
    assert tick.disabled and why.lower() in everything(app).lower()
    assert links(app).count(language.text("card.before_switch")) == 2


def test_tick_opens_with_a_look_and_is_made(store):
    waiting(store)
    looked(store, "P-1", "a.pl")
    app = opened()
    assert WHY not in everything(app)
    box(app, TICK).check().run()
    assert not app.exception and store.by_ref("P-1").domains["a.pl"].dns_switched_at == NOW


def test_look_that_became_too_old_under_the_page_is_told_with_the_way_there(store):
    waiting(store)
    looked(store, "P-1", "a.pl")
    app = opened()
    # What blocks came between the drawing and the click.
    blocked = summary("a.pl", NOW, "blocked")
    store.change(store.by_ref("P-1").id, lambda m: look_taken(m, act(), "a.pl", blocked))
    box(app, TICK).check().run()
    assert not app.exception and SWITCHED not in store.by_ref("P-1").domains["a.pl"].checks

    assert box(app, TICK).disabled and "napraw je" in everything(app)


def test_support_can_tell_a_switch_of_days_ago_and_nothing_later_without_a_look(store):
    waiting(store)
    app = dialog(opened("anna"))
    assert plain(POLISH.text("card.not_looked")) in everything(app)
    assert plain(POLISH.text("error.may_not.force")) in everything(app)
    assert not [field for field in app.text_input if field.label == POLISH.text("card.without_look.because")]
    save = next(button.key for button in app.button if button.key.startswith("deed_save"))
    click(app, save)
    assert WHY in everything(app) and SWITCHED not in store.by_ref("P-1").domains["a.pl"].checks
    day = next(field for field in app.text_input if field.key.startswith("deed_day"))
    day.input("15.11.2026").run()
    assert plain(POLISH.text("card.not_looked")) not in everything(app)


def test_manager_needs_a_reason_which_stands_in_the_history(store):
    waiting(store)
    app = dialog(opened("maria"))
    save = next(button.key for button in app.button if button.key.startswith("deed_save"))
    click(app, save)
    assert SWITCHED not in store.by_ref("P-1").domains["a.pl"].checks
    because = next(one for one in app.text_input if one.label == POLISH.text("card.without_look.because"))
    because.input("klient nalega <b>").run()
    click(app, save)
    assert not app.exception and SWITCHED in store.by_ref("P-1").domains["a.pl"].checks
    (ticked,) = [
        event for event in store.events(store.by_ref("P-1").id) if event.kind == "checked" and event.item == SWITCHED
    ]
    assert (ticked.forced, ticked.reason, ticked.actor) == (True, "klient nalega <b>", "maria")
    assert "klient nalega <b>" in table(opened("maria")).to_string()


def test_gate_of_the_board_tells_who_lacks_a_look_and_leads_there(store):
    waiting(store, "a.pl", "b.pl")
    looked(store, "P-1", "b.pl")
    app = opened()
    click(app, "card_move_pl")
    ticks = [one for one in app.checkbox if one.key.startswith("deed_") and TICK in one.label.replace("\\", "")]
    ticks[0].check().run()
    assert WHY in everything(app) and POLISH.text("card.look_at", domain="a.pl") in links(app)
    assert POLISH.text("card.look_at", domain="b.pl") not in links(app)
    assert all(button.disabled for button in app.button if button.key.startswith("deed_go"))
    assert SWITCHED not in store.by_ref("P-1").domains["b.pl"].checks


def test_nothing_of_it_is_asked_of_other_ticks(store):
    live(store, "migration", "a.pl")
    app = opened()
    assert WHY not in everything(app)
    assert moves.check(store.by_ref("P-1"), act(), "www", "a.pl")
