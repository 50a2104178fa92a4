"""What an import would do: every row of a file compared with what stands, before anything is written.

Each row comes out as exactly one of: new, changed, unchanged, conflict, rejected, left out. A blank cell erases
nothing, what was edited on the board after the file's state is a conflict and stays, nothing goes past the client's
test without it.
"""

import datetime as dt
import hashlib
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from typing import Any, Literal

from core.limits import ROWS_OF_ONE
from core.messages import InputError, Message
from core.pipeline.clocks import is_day
from core.pipeline.columns import BY_ID, fold
from core.pipeline.decoding import Sheet
from core.pipeline.in_order import ordered
from core.pipeline.migration import Domain, Event, ImpossibleEventError, Migration, moment, position
from core.pipeline.moves import Act
from core.pipeline.people import Team
from core.pipeline.questions import Question
from core.pipeline.repairs import Repair
from core.pipeline.rows import (
    COUNTS,
    DATES_OF_DOMAIN,
    DATES_OF_MIGRATION,
    OF_DOMAIN,
    OF_MIGRATION,
    REACHED,
    Numbered,
    Row,
    RowError,
    beyond,
    read_rows,
    secrets_of,
    standing,
)
from core.pipeline.said import Said
from core.pipeline.stages import DONE, FIRST_OF_DOMAINS, SWITCH
from core.pipeline.survey import survey
from core.pipeline.telling import BEGUN, CHECKS, Given, Telling, known_lines
from core.pipeline.values import STATUS_WRITTEN, When, agrees, written
from core.spool import Marks, Spool, scattered

Outcome = Literal["new", "changed", "unchanged", "conflict", "rejected", "left_out"]
OUTCOMES: tuple[Outcome, ...] = ("new", "changed", "unchanged", "conflict", "rejected", "left_out")

Wrong = tuple[str, object, Message]
"""A mistake of a row: the column's id, the value, what would be right."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a row would change: the column (its id, or a header that is kept), what stands and what the file says.

    `conflict`: the board's value is the newer one and stays.
    """

    column: str
    old: Any
    new: Any
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a row, and what it changes or, being new, brings. `same_as`: the row that says the same.

    `lacks`: ids of the checks that the gates on its way ask for and the row does not prove: a conflict.
    """

    row: int
    outcome: Outcome
    ref: str = ""
    client: str = ""
    domains: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    errors: tuple[RowError, ...] = ()
    same_as: int | None = None
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """The events that rows give to one migration: `before` is None for a new one, whose ref may still be blank."""

    before: Migration | None
    now: Migration
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """An import, row by row, and what applying it writes.

    `repairs`: what was read otherwise than it stands; `questions`: what the file leaves open.

    `outcomes`: the place in OUTCOMES of what becomes of each row; `errors`: everything that is wrong, in the order of
    the file; `changes`: how many changes the rows of an outcome have together; `seen`: the state it was made for, seq
    by migration id; `epoch`: of which life of the database, None for whichever; `actor`: who is to write it.
    """

    rows: Sequence[Planned]
    outcomes: bytes
    secrets: Sequence[RowError]
    errors: Sequence[RowError]
    changes: Mapping[Outcome, int]
    writings: Sequence[Writing]
    seen: Mapping[int, int]
    actor: str
    epoch: str | None = None
    repairs: Sequence[Repair] = ()
    questions: Sequence[Question] = ()

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows come out how; together they are all that were read."""
        return {outcome: self.outcomes.count(place) for place, outcome in enumerate(OUTCOMES)}

    @property
    def read(self) -> int:
        """How many rows the file has: each came out as one thing."""
        return len(self.rows)

    def those(self, outcome: Outcome) -> Iterator[Planned]:
        """Yield the rows that come out as one thing, in the order of the file."""
        wanted = OUTCOMES.index(outcome)
        return (self.rows[place] for place, found in enumerate(self.outcomes) if found == wanted)


Progress = Callable[[float], object]


