"""The start page, run as Streamlit runs it: what it shows is what the core found, and every line leads on."""

import datetime as dt
from urllib.parse import parse_qs

import pytest
import streamlit as st

from core import datafiles
from core.database.transactions import writing
from core.flow import clock_words, duties
from core.ground import clock
from core.ground.messages import Grosze
from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration import moves
from core.migration.act import Act
from core.migration.cell_values import dialled
from core.migration.client_message import client_message
from core.migration.dns_check import check_form
from core.store.changing import write_new
from core.store.samples import loading as samples
from pages.parts.shared.words import plain
from pages.parts.start import deeds, lists
from tests import line_tables
from tests.migrations import Life
from tests.test_pages import HOSTILE, everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")

NOW = dt.datetime(2026, 11, 18, 11, tzinfo=dt.UTC)
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)


@pytest.fixture(autouse=True)
def _wednesday(monkeypatch):
    monkeypatch.setenv("FROZEN_NOW", "2026-11-18T12:00:00+01:00")
    settings.cache_clear()


@pytest.fixture
def sampled(store):
    samples.begin_with_samples(store, datafiles.process(), datafiles.team(), clock.now())
    return store.snapshot()


def act(now=NOW):
    return Act(datafiles.process(), datafiles.team().person("anna"), now)


def register(store, ref="P-1", client="Róża", now=NOW, domain="", **values):
    domain = domain or f"{ref.lower()}.example"
    given = {"ref": ref, "client": client, "owner": "anna", **values}
    return store.register(act(now), given, {domain: {"display": domain}}).migration


def choose(app, person, language=POLISH):
    app.selectbox(key=f"person_{language.code}").select(person).run()
    assert not app.exception
    return app


def tables(app):
    """Return the tables of lines by their key, without the language."""
    return {key.removeprefix("start_").rsplit("_", 1)[0]: data for key, data in line_tables.tables(app).items()}


def texts(cell):
    return ["".join(part["text"] for part in line) for line in cell]


def lines(table, column):
    return [texts(row["cells"][column]) for row in table["rows"]]


def links(row):
    return [part for cell in row["cells"] for line in cell for part in line if part.get("href")]


def buttons(row):
    return [part for cell in row["cells"] for line in cell for part in line if part.get("act")]


def refs(table):
    return [part["query"]["ref"] for row in table["rows"] for part in links(row) if part.get("page") == "migration"]


def ways(app):
    """Return where the links of the page lead."""
    return [(link.proto.page, parse_qs(link.proto.query_string)) for link in app.get("page_link")]


def heads(app):
    return [head.value for head in app.subheader]


# -- what it shows is what the core found


@LANGUAGE
def test_lists_are_those_of_the_core(sampled, language):
    app = open_page("start", language)
    shown, found = tables(app), duties.lines(sampled, datafiles.process(), clock.now())
    assert 15 < len(found) <= 25
    for kind in lists.LISTS:
        here = [line for line in found if line.list == kind]
        assert refs(shown[kind]) == [line.migration.ref for line in here] and here
        for line, why in zip(here, lines(shown[kind], 0), strict=True):
            # A line a migration, with all its reasons.
            assert len(why) == len(line.reasons)
            for reason, told in zip(line.reasons, why, strict=True):
                assert told.endswith(language.value(clock_words.what(reason, datafiles.process())))
                long = clock_words.how_long(reason, clock.now())
                assert long is None or language.text(long) in told
        for line, row in zip(here, shown[kind]["rows"], strict=True):
            assert [part["text"] for part in buttons(row)] == [language.text(f"verb.{a.verb}") for a in line.actions]
            assert all(line.migration.client in part["label"] for part in buttons(row))
            assert ("says" in row) == (line.tells is not None)
    overdue = [line for line in found if line.list == "overdue"]
    number = sum(reason.list == "overdue" for line in overdue for reason in line.reasons)
    assert number > len(overdue)
    assert heads(app)[:3] == [
        language.text("start.overdue.of", number=number, count=len(overdue)),
        *(language.text(f"start.{kind}", number=len(shown[kind]["rows"])) for kind in ("to_do", "to_ring")),
    ]
    ids = ("start.", "today.", "board.", "stage.", "verb.")
    assert not [line for line in everything(app).split("\n") if line.lstrip("* ").startswith(ids)]
    assert not [text for table in shown.values() for n in range(4) for cell in lines(table, n) for text in cell
                if text.startswith(ids)]  # fmt: skip


