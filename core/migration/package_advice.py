"""Whether the package of a migration is large enough for what is moved, and which one of the tariff fits best.

Nothing is called enough on what nobody knows: a list that is not there yet, sizes that nobody said.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Literal

from core.ground.messages import Message
from core.migration.domains import twins
from core.migration.fee import package_of
from core.migration.handover_counts import Sum, summed
from core.migration.inventory_field import Inventoried
from core.migration.migration import LISTS, Migration
from core.migration.package_choice import foreign
from core.pricing import calendar
from core.pricing.tariff import Tariff
from core.pricing.tariff_file import DEFAULT_PERIOD_MONTHS, Package

Resource = Literal["mailboxes", "domains", "disk_gb"]
RESOURCES: tuple[Resource, ...] = ("mailboxes", "domains", "disk_gb")
"""What packages limit, in the order in which it is told."""

_NEEDED = ("domains", "databases")
"""What of an archive needs something, and may be more than is kept."""
_GB = Decimal(1024)
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Needed:
    """What is needed of a resource as far as anybody knows; `known`: nothing can be missing from it."""

    amount: Decimal
    known: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What is needed by resource, the package that is chosen (None: none of the tariff's), and the one that fits best.

    `lacks`: what the chosen one has too little of; `open`: what it may yet have too little of. `unsized`: entries of
    which nobody said the size; `missing`: lists that are not there yet. `databases`: an archive does not say them;
    `broken_off`: it was not read to its end; `left_out`: of what it has more than is kept, and how many more.
    """

    needed: dict[Resource, Needed]
    chosen: Package | None
    best: Package | None
    lacks: tuple[Resource, ...]
    open: tuple[Resource, ...]
    unsized: int
    missing: tuple[str, ...]
    databases: bool = False
    broken_off: bool = False
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def state(self) -> Literal["fits", "lacks", "open", "none"]:
        """Whether the chosen package fits, lacks something, may yet turn out to, or none is chosen."""
        if self.chosen is None:
            return "none"
        return "lacks" if self.lacks else "open" if self.open else "fits"


def needs(m: Migration) -> dict[Resource, Needed]:
    """Return what a migration needs of each resource: its lists, and what an archive found besides.

    Domains of the archive that are not moved count too, as what belongs to them stands on the lists.
    """
    sums, archive = _sums(m), m.inventory
    disk = Decimal(sum(one.mb for one in sums)) / _GB
    listed = all(getattr(m, name) is not None for name in LISTS)
    whole = archive is None or (archive.whole and "databases" not in archive.unsaid and not _over(archive, "databases"))
    sized = listed and whole and not any(one.unsized for one in sums)
    moved = {name for d in m.active for name in twins(d.name)}
    further = {domain.name for domain in archive.domains if domain.role != "subdomain"} - moved if archive else ()
    counts = [d.mailboxes for d in m.active]
    counted = Needed(Decimal(sum(count or 0 for count in counts)), None not in counts)
    boxes = counted if m.mail_accounts is None else Needed(Decimal(len(m.mail_accounts)), True)
    domains = Needed(
        Decimal(len(m.active) + len(further)), archive is None or (archive.whole and not _over(archive, "domains"))
    )
    return {"mailboxes": boxes, "domains": domains, "disk_gb": Needed(disk, sized)}


def _over(archive: Inventoried, what: str) -> int:
    """Return how many of something an archive has beyond what is kept, of which nobody can say what they need."""
    return archive.left_out.get(what, 0)


def _sums(m: Migration) -> list[Sum]:
    """Return what the lists come to that are there, and the databases of an archive."""
    lists = [getattr(m, name) for name in LISTS]
    found = [m.inventory.databases] if m.inventory else []
    return [summed(entries) for entries in (*lists, *found) if entries is not None]


