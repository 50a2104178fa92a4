"""Where a scene is played: its steps in time on real servers, every cache asked every second, a check that looks on.

A scene is data (`tests/lab/scenes.py`); scenes share the laboratory and are played side by side, each with names of its
own. What comes of one is a `Played`, which the tests judge.
"""

from __future__ import annotations

import datetime as dt
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from core.dns.asking.check import Check
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask, Job
from core.dns.asking.servers import parse_hints
from core.dns.judging.status import is_stale
from core.dns.judging.verdict import Verdict
from core.dns.names import parse_record_name
from core.dns.observation import Observation, Question, Server
from core.dns.wish import Wish
from tests.lab.laboratory import Laboratory
from tests.lab.odd import NoEdns, NoNsid, Yadifa
from tests.lab.powerdns import PowerDnsAuthority
from tests.lab.servers import Authority, Knot, Nsd
from tests.lab.zones import Key, delegation

OLD, NEW = "192.0.2.1", "198.51.100.7"
"""The values before and after, where a scene does not say others."""
KINDS: Mapping[str, tuple[type[Authority], ...]] = {
    "mixed": (Nsd, Knot),
    "knot": (Knot,),
    "powerdns": (PowerDnsAuthority,),
    "yadifa": (Yadifa,),
    "upset": (NoEdns, NoNsid),
}
"""Which servers a party has that a scene starts for itself."""
EVERY = 1.0
"""Seconds between two questions to each cache, and between two looks of the check."""
GRACE = 15.0
"""Seconds for which a look goes on after the end of a scene, where all has not arrived that shall."""
LATEST = 20.0
"""Seconds that an answer of a cache is waited for at most."""
HURRIED = 2.5
"""Seconds by which a step or a look may come too late."""


@dataclass(frozen=True)
class Step:
    """What somebody does, so many seconds after the scene begins: a method of `Stage` with what it takes."""

    at: float
    deed: str
    what: tuple[Any, ...] = ()
    how: Mapping[str, Any] = field(default_factory=dict)


def step(at: float, deed: str, *what: Any, **how: Any) -> Step:
    return Step(at, deed, what, how)


@dataclass(frozen=True)
class Scene:
    """A switch as it is played, seconds counted from its beginning.

    `before`: what stands then. `fills`: questions (moment, name, type) that a client asks every cache, to fill it at
    the worst second; `others_fill`: that it asks another unbound, so that servers with caches of their own have the
    answer for the first. `asks`: what every cache is asked every second, from `asked_from` on. `steps`: what happens.
    `lasts`: seconds after the last step. `wish`: what somebody tells the check, which looks from `looks_from` on, at
    `types`; the caches it asks from `hears_from` on, as it fills those it asks. `old`: the values of before. `told`:
    tags that must be found at some moment, `never`: those that must not be. `fed`: recursors that old servers may go on
    feeding. `tight`: whether the bound is to lie within 5 s of the last old answer. `delegation`: seconds for which the
    old delegation may be kept, where a scene is about that. `arrives`: whether it has propagated in the end. `data`:
    whether there are records all the while.
    """

    id: str
    about: str
    before: tuple[Step, ...]
    steps: tuple[Step, ...]
    lasts: float
    wish: Mapping[str, Any] = field(default_factory=dict)
    types: tuple[str, ...] = ("A",)
    asks: tuple[tuple[str, str], ...] = (("@", "A"),)
    asked_from: float = -0.4
    fills: tuple[tuple[float, str, str], ...] = ()
    others_fill: tuple[tuple[float, str, str], ...] = ()
    looks_from: float = -3.0
    hears_from: float = -math.inf
    old: tuple[str, ...] = (OLD,)
    told: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    fed: tuple[str, ...] = ()
    tight: bool = False
    delegation: float = 0
    arrives: bool = True
    data: bool = True

    @property
    def begins(self) -> float:
        """The moment of what comes first."""
        return min([self.asked_from, self.looks_from, *(at for at, *_ in (*self.fills, *self.others_fill)), *self._at])

    @property
    def ends(self) -> float:
        """The moment of its end."""
        return max(self._at, default=0) + self.lasts

    @property
    def length(self) -> float:
        """Seconds that it takes."""
        return self.ends - self.begins

    @property
    def _at(self) -> list[float]:
        return [step.at for step in self.steps]


@dataclass(frozen=True)
class Look:
    """A verdict at a moment (UTC); `began`: when its last round did."""

    began: dt.datetime
    at: dt.datetime
    verdict: Verdict


