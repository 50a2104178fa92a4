"""What needs a person: a line a migration, on one of three lists, and what is done there; the numbers of the desk."""

import datetime as dt

from core import datafiles
from core.flow import clock_words as said_of
from core.flow import duties as today
from core.flow.duties import Totals, freeze, lines, totals, unclocked
from core.language import ENGLISH, POLISH
from core.migration import moves, ranking
from core.migration.ranking import AGREED_DAY
from core.pricing import calendar
from tests.flow import TODAY, Way, at
from tests.migrations import NOW, PROCESS, history

HOUR = dt.timedelta(hours=1)


def way(stage, text, ref, *domains, **values):
    """Return a migration that came to a stage at a moment."""
    values = {"owner": "anna", **values}
    return Way(*(domains or (f"{ref}.pl",)), now=at("2026-11-01"), ref=ref or "free", **values).to(stage, now=at(text))


def switched(hours, ref, *domains):
    """Return a migration whose name servers were changed so many hours ago."""
    life = way("dns", "2026-11-16", ref, *domains)
    for name in life.m.domains:
        life.do(moves.check, "ns_changed", name, now=NOW - hours * HOUR)
    return life


def proposed(text, ref, *, accepted=True):
    life = way("analysis", "2026-11-12", ref).fill(now=at("2026-11-13"))
    life.do(moves.change, {"planned_at": at(text)}, now=at("2026-11-13"))
    life.do(moves.advance, now=at("2026-11-13"))
    if accepted:
        life.do(moves.check, "accepted", now=at("2026-11-13"))
    return life


def found(*lives, now=NOW):
    return lines([life.m for life in lives], PROCESS, now)


def said(*lives, now=NOW):
    return [
        (line.migration.ref, line.list, *((reason.kind, reason.state) for reason in line.reasons))
        for line in found(*lives, now=now)
    ]


# -- which lists


def test_overdue_comes_in_order_of_harm():
    lives = [
        way("data", "2026-11-02", "data"), way("test", "2026-11-10", "test"), way("visible", "2026-11-05", "passwords"),
        way("analysis", "2026-11-12", "analysis"), switched(25, "dns-24"), way("migration", "2026-11-17", "moving"),
        proposed("2026-11-17 09:00", "agreed"), switched(37, "dns-36"), way("date", "2026-11-10", "date"),
    ]  # fmt: skip
    overdue = [line for line in said(*lives) if line[1] == "overdue"]
    assert [(ref, *first) for ref, _, first, *_ in overdue] == [
        ("dns-36", "dns", "late"), ("moving", "migration", "late"), ("dns-24", "dns", "due"),
        ("date", "agreed", "late"), ("agreed", "agreed", "late"), ("analysis", "analysis", "late"),
        ("passwords", "passwords", "late"), ("test", "passwords", "late"), ("data", "data", "late"),
    ]  # fmt: skip
    # A line a migration, whatever else is overdue of it.
    assert ("date", "overdue", ("agreed", "late"), ("date", "late")) in overdue
    assert ("test", "overdue", ("passwords", "late"), ("test", "late")) in overdue


def test_each_kind_of_what_is_overdue_or_ours_has_its_place_in_the_order_and_its_verb():
    timed = {stage.id for stage in PROCESS.stages if stage.clock}
    timed |= {"switch" for stage in PROCESS.stages if stage.before}
    late = {(stage.id, "due") for stage in PROCESS.stages if stage.clock and stage.clock.late}
    others = {"hosting", "registration"}
    assert set(ranking.OVERDUE) == {(kind, "late") for kind in timed | {"agreed"} | others} | late | {
        (kind, "due") for kind in others
    }
    assert set(ranking.TO_DO) == timed | {"agreed", "ready", "second_sync", "unowned"}
    kinds = (*ranking.TO_DO, "hosting", "registration", "agreed.near", "package.server")
    verbs = [kind for kind in kinds if kind != "second_sync"] + ["second_sync.done", "second_sync.not_needed"]
    for verb in verbs:
        assert ENGLISH.text(f"verb.{verb}") and POLISH.text(f"verb.{verb}")


def test_day_that_was_proposed_and_has_passed_is_overdue_though_nobody_accepted_it():
    life = proposed("2026-11-17 09:00", "P-1", accepted=False)
    (line,) = found(life, now=at("2026-11-17 10:00"))
    assert [(reason.kind, reason.at) for reason in line.reasons if reason.list == "overdue"] == [
        (AGREED_DAY, at("2026-11-17 09:00"))
    ]


