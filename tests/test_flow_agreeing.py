"""Whether a day or a package can be agreed: what a day comes to, and where a reason is to be given."""

import datetime as dt

import pytest

from core import datafiles
from core.flow.agreeing import chosen, day_of, reasons_for, wanted_units
from core.flow.capacity import parse_capacity
from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from core.migration import moves
from tests.flow import Way, at, day
from tests.migrations import NOW, Life, act, registered
from tests.test_flow_offering import FILE, agreed

CAPACITY = parse_capacity(FILE)
TARIFF = datafiles.tariff()
FRIDAY, SUNDAY, EMPTY = day("2026-11-20"), day("2026-11-29"), day("2026-11-19")


def found(on, migrations=(), **for_whom):
    return chosen(on, migrations, CAPACITY, NOW, **for_whom)


def ids(choice):
    return [message.id for message in choice.told]


# -- what a day comes to


def test_day_with_room_is_agreed_without_a_word():
    one = found(FRIDAY, [agreed("2026-11-20 09:00", ref="P-2")], new=1)
    assert (one.taken, one.wanted, one.units, one.exceeded, one.told) == (1, 1, 2, False, ())


def test_last_unit_is_free_and_the_next_one_asks_for_a_reason():
    full = [agreed("2026-11-20 09:00", ref="P-1"), agreed("2026-11-20 12:00", ref="P-2")]
    assert ids(found(FRIDAY, full, new=1)) == ["agree.full"]
    assert ids(found(FRIDAY, full[:1], new=3)) == ["agree.overfull"]
    assert not found(FRIDAY, full[:1], new=2).exceeded


def test_day_without_capacity_and_day_off():
    assert ids(found(SUNDAY, new=1)) == ["date.off", "agree.no_units"]
    assert ids(found(EMPTY, new=1)) == ["agree.no_units"]
    # A Saturday that is worked is a day off, and has room.
    saturday = found(day("2026-11-21"), new=1)
    assert ids(saturday) == ["date.off"] and not saturday.exceeded


def test_day_that_has_passed_is_only_written_down():
    full = [agreed("2026-11-17 09:00", "a.pl", "b.pl", "c.pl", ref=f"P-{n}") for n in (1, 2)]
    passed = found(day("2026-11-17"), full, new=3)
    assert ids(passed) == ["date.past"] and not passed.exceeded


def test_own_present_day_asks_nothing_and_stands_in_nobodys_way():
    mine, other = agreed("2026-11-20 09:00", ref="P-1"), agreed("2026-11-20 12:00", ref="P-2")
    third = agreed("2026-11-20 15:00", ref="P-3")
    assert found(FRIDAY, [mine, other, third], moved=[mine]) is None
    thursday = agreed("2026-11-26 09:00", ref="P-4")
    assert not found(FRIDAY, [mine, thursday], moved=[thursday]).exceeded
    assert found(FRIDAY, [mine, other, thursday], moved=[thursday]).exceeded
    assert found(None, [mine], moved=[mine]) is None


def test_several_moved_to_one_day_count_together():
    movers = [agreed("2026-11-26 09:00", ref=f"P-{n}") for n in (1, 2, 3)]
    assert not found(FRIDAY, movers, moved=movers[:2]).exceeded
    three = found(FRIDAY, movers, moved=movers)
    assert three.exceeded and three.count == 3 and three.wanted == wanted_units(CAPACITY, movers) == 3
    # One of them that is there already takes its place along.
    there = agreed("2026-11-20 09:00", ref="P-9")
    assert not found(FRIDAY, [there, *movers], moved=[there, movers[0]]).exceeded
    assert found(FRIDAY, [there, *movers], moved=[there, *movers[:2]]).exceeded


def test_what_is_over_takes_nothing():
    life = Way(now=at("2026-11-10"), ref="P-7").by(("date", "2026-11-13"))
    life.do(moves.cancel, "rezygnacja", now=at("2026-11-14"))
    assert not found(SUNDAY, moved=[life.m]).exceeded


