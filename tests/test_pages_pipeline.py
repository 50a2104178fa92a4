"""The board, one migration, and imports, run as Streamlit runs them."""

import datetime as dt

import psycopg
import pytest
import sqlalchemy as sa
from streamlit.runtime.scriptrunner import RerunData, RerunException

from core import datafiles
from core.database.transactions import UnknownOutcomeError
from core.ground import bounds
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import settings
from core.importing import brought
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration import moves, worded
from core.migration.act import Act
from core.migration.columns import COLUMNS
from core.migration.people import parse_team
from pages.parts.shared.words import plain
from tests.test_pages import HOSTILE, everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")

NOW = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)
DIRTY = "\r\n".join(
    [
        "Klient;Domena;Etap;Hasło FTP;Liczba skrzynek;Termin;Uwagi;Nr zlecenia",
        "Róża i Wspólnicy;róża.example;nowe;Kot12!x;12;24.11.2026;dzwonić po 15;Z-1",
        "Łąka;laka.example, łąka.example;nowe;Pies99;3;;;Z-2",
        f"{HOSTILE};zly.example;nowe;x;1;24.11.2026;{HOSTILE};Z-3",
        "Mała;mala.example;nowe;z;dużo;31.02.2026;;Z-5",
    ]
).encode("cp1250")
SECRETS = ("Kot12!x", "Pies99")


@pytest.fixture
def sampled(monkeypatch):
    monkeypatch.setenv("SAMPLES", "true")
    settings.cache_clear()


def act(person="anna"):
    return Act(datafiles.process(), datafiles.team().person(person), NOW)


def register(store, ref="P-1", client="Róża", domain="a.example", **values):
    return store.register(act(), {"ref": ref, "client": client, **values}, {domain: {"display": domain}}).migration


def choose(app, person, language=POLISH):
    app.selectbox(key=f"person_{language.code}").select(person).run()
    assert not app.exception
    return app


def upload(app, data, name="plik.csv"):
    app.file_uploader[0].set_value((name, data, "text/csv"))
    app.run()
    assert not app.exception, app.exception
    return app


def tick(app, label):
    next(box for box in app.checkbox if label in box.label.replace("\\", "")).check().run()
    assert not app.exception, app.exception


def click(app, key):
    app.button(key=key).click().run()
    assert not app.exception, app.exception


def table(app, *columns):
    """Return the table on the page that has these columns."""
    frames = [element.value for element in (*app.dataframe, *app.table)]
    return next(frame for frame in frames if set(columns) <= set(frame.columns))


def board(app):
    """Return the numbers of the migrations on the board, or in its table, from the top."""
    if app.dataframe:
        return list(app.dataframe[0].value.iloc[:, 0])
    _, columns, _ = app.session_state["_board_kept"][2]
    return [card.listed.migration.ref for column in columns for card in column.cards]


def ways(app):
    """Return the pages that links lead to."""
    return {link.proto.page for link in app.get("page_link")}


def counts(app):
    (line,) = [text.value for text in app.markdown if text.value.startswith(("Wczytane", "Rows read"))]
    *found, left_out = (int("".join(filter(str.isdigit, part))) for part in line.split("**")[1::2])
    return [*found, left_out] if left_out else found


def texts_of(app):
    return everything(app) + "\n".join(toast.value for toast in app.toast)


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


def test_no_samples_come_where_they_are_not_wanted_or_somebody_was_there_before(store, monkeypatch):
    assert not open_page("board").dataframe
    register(store)
    monkeypatch.setenv("SAMPLES", "true")
    settings.cache_clear()
    open_page("board")
    assert len(store.all()) == 1


# -- the board


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


