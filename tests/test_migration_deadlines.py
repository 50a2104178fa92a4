"""The deadlines of others: what a move passes, and how it is said."""

import datetime as dt

import pytest

from core.language import ENGLISH, POLISH
from core.migration import moves, worded
from core.migration.deadlines import passed
from core.migration.handover import Handed
from core.migration.undoing import undo
from tests.migrations import DAY, MARIA, NOW, PROCESS, Life, act

# The day that is agreed, at noon in Warsaw; 36 hours later is the night to the 7th.
AGREED = dt.datetime(2026, 12, 5, 11, tzinfo=dt.UTC)


def day(number):
    return dt.date(2026, 12, number)


def found(life, now=NOW):
    return passed(life.m, PROCESS, now)


def said(life, language=POLISH, now=NOW):
    return [language.text(worded.deadline(one)) for one in found(life, now)]


@pytest.mark.parametrize(("until", "warned"), [(5, True), (6, False), (7, False)])
def test_hosting_paid_until_a_day_lasts_to_its_end(until, warned):
    # Noon plus 36 h is midnight: the end of the 6th.
    life = Life(planned_at=AGREED, old_hosting_until=day(until))
    assert bool(found(life)) == warned


def test_a_deadline_is_said_with_both_days():
    life = Life(planned_at=AGREED + DAY, old_hosting_until=day(5))
    assert said(life) == ["Stary hosting opłacony do 05.12.2026, przenosiny z propagacją mogą potrwać do 07.12.2026"]
    assert said(life, ENGLISH) == [
        "The old hosting is paid until 5 Dec 2026; the move and its propagation may take until 7 Dec 2026"
    ]


def test_a_deadline_that_is_over_is_said_otherwise():
    life = Life(planned_at=AGREED, old_hosting_until=day(5))
    (one,) = found(life, dt.datetime(2026, 12, 6, 11, tzinfo=dt.UTC))
    assert one.over
    assert POLISH.text(worded.deadline(one)).startswith("Stary hosting był opłacony tylko do 05.12.2026, ")


def test_domains_of_one_day_are_told_together_the_earliest_day_first():
    names = [f"{letter}.pl" for letter in "abcdef"]
    life = Life(*names, planned_at=AGREED, old_hosting_until=day(4))
    for name in names[:5]:
        life.do(moves.change, {"registered_until": day(3)}, name)
    life.do(moves.change, {"registered_until": day(5)}, "f.pl")
    assert [line.split(" opłac")[0] for line in said(life)] == ["a.pl, b.pl, c.pl + 2:", "Stary hosting", "f.pl:"]


def test_without_an_agreed_day_today_counts_and_what_is_over_warns_of_nothing():
    life = Life(old_hosting_until=NOW.date())
    assert [one.until for one in found(life)] == [NOW.date()]
    life.do(moves.cancel, "rezygnacja")
    assert found(life) == []


def test_a_visible_domain_needs_the_old_hosting_no_longer_but_its_registration():
    life = Life("a.pl", old_hosting_until=NOW.date()).to("passwords", by=MARIA)
    life.do(moves.change, {"registered_until": NOW.date()}, "a.pl")
    assert [one.kind for one in found(life)] == ["registration"]


def test_history_tells_days_and_lists_in_words_not_as_they_are_stored():
    many = tuple(Handed(f"k{n}@a.pl", n) for n in range(12))
    life = Life("a.pl")
    happened = life.do(moves.change, {"old_hosting_until": day(5), "mail_accounts": many, "site_list": ()})
    happened += life.do(moves.change, {"site_list": (Handed("www.a.pl"),)})
    happened += life.do(moves.change, {"registered_until": day(9)}, "a.pl")
    told = [worded.event(one, PROCESS, None) for one in happened]
    assert [(POLISH.value(one.old), POLISH.value(one.new)) for one in told] == [
        ("", "05.12.2026"),
        ("", "12 kont: k0@a.pl, k1@a.pl, k2@a.pl …"),
        ("", "bez stron www"),
        ("bez stron www", "1 strona: www.a.pl"),
        ("", "09.12.2026"),
    ]
    assert "Mail accounts" in ENGLISH.text(told[1].what)


def test_what_a_migration_is_registered_with_is_told_in_words():
    life = Life("a.pl", mail_accounts=(Handed("biuro@a.pl", 5),), old_hosting_until=day(5), no_phone="pisze")
    given = {
        POLISH.value(name): POLISH.value(value) for name, value in worded.event(life.events[0], PROCESS, None).given
    }
    assert (
        given.items()
        >= {
            "Konta e-mail": "1 konto: biuro@a.pl",
            "Stary hosting opłacony do": "05.12.2026",
            "Dlaczego bez telefonu": "pisze",
        }.items()
    )


def test_a_switch_taken_back_and_a_move_undone_are_told_as_such():
    life = Life("a.pl").to("dns").fill("a.pl", but="seen")
    (*_, back) = (e for e in life.do(moves.switch_back, "a.pl", "sync", "strona nie działa") if e.kind != "waits")
    told = worded.event(back, PROCESS, None)
    assert [POLISH.value(part) for part in (told.what, told.old, told.new)] == [
        "Zmiana serwerów nazw cofnięta",
        "DNS i propagacja",
        "Synchronizacja poczty",
    ]
    since = life.m.seq
    life.do(moves.note, "pomyłka")
    (undone,) = undo(life.m, act(), life.events, since)
    assert POLISH.text(worded.event(undone, PROCESS, None).what) == "Ostatnia zmiana cofnięta"
