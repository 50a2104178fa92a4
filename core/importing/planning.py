"""What an import would do: every row of a file compared with what stands, before anything is written.

Each row comes out as exactly one of: new, changed, unchanged, conflict, rejected, left out. A blank cell erases
nothing, what was edited on the board after the file's state is a conflict and stays, and so does what a gate lacks;
nothing goes past the client's test without it.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from heapq import merge

from core.files.spool import Spool, scattered
from core.importing.outcomes import Outcomes
from core.importing.planned import OUTCOMES, Outcome, Plan, Planned, Progress
from core.importing.retyped_cells import typed_anew
from core.importing.row import Numbered
from core.importing.row_outcomes import Settling
from core.importing.rows import read_rows, standing
from core.importing.rows_by_migration import BUCKET, Taking
from core.importing.secret_cells import secrets_of
from core.importing.which_migration import Meant
from core.migration.act import Act
from core.migration.carried import reason_of
from core.migration.migration import Migration
from core.migration.people import Team, require
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.survey import survey


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
    the share that is done, 0 to 1. Raises InputError where a reason is said to go past gates by somebody who may not.
    """
    reason = may_go_past(said, act)
    sheet = typed_anew(sheet, said)
    seen = {m.id: m.seq for m in migrations if m.id is not None}
    left_out = [Planned(left.number, "left_out") for left in sheet.left_out]
    if secrets := secrets_of(sheet, said.excluded, said.harmless):
        refused = (Planned(line.number, "rejected") for line in sheet.lines)
        rows = Spool(merge(refused, left_out, key=lambda planned: planned.row))
        outcomes = bytes(OUTCOMES.index(planned.outcome) for planned in rows)
        return Plan(rows, outcomes, secrets, secrets, {}, (), seen, act.person.id, epoch)
    header_of = {id: name for name, id in said.columns.items() if id is not None}
    meant, noted = Meant(migrations), Outcomes(header_of)
    taking, settling = Taking(migrations, meant, noted), Settling(act, team, reason, noted)
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
            meant.name(row.says.ref)
            numbers.append(row.row)
        else:
            noted.rows.append(Planned(row[0].row, "rejected", errors=tuple(row)))
            numbers.append(row[0].row)
        if len(numbers) % 500 == 0:
            progress(len(numbers) / len(sheet.lines) / 2)
    for numbered in read:
        taking.take(numbered)
    for count, group in enumerate(taking.grouped(read, act)):
        settling.settle(group)
        if count % 500 == 0:
            progress(0.5 + count / len(taking.currents) / 2)
    for planned in left_out:
        noted.rows.append(planned)
    numbers = array("Q", merge(numbers, (planned.row for planned in left_out)))
    rows, outcomes, errors, changes = _in_order(noted.rows, numbers)
    progress(1.0)
    return Plan(
        rows, outcomes, (), errors, changes, noted.writings, seen, act.person.id, epoch, repairs, found.questions
    )


def _in_order(
    planned: Sequence[Planned], numbers: Sequence[int]
) -> tuple[Spool[Planned], bytes, Spool[RowError], Counter[Outcome]]:
    """Return what becomes of rows in the order of the file, of which the lines are given, and what a plan counts."""
    changes: Counter[Outcome] = Counter()
    rows: Spool[Planned] = Spool()
    outcomes = bytearray()
    errors: Spool[RowError] = Spool()
    buckets = scattered(((bisect_left(numbers, p.row) // BUCKET, p) for p in planned), len(numbers) // BUCKET + 1)
    for bucket in buckets:
        for one in sorted(bucket, key=lambda p: p.row):
            rows.append(one)
            outcomes.append(OUTCOMES.index(one.outcome))
            changes[one.outcome] += len(one.changes)
            for error in one.errors:
                errors.append(error)
    return rows, bytes(outcomes), errors, changes


def may_go_past(said: Said, act: Act) -> str:
    """Return the reason to take over what gates lack, "" where none is said; raises InputError as a move does."""
    if not said.reason:
        return ""
    require(act.person, "force")
    return reason_of(said.reason)
