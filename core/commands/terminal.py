"""What the commands share: exit codes, language, how mistakes are told, and that all of them end in words."""

import contextlib
import errno
import functools
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from core.files.whole_file import FULL, whole
from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import VARIABLES, settings
from core.language import LANGUAGES, Language, best
from core.pricing.tariff import Tariff

if TYPE_CHECKING:
    from core.migration.people import Team
    from core.migration.stages import Process
    from core.store.store import Store

DONE = 0
SOME_REFUSED = 1
"""The work was done but for what was refused; or what was to be checked is wrong."""
NOT_WORKING = 2
"""The desk itself is not in order (its tariff file, say): nothing could be told."""
USAGE = 64
"""The call is wrong: an unknown flag, or a value that no flag takes (EX_USAGE of sysexits.h)."""

INTERRUPTED = 130
UNREAD = 141
"""As a shell tells of a program that was interrupted, or whose reader has left (128 and the signal's number)."""

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


Checked = Annotated[
    Path | None,
    typer.Option(help="Check this file instead: every mistake with its key.", dir_okay=False, exists=True),
]


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


_STREAMS = {"stdin": "r", "stdout": "w", "stderr": "w"}


def stand_in() -> None:
    """Let a standard stream that is closed (`>&-`) lead nowhere, and one that lacks a letter write `?` for it."""
    # In their order, so that each gets its own number, which the next file to be opened would get otherwise.
    for name, mode in _STREAMS.items():
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def print_json(value: object) -> None:
    """Print a value as JSON to standard output; where its encoding lacks letters, they are escaped."""
    print(json.dumps(value, ensure_ascii=not (sys.stdout.encoding or "").lower().startswith("utf"), indent=2))


_written: ContextVar[bool] = ContextVar("_written", default=False)


def wrote() -> None:
    """Note that a command has done its work: whatever becomes of the report, that it was written is told."""
    _written.set(True)


def tell(errors: Iterable[FieldError], language: Language) -> None:
    """Print mistakes to standard error, one a line; what looks like a password is not repeated."""
    # Here: the commands that have nothing to say of mistakes should not wait for it.
    from core.ground.secrets import masked

    for error in errors:
        field, value = masked((error.field,))[0], error.value
        if isinstance(value, str):
            value = masked((value,))[0]
        print(language.mistake(FieldError(field, value, error.message)), file=sys.stderr)


def untold(message: str) -> str:
    """Return a sentence of typer's about what was typed, without what looks like a password in it."""
    from core.ground.secrets import masked

    return _QUOTED.sub(lambda found: f"'{masked((found[1],))[0]}'", message)


_QUOTED = re.compile(r"'([^']*)'")


def refuse(error: InputError, language: Language, code: int) -> NoReturn:
    """Print what is wrong and leave with an exit code."""
    tell(error.errors, language)
    raise typer.Exit(code)


def in_words(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that ends in a sentence and an exit code whatever happens: what, what was kept, what to do."""

    @functools.wraps(command)
    def told(*given: object, **named: object) -> None:
        language = LANGUAGES[str(named["lang"])]
        _written.set(False)
        try:
            try:
                # What is wrong with them is told before anything is done.
                settings()
                command(*given, **named)
            finally:
                # Now, while it can still be told that nobody could read it.
                sys.stdout.flush()
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except InputError as error:
            desks_own = any(mistake.field in VARIABLES for mistake in error.errors)
            refuse(error, language, NOT_WORKING if desks_own else USAGE)
        except (BrokenPipeError, SystemExit):
            # Rich makes of the one the other.
            _write_nowhere()
            raise typer.Exit(UNREAD) from None
        except KeyboardInterrupt:
            _tell_of([FieldError("", "", Message("command.interrupted"))], language)
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            mistake, code = _trouble(error)
            _tell_of([mistake], language)
            raise typer.Exit(code) from None

    return told


def _tell_of(errors: list[FieldError], language: Language) -> None:
    written = [FieldError("", "", Message("command.written"))] if _written.get() else []
    tell([*errors, *written], language)


def _trouble(error: Exception) -> tuple[FieldError, int]:
    """Return what to tell of what no command foresaw, and how to leave."""
    modules = {kind.__module__ for kind in type(error).__mro__}
    if modules & {"sqlite3", "sqlalchemy.exc"}:
        from core.database.upgrade import unusable

        return unusable(settings().database_url, error).errors[0], NOT_WORKING
    if isinstance(error, OSError):
        detail = error.strerror or str(error)
        if error.filename is None and error.errno in (*FULL, errno.EIO):
            # Files are written by `core.files.whole_file`, which names them.
            _write_nowhere()
            return FieldError("", "", Message("command.output", {"detail": detail})), USAGE
        where = f"{error.filename}: {detail}" if error.filename else detail
        return FieldError("", "", Message("command.trouble", {"detail": where})), NOT_WORKING
    if isinstance(error, MemoryError):
        return FieldError("", "", Message("command.trouble", {"detail": "MemoryError"})), NOT_WORKING
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    # Its type and place, not its text, which may hold what was read.
    place = f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else "?"
    return FieldError("", "", Message("command.mistake", {"detail": f"{type(error).__name__}, {place}"})), NOT_WORKING


def _write_nowhere() -> None:
    """Let Python's own end not complain once more that nobody can read standard output."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def load_tariff(language: Language) -> Tariff:
    """Return the tariff, or say what is wrong with its file and leave."""
    from core import datafiles

    try:
        return datafiles.tariff()
    except InputError as error:
        refuse(error, language, NOT_WORKING)


def open_desk(language: Language) -> "tuple[Store, Process, Team]":
    """Return the store, the process and the team, or say what is wrong with them and leave."""
    # Here, not above: the commands that price should not wait for the database's libraries to load.
    from core import datafiles
    from core.desk.opening import open_store

    try:
        return open_store(), datafiles.process(), datafiles.team()
    except InputError as error:
        refuse(error, language, NOT_WORKING)


def save(file: Path, data: bytes) -> None:
    """Write a file, whole or not at all."""
    with whole(file, "file", "wb") as written:
        written.write(data)
