"""The open migrations that a look's domain is in, and the looks that they keep of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.dns.names import parse_name
from core.ground.messages import InputError
from core.migration import dns_check, kept_zones
from core.migration.cutover_looks import before
from core.migration.dns_check import Checkable, of_name
from core.migration.event import OF_LOOKS, OF_ZONES, Event
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
    if (store := shell.store_if_any()) is not None and of.migration.id is not None:
        with shell.told():
            return store.told(of.migration.id, OF_LOOKS)
    return []


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
