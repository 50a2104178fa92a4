"""Sample migrations: invented clients whose migrations were made by the moves of the desk, ending now.

Each story says after which beat it stands and how long ago that was; the rest is drawn, alike at every call. People
work within working hours, clients answer in the evening too, and only the DNS knows no closing time.
"""

import bisect
import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any, Literal

from core.database.transactions import writing
from core.dns.names import parse_name
from core.ground.clock import WARSAW
from core.ground.workdays import is_working_day
from core.migration import moves
from core.migration.migration import Event, Migration, after
from core.migration.moves import Act
from core.migration.people import CONSOLE, MAY, Team, require
from core.migration.stages import SWITCHED, TEST, Check, Process, Side
from core.store.changing import write_new
from core.store.locks import alone
from core.store.rows import untouched
from core.store.store import Store

SEED = 2026


def load_samples(store: Store, team: Team, act: Act) -> int:
    """Write the samples as `begin_with_samples` does, for somebody who asks: a manager, else it raises InputError."""
    require(act.person, "samples")
    return begin_with_samples(store, act.process, team, act.now)


def begin_with_samples(store: Store, process: Process, team: Team, now: dt.datetime) -> int:
    """Write the samples into a database that nobody has ever put anything into; return how many there are then, or 0.

    So the desk itself does at its first start, as its settings say. Of several that try at once, one does.
    """
    if not store.untouched():
        return 0
    made = samples(process, team, now)
    with writing(store.engine) as connection:
        alone(connection)
        if not untouched(connection):
            return 0
        write_new(connection, made)
    return len(made)


def samples(process: Process, team: Team, now: dt.datetime) -> list[tuple[Migration, list[Event]]]:
    """Return the sample migrations with their events, in order of enquiry; the same ones for the same `now`."""
    time = _WorkingTime(now)
    plays = [_Play(n, story, process, team, time) for n, story in enumerate(_stories())]
    plays.sort(key=lambda play: play.enquired)
    return [play.played(f"P-{number}") for number, play in enumerate(plays, start=1)]


# -- working time

_OPENS = 8
_DAY = 525
"""Minutes of a working day, until 16:45: what is begun then is done before five."""


class _WorkingTime:
    """Time as the desk's own minutes: those of its working days, one day after the other."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now.astimezone(dt.UTC)
        self.today = now.astimezone(WARSAW).date()
        around = (self.today + dt.timedelta(days) for days in range(-400, 60))
        self._days = [day for day in around if is_working_day(day)]

    def minutes(self, at: dt.datetime) -> int:
        """Return the minute of a moment; for one outside working hours the next that is within."""
        local = at.astimezone(WARSAW)
        day = bisect.bisect_left(self._days, local.date())
        if self._days[day] != local.date():
            return day * _DAY
        return day * _DAY + min(max((local.hour - _OPENS) * 60 + local.minute, 0), _DAY)

    def moment(self, minutes: int) -> dt.datetime:
        """Return the moment of a minute, UTC."""
        day, minute = divmod(minutes, _DAY)
        opens = dt.datetime.combine(self._days[day], dt.time(_OPENS), WARSAW)
        return (opens + dt.timedelta(minutes=minute)).astimezone(dt.UTC)

    def open(self, at: dt.datetime) -> bool:
        """Whether the desk is open."""
        local = at.astimezone(WARSAW)
        return is_working_day(local.date()) and _OPENS <= local.hour < _OPENS + 9

    def working_day(self, n: int) -> dt.date:
        """Return the n-th working day after today, or before it where n is negative; for 0 today or the next one."""
        here = bisect.bisect_left(self._days, self.today)
        return self._days[here + n - (n > 0 and self._days[here] != self.today)]

    def soon(self) -> dt.datetime:
        """Return an hour of today that is still to come; of the next working day where there is none."""
        hour = self.now.astimezone(WARSAW).hour
        if not is_working_day(self.today):
            return _agreed(self.working_day(0), 10)
        return _agreed(self.working_day(1), 10) if hour >= 16 else _agreed(self.today, min(max(10, hour + 2), 16))


def _agreed(day: dt.date, hour: int | None) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour or 0), WARSAW).astimezone(dt.UTC)


# -- stories

_BEATS: dict[str, tuple[float, float]] = {
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

Deed = Callable[["_Play"], None]


@dataclass(frozen=True)
class _Story:
    """After which beat a migration stands, and how long ago (in working days) that one or `anchor` was.

    `hours`: how long ago by the clock instead. `ahead`: how many of its domains have gone on to which further beat.
    `lengths`: working days before a beat that are not drawn. `agreed`: working days from today and hour of the agreed
    day. `asides`: what else was done, so many working days after a beat. `early`: the password was changed at the test.
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