def test_migration_stands_on_one_list_though_it_is_overdue_and_to_be_rung(sampled):
    shown = tables(open_page("start"))
    every = [ref for kind in lists.LISTS for ref in refs(shown[kind])]
    assert len(every) == len(set(every))
    assert [row for row in shown["overdue"]["rows"] if "tel:" in str(links(row))]


@LANGUAGE
def test_numbers_are_those_of_the_core(sampled, language):
    app = open_page("start", language)
    totals = duties.totals(sampled, datafiles.tariff(), clock.now())
    values = [str(n) for n in (totals.open, totals.us, totals.client, totals.finished)]
    assert [metric.value for metric in app.metric] == [*values, language.value(Grosze(totals.fees))]
    assert [metric.proto.help for metric in app.metric] == [
        plain(language.text(f"start.total.{name}.help")) for name in ("open", "us", "client", "finished", "fees")
    ]
    assert language.text("start.with_fee", number=totals.with_fee, open=totals.open) == app.metric[4].delta
    assert totals.with_fee and totals.held and totals.finished


def test_every_number_leads_to_the_board(sampled):
    board = [query for page, query in ways(open_page("start")) if page == "board"]
    for query in ({"view": ["table"], "waits": ["us"]}, {"view": ["table"], "waits": ["client"]}):
        assert query in board
    assert {} in board and {"view": ["table"]} in board
    assert ("flow", {"since": ["2026-10-20"]}) in ways(open_page("start"))
    app = open_page("board", view="table", waits="us")
    (table,) = app.dataframe
    assert len(table.value) == duties.totals(sampled, None, clock.now()).us


# -- whom to ring, and what to say


def agreed(store, ref="P-1", hour=14, **values):
    """Return a migration agreed for an hour of today."""
    return register(store, ref, planned_at=NOW.replace(hour=hour - 1), **values)


@LANGUAGE
def test_whom_to_ring_is_shown_with_telephone_freeze_and_what_to_say(sampled, language):
    table = tables(open_page("start", language))["to_ring"]
    found = {line.migration.ref: line for line in duties.lines(sampled, datafiles.process(), clock.now())}
    freezes = set()
    for ref, row in zip(refs(table), table["rows"], strict=True):
        line, m = found[ref], found[ref].migration
        contact = texts(row["cells"][2])
        assert contact == [m.contact_name, m.contact_phone]
        assert f"tel:{m.contact_phone.replace(' ', '')}" in [part["href"] for part in links(row)]
        for said in row["says"]:
            wanted = client_message(
                m, line.tells.message, datafiles.process(), datafiles.team(), LANGUAGES[said["code"]], line.tells.about
            )
            assert said["text"] == wanted
        assert row["says"][0]["code"] == language.code
        freezes.add(line.freeze)
        if line.freeze:
            assert language.text(f"start.freeze.{line.freeze}") in " ".join(texts(row["cells"][1]))
    assert freezes == {None, "missing"}


def test_what_is_missing_for_today_is_said(store):
    agreed(store, owner="")
    agreed(store, "P-2", no_phone="tylko poczta")
    shown = tables(open_page("start"))
    t = POLISH.text
    assert refs(shown["to_do"]) == ["P-1"] and refs(shown["to_ring"]) == ["P-2"]
    (first,), (second,) = shown["to_do"]["rows"], shown["to_ring"]["rows"]
    assert t("board.nobody") in texts(first["cells"][1])[1]
    assert texts(first["cells"][1])[2] == f"▲ {t('start.freeze.missing')} · {t('start.not_accepted')}"
    assert texts(first["cells"][2]) == [t("start.no_phone")]
    assert texts(second["cells"][2]) == [t("start.no_phone.because", why="tylko poczta")]
    assert [part["text"] for part in buttons(first)] == [t("verb.unowned")]


@pytest.mark.parametrize(
    ("telephone", "number"),
    [
        ("+48 600 000 001", "+48600000001"), ("(22) 123-45-67", "221234567"), ("22 123-45-67", "221234567"),
        ("600 000 001, po 15", ""), ("600000001 / 600000002", ""), ("112", ""), ("javascript:alert(1)", ""), ("", ""),
    ],
)  # fmt: skip
def test_only_what_is_one_telephone_number_can_be_dialled(telephone, number):
    assert dialled(telephone) == number


# -- where lines lead


def test_line_leads_to_its_migration_and_a_dns_line_to_the_propagation_of_its_domain(sampled):
    shown = tables(open_page("start"))["overdue"]
    first = shown["rows"][0]
    line = duties.lines(sampled, datafiles.process(), clock.now())[0]
    assert (line.reasons[0].kind, links(first)[0]["href"]) == ("dns", f"migration?ref={line.migration.ref}")
    assert links(first)[1]["query"] == check_form(line.reasons[0].domains[0])
    assert links(first)[1]["page"] == "propagation" and "switched" in links(first)[1]["query"]
    others = [part for row in shown["rows"] if "DNS" not in texts(row["cells"][0])[0] for part in links(row)]
    assert {part.get("page", "tel") for part in others} == {"migration", "tel"}


