"""What people do with a migration: each deed is checked and becomes events.

Functions of what stands now, returning events; nothing is written here. They raise InputError with what is wrong and
what would be right. The import has its own way to events (`core.importing.writing`): it tells of what happened
elsewhere.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, get_args

from core.dns.names import parse_name
from core.ground.clock import WARSAW
from core.ground.messages import FieldError, InputError, Message
from core.migration.act import Act, active_domain, may_correct, may_move
from core.migration.carried import domain_of, fields_of, line_of, note_of, reason_of
from core.migration.checks import behind, missing, ticks_from
from core.migration.cutover_looks import before_switch
from core.migration.domains import twins
from core.migration.event import Event, iso, moment, open_in_spite_of
from core.migration.event_dates import stages_in_order, tested_in_order
from core.migration.handover import with_quotas
from core.migration.migration import DOMAIN_FIELDS, FIELDS, LISTS, Domain, Migration
from core.migration.people import MAY, require
from core.migration.rebuilding import after
from core.migration.refusal import refusal
from core.migration.stages import (
    CONFIRMED,
    DONE,
    FIRST_OF_DOMAINS,
    REWORKS,
    STAGES,
    STEPS,
    SWITCH,
    SWITCHED,
    TEST,
    Check,
    Side,
    position,
    stages_before,
    steps_before,
)
from core.migration.stored_fields import from_json, to_json
from core.migration.waiting import waits_change


def _opened(m: Migration, events: list[Event], act: Act) -> list[Event]:
    """Return the events; where they open what was over, its fields are asked for, and only a manager goes without.

    Ticks of history are nobody's to make up, and a day that had come may have been changed since.
    """
    changed = after(m, events)
    if m.open or not changed.open:
        return events
    wanted = (check for _, check in behind(changed, act.process, act.now) if check.field is not None)
    shut = [check for check in wanted if not check.told_by_file]
    if not shut:
        return events
    if "force" not in MAY[act.person.role]:
        raise InputError(*(_refused(check, "error.gate") for check in shut))
    open_in_spite_of(events, (check.id for check in shut))
    return events


def advance(m: Migration, act: Act, domain: str | None = None, *, force: str | None = None) -> tuple[Event, ...]:
    """Move a migration, or one of its domains, one stage on through its gate.

    `force`: a manager's reason to go on although checks are missing; never past a check that is not forceable.
    """
    may_move(m, act)
    d = None if domain is None else active_domain(m, domain)
    here = d.step if d else m.stage
    if d is None and here not in (*STAGES[: STAGES.index(FIRST_OF_DOMAINS)], "passwords"):
        raise refusal("stage", here, "error.move_domains" if m.open else "error.closed")
    if d is not None and here in (STEPS[0], DONE):
        raise refusal("step", here, "error.domain_waits" if here == STEPS[0] else "error.domain_done")
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
    m: Migration,
    act: Act,
    item: str,
    domain: str | None = None,
    *,
    choice: str = "",
    detail: str = "",
    force: str | None = None,
) -> tuple[Event, ...]:
    """Tick a check, now or for the earlier moment `act.at`; `detail`: by whom or how, never a value.

    That name servers were changed wants a look before (`cutover_looks`); `force`: a manager's reason to do without.
    """
    found, stage = _ticked(item, act)
    d = _subject(m, stage.level, domain)
    history = d is not None and d.test_unrecorded and item == CONFIRMED
    if not history and (m.stage != "closed" or found.required):
        may_move(m, act)
    require(act.person, "work")
    here, opens = d.step if d else m.stage, found.opens or stage.id
    if item == CONFIRMED and here != TEST and not history:
        raise refusal("check", found.label, "error.confirm_at_test")
    if position(here) < position(opens):
        raise refusal("check", found.label, "error.check_early", stage=act.process.by_id[opens].title)
    if item in (d or m).checks:
        raise refusal("check", found.label, "error.check_done")
    if found.needs is not None and getattr(m, found.needs) is None:
        raise refusal("check", found.label, f"error.check_needs.{found.needs}")
    if d is not None and item == CONFIRMED:
        tested_in_order(d, act.at or act.now)
    ways = [way.id for way in found.choices or ()]
    if choice not in (ways or [""]):
        raise refusal("choice", "", "error.one_of", expected=", ".join(ways) or "-")
    said = line_of("detail", detail) if detail else ""
    if not said and any(way.id == choice and way.told for way in found.choices or ()):
        raise refusal("detail", "", "error.missing")
    new = {"choice": choice, "detail": said} if choice or said else None
    ticked = act.event("checked", domain=d.name if d else None, item=item, new=new)
    if d is not None and item == SWITCHED and (shut := before_switch(d, act)) is not None:
        if force is None:
            raise InputError(FieldError("look", d.display, shut))
        require(act.person, "force")
        ticked = replace(ticked, reason=reason_of(force), forced=True)
    return _with_waits(m, [ticked], act)


def uncheck(m: Migration, act: Act, item: str, domain: str | None = None) -> tuple[Event, ...]:
    """Take a tick back, while its stage has not been left."""
    found, stage = _ticked(item, act)
    d = _subject(m, stage.level, domain)
    may_move(m, act)
    if item not in (d or m).checks:
        raise refusal("check", found.label, "error.check_open")
    if position(d.step if d else m.stage) > position(stage.id):
        raise refusal("check", found.label, "error.check_left", stage=stage.title)
    return _with_waits(m, [act.event("unchecked", domain=d.name if d else None, item=item)], act)


# -- back


def rework(m: Migration, act: Act, domain: str, to: str, reason: str) -> tuple[Event, ...]:
    """Send a domain whose client's test failed back to an earlier step; what was ticked from there on is done anew."""
    may_move(m, act)
    d = active_domain(m, domain)
    if d.step != TEST:
        raise refusal("step", d.step, "error.rework_at_test")
    if to not in REWORKS:
        raise refusal("step", to, "error.one_of", expected=", ".join(REWORKS))
    events = [
        *_unticked(d, act, from_=to),
        act.event("reworked", domain=d.name, old=d.step, new=to, reason=reason_of(reason)),
    ]
    return _with_waits(m, events, act)