def _noted(text: str) -> Deed:
    return lambda play: play.do(moves.note, text)


def _held(by: Side, reason: str) -> Deed:
    return lambda play: play.do(moves.hold, by, reason)


def _resumed(play: "_Play") -> None:
    play.do(moves.resume)


def _cancelled(reason: str) -> Deed:
    return lambda play: play.do(moves.cancel, reason, at=play.evening())


def _reworked(domain: int, to: str, reason: str) -> Deed:
    return lambda play: play.do(moves.rework, play.names[domain], to, reason)


def _redone(domain: int) -> Deed:
    def redo(play: "_Play") -> None:
        while play.m.domains[play.names[domain]].step != TEST:
            play.leave(play.names[domain])

    return redo


def _ticked(first: int, last: int) -> Deed:
    """Return that the first check of some domains is ticked; that of the migration where there are none between."""

    def tick(play: "_Play") -> None:
        for name in play.names[first:last]:
            play.tick(name, count=1)
        if first == last:
            play.tick(count=1)

    return tick


def _left(name: str) -> Deed:
    return lambda play: play.leave(name)


def _seen(name: str) -> Deed:
    return lambda play: play.seen(name)


def _agreed_anew(n: int, hour: int) -> Deed:
    def agree(play: "_Play") -> None:
        play.do(moves.change, {"planned_at": _agreed(play.time.working_day(n), hour)})
        play.do(moves.note, "Klient prosi o inny dzień: w pierwszym ma dostawę towaru.")
        play.tick()

    return agree


def _dated(play: "_Play") -> None:
    done = play.m.domains[play.names[0]]
    assert done.tested_at is not None
    assert done.dns_switched_at is not None
    between = done.tested_at + (done.dns_switched_at - done.tested_at) / 2
    reason = "Serwery nazw zmieniono wcześniej, wpis powstał dopiero potem."
    play.do(moves.date, SWITCHED, between.replace(microsecond=0), reason, done.name)


def _stories() -> list[_Story]:
    """Return the stories: 25 open, 3 cancelled, 32 closed, the latter closer together of late."""
    special: dict[int, dict[str, Any]] = {
        1: {"lengths": {"begun": 15, "confirmed": 10}},
        4: {"forced": "Listę stron klient podaje telefonicznie w dniu przenosin; umowa ze starą firmą się kończy."},
        6: {
            "lengths": {"begun": 12},
            "asides": (
                ("accepted", 1, _held("client", "Remont sklepu, do końca prac bez zmian")),
                ("accepted", 8, _resumed),
            ),
        },
        8: {
            "lengths": {"confirmed": 3.2},
            "asides": (
                ("synced", 0.6, _reworked(0, "migration", "Brakuje zdjęć w galerii")),
                ("synced", 1.4, _redone(0)),
            ),
        },
        11: {"asides": (("seen", 3, _dated),)},
        13: {"ours": True},
        15: {
            "lengths": {"confirmed": 11},
            "asides": (("synced", 5, _noted("Dwa telefony bez odpowiedzi, klient na urlopie.")),),
        },
        17: {"domains": 9, "early": True},
        18: {"ours": True},
        20: {
            "domains": 3,
            "lengths": {"confirmed": 2.5},
            "asides": (
                ("synced", 0.4, _reworked(1, "sync", "W skrzynce biuro brakuje wiadomości z soboty")),
                ("synced", 0.7, _redone(1)),
            ),
        },
        22: {"asides": (("proposed", 0.1, _noted("Sklep na starszym PHP, sprawdzone: ruszy bez zmian.")),)},
        24: {"early": True},
        25: {"lengths": {"complete": 9, "begun": 9}},
        27: {"ours": True},
        29: {"asides": (("seen", 3, _noted("Klient dziękuje, poleci nas siostrze.")),)},
        30: {"early": True},
    }  # fmt: skip
    rng = Random(SEED)  # noqa: S311 - nothing secret
    ago = [3.3 + 54 * (1 - n / 31) ** 1.25 + rng.uniform(0, 6) * (n < 30) for n in range(32)]
    closed = [_Story("changed", days, "switched", **special.get(n, {})) for n, days in enumerate(ago)]
    cancelled = [
        _Story("enquired", 47, asides=(("enquired", 2.2, _cancelled("Klient zostaje u obecnej firmy")),)),
        _Story("served", 33, asides=(
            ("served", 6, _noted("Dwa przypomnienia o listach, bez odpowiedzi.")),
            ("served", 11, _cancelled("Klient nie odpowiada od dwóch tygodni")),
        )),
        _Story("proposed", 16, asides=(("proposed", 2, _cancelled("Klient zamyka działalność")),)),
    ]  # fmt: skip
    return [*closed, *cancelled, *_open()]


