"""`python -m core zone FILE`: a zone file or a panel's export as records. Exit 0 all read, 1 not all."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.commands.terminal import (
    DONE,
    NOT_WORKING,
    SOME_REFUSED,
    USAGE,
    AsJson,
    Lang,
    print_json,
    refuse,
    short_path,
    wrote,
)
from core.ground.messages import FieldError, InputError, Message
from core.language import LANGUAGES

if TYPE_CHECKING:
    from core.ground.severity import Severities
    from core.zonefile.record import ZoneFile

_STREAM = "-"
_OPTIONS = {"origin": "--origin", "default_ttl": "--default-ttl"}
"""What fields of a zone are called here; all else is of the file."""


def zone(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A zone file or export; - is standard input.")],
    lang: Lang,
    json: AsJson = False,
    origin: Annotated[str, typer.Option(help="The zone's name, where the file does not say it.")] = "",
    against: Annotated[Path | None, typer.Option(metavar="FILE2", help="A newer zone: say what differs in it.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a normal zone file there; - is standard output.",
            dir_okay=False,
            callback=short_path,
        ),
    ] = None,
    default_ttl: Annotated[
        int | None, typer.Option(min=0, max=2**31 - 1, help="With --out: of records whose TTL nobody knows, seconds.")
    ] = None,
    part: Annotated[bool, typer.Option("--part", help="With --out: write what no server would load.")] = False,
) -> None:
    """Say which records a zone file or export has, what was repaired, what is in doubt. Exits 1 if not all was read."""
    # Here, not above: the other commands should not wait for the libraries of the DNS to load.
    from core import datafiles
    from core.commands import zone_told
    from core.zonefile.difference import difference
    from core.zonefile.unread import unread_of
    from core.zonefile.writing import normal

    language = LANGUAGES[lang]
    to_stdout = str(out) == _STREAM
    if to_stdout and (json or against):
        raise typer.BadParameter("--out - has standard output for itself: not with --json or --against")
    if out is None and (part or default_ttl is not None):
        raise typer.BadParameter("--default-ttl and --part belong to --out")
    if str(file) == str(against) == _STREAM:
        raise typer.BadParameter("only one of the two files can be standard input")
    try:
        severities = datafiles.zone_severities()
    except InputError as error:
        refuse(error, language, NOT_WORKING)
    try:
        found = _read(file, origin)
        newer = _read(against, origin) if against else None
    except InputError as error:
        refuse(zone_told.plain_error(error), language, USAGE)
    try:
        written = normal(found, default_ttl, part=part, unread=unread_of(found, severities)) if out else ""
    except InputError as error:
        refuse(zone_told.plain_error(_of_option(error, str(file))), language, USAGE)
    if out and not to_stdout:
        _save(out, written)
    differs = difference(found, newer) if newer else None
    if to_stdout:
        zone_told.tell_findings(found, severities, language, sys.stderr)
        print(written, end="")
    elif json:
        print_json(zone_told.as_json(found, newer, differs, severities, language))
    else:
        zone_told.tell(found, severities, language)
        if newer and differs:
            zone_told.tell_difference(str(against), (found, newer), differs, severities, language)
        if out:
            print(language.text("cli.zone.written", file=zone_told.plain(str(out))))
    refused = any(_has_errors(one, severities) for one in (found, newer) if one)
    raise typer.Exit(SOME_REFUSED if refused else DONE)


def _read(file: Path, origin: str) -> "ZoneFile":
    """Return the zone in a file; raises InputError that names the file, or the option."""
    from core.zonefile.reading import read

    content = content_of(file, str(file))
    try:
        return read(content, origin)
    except InputError as error:
        raise _of_option(error, str(file)) from None


def content_of(file: Path, field: str, value: str = "") -> bytes:
    """Return what is in a zone's file, - being standard input, one octet beyond what is read at most.

    Raises InputError on `field` with `value` where it cannot be read.
    """
    from core.zonefile.reading import BYTES_MAX

    try:
        if str(file) == _STREAM:
            return sys.stdin.buffer.read(BYTES_MAX + 1)
        with file.open("rb") as opened:
            return opened.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise InputError(FieldError(field, value, Message("error.file", {"detail": detail}))) from None


def _of_option(error: InputError, file: str) -> InputError:
    """Return mistakes under the names that they have on the command line."""
    return InputError(*(replace(one, field=_OPTIONS.get(one.field, file)) for one in error.errors))


def _save(out: Path, text: str) -> None:
    from core.files.whole_file import whole

    with whole(out, "--out", "w", encoding="utf-8") as target:
        target.write(text)
    wrote()


def _has_errors(zone: "ZoneFile", severities: "Severities") -> bool:
    return any(severities.of(one) == "error" for one in zone.findings)
