"""What a migration keeps of a panel's archive that was taken over, besides its lists: the field `inventory`.

Names and sizes alone, as plain JSON in events and the database. Sizes are MB, as lists have them.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from core.ground.messages import Message
from core.inventory.inventory import Alias, FoundDomain, PanelName, Unsaid
from core.migration import handover
from core.migration.event import iso
from core.migration.handover import HandedList

MOST = 2_000
"""Domains, aliases, databases and websites that are kept, each."""
TARGETS_MAX = 10
"""Addresses that are kept of an alias."""
ALL_TARGETS_MAX = 5_000
"""Addresses that are kept of all aliases together."""
MORE = "…"
"""Stands after the addresses of an alias that leads to more of them."""
FINDINGS_MAX = 100

PANELS: Mapping[PanelName, str] = {
    "cpanel": "cPanel",
    "directadmin": "DirectAdmin",
    "plesk": "Plesk",
    "hestia": "HestiaCP",
}
"""What panels are called, in every language."""


class Php(NamedTuple):
    """The PHP version of a website."""

    host: str
    version: str


class Noted(NamedTuple):
    """A finding of the archive: its tag, where in the archive, and what is told of it (text `inventory.finding.<tag>`).

    `values`: numbers and texts by name; a message among them is its id and its values, in a list.
    """

    tag: str
    where: str
    values: Mapping[str, Any]

    @property
    def message(self) -> Message:
        """The finding in words."""
        return Message(f"inventory.finding.{self.tag}", {"where": self.where, **_worded(self.values)})


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Message(said[0], _worded(said[1])) if isinstance(said, list) else said for name, said in values.items()
    }


@dataclass(frozen=True, slots=True)
class Inventoried:
    """An archive that was taken over: which, when it was read (UTC), and what it says that no list has.

    `made_on`, `crons`, `unsaid`, `whole` as in `core.inventory.inventory.Inventory`. `listed`: the lists of the
    migration that it brought. `apart`: those of it that may lack something, so that nobody has made them the
    migration's yet. `odd`: how many names of a list do not read and are in none. `left_out`: how many of something
    there are beyond what is kept; "targets": aliases that lead to more addresses, "zones": those that were not kept.
    """

    panel: PanelName
    source: str
    read_at: dt.datetime
    account: str = ""
    made_on: dt.date | None = None
    domains: tuple[FoundDomain, ...] = ()
    aliases: tuple[Alias, ...] = ()
    databases: HandedList = ()
    crons: int | None = None
    php: tuple[Php, ...] = ()
    unsaid: tuple[Unsaid, ...] = ()
    findings: tuple[Noted, ...] = ()
    whole: bool = True
    listed: tuple[str, ...] = ()
    apart: Mapping[str, HandedList] = field(default_factory=dict)
    odd: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)


def to_json(kept: Inventoried) -> dict[str, Any]:
    """Return an archive as events and the database carry it."""
    return {
        "panel": kept.panel,
        "source": kept.source,
        "read_at": iso(kept.read_at),
        "account": kept.account,
        "made_on": kept.made_on.isoformat() if kept.made_on else None,
        "domains": [list(domain) for domain in kept.domains],
        "aliases": [[alias.address, list(alias.targets)] for alias in kept.aliases],
        "databases": handover.as_json(kept.databases),
        "crons": kept.crons,
        "php": [list(site) for site in kept.php],
        "unsaid": list(kept.unsaid),
        "findings": [[noted.tag, noted.where, dict(noted.values)] for noted in kept.findings],
        "whole": kept.whole,
        "listed": list(kept.listed),
        "apart": {name: handover.as_json(entries) for name, entries in kept.apart.items()},
        "odd": dict(kept.odd),
        "left_out": dict(kept.left_out),
    }


def from_json(given: Mapping[str, Any]) -> Inventoried:
    """Return the archive that events or the database carry."""
    return Inventoried(
        panel=given["panel"],
        source=given["source"],
        read_at=dt.datetime.fromisoformat(given["read_at"]),
        account=given["account"],
        made_on=dt.date.fromisoformat(given["made_on"]) if given["made_on"] else None,
        domains=tuple(FoundDomain(*domain) for domain in given["domains"]),
        aliases=tuple(Alias(address, tuple(targets)) for address, targets in given["aliases"]),
        databases=handover.from_json(given["databases"]),
        crons=given["crons"],
        php=tuple(Php(*site) for site in given["php"]),
        unsaid=tuple(given["unsaid"]),
        findings=tuple(Noted(*noted) for noted in given["findings"]),
        whole=given["whole"],
        listed=tuple(given["listed"]),
        apart={name: handover.from_json(entries) for name, entries in given["apart"].items()},
        odd=given["odd"],
        left_out=given["left_out"],
    )


def mapped(given: Mapping[str, Any], each: Callable[[str], str]) -> dict[str, Any]:
    """Return an archive as JSON, each of its texts what `each` makes of it, asked in an order that stays the same."""

    def of_values(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: of_value(said) for name, said in values.items()}

    def of_value(said: Any) -> Any:
        if isinstance(said, list):
            return [said[0], of_values(said[1])]
        return each(said) if isinstance(said, str) else said

    def of_list(entries: list[list[Any]]) -> list[list[Any]]:
        return [[each(name), *sizes] for name, *sizes in entries]

    return {
        **given,
        "source": each(given["source"]),
        "account": each(given["account"]),
        "domains": [[each(name), role, each(of)] for name, role, of in given["domains"]],
        "aliases": [[each(address), [each(target) for target in targets]] for address, targets in given["aliases"]],
        "databases": of_list(given["databases"]),
        "php": [[each(host), each(version)] for host, version in given["php"]],
        "findings": [[tag, each(where), of_values(values)] for tag, where, values in given["findings"]],
        "apart": {name: of_list(entries) for name, entries in given["apart"].items()},
    }


def archive(found: Inventoried) -> Message:
    """Return which archive it is: the panel, its file, the day it was made where it says so."""
    panel = PANELS.get(found.panel, found.panel)
    if found.made_on is None:
        return Message("inventoried.archive", {"panel": panel, "source": found.source})
    return Message("inventoried.archive_of_day", {"panel": panel, "source": found.source, "day": found.made_on})
