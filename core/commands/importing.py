"""`python -m core import`: migrations from a spreadsheet, all of its rows or none."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import TaskID

from core.commands.import_report import as_json, show
from core.commands.terminal import (
    DONE,
    NOT_WORKING,
    SOME_REFUSED,
    USAGE,
    AsJson,
    Lang,
    open_desk,
    print_json,
    refuse,
    save,
    wrote,
)
from core.commands.workbook_process import sheet_of
from core.ground import clock
from core.ground.dates import DateOrder
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import masked, refuse_secrets, secret_in
from core.ground.words import fold
from core.importing.planned import Progress
from core.importing.planning import may_go_past, plan
from core.language import LANGUAGES
from core.migration.act import Act
from core.migration.cell_values import parse_status
from core.migration.import_columns import check_mapping
from core.migration.people import CONSOLE, require
from core.spreadsheet.choices import Reading, Said
from core.spreadsheet.decoding import Sheet
from core.spreadsheet.delimited import DELIMITERS
from core.spreadsheet.letters import ENCODINGS
from core.spreadsheet.repair_kinds import KINDS

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
    store, process, team = open_desk(language)
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
        print_json(as_json(made, sheet, process, language))
    else:
        show(made, sheet, process, language, written=written, dry_run=dry_run)
    if errors is not None:
        # After it was said what was written: this may fail.
        save(errors, errors_csv(made, language))
    stopped = any(planned.lacks for planned in made.those("conflict"))
    raise typer.Exit(SOME_REFUSED if made.counts["rejected"] or made.secrets or stopped else DONE)


def _onto(bar: Bar, task: TaskID) -> Progress:
    return lambda share: bar.update(task, completed=share)


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


def _unreadable(file: Path, error: OSError) -> InputError:
    return InputError(FieldError("file", str(file), Message("error.file", {"detail": error.strerror or str(error)})))
