"""`python -m core backup`, `restore` and `upgrade`: the database of DATABASE_URL copied, brought back, or upgraded.

What is wrong with that database exits 2, as the desk itself is not in order; what is wrong with the FILE exits 64.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.commands.terminal import DONE, NOT_WORKING, AsJson, Lang, print_json, refuse, short_path, wrote
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import settings
from core.language import LANGUAGES

Target = Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.", dir_okay=False, callback=short_path)]
Source = Annotated[Path, typer.Argument(metavar="FILE", help="The backup to read.", dir_okay=False, exists=True)]


def backup(
    file: Target,
    lang: Lang,
    json: AsJson = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace FILE where it exists.")] = False,
) -> None:
    """Copy the database to a file, checked, while the desk is in use."""
    # Here, not above: the commands that price should not wait for the database's libraries to load.
    from core.desk import backup as backups

    language = LANGUAGES[lang]
    differences = backups.backup(settings().database_url, file, overwrite=overwrite)
    wrote()
    if json:
        print_json({"file": str(file), "differences": differences})
    else:
        print(language.text("database.backed_up", file=str(file)))
    if differences:
        message = Message("database.backup_disagrees", {"differences": "; ".join(differences)})
        refuse(InputError(FieldError("", "", message)), language, NOT_WORKING)
    raise typer.Exit(DONE)


def restore(
    file: Source,
    lang: Lang,
    json: AsJson = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Replace the database by a backup; the database as it was is kept beside it."""
    from core.desk import backup as backups

    language = LANGUAGES[lang]
    if not yes:
        if not sys.stdin.isatty():
            raise InputError(FieldError("--yes", None, Message("database.unasked")))
        typer.confirm(language.text("database.confirm", file=str(file)), abort=True, err=True)
    done = backups.restore(settings().database_url, file)
    wrote()
    if json:
        print_json(
            {
                "file": str(file),
                "before": done.before,
                "after": done.after,
                "kept": str(done.kept) if done.kept else None,
                "damaged": done.damaged,
            }
        )
    else:
        print(language.text("database.restored", file=str(file)))
        if done.kept:
            print(language.text("database.kept", file=str(done.kept)))
        if done.damaged:
            print(language.text("database.moved_aside"))
    raise typer.Exit(DONE)


def upgrade(
    lang: Lang,
    json: AsJson = False,
    backed_up: Annotated[bool, typer.Option("--backed-up", help="PostgreSQL: a backup was made with pg_dump.")] = False,
) -> None:
    """Bring the database up to date; the dashboard does it at its start, but for PostgreSQL."""
    from core.database import upgrade as upgrades

    language = LANGUAGES[lang]
    done = upgrades.upgrade(settings().database_url, backed_up=backed_up)
    if done.before != done.after:
        wrote()
    if json:
        print_json({"before": done.before, "after": done.after, "backup": str(done.backup) if done.backup else None})
    elif done.before == done.after:
        print(language.text("database.up_to_date", revision=done.after))
    else:
        print(language.text("database.upgraded", revision=done.after))
        if done.backup:
            print(language.text("database.kept", file=str(done.backup)))
    raise typer.Exit(DONE)
