"""The promise, measured in every scene: no hour that a cache outlives, and nothing called done that somebody lacks."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.dns.asking.engine import Engine
from core.dns.observation import Observation, Server
from core.ground.settings import ROOT
from tests.lab.network import add_ipv4
from tests.lab.plays import play_all
from tests.lab.preferred import preferred
from tests.lab.recursors import Bind, KnotResolver, PowerDns
from tests.lab.scenes import SCENES
from tests.lab.servers import MISSING_RECURSORS, Knot, Nsd, program
from tests.lab.stage import Look, Party, Played, now

pytestmark = [pytest.mark.lab, pytest.mark.by_the_clock]

ROUNDED = dt.timedelta(seconds=2.5)
"""Caches count whole seconds, one for each link of the bound, and an answer takes its time."""
TIGHT = dt.timedelta(seconds=5)
TABLE = "docs/dns-scenes.md"

OTHERS = {"bind": (Bind, "named"), "kresd": (KnotResolver, "kresd"), "powerdns": (PowerDns, "pdns_recursor")}
FAILS = ("SERVFAIL", "NXDOMAIN")
PARTIES = {"old": (Nsd, Knot), "new": (Nsd, Knot), "loud": (Nsd, Nsd), "quiet": (Knot, Knot)}
"""Who all scenes share. nsd sends its NS set beside what it answers, Knot DNS does not."""


@pytest.fixture(scope="module")
def played(_laboratory) -> Iterator[dict[str, Played]]:
    if missing := [name for _, name in OTHERS.values() if program(name) is None] + [
        name for name in ("knotd", "pdns_server") if program(name) is None
    ]:
        reason = f"{MISSING_RECURSORS} ({', '.join(missing)})"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    lab, network = _laboratory
    with network.inside(), preferred():
        recursors = [
            Server("resolver", lab.plain.address, id="unbound"),
            Server("resolver", lab.validator.address, id="unbound, DNSSEC"),
        ]
        for number, (name, (kind, _)) in enumerate(OTHERS.items(), start=1):
            address = f"127.0.6.{number}"
            add_ipv4(address)
            daemon = kind(lab.folder, name, address, lab.hints_file)
            lab.daemons.append(daemon)
            daemon.start()
            recursors.append(Server("resolver", address, id=name))
        parties = {name: Party(*(lab.authority(kind=kind) for kind in kinds)) for name, kinds in PARTIES.items()}
        engine = Engine(per_second=2000, timeout=1.0, now=now)
        engine.start()
        scenes = [scene for scene in SCENES if scene.id in os.environ.get("ONLY", scene.id).split(",")]
        found = play_all(scenes, lab, network, engine, recursors, parties)
        engine.stop()
    if where := os.environ.get("SCENES"):
        Path(ROOT, where).write_text(table(found), encoding="utf-8")
    yield found


@pytest.fixture
def scene(played, request) -> Played:
    if request.param not in played:
        pytest.skip("not played (ONLY)")
    found = played[request.param]
    if found.error:
        raise found.error
    return found


everyone = pytest.mark.parametrize("scene", [scene.id for scene in SCENES], indirect=True)


@everyone
def test_no_cache_gives_old_data_after_the_hour_that_was_given(scene):
    bound = scene.looks[-1].verdict.eta.at
    if bound is None:
        assert not scene.scene.arrives
        return
    late = {
        name: last - bound
        for name in scene.recursors
        if (last := scene.last_old(name)) and last > bound + ROUNDED and name not in scene.scene.fed
    }
    assert not late, "\n".join(scene.story())


@everyone
def test_nothing_is_called_propagated_while_a_resolver_says_otherwise(scene):
    for look, later in afterwards(scene):
        if not look.verdict.propagated:
            continue
        # What a cache says later is no less true than what the check heard of it.
        wrong = [
            (o.server.id, o.rcode, o.values)
            for o in later
            if scene.is_old(o) or (o.rcode in FAILS and scene.scene.data)
        ]
        assert not wrong, (scene.after(look.at), wrong[:3], "\n".join(scene.story()))


@everyone
def test_it_arrives_or_it_is_said_why_not(scene):
    verdict = scene.looks[-1].verdict
    if scene.scene.arrives:
        fed = {finding.server.id for finding in verdict.held_back if finding.tag == "resolver_still_old"}
        # Within two seconds of the end it is still waited for.
        fed |= {server.id for server in verdict.waiting}
        assert verdict.propagated or (fed and fed <= set(scene.scene.fed)), "\n".join(scene.story())
    else:
        assert not verdict.propagated and verdict.held_back, "\n".join(scene.story())


@everyone
def test_who_must_be_told_is_told(scene):
    found = {finding.tag for look in scene.looks for finding in look.verdict.findings}
    assert set(scene.scene.told) <= found, "\n".join(scene.story())
    assert not set(scene.scene.never) & found, "\n".join(scene.story())


@pytest.mark.parametrize("scene", [scene.id for scene in SCENES if scene.tight], indirect=True)
def test_bound_is_tight_where_caches_are_filled_at_the_worst_second(scene):
    bound = scene.looks[-1].verdict.eta.at
    last = max(filter(None, map(scene.last_old, scene.recursors)))
    # What was filled, done or seen late was not so at the worst second.
    late = dt.timedelta(seconds=scene.late) + max(scene.unseen, dt.timedelta(0))
    assert bound - last < TIGHT + late, "\n".join(scene.story())


@everyone
def test_old_servers_are_released_only_when_nobody_follows_them(scene):
    for look, later in afterwards(scene):
        if any(f.tag == "old_servers_over" for f in look.verdict.findings):
            assert not any(map(scene.is_old, later)), "\n".join(scene.story())
            switched = look.verdict.switched
            assert switched and look.at - switched >= dt.timedelta(seconds=scene.scene.delegation)


@everyone
def test_every_cache_is_asked_until_it_has_flipped(scene):
    assert scene.recursors
    for name in scene.recursors:
        last = [o for o in scene.samples if o.server.id == name][-1]
        assert not scene.is_old(last) or name in scene.scene.fed, "\n".join(scene.story())


@everyone
def test_whoever_keeps_a_cache_with_old_servers_is_named_before_the_hour_and_the_cache_after_it(scene):
    bound = scene.looks[-1].verdict.eta.at
    kept = {name for name in scene.recursors if bound and (last := scene.last_old(name)) and last > bound + TIGHT}
    if kept:
        before, after = (
            [f for look in scene.looks if (look.at < bound) is early for f in look.verdict.findings]
            for early in (True, False)
        )
        feed = [f for f in before if f.tag == "old_servers_feed"]
        assert feed and all(f.values["servers"] for f in feed), "\n".join(scene.story())
        assert kept <= {f.server.id for f in after if f.tag == "resolver_still_old"}, "\n".join(scene.story())


@pytest.mark.parametrize("scene", ["fed"], indirect=True)
def test_the_cure_that_is_named_brings_a_kept_cache_over(scene):
    verdict = scene.looks[-1].verdict
    assert verdict.propagated and not any(scene.is_old(o) for o in scene.samples[-len(scene.recursors) :])
    # Knot Resolver stays for certain: it takes a set anew in its last five seconds, and asks at least as often.
    assert scene.last_old("kresd") > verdict.eta.at


@pytest.mark.parametrize("scene", ["parents"], indirect=True)
def test_counted_is_from_the_last_of_the_parent_s_servers(scene):
    assert scene.looks[-1].verdict.switched > scene.done[0] + ROUNDED


@pytest.mark.parametrize("scene", ["powerdns"], indirect=True)
def test_edit_at_a_powerdns_is_waited_for_as_long_as_its_caches_last(scene):
    eta = scene.looks[-1].verdict.eta
    assert "dns.working.powerdns" in [message.id for message in eta.working]
    # Without that time the end would have been twenty seconds sooner, and too soon where everything was in time.
    assert scene.late > 1.5 or scene.last_old("unbound") > eta.at - dt.timedelta(seconds=20)


def afterwards(scene: Played) -> Iterator[tuple[Look, list[Observation]]]:
    """Yield each look since something was done, and what caches said from then on until something else was done.

    One that was under way just then saw what was before it.
    """
    for look in scene.looks:
        if scene.done and (look.at < scene.done[0] or any(look.began <= at <= look.at for at in scene.done)):
            continue
        until = next((at for at in scene.done if at > look.at), None)
        yield look, [o for o in scene.samples if o.at > look.at + ROUNDED and (until is None or o.at < until)]


def table(found: dict[str, Played]) -> str:
    """Return what the scenes came to, for docs/."""
    names = next(iter(found.values())).recursors
    lines = [
        "# Switches played on real servers",
        "",
        "Written by the run (`make scenes`): nsd and knot as authorities; when (seconds after the last step) the",
        "desk put the bound, and when each cache last gave an old answer. `-`: it gave none, or no bound.",
        "",
        f"| scene | what happens | bound | {' | '.join(names)} | margin |",
        f"|---|---|---|{'---|' * len(names)}---|",
    ]
    for id, played in found.items():
        if played.error or not played.looks:
            continue
        bound = played.looks[-1].verdict.eta.at
        lasts = [played.last_old(name) for name in names]
        rule = [last for name, last in zip(names, lasts, strict=True) if last and name not in played.scene.fed]
        margin = f"{(bound - max(rule)).total_seconds():.0f}" if bound and rule else "-"
        cells = [played.after(bound), *map(played.after, lasts)]
        lines.append(f"| {id} | {played.scene.about} | {' | '.join(cells)} | {margin} |")
    return "\n".join(lines) + "\n"
