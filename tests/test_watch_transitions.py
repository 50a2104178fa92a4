"""What has come true of a watch: each thing that happens is told once, and nothing that did not."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.watch.phases import due, eve_of, phase_of
from core.watch.plan import NAME, parse_plan
from core.watch.sight import Sight, from_json, to_json
from core.watch.transitions import ALONE, WRONG, Facts, changed, is_on, is_told, wrong_now
from core.watch.watch import Watch

PLAN = parse_plan((ROOT / NAME).read_text(encoding="utf-8"))
NOW = dt.datetime(2026, 11, 21, 11, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def watch(planned_at=NOW + 10 * DAY, **values):
    begun = {"form": {"name": "a.pl"}, "phase": "planned", "phase_since": NOW, "next_at": NOW}
    return Watch(1, "a.pl", "a.pl", 7, "watch", NOW, planned_at=planned_at, **begun | values)


def before(at, **values):
    return Sight(at, "unpublished", **{"moves": True, "published": False, "longest_ttl": 3600, **values})


def after(at, **values):
    said = {"moves": True, "began": True, "published": True, "consistent": True, "switched": at, "bound": at + 8 * HOUR}
    return Sight(at, "consistent", **said | values)


def seen(at, **values):
    return after(at, **{"propagated": True, "resolvers_asked": True, "new_count": 25, **values})


class Play:
    """A watch that is looked at: `play.look(minutes, sight)` returns the kinds of what has come true."""

    def __init__(self, facts=ALONE, **values):
        self.w, self.now, self.facts = watch(**values), NOW, facts
        self.told = []

    def look(self, later, make=None, **values):
        self.now += later
        sight = make(self.now, **values) if make else None
        self.w, found = changed(self.w, sight, PLAN, self.now, self.facts)
        self.told += found
        return [one.kind for one in found]


def test_a_move_from_the_agreed_day_until_a_week_after_it_has_arrived():
    play = Play(planned_at=NOW + 10 * DAY)
    assert play.look(0 * HOUR, before) == [] and play.w.phase == "planned"
    assert play.w.next_at == NOW + 6 * HOUR
    # 36 hours before the agreed day the eve begins, by the clock alone.
    assert play.look(9 * DAY, before, longest_ttl=86400) == ["lower_ttls"] and play.w.phase == "eve"
    assert play.look(HOUR, before, longest_ttl=300) == []
    assert play.look(DAY, before) == [] and play.w.phase == "switching"
    switched = play.now + HOUR
    assert play.look(HOUR, after, switched=switched, bound=switched + 30 * HOUR) == ["began", "published"]
    assert play.w.phase == "expiring" and play.told[-1].since == switched
    said = {"switched": switched, "bound": switched + 30 * HOUR}
    assert play.look(DAY, after, old=("one",), old_count=1, resolvers_asked=True, **said) == ["past_usual"]
    assert play.w.next_at == switched + 30 * HOUR + dt.timedelta(seconds=1) or play.w.next_at < switched + 30 * HOUR
    assert play.look(7 * HOUR, seen, **said) == ["propagated"] and play.w.phase == "after"
    assert play.look(6 * DAY, seen, **said) == []
    assert play.look(DAY, seen, **said) == [] and (play.w.phase, play.w.end) == ("ended", "over")
    assert play.w.next_at is None and not due(play.w, PLAN, play.now + DAY)


def test_what_is_seen_once_is_looked_at_again_soon_and_told_when_seen_twice():
    play = Play()
    play.look(HOUR, seen)
    assert play.look(12 * HOUR, seen, old=("one",), old_count=1) == []
    assert play.w.next_at == play.now + 2 * MINUTE
    assert play.look(2 * MINUTE, seen) == []
    assert play.look(12 * HOUR, seen, old=("one",), old_count=1, propagated=False) == []
    assert play.look(2 * MINUTE, seen, old=("one",), old_count=1, propagated=False) == ["old_again"]
    assert play.told[-1].details == {"old": ["one"]} and play.w.phase == "expiring"
    assert play.look(15 * MINUTE, seen) == ["new_again"] and play.w.phase == "after"
    assert [one.key for one in play.told].count("propagated.1") == 1


def test_a_switch_that_is_taken_back_and_made_again_is_told_each_time():
    play = Play()
    assert play.look(HOUR, seen) == ["began", "published", "propagated"]
    assert play.look(12 * HOUR, before) == []
    assert play.look(2 * MINUTE, before) == ["switched_back"] and play.w.phase == "planned"
    assert play.look(6 * HOUR, after) == ["began", "published"]
    assert play.look(DAY, seen) == ["propagated"]
    assert [one.which for one in play.told if one.kind == "published"] == [1, 2]


def test_a_parent_that_cannot_be_asked_changes_nothing():
    play = Play()
    play.look(HOUR, seen)
    assert play.look(12 * HOUR, seen, published=None, propagated=False) == []
    assert play.look(12 * HOUR, seen) == []


def test_whoever_has_lost_what_was_heard_before_a_switch_does_not_take_it_back():
    play = Play()
    play.look(HOUR, seen)
    assert play.look(12 * HOUR, before, moves=False, published=None) == []
    assert play.look(12 * HOUR, before, moves=False, published=None) == []
    assert is_on(play.w, "published") and play.look(12 * HOUR, seen) == []


def test_nobody_answers_for_an_hour_is_told_once_and_that_somebody_does_again():
    play = Play()
    play.look(HOUR, before)
    assert play.look(6 * HOUR) == []
    assert play.look(59 * MINUTE) == []
    assert play.look(MINUTE) == ["blind"] and play.look(HOUR) == []
    assert wrong_now(play.w) == ("blind",)
    assert play.look(HOUR, before) == ["sees_again"] and wrong_now(play.w) == ()
    # What was seen before is not forgotten: the look before the silence still counts as the last.
    assert play.w.sight.state == "unpublished"


def test_after_a_gap_a_transition_says_since_when_nobody_had_looked():
    play = Play()
    play.look(HOUR, before)
    last = play.now
    assert play.look(3 * DAY, after) == ["began", "published"]
    assert {one.gap for one in play.told} == {last} and {one.at for one in play.told} == {play.now}


def test_a_switch_before_the_clients_confirmation_is_told():
    play = Play(Facts(confirmed=False))
    assert play.look(HOUR, after) == ["began", "published", "unconfirmed_switch"]
    play.facts = Facts(confirmed=True)
    assert play.look(15 * MINUTE, after) == [] and not is_on(play.w, "unconfirmed_switch")


def test_what_somebody_told_before_the_first_look_is_no_news():
    play = Play(Facts(confirmed=True, switched=True, visible=True))
    assert play.look(HOUR, seen) == [] and play.w.phase == "after"


def test_what_is_acknowledged_is_quiet_until_it_is_better():
    play = Play()
    play.look(HOUR, after)
    play.look(15 * MINUTE, after, wrong=("ns1.new.example",))
    assert play.look(2 * MINUTE, after, wrong=("ns1.new.example",)) == ["server_wrong"]
    play.w = replace(play.w, acknowledged={"by": "anna", "at": NOW.isoformat()})
    acknowledged = play.w
    play.look(40 * HOUR, after, wrong=("ns1.new.example",), switched=NOW, resolvers_asked=True)
    assert play.told[-1].kind == "past_latest" and not is_told(acknowledged, play.told[-1])
    play.look(HOUR, seen)
    assert play.w.acknowledged is None and wrong_now(play.w) == ()


def test_what_is_wrong_every_other_look_is_told():
    play = Play()
    play.look(HOUR, after)
    looks = [play.look(2 * MINUTE, after, wrong=("ns1.new.example",) if n % 2 else ()) for n in range(1, 8)]
    assert ["server_wrong"] in looks[:5]


def test_two_faults_far_apart_with_good_looks_between_are_not_told():
    play = Play()
    play.look(HOUR, after)
    for _ in range(9):
        assert play.look(15 * MINUTE, after, wrong=("ns1.new.example",)) == []
        assert play.look(2 * MINUTE, after) == [] and play.look(2 * MINUTE, after) == []


def test_what_comes_and_goes_all_day_is_told_some_times_only_and_again_the_next_day():
    play, told = Play(), []

    def look(**values):
        before = play.w
        kinds = play.look(15 * MINUTE, after, switched=NOW, **values)
        told.extend(one.kind for one in play.told[len(play.told) - len(kinds) :] if is_told(before, one))

    look()
    for _ in range(30):
        for wrong in (("ns1.new.example",), ("ns1.new.example",), ()):
            look(wrong=wrong)
    assert [one.kind for one in play.told].count("server_wrong") == 30 and told.count("server_wrong") == 3
    play.now += DAY
    look(wrong=("ns1.new.example",))
    look(wrong=("ns1.new.example",))
    assert told.count("server_wrong") == 4


def test_what_comes_after_somebody_took_note_of_something_else_is_told():
    play = Play()
    play.look(HOUR, seen)
    late = {"certificate_until": NOW + DAY}
    assert play.look(12 * HOUR, seen, **late) == ["certificate"]
    play.w = replace(play.w, acknowledged={"by": "anna", "at": NOW.isoformat(), "kinds": "certificate"})
    play.look(12 * HOUR, before)
    noted = play.w
    assert play.look(2 * MINUTE, before) == ["switched_back"] and is_told(noted, play.told[-1])
    assert not is_told(noted, replace(play.told[-1], kind="past_latest"))


def test_a_domain_that_the_parent_does_not_have_any_more_is_told_as_that():
    gone = {"published": False, "errors": ("not_delegated",)}
    play = Play()
    play.look(HOUR, seen)
    assert play.look(12 * HOUR, before, **gone) == []
    assert play.look(2 * MINUTE, before, **gone) == ["undelegated"] and "undelegated" in WRONG
    assert play.look(6 * HOUR, before, **gone) == []
    assert play.look(6 * HOUR, seen) == ["began", "delegated_again"] and play.w.phase == "after"


def test_a_domain_that_goes_before_its_switch_is_told():
    play = Play()
    play.look(HOUR, before)
    play.look(6 * HOUR, before, errors=("not_delegated",))
    assert play.look(2 * MINUTE, before, errors=("not_delegated",)) == ["undelegated"]


def test_a_switch_that_only_a_part_of_the_parent_has_is_late_as_any_other():
    play = Play()
    assert play.look(HOUR, before, began=True) == ["began"]
    assert play.look(DAY - MINUTE, before, began=True) == []
    assert play.look(MINUTE, before, began=True) == ["past_usual"]
    assert play.look(12 * HOUR, before, began=True) == ["past_latest"] and wrong_now(play.w) == ("past_latest",)
    assert play.look(2 * MINUTE, before) == [] and wrong_now(play.w) == ()


def test_it_ends_as_not_everywhere_two_weeks_after_the_bound():
    play = Play()
    play.look(HOUR, after, old=("one",), old_count=1, resolvers_asked=True)
    bound = play.w.sight.bound
    later = {"switched": bound - 8 * HOUR, "bound": bound, "old": ("one",), "resolvers_asked": True}
    play.look(bound + 14 * DAY - play.now - MINUTE, after, **later)
    assert play.w.phase == "expiring"
    assert "not_everywhere" in play.look(MINUTE, after, **later) and play.w.end == "not_everywhere"
    assert play.told[-1].details == {"old": ["one"]}


def test_after_weeks_of_sleep_it_does_not_end_before_resolvers_were_asked():
    play = Play(planned_at=NOW)
    play.look(0 * HOUR, before)
    assert play.w.phase == "switching"
    # The network is not there yet when the machine wakes up; then a look of this phase asks no resolver.
    play.look(30 * DAY, None)
    switched = {"switched": NOW + HOUR, "bound": NOW + 9 * HOUR}
    assert play.look(MINUTE, after, **switched) == ["began", "published"]
    assert play.w.ended_at is None
    assert play.look(15 * MINUTE, seen, **switched) == ["propagated"] and play.w.phase == "after"


def test_in_an_expiring_phase_too_a_look_without_an_answer_ends_nothing():
    play = Play()
    play.look(HOUR, after, resolvers_asked=True)
    play.look(20 * DAY, None)
    assert play.w.ended_at is None and play.w.phase == "expiring"
    # Nobody waits for ever for a network that never comes back.
    for _ in range(14):
        play.look(DAY, None)
    assert play.w.end == "not_everywhere"


def test_what_no_resolver_was_asked_of_is_not_past_its_time():
    play = Play(planned_at=NOW)
    play.look(0 * HOUR, before)
    switched = {"switched": NOW + HOUR, "bound": None}
    assert play.look(40 * HOUR, after, **switched) == ["began", "published"]
    assert play.look(15 * MINUTE, after, **switched, resolvers_asked=True) == ["past_usual", "past_latest"]


def test_clock_that_ran_ahead_delays_no_word_that_nobody_answers():
    play = Play(planned_at=NOW + 30 * DAY)
    play.look(5 * DAY, None)
    play.now = NOW
    for _ in range(2):
        play.look(HOUR, None)
    assert play.told[-1].kind == "blind"


def test_a_clock_that_was_put_back_makes_it_due_at_once():
    w = watch(next_at=NOW + 12 * HOUR)
    assert not due(w, PLAN, NOW) and due(w, PLAN, NOW - 3 * DAY) and due(w, PLAN, NOW + 12 * HOUR)


def test_the_eve_leaves_time_for_high_ttls():
    assert eve_of(watch(sight=before(NOW)), PLAN.limits) == NOW + 10 * DAY - 36 * HOUR
    high = watch(sight=before(NOW, longest_ttl=172_800))
    assert eve_of(high, PLAN.limits) == NOW + 10 * DAY - 60 * HOUR
    assert phase_of(high, PLAN, NOW + 10 * DAY - 60 * HOUR) == "eve"


def test_long_after_an_agreed_hour_without_a_sign_there_is_no_hurry():
    play = Play(planned_at=NOW)
    assert play.look(MINUTE, before) == [] and play.w.next_at == play.now + 2 * MINUTE
    play.look(13 * HOUR, before)
    assert play.w.next_at == play.now + 15 * MINUTE


SIGHTS = st.sampled_from(
    [
        *((before, {}), (before, {"began": True}), (before, {"published": None}), (after, {})),
        *((after, {"wrong": ("ns1.new.example",)}), (after, {"old": ("one",), "resolvers_asked": True}), (seen, {})),
        *((seen, {"old": ("one",)}), (seen, {"mail": "silent"}), (seen, {"mail": "answers"}), (None, {})),
        (before, {"errors": ("not_delegated",)}),
        (seen, {"certificate_until": NOW + 20 * DAY}),
        (seen, {"certificate_until": NOW + 400 * DAY}),
    ]
)
AGAINST = {
    "server_wrong": "servers_right",
    "old_again": "new_again",
    "certificate": "certificate_good",
    "mail_silent": "mail_answers",
    "undelegated": "delegated_again",
    "blind": "sees_again",
    "published": "switched_back",
}


@given(st.lists(st.tuples(SIGHTS, st.integers(1, 3000)), max_size=30))
def test_whatever_is_seen_each_thing_is_told_once_until_it_has_ended(looks):
    play = Play()
    for (make, values), minutes in looks:
        play.look(minutes * MINUTE, make, **values)
        # It is kept as plain JSON, and is the same afterwards.
        if play.w.sight:
            assert from_json(to_json(play.w.sight)) == play.w.sight
    keys = [one.key for one in play.told]
    assert len(keys) == len(set(keys))
    for kind, better in AGAINST.items():
        pair = [one.kind for one in play.told if one.kind in (kind, better)]
        assert pair == [kind, better] * (len(pair) // 2) + [kind] * (len(pair) % 2)
    assert set(wrong_now(play.w)) <= WRONG


@given(SIGHTS, st.integers(0, 20_000))
def test_a_look_at_what_stands_as_before_tells_nothing_new(sight, minutes):
    make, values = sight
    play = Play()
    for _ in range(3):
        play.look(MINUTE, make, **values)
    told = len(play.told)
    play.look(MINUTE, make, **values)
    assert [one.kind for one in play.told[told:] if one.kind not in ("blind",)] == []


@pytest.mark.parametrize("wrong", ["", "types = 3", '[quiet]\nfrom = "25:00"\nuntil = "07:30"'])
def test_a_plan_with_mistakes_is_refused(wrong):
    with pytest.raises(InputError):
        parse_plan(wrong)
