"""What a page shows of a watch: its list, what is wrong, the bound or why there is none, green only where known."""

import datetime as dt
from dataclasses import replace

import pytest

from core.ground.sought import looked_for
from core.language import LANGUAGES, POLISH
from core.watch import showing, transitions
from core.watch.plan import plan_of_desk
from core.watch.showing import SECTIONS, WRONG, ordered, shown, small, troubles
from core.watch.sight import Sight
from tests.watch_rows import ARRIVED, BEFORE, NOW, SEEN, ago, ahead, on, watch

PLAN = plan_of_desk()
OPERATORS = {"google-1": "Google", "google-2": "Google", "quad9-1": "Quad9"}


def seen(one, somebody=True, now=NOW):
    return shown(one, PLAN, now, somebody=somebody)


@pytest.mark.parametrize("kind", sorted(transitions.WRONG - {"not_everywhere"}))
def test_whatever_is_wrong_needs_somebody_until_somebody_has_taken_note(kind):
    wrong = watch(marks=on(kind))
    assert seen(wrong).section == "now" and not seen(wrong).well
    noted = seen(replace(wrong, acknowledged={"by": "anna", "at": NOW.isoformat()}))
    assert noted.section == "expiring" and not noted.well and [found.kind for found in noted.troubles] == [kind]


def test_what_came_after_somebody_took_note_needs_somebody_again():
    noted = {"by": "anna", "at": NOW.isoformat(), "kinds": "certificate"}
    assert seen(watch(marks=on("certificate"), acknowledged=noted)).section == "expiring"
    assert seen(watch(marks=on("certificate", "server_wrong"), acknowledged=noted)).section == "now"


@pytest.mark.parametrize("kind", ["lower_ttls", "look_stale"])
def test_what_is_to_be_done_before_the_switch_is_there_until_it_is_done(kind):
    noted = seen(watch(marks=on(kind), acknowledged={"by": "anna", "at": NOW.isoformat()}))
    assert noted.section == "now" and not noted.troubles[0].may_be_noted and not noted.troubles[0].late


def test_whatever_somebody_is_to_see_to_is_shown():
    assert set(WRONG) >= transitions.WRONG and set(WRONG) - {"unlooked"} <= set(showing.KINDS)


def test_mark_that_holds_no_more_is_no_trouble():
    over = watch(marks={"server_wrong": {"n": 1, "at": NOW.isoformat(), "on": False}})
    assert seen(over).well and not seen(over).troubles


def test_nothing_is_well_while_nobody_looks():
    assert seen(watch()).well
    nobody = seen(watch(), somebody=False)
    assert not nobody.well
    assert showing.standing(nobody, somebody=False).id == "watches.unknown"


def test_nothing_is_well_before_the_first_look():
    new = seen(watch(phase="planned", seen=None))
    assert not new.well and showing.standing(new, somebody=True).id == "watches.not_looked"


@pytest.mark.parametrize(
    "doubt",
    [
        {"seen": replace(SEEN, errors=("not_delegated",))},
        {"seen": replace(SEEN, errors=("resolver_fails",))},
        {"blind_since": ago(minutes=10)},
        {"marks": {"server_wrong": {"once": True}}},
    ],
    ids=["not delegated", "resolvers fail", "no answer", "seen once"],
)
def test_nothing_is_well_while_the_last_look_says_otherwise_though_nobody_was_told_yet(doubt):
    doubtful = seen(watch(**doubt))
    assert not doubtful.well and showing.standing(doubtful, somebody=True).id == "watches.doubtful"


def test_watch_that_came_to_its_end_while_something_was_wrong_shows_it():
    ended = seen(watch(phase="ended", ended_at=ago(days=3), end="over", marks=on("server_wrong")))
    assert [found.kind for found in ended.troubles] == ["server_wrong"] and ended.section == "ended"


def test_resolvers_that_were_all_silent_were_asked():
    silent = replace(SEEN, new_count=0, old_count=0, other_count=0, silent_count=25, old=())
    assert showing.counted(silent, {}).id == "watches.counts.silent"
    assert showing.counted(replace(silent, silent_count=0), {}).id == "watches.counts.none"


@pytest.mark.parametrize(
    "doubt", [{"blind_since": ago(hours=2)}, {"marks": on("old_again")}], ids=["no answer", "old again"]
)
def test_client_is_not_told_that_all_is_well_while_that_is_not_known(doubt):
    assert showing.client(watch(phase="after", seen=ARRIVED), NOW).id == "watches.client.after"
    assert showing.client(watch(phase="after", seen=ARRIVED, **doubt), NOW).id == "watches.client.followed"


def test_look_that_is_overdue_by_more_than_its_interval_is_no_green():
    # In the phase "expiring" it is looked every 15 minutes.
    assert seen(watch(next_at=ago(minutes=15))).well
    late = seen(watch(next_at=ago(minutes=15, seconds=1)))
    assert late.section == "now" and [found.kind for found in late.troubles] == ["unlooked"]


def test_ended_watch_is_never_late_nor_green():
    ended = seen(watch(phase="ended", seen=ARRIVED, ended_at=ago(days=3), end="over"))
    assert ended.section == "ended" and not ended.troubles and not ended.well


def test_watch_that_ended_not_everywhere_names_who_is_old():
    ended = watch(phase="ended", ended_at=ago(days=3), end="not_everywhere")
    (found,) = troubles(ended, PLAN, NOW)
    assert found.names == SEEN.old and seen(ended).section == "ended"


