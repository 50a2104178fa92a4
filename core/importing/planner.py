"""Takes the rows of a file to their migrations, then settles each of them: what becomes of its rows, what is told."""

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.dns.names import Name
from core.files.spool import Marks, Spool, scattered
from core.ground.limits import ROWS_OF_ONE
from core.ground.messages import InputError, Message
from core.ground.moments import When, agrees
from core.ground.words import fold
from core.importing.contradictions import contradiction, wrong
from core.importing.differences import differences, filled_in, news, people_of
from core.importing.group import Group, status
from core.importing.planned import Change, Outcome, Planned, Writing, Wrong, cell
from core.importing.rows import Numbered, Row
from core.importing.telling import Telling
from core.migration.act import Act
from core.migration.columns import BY_ID
from core.migration.domains import twins
from core.migration.event import ImpossibleEventError, moment
from core.migration.migration import Migration
from core.migration.people import Team
from core.spreadsheet.in_order import ordered
from core.spreadsheet.mistakes import RowError

BUCKET = 2_000
"""Rows that are in memory at a time with all they say: those of a long file together would be many times the file."""


def import_key(client: str, domains: Iterable[str]) -> str:
    """Return what a row without a ref is known by: its client and its domains."""
    return hashlib.sha256("\n".join([fold(client), *sorted(domains)]).encode()).hexdigest()[:32]


def _keys(m: Migration) -> Iterator[str]:
    """Yield what a row without a ref may know a migration by: the names of its domains now, and those before."""
    yield import_key(m.client, (d.name for d in m.active))
    if any(d.former for d in m.active):
        yield import_key(m.client, (next(iter(d.former), d.name) for d in m.active))


def _by_present_names(numbered: Numbered, m: Migration | None) -> Numbered:
    """Return a row with the names that the domains of its migration have by now, where they were corrected."""
    present = {name: d for d in m.domains.values() for name in d.former if name not in m.domains} if m else {}
    if not present:
        return numbered
    named = (Name(d.name, d.display) if (d := present.get(name.ascii)) else name for name in numbered.says.domain)
    domains = tuple({name.ascii: name for name in named}.values())
    return replace(numbered, says=numbered.says.model_copy(update={"domain": domains}))


def _begins_after(says: Row, m: Migration) -> bool:
    """Whether a row tells of an enquiry that came after a migration was over: the client is back."""
    end = moment(m.cancelled["since"]) if m.cancelled else m.entered.get("closed") if m.stage == "closed" else None
    return end is not None and isinstance(says.on_package, When) and says.on_package.at > end