# -- one migration


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize("number", [*range(1, 30, 7), 15, 23, *range(31, 61, 3), 38, 53])
def test_samples_can_be_opened(sampled, store, language, number):
    app = open_page("migration", language, ref=f"P-{number}")
    assert app.title[0].value.startswith(plain(f"P-{number} · "))
    assert len(table(app, language.text("card.what"), language.text("card.who"))) > 2
    heads = tuple(f"{head}." for head in ("card", "event", "step", "side", "clock", "moment", "field", "said"))
    cells = [str(cell) for frame in app.dataframe for cell in frame.value.to_numpy().flatten()]
    assert not [text for text in [*cells, *everything(app).split("\n")] if text.lstrip("* ").startswith(heads)]


@pytest.mark.parametrize("ref", ["P-99", HOSTILE, "' OR 1=1 --"])
def test_unknown_ref_is_told_with_a_way_back(ref):
    app = open_page("migration", ref=ref)
    assert plain(POLISH.text("card.unknown", ref=ref[:80])) in [error.value for error in app.error]


def test_history_tells_what_happened_when_and_by_whom(store):
    m = register(store)
    earlier = Act(datafiles.process(), datafiles.team().person("maria"), NOW, NOW - dt.timedelta(days=2))
    store.change(m.id, lambda now: moves.change(now, earlier, {"package": "Firma"}))
    store.change(m.id, lambda now: moves.hold(now, act(), "client", "urlop"))
    shown = table(open_page("migration", ref="P-1"), "Co się stało")
    held, _, chosen, *_ = shown.to_dict("records")
    assert (held["Co się stało"], held["Dlaczego"], held["Kto"]) == (
        "Wstrzymana przez klienta",
        "urlop",
        "Anna Bobrowska",
    )
    assert (chosen["Co się stało"], chosen["Jest"]) == ("Zmienione pole: Pakiet docelowy", "Firma")
    assert (chosen["Kiedy"], chosen["Zapisano"]) == ("19.11.2026, 12:00", "21.11.2026, 12:00")


def test_manager_erases_a_migration_with_a_reason(store):
    m = register(store)
    this = f"{m.epoch}_{m.token}"
    app = open_page("migration", ref="P-1")
    assert not [button for button in app.button if button.key == f"card_erase_{this}_pl"]
    choose(app, "anna")
    assert not [button for button in app.button if button.key == f"card_erase_{this}_pl"]
    choose(app, "maria")
    assert app.button(key=f"card_erase_{this}_pl").disabled
    app.checkbox(key=f"card_sure_{this}_pl").check().run()
    click(app, f"card_erase_{this}_pl")
    assert "brak wartości" in app.error[-1].value and len(store.all()) == 1
    app.text_input(key=f"card_reason_{m.id}_pl").input("hasło: Kot12!x").run()
    click(app, f"card_erase_{this}_pl")
    assert len(store.all()) == 1 and "Kot12" not in texts_of(app)
    app.text_input(key=f"card_reason_{m.id}_pl").input("żądanie klienta").run()
    click(app, f"card_erase_{this}_pl")
    assert not store.all() and app.title[0].value == "Tablica"
    assert plain(POLISH.text("card.erased", ref="P-1")) in texts_of(app)


