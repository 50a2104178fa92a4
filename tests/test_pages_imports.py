"""The import as Streamlit runs it: workbooks, repairs, questions, gates, and rows corrected where they are shown."""

import datetime as dt

import pytest

from core.importing import import_job
from core.language import LANGUAGES, POLISH
from core.migration import moves
from pages.parts.shared.words import plain
from tests.pages import act, choose, click, counts, register, table, tick, upload
from tests.sheets import WRITERS, Tab
from tests.test_pages import everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")

MIGRATIONS = Tab(
    "Migracje",
    [
        ["Wykaz przeprowadzek"],
        ["Klient", "Domena", "Termin", "Skrzynki"],
        ["Róża", "https://www.roza.example/", dt.date(2026, 12, 3), 12],
        ["Łąka", "laka.example", dt.date(2026, 12, 4), 3],
        ["RAZEM", None, None, 15],
    ],
)
NOTES = Tab("Notatki", [["klient", "klient"], ["a", "b"]])


def csv(*lines):
    return "\r\n".join(lines).encode()


def outcome(app, id):
    """Show the rows that come out as one thing."""
    app.segmented_control(key=f"import_outcome_pl_{number(app)}").set_value(id).run()
    assert not app.exception


def number(app):
    return app.session_state["_imports"].upload.number


def repairs(app):
    """Return the switches of the kinds of repairs: the kind, whether it is made."""
    prefix = "import_repair_"
    boxes = (box for box in app.checkbox if box.key.startswith(prefix))
    return {box.key.removeprefix(prefix).removesuffix(f"_pl_{number(app)}"): box.value for box in boxes}


def switch(app, kind):
    box = app.checkbox(key=f"import_repair_{kind}_pl_{number(app)}")
    (box.uncheck() if box.value else box.check()).run()
    assert not app.exception


# -- how a file was read


@pytest.mark.parametrize("kind", WRITERS)
def test_each_kind_of_file_comes_in_with_its_title_and_total_left_out(store, kind):
    app = upload(choose(open_page("imports"), "anna"), WRITERS[kind]([MIGRATIONS]), "plik")
    assert counts(app) == [5, 2, 0, 0, 0, 0, 3] or counts(app) == [4, 2, 0, 0, 0, 0, 2]
    assert kind.upper() in next(box.label for box in app.expander if "nagłówki w wierszu 2" in box.label)
    click(app, "import_write")
    found = {m.client: [d.display for d in m.domains.values()] for m in store.all()}
    assert found == {"Róża": ["roza.example"], "Łąka": ["laka.example"]}


def test_sheet_that_cannot_be_read_is_no_dead_end():
    app = upload(open_page("imports"), WRITERS["xlsx"]([NOTES, MIGRATIONS]), "plik.xlsx")
    assert app.selectbox(key="import_sheet_pl_1").value == "Migracje" and counts(app)[1] == 2
    app.selectbox(key="import_sheet_pl_1").select("Notatki").run()
    assert app.error and not [button for button in app.button if button.key == "import_write"]
    assert app.selectbox(key="import_sheet_pl_1").value == "Notatki"
    app.selectbox(key="import_sheet_pl_1").select("Migracje").run()
    assert not app.error and counts(app)[1] == 2


def test_workbook_whose_only_proposal_cannot_be_read_can_be_read_otherwise():
    twice = Tab("Klienci", [["klient", "domena", "domena"], ["Róża", "a.example", "x"], ["klient", "domena", "x"]])
    app = upload(open_page("imports"), WRITERS["xlsx"]([twice, NOTES]), "plik.xlsx")
    assert app.error and app.selectbox(key="import_sheet_pl_1").options == ["Klienci", "Notatki"]
    app.selectbox(key="import_header_row_pl_1").select(3).run()
    assert not app.exception and app.selectbox(key="import_header_row_pl_1").value == 3


def test_another_row_can_be_the_header_and_the_proposed_one_is_said():
    app = upload(open_page("imports"), WRITERS["xlsx"]([MIGRATIONS]), "plik.xlsx")
    box = app.selectbox(key="import_header_row_pl_1")
    assert box.value == 2 and "proponowany" in box.options[1] and "Klient · Domena" in box.options[1]
    assert "Wykaz przeprowadzek" in box.options[0]
    box.select(3).run()
    assert app.error and app.selectbox(key="import_header_row_pl_1").value == 3
    app.selectbox(key="import_header_row_pl_1").select(2).run()
    assert not app.error and counts(app)[1] == 2


