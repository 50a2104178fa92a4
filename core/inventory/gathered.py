"""What a panel's reader gathers while an archive passes by, and the inventory that it comes to.

The lists are bounded: what is too much is counted, told, and left out. What nobody put in is not said.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from core.ground.messages import InputError
from core.inventory.inventory import (
    Alias,
    Database,
    Finding,
    FoundDomain,
    Inventory,
    Mailbox,
    PanelName,
    Role,
    Site,
    Unsaid,
)
from core.inventory.names import safe, text_of, told
from core.zonefile import reading
from core.zonefile.record import ZoneFile

ENTRIES_MAX = 20_000
"""Entries of a list (domains, mailboxes, ...); what comes after them is left out, and told."""
TARGETS_MAX = 1_000
"""Targets of an alias; what comes after them is left out, and told."""
SAME_MAX = 100
"""Findings of one kind that are kept; of the others their count is told."""
TEXTS_MAX = 32 * 1024 * 1024
"""Bytes of all other files that are read."""
ZONE_MAX = 256 * 1024
"""Bytes of a zone file that is read and kept."""
ZONES_MAX = 4 * 1024 * 1024
"""Bytes of all zone files that are read and kept; as records they take ten times as much."""


@dataclass(slots=True)
class Gathered:
    """What was found so far. Names are A-labels and lower case, addresses too; `said`: what the archive told of.

    `targets`: by alias, where it leads to.
    """

    account: str = ""
    made_on: dt.date | None = None
    crons: int | None = None
    domains: dict[str, FoundDomain] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    targets: dict[str, dict[str, None]] = field(default_factory=dict)
    databases: dict[str, Database] = field(default_factory=dict)
    zones: dict[str, ZoneFile] = field(default_factory=dict)
    zone_texts: dict[str, str] = field(default_factory=dict)
    said: set[Unsaid] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    _same: Counter[str] = field(default_factory=Counter)
    _over: Counter[str] = field(default_factory=Counter)
    _full: set[str] = field(default_factory=set)
    _zone_bytes: int = 0
    _text_bytes: int = 0

    def found(self, tag: str, where: str = "", **values: object) -> None:
        """Put a finding in; texts in it are shortened and made printable. Of a kind SAME_MAX are kept."""
        self._same[tag] += 1
        if self._same[tag] <= SAME_MAX:
            printable = {name: told(value) if isinstance(value, str) else value for name, value in values.items()}
            self.findings.append(Finding(tag, told(where), printable))

    def fits(self, content: bytes, where: str) -> bool:
        """Whether a file may still be read beside all others; one that may not is told."""
        self._text_bytes += len(content)
        if self._text_bytes > TEXTS_MAX:
            self.found("file_left_out", where)
        return self._text_bytes <= TEXTS_MAX

    def left_out(self, what: str) -> None:
        """Count an entry of a list ("domains", "mailboxes", ...) that there is no room for."""
        self._over[what] += 1

    def domain(self, name: str, role: Role, of: str = "") -> None:
        """Put a domain in; the first who names it says what it is."""
        if name not in self.domains and self._room(self.domains, "domains"):
            self.domains[name] = FoundDomain(name, role, of)

    def site(self, host: str, folder: str, size: int | None = None, php: str = "") -> None:
        """Put a website in, or what is known of it besides."""
        before, folder = self.sites.get(host), safe(folder)
        if before:
            size = before.size if size is None else size
            self.sites[host] = Site(host, folder or before.folder, size, php or before.php)
        elif self._room(self.sites, "sites"):
            self.sites[host] = Site(host, folder, size, php)

    def mailbox(self, address: str, size: int | None = None, quota: int | None = None) -> None:
        """Put a mailbox in, or what is known of it besides; bytes."""
        before = self.mailboxes.get(address)
        if before:
            size = before.size if size is None else size
            self.mailboxes[address] = Mailbox(address, size, before.quota if quota is None else quota)
        elif self._room(self.mailboxes, "mailboxes"):
            self.mailboxes[address] = Mailbox(address, size, quota)

    def alias(self, address: str, targets: Iterable[str]) -> None:
        """Put an alias in, or further targets of it."""
        if address not in self.targets and not self._room(self.targets, "aliases"):
            return
        kept = self.targets.setdefault(address, {})
        for target in targets:
            if len(kept) < TARGETS_MAX:
                kept[target] = None
            elif target not in kept and address not in self._full:
                self._full.add(address)
                self.found("too_many_targets", "", address=address, most=TARGETS_MAX)

    @property
    def aliases(self) -> dict[str, Alias]:
        """The aliases so far, by their addresses."""
        return {address: Alias(address, tuple(kept)) for address, kept in self.targets.items()}

    def database(self, name: str, size: int | None = None) -> None:
        """Put a database in, or the size of its dump, in bytes: of several dumps of one the sum."""
        before = self.databases.get(name)
        if before:
            size = before.size if size is None else size + (before.size or 0)
        if before or self._room(self.databases, "databases"):
            self.databases[name] = Database(safe(name), size)

    def zone(self, domain: str, content: bytes, where: str) -> None:
        """Put a domain's zone file in, read; one that cannot be read is told and only its text kept."""
        if len(content) > ZONE_MAX or self._zone_bytes + len(content) > ZONES_MAX:
            self.found("zone_too_large", where, domain=domain, most=ZONE_MAX)
        elif self._room(self.zone_texts, "zones"):
            self._zone_bytes += len(content)
            self.zone_texts[domain] = text_of(content)
            try:
                self.zones[domain] = reading.read(content, domain)
            except InputError as error:
                self.found("zone_unreadable", where, domain=domain, why=error.errors[0].message)

    def inventory(self, panel: PanelName) -> Inventory:
        """Return what was found, each list by its names; main domains first, then added ones, subdomains, aliases."""
        for what, over in self._over.items():
            self.findings.append(Finding(f"too_many_{what}", "", {"most": ENTRIES_MAX, "over": over}))
        if more := sum(count - SAME_MAX for count in self._same.values() if count > SAME_MAX):
            self.findings.append(Finding("more_findings", "", {"more": more}))
        roles: tuple[Role, ...] = get_args(Role)
        everything: tuple[Unsaid, ...] = get_args(Unsaid)
        return Inventory(
            panel,
            self.account,
            self.made_on,
            tuple(sorted(self.domains.values(), key=lambda one: (roles.index(one.role), one.name))),
            tuple(self.sites[host] for host in sorted(self.sites)),
            tuple(self.mailboxes[address] for address in sorted(self.mailboxes, key=by_domain)),
            tuple(Alias(address, tuple(self.targets[address])) for address in sorted(self.targets, key=by_domain)),
            tuple(self.databases[name] for name in sorted(self.databases)),
            self.crons,
            {name: self.zones[name] for name in sorted(self.zones)},
            {name: self.zone_texts[name] for name in sorted(self.zone_texts)},
            tuple(what for what in everything if what not in self.said),
            tuple(self.findings),
        )

    def _room(self, entries: Mapping[str, object], what: str) -> bool:
        if len(entries) < ENTRIES_MAX:
            return True
        self.left_out(what)
        return False


def by_domain(address: str) -> tuple[str, str]:
    """Return what puts addresses of a domain beside one another."""
    local, _, domain = address.rpartition("@")
    return domain, local
