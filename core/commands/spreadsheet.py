"""`python -m core import`, `undo-import` and `export`: migrations from a spreadsheet, and back."""

import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskID
from rich.table import Table
from rich.text import Text

from core import datafiles
from core.commands.terminal import DONE, NOT_WORKING, SOME_REFUSED, USAGE, AsJson, Lang, print_json, refuse, tell, wrote
from core.commands.workbooks_aside import sheet_of
from core.files.beside import whole
from core.ground import clock
from core.ground.dates import DateOrder
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import masked, refuse_secrets, secret_in
from core.ground.words import fold
from core.importing.exporting import as_csv
from core.importing.plan import may_go_past, plan
from core.importing.planned import OUTCOMES, Plan, Planned, Progress
from core.language import LANGUAGES, Language
from core.migration import worded
from core.migration.act import Act
from core.migration.columns import check_mapping
from core.migration.people import CONSOLE, Team, require
from core.migration.stages import Process
from core.migration.values import parse_status
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.delimited import DELIMITERS
from core.spreadsheet.letters import ENCODINGS
from core.spreadsheet.mistakes import RowError
from core.spreadsheet.repairs import KINDS, Repair
from core.spreadsheet.said import Reading, Said

if TYPE_CHECKING:
    # The database's libraries take a while to load: only for those commands that use it.
    from core.store.store import Store

