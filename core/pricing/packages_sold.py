"""Which packages are sold, and for how many months: on a day, and by any list."""

from datetime import date

from core.pricing import calendar
from core.pricing.tariff import NOT_SOLD, Tariff
from core.pricing.tariff_file import Package


def sold_packages(day: date, tariff: Tariff) -> list[Package]:
    """Return the packages that are sold on a day."""
    return [package for package in tariff.packages if sold_periods(package.id, day, tariff)]


def sold_periods(package: str, day: date, tariff: Tariff) -> tuple[int, ...]:
    """Return for how many months a package is sold on a day, ascending; none where it is not sold."""
    if package not in tariff.index or not calendar.FIRST_DATE <= day <= calendar.LAST_DATE:
        return ()
    place = tariff.price_list_on(calendar.number(day))
    if place < 0:
        return ()
    prices = tariff.prices[place, tariff.index[package]]
    return tuple(int(months) for months in (prices != NOT_SOLD).nonzero()[0])


def paid_periods(package: str, tariff: Tariff) -> tuple[int, ...]:
    """Return for how many months any price list sells a package, ascending; none for one that is on no list."""
    if package not in tariff.index:
        return ()
    on_any = (tariff.prices[:, tariff.index[package]] != NOT_SOLD).any(axis=0)
    return tuple(int(months) for months in on_any.nonzero()[0])