# -- rows left out, repairs


def test_left_out_rows_are_counted_and_shown_without_what_looks_like_a_secret():
    lines = ("hasło: Kot12!xyz", "klient;domena;skrzynki", "Róża;roza.example;12", "RAZEM;;12")
    app = upload(open_page("imports"), csv(*lines))
    assert counts(app) == [3, 1, 0, 0, 0, 0, 2]
    outcome(app, "left_out")
    shown = table(app, "dlaczego")
    assert list(shown["wiersz"]) == ["1", "4"] and list(shown["w pliku jest"]) == ["•••", plain("RAZEM · 12")]
    assert "Kot12" not in everything(app) + str([box.options for box in app.selectbox])


def test_repairs_are_told_by_kind_and_each_kind_has_a_switch():
    app = upload(
        open_page("imports"),
        csv("klient;domena;skrzynki", "Róża;https://roza.example/;1", "Jan;https://jan.example;2", "RAZEM;;3"),
    )
    assert counts(app) == [3, 2, 0, 0, 0, 0, 1] and repairs(app) == {"total": True, "url": True}
    assert plain("https://roza.example/") in everything(app)
    switch(app, "url")
    assert counts(app) == [3, 0, 0, 0, 0, 2, 1] and repairs(app) == {"total": True, "url": False}
    switch(app, "total")
    assert counts(app)[:1] == [3] and counts(app)[-1] == 3 and repairs(app) == {"total": False, "url": False}
    switch(app, "total")
    switch(app, "url")
    assert counts(app) == [3, 2, 0, 0, 0, 0, 1]


def test_every_place_of_a_repair_is_shown_on_demand_and_many_in_part():
    rows = [f"Firma {n};https://sklep-{n}.example" for n in range(300)]
    app = upload(open_page("imports"), csv("klient;domena", *rows))
    assert not app.table
    app.selectbox(key="import_repairs_of_pl_1").select("url").run()
    shown = table(app, "czytamy jako")
    assert len(shown) == 200 and list(shown.iloc[0])[2:] == [plain("https://sklep-0.example"), plain("sklep-0.example")]
    assert plain(POLISH.text("import.first_shown", shown=200, count=300)) in everything(app)


# -- questions


def test_order_of_dates_is_asked_with_the_day_written_out_both_ways(store):
    app = upload(choose(open_page("imports"), "anna"), csv("klient;domena;termin", "Róża;a.example;12/03/2027"))
    asked = app.radio(key="import_date_order_pl_1")
    assert (asked.value is None and counts(app)[-2:] == [1, 0]) or counts(app)[-1] == 1
    assert "12 marca 2027" in asked.options[0] and "3 grudnia 2027" in asked.options[1]
    asked.set_value("mdy").run()
    assert counts(app) == [1, 1, 0, 0, 0, 0]
    app.radio(key="import_date_order_pl_1").set_value("dmy").run()
    click(app, "import_write")
    assert store.all()[0].planned_at.date() == dt.date(2027, 3, 11)


def test_unknown_status_is_asked_once_and_remembered(store):
    data = csv("klient;domena;etap", "Róża;a.example;u Zenka", "Jan;b.example;u zenka", "Ewa;c.example;nowe")
    app = upload(choose(open_page("imports"), "anna"), data)
    assert counts(app) == [3, 1, 0, 0, 0, 2]
    asked = next(group for group in app.get("button_group") if "u Zenka" in group.label)
    assert "2" in asked.label
    asked.set_value("package").run()
    assert not app.exception and counts(app) == [3, 3, 0, 0, 0, 0]
    click(app, "import_write")
    assert {m.stage for m in store.all()} == {"package"}
    upload(app, data)
    assert counts(app) == [3, 0, 0, 3, 0, 0] and "u Zenka".casefold() in everything(app).casefold()


def test_many_unknown_statuses_are_asked_in_part():
    app = upload(
        open_page("imports"),
        csv("klient;domena;etap", *(f"Firma {n};sklep-{n}.example;stan {'x' * n}" for n in range(1, 31))),
    )
    assert len([box for box in app.selectbox if box.key.startswith("import_status_")]) == 12
    assert plain(POLISH.text("import.statuses.more", count=18)) in everything(app)


