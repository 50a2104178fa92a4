"""`python -m core check NAME`: how far a change has got in the DNS. Exit 0 propagated, 1 not yet, 2 could not tell."""

import itertools
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.commands.terminal import NOT_WORKING, USAGE, AsJson, Lang, print_json, refuse
from core.ground import clock, moments
from core.ground.messages import FieldError, InputError, Message
from core.language import LANGUAGES, Language

if TYPE_CHECKING:
    from core.dns.judging.verdict import Verdict
    from core.dns.wish import Wish

PROPAGATED, NOT_YET, UNKNOWN = 0, 1, 2
_OPTIONS = {
    "name": "NAME",
    "types": "--type",
    "expect": "--expect",
    "old": "--old-server",
    "ttl": "--old-ttl",
    "switched": "--switched-at",
}
"""What the fields of `core.dns.asked.FIELDS` are called here."""
_AGAIN = 10.0
"""Seconds between two rounds of --follow."""
_SECOND_LOOK = 2.0
"""Seconds before those who failed once are asked again."""
_FOLLOWED = 48.0
"""Hours after which --follow gives up: a day longer than the hosting terms allow for a change."""


def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The domain, also with Polish letters.")],
    lang: Lang,
    json: AsJson = False,
    type: Annotated[list[str] | None, typer.Option("--type", help="A record type; may be repeated.")] = None,
    expect: Annotated[
        list[str] | None, typer.Option("--expect", help="A value that is to be seen, of one type; may be repeated.")
    ] = None,
    old_server: Annotated[
        list[str] | None, typer.Option("--old-server", help="The address or name of a name server before the switch.")
    ] = None,
    old_ttl: Annotated[
        int | None, typer.Option("--old-ttl", min=0, max=2**31 - 1, help="The longest TTL before the switch, seconds.")
    ] = None,
    switched_at: Annotated[
        str | None, typer.Option("--switched-at", help="When it was switched: 2026-11-21T12:00:00+01:00.")
    ] = None,
    expect_none: Annotated[
        bool, typer.Option("--expect-none", help="There shall be no such record any more (with one --type).")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Ask again until a change was seen or told, and has propagated.")
    ] = False,
    hours: Annotated[
        float, typer.Option("--for", min=0, max=1000, help="Hours after which --follow gives up (exit 2).")
    ] = _FOLLOWED,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", help="The id of a resolver that does not count; may be repeated.")
    ] = None,
) -> None:
    """Say how far a change has got: at the registry, at the zone's own servers, in the caches of the world."""
    # Here, not above: the other commands should not wait for the libraries of the DNS to load.
    from core import datafiles
    from core.dns.asking.check import Check
    from core.dns.change import Aside
    from core.dns.showing.report import as_json
    from core.dns.showing.verdict_words import change_known
    from core.watch.asking_share import engine_of_desk

    language = LANGUAGES[lang]
    try:
        if expect and (expect_none or not all(map(str.strip, expect))):
            raise InputError(FieldError("--expect-none", ", ".join(expect), Message("error.expect_none")))
        form = {
            "name": name,
            "types": ",".join(type or ()),
            "expect": "-" if expect_none else "\n".join(expect or ()),
            "old": " ".join(old_server or ()),
            "ttl": "" if old_ttl is None else str(old_ttl),
            "switched": switched_at or "",
        }
        wish = _wish(form)
    except InputError as error:
        refuse(error, language, USAGE)
    try:
        roots, resolvers = datafiles.root_servers(), datafiles.resolvers()
        severities = datafiles.dns_severities()
    except InputError as error:
        refuse(error, language, NOT_WORKING)
    known = [resolver.id for resolver in resolvers]
    if unknown := [id for id in ignore or () if id not in known]:
        one_of = Message("error.one_of", {"expected": ", ".join(known)})
        refuse(InputError(*(FieldError("--ignore", id, one_of) for id in unknown)), language, USAGE)
    wish = replace(wish, aside=tuple(map(Aside, ignore or ())))
    engine, given_up = engine_of_desk(), False
    try:
        found = Check(wish, engine, roots, resolvers)
        gives_up = time.monotonic() + hours * 3600
        for rounds in itertools.count(1):
            found.round()
            verdict = found.judge(clock.now())
            if rounds == 1 and any(finding.tag == "resolver_unsure" for finding in verdict.held_back):
                # A passing failure is told from a lasting one by asking once more.
                time.sleep(_SECOND_LOOK)
                continue
            if not follow or (verdict.propagated and change_known(wish, verdict)):
                break
            if time.monotonic() >= gives_up:
                given_up = True
                break
            # Beside the result, which may be JSON.
            print(_headline(verdict, language), file=sys.stderr, flush=True)
            time.sleep(_AGAIN)
    finally:
        engine.stop()
    said = as_json(found, verdict, language, severities)
    if json:
        print_json(said)
    else:
        _print(said, verdict, language)
    unknown_yet = given_up or verdict.state == "unknown"
    raise typer.Exit(UNKNOWN if unknown_yet else PROPAGATED if verdict.propagated else NOT_YET)


def _wish(form: Mapping[str, str]) -> "Wish":
    from core.dns.asked import LABEL, MORE, READY, read_wish

    try:
        return read_wish(form, clock.now(), types=(*READY, *MORE))
    except InputError as error:
        named = {f"{LABEL}{field}": option for field, option in _OPTIONS.items()}
        raise InputError(*(replace(wrong, field=named[wrong.field]) for wrong in error.errors)) from None


def _headline(verdict: "Verdict", language: Language) -> str:

    said = language.text(verdict.message)
    eta = language.text(verdict.eta.message)
    if verdict.eta.at is not None and not verdict.propagated:
        eta = f"{language.value(moments.moment(verdict.eta.at))}: {eta}"
    return f"{said} {eta}"


def _print(said: dict[str, Any], verdict: "Verdict", language: Language) -> None:
    """Print the verdict first, then what was found, then who said what."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    console.print(Text(_headline(verdict, language)))
    for finding in said["findings"]:
        console.print(Text(f"- {finding['severity']}: {finding['message']}"))
    table = Table()
    for column in ("server", "operator", "type", "status", "values", "ttl", "ms"):
        table.add_column(column)
    for o in said["observations"]:
        if o["role"] == "parent" and o["type"] != "NS":
            continue
        # What servers answer is text: rich would read [brackets] as markup.
        cells = (o["server"], o["operator"], o["type"], o["status"] or o["failure"] or o["rcode"])
        values = "; ".join(o["values"])
        row = (*cells, values, o["ttl"], o["ms"])
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)