def test_click_goes_there_and_nowhere_but_there(sampled):
    app = open_page("start")
    app.session_state["_line_table_open"] = {"page": "tariff", "query": {}}
    app.run()
    assert app.title[0].value == POLISH.text("start.title")
    app.session_state["_line_table_open"] = {"page": "migration", "query": {"ref": sampled[40].ref}}
    app.run()
    assert app.title[0].value == plain(f"{sampled[40].ref} · {sampled[40].client}")


def test_of_many_the_most_urgent_are_shown_and_the_rest_is_in_the_table(store):
    old = NOW - dt.timedelta(days=30)
    for n in range(lists.SHOWN + 2):
        m = register(store, f"P-{n}", now=old, package="Firma")
        at = old + dt.timedelta(minutes=n)
        store.change(m.id, lambda now, at=at: moves.check(now, act(at), "server"))
        store.change(m.id, lambda now, at=at: moves.advance(now, act(at)))
    app = open_page("start")
    assert POLISH.text("start.overdue", number=17) in heads(app)
    assert refs(tables(app)["overdue"]) == [f"P-{n}" for n in range(15)]
    assert ("board", {"view": ["table"], "overdue": ["late"]}) in ways(app)
    assert POLISH.text("start.more", count=2) in [link.proto.label for link in app.get("page_link")]
    board = open_page("board", view="table", overdue="late")
    assert len(board.dataframe[0].value) == 17


# -- whose


@LANGUAGE
def test_mine_are_those_that_whoever_sits_here_owns_and_stay_in_the_address(sampled, language):
    app = open_page("start", language, whose="mine")
    everybody = duties.totals(sampled, None, clock.now()).open
    assert plain(language.text("start.whose.nobody")) in [info.value for info in app.info]
    assert app.metric[0].value == str(everybody)
    choose(app, "anna", language)
    anna = [m for m in sampled if m.owner == "anna"]
    seen = [m for m in sampled if m.owner in ("anna", "")]
    own = duties.lines(seen, datafiles.process(), clock.now())
    assert not [info for info in app.info if info.value == plain(language.text("start.whose.nobody"))]
    for kind, table in tables(app).items():
        assert refs(table) == [line.migration.ref for line in own if line.list == kind]
    # What nobody looks after is everybody's to see.
    (free,) = [m.ref for m in sampled if m.open and not m.owner]
    assert free in refs(tables(app)["to_do"])
    assert app.metric[0].value == str(duties.totals(anna, None, clock.now()).open) != str(everybody)
    assert app.query_params["whose"] == "mine"
    assert ("board", {"view": ["table"], "waits": ["us"], "owner": ["~me"]}) in ways(app)
    app.radio(key=f"start_{language.code}_whose").set_value("all").run()
    assert app.metric[0].value == str(everybody) and app.query_params["whose"] == "all"


def test_address_that_nobody_understands_shows_all(sampled):
    app = open_page("start", whose=HOSTILE)
    assert app.metric[0].value == str(duties.totals(sampled, None, clock.now()).open)


# -- nothing to show


@LANGUAGE
def test_empty_desk_says_what_to_do(language):
    app = open_page("start", language)
    assert plain(language.text("board.empty")) in everything(app) and not app.metric
    assert {"imports", "register", "board", "quote"} <= {page for page, _ in ways(app)}
    app.selectbox(key=f"person_{language.code}").select("maria").run()
    app.button(key="board_samples").click().run()
    assert app.metric and plain(language.text("samples.said", count=60)) in everything(app)


def test_calm_day_says_so(store):
    register(store)
    app = open_page("start")
    for id in ("start.overdue.none", "start.to_do.none", "start.to_ring.none"):
        assert plain(POLISH.text(id)) in everything(app)
    assert not tables(app)


def test_whoever_owns_nothing_open_is_told_what_to_do(store):
    register(store)
    app = choose(open_page("start", whose="mine"), "ola")
    assert plain(POLISH.text("start.none_mine")) in everything(app) and not tables(app)
    m = store.all()[0]
    store.change(m.id, lambda now: moves.cancel(now, act(), "rezygnacja"))
    app = open_page("start")
    assert plain(POLISH.text("start.none_open")) in everything(app)


