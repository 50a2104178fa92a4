"""What migrations say: their values, stages, clocks and events as messages, to be worded in the reader's language."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.ground.clock import WARSAW
from core.ground.messages import Message
from core.ground.moments import moment, until
from core.migration import inventory_field
from core.migration.clocks import Running, State
from core.migration.deadlines import Passed
from core.migration.event import Event
from core.migration.event import moment as moment_of
from core.migration.import_columns import BY_ID
from core.migration.inventory_field import Inventoried
from core.migration.migration import DOMAIN_COLUMNS, FIELDS, WITHOUT_COLUMN, Migration
from core.migration.people import Team
from core.migration.stages import FROM_FILE, Process
from core.migration.undone import UNDONE_MOVE

Worded = object
"""Something `Language.value` turns into the reader's words."""

_GB = 1024
_MOMENTS = ("planned_at",)
_DAYS = ("old_hosting_until", "registered_until")
_NAMED = 3
"""Names that are said of a list, or of domains; of more, the rest is counted."""
_SIDES = ("waiting_on", "hold_by")


def stage(id: str, process: Process) -> Worded:
    """Return the title of a stage, of a step beside the stages, or of a side state."""
    found = process.by_id.get(id)
    return found.title if found else Message(f"step.{id}")


def person(id: str, team: Team) -> str:
    """Return the name behind an id, also the command line's and the watch's."""
    return team.actor(id)


def column(name: str) -> Worded:
    """Return what a column of ours is called; a header that an import kept stays as it is."""
    if name == "package":
        # A quote's package is the one that is left; a migration's is the one that it leads to.
        return Message("field.target")
    return Message(f"field.{name}") if name in BY_ID or name in FIELDS or name in DOMAIN_COLUMNS else name


def value(name: str, given: object, process: Process, team: Team) -> Worded:
    """Return the value of a field or a column; nothing as a blank."""
    match given:
        case None | "":
            return ""
        case bool():
            return Message("said.yes") if given else Message("said.no")
        case dt.datetime():
            return moment(given)
        case dt.date():
            return given
        case list() | tuple():
            return _handed(name, given)
        case Mapping() if name == "inventory":
            return inventory_field.archive(inventory_field.from_json(given))
        case Inventoried():
            return inventory_field.archive(given)
    if name in _DAYS:
        return dt.date.fromisoformat(str(given))
    if name in _MOMENTS:
        return _iso(given)
    if name in _SIDES:
        return Message(f"side.{given}")
    if name in ("status", "stage", "step"):
        return stage(str(given), process)
    if name in ("owner", "deputy"):
        return person(str(given), team)
    return given if isinstance(given, int) else str(given)


def _handed(name: str, entries: Sequence[Sequence[object]]) -> Worded:
    """Return a list that was handed over, as the migration or an event has it: how many, and the first few names."""
    if not entries:
        return Message(f"handed.none.{name}")
    first = ", ".join(str(entry[0]) for entry in entries[:_NAMED])
    more = "handed.more" if len(entries) > _NAMED else "handed.all"
    return Message(more, {"what": Message(f"handed.count.{name}", count=len(entries)), "first": first})


def some(names: Sequence[str]) -> Worded:
    """Return names, all but the first few as their number."""
    first = ", ".join(names[:_NAMED])
    return first if len(names) <= _NAMED else Message("board.domains", {"first": first, "more": len(names) - _NAMED})


def size(mb: int) -> Message:
    """Return a size as people say it: in MB, from a GB on in those."""
    if mb < _GB:
        return Message("handover.mb", {"mb": mb})
    return Message("handover.gb", {"gb": (Decimal(mb) / _GB).quantize(Decimal("0.1"), ROUND_HALF_UP)})


def _iso(given: object) -> Worded:
    at = moment_of(str(given))
    return moment(at) if at else ""


def clock(running: Running, m: Migration, process: Process) -> Message:
    """Return how a clock stands, with its stage where that is not the migration's own: an expectation, no guarantee."""
    said = _clock(running, m)
    if running.stage == m.stage:
        return said
    return Message("clock.of", {"what": stage(running.stage, process), "clock": said})


def own_clock(running: Running, m: Migration) -> Message:
    """Return how a clock stands, where its stage is told beside it."""
    return _clock(running, m)


def clocks(found: Iterable[Running], m: Migration, process: Process) -> list[tuple[Message, State, list[str]]]:
    """Return what clocks say, each with its state and the domains it is said of: those that say the same together."""
    said: list[tuple[Message, State, list[str]]] = []
    for running in found:
        message = clock(running, m, process)
        names = next((names for known, _, names in said if known == message), None)
        if names is None:
            names = []
            said.append((message, running.state, names))
        if running.domain is not None:
            names.append(m.domains[running.domain].display)
    return said


def _clock(running: Running, m: Migration) -> Message:
    if running.state == "paused" and m.hold is not None:
        return hold(m)
    if running.usual is None or running.late is None:
        return Message("clock.unknown")
    if running.agreed:
        agreed = {"day": moment(m.planned_at) if m.planned_at else ""}
        return Message("clock.agreed_past" if running.state == "late" else "clock.agreed", agreed)
    if running.state == "late":
        return Message("clock.late", {"since": moment(running.late)})
    if running.state == "due":
        return Message("clock.due", {"usual": until(running.usual), "late": until(running.late)})
    return Message("clock.running", {"until": until(running.usual)})


def deadline(found: Passed) -> Message:
    """Return which deadline of others a move passes, with both days: an expectation, no guarantee."""
    whose = some([d.display for d in found.domains])
    # What ends at midnight lasts until the day before.
    last = (found.done_by - dt.timedelta(microseconds=1)).astimezone(WARSAW).date()
    kind = f"deadline.{found.kind}_over" if found.over else f"deadline.{found.kind}"
    return Message(kind, {"domains": whose, "until": found.until, "done_by": last})


