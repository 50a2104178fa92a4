"""What makes a change impossible to price, alike for one and for arrays: a row is a field, a condition, a message.

`BOUNDS` look at the numbers alone and guard every look-up that follows; `TERM_CHECKS` look at the change as a whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.ground.messages import Grosze
from core.pricing import calendar
from core.pricing.alike import Truth
from core.pricing.situation import DEFAULT_PERIOD, FROM_LIST, Change, Situation
from core.pricing.tariff import DISK_UNIT, NOT_SOLD, Tariff
from core.pricing.tariff_file import MAX_DISK_GB, MAX_DOMAINS, MAX_MAILBOXES, MAX_PERIOD_MONTHS, MAX_PRICE
from core.pricing.term import NO_ANCHOR

MAX_TERM_DAYS = 3660
"""Ten years: longer is a typing mistake."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A number of a change must lie in low..high; `show` turns a limit into what a person reads."""

    field: str
    attribute: str
    low: int
    high: int
    lowest: int
    """The lowest value a person may give: `low` may be a stand-in for "not given"."""
    show: Callable[[int], object] = int

    def wrong(self, change: Change) -> Truth:
        """Whether the value lies outside."""
        value = getattr(change, self.attribute)
        return (value < self.low) | (value > self.high)

    def right(self) -> Mapping[str, object]:
        """The limits, for the message."""
        return {"first": self.show(self.lowest), "last": self.show(self.high)}


def _gigabytes(disk: int) -> Decimal:
    return Decimal(disk) / DISK_UNIT


_FIRST_DAY = calendar.number(calendar.FIRST_DATE)
_LAST_DAY = calendar.number(calendar.LAST_DATE)

BOUNDS = (
    Bound("term_start", "term_start", _FIRST_DAY, _LAST_DAY, _FIRST_DAY, calendar.date),
    Bound("valid_until", "valid_until", _FIRST_DAY, _LAST_DAY, _FIRST_DAY, calendar.date),
    Bound("change_on", "change_on", _FIRST_DAY, _LAST_DAY, _FIRST_DAY, calendar.date),
    Bound("domains", "domains", 0, MAX_DOMAINS, 0),
    Bound("mailboxes", "mailboxes", 0, MAX_MAILBOXES, 0),
    Bound("disk_gb", "disk", 0, MAX_DISK_GB * DISK_UNIT, 0, _gigabytes),
    Bound("price_net", "price_net", FROM_LIST, MAX_PRICE, 0, Grosze),
    Bound("target_price_net", "target_price_net", FROM_LIST, MAX_PRICE, 0, Grosze),
    Bound("target_period_months", "target_period_months", DEFAULT_PERIOD, MAX_PERIOD_MONTHS, 1),
    # Of its date only the day of the month bears on a change: a row of arrays has nothing else to be wrong.
    Bound("service_start", "anchor", NO_ANCHOR, 31, 1),
)


def priced_from(change: Change, tariff: Tariff) -> Truth:
    """Whether the day of the change has a price list."""
    return change.change_on >= tariff.first_day


@dataclass(frozen=True, slots=True)
class TermCheck:
    """A condition that makes the change wrong; `right` gives the message its values (for one change)."""

    field: str
    message: str
    wrong: Callable[[Situation], Truth]
    right: Callable[[Situation], Mapping[str, object]]


def _term(s: Situation) -> dict[str, object]:
    return {
        "first": calendar.date(s.start),
        "last": calendar.date(s.change.valid_until),
        "grace_end": calendar.date(s.end + s.in_force.terms.grace_days),
        "grace_days": s.in_force.terms.grace_days,
    }


def _sold(s: Situation) -> str:
    prices = s.tariff.prices[s.in_force.place, s.change.target]
    return ", ".join(str(months) for months in range(len(prices)) if prices[months] != NOT_SOLD)


def _list_date(s: Situation) -> dict[str, object]:
    return {"date": s.in_force.price_list.valid_from}


TERM_CHECKS = (
    TermCheck("valid_until", "error.end_before_start", lambda s: s.end <= s.start, _term),
    TermCheck("valid_until", "error.term_too_long", lambda s: s.term_days > MAX_TERM_DAYS, lambda s: {"years": 10}),
    TermCheck("change_on", "error.before_term", lambda s: s.day < s.start, _term),
    TermCheck("change_on", "error.after_grace", lambda s: s.expired_gap > s.in_force.terms.grace_days, _term),
    TermCheck(
        "price_net",
        "error.no_list_at_start",
        lambda s: (s.change.price_net == FROM_LIST) & (s.start_list < 0),
        lambda s: {"date": calendar.date(s.tariff.first_day)},
    ),
    TermCheck(
        "price_net",
        "error.no_list_price",
        lambda s: (s.change.price_net == FROM_LIST) & (s.list_price == NOT_SOLD),
        lambda s: {"date": s.tariff.price_lists[s.start_list].valid_from},
    ),
    TermCheck(
        "target",
        "error.target_not_sold",
        # Every package of a list is sold for the default period; one that is not is not on it.
        lambda s: s.buys & (s.target_price == NOT_SOLD) & (s.default_price == NOT_SOLD),
        _list_date,
    ),
    TermCheck(
        "target_period_months",
        "error.period_not_sold",
        lambda s: s.buys & (s.target_price == NOT_SOLD),
        lambda s: {"expected": _sold(s), **_list_date(s)},
    ),
)
"""Ordered: the first that holds is the one reported."""


def is_priced(s: Situation) -> bool:
    """Whether a change whose numbers lie in their bounds can be priced."""
    return not any(check.wrong(s) for check in TERM_CHECKS)
