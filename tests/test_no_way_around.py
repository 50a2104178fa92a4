"""Every way around the client's test and the change of the password, tried: each test fails if its way opens.

Other ways are held shut where they belong: events made by hand and the database itself (`test_store_guards`), force and
ticks (`test_migration_gates`), whatever people do at random (`test_migration_moves`), files (`test_importing_history`,
`test_importing_gates_of_files`, `test_importing_renamed`), undoing (`test_migration_undoing`), two windows on the table
(`test_pages_pace`). docs/process-walk.md lists them.
"""

import contextlib
import csv
import datetime as dt
from functools import partial

import pytest

from core.ground.messages import InputError
from core.importing import undo as import_undo
from core.importing.exporting import as_csv
from core.migration import gate, groups, moves, undoing
from core.migration.gate import Filled, Ticked
from core.migration.people import WATCH
from core.migration.rebuilding import rebuild
from core.migration.stages import CONFIRMED, STEPS, SWITCHED, TEST, position
from core.store import bulk
from tests.importer import Importer
from tests.migrations import ANNA, DAY, MARIA, NOW, WIKTOR, Life, act, steps, told

SEVEN = tuple(f"{letter}.pl" for letter in "abcdefg")
PEOPLE = pytest.mark.parametrize("person", [ANNA, MARIA, WIKTOR], ids=lambda person: person.role)
UNTESTED = STEPS[1 : STEPS.index(TEST) + 1]


def seven():
    """Seven domains at the client's test, of which one is slow."""
    return Life(*SEVEN).to("test", *SEVEN[1:])


def untested(m):
    """Hold a migration to it that no domain is past the test without it."""
    return all(d.tested_at is not None for d in m.active if position(d.step) > position(TEST))


# -- together with others


@PEOPLE
@pytest.mark.parametrize("step", UNTESTED)
@pytest.mark.parametrize("action", groups.ACTIONS)
def test_no_button_of_a_group_leads_past_the_test_but_the_word_of_the_client(person, step, action):
    life = Life("a.pl", "b.pl").to(step)
    for names in (["a.pl"], ["a.pl", "b.pl"], ["a.pl", "a.pl"]):
        if (action, step) == ("confirmed", TEST) and person is not WIKTOR:
            # That is the word of the client.
            continue
        try:
            events = groups.do(life.m, act(person), action, step, names)
        except InputError:
            continue
        assert untested(rebuild((*life.events, *events)))
        assert not [event for event in events if event.item in (CONFIRMED, SWITCHED)]


def test_domain_named_twice_goes_one_step_only():
    life = Life("a.pl").to("migration").fill("a.pl")
    events = groups.do(life.m, act(), "on", "migration", ["a.pl", "a.pl"])
    assert [event.new for event in events if event.kind == "stepped"] == ["sync"]


@pytest.mark.parametrize("step", STEPS)
def test_domains_of_another_group_are_refused_whole(step):
    life = seven()
    for action in groups.ACTIONS:
        names = ["b.pl", "a.pl"]
        assert told(life, lambda m, a, action=action, names=names: groups.do(m, a, action, step, names))


@PEOPLE
def test_nobody_forces_some_domains_through_together_with_one_that_was_tested(person):
    life = seven()
    life.do(moves.check, CONFIRMED, "b.pl")
    filled = Filled(domains=["b.pl", "c.pl"])
    assert told(life, gate.go_through, filled, by=person, force="pilne")
    assert steps(life.m)["b.pl"] == TEST


@PEOPLE
@pytest.mark.parametrize("ticks", [(CONFIRMED,), (SWITCHED,), (CONFIRMED, SWITCHED, "seen")])
def test_tick_filled_in_at_another_gate_is_no_word_of_the_client(person, ticks):
    life = Life("a.pl", "b.pl").to("sync")
    filled = Filled({item: Ticked() for item in ("mail_synced", *ticks)}, domains=["a.pl"])
    for force in (None, "pilne"):
        assert told(life, gate.go_through, filled, by=person, force=force)
    for name in ("a.pl", "b.pl"):
        assert life.m.domains[name].step == "sync"


@PEOPLE
def test_migration_at_its_domains_is_not_moved_on_as_a_whole(person):
    life = seven()
    for force in (None, "pilne"):
        assert told(life, moves.advance, by=person, force=force)
        assert told(life, gate.go_through, Filled({"password_changed": Ticked("declared")}), by=person, force=force)


@PEOPLE
def test_many_at_once_change_no_step_and_no_tick(person):
    life = seven()
    for change in (
        bulk.Change(owner="maria"), bulk.Change(hold="us", reason="urlop"), bulk.Change(planned_at=NOW + DAY),
        bulk.Change(hold="resume"),
    ):  # fmt: skip
        try:
            events = bulk.decide(life.m, act(person), change)
        except InputError:
            continue
        assert {event.kind for event in events} <= {"set", "held", "resumed", "waits"}


