"""The example that the calculator opens with, and which of its values nobody has touched or confirmed yet.

What is left of it is a text of the form (`example`: names of fields, commas between), so that it goes wherever the form
goes: through a reload, into the address, into a copied link. While any is left, nothing priced is a client's price.
"""

from collections.abc import Collection, Mapping
from datetime import date

from core.pricing import calendar
from core.pricing.tariff import NOT_SOLD, Move, Tariff, move_between

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


def invented(tariff: Tariff, today: date) -> dict[str, str]:
    """Return an upgrade in the middle of a yearly term, as texts of the form."""
    sold = [package for package in tariff.packages if _is_sold(package.id, today, tariff)] or list(tariff.packages)
    upgrades = [(a, b) for a in sold for b in sold if move_between(a, b) == Move.UPGRADE] or [(sold[0], sold[0])]
    # The second smallest package, where there is one: the smallest is rarely the one people ask about.
    upgrades.sort(key=lambda pair: (pair[0].group, pair[1].rank - pair[0].rank, pair[0].rank))
    package, target = upgrades[:2][-1]
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


def _is_sold(package: str, day: date, tariff: Tariff) -> bool:
    place = tariff.price_list_on(calendar.number(day))
    return place >= 0 and bool((tariff.prices[place, tariff.index[package]] != NOT_SOLD).any())
