"""What stands around every page: who sits here, what is told of broken files and of a broken database, the samples."""

import pytest

from core import datafiles
from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration.people import parse_team
from pages.parts.shared.words import plain
from tests.pages import board, choose, click, register, table, texts_of
from tests.test_pages import everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")


def ways(app):
    """Return the pages that links lead to."""
    return {link.proto.page for link in app.get("page_link")}


# -- who sits here


def test_person_is_asked_once_and_remembered_through_pages_and_languages():
    app = choose(open_page("start"), "maria")
    app.switch_page("pages/tariff.py").run()
    assert app.selectbox(key="person_pl").value == "maria"
    app.radio(key="lang").set_value("English").run()
    assert app.selectbox(key="person_en").value == "maria" and not app.exception
    assert ENGLISH.text("person.honour") in everything(app).replace("\\", "")
    app.selectbox(key="person_en").select("wiktor").run()
    app.radio(key="lang").set_value("Polski").run()
    assert app.session_state["_person"] == "wiktor"


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_role_is_named_beside_the_person(language):
    app = open_page("start", language)
    roles = {option.split(" · ")[1] for option in app.selectbox(key=f"person_{language.code}").options}
    assert roles == {language.text(f"role.{role}") for role in ("manager", "support", "viewer")}


# -- what is broken


def test_broken_team_is_told_where_it_is_needed_and_nowhere_else(monkeypatch):
    def broken():
        return parse_team('[[people]]\nid = "Maria"\nname = ""\nrole = "boss"\n')

    monkeypatch.setattr(datafiles, "team", broken)
    app = open_page("board")
    assert "data/team.toml" in app.error[0].value and not app.dataframe
    assert {text.value.split(" ")[0].rstrip(":") for text in app.text} == {
        "people.0.id",
        "people.0.name",
        "people.0.role",
    }
    assert open_page("quote").metric and not open_page("tariff").error
    start = open_page("start")
    assert "data/team.toml" in start.error[0].value and ways(start) >= {"quote", "tariff"}


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:////no/such/folder/desk.sqlite3"])
def test_broken_database_is_told_where_it_is_needed_and_nowhere_else(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    settings.cache_clear()
    for stem in ("start", "board", "migration", "imports"):
        app = open_page(stem)
        assert POLISH.text("store.broken") in app.error[0].value and "DATABASE_URL" in app.text[0].value
    assert open_page("quote").metric and ways(open_page("start")) >= {"quote", "tariff"}


def test_database_that_breaks_meanwhile_is_told_like_one_that_never_worked(store, desk_url):
    app = open_page("board")
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE import_row")
        connection.exec_driver_sql("DROP TABLE erasure")
    app.run()
    assert not app.exception and POLISH.text("store.broken") in app.error[0].value


# -- samples


def test_first_start_has_samples_says_so_and_a_manager_removes_them(sampled, store):
    app = open_page("board")
    assert plain(POLISH.text("samples.said", count=60)) in everything(app)
    assert set(table(open_page("board", view="table"), "Przykład")["Przykład"]) == {"przykład"}
    assert not [button for button in app.button if button.key == "samples_remove"]
    choose(app, "anna")
    assert not [button for button in app.button if button.key == "samples_remove"]
    choose(app, "maria")
    register(store, "Z-1")
    click(app, "samples_remove")
    assert len(store.all()) == 61 and plain(POLISH.text("samples.remove_sure", count=60)) in everything(app)
    click(app, "samples_remove_no")
    assert len(store.all()) == 61 and plain(POLISH.text("samples.remove_sure", count=60)) not in everything(app)
    click(app, "samples_remove")
    click(app, "samples_remove_yes")
    assert [m.ref for m in store.all()] == ["Z-1"]
    assert plain(POLISH.text("samples.removed", count=60)) in texts_of(app)
    app.run()
    assert not app.toast and board(app) == ["Z-1"]
    # They do not come back.
    assert board(open_page("board")) == ["Z-1"]


def test_what_is_said_of_samples_is_put_away_for_the_session_and_stays_to_be_found(sampled):
    app = open_page("board")
    said = plain(POLISH.text("samples.said", count=60))
    assert said in everything(app) and not [button for button in app.button if button.key == "samples_show"]
    click(app, "samples_put_away")
    assert said not in everything(app)
    app.switch_page("pages/flow.py").run()
    assert said not in everything(app)
    assert [button.label for button in app.sidebar.button] == [POLISH.text("samples.show", count=60)]
    click(app, "samples_show")
    assert said in everything(app) and said in everything(open_page("board"))


def test_no_samples_come_where_they_are_not_wanted_or_somebody_was_there_before(store, monkeypatch):
    assert not open_page("board").dataframe
    register(store)
    monkeypatch.setenv("SAMPLES", "true")
    settings.cache_clear()
    open_page("board")
    assert len(store.all()) == 1
