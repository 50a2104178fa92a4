"""The open migrations that a look's domain is in, and the looks that they keep of it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from core.dns.names import parse_name
from core.ground import clock
from core.ground.messages import InputError
from core.migration import dns_check, kept_zones
from core.migration.cutover_looks import before, changed_since, is_kept, outdated
from core.migration.dns_check import Checkable, of_name
from core.migration.event import OF_LOOKS, OF_ZONES, UNDER_LOOKS, Event, Kind
from core.migration.kept_zones import KeptZone
from pages.parts.shared import shell


def of_domain(name: str) -> list[Checkable] | None:
    """Return the domains of open migrations that a name (ASCII) means; None where nobody can tell, which is told."""
    if (store := shell.store_if_any()) is not None:
        with shell.told():
            return of_name(store.snapshot(), name)
    return None


def looks_of(of: Checkable) -> list[Event]:
    """Return what a migration keeps of looks."""
    return _told(of, OF_LOOKS)


def _told(of: Checkable, kinds: Collection[Kind]) -> list[Event]:
    if (store := shell.store_if_any()) is not None and of.migration.id is not None:
        with shell.told():
            return store.told(of.migration.id, kinds)
    return []


def was_changed(of: Checkable, at: dt.datetime) -> bool:
    """Tell whether what a look rests on that began at a moment was changed in a migration since."""
    return changed_since(_told(of, UNDER_LOOKS), of.domain.name, at)


def is_changed(there: Sequence[Checkable], summary: Mapping[str, Any]) -> bool:
    """Tell whether a look is kept somewhere where what it rested on was changed since."""
    return any(is_kept(of.domain, summary) and outdated(of.domain, clock.now()) == "changed" for of in there)


def kept_zone(name: str) -> tuple[str, KeptZone] | None:
    """Return the zone of a domain (ASCII) that was kept last, and the number of its migration; None: there is none.

    One of a zone above it is none: what a look compares is the domain's own.
    """
    found: list[tuple[str, KeptZone]] = []
    if (store := shell.store_if_any()) is not None:
        with shell.told():
            for of in of_name(store.snapshot(), name):
                kept = kept_zones.kept_zone(store.told(of.migration.id or 0, OF_ZONES), of.domain.name)
                if kept is not None and kept.origin == name:
                    found.append((of.migration.ref, kept))
    return max(found, key=lambda one: one[1].at.timestamp() if one[1].at else 0.0, default=None)


def handed_over(typed: str) -> tuple[list[str], list[str]]:
    """Return the sites and the mailboxes of a domain (as typed) by the lists of its open migrations; none without."""
    sites: dict[str, None] = {}
    mailboxes: dict[str, None] = {}
    try:
        there = of_domain(parse_name(typed).ascii) or ()
    except InputError:
        there = ()
    for of in there:
        of_sites, of_mailboxes = dns_check.handed_over(of.migration, of.domain)
        sites.update(dict.fromkeys(of_sites))
        mailboxes.update(dict.fromkeys(of_mailboxes))
    return list(sites), list(mailboxes)


def last_before(there: Sequence[Checkable], summary: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the look that was kept last before another one, in whichever of the migrations; None: there is none."""
    kept = [one for of in there if (one := before(looks_of(of), of.domain.name, summary))]
    return max(kept, key=lambda one: str(one["at"]), default=None)