def test_page_has_no_fees_but_all_else_without_a_price_list(sampled, tmp_path, monkeypatch):
    monkeypatch.setenv("TARIFF_FILE", str(tmp_path / "none.toml"))
    settings.cache_clear()
    app = open_page("start", ENGLISH)
    assert app.error and [metric.value for metric in app.metric][-1] == "—" and tables(app)["overdue"]["rows"]
    settings.cache_clear()


# -- what comes from outside


def test_hostile_names_are_text(store):
    contact = {"contact_name": HOSTILE, "contact_phone": "javascript:alert(1)"}
    life = Life(client=HOSTILE, owner=HOSTILE, planned_at=NOW + dt.timedelta(hours=2), **contact).to("date")
    life.do(moves.check, "accepted")
    with writing(store.engine) as connection:
        write_new(connection, [(life.m, life.events)])
    app = open_page("start")
    (row,) = [row for table in tables(app).values() for row in table["rows"]]
    assert texts(row["cells"][1])[0] == f"P-1 · {HOSTILE}" and HOSTILE in texts(row["cells"][1])[1]
    assert texts(row["cells"][2]) == [HOSTILE, "javascript:alert(1)"]
    assert [part["href"] for part in links(row)] == ["migration?ref=P-1"]
    assert HOSTILE.split(" :")[0] in row["says"][0]["text"]
    for markdown in (element.value for element in (*app.markdown, *app.caption)):
        assert "](javascript" not in markdown.replace("\\](", "") and "<script>" not in markdown


# -- what a button does


@pytest.fixture
def sitting():
    """Let somebody sit at a page that nobody draws."""
    st.session_state.update({"_language": "pl", "_person": "ola"})
    yield st.session_state
    st.session_state.clear()


def press(found, ref, deed, n=0):
    """Press the n-th button of a kind of a line, as it was drawn."""
    by_row = {deeds.row(line): line for line in found}
    ((id, line),) = ((id, line) for id, line in by_row.items() if line.migration.ref == ref)
    nth = [str(nth) for nth, action in enumerate(line.actions) if action.deed == deed][n]
    deeds.act(by_row, id, nth)


def standing(store):
    return duties.lines(store.snapshot(), datafiles.process(), clock.now())


def test_whoever_takes_a_migration_owns_it_unless_somebody_was_quicker(store, sitting):
    m = agreed(store, owner="")
    seen = standing(store)
    press(seen, "P-1", "take")
    assert store.one(m.id).owner == "ola" and "P-1" in sitting["_told"]
    # As anything else it can be taken back for a minute.
    assert sitting["_last_deed"].m.ref == "P-1" and sitting["_last_deed"].said == sitting["_told"]
    sitting["_person"] = "anna"
    press(seen, "P-1", "take")
    assert store.one(m.id).owner == "ola" and sitting["_start_trouble"].now.owner == "ola"


def test_second_synchronisation_is_ticked_in_the_way_of_its_button(sampled, store, sitting):
    found = [line for line in standing(store) if line.reasons[0].kind == "second_sync"]
    for n, line in enumerate(found[:2]):
        press(found, line.migration.ref, "tick", n)
        assert store.one(line.migration.id).checks["second_sync"].choice == ("done", "not_needed")[n]
    left = [line.migration.ref for line in standing(store) if line.reasons[0].kind == "second_sync"]
    assert left == [line.migration.ref for line in found[2:]]


def test_whoever_has_not_said_who_they_are_is_asked_there_and_then(store, sitting):
    m = agreed(store, owner="")
    sitting.pop("_person")
    press(standing(store), "P-1", "take")
    assert store.one(m.id).owner == "" and sitting["_deed"].kind in deeds.DIALOGS


def test_button_opens_the_gate_of_the_step_that_is_meant_or_leads_on(sampled, store, sitting):
    by_deed = {}
    for line in standing(store):
        for action in line.actions:
            by_deed.setdefault((action.deed, action.step), (line, action))
    line, action = by_deed["move", "migration"]
    press([line], line.migration.ref, "move")
    begun = sitting["_deed"]
    assert (begun.kind, begun.seen.ref, begun.about["step"]) == ("move", line.migration.ref, "migration")
    assert begun.about["domains"] == tuple(d.name for d in action.domains)
    line, action = by_deed["check", "dns"]
    press([line], line.migration.ref, "check")
    wanted = {"page": "propagation", "query": check_form(action.domains[0])}
    assert sitting["_line_table_open"] == wanted
    # What the browser makes up is nobody's button.
    deeds.act({deeds.row(line): line}, "1-x", "0")
    deeds.act({deeds.row(line): line}, deeds.row(line), "9")
    assert sitting["_line_table_open"] == wanted
