"""The command line: `python -m core --help`."""

import sys
from collections.abc import Callable, Iterable
from importlib import import_module

import typer

from core.commands.terminal import INTERRUPTED, USAGE, in_words, stand_in, untold

COMMANDS = {
    "tariff": "tariff:tariff",
    "promotions": "promotions:promotions",
    "quote": "quote:quote",
    "check": "propagation:check",
    "cutover": "cutover:cutover",
    "zone": "zone:zone",
    "watch": "watching:watch",
    "import": "importing:import_",
    "undo-import": "undoing:undo_import",
    "export": "exporting:export",
    "inventory": "inventory:inventory",
    "suspects": "suspects:suspects",
    "forget": "forgetting:forget",
    "worker": "working:worker",
    "backup": "database:backup",
    "restore": "database:restore",
    "upgrade": "database:upgrade",
}
"""Where each command is, in `core.commands`: module and function."""


def command(name: str) -> Callable[..., None]:
    """Return the function of a command; loads its module."""
    module, _, function = COMMANDS[name].partition(":")
    found: Callable[..., None] = getattr(import_module(f"core.commands.{module}"), function)
    return found


def app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the command line with these commands."""
    made = typer.Typer(add_completion=False)
    made.callback(no_args_is_help=True, help="The migration desk on the command line.")(_with_commands)
    for name in names:
        made.command(name)(in_words(command(name)))
    return made


def _with_commands() -> None:
    """Keep the name of a command where it is the only one."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code; a call that is wrong gives 64, so that 1 and 2 keep their meaning."""
    stand_in()
    asked = (sys.argv[1:] if arguments is None else arguments)[:1]
    try:
        # To load the others as well takes three times as long as most commands run.
        names = asked if asked and asked[0] in COMMANDS else COMMANDS
        code = app(names)(arguments, prog_name="python -m core", standalone_mode=False)
    except typer.TyperException as error:
        print(untold(error.format_message()), file=sys.stderr)
        return USAGE
    except typer.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
