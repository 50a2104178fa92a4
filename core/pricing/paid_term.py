"""For how long a running term was paid: people know until when and for how many months, and the start follows."""

from datetime import date

from core.pricing import calendar
from core.pricing.packages_sold import paid_periods
from core.pricing.tariff import Tariff
from core.pricing.term import NO_ANCHOR

OTHER = "other"
"""The choice of a term whose start somebody types."""


def paid_months(package: str, term_start: date, valid_until: date, tariff: Tariff, anchor: int = NO_ANCHOR) -> str:
    """Return the choice that a term is: so many months, where the package is sold so, else OTHER.

    `anchor`: the day of the month that its months are counted from, where it is known.
    """
    if not (calendar.FIRST_DATE <= term_start <= valid_until <= calendar.LAST_DATE):
        return OTHER
    months = calendar.whole_months(calendar.number(term_start), calendar.number(valid_until) + 1)
    follows = months and start_of(valid_until, months, anchor) == term_start
    return str(months) if follows and months in paid_periods(package, tariff) else OTHER


def start_of(valid_until: date, months: int, anchor: int = NO_ANCHOR) -> date | None:
    """Return the first day of a term of so many months that is paid until a day, inclusive; None beyond the calendar.

    >>> start_of(date(2027, 4, 30), 24)
    datetime.date(2025, 5, 1)
    >>> start_of(date(2027, 2, 27), 1, anchor=31)
    datetime.date(2027, 1, 31)
    """
    if not calendar.FIRST_DATE <= valid_until <= calendar.LAST_DATE:
        return None
    end = calendar.number(valid_until) + 1
    counts = anchor != NO_ANCHOR and calendar.fits(end, anchor)
    return calendar.date(calendar.continued(end, -months, anchor) if counts else calendar.months_later(end, -months))
