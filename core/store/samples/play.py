"""A story of a migration, played by people through the moves of the desk; what is not told of it is drawn."""

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any, Literal

from core.dns.names import parse_name
from core.ground.clock import WARSAW
from core.migration import moves
from core.migration.act import Act
from core.migration.checks import missing
from core.migration.cutover_looks import look_taken
from core.migration.event import Event, iso
from core.migration.migration import Migration
from core.migration.people import CONSOLE, MAY, Team
from core.migration.rebuilding import after
from core.migration.stages import Check, Process
from core.store.samples.invented import CONTACTS, FIRMS, HOSTERS, OUR_NS, domains
from core.store.samples.working_time import DAY, OPENS, WorkingTime

SEED = 2026

BEATS: dict[str, tuple[float, float]] = {
    "enquired": (0, 0),
    "chosen": (0.8, 0.6),
    "served": (0.3, 0.5),
    "complete": (2.5, 0.7),
    "proposed": (0.6, 0.4),
    "accepted": (0.8, 0.6),
    "begun": (1.5, 0.75),
    "moved": (0.5, 0.4),
    "synced": (0.15, 0.4),
    "confirmed": (1.1, 0.9),
    "switched": (0.2, 0.5),
    "seen": (0, 0),
    "changed": (1.5, 0.7),
}
"""What happens to a migration, in order: how many working days after the beat before, median and spread."""

_LONGEST = 14.0
_LOOK_TAKES = dt.timedelta(seconds=12)

Deed = Callable[["Play"], None]


@dataclass(frozen=True)
class Story:
    """After which beat a migration stands, and how long ago (in working days) that one or `anchor` was.

    `hours`: how long ago by the clock instead. `ahead`: how many of its domains have gone on to which further beat.
    `lengths`: working days before a beat that are not drawn. `agreed`: working days from today and hour of the agreed
    day. `asides`: what else was done, so many working days after a beat. `early`: the password was changed at the test.
    `unowned`: nobody has taken it yet.
    """

    last: str
    ago: float = 0
    anchor: str = ""
    hours: float | None = None
    domains: int = 0
    ahead: tuple[tuple[int, str], ...] = ()
    lengths: Mapping[str, float] = field(default_factory=dict)
    agreed: tuple[int, int | None] | Literal["soon"] | None = None
    asides: tuple[tuple[str, float, Deed], ...] = ()
    forced: str = ""
    ours: bool = False
    early: bool = False
    unowned: bool = False