def switch_back(m: Migration, act: Act, domain: str, to: str, reason: str) -> tuple[Event, ...]:
    """Take back a failed switch of name servers: the domain goes back to be moved, or to be synchronised, once more.

    What was ticked from there on is done anew, the client's test too; its clocks and its switch begin anew with it.
    So is what the migration can only do once every domain is visible: mail comes to the old server again.
    """
    may_move(m, act)
    d = active_domain(m, domain)
    if SWITCHED not in d.checks:
        raise refusal("step", d.step, "error.not_switched")
    if to not in REWORKS:
        raise refusal("step", to, "error.one_of", expected=", ".join(REWORKS))
    late = (item for item in ticks_from(m, act.process, position(SWITCH) + 1) if act.process.checks[item].opens is None)
    events = [
        *_unticked(d, act, from_=to),
        *(act.event("unchecked", item=item) for item in late),
        act.event("switched_back", domain=d.name, old=d.step, new=to, reason=reason_of(reason)),
    ]
    return _with_waits(m, events, act)


def correct(m: Migration, act: Act, to: str, reason: str, domain: str | None = None) -> tuple[Event, ...]:
    """Put a wrong move right: back to the earlier stage or step where it really stands. What is ticked there stays."""
    may_correct(m, act)
    why = reason_of(reason)
    if m.stage == "closed" and any(d.test_unrecorded for d in m.domains.values()):
        raise refusal("stage", to, "error.unrecorded_back")
    if domain is not None:
        d = active_domain(m, domain)
        if to not in steps_before(d.step):
            raise refusal("step", to, "error.correct_back", here=d.step)
        reopened = [act.event("corrected", old="closed", new="passwords", reason=why)] if m.stage == "closed" else []
        events = [*reopened, *_back(d, act, to, why)]
        return _with_waits(m, _opened(m, events, act), act)
    ways = stages_before(m.stage)
    if to not in ways:
        raise refusal("stage", to, "error.one_of", expected=", ".join(ways))
    events = [*_unticked(m, act, after=to), act.event("corrected", old=m.stage, new=to, reason=why)]
    if position(to) < position(FIRST_OF_DOMAINS):
        for d in m.active:
            if d.step != STEPS[0]:
                events += _back(d, act, STEPS[0], why)
    return _with_waits(m, _opened(m, events, act), act)


def _back(d: Domain, act: Act, to: str, why: str) -> list[Event]:
    return [*_unticked(d, act, after=to), act.event("corrected", domain=d.name, old=d.step, new=to, reason=why)]