def advise(m: Migration, tariff: Tariff, today: dt.date) -> Advice:
    """Return what the tariff of a day says of the package of a migration.

    The best one is the cheapest of those sold that have enough of all that is known, for a year, first of the kind
    that is chosen (or shared hosting), then of the other.
    """
    needed, chosen = needs(m), None if foreign(m.package, tariff) else package_of(m, tariff)
    archive = m.inventory
    prices = tariff.shown_on(calendar.number(today)).price_list.prices_net
    group = chosen.group if chosen else "shared"
    fitting = [p for p in tariff.packages if DEFAULT_PERIOD_MONTHS in prices.get(p.id, {}) and not _lacks(p, needed)]
    best = min(fitting, key=lambda p: (p.group != group, prices[p.id][DEFAULT_PERIOD_MONTHS], p.rank), default=None)
    return Advice(
        needed,
        chosen,
        best,
        _lacks(chosen, needed) if chosen else (),
        tuple(name for name in RESOURCES if chosen and limit(chosen, name) is not None and not needed[name].known),
        sum(one.unsized for one in _sums(m)),
        tuple(name for name in LISTS if getattr(m, name) is None),
        archive is not None and archive.whole and "databases" in archive.unsaid,
        archive is not None and not archive.whole,
        tuple((what, over) for what in _NEEDED if archive and (over := _over(archive, what))),
    )


def limit(package: Package, resource: Resource) -> Decimal | None:
    """Return how much a package has of a resource; None for no limit."""
    found = getattr(package, resource)
    return None if found is None else Decimal(found)


def _lacks(package: Package, needed: dict[Resource, Needed]) -> tuple[Resource, ...]:
    return tuple(
        name for name in RESOURCES if (most := limit(package, name)) is not None and needed[name].amount > most
    )


def told(advice: Advice) -> list[Message]:
    """Return the advice in sentences: what is needed of what there is, whether it is enough, what nobody knows."""
    found: list[Message] = []
    if (chosen := advice.chosen) is not None:
        said = {"package": chosen.name, "use": use(advice, chosen)}
        found.append(Message(f"advice.{advice.state}", said))
    else:
        found.append(Message("advice.none", {"use": use(advice, None)}))
    best = advice.best
    if best is None:
        found.append(Message("advice.no_package"))
    elif best != chosen:
        id = "advice.best_instead" if advice.state == "lacks" else "advice.best"
        # One that is larger than needed may be chosen for a reason.
        found.append(Message(id, {"package": best.name, "use": use(advice, best)}))
    found += excess(advice)
    if advice.missing:
        found.append(Message(f"advice.missing.{'_and_'.join(advice.missing)}"))
    if advice.unsized:
        found.append(Message("advice.unsized", {}, count=advice.unsized))
    if advice.databases:
        found.append(Message("advice.databases"))
    if advice.broken_off:
        found.append(Message("advice.broken_off"))
    found += [Message(f"advice.left_out.{what}", count=over) for what, over in advice.left_out]
    return found


def excess(advice: Advice) -> list[Message]:
    """Return what does not fit into the package that is chosen, as rule R9 names it: what to remove, of how much."""
    found = []
    for name in advice.lacks:
        assert advice.chosen is not None
        most = limit(advice.chosen, name)
        assert most is not None
        used = advice.needed[name].amount
        # To a tenth, upwards: what is too much does not read as nothing.
        used = used.quantize(_TENTH, ROUND_UP) if name == "disk_gb" else used
        values = {"excess": used - most, "used": used, "limit": most}
        found.append(Message(f"remove.{name}", values, count=None if name == "disk_gb" else int(used - most)))
    return found


def use(advice: Advice, package: Package | None) -> Message:
    """Return what is needed of what a package has, resource by resource: 12 of 20 mailboxes, 3.1 of 10 GB."""
    parts = []
    for name in RESOURCES:
        needed, most = advice.needed[name], limit(package, name) if package else None
        amount = needed.amount if name != "disk_gb" else needed.amount.quantize(_TENTH, ROUND_HALF_UP)
        if most is not None and needed.amount > most >= amount:
            # What is too much does not read as just enough.
            amount = needed.amount.quantize(_TENTH, ROUND_UP)
        if needed.known:
            values: dict[str, object] = {"amount": amount}
        else:
            values = {"amount": Message("advice.at_least", {"amount": amount}) if amount else Message("advice.unknown")}
        id = f"advice.need.{name}"
        if most is not None:
            values["most"], id = most, f"{id}.of"
        count = None if name == "disk_gb" else int(most if most is not None else amount)
        parts.append(Message(id, values, count=count))
    return Message("advice.use", dict(zip(("first", "second", "third"), parts, strict=True)))