# -- imports


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_file_goes_from_refused_to_written_and_the_same_again_changes_nothing(store, language):
    app = upload(open_page("imports", language), DIRTY)
    assert app.selectbox(key=f"import_encoding_{language.code}_1").value == "cp1250"
    assert not [button for button in app.button if button.key == "import_write"]
    preview = table(app, "Klient", "Hasło FTP")
    assert list(preview["Klient"])[:2] == ["Róża i Wspólnicy", "Łąka"] and set(preview["Hasło FTP"]) == {"•••"}
    assert list(preview.index) == [2, 3, 4, 5]
    tick(app, "Hasło FTP")
    assert counts(app) == [4, 3, 0, 0, 0, 1] and "Hasło FTP" not in table(app, "Etap").columns
    mistakes = table(app, language.text("import.reason"))
    assert list(mistakes.iloc[:, 0]) == ["5", "5"] and set(mistakes.iloc[:, 2]) == {"dużo", plain("31.02.2026")}
    assert app.button(key="import_write").disabled
    assert app.button(key="import_write").label == language.text("import.write_valid", count=3, rejected=1)
    assert plain(language.text("person.unknown")) in everything(app)
    choose(app, "wiktor", language)
    assert app.button(key="import_write").disabled
    choose(app, "anna", language)
    assert not store.all()
    click(app, "import_write")
    assert {m.ref for m in store.all()} == {"Z-1", "Z-2", "Z-3"} and counts(app) == [4, 3, 0, 0, 0, 1]
    assert {event.actor for event in store.events(1)} == {"anna"}

    # What was left out once is left out again.
    upload(app, DIRTY)
    assert counts(app) == [4, 0, 0, 3, 0, 1] and app.button(key="import_write").disabled
    assert plain(language.text("import.nothing")) in everything(app)
    click(app, "import_drop")
    assert counts(app) == [4, 3, 0, 0, 0, 1]  # the report is still there
    for secret in SECRETS:
        assert secret not in str(app.session_state["_imports"].report)


def test_secrets_are_on_no_part_of_the_page(store):
    app = upload(open_page("imports"), DIRTY + "\r\nX;x.example;dane;;1;;hasło: Tajne77x;Z-9".encode("cp1250"))
    for _ in range(2):
        cells = str([element.value.to_dict() for element in (*app.dataframe, *app.table)])
        for secret in (*SECRETS, "Tajne77x"):
            assert secret not in cells + everything(app)
        tick(app, "Hasło FTP")
    assert app.error and table(app, "co poprawić").iloc[0].tolist()[:2] == ["6", "Uwagi"]
    tick(app, "Uwagi")
    assert not app.error and counts(app)[0] == 5


def test_column_that_was_left_out_can_be_taken_back():
    app = upload(open_page("imports"), DIRTY)
    tick(app, "Hasło FTP")
    app.checkbox[0].uncheck().run()
    assert app.error and not [button for button in app.button if button.key == "import_write"]


def test_encoding_and_delimiter_can_be_changed_and_back():
    app = upload(open_page("imports"), "klient;domena\nŁąka i Żółw;a.example\n".encode("iso-8859-2"))
    encoding = app.selectbox(key="import_encoding_pl_1")
    assert encoding.value == "iso-8859-2" and "odgadnięte" in " ".join(encoding.options)
    encoding.select("cp852").run()
    assert list(table(app, "klient")["klient"]) != ["Łąka i Żółw"]
    app.selectbox(key="import_encoding_pl_1").select("utf-8").run()
    assert app.error and not app.dataframe
    app.selectbox(key="import_encoding_pl_1").select("iso-8859-2").run()
    app.selectbox(key="import_delimiter_pl_1").select(",").run()
    assert app.error and len(table(app, "klient;domena"))
    app.selectbox(key="import_delimiter_pl_1").select(";").run()
    assert not app.error and counts(app) == [1, 1, 0, 0, 0, 0]


def test_a_wide_file_draws_a_choice_only_where_a_column_means_something_or_is_asked_for():
    many = bounds.COLUMNS
    names = ["Klient", "Domena", *(f"pole {n}" for n in range(many - 2))]
    app = upload(
        open_page("imports"), f"{';'.join(names)}\nRóża;a.example\nJan;b.example{';x' * (many - 2)}\n".encode()
    )

    def drawn():
        return [box.label for box in app.selectbox if box.key.startswith("import_column_") and "_other_" not in box.key]

    assert drawn() == ["Klient", "Domena"]
    assert len(table(app, "co z nią będzie")) == many - 2
    app.selectbox(key="import_column_other_0_pl_1").select("pole 7").run()
    assert drawn() == ["Klient", "Domena", "pole 7"]
    app.selectbox(key="import_column_9_pl_1").select("-").run()
    assert not app.exception and app.session_state["_imports"].upload.excluded == {"pole 7"}
    assert len(table(app, "co z nią będzie")) == many - 3


