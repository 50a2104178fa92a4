"""What can be agreed for which day: the capacity file, what is agreed already, and the days that can be offered."""

import pytest

from core import datafiles
from core.flow.capacity import parse_capacity
from core.flow.offering import AHEAD, OFFERED, earliest, loads, offers
from core.ground.messages import InputError
from core.migration import moves
from tests.flow import TODAY, Way, at, day
from tests.migrations import NOW, PROCESS

FILE = """
working_day = 4
weekdays = { friday = 2, saturday = 1 }
days = [{ date = 2026-11-19, units = 0 }, { date = 2026-11-22, units = 3 }]
sizes = [{ from = 1, units = 1 }, { from = 3, units = 3 }]
"""
CAPACITY = parse_capacity(FILE)


def agreed(text, *domains, ref="P-1"):
    """Return a migration with a day that the client has accepted."""
    life = Way(*domains, now=at("2026-11-10"), ref=ref).by(("analysis", "2026-11-12"), ("date", "2026-11-13"))
    life.do(moves.change, {"planned_at": at(text)}, now=at("2026-11-13"))
    life.do(moves.check, "accepted", now=at("2026-11-13"))
    return life.m


# -- the file


def test_file_that_ships_is_read():
    assert datafiles.capacity().on(day("2026-11-18")) > 0


@pytest.mark.parametrize(
    ("on", "units"),
    [
        ("2026-11-18", 4), ("2026-11-20", 2),  # Wednesday, Friday
        ("2026-11-21", 1), ("2026-11-22", 3),  # Saturday by its weekday, this Sunday by its own entry
        ("2026-11-29", 0), ("2026-11-19", 0), ("2026-11-11", 0),  # Sunday, a day of its own, Independence Day
        ("2026-12-25", 0), ("2026-12-26", 1),  # Christmas on a Friday, and on a Saturday that is worked
    ],
)  # fmt: skip
def test_units_of_a_day(on, units):
    assert CAPACITY.on(day(on)) == units


def test_units_of_a_migration_are_by_its_domains():
    assert [CAPACITY.units(domains) for domains in (1, 2, 3, 99)] == [1, 1, 3, 3]


@pytest.mark.parametrize(
    ("old", "new", "field", "id"),
    [
        ("from = 1,", "from = 2,", "", "flow.error.sizes"),
        ("from = 3,", "from = 1,", "", "flow.error.sizes"),
        ("2026-11-22", "2026-11-19", "", "flow.error.day_twice"),
        ("units = 0", "units = -1", "days.0.units", "error.at_least"),
        ("working_day = 4", "working_day = 4\nholidays = 1", "holidays", "error.unknown_key"),
        ("friday", "freitag", "weekdays.freitag", "error.unknown_key"),
        ("working_day = 4", "", "working_day", "error.missing"),
    ],
)
def test_mistakes_are_named(old, new, field, id):
    with pytest.raises(InputError) as refused:
        parse_capacity(FILE.replace(old, new))
    assert [(error.field, error.message.id) for error in refused.value.errors] == [(field, id)]


# -- what is agreed


def test_load_of_the_next_ten_working_days_and_of_days_off_that_are_worked():
    whole, two = (
        agreed("2026-11-20 00:00", "a.pl", "b.pl", "c.pl"),
        agreed("2026-11-20 09:00", "d.pl", "e.pl", ref="P-2"),
    )
    found = {str(load.day): (load.units, load.taken) for load in loads([whole, two], CAPACITY, NOW)}
    assert list(found)[:6] == [f"2026-11-{n}" for n in (18, 19, 20, 21, 22, 23)]
    assert (found["2026-11-20"], found["2026-11-21"], found["2026-11-22"]) == ((2, 4), (1, 0), (3, 0))
    assert list(found)[-1] == "2026-12-01"
    assert sum(day(text).weekday() < 5 for text in found) == AHEAD


