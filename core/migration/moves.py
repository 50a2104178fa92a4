"""What people do with a migration: each deed is checked and becomes events.

Functions of what stands now, returning events; nothing is written here. They raise InputError with what is wrong and
what would be right. The import has its own way to events (`core.importing.writing`): it tells of what happened
elsewhere.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from core.dns.names import parse_name
from core.ground.bounds import CELL, LINE, bounded
from core.ground.clock import WARSAW
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import refuse_secrets, secret_column
from core.ground.validation import composed, one_line
from core.migration.domains import twins
from core.migration.migration import DOMAIN_FIELDS, FIELDS, Domain, Event, Kind, Migration, after, iso, moment, position
from core.migration.people import MAY, Person, require
from core.migration.stages import CONFIRMED, DONE, FIRST_OF_DOMAINS, STAGES, STEPS, TEST, Check, Process, Side
from core.migration.values import COUNT_MAX, parse_addresses, parse_hosts

LONGEST = 200
"""Letters in a field or a reason."""
LONGEST_NOTE = 4000
"""Letters in a note."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, by which process, and now; `at`: when it really happened, where that was earlier."""

    process: Process
    person: Person
    now: dt.datetime
    at: dt.datetime | None = None

    def event(self, kind: Kind, **values: Any) -> Event:
        """Return an event of this act; raises InputError where it would lie in the future."""
        at = self.at or self.now
        if at > self.now:
            raise _wrong("date", at.astimezone(WARSAW).date(), "error.future")
        now, at = self.now.astimezone(dt.UTC), at.astimezone(dt.UTC)
        return Event(kind, actor=self.person.id, recorded_at=now, occurred_at=at, **values)


# -- gates


def is_done(check: Check, m: Migration, d: Domain | None, now: dt.datetime) -> bool:
    """Whether a check holds: it was ticked, its field is filled in, or its fact is true now."""
    if check.field is not None:
        return getattr(m, check.field) not in ("", None)
    if check.fact is not None:
        return m.planned_at is not None and m.planned_at.astimezone(WARSAW).date() <= now.astimezone(WARSAW).date()
    return check.id in (d or m).checks


def missing(m: Migration, d: Domain | None, process: Process, now: dt.datetime) -> list[Check]:
    """Return the checks that shut the gate out of the stage where the migration, or a domain of it, stands."""
    stage = process.by_id.get(d.step if d else m.stage)
    checks = stage.checks if stage else []
    return [check for check in checks if check.required and not is_done(check, m, d, now)]


def behind(m: Migration, process: Process, now: dt.datetime) -> Iterator[tuple[Domain | None, Check]]:
    """Yield what the gates that a migration has behind it asked for and does not hold, with its domain if it is of one.

    History comes past them unasked; what was opened again is history no longer.
    """
    passed: list[tuple[Domain | None, str]] = [
        (None, s) for s in STAGES if s not in STEPS and position(s) < position(m.stage)
    ]
    passed += [(d, s) for d in m.active for s in STEPS[1:] if position(s) < position(d.step)]
    for d, stage in passed:
        for check in process.by_id[stage].checks:
            if check.required and not is_done(check, m, d, now):
                yield d, check


def _opened(m: Migration, events: list[Event], act: Act) -> list[Event]:
    """Return the events; where they open what was over, its fields are asked for, and only a manager goes without.

    Ticks of history are nobody's to make up, and a day that had come may have been changed since.
    """
    changed = after(m, events)
    if m.open or not changed.open:
        return events
    shut = [check for _, check in behind(changed, act.process, act.now) if check.field is not None]
    if not shut:
        return events
    if "force" not in MAY[act.person.role]:
        raise InputError(*(_refused(check, "error.gate") for check in shut))
    first = next(i for i, event in enumerate(events) if event.domain is None and event.kind in OPENING)
    events[first] = replace(events[first], item=" ".join(check.id for check in shut), forced=True)
    return events


OPENING = ("restored", "corrected")
"""Kinds of events by which what was over is open again."""


