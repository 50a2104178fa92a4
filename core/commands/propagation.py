"""`python -m core check NAME`: how far a change has got in the DNS. Exit 0 propagated, 1 not yet, 2 could not tell."""

import datetime as dt
import ipaddress
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core import clock
from core.commands.terminal import NOT_WORKING, USAGE, AsJson, Lang, print_json, refuse
from core.language import LANGUAGES, Language
from core.messages import FieldError, InputError, Message

if TYPE_CHECKING:
    from core.dns.check import Check
    from core.dns.verdict import Verdict

PROPAGATED, NOT_YET, UNKNOWN = 0, 1, 2
KNOWN_TYPES = ("A", "AAAA", "MX", "TXT", "CNAME", "CAA", "SRV", "NS", "SOA")
_AGAIN = 10.0
"""Seconds between two rounds of --follow."""


def check(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The domain, also with Polish letters.")],
    lang: Lang,
    json: AsJson = False,
    type: Annotated[list[str] | None, typer.Option("--type", help="A record type; may be repeated.")] = None,
    expect: Annotated[
        list[str] | None, typer.Option("--expect", help="A value that is to be seen (with one --type).")
    ] = None,
    old_server: Annotated[
        list[str] | None, typer.Option("--old-server", help="The address of a name server before the switch.")
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
        bool, typer.Option("--follow", help="Ask again until it has propagated, by old TTLs seen meanwhile.")
    ] = False,
) -> None:
    """Say how far a change has got: at the registry, at the zone's own servers, in the caches of the world."""
    # Here, not above: the other commands should not wait for the libraries of the DNS to load.
    from core import datafiles
    from core.dns.check import Check
    from core.dns.engine import Engine

    language = LANGUAGES[lang]
    try:
        wish = _wish(name, type or [], [] if expect_none else expect or None, old_server or [], old_ttl, switched_at)
        if expect and (expect_none or not all(map(str.strip, expect))):
            raise InputError(FieldError("--expect-none", ", ".join(expect), Message("error.expect_none")))
    except InputError as error:
        refuse(error, language, USAGE)
    try:
        roots, resolvers = datafiles.root_servers(), datafiles.resolvers()
        severities = datafiles.dns_severities()
    except InputError as error:
        refuse(error, language, NOT_WORKING)
    engine = Engine()
    try:
        found = Check(wish, engine, roots, resolvers)
        while True:
            found.round()
            verdict = found.judge(clock.now())
            if not follow or verdict.propagated:
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
    raise typer.Exit(PROPAGATED if verdict.propagated else UNKNOWN if verdict.state == "unknown" else NOT_YET)


def _wish(
    name: str,
    types: Sequence[str],
    expect: Sequence[str] | None,
    old_servers: Sequence[str],
    old_ttl: int | None,
    switched_at: str | None,
) -> Any:
    from core.dns.check import Wish
    from core.dns.names import parse_name

    wrong: list[FieldError] = []
    wanted = tuple(dict.fromkeys(type.upper() for type in types))
    wrong += [
        FieldError("--type", type, Message("error.one_of", {"expected": ", ".join(KNOWN_TYPES)}))
        for type in wanted
        if type not in KNOWN_TYPES
    ]
    if expect is not None and len(wanted) != 1:
        option = "--expect" if expect else "--expect-none"
        wrong.append(FieldError(option, ", ".join(expect), Message("error.expect_type")))
    addresses = []
    for address in old_servers:
        try:
            # A zone (fe80::1%eth0) means something on one machine only.
            addresses.append(str(ipaddress.ip_address("" if "%" in address else address)))
        except ValueError:
            wrong.append(FieldError("--old-server", address, Message("error.ip_address")))
    moment = None
    if switched_at is not None:
        try:
            moment = dt.datetime.fromisoformat(switched_at).astimezone(dt.UTC) if _has_zone(switched_at) else None
        except (ValueError, OverflowError):
            moment = None
        if moment is None:
            wrong.append(FieldError("--switched-at", switched_at, Message("error.moment")))
        elif moment > clock.now():
            wrong.append(FieldError("--switched-at", switched_at, Message("error.future")))
    try:
        parsed = parse_name(name, "NAME")
    except InputError as error:
        raise InputError(*error.errors, *wrong) from None
    if wrong:
        raise InputError(*wrong)
    more = {"types": wanted} if wanted else {}
    expected = None if expect is None else tuple(expect)
    return Wish(parsed, expected=expected, old_servers=tuple(addresses), old_ttl=old_ttl, switched_at=moment, **more)


def _has_zone(text: str) -> bool:
    return dt.datetime.fromisoformat(text).tzinfo is not None


def as_json(check: "Check", verdict: "Verdict", language: Language, severities: Any) -> dict[str, Any]:
    """Return a verdict with everything it rests on, in the words of the interface."""
    status = {id(judged.observation): judged.status for judged in verdict.judged}
    return {
        "name": check.wish.name.ascii,
        "state": verdict.state,
        "eta": _iso(verdict.eta.at),
        "eta_reason": verdict.eta.reason,
        "published": verdict.published,
        "consistent": verdict.consistent,
        "expired": verdict.expired,
        "findings": [
            {
                "tag": finding.tag,
                "severity": severities.of(finding),
                "server": finding.server.address if finding.server else None,
                "message": language.text(finding.message),
            }
            for finding in verdict.findings
        ],
        "delegation": {
            "zone": check.delegated.zone,
            "parent": [server.address for server in check.delegated.parent],
            "servers": [{"name": server.name, "address": server.address} for server in check.delegated.servers],
        },
        "observations": [
            {
                "server": o.server.address,
                "operator": o.server.operator or o.server.name,
                "role": o.server.role,
                "name": o.question.name,
                "type": o.question.type,
                "rcode": o.rcode,
                "values": list(o.values) if o.values else [],
                "ttl": o.records.ttl if o.records else None,
                "status": status.get(id(o)),
                "ede": [code for code, _ in o.ede],
                "nsid": o.nsid,
                "ms": None if o.ms is None else round(o.ms, 1),
                "failure": o.failure,
            }
            for o in check.observations
        ],
    }


def _iso(at: dt.datetime | None) -> str | None:
    return None if at is None else at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def _headline(verdict: "Verdict", language: Language) -> str:
    from core.pipeline import worded

    said = language.text(verdict.message)
    eta = language.text(verdict.eta.message)
    if verdict.eta.at is not None and not verdict.propagated:
        eta = f"{language.value(worded.moment(verdict.eta.at))}: {eta}"
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