def test_migration_whose_clock_nobody_started_is_counted():
    life = way("analysis", "2026-11-12", "P-1")
    assert unclocked([life.m], PROCESS, NOW) == 0
    life.m.entered["analysis"] = None
    assert unclocked([life.m], PROCESS, NOW) == 1


def test_of_equals_what_has_been_overdue_the_longest_is_first():
    lives = [switched(40, "P-1"), switched(50, "P-2"), switched(37, "P-3")]
    assert [(line.migration.ref, line.reasons[0].at) for line in found(*lives)] == [
        ("P-2", NOW - 14 * HOUR), ("P-1", NOW - 4 * HOUR), ("P-3", NOW - HOUR)
    ]  # fmt: skip


def test_domains_that_wait_alike_are_one_reason():
    life = switched(40, "P-1", "a.pl", "b.pl", "c.pl")
    life.do(moves.check, "seen", "c.pl")
    life.do(moves.date, "ns_changed", NOW - 50 * HOUR, "pomyłka", "b.pl")
    (line,) = found(life)
    assert [(r.kind, r.state, [d.name for d in r.domains]) for r in line.reasons] == [
        ("dns", "late", ["a.pl", "b.pl"]), ("ready", "ours", ["c.pl"])
    ]  # fmt: skip
    assert line.reasons[0].at == NOW - 14 * HOUR
    assert [(action.deed, action.step, [d.name for d in action.domains]) for action in line.actions] == [
        ("check", "dns", ["a.pl", "b.pl"])
    ]


def test_what_is_on_hold_or_over_needs_nobody():
    held, gone = way("data", "2026-11-02", "held"), way("data", "2026-11-02", "gone")
    held.do(moves.hold, "client", "urlop")
    gone.do(moves.cancel, "rezygnacja")
    assert found(held, gone, way("closed", "2026-11-02", "closed")) == []


def test_what_waits_for_us_is_to_do_and_what_waits_for_the_client_is_rung_about_in_time():
    lives = [
        way("data", "2026-11-12", "data in a day"), way("data", "2026-11-14", "data in three"),
        way("analysis", "2026-11-18 09:00", "analysis"), switched(20, "dns"),
        way("test", "2026-11-16", "test tomorrow"),
    ]  # fmt: skip
    assert said(*lives) == [
        ("analysis", "to_do", ("analysis", "ours")),
        ("dns", "to_do", ("dns", "ours")),
        ("data in a day", "to_ring", ("data", "theirs")),
        ("test tomorrow", "to_ring", ("test", "theirs")),
    ]


def test_before_the_weekend_the_client_is_rung_about_what_runs_out_on_it():
    life = way("data", "2026-11-14 15:00", "P-1")
    friday, monday = at("2026-11-20 12:00"), at("2026-11-23 23:00")
    assert said(life, now=friday) == [("P-1", "to_ring", ("data", "theirs"))]
    assert ranking.time_to_ring(friday) > monday and ranking.time_to_ring(at("2026-11-19 12:00")) < monday


def test_name_servers_that_nobody_changes_are_to_do_and_then_overdue():
    life = way("dns", "2026-11-17", "P-1")
    assert said(life)[0][:3] == ("P-1", "to_do", ("switch", "ours"))
    (line,) = found(life, now=at("2026-11-19"))
    assert (line.list, line.reasons[0].kind, line.actions[0].verb, line.actions[0].step) == (
        "overdue", "switch", "switch", "dns"
    )  # fmt: skip


def test_stage_left_with_all_ticked_can_go_on():
    own = way("data", "2026-11-17", "own").fill(now=at("2026-11-17"))
    part = way("migration", "2026-11-18 09:00", "part", "a.pl", "b.pl")
    part.fill("b.pl", now=at("2026-11-18 10:00"))
    by_ref = {line.migration.ref: line for line in found(own, part)}
    assert [(r.kind, r.stage, [d.name for d in r.domains]) for r in by_ref["own"].reasons] == [("ready", "data", [])]
    assert [(r.kind, r.stage, [d.name for d in r.domains]) for r in by_ref["part"].reasons] == [
        ("migration", "migration", ["a.pl", "b.pl"]), ("ready", "migration", ["b.pl"])
    ]  # fmt: skip
    assert {line.list for line in by_ref.values()} == {"to_do"}


# -- the agreed day


def test_agreed_day_is_told_of_on_its_eve_today_and_when_it_is_broken():
    life = proposed("2026-11-20 11:00", "P-1")
    for text, wanted in {
        "2026-11-18 12:00": None, "2026-11-19 09:00": "theirs", "2026-11-20 09:00": "theirs", "2026-11-20 11:00": "late"
    }.items():  # fmt: skip
        day = [r.state for line in found(life, now=at(text)) for r in line.reasons if r.kind == AGREED_DAY]
        assert day == ([wanted] if wanted else [])