class Planner:
    """Takes the rows one after the other, then settles each migration.

    Of a row that was taken only numbers stay in memory. By its place among the rows: its line, its migration, whether
    it is left out, and a hash of what it says. By what it is known by: the number of a migration. By domain: the place
    of the row that says something of it (`taken`, for each migration) and of the one that moves it (`moving_in_file`).
    """

    def __init__(
        self, migrations: Sequence[Migration], act: Act, team: Team, header_of: Mapping[str, str], reason: str
    ) -> None:
        self.act = act
        self.header_of = header_of
        self.reason = reason
        self.founding = not migrations
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
            for key in {m.import_key, *_keys(m)} - {""}:
                self.by_key.setdefault(key, []).append(m)
            if m.open:
                self.moving.update((_bare(d.name), m) for d in m.active)
        self.people = people_of(team)

    # -- rows to migrations

    def take(self, numbered: Numbered) -> None:
        """Put a row to the migration that it belongs to, or say why it belongs to none."""
        own = import_key(numbered.says.client, (name.ascii for name in numbered.says.domain))
        current = self.by_ref.get(numbered.says.ref) if numbered.says.ref else self._known(numbered.says, own)
        numbered = _by_present_names(numbered, current)
        says = numbered.says
        # Without a ref a row is a migration by itself, unless the desk knows it by its domains.
        key = f"ref {current.ref if current else says.ref}" if says.ref or current else own
        group = self.groups.setdefault(key, len(self.currents))
        if group == len(self.currents):
            self.currents.append(current)
            self.counts.append(0)
        marks = [f"{group} {_bare(name.ascii)}" for name in says.domain]
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

    def grouped(self, read: Iterable[Numbered]) -> Iterator[Group]:
        """Yield the migrations with their rows, in the order of their first ones; `read`: the rows as taken."""
        buckets = array("I")
        rows = 0
        for count in self.counts:
            buckets.append(rows // BUCKET)
            rows += count
        of_rows = (
            (group, numbered)
            for group, left_out, numbered in zip(self.group_of, self.left_out, read, strict=True)
            if not left_out
        )
        for bucket in scattered(((buckets[group], (group, n)) for group, n in of_rows), rows // BUCKET + 1):
            found: dict[int, Group] = {}
            for group, numbered in bucket:
                current = self.currents[group]
                there = found.setdefault(group, Group(current, self.founding, self.act.now))
                there.rows.append(_by_present_names(numbered, current))
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
            there = self.moving.get(_bare(name.ascii))
            if there is not None and (current is None or there.id != current.id):
                stands = current.domains.get(name.ascii) if current else None
                if stands is None or stands.withdrawn or (current and not current.open and not says.over):
                    return "domain", name.display, Message("error.domain_elsewhere", {"ref": there.ref})
            if says.over:
                continue
            there_in_file = self.moving_in_file.setdefault(_bare(name.ascii), place)
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

    def settle(self, group: Group) -> None:
        """Compare the rows of a migration with what stands, and plan the events of those that change it.

        Rows that are wrong or in conflict are left out whole: what the others say is worked out without them.
        """
        current = group.current
        while True:
            changes = self._sorted_out(group)
            rows = [n for n in group.rows if changes[n.row] or current is None]
            telling = Telling(current, self.act, free=group.history, ours=group.ours, reason=self.reason)
            try:
                if rows:
                    held_by = group.held_by if self._hold(group) else ""
                    telling.tell(rows, self._whole(rows), group.stages, group.dates, held_by)
            except InputError as error:
                self._refuse_all(rows, error.errors[0].message)
                rows = []
                break
            except ImpossibleEventError:
                self._refuse_all(rows, Message("error.impossible_row"))
                rows = []
                break
            if not telling.lacks:
                break
            for numbered in rows:
                if lacks := telling.lacks.get(numbered.row):
                    self._plan(numbered, "conflict", current, changes=changes[numbered.row], lacks=tuple(lacks))
            group.rows = [n for n in group.rows if n.row not in telling.lacks]
        for numbered in group.rows:
            if current is not None and not changes[numbered.row]:
                self._plan(numbered, "unchanged", current)
        if not rows:
            return
        if telling.events:
            self.writings.append(Writing(current, telling.now, tuple(telling.events)))
        outcome: Outcome = "unchanged" if not telling.events else "changed" if current else "new"
        for numbered in rows:
            self._plan(numbered, outcome, current, changes=changes[numbered.row])

    def _sorted_out(self, group: Group) -> dict[int, tuple[Change, ...]]:
        """Plan the rows that are wrong or in conflict and leave the others in the group; return what these change."""
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
                found = tuple(differences(numbered, group, group.current, self.people)) if group.current else None
                # What the desk itself wrote must come back, however odd; only news has to make sense.
                mistake = wrong(numbered, group, disordered, self.act.now, self.header_of) if found != () else None
                mistake = mistake or contradiction(numbered, said)
                if mistake:
                    self._refuse(numbered, mistake)
                elif found and any(change.conflict for change in found):
                    self._plan(numbered, "conflict", group.current, changes=found)
                else:
                    staying.append(numbered)
                    changes[numbered.row] = tuple(news(numbered, self.people)) if found is None else found
            group.rows = staying
        return changes

    def _refuse_all(self, rows: Sequence[Numbered], message: Message) -> None:
        for numbered in rows:
            self._refuse(numbered, ("status", status(numbered.says), message))

    def _hold(self, group: Group) -> bool:
        return group.holds(group.current) if group.current else bool(group.held_by)

    def _whole(self, rows: Sequence[Numbered]) -> dict[str, Any]:
        """Return what rows fill in of their migration, and what a new one is known by."""
        fields: dict[str, Any] = {}
        for numbered in rows:
            fields = {**filled_in(numbered.says, self.people), **fields}
        first = rows[0].says
        known_by = "" if first.ref else import_key(first.client, (name.ascii for name in first.domain))
        return {**fields, "ref": first.ref, "import_key": known_by}


def _bare(name: str) -> str:
    """Return what a domain is known by, with its www or without it."""
    return twins(name)[0]


def _shown(says: Row) -> str:
    return ", ".join(name.display for name in says.domain)
