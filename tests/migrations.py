"""What tests of the pipeline share: people, the process that ships, and lives of migrations made by real moves."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from core.database.transactions import engine_of
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.language import ENGLISH, POLISH
from core.migration import moves, resolvers_aside
from core.migration.act import Act
from core.migration.checks import missing
from core.migration.cutover_looks import before_switch, look_taken
from core.migration.event import Event
from core.migration.migration import Migration
from core.migration.people import Person
from core.migration.rebuilding import after, rebuild
from core.migration.stages import CONFIRMED, DONE, STAGES, STEPS, SWITCH, SWITCHED, TEST, parse_stages, position
from core.store.conflicts import ConflictError
from core.store.store import Store

PROCESS = parse_stages((ROOT / "data" / "stages.toml").read_text(encoding="utf-8"))
MARIA = Person(id="maria", name="Maria Lis", role="manager")
ANNA = Person(id="anna", name="Anna Bobrowska", role="support")
WIKTOR = Person(id="wiktor", name="Wiktor Ryś", role="viewer")

NOW = dt.datetime(2026, 11, 18, 11, tzinfo=dt.UTC)
"""A Wednesday, noon in Warsaw."""
DAY = dt.timedelta(days=1)

FILLED: dict[str, Any] = {
    "package": "Firma",
    "nonstandard": "brak",
    "planned_at": NOW,
    "contact_name": "Ewa Nowak",
    "contact_phone": "600 100 200",
    "mail_accounts": (),
    "site_list": (),
}
"""What a gate wants to be filled in."""


def act(by: Person = ANNA, now: dt.datetime = NOW, at: dt.datetime | None = None) -> Act:
    return Act(PROCESS, by, now, at)


def registered(*domains: str, ref: str = "P-1", **values: Any) -> tuple[Event, ...]:
    of_domains = {name: {"display": name} for name in domains or ("a.pl",)}
    return moves.register(act(), ref, {"client": "Róża", **values}, of_domains)


def ready(text: str) -> str:
    """Return a file with semicolons, whose rows are one line each, with all fields that gates ask for."""
    head, *rows = text.splitlines()
    named = "pakiet;niestandardowa konfiguracja;termin;osoba kontaktowa"
    return "\n".join([f"{head};{named}", *(f"{row};Plus;brak;05.10.2026;Ewa Nowak" for row in rows)])


def summary(name: str, at: dt.datetime = NOW, verdict: str = "ready", **more: Any) -> dict[str, Any]:
    """Return what a history keeps of a look."""
    said = {"name": name, "at": at.isoformat(), "verdict": verdict, "complete": True, "asked": 200, "digest": "d1"}
    return {**said, "findings": [], **more}


class Life:
    """A migration and all that happened to it: `life.do(moves.hold, "us", "urlop")`."""

    def __init__(self, *domains: str, **values: Any) -> None:
        self.events = registered(*domains, **values)
        self.m = rebuild(self.events)

    def do(
        self,
        move: Callable[..., Sequence[Event]],
        *args: Any,
        by: Person = ANNA,
        now: dt.datetime = NOW,
        at: dt.datetime | None = None,
        **more: Any,
    ) -> tuple[Event, ...]:
        if move is moves.check and args[0] == SWITCHED and "force" not in more:
            self.look(args[1], now=now)
        happened = tuple(move(self.m, act(by, now, at), *args, **more))
        self.m = after(self.m, happened)
        self.events += happened
        return happened

    def look(self, *domains: str, now: dt.datetime = NOW) -> "Life":
        """Look at domains before their switch where that was not done, as everybody must."""
        for name in domains:
            d = self.m.domains.get(name)
            if d is not None and d.step == SWITCH and before_switch(d, act(now=now)) is not None:
                self.do(look_taken, name, summary(name, now), now=now)
        return self

    def fill(self, domain: str | None = None, *, but: str = "", **when: Any) -> "Life":
        """Do what the gate still waits for, except one check."""
        d = None if domain is None else self.m.domains[domain]
        if but == "day":
            self.do(moves.change, {"planned_at": NOW + DAY}, **when)
        wanted = [c for c in missing(self.m, d, PROCESS, when.get("now", NOW)) if c.id != but]
        for check in sorted(wanted, key=lambda check: check.ticked):
            if check.ticked:
                choice = check.choices[0].id if check.choices else ""
                self.do(moves.check, check.id, domain, choice=choice, **when)
            else:
                field = check.field or "planned_at"
                value = when.get("now", NOW) if field == "planned_at" else FILLED[field]
                self.do(moves.change, {field: value}, **when)
        return self

    def on(self, domain: str | None = None, **when: Any) -> "Life":
        """Go one stage on, through an open gate."""
        self.fill(domain, **when).do(moves.advance, domain, **when)
        return self

    def to(self, stage: str, *domains: str, **when: Any) -> "Life":
        """Go on to a stage; past stage 4 with some of the domains, or all of them."""
        while position(self.m.stage) < min(position(stage), position("migration")):
            self.on(**when)
        if position(stage) > position("migration"):
            for name in domains or [d.name for d in self.m.active]:
                while position(self.m.domains[name].step) < min(position(stage), position(DONE)):
                    self.on(name, **when)
        if stage == "closed":
            self.on(**when)
        return self


def steps(m: Migration) -> dict[str, str]:
    return {d.name: d.step for d in m.active}


# -- anything that people may try

NAMES = ("a.pl", "b.pl", "c.pl")
TRIES = (
    *("on", "on", "on", "to_test", "advance", "force", "check", "check", "uncheck", "rework", "rework", "correct"),
    *("correct", "date", "hold", "resume", "cancel", "restore", "change", "add", "withdraw", "note", "aside"),
    *("switch_back", "switch_back"),
)


def some_deed(draw: Callable[[Any], Any], m: Migration) -> Callable[[Migration, Act], Iterable[Event]]:
    """Return something that somebody tries, be it right or wrong, drawn by Hypothesis."""

    def one_of(*options: Any) -> Any:
        return draw(st.sampled_from(options))

    aside = "resume" if m.hold else "restore" if m.cancelled else "on"
    kind, name = one_of(*TRIES, aside, aside), one_of(*NAMES)
    reason = one_of("powód", "powód", "powód", "")
    domain = one_of(None, name)
    match kind:
        case "on":
            return lambda m, a: _on(m, a, name if position(m.stage) >= position("migration") else None)
        case "to_test":
            return lambda m, a: _to_test(m, a)
        case "advance":
            return lambda m, a: moves.advance(m, a, domain)
        case "force":
            return lambda m, a: moves.advance(m, a, domain, force=reason)
        case "check":
            item, choice = (
                one_of("client_confirmed", "password_changed", *PROCESS.checks),
                one_of("", "arranged", "declared"),
            )
            return lambda m, a: moves.check(m, a, item, name, choice=choice, detail=reason)
        case "uncheck":
            item = one_of(*PROCESS.checks)
            return lambda m, a: moves.uncheck(m, a, item, name)
        case "rework":
            at_test = [d.name for d in m.active if d.step == TEST]
            failed, back = one_of(*at_test, name), one_of("migration", "sync", *STEPS)
            return lambda m, a: moves.rework(m, a, failed, back, reason)
        case "switch_back":
            switched = [d.name for d in m.active if SWITCHED in d.checks]
            failed, back = one_of(*switched, name), one_of("migration", "sync", *STEPS)
            return lambda m, a: moves.switch_back(m, a, failed, back, reason)
        case "correct":
            back = one_of(*STEPS) if domain else one_of(*STAGES)
            return lambda m, a: moves.correct(m, a, back, reason, domain)
        case "date":
            item, at = one_of(*PROCESS.checks, *STAGES, *STEPS), one_of(None, NOW - 3 * DAY)
            return lambda m, a: moves.date(m, a, item, at, reason, domain)
        case "hold":
            by = one_of("us", "client")
            return lambda m, a: moves.hold(m, a, by, reason)
        case "resume":
            return lambda m, a: moves.resume(m, a)
        case "cancel":
            return lambda m, a: moves.cancel(m, a, reason)
        case "restore":
            return lambda m, a: moves.restore(m, a, reason)
        case "change" if domain:
            values = one_of({"mailboxes": 7}, {"new_ns": "ns1.example.net"}, {"extra": {"uwaga": "x"}})
            return lambda m, a: moves.change(m, a, values, domain)
        case "change":
            days = ({"planned_at": NOW + DAY}, {"planned_at": None})
            values = one_of({"package": "Mini"}, {"package": ""}, {"waiting_on": "us"}, {"fee_applies": True}, *days)
            return lambda m, a: moves.change(m, a, values)
        case "add":
            return lambda m, a: moves.add_domain(m, a, name, {"display": name})
        case "withdraw":
            return lambda m, a: moves.withdraw(m, a, name, reason)
        case "aside" if domain:
            return lambda m, a: resolvers_aside.count_again(m, a, name, "one", "Biuro 192.0.2.53")
        case "aside":
            return lambda m, a: resolvers_aside.set_aside(m, a, name, "one", "Biuro 192.0.2.53", reason)
    return lambda m, a: moves.note(m, a, reason)


def _on(m: Migration, a: Act, domain: str | None) -> list[Event]:
    """Do all that the gate waits for and go through it."""
    happened: list[Event] = []
    d = m.domains.get(domain or "")
    for check in sorted(missing(m, d, PROCESS, a.now), key=lambda check: check.ticked):
        now = after(m, happened)
        if check.ticked and check.id not in (now.domains[domain] if d and domain else now).checks:
            happened += moves.check(now, a, check.id, domain, choice=check.choices[0].id if check.choices else "")
        elif not check.ticked:
            field = check.field or "planned_at"
            happened += moves.change(now, a, {field: FILLED[field]})
    return [*happened, *moves.advance(after(m, happened), a, domain)]


def _to_test(m: Migration, a: Act) -> list[Event]:
    """Hurry on to the client's test."""
    happened: list[Event] = []
    while position((now := after(m, happened)).stage) < position(TEST):
        behind = [d.name for d in now.active if position(d.step) == position(now.stage)]
        happened += _on(now, a, behind[0] if position(now.stage) >= position("migration") else None)
    return happened