def plan(
    sheet: Sheet,
    said: Said,
    migrations: Sequence[Migration],
    act: Act,
    team: Team,
    progress: Progress = lambda share: None,
    *,
    epoch: str | None = None,
) -> Plan:
    """Return what importing a file would do to the migrations there are, read in an epoch of their store.

    A file with secrets is refused whole: all its rows are rejected until those columns are excluded. `progress` is told
    the share that is done, 0 to 1.
    """
    seen = {m.id: m.seq for m in migrations if m.id is not None}
    left_out = [Planned(left.number, "left_out") for left in sheet.left_out]
    if secrets := secrets_of(sheet, said.excluded, said.harmless):
        refused = (Planned(line.number, "rejected") for line in sheet.lines)
        rows = Spool(merge(refused, left_out, key=lambda planned: planned.row))
        outcomes = bytes(OUTCOMES.index(planned.outcome) for planned in rows)
        return Plan(rows, outcomes, secrets, secrets, {}, (), seen, act.person.id, epoch)
    header_of = {id: name for name, id in said.columns.items() if id is not None}
    planner = _Planner(migrations, act, team, header_of)
    read: Spool[Numbered] = Spool()
    numbers = array("Q")
    found = survey(sheet, said)
    repairs = Spool(sheet.mended)
    there = {name for m in migrations for name in m.domains}
    for row in read_rows(sheet, said, found):
        if isinstance(row, Numbered):
            row = standing(row, there)
            for repair in row.repairs:
                repairs.append(repair)
            read.append(row)
            planner.name(row.says.ref)
            numbers.append(row.row)
        else:
            planner.planned.append(Planned(row[0].row, "rejected", errors=tuple(row)))
            numbers.append(row[0].row)
        if len(numbers) % 500 == 0:
            progress(len(numbers) / len(sheet.lines) / 2)
    for numbered in read:
        planner.take(numbered)
    for count, group in enumerate(planner.grouped(read)):
        planner.settle(group)
        if count % 500 == 0:
            progress(0.5 + count / len(planner.currents) / 2)
    for planned in left_out:
        planner.planned.append(planned)
    numbers = array("Q", merge(numbers, (planned.row for planned in left_out)))
    rows, outcomes, errors, changes = _in_order(planner.planned, numbers)
    progress(1.0)
    return Plan(
        rows, outcomes, (), errors, changes, planner.writings, seen, act.person.id, epoch, repairs, found.questions
    )


