"""The example that the calculator opens with, and which of its values nobody has touched or confirmed yet.

What is left of it is a text of the form (`example`: names of fields, commas between), so that it goes wherever the form
goes: through a reload, into the address, into a copied link. While any is left, nothing priced is a client's price.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import permutations

from core.pricing import calendar
from core.pricing.packages_sold import sold_packages
from core.pricing.tariff import Move, Tariff, move_between
from core.pricing.tariff_file import Package

INVENTED = ("package", "term_start", "valid_until", "target", "domains", "mailboxes", "disk_gb")
"""The fields that the example invents; the day of change is today's, which nobody invented."""

_TOUCHES = {"paid_months": ("term_start",)}
"""A field of the form -> the invented ones that it speaks for."""


def left(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the fields that still have the example's value, in the form's order; none in a form of a client."""
    named = texts.get("example", "").split(",")
    return tuple(name for name in INVENTED if name in named)


def missing(given: Mapping[str, str]) -> str:
    """Return the text `example` of a form of which so much is given: what it lacks, and what it says itself."""
    said = left(given)
    return ",".join(name for name in INVENTED if name not in given or name in said)


def without(texts: Mapping[str, str], touched: Collection[str]) -> str:
    """Return the text `example` after somebody touched fields."""
    gone = {*touched, *(name for field in touched for name in _TOUCHES.get(field, ()))}
    return ",".join(name for name in left(texts) if name not in gone)


def upgrade(packages: Iterable[Package]) -> tuple[Package, Package] | None:
    """Return a package and the next higher one, as an example of a change; None where none is higher than another."""
    upgrades = [(a, b) for a, b in permutations(packages, 2) if move_between(a, b) == Move.UPGRADE]
    upgrades.sort(key=lambda pair: (pair[0].group, pair[1].rank - pair[0].rank, pair[0].rank))
    # The second smallest package, where there is one: the smallest is rarely the one people ask about.
    return upgrades[:2][-1] if upgrades else None


def invented(tariff: Tariff, today: date) -> dict[str, str]:
    """Return an upgrade in the middle of a yearly term, as texts of the form."""
    sold = sold_packages(today, tariff) or list(tariff.packages)
    package, target = upgrade(sold) or (sold[0], sold[0])
    start = calendar.months_later(calendar.number(today.replace(day=1)), -6)
    return {
        "package": package.id,
        "target": target.id,
        "term_start": str(calendar.date(start)),
        "valid_until": str(calendar.date(calendar.months_later(start, 12) - 1)),
        "change_on": str(today),
        "domains": "3",
        "mailboxes": "10",
        "disk_gb": "5",
    }
