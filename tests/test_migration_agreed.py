"""The agreed days by the month, and as a file that another calendar reads."""

import datetime as dt

import pytest
from icalendar import Calendar

from core.ground.clock import WARSAW
from core.ground.settings import ROOT
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration import agreed, moves
from core.migration.people import Team
from core.migration.stages import parse_stages
from tests.migrations import ANNA, DAY, MARIA, NOW, PROCESS, Life

TEAM = Team(people=[MARIA, ANNA])
HOSTILE = 'Róża;Łąka, "Żbik"\\n\r\nEND:VEVENT\r\nBEGIN:VALARM: ' + "ż" * 90


def at(day, hour=0, minute=0, *, fold=0):
    return dt.datetime(2026, *day, hour, minute, tzinfo=WARSAW, fold=fold).astimezone(dt.UTC)


def planned(moment, ref="P-1", **values):
    return Life(ref=ref, planned_at=moment, **values)


def refs(found):
    return [item.migration.ref for item in found]


def calendar(*lives, language=POLISH, process=PROCESS, now=NOW):
    return Calendar.from_ical(agreed.as_ics([life.m for life in lives], process, TEAM, language, now))


def entry(*lives, **options):
    (found,) = calendar(*lives, **options).events
    return found


# -- days


def test_days_are_in_order_and_whole_days_come_before_hours():
    lives = [planned(at((12, 3), 14), "P-1"), planned(at((12, 3)), "P-2"), planned(at((12, 2), 9, 30), "P-3")]
    found = agreed.days((life.m for life in lives), NOW)
    assert refs(found) == ["P-3", "P-2", "P-1"]
    assert [item.hour for item in found] == [dt.time(9, 30), None, dt.time(14)]
    assert {item.day for item in found} == {dt.date(2026, 12, 2), dt.date(2026, 12, 3)}


def test_only_open_migrations_with_a_day_are_there():
    closed, cancelled = Life(planned_at=NOW).to("closed"), planned(NOW)
    cancelled.do(moves.cancel, "rezygnacja")
    assert agreed.days((life.m for life in (closed, cancelled, Life())), NOW) == []


def test_the_day_is_that_of_warsaw():
    (item,) = agreed.days([planned(dt.datetime(2026, 12, 2, 23, 30, tzinfo=dt.UTC)).m], NOW)
    assert (item.day, item.hour) == (dt.date(2026, 12, 3), dt.time(0, 30))


def test_a_day_that_passed_is_overdue_until_the_moving_begins():
    today, hour = planned(at((11, 18))), planned(at((11, 18), 9))
    yesterday = planned(at((11, 17)))
    held = planned(at((11, 17)))
    held.do(moves.hold, "client", "urlop")
    begun = planned(at((11, 17))).to("migration")

    def late(life):
        return agreed.days([life.m], NOW)[0].late

    assert late(hour) and late(yesterday)
    assert not late(today) and not late(held) and not late(begun)
    assert agreed.days([begun.m], NOW)[0].begun and not agreed.days([yesterday.m], NOW)[0].begun


def test_weeks_begin_on_monday_and_tell_weekends_from_holidays():
    lives = [planned(at((11, 10), 9), "P-1"), planned(at((11, 10), 8), "P-2"), planned(at((12, 1)), "P-3")]
    found = agreed.weeks(agreed.days((life.m for life in lives), NOW), dt.date(2026, 11, 18))
    assert [len(week) for week in found] == [7] * 6
    assert found[0][0].date == dt.date(2026, 10, 26) and found[-1][-1].date == dt.date(2026, 12, 6)
    by_date = {day.date: day for week in found for day in week}
    assert refs(by_date[dt.date(2026, 11, 10)].agreed) == ["P-2", "P-1"]
    assert refs(by_date[dt.date(2026, 12, 1)].agreed) == ["P-3"]
    # Independence Day is a Wednesday, All Saints' a Sunday anyway.
    offs = {day: by_date[dt.date(2026, 11, day)].off for day in (1, 7, 10, 11)}
    assert offs == {1: "weekend", 7: "weekend", 10: "", 11: "holiday"}


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11", dt.date(2026, 11, 1)), ("2100-12", dt.date(2100, 12, 1))]
    + [(text, None) for text in ("", "2026-13", "2026-00", "1989-12", "0000-01", "2026-1", "listopad", "2026-11-01")],
)
def test_month_of_a_link_is_read_or_refused(text, day):
    assert agreed.month_of(text) == day


def test_months_follow_each_other():
    assert agreed.beside(dt.date(2026, 12, 31), 1) == dt.date(2027, 1, 1)
    assert agreed.beside(dt.date(2027, 1, 31), -1) == dt.date(2026, 12, 1)
    assert agreed.beside(dt.date(2026, 1, 1), 1) == dt.date(2026, 2, 1)


# -- the file


def test_an_hour_is_an_hour_of_warsaw_that_lasts_as_long_as_moving_usually_does():
    found = calendar(planned(at((12, 3), 14)))
    (event,) = found.events
    assert event["DTSTART"].params["TZID"] == "Europe/Warsaw"
    assert event.start == dt.datetime(2026, 12, 3, 14, tzinfo=WARSAW)
    assert event.end == dt.datetime(2026, 12, 3, 22, tzinfo=WARSAW)
    assert [zone.tz_name for zone in found.timezones] == ["Europe/Warsaw"] and not found.get_missing_tzids()