@dataclass
class Played:
    """What came of a scene: looks in order of time, what the caches said, when each step was done.

    `late`: by how many seconds at most something was done later than was planned, as machines are busy.
    """

    scene: Scene
    name: str
    looks: list[Look] = field(default_factory=list)
    samples: list[Observation] = field(default_factory=list)
    done: list[dt.datetime] = field(default_factory=list)
    late: float = 0.0
    error: BaseException | None = None

    @property
    def recursors(self) -> list[str]:
        """The caches that were asked, by name."""
        return sorted({o.server.id for o in self.samples})

    @property
    def begun(self) -> dt.datetime:
        """When the last step was done; where there was none, when the check looked first."""
        return self.done[-1] if self.done else self.looks[0].at

    @property
    def unseen(self) -> dt.timedelta:
        """For how long at most nobody looked after a step, beyond the second that is meant: so much later all is."""
        first = [min((look.at for look in self.looks if look.began >= at), default=at) - at for at in self.done]
        return max([one - dt.timedelta(seconds=EVERY) for one in first], default=dt.timedelta(0))

    @property
    def hurried(self) -> bool:
        """Tell whether the machine was too busy for what was planned: a step or a look came too late."""
        looks = pairwise(look.at for look in self.looks)
        apart = max([(after - before).total_seconds() - EVERY for before, after in looks], default=0)
        return max(self.late, apart) > HURRIED

    def is_old(self, o: Observation) -> bool:
        """Tell whether a cache gave an old answer that was not marked as stale."""
        if is_stale(o) or o.rcode not in ("NOERROR", "NXDOMAIN"):
            return False
        # Where there was nothing before, an old answer is a denial.
        return set(o.values) <= set(self.scene.old) if o.values else not self.scene.old

    def last_old(self, recursor: str) -> dt.datetime | None:
        """Return when a cache last gave an old answer."""
        return max((o.at for o in self.samples if o.server.id == recursor and self.is_old(o)), default=None)

    def after(self, at: dt.datetime | None) -> str:
        """Return a moment in seconds after the last step."""
        return "-" if at is None else f"{(at - self.begun).total_seconds():.0f}"

    def story(self) -> list[str]:
        """Return how the verdict went, a line a change, and when each cache last gave an old answer."""
        lines: list[str] = [f"{self.scene.id}: {self.scene.about}"]
        before: object = None
        for look in self.looks:
            v = look.verdict
            tags = sorted({finding.tag for finding in v.findings})
            said = (v.state, self.after(v.eta.at), v.eta.reason, v.serving, tags, len(v.waiting))
            if said != before:
                lines.append(f"{self.after(look.at):>4} {said}")
            before = said
        return [*lines, f"last old: { {name: self.after(self.last_old(name)) for name in self.recursors} }"]


def now() -> dt.datetime:
    # The tests stop the clock of the desk; caches do not care.
    return dt.datetime.fromtimestamp(time.time(), dt.UTC)


class Party:
    """A hoster with one nsd and one knot, which serve the same unless a deed says otherwise."""

    def __init__(self, *members: Authority) -> None:
        self.members = members

    @property
    def servers(self) -> dict[str, str]:
        return {name: address for member in self.members for name, address in member.servers.items()}

    def serve(self, zone: str, *records: str, only: int | None = None, **how: Any) -> None:
        how.setdefault("servers", None)
        for number, member in enumerate(self.members):
            if only in (None, number):
                member.serve(zone, *records, **{**how, "servers": how["servers"] or self.servers})