# -- secrets


def test_column_in_which_only_a_shape_speaks_is_let_in_with_one_click():
    app = upload(open_page("imports"), csv("klient;domena;kontakt", "Róża;a.example;klos / Zima2026!"))
    assert app.error and "Zima2026" not in everything(app)
    tick(app, POLISH.text("import.harmless", column="kontakt"))
    assert not app.error and counts(app) == [1, 1, 0, 0, 0, 0]
    app.checkbox(key="import_leave_2_pl_1").check().run()
    assert app.session_state["_imports"].upload.harmless == set() and counts(app) == [1, 1, 0, 0, 0, 0]


def test_column_named_for_passwords_is_never_let_in():
    app = upload(open_page("imports"), csv("klient;domena;Hasło FTP", "Róża;a.example;Kot12!xyz"))
    assert not [box for box in app.checkbox if box.key.startswith("import_harmless")]


# -- rows corrected where they are shown


def corrected(app, row, place, text):
    """Type a cell anew, without looking at it yet."""
    key = next(one.key for one in app.text_input if one.key.startswith(f"import_cell_{row}_{place}_"))
    app.text_input(key=key).input(text)


def look(app):
    click(app, f"import_correct_look_pl_{number(app)}")


WRONG = csv("klient;domena;skrzynki;termin", "Róża;a.example;dużo;31.02.2027", "Jan;b.example;7;", ";c.example;1;")


def test_refused_rows_are_corrected_in_place_and_told_as_corrected(store):
    app = upload(choose(open_page("imports"), "anna"), WRONG)
    assert counts(app) == [3, 1, 0, 0, 0, 2]
    corrected(app, 2, 2, "12")
    corrected(app, 2, 3, "30.02.2027")
    corrected(app, 4, 0, "Ewa")
    look(app)
    assert counts(app) == [3, 2, 0, 0, 0, 1] and table(app, "co poprawić").iloc[0].tolist()[2] == plain("30.02.2027")
    corrected(app, 2, 3, "28.02.2027")
    look(app)
    assert counts(app) == [3, 3, 0, 0, 0, 0]
    said = everything(app)
    assert plain("wiersz 2, skrzynki: dużo → 12") in said and plain("wiersz 4, klient: — → Ewa") in said
    click(app, "import_back_0_pl_1")
    assert counts(app) == [3, 2, 0, 0, 0, 1]
    outcome(app, "rejected")
    corrected(app, 2, 2, "11")
    look(app)
    click(app, "import_write")
    found = {m.client: next(iter(m.domains.values())).mailboxes for m in store.all()}
    assert found == {"Róża": 11, "Jan": 7, "Ewa": 1}


def test_secret_typed_as_a_correction_is_neither_kept_nor_shown():
    app = upload(open_page("imports"), WRONG)
    corrected(app, 2, 2, "hasło: Kot12!xyz")
    look(app)
    assert POLISH.text("import.correct.secret", column="skrzynki") in everything(app).replace("\\", "")
    fields = [one.value for one in app.text_input]
    assert "Kot12" not in everything(app) + str(fields) + str(app.session_state["_imports"].upload.corrected)


def test_more_refused_rows_than_fit_are_reached_by_turning():
    app = upload(open_page("imports"), csv("klient;domena;skrzynki", *(f"K{n};d{n}.example;x" for n in range(25))))

    def rows():
        return [int(one.key.split("_")[2]) for one in app.text_input if one.key.startswith("import_cell_")]

    assert rows() == [*range(2, 12)]
    click(app, "import_correct_next")
    click(app, "import_correct_next")
    assert rows() == [*range(22, 27)] and app.button(key="import_correct_next").disabled
    click(app, "import_correct_before")
    assert rows() == [*range(12, 22)]


# -- gates

