"""What `python -m core zone` tells, in words and as JSON; of a file only what can be printed reaches a terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TextIO

from core.ground.messages import FieldError, InputError, Message
from core.language import Language
from core.zonefile import reading
from core.zonefile.difference import Change, Difference
from core.zonefile.record import ZoneFile
from core.zonefile.unread import unread_of

if TYPE_CHECKING:
    from core.ground.severity import Severities

_BLANKS = frozenset(" \u00a0\u202f")
"""Blanks that are no letters to be printed, but may stand: the desk's own numbers have them."""
_PARTS = ("changes", "apex", "leftovers", "unknown")
_SHOWN = 20
"""Sets with unknown TTLs that are named."""


def plain(text: str) -> str:
    """Return a text for a terminal: what moves its cursor, colours it or turns its direction stands as a mark."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in _BLANKS else "\ufffd" for letter in text)


def plain_error(error: InputError) -> InputError:
    """Return mistakes with nothing in them that a terminal would obey."""
    return InputError(*(FieldError(plain(one.field), _plain(one.value), _plain(one.message)) for one in error.errors))


def _plain(value: Any) -> Any:
    match value:
        case str():
            return plain(value)
        case Message():
            return replace(value, values=_plain(value.values))
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
    return value


def as_json(
    zone: ZoneFile,
    newer: ZoneFile | None,
    differs: Difference | None,
    severities: "Severities",
    language: Language,
) -> dict[str, Any]:
    """Return a zone as plain values; with another one, what differs in it."""
    said: dict[str, Any] = {
        "origin": plain(zone.origin),
        "records": [
            {"name": plain(one.name), "ttl": one.ttl, "type": plain(one.type), "rdata": plain(one.rdata)}
            for one in zone.records
        ],
        "findings": _findings(zone, severities, language),
    }
    if newer and differs:
        said["difference"] = {
            "origin": plain(newer.origin),
            "findings": _findings(newer, severities, language),
            "same": differs.same,
            **{part: [_change(one, language) for one in getattr(differs, part)] for part in _PARTS},
        }
    return said


def _findings(zone: ZoneFile, severities: "Severities", language: Language) -> list[dict[str, Any]]:
    return [
        {
            "tag": one.tag,
            "severity": severities.of(one),
            "line": one.line,
            "message": plain(language.text(one.message)),
        }
        for one in zone.findings
    ]


def _change(change: Change, language: Language) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "name": plain(change.name),
        "type": plain(change.type),
        "old": [*map(plain, change.old)],
        "new": [*map(plain, change.new)],
        "old_ttls": [*change.old_ttls],
        "new_ttls": [*change.new_ttls],
        "message": plain(language.text(change.message)),
    }


def tell_findings(zone: ZoneFile, severities: "Severities", language: Language, to: TextIO | None = None) -> None:
    """Print what was found, a line each, with the line of the file that it is about."""
    for finding in zone.findings:
        severity = language.text(f"cli.zone.severity.{severities.of(finding)}")
        line = "" if finding.line is None else f"{language.text('cli.zone.line', line=str(finding.line))}, "
        print(plain(f"{line}{severity}: {language.text(finding.message)}"), file=to)


def tell(zone: ZoneFile, severities: "Severities", language: Language) -> None:
    """Print what was found, then the records as a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    t = language.text
    tell_findings(zone, severities, language)
    console = Console()
    if zone.records:
        table = Table()
        for column in ("name", "ttl", "type", "data", "line"):
            right = column in ("ttl", "line")
            table.add_column(t(f"cli.zone.column.{column}"), justify="right" if right else "left", overflow="fold")
        for one in zone.records:
            ttl = t("cli.zone.no_ttl") if one.ttl is None else str(one.ttl)
            # What a file has is text: rich would read [brackets] as markup.
            table.add_row(*(Text(plain(cell)) for cell in (one.name, ttl, one.type, one.rdata, str(one.line or ""))))
        console.print(table)
    origin = plain(zone.origin) or t("cli.zone.no_origin")
    print(t("cli.zone.read", origin=origin, dialect=t(reading.named(zone.dialect)), count=len(zone.records)))
    if unknown := sum(one.ttl is None for one in zone.records):
        print(t("cli.zone.unknown_ttls", count=unknown))


def tell_difference(
    file: str, zones: tuple[ZoneFile, ZoneFile], differs: Difference, severities: "Severities", language: Language
) -> None:
    """Print what differs in a newer zone: first what somebody asking would notice."""
    t = language.text
    print(f"\n{t('cli.zone.against', file=plain(file))}")
    tell_findings(zones[1], severities, language)
    if differs.other_zone:
        old, new = map(plain, differs.origins)
        print(t("zone.difference.other_zone", old=old, new=new))
    unread = [not unread_of(zone, severities).none for zone in zones]
    if not differs.changes and not any(unread):
        print(t("zone.difference.none"))
    _tell_changes(differs.changes, language)
    for part, title in (("apex", "zone.difference.apex"), ("leftovers", "zone.difference.leftovers")):
        if found := getattr(differs, part):
            print(t(title))
            _tell_changes(found, language)
    if differs.unknown:
        print(t("zone.difference.unknown_ttls", count=len(differs.unknown)))
        _tell_changes(differs.unknown[:_SHOWN], language)
        if len(differs.unknown) > _SHOWN:
            print("- …")
    for missing, said in zip(unread, ("cli.zone.old_unread", "cli.zone.against_unread"), strict=True):
        if missing:
            print(t(said))


def _tell_changes(changes: Iterable[Change], language: Language) -> None:
    for change in changes:
        print(f"- {plain(language.text(change.message))}")
