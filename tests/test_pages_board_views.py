"""The board as a table that changes many at once, and as a calendar of the agreed days."""

import datetime as dt
import json

import pytest

from core.ground.clock import WARSAW
from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration import moves
from pages.parts.shared.words import plain
from tests import pages
from tests.pages import NOW, act, choose
from tests.pages import texts_of as texts
from tests.test_pages import HOSTILE, everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")


def register(store, ref="P-1", client="Róża", **values):
    return pages.register(store, ref, client, f"{ref.lower()}.example", by="maria", **values)


def do(store, m, move, *args):
    return store.change(m.id, lambda now: move(now, act("maria"), *args)).migration


def open_view(view, language=POLISH, person=None, **query):
    app = open_page("board", language, view=view, state="all", **query)
    return choose(app, person, language) if person else app


# -- the table


def table(app):
    (frame,) = [element for element in app.dataframe if "Nr" in element.value or "No." in element.value]
    return frame


def refs(app):
    return list(table(app).value.iloc[:, 0])


def drawn(app):
    key, _ = app.session_state["_table_drawn"]
    return key


def select(app, *wanted):
    """Tick the boxes of these rows and no others."""
    app.session_state[drawn(app)] = {"selection": {"rows": [refs(app).index(ref) for ref in wanted]}}
    app.run()
    assert not app.exception, app.exception


def selected(app):
    rows = app.session_state[drawn(app)]["selection"]["rows"]
    return [refs(app)[n] for n in rows]


def click(app, key):
    found = [button for button in app.button if button.key.startswith(key)]
    found[0].click().run()
    assert not app.exception, app.exception


def field(app, kind, name):
    return next(widget for widget in getattr(app, kind) if str(widget.key).startswith(f"bulk_{name}_"))


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_table_shows_the_samples_in_words(monkeypatch, language):
    monkeypatch.setenv("SAMPLES", "true")
    settings.cache_clear()
    app = open_view("table", language)
    shown = table(app).value
    assert len(shown) == 60 and not app.error
    heads = tuple(f"{head}." for head in ("board", "table", "step", "side", "clock", "moment", "field", "event"))
    assert not [cell for cell in map(str, shown.to_numpy().flatten()) if cell.lstrip("▲● ").startswith(heads)]
    switched = {language.text("board.switched", switched=count, all=5) for count in range(1, 6)}
    assert any(cell.rpartition("+ 4 · ")[2] in switched for cell in shown[language.text("field.domains")])


def test_what_is_selected_stays_selected_when_the_list_changes(store):
    for n in range(1, 4):
        register(store, f"P-{n}")
    app = open_view("table", person="anna")
    select(app, "P-1", "P-3")
    first = drawn(app)
    # Somebody's takes the lead: every row has another number now.
    register(store, "A-0", planned_at=NOW - dt.timedelta(days=3))
    app.text_input(key="board_pl_q").input("róża").run()
    assert len(refs(app)) == 4 and sorted(selected(app)) == ["P-1", "P-3"] and drawn(app) != first
    # Out of sight nothing is done to it; back in the list it is selected again.
    app.text_input(key="board_pl_q").input("p-3").run()
    assert selected(app) == ["P-3"] and plain(POLISH.text("table.selected", count=1)) in everything(app)
    app.text_input(key="board_pl_q").input("").run()
    assert sorted(selected(app)) == ["P-1", "P-3"]
    app.radio(key="lang").set_value("English").run()
    assert sorted(selected(app)) == ["P-1", "P-3"] and not app.exception


def test_one_selected_row_opens_the_migration(store):
    for n in range(1, 3):
        register(store, f"P-{n}", f"Klient {n}")
    app = open_view("table")
    assert app.button(key="table_open_pl").disabled and app.button(key="table_change_pl").disabled
    select(app, "P-1", "P-2")
    assert app.button(key="table_open_pl").disabled and not app.button(key="table_change_pl").disabled
    select(app, "P-2")
    click(app, "table_open")
    assert app.title[0].value == plain("P-2 · Klient 2")


def test_table_says_whom_to_ring(store):
    register(store, contact_name="Ewa Nowak", contact_phone="+48 600 100 200")
    shown = table(open_view("table")).value
    assert list(shown["Osoba kontaktowa"]) == ["Ewa Nowak"] and list(shown["Telefon"]) == ["+48 600 100 200"]