def _open() -> list[_Story]:
    return [
        _Story("enquired", 0.3),
        _Story("chosen", 3, domains=2, ours=True, asides=(
            ("chosen", 0.6, _held("us", "Czekamy na nowy węzeł VPS, zapowiedziany na przyszły tydzień")),
        )),
        # Data
        _Story("served", 0.9, asides=(("served", 0.4, _ticked(0, 0)),)),
        _Story("served", 8, domains=6, asides=(
            ("served", 3, _ticked(0, 0)),
            ("served", 6, _noted("Przypomniane telefonicznie: brakuje listy stron, pani Halina obiecuje na jutro.")),
        )),
        _Story("served", 6, asides=(("served", 1.5, _held("client", "Klient zmienia nazwę firmy, odezwie się")),)),
        # Analysis
        _Story("complete", 0.25),
        _Story("complete", 2.4, domains=3, asides=(("complete", 1, _noted("Własny moduł płatności, pytamy autora.")),)),
        _Story("complete", 3.6, asides=(("complete", 2, _ticked(0, 0)),)),
        # Date
        _Story("proposed", 0.8, agreed=(4, 9)),
        _Story("accepted", 3.5, agreed=(-1, 10)),
        _Story("accepted", 2.2, domains=2, agreed="soon", asides=(("accepted", 0.3, _noted("Dzwonić po południu.")),)),
        _Story("accepted", 1.6, domains=8, agreed=(3, 8), asides=(("accepted", 0.5, _agreed_anew(5, 13)),)),
        _Story("accepted", 0.7, agreed=(9, None), ours=True),
        # Migration
        _Story("begun", 0.42, domains=24, lengths={"moved": 0.33, "synced": 0.06}, ahead=((11, "moved"), (6, "synced")),
            asides=(
                ("begun", 0.15, _noted("Stary serwer oddaje pliki powoli, 3 MB/s.")),
                ("begun", 0.25, _ticked(12, 16)),
            )),
        _Story("synced", 2, domains=2, asides=(
            ("synced", 1.2, _reworked(1, "migration", "Formularz zamówień zwraca błąd, brakuje jednej tabeli")),
            ("synced", 1.3, _noted("Kopiujemy bazę sklepu jeszcze raz.")),
        )),
        # Mail synchronisation
        _Story("moved", 0.2, domains=1),
        # The client's test
        _Story("synced", 0.4, domains=3),
        _Story("synced", 6, asides=(("synced", 4.2, _noted("Przypomnienie wysłane, klient obiecał sprawdzić.")),)),
        _Story("synced", 5, domains=7, lengths={"confirmed": 4, "switched": 0.2},
               ahead=((3, "confirmed"), (3, "switched"))),
        # DNS
        _Story("switched", hours=5),
        _Story("switched", hours=20, domains=1),
        _Story("switched", hours=30, domains=5, ahead=((2, "seen"),)),
        _Story("switched", hours=40, domains=2, asides=(
            ("switched", 0.1, _noted("U jednego operatora wciąż stary adres.")),
        )),
        # Passwords
        _Story("seen", 2.6, "switched"),
        _Story("seen", 7, "switched", domains=2, ours=True),
    ]  # fmt: skip


