"""What each kind of event does to a migration, or to a domain of it."""

from collections.abc import Callable
from dataclasses import replace

from core.migration import look
from core.migration.event import Event, ImpossibleEventError, iso, moment, outdates_look
from core.migration.least_advanced import forget_later, reached_by_all
from core.migration.migration import DOMAIN_FIELDS, FIELDS, FORMERLY, Domain, Done, Migration, Note
from core.migration.stages import CONFIRMED, DONE, FIRST_OF_DOMAINS, STAGE_INDEX, STAGES, STEP_INDEX
from core.migration.stored_fields import from_json
from core.migration.undone import undo


def _mark(edited: dict[str, int], key: str, m: Migration, event: Event) -> None:
    if event.batch is None:
        edited[key] = m.seq
    elif event.batch == m.batch:
        # What it came with; nobody has changed it since.
        edited.pop(key, None)
    else:
        edited[key] = -m.seq


def _register(m: Migration, event: Event) -> None:
    for name, value in event.new.items():
        setattr(m, name, from_json(name, value))
        if name in FIELDS:
            _mark(m.edited, name, m, event)
    m.batch = event.batch
    m.entered[STAGES[0]] = event.occurred_at
    _mark(m.edited, f"entered.{STAGES[0]}", m, event)


def _set(m: Migration, event: Event) -> None:
    if event.item not in (*FIELDS, "waiting_on"):
        raise ImpossibleEventError(f"set: no field {event.item}")
    setattr(m, event.item, from_json(event.item, event.new))
    _mark(m.edited, event.item, m, event)


def _waits(m: Migration, event: Event) -> None:
    m.waiting_on = event.new
    _mark(m.edited, "waiting_on", m, event)


def _move(m: Migration, event: Event) -> None:
    if event.old != m.stage or event.new not in STAGE_INDEX:
        raise ImpossibleEventError(f"{event.kind} from {event.old} to {event.new} at {m.stage}")
    forget_later(m.entered, event.old, event.new, STAGE_INDEX)
    m.stage = event.new
    if event.kind == "moved":
        m.entered[event.new] = event.occurred_at
        _mark(m.edited, f"entered.{event.new}", m, event)
    _mark(m.edited, "stage", m, event)


def _date(subject: Migration | Domain, m: Migration, event: Event) -> None:
    if event.item in subject.entered:
        subject.entered[event.item] = moment(event.new)
        _mark(subject.edited, f"entered.{event.item}", m, event)
        stage = "passwords" if event.item == DONE else event.item
        if subject is not m and stage in m.entered and stage != FIRST_OF_DOMAINS:
            m.entered[stage] = reached_by_all(m, stage)
    elif event.item in subject.checks:
        subject.checks[event.item] = replace(subject.checks[event.item], at=moment(event.new))
        _mark(subject.edited, event.item, m, event)
    else:
        raise ImpossibleEventError(f"dated: {event.item} has not happened")


def _check(subject: Migration | Domain, m: Migration, event: Event) -> None:
    said = event.new or {}
    subject.checks[event.item] = Done(event.occurred_at, event.actor, said.get("choice", ""), said.get("detail", ""))
    _mark(subject.edited, event.item, m, event)


def _uncheck(subject: Migration | Domain, m: Migration, event: Event) -> None:
    if subject.checks.pop(event.item, None) is None:
        raise ImpossibleEventError(f"unchecked: {event.item} is not done")
    _mark(subject.edited, event.item, m, event)


def _hold(m: Migration, event: Event) -> None:
    m.hold = {"by": event.item, "reason": event.reason, "since": iso(event.occurred_at)}
    _mark(m.edited, "hold", m, event)


def _resume(m: Migration, event: Event) -> None:
    if m.hold is None:
        raise ImpossibleEventError("resumed: it was not on hold")
    if m.hold["since"] is not None and event.occurred_at is not None:
        m.held.append([m.hold["since"], str(iso(event.occurred_at))])
    m.hold = None
    _mark(m.edited, "hold", m, event)


def _cancel(m: Migration, event: Event) -> None:
    m.cancelled = {"reason": event.reason, "since": iso(event.occurred_at)}
    _mark(m.edited, "cancelled", m, event)


def _restore(m: Migration, event: Event) -> None:
    m.cancelled = None
    _mark(m.edited, "cancelled", m, event)


def _note(m: Migration, event: Event) -> None:
    m.notes.append(Note(event.new, event.actor, event.occurred_at))


def _added(m: Migration, d: Domain, event: Event) -> None:
    for key in event.new:
        if key != "extra":
            _mark(d.edited, key, m, event)
    for header in d.extra:
        _mark(d.edited, f"extra.{header}", m, event)


def _withdraw(m: Migration, d: Domain, event: Event) -> None:
    d.withdrawn = True
    _mark(d.edited, "withdrawn", m, event)