_SHOWN = 20
"""Mistakes shown in a terminal; the file of --errors has them all."""
_TRIES = 3


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file.", exists=True, dir_okay=False)],
    lang: Lang,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    valid_only: Annotated[
        bool, typer.Option("--valid-only", help="Import the valid rows although others are not.")
    ] = False,
    exclude: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Leave a column out, by its header; may be repeated.")
    ] = None,
    not_secret: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="A column that holds no passwords, although it looks so; may be repeated."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(ENCODINGS)}, utf-16.", show_default="guessed")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help="One of ; , tab |", show_default="guessed")] = None,
    sheet_name: Annotated[
        str | None, typer.Option("--sheet", help="The sheet of a workbook, by its name.", show_default="proposed")
    ] = None,
    header_row: Annotated[
        int | None, typer.Option(min=1, help="The line with the names of the columns.", show_default="proposed")
    ] = None,
    date_order: Annotated[
        DateOrder | None,
        typer.Option(help="Which number of a date is its day: dmy or mdy.", show_default="by the file"),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(metavar="THEIRS=OURS", help="What a status of theirs is of ours; may be repeated, is remembered."),
    ] = None,
    no_repair: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="A kind of repair that is not made; may be repeated.")
    ] = None,
    reason: Annotated[
        str, typer.Option(help="A manager's, to take over rows that lack what gates ask for; never the client's test.")
    ] = "",
    errors: Annotated[Path | None, typer.Option(help="Where all mistakes go, as CSV.", dir_okay=False)] = None,
    actor: Annotated[str, typer.Option(help="Who imports, by the id in data/team.toml.")] = CONSOLE.id,
    json: AsJson = False,
) -> None:
    """Import migrations from a spreadsheet: all of its rows, or none where one is rejected.

    Rows in conflict stay out and stop no others. Where a gate asks for what a row lacks the command exits 1.
    """
    from core.importing.writing import StalePlanError, apply, errors_csv, remembered

    language = LANGUAGES[lang]
    given = {"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter)
    if given is not None and given not in DELIMITERS:
        raise typer.BadParameter("--delimiter: one of ; , tab |")
    if encoding is not None and encoding not in (*ENCODINGS, "utf-16"):
        raise typer.BadParameter(f"--encoding: one of {', '.join(ENCODINGS)}, utf-16")
    store, process, team = _desk(language)
    try:
        act = Act(process, team.person(actor), clock.now())
        require(act.person, "work")
        data = file.read_bytes()
        off = _off(no_repair or [])
        statuses = _statuses(status or [])
        sheet = sheet_of(data, Reading(encoding, given, sheet_name, header_row, off))
        excluded = _named("--exclude", exclude or [], sheet)
        harmless = _named("--not-secret", not_secret or [], sheet)
        before = remembered(store, sheet.header)
        said = Said(
            before.mapping,
            excluded,
            harmless,
            off=off,
            date_order=date_order or "",
            statuses={**before.statuses, **statuses},
            reason=reason,
        )
        may_go_past(said, act)
        check_mapping(said.columns, sheet.header)
    except InputError as error:
        refuse(error, language, USAGE)
    except OSError as error:
        refuse(_unreadable(file, error), language, USAGE)
    with Bar(console=Console(stderr=True), disable=json) as bar:
        task = bar.add_task(masked([file.name])[0], total=1.0)
        for _ in range(_TRIES):
            # The epoch first: a restore between the two is found when it is written.
            epoch = store.epoch()
            made = plan(
                sheet,
                said,
                store.all(),
                act,
                team,
                _onto(bar, task),
                epoch=epoch,
            )
            written = not dry_run and not made.secrets and (valid_only or not made.counts["rejected"])
            if not (written and made.writings):
                break
            writing = bar.add_task(
                language.text("import.writing", count=made.counts["new"] + made.counts["changed"]), total=1.0
            )
            try:
                apply(
                    store,
                    made,
                    sheet,
                    data,
                    said,
                    act,
                    progress=_onto(bar, writing),
                )
            except StalePlanError:
                # Somebody worked meanwhile: what they did counts, so it is looked at anew.
                continue
            wrote()
            break
        else:
            refuse(InputError(FieldError("", "", Message("import.stale"))), language, NOT_WORKING)
    if json:
        print_json(_as_json(made, sheet, process, language))
    else:
        _show(made, sheet, process, language, written=written, dry_run=dry_run)
    if errors is not None:
        # After it was said what was written: this may fail.
        _save(errors, errors_csv(made, language))
    stopped = any(planned.lacks for planned in made.those("conflict"))
    raise typer.Exit(SOME_REFUSED if made.counts["rejected"] or made.secrets or stopped else DONE)


def export(
    lang: Lang,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Where to; standard output if left out.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Export all migrations as CSV, a row a domain; it imports again with nothing changed."""
    language = LANGUAGES[lang]
    if json and file is None:
        raise typer.BadParameter("--json goes with FILE: standard output is the CSV")
    store, _, team = _desk(language)
    migrations = store.all()
    data = as_csv(migrations, team)
    if file is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    _save(file, data)
    wrote()
    rows = sum(len(m.domains) for m in migrations)
    if json:
        print_json({"file": str(file), "rows": rows})
    else:
        print(language.text("export.done", file=str(file), count=rows))


def _desk(language: Language) -> "tuple[Store, Process, Team]":
    """Return the store, the process and the team, or say what is wrong with them and leave."""
    from core.desk.opening import open_store

    try:
        return open_store(), datafiles.process(), datafiles.team()
    except InputError as error:
        refuse(error, language, NOT_WORKING)


def _onto(bar: Bar, task: TaskID) -> Progress:
    return lambda share: bar.update(task, completed=share)


def undo_import(
    lang: Lang,
    actor: Annotated[str, typer.Option(help="Who takes it back, by the id in data/team.toml.")] = CONSOLE.id,
    json: AsJson = False,
) -> None:
    """Take the last import back, all of it: only while nothing was changed after it."""
    from core.importing.undo import last_import, undo
    from core.importing.writing import StalePlanError

    language = LANGUAGES[lang]
    store, process, team = _desk(language)
    try:
        act = Act(process, team.person(actor), clock.now())
    except InputError as error:
        refuse(error, language, USAGE)
    last = last_import(store)
    try:
        if last is None:
            raise InputError(FieldError("", "", Message("error.undo.none")))
        done = undo(store, last, act)
    except InputError as error:
        refuse(error, language, SOME_REFUSED)
    except StalePlanError as error:
        refuse(InputError(FieldError("", "", error.message or Message("import.stale"))), language, NOT_WORKING)
    wrote()
    if json:
        print_json({"import": done.batch, "erased": done.erased, "set_back": done.set_back})
    else:
        print(language.text("import.undone", number=str(done.batch), erased=done.erased, back=done.set_back))


def _off(kinds: list[str]) -> frozenset[str]:
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        expected = ", ".join(KINDS)
        raise InputError(
            *(FieldError("--no-repair", kind, Message("error.one_of", {"expected": expected})) for kind in unknown)
        )
    return frozenset(kinds)


def _statuses(given: list[str]) -> dict[str, str]:
    found = {}
    for text in given:
        theirs, is_, ours = text.rpartition("=")
        if not is_ or not theirs.strip():
            # It is no pair: what it is instead is not repeated, it may be anything.
            raise InputError(FieldError("--status", masked([text])[0], Message("error.status_pair")))
        refuse_secrets("--status", theirs)
        told = parse_status(ours, "--status")
        found[fold(theirs)] = str(told.stage or told.side)
    return found


def _named(option: str, names: list[str], sheet: Sheet) -> frozenset[str]:
    """Return columns named by an option; raises InputError where the file has none of that name."""
    unknown = [name for name in names if name not in sheet.header]
    if unknown:
        expected = ", ".join(name for name in sheet.header if not secret_in(name))
        raise InputError(*(FieldError(option, n, Message("error.one_of", {"expected": expected})) for n in unknown))
    return frozenset(names)


def _save(file: Path, data: bytes) -> None:
    with whole(file, "file", "wb") as written:
        written.write(data)


def _unreadable(file: Path, error: OSError) -> InputError:
    return InputError(FieldError("file", str(file), Message("error.file", {"detail": error.strerror or str(error)})))


def _as_json(made: Plan, sheet: Sheet, process: Process, language: Language) -> dict[str, Any]:
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


def _show(made: Plan, sheet: Sheet, process: Process, language: Language, *, written: bool, dry_run: bool) -> None:
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
