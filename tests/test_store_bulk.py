"""One change of many: each migration on its own, nobody overwritten, everything told."""

import datetime as dt

import pytest

from core.database.transactions import engine
from core.ground.messages import InputError
from core.migration import moves
from core.store import bulk
from core.store.bulk import Change
from core.store.conflicts import ConflictError
from core.store.store import Store
from tests.migrations import ANNA, DAY, MARIA, NOW, WIKTOR, Life, act, registered

FRIDAY = dt.date(2026, 11, 27)


@pytest.fixture
def store(database_url):
    return Store(engine(database_url))


def begin(store, ref, **values):
    domain = f"{ref.lower()}.pl"
    return store.register(act(), {"ref": ref, "client": "Róża", **values}, {domain: {"display": domain}}).migration


def do(store, m, move, *args, by=MARIA, **more):
    return store.change(m.id, lambda now: move(now, act(by), *args, **more)).migration


def seen(*migrations):
    return {m.id: m.version for m in migrations}


def mistakes(error):
    return {(mistake.field, mistake.message.id) for mistake in error.value.errors}


# -- what somebody typed


def test_what_is_left_as_it_is_stays_out_of_the_change():
    assert bulk.read("anna", None, "", "", "") == Change(owner="anna")
    assert bulk.read("", None, "", "", "nikt tego nie czyta") == Change(owner="")
    assert bulk.read(None, None, "", "resume", "") == Change(hold="resume")
    assert bulk.read(None, None, "", "client", " urlop\tklienta ") == Change(hold="client", reason="urlop klienta")


@pytest.mark.parametrize(("hour", "utc"), [("14:00", 13), ("9", 8), ("", -1)])
def test_day_and_hour_are_those_of_warsaw(hour, utc):
    midnight = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    assert bulk.read(None, FRIDAY, hour, "", "").planned_at == midnight + dt.timedelta(hours=utc)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ((None, None, "", "", ""), {("", "error.nothing_to_change")}),
        (("anna", None, "14:00", "", ""), {("planned_at", "error.hour_without_day")}),
        (("anna", FRIDAY, "25:00", "us", ""), {("planned_at", "error.no_such_time"), ("reason", "error.missing")}),
        (
            (None, FRIDAY, "rano", "client", "hasło: Kot12!x"),
            {("planned_at", "error.hour"), ("reason", "error.secret")},
        ),
    ],
)
def test_everything_wrong_is_told_at_once(typed, wrong):
    with pytest.raises(InputError) as error:
        bulk.read(*typed)
    assert mistakes(error) == wrong


# -- what it makes of one migration


def test_taking_up_again_comes_before_the_rest_and_holding_after_it():
    life = Life().to("date").fill(but="day")
    life.do(moves.hold, "client", "urlop")
    later = Change(owner="maria", planned_at=NOW + 9 * DAY, hold="resume")
    kinds = [event.kind for event in bulk.decide(life.m, act(), later)]
    assert kinds[0] == "resumed" and kinds[1:3] == ["set", "set"]
    # Another day is another agreement.
    assert "unchecked" in kinds
    life.do(moves.resume)
    held = bulk.decide(life.m, act(), Change(owner="maria", hold="us", reason="awaria"))
    assert [event.kind for event in held] == ["set", "held"]


def test_what_is_like_that_already_gives_no_event():
    life = Life(owner="anna", planned_at=NOW)
    life.do(moves.hold, "us", "awaria")
    same = Change(owner="anna", planned_at=NOW, hold="us", reason="awaria")
    assert bulk.decide(life.m, act(), same) == ()
    assert bulk.decide(Life().m, act(), Change(hold="resume")) == ()


def test_an_owner_can_be_taken_away():
    (event,) = bulk.decide(Life(owner="anna").m, act(), Change(owner=""))
    assert (event.item, event.old, event.new) == ("owner", "anna", "")


def test_all_or_nothing_of_one_migration_is_written(store):
    closed = begin(store, "P-1")
    do(store, closed, moves.cancel, "rezygnacja")
    closed = store.one(closed.id)
    result = bulk.apply(store, Change(owner="maria", hold="us", reason="awaria"), seen(closed), act())
    assert [error.message.id for error in result.refused[closed.id]] == ["error.cancelled"]
    assert store.one(closed.id).owner == "" and store.one(closed.id).seq == closed.seq


# -- many of them


def test_each_is_changed_in_its_own_history(store):
    some = [begin(store, f"P-{n}") for n in range(1, 4)]
    result = bulk.apply(store, Change(owner="maria", planned_at=NOW + DAY), seen(*some), act())
    assert result.changed == [m.id for m in some]
    assert not (result.unchanged or result.refused or result.conflicts or result.gone)
    for m in some:
        now = store.one(m.id)
        assert (now.owner, now.planned_at, now.version) == ("maria", NOW + DAY, m.version + 2)
        assert {event.actor for event in store.events(m.id)} == {"anna"}


def test_one_that_fails_stops_none_of_the_others(store):
    same, held, moved, gone, other = (begin(store, ref) for ref in ("P-1", "P-2", "P-3", "P-4", "P-5"))
    same = do(store, same, moves.hold, "us", "awaria")
    held = do(store, held, moves.hold, "client", "urlop")
    what_was_seen = seen(same, held, moved, gone, other)
    do(store, moved, moves.change, {"package": "Firma"})
    store.erase([gone.id], act(MARIA), "pomyłka")
    result = bulk.apply(store, Change(hold="us", reason="awaria"), what_was_seen, act())
    assert result.changed == [other.id] and result.unchanged == [same.id] and result.gone == [gone.id]
    assert [error.message.id for error in result.refused[held.id]] == ["error.on_hold"]
    assert list(result.conflicts) == [moved.id] and store.one(moved.id).hold is None
    assert store.one(other.id).hold["reason"] == "awaria" and store.one(held.id).hold["reason"] == "urlop"


def test_whoever_comes_second_is_told_who_did_what_and_goes_on_from_there(store):
    m = begin(store, "P-1", owner="anna")
    do(store, m, moves.change, {"owner": "maria"})
    result = bulk.apply(store, Change(owner=""), seen(m), act())
    conflict = result.conflicts[m.id]
    assert isinstance(conflict, ConflictError) and conflict.now.owner == "maria"
    assert [(event.actor, event.item, event.new) for event in conflict.since] == [("maria", "owner", "maria")]
    assert store.one(m.id).owner == "maria"
    again = bulk.apply(store, Change(owner=""), seen(conflict.now), act())
    assert again.changed == [m.id] and store.one(m.id).owner == ""


def test_a_step_of_a_domain_is_no_conflict(store):
    m = begin(store, "P-1")
    do(store, m, moves.change, {"mailboxes": 3}, domain="p-1.pl")
    assert bulk.apply(store, Change(owner="maria"), seen(m), act()).changed == [m.id]


def test_who_may_only_look_changes_nothing(store):
    m = begin(store, "P-1")
    with pytest.raises(InputError) as error:
        bulk.apply(store, Change(owner="maria"), seen(m), act(WIKTOR))
    assert mistakes(error) == {("actor", "error.may_not.work")}
    assert len(store.events(m.id)) == len(registered()) and act(ANNA).person == ANNA


def test_day_of_a_migration_that_has_begun_is_not_changed_together_with_others():
    life = Life("a.pl").to("migration")
    with pytest.raises(InputError) as refused:
        bulk.decide(life.m, act(), Change(planned_at=NOW + DAY))
    assert mistakes(refused) == {("planned_at", "error.moving_begun")}
    assert bulk.decide(life.m, act(), Change(owner="maria"))