def test_more_columns_than_are_read_are_told():
    app = upload(open_page("imports"), ";".join(f"k{n}" for n in range(4_000)).encode())
    assert "4\u00a0000 kolumn" in app.error[0].value.replace("\\", "") and "najwyżej 500" in app.error[0].value


def test_columns_can_be_mapped_by_hand_and_the_choice_is_remembered(store):
    data = "Kto;Co\nRóża;a.example\n".encode()
    app = upload(choose(open_page("imports"), "anna"), data)
    assert len(app.error) == 2 and not [button for button in app.button if button.key == "import_write"]
    app.selectbox(key="import_column_0_pl_1").select("client").run()
    app.selectbox(key="import_column_1_pl_1").select("client").run()
    assert len(app.error) == 2
    app.selectbox(key="import_column_1_pl_1").select("domain").run()
    assert not app.error and counts(app) == [1, 1, 0, 0, 0, 0]
    click(app, "import_write")
    upload(app, data)
    assert counts(app) == [1, 0, 0, 1, 0, 0] and plain(POLISH.text("import.remembered")) in everything(app)


def test_format_of_dates_is_shown():
    app = upload(open_page("imports"), "klient;domena;termin\nRóża;a.example;2026-12-01\n".encode())
    assert plain("YYYY-MM-DD: Termin") in everything(app)


def test_changes_and_conflicts_show_both_values(store):
    m = register(store, package="Start", contact_phone="1")
    file = f"nr zlecenia;klient;domena;pakiet;telefon;wersja pulpitu\nP-1;Róża;a.example;{{}};{{}};{m.seq}-{m.token}\n"
    app = upload(open_page("imports"), file.format("Firma", "1").encode())
    shown = table(app, "kolumna")
    assert counts(app) == [1, 0, 1, 0, 0, 0] and list(shown["zmiana"]) == ["Start → Firma"]
    click(app, "import_drop")
    store.change(m.id, lambda now: moves.change(now, act(), {"package": "Sklep"}))
    upload(app, file.format("Firma", "1").encode())
    shown = table(app, "kolumna").iloc[0]
    assert counts(app) == [1, 0, 0, 0, 1, 0]
    assert (shown["kolumna"], shown["na tablicy"], shown["w pliku"]) == ("Pakiet docelowy", "Sklep", "Firma")
    assert app.button(key="import_write").disabled


def test_plan_gone_stale_is_told_and_made_anew(store):
    register(store)
    app = upload(choose(open_page("imports"), "anna"), "klient;domena\nŁąka;laka.example\n".encode())
    register(store, "P-2", "Łąka", "laka.example")
    click(app, "import_write")
    assert plain(POLISH.text("import.planned_anew")) in [warning.value for warning in app.warning]
    assert counts(app) == [1, 0, 0, 1, 0, 0] and len(store.all()) == 2


def test_click_that_interrupts_the_writing_is_told(store, monkeypatch):
    def interrupted(*args, **options):
        raise RerunException(RerunData())

    app = upload(choose(open_page("imports"), "anna"), "klient;domena\nŁąka;laka.example\n".encode())
    with monkeypatch.context() as patch:
        patch.setattr(brought, "apply", interrupted)
        click(app, "import_write")
    app.run()
    assert plain(POLISH.text("import.interrupted")) in [warning.value for warning in app.warning]
    assert not store.all()
    click(app, "import_write")
    assert len(store.all()) == 1 and not app.warning


