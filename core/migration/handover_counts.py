"""A list that a client handed over against the domains of the migration: whose each entry is, whether counts agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from core.migration import moves
from core.migration.act import Act
from core.migration.domains import twins
from core.migration.event import Event
from core.migration.gate import together
from core.migration.handover import Handed, HandedList
from core.migration.handover_text import domain_of
from core.migration.migration import Domain, Migration

COUNTED: Mapping[str, str] = {"mail_accounts": "mailboxes", "site_list": "websites"}
"""By list the count of a domain that it says too."""


@dataclass(frozen=True, slots=True)
class Compared:
    """`counts`: entries by domain (ASCII name); `strangers`: those of no domain of the migration.

    `differing`: domains whose count is another one, with what the list says and what the domain has.
    """

    counts: Mapping[str, int]
    strangers: HandedList
    differing: Mapping[str, tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class Sum:
    """How many entries there are, their sizes together in MB, and of how many nobody said the size."""

    count: int
    mb: int
    unsized: int


def summed(entries: HandedList) -> Sum:
    """Return what a list comes to."""
    return Sum(len(entries), sum(entry.mb or 0 for entry in entries), sum(entry.mb is None for entry in entries))


def compared(m: Migration, field: str, entries: HandedList) -> Compared:
    """Return how a list fits the domains that are moved; what is below a domain is its own."""
    counts = {d.name: 0 for d in m.active}
    strangers: list[Handed] = []
    for entry in entries:
        own = _whose(domain_of(entry), counts)
        if own is None:
            strangers.append(entry)
        else:
            counts[own] += 1
    # A count that nobody gave is none that differs where the list has nothing of the domain.
    there = {d.name: _count(d, field) for d in m.active}
    differing = {name: (counts[name], has) for name, has in there.items() if (has or 0) != counts[name]}
    return Compared(counts, tuple(strangers), differing)


def take_over(m: Migration, act: Act, field: str) -> tuple[Event, ...]:
    """Give the domains the counts that a list of the migration says; raises InputError."""
    found = compared(m, field, getattr(m, field) or ())
    deeds = [
        partial(moves.change, act=act, values={COUNTED[field]: count}, domain=name)
        for name, (count, _) in found.differing.items()
    ]
    return together(m, deeds)


def _count(d: Domain, field: str) -> int | None:
    count: int | None = getattr(d, COUNTED[field])
    return count


def _whose(host: str, names: Mapping[str, int]) -> str | None:
    """Return the domain to which a host belongs: the longest of those that it is, or is below."""
    labels = host.split(".")
    for place in range(len(labels) - 1):
        for name in twins(".".join(labels[place:])):
            if name in names:
                return name
    return None
