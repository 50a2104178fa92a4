"""A CSV file on the page of imports: read, its columns chosen, compared, written, and never written by halves."""

import psycopg
import pytest
import sqlalchemy as sa
from streamlit.runtime.scriptrunner import RerunData, RerunException

from core.database.transactions import UnknownOutcomeError
from core.ground import text_limits
from core.ground.messages import FieldError, InputError, Message
from core.importing import import_job
from core.language import LANGUAGES, POLISH
from core.migration import moves, worded
from core.migration.import_columns import COLUMNS
from pages.parts.shared.words import plain
from tests.pages import DIRTY, act, choose, click, counts, register, table, tick, upload
from tests.test_pages import HOSTILE, everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")

SECRETS = ("Kot12!x", "Pies99")


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
    many = text_limits.COLUMNS
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
    assert "pliku: 4\u00a0000" in app.error[0].value.replace("\\", "") and "najwyżej 500" in app.error[0].value


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
        patch.setattr(import_job, "apply", interrupted)
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
    real = import_job.write

    def lost(*args):
        if warnings:
            real(*args)
        raise error

    app = upload(choose(open_page("imports"), "anna"), "klient;domena\nŁąka;laka.example\n".encode())
    with monkeypatch.context() as patch:
        patch.setattr(import_job, "write", lost)
        click(app, "import_write")
    assert POLISH.text("store.unknown_outcome" if warnings else "store.broken") in everything(app)
    app.run()
    assert [warning.value for warning in app.warning] == [plain(POLISH.text(f"import.{id}")) for id in warnings]
    assert len(store.all()) == len(warnings) and counts(app) == [1, 1 - len(warnings), 0, len(warnings), 0, 0]


def test_plan_is_not_made_again_for_nothing(monkeypatch):
    made, real = [], import_job.plan
    monkeypatch.setattr(import_job, "plan", lambda *args, **named: made.append(1) or real(*args, **named))
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

    monkeypatch.setattr(import_job, "apply", refused)
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
