"""Looks that anybody could have written: kept within bounds or refused, and none opens a gate that it should not."""

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from core.migration import worded
from core.migration.cutover_looks import SUMMARY_MAX, TEXT_MAX, accept_look, look_taken, why_shut
from core.migration.event import ImpossibleEventError
from core.migration.people import Team
from core.migration.rebuilding import after, rebuild
from tests.migrations import ANNA, DAY, NOW, PROCESS, Life, act, summary, told

MINUTE = dt.timedelta(minutes=1)
TEAM = Team(people=[ANNA])
SEVERITIES = ("blocked", "unknown", "accept", "notice")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
TEXTS = st.sampled_from(
    ("a.pl", "jan@a.pl", "\0", "\ud800", "\u202e", "a\nb", "hasło: Zima2026!", "x" * 9_999, "<b>", "{name}")
)
FINDINGS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"tag": TEXTS | JSON, "severity": st.sampled_from(SEVERITIES) | JSON, "name": TEXTS | JSON}
    )
    | JSON,
    max_size=5,
)
TIMES = st.sampled_from(
    [
        *(
            NOW.isoformat(),
            (NOW - MINUTE).isoformat(),
            (NOW + MINUTE).isoformat(),
            (NOW - DAY).isoformat(),
            "2026-11-18",
        ),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-18T10:00:00", "2026-W47-3T10:00:00+00:00"),
        *(
            "2026-11-18T10:00:00+00:00:00.000001",
            "2026-11-18\ud80010:00:00+00:00",
            "٢٠٢٦-11-18T10:00:00+00:00",
            "",
            "Z",
        ),
    ]
)
SUMMARIES = st.fixed_dictionaries(
    {
        "name": st.sampled_from(("a.pl", "a.pl", "a.pl", "A.PL.", "www.a.pl", "b.pl", "a.pl\0", "")) | JSON,
        "at": TIMES | JSON,
        "verdict": st.sampled_from(("ready", "accept", "unknown", "blocked")) | JSON,
    },
    optional={
        "complete": JSON,
        "asked": JSON | st.sampled_from((10**400, -1, True)),
        "digest": TEXTS | JSON,
        "findings": FINDINGS | JSON,
        "other": JSON,
    },
)


@settings(derandomize=True, max_examples=400)
@given(SUMMARIES)
def test_whatever_is_given_as_a_look_is_kept_within_bounds_or_refused(given):
    life = Life("a.pl", "b.pl")
    try:
        life.do(look_taken, "a.pl", given)
    except InputError as error:
        assert {one.field for one in error.errors} == {"look"}
        assert life.m.domains["a.pl"].cutover is None
        return
    kept = life.events[-1].new
    octets = json.dumps(kept, ensure_ascii=False, allow_nan=False).encode()
    assert len(octets) <= SUMMARY_MAX and b"Zima2026" not in octets and b"\\u0000" not in octets
    assert kept["name"] == "a.pl" and 0 <= kept["asked"] < 10**9 and type(kept["asked"]) is int
    for one in kept["findings"]:
        assert one["severity"] in SEVERITIES and len(one["tag"]) <= TEXT_MAX and len(one["name"]) <= TEXT_MAX
    assert rebuild(life.events) == life.m
    said = worded.event(life.events[-1], PROCESS, TEAM)
    assert all(language.text(said.what) and language.value(said.new) for language in (POLISH, ENGLISH))
    if why_shut(life.m.domains["a.pl"], NOW) is None:
        assert all(one["severity"] == "notice" for one in kept["findings"])
    assert why_shut(life.m.domains["b.pl"], NOW) is not None


def weighing(severity):
    return [{"tag": "mx_lost", "severity": severity, "name": "a.pl"}]


@pytest.mark.parametrize(
    ("verdict", "findings"),
    [
        *(("ready", weighing(severity)) for severity in ("blocked", "unknown", "accept", "grave", None)),
        ("ready", [{}]),
        ("accept", weighing("unknown")),
        ("unknown", weighing("blocked")),
        ("accept", weighing("notice") + weighing("blocked")),
    ],
)
def test_a_verdict_that_its_own_findings_contradict_is_none(verdict, findings):
    assert told(Life("a.pl"), look_taken, "a.pl", summary("a.pl", verdict=verdict, findings=findings)) == [
        ("look", "error.look_none")
    ]


@pytest.mark.parametrize("findings", [None, {}, "mx_lost", 0])
def test_a_look_that_does_not_say_what_it_found_is_none(findings):
    given = summary("a.pl", findings=findings)
    assert told(Life("a.pl"), look_taken, "a.pl", given) == [("look", "error.look_none")]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_beyond_all_time_is_none(at):
    assert told(Life("a.pl"), look_taken, "a.pl", {**summary("a.pl"), "at": at}) == [("look", "error.look_none")]


@pytest.mark.parametrize("later", ["blocked", "accept", "unknown", "ready"])
def test_an_earlier_look_does_not_take_the_place_of_a_later_one(later):
    life = Life("a.pl", "b.pl")
    life.do(look_taken, "a.pl", summary("a.pl", NOW, later))
    now = NOW + 2 * MINUTE
    earlier = summary("a.pl", NOW - MINUTE)
    assert told(life, look_taken, "a.pl", earlier, now=now) == [("look", "error.look_older")]
    life.do(look_taken, "b.pl", summary("b.pl", NOW - MINUTE), now=now)
    life.do(look_taken, "a.pl", summary("a.pl", NOW + MINUTE), now=now)
    assert why_shut(life.m.domains["a.pl"], now) is None


def test_who_accepts_one_look_has_not_accepted_another_of_the_same_second():
    life = Life("a.pl")
    life.do(look_taken, "a.pl", summary("a.pl", NOW, "accept"))
    (accepted,) = accept_look(life.m, act(), "a.pl", "poczta zostaje")
    life.do(look_taken, "a.pl", summary("a.pl", NOW, "unknown"))
    with pytest.raises(ImpossibleEventError):
        after(life.m, (accepted,))


DEEDS = st.sampled_from(("ready", "accept", "unknown", "blocked", "accepted"))
SECONDS = st.integers(-90_000, 90_000)


@settings(derandomize=True, max_examples=150)
@given(st.lists(st.tuples(DEEDS, SECONDS, SECONDS), max_size=6), st.integers(-90_000, 180_000))
def test_a_gate_is_open_for_the_latest_look_only_and_within_its_day(deeds, seconds):
    life, last, meant = Life("a.pl"), None, False
    for deed, at, clock in deeds:
        # A clock may go backwards.
        began, now = (NOW + dt.timedelta(seconds=some) for some in (at, clock))
        try:
            if deed == "accepted":
                life.do(accept_look, "a.pl", "tak ma być", now=now)
                meant = True
            else:
                life.do(look_taken, "a.pl", summary("a.pl", began, deed), now=now)
                last, meant = (began, deed), False
        except InputError:
            continue
    later = NOW + dt.timedelta(seconds=seconds)
    if why_shut(life.m.domains["a.pl"], later) is None:
        began, verdict = last
        assert dt.timedelta(0) <= later - began < DAY
        assert verdict == "ready" or (verdict in ("accept", "unknown") and meant)
