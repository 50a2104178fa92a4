"""An archive, or a list that somebody brings, against what the migration knows already: what is new, gone, changed.

compared(m, inventory).lists["mail_accounts"].gone
of_lists(m.mail_accounts, entries).new          # a list that was pasted
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from core.ground.messages import Message
from core.inventory.inventory import Alias, FoundDomain, Inventory
from core.migration.handover import HandedList
from core.migration.inventoried import aliases_of, databases_of, domains_of, lists_of, names_of, strangers, uncovered
from core.migration.inventory_field import Inventoried
from core.migration.migration import Migration

What = Literal["mail_accounts", "site_list", "aliases", "databases", "domains"]
WHATS: tuple[What, ...] = ("domains", "site_list", "mail_accounts", "aliases", "databases")
"""What is compared, in the order in which it is told."""


class Change(NamedTuple):
    """A size or a quota that is another one, in MB; None where nobody said it."""

    name: str
    before: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Differences:
    """What a list has that it had not before, and the other way round; what of entries in both is another now.

    `first`: there was none before, so all of it is new. `redirected`: aliases that lead elsewhere. `doubts`: why what
    is gone may yet be there.
    """

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    sizes: tuple[Change, ...] = ()
    quotas: tuple[Change, ...] = ()
    redirected: tuple[str, ...] = ()
    first: bool = False
    doubts: tuple[Message, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything is different."""
        return bool(self.new or self.gone or self.sizes or self.quotas or self.redirected)


@dataclass(frozen=True, slots=True)
class Compared:
    """`lists`: what is different, without those of which the archive says nothing.

    `strangers`: domains of the archive that are not moved. `absent`: domains (ASCII) that are moved and not in it.
    """

    lists: Mapping[What, Differences]
    strangers: tuple[FoundDomain, ...]
    absent: tuple[str, ...]


def compared(m: Migration, inventory: Inventory, grave: Collection[str] = ()) -> Compared:
    """Return how an archive differs from what a migration has before it is taken over; `grave`: as in `lists_of`."""
    lists: dict[What, Differences] = {}
    before = m.inventory
    for field, brought in lists_of(m, inventory, grave).items():
        found = of_lists(getattr(m, field), brought.entries)
        lists["mail_accounts" if field == "mail_accounts" else "site_list"] = replace(found, doubts=brought.doubts)
    broken = () if inventory.whole else (Message("inventoried.doubt.broken_off"),)
    if "databases" not in inventory.unsaid:
        had = None if before is None or "databases" in before.unsaid else before.databases
        lists["databases"] = replace(of_lists(had, databases_of(inventory)), doubts=broken)
    if "aliases" not in inventory.unsaid:
        lists["aliases"] = replace(_aliases(before, aliases_of(inventory)), doubts=broken)
    had_names = None if before is None else [domain.name for domain in before.domains]
    lists["domains"] = replace(_names(had_names, [domain.name for domain in domains_of(inventory)]), doubts=broken)
    told = {what: lists[what] for what in WHATS if what in lists}
    return Compared(told, strangers(m, inventory.domains), uncovered(m, names_of(inventory)))


def of_lists(before: HandedList | None, now: HandedList) -> Differences:
    """Return how a list differs from the one before; None: there was none.

    >>> from core.migration.handover import Handed
    >>> of_lists((Handed("a@alfa.pl", 5), Handed("b@alfa.pl")), (Handed("a@alfa.pl", 7),)).gone
    ('b@alfa.pl',)
    """
    had = {entry.name: entry for entry in before or ()}
    has = {entry.name: entry for entry in now}
    both = [(had[name], entry) for name, entry in has.items() if name in had]
    names = _names(None if before is None else list(had), list(has))
    return replace(
        names,
        sizes=tuple(Change(e.name, was.mb, e.mb) for was, e in both if was.mb != e.mb),
        # Lines do not show quotas: one that is not said is not another one.
        quotas=tuple(Change(e.name, was.quota, e.quota) for was, e in both if e.quota not in (None, was.quota)),
    )


def _names(before: Sequence[str] | None, now: Sequence[str]) -> Differences:
    had, has = {*(before or ())}, {*now}
    return Differences(
        new=tuple(name for name in now if name not in had),
        gone=tuple(name for name in before or () if name not in has),
        first=before is None,
    )


def _aliases(before: Inventoried | None, now: tuple[Alias, ...]) -> Differences:
    known = None if before is None or "aliases" in before.unsaid else {a.address: {*a.targets} for a in before.aliases}
    has = {alias.address: {*alias.targets} for alias in now}
    elsewhere = tuple(name for name, targets in has.items() if known and name in known and known[name] != targets)
    return replace(_names(None if known is None else list(known), list(has)), redirected=elsewhere)