def test_what_is_larger_than_a_usual_day_takes_a_whole_one():
    large = parse_capacity("working_day = 2\nsizes = [{ from = 1, units = 1 }, { from = 5, units = 9 }]")
    assert not chosen(FRIDAY, [], large, NOW, new=5).exceeded
    assert chosen(FRIDAY, [agreed("2026-11-20 09:00")], large, NOW, new=5).exceeded


@pytest.mark.parametrize("language", [POLISH, ENGLISH], ids=["pl", "en"])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_what_is_told_is_worded_for_any_number(language, count):
    movers = [agreed("2026-11-26 09:00", ref=f"P-{n}") for n in range(count)]
    for on in (SUNDAY, FRIDAY):
        for message in found(on, [agreed("2026-11-20 08:00", "x.pl", "y.pl", "z.pl", ref="P-99")], moved=movers).told:
            assert message.id not in (said := language.text(message)) and "{" not in said


# -- reasons


FULL = found(SUNDAY, new=1)
SPARE = found(day("2026-11-23"), new=1)
PLANNED = {"planned_at": dt.datetime(2026, 11, 29, 8, tzinfo=dt.UTC)}


def refused(*args):
    with pytest.raises(InputError) as error:
        reasons_for(*args)
    return [(mistake.field, mistake.message.id) for mistake in error.value.errors]


def test_reason_is_asked_for_where_the_capacity_is_exceeded_and_only_there():
    assert reasons_for(PLANNED, {"planned_at": " prosi \n klient "}, FULL) == {"planned_at": "prosi klient"}
    assert reasons_for(PLANNED, {"planned_at": "x"}, SPARE) == {}
    assert reasons_for({"client": "Róża"}, {"planned_at": ""}, FULL) == {}
    for blank in ({}, {"planned_at": "  "}):
        assert refused(PLANNED, blank, FULL) == [("planned_at", "error.reason_capacity")]
    assert refused(PLANNED, {"planned_at": "hasło: Kot12!x"}, FULL) == [("reason", "error.secret")]


def test_package_of_the_tariff_needs_no_reason_another_one_does():
    for known in ("Firma", "firma", "", "VPS S"):
        assert reasons_for({"package": known}, {}, None, TARIFF) == {}
    assert refused({"package": "Firma+"}, {}, None, TARIFF) == [("target", "error.reason_package")]
    assert reasons_for({"package": "Plus"}, {"package": "umowa"}, None, TARIFF) == {"package": "umowa"}
    # What is there already stays, and where nobody knows the tariff nobody is asked.
    assert reasons_for({"package": "Plus"}, {}, None, TARIFF, "plus") == {}
    assert reasons_for({"package": "Plus"}, {}, None, None) == {}


def test_all_that_lacks_is_told_at_once():
    assert len(refused({**PLANNED, "package": "Plus"}, {}, FULL, TARIFF)) == 2


def test_day_of_changed_fields_is_that_of_warsaw():
    assert day_of({"planned_at": dt.datetime(2026, 11, 28, 23, 30, tzinfo=dt.UTC)}) == SUNDAY
    assert day_of({}) is None and day_of({"planned_at": None}) is None


# -- what becomes of them


def test_reason_stands_in_the_event_of_its_own_field():
    life = Life()
    life.do(moves.change, {"owner": "maria", **PLANNED}, reasons={"planned_at": "prosi klient"})
    told = {event.item: event.reason for event in life.events if event.kind == "set"}
    assert told == {"owner": "", "planned_at": "prosi klient"}


def test_new_migration_tells_what_has_a_reason_on_its_own():
    given = {"client": "Róża", "package": "Plus", "owner": "anna"}
    events = moves.register(act(), "P-1", given, {"a.pl": {"display": "a.pl"}}, reasons={"package": "umowa"})
    first, (change,) = events[0], [event for event in events if event.kind == "set"]
    assert "package" not in first.new and first.new["owner"] == "anna"
    assert (change.item, change.old, change.new, change.reason) == ("package", "", "Plus", "umowa")
    assert [event.kind for event in registered()][:2] == [event.kind for event in events][:2]