# -- what the desk sees by itself


@pytest.mark.parametrize("step", UNTESTED)
@pytest.mark.parametrize("force", [None, "pilne"])
def test_watch_takes_nobody_past_the_test_whatever_it_sees(step, force):
    life = Life("a.pl", "b.pl").to(step)
    for item in (CONFIRMED, SWITCHED, "seen"):
        assert told(life, moves.check, item, "a.pl", by=WATCH, force=force), item
    for deed in (moves.advance, partial(moves.advance, force="pilne")):
        assert told(life, deed, "a.pl", by=WATCH)
    for action in groups.ACTIONS:
        with pytest.raises(InputError):
            groups.do(life.m, act(WATCH), action, step, ["a.pl"])
    assert life.m.domains["a.pl"].step == step and life.m.domains["a.pl"].tested_at is None


def test_watch_unticks_dates_and_corrects_nothing():
    life = Life("a.pl").to("dns")
    life.do(moves.check, SWITCHED, "a.pl")
    for move, *given in ((moves.uncheck, SWITCHED, "a.pl"), (moves.date, CONFIRMED, NOW, "x", "a.pl"),
                         (moves.correct, "sync", "x", "a.pl"), (moves.switch_back, "a.pl", "sync", "x")):  # fmt: skip
        before = life.m
        with contextlib.suppress(InputError):
            # As nothing changes, nothing is refused either.
            assert move(life.m, act(WATCH), *given) == ()
        assert life.m == before


# -- there and back


BACK = {
    "reworked": ("test", lambda life: life.do(moves.rework, "a.pl", "sync", "brak")),
    "corrected": ("dns", lambda life: life.do(moves.correct, "sync", "pomyłka", "a.pl")),
    "corrected far": ("dns", lambda life: life.do(moves.correct, "data", "pomyłka")),
    "switched back": ("visible", lambda life: life.do(moves.switch_back, "a.pl", "sync", "nie działa")),
    "opened again": ("closed", lambda life: life.do(moves.correct, "sync", "pomyłka", "a.pl")),
}


@pytest.mark.parametrize("way", BACK)
def test_whoever_comes_again_is_tested_again(way):
    stage, back = BACK[way]
    life = Life("a.pl", "b.pl").to("dns" if stage == "visible" else stage)
    if stage == "visible":
        life.on("a.pl")
    if stage == "test":
        life.do(moves.check, CONFIRMED, "a.pl")
    back(life)
    assert life.m.domains["a.pl"].tested_at is None and SWITCHED not in life.m.domains["a.pl"].checks
    while life.m.domains["a.pl"].step != TEST:
        life.on("a.pl" if position(life.m.stage) >= position("migration") else None)
    assert told(life, moves.advance, "a.pl", by=MARIA, force="pilne") == [("check", "error.not_forceable")]


def test_switch_made_and_taken_back_many_times_asks_for_a_test_each_time():
    life = Life("a.pl").to("dns")
    for _ in range(3):
        life.do(moves.check, SWITCHED, "a.pl")
        life.do(moves.switch_back, "a.pl", "sync", "nie działa")
        assert told(life, moves.check, SWITCHED, "a.pl") and told(life, moves.check, CONFIRMED, "a.pl")
        life.on("a.pl")
        assert told(life, moves.advance, "a.pl", by=MARIA, force="x") == [("check", "error.not_forceable")]
        life.on("a.pl")
    assert sum(event.item == CONFIRMED and event.kind == "checked" for event in life.events) == 4


def test_cancelled_or_held_migration_stands_where_it_stood_once_it_is_open_again():
    life = seven()
    life.do(moves.check, CONFIRMED, "b.pl")
    before = steps(life.m)
    life.do(moves.cancel, "rezygnacja")
    for deed in (moves.advance, partial(moves.advance, force="x")):
        assert told(life, deed, "b.pl", by=MARIA) == [("stage", "error.cancelled")]
    life.do(moves.restore, "jednak")
    life.do(moves.hold, "client", "urlop")
    assert told(life, moves.check, CONFIRMED, "c.pl") == [("stage", "error.on_hold")]
    life.do(moves.resume)
    assert steps(life.m) == before
    assert told(life, moves.advance, "c.pl", by=MARIA, force="x") == [("check", "error.not_forceable")]


