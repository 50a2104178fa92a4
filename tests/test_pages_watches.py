"""The page of watches as Streamlit runs it: lists, one of them, what is done with them; where else they are told."""

import datetime as dt
import json
import re

import pytest
import sqlalchemy as sa

from core.database.tables import watch as table
from core.database.transactions import engine, writing
from core.ground import clock
from core.language import ENGLISH, LANGUAGES, POLISH
from core.watch import plan, showing
from core.watch.showing import SECTIONS
from core.watch.watches import Watches
from pages.parts.shared import shell, watch_reading
from pages.parts.watches import deeds, listing
from tests.line_tables import tables
from tests.migrations import ANNA
from tests.pages import NOW, choose, click, live, opened, register, texts
from tests.test_pages import HOSTILE, everything, open_page
from tests.watch_rows import SEEN, ago, desk, looks, on, put, spoil, stored, watch

LANGUAGE = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)


@pytest.fixture
def base(desk_url):
    return engine(desk_url)


@pytest.fixture
def sitting(monkeypatch, base):
    """Callbacks as they run on a page where Anna sits."""
    monkeypatch.setattr(shell, "person", lambda: ANNA)
    monkeypatch.setattr(shell, "language", lambda: POLISH)
    monkeypatch.setattr(shell, "tell", lambda text: None)
    return base


def drawn(app):
    """Return the names of watches by list, from the top."""
    found = {}
    for key, found_table in tables(app).items():
        if key.startswith("watches_") and not key.startswith("watches_rounds"):
            found[key.split("_")[1]] = [row["cells"][0][0][0]["text"] for row in found_table["rows"]]
    return found


def said(app, name):
    """Return all that the line of a watch says."""
    rows = [row for found in tables(app).values() for row in found["rows"]]
    (row,) = (row for row in rows if row["cells"][0] and row["cells"][0][0][0]["text"] == name)
    return " ".join(part["text"] for cell in row["cells"] for line in cell for part in line)


def buttons(app, name):
    rows = [row for found in tables(app).values() for row in found["rows"]]
    (row,) = (row for row in rows if row["cells"][0][0][0]["text"] == name)
    return [part["act"] for cell in row["cells"] for line in cell for part in line if part.get("act")]


# -- who looks


@LANGUAGE
def test_empty_desk_says_that_nothing_is_followed_and_that_nobody_looks(language, base):
    app = open_page("watches", language)
    assert language.text("watches.none").replace(".", "") in texts(app).replace(".", "")
    assert language.text("watches.nobody.do") in texts(app)


@LANGUAGE
def test_nothing_is_well_while_nobody_looks(language, base):
    put(base, watch())
    app = open_page("watches", language)
    assert language.text("watches.nobody") in texts(app)
    assert language.text("watches.unknown") in said(app, "firma.example")
    assert language.text("watches.well") not in said(app, "firma.example")


def test_whoever_was_looking_and_has_not_said_so_since_is_nobody(base):
    put(base, watch())
    looks(base, until=clock.now())
    assert POLISH.text("watches.nobody") in texts(open_page("watches"))


def test_looks_that_are_late_are_counted_above_the_lists(base):
    put(base, watch(next_at=ago(hours=1)), watch("b.example"))
    looks(base)
    app = open_page("watches")
    assert "1 domena czeka na spojrzenie" in app.error[0].value
    assert drawn(app)["now"] == ["firma.example"]


# -- the lists


@LANGUAGE
def test_watch_of_every_kind_stands_in_its_list_and_says_how_it_is(language, base):
    desk(base)
    app = open_page("watches", language)
    assert drawn(app) == {
        "now": ["piekarnia.example", "sklep-rowerowy.example", "ciemno.example"],
        "expiring": ["znane.example", "bez-historii.example", "firma.example"],
        "planned": ["przeddzien.example", "zażółć.example"],
        "after": ["widoczna.example"],
        "ended": ["nigdy.example", "dawno.example"],
    }
    assert "ns2.nowy.example" in said(app, "sklep-rowerowy.example")
    assert "Google, Quad9" in said(app, "firma.example") and "16:05" in said(app, "firma.example")
    assert "Piotr Żbik" in said(app, "znane.example")
    assert language.text("watches.bound.unknown") in said(app, "bez-historii.example")
    # What did not come stands before what did.
    assert "5.1.1 User unknown" in said(app, "firma.example")
    assert not re.search(r"\b(watches|notice)\.[a-z]", json.dumps(tables(app)) + everything(app))


