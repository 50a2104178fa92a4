"""`python -m core import` and `export`: migrations from a spreadsheet, and back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskID
from rich.table import Table
from rich.text import Text

from core import clock, datafiles
from core.beside import whole
from core.commands.terminal import DONE, NOT_WORKING, SOME_REFUSED, USAGE, AsJson, Lang, print_json, refuse, tell, wrote
from core.language import LANGUAGES, Language
from core.messages import FieldError, InputError, Message
from core.pipeline.columns import check_mapping
from core.pipeline.decoding import DELIMITERS, ENCODINGS, Sheet, read_sheet
from core.pipeline.exporting import as_csv
from core.pipeline.moves import Act
from core.pipeline.people import CONSOLE, Team, require
from core.pipeline.plan import OUTCOMES, Plan, Progress, plan
from core.pipeline.rows import RowError
from core.pipeline.said import Reading, Said
from core.pipeline.secrets import secret_in
from core.pipeline.stages import Process

if TYPE_CHECKING:
    # The database's libraries take a while to load: only for those commands that use it.
    from core.pipeline.store import Store

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
    errors: Annotated[Path | None, typer.Option(help="Where all mistakes go, as CSV.", dir_okay=False)] = None,
    actor: Annotated[str, typer.Option(help="Who imports, by the id in data/team.toml.")] = CONSOLE.id,
    json: AsJson = False,
) -> None:
    """Import migrations from a CSV file: all of its rows, or none where one is rejected."""
    from core.pipeline.importing import StalePlanError, apply, errors_csv, remembered

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
        sheet = read_sheet(data, Reading(encoding, given))
        excluded = _named("--exclude", exclude or [], sheet)
        harmless = _named("--not-secret", not_secret or [], sheet)
        said = Said(remembered(store, sheet.header).mapping, excluded, harmless)
        check_mapping(said.columns, sheet.header)
    except InputError as error:
        refuse(error, language, USAGE)
    except OSError as error:
        refuse(_unreadable(file, error), language, USAGE)
    with Bar(console=Console(stderr=True), disable=json) as bar:
        task = bar.add_task(file.name, total=1.0)
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
        print_json(_as_json(made, sheet, language))
    else:
        _show(made, sheet, language, written=written, dry_run=dry_run)
    if errors is not None:
        # After it was said what was written: this may fail.
        _save(errors, errors_csv(made, language))
    raise typer.Exit(SOME_REFUSED if made.counts["rejected"] or made.secrets else DONE)


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
    from core.pipeline.desk import open_store

    try:
        return open_store(), datafiles.process(), datafiles.team()
    except InputError as error:
        refuse(error, language, NOT_WORKING)


def _onto(bar: Bar, task: TaskID) -> Progress:
    return lambda share: bar.update(task, completed=share)


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


def _as_json(made: Plan, sheet: Sheet, language: Language) -> dict[str, Any]:
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
    }


def _show(made: Plan, sheet: Sheet, language: Language, *, written: bool, dry_run: bool) -> None:
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
    place = Message("import.place", {"row": error.row, "column": error.column})
    id = "import.mistake" if error.value else "import.mistake_blank"
    return FieldError("", "", Message(id, {"place": place, "reason": error.message, "value": error.value}))