def test_name_of_a_tested_domain_is_given_to_no_other():
    life = seven()
    life.do(moves.check, CONFIRMED, "b.pl")
    assert told(life, moves.rename_domain, "b.pl", "nowa.pl", "x") == [("domain", "error.renamed_after_test")]
    assert told(life, moves.rename_domain, "c.pl", "b.pl", "x") == [("domain", "error.domain_there")]
    # Out, and its name free: what comes under it is another one.
    life.do(moves.withdraw, "b.pl", "niepotrzebna")
    assert told(life, moves.rename_domain, "c.pl", "b.pl", "x") == [("domain", "error.domain_there")]
    life.do(moves.add_domain, "b.pl", {"display": "b.pl"})
    d = life.m.domains["b.pl"]
    assert d.step == "migration" and d.tested_at is None and not d.checks


@PEOPLE
def test_test_is_dated_neither_before_its_move_nor_after_now_nor_as_unknown(person):
    life = Life("a.pl").to("test", now=NOW - DAY)
    assert told(life, moves.check, CONFIRMED, "a.pl", by=person, at=NOW - 9 * DAY)
    assert told(life, moves.check, CONFIRMED, "a.pl", by=person, at=NOW + DAY)
    life.do(moves.check, CONFIRMED, "a.pl")
    for at in (None, NOW - 9 * DAY, NOW + DAY):
        assert told(life, moves.date, CONFIRMED, at, "x", "a.pl", by=person)


# -- the change of the password


@PEOPLE
def test_migration_does_not_close_before_the_password_was_changed(person):
    life = Life("a.pl", "b.pl").to("passwords")
    assert told(life, moves.advance, by=person)
    assert told(life, gate.go_through, Filled({"mailboxes_advised": Ticked()}), by=person)
    for way in ("", "arranged", "done", "from_file"):
        assert told(life, moves.check, "password_changed", by=person, choice=way)
    for detail in ("", "  ", "\u200b"):
        assert told(life, moves.check, "password_changed", by=person, choice="reset", detail=detail)
    assert life.m.stage == "passwords"


def test_last_domain_withdrawn_closes_nothing_while_the_password_is_outstanding():
    life = Life("a.pl", "b.pl").to("visible", "a.pl")
    assert life.m.stage == "migration"
    life.do(moves.withdraw, "b.pl", "niepotrzebna")
    assert life.m.stage == "passwords"
    life.do(moves.check, "password_changed", choice="declared")
    life.do(moves.uncheck, "password_changed")
    assert told(life, moves.advance) == [("check", "error.gate")]


def test_word_on_the_password_taken_back_within_the_minute_opens_the_migration_again():
    life = Life("a.pl").to("passwords")
    since = len(life.events)
    life.do(gate.go_through, Filled({"password_changed": Ticked("declared")}))
    assert life.m.stage == "closed"
    life.do(undoing.undo, life.events, since)
    assert life.m.stage == "passwords" and "password_changed" not in life.m.checks
    assert told(life, moves.advance) == [("check", "error.gate")]


def test_password_is_not_said_to_be_changed_before_the_server_was_tested():
    for stage in ("package", "data", "analysis", "date", "migration", "sync"):
        life = Life("a.pl").to(stage)
        assert told(life, moves.check, "password_changed", choice="declared") == [("check", "error.check_early")]


# -- taken back


def test_undo_of_a_way_back_brings_its_test_again_but_no_other():
    life = seven()
    life.do(moves.check, CONFIRMED, "b.pl")
    since = len(life.events)
    life.do(moves.rework, "b.pl", "sync", "brak")
    life.do(undoing.undo, life.events, since)
    assert life.m.domains["b.pl"].tested_at == NOW and life.m.domains["c.pl"].tested_at is None
    assert rebuild(life.events) == life.m


def test_undo_reaches_no_further_than_its_deed():
    life = Life("a.pl").to("test")
    for since in range(1, len(life.events)):
        later = NOW + dt.timedelta(minutes=2)
        assert told(life, undoing.undo, life.events, since, now=later) == [("undo", "error.undo_late")]
    # A list of events that is not all of them, or another migration's.
    other = Life("b.pl").to("dns")
    assert told(life, undoing.undo, other.events, 3)
    assert told(life, undoing.undo, life.events[:-1], 3)
    assert told(life, undoing.undo, life.events, -1)


# -- files


@pytest.fixture
def desk(sqlite_url):
    importer = Importer(sqlite_url)
    yield importer
    importer.store.engine.dispose()


def stored(desk, life):
    made = desk.store.register(
        act(), {"ref": "P-1", "client": "Róża"}, {name: {"display": name} for name in life.m.domains}
    )
    desk.store.change(made.migration.id, lambda m: life.events[len(made.events) :])
    return desk.store.by_ref("P-1")


def edited(desk, **columns):
    """Return an export of ours in which somebody has written something else into cells of all rows."""
    rows = list(csv.reader(as_csv(desk.store.all(), desk.team).decode("utf-8-sig").splitlines(), delimiter=";"))
    for header, text in columns.items():
        place = rows[0].index(header.replace("_", " "))
        for row in rows[1:]:
            row[place] = text
    return "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)


