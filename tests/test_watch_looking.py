"""One look of a watch: what it says, and that what it leaves out changes nothing of that."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings

from core import datafiles
from core.dns.judging.check_so_far import Heard
from core.dns.judging.told_or_seen import change_of, old_of
from core.dns.judging.verdict import verdict
from core.ground.messages import InputError
from core.watch import looking
from core.watch.heard_text import Kept, pack, unpack, unpack_kept
from core.watch.looking import Means, look, resumed, told_of, wish_of
from core.watch.sight import to_json
from core.cutover.settings import Targets
from tests.watched_world import (
    A_NEW,
    A_OLD,
    HOSTERS,
    PARENTS,
    PLAN,
    RESOLVERS,
    ROOT,
    START,
    STEPS,
    ZONE,
    World,
    drop,
    record,
    switch,
    watch,
)

SEVERITIES = datafiles.dns_severities()
BESIDE = frozenset({"rising_ttl", "asked_otherwise"})
"""How a round was answered: no more than told."""


class Following:
    """A watch that is looked at: `whole` has all in memory and judges each round; else each look begins from the row."""

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
        *(found.serving, found.moves, found.waiting, [(f.tag, f.server) for f in found.findings if f.tag not in BESIDE]),
    )


def near(one, other):
    """Whether two moments are one: caches count whole seconds."""
    return one == other or (one and other and abs(one - other) <= dt.timedelta(seconds=2))


def assert_alike(one, other):
    assert near(one.bound, other.bound), (one, other)
    assert to_json(replace(one, bound=None)) == to_json(replace(other, bound=None))


@pytest.mark.parametrize("form", [{"new": "ns1.nowy.pl"}, {"old": "ns1.stary.pl"}, {}, {"expect": "198.51.100.7"}])
@settings(max_examples=20)
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
    later = world.at + dt.timedelta(days=3)
    resumed_from = unpack(from_row.packed, from_row.wish)
    for now in (world.at, later):
        assert substance(verdict_of(resumed_from, now)) == substance(verdict_of(whole.kept.heard, now))
    assert from_row.judged <= whole.judged