def _unticked(subject: Migration | Domain, act: Act, *, from_: str = "", after: str = "") -> list[Event]:
    name = subject.name if isinstance(subject, Domain) else None
    first = position(from_) if from_ else position(after) + 1
    return [act.event("unchecked", domain=name, item=item) for item in ticks_from(subject, act.process, first)]


def date(
    m: Migration, act: Act, item: str, at: dt.datetime | None, reason: str, domain: str | None = None
) -> tuple[Event, ...]:
    """Correct when a stage was entered or a check was done; None: it is not known after all."""
    may_correct(m, act)
    subject = m if domain is None else active_domain(m, domain)
    happened = {**subject.entered, **{item: done.at for item, done in subject.checks.items()}}
    if item not in happened:
        raise refusal("date", item, "error.not_happened", expected=", ".join(happened))
    if at is None and item == CONFIRMED:
        raise refusal("date", "", "error.missing")
    if at is not None and at > act.now:
        raise refusal("date", at.astimezone(WARSAW).date(), "error.future")
    if at is not None and item in subject.entered:
        stages_in_order(subject.entered, item, at)
    if at is not None and isinstance(subject, Domain):
        tested_in_order(subject, at, item)
    event = act.event("dated", domain=domain, item=item, old=iso(happened[item]), new=iso(at), reason=reason_of(reason))
    return () if at == happened[item] else (event,)


# -- aside


def hold(m: Migration, act: Act, by: Side, reason: str) -> tuple[Event, ...]:
    """Put a migration on hold, by us or by the client."""
    may_move(m, act)
    if by not in get_args(Side):
        raise refusal("hold", "", "error.one_of", expected=", ".join(get_args(Side)))
    return (act.event("held", item=by, reason=reason_of(reason)),)


def resume(m: Migration, act: Act) -> tuple[Event, ...]:
    """Take a migration up again."""
    require(act.person, "work")
    if m.hold is None:
        raise refusal("hold", "", "error.not_on_hold")
    event, since = act.event("resumed", old=m.hold), moment(m.hold["since"])
    if since is not None and event.occurred_at is not None and event.occurred_at < since:
        raise refusal("date", event.occurred_at.astimezone(WARSAW).date(), "error.before_hold")
    return (event,)


def cancel(m: Migration, act: Act, reason: str) -> tuple[Event, ...]:
    """Cancel a migration that is still open, on hold or not."""
    require(act.person, "work")
    if not m.open:
        raise refusal("stage", m.stage, "error.cancelled" if m.cancelled else "error.closed")
    return (act.event("cancelled", reason=reason_of(reason)),)


def restore(m: Migration, act: Act, reason: str) -> tuple[Event, ...]:
    """Open a migration again that was cancelled by mistake, where it stood."""
    require(act.person, "work")
    if m.cancelled is None:
        raise refusal("stage", m.stage, "error.not_cancelled")
    return tuple(_opened(m, [act.event("restored", old=m.cancelled, reason=reason_of(reason))], act))


# -- what is filled in


def register(
    act: Act,
    ref: str,
    values: Mapping[str, Any],
    domains: Mapping[str, Mapping[str, Any]],
    *,
    sample: bool = False,
    reasons: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Event, ...]:
    """Take up a new migration: its fields, and its domains by ASCII name with their fields (`display` at least).

    `reasons`: why of single fields, which are told in events of their own then.
    """
    require(act.person, "work")
    given = {name: value for name, value in values.items() if name not in reasons}
    known = {"ref": line_of("ref", ref), **fields_of(given, FIELDS), "sample": sample}
    for name in ("ref", "client"):
        if not known.get(name):
            raise refusal(name, "", "error.missing")
    if not domains:
        raise refusal("domain", "", "error.missing")
    events = [act.event("registered", new=known)]
    events += [
        act.event("domain_added", domain=line_of("domain", name), new=domain_of(of_it))
        for name, of_it in domains.items()
    ]
    if reasoned := {name: values[name] for name in values if name in reasons}:
        events += change(after(Migration(), events), act, reasoned, reasons=reasons)
    return _with_waits(Migration(), events, act)


