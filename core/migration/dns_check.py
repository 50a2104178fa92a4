"""What a check of the DNS is told of a domain of the pipeline, and which domains there are to check."""

import datetime as dt
import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.dns.names import is_address
from core.ground.moments import written
from core.migration.clocks import is_day
from core.migration.domains import twins
from core.migration.handover_text import domain_of
from core.migration.migration import Domain, Migration


@dataclass(frozen=True, slots=True)
class Checkable:
    """A domain of an open migration."""

    migration: Migration
    domain: Domain


def checkable(migrations: Iterable[Migration]) -> list[Checkable]:
    """Return the domains of open migrations: first those whose name servers were changed, the latest of them first."""
    found = [Checkable(m, d) for m in migrations if m.open for d in m.active]
    return sorted(found, key=_order)


def of_name(migrations: Iterable[Migration], name: str) -> list[Checkable]:
    """Return the domains of open migrations that a name (ASCII) means: itself, or the other one with or without www."""
    return [one for one in checkable(migrations) if one.domain.name in twins(name)]


def _order(checkable: Checkable) -> tuple[bool, float, str]:
    at = checkable.domain.dns_switched_at
    watched = at is not None and checkable.domain.visible_at is None
    return not watched, -at.timestamp() if at and watched else 0.0, checkable.domain.name


def check_form(d: Domain) -> dict[str, str]:
    """Return a domain as the form of a check (`core.dns.asked.FIELDS`): its servers before and after, and the switch.

    What is not known is left out. Before the switch there is nothing new to be seen yet.
    """
    switched = d.dns_switched_at
    # Values expected are of one type, A or AAAA.
    family = 4 if _of_family(d.new_addresses or d.old_addresses, 4) else 6
    form = {
        "name": d.display,
        # Addresses that stand there beside names are a look's (`cutover_form`): a check finds its own.
        "old": _names(d.old_ns) or d.old_ns,
        "new": _names(d.new_ns),
        "switched": written(switched) if switched else "",
        "expect": ", ".join(_of_family(d.new_addresses, family)),
        "was": ", ".join(_of_family(d.old_addresses, family)),
    }
    return {field: text for field, text in form.items() if text}


def cutover_form(m: Migration, d: Domain, now: dt.datetime) -> dict[str, str]:
    """Return a domain as the form of a look before its switch: what is known of it that such a look may be told.

    Name servers only where they are written as addresses: no name leads to one. An address is mapped where there is
    one of its family on each side; the agreed moment goes along where its hour is known and to come (`now`: UTC): the
    move began then, and its switch is days later.
    """
    agreed = m.planned_at is not None and m.planned_at > now and not is_day(m.planned_at)
    form = {
        "name": d.display,
        "new": _addresses(d.new_ns),
        "old": _addresses(d.old_ns),
        "map": "\n".join(_mapped(d)),
        "agreed": written(m.planned_at) if m.planned_at and agreed else "",
    }
    return {field: text for field, text in form.items() if text}


def handed_over(m: Migration, d: Domain) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the sites (names of hosts) and the mailboxes of a domain, and of names below it, by the client's lists."""
    zone = next(iter(sorted(twins(d.name), key=len)))
    sites, mailboxes = (
        [entry for entry in entries or () if (host := domain_of(entry)) == zone or host.endswith(f".{zone}")]
        for entries in (m.site_list, m.mail_accounts)
    )
    return tuple(dict.fromkeys(map(domain_of, sites))), tuple(entry.name for entry in mailboxes)


def _names(hosts: str) -> str:
    return " ".join(host for host in hosts.replace(",", " ").split() if not is_address(host))


def _addresses(hosts: str) -> str:
    return ", ".join(host for host in hosts.replace(",", " ").split() if is_address(host))


def _mapped(d: Domain) -> Iterator[str]:
    for version in (4, 6):
        old, new = _of_family(d.old_addresses, version), _of_family(d.new_addresses, version)
        if len(old) == len(new) == 1 and old != new:
            yield f"{old[0]}={new[0]}"


def _of_family(addresses: str, version: int) -> list[str]:
    return [address for address in addresses.split() if ipaddress.ip_address(address).version == version]
