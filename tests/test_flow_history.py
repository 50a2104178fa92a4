"""What a history says: the days of a way gone once, twice or told out of order, and who was waited for."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest

from core import datafiles
from core.flow import history
from core.importing.planning import plan
from core.migration import moves
from core.migration.event import Event
from core.migration.import_columns import BY_ID, suggest
from core.migration.people import Team
from core.migration.rebuilding import rebuild
from core.migration.undoing import undo
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import read_sheet
from tests.flow import Way, at, day
from tests.migrations import ANNA, NOW, act, ready

STRAIGHT = (
    *(("data", "2026-11-02"), ("analysis", "2026-11-03"), ("date", "2026-11-04"), ("migration", "2026-11-05")),
    *(("sync", "2026-11-06"), ("test", "2026-11-07"), ("dns", "2026-11-08"), ("visible", "2026-11-09")),
    ("closed", "2026-11-10"),
)


def way(*domains, upto="closed", **values):
    stages = [stage for stage, _ in STRAIGHT]
    return Way(*domains, now=at("2026-11-01"), **values).by(*STRAIGHT[: stages.index(upto) + 1])


def left(item):
    return {stage: str(left) for stage, left in item.left.items()}


def spans(item):
    return [(span.side, str(span.since.date()), span.until and str(span.until.date())) for span in item.spans]


def imported(*told, batch=1):
    """Return the events of an import: what happened when, on days that may be unknown."""
    made = []
    for kind, text, values in told:
        made.append(Event(kind, "anna", NOW, at(text) if text else None, batch=batch, **values))
    return made


NEW = {"ref": "Z-1", "client": "Iga", "package": "", "owner": "", "sample": False}
ADDED = ("domain_added", None, {"domain": "a.pl", "new": {"display": "a.pl"}})


def moved(text, old, new):
    return ("moved", text, {"old": old, "new": new})


def stepped(text, old, new):
    return ("stepped", text, {"domain": "a.pl", "old": old, "new": new})


def item(events):
    return history.item(events, datafiles.tariff())


# -- days


def test_work_starts_when_the_data_is_complete_and_finishes_when_all_is_visible():
    found = way().item
    days = (found.enquired, found.started, found.finished, found.closed)
    assert days == tuple(map(day, ("2026-11-01", "2026-11-03", "2026-11-09", "2026-11-10")))
    assert (found.cycle_time, found.lead_time) == (7, 10)
    assert (found.began, found.done, found.dropped, found.in_progress, found.open) == (True, True, False, False, False)


def test_each_stage_was_left_when_the_next_one_was_entered():
    assert left(way().item) == {
        "package": "2026-11-02", "data": "2026-11-03", "analysis": "2026-11-04", "date": "2026-11-05",
        "migration": "2026-11-06", "sync": "2026-11-07", "test": "2026-11-08", "dns": "2026-11-09",
        "passwords": "2026-11-10",
    }  # fmt: skip


def test_age_counts_both_days_and_stops_when_it_is_finished():
    assert way(upto="analysis").item.age(day("2026-11-03")) == 1
    assert way(upto="dns").item.age(day("2026-11-18")) == 16
    assert way(upto="data").item.age(day("2026-11-18")) is None
    assert way(upto="visible").item.age(day("2026-11-18")) is None


def test_day_is_that_of_warsaw():
    found = Way(now=at("2026-11-01 23:30")).by(("data", "2026-11-02 00:30")).item
    assert (found.enquired, found.left["package"]) == (day("2026-11-01"), day("2026-11-02"))


def test_card_moves_with_its_last_domain():
    life = way("a.pl", "b.pl", upto="sync")
    life.to("visible", "a.pl", now=at("2026-11-09"))
    assert (life.item.stage, life.item.finished) == ("sync", None)
    life.to("visible", "b.pl", now=at("2026-11-12"))
    assert (life.item.stage, life.item.finished) == ("passwords", day("2026-11-12"))


def test_withdrawing_the_last_one_finishes_the_others_and_skipped_stages_are_left_together():
    life = way("a.pl", "b.pl", upto="migration")
    life.to("visible", "a.pl", now=at("2026-11-09"))
    life.do(moves.withdraw, "b.pl", "zostaje", now=at("2026-11-11"))
    found = life.item
    assert (found.finished, found.domains) == (day("2026-11-11"), 1)
    assert {left(found)[stage] for stage in ("migration", "sync", "test", "dns")} == {"2026-11-11"}


def test_rework_is_a_way_gone_twice_and_the_last_exit_counts():
    life = way(upto="test")
    life.do(moves.rework, "a.pl", "migration", "brak bazy", now=at("2026-11-08"))
    assert (life.item.stage, life.item.reworks, left(life.item)["date"]) == ("migration", 1, "2026-11-05")
    assert "migration" not in life.item.left
    life.by(("sync", "2026-11-12"), ("test", "2026-11-13"), ("visible", "2026-11-14"))
    found = left(life.item)
    assert (found["date"], found["migration"], found["test"]) == ("2026-11-05", "2026-11-12", "2026-11-14")
    assert (life.item.started, life.item.finished) == (day("2026-11-03"), day("2026-11-14"))


def test_rework_that_was_a_slip_and_taken_back_at_once_is_none():
    life, now = way("a.pl", "b.pl", upto="test"), at("2026-11-08")
    life.do(moves.rework, "b.pl", "sync", "brak skrzynki", now=now)
    before, events = life.m.seq, life.events
    life.do(moves.rework, "a.pl", "migration", "nie ta domena", now=now)
    assert life.item.reworks == 2
    life.do(lambda m, doing: undo(m, doing, life.events, before), now=now)
    assert life.item.reworks == 1 and len(events) == before
    life.do(moves.note, "dzwonić", now=now)
    since = life.m.seq
    life.do(moves.check, "client_confirmed", "a.pl", now=now)
    life.do(lambda m, doing: undo(m, doing, life.events, since), now=now)
    assert life.item.reworks == 1


def test_correction_takes_back_what_was_never_so():
    life = way(upto="analysis")
    life.do(moves.correct, "data", "lista niepełna", now=at("2026-11-05"))
    assert (life.item.began, life.item.started, "data" in life.item.left) == (False, None, False)
    life.by(("analysis", "2026-11-06"))
    assert (life.item.started, left(life.item)["package"]) == (day("2026-11-06"), "2026-11-02")


def test_reopened_one_is_in_progress_again_and_finishes_later():
    life = way(upto="visible")
    life.do(moves.correct, "dns", "jednak niewidoczna", "a.pl", now=at("2026-11-10"))
    assert (life.item.in_progress, life.item.finished) == (True, None)
    life.by(("closed", "2026-11-16"))
    assert (life.item.finished, life.item.cycle_time) == (day("2026-11-16"), 14)


def test_domain_that_joins_late_opens_the_migration_again():
    life = way(upto="visible")
    life.do(moves.add_domain, "b.pl", {"display": "b.pl"}, now=at("2026-11-12"))
    assert (life.item.stage, life.item.in_progress, left(life.item)["date"]) == ("migration", True, "2026-11-05")


def test_corrected_date_is_taken_over():
    life = way()
    life.do(moves.date, "analysis", at("2026-11-02"), "pomyłka", now=at("2026-11-11"))
    life.do(moves.date, "visible", at("2026-11-10"), "pomyłka", "a.pl", now=at("2026-11-11"))
    assert (life.item.started, life.item.finished) == (day("2026-11-02"), day("2026-11-10"))
    assert (left(life.item)["data"], left(life.item)["dns"]) == ("2026-11-02", "2026-11-10")
    life.do(moves.date, "analysis", None, "nikt nie wie", now=at("2026-11-12"))
    assert (life.item.began, life.item.started, life.item.cycle_time) == (True, None, None)


def test_date_corrected_after_rework_is_that_of_the_second_way():
    life = way(upto="test")
    life.do(moves.rework, "a.pl", "migration", "brak poczty", now=at("2026-11-08"))
    life.by(("sync", "2026-11-08"), ("test", "2026-11-10"))
    life.do(moves.date, "test", at("2026-11-09"), "pomyłka", "a.pl", now=at("2026-11-11"))
    assert (left(life.item)["sync"], left(life.item)["date"]) == ("2026-11-09", "2026-11-05")


def test_cancelled_and_restored():
    life = way(upto="date")
    life.do(moves.cancel, "rezygnacja", now=at("2026-11-08"))
    assert (life.item.dropped, life.item.cancelled, life.item.in_progress) == (True, day("2026-11-08"), False)
    life.do(moves.restore, "pomyłka", now=at("2026-11-09"))
    assert (life.item.dropped, life.item.cancelled, life.item.in_progress) == (False, None, True)


# -- what is unknown


def test_missing_date_is_unknown_and_never_now():
    told = [moved(None, "package", "data"), moved(None, "data", "analysis")]
    found = item(imported(("registered", None, {"new": NEW}), ADDED, *told))
    assert (found.began, found.enquired, found.started) == (True, None, None)
    assert found.age(NOW.date()) is None


def test_start_after_the_end_cannot_be_and_is_unknown():
    steps = [
        stepped("2026-10-05", a, b)
        for a, b in (
            ("waiting", "migration"),
            ("migration", "sync"),
            ("sync", "test"),
            ("test", "dns"),
            ("dns", "visible"),
        )
    ]
    stages = ("package", "data", "analysis", "date", "migration")
    way_there = [moved("2026-10-09", a, b) for a, b in pairwise(stages)]
    confirmed = ("checked", "2026-10-05", {"domain": "a.pl", "item": "client_confirmed"})
    events = imported(("registered", "2026-10-01", {"new": NEW}), ADDED, *way_there, *steps[:3], confirmed, *steps[3:])
    rebuild(events)
    found = item(events)
    assert (found.enquired, found.started, found.finished) == (day("2026-10-01"), None, day("2026-10-05"))


# -- groups


@pytest.mark.parametrize(
    ("package", "group"), [("Firma", "shared"), ("vps-m", "vps"), ("VPS L", "vps"), ("", "other"), ("Gold", "other")]
)
def test_group_is_that_of_the_package(package, group):
    assert Way(now=NOW, package=package).item.group == group


# -- who was waited for


def test_spans_say_who_was_waited_for():
    life = Way(now=at("2026-11-01")).by(("data", "2026-11-02"), ("analysis", "2026-11-03"), ("date", "2026-11-04"))
    life.do(moves.hold, "client", "urlop", now=at("2026-11-05"))
    life.do(moves.resume, now=at("2026-11-09"))
    assert spans(life.item) == [
        ("client", "2026-11-01", "2026-11-02"), ("client", "2026-11-02", "2026-11-03"),
        ("us", "2026-11-03", "2026-11-04"),
        ("client", "2026-11-04", "2026-11-05"), ("hold", "2026-11-05", "2026-11-09"), ("client", "2026-11-09", None),
    ]  # fmt: skip


def test_nobody_is_waited_for_once_it_is_over():
    life = way(upto="analysis")
    life.do(moves.cancel, "rezygnacja", now=at("2026-11-08"))
    assert spans(life.item)[-1] == ("us", "2026-11-03", "2026-11-08")
    life.do(moves.restore, "pomyłka", now=at("2026-11-10"))
    assert spans(life.item)[-2:] == [("us", "2026-11-03", "2026-11-08"), ("us", "2026-11-10", None)]


def test_import_does_not_know_who_was_waited_for_until_then():
    found = item(imported(("registered", "2026-11-01", {"new": NEW}), ADDED, moved("2026-11-03", "package", "data")))
    assert spans(found) == [("unknown", "2026-11-01", "2026-11-18"), ("client", "2026-11-18", None)]


def test_import_of_what_is_over_was_waited_for_by_nobody_knows_whom_until_its_end():
    stages = ("package", "data", "analysis", "date", "migration")
    steps = ("waiting", "migration", "sync", "test", "dns", "visible")
    events = imported(
        ("registered", "2026-11-01", {"new": NEW}),
        ADDED,
        *(moved(None, a, b) for a, b in pairwise(stages)),
        *(stepped(None, a, b) for a, b in pairwise(steps)),
        moved("2026-11-05", "passwords", "closed"),
    )
    found = item(events)
    assert spans(found) == [("unknown", "2026-11-01", "2026-11-05")]
    assert (found.done, found.finished, found.lead_time) == (True, None, 5)


def test_days_that_a_second_file_brings_late_are_taken_over():
    """The first file knows that it is at its test, the second since when; both were recorded on one day."""
    header = f"nr zlecenia;klient;domena;status;{BY_ID['on_analysis'].header};{BY_ID['on_test'].header}"
    m, events = None, ()
    for cells in ("test klienta;;", "test klienta;;16.11.2026", "test klienta;03.11.2026;16.11.2026"):
        sheet = read_sheet(ready(f"{header}\nZ-1;Iga;a.pl;{cells}").encode())
        there = [] if m is None else [m]
        (writing,) = plan(sheet, Said(suggest(sheet.header)), there, act(), Team(people=[ANNA])).writings
        events += tuple(replace(event, batch=len(there) + 1) for event in writing.events)
        m = rebuild(events)
        m.id = 1
    found = item(events)
    assert (found.stage, found.started, left(found)["data"]) == ("test", day("2026-11-03"), "2026-11-03")
    assert {stage: found.left[stage] for stage in ("analysis", "sync")} == {"analysis": None, "sync": day("2026-11-16")}
    assert found.age(NOW.date()) == 16


def test_span_told_late_does_not_reach_back():
    life = way(upto="analysis")
    life.do(moves.hold, "us", "urlop", now=at("2026-11-10"))
    life.do(moves.resume, now=at("2026-11-12"))
    life.do(moves.hold, "us", "urlop", now=at("2026-11-14"), at=at("2026-11-11"))
    assert spans(life.item)[-1] == ("hold", "2026-11-12", None)
    ends = [span.until or dt.datetime.max.replace(tzinfo=dt.UTC) for span in life.item.spans]
    assert all(end <= span.since for end, span in zip(ends, life.item.spans[1:], strict=False))
