"""The board as Streamlit runs it: its filters, its cards, and what it says where there is nothing."""

import pytest

from core.ground.settings import settings
from core.language import LANGUAGES, POLISH
from pages.parts.shared.words import plain
from tests.pages import board, choose, click, register, table, texts_of
from tests.test_pages import HOSTILE, everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_board_shows_the_samples_in_words(sampled, language):
    app = open_page("board", language, state="all", view="table")
    (shown,) = [frame.value for frame in app.dataframe]
    assert len(shown) == 60 and not app.error
    heads = tuple(f"{head}." for head in ("board", "step", "side", "clock", "moment", "field", "event"))
    assert not [cell for cell in map(str, shown.to_numpy().flatten()) if cell.lstrip("▲● ").startswith(heads)]
    assert language.text("board.count", count=60, all=60, late=10) in everything(app).replace("\\", "")


def test_empty_board_says_what_to_do_and_shows_samples_only_where_nothing_was_real(store):
    app = open_page("board")
    assert plain(POLISH.text("board.empty")) in everything(app)
    for somebody in (None, "anna"):  # anna is of the support
        if somebody:
            choose(app, somebody)
        assert "board_samples" not in [button.key for button in app.button]
        assert plain(POLISH.text("samples.load_refused")) in everything(app)
    choose(app, "maria")
    assert plain(POLISH.text("samples.load_refused")) not in everything(app)
    click(app, "board_samples")
    assert len(store.all()) == 60 and POLISH.text("samples.loaded") in texts_of(app).replace("\\", "")
    click(app, "samples_remove")
    click(app, "samples_remove_yes")
    assert plain(POLISH.text("samples.load_refused")) not in everything(app)
    assert plain(POLISH.text("board.empty")) in everything(app)
    assert "board_samples" not in [button.key for button in app.button]


def test_filters_live_in_the_address(store):
    register(store, "Z-1", "Róża", "róża.example".encode("idna").decode(), owner="anna")
    register(store, "Z-2", "Łąka", "laka.example", owner="maria")
    app = open_page("board", q="xn--ra", owner="anna", state="all", stage="package", waits="client")
    assert board(app) == ["Z-1"]
    app.text_input(key="board_pl_q").input("łąka").run()
    assert not app.dataframe and plain(POLISH.text("board.none_found", count=2)) in everything(app)
    app.selectbox(key="board_pl_owner").select("").run()
    assert board(app) == ["Z-2"] and app.query_params["q"] == "łąka"
    app.text_input(key="board_pl_q").input("nikt").run()
    click(app, "board_clear")
    assert len(board(app)) == 2


def test_filters_outlive_a_switch_of_language_and_a_visit_elsewhere(store):
    register(store, "Z-1")
    register(store, "Z-2", "Łąka", "laka.example")
    app = open_page("board", q="łąka", state="all")
    app.radio(key="lang").set_value("English").run()
    assert board(app) == ["Z-2"] and app.selectbox(key="board_en_state").value == "all"
    app.switch_page("pages/tariff.py")
    app.query_params.clear()
    app.run()
    app.switch_page("pages/board.py")
    app.query_params.clear()
    app.run()
    assert board(app) == ["Z-2"]


@pytest.mark.parametrize("field", ["stage", "owner", "waits", "state"])
def test_filter_that_a_link_has_wrong_leaves_nothing_out_and_says_so(store, field):
    register(store)
    app = open_page("board", q="róża", **{field: HOSTILE})
    assert len(board(app)) == 1
    assert plain(POLISH.text("board.unknown_filter", filters=POLISH.text(f"board.{field}"))) in everything(app)
    assert app.query_params["q"] == "róża"
    app.text_input(key="board_pl_q").input("").run()
    assert plain("nie zna") not in everything(app)


def test_mine_are_those_of_the_person_chosen(store):
    register(store, "Z-1", owner="anna")
    register(store, "Z-2", "Łąka", "laka.example", owner="maria")
    app = open_page("board", owner="~me")
    assert len(board(app)) == 2 and plain(POLISH.text("board.whose")) in [i.value for i in app.info]
    choose(app, "maria")
    assert board(app) == ["Z-2"] and not app.info


def test_migration_of_somebody_the_team_does_not_know_can_be_found_by_that_name(store):
    register(store, owner="Krzysztof z drugiego piętra")
    app = open_page("board", owner="Krzysztof z drugiego piętra", view="table")
    assert list(table(app, "Opiekun")["Opiekun"]) == ["Krzysztof z drugiego piętra"]


def test_card_that_is_clicked_opens_its_migration(store):
    register(store, "Z-1")
    app = open_page("board")
    app.session_state["_board_open"] = board(app)[0]
    app.run()
    assert app.title[0].value == plain("Z-1 · Róża")


def test_board_says_when_fees_cannot_be_worked_out(store, monkeypatch, tmp_path):
    register(store, fee_applies=True)
    assert len(table(open_page("board", view="table"), "Opłata netto")) == 1
    monkeypatch.setenv("TARIFF_FILE", str(tmp_path / "none.toml"))
    settings.cache_clear()
    app = open_page("board")
    assert plain(POLISH.text("board.no_prices")) in [warning.value for warning in app.warning]
    assert len(board(app)) == 1


def test_hostile_client_is_text_everywhere(store):
    register(store, "Z-1<b>", HOSTILE, owner=HOSTILE, nonstandard=HOSTILE, contact_name=HOSTILE)
    assert list(table(open_page("board", view="table"), "Klient")["Klient"]) == [HOSTILE]
    app = open_page("migration", ref="Z-1<b>")
    assert app.title[0].value == plain(f"Z-1<b> · {HOSTILE}")
    assert "](javascript" not in everything(app).replace("\\]\\(", "") and "<script>" not in everything(app)