def _set_domain(m: Migration, d: Domain, event: Event) -> None:
    field, _, header = event.item.partition(".")
    if field not in DOMAIN_FIELDS or (header and field != "extra"):
        raise ImpossibleEventError(f"set: no field {event.item}")
    if header:
        d.extra[header] = event.new
    else:
        setattr(d, field, dict(event.new) if field == "extra" else from_json(field, event.new))
    items = (
        [event.item] if field != "extra" or header else [f"extra.{name}" for name in {**(event.old or {}), **event.new}]
    )
    for item in items:
        _mark(d.edited, item, m, event)


def _step(m: Migration, d: Domain, event: Event) -> None:
    if event.old != d.step or event.new not in STEP_INDEX:
        raise ImpossibleEventError(f"{event.kind} {d.name} from {event.old} to {event.new} at {d.step}")
    forget_later(d.entered, event.old, event.new, STEP_INDEX)
    d.step = event.new
    if event.kind != "corrected":
        d.entered[event.new] = event.occurred_at
        _mark(d.edited, f"entered.{event.new}", m, event)
    _mark(d.edited, "step", m, event)


def _unrecorded(m: Migration, d: Domain, event: Event) -> None:
    # History written elsewhere may lack it; what this desk has seen open may not.
    if event.batch is None or event.batch != m.batch:
        raise ImpossibleEventError(f"test_unrecorded: {d.name} does not come from an import of history")
    d.test_unrecorded = True


def _check_domain(m: Migration, d: Domain, event: Event) -> None:
    _check(d, m, event)
    if event.item == CONFIRMED:
        d.test_unrecorded = False


def _zone(m: Migration, d: Domain, event: Event) -> None:
    # It stands in the events alone; one that nobody could read there is none.
    new = event.new
    if not isinstance(new, dict) or not isinstance(new.get("text"), str):
        raise ImpossibleEventError(f"zone_kept: no zone of {d.name}")


def _looked(m: Migration, d: Domain, event: Event) -> None:
    try:
        d.cutover = look.looked(event)
    except (KeyError, TypeError, ValueError):
        raise ImpossibleEventError(f"cutover_looked: no look at {d.name}") from None


def _accepted(m: Migration, d: Domain, event: Event) -> None:
    try:
        d.cutover = look.accepted(d.cutover, event)
    except (KeyError, TypeError, ValueError):
        raise ImpossibleEventError(f"cutover_accepted: not the last look at {d.name}") from None


def outdate(d: Domain, event: Event) -> None:
    """Let the last look of a domain open nothing any more where an event changes what it rested on."""
    if d.cutover is not None and outdates_look(event):
        d.cutover = replace(d.cutover, changed=True)


def _rename(m: Migration, d: Domain, event: Event) -> None:
    name = str(event.new["name"])
    if name in m.domains:
        raise ImpossibleEventError(f"renamed: {name} is there already")
    m.domains = {name if known == d.name else known: one for known, one in m.domains.items()}
    # By its former name a file may still mean it.
    _mark(d.edited, f"{FORMERLY}{d.name}", m, event)
    d.name, d.display = name, event.new["display"]
    # A look was one at the former name.
    d.cutover = None
    _mark(d.edited, "display", m, event)


def new_domain(m: Migration, event: Event) -> Domain:
    """Take up the domain that an event adds; raises ImpossibleEventError where it is there already."""
    name = str(event.domain)
    there = m.domains.get(name)
    if there is not None and not there.withdrawn:
        raise ImpossibleEventError(f"domain_added: {name} is there already")
    values = {key: from_json(key, event.new[key]) for key in DOMAIN_FIELDS if key in event.new}
    values["extra"] = dict(values.get("extra", {}))
    m.domains[name] = Domain(name=name, **values, version=there.version if there else 0)
    return m.domains[name]


OF_MIGRATION: dict[str, Callable[[Migration, Event], None]] = {
    "registered": _register,
    "set": _set,
    "waits": _waits,
    "moved": _move,
    "corrected": _move,
    "dated": lambda m, event: _date(m, m, event),
    "checked": lambda m, event: _check(m, m, event),
    "unchecked": lambda m, event: _uncheck(m, m, event),
    "held": _hold,
    "resumed": _resume,
    "cancelled": _cancel,
    "restored": _restore,
    "noted": _note,
    "undone": undo,
}

OF_DOMAIN: dict[str, Callable[[Migration, Domain, Event], None]] = {
    "domain_added": _added,
    "domain_withdrawn": _withdraw,
    "set": _set_domain,
    "stepped": _step,
    "reworked": _step,
    "switched_back": _step,
    "corrected": _step,
    "dated": lambda m, d, event: _date(d, m, event),
    "checked": _check_domain,
    "unchecked": lambda m, d, event: _uncheck(d, m, event),
    "test_unrecorded": _unrecorded,
    "resolver_aside": lambda m, d, event: None,
    "resolver_counted": lambda m, d, event: None,
    "zone_kept": _zone,
    "cutover_looked": _looked,
    "cutover_accepted": _accepted,
    "renamed": _rename,
}