def hold(m: Migration) -> Message:
    """Return by whom a migration is on hold, and since when where that is known."""
    assert m.hold is not None
    by = Message(f"side.by.{m.hold['by']}")
    since = moment_of(m.hold["since"])
    return (
        Message("clock.held_since", {"by": by, "since": moment(since)}) if since else Message("clock.held", {"by": by})
    )


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words: what happened, from what to what; `given`: fields that came with it, by name."""

    what: Message
    old: Worded = ""
    new: Worded = ""
    given: tuple[tuple[Worded, Worded], ...] = ()


def event(happened: Event, process: Process, team: Team) -> Told:
    """Return what happened, in words."""
    item = happened.item
    match happened.kind:
        case "registered" | "domain_added":
            return Told(Message(f"event.{happened.kind}"), given=_given(happened.new, process, team))
        case "set" | "waits":
            what = Message(f"event.{happened.kind}", {"field": _field(item)})
            old, new = (value(item, given, process, team) for given in (happened.old, happened.new))
            return Told(what, old, new)
        case "moved" | "stepped" | "reworked" | "switched_back" | "corrected":
            mentioned = ", ".join(item.split()) if happened.forced else ""
            what = Message(f"event.{happened.kind}")
            given = ((Message("event.in_spite_of"), _checks(mentioned, process)),) if mentioned else ()
            return Told(what, stage(happened.old, process), stage(happened.new, process), given)
        case "dated":
            what = Message("event.dated", {"what": _happening(item, process)})
            return Told(what, _iso(happened.old) if happened.old else "", _iso(happened.new) if happened.new else "")
        case "checked" | "unchecked":
            lacked = ((Message("event.in_spite_of"), Message("event.look")),) if happened.forced else ()
            what = Message(f"event.{happened.kind}", {"check": _happening(item, process)})
            return Told(what, new=_way(happened, process), given=lacked)
        case "held":
            return Told(Message("event.held", {"by": Message(f"side.by.{item}")}))
        case "noted":
            return Told(Message("event.noted"), new=str(happened.new))
        case "undone" if item == UNDONE_MOVE:
            return Told(Message("event.undone_move"))
        case "renamed":
            return Told(Message("event.renamed"), str(happened.old), str(happened.new["display"]))
        case "zone_kept":
            records = Message("inventoried.records", count=int(happened.new.get("records") or 0))
            said = Message("inventoried.zone_from", {"source": item, "records": records})
            return Told(Message("event.zone_kept"), new=said)
        case "cutover_looked":
            return Told(Message("event.cutover_looked"), new=_look(happened.new))
        case "cutover_accepted":
            at = Message("event.cutover_at", {"at": _iso(happened.new["at"])})
            return Told(Message("event.cutover_accepted"), new=at)
        case "resolver_aside" | "resolver_counted":
            return Told(Message(f"event.{happened.kind}"), new=str(happened.new))
    return Told(Message(f"event.{happened.kind}"))


def _look(new: Mapping[str, Any]) -> Message:
    weighing = [one for one in new["findings"] if one["severity"] != "notice"]
    said = {"verdict": Message(f"event.cutover_verdict.{new['verdict']}"), "at": _iso(new["at"])}
    found = Message("event.cutover_findings", count=len(weighing) + int(new.get("left_out") or 0))
    return Message("event.cutover_told", {**said, "found": found})


def _field(item: str) -> Worded:
    name, _, header = item.partition(".")
    return header or column("domain" if name == "display" else name)


def _given(values: Mapping[str, object], process: Process, team: Team) -> tuple[tuple[Worded, Worded], ...]:
    extra = values.get("extra") or {}
    assert isinstance(extra, Mapping)
    known = [
        (column(name), value(name, given, process, team))
        for name, given in values.items()
        if (name in BY_ID or name in WITHOUT_COLUMN) and given not in ("", None, False)
    ]
    return (*known, *((str(header), str(text)) for header, text in extra.items()))


def _happening(item: str, process: Process) -> Worded:
    found = process.checks.get(item)
    return found.label if found else stage(item, process)


def _checks(items: str, process: Process) -> Worded:
    labels = [_happening(item, process) for item in items.split(", ")]
    said = labels[0]
    for label in labels[1:]:
        said = Message("event.and", {"first": said, "second": label})
    return said


_LACKED = frozenset(("package", "nonstandard", "proposed", "contact", "day", "ns_changed", "password_changed"))
"""Checks of which a text of ours says what is missing; of others their label does."""


def lacks(who: str, checks: Sequence[str], process: Process) -> Message:
    """Return what the gates ask for and a row of a file does not say; `who`: its ref, or its client."""
    # A day that nobody has agreed cannot have come.
    told = [id for id in checks if id != "day" or "proposed" not in checks]
    said = [
        Message(f"import.gate_lacks.{id}")
        if id in _LACKED
        else Message("import.gate_lacks.other", {"check": _happening(id, process)})
        for id in told
    ]
    what = said[0]
    for more in said[1:]:
        what = Message("event.and", {"first": what, "second": more})
    return Message("import.gate_lacks", {"who": who, "what": what})


def _way(happened: Event, process: Process) -> Worded:
    said = happened.new or {}
    return way(happened.item, said.get("choice", ""), said.get("detail", ""), process)


def way(item: str, choice: str, detail: str, process: Process) -> Worded:
    """Return in which of its ways a check was done, and what was said of it."""
    if choice == FROM_FILE:
        return Message("event.from_file")
    found = process.checks.get(item)
    label = next((known.label for known in (found.choices or ()) if known.id == choice), choice) if found else choice
    return Message("event.way", {"choice": label, "detail": detail}) if label and detail else label or detail