def test_agreed_day_that_can_begin_is_to_do_and_one_that_lacks_something_is_rung_about():
    lacking, complete = proposed("2026-11-18 15:00", "lacking"), proposed("2026-11-18 14:00", "complete")
    complete.fill(now=at("2026-11-18 08:00"))
    told = {line.migration.ref: line for line in found(lacking, complete)}
    assert [(told[ref].list, told[ref].freeze, told[ref].tells.message) for ref in ("complete", "lacking")] == [
        ("to_do", "announced", "migration"), ("to_ring", "missing", "reminder")
    ]  # fmt: skip
    assert [line.actions[0].verb for line in told.values()] == ["agreed", "agreed.near"]
    unsaid = proposed("2026-11-18 15:00", "P-1", accepted=False)
    assert found(unsaid)[0].tells.message == "date"


def test_freeze_is_on_from_the_move_until_all_is_visible():
    life = way("migration", "2026-11-18 08:00", "P-1", "a.pl", "b.pl")
    assert freeze(life.m) == "on"
    life.to("visible", "a.pl")
    assert freeze(life.m) == "on"
    life.to("visible", "b.pl")
    assert freeze(life.m) == "over"


# -- deadlines of others, mail, nobody's


def test_deadline_of_others_that_the_move_passes_is_overdue():
    life = way("data", "2026-11-17", "P-1", "a.pl", "b.pl")
    life.do(moves.change, {"old_hosting_until": dt.date(2026, 11, 18)})
    life.do(moves.change, {"registered_until": dt.date(2026, 11, 16)}, "b.pl")
    (line,) = found(life)
    assert [(r.kind, r.state, [d.name for d in r.domains]) for r in line.reasons] == [
        ("registration", "late", ["b.pl"]), ("hosting", "due", ["a.pl", "b.pl"])
    ]  # fmt: skip
    assert (line.list, line.actions[0].deed) == ("overdue", "open")


def with_mail(stage, ref="P-1", **mailboxes):
    life = way("analysis", "2026-11-05", ref, *(f"{name}.pl" for name in mailboxes))
    for name, count in mailboxes.items():
        life.do(moves.change, {"mailboxes": count}, f"{name}.pl", now=at("2026-11-06"))
    return life.to(stage, now=at("2026-11-16"))


def test_second_synchronisation_stands_there_until_it_is_said_done_or_not_needed():
    life = with_mail("closed", a=3)
    (line,) = found(life)
    assert (line.list, [reason.kind for reason in line.reasons]) == ("to_do", ["second_sync"])
    assert [(a.deed, a.item, a.way) for a in line.actions] == [
        ("tick", "second_sync", "done"), ("tick", "second_sync", "not_needed")
    ]  # fmt: skip
    for ticked in line.actions:
        ended = with_mail("closed", a=3)
        ended.do(moves.check, ticked.item, choice=ticked.way)
        assert found(ended) == []


def test_second_synchronisation_is_of_mail_only_and_not_of_history_or_before_all_is_visible():
    assert found(with_mail("closed", a=0, b=0)) == []
    assert [kind for _, _, *why in said(with_mail("visible", a=0, b=2)) for kind, _ in why] == ["second_sync"]
    part = with_mail("test", a=1, b=1).to("visible", "a.pl", now=NOW)
    assert "second_sync" not in {kind for _, _, *why in said(part) for kind, _ in why}
    old = history("a.pl")
    assert old.m.stage == "closed" and found(old) == []


def test_open_work_without_an_owner_is_everybodys_and_can_be_taken():
    free, anna, ola = (way("analysis", "2026-11-12", ref, owner=ref) for ref in ("", "anna", "ola"))
    free.m.ref = "free"
    assert [m.owner for m in today.mine([free.m, anna.m, ola.m], "ola")] == ["", "ola"]
    line = next(line for line in found(free, anna, ola) if not line.migration.owner)
    assert [reason.kind for reason in line.reasons] == ["analysis", "unowned"]
    assert [action.deed for action in line.actions] == ["move", "take"]


# -- ringing


