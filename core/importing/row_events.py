"""What the rows of a spreadsheet tell of one migration, as events: what happened elsewhere, and when, if known."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.ground.messages import FieldError, InputError, Message
from core.ground.moments import When, agrees
from core.importing.event_chain import REASON, Telling
from core.importing.group import known_lines
from core.importing.row import CHECKS, COUNTS, DATES_OF_DOMAIN, DATES_OF_MIGRATION, OF_DOMAIN, Given, Numbered
from core.importing.to_stage import walk
from core.migration.event import iso
from core.migration.migration import Domain, Migration
from core.migration.rebuilding import hold_true
from core.migration.stored_fields import to_json
from core.migration.waiting import waits_change


def tell_rows(
    telling: Telling,
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
    _fill_in(telling, fields, dates)
    for numbered in rows:
        for name in numbered.says.domain:
            _domain(telling, numbered, name.ascii, name.display)
    if telling.now.cancelled is not None and any(numbered.says.stage_named for numbered in rows):
        telling.tell("restored", old=telling.now.cancelled, reason=REASON)
    walk(telling, [numbered for numbered in rows if not numbered.says.withdrawn], stages, dates)
    _dates(telling, rows, dates)
    telling.open_again(rows)
    _aside(telling, rows, dates, hold_by)
    hold_true(telling.now)


def _fill_in(telling: Telling, fields: Mapping[str, Any], dates: Mapping[str, Given]) -> None:
    plain = {id: iso(value.at) if isinstance(value, When) else to_json(id, value) for id, value in fields.items()}
    if telling.before is None:
        telling.tell("registered", dates.get("on_package"), new={**plain, "sample": False})
        return
    for id, value in fields.items():
        old = getattr(telling.now, id)
        same = agrees(value, old) if isinstance(value, When) and old is not None else value == old
        if not same and id not in ("ref", "import_key"):
            telling.tell("set", item=id, old=to_json(id, old), new=plain[id])


def _domain(telling: Telling, numbered: Numbered, name: str, display: str) -> None:
    says = numbered.says
    first = says.domain[0].ascii == name
    values = {id: to_json(id, value) for id in OF_DOMAIN if (value := getattr(says, id)) not in ("", None)}
    if not first:
        values = {id: value for id, value in values.items() if id not in COUNTS}
    d = telling.now.domains.get(name)
    if d is None:
        telling.tell("domain_added", domain=name, new={"display": display, **values, "extra": dict(numbered.extra)})
    elif not d.withdrawn:
        for id, value in values.items():
            if value != (old := to_json(id, getattr(d, id))):
                telling.tell("set", domain=name, item=id, old=old, new=value)
        for header, cell in numbered.extra.items():
            if d.extra.get(header) != cell:
                telling.tell("set", domain=name, item=f"extra.{header}", old=d.extra.get(header), new=cell)
    if says.withdrawn and not telling.now.domains[name].withdrawn:
        reason = says.cancel_reason or REASON
        telling.tell("domain_withdrawn", says.closed_at, domain=name, reason=reason)


def _dates(telling: Telling, rows: Sequence[Numbered], dates: Mapping[str, Given]) -> None:
    for id, item in DATES_OF_MIGRATION.items():
        _date(telling, telling.now, item, dates.get(id))
    for numbered in rows:
        for name in numbered.says.domain:
            d = telling.now.domains[name.ascii]
            for id, item in DATES_OF_DOMAIN.items():
                if not d.withdrawn:
                    _date(telling, d, item, getattr(numbered.says, id))


def _date(telling: Telling, subject: Migration | Domain, item: str, given: Given) -> None:
    name = subject.name if isinstance(subject, Domain) else None
    if given is None or given is False:
        return
    if item in CHECKS and item not in subject.checks:
        telling.tell("checked", given, domain=name, item=item)
        return
    if item not in CHECKS and item not in subject.entered:
        return
    old = subject.checks[item].at if item in CHECKS else subject.entered[item]
    if isinstance(given, When) and (old is None or not agrees(given, old)):
        telling.tell("dated", telling.act.now, domain=name, item=item, old=iso(old), new=iso(given.at), reason=REASON)


def _aside(telling: Telling, rows: Sequence[Numbered], dates: Mapping[str, Given], hold_by: str) -> None:
    m = telling.now
    if waits := waits_change(telling.before or Migration(), m, telling.act.process):
        telling.tell("waits", item="waiting_on", old=m.waiting_on, new=waits)
    said = [numbered.says for numbered in rows]
    if (waiting_on := next((s.waiting_on for s in said if s.waiting_on), "")) and waiting_on != m.waiting_on:
        telling.tell("set", item="waiting_on", old=m.waiting_on, new=waiting_on)
    if hold_by and m.open:
        if m.hold is not None:
            telling.tell("resumed", old=m.hold)
        reason = next((s.hold_reason for s in said if s.hold_reason), REASON)
        telling.tell("held", item=hold_by, reason=reason)
    if any(s.cancelled for s in said) and m.cancelled is None:
        if m.stage == "closed":
            raise InputError(FieldError("status", "cancelled", Message("error.closed")))
        reason = next((s.cancel_reason for s in said if s.cancel_reason), REASON)
        telling.tell("cancelled", dates.get("closed_at"), reason=reason)
    known = known_lines(m)
    for written in (note for s in said for note in s.notes.split("\n\n")):
        lines = [line for line in dict.fromkeys(written.splitlines()) if line and line not in known]
        if lines:
            telling.tell("noted", new="\n".join(lines))
            known.update(lines)
