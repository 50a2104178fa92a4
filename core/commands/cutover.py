"""`python -m core cutover NAME`: may we switch? Exit 0 ready, 1 blocked or to accept, 2 could not tell."""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commands.terminal import NOT_WORKING, USAGE, AsJson, Lang, print_json, refuse, short_path
from core.ground import clock
from core.ground.messages import InputError
from core.ground.settings import settings
from core.language import LANGUAGES, Language

if TYPE_CHECKING:
    from core.cutover.finding import Weights
    from core.cutover.result import Cutover

READY, NOT_READY, UNKNOWN = 0, 1, 2
_CODES = {"ready": READY, "blocked": NOT_READY, "accept": NOT_READY, "unknown": UNKNOWN}
_OPTIONS = {
    "name": "NAME",
    "new": "--new-server",
    "old": "--old-server",
    "map": "--map",
    "mailbox": "--mailbox",
    "site": "--site",
    "agreed": "--agreed",
    "zone": "--zone-file",
}
"""What the fields of `core.cutover.asked` are called here."""


def cutover(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The domain, also with Polish letters.")],
    new_server: Annotated[
        list[str], typer.Option("--new-server", metavar="ADDRESS", help="A new name server; may be repeated.")
    ],
    lang: Lang,
    json: AsJson = False,
    old_server: Annotated[
        list[str] | None,
        typer.Option("--old-server", metavar="ADDRESS", help="An old name server, where not those of today."),
    ] = None,
    zone_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A zone file or export of the old zone; - is standard input.", callback=short_path
        ),
    ] = None,
    map: Annotated[
        list[str] | None, typer.Option("--map", metavar="OLD=NEW", help="What becomes of an address; may be repeated.")
    ] = None,
    mailbox: Annotated[
        list[str] | None, typer.Option("--mailbox", metavar="ADDRESS", help="A mailbox to ask for; may be repeated.")
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option("--site", metavar="HOST", help="A site beside the domain and www; may be repeated."),
    ] = None,
    agreed: Annotated[
        str, typer.Option(metavar="WHEN", help="When it is to be switched: 2026-11-21T12:00:00+01:00.")
    ] = "",
) -> None:
    """Say whether a domain's name servers may be switched: the old zone against the new, what the new side serves."""
    # Here, not above: the other commands should not wait for the libraries of the DNS to load.
    from core import datafiles
    from core.commands.zone import content_of
    from core.cutover.asked import Typed, read_wanted, read_zone
    from core.cutover.asking.look import look
    from core.cutover.settings import Targets
    from core.cutover.showing import report
    from core.dns.asking.engine import Engine

    language = LANGUAGES[lang]
    try:
        targets = Targets(settings().cutover_targets)
        roots, known, weights = datafiles.root_servers(), datafiles.known_names(), datafiles.cutover_weights()
        defaults, severities = datafiles.default_pages(), datafiles.zone_severities()
    except InputError as error:
        refuse(error, language, NOT_WORKING)
    typed = Typed(
        name,
        _each(new_server),
        _each(old_server),
        _each(map),
        tuple(mailbox or ()),
        _each(site),
        agreed,
    )
    try:
        wanted, moment = read_wanted(typed, targets)
        zone = read_zone(content_of(zone_file, "zone", str(zone_file)), wanted.name) if zone_file else None
    except InputError as error:
        refuse(_of_options(error), language, USAGE)
    if zone:
        from core.zonefile.unread import unread_of

        wanted = replace(wanted, zone=zone, zone_source=str(zone_file), zone_whole=unread_of(zone, severities).none)
    engine = Engine(authoritative_per_second=targets.per_second)
    try:
        found = look(
            wanted,
            engine,
            roots,
            known,
            targets,
            clock.now(),
            defaults=defaults,
            agreed=moment,
            progress=_progress,
        )
    finally:
        engine.stop()
    if json:
        print_json(_plain(report.as_json(found, weights, language)))
    else:
        _tell(found, weights, language)
    raise typer.Exit(_CODES[weights.verdict(found.findings)])


def _each(given: Iterable[str] | None) -> tuple[str, ...]:
    """Return what was given, also several at once with blanks or commas between them."""
    return tuple(part for text in given or () for part in re.split(r"[\s,]+", text) if part)


def _of_options(error: InputError) -> InputError:
    """Return mistakes under the names that they have on the command line, with nothing that a terminal would obey."""
    from core.commands.zone_told import plain_error

    return plain_error(InputError(*(replace(one, field=_OPTIONS.get(one.field, one.field)) for one in error.errors)))


def _progress(stage: str, done: int, total: int) -> None:
    """Say beside the result what is being done, to somebody who waits for it."""
    if sys.stderr.isatty():
        print(f"{stage} {done}/{total}" if total else stage, file=sys.stderr, flush=True)


def _tell(found: "Cutover", weights: "Weights", language: Language) -> None:
    from core.commands.zone_told import plain
    from core.cutover.showing.words import lines

    for line in lines(found, weights, language):
        print(plain(line))


def _plain(value: Any) -> Any:
    """Return a value for a terminal: names, banners and titles are somebody else's."""
    from core.commands.zone_told import plain

    match value:
        case str():
            return plain(value)
        case Mapping():
            return {plain(str(name)): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value
