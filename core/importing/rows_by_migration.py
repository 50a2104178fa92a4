"""Takes the rows of a file to their migrations, one after the other; a row that belongs to none is refused."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

from core.files.spool import Marks, scattered
from core.ground.file_limits import ROWS_OF_ONE
from core.ground.messages import Message
from core.importing.group import Group
from core.importing.outcomes import Outcomes, shown
from core.importing.planned import Wrong
from core.importing.row import Numbered
from core.importing.which_migration import Meant, by_present_names, key_of
from core.migration.act import Act
from core.migration.domains import twins
from core.migration.migration import Migration

BUCKET = 2_000
"""Rows that are in memory at a time with all they say: those of a long file together would be many times the file."""


class Taking:
    """Takes the rows one after the other, then gives each migration with its rows.

    Of a row that was taken only numbers stay in memory. By its place among the rows: its line, its migration, whether
    it is left out, and a hash of what it says. By what it is known by: the number of a migration. By domain: the place
    of the row that says something of it (`taken`, for each migration) and of the one that moves it (`moving_in_file`).
    """

    def __init__(self, migrations: Sequence[Migration], meant: Meant, outcomes: Outcomes) -> None:
        self.currents: list[Migration | None] = []
        self._founding = not migrations
        self._meant = meant
        self._outcomes = outcomes
        self._groups = Marks()
        self._counts = array("I")
        self._lines = array("L")
        self._group_of = array("I")
        self._left_out = bytearray()
        self._said = array("q")
        self._taken = Marks()
        self._moving = {_bare(d.name): m for m in migrations if m.open for d in m.active}
        self._moving_in_file = Marks()

    def take(self, numbered: Numbered) -> None:
        """Put a row to the migration that it belongs to, or say why it belongs to none."""
        own = key_of(numbered.says)
        current = self._meant.of(numbered.says, own)
        numbered = by_present_names(numbered, current)
        says = numbered.says
        # Without a ref a row is a migration by itself, unless the desk knows it by its domains.
        key = f"ref {current.ref if current else says.ref}" if says.ref or current else own
        group = self._groups.setdefault(key, len(self.currents))
        if group == len(self.currents):
            self.currents.append(current)
            self._counts.append(0)
        marks = [f"{group} {_bare(name.ascii)}" for name in says.domain]
        place = len(self._lines)
        self._lines.append(numbered.row)
        self._said.append(hash((says, *numbered.extra.items())))
        self._group_of.append(group)
        self._left_out.append(False)
        double = next((there for mark in marks if (there := self._taken.get(mark)) is not None), None)
        if double is not None and self._said[double] == self._said[place]:
            self._left_out[place] = True
            self._outcomes.note(numbered, "unchanged", current, same_as=self._lines[double])
            return
        if double is not None:
            told = ", ".join(shown(numbered))
            wrong: Wrong | None = ("domain", told, Message("error.row_twice", {"row": self._lines[double]}))
        elif self._counts[group] == ROWS_OF_ONE:
            wrong = ("ref", says.ref, Message("error.rows_of_one", {"most": ROWS_OF_ONE}))
        else:
            wrong = self._elsewhere(numbered, place, current)
        if wrong:
            self._left_out[place] = True
            self._outcomes.refuse(numbered, wrong)
            return
        self._counts[group] += 1
        for mark in marks:
            self._taken.setdefault(mark, place)

    def _elsewhere(self, numbered: Numbered, place: int, current: Migration | None) -> Wrong | None:
        """Return what is wrong where another migration is moving a domain already."""
        says = numbered.says
        if says.cancelled or says.withdrawn or (says.over and says.tested_at is not None):
            return None
        for name in says.domain:
            there = self._moving.get(_bare(name.ascii))
            if there is not None and (current is None or there.id != current.id):
                stands = current.domains.get(name.ascii) if current else None
                if stands is None or stands.withdrawn or (current and not current.open and not says.over):
                    return "domain", name.display, Message("error.domain_elsewhere", {"ref": there.ref})
            if says.over:
                continue
            there_in_file = self._moving_in_file.setdefault(_bare(name.ascii), place)
            if self._group_of[there_in_file] != self._group_of[place]:
                return "domain", name.display, Message("error.domain_in_row", {"row": self._lines[there_in_file]})
        return None

    def grouped(self, read: Iterable[Numbered], act: Act) -> Iterator[Group]:
        """Yield the migrations with their rows, in the order of their first ones; `read`: the rows as taken."""
        buckets = array("I")
        rows = 0
        for count in self._counts:
            buckets.append(rows // BUCKET)
            rows += count
        of_rows = (
            (group, numbered)
            for group, left_out, numbered in zip(self._group_of, self._left_out, read, strict=True)
            if not left_out
        )
        for bucket in scattered(((buckets[group], (group, n)) for group, n in of_rows), rows // BUCKET + 1):
            found: dict[int, Group] = {}
            for group, numbered in bucket:
                current = self.currents[group]
                there = found.setdefault(group, Group(current, self._founding, act.now))
                there.rows.append(by_present_names(numbered, current))
            yield from (found[group] for group in sorted(found))


def _bare(name: str) -> str:
    """Return what a domain is known by, with its www or without it."""
    return twins(name)[0]