def test_row_that_cannot_be_read_is_named_above_the_others(base):
    ids = put(base, watch("a.example"), watch("b.example"))
    spoil(base, ids[0])
    app = open_page("watches")
    assert "a.example" in texts(app) and drawn(app) == {"expiring": ["b.example"]}
    assert "Nie ma obserwacji" in texts(open_page("watches", id=str(ids[0])))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "sklep"}, ["sklep-rowerowy.example"]),
        ({"q": "ZAZOLC"}, ["zażółć.example"]),
        ({"q": "nobody"}, []),
        ({"state": "after"}, ["widoczna.example"]),
        ({"state": "ended", "q": "nigdy"}, ["nigdy.example"]),
        ({"state": "now", "q": "widoczna"}, []),
        ({"state": "rubbish", "q": "widoczna"}, ["widoczna.example"]),
        ({"q": HOSTILE}, []),
        ({"q": "x" * 5000, "state": "after"}, ["widoczna.example"]),
    ],
)
def test_lists_are_narrowed_by_text_and_by_list(query, found, base):
    desk(base)
    app = open_page("watches", **query)
    assert [name for names in drawn(app).values() for name in names] == found
    assert found or POLISH.text("watches.none_found")[:-1] in texts(app)


def test_of_many_the_most_urgent_are_drawn_and_the_filter_finds_the_rest(base, monkeypatch):
    monkeypatch.setattr(listing, "SHOWN", 5)
    put(base, *(watch(f"d{n}.example") for n in range(9)), watch("z.example", marks=on("blind")))
    looks(base)
    app = open_page("watches")
    assert drawn(app)["now"] == ["z.example"] and len(drawn(app)["expiring"]) == 4
    assert "Najpilniejsze 5 z 10" in texts(app) and "Czeka na pamięci podręczne: 9 domen" in texts(app)
    assert drawn(open_page("watches", q="d8")) == {"expiring": ["d8.example"]}


def test_watch_of_a_migration_leads_to_it_and_is_found_by_its_client(store, base):
    m = register(store, "P-7", "Róża i Wspólnicy", "firma.example")
    put(base, watch(migration_id=m.id), watch("b.example"))
    app = open_page("watches", q="rozawspolnicy róża")
    assert not drawn(app)
    app = open_page("watches", q="róża")
    assert drawn(app) == {"expiring": ["firma.example"]} and "P-7 · Róża i Wspólnicy" in said(app, "firma.example")


def test_names_from_outside_are_text(base):
    put(base, watch(HOSTILE), watch("b.example", seen=SEEN, marks={"unknown_kind": {"on": True}}))
    looks(base, HOSTILE)
    app = open_page("watches")
    # The component draws texts; what is markdown is escaped.
    assert HOSTILE in drawn(app)["expiring"] and "**bold**" not in everything(app)


# -- one watch


def test_notices_that_were_given_up_are_sent_on_and_others_stay(sitting):
    id = desk(sitting)["expiring"]
    states = {one.recipient: one.state for one in Watches(sitting).notices(id)}
    deeds.send_on(showing.shown(stored(sitting, id), plan.plan_of_desk(), NOW, somebody=True))
    found = {one.recipient: one for one in Watches(sitting).notices(id)}
    assert states["piotr"] == "failed" and found["piotr"].state == "waiting" and found["piotr"].due_at == clock.now()
    assert {name: one.state for name, one in found.items() if name != "piotr"} == {
        name: state for name, state in states.items() if name != "piotr"
    }


@LANGUAGE
def test_link_shows_one_with_its_rounds_its_gaps_its_notices_and_a_message(language, base):
    ids = desk(base)
    app = open_page("watches", language, id=str(ids["expiring"]))
    assert app.title[0].value.replace("\\", "") == "firma.example"
    rounds = json.dumps(tables(app)[f"watches_rounds_{language.code}"], ensure_ascii=False)
    for text in (
        language.text("watches.transition.published"),
        language.text("watches.so_since", at=ago(hours=20, minutes=7)),
        language.text("watches.gap", since=ago(hours=9), until=ago(hours=2)),
        language.text("watches.servers_wrong", names="ns1.nowy.example"),
        language.text("watches.begun"),
    ):
        assert text in rounds, text
    shown = texts(app)
    assert any(button.key == "watches_send_on" for button in app.button)
    assert "5.1.1 User unknown" in shown and language.text("watches.to.webhook") in shown
    assert "firma.example" in shown and language.text("watches.client.what") in shown
    assert not re.search(r"\b(watches|notice)\.[a-z]", rounds + shown)


def test_message_for_the_client_may_be_in_the_other_language(base):
    (id,) = put(base, watch())
    app = open_page("watches", POLISH, id=str(id))
    app.radio(key="watches_client_pl_code").set_value("en").run()
    assert ENGLISH.text("watches.client.expiring", name="firma.example", switched=SEEN.switched, bound=SEEN.bound)[
        :60
    ] in texts(app)


