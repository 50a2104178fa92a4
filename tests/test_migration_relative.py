"""When something is due, told from now; and whose it is, in as few letters as tell people apart."""

import datetime as dt

import pytest

from core.ground.clock import WARSAW
from core.language import ENGLISH, POLISH
from core.migration import moves, relative
from core.migration.clocks import Running
from core.migration.people import initials
from tests.migrations import DAY, NOW, Life

NOON = NOW
"""A Wednesday, 18.11.2026, noon in Warsaw."""


def at(day, hour=0, minute=0):
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=WARSAW).astimezone(dt.UTC)


def said(state, usual, late=None, agreed=False, now=NOON):
    running = Running("data", None, NOW, usual, late or usual, state, agreed)
    message = relative.due(running, Life("a.pl").m, now)
    return POLISH.text(message), ENGLISH.text(message)


@pytest.mark.parametrize(
    ("moment", "polish", "english"),
    [
        (at(18, 12, 20), "za 20 min", "in 20 min"),
        (at(18, 15, 10), "za 3 h", "in 3 h"),
        (at(18, 23), "za 11 h", "in 11 h"),
        (at(19), "dziś", "today"),
        (at(19, 10), "jutro 10:00", "tomorrow 10:00"),
        (at(20), "jutro", "tomorrow"),
        (at(22, 9), "niedz. 22.11", "Sun 22 Nov"),
        (at(27), "czw. 26.11", "Thu 26 Nov"),
    ],
)
def test_what_is_ahead_is_told_as_near_as_it_is(moment, polish, english):
    assert said("running", moment) == (polish, english)


def test_tomorrow_is_told_in_hours_where_it_is_near():
    assert said("running", at(19, 1), now=at(18, 22))[0] == "za 3 h"
    assert said("running", at(19, 9), now=at(18, 22))[0] == "jutro 09:00"


def test_agreed_hour_is_told_however_far_it_is_and_what_is_due_by_its_last_moment():
    assert said("running", at(26, 9), agreed=True) == ("czw. 26.11, 09:00", "Thu 26 Nov, 09:00")
    assert said("due", at(18, 9), at(18, 17))[0] == "za 5 h"


@pytest.mark.parametrize(
    ("moment", "polish", "english"),
    [
        (at(18, 11, 40), "20 min po terminie", "20 min overdue"),
        (at(17, 18), "18 h po terminie", "18 h overdue"),
        (at(18), "1 dzień po terminie", "1 day overdue"),
        (at(16, 10), "2 dni po terminie", "2 days overdue"),
        (at(13, 10), "5 dni po terminie", "5 days overdue"),
    ],
)
def test_what_is_late_is_told_by_how_long(moment, polish, english):
    assert said("late", moment) == (polish, english)


def test_days_on_the_wall_count_where_the_clocks_go_back():
    before, after = (dt.datetime(2026, 10, day, 12, tzinfo=WARSAW).astimezone(dt.UTC) for day in (24, 26))
    assert said("late", before, now=after)[0] == "2 dni po terminie"
    assert said("running", after, now=before)[0] == "pon. 26.10"


def test_what_is_held_tells_for_how_long_and_what_nobody_knows_is_told_so():
    life = Life("a.pl").to("data")
    life.do(moves.hold, "client", "urlop")
    paused = Running("data", None, NOW, None, None, "paused")
    forms = {0: "wstrzymana od dziś", 1: "wstrzymana od 1 dnia", 3: "wstrzymana od 3 dni", 5: "wstrzymana od 5 dni"}
    for days, text in forms.items():
        assert POLISH.text(relative.due(paused, life.m, NOW + days * DAY)) == text
    assert said("unknown", None)[0] == POLISH.text("clock.unknown")


# -- initials


def test_two_of_the_same_initials_are_told_apart():
    names = ["Anna Bobrowska", "Adam Borek", "Ola Sarna", "Ola Sowa", "Żaneta Śliwa"]
    assert list(initials(names).values()) == ["AnB", "AdB", "OSa", "OSo", "ŻŚ"]


@pytest.mark.parametrize(
    "names",
    [
        ["Anna Nowak", "Anna Maria Nowak", "anna nowak"],
        ["x", "X", "xy", "Xy Z", ""],
        ["Krzysztof z drugiego piętra", "Kp", "K. p."],
        [f"Jan {'a' * 50}{n}" for n in range(30)],
    ],
)
def test_no_two_names_have_the_same_initials_whatever_they_are(names):
    found = initials(names)
    assert list(found) == names or set(found) == set(names)
    assert len({*found.values()}) == len(names)