def advance(m: Migration, act: Act, domain: str | None = None, *, force: str | None = None) -> tuple[Event, ...]:
    """Move a migration, or one of its domains, one stage on through its gate.

    `force`: a manager's reason to go on although checks are missing; never past a check that is not forceable.
    """
    _may_move(m, act)
    d = None if domain is None else active_domain(m, domain)
    here = d.step if d else m.stage
    if d is None and here not in (*STAGES[: STAGES.index(FIRST_OF_DOMAINS)], "passwords"):
        raise _wrong("stage", here, "error.move_domains" if m.open else "error.closed")
    if d is not None and here in (STEPS[0], DONE):
        raise _wrong("step", here, "error.domain_waits" if here == STEPS[0] else "error.domain_done")
    shut = missing(m, d, act.process, act.now)
    if shut and force is None:
        raise InputError(*(_refused(check, "error.gate") for check in shut))
    reason, item = "", ""
    if shut:
        require(act.person, "force")
        reason = reason_of(str(force))
        if never := [check for check in shut if not check.forceable]:
            raise InputError(*(_refused(check, "error.not_forceable") for check in never))
        item = " ".join(check.id for check in shut)
    forced = bool(shut)
    if d is not None:
        after_here = STEPS[STEPS.index(here) + 1]
        events = [
            act.event("stepped", domain=d.name, item=item, old=here, new=after_here, reason=reason, forced=forced)
        ]
    else:
        after_here = STAGES[STAGES.index(here) + 1]
        events = [act.event("moved", item=item, old=here, new=after_here, reason=reason, forced=forced)]
        if after_here == FIRST_OF_DOMAINS:
            events += [act.event("stepped", domain=d.name, old=STEPS[0], new=FIRST_OF_DOMAINS) for d in m.active]
    return _with_waits(m, _closing(m, events, act), act)


def _closing(m: Migration, events: list[Event], act: Act) -> list[Event]:
    """Return the events, and that the migration closes where they leave nothing outstanding to wait for."""
    changed = after(m, events)
    if changed.stage == "passwords" != m.stage and not missing(changed, None, act.process, act.now):
        return [*events, act.event("moved", old="passwords", new="closed")]
    return events


def _refused(check: Check, id: str) -> FieldError:
    return FieldError("check", check.label, Message(id))


def check(
    m: Migration, act: Act, item: str, domain: str | None = None, *, choice: str = "", detail: str = ""
) -> tuple[Event, ...]:
    """Tick a check, now or for the earlier moment `act.at`; `detail`: by whom or how, never a value."""
    found, stage = _ticked(item, act)
    d = _subject(m, stage.level, domain)
    history = d is not None and d.test_unrecorded and item == CONFIRMED
    if not history and (m.stage != "closed" or found.required):
        _may_move(m, act)
    require(act.person, "work")
    here, opens = d.step if d else m.stage, found.opens or stage.id
    if item == CONFIRMED and here != TEST and not history:
        raise _wrong("check", found.label, "error.confirm_at_test")
    if position(here) < position(opens):
        raise _wrong("check", found.label, "error.check_early", stage=act.process.by_id[opens].title)
    if item in (d or m).checks:
        raise _wrong("check", found.label, "error.check_done")
    if d is not None and item == CONFIRMED:
        _test_in_order(d, act.at or act.now)
    ways = [way.id for way in found.choices or ()]
    if choice not in (ways or [""]):
        raise _wrong("choice", "", "error.one_of", expected=", ".join(ways) or "-")
    new = {"choice": choice, "detail": line_of("detail", detail)} if choice or detail else None
    return _with_waits(m, [act.event("checked", domain=d.name if d else None, item=item, new=new)], act)


def uncheck(m: Migration, act: Act, item: str, domain: str | None = None) -> tuple[Event, ...]:
    """Take a tick back, while its stage has not been left."""
    found, stage = _ticked(item, act)
    d = _subject(m, stage.level, domain)
    _may_move(m, act)
    if item not in (d or m).checks:
        raise _wrong("check", found.label, "error.check_open")
    if position(d.step if d else m.stage) > position(stage.id):
        raise _wrong("check", found.label, "error.check_left", stage=stage.title)
    return _with_waits(m, [act.event("unchecked", domain=d.name if d else None, item=item)], act)


# -- back