@pytest.mark.parametrize("id", ["0", "77", "x", "-1", "9" * 40, "1e3", "²", HOSTILE])
def test_link_to_no_watch_says_so(id, base):
    app = open_page("watches", id=id)
    assert "Nie ma obserwacji o numerze" in texts(app) and "**bold**" not in everything(app)


def test_every_kind_is_shown_alone(base):
    for name, id in desk(base).items():
        app = open_page("watches", id=str(id))
        assert not app.exception and len(drawn(app)["one"]) == 1, name


# -- what is done


def act(base, id, what):
    one = watch_reading.shown(stored(base, id), plan.plan_of_desk(), clock.now(), somebody=True)
    deeds.act({str(id): one}, str(id), what)


def test_buttons_are_those_that_make_sense(base):
    desk(base)
    put(base, watch("ttl.example", marks=on("lower_ttls")))
    app = open_page("watches")
    # The TTLs are to be lowered, whoever knows that.
    assert buttons(app, "ttl.example") == [deeds.LOOK]
    assert buttons(app, "sklep-rowerowy.example") == [deeds.ACKNOWLEDGE, deeds.LOOK]
    assert buttons(app, "znane.example") == buttons(app, "firma.example") == [deeds.LOOK]
    assert buttons(app, "dawno.example") == []


def test_look_now_makes_it_due(sitting):
    (id,) = put(sitting, watch())
    act(sitting, id, deeds.LOOK)
    assert stored(sitting, id).next_at == clock.now()


def test_whoever_has_taken_note_is_written_down(sitting):
    (id,) = put(sitting, watch(marks=on("blind")))
    act(sitting, id, deeds.ACKNOWLEDGE)
    assert stored(sitting, id).acknowledged["by"] == "anna"
    assert drawn(open_page("watches")) == {"expiring": ["firma.example"]}


@pytest.mark.parametrize("what", ["", "end", "x" * 9])
def test_what_no_button_asks_for_is_not_done(what, sitting):
    (id,) = put(sitting, watch())
    before = stored(sitting, id)
    act(sitting, id, what)
    deeds.act({}, str(id), deeds.ACKNOWLEDGE)
    assert stored(sitting, id) == before


def test_nobody_ends_anything_and_is_asked_who_they_are(base):
    (id,) = put(base, watch())
    app = open_page("watches", id=str(id))
    click(app, "watches_end_yes")
    assert stored(base, id).ended_at is None and app.selectbox(key="watches_person")
    app.selectbox(key="watches_person").select("anna").run()
    click(app, "watches_end_yes")
    assert stored(base, id).end == "by_hand"
    assert "firma.example" in "".join(toast.value for toast in app.toast).replace("\\", "")


def test_watch_that_ended_meanwhile_is_told(base):
    (id,) = put(base, watch())
    app = choose(open_page("watches", id=str(id)), "anna")
    with writing(base) as connection:
        connection.execute(sa.update(table).values(ended_at=NOW, phase="ended", next_at=None))
    click(app, "watches_end_yes")
    assert app.error and stored(base, id).end == ""


def test_only_one_that_a_person_began_has_a_way_to_its_end(store, base):
    m = register(store)
    ids = put(base, watch(migration_id=m.id), watch("b.example", "ended", ended_at=NOW))
    for id in ids:
        assert not [button for button in open_page("watches", id=str(id)).button if button.key == "watches_end_yes"]


# -- following by hand


def fill(app, language=POLISH, **typed):
    for field, text in typed.items():
        app.text_input(key=f"watches_begin_{field}_{language.code}_0").input(text)
    click(app, "watches_begin")
    return app


@LANGUAGE
def test_name_is_followed_by_hand(language, base):
    looks(base)
    app = choose(open_page("watches", language), "anna", language)
    fill(app, language, name="Zażółć.pl", new="ns1.nowy.pl ns2.nowy.pl", agreed="29.11.2026 14:00")
    (one,) = Watches(base).all().watches
    assert (one.display, one.begun_by) == ("zażółć.pl", "anna") and one.form["new"] == "ns1.nowy.pl ns2.nowy.pl"
    assert one.planned_at == dt.datetime(2026, 11, 29, 13, tzinfo=dt.UTC)
    # The form is empty again, and the list has it.
    assert app.text_input(key=f"watches_begin_name_{language.code}_1").value == ""
    assert drawn(app) == {"planned": ["zażółć.pl"]}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, "Domena"),
        ({"name": "firma"}, "Domena"),
        ({"name": HOSTILE}, "Domena"),
        ({"name": "a.pl", "old": "10.0.0.1"}, "Stare serwery nazw"),
        ({"name": "a.pl", "old": HOSTILE}, "Stare serwery nazw"),
        ({"name": "a.pl", "new": "192.0.2.1"}, "Nowe serwery nazw"),
        ({"name": "a.pl", "agreed": "kiedyś"}, "Umówiony termin"),
        ({"name": "firma.example"}, "Domena"),
    ],
)
def test_mistake_is_told_at_its_field_and_what_was_typed_stays(typed, told, base):
    put(base, watch())
    app = fill(choose(open_page("watches"), "anna"), **typed)
    errors = " ".join(error.value for error in app.error).replace("\\", "")
    assert told in errors and len(Watches(base).all().watches) == 1
    for field, text in typed.items():
        assert app.text_input(key=f"watches_begin_{field}_pl_0").value == text


