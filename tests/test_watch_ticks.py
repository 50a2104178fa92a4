"""What the watch ticks: the two checks that can be seen in the DNS, after the client's word, and nothing else ever."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.migration import moves, worded
from core.migration.act import Act
from core.migration.people import CONSOLE, WATCH, parse_team
from core.migration.rebuilding import after as rebuilt
from core.migration.stages import CONFIRMED, SEEN, SEEN_BY_WATCH, STEPS, SWITCHED
from core.watch.ticks import ticks
from core.watch.transitions import Transition
from tests.migrations import ANNA, DAY, NOW, PROCESS, Life, some_deed, told
from tests.test_migration_stages import TEAM_TEXT
from tests.test_watch_transitions import after, seen

HOUR = dt.timedelta(hours=1)
LATER = NOW + HOUR
WHEN = Transition("published", LATER, LATER)
ARRIVED = Transition("propagated", LATER)


def ticked(life, *transitions, sight=None, name="a.pl", now=LATER):
    """Return what was ticked: items with when and what is said of it."""
    act = Act(PROCESS, WATCH, now)
    events = ticks(life.m, name, transitions, sight or after(LATER, servers=("ns1.new.pl",)), act)
    assert {event.actor for event in events} <= {WATCH.id}
    rebuilt(life.m, events)
    checked = (event for event in events if event.kind == "checked")
    return [(event.item, event.occurred_at, (event.new or {}).get("detail", "")) for event in checked]


def test_evidence_stands_in_a_line():
    life = Life("a.pl").to("dns")
    assert ticked(life, WHEN) == [(SWITCHED, LATER, "NS · ns1.new.pl · 18.11.2026 13:00")]
    life.do(moves.check, SWITCHED, "a.pl")
    said = seen(LATER, servers=("ns1.new.pl",), silent_count=1)
    assert ticked(life, ARRIVED, sight=said) == [(SEEN, LATER, "NS · ns1.new.pl · DNS 25/26")]


def test_both_at_once_are_ticked_in_their_order():
    life = Life("a.pl").to("dns")
    assert [item for item, _, _ in ticked(life, WHEN, ARRIVED, sight=seen(LATER))] == [SWITCHED, SEEN]


def test_switch_is_dated_when_it_was_and_not_when_it_was_seen():
    life = Life("a.pl").to("dns")
    at = NOW + dt.timedelta(minutes=7)
    (one,) = ticked(life, WHEN, sight=after(at))
    assert one[1] == at
    # A server's clock may run ahead of ours.
    (one,) = ticked(life, WHEN, sight=after(LATER + DAY))
    assert one[1] == LATER


@pytest.mark.parametrize("step", [step for step in STEPS if step != "dns"])
def test_nothing_is_ticked_at_any_other_step(step):
    life = Life("a.pl", "b.pl")
    if step != STEPS[0]:
        life.to(step, "a.pl")
    assert life.m.domains["a.pl"].step == step
    assert ticked(life, WHEN, ARRIVED, sight=seen(LATER)) == []


def test_switch_before_the_clients_word_is_for_people_to_judge():
    life = Life("a.pl").to("dns")
    assert ticked(life, WHEN, sight=after(NOW - HOUR)) == []


def test_what_is_there_or_was_taken_back_stays_peoples():
    life = Life("a.pl").to("dns")
    life.do(moves.check, SWITCHED, "a.pl")
    assert ticked(life, WHEN) == []
    life.do(moves.uncheck, SWITCHED, "a.pl")
    # Whoever took back the switch has not said that it has arrived.
    assert ticked(life, ARRIVED, sight=seen(LATER)) == []


def test_look_before_the_switch_that_is_missing_hides_nothing_that_happened():
    life = Life("a.pl").to("dns")
    # People are asked for it; what is seen has happened.
    with pytest.raises(InputError):
        moves.check(life.m, Act(PROCESS, ANNA, LATER), SWITCHED, "a.pl")
    assert life.m.domains["a.pl"].cutover is None and len(ticked(life, WHEN)) == 1
    (event,) = moves.check(life.m, Act(PROCESS, WATCH, LATER), SWITCHED, "a.pl")
    assert not event.forced


@pytest.mark.parametrize("stop", ["hold", "cancel", "withdraw"])
def test_migration_that_stands_still_is_not_ticked(stop):
    life = Life("a.pl", "b.pl").to("dns")
    given = {"hold": ("us", "urlop"), "cancel": ("rezygnacja",), "withdraw": ("a.pl", "niepotrzebna")}
    life.do(getattr(moves, stop), *given[stop])
    assert ticked(life, WHEN) == []


def test_other_transitions_and_names_tick_nothing():
    life = Life("a.pl").to("dns")
    kinds = ("began", "server_wrong", "old_again", "switched_back", "blind", "unconfirmed_switch")
    assert ticked(life, *(Transition(kind, LATER) for kind in kinds)) == []
    assert ticked(life, WHEN, name="b.pl") == []


def test_names_of_servers_bring_no_secret_and_no_length_into_the_history():
    life = Life("a.pl").to("dns")
    hostile = ("haslo:Kot12345!.pl", "x" * 250)
    ((item, _, detail),) = ticked(life, WHEN, sight=after(LATER, servers=hostile))
    assert item == SWITCHED and "Kot" not in detail and len(detail) <= 200
    ((_, _, detail),) = ticked(life, WHEN, sight=after(LATER, servers=("x" * 250,)))
    assert len(detail) == 200


# -- the watch can do nothing else


def test_watch_ticks_what_it_sees_and_never_the_word_of_the_client():
    assert CONFIRMED not in SEEN_BY_WATCH
    for step in STEPS[1:]:
        life = Life("a.pl").to(step, "a.pl")
        assert told(life, moves.check, CONFIRMED, "a.pl", by=WATCH), step
    life = Life("a.pl").to("test")
    assert told(life, moves.check, CONFIRMED, "a.pl", by=WATCH) == [("actor", "error.watch_only_sees")]


@given(st.data())
def test_whatever_is_tried_in_its_name_becomes_no_other_event(data):
    stage = data.draw(st.sampled_from(["package", "test", "dns", "passwords", "closed"]))
    life = Life("a.pl", "b.pl", "c.pl").to(stage)
    deed = some_deed(data.draw, life.m)
    try:
        events = tuple(deed(life.m, Act(PROCESS, WATCH, LATER)))
    except InputError:
        return
    assert {(event.kind, event.item) for event in events if event.kind != "waits"} <= {
        ("checked", item) for item in SEEN_BY_WATCH
    }


def test_nobody_of_the_team_is_the_watch_and_nobody_acts_as_it():
    team = parse_team(TEAM_TEXT)
    with pytest.raises(InputError):
        team.person("watch")
    assert worded.person("watch", team) == WATCH.name and worded.person("console", team) == CONSOLE.name
    with pytest.raises(InputError) as refused:
        parse_team(TEAM_TEXT.replace('id = "jan"', 'id = "watch"'))
    assert "error.team_reserved" in [mistake.message.id for mistake in refused.value.errors]