def test_many_are_changed_at_once(store):
    some = [register(store, f"P-{n}") for n in range(1, 4)]
    app = open_view("table", person="anna")
    select(app, "P-1", "P-2")
    click(app, "table_change")
    field(app, "selectbox", "owner").select("maria")
    field(app, "text_input", "day").set_value("27.11.2026")
    field(app, "text_input", "hour").set_value("14:00").run()
    click(app, "bulk_save")
    assert plain(POLISH.text("bulk.changed", count=2)) in texts(app)
    agreed = dt.datetime(2026, 11, 27, 14, tzinfo=WARSAW)
    assert [(m.owner, m.planned_at) for m in store.all()] == [("maria", agreed)] * 2 + [("", None)]
    assert {event.actor for event in store.events(some[0].id)[1:]} == {"maria", "anna"}
    # It is done: nothing is selected, the form is gone.
    assert selected(app) == [] and not [button for button in app.button if button.key.startswith("bulk_save")]


def test_wrong_input_is_told_and_stays_in_the_form(store):
    register(store)
    app = open_view("table", person="anna")
    select(app, "P-1")
    click(app, "table_change")
    click(app, "bulk_save")
    assert POLISH.text("error.nothing_to_change") in app.error[0].value.replace("\\", "")
    field(app, "selectbox", "hold").select("client").run()
    field(app, "text_input", "hour").set_value("rano")
    field(app, "text_input", "reason").set_value("hasło: Kot12!x").run()
    click(app, "bulk_save")
    assert len(app.error) == 2 and "Kot12" not in texts(app)
    assert field(app, "text_input", "hour").value == "rano" and selected(app) == ["P-1"]
    assert store.by_ref("P-1").seq == 2


def test_nobody_is_overwritten_and_all_of_it_is_told(store):
    quick, held, _, gone = (register(store, f"P-{n}", f"Klient {n}", owner="anna") for n in range(1, 5))
    do(store, held, moves.hold, "client", "urlop")
    app = open_view("table", person="anna")
    select(app, "P-1", "P-2", "P-3", "P-4")
    click(app, "table_change")
    field(app, "selectbox", "hold").select("us").run()
    field(app, "text_input", "reason").set_value("awaria").run()
    do(store, quick, moves.change, {"owner": "maria"})
    # The page draws itself anew with what stands now; what was seen when it was selected counts.
    app.run()
    store.erase([gone.id], act("maria"), "pomyłka")
    click(app, "bulk_save")
    told = texts(app).replace("\\", "")
    assert POLISH.text("bulk.changed", count=1) in told and store.by_ref("P-3").hold["reason"] == "awaria"
    assert POLISH.text("bulk.meanwhile", which="P-1 · Klient 1") in told and "Maria Lis" in told
    assert POLISH.text("bulk.gone", count=1, which="P-4 · Klient 4") in [w.value.replace("\\", "") for w in app.warning]
    (refused,) = [error.value for error in app.error]
    assert plain("P-2 · Klient 2") in refused and plain(POLISH.text("error.on_hold")) in refused
    assert sorted(selected(app)) == ["P-1", "P-2"] and field(app, "text_input", "reason").value == "awaria"
    # Whoever has been told goes on from what stands now.
    click(app, "bulk_save")
    assert store.by_ref("P-1").hold["by"] == "us" and store.by_ref("P-1").owner == "maria"
    assert selected(app) == ["P-2"] and store.by_ref("P-2").hold["by"] == "client"


def test_migration_that_leaves_the_list_while_it_is_being_changed_is_told(store):
    m = register(store)
    register(store, "P-2")
    app = open_page("board", view="table", state="open")
    app.selectbox(key="person_pl").select("anna").run()
    select(app, "P-1")
    click(app, "table_change")
    field(app, "selectbox", "owner").select("maria").run()
    do(store, m, moves.cancel, "rezygnacja")
    click(app, "bulk_save")
    assert refs(app) == ["P-2"] and store.by_ref("P-1").owner == ""
    told = texts(app).replace("\\", "")
    assert POLISH.text("bulk.meanwhile", which="P-1 · Róża") in told and POLISH.text("event.cancelled") in told


@pytest.mark.parametrize("person", [None, "wiktor"])
def test_who_may_not_change_is_told_why(store, person):
    register(store)
    app = open_view("table", person=person)
    select(app, "P-1")
    click(app, "table_change")
    field(app, "selectbox", "owner").select("maria").run()
    click(app, "bulk_save")
    why = POLISH.text("error.may_not.work" if person else "person.unknown")
    assert plain(why) in app.error[0].value and store.by_ref("P-1").owner == ""


def test_form_outlives_a_selection_taken_back(store):
    register(store)
    app = open_view("table", person="anna")
    select(app, "P-1")
    click(app, "table_change")
    field(app, "text_input", "hour").set_value("14:00").run()
    select(app)
    assert plain(POLISH.text("bulk.nothing_selected")) in everything(app)
    assert field(app, "text_input", "hour").value == "14:00"
    click(app, "bulk_close")
    assert not [widget for widget in app.text_input if str(widget.key).startswith("bulk_")]