PAST = ("DNS i propagacja", "hasła", "zakończona", "widoczna")


@pytest.mark.parametrize("person", ["anna", "maria"])
@pytest.mark.parametrize("status", PAST)
def test_export_whose_status_was_edited_takes_nobody_past_the_test(desk, person, status):
    before = stored(desk, seven())
    text = edited(desk, status=status)
    for reason in ("", "pilne") if person == "maria" else ("",):
        made = desk.plan(text, person=person, reason=reason)
        # The rows are refused, or conflicts: none is written, though only the valid ones be asked for.
        assert not {row.outcome for row in made.rows} & {"new", "changed"}, [row.outcome for row in made.rows]
        desk.apply(text, person=person, reason=reason)
    assert desk.store.by_ref("P-1") == before


@pytest.mark.parametrize(
    "columns",
    [
        # The switch without the test, the test before the move, in the future, as a word.
        {"data zmiany DNS": "18.11.2026"},
        {"data testu": "01.01.2026"},
        {"data testu": "01.01.2030"},
        {"data testu": "tak"},
        {"data testu": "18.11.2026", "data: migracja": "20.11.2026", "status": "DNS i propagacja"},
    ],
    ids=["switch", "early", "future", "word", "turned"],
)
@pytest.mark.parametrize("reason", ["", "pilne"])
def test_dates_of_an_edited_export_are_no_way_around(desk, columns, reason):
    stored(desk, Life("a.pl").to("test"))
    desk.apply(edited(desk, **columns), person="maria", reason=reason)
    m = desk.store.by_ref("P-1")
    assert m.domains["a.pl"].step == TEST and m.domains["a.pl"].tested_at is None
    assert SWITCHED not in m.domains["a.pl"].checks


def test_word_of_the_client_for_one_domain_in_a_file_moves_no_other(desk):
    stored(desk, seven())
    rows = edited(desk).split("\r\n")
    head, lines = rows[0], {row.split(";")[_place(rows[0], "domena")].strip('"'): row for row in rows[1:]}
    cells = [cell.strip('"') for cell in lines["b.pl"].split(";")]
    cells[_place(head, "status")], cells[_place(head, "data testu")] = "DNS i propagacja", "18.11.2026"
    lines["b.pl"] = ";".join(f'"{cell}"' for cell in cells)
    desk.apply("\r\n".join([head, *lines.values()]), person="anna")
    m = desk.store.by_ref("P-1")
    assert {name for name, step in steps(m).items() if position(step) > position(TEST)} <= {"b.pl"}


def _place(head, column):
    return [cell.strip('"') for cell in head.split(";")].index(column)


@pytest.mark.parametrize("reason", ["", "pilne"])
def test_file_closes_nothing_whose_password_is_outstanding_unless_a_manager_answers_for_it(desk, reason):
    stored(desk, Life("a.pl").to("passwords"))
    desk.apply(edited(desk, status="zakończona"), person="maria", reason=reason)
    m = desk.store.by_ref("P-1")
    forced = [event for event in desk.store.events(m.id) if event.forced]
    assert (m.stage == "closed") == bool(forced) and bool(forced) <= bool(reason)


def test_domain_renamed_or_withdrawn_and_added_by_a_file_brings_no_test_along(desk):
    life = Life("a.pl", "b.pl").to("dns", "a.pl")
    stored(desk, life)
    desk.on_board("P-1", moves.withdraw, "a.pl", "niepotrzebna")
    # The export of before still says that it was tested.
    old = edited(desk)
    desk.on_board("P-1", moves.add_domain, "a.pl", {"display": "a.pl"})
    desk.apply(old, person="maria", reason="pilne")
    d = desk.store.by_ref("P-1").domains["a.pl"]
    assert d.tested_at is None and position(d.step) < position(TEST)


def test_undo_of_an_import_and_the_file_again_lead_past_no_test(desk):
    stored(desk, Life("a.pl").to("test"))
    text = edited(desk, status="DNS i propagacja", **{"data testu": "18.11.2026"})
    desk.apply(text, person="anna")
    assert desk.store.by_ref("P-1").domains["a.pl"].tested_at is not None
    import_undo.undo(desk.store, import_undo.last_import(desk.store), desk.by("anna"))
    m = desk.store.by_ref("P-1")
    assert m.domains["a.pl"].step == TEST and m.domains["a.pl"].tested_at is None
    assert told_by(lambda: moves.advance(m, act(MARIA), "a.pl", force="pilne")) == ["error.not_forceable"]


def told_by(deed):
    with pytest.raises(InputError) as refused:
        deed()
    return [error.message.id for error in refused.value.errors]
