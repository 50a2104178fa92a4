"""What the commands share: exit codes, language, and how mistakes are told."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from core.language import LANGUAGES, Language, best
from core.messages import FieldError, InputError
from core.pricing.tariff import Tariff

DONE = 0
SOME_REFUSED = 1
"""The work was done but for what was refused; or what was to be checked is wrong."""
NOT_WORKING = 2
"""The desk itself is not in order (its tariff file, say): nothing could be told."""
USAGE = 64
"""The call is wrong: an unknown flag, or a value that no flag takes (EX_USAGE of sysexits.h)."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise typer.BadParameter(f"choose from {', '.join(LANGUAGES)}")
    return code


def _terminal_language() -> str:
    """Return the language of the terminal's locale."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    # C and POSIX are a terminal without a language; the commands' own help is English.
    return "en" if locale.split(".")[0] in ("C", "POSIX") else best(locale).code


_LONGEST_PATH = 4000

Lang = Annotated[
    str,
    typer.Option(
        "--lang", help="Language of the texts: pl or en.", callback=_language, default_factory=_terminal_language
    ),
]


def short_path(path: Path | None) -> Path | None:
    """Refuse a path that no file system takes, which pathlib would not call missing but fail on: a flag's callback."""
    if path is not None and (
        len(bytes(path)) > _LONGEST_PATH or any(len(os.fsencode(part)) > 240 for part in path.parts)
    ):
        raise typer.BadParameter(f"the path is too long; at most {_LONGEST_PATH} bytes, 240 for a name")
    return path


def print_json(value: object) -> None:
    """Print a value as JSON to standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def tell(errors: Iterable[FieldError], language: Language) -> None:
    """Print mistakes to standard error, one a line."""
    for error in errors:
        print(language.mistake(error), file=sys.stderr)


def refuse(error: InputError, language: Language, code: int) -> NoReturn:
    """Print what is wrong and leave with an exit code."""
    tell(error.errors, language)
    raise typer.Exit(code)


def load_tariff(language: Language) -> Tariff:
    """Return the tariff, or say what is wrong with its file and leave."""
    from core import datafiles

    try:
        return datafiles.tariff()
    except InputError as error:
        refuse(error, language, NOT_WORKING)