def change(
    m: Migration,
    act: Act,
    values: Mapping[str, Any],
    domain: str | None = None,
    *,
    reason: str = "",
    reasons: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Event, ...]:
    """Change fields of a migration, or of one of its domains; what is as it was gives no event.

    `extra` holds the columns that are changed; the others stay as they are. `reason`: why, where that is asked;
    `reasons`: why of single fields.
    """
    require(act.person, "work")
    d = None if domain is None else active_domain(m, domain)
    if d is None and "client" in values and not line_of("client", str(values["client"])):
        raise refusal("client", "", "error.missing")
    if d is None and values.get("waiting_on", "us") not in get_args(Side):
        raise refusal("waiting_on", "", "error.one_of", expected=", ".join(get_args(Side)))
    events = []
    why = line_of("reason", reason)
    for name, value in fields_of(values, DOMAIN_FIELDS if d else (*FIELDS, "waiting_on")).items():
        before = getattr(d or m, name)
        old = to_json(name, before)
        if name == "extra":
            value = {**before, **value}
        elif name in LISTS and value and before:
            value = to_json(name, with_quotas(from_json(name, value), before))
        if value == old:
            continue
        own = line_of("reason", reasons[name]) if name in reasons else why
        events.append(act.event("set", domain=domain, item=name, old=old, new=value, reason=own))
        if name == "planned_at" and m.stage in ("analysis", "date"):
            # Another day is another agreement.
            events += [act.event("unchecked", item=item) for item in ("accepted", "freeze") if item in m.checks]
    return _with_waits(m, events, act)


def add_domain(m: Migration, act: Act, name: str, values: Mapping[str, Any]) -> tuple[Event, ...]:
    """Add a domain to a migration that is open; where others are being moved already it joins them at the start."""
    may_move(m, act)
    there = {name, *twins(name)}
    if any(d.name in there for d in m.active):
        raise refusal("domain", name, "error.domain_there")
    events = [act.event("domain_added", domain=line_of("domain", name), new=domain_of(values))]
    if position(m.stage) >= position(FIRST_OF_DOMAINS):
        events.append(act.event("stepped", domain=name, old=STEPS[0], new=FIRST_OF_DOMAINS))
    return _with_waits(m, events, act)


def rename_domain(m: Migration, act: Act, domain: str, name: str, reason: str) -> tuple[Event, ...]:
    """Correct the name of a domain; all that happened to it stays its own. `name`: as somebody writes it.

    Not once its client has tested it: the test was one of that name.
    """
    may_correct(m, act)
    d = active_domain(m, domain)
    if d.tested_at is not None or d.test_unrecorded:
        raise refusal("domain", d.display, "error.renamed_after_test")
    new = parse_name(line_of("domain", name), "domain")
    if new.ascii == d.name:
        return ()
    # With its www it is no other domain.
    if any(other in twins(new.ascii) for other in m.domains if other != d.name):
        raise refusal("domain", new.display, "error.domain_there")
    told = {"name": new.ascii, "display": new.display}
    return (act.event("renamed", domain=d.name, old=d.display, new=told, reason=reason_of(reason)),)


def withdraw(m: Migration, act: Act, domain: str, reason: str) -> tuple[Event, ...]:
    """Take a domain out of a migration: it is not moved after all. The last one stays: cancel the migration instead."""
    may_move(m, act)
    d = active_domain(m, domain)
    if m.active == [d]:
        raise refusal("domain", d.display, "error.last_domain")
    events = [act.event("domain_withdrawn", domain=d.name, reason=reason_of(reason))]
    return _with_waits(m, _closing(m, events, act), act)


def note(m: Migration, act: Act, text: str) -> tuple[Event, ...]:
    """Write a note."""
    require(act.person, "work")
    return (act.event("noted", new=note_of(text)),)


def _with_waits(m: Migration, events: Iterable[Event], act: Act) -> tuple[Event, ...]:
    given = tuple(events)
    if any(event.kind == "set" and event.item == "waiting_on" for event in given):
        return given
    changed = after(m, given)
    wanted = waits_change(m, changed, act.process)
    if wanted is None:
        return given
    return *given, act.event("waits", item="waiting_on", old=changed.waiting_on, new=wanted)


def _subject(m: Migration, level: str, domain: str | None) -> Domain | None:
    if level == "migration":
        return None
    if domain is None:
        raise refusal("domain", "", "error.missing")
    return active_domain(m, domain)


def _ticked(item: str, act: Act) -> tuple[Check, Any]:
    found = act.process.checks.get(item)
    if found is None or not found.ticked:
        ticks = ", ".join(check.id for check in act.process.checks.values() if check.ticked)
        raise refusal("check", item, "error.one_of", expected=ticks)
    return found, act.process.stage_of[item]
