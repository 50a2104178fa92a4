"""A change of package in numbers, and everything the rules ask about it.

Integer arithmetic on grosze and days, written once: a `Situation` of Python ints gives the explained quote, a
`Situation` of arrays prices a portfolio.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from core.pricing.alike import Truth, Whole, at_least_zero, choose, half_up, pick
from core.pricing.calendar import months_later
from core.pricing.readings import Readings
from core.pricing.tariff import InForce, Move, Tariff
from core.pricing.tariff_file import DEFAULT_PERIOD_MONTHS, MAX_PERIOD_MONTHS
from core.pricing.term import NO_ANCHOR, Term

RESOURCES = {"mailboxes": "mailboxes", "domains": "domains", "disk_gb": "disk"}
"""What packages limit -> the attribute of a change that says how much of it is used."""

FROM_LIST = -1
"""Stands for a price that was not given: the list price."""
DEFAULT_PERIOD = 0
"""Stands for a target period that was not given: the running term's, where the package is sold so."""


@dataclass(frozen=True)
class Change:
    """A change of package in numbers: ints for one, arrays of equal length for many.

    Packages are places in the tariff; days are day numbers; money is grosze net; `anchor` is the day of the month on
    which the service began, from which its months are counted.
    """

    package: Whole
    target: Whole
    term_start: Whole
    valid_until: Whole
    change_on: Whole
    domains: Whole = 0
    mailboxes: Whole = 0
    disk: Whole = 0
    price_net: Whole = FROM_LIST
    target_price_net: Whole = FROM_LIST
    target_period_months: Whole = DEFAULT_PERIOD
    move_ordered: Whole = True
    anchor: Whole = NO_ANCHOR

    def rows(self, which: Any) -> "Change":
        """Return the rows of an array change selected by a mask or a slice; values common to all rows stay."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return Change(**{name: v[which] if isinstance(v, np.ndarray) else v for name, v in values.items()})


def days_to_end(readings: Readings) -> int:
    """Return how many days after `valid_until` the end is, the first day that is no longer paid for (A15)."""
    return int(readings.A15 == "last_paid_day")


class Situation:
    """Everything the rules ask about a change, each worked out once and only when asked. Alike for ints and arrays."""

    def __init__(self, change: Change, tariff: Tariff, in_force: InForce) -> None:
        self.change = change
        self.tariff = tariff
        self.in_force = in_force
        self.readings = in_force.readings
        self.day = change.change_on
        self.start = change.term_start
        self.end = change.valid_until + days_to_end(self.readings)

    def with_order(self, ordered: bool) -> "Situation":
        """Return the same situation with the migration of the domains ordered from us, or not."""
        return Situation(replace(self.change, move_ordered=ordered), self.tariff, self.in_force)

    # -- where the day lies. A gap counts days past a limit: negative is before it, 0 is the first day it holds.

    @cached_property
    def move(self) -> Whole:
        """A code of `Move`."""
        return pick(self.tariff.moves, self.change.package, self.change.target)

    @cached_property
    def month_gap(self) -> Whole:
        """Days past the moment from which an upgrade pays the renewal instead of a surcharge."""
        # A1: exactly one month left is within the last month, or still outside it.
        return self._gap(self.in_force.terms.upgrade_months) - (self.readings.A1 == "surcharge")

    @cached_property
    def quarter_gap(self) -> Whole:
        """Days past the moment from which a move to a VPS also pays the next period (three months before the end)."""
        return self._gap(self.in_force.terms.vps_months)

    def _gap(self, months: int) -> Whole:
        # A4: months are counted forward from the day, or back from the end.
        if self.readings.A4 == "forward":
            return months_later(self.day, months) - self.end
        return self.day - months_later(self.end, -months)

    @cached_property
    def window_gap(self) -> Whole:
        """Days past the beginning of the expiry window."""
        return self.day - (self.end - self.in_force.terms.window_days)

    @cached_property
    def expired_gap(self) -> Whole:
        """Days past the end."""
        return self.day - self.end

    @cached_property
    def vps_expiry_gap(self) -> Whole:
        """Days past the moment from which a move to a VPS is priced as after expiry."""
        # A7: at the end itself, or with the expiry window already.
        return self.expired_gap if self.readings.A7 == "until_end" else self.window_gap

    @cached_property
    def expired(self) -> Truth:
        """Whether the term is over."""
        return self.expired_gap >= 0

    @cached_property
    def buys(self) -> Truth:
        """Whether the target must be on sale on the day: not where nothing is bought (R0 in the term, R8)."""
        idle = ((self.move == Move.SAME) & (self.expired_gap < 0)) | (
            (self.move == Move.DOWNGRADE) & (self.window_gap < 0)
        )
        return idle == 0

    @cached_property
    def term_days(self) -> Whole:
        """D, the days of the running term."""
        return self.end - self.start

    @cached_property
    def term(self) -> Term:
        """The running term by its months."""
        return Term(self.start, self.end, self.change.valid_until, self.change.anchor)

    @property
    def term_months(self) -> Whole:
        """The calendar months of the running term, 0 where it is not a whole number of them."""
        return self.term.months

    @cached_property
    def days_left(self) -> Whole:
        """R, the days that remain."""
        # A5: the day of the change belongs to the new package, or to the old one.
        return at_least_zero(-self.expired_gap - (self.readings.A5 == "not_counted"))

    # -- prices

    @cached_property
    def _term_column(self) -> Whole:
        # Whoever wrote the first unpaid day for the last paid one has paid for the period without it.
        months = self.term_months + self.term.months_but_a_day
        return choose(months > MAX_PERIOD_MONTHS, 0, months)

    @cached_property
    def period(self) -> Whole:
        """The months the target is bought for."""
        asked = self.change.target_period_months
        default = pick(self.tariff.periods[self.in_force.place], self.change.target, self._term_column)
        return choose(asked == DEFAULT_PERIOD, default, asked)

    @cached_property
    def target_price(self) -> Whole:
        """P1, grosze net for `period`: the list valid on the day of the change (A14), or the what-if price."""
        given = self.change.target_price_net
        listed = pick(self.tariff.prices[self.in_force.place], self.change.target, self.period)
        return choose(given == FROM_LIST, listed, given)

    @cached_property
    def default_price(self) -> Whole:
        """The target's list price for the period every package of a list is sold for."""
        return pick(self.tariff.prices[self.in_force.place], self.change.target, DEFAULT_PERIOD_MONTHS)

    @cached_property
    def start_list(self) -> Whole:
        """The place of the price list valid at the start of the term."""
        return self.tariff.price_list_on(self.start)

    @cached_property
    def list_period(self) -> Whole:
        """The months whose list price stands in for a contract price that was not given."""
        return pick(self.tariff.periods, self.start_list, self.change.package, self._term_column)

    @cached_property
    def list_price(self) -> Whole:
        """The current package's list price at the start of the term for `list_period`."""
        return pick(self.tariff.prices, self.start_list, self.change.package, self.list_period)

    @cached_property
    def current_price(self) -> Whole:
        """P0 before scaling: the contract price of the running term (A10), or the list price for `list_period`."""
        return choose(self.change.price_net == FROM_LIST, self.list_price, self.change.price_net)

    def _share(self, months: Whole) -> tuple[Whole, Whole]:
        """The running term as a fraction of a period of so many months: by months if it is whole ones, else by days."""
        whole = self.term_months > 0
        days = self.term.laid(months) - self.start
        return choose(whole, self.term_months, self.term_days), choose(whole, months, days)

    @cached_property
    def contract_price(self) -> Whole:
        """P0 for the running term, grosze net: as contracted, or the list price scaled to the term, half up."""
        numerator, denominator = self.current_share
        return half_up(self.current_price * numerator, denominator)

    @cached_property
    def current_share(self) -> tuple[Whole, Whole]:
        """What part of `current_price`'s period the running term is; a contract price is already the whole term's."""
        listed = self.change.price_net == FROM_LIST
        numerator, denominator = self._share(self.list_period)
        return choose(listed, numerator, 1), choose(listed, denominator, 1)

    @cached_property
    def target_share(self) -> tuple[Whole, Whole]:
        """What part of the target's period the running term is."""
        return self._share(self.period)

    @cached_property
    def scale(self) -> Whole:
        """The common denominator of both prices brought to the running term: exact, never through a daily rate."""
        return self.current_share[1] * self.target_share[1]

    @cached_property
    def difference(self) -> Whole:
        """(P1 - P0) for the running term, times `scale`."""
        (current, current_of), (target, target_of) = self.current_share, self.target_share
        return self.target_price * (target * current_of) - self.current_price * (current * target_of)

    @cached_property
    def prorated(self) -> Whole:
        """HU(max(P1 - P0, 0) * R / D), grosze net (A8: a cheaper target gives no credit)."""
        return half_up(at_least_zero(self.difference) * self.days_left, self.scale * self.term_days)

    @cached_property
    def fee(self) -> Whole:
        """M(n), grosze net."""
        return self.in_force.migration_fee(self.change.domains)

    # -- resources

    @cached_property
    def fits(self) -> Truth:
        """Whether mailboxes, domains and disk all fit the target."""
        return (
            (self.change.mailboxes <= self._limit("mailboxes"))
            & (self.change.domains <= self._limit("domains"))
            & (self.change.disk <= self._limit("disk_gb"))
        )

    def excess(self, resource: str) -> Whole:
        """How much more of a resource of `RESOURCES` is used than the target allows."""
        return at_least_zero(getattr(self.change, RESOURCES[resource]) - self._limit(resource))

    def _limit(self, resource: str) -> Whole:
        return pick(self.tariff.limits[resource], self.change.target)