def _in_order(
    planned: Sequence[Planned], numbers: Sequence[int]
) -> tuple[Spool[Planned], bytes, Spool[RowError], Counter[Outcome]]:
    """Return what becomes of rows in the order of the file, of which the lines are given, and what a plan counts."""
    changes: Counter[Outcome] = Counter()
    rows: Spool[Planned] = Spool()
    outcomes = bytearray()
    errors: Spool[RowError] = Spool()
    buckets = scattered(((bisect_left(numbers, p.row) // _BUCKET, p) for p in planned), len(numbers) // _BUCKET + 1)
    for bucket in buckets:
        for one in sorted(bucket, key=lambda p: p.row):
            rows.append(one)
            outcomes.append(OUTCOMES.index(one.outcome))
            changes[one.outcome] += len(one.changes)
            for error in one.errors:
                errors.append(error)
    return rows, bytes(outcomes), errors, changes


_BUCKET = 2_000
"""Rows that are in memory at a time with all they say: those of a long file together would be many times the file."""


def cell(value: object) -> str:
    """Return a value as a spreadsheet of ours shows it; nothing as a blank."""
    match value:
        case None:
            return ""
        case When():
            return written(value.at)
        case dt.datetime():
            return written(value)
        case bool():
            return "tak" if value else "nie"
    return STATUS_WRITTEN.get(str(value), str(value))


@dataclass(slots=True)
class _Group:
    """The rows of one migration.

    What follows from all rows together is worked out by `complete`, anew where some of them are sorted out.
    """

    current: Migration | None
    rows: list[Numbered] = field(default_factory=list)
    stages: dict[int, str | None] = field(default_factory=dict)
    dates: dict[str, Given] = field(default_factory=dict)
    held_by: str = ""
    lines: frozenset[str] = frozenset()

    def complete(self) -> None:
        """Work out where the domains of each row stand, the common dates, and who holds it.

        Past the DNS, all domains stand where the least advanced one does. A migration begins with the first of its
        rows, and goes on with the last.
        """
        self.stages = {numbered.row: self._stage(numbered) for numbered in self.rows}
        self._agree_on_early()
        said = [s for s in self.stages.values() if s]
        if self.current is not None:
            named = {name.ascii for n in self.rows if self.stages[n.row] for name in n.says.domain}
            said += [_stands(self.current, d) for d in self.current.active if d.name not in named]
        end = DONE
        if all(position(s) >= position(DONE) for s in said):
            end = "closed" if all(s == "closed" for s in said) else "passwords"
        self.stages = {row: end if s and position(s) >= position(DONE) else s for row, s in self.stages.items()}
        self.dates = {}
        of_rows = [numbered.says for numbered in self.rows if not numbered.says.withdrawn]
        for id in (*DATES_OF_MIGRATION, BEGUN):
            given = [value for says in of_rows if (value := getattr(says, id)) not in (None, False)]
            moments = [value for value in given if isinstance(value, When)]
            if moments:
                self.dates[id] = (min if id in ("on_package", BEGUN) else max)(moments, key=lambda when: when.at)
            elif given:
                self.dates[id] = True
        held = [numbered.says.hold_by for numbered in self.rows if numbered.says.held]
        # A status says no more than that it is on hold.
        self.held_by = next(filter(None, held), "us" if held else "")
        self.lines = frozenset(known_lines(self.current)) if self.current else frozenset()

    def _agree_on_early(self) -> None:
        """Before its domains are moved a migration stands at one place: rows with dates only follow the others."""
        early = {
            n.row: stage
            for n in self.rows
            if (stage := self.stages[n.row]) and not n.says.stage_named and position(stage) < _FIRST
        }
        others = any(stage for row, stage in self.stages.items() if row not in early)
        for row in early:
            self.stages[row] = None if others else max(early.values(), key=position)

    def holds(self, m: Migration) -> bool:
        """Return whether the rows put a migration on hold otherwise than it is."""
        named = any(numbered.says.hold_by for numbered in self.rows)
        given_up = m.cancelled is not None and not any(numbered.says.stage_named for numbered in self.rows)
        if not self.held_by or given_up or m.stage == "closed":
            return False
        return m.hold is None or (named and m.hold["by"] != self.held_by)

    def _stage(self, numbered: Numbered) -> str | None:
        """Return the stage that a row says; None where that is no news: its dates tell of a stage long passed."""
        says = numbered.says
        there = [self.current.domains.get(name.ascii) for name in says.domain] if self.current else []
        if self.current is None or says.stage is None or says.stage_named or not all(there):
            return says.stage
        passed = all(position(_stands(self.current, d)) >= position(says.stage) for d in there if d)
        return None if passed else says.stage


_FIRST = position(FIRST_OF_DOMAINS)


def _stands(m: Migration, d: Domain) -> str:
    """Return where a domain stands, as a row's status says it."""
    if position(m.stage) < _FIRST:
        return m.stage
    return m.stage if d.step == DONE and position(m.stage) >= position("passwords") else d.step


def _recorded(says: Row, m: Migration | None) -> dict[str, object]:
    """Return the dates that the desk has of a row's migration and of its first domain, by column."""
    if m is None:
        return {}
    d = m.domains.get(says.domain[0].ascii)
    found: dict[str, object] = {}
    for subject, items in ((m, DATES_OF_MIGRATION), (d or Domain("", ""), DATES_OF_DOMAIN)):
        for id, item in items.items():
            done = subject.checks.get(item)
            if at := done.at if done else subject.entered.get(item):
                found[id] = When(at, "day" if is_day(at) else "minute")
    return found


def import_key(client: str, domains: Iterable[str]) -> str:
    """Return what a row without a ref is known by: its client and its domains."""
    return hashlib.sha256("\n".join([fold(client), *sorted(domains)]).encode()).hexdigest()[:32]


def _begins_after(says: Row, m: Migration) -> bool:
    """Whether a row tells of an enquiry that came after a migration was over: the client is back."""
    end = moment(m.cancelled["since"]) if m.cancelled else m.entered.get("closed") if m.stage == "closed" else None
    return end is not None and isinstance(says.on_package, When) and says.on_package.at > end


class _Planner:
    """Takes the rows one after the other, then settles each migration.

    Of a row that was taken only numbers stay in memory. By its place among the rows: its line, its migration, whether
    it is left out, and a hash of what it says. By what it is known by: the number of a migration. By domain: the place
    of the row that says something of it (`taken`, for each migration) and of the one that moves it (`moving_in_file`).
    """

    def __init__(self, migrations: Sequence[Migration], act: Act, team: Team, header_of: Mapping[str, str]) -> None:
        self.act = act
        self.header_of = header_of
        self.groups = Marks()
        self.currents: list[Migration | None] = []
        self.counts = array("I")
        self.lines = array("L")
        self.group_of = array("I")
        self.left_out = bytearray()
        self.said = array("q")
        self.taken = Marks()
        self.planned: Spool[Planned] = Spool()
        self.writings: Spool[Writing] = Spool()
        self.by_ref = {m.ref: m for m in migrations}
        self.by_key: dict[object, list[Migration]] = {}
        self.moving: dict[str, Migration] = {}
        self.moving_in_file = Marks()
        self.refs: set[str] = set()
        for m in migrations:
            # What a file knew it by, and what it is now: it may have been changed on the board since.
            for key in {m.import_key, import_key(m.client, (d.name for d in m.active))} - {""}:
                self.by_key.setdefault(key, []).append(m)
            if m.open:
                self.moving.update((d.name, m) for d in m.active)
        parts = [(fold(part), person.id) for person in team.people for part in person.name.split()]
        counts = [part for part, _ in parts]
        self.people = {part: id for part, id in parts if counts.count(part) == 1}
        self.people |= {fold(name): person.id for person in team.people for name in (person.id, person.name)}

    # -- rows to migrations

    def take(self, numbered: Numbered) -> None:
        """Put a row to the migration that it belongs to, or say why it belongs to none."""
        says = numbered.says
        own = import_key(says.client, (name.ascii for name in says.domain))
        current = self.by_ref.get(says.ref) if says.ref else self._known(says, own)
        # Without a ref a row is a migration by itself, unless the desk knows it by its domains.
        key = f"ref {current.ref if current else says.ref}" if says.ref or current else own
        group = self.groups.setdefault(key, len(self.currents))
        if group == len(self.currents):
            self.currents.append(current)
            self.counts.append(0)
        marks = [f"{group} {name.ascii}" for name in says.domain]
        place = len(self.lines)
        self.lines.append(numbered.row)
        self.said.append(hash((says, *numbered.extra.items())))
        self.group_of.append(group)
        self.left_out.append(False)
        double = next((there for mark in marks if (there := self.taken.get(mark)) is not None), None)
        if double is not None and self.said[double] == self.said[place]:
            self.left_out[place] = True
            self._plan(numbered, "unchanged", current, same_as=self.lines[double])
            return
        if double is not None:
            wrong: Wrong | None = ("domain", _shown(says), Message("error.row_twice", {"row": self.lines[double]}))
        elif self.counts[group] == ROWS_OF_ONE:
            wrong = ("ref", says.ref, Message("error.rows_of_one", {"most": ROWS_OF_ONE}))
        else:
            wrong = self._elsewhere(numbered, place, current)
        if wrong:
            self.left_out[place] = True
            self._refuse(numbered, wrong)
            return
        self.counts[group] += 1
        for mark in marks:
            self.taken.setdefault(mark, place)

    def name(self, ref: str) -> None:
        """Note that the file names a migration: rows without a ref do not mean it."""
        if ref in self.by_ref:
            self.refs.add(ref)

    def grouped(self, read: Iterable[Numbered]) -> Iterator[_Group]:
        """Yield the migrations with their rows, in the order of their first ones; `read`: the rows as taken."""
        buckets = array("I")
        rows = 0
        for count in self.counts:
            buckets.append(rows // _BUCKET)
            rows += count
        of_rows = (
            (group, numbered)
            for group, left_out, numbered in zip(self.group_of, self.left_out, read, strict=True)
            if not left_out
        )
        for bucket in scattered(((buckets[group], (group, n)) for group, n in of_rows), rows // _BUCKET + 1):
            found: dict[int, _Group] = {}
            for group, numbered in bucket:
                found.setdefault(group, _Group(self.currents[group])).rows.append(numbered)
            yield from (found[group] for group in sorted(found))

    def _known(self, says: Row, own: str) -> Migration | None:
        """Return the migration that a row without a ref means: not one that the file names, nor one before its time."""
        found = [m for m in self.by_key.get(own, ()) if m.ref not in self.refs and not _begins_after(says, m)]
        enquired = says.on_package
        return max(
            found,
            key=lambda m: (
                isinstance(enquired, When) and (at := m.entered.get("package")) is not None and agrees(enquired, at),
                m.open != says.over,
                m.id or 0,
            ),
            default=None,
        )

    def _elsewhere(self, numbered: Numbered, place: int, current: Migration | None) -> Wrong | None:
        """Return what is wrong where another migration is moving a domain already."""
        says = numbered.says
        if says.cancelled or says.withdrawn or (says.over and says.tested_at is not None):
            return None
        for name in says.domain:
            there = self.moving.get(name.ascii)
            if there is not None and (current is None or there.id != current.id):
                stands = current.domains.get(name.ascii) if current else None
                if stands is None or stands.withdrawn or (current and not current.open and not says.over):
                    return "domain", name.display, Message("error.domain_elsewhere", {"ref": there.ref})
            if says.over:
                continue
            there_in_file = self.moving_in_file.setdefault(name.ascii, place)
            if self.group_of[there_in_file] != self.group_of[place]:
                return "domain", name.display, Message("error.domain_in_row", {"row": self.lines[there_in_file]})
        return None

    def _refuse(self, numbered: Numbered, wrong: Wrong) -> None:
        says = numbered.says
        column, value, message = wrong
        header = self.header_of.get(column) or BY_ID[column].header
        error = RowError(numbered.row, header, cell(value), message)
        domains = tuple(name.display for name in says.domain)
        self.planned.append(Planned(numbered.row, "rejected", says.ref, says.client, domains, errors=(error,)))

    def _plan(self, numbered: Numbered, outcome: Outcome, current: Migration | None, **more: Any) -> None:
        says = numbered.says
        ref = current.ref if current else says.ref
        domains = tuple(name.display for name in says.domain)
        self.planned.append(Planned(numbered.row, outcome, ref, says.client, domains, **more))

    # -- one migration

    def settle(self, group: _Group) -> None:
        """Compare the rows of a migration with what stands, and plan the events of those that change it.

        Rows that are wrong or in conflict are left out whole: what the others say is worked out without them.
        """
        changes: dict[int, tuple[Change, ...]] = {}
        left = -1
        while left != len(group.rows):
            left = len(group.rows)
            group.complete()
            said: dict[str, tuple[Any, int]] = {}
            disordered = ordered(group.dates)
            changes = {}
            staying = []
            for numbered in group.rows:
                found = tuple(self._differences(numbered, group, group.current)) if group.current else None
                # What the desk itself wrote must come back, however odd; only news has to make sense.
                wrong = self._wrong(numbered, group, disordered) if found != () else None
                wrong = wrong or self._contradiction(numbered, said)
                if wrong:
                    self._refuse(numbered, wrong)
                elif found and any(change.conflict for change in found):
                    self._plan(numbered, "conflict", group.current, changes=found)
                else:
                    staying.append(numbered)
                    changes[numbered.row] = found or ()
            group.rows = staying
        rows = [n for n in group.rows if changes[n.row] or group.current is None]
        if group.current is None:
            changes = {n.row: tuple(self._news(n)) for n in rows}
        for numbered in group.rows:
            if group.current is not None and not changes[numbered.row]:
                self._plan(numbered, "unchanged", group.current)
        if not rows:
            return
        telling = Telling(group.current, self.act)
        try:
            telling.tell(rows, self._whole(rows), group.stages, group.dates, group.held_by if self._hold(group) else "")
        except InputError as error:
            for numbered in rows:
                self._refuse(numbered, ("status", _status(numbered.says), error.errors[0].message))
            return
        except ImpossibleEventError:
            for numbered in rows:
                self._refuse(numbered, ("status", _status(numbered.says), Message("error.impossible_row")))
            return
        if telling.events:
            self.writings.append(Writing(group.current, telling.now, tuple(telling.events)))
        outcome: Outcome = "unchanged" if not telling.events else "changed" if group.current else "new"
        for numbered in rows:
            self._plan(numbered, outcome, group.current, changes=changes[numbered.row])

    def _hold(self, group: _Group) -> bool:
        return group.holds(group.current) if group.current else bool(group.held_by)

    def _whole(self, rows: Sequence[Numbered]) -> dict[str, Any]:
        """Return what rows fill in of their migration, and what a new one is known by."""
        fields: dict[str, Any] = {}
        for numbered in rows:
            fields = {**self._fields(numbered.says), **fields}
        first = rows[0].says
        known_by = "" if first.ref else import_key(first.client, (name.ascii for name in first.domain))
        return {**fields, "ref": first.ref, "import_key": known_by}

    def _contradiction(self, numbered: Numbered, said: dict[str, tuple[Any, int]]) -> Wrong | None:
        """Return what is wrong where a row says of its migration what an earlier one does not."""
        says = numbered.says
        mine = {id: value for id in _OF_WHOLE if _given(value := getattr(says, id))}
        if not says.withdrawn and _status(says):
            # Only before its domains are moved, and when it is given up, all of a migration stands at one place.
            early = says.stage is not None and position(says.stage) < _FIRST
            if says.cancelled or says.stage_named or not early:
                mine["status"] = _status(says) if says.cancelled or early else "moving"
        for id, value in mine.items():
            theirs, row = said.get(id, (value, 0))
            if theirs != value:
                told = _status(says) if id == "status" else value
                found = Message("error.moving") if theirs == "moving" else cell(theirs)
                return id, told, Message("error.row_contradicts", {"row": row, "found": found})
        for id, value in mine.items():
            said.setdefault(id, (value, numbered.row))
        return None

    def _wrong(self, numbered: Numbered, group: _Group, disordered: tuple[str, str] | None) -> Wrong | None:
        """Return what a row says that cannot be."""
        says, current = numbered.says, group.current
        given = says.dates((*DATES_OF_MIGRATION, *DATES_OF_DOMAIN))
        pair = ordered({**_recorded(says, current), **given})
        if pair is not None and not {*pair} & {*given}:
            pair = None
        if pair is None and disordered is not None and getattr(says, disordered[1]) is not None:
            # Each row may be in order, and the migration that they are rows of not.
            pair = disordered
        if pair is not None:
            told, other, id = (pair[1], pair[0], "error.order") if pair[1] in given else (*pair, "error.order_after")
            message = Message(id, {"column": self.header_of.get(other) or BY_ID[other].header})
            return told, given.get(told), message
        for id in (*DATES_OF_MIGRATION, *DATES_OF_DOMAIN):
            when = getattr(says, id)
            if isinstance(when, When) and when.at > self.act.now:
                return id, when, Message("error.future")
        if (late := beyond(says)) is not None:
            return late, getattr(says, late), Message("error.beyond_status", {"status": cell(_status(says))})
        stage = group.stages[numbered.row]
        if stage is None or position(stage) < position(SWITCH) or says.tested_at is not None:
            return None
        if current is None and stage == "closed":
            return None
        for name in says.domain:
            d = current.domains.get(name.ascii) if current else None
            if d is None or (d.tested_at is None and not d.test_unrecorded):
                return "tested_at", "", Message("error.test_missing")
        return None

    def _fields(self, says: Row) -> dict[str, Any]:
        """Return what a row fills in of its migration; people by their ids where the team knows them."""
        found = {id: value for id in OF_MIGRATION if _given(value := getattr(says, id))}
        for id in ("owner", "deputy"):
            if id in found:
                found[id] = self.people.get(fold(found[id]), found[id])
        return found

    def _news(self, numbered: Numbered) -> Iterable[Change]:
        """Yield what a row says of a new migration beside its ref, client and domains."""
        says = numbered.says
        if status := _status(says):
            yield Change("status", None, status)
        fields = self._fields(says)
        others = (*OF_DOMAIN, "waiting_on", "hold_by", *DATES_OF_MIGRATION, *DATES_OF_DOMAIN, "notes")
        for id, value in (*fields.items(), *((id, getattr(says, id)) for id in others)):
            if _given(value) and id != "client":
                yield Change(id, None, value.at if isinstance(value, When) else value)
        for header, text in numbered.extra.items():
            yield Change(header, None, text)

    def _differences(self, numbered: Numbered, group: _Group, m: Migration) -> Iterable[Change]:
        """Yield what a row says otherwise than the migration stands."""
        says = numbered.says
        # Another database counts otherwise.
        base = says.version[0] if says.version and says.version[1] == m.token else None

        def change(column: str, old: Any, new: Any, edited: Mapping[str, int], *keys: str) -> Change:
            # A file that tells which state it was made from is older than any later change; another one only than the
            # board's, as imports of one sheet follow each other.
            changed = [edited.get(key, 0) for key in keys or (column,)]
            newer = any(seq > 0 if base is None else abs(seq) > base for seq in changed)
            return Change(column, old, new.at if isinstance(new, When) else new, newer)

        def dates(
            subject: Migration | Domain, items: Mapping[str, str], given: Mapping[str, Given], reached: str
        ) -> Iterable[Change]:
            for id, item in items.items():
                when = given.get(id)
                if when is None or when is False:
                    continue
                done = subject.checks.get(item)
                old = done.at if done else subject.entered.get(item)
                happened = done is not None or item in subject.entered
                if not happened and position(REACHED[id]) > position(reached):
                    # The end of one row, while others of its migration go on.
                    continue
                if not happened or (isinstance(when, When) and (old is None or not agrees(when, old))):
                    key = item if item in CHECKS else f"entered.{item}"
                    yield change(id, old, when, subject.edited, key)

        for id, new in self._fields(says).items():
            old = getattr(m, id)
            if not (agrees(new, old) if isinstance(new, When) and old is not None else new == old):
                yield change(id, old, new, m.edited)
        if says.waiting_on and says.waiting_on != m.waiting_on:
            yield change("waiting_on", m.waiting_on, says.waiting_on, m.edited)
        if says.held and group.holds(m):
            yield change("hold_by", m.hold["by"] if m.hold else None, group.held_by, m.edited, "hold")
        if says.cancelled and m.cancelled is None:
            yield change("status", m.stage, "cancelled", m.edited, "cancelled", "stage")
        if says.stage_named and m.cancelled is not None:
            yield change("status", "cancelled", says.stage, m.edited, "cancelled")
        if lines := [line for line in says.notes.splitlines() if line and line not in group.lines]:
            yield Change("notes", None, "\n".join(lines))
        stage = group.stages[numbered.row]
        if not says.withdrawn:
            yield from dates(m, DATES_OF_MIGRATION, group.dates, max(m.stage, stage or m.stage, key=position))
        for place, name in enumerate(says.domain):
            d = m.domains.get(name.ascii)
            if d is None:
                yield Change("domain", None, name.display)
                continue
            if d.withdrawn != says.withdrawn:
                # What was taken out comes back on the board only.
                where = "withdrawn" if d.withdrawn else _stands(m, d)
                newer = change("status", where, _status(says), d.edited, "withdrawn", "step").conflict
                yield Change("status", where, _status(says), newer or d.withdrawn)
            if d.withdrawn:
                continue
            for id in OF_DOMAIN:
                new = getattr(says, id)
                if _given(new) and new != getattr(d, id) and not (place and id in COUNTS):
                    yield change(id, getattr(d, id), new, d.edited)
            for header, text in numbered.extra.items():
                if d.extra.get(header) != text:
                    yield change(header, d.extra.get(header), text, d.edited, f"extra.{header}")
            stands = _stands(m, d)
            if stage is not None and m.cancelled is None and stage != stands:
                of_m = change("status", stands, stage, m.edited, "stage").conflict
                of_d = change("status", stands, stage, d.edited, "step").conflict
                yield Change("status", stands, stage, of_m or of_d)
            if not says.withdrawn:
                reached = max(stands, stage or stands, key=position)
                yield from dates(d, DATES_OF_DOMAIN, says.dates(DATES_OF_DOMAIN), reached)


_OF_WHOLE = (*OF_MIGRATION, "waiting_on", "hold_by")
"""What the rows of one migration must not say in two ways."""


def _given(value: object) -> bool:
    return value not in ("", None)


def _shown(says: Row) -> str:
    return ", ".join(name.display for name in says.domain)


def _status(says: Row) -> str:
    """Return what a row's status comes to: a stage or a side state."""
    return "cancelled" if says.cancelled else "withdrawn" if says.withdrawn else says.stage or ""