def rework(m: Migration, act: Act, domain: str, to: str, reason: str) -> tuple[Event, ...]:
    """Send a domain whose client's test failed back to an earlier step; what was ticked from there on is done anew."""
    _may_move(m, act)
    d = active_domain(m, domain)
    if d.step != TEST:
        raise _wrong("step", d.step, "error.rework_at_test")
    ways = STEPS[1 : STEPS.index(TEST)]
    if to not in ways:
        raise _wrong("step", to, "error.one_of", expected=", ".join(ways))
    events = [
        *_unticked(d, act, from_=to),
        act.event("reworked", domain=d.name, old=d.step, new=to, reason=reason_of(reason)),
    ]
    return _with_waits(m, events, act)


def correct(m: Migration, act: Act, to: str, reason: str, domain: str | None = None) -> tuple[Event, ...]:
    """Put a wrong move right: back to the earlier stage or step where it really stands. What is ticked there stays."""
    _may_correct(m, act)
    why = reason_of(reason)
    if m.stage == "closed" and any(d.test_unrecorded for d in m.domains.values()):
        raise _wrong("stage", to, "error.unrecorded_back")
    if domain is not None:
        d = active_domain(m, domain)
        if to not in STEPS[1:] or position(to) >= position(d.step):
            raise _wrong("step", to, "error.correct_back", here=d.step)
        reopened = [act.event("corrected", old="closed", new="passwords", reason=why)] if m.stage == "closed" else []
        events = [*reopened, *_back(d, act, to, why)]
        return _with_waits(m, _opened(m, events, act), act)
    ways = [s for s in STAGES if s not in STEPS and position(s) < position(m.stage)]
    if to not in ways:
        raise _wrong("stage", to, "error.one_of", expected=", ".join(ways))
    events = [*_unticked(m, act, after=to), act.event("corrected", old=m.stage, new=to, reason=why)]
    if position(to) < position(FIRST_OF_DOMAINS):
        for d in m.active:
            if d.step != STEPS[0]:
                events += _back(d, act, STEPS[0], why)
    return _with_waits(m, _opened(m, events, act), act)


def _back(d: Domain, act: Act, to: str, why: str) -> list[Event]:
    return [*_unticked(d, act, after=to), act.event("corrected", domain=d.name, old=d.step, new=to, reason=why)]


def ticks_from(subject: Migration | Domain, process: Process, first: int) -> list[str]:
    """Return what is ticked of the stages from a position on: done once, it may be wrong after a way back."""
    return [
        item for item in subject.checks if item in process.stage_of and position(process.stage_of[item].id) >= first
    ]


def _unticked(subject: Migration | Domain, act: Act, *, from_: str = "", after: str = "") -> list[Event]:
    name = subject.name if isinstance(subject, Domain) else None
    first = position(from_) if from_ else position(after) + 1
    return [act.event("unchecked", domain=name, item=item) for item in ticks_from(subject, act.process, first)]


def date(
    m: Migration, act: Act, item: str, at: dt.datetime | None, reason: str, domain: str | None = None
) -> tuple[Event, ...]:
    """Correct when a stage was entered or a check was done; None: it is not known after all."""
    _may_correct(m, act)
    subject = m if domain is None else active_domain(m, domain)
    happened = {**subject.entered, **{item: done.at for item, done in subject.checks.items()}}
    if item not in happened:
        raise _wrong("date", item, "error.not_happened", expected=", ".join(happened))
    if at is None and item == CONFIRMED:
        raise _wrong("date", "", "error.missing")
    if at is not None and at > act.now:
        raise _wrong("date", at.astimezone(WARSAW).date(), "error.future")
    if at is not None and item in subject.entered:
        _in_order(subject.entered, item, at)
    if at is not None and isinstance(subject, Domain):
        _test_in_order(subject, at, item)
    event = act.event("dated", domain=domain, item=item, old=iso(happened[item]), new=iso(at), reason=reason_of(reason))
    return () if at == happened[item] else (event,)