def test_how_long_it_lasts_is_data():
    text = (ROOT / "data" / "stages.toml").read_text(encoding="utf-8")
    clock = 'clock = { unit = "hours", usual = 8 }'
    assert clock in text
    longer = parse_stages(text.replace(clock, 'clock = { unit = "hours", usual = 3 }'))
    assert entry(planned(at((12, 3), 14)), process=longer).end == dt.datetime(2026, 12, 3, 17, tzinfo=WARSAW)
    unknown = entry(planned(at((12, 3), 14)), process=parse_stages(text.replace(clock, "")))
    assert "DTEND" not in unknown and unknown.start == dt.datetime(2026, 12, 3, 14, tzinfo=WARSAW)


def test_a_day_without_an_hour_is_a_whole_day():
    found = calendar(planned(at((12, 3))))
    (event,) = found.events
    assert event.start == dt.date(2026, 12, 3) and event.end == dt.date(2026, 12, 4)
    assert event["DTSTART"].params["VALUE"] == "DATE" and not found.timezones


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        # The clocks go back at 3:00 on 25 October and forward at 2:00 on 28 March.
        (at((10, 24), 20), dt.datetime(2026, 10, 25, 3, 0, tzinfo=WARSAW)),
        (at((10, 24), 19, 30), dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC)),
        (at((3, 28), 20), dt.datetime(2026, 3, 29, 5, tzinfo=WARSAW)),
        (at((10, 25), 2, 30), dt.datetime(2026, 10, 25, 8, 30, tzinfo=dt.UTC)),
        (at((10, 25), 2, 30, fold=1), dt.datetime(2026, 10, 25, 9, 30, tzinfo=dt.UTC)),
    ],
)
def test_entries_are_right_on_the_days_that_the_clocks_change(moment, ends):
    event = entry(planned(moment))
    assert event.start.astimezone(dt.UTC) == moment
    assert event.end.astimezone(dt.UTC) == ends.astimezone(dt.UTC) == moment + dt.timedelta(hours=8)


def test_a_file_read_by_its_own_zone_shows_the_same_hour_in_winter_and_in_summer():
    found = calendar(planned(at((7, 1), 9), "P-1"), planned(at((12, 1), 9), "P-2"))
    (zone,) = found.timezones
    own = zone.to_tz(lookup_tzid=False)
    offsets = [event.start.replace(tzinfo=own).utcoffset() for event in found.events]
    assert offsets == [dt.timedelta(hours=2), dt.timedelta(hours=1)]


def test_an_entry_says_who_where_and_whether_the_client_has_accepted():
    life = planned(
        at((12, 3), 14),
        client="Róża",
        owner="anna",
        deputy="maria",
        contact_name="Ewa Nowak",
        contact_phone="+48 600 100 200",
        source_host="stary.example",
        target_host="s12.example",
    )
    event = entry(life)
    assert (event.summary, event.status) == ("P-1 Róża: a.pl", "TENTATIVE")
    for text in ("Ewa Nowak, +48 600 100 200", "Anna Bobrowska", "Maria Lis", "stary.example", "s12.example"):
        assert text in event.description
    assert POLISH.text("ics.not_accepted") in event.description
    life.to("date").fill()
    assert entry(life).status == "CONFIRMED" and POLISH.text("ics.not_accepted") not in entry(life).description
    life.do(moves.hold, "client", "urlop")
    assert "wstrzymana przez klienta" in entry(life).description and "urlop" not in entry(life).description


def test_a_changed_day_updates_the_entry_that_was_taken_in_before():
    life = planned(at((12, 3), 14))
    life.m.token = "0123abcd"
    before = entry(life)
    life.do(moves.change, {"planned_at": at((12, 4), 9)})
    after = entry(life, now=NOW + DAY)
    assert before.uid == after.uid == "P-1-0123abcd@przeprowadzka"
    assert after.sequence > before.sequence and after.stamp == NOW + DAY
    assert after.start == dt.datetime(2026, 12, 4, 9, tzinfo=WARSAW)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_hostile_names_are_text(language):
    life = planned(at((12, 3), 14), contact_name="x")
    for name in ("client", "contact_name", "source_host", "owner", "ref"):
        setattr(life.m, name, HOSTILE)
    life.m.domains["a.pl"].display = HOSTILE
    event = entry(life, language=language)
    # On one line, as everywhere; nothing of it is read as a line of the file.
    told = " ".join(HOSTILE.split())
    assert event.summary == f"{told} {told}: {told}" and event.uid.startswith(told)
    assert f"{language.field('contact_name')}: {told}" in event.description.split("\n")
    assert not event.subcomponents


def test_many_domains_are_counted():
    life = Life(*(f"d{n}.pl" for n in range(5)), planned_at=NOW)
    assert entry(life, language=ENGLISH).summary == "P-1 Róża: d0.pl, d1.pl, d2.pl and 2 more domains"


def test_the_same_at_the_same_moment_is_the_same_file():
    lives = [planned(at((12, 3), 14)), planned(at((12, 4)), "P-2")]
    files = {agreed.as_ics([life.m for life in lives], PROCESS, TEAM, POLISH, NOW) for _ in range(2)}
    assert len(files) == 1 and files.pop().count(b"\r\nBEGIN:VEVENT\r\n") == 2


def test_nothing_agreed_is_an_empty_calendar():
    assert calendar(Life()).events == []


@pytest.mark.parametrize(
    ("day", "unusual"),
    [
        (dt.date(2026, 11, 19), None),
        (dt.date(2026, 11, 18), None),
        (dt.date(2026, 11, 17), "date.past"),
        (dt.date(2026, 11, 22), "date.off"),
        (dt.date(2027, 11, 11), "date.off"),
        (dt.date(2027, 11, 20), "date.far"),
    ],
)
def test_unusual_day_is_told_before_it_is_proposed(day, unusual):
    found = agreed.odd(dt.datetime.combine(day, dt.time(9), WARSAW), NOW)
    assert (found.id if found else None) == unusual
    assert agreed.odd(None, NOW) is None
