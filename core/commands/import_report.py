"""What an import came to, or would: as JSON, and in a terminal."""

import sys
from collections.abc import Iterable
from itertools import islice
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.commands.terminal import tell
from core.ground.messages import FieldError, Message
from core.ground.secrets import masked
from core.importing.planned import OUTCOMES, Plan, Planned
from core.language import Language
from core.migration import worded
from core.migration.stages import Process
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.repair_kinds import Repair

_SHOWN = 20
"""Mistakes shown in a terminal; the file of --errors has them all."""


def as_json(made: Plan, sheet: Sheet, process: Process, language: Language) -> dict[str, Any]:
    """Return an import as plain values, its texts worded."""
    counts = made.counts
    return {
        "read": made.read,
        "new": counts["new"],
        "changed": counts["changed"],
        "unchanged": counts["unchanged"],
        "rejected": counts["rejected"],
        "conflicts": counts["conflict"],
        "errors": [
            {"row": error.row, "column": error.column, "reason": language.text(error.message)} for error in made.errors
        ],
        "encoding": sheet.encoding,
        "delimiter": sheet.delimiter,
        "sheet": masked([sheet.name])[0],
        "header_row": sheet.header_row,
        "left_out": [{"row": left.number, "why": left.kind} for left in sheet.left_out],
        "repairs": [
            {"row": one.row, "column": one.column, "kind": one.kind, "old": one.old, "new": one.new}
            for one in made.repairs or sheet.mended
        ],
        "questions": [
            {"kind": one.kind, "column": one.column, "value": one.value, "row": one.row, "rows": one.rows}
            for one in made.questions
        ],
        "lacks": [
            {"row": one.row, "ref": one.ref, "checks": list(one.lacks), "reason": language.text(_lacks(one, process))}
            for one in made.those("conflict")
            if one.lacks
        ],
    }


def _lacks(one: Planned, process: Process) -> Message:
    return worded.lacks(one.ref or one.client, one.lacks, process)


def _first(told: Iterable[Message], language: Language) -> None:
    """Print the first of some, a line each, and whether there are more."""
    left = iter(told)
    for message in islice(left, _SHOWN):
        print("".join(c if c.isprintable() else " " for c in language.text(message)))
    if next(left, None) is not None:
        print(language.text("import.and_more"))


def _asides(made: Plan, sheet: Sheet, process: Process, language: Language) -> None:
    """Print what was left out and repaired, what is asked, and what gates lack."""
    left = ", ".join(str(one.number) for one in sheet.left_out[:_SHOWN])
    if left:
        print(language.text("import.left_out_rows", rows=left + (", …" if len(sheet.left_out) > _SHOWN else "")))
    _first(
        (
            Message("import.repaired", {"place": _place(one), "old": one.old, "new": one.new})
            for one in made.repairs or sheet.mended
            if one.column
        ),
        language,
    )
    _first(
        (
            Message(f"import.asks.{one.kind}", {"column": one.column, "value": one.value, "row": one.row})
            for one in made.questions
        ),
        language,
    )
    _first((_lacks(one, process) for one in made.those("conflict") if one.lacks), language)


def _place(one: Repair | RowError) -> Message:
    return Message("import.place", {"row": one.row, "column": one.column})


def show(made: Plan, sheet: Sheet, process: Process, language: Language, *, written: bool, dry_run: bool) -> None:
    """Print an import: how it was read, how many rows came out how, what is wrong, and whether it was written."""
    t, console = language.text, Console()
    names = {"\t": "tab"}
    console.print(
        Text(t("import.read_as", encoding=sheet.encoding, delimiter=names.get(sheet.delimiter, sheet.delimiter)))
    )
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row(t("import.read"), language.value(made.read))
    for outcome in OUTCOMES:
        table.add_row(t(f"import.outcome.{outcome}"), language.value(made.counts[outcome]))
    console.print(table)
    _asides(made, sheet, process, language)
    tell((_told(error) for error in made.errors[:_SHOWN]), language)
    if len(made.errors) > _SHOWN:
        print(t("import.more_errors", count=len(made.errors) - _SHOWN), file=sys.stderr)
    if written:
        console.print(Text(t("import.applied" if made.writings else "import.nothing_new")))
    elif dry_run:
        console.print(Text(t("import.dry_run")))
    elif made.secrets:
        console.print(Text(t("import.has_secrets_cli")))
    else:
        console.print(Text(t("import.nothing_written_cli")))


def _told(error: RowError) -> FieldError:
    place = _place(error)
    id = "import.mistake" if error.value else "import.mistake_blank"
    return FieldError("", "", Message(id, {"place": place, "reason": error.message, "value": error.value}))
