"""Name servers are told as changed after a look that lets them be, or by a manager with a reason."""

import datetime as dt

import pytest

from core.language import ENGLISH, POLISH
from core.migration import gate, groups, moves, possible, worded
from core.migration.cutover_looks import accept_look, look_taken
from core.migration.gate import Filled, Ticked
from core.migration.people import Team
from core.migration.stages import SWITCHED
from tests.migrations import ANNA, DAY, MARIA, NOW, PROCESS, WIKTOR, Life, act, summary, told

HOUR = dt.timedelta(hours=1)
MISSING = [("look", "error.look_missing")]


def waiting(*domains: str) -> Life:
    """Return a life whose domains wait for their switch, tested three days ago."""
    return Life(*domains or ("a.pl",)).to("dns", now=NOW - 3 * DAY)


def looked(verdict: str = "ready", at: dt.datetime = NOW) -> Life:
    life = waiting()
    life.do(look_taken, "a.pl", summary("a.pl", at, verdict), now=at)
    return life


def refused(life: Life, domain: str = "a.pl", **how):
    """Return why a tick is refused, which the life makes as anybody would: no look is taken for it."""
    return told(life, lambda m, a: moves.check(m, a, SWITCHED, domain), **how)


def test_nobody_ticks_without_a_look():
    assert refused(waiting()) == MISSING and refused(waiting(), by=MARIA) == MISSING


@pytest.mark.parametrize(
    ("verdict", "at", "why"),
    [
        ("ready", NOW - DAY, "error.look_stale"),
        ("blocked", NOW, "error.look_blocked"),
        ("accept", NOW, "error.look_to_accept"),
        ("unknown", NOW, "error.look_to_accept"),
    ],
)
def test_look_that_is_old_blocked_or_not_accepted_opens_nothing(verdict, at, why):
    assert refused(looked(verdict, at)) == [("look", why)]


@pytest.mark.parametrize("verdict", ["accept", "unknown"])
def test_accepted_look_opens_its_own_domain_for_a_day(verdict):
    life = looked(verdict)
    life.do(accept_look, "a.pl", "tak ma być")
    (ticked, *_) = life.do(moves.check, SWITCHED, "a.pl", now=NOW + DAY - HOUR)
    assert ticked.kind == "checked" and not ticked.forced
    assert life.m.domains["a.pl"].dns_switched_at == NOW + DAY - HOUR


def test_look_of_another_domain_opens_nothing():
    life = waiting("a.pl", "b.pl")
    life.do(look_taken, "a.pl", summary("a.pl"))
    assert refused(life, "b.pl") == MISSING


def test_data_changed_since_the_look_shut_the_gate_again():
    life = looked()
    life.do(moves.change, {"new_addresses": "192.0.2.7"}, "a.pl")
    assert refused(life) == [("look", "error.look_changed")]


@pytest.mark.parametrize(
    "deeds",
    [
        ((moves.check, SWITCHED, "a.pl"), (moves.switch_back, "a.pl", "migration", "sklep pokazał stare strony")),
        ((moves.correct, "test", "pomyłka", "a.pl"), (moves.rework, "a.pl", "migration", "poczta nie działała")),
    ],
)
def test_after_a_way_back_the_look_of_before_opens_nothing(deeds):
    life = looked()
    for deed in deeds:
        life.do(*deed)
    assert refused(life.to("dns")) == [("look", "error.look_changed")]


def test_manager_ticks_without_with_a_reason_which_the_history_keeps():
    life = waiting()
    assert told(life, moves.check, SWITCHED, "a.pl", force="klient nalega") == [("actor", "error.may_not.force")]
    assert told(life, moves.check, SWITCHED, "a.pl", by=WIKTOR, force="x")[0][0] == "actor"
    assert told(life, moves.check, SWITCHED, "a.pl", by=MARIA, force="  ") == [("reason", "error.missing")]
    (ticked, *_) = life.do(moves.check, SWITCHED, "a.pl", by=MARIA, force="klient nalega")
    assert (ticked.forced, ticked.reason) == (True, "klient nalega")
    for language in (POLISH, ENGLISH):
        said = worded.event(ticked, PROCESS, Team(people=[ANNA, MARIA, WIKTOR]))
        assert [[language.value(part) for part in pair] for pair in said.given] == [
            [language.text("event.in_spite_of"), language.text("event.look")]
        ]


def test_reason_that_nobody_needed_forces_nothing():
    (ticked, *_) = looked().do(moves.check, SWITCHED, "a.pl", force="na wszelki wypadek")
    assert (ticked.forced, ticked.reason) == (False, "")


def test_no_force_ticks_a_switch_before_the_client_has_tested():
    life = Life("a.pl").to("test")
    assert told(life, moves.check, SWITCHED, "a.pl", by=MARIA, force="pilne") == [("check", "error.check_early")]


@pytest.mark.parametrize("ago", [DAY, 2 * DAY])
def test_switch_of_a_day_ago_or_earlier_is_told_without(ago):
    life = waiting()
    life.do(lambda m, a: moves.check(m, a, SWITCHED, "a.pl"), at=NOW - ago)
    assert life.m.domains["a.pl"].dns_switched_at == NOW - ago


def test_earlier_hour_of_the_last_day_is_no_way_around():
    assert refused(waiting(), at=NOW - DAY + HOUR) == MISSING
    # A look that was good then will do although it is old now, as does one that was taken after.
    life = looked(at=NOW - 30 * HOUR)
    assert refused(life) == [("look", "error.look_stale")]
    life.do(lambda m, a: moves.check(m, a, SWITCHED, "a.pl"), at=NOW - 10 * HOUR)
    looked().do(lambda m, a: moves.check(m, a, SWITCHED, "a.pl"), at=NOW - 10 * HOUR)


def test_gate_and_groups_ask_alike_and_name_every_domain_that_lacks_one():
    life = waiting("a.pl", "b.pl", "c.pl").look("b.pl")
    ticks = Filled({SWITCHED: Ticked(), "seen": Ticked()}, domains=("a.pl", "b.pl", "c.pl"))
    for deed in (
        lambda m, a: gate.go_through(m, a, ticks),
        lambda m, a: gate.fill_in(m, a, ticks),
        lambda m, a: groups.do(m, a, "ns_changed", "dns", ("a.pl", "b.pl", "c.pl")),
    ):
        assert told(life, deed) == MISSING * 2
    life.look("a.pl", "c.pl").do(groups.do, "ns_changed", "dns", ("a.pl", "b.pl", "c.pl"))
    assert all(SWITCHED in d.checks for d in life.m.active)


def test_what_keeps_the_switch_is_told_as_a_look_only_where_it_is_one():
    life, at_test = waiting(), Life("a.pl").to("test")
    assert possible.lacks_look(life.m, act(), life.m.domains["a.pl"])
    assert not possible.lacks_look(at_test.m, act(), at_test.m.domains["a.pl"])
    assert not possible.lacks_look(life.m, act(at=NOW - 2 * DAY), life.m.domains["a.pl"])
    assert possible.tick_refused(life.m, act(), PROCESS.checks[SWITCHED], life.m.domains["a.pl"]).id == MISSING[0][1]
