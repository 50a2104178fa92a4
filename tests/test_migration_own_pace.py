"""A domain goes at its own pace; a switch is taken back; the last move is undone; what others' deadlines endanger."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from core.migration import board, clocks, deadlines, gate, moves, possible, ranking
from core.migration.checks import missing
from core.migration.client_message import SWITCHED_BACK, client_message
from core.migration.gate import Filled, Ticked
from core.migration.handover import Handed
from core.migration.moves import switch_back
from core.migration.people import Team
from core.migration.rebuilding import rebuild
from core.migration.stages import CONFIRMED, SWITCHED
from core.migration.undoing import can_be_undone, undo
from core.store.event_texts import mapped
from tests.migrations import ANNA, DAY, MARIA, NOW, PROCESS, WIKTOR, Life, act, some_deed, steps, told

SEVEN = tuple(f"{letter}.pl" for letter in "abcdefg")


def spread():
    """Return seven domains: one still moved, one synchronised, three tested by the client, one at DNS, one seen."""
    life = Life(*SEVEN).to("sync", *SEVEN[1:])
    life.to("test", *SEVEN[2:]).to("dns", "f.pl", "g.pl")
    life.on("g.pl")
    return life


def test_domains_stand_by_step_the_rearmost_first():
    life = spread()
    assert gate.standing(life.m) == {
        "migration": ("a.pl",), "sync": ("b.pl",), "test": ("c.pl", "d.pl", "e.pl"), "dns": ("f.pl",),
        "visible": ("g.pl",),
    }  # fmt: skip
    assert gate.standing(Life().m) == {} and life.m.stage == "migration"


def test_one_confirmed_test_holds_up_and_moves_no_other():
    life = spread()
    life.do(gate.go_through, Filled({CONFIRMED: Ticked()}, domains=["d.pl"]))
    assert steps(life.m) == {
        "a.pl": "migration", "b.pl": "sync", "c.pl": "test", "d.pl": "dns", "e.pl": "test", "f.pl": "dns",
        "g.pl": "visible",
    }  # fmt: skip
    assert life.m.domains["d.pl"].tested_at == NOW and life.m.domains["c.pl"].tested_at is None


def test_gate_of_a_group_asks_what_that_step_waits_for():
    life = spread().look("f.pl")
    _, shut = gate.preview(life.m, act(), Filled(domains=["c.pl", "e.pl"]))
    assert [check.id for check in shut] == [CONFIRMED]
    then, shut = gate.preview(life.m, act(), Filled({SWITCHED: Ticked(), "seen": Ticked()}, domains=["f.pl"]))
    assert not shut and gate.arrives(then, act(), Filled(domains=["f.pl"])) == "passwords"
    then, _ = gate.preview(life.m, act(), Filled({"www": Ticked(), "mail": Ticked()}, domains=["a.pl"]))
    assert gate.arrives(then, act(), Filled(domains=["a.pl"])) == "sync"


def test_gate_of_a_group_is_not_gone_through_before_that_group_came_to_it():
    life = Life("a.pl", "b.pl").to("test", now=NOW - 5 * DAY)
    life.do(gate.go_through, Filled({CONFIRMED: Ticked()}, domains=["b.pl"]), now=NOW)
    early = Filled({SWITCHED: Ticked(), "seen": Ticked()}, domains=["b.pl"])
    assert told(life, gate.go_through, early, at=NOW - DAY) == [("date", "error.stage_date_order")]


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ("sync", ("migration", "test", "dns", "visible")),
        ("test", ("sync", "dns", "visible", "migration")),
        ("dns", ("test", "visible", "migration", "sync")),
        ("passwords", ("dns", "migration", "sync", "test")),
        (None, ("migration", "sync", "test", "dns")),
        ("data", ("migration",)),
    ],
)
def test_drop_means_those_just_before_then_those_beyond_then_the_rest(to, wanted):
    assert gate.meant(spread().m, to) == wanted
    assert gate.meant(Life().m, to) == ("package",)


def test_drop_for_other_domains_comes_to_something_else():
    m = spread().m
    assert board.way(m, "dns") == "skip" and board.way(m, "dns", "test") == "on"
    assert board.way(m, "sync", "test") == "rework" and board.way(m, "test", "dns") == "back"
    assert board.way(m, "sync", "migration") == "on" and board.way(m, "sync", "sync") == "here"
    assert board.way(m, "passwords", "visible") == "skip"


# -- a switch taken back


def switched():
    life = Life("a.pl", "b.pl").to("dns", now=NOW - 3 * DAY)
    life.do(moves.check, SWITCHED, "a.pl", now=NOW - 2 * DAY)
    return life


@pytest.mark.parametrize("to", ["migration", "sync"])
def test_switch_taken_back_begins_anew_with_the_test_of_the_client(to):
    life = switched()
    life.do(switch_back, "a.pl", to, "sklep nie działa po zmianie")
    d = life.m.domains["a.pl"]
    assert d.step == to and d.dns_switched_at is None and d.tested_at is None and CONFIRMED not in d.checks
    assert life.m.domains["b.pl"].step == "dns"
    assert [c for c in clocks.running(life.m, PROCESS, NOW) if c.domain == "a.pl" and c.stage == "dns"] == []
    # The way on is barred until the client has tested again, for a manager too.
    while life.m.domains["a.pl"].step != "test":
        life.on("a.pl")
    assert told(life, moves.advance, "a.pl", by=MARIA, force="pilne") == [("check", "error.not_forceable")]
    life.on("a.pl").do(moves.check, SWITCHED, "a.pl", now=NOW + DAY)
    assert life.m.domains["a.pl"].dns_switched_at == NOW + DAY


def test_switch_of_a_domain_that_is_seen_can_be_taken_back_until_the_end():
    life = switched().on("a.pl")
    assert life.m.domains["a.pl"].step == "visible"
    life.do(switch_back, "a.pl", "sync", "poczta zginęła")
    assert steps(life.m) == {"a.pl": "sync", "b.pl": "dns"} and life.m.stage == "sync"
    done = Life().to("passwords")
    done.do(switch_back, "a.pl", "migration", "stary serwer wrócił")
    assert done.m.stage == "migration" and "passwords" not in done.m.entered


def test_mail_is_synchronised_once_more_after_a_switch_that_was_taken_back():
    life = Life("a.pl").to("passwords")
    life.do(moves.change, {"mailboxes": 3}, "a.pl")
    life.do(moves.check, "second_sync", choice="done")
    life.do(moves.check, "password_changed", choice="declared")
    life.do(switch_back, "a.pl", "sync", "sklep nie działa")
    # Mail comes to the old server again; the password that the client has changed stays changed.
    assert "second_sync" not in life.m.checks and "password_changed" in life.m.checks
    life.to("passwords")
    assert "second_sync" in [reason.kind for reason in ranking.reasons(life.m, PROCESS, NOW)]


def test_only_a_switch_that_was_made_is_taken_back_with_a_reason_by_who_may():
    life = Life("a.pl").to("dns")
    assert told(life, switch_back, "a.pl", "sync", "x") == [("step", "error.not_switched")]
    life = switched()
    assert told(life, switch_back, "a.pl", "test", "x") == [("step", "error.one_of")]
    assert told(life, switch_back, "a.pl", "sync", " ") == [("reason", "error.missing")]
    assert told(life, switch_back, "a.pl", "sync", "x", by=WIKTOR) == [("actor", "error.may_not.work")]
    life.do(moves.hold, "us", "urlop")
    assert told(life, switch_back, "a.pl", "sync", "x") == [("stage", "error.on_hold")]
    closed = Life().to("closed")
    assert told(closed, switch_back, "a.pl", "sync", "x") == [("stage", "error.closed")]


def test_way_back_of_a_switched_domain_is_that_of_its_switch():
    m = switched().m
    assert gate.way_back(m.domains["a.pl"], "sync") == "switched_back"
    assert gate.way_back(m.domains["a.pl"], "test") == "back" == gate.way_back(m.domains["b.pl"], "sync")
    life = switched()
    events = life.do(gate.go_back, "sync", "błąd", ["a.pl", "b.pl"])
    assert [e.kind for e in events if e.kind not in ("unchecked", "waits")] == ["switched_back", "corrected"]


@pytest.mark.parametrize("language", [POLISH, ENGLISH])
def test_client_is_told_of_a_switch_taken_back(language):
    m = switched().m
    team = Team(people=[ANNA])
    text = client_message(m, SWITCHED_BACK, PROCESS, team, language, [m.domains["a.pl"]])
    assert "a.pl" in text and "b.pl" not in text and "[…]" not in text and "{" not in text


# -- the last move undone


def test_last_move_is_undone_within_a_minute_by_whoever_made_it():
    life = spread()
    before, since = life.m.copy(), life.m.seq
    life.do(gate.go_through, Filled({CONFIRMED: Ticked()}, domains=["c.pl", "d.pl"]))
    now = NOW + dt.timedelta(seconds=60)
    life.do(undo, life.events, since, now=now)
    assert steps(life.m) == steps(before) and life.m.domains["c.pl"].checks == before.domains["c.pl"].checks
    assert life.events[-1].kind == "undone" and life.m.waiting_on == before.waiting_on
    assert rebuild(life.events) == life.m
    # The way on is as barred as it was.
    assert told(life, moves.advance, "c.pl", by=MARIA, force="pilne") == [("check", "error.not_forceable")]


def test_undoing_is_refused_too_late_to_others_and_of_nothing():
    life = spread()
    since = life.m.seq
    life.do(moves.check, SWITCHED, "f.pl")
    late = NOW + dt.timedelta(seconds=61)
    assert told(life, undo, life.events, since, now=late) == [("undo", "error.undo_late")]
    assert told(life, undo, life.events, since, by=MARIA) == [("undo", "error.undo_others")]
    assert told(life, undo, life.events, since, by=WIKTOR) == [("actor", "error.may_not.work")]
    assert told(life, undo, life.events, life.m.seq) == [("undo", "error.undo_nothing")]
    assert told(life, undo, life.events, 0) == [("undo", "error.undo_nothing")]
    # Not all that happened: somebody else was quicker.
    assert told(life, undo, life.events[:-1], since - 1) == [("undo", "error.undo_nothing")]
    life.do(moves.note, "dzwoniłem", by=MARIA)
    assert told(life, undo, life.events, since) == [("undo", "error.undo_others")]


def test_undone_is_not_undone():
    life = spread()
    since = life.m.seq
    life.do(moves.check, SWITCHED, "f.pl")
    life.do(undo, life.events, since)
    assert told(life, undo, life.events, since) == [("undo", "error.undo_nothing")]
    assert told(life, undo, life.events, life.m.seq - 1) == [("undo", "error.undo_nothing")]


@given(st.data())
def test_whatever_was_done_undoing_it_leaves_what_stood_before(data):
    life = Life("a.pl", "b.pl")
    if data.draw(st.booleans()):
        life.to(data.draw(st.sampled_from(["date", "test", "dns", "passwords", "closed"])))
    for _ in range(data.draw(st.integers(0, 3))):
        try:
            life.do(some_deed(data.draw, life.m), by=MARIA)
        except InputError:
            continue
    before, since = life.m.copy(), life.m.seq
    try:
        done = life.do(some_deed(data.draw, life.m), by=MARIA)
    except InputError:
        return
    if not can_be_undone(done):
        return
    life.do(undo, life.events, since, by=MARIA)
    assert rebuild(life.events) == life.m
    now = life.m
    assert (now.stage, now.waiting_on, now.hold, now.cancelled, now.planned_at, now.checks, now.entered) == (
        before.stage, before.waiting_on, before.hold, before.cancelled, before.planned_at, before.checks,
        before.entered,
    )  # fmt: skip
    assert list(now.domains) == list(before.domains) and now.notes == before.notes
    for name, d in now.domains.items():
        was = before.domains[name]
        assert (d.step, d.checks, d.entered, d.withdrawn) == (was.step, was.checks, was.entered, was.withdrawn)


# -- what a gate asks for


def test_client_accepts_no_date_that_is_not_set():
    life = Life().to("analysis")
    assert told(life, moves.check, "accepted") == [("check", "error.check_needs.planned_at")]
    life.do(moves.change, {"planned_at": NOW + DAY})
    life.do(moves.check, "accepted")
    assert possible.tick_refused(Life().to("analysis").m, act(), PROCESS.checks["accepted"], None) is not None


def test_contact_needs_a_telephone_or_why_there_is_none():
    life = Life().to("date").fill(but="phone")
    assert [check.id for check in missing(life.m, None, PROCESS, NOW)] == ["phone"]
    assert told(life, moves.advance) == [("check", "error.gate")]
    other = Life().to("date").fill(but="phone")
    other.do(moves.change, {"no_phone": "niesłyszący, tylko e-mail"})
    other.do(moves.advance)
    life.do(moves.change, {"contact_phone": "600 100 200"})
    life.do(moves.advance)
    assert life.m.stage == other.m.stage == "migration"


def test_password_is_changed_by_the_client_s_word_or_by_us_and_the_client_and_who_says_so():
    life = Life().to("passwords")
    assert told(life, moves.check, "password_changed") == [("choice", "error.one_of")]
    assert told(life, moves.check, "password_changed", choice="reset") == [("detail", "error.missing")]
    life.do(moves.check, "password_changed", choice="reset", detail="Anna, klient ustawił nowe 18.11")
    life.do(moves.advance)
    assert life.m.stage == "closed" and life.m.checks["password_changed"].choice == "reset"


def test_lists_handed_over_are_events_and_an_empty_one_says_none():
    life = Life().to("data").fill(but="mail_list")
    assert [check.id for check in missing(life.m, None, PROCESS, NOW)] == ["mail_list"]
    assert told(life, moves.check, "mail_list") == [("check", "error.one_of")]
    accounts = (Handed("biuro@a.pl", 1200), Handed("sklep@a.pl"))
    (event, *_) = life.do(moves.change, {"mail_accounts": accounts})
    assert event.new == [["biuro@a.pl", 1200], ["sklep@a.pl", None]] and life.m.mail_accounts == accounts
    assert rebuild(life.events).mail_accounts == accounts
    assert life.do(moves.change, {"mail_accounts": accounts}) == ()
    life.do(moves.change, {"mail_accounts": ()})
    assert life.m.mail_accounts == () and not missing(life.m, None, PROCESS, NOW)
    wrong = (Handed("biuro@a.pl", -1),)
    assert told(life, moves.change, {"mail_accounts": wrong}) == [("mail_accounts", "error.count")]
    assert told(life, moves.change, {"mail_accounts": "biuro@a.pl"}) == [("mail_accounts", "error.table")]
    secret = (Handed("biuro@a.pl hasło: Kot12!zz"),)
    (field, _) = told(life, moves.change, {"mail_accounts": secret})[0]
    assert field == "mail_accounts"


def test_names_in_a_list_can_be_blanked():
    life = Life().to("data")
    (event, *_) = life.do(moves.change, {"mail_accounts": (Handed("jan.kowalski@a.pl", 5),)})
    blank = mapped(event, lambda field, header, text: "-" if field == "mail_accounts" else text)
    assert blank.new == [["-", 5]] and mapped(event, lambda field, header, text: text) == event


# -- deadlines of others


def dated_life(agreed, **values):
    return Life("a.pl", "b.pl", planned_at=agreed, **values).m


def kinds(m, now=NOW):
    return [(one.kind, one.until.isoformat(), one.over) for one in deadlines.passed(m, PROCESS, now)]


def test_deadline_is_told_where_the_day_plus_the_bound_passes_it():
    agreed = dt.datetime(2026, 12, 3, 9, tzinfo=dt.UTC)
    # 3 December, 10:00 in Warsaw, plus 36 hours: the 4th, 22:00.
    assert kinds(dated_life(agreed, old_hosting_until=dt.date(2026, 12, 4))) == []
    assert kinds(dated_life(agreed, old_hosting_until=dt.date(2026, 12, 3))) == [("hosting", "2026-12-03", False)]
    assert kinds(dated_life(agreed, old_hosting_until=dt.date(2026, 11, 17))) == [("hosting", "2026-11-17", True)]
    assert kinds(dated_life(None, old_hosting_until=dt.date(2026, 11, 18))) == [("hosting", "2026-11-18", False)]
    assert kinds(dated_life(None)) == []


def test_each_domain_has_a_registration_of_its_own():
    life = Life("a.pl", "b.pl", planned_at=NOW + 10 * DAY)
    life.do(moves.change, {"registered_until": dt.date(2026, 11, 25)}, "a.pl")
    life.do(moves.change, {"registered_until": dt.date(2027, 11, 25)}, "b.pl")
    (one,) = deadlines.passed(life.m, PROCESS, NOW)
    assert (one.kind, [d.name for d in one.domains]) == ("registration", ["a.pl"])
    assert rebuild(life.events).domains["a.pl"].registered_until == dt.date(2026, 11, 25)


def test_what_is_seen_needs_the_old_hosting_no_more():
    life = Life("a.pl").to("dns", now=NOW - 5 * DAY)
    life.do(moves.change, {"old_hosting_until": dt.date(2026, 11, 18)})
    assert kinds(life.m) == [("hosting", "2026-11-18", False)]
    life.on("a.pl")
    assert kinds(life.m) == []
    gone = Life("a.pl", old_hosting_until=dt.date(2026, 11, 10))
    assert kinds(gone.m)
    gone.do(moves.cancel, "rezygnacja")
    assert kinds(gone.m) == []