def test_list_can_be_saved_as_csv_and_as_a_workbook(store):
    register(store)
    found = [json.loads(component.proto.json) for component in open_view("table").get("bidi_component")]
    assert {data["label"] for data in found if "label" in data} == {
        POLISH.text("board.export"),
        POLISH.text("table.xlsx"),
    }


# -- the calendar


def month(app):
    """Return the days of the month on the screen that have something, by their number and the texts of their items."""
    (found,) = [c.proto for c in app.get("bidi_component") if c.proto.component_name == "month_grid"]
    days = [day for week in json.loads(found.json)["weeks"] for day in week]
    return {day["number"]: day for day in days if day["items"]}


def address(app):
    """Return the month in the address; one that a test put there comes as a list."""
    given = app.query_params["month"]
    return given if isinstance(given, str) else given[0]


def at(day, hour=0):
    return dt.datetime(2026, *day, hour, tzinfo=WARSAW)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_calendar_shows_the_samples(monkeypatch, language):
    monkeypatch.setenv("SAMPLES", "true")
    settings.cache_clear()
    app = open_view("calendar", language)
    assert month(app) and not app.error
    heads = tuple(f"{head}." for head in ("calendar", "table", "step", "side", "clock", "moment", "field"))
    assert not [line for line in everything(app).split("\n") if line.startswith(heads)]


def test_calendar_shows_who_is_agreed_when_and_what_is_not_settled(store):
    register(store, "P-1", "Róża", planned_at=at((11, 27), 14))
    register(store, "P-2", "Łąka", planned_at=at((11, 27)))
    register(store, "P-3", "Kąt", planned_at=at((11, 20), 9))
    register(store, "P-4", "Bez terminu")
    app = open_view("calendar")
    days = month(app)
    assert [item["text"] for item in days["27"]["items"]] == ["? Łąka", "? 14:00 Róża"]
    assert POLISH.text("calendar.not_accepted") in days["27"]["items"][1]["label"]
    assert days["27"]["count"] == POLISH.text("calendar.agreed", count=2)
    assert days["20"]["items"][0]["kind"] == "late"
    told = everything(app).replace("\\", "")
    assert POLISH.text("calendar.count", count=3) in told and POLISH.text("calendar.none", count=1) in told
    assert POLISH.text("calendar.late", count=1) in told


def test_month_lives_in_the_address(store):
    register(store, "P-1", planned_at=at((12, 28), 9))
    app = open_view("calendar")
    assert app.subheader[0].value == "listopad 2026"
    click(app, "calendar_after")
    assert app.subheader[0].value == "grudzień 2026" and address(app) == "2026-12"
    assert list(month(app)) == ["28"]
    # The way back from another page brings no month along.
    del app.query_params["month"]
    app.run()
    assert app.subheader[0].value == "grudzień 2026" and address(app) == "2026-12"
    click(app, "calendar_today")
    assert app.subheader[0].value == "listopad 2026" and address(app) == "2026-11"
    click(app, "calendar_before")
    assert app.subheader[0].value == "październik 2026"
    linked = open_view("calendar", ENGLISH, month="2027-01")
    assert linked.subheader[0].value == "January 2027"


@pytest.mark.parametrize("wrong", ["2026-13", "0000-01", HOSTILE])
def test_month_that_a_link_has_wrong_is_told(store, wrong):
    register(store)
    app = open_view("calendar", month=wrong)
    assert app.subheader[0].value == "listopad 2026"
    assert plain(POLISH.text("calendar.unknown_month")) in everything(app)


def test_hostile_client_is_text_in_both_views(store):
    register(store, "P-1", HOSTILE, planned_at=at((11, 20), 9))
    app = open_view("calendar")
    assert month(app)["20"]["items"][0]["text"] == f"▲ 09:00 {HOSTILE}"
    assert "](javascript" not in everything(app).replace("\\]\\(", "")
    app = open_view("table", person="anna")
    select(app, "P-1")
    click(app, "table_change")
    assert plain(HOSTILE) in everything(app)
    assert [button.label for button in app.button if button.key.startswith("table_open")] == [
        plain(POLISH.text("table.open", ref="P-1", client=HOSTILE))
    ]


def test_file_for_other_calendars_is_offered_where_there_is_a_day(store):
    register(store)

    def labels(app):
        return [json.loads(c.proto.json).get("label") for c in app.get("bidi_component")]

    assert POLISH.text("calendar.ics") not in labels(open_view("calendar"))
    register(store, "P-2", planned_at=at((11, 27)))
    assert POLISH.text("calendar.ics") in labels(open_view("calendar"))