def _test_in_order(d: Domain, at: dt.datetime, item: str = CONFIRMED) -> None:
    """Raise InputError where the client's test would come before the move that it tests, by the day."""
    moments = {**d.entered, CONFIRMED: d.tested_at, item: at}
    tested = moments[CONFIRMED]
    if tested is None or item not in (CONFIRMED, *STEPS[1 : STEPS.index(TEST) + 1]):
        return
    day = tested.astimezone(WARSAW).date()
    for step in STEPS[1 : STEPS.index(TEST) + 1]:
        moved = moments.get(step)
        if moved is not None and (there := moved.astimezone(WARSAW).date()) > day:
            raise _wrong("date", day, "error.test_before_move", there=there)


def _in_order(entered: Mapping[str, dt.datetime | None], item: str, at: dt.datetime) -> None:
    """Raise InputError where a stage would be entered before an earlier one, or after a later one, by the day."""
    day = at.astimezone(WARSAW).date()
    for other, when in entered.items():
        if when is None or other == item:
            continue
        there = when.astimezone(WARSAW).date()
        if (day < there) if position(other) < position(item) else (day > there):
            raise _wrong("date", day, "error.stage_date_order", there=there)


# -- aside


def hold(m: Migration, act: Act, by: Side, reason: str) -> tuple[Event, ...]:
    """Put a migration on hold, by us or by the client."""
    _may_move(m, act)
    if by not in get_args(Side):
        raise _wrong("hold", "", "error.one_of", expected=", ".join(get_args(Side)))
    return (act.event("held", item=by, reason=reason_of(reason)),)


def resume(m: Migration, act: Act) -> tuple[Event, ...]:
    """Take a migration up again."""
    require(act.person, "work")
    if m.hold is None:
        raise _wrong("hold", "", "error.not_on_hold")
    event, since = act.event("resumed", old=m.hold), moment(m.hold["since"])
    if since is not None and event.occurred_at is not None and event.occurred_at < since:
        raise _wrong("date", event.occurred_at.astimezone(WARSAW).date(), "error.before_hold")
    return (event,)


def cancel(m: Migration, act: Act, reason: str) -> tuple[Event, ...]:
    """Cancel a migration that is still open, on hold or not."""
    require(act.person, "work")
    if not m.open:
        raise _wrong("stage", m.stage, "error.cancelled" if m.cancelled else "error.closed")
    return (act.event("cancelled", reason=reason_of(reason)),)


def restore(m: Migration, act: Act, reason: str) -> tuple[Event, ...]:
    """Open a migration again that was cancelled by mistake, where it stood."""
    require(act.person, "work")
    if m.cancelled is None:
        raise _wrong("stage", m.stage, "error.not_cancelled")
    return tuple(_opened(m, [act.event("restored", old=m.cancelled, reason=reason_of(reason))], act))


# -- what is filled in


def register(
    act: Act, ref: str, values: Mapping[str, Any], domains: Mapping[str, Mapping[str, Any]], *, sample: bool = False
) -> tuple[Event, ...]:
    """Take up a new migration: its fields, and its domains by ASCII name with their fields (`display` at least)."""
    require(act.person, "work")
    known = {"ref": line_of("ref", ref), **_values(values, FIELDS), "sample": sample}
    for name in ("ref", "client"):
        if not known.get(name):
            raise _wrong(name, "", "error.missing")
    if not domains:
        raise _wrong("domain", "", "error.missing")
    events = [act.event("registered", new=known)]
    events += [
        act.event("domain_added", domain=line_of("domain", name), new=_of_domain(of_it))
        for name, of_it in domains.items()
    ]
    return _with_waits(Migration(), events, act)


def change(m: Migration, act: Act, values: Mapping[str, Any], domain: str | None = None) -> tuple[Event, ...]:
    """Change fields of a migration, or of one of its domains; what is as it was gives no event.

    `extra` holds the columns that are changed; the others stay as they are.
    """
    require(act.person, "work")
    d = None if domain is None else active_domain(m, domain)
    if d is None and "client" in values and not line_of("client", str(values["client"])):
        raise _wrong("client", "", "error.missing")
    if d is None and values.get("waiting_on", "us") not in get_args(Side):
        raise _wrong("waiting_on", "", "error.one_of", expected=", ".join(get_args(Side)))
    events = []
    for name, value in _values(values, DOMAIN_FIELDS if d else (*FIELDS, "waiting_on")).items():
        before = getattr(d or m, name)
        old = iso(before) if name == "planned_at" else before
        if name == "extra":
            value = {**before, **value}
        if value == old:
            continue
        events.append(act.event("set", domain=domain, item=name, old=old, new=value))
        if name == "planned_at" and m.stage in ("analysis", "date"):
            # Another day is another agreement.
            events += [act.event("unchecked", item=item) for item in ("accepted", "freeze") if item in m.checks]
    return _with_waits(m, events, act)