# -- a story played


class _Play:
    """A story on its way through the moves; `enquired`: when the client asked."""

    def __init__(self, n: int, story: _Story, process: Process, team: Team, time: _WorkingTime) -> None:
        self.story, self.process, self.time = story, process, time
        self.rng = Random(f"{SEED} {n}")  # noqa: S311 - nothing secret
        self.client, label = _FIRMS[n % len(_FIRMS)]
        self.host, self.ns = (f"s{n}.hosting.example", _OUR_NS) if story.ours else _HOSTERS[n % len(_HOSTERS)]
        self.phone = f"+48 600 000 {n:03}"
        self.contact = _CONTACTS[n % len(_CONTACTS)]
        workers = [person for person in team.people if person.role == "support"] or [*team.people, CONSOLE]
        workers = [person for person in workers if "work" in MAY[person.role]]
        self.owner, self.deputy = workers[n % len(workers)], workers[(n + 1) % len(workers)]
        self.manager = next((person for person in team.people if "force" in MAY[person.role]), None)
        count = story.domains or self.rng.choices((1, 2, 3, 6, 8), (9, 6, 4, 1, 1))[0]
        parsed = [parse_name(text) for text in _domains(label, count)]
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
            for beat, (median, spread) in _BEATS.items()
        }
        drawn["moved"] *= 1 + len(self.names) / 12
        drawn |= story.lengths
        lengths = [max(30 if beat != "enquired" else 0, round(days * _DAY)) for beat, days in drawn.items()]
        after_enquiry = dict(zip(_BEATS, accumulate(lengths), strict=True))
        anchor = "switched" if story.hours is not None else story.anchor or story.last
        if story.hours is not None:
            at = self.time.minutes(self._switched()) - 1
        else:
            at = now - max(1, round(story.ago * _DAY))
        return {beat: at - after_enquiry[anchor] + minute for beat, minute in after_enquiry.items()}

    def _switched(self) -> dt.datetime:
        if self.story.hours is not None:
            return self.time.now - dt.timedelta(hours=self.story.hours)
        return self.time.moment(self.beats["switched"])

    def played(self, ref: str) -> tuple[Migration, list[Event]]:
        """Return the migration and its events, under a ref."""
        values = {"client": self.client, "source_host": self.host, "owner": self.owner.id}
        known = {"fee_applies": self.story.ours, "contact_phone": self.phone if self.rng.random() < 0.5 else ""}
        domains = {name: {"display": display, "old_ns": self.ns} for name, display in self.displays.items()}
        act = Act(self.process, self.owner, self.clock, self.enquired)
        self.events = list(moves.register(act, ref, {**values, **known}, domains, sample=True))
        self.m = after(self.m, self.events)
        for at, deed in sorted(self._tasks(), key=lambda task: task[0]):
            self.clock = max(self.clock, at)
            self.person = self.deputy if self.rng.random() < 0.12 else self.owner
            deed(self)
        return self.m, self.events

    def _tasks(self) -> list[tuple[dt.datetime, Deed]]:
        """Return what is done and when, each beat for those of the domains that come so far."""
        order = list(_BEATS)
        last = order.index(self.story.last)
        so_far = dict.fromkeys(order[1 : last + 1], self.names)
        so_far |= {beat: self.names[:count] for count, beat in self.story.ahead}
        tasks: list[tuple[dt.datetime, Deed]] = []
        for beat, names in so_far.items():
            tasks += self._of_beat(beat, names)
        asides = [
            (self.time.moment(self.beats[beat] + round(days * _DAY)), deed) for beat, days, deed in self.story.asides
        ]
        return tasks + [(at, deed) for at, deed in asides if at < self.time.now]

    def _of_beat(self, beat: str, names: list[str]) -> list[tuple[dt.datetime, Deed]]:
        match beat:
            case "moved":
                begun, lasts = self.beats["begun"], self.beats["moved"] - self.beats["begun"]
                ends = [begun + lasts * n // len(self.names) for n in range(1, len(names) + 1)]
                return [(self.time.moment(end), _left(name)) for end, name in zip(ends, names, strict=True)]
            case "switched":
                return [(self._switched(), lambda play: play.switched(names))]
            case "seen":
                return [(at, _seen(name)) for at, name in zip(self._visible(), names, strict=False)]
            case "changed":
                # Its beat was counted from the switch; it comes after the last domain was seen.
                soonest = self.time.minutes(max(self._visible())) + 30
                wanted = soonest + self.beats["changed"] - self.beats["seen"]
                latest = self.time.minutes(self.time.now) - 30
                return [(self.time.moment(max(soonest, min(wanted, latest))), _Play.changed)]
            case _:
                return [(self.time.moment(self.beats[beat]), lambda play: _DEEDS[beat](play, names))]

    def _visible(self) -> list[dt.datetime]:
        rng = Random(f"{SEED} {self.client}")  # noqa: S311 - nothing secret
        latest = 26.0 if self.story.hours is not None else 34.0
        return [self._switched() + dt.timedelta(minutes=round(60 * rng.uniform(13, latest))) for _ in self.names]

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
        ticks = [check for check in moves.missing(self.m, domain, self.process, self.clock) if check.ticked]
        for check in ticks[:count]:
            self._check(check, name, at)

    def _check(self, check: Check, name: str | None = None, at: dt.datetime | None = None) -> None:
        ways = check.choices or []
        choice = ways[self.rng.random() < 0.3 and len(ways) > 1].id if ways else ""
        detail = f"{self.owner.name}, telefonicznie" if ways else ""
        self.do(moves.check, check.id, name, choice=choice, detail=detail, at=at)

    def leave(self, name: str | None = None) -> None:
        """Tick what the gate waits for and go through it."""
        self.tick(name)
        self.do(moves.advance, name)

    def evening(self) -> dt.datetime | None:
        """Return when a client wrote on the evening before, for what is read in the morning; None for now."""
        local = self.clock.astimezone(WARSAW)
        if local.hour >= _OPENS + 3:
            return None
        wrote = dt.datetime.combine(local.date() - dt.timedelta(days=1), dt.time(18, 5), WARSAW)
        wrote += dt.timedelta(minutes=self.rng.randrange(220))
        before = self.events[-1].recorded_at if self.events else None
        return wrote.astimezone(dt.UTC) if before is None or wrote > before else None

    def chosen(self, _names: list[str]) -> None:
        """The client has chosen a package."""
        self.do(moves.change, {"package": self._package()}, at=self.evening())

    def _package(self) -> str:
        count, mailboxes = len(self.names), sum(self.mailboxes)
        if self.story.ours:
            return "VPS S" if count < 2 else "VPS M" if count < 6 else "VPS L"
        limits = (("Start", 1, 5), ("Firma", 5, 25), ("Sklep", 20, 100))
        return next((name for name, most, boxes in limits if count <= most and mailboxes <= boxes), "Agencja")

    def served(self, _names: list[str]) -> None:
        """We have set the server up."""
        number = self.rng.randrange(10, 40)
        self.do(moves.change, {"target_host": f"{'vps' if self.story.ours else 's'}{number}.hosting.example"})
        self.leave()

    def complete(self, _names: list[str]) -> None:
        """The client has handed over what we need to know."""
        written = self.evening()
        for n, (name, mailboxes) in enumerate(zip(self.names, self.mailboxes, strict=True)):
            addresses = {
                "old_addresses": f"192.0.2.{10 + n + len(self.client)}",
                "new_addresses": f"203.0.113.{10 + n}",
            }
            values = {"mailboxes": mailboxes, "websites": int(n % 5 < 4), "new_ns": _OUR_NS, **addresses}
            self.do(moves.change, values, name, at=written)
        nonstandard = self.rng.choices(_NONSTANDARD, (12, 2, 2, 1, 1, 1))[0]
        self.do(moves.change, {"nonstandard": nonstandard}, at=written)
        if self.story.forced and self.manager:
            asked = [check for check in moves.missing(self.m, None, self.process, self.clock) if check.ticked]
            for check in asked[:1] + asked[2:]:
                self._check(check)
            self.person = self.manager
            self.do(moves.advance, force=self.story.forced)
        else:
            self.leave()

    def proposed(self, _names: list[str]) -> None:
        """We have found it feasible and propose a day."""
        self.tick()
        self.do(moves.change, {"planned_at": self._planned()})
        self.leave()

    def _planned(self) -> dt.datetime:
        if self.story.agreed is None:
            begun = self.time.moment(self.beats["begun"]).astimezone(WARSAW)
            return _agreed(begun.date(), None if self.rng.random() < 0.3 else begun.hour)
        if self.story.agreed == "soon":
            return self.time.soon()
        days, hour = self.story.agreed
        return _agreed(self.time.working_day(days), hour)

    def accepted(self, _names: list[str]) -> None:
        """The client agrees."""
        written = self.evening()
        self.tick(at=written)
        contact = {"contact_name": self.contact, "contact_phone": self.phone}
        self.do(moves.change, contact, at=written)
        self.do(moves.change, {"deputy": self.deputy.id})

    def begun(self, _names: list[str]) -> None:
        """The day has come."""
        self.leave()

    def synced(self, names: list[str]) -> None:
        """The mail that came meanwhile is there too."""
        for name in names:
            self.leave(name)

    def confirmed(self, names: list[str]) -> None:
        """The client has tested."""
        written = self.evening()
        for name in names:
            self.tick(name, at=written)
            self.do(moves.advance, name)
        password = self.process.checks["password_changed"]
        if self.story.early and password.opens == TEST:
            self._check(password, at=written)

    def switched(self, names: list[str]) -> None:
        """The name servers are changed: by one of us, or by a timed job where the desk is closed."""
        self._by_hand_or_timed()
        for name in names:
            self._check(self.process.checks[SWITCHED], name)

    def seen(self, name: str) -> None:
        """The domain is visible on our servers: caches expire by day and by night."""
        self._by_hand_or_timed()
        self.leave(name)

    def _by_hand_or_timed(self) -> None:
        self.person = self.person if self.time.open(self.clock) else CONSOLE

    def changed(self) -> None:
        """The client has changed the password."""
        for check in self.process.by_id["passwords"].checks:
            if not check.required and check.id not in self.m.checks and self.rng.random() < 0.6:
                self._check(check)
        if self.m.open:
            self.tick(at=self.evening())
            self.leave()


_DEEDS: dict[str, Callable[[_Play, list[str]], None]] = {
    "chosen": _Play.chosen,
    "served": _Play.served,
    "complete": _Play.complete,
    "proposed": _Play.proposed,
    "accepted": _Play.accepted,
    "begun": _Play.begun,
    "synced": _Play.synced,
    "confirmed": _Play.confirmed,
}


# -- who they are: nobody. Names ending in .example are nobody's (RFC 2606), nor are the addresses (RFC 5737).

_FIRMS = (
    ("Piekarnia Trzy Bułki", "trzy-bulki"),
    ("Księgarnia Żółw", "żółw-książki"),
    ("Warsztat Pod Dzięciołem", "pod-dzieciolem"),
    ("Stolarnia Heblik", "heblik"),
    ("Kwiaciarnia Chaber i Mak", "chaber-i-mak"),
    ("Biuro Rachunkowe Saldo Plus", "saldo-plus-biuro"),
    ("Sklep Żeglarski Halsówka", "halsówka"),
    ("Gabinet Ząbek", "gabinet-ząbek"),
    ("Pracownia Ceramiki Gliniak", "gliniak"),
    ("Szkoła Językowa Papuga", "papuga-kursy"),
    ("Pensjonat Świerkowa Polana", "świerkowa-polana"),
    ("Auto Serwis Zębatka", "zebatka"),
    ("Drukarnia Farba Drukarska", "farba-druk"),
    ("Hodowla Ślimaków Rożek", "slimaki-rozek"),
    ("Kancelaria Paragraf i Wspólnicy", "paragraf-wspolnicy"),
    ("Zespół Weselny Oczepiny", "oczepiny"),
    ("Hurtownia Guzików Pętelka", "petelka"),
    ("Gospodarstwo Miodosytnia", "miodosytnia"),
    ("Studio Fotografii Migawka", "migawka-studio"),
    ("Fundacja Łapa w Łapę", "łapa-w-łapę"),
    ("Meble Kuchenne Taboret", "taboret"),
    ("Klub Szachowy Goniec", "goniec-szachy"),
    ("Lodziarnia Bałwanek", "balwanek"),
    ("Usługi Koparką Krecik", "krecik-koparki"),
    ("Optyk Dioptria", "dioptria"),
    ("Zakład Zegarmistrzowski Kukułka", "kukulka-zegary"),
    ("Szkółka Drzew Jarzębina", "jarzebina"),
    ("Wypożyczalnia Kajaków Pluskot", "pluskot"),
    ("Pasmanteria Igła", "igla-i-nitka"),
    ("Palarnia Kawy Ziarenko", "ziarenko"),
    ("Teatr Lalek Patyk", "teatr-patyk"),
    ("Sad u Gruszki", "sad-u-gruszki"),
    ("Krawiectwo Fastryga", "fastryga"),
    ("Siłownia Hantelek", "hantelek"),
    ("Sklep Zoologiczny Chomik", "chomik-sklep"),
    ("Cukiernia Pączek w Maśle", "pączek"),
    ("Transport Nocny Lelek", "nocny-lelek"),
    ("Przychodnia Przy Młynie", "przy-mlynie"),
    ("Dom Wczasowy Bryza i Mewa", "bryza-mewa"),
    ("Pracownia Witraży Szkiełko", "szkielko"),
    ("Serwis Rowerowy Łańcuch", "łańcuch-rowery"),
    ("Apteka Pod Szałwią", "pod-szalwia"),
    ("Ślusarnia Kłódka", "kłódka"),
    ("Gabinet Weterynaryjny Ogonek", "ogonek"),
    ("Winnica Szpaki", "winnica-szpaki"),
    ("Biuro Podróży Walizka", "walizka-wyjazdy"),
    ("Sklep z Herbatą Fusy", "fusy"),
    ("Nadleśny Catering", "nadlesny"),
    ("Agencja Rybitwa", "rybitwa-agencja"),
    ("Sklep Muzyczny Bemol", "bemol"),
    ("Architekci Kąt Prosty", "kąt-prosty"),
    ("Szewc Podeszwa", "podeszwa"),
    ("Wydawnictwo Margines", "margines"),
    ("Ogrodnictwo Konewka", "konewka"),
    ("Pralnia Bąbelek", "babelek"),
    ("Stadnina Siwek", "siwek"),
    ("Elektryk Bezpiecznik", "bezpiecznik"),
    ("Browar Rzemieślniczy Szyszka", "szyszka-browar"),
    ("Antykwariat Zakładka", "zakładka"),
    ("Radio Osiedlowe Trzepak", "trzepak"),
)

_KINDS = (
    "sklep",
    "blog",
    "galeria",
    "serwis",
    "hurt",
    "praca",
    "b2b",
    "kontakt",
    "forum",
    "warsztaty",
    "pomoc",
    "mapa",
)

_CONTACTS = (
    "Halina Kropka", "Zenon Przecinek", "Bożena Myślnik", "Ryszard Nawias", "Łucja Akapit", "Tadeusz Cudzysłów",
    "Żaneta Wykrzyknik",
)  # fmt: skip

_HOSTERS = (
    ("www3.dawnyhosting.example", "ns1.dawnyhosting.example ns2.dawnyhosting.example"),
    ("srv118.serwerownia-pod-lasem.example", "dns1.serwerownia-pod-lasem.example dns2.serwerownia-pod-lasem.example"),
    ("cloud7.tanie-konta.example", "ns1.tanie-konta.example ns2.tanie-konta.example"),
    ("web02.stary-dostawca.example", "ns.stary-dostawca.example ns2.stary-dostawca.example"),
)

_OUR_NS = "ns1.hosting.example ns2.hosting.example"

_NONSTANDARD = (
    "brak",
    "zadanie cron co 15 minut",
    "starsza wersja PHP w sklepie",
    "własny certyfikat SSL",
    "przekierowania w nginx",
    "Node.js obok strony",
)


def _domains(label: str, count: int) -> list[str]:
    kinds = [*_KINDS, *(f"{kind}-2" for kind in _KINDS)]
    return [f"{label}.example", *(f"{label}-{kind}.example" for kind in kinds[: count - 1])]