class Play:
    """A story on its way through the moves; `enquired`: when the client asked."""

    def __init__(self, n: int, story: Story, process: Process, team: Team, time: WorkingTime) -> None:
        self.story, self.process, self.time = story, process, time
        self.rng = Random(f"{SEED} {n}")  # noqa: S311 - nothing secret
        self.client, label = FIRMS[n % len(FIRMS)]
        self.host, self.ns = (f"s{n}.hosting.example", OUR_NS) if story.ours else HOSTERS[n % len(HOSTERS)]
        self.phone = f"+48 600 000 {n:03}"
        self.contact = CONTACTS[n % len(CONTACTS)]
        workers = [person for person in team.people if person.role == "support"] or [*team.people, CONSOLE]
        workers = [person for person in workers if "work" in MAY[person.role]]
        self.owner, self.deputy = workers[n % len(workers)], workers[(n + 1) % len(workers)]
        self.manager = next((person for person in team.people if "force" in MAY[person.role]), None)
        count = story.domains or self.rng.choices((1, 2, 3, 6, 8), (9, 6, 4, 1, 1))[0]
        parsed = [parse_name(text) for text in domains(label, count)]
        self.displays = {name.ascii: name.display for name in parsed}
        self.names = list(self.displays)
        self.mailboxes = [max(0, min(40, round(self.rng.lognormvariate(1.2, 0.9)))) for _ in self.names]
        self.beats = self._schedule()
        self.clock = time.moment(self.beats["enquired"])
        self.m, self.events = Migration(), list[Event]()
        self.person = self.owner
        self.enquired = self.evening() or self.clock

    def _schedule(self) -> dict[str, int]:
        """Return the minute of each beat, so that the one which the story gives falls where it does."""
        story, now = self.story, self.time.minutes(self.time.now)
        drawn = {
            beat: min(self.rng.lognormvariate(math.log(median), spread), _LONGEST) if median else 0.0
            for beat, (median, spread) in BEATS.items()
        }
        drawn["moved"] *= 1 + len(self.names) / 12
        drawn |= story.lengths
        lengths = [max(30 if beat != "enquired" else 0, round(days * DAY)) for beat, days in drawn.items()]
        after_enquiry = dict(zip(BEATS, accumulate(lengths), strict=True))
        if story.hours is not None:
            anchor, at = "switched", self.time.minutes(self.switched()) - 1
        else:
            anchor, at = story.anchor or story.last, now - max(1, round(story.ago * DAY))
        return {beat: at - after_enquiry[anchor] + minute for beat, minute in after_enquiry.items()}

    def switched(self) -> dt.datetime:
        """Return when its name servers are changed."""
        if self.story.hours is not None:
            return self.time.now - dt.timedelta(hours=self.story.hours)
        return self.time.moment(self.beats["switched"])

    def visible(self) -> list[dt.datetime]:
        """Return when each of its domains is seen on our servers."""
        rng = Random(f"{SEED} {self.client}")  # noqa: S311 - nothing secret
        latest = 26.0 if self.story.hours is not None else 34.0
        return [self.switched() + dt.timedelta(minutes=round(60 * rng.uniform(13, latest))) for _ in self.names]

    # -- what people do

    def do(
        self, move: Callable[..., tuple[Event, ...]], *given: Any, at: dt.datetime | None = None, **named: Any
    ) -> None:
        """Do something with the migration, some seconds after what was done before."""
        if self.events:
            self.clock += dt.timedelta(seconds=self.rng.randint(8, 25))
        act = Act(self.process, self.person, self.clock.replace(microsecond=0), at)
        events = move(self.m, act, *given, **named)
        self.m = after(self.m, events)
        self.events += events

    def tick(self, name: str | None = None, *, count: int = 99, at: dt.datetime | None = None) -> None:
        """Tick what the gate still waits for, the first `count` of it."""
        domain = self.m.domains[name] if name else None
        ticks = [check for check in missing(self.m, domain, self.process, self.clock) if check.ticked]
        for check in ticks[:count]:
            self.check(check, name, at)

    def check(self, check: Check, name: str | None = None, at: dt.datetime | None = None) -> None:
        """Tick a check, in one of its ways."""
        ways = check.choices or []
        choice = ways[self.rng.random() < 0.3 and len(ways) > 1].id if ways else ""
        detail = f"{self.owner.name}, telefonicznie" if ways else ""
        self.do(moves.check, check.id, name, choice=choice, detail=detail, at=at)

    def look(self, name: str) -> None:
        """Look at a domain before its switch, and find nothing against it."""
        act = Act(self.process, self.person, self.clock.replace(microsecond=0))
        at = act.now - _LOOK_TAKES
        seen = {"name": name, "at": iso(at), "verdict": "ready", "asked": 237, "findings": list[object]()}
        events = look_taken(self.m, act, name, seen)
        self.m = after(self.m, events)
        self.events += events

    def leave(self, name: str | None = None) -> None:
        """Tick what the gate waits for and go through it."""
        self.tick(name)
        self.do(moves.advance, name)

    def evening(self) -> dt.datetime | None:
        """Return when a client wrote on the evening before, for what is read in the morning; None for now."""
        local = self.clock.astimezone(WARSAW)
        if local.hour >= OPENS + 3:
            return None
        wrote = dt.datetime.combine(local.date() - dt.timedelta(days=1), dt.time(18, 5), WARSAW)
        wrote += dt.timedelta(minutes=self.rng.randrange(220))
        before = self.events[-1].recorded_at if self.events else None
        return wrote.astimezone(dt.UTC) if before is None or wrote > before else None