def test_several_mistakes_are_told_at_once(base):
    app = fill(choose(open_page("watches"), "anna"), name="firma", new="192.0.2.1", agreed="kiedyś")
    assert len([error for error in app.error if "Nikt" not in error.value]) == 3


def test_nobody_follows_a_name_before_saying_who_they_are(base):
    app = fill(open_page("watches"), name="a.pl")
    assert not Watches(base).all().watches and POLISH.text("person.unknown")[:-1] in texts(app)
    assert app.text_input(key="watches_begin_name_pl_0").value == "a.pl"


# -- where else they are told


@LANGUAGE
def test_domain_of_a_migration_says_what_its_watch_sees(language, store, base):
    m = live(store, "dns", "a.example")
    put(base, watch("a.example", migration_id=m.id))
    looks(base)
    shown = texts(opened(language=language))
    assert language.text("watches.well") in shown and language.text("watches.bound", at=SEEN.bound) in shown
    with writing(base) as connection:
        connection.execute(sa.update(table).values(marks=on("server_wrong"), version=9))
    assert language.text("watches.wrong.server_wrong") in texts(opened(language=language))


def test_domain_without_a_watch_says_nothing_of_one(store, base):
    live(store, "dns", "a.example")
    put(base, watch("a.example"))
    assert "Obserwacja:" not in texts(opened())


@LANGUAGE
def test_what_is_wrong_stands_first_on_the_start_page(language, store, base):
    m = register(store, domain="piekarnia.example")
    desk(base, m.id)
    app = open_page("start", language)
    first = app.subheader[0].value
    assert first == language.text("start.watched", count=3)
    rows = tables(app)[f"start_watched_{language.code}"]["rows"]
    assert rows[0]["cells"][1][0][0]["text"] == "piekarnia.example"
    assert rows[0]["cells"][1][1][0]["query"] == {"ref": "P-1"}
    assert rows[0]["cells"][2][0][0]["page"] == "watches"


def test_own_ones_are_those_of_own_migrations_and_those_one_began(store, base):
    own = register(store, "P-1", owner="anna", domain="own.example")
    other = register(store, "P-2", owner="piotr", domain="other.example")
    wrong = {"marks": on("blind")}
    made = [watch("own.example", migration_id=own.id, **wrong), watch("other.example", migration_id=other.id, **wrong)]
    put(base, *made, watch("hand.example", **wrong))
    looks(base)
    app = choose(open_page("start", whose="mine"), "anna")
    rows = tables(app)["start_watched_pl"]["rows"]
    assert sorted(row["cells"][1][0][0]["text"] for row in rows) == ["hand.example", "own.example"]


def test_start_page_says_that_nobody_looks_only_where_something_is_followed(store, base):
    assert POLISH.text("start.watched.nobody") not in texts(open_page("start"))
    put(base, watch())
    assert POLISH.text("start.watched.nobody") in texts(open_page("start"))


def test_broken_plan_is_told_and_the_start_page_has_the_rest(store, base, monkeypatch, tmp_path):
    register(store)
    (tmp_path / "data").mkdir()
    (tmp_path / plan.NAME).write_text("types = 5", encoding="utf-8")
    monkeypatch.setattr(plan, "ROOT", tmp_path)
    plan._parsed.cache_clear()
    put(base, watch(marks=on("blind")))
    assert POLISH.text("watches.plan_broken")[:-1] in texts(open_page("watches"))
    app = open_page("start")
    assert POLISH.text("watches.plan_broken")[:-1] in texts(app) and tables(app)["start_to_do_pl"]
    plan._parsed.cache_clear()


def test_every_list_has_a_name_and_a_filter():
    for language in LANGUAGES.values():
        for section in SECTIONS:
            assert language.text(f"watches.filter.{section}") and language.text(f"watches.section.{section}", count=5)
