"""A week of moving domains, looked at by themselves: whatever happens is told once, and nothing that did not."""

import datetime as dt
import os
import random
from dataclasses import replace

import pytest

from core.cutover.settings import Targets
from core.dns.asking.engine import Engine
from core.ground.settings import ROOT
from core.watch.looking import Means, look
from core.watch.plan import NAME, parse_plan
from core.watch.transitions import changed
from core.watch.watch import Watch
from tests.lab.network import NoNetworkError, own_network
from tests.week import BEGIN, DAY, HOUR, MINUTE, NEW_HOSTS, OLD_HOSTS, World, stories

DOMAINS = int(os.environ.get("WEEK_DOMAINS", "9"))
"""The bench plays two hundred."""
PLAN = parse_plan((ROOT / NAME).read_text(encoding="utf-8"))
LATEST = {
    "lower_ttls": 7 * HOUR,
    "began": 7 * HOUR,
    "published": 7 * HOUR,
    "server_wrong": 20 * MINUTE,
    "servers_right": 20 * MINUTE,
    # A resolver that was old is new once it said so three times running.
    "propagated": 50 * MINUTE,
    "past_usual": 20 * MINUTE,
    "past_latest": 20 * MINUTE,
    "switched_back": 13 * HOUR,
    "old_again": 13 * HOUR,
    "new_again": 50 * MINUTE,
    "certificate": 13 * HOUR,
    "certificate_good": 13 * HOUR,
}
"""How long after it is so a thing is told at the latest: the interval of the phase that it is seen in, and a look."""


def begun(story):
    form = {"name": story.name, "old": " ".join(OLD_HOSTS), "new": " ".join(NEW_HOSTS)}
    name, number = story.name, story.number
    return Watch(number, name, name, None, "anna", BEGIN, form, story.planned_at, "planned", BEGIN, BEGIN)


def play(world, until):
    """Look at all domains whenever one is due; return what was told of each."""
    engine = Engine(now=lambda: world.now, per_second=1e9, authoritative_per_second=lambda address: 1e9)
    means = Means(engine, world.roots, world.resolvers, Targets())
    watches, kept = {story.name: begun(story) for story in world.stories}, {}
    told, fates = {name: [] for name in watches}, {story.name: story for story in world.stories}
    draw = random.Random(1)
    try:
        while True:
            name = min(watches, key=lambda name: watches[name].next_at)
            watch = watches[name]
            if watch.next_at > until:
                return told
            world.now = max(world.now, watch.next_at)
            looked = look(watch, kept.get(name), PLAN, means, lambda: world.now)
            sight = looked.sight
            if sight is not None and watch.phase == "after":
                # The site itself is spoken to in tests/test_watch_after_look.py: here its address is nobody's.
                sight = replace(sight, certificate_until=fates[name].certificate_until(world.now))
            watch, found = changed(watch, sight, PLAN, world.now, draw=draw.random())
            told[name] += found
            kept[name] = looked.packed or kept.get(name)
            watches[name] = replace(watch, version=watch.version + 1)
    finally:
        engine.stop()


@pytest.mark.lab
def test_in_a_week_each_thing_that_happens_is_told_once_and_in_time():
    world = World(stories(DOMAINS))
    try:
        with own_network(), world.served():
            told = play(world, BEGIN + 7 * DAY)
    except NoNetworkError as error:
        pytest.fail(str(error)) if os.environ.get("CI") == "true" else pytest.skip(str(error))
    for story in world.stories:
        assert [one.kind for one in told[story.name]] == [kind for kind, _ in story.truth], story
        late, behind = {}, dt.timedelta(0)
        for one, (_, since) in zip(told[story.name], story.truth, strict=True):
            late[one.key] = one.at - since
            assert dt.timedelta(0) <= late[one.key] <= LATEST[one.kind] + behind, (story.name, late)
            # From a switch that was seen late its caches are waited for as much longer: it may have come just then.
            behind = late[one.key] if one.kind == "published" else behind
