"""A manager finds somebody who asks to be forgotten, ticks what is meant and erases it, on the page and by command."""

import json

import pytest

from core.__main__ import main
from core.database.address import file_of
from core.desk.backup import backup
from core.forgetting.forget import look
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration import moves
from pages.parts.forgetting import session_keys as keys
from tests.forgetting import ASKED, TRACES, full
from tests.migrations import act
from tests.pages import choose, click, texts
from tests.stores import everything
from tests.test_pages import open_page

WHY = "żądanie klienta z 21.11"


@pytest.fixture
def desk(stored, tariff):
    return full(stored, tariff)


def forgetting(language=POLISH, person="maria", **query):
    app = open_page("forget", language, **query)
    return choose(app, person, language) if person else app


def field(app, kind, key):
    return next(one for one in getattr(app, kind) if (one.key or "").startswith(key))


def press(app, key):
    click(app, field(app, "button", key).key)


def looked(language=POLISH, asked=ASKED):
    app = forgetting(language)
    field(app, "text_area", "forget_person_").input(asked).run()
    press(app, "forget_look_")
    return app


def ticks(app):
    return {box.label.replace("\u2060", ""): box.value for box in app.checkbox if box.key.startswith("forget_tick_")}


def erase(app, reason=WHY):
    field(app, "text_input", "forget_reason_").input(reason).run()
    field(app, "checkbox", "forget_sure_").check().run()
    press(app, "forget_do_")


def silent(text):
    return not [trace for trace in TRACES if trace.casefold() in text.casefold()]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_manager_looks_everywhere_ticks_and_erases(desk, desk_url, language):
    copy = file_of(desk_url).parent / "backups" / "before.sqlite3"
    copy.parent.mkdir(exist_ok=True)
    backup(desk_url, copy)
    app = looked(language)
    before = ticks(app)
    assert before[language.text("forget.whole.migration", name="P-1")] is True
    assert before[language.text("forget.whole.migration", name="P-3")] is False
    assert before[language.text("forget.whole.base", name="A-1")] is True
    assert field(app, "button", "forget_do_").disabled
    erase(app)
    assert silent(str(everything(desk))) and "Janina Kowalska" in str(everything(desk))
    told = texts(app).replace("\\", "")
    gone = language.text("forget.done", migrations=1, quotes=2, rows=1, watches=1, texts=12)
    assert gone in told and str(copy) in told
    # Nothing of whom was asked stays in the session.
    assert silent(told) and silent(field(app, "text_area", "forget_person_").value)
    assert not [key for key in (keys.SEEN, keys.CHANGED) if key in app.session_state]
    assert app.session_state[keys.TYPED][1] == ""


def test_what_is_ticked_off_stays_and_what_is_ticked_goes(desk):
    app = looked()
    boxes = {box.label.replace("\u2060", ""): box for box in app.checkbox}
    boxes[POLISH.text("forget.whole.migration", name="P-1")].uncheck().run()
    next(box for box in app.checkbox if "P-3" in box.label).check().run()
    erase(app)
    assert desk.by_ref("P-1") is not None and desk.by_ref("P-3") is None


def test_reason_that_names_them_is_refused(desk):
    app = looked()
    before = everything(desk)
    erase(app, "prosił Jan Kowalski")
    assert everything(desk) == before and POLISH.text("error.reason_names") in texts(app).replace("\\", "")
    assert ticks(app)


def test_who_was_slower_is_told_and_looks_again(desk):
    app = looked()
    desk.change(1, lambda m: moves.note(m, act(), "dzwonił"))
    before = everything(desk)
    erase(app)
    assert everything(desk) == before and POLISH.text("forget.changed", count=1) in texts(app).replace("\\", "")
    # It is to be said once more of what stands now.
    assert field(app, "button", "forget_do_").disabled
    erase(app)
    assert silent(str(everything(desk)))