def test_overdue_line_shows_whom_to_ring_too_and_tells_what_is_to_be_said_where_it_stands():
    life = way("test", "2026-11-10", "P-1", "a.pl", "b.pl").to("visible", "a.pl", now=at("2026-11-12"))
    (line,) = found(life)
    assert [reason.kind for reason in line.reasons] == ["passwords", "test"]
    assert (line.list, line.rings, line.tells) == ("overdue", True, today.Told("test", (life.m.domains["b.pl"],)))
    assert not found(way("analysis", "2026-11-12", "P-2"))[0].rings


def test_password_change_is_no_way_on_before_the_test_is():
    life = way("test", "2026-11-10", "P-1")
    (line,) = found(life)
    assert [reason.kind for reason in line.reasons] == ["passwords", "test"]
    assert (line.actions[0].verb, line.tells.message) == ("test", "test")
    dns = switched(1, "P-2")
    assert found(dns, now=NOW + 10 * 24 * HOUR)[0].actions[0].deed == "check"


def test_data_that_wait_for_us_by_hand_are_ours():
    life = way("data", "2026-11-17", "P-1")
    assert found(life) == []
    life.do(moves.change, {"waiting_on": "us"})
    assert said(life) == [("P-1", "to_do", ("data", "ours"))] and not found(life)[0].rings


# -- in words


def worded(reason, now=NOW):
    said = said_of.what(reason, PROCESS), said_of.how_long(reason, now), said_of.moment(reason, now)
    return " | ".join(ENGLISH.value(text) if text else "-" for text in said)


def test_reason_says_what_it_is_by_how_much_and_since_when():
    lives = [switched(25, "24"), switched(61, "36"), way("data", "2026-11-02 10:30", "days"), switched(20, "dns")]
    lives += [proposed("2026-11-17 00:00", "day"), proposed("2026-11-18 11:30", "hour")]
    lives += [way("analysis", "2026-11-12", "an"), proposed("2026-11-18 15:00", "today")]
    lives += [proposed("2026-11-19 09:00", "eve"), way("dns", "2026-11-18 11:00", "switch")]
    lives += [way("data", "2026-11-18 10:00", "ready").fill(now=at("2026-11-18 10:00"))]
    lives += [with_mail("closed", "mail", a=1), way("data", "2026-11-18", "free", owner="")]
    told = {line.migration.ref: worded(line.reasons[0]) for line in found(*lives)}
    assert told == {
        "24": "DNS and propagation: over 24 h | 1 h | since 18 Nov 2026, 11:00",
        "36": "DNS and propagation: over 36 h | 25 h | since 17 Nov 2026, 11:00",
        "dns": "DNS and propagation | 4 h left | by 18 Nov 2026, 16:00",
        "days": "Data | 9 days | since 9 Nov 2026, 10:30",
        "day": "Agreed day | 1 day | since 18 Nov 2026",
        "hour": "Agreed day | 30 min | since 18 Nov 2026, 11:30",
        "today": "Agreed day | today at 15:00 | by 18 Nov 2026, 15:00",
        "eve": "Agreed day | tomorrow at 09:00 | by 19 Nov 2026, 09:00",
        "an": "Analysis | 5 days | since 14 Nov 2026",
        "switch": "Change of name servers | 36 h left | by 19 Nov 2026",
        "ready": "All is ticked: Data | for 2 h | since 18 Nov 2026, 10:00",
        "mail": "Second mail synchronisation | for 2 days | since 16 Nov 2026, 10:00",
        "free": "Without an owner | - | -",
    }


# -- the numbers


def test_totals_of_the_desk():
    tariff = datafiles.tariff()
    held = way("data", "2026-11-12", "held")
    held.do(moves.hold, "us", "urlop")
    gone = way("data", "2026-11-12", "gone", fee_applies=True)
    gone.do(moves.cancel, "rezygnacja")
    unknown = way("visible", "2026-11-10", "unknown")
    unknown.do(moves.date, "visible", None, "nikt nie wie", "unknown.pl")
    lives = [
        held, gone, unknown, way("analysis", "2026-11-17", "us"),
        way("package", "2026-11-01", "asked", "x.pl", "y.pl", fee_applies=True),
        way("closed", "2026-10-20", "the first of thirty days"), way("closed", "2026-10-19", "before them"),
        way("closed", "2026-11-18", "today", fee_applies=True),
    ]  # fmt: skip
    fee = tariff.on(calendar.number(TODAY)).migration_fee(2)
    assert totals([life.m for life in lives], tariff, NOW) == Totals(
        open=4, us=1, client=3, held=1, finished=2, unknown=1, fees=fee, with_fee=1
    )
    assert fee > 0
    without = totals([life.m for life in lives], None, NOW)
    assert (without.open, without.fees, without.with_fee) == (4, 0, 0)
