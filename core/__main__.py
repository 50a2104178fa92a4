"""The command line: `python -m core --help`."""

import sys
from collections.abc import Callable

import typer

from core.commands.database import backup, restore, upgrade
from core.commands.exporting import export
from core.commands.importing import import_
from core.commands.promotions import promotions
from core.commands.propagation import check
from core.commands.quote import quote
from core.commands.suspects import suspects
from core.commands.tariff import tariff
from core.commands.terminal import INTERRUPTED, USAGE, in_words, stand_in, untold
from core.commands.undoing import undo_import

app = typer.Typer(help="The migration desk on the command line.", no_args_is_help=True, add_completion=False)
COMMANDS: dict[str, Callable[..., None]] = {
    "tariff": tariff,
    "promotions": promotions,
    "quote": quote,
    "check": check,
    "import": import_,
    "undo-import": undo_import,
    "export": export,
    "suspects": suspects,
    "backup": backup,
    "restore": restore,
    "upgrade": upgrade,
}
for name, command in COMMANDS.items():
    app.command(name)(in_words(command))


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code; a call that is wrong gives 64, so that 1 and 2 keep their meaning."""
    stand_in()
    try:
        code = app(arguments, prog_name="python -m core", standalone_mode=False)
    except typer.TyperException as error:
        print(untold(error.format_message()), file=sys.stderr)
        return USAGE
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