# -- writers at once


def count_up(url: str, id: int, domain: str, times: int) -> None:
    """Be one of many processes that write."""
    engine = engine_of(url)
    count_mailboxes(Store(engine), id, domain, times)
    engine.dispose()


def count_mailboxes(store: Store, id: int, domain: str, times: int) -> None:
    """Add a mailbox to a domain, so often, each time to those that were on the screen; look again after a conflict."""
    screen = store.one(id)
    for _ in range(times):
        written = False
        while not written:
            assert screen is not None
            d = screen.domains[domain]
            values = {"mailboxes": (d.mailboxes or 0) + 1}
            decide = partial(moves.change, act=act(), values=values, domain=domain)
            try:
                screen = store.change(id, decide, domains={domain: d.version}).migration
                written = True
            except ConflictError as conflict:
                screen = conflict.now


def told(life, move, *args, **more):
    """Return what a deed is refused with, (field, message) each; nothing has happened then."""
    before = life.m.copy()
    with pytest.raises(InputError) as refused:
        life.do(move, *args, **more)
    assert life.m == before
    for language in (POLISH, ENGLISH):
        assert all(language.mistake(error) for error in refused.value.errors)
    return [(error.field, error.message.id) for error in refused.value.errors]


def history(*domains):
    """Return the life of a migration that came, finished, from an import that knew no test of the first domain."""
    life = Life(*domains)
    names = domains or ("a.pl",)

    def told_by_import(kind, **values):
        return Event(kind, "anna", NOW, values.pop("at", None), batch=1, **values)

    new = [told_by_import("registered", new={"ref": "P-1", "client": "Róża"})]
    new += [told_by_import("domain_added", domain=name, new={"display": name}) for name in names]
    new += [told_by_import("moved", old="package", new="migration")]
    new += [told_by_import("stepped", domain=name, old="waiting", new="migration") for name in names]
    for name in names:
        if name == names[0]:
            new += [told_by_import("test_unrecorded", domain=name)]
        else:
            new += [told_by_import("checked", domain=name, item=CONFIRMED, at=NOW - 9 * DAY)]
        new += [told_by_import("stepped", domain=name, old="migration", new="visible")]
    new += [told_by_import("moved", old="passwords", new="closed")]
    life.events, life.m = tuple(new), rebuild(new)
    return life