def add_domain(m: Migration, act: Act, name: str, values: Mapping[str, Any]) -> tuple[Event, ...]:
    """Add a domain to a migration that is open; where others are being moved already it joins them at the start."""
    _may_move(m, act)
    there = {name, *twins(name)}
    if any(d.name in there for d in m.active):
        raise _wrong("domain", name, "error.domain_there")
    events = [act.event("domain_added", domain=line_of("domain", name), new=_of_domain(values))]
    if position(m.stage) >= position(FIRST_OF_DOMAINS):
        events.append(act.event("stepped", domain=name, old=STEPS[0], new=FIRST_OF_DOMAINS))
    return _with_waits(m, events, act)


def rename_domain(m: Migration, act: Act, domain: str, name: str, reason: str) -> tuple[Event, ...]:
    """Correct the name of a domain; all that happened to it stays its own. `name`: as somebody writes it.

    Not once its client has tested it: the test was one of that name.
    """
    _may_correct(m, act)
    d = active_domain(m, domain)
    if d.tested_at is not None or d.test_unrecorded:
        raise _wrong("domain", d.display, "error.renamed_after_test")
    new = parse_name(line_of("domain", name), "domain")
    if new.ascii == d.name:
        return ()
    # With its www it is no other domain.
    if any(other in twins(new.ascii) for other in m.domains if other != d.name):
        raise _wrong("domain", new.display, "error.domain_there")
    told = {"name": new.ascii, "display": new.display}
    return (act.event("renamed", domain=d.name, old=d.display, new=told, reason=reason_of(reason)),)


def withdraw(m: Migration, act: Act, domain: str, reason: str) -> tuple[Event, ...]:
    """Take a domain out of a migration: it is not moved after all. The last one stays: cancel the migration instead."""
    _may_move(m, act)
    d = active_domain(m, domain)
    if m.active == [d]:
        raise _wrong("domain", d.display, "error.last_domain")
    events = [act.event("domain_withdrawn", domain=d.name, reason=reason_of(reason))]
    return _with_waits(m, _closing(m, events, act), act)


def note(m: Migration, act: Act, text: str) -> tuple[Event, ...]:
    """Write a note."""
    require(act.person, "work")
    text = bounded(text, "note", CELL, told=LONGEST_NOTE, secret=True)
    kept = "\n".join(line for line in map(one_line, text.splitlines()) if line)
    if not kept:
        raise _wrong("note", "", "error.empty")
    refuse_secrets("note", kept)
    if len(kept) > LONGEST_NOTE:
        raise _wrong("note", kept, "error.too_long", max_length=LONGEST_NOTE)
    return (act.event("noted", new=kept),)


# -- whom it waits for


def waiting(m: Migration, process: Process) -> str:
    """Return whom the stage of a migration waits for by the process: us or the client."""
    stage = process.by_id[m.stage]
    side: str = stage.waits_on or m.waiting_on
    for found in stage.checks:
        # A fact changes with the day, not with an event.
        if found.then and found.fact is None and is_done(found, m, None, dt.datetime.max.replace(tzinfo=dt.UTC)):
            side = found.then
    return side


def waits_change(before: Migration, now: Migration, process: Process) -> str | None:
    """Return whom a migration waits for now that its process went on; None where that stays as it is.

    What somebody set by hand holds until the next change of the process.
    """
    wanted = waiting(now, process)
    progress = before.seq == 0 or now.stage != before.stage or wanted != waiting(before, process)
    return wanted if progress and wanted != now.waiting_on else None


def _with_waits(m: Migration, events: Iterable[Event], act: Act) -> tuple[Event, ...]:
    given = tuple(events)
    if any(event.kind == "set" and event.item == "waiting_on" for event in given):
        return given
    changed = after(m, given)
    wanted = waits_change(m, changed, act.process)
    if wanted is None:
        return given
    return *given, act.event("waits", item="waiting_on", old=changed.waiting_on, new=wanted)


