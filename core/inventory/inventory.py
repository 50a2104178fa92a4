"""What an archive says: domains, sites, mailboxes, aliases, databases, names and sizes alone. Sizes are bytes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from core.ground.messages import Message
from core.zonefile.record import ZoneFile

PanelName = Literal["cpanel", "directadmin", "plesk", "hestia"]
Role = Literal["main", "addon", "subdomain", "alias"]
"""What a domain is to the account: its first one, a further one with mail and files of its own, a part of another, one
that shows another's site (parked, pointer, alias)."""
Unsaid = Literal[
    "sites", "site_sizes", "mailboxes", "mailbox_sizes", "quotas", "aliases", "databases", "database_sizes",
    "crons", "php", "zones", "made_on",
]  # fmt: skip
"""What an archive may leave out."""


class FoundDomain(NamedTuple):
    """A domain (A-labels, lower case, no last dot); `of`: the domain it shows or is a part of."""

    name: str
    role: Role
    of: str = ""


class Site(NamedTuple):
    """A website: its host, its folder within the account, the size of its files, its PHP version ("8.2")."""

    host: str
    folder: str
    size: int | None = None
    php: str = ""


class Mailbox(NamedTuple):
    """A mailbox: its address, the size of its messages, its quota; `quota` None: not said, 0: none (no limit)."""

    address: str
    size: int | None = None
    quota: int | None = None


class Alias(NamedTuple):
    """An address without a box of its own: where it leads (addresses; "|" for a program, ":fail:" and the like)."""

    address: str
    targets: tuple[str, ...]


class Database(NamedTuple):
    """A database, by its name, and the size of its dump."""

    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading an archive finds: its tag, where in the archive, what of it is told.

    How grave it is stands in data/inventory_findings.toml.
    """

    tag: str
    where: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """The finding in words: text `inventory.finding.<tag>`."""
        return Message(f"inventory.finding.{self.tag}", {"where": self.where, **self.values})


@dataclass(frozen=True, slots=True)
class Inventory:
    """What an archive says. `made_on`: the day it was made, None where it does not say.

    `crons`: lines that are run by the clock, counted; None where nobody knows. `zones`: by domain, what its zone file
    holds, and its text as it was (`zone_texts`). `unsaid`: what the archive did not say. `whole`: whether the archive
    was read to its end; where it was not, lists may lack something, and a finding says why.
    """

    panel: PanelName
    account: str = ""
    made_on: dt.date | None = None
    domains: tuple[FoundDomain, ...] = ()
    sites: tuple[Site, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    aliases: tuple[Alias, ...] = ()
    databases: tuple[Database, ...] = ()
    crons: int | None = None
    zones: Mapping[str, ZoneFile] = field(default_factory=dict)
    zone_texts: Mapping[str, str] = field(default_factory=dict)
    unsaid: tuple[Unsaid, ...] = ()
    findings: tuple[Finding, ...] = ()
    whole: bool = True
