"""Many changes of package from a file, each priced: the options go into one file, refused rows into another."""

import csv
import sys
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from core.commands.changes import Changes
from core.commands.quote_told import amounts
from core.commands.terminal import SOME_REFUSED, USAGE, refuse
from core.files.formula_safe import neutral
from core.files.whole_file import whole
from core.ground.dates import DateOrder
from core.ground.file_limits import SUBSCRIPTIONS, check_size
from core.ground.messages import InputError
from core.language import Language
from core.offer import wording
from core.pricing import odd_term
from core.pricing.quote import Option
from core.pricing.quote import quote as price
from core.pricing.request import parse_request
from core.pricing.tariff import Tariff

OUT_COLUMNS = (
    "id",
    "option",
    "rule",
    "available",
    "surcharge_net",
    "renewal_net",
    "migration_net",
    "net",
    "vat",
    "gross",
    "notes",
)
ERROR_COLUMNS = ("line", "column", "reason")


def quote_file(
    source: Path, out: Path, tariff: Tariff, order: DateOrder, first_unpaid_day: bool, language: Language
) -> None:
    """Price a file's rows; refused ones go to OUT.errors.csv and do not stop the others."""
    errors_file = out.with_name(f"{out.name}.errors.csv")
    if source.resolve() in (out.resolve(), errors_file.resolve()):
        raise typer.BadParameter("--out would overwrite the file of --csv")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"--out: there is no folder {out.parent}")
    refused = day_over = odd = 0
    try:
        check_size(source.stat().st_size, SUBSCRIPTIONS)
        changes = Changes(source.read_bytes(), tariff, order)
    except InputError as error:
        refuse(error, language, USAGE)
    with (
        Progress(console=Console(stderr=True)) as progress,
        whole(out, "--out", encoding="utf-8", newline="") as out_file,
        whole(errors_file, "--out", encoding="utf-8", newline="") as wrong_file,
    ):
        task = progress.add_task(source.name, total=1.0)
        write = csv.writer(out_file).writerow
        write_wrong = csv.writer(wrong_file).writerow
        write(OUT_COLUMNS)
        write_wrong(ERROR_COLUMNS)
        for line, values in changes.rows(lambda share: progress.update(task, completed=share)):
            try:
                if isinstance(values, InputError):
                    raise values
                id, request = str(values.pop("id")), parse_request(values)
                term, said = odd_term.term(request, tariff), ""
                a_day_over = term is not None and bool(term.months_but_a_day)
                if a_day_over and first_unpaid_day:
                    said = language.text("note.first_unpaid_day", date=request.valid_until)
                    request = odd_term.without_last_day(request)
                found = price(request, tariff)
            except InputError as error:
                refused += 1
                for mistake in error.errors:
                    write_wrong((line, neutral(mistake.field), neutral(language.mistake(mistake))))
            else:
                # Of the rows that are priced: those that are refused are told elsewhere.
                day_over += a_day_over
                odd += term is not None and not (a_day_over or term.months)
                for option in found.options:
                    write(_out_row(id, option, said, language))
    if day_over:
        read_so = "command.first_unpaid_day" if first_unpaid_day else "command.day_over"
        print(language.text(read_so, count=day_over), file=sys.stderr)
    if odd:
        print(language.text("command.odd_terms", count=odd), file=sys.stderr)
    if not refused:
        errors_file.unlink()
        return
    print(language.text("command.rows_refused", count=refused, file=str(errors_file)), file=sys.stderr)
    raise typer.Exit(SOME_REFUSED)


def _out_row(id: str, option: Option, said: str, language: Language) -> tuple[str | None, ...]:
    """Return a row of the results; `said`: what is to be known of it beside the quote's own notes."""
    notes = [
        *([said] if said else []),
        *(language.text(blocker) for blocker in option.blockers),
        *(wording.note(note, option, language) for note in option.notes),
    ]
    available = "true" if option.available else "false"
    return (
        neutral(id),
        option.kind.value,
        option.rule,
        available,
        *amounts(option, "").values(),
        neutral(" | ".join(notes)),
    )