# -- what is refused


def _wrong(field: str, value: object, id: str, **values: object) -> InputError:
    return InputError(FieldError(field, value, Message(id, values)))


def _may_move(m: Migration, act: Act) -> None:
    require(act.person, "work")
    if m.cancelled is not None:
        raise _wrong("stage", m.stage, "error.cancelled")
    if m.stage == "closed":
        raise _wrong("stage", m.stage, "error.closed")
    if m.hold is not None:
        raise _wrong("stage", m.stage, "error.on_hold")


def _may_correct(m: Migration, act: Act) -> None:
    require(act.person, "work")
    if m.cancelled is not None:
        raise _wrong("stage", m.stage, "error.cancelled")


def active_domain(m: Migration, name: str) -> Domain:
    """Return a domain that is being moved; raises InputError where there is none of that name."""
    d = m.domains.get(name)
    if d is None or d.withdrawn:
        raise _wrong("domain", name, "error.one_of", expected=", ".join(d.display for d in m.active))
    return d


def _subject(m: Migration, level: str, domain: str | None) -> Domain | None:
    if level == "migration":
        return None
    if domain is None:
        raise _wrong("domain", "", "error.missing")
    return active_domain(m, domain)


def _ticked(item: str, act: Act) -> tuple[Check, Any]:
    found = act.process.checks.get(item)
    if found is None or not found.ticked:
        ticks = ", ".join(check.id for check in act.process.checks.values() if check.ticked)
        raise _wrong("check", item, "error.one_of", expected=ticks)
    return found, act.process.stage_of[item]


def reason_of(text: str) -> str:
    """Return a reason as events carry it: a line, neither blank nor too long nor a secret; raises InputError."""
    reason = line_of("reason", text)
    if not reason:
        raise _wrong("reason", "", "error.missing")
    return reason


def line_of(field: str, text: str, header: str = "") -> str:
    """Return a text of one line as events carry it; raises InputError where it is too long, or holds a secret.

    `header`: the column that it stands under, where that is not one of ours.
    """
    kept = composed(one_line(bounded(text, field, LINE, told=LONGEST, secret=True)))
    # Before anything else is said of it, as that repeats it.
    refuse_secrets(field, kept, header)
    if len(kept) > LONGEST:
        raise _wrong(field, kept, "error.too_long", max_length=LONGEST)
    return kept


def _of_domain(values: Mapping[str, Any]) -> dict[str, Any]:
    kept = _values(values, DOMAIN_FIELDS)
    if not kept.get("display"):
        raise _wrong("display", "", "error.missing")
    return kept


def _values(values: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Return fields as events carry them."""
    if unknown := sorted(set(values) - set(known)):
        raise _wrong(unknown[0], "", "error.unknown_key")
    kept: dict[str, Any] = {}
    for name, value in values.items():
        match value:
            case str():
                text = line_of(name, value)
                # As an import reads them, so that what the board has and a file says can be compared.
                kept[name] = _READ[name](text, name) if text and name in _READ else text
            case dt.datetime():
                kept[name] = iso(value)
            case dict():
                kept[name] = {line_of(name, key): line_of(name, cell, key) for key, cell in value.items()}
                if any(secret_column(key, [cell]) for key, cell in kept[name].items()):
                    raise _wrong(name, "", "error.secret_column")
            case _:
                kept[name] = value
        expected, id = _TYPES.get(name, (str, "error.text"))
        if not isinstance(value, expected) or (isinstance(value, int) and not 0 <= value <= COUNT_MAX):
            raise _wrong(name, value, id, last=COUNT_MAX)
    return kept


_READ = {
    "old_ns": parse_hosts,
    "new_ns": parse_hosts,
    "old_addresses": parse_addresses,
    "new_addresses": parse_addresses,
}

_TYPES: dict[str, tuple[Any, str]] = {
    "mailboxes": (int | None, "error.count"),
    "websites": (int | None, "error.count"),
    "fee_applies": (bool, "error.true_or_false"),
    "planned_at": (dt.datetime | None, "error.date"),
    "extra": (dict, "error.table"),
}
"""What is not a text among the fields."""
