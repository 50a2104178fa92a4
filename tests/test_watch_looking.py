"""One look of a watch: what it says, and that what it leaves out changes nothing of that."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings

from core import datafiles
from core.cutover.settings import Targets
from core.dns.asking.engine import Engine
from core.dns.judging.check_so_far import Heard
from core.dns.judging.told_or_seen import change_of, old_of
from core.dns.judging.verdict import verdict
from core.ground.messages import InputError
from core.watch import looking
from core.watch.heard_text import Kept, unpack, unpack_kept
from core.watch.looking import Means, look, resumed, told_of, wish_of
from core.watch.sight import to_json
from tests.lab.network import NoNetworkError, own_network
from tests.lab.stage import now as real_now
from tests.watched_world import (
    A_NEW,
    A_OLD,
    PLAN,
    RESOLVERS,
    ROOT,
    START,
    STEPS,
    ZONE,
    World,
    record,
    served,
    switch,
    watch,
)

SEVERITIES = datafiles.dns_severities()
BESIDE = frozenset({"rising_ttl", "asked_otherwise"})
"""How a round was answered: no more than told."""


class Following:
    """A watch that is looked at: `whole` has all in memory and is judged each time; else each look begins anew."""

    def __init__(self, world, the_watch, *, whole=False):
        self.world, self.wish, self.whole = world, wish_of(the_watch, PLAN), whole
        self.kept, self.sight, self.packed, self.judged = Kept(Heard(self.wish), None), None, None, 0

    def look(self, resolvers=RESOLVERS):
        kept = self.kept
        if self.whole:
            kept = kept._replace(quiet_until=None)
        elif self.packed is not None:
            kept = unpack_kept(self.packed, self.wish)
        check = resumed(kept.heard, self.wish, self.world, [ROOT], resolvers)
        check.round()
        told = told_of(self.sight, kept, check, self.world.at, SEVERITIES)
        self.judged += told.packed is not None
        self.kept, self.sight = Kept(check, told.quiet_until), told.sight
        self.packed = told.packed or self.packed
        return told.sight


def verdict_of(heard, now):
    change = change_of(heard, heard.wish)
    return verdict(change, old_of(heard, change, heard.wish), heard.observations, now)


def substance(found):
    """What a verdict comes to, without the observations that it was made of."""
    return (
        *(found.state, found.published, found.consistent, found.expired, found.observed, found.switched),
        *(
            found.serving,
            found.moves,
            found.waiting,
            [(f.tag, f.server) for f in found.findings if f.tag not in BESIDE],
        ),
    )


def near(one, other):
    """Whether two moments are one: caches count whole seconds."""
    return one == other or (one and other and abs(one - other) <= dt.timedelta(seconds=2))


def assert_alike(one, other):
    assert near(one.bound, other.bound), (one, other)
    assert to_json(replace(one, bound=None)) == to_json(replace(other, bound=None))


@pytest.fixture
def memory(monkeypatch):
    """No look of another test is remembered."""
    found = looking._Memory()
    monkeypatch.setattr(looking, "_MEMORY", found)
    return found


@pytest.fixture
def world():
    return World()


class Row:
    """A watch as its row has it, looked at with all that is needed; `world` in place of the engine."""

    def __init__(self, world, **more):
        self.world, self.watch, self.packed, self.all = world, watch(**more), None, []

    def look(self, *, minutes=15, engine=None, now=None):
        self.world.at += dt.timedelta(minutes=minutes)
        means = Means(engine or self.world, [ROOT], RESOLVERS, Targets())
        looked = look(self.watch, self.packed, PLAN, means, now or self.world.now)
        self.packed = looked.packed or self.packed
        self.watch = replace(self.watch, sight=looked.sight or self.watch.sight, version=self.watch.version + 1)
        self.all.append(looked)
        return looked

    def looks(self, count, minutes=15):
        return [self.look(minutes=minutes) for _ in range(count)]


# -- what is left out changes nothing


@pytest.mark.parametrize("form", [{"new": "ns1.nowy.pl"}, {"old": "ns1.stary.pl"}, {}, {"expect": "198.51.100.7"}])
@settings(max_examples=8)
@given(STEPS)
def test_what_begins_anew_from_the_row_at_each_look_says_what_the_whole_history_says(form, steps):
    world = World()
    the_watch = watch(form={"name": ZONE, "types": "A,MX", **form})
    whole, from_row = Following(world, the_watch, whole=True), Following(world, the_watch)
    for event, looks, seconds in steps:
        event(world)
        for _ in range(looks):
            world.at += dt.timedelta(seconds=seconds)
            assert_alike(from_row.look(), whole.look())
    again = unpack(from_row.packed, from_row.wish)
    for now in (world.at, world.at + dt.timedelta(days=3)):
        assert substance(verdict_of(again, now)) == substance(verdict_of(whole.kept.heard, now))


def test_a_quiet_watch_is_judged_and_packed_three_times_and_then_once_a_day(memory, world):
    row = Row(world)
    looked = row.looks(4 * 24 * 2)
    assert [n for n, one in enumerate(looked) if one.packed] == [0, 1, 2, 2 + 96]
    assert not looked[0].same and all(one.same for one in looked[1:])
    assert [one.sight.at for one in looked] == [START + (n + 1) * dt.timedelta(minutes=15) for n in range(192)]


def test_a_bound_that_passes_is_judged_though_every_round_says_the_same(memory, world):
    row = Row(world)
    row.looks(4)
    switch(world, world.parents, "nowy")
    world.cached.clear(), world.led.clear()
    looked = row.looks(20, minutes=9)
    # The old delegation, an hour, and what it led to, ten minutes.
    ends = looked[0].sight.at + dt.timedelta(seconds=3600 + 600)
    assert {one.sight.bound for one in looked} == {ends}
    assert [one.sight.propagated for one in looked] == [one.sight.at >= ends for one in looked]
    # Three rounds that say the same, the end of the old delegation, and the bound.
    assert [n for n, one in enumerate(looked) if one.packed] == [0, 1, 2, 7, 8]


def test_a_later_end_of_old_data_is_packed_and_moves_the_bound(memory, world):
    row = Row(world)
    row.looks(4)
    switch(world, world.parents, "nowy")
    # Whoever asked the old hoster just before got a TTL that nobody else was shown.
    row.looks(5, minutes=2)
    question = next(question for _, question in world.cached if question.type == "A")
    _, old = world.cached["r2", question]
    long = world.at + dt.timedelta(hours=30)
    world.cached["r2", question] = long, old._replace(answer=(old.answer[0]._replace(ttl=108_000, values=A_OLD),))
    (looked,) = row.looks(1, minutes=2)
    assert looked.packed and "r2" in looked.sight.old
    assert near(looked.sight.bound, long)
    assert near(verdict_of(unpack(row.packed, looked.heard.wish), world.at).eta.at, long)


def test_while_a_lowered_ttl_runs_out_every_round_counts(memory, world):
    row = Row(world)
    row.looks(5, minutes=60)
    record(world, "stary", "A", 60, A_OLD)
    record(world, "stary", "MX", 60, ("10 mx.stary.pl",))
    world.ns_ttl = 7200
    row.looks(1, minutes=60)
    world.ns_ttl = 60
    looked = row.looks(4, minutes=30)
    # Until the first of these looks it may have been given out with two hours.
    assert [one.sight.longest_ttl for one in looked] == [7200, 5400, 3600, 3600]
    assert all(one.packed for one in looked[:3])


# -- what it says


def test_a_move_from_before_its_day_until_everybody_has_arrived(memory, world):
    row = Row(world, form={"name": ZONE, "types": "A,MX", "old": "ns1.stary.pl", "new": "ns1.nowy.pl"})
    (sight,) = [one.sight for one in row.looks(1)]
    assert (sight.state, sight.moves, sight.began, sight.published, sight.propagated) == (
        "unpublished",
        True,
        False,
        False,
        False,
    )
    assert sight.servers == ("ns1.stary.pl",) and sight.longest_ttl == 3600 and sight.errors == ()
    assert (sight.old_count, sight.resolvers_asked, sight.bound, sight.switched) == (3, True, None, None)
    switch(world, ["127.0.2.3"], "nowy")
    sight = row.look().sight
    assert (sight.began, sight.published, sight.servers) == (True, False, ("ns1.nowy.pl", "ns1.stary.pl"))
    switch(world, world.parents, "nowy")
    sight = row.look().sight
    assert (sight.state, sight.began, sight.published, sight.propagated) == ("consistent", True, True, False)
    assert sight.switched == world.at and sight.bound > world.at and sight.servers == ("ns1.nowy.pl",)
    sights = [one.sight for one in row.looks(8, minutes=60)]
    assert sights[-1].propagated and (sights[-1].new_count, sights[-1].old) == (3, ())
    # An error and "propagated" never stand together.
    world.silent = {"127.0.4.1"}
    sight = row.look().sight
    assert (sight.propagated, sight.wrong, sight.consistent) == (False, ("ns1.nowy.pl",), False)
    assert "unreachable" in sight.errors


def test_a_switch_that_nobody_told_of_is_seen_and_one_taken_back_is_none(memory, world):
    row = Row(world, form={"name": ZONE, "types": "A,MX"})
    sight = row.look().sight
    assert (sight.moves, sight.began, sight.published, sight.propagated) == (False, False, None, False)
    switch(world, world.parents, "nowy")
    sight = row.look().sight
    assert (sight.moves, sight.began, sight.published) == (True, True, True)
    switch(world, world.parents, "stary")
    sight = [one.sight for one in row.looks(3)][-1]
    assert not sight.began and not sight.propagated


def test_where_nothing_changes_nothing_is_published_and_nothing_arrives(memory, world):
    row = Row(world, form={"name": ZONE, "types": "A,MX"})
    for one in row.looks(6):
        assert one.sight.state in ("consistent", "observed")
        assert (one.sight.moves, one.sight.began, one.sight.published, one.sight.propagated) == (
            False,
            False,
            None,
            False,
        )


def test_a_switch_that_came_before_the_first_look_has_begun(memory, world):
    switch(world, world.parents, "nowy")
    row = Row(world, form={"name": ZONE, "types": "A,MX", "old": "ns1.stary.pl"})
    sight = row.look().sight
    assert (sight.began, sight.moves, sight.published) == (True, True, True)
    assert sight.bound is None and not sight.propagated


def test_new_servers_that_serve_nothing_are_wrong_by_name_once_they_are_referred_to(memory, world):
    row = Row(world)
    row.look()
    world.records["nowy"] = {}
    switch(world, world.parents, "nowy")
    sight = row.look().sight
    assert sight.servers == ("ns1.nowy.pl",) and not sight.propagated
    record(world, "nowy", "A", 300, A_NEW)
    world.silent = {"127.0.4.1"}
    sight = row.look().sight
    assert sight.wrong == ("ns1.nowy.pl",)


def test_resolvers_are_asked_only_where_the_phase_says_so(memory, world):
    row = Row(world, phase="switching", planned_at=START)
    sight = row.look(minutes=2).sight
    assert (sight.resolvers_asked, sight.new_count, sight.old_count) == (False, 0, 0)
    assert not any(o.server.role == "resolver" for o in row.all[0].heard.observations)
    row.watch = replace(row.watch, phase="expiring")
    assert row.look().sight.resolvers_asked


def test_a_zone_with_a_ds_is_judged_each_time(memory, world):
    world.ds = ("12345 13 2 " + "ab" * 32,)
    row = Row(world)
    assert all(one.packed and one.sight.ds for one in row.looks(6))


# -- what is kept, and what is not


def test_where_nobody_answers_anything_nothing_is_said_and_nothing_forgotten(memory, world):
    row = Row(world)
    row.looks(2)
    before = row.all[-1].heard
    world.silent = {ROOT.address, *(resolver.address for resolver in RESOLVERS)}
    blind = row.look()
    assert (blind.sight, blind.packed, blind.same, blind.anew) == (None, None, False, False)
    assert blind.heard.observations == before.observations
    world.silent = set()
    assert row.look().same


def test_new_servers_that_are_filled_in_later_are_judged_with_what_was_heard_before(memory, world):
    row = Row(world, form={"name": ZONE, "types": "A,MX"})
    row.looks(5)
    row.watch = replace(row.watch, form=row.watch.form | {"new": "ns1.nowy.pl"})
    looked = row.look()
    assert looked.packed and looked.sight.moves and looked.sight.published is False
    assert looked.heard.first_look == START + dt.timedelta(minutes=15)


def test_what_cannot_be_read_is_begun_anew_and_said_so(memory, world, caplog):
    row = Row(world)
    row.looks(3)
    row.packed = b"from a newer desk"
    looked = row.look()
    assert looked.anew and looked.packed and len(looked.heard.rounds) == 1
    assert "begins anew" in caplog.text
    assert not row.look().anew


def test_what_another_process_wrote_counts_not_what_this_one_remembers(memory, world):
    row = Row(world)
    row.looks(3)
    first = row.packed
    looked = row.look()
    # Its write was refused: somebody else has written another round.
    switch(world, world.parents, "nowy")
    other = Row(world)
    other.packed, other.watch = first, row.watch
    other.look()
    row.packed, row.watch = other.packed, other.watch
    switch(world, world.parents, "stary")
    assert row.look().heard.move is not None and looked.heard.move is None


def test_a_process_remembers_so_many_watches_and_no_more(memory, world, monkeypatch):
    monkeypatch.setattr(looking, "MOST_WATCHES", 3)
    for id in range(5):
        Row(world, id=id).look()
    assert [id for id in range(5) if memory.get(id)] == [2, 3, 4]
    size = len(memory.get(4).kept.heard.observations)
    monkeypatch.setattr(looking, "MOST_OBSERVATIONS", size)
    Row(world, id=5).look()
    assert [id for id in range(6) if memory.get(id)] == [5]
    monkeypatch.setattr(looking, "MOST_OBSERVATIONS", 1)
    row = Row(world, id=6)
    # Too large to be remembered: it is unpacked each time.
    assert [bool(one.packed) for one in row.looks(5)] == [True] * 3 + [False] * 2
    assert not any(memory.get(id) for id in range(7))


def test_of_servers_that_say_something_else_each_time_so_much_is_kept_and_no_more(memory, world, monkeypatch):
    row = Row(world)
    for n in range(40):
        record(world, "stary", "A", 60 + n, (f"192.0.2.{n}",))
        row.look()
        if n == 19:
            most = len(row.packed)
            monkeypatch.setattr(looking, "MOST_PACKED", most)
    assert len(row.packed) <= most
    heard = row.all[-1].heard
    assert heard.first_look == START + dt.timedelta(minutes=15) and len(heard.rounds) < 20
    assert [o.at for o in heard.rounds[-2][:1]] == [world.at - dt.timedelta(minutes=15)]


def test_a_watch_asks_the_plans_types_where_nobody_said_which():
    assert wish_of(watch(form={"name": ZONE}), PLAN).types == ("A", "AAAA", "MX")
    assert wish_of(watch(form={"types": "TXT", "new": "ns9.nowy.pl"}), PLAN).types == ("TXT",)
    assert wish_of(watch(form={}), PLAN).name.ascii == ZONE
    assert wish_of(watch(form={"switched": "2026-11-02 10:00"}), PLAN).switched_at is not None
    with pytest.raises(InputError):
        wish_of(watch(form={"old": "192.168.0.1"}), PLAN)


# -- on real servers


@pytest.mark.lab
def test_a_look_at_real_servers_says_what_the_small_world_says(memory, world):
    try:
        with own_network(), served(world):
            engine = Engine(per_second=500, timeout=1.0, now=real_now)
            try:
                row = Row(world)
                before = [row.look(engine=engine, now=real_now) for _ in range(5)]
                switch(world, world.parents, "nowy")
                world.cached.clear(), world.led.clear()
                after = row.look(engine=engine, now=real_now)
            finally:
                engine.stop()
    except NoNetworkError as error:
        pytest.skip(str(error))
    assert before[0].sight.old_count == 3 and before[0].sight.state == "unpublished"
    assert [bool(one.packed) for one in before] == [True, True, True, False, False]
    assert (after.sight.published, after.sight.new_count, after.sight.servers) == (True, 3, ("ns1.nowy.pl",))
    assert after.sight.bound is not None and after.packed
