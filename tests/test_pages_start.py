"""The start page, run as Streamlit runs it: what it shows is what the core found, and every line leads on."""

import datetime as dt
import json
from urllib.parse import parse_qs

import pytest

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
from pages.parts.start import view as start_view
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


def refs(table):
    return [part["query"]["ref"] for row in table["rows"] for part in links(row) if part["page"] == "migration"]


def ways(app):
    """Return where the links of the page lead."""
    return [(link.proto.page, parse_qs(link.proto.query_string)) for link in app.get("page_link")]


def heads(app):
    return [head.value for head in app.subheader]


# -- what it shows is what the core found


@LANGUAGE
def test_lists_are_those_of_the_core(sampled, language):
    app = open_page("start", language)
    process, shown = datafiles.process(), tables(app)
    for kind, found in (
        ("overdue", duties.overdue(sampled, process, clock.now())),
        ("soon", duties.soon(sampled, process, clock.now())),
    ):
        migrations = len({duty.migration.ref for duty in found})
        both = language.text("start.of_migrations", number=len(found), migrations=migrations)
        number = both if migrations != len(found) else len(found)
        assert language.text(f"start.{kind}", number=number) in heads(app) and 5 < len(found) <= start_view.SHOWN
        assert refs(shown[kind]) == [duty.migration.ref for duty in found]
        assert [row["state"] for row in shown[kind]["rows"]] == [duty.state for duty in found]
        for duty, (how_long, moment) in zip(found, lines(shown[kind], 0), strict=True):
            assert how_long.endswith(language.text(clock_words.how_long(duty, clock.now())))
            assert moment == language.text(clock_words.moment(duty))
        assert [what[0] for what in lines(shown[kind], 1)] == [
            language.value(clock_words.what(d, process)) for d in found
        ]
        assert [owner for (owner,) in lines(shown[kind], 4)] == [
            datafiles.team().name(d.migration.owner) for d in found
        ]
    ids = ("start.", "today.", "board.", "stage.")
    assert not [line for line in everything(app).split("\n") if line.lstrip("* ").startswith(ids)]


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


# -- what is agreed for today


def agreed(store, ref="P-1", hour=14, **values):
    """Return a migration agreed for an hour of today."""
    return register(store, ref, planned_at=NOW.replace(hour=hour - 1), **values)


@LANGUAGE
def test_agreed_for_today_are_shown_with_contact_freeze_and_the_next_message(sampled, language):
    app = open_page("start", language)
    found = duties.agreed_today(sampled, clock.now())
    assert {due.freeze for due in found} == {"on", "announced"}
    assert language.text("start.agreed", number=len(found)) in heads(app)
    messages = [json.loads(c.proto.json) for c in app.get("bidi_component")]
    copied = [data["text"] for data in messages if data.get("text")]
    for due in found:
        m = due.agreed.migration
        (row,) = tables(app)[f"agreed_{m.id}"]["rows"]
        hour, _, contact, freeze, owner = map(texts, row["cells"])
        assert hour == [f"{due.agreed.hour:%H:%M}"] and contact == [m.contact_name, m.contact_phone]
        assert freeze[0].endswith(language.text(f"start.freeze.{due.freeze}"))
        assert owner[0] == datafiles.team().name(m.owner) and datafiles.team().name(m.deputy) in owner[1]
        assert f"tel:{m.contact_phone.replace(' ', '')}" in [part["href"] for part in links(row)]
        assert client_message(m, due.tell, datafiles.process(), datafiles.team(), POLISH, due.about) in copied


def test_what_is_missing_for_today_is_said(store):
    m = agreed(store, owner="", contact_name="")
    (row,) = tables(open_page("start"))[f"agreed_{m.id}"]["rows"]
    hour, _, contact, freeze, owner = map(texts, row["cells"])
    t = POLISH.text
    assert hour == ["14:00", t("start.not_accepted")] and contact == [f"▲ {t('start.no_contact')}"]
    assert freeze[0] == f"▲ {t('start.freeze.missing')}" and owner == [t("board.nobody"), t("start.no_deputy")]


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
    duty = duties.overdue(sampled, datafiles.process(), clock.now())[0]
    assert (duty.kind, links(first)[0]["href"]) == ("dns", f"migration?ref={duty.migration.ref}")
    domains = [d for d in duty.migration.active if d.display in duty.domains]
    assert [part["query"] for part in links(first)[1:]] == [check_form(d) for d in domains]
    assert {part["page"] for part in links(first)[1:]} == {"propagation"} and "switched" in links(first)[1]["query"]
    others = [part["page"] for row in shown["rows"] if "DNS" not in texts(row["cells"][1])[0] for part in links(row)]
    assert set(others) == {"migration"}


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
    for n in range(start_view.SHOWN + 2):
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
    own = duties.overdue(anna, datafiles.process(), clock.now())
    assert not [info for info in app.info if info.value == plain(language.text("start.whose.nobody"))]
    assert refs(tables(app)["overdue"]) == [duty.migration.ref for duty in own]
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
    for id in ("start.overdue.none", "start.soon.none", "start.agreed.none"):
        assert plain(POLISH.text(id)) in everything(app)
    assert ("board", {"view": ["calendar"]}) in ways(app)


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
    life = Life(client=HOSTILE, owner=HOSTILE, **contact).to("date")
    with writing(store.engine) as connection:
        write_new(connection, [(life.m, life.events)])
    (m,) = store.all()
    app = open_page("start")
    (row,) = tables(app)[f"agreed_{m.id}"]["rows"]
    assert texts(row["cells"][1])[0] == f"P-1 · {HOSTILE}"
    assert texts(row["cells"][2]) == [HOSTILE, "javascript:alert(1)"] and texts(row["cells"][4])[0] == HOSTILE
    assert [part["href"] for part in links(row)] == ["migration?ref=P-1"]
    assert plain(HOSTILE.split(" :")[0]) in everything(app)  # in the message to the client
    for markdown in (element.value for element in (*app.markdown, *app.caption)):
        assert "](javascript" not in markdown.replace("\\](", "") and "<script>" not in markdown
