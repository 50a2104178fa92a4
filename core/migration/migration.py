"""A migration and its domains: what stands now.

It is what its events say, one after the other (`core.migration.rebuilding`).
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from core.migration.handover import HandedList
from core.migration.inventory_field import Inventoried
from core.migration.look import Look
from core.migration.stages import CONFIRMED, DONE, STAGES, STEPS, SWITCHED

FORMERLY = "name."
"""What `Domain.edited` knows a former name of a domain by."""


@dataclass(frozen=True, slots=True)
class Done:
    """A check that was done: when (None: unknown), by whom, in which of its ways, and what was said of it."""

    at: dt.datetime | None
    actor: str
    choice: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about a migration."""

    text: str
    actor: str
    at: dt.datetime | None


@dataclass(slots=True)
class Domain:
    """A domain on its way. `name` is its ASCII form; `entered`: when each step was entered, None where unknown.

    `registered_until`: the last day for which its registration is paid, at whatever registrar. `cutover`: the last look
    before the switch, None where there was none.

    `edited`: what was changed since, with the number of the last event that did; a negative one is an import's.
    """

    name: str
    display: str
    mailboxes: int | None = None
    websites: int | None = None
    old_ns: str = ""
    new_ns: str = ""
    old_addresses: str = ""
    new_addresses: str = ""
    registered_until: dt.date | None = None
    extra: dict[str, str] = field(default_factory=dict)
    step: str = STEPS[0]
    withdrawn: bool = False
    test_unrecorded: bool = False
    cutover: Look | None = None
    entered: dict[str, dt.datetime | None] = field(default_factory=dict)
    checks: dict[str, Done] = field(default_factory=dict)
    edited: dict[str, int] = field(default_factory=dict)
    version: int = 0

    @property
    def former(self) -> list[str]:
        """The ASCII names that it had before they were corrected, the latest last."""
        named = [(seq, key.removeprefix(FORMERLY)) for key, seq in self.edited.items() if key.startswith(FORMERLY)]
        return [name for _, name in sorted(named)]

    @property
    def tested_at(self) -> dt.datetime | None:
        """When the client confirmed the test."""
        return happened_at(self, CONFIRMED)

    @property
    def dns_switched_at(self) -> dt.datetime | None:
        """When the name servers were changed."""
        return happened_at(self, SWITCHED)

    @property
    def visible_at(self) -> dt.datetime | None:
        """When the domain was seen on our servers."""
        return happened_at(self, DONE)

    def copy(self) -> "Domain":
        """Return a domain of its own."""
        return replace(
            self,
            extra=dict(self.extra),
            entered=dict(self.entered),
            checks=dict(self.checks),
            edited=dict(self.edited),
        )


class Origin(NamedTuple):
    """Where a migration was seen: the epoch of the database, and the token that tells it from others with its id."""

    epoch: str
    token: str


@dataclass(slots=True)
class Migration:
    """A customer's move to us: what stands now.

    `planned_at` is the agreed moment, a day's midnight in Warsaw where no hour was agreed. `no_phone`: why its contact
    has no telephone. `mail_accounts`, `site_list`: what the client handed over, None where they have not yet.
    `inventory`: what else the last archive that was taken over says, None where none was.
    `old_hosting_until`: the last day for which the old hosting is paid. `hold`: by whom, why and
    since when it is on hold; `held`: the spans in which it was. `seq` counts its events, `version` those that change
    it itself, not a domain of it. `token` tells it from others with its ref in other databases; `import_key` is what an
    import without refs knows it by. `batch`: the import whose event registered it, known only while it is rebuilt.
    `id` is the database's, None before it is stored; `epoch` that in which it was read (`core.database.epoch`).
    """

    ref: str = ""
    client: str = ""
    package: str = ""
    source_host: str = ""
    target_host: str = ""
    owner: str = ""
    deputy: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    no_phone: str = ""
    nonstandard: str = ""
    mail_accounts: HandedList | None = None
    site_list: HandedList | None = None
    inventory: Inventoried | None = None
    fee_applies: bool = False
    planned_at: dt.datetime | None = None
    old_hosting_until: dt.date | None = None
    stage: str = STAGES[0]
    waiting_on: str = "client"
    hold: dict[str, str | None] | None = None
    held: list[list[str]] = field(default_factory=list)
    cancelled: dict[str, str | None] | None = None
    sample: bool = False
    domains: dict[str, Domain] = field(default_factory=dict)
    entered: dict[str, dt.datetime | None] = field(default_factory=dict)
    checks: dict[str, Done] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    edited: dict[str, int] = field(default_factory=dict)
    version: int = 0
    seq: int = 0
    token: str = ""
    import_key: str = ""
    batch: int | None = None
    id: int | None = None
    epoch: str = field(default="", compare=False)

    @property
    def origin(self) -> Origin:
        """Which migration it is, of which life of the database: its id alone may be another one's after a restore."""
        return Origin(self.epoch, self.token)

    @property
    def active(self) -> list[Domain]:
        """The domains that are being moved, those withdrawn left out."""
        return [domain for domain in self.domains.values() if not domain.withdrawn]

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.stage != "closed" and self.cancelled is None

    def copy(self, touched: Collection[str] | None = None) -> "Migration":
        """Return a migration of its own.

        `touched`: the domains (ASCII names) that will be changed; the others stay those of this one. None: any may be.
        """
        return replace(
            self,
            held=list(self.held),
            domains={
                name: domain.copy() if touched is None or name in touched else domain
                for name, domain in self.domains.items()
            },
            entered=dict(self.entered),
            checks=dict(self.checks),
            notes=list(self.notes),
            edited=dict(self.edited),
        )


def happened_at(subject: Migration | Domain, item: str) -> dt.datetime | None:
    """Return when a check was done, or a stage or step entered; None where it was not, or nobody knows when."""
    done = subject.checks.get(item)
    return done.at if done else subject.entered.get(item)


FIELDS = (
    "client",
    "package",
    "source_host",
    "target_host",
    "owner",
    "deputy",
    "contact_name",
    "contact_phone",
    "no_phone",
    "nonstandard",
    "mail_accounts",
    "site_list",
    "inventory",
    "fee_applies",
    "planned_at",
    "old_hosting_until",
)
"""What people fill in about a migration; its ref is given once."""

LISTS = ("mail_accounts", "site_list")
"""Those of them that are lists of what is handed over."""

WITHOUT_COLUMN = (*LISTS, "inventory")
"""Those of them for which a file of migrations has no column."""

DOMAIN_COLUMNS = ("mailboxes", "websites", "old_ns", "new_ns", "old_addresses", "new_addresses", "registered_until")
"""What the form of a domain and the columns of a file fill in about it."""

DOMAIN_FIELDS = ("display", *DOMAIN_COLUMNS, "extra")
