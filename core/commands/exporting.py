"""`python -m core export`: all migrations as a spreadsheet."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.commands.terminal import AsJson, Lang, open_desk, print_json, save, wrote
from core.importing.exporting import as_csv
from core.language import LANGUAGES


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
    store, _, team = open_desk(language)
    migrations = store.all()
    data = as_csv(migrations, team)
    if file is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    save(file, data)
    wrote()
    rows = sum(len(m.domains) for m in migrations)
    if json:
        print_json({"file": str(file), "rows": rows})
    else:
        print(language.text("export.done", file=str(file), count=rows))