BEYOND = csv("klient;domena;etap;data testu", "Róża;a.example;DNS i propagacja;20.11.2026")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_conflict_names_what_the_gates_lack_and_one_reason_of_a_manager_takes_it_over(store, language):
    app = upload(choose(open_page("imports", language), "anna", language), BEYOND)
    assert counts(app) == [1, 0, 0, 0, 1, 0]
    (said,) = table(app, language.text("import.gates.lacks"))[language.text("import.gates.lacks")]
    assert (
        all(plain(language.text(f"import.gate_lacks.{id}")) in said for id in ("package", "contact")) and "Róża" in said
    )
    reasons = [one for one in app.text_input if one.key.startswith("import_reason")]
    assert not reasons and plain(language.text("error.may_not.force")) in everything(app)
    choose(app, "maria", language)
    key = f"import_reason_{language.code}_1"
    app.text_input(key=key).input("hasło: Kot12!xyz")
    click(app, f"import_take_over_{language.code}_1")
    assert "Kot12" not in everything(app) + app.text_input(key=key).value and counts(app) == [1, 0, 0, 0, 1, 0]
    app.text_input(key=key).input("umówione telefonicznie")
    click(app, f"import_take_over_{language.code}_1")
    assert counts(app) == [1, 1, 0, 0, 0, 0] and "umówione telefonicznie" in everything(app)
    choose(app, "anna", language)
    assert counts(app) == [1, 0, 0, 0, 1, 0]
    choose(app, "maria", language)
    click(app, "import_write")
    (m,) = store.all()
    assert m.domains["a.example"].step == "dns"
    assert "umówione telefonicznie" in {event.reason for event in store.events(m.id)}


def test_reason_does_not_take_over_the_client_s_test(store):
    app = upload(choose(open_page("imports"), "maria"), csv("klient;domena;etap", "Róża;a.example;DNS i propagacja"))
    assert counts(app)[1:3] == [0, 0]
    assert not [one for one in app.text_input if one.key.startswith("import_reason")]


# -- nothing is worked out for nothing


def test_looking_around_works_nothing_out_anew(monkeypatch):
    made, real = [], import_job.plan
    monkeypatch.setattr(import_job, "plan", lambda *args, **named: made.append(1) or real(*args, **named))
    read, before = [], import_job.read_sheet
    monkeypatch.setattr(import_job, "read_sheet", lambda *args: read.append(1) or before(*args))
    app = upload(open_page("imports"), csv("klient;domena;skrzynki", "Róża;https://a.example;1", "Jan;b.example;x"))
    app.selectbox(key="import_repairs_of_pl_1").select("url").run()
    outcome(app, "new")
    outcome(app, "rejected")
    assert (made, read) == ([1], [1])
    switch(app, "url")
    assert (made, read) == ([1, 1], [1])


# -- taking the last import back


ONE = csv("klient;domena;pakiet;nr zlecenia", "Róża;a.example;Firma;Z-1", "Łąka;b.example;Start;Z-2")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_last_import_is_taken_back_once_that_was_said_twice(store, language):
    register(store, "Z-2", "Łąka", "b.example")
    app = upload(choose(open_page("imports", language), "anna", language), ONE)
    assert counts(app) == [2, 1, 1, 0, 0, 0]
    click(app, "import_write")
    click(app, "import_undo")
    assert plain(language.text("import.undo.sure")) in everything(app) and len(store.all()) == 2
    click(app, "import_undo_no")
    click(app, "import_undo")
    click(app, "import_undo_yes")
    (m,) = store.all()
    assert (m.ref, m.package) == ("Z-2", "")
    assert plain(language.text("import.undo.done")) in everything(app)
    assert not [button for button in app.button if button.key == "import_undo"]
    # The same file comes in again.
    upload(app, ONE)
    assert counts(app) == [2, 1, 1, 0, 0, 0]


def test_import_that_somebody_worked_on_stays_and_says_why(store):
    app = upload(choose(open_page("imports"), "anna"), ONE)
    click(app, "import_write")
    m = store.all()[0]
    store.change(m.id, lambda now: moves.change(now, act(), {"contact_phone": "1"}))
    click(app, "import_undo")
    assert "Z-1" in app.warning[0].value.replace("\\", "") and len(store.all()) == 2
    assert not [button for button in app.button if button.key == "import_undo_yes"]


def test_import_of_somebody_else_is_taken_back_by_a_manager_only(store):
    click(upload(choose(open_page("imports"), "anna"), ONE), "import_write")
    app = open_page("imports")
    assert app.button(key="import_undo").disabled
    choose(app, "piotr")
    click(app, "import_undo")
    assert POLISH.text("error.undo.not_yours") in app.warning[0].value.replace("\\", "")
    assert not [button for button in app.button if button.key == "import_undo_yes"]
    choose(app, "maria")
    click(app, "import_undo_yes")
    assert not store.all()