def test_trouble_names_servers_and_operators_each_once():
    old = watch(seen=replace(SEEN, old=("google-1", "google-2", "quad9-1", "own")), marks=on("old_again"))
    (found,) = troubles(old, PLAN, NOW)
    assert POLISH.text(showing.trouble(found, OPERATORS)) == "stare dane wróciły: Google, Quad9, own"
    wrong = watch(seen=replace(SEEN, wrong=tuple(f"ns{n}.a.pl" for n in range(7))), marks=on("server_wrong"))
    (found,) = troubles(wrong, PLAN, NOW)
    said = POLISH.text(showing.trouble(found, {}))
    assert said.endswith("ns0.a.pl, ns1.a.pl, ns2.a.pl, ns3.a.pl, ns4.a.pl i 2 inne")


def test_what_harms_most_stands_first_and_lists_follow_one_another():
    made = [
        watch("a.pl", "after", ARRIVED),
        watch("b.pl", marks=on("certificate")),
        watch("c.pl", marks=on("unconfirmed_switch", "blind")),
        watch("d.pl", "ended", ARRIVED, ended_at=ago(days=1), end="over"),
        watch("e.pl", "planned", None, planned_at=ahead(days=2)),
        watch("f.pl", seen=replace(SEEN, bound=ahead(hours=2))),
        watch("g.pl", seen=replace(SEEN, bound=ahead(hours=1))),
        watch("h.pl", "switching"),
    ]
    found = ordered(map(seen, made))
    assert [one.watch.name[0] for one in found] == list("cbhgfead")
    assert [one.section for one in found] == sorted((one.section for one in found), key=SECTIONS.index)


@pytest.mark.parametrize(
    ("one", "id"),
    [
        (watch(), "watches.bound"),
        (watch(seen=replace(SEEN, bound=NOW)), "watches.bound.passed"),
        (watch(seen=replace(SEEN, bound=None)), "watches.bound.unknown"),
        (watch(phase="planned", seen=None), "watches.bound.unseen"),
        (watch(phase="eve", seen=BEFORE), "watches.bound.before"),
        (watch(phase="ended", ended_at=NOW), "watches.bound.ended"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bound_is_told_or_why_there_is_none(one, id):
    assert showing.bound(one, NOW).id == id


def test_bound_has_its_hour_in_warsaw():
    assert POLISH.text(showing.bound(watch(), NOW)) == "do 21.11.2026, 16:05"


@pytest.mark.parametrize(
    ("next_at", "said"),
    [
        (ago(minutes=1), "zaraz"),
        (NOW, "zaraz"),
        (ahead(seconds=20), "za 1 min"),
        (ahead(minutes=59), "za 59 min"),
        (ahead(hours=5, minutes=30), "za 5 h (21.11.2026, 17:30)"),
        (ahead(days=3), "24.11.2026, 12:00"),
        (None, "nie będzie"),
    ],
)
def test_next_look_is_told_as_people_say_it(next_at, said):
    assert POLISH.text(showing.next_look(watch(next_at=next_at), NOW)) == said


def test_search_finds_by_name_as_written_and_as_asked_by_client_and_by_number():
    one = seen(replace(watch("xn--zakty-ova.pl"), display="zakąty.pl"))
    for text in ("", "zakaty", "xn--zakty", "róża", "P-7", "p7"):
        assert showing.answers(one, looked_for(text), "Róża i Wspólnicy", "P-7"), text
    assert not showing.answers(one, looked_for("inna"), "Róża", "P-7")


# -- what the client may be told


@pytest.mark.parametrize(
    ("one", "id"),
    [
        (watch(), "expiring"),
        (watch(marks=on("server_wrong", "old_again")), "expiring"),
        (watch(seen=replace(SEEN, bound=None)), "unbounded"),
        (watch(seen=replace(SEEN, bound=ago(hours=1))), "unbounded"),
        (watch(phase="after", seen=ARRIVED), "after"),
        (watch(phase="ended", seen=SEEN, end="not_everywhere"), "followed"),
        (watch(phase="switching", seen=replace(SEEN, published=False)), "switching"),
        (watch(phase="switching", seen=BEFORE, planned_at=ago(hours=1)), "followed"),
        (watch(phase="planned", seen=None, planned_at=ahead(days=2)), "planned"),
        (watch(phase="planned", seen=None), "followed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_client_is_told_what_is_sure_in_both_languages(one, id):
    message = showing.client(one, NOW)
    assert message.id == f"watches.client.{id}"
    assert all("firma.example" in language.text(message) for language in LANGUAGES.values())


# -- the line


def at(hours, new, old, other=0):
    return Sight(NOW + dt.timedelta(hours=hours), "published", new_count=new, old_count=old, other_count=other)


def test_rounds_without_resolvers_leave_no_point():
    assert [point.new for point in showing.line([BEFORE, at(0, 0, 4), BEFORE, at(1, 3, 1)])] == [0, 3]


def test_small_line_holds_what_was_seen_last_until_now():
    points = showing.line([at(0, 0, 4), at(1, 2, 1, 1)])
    assert small(points, NOW + dt.timedelta(hours=4)) == [(0.0, 0.0, 1.0), (0.25, 0.5, 0.25), (1.0, 0.5, 0.25)]


@pytest.mark.parametrize("until", [NOW, ago(hours=5)])
def test_line_of_one_moment_or_of_a_clock_put_back_stays_within_its_frame(until):
    drawn = small(showing.line([at(0, 1, 0), at(2, 0, 1)]), until)
    assert all(0 <= number <= 1 for point in drawn for number in point)
    assert small([], NOW) == []