@pytest.mark.parametrize(
    ("error", "warnings"),
    [
        (UnknownOutcomeError(None, None, psycopg.OperationalError("gone"), hide_parameters=True), ["unknown_outcome"]),
        (sa.exc.OperationalError(None, None, psycopg.OperationalError("gone"), hide_parameters=True), []),
    ],
    ids=["unknown", "refused"],
)
def test_import_whose_end_is_unknown_is_never_said_to_have_written_nothing(store, monkeypatch, error, warnings):
    real = brought.write

    def lost(*args):
        if warnings:
            real(*args)
        raise error

    app = upload(choose(open_page("imports"), "anna"), "klient;domena\nŁąka;laka.example\n".encode())
    with monkeypatch.context() as patch:
        patch.setattr(brought, "write", lost)
        click(app, "import_write")
    assert POLISH.text("store.unknown_outcome" if warnings else "store.broken") in everything(app)
    app.run()
    assert [warning.value for warning in app.warning] == [plain(POLISH.text(f"import.{id}")) for id in warnings]
    assert len(store.all()) == len(warnings) and counts(app) == [1, 1 - len(warnings), 0, len(warnings), 0, 0]


def test_plan_is_not_made_again_for_nothing(monkeypatch):
    made, real = [], brought.plan
    monkeypatch.setattr(brought, "plan", lambda *args, **named: made.append(1) or real(*args, **named))
    app = upload(open_page("imports"), DIRTY)
    tick(app, "Hasło FTP")
    assert len(made) == 2
    app.run()
    app.radio(key="lang").set_value("English").run()
    app.radio(key="lang").set_value("Polski").run()
    assert len(made) == 2 and counts(app) == [4, 3, 0, 0, 0, 1]
    choose(app, "anna")
    assert len(made) == 3


def test_file_and_choices_outlive_a_switch_of_language_and_a_visit_elsewhere():
    app = upload(open_page("imports"), DIRTY)
    tick(app, "Hasło FTP")
    app.radio(key="lang").set_value("English").run()
    app.switch_page("pages/tariff.py").run()
    app.switch_page("pages/imports.py").run()
    assert not app.exception and counts(app) == [4, 3, 0, 0, 0, 1]
    app.selectbox(key="import_column_2_en_1").select("-").run()
    app.radio(key="lang").set_value("Polski").run()
    assert app.selectbox(key="import_column_2_pl_1").value == "-"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04rubbish",
        b"%PDF-1.7",
        b"\x00\x01\x02",
        b"klient;klient;domena\nA;B;a.example\n",
        b'klient;domena\n"A;a.example\n',
        b"klient;domena\n",
        b";;\n1;2;3\n",
        b"klient;domena\nA;" + b"a" * 300 + b".example\n",
        HOSTILE.encode(),
        f"{HOSTILE};domena\nA;a.example\n".encode(),
    ],
)
def test_rubbish_is_told_and_writes_nothing(store, data):
    app = upload(choose(open_page("imports"), "anna"), data, HOSTILE)
    assert app.error or app.info or counts(app)[-1]
    buttons = [button for button in app.button if button.key == "import_write"]
    assert not buttons or buttons[0].disabled
    assert "<script>" not in everything(app) and not store.all()
    click(app, "import_drop")
    assert app.file_uploader


def test_database_error_while_writing_is_told_and_nothing_is_written(store, monkeypatch):
    def refused(*args, **options):
        raise InputError(FieldError("actor", "x", Message("error.may_not_work")))

    monkeypatch.setattr(brought, "apply", refused)
    app = upload(choose(open_page("imports"), "anna"), "klient;domena\nŁąka;laka.example\n".encode())
    click(app, "import_write")
    assert app.error and not store.all() and app.button(key="import_write")


def test_many_rows_are_drawn_in_part_and_their_number_said():
    rows = "".join(f"Firma {n};sklep-{n}.example\n" for n in range(700))
    app = upload(open_page("imports"), f"klient;domena\n{rows}".encode())
    assert counts(app) == [700, 700, 0, 0, 0, 0] and len(table(app, "Nr zlecenia")) == 500
    assert plain(POLISH.text("import.first_shown", count=700, shown=500)) in everything(app)


def test_labels_of_columns_are_all_different():
    for language in LANGUAGES.values():
        labels = [language.value(worded.column(column.id)) for column in COLUMNS]
        assert len(set(labels)) == len(labels)