def test_day_off_that_something_is_agreed_for_is_shown():
    sunday = agreed("2026-11-29 09:00")
    (load,) = [load for load in loads([sunday], CAPACITY, NOW) if load.agreed and load.day == day("2026-11-29")]
    assert (load.units, load.taken, load.agreed[0].accepted, load.fits(1)) == (0, 1, True, False)


def test_ten_days_are_counted_from_the_next_working_day_on_a_day_off():
    found = [load.day for load in loads([], CAPACITY, at("2026-11-28 12:00"))]
    assert (found[0], found[-1]) == (day("2026-11-28"), day("2026-12-11"))
    plain = parse_capacity("working_day = 1\nsizes = [{ from = 1, units = 1 }]")
    assert [loads([], plain, at("2026-11-28 12:00"))[n].day for n in (0, -1)] == [day("2026-11-30"), day("2026-12-11")]


def test_closed_and_cancelled_ones_take_nothing():
    life = Way(now=at("2026-11-10")).by(("date", "2026-11-13"))
    life.do(moves.change, {"planned_at": at("2026-11-20 09:00")}, now=at("2026-11-13"))
    assert [load.taken for load in loads([life.m], CAPACITY, NOW)][2] == 1
    life.do(moves.cancel, "rezygnacja", now=at("2026-11-14"))
    assert [load.taken for load in loads([life.m], CAPACITY, NOW)][2] == 0


# -- what can be offered


def test_new_one_is_analysed_first_and_one_whose_date_is_sought_can_have_the_next_day():
    assert earliest(None, PROCESS, TODAY) == day("2026-11-20")
    assert earliest(Way(now=NOW).m, PROCESS, TODAY) == day("2026-11-20")
    assert earliest(Way(now=NOW).by(("analysis", "2026-11-16")).m, PROCESS, TODAY) == day("2026-11-19")
    assert earliest(Way(now=NOW).by(("analysis", "2026-11-18")).m, PROCESS, TODAY) == day("2026-11-20")
    assert earliest(agreed("2026-11-20 09:00"), PROCESS, TODAY) == day("2026-11-19")
    assert earliest(None, PROCESS, day("2026-11-21")) == day("2026-11-24")


def days(found):
    return [str(load.day) for load in found]


def test_days_are_offered_where_there_is_room_for_the_size():
    full = [agreed("2026-11-20 09:00", ref="P-1"), agreed("2026-11-20 12:00", ref="P-2")]
    busy = agreed("2026-11-23 09:00", "a.pl", "b.pl", "c.pl", ref="P-3")
    small = offers([*full, busy], CAPACITY, PROCESS, NOW, domains=1)
    assert days(small)[:5] == ["2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25"]
    large = offers([*full, busy], CAPACITY, PROCESS, NOW, domains=3)
    # What is larger than a Saturday is not offered one.
    assert days(large)[:4] == ["2026-11-22", "2026-11-24", "2026-11-25", "2026-11-26"] and len(large) == OFFERED


def test_own_day_does_not_stand_in_the_way_of_another():
    mine = agreed("2026-11-20 09:00", "a.pl", "b.pl", "c.pl")
    assert days(offers([mine], CAPACITY, PROCESS, NOW, domains=1))[0] == "2026-11-21"
    assert days(offers([mine], CAPACITY, PROCESS, NOW, domains=1, m=mine))[0] == "2026-11-20"


def test_nothing_is_offered_where_there_is_no_capacity():
    none = parse_capacity("working_day = 0\nsizes = [{ from = 1, units = 1 }]")
    assert offers([], none, PROCESS, NOW, domains=1) == []


def test_what_several_take_together_is_offered_a_day_only_where_all_of_it_fits():
    assert days(offers([], CAPACITY, PROCESS, NOW, units=3))[:2] == ["2026-11-22", "2026-11-23"]
    # A single large one takes a whole day; several that fill more than a day have none.
    assert offers([], CAPACITY, PROCESS, NOW, units=5) == []