def test_who_is_no_manager_sees_why_not(desk):
    for person in (None, "anna"):
        app = forgetting(person=person)
        assert not app.text_area and not [b for b in app.button if (b.key or "").startswith("forget_")]
    assert POLISH.text("error.may_not.erase") in texts(app)


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ({"ref": "P-1"}, "Jan Kowalski\n+48 601-234-567\nkowalski.example"),
        ({"number": "O/2025/0001"}, "Jan Kowalski\n5261040828"),
        # Who is rung did not ask.
        ({"ref": "P-2"}, "Łąka sp. z o.o.\nlaka.example"),
        ({"ref": "P-99"}, ""),
        ({}, ""),
    ],
)
def test_field_begins_with_what_is_known_of_whom_it_was_opened_for(desk, query, known):
    app = forgetting(**query)
    assert field(app, "text_area", "forget_person_").value == known


def test_what_was_found_belongs_to_what_was_asked(desk):
    app = looked()
    field(app, "text_area", "forget_person_").input("Nikt Taki").run()
    assert not ticks(app)
    press(app, "forget_look_")
    assert POLISH.text("forget.none") in "\n".join(one.value for one in app.success).replace("\\", "")
    field(app, "text_area", "forget_person_").input("a").run()
    press(app, "forget_look_")
    assert POLISH.text("error.forget_short", ge=3) in texts(app).replace("\\", "")


def test_hundreds_of_places_are_ticked_together(stored, tariff, desk):
    for n in range(130):
        desk.register(act(), {"client": "Jan Kowalski"}, {f"d{n}.example": {"display": f"d{n}.example"}})
    app = looked()
    assert len([label for label, value in ticks(app).items() if value]) <= 100
    erase(app)
    assert silent(str(everything(desk)))


@pytest.mark.parametrize("page", ["board", "quotes", "start", "imports", "portfolio", "flow", "quote"])
def test_no_page_shows_them_any_more(desk, page):
    app = looked()
    erase(app)
    shown = open_page(page)
    assert not shown.exception and silent(texts(shown) + str([table.value for table in shown.dataframe]))


# -- the command


def run(capsys, *args):
    code = main(["forget", *args])
    return code, capsys.readouterr()


def test_command_lists_first_and_erases_what_was_listed(desk, capsys):
    asked = ASKED.split("\n")
    code, said = run(capsys, *asked, "--json")
    told = json.loads(said.out)
    assert code == 1 and told["seen"] == look(desk.engine, _read()).digest
    numbers = {(one["where"], one["id"], one["sure"]): one["number"] for one in told["found"]}
    before = everything(desk)
    assert run(capsys, *asked, "--lang", "pl")[0] == 1 and everything(desk) == before
    janina, own = numbers["migration", "P-3", False], numbers["migration", "P-1", True]
    deed = [*asked, "--seen", told["seen"], "--actor", "maria", "--reason", WHY]
    for wrong, code in (
        ([*asked, "--seen", told["seen"], "--reason", WHY], 64),
        ([*asked, "--seen", "0000", "--actor", "maria", "--reason", WHY], 1),
        ([*deed[:-1], "prosił Jan Kowalski"], 64),
        ([*deed, "--also", "99"], 64),
        (["Jan Kowalski", *deed[len(asked) :]], 1),
    ):
        assert run(capsys, *wrong)[0] == code and everything(desk) == before
    code, said = run(capsys, *deed, "--also", str(janina), "--without", str(own), "--json")
    assert (code, json.loads(said.out)) == (
        0,
        {"migrations": 1, "quotes": 2, "rows": 1, "watches": 1, "texts": 12, "overwritten": True, "backups": []},
    )
    assert desk.by_ref("P-3") is None and desk.by_ref("P-1") is not None
    code, said = run(capsys, *asked, "--lang", "en")
    assert code == 1 and "P-1" in said.out and ENGLISH.text("forget.copies.elsewhere") in said.out
    seen = look(desk.engine, _read()).digest
    code, said = run(capsys, *asked, "--seen", seen, "--actor", "maria", "--reason", WHY, "--lang", "pl")
    assert code == 0 and silent(said.out) and silent(str(everything(desk)))
    code, said = run(capsys, *asked, "--lang", "pl")
    # Strangers resemble them still.
    assert code == 0 and "A-3" in said.out and POLISH.text("forget.is_sure") not in said.out
    code, said = run(capsys, "Nikt Taki", "--lang", "pl")
    assert code == 0 and POLISH.text("forget.none") in said.out


def _read():
    from core.forgetting.asked import read

    return read(ASKED)
