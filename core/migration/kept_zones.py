"""The zone of a domain as it was brought, by an archive or by hand: kept in the migration's history for the cutover.

It is an event beside the way: nothing that stands depends on it, so it contradicts nobody and is not taken back; the
last one of a domain counts. A zone is served to everybody, so tokens that prove a domain's owner are no secrets; a
line that looks like a login or a password is left out all the same, in comments above all.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.dns.names import parse_name
from core.ground.messages import FieldError, InputError, Message
from core.ground.secrets import MASK, suspicion
from core.migration.act import Act, active_domain
from core.migration.carried import line_of
from core.migration.domains import twins
from core.migration.event import Event
from core.migration.migration import Migration
from core.migration.people import require
from core.migration.refusal import refusal
from core.zonefile.record import ZoneFile

ZONE_MAX = 256 * 1024
"""Bytes (UTF-8) of the text of a zone that is kept."""

_ONE_PIECE = frozenset(("route53", "octodns", "plesk", "hestia"))
"""Dialects in which a line that is left out breaks the rest."""


@dataclass(frozen=True, slots=True)
class KeptZone:
    """A zone that was kept: its text, from where, when (UTC) and by whom (an id); how many records it was read as.

    `made_on`: the day its archive was made. `hidden`: lines that were left out because they look like a secret.
    `origin`: the zone's name, which may be one above the domain: what names in the text are relative to.
    """

    domain: str
    text: str
    source: str
    records: int
    at: dt.datetime | None
    actor: str
    made_on: dt.date | None = None
    hidden: int = 0
    origin: str = ""


def keep_zone(
    m: Migration, act: Act, domain: str, zone: ZoneFile, text: str, source: str, made_on: dt.date | None = None
) -> tuple[Event, ...]:
    """Keep the zone of a domain as it was brought; `text`: all of it, as it was, `zone`: what was read of it.

    Raises InputError on "origin" where it is the zone of another domain, on "zone" where the text is blank, too long,
    or looks like a secret in a form of which no line can be left out.
    """
    require(act.person, "work")
    d = active_domain(m, domain)
    if zone.origin and not is_zone_of(zone.origin, d.name):
        raise refusal("origin", zone.origin, "inventoried.zone_of_another", domain=d.display)
    if not text.strip():
        raise refusal("zone", "", "error.missing")
    # PostgreSQL has no room for the letter 0 in some of its texts.
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    if len(text.encode("utf-8", "replace")) > ZONE_MAX:
        raise refusal("zone", "", "inventoried.zone_too_long", most=ZONE_MAX // 1024)
    # Lines are those of the reader: what else may break one (U+2028, a form feed) is a letter to it.
    kept, hidden = _without_secrets(text.split("\n"))
    if hidden and zone.dialect in _ONE_PIECE:
        raise InputError(FieldError("zone", "", Message("inventoried.zone_secret", {"line": hidden[0]})))
    new = {
        "text": "\n".join(kept),
        "records": len(zone.records),
        "made_on": made_on.isoformat() if made_on else None,
        "origin": zone.origin.rstrip(".") or d.name,
    }
    if hidden:
        new["hidden"] = len(hidden)
    return (act.event("zone_kept", domain=d.name, item=line_of("source", source), new=new),)


def kept_zone(events: Iterable[Event], domain: str) -> KeptZone | None:
    """Return the last zone of a domain (ASCII name) that was kept, by the events of its migration; None: none was.

    One that was kept under another name, before that was corrected, is the zone of another domain.
    """
    found = None
    for event in events:
        if event.kind == "zone_kept" and event.domain == domain:
            found = event
    if found is None:
        return None
    new, made_on = found.new, found.new.get("made_on")
    return KeptZone(
        domain,
        new["text"],
        found.item,
        int(new.get("records") or 0),
        found.occurred_at,
        found.actor,
        dt.date.fromisoformat(made_on) if made_on else None,
        int(new.get("hidden") or 0),
        # What was kept before zones said it was read as the domain's own.
        new.get("origin") or domain,
    )


def is_zone_of(origin: str, domain: str) -> bool:
    """Return whether a zone of some name holds a domain: it is its own, or one above it.

    >>> is_zone_of("alfa.pl.", "www.alfa.pl"), is_zone_of("alfa.pl.", "sklep.alfa.pl"), is_zone_of("beta.pl", "alfa.pl")
    (True, True, False)
    """
    try:
        name = parse_name(origin.rstrip(".")).ascii
    except InputError:
        return False
    return any(own == name or own.endswith(f".{name}") for own in twins(domain))


def _without_secrets(lines: list[str]) -> tuple[list[str], list[int]]:
    """Return lines with a comment in the place of each that looks like a secret, and the numbers of those, from 1."""
    kept, hidden, before = [], [], ""
    for number, line in enumerate(lines, start=1):
        # What a password is called may stand at the end of the line above it.
        if suspicion(line) or (before and suspicion(f"{before}\n{line.lstrip(' ;#')}")):
            kept.append(f"; {MASK}")
            hidden.append(number)
            before = ""
        else:
            kept.append(line)
            before = line
    return kept, hidden
