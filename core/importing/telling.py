"""The events that rows of a spreadsheet tell of: what happened elsewhere, with the dates that are known.

Dates that are missing are unknown, never now. On its way through the gates a file is held to what its columns can say,
by the law of `core.migration.moves`; what no column can say is ticked as told by the file.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import When, agrees
from core.importing.rows import COUNTS, DATES_OF_DOMAIN, DATES_OF_MIGRATION, OF_DOMAIN, Numbered
from core.migration.act import Act
from core.migration.checks import behind, missing, ticks_from
from core.migration.event import OPENING, Event, Kind, iso
from core.migration.migration import Domain, Migration
from core.migration.rebuilding import apply, hold_true
from core.migration.stages import (
    CONFIRMED,
    DONE,
    FIRST_OF_DOMAINS,
    FROM_FILE,
    STAGES,
    STEPS,
    SWITCH,
    SWITCHED,
    position,
)
from core.migration.waiting import waits_change

PENDING = -1
"""The batch of events that are planned; writing them gives them the real one."""

CHECKS = (CONFIRMED, SWITCHED, "password_changed")
"""Items of dates that are checks; the others are stages and steps."""

BEGUN = "on_migration"
"""The date of a domain that is also one of its migration: the first of them began it."""

_REASON = "import"

Given = When | bool | None


class Telling:
    """Tells the events of one migration: `now` is what stands after those told so far.

    `free`: nothing is asked, it is history. `ours`: it is as a desk of ours had it, whatever its gates let through.
    `reason`: a manager's, to go on although something is missing. `lacks`: by row, ids of the checks that it does not
    prove; where there are any, nothing of these rows may be written.
    """

    def __init__(
        self, before: Migration | None, act: Act, *, free: bool = False, ours: bool = False, reason: str = ""
    ) -> None:
        self.before = before
        self.now = before.copy() if before else Migration()
        self.events: list[Event] = []
        self.lacks: dict[int, dict[str, None]] = {}
        self._act = act
        self._free, self._ours, self._reason = free, ours, reason

    def _tell(self, kind: Kind, at: Given | dt.datetime = None, **values: Any) -> None:
        moment = at.at if isinstance(at, When) else at if isinstance(at, dt.datetime) else None
        told = Event(kind, self._act.person.id, self._act.now, moment, batch=PENDING, **values)
        apply(self.now, told)
        self.events.append(told)

    def tell(
        self,
        rows: Sequence[Numbered],
        fields: Mapping[str, Any],
        stages: Mapping[int, str | None],
        dates: Mapping[str, Given],
        hold_by: str,
    ) -> None:
        """Tell what rows say of their migration.

        `fields`: what is filled in of it, its `ref` and `import_key` besides; `stages`: where the domains of each row
        stand, by row; `dates`: those of the migration, by column; `hold_by`: who puts it on hold now, or nobody. Raises
        InputError or ImpossibleEventError where it cannot have been so.
        """
        self._fill_in(fields, dates)
        for numbered in rows:
            for name in numbered.says.domain:
                self._domain(numbered, name.ascii, name.display)
        if self.now.cancelled is not None and any(numbered.says.stage_named for numbered in rows):
            self._tell("restored", old=self.now.cancelled, reason=_REASON)
        self._walk([numbered for numbered in rows if not numbered.says.withdrawn], stages, dates)
        self._dates(rows, dates)
        self._opened(rows)
        self._aside(rows, dates, hold_by)
        hold_true(self.now)

    # -- what is filled in

    def _fill_in(self, fields: Mapping[str, Any], dates: Mapping[str, Given]) -> None:
        plain = {id: iso(value.at) if isinstance(value, When) else value for id, value in fields.items()}
        if self.before is None:
            self._tell("registered", dates.get("on_package"), new={**plain, "sample": False})
            return
        for id, value in fields.items():
            old = getattr(self.now, id)
            same = agrees(value, old) if isinstance(value, When) and old is not None else value == old
            if not same and id not in ("ref", "import_key"):
                self._tell("set", item=id, old=iso(old) if isinstance(value, When) else old, new=plain[id])

    def _domain(self, numbered: Numbered, name: str, display: str) -> None:
        says = numbered.says
        first = says.domain[0].ascii == name
        values = {id: value for id in OF_DOMAIN if (value := getattr(says, id)) not in ("", None)}
        if not first:
            values = {id: value for id, value in values.items() if id not in COUNTS}
        d = self.now.domains.get(name)
        if d is None:
            self._tell("domain_added", domain=name, new={"display": display, **values, "extra": dict(numbered.extra)})
        elif not d.withdrawn:
            for id, value in values.items():
                if value != getattr(d, id):
                    self._tell("set", domain=name, item=id, old=getattr(d, id), new=value)
            for header, cell in numbered.extra.items():
                if d.extra.get(header) != cell:
                    self._tell("set", domain=name, item=f"extra.{header}", old=d.extra.get(header), new=cell)
        if says.withdrawn and not self.now.domains[name].withdrawn:
            reason = says.cancel_reason or _REASON
            self._tell("domain_withdrawn", says.closed_at, domain=name, reason=reason)

    # -- where it stands

    def _walk(self, rows: Sequence[Numbered], stages: Mapping[int, str | None], dates: Mapping[str, Given]) -> None:
        walking = {numbered.row: stage for numbered in rows if (stage := stages[numbered.row])}
        wanted = list(walking.values())
        m = self.now
        if wanted:
            target = min(wanted, key=position)
            if position(target) < position(FIRST_OF_DOMAINS) < position(m.stage) + 1:
                self._back(target, {name.ascii for n in rows for name in n.says.domain})
            elif position(target) < position(m.stage) < position(FIRST_OF_DOMAINS):
                self._untick(m, position(target) + 1)
                self._tell("corrected", old=m.stage, new=target, reason=_REASON)
            self._forward(target, dates, walking)
        for numbered in rows:
            for name in numbered.says.domain:
                d = m.domains[name.ascii]
                if not d.withdrawn:
                    self._step(d, numbered, stages[numbered.row])
        if m.stage == "closed" and any(stage != "closed" for stage in wanted):
            if any(d.test_unrecorded for d in m.domains.values()):
                raise InputError(FieldError("status", target, Message("error.unrecorded_back")))
            self._tell("corrected", old="closed", new="passwords", reason=_REASON)
        if wanted and all(stage == "closed" for stage in wanted) and m.stage == "passwords":
            if m.hold is not None:
                self._tell("resumed", old=m.hold)
            gate = self._gate(None, walking, {"password_changed": dates.get("password_changed")})
            self._tell("moved", dates.get("closed_at"), old="passwords", new="closed", **gate)

    def _forward(self, target: str, dates: Mapping[str, Given], rows: Iterable[int]) -> None:
        m = self.now
        for stage in STAGES[1 : STAGES.index(FIRST_OF_DOMAINS) + 1]:
            if position(m.stage) < position(stage) <= position(target):
                gate = self._gate(None, rows, {})
                self._tell("moved", dates.get(f"on_{stage}"), old=m.stage, new=stage, **gate)

    def _gate(self, d: Domain | None, rows: Iterable[int], dates: Mapping[str, Given]) -> dict[str, Any]:
        """Go through the gate out of where a migration, or a domain of it, stands; return what the move tells of it.

        `rows`: whose statuses lead through it; `dates`: what they say of checks that have a column.
        """
        if self._free:
            return {}
        shut = []
        for check in missing(self.now, d, self._act.process, self._act.now):
            if check.id in CHECKS:
                if dates.get(check.id) in (None, False):
                    shut.append(check)
            elif check.ticked:
                self._tell("checked", domain=d.name if d else None, item=check.id, new={"choice": FROM_FILE})
            else:
                shut.append(check)
        if not shut or self._ours:
            return {}
        if self._reason and all(check.forceable for check in shut):
            return {"item": " ".join(check.id for check in shut), "reason": self._reason, "forced": True}
        for row in rows:
            self.lacks.setdefault(row, {}).update((check.id, None) for check in shut)
        return {}

    def _opened(self, rows: Iterable[Numbered]) -> None:
        """Ask what is behind a migration that was over and is open again: as history it came past gates unasked."""
        if self.before is None or self.before.open or not self.now.open:
            return
        shut = {}
        for d, check in [*behind(self.now, self._act.process, self._act.now)]:
            if check.ticked and check.id not in CHECKS:
                self._tell("checked", domain=d.name if d else None, item=check.id, new={"choice": FROM_FILE})
            else:
                shut[check.id] = check
        if not shut:
            return
        if self._reason and all(check.forceable for check in shut.values()):
            first = next(i for i, told in enumerate(self.events) if told.domain is None and told.kind in OPENING)
            self.events[first] = replace(self.events[first], item=" ".join(shut), reason=self._reason, forced=True)
            return
        for numbered in rows:
            self.lacks.setdefault(numbered.row, {}).update(dict.fromkeys(shut))

    def _back(self, target: str, named: set[str]) -> None:
        """Take the whole migration back before its domains began to be moved: they must all be in the file."""
        m = self.now
        if {d.name for d in m.active} - named:
            raise InputError(FieldError("status", target, Message("error.back_in_part")))
        self._untick(m, position(target) + 1)
        self._tell("corrected", old=m.stage, new=target, reason=_REASON)
        for d in m.active:
            if d.step != STEPS[0]:
                self._step_back(d, STEPS[0])

    def _step(self, d: Domain, numbered: Numbered, stage: str | None) -> None:
        m, says = self.now, numbered.says
        if position(m.stage) < position(FIRST_OF_DOMAINS):
            return
        wanted = FIRST_OF_DOMAINS if stage is None else stage if stage in STEPS else DONE
        if stage is None and d.step != STEPS[0]:
            return
        if position(wanted) < position(d.step):
            if m.stage == "closed":
                self._tell("corrected", old="closed", new="passwords", reason=_REASON)
            self._step_back(d, wanted)
            return
        for step in STEPS[STEPS.index(d.step) + 1 : STEPS.index(wanted) + 1]:
            if step == SWITCH:
                self._tested(d, says.tested_at)
            gate = self._gate(d, [numbered.row], {CONFIRMED: says.tested_at, SWITCHED: says.dns_switched_at})
            at = getattr(says, {"visible": "visible_at"}.get(step, f"on_{step}"))
            if at is None and step == SWITCH:
                # The client's confirmation is what takes a domain to its switch.
                at = says.tested_at
            self._tell("stepped", at, domain=d.name, old=d.step, new=step, **gate)

    def _tested(self, d: Domain, tested_at: When | None) -> None:
        if CONFIRMED in d.checks:
            return
        if tested_at is not None:
            self._tell("checked", tested_at, domain=d.name, item=CONFIRMED)
        else:
            self._tell("test_unrecorded", domain=d.name)

    def _step_back(self, d: Domain, to: str) -> None:
        if d.test_unrecorded:
            raise InputError(FieldError("status", to, Message("error.unrecorded_back")))
        self._untick(d, position(to) + 1)
        self._tell("corrected", domain=d.name, old=d.step, new=to, reason=_REASON)

    def _untick(self, subject: Migration | Domain, first: int) -> None:
        name = subject.name if isinstance(subject, Domain) else None
        for item in ticks_from(subject, self._act.process, first):
            self._tell("unchecked", domain=name, item=item)

    # -- dates of what has happened

    def _dates(self, rows: Sequence[Numbered], dates: Mapping[str, Given]) -> None:
        for id, item in DATES_OF_MIGRATION.items():
            self._date(self.now, item, dates.get(id))
        for numbered in rows:
            for name in numbered.says.domain:
                d = self.now.domains[name.ascii]
                for id, item in DATES_OF_DOMAIN.items():
                    if not d.withdrawn:
                        self._date(d, item, getattr(numbered.says, id))

    def _date(self, subject: Migration | Domain, item: str, given: Given) -> None:
        name = subject.name if isinstance(subject, Domain) else None
        if given is None or given is False:
            return
        if item in CHECKS and item not in subject.checks:
            self._tell("checked", given, domain=name, item=item)
            return
        if item not in CHECKS and item not in subject.entered:
            return
        old = subject.checks[item].at if item in CHECKS else subject.entered[item]
        if isinstance(given, When) and (old is None or not agrees(given, old)):
            self._tell("dated", self._act.now, domain=name, item=item, old=iso(old), new=iso(given.at), reason=_REASON)

    # -- beside the way

    def _aside(self, rows: Sequence[Numbered], dates: Mapping[str, Given], hold_by: str) -> None:
        m = self.now
        if waits := waits_change(self.before or Migration(), m, self._act.process):
            self._tell("waits", item="waiting_on", old=m.waiting_on, new=waits)
        said = [numbered.says for numbered in rows]
        if (waiting_on := next((s.waiting_on for s in said if s.waiting_on), "")) and waiting_on != m.waiting_on:
            self._tell("set", item="waiting_on", old=m.waiting_on, new=waiting_on)
        if hold_by and m.open:
            if m.hold is not None:
                self._tell("resumed", old=m.hold)
            reason = next((s.hold_reason for s in said if s.hold_reason), _REASON)
            self._tell("held", item=hold_by, reason=reason)
        if any(s.cancelled for s in said) and m.cancelled is None:
            if m.stage == "closed":
                raise InputError(FieldError("status", "cancelled", Message("error.closed")))
            reason = next((s.cancel_reason for s in said if s.cancel_reason), _REASON)
            self._tell("cancelled", dates.get("closed_at"), reason=reason)
        known = known_lines(m)
        for written in (note for s in said for note in s.notes.split("\n\n")):
            lines = [line for line in dict.fromkeys(written.splitlines()) if line and line not in known]
            if lines:
                self._tell("noted", new="\n".join(lines))
                known.update(lines)


def known_lines(m: Migration) -> set[str]:
    """Return the lines of all notes of a migration: a cell with notes may add others."""
    return {line for note in m.notes for line in note.text.splitlines()}