class Stage:
    """One scene's own name and parties; its methods are the deeds."""

    def __init__(
        self,
        scene: Scene,
        lab: Laboratory,
        engine: Engine,
        recursors: Sequence[Server],
        parties: Mapping[str, Party],
        ready: Callable[[], object],
    ) -> None:
        """Prepare; `ready` is called when all stands that stands before, and returns when the scene may begin."""
        self.scene, self.lab, self.engine, self.recursors, self.ready = scene, lab, engine, recursors, ready
        self.name = lab.name(scene.id)
        self.names = {"zone": self.name, "other": lab.name(f"{scene.id}-other"), "parent": ""}
        self.parties = dict(parties)
        self.keys: dict[str, Key] = {}
        self._own: list[Authority] = []
        self.played = Played(scene, self.name)

    # -- deeds

    def serve(self, party: str, *records: str, zone: str = "@", servers: str = "", key: str = "", **how: Any) -> None:
        """Let a party serve the scene's zone, or another: "{other}", a name below."""
        lines = [self._filled(line) for line in records]
        given = self._servers(servers) if servers else None
        signed = {"key": self._key(key)} if key else {}
        self.parties[party].serve(self._absolute(zone), *lines, servers=given, **signed, **how)

    def delegate(self, to: str, ttl: int, ds: str = "", servers: str = "", zone: str = "@") -> None:
        """Let the registry refer to a party, or to `servers`, with the DS of some keys."""
        given = self._servers(servers) if servers else self.parties[to].servers
        records = tuple(self._key(one).ds(self._absolute(zone)) for one in ds)
        self.lab.delegate(self._absolute(zone), given, ttl=ttl, ds=records)

    def refer(self, party: str, child: str, to: str, keeps: int, only: int | None = None) -> None:
        """Let a party serve the scene's zone with a zone below it that it refers to another party."""
        lines = delegation(self._absolute(child), self.parties[to].servers, keeps)
        self.parties[party].serve(self.name, *lines, only=only, ttl=6, soa_ttl=6)

    def own(self, party: str, kind: str = "mixed") -> None:
        """Give the scene a party of its own, to be stopped or changed, or of servers that nobody else has."""
        made = [self.lab.authority(kind=one) for one in KINDS[kind]]
        self._own += made
        self.parties[party] = Party(*made)

    def stop(self, party: str) -> None:
        for member in self.parties[party].members:
            member.stop()

    def silence(self, party: str) -> None:
        for member in self.parties[party].members:
            member.pause()

    def drop(self, party: str, zone: str = "@") -> None:
        """Let a party refuse the zone."""
        for member in self.parties[party].members:
            member.drop(self._absolute(zone))

    def _key(self, letter: str) -> Key:
        return self.keys.setdefault(letter, Key())

    def _servers(self, text: str) -> dict[str, str]:
        """Return servers written "ns1=old.0 ns2=127.0.9.9", names with addresses or a party's; "old": all of its."""
        if text in self.parties:
            return self.parties[text].servers
        found = {}
        for pair in text.split():
            name, _, at = pair.partition("=")
            party, _, number = at.partition(".")
            known = party in self.parties
            found[self._absolute(name)] = list(self.parties[party].servers.values())[int(number)] if known else at
        return found

    def _filled(self, text: str) -> str:
        return text.format(**self.names)

    def _absolute(self, name: str) -> str:
        name = self._filled(name)
        return self.name if name == "@" else name if name.endswith(".") else f"{name}.{self.name}"

    # -- playing

    def play(self) -> Played:
        """Play the scene; what went wrong is in `error`."""
        try:
            self._play()
        except BaseException as error:
            self.played.error = error
        finally:
            for member in self._own:
                member.kill()
        return self.played

    def _play(self) -> None:
        scene = self.scene
        try:
            for deed in scene.before:
                self._do(deed)
        finally:
            self.ready()
        # Whatever is asked or done at a moment, in its order: a fill comes before the step that it is the worst for.
        other = Server("resolver", self.lab.capping.address)
        fills = [
            (at, 0, (caches, (name, type)))
            for caches, some in ((self.recursors, scene.fills), ((other,), scene.others_fill))
            for at, name, type in some
        ]
        plan: list[tuple[float, int, Any]] = sorted([*fills, *((s.at, 1, s) for s in scene.steps)], key=lambda p: p[:2])
        begun = time.monotonic() - scene.begins
        end = begun + scene.ends
        # Apart, as a round takes as long as the slowest server.
        looker = threading.Thread(target=self._look, args=(begun, end), name=f"{scene.id}, check")
        looker.start()
        asked = -math.inf
        jobs: list[Job] = []
        while (at := time.monotonic()) < end:
            while plan and begun + plan[0][0] <= at:
                planned, _, what = plan.pop(0)
                if isinstance(what, Step):
                    self._do(what)
                    self.played.done.append(now())
                else:
                    caches, asked_for = what
                    self._ask_caches([asked_for], caches).wait(LATEST)
                self.played.late = max(self.played.late, time.monotonic() - begun - planned)
            if at >= begun + scene.asked_from and at - asked >= EVERY - 0.02:
                asked = at
                jobs.append(self._ask_caches(scene.asks, self.recursors))
            following = [begun + plan[0][0]] if plan else []
            waits = [max(begun + scene.asked_from, asked + EVERY), *following, end]
            time.sleep(max(0.0, min(waits) - time.monotonic()))
        for job in jobs:
            job.wait(LATEST)
        self.played.samples = sorted((o for job in jobs for o in job.snapshot()), key=lambda o: o.at)
        looker.join()

    def _look(self, begun: float, end: float) -> None:
        scene, check = self.scene, self._check()
        looks = begun + scene.looks_from
        try:
            while time.monotonic() < end + (GRACE if self._waits else 0):
                time.sleep(max(0.0, looks - time.monotonic()))
                looks = time.monotonic() + EVERY
                check.resolvers = self.recursors if time.monotonic() >= begun + scene.hears_from else ()
                began = now()
                check.round()
                self.played.looks.append(Look(began, now(), check.judge(now())))
        except BaseException as error:
            self.played.error = error

    @property
    def _waits(self) -> bool:
        """Whether all has not arrived that shall: on a busy machine the last step was seen late, so all ends later."""
        expected = self.scene.arrives and not self.scene.fed
        return expected and bool(self.played.looks) and not self.played.looks[-1].verdict.propagated

    def _do(self, deed: Step) -> None:
        getattr(self, deed.deed)(*deed.what, **deed.how)

    def _ask_caches(self, asked: Sequence[tuple[str, str]], caches: Sequence[Server]) -> Job:
        questions = [Question(self._absolute(name).removesuffix("."), type) for name, type in asked]
        return self.engine.ask([Ask(s, q, recursion=True, dnssec=True) for s in caches for q in questions])

    def _check(self) -> Check:
        told = dict(self.scene.wish)
        name = told.pop("name", "@")
        for side in ("old_servers", "new_servers"):
            if side in told:
                known = self.parties[told[side]].servers
                addresses = tuple(known.values())
                told[side] = addresses if side == "old_servers" else tuple(h.removesuffix(".") for h in known)
        roots = parse_hints(self.lab.hints_file.read_text(encoding="utf-8"))
        wish = Wish(parse_record_name(self._absolute(name).removesuffix(".")), self.scene.types, **told)
        return Check(wish, self.engine, roots, self.recursors)
