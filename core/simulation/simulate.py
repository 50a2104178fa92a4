"""A scenario played over a base: who changes, what is due then, and the cash of the months after.

Those who are not meant, who hold the package already or for whom the change is not offered go on as they are: they
renew in their time at the list price of that day, today where their term is over. So do those who change, before the
day of the change.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.pricing import calendar
from core.pricing.calendar import months_later
from core.pricing.cash import Payments, renewals
from core.pricing.portfolio import NO_PROBLEM, Priced, price_many
from core.pricing.priced_once import Distinct, distinct
from core.pricing.renewed_terms import renewing, running_on
from core.pricing.situation import Change
from core.pricing.tariff import Tariff
from core.simulation.scenario import Scenario, group
from core.simulation.subscriptions import Subscriptions

_T = TypeVar("_T", bound=np.generic)

HORIZONS = (12, 24)
"""The months over which cash is added up, from today."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """A scenario over a base. Arrays of situations are told by name; `of_rows` gives them row by row.

    `situations`: the distinct ones, each `count` times; `renewed`: what going on comes to today; `asked` and `priced`:
    the change on its day; `carried`: the situations that change. Money is grosze net.
    """

    base: Subscriptions
    scenario: Scenario
    tariff: Tariff
    today: dt.date
    meant: NDArray[np.bool_]
    situations: Distinct
    renewed: Priced
    asked: Change
    priced: Priced

    def of_rows(self, values: NDArray[_T]) -> NDArray[_T]:
        """Return values of situations as values of the base's rows."""
        return values[self.situations.place]

    @property
    def count(self) -> NDArray[np.int64]:
        """How many subscriptions are in each situation."""
        return self.situations.count

    @cached_property
    def problem(self) -> NDArray[np.int8]:
        """Why a situation cannot be priced, a place in PROBLEMS: as it is today, or else on the day of the change."""
        later = np.where(self._asked_to_change, self.priced.problem, NO_PROBLEM)
        return np.where(self.renewed.problem != NO_PROBLEM, self.renewed.problem, later)

    @cached_property
    def _asked_to_change(self) -> NDArray[np.bool_]:
        another: NDArray[np.bool_] = self.asked.target != self.asked.package
        return another

    @cached_property
    def changing(self) -> NDArray[np.bool_]:
        """The situations that are asked to change to another package and can be priced."""
        changing: NDArray[np.bool_] = self._asked_to_change & (self.problem == NO_PROBLEM)
        return changing

    @cached_property
    def carried(self) -> NDArray[np.bool_]:
        """Those of them for which the change is available."""
        carried: NDArray[np.bool_] = self.changing & self.priced.available
        return carried

    @cached_property
    def now(self) -> NDArray[np.int64]:
        """What is due on the day of the change."""
        return self.priced.net * self.carried

    @cached_property
    def vat(self) -> NDArray[np.int64]:
        """The VAT on that."""
        return self.priced.vat * self.carried

    @cached_property
    def overdue(self) -> NDArray[np.bool_]:
        """The situations whose term is over and that are taken to renew today: all but those that change today."""
        changed_today = self.carried & (self.asked.change_on == calendar.number(self.today))
        overdue: NDArray[np.bool_] = (self.renewed.problem == NO_PROBLEM) & self.renewed.expired & ~changed_today
        return overdue

    @property
    def cash(self) -> dict[int, NDArray[np.int64]]:
        """What each situation pays from today within so many months (`HORIZONS`)."""
        return self._received[0]

    @property
    def months(self) -> dict[dt.date, int]:
        """What the base pays by calendar month (its first day), for the longest horizon; the ends are parts of one."""
        return self._received[1]

    @property
    def ended(self) -> NDArray[np.bool_]:
        """The situations whose package is on no price list any more on a renewal; they pay nothing from then on."""
        return self._received[2]

    @cached_property
    def _received(self) -> tuple[dict[int, NDArray[np.int64]], dict[dt.date, int], NDArray[np.bool_]]:
        today = calendar.number(self.today)
        ends = {months: int(months_later(today, months)) for months in HORIZONS}
        cash = {months: np.zeros(len(self.count), np.int64) for months in HORIZONS}
        first, last = calendar.month(today), calendar.month(max(ends.values()) - 1)
        by_month = np.zeros(last - first + 1, np.int64)
        ended = np.zeros(len(self.count), np.bool_)
        for paid in self._payments(max(ends.values())):
            # A period that begins where an old term ended (A16) is not paid before today.
            day = np.maximum(paid.day, today)
            np.add.at(by_month, calendar.month(day) - first, paid.net * self.count[paid.rows])
            for months, end in ends.items():
                cash[months][paid.rows] += np.where(day < end, paid.net, 0)
            ended[paid.ended] = True
        return cash, {calendar.first_of_month(first + n): int(net) for n, net in enumerate(by_month)}, ended

    def _payments(self, end: int) -> Iterator[Payments]:
        """Yield what the situations pay from today to before the day number `end`."""
        held = renewing(self.situations.changes, calendar.number(self.today))
        today, change_on = np.full(len(self.count), held.change_on), self.asked.change_on
        nobody = np.zeros(0, np.intp)
        # What is over today and changes today is not renewed before: see `running_on`.
        renewed_until = np.where(self.renewed.expired & (change_on <= today), 0, change_on)
        until = np.where(self.carried, renewed_until, end)
        due = np.flatnonzero((self.renewed.net > 0) & (until > today))
        yield Payments(due, today[due], self.renewed.net[due], today[due], nobody)
        for paid in renewals(held, self.renewed, self.tariff, until):
            # Whose package is gone and who changes all the same, some days later, has not ended.
            yield replace(paid, ended=paid.ended[~self.carried[paid.ended]])
        changed = np.flatnonzero(self.carried & (change_on < end))
        yield Payments(changed, change_on[changed], self.priced.net[changed], change_on[changed], nobody)
        yield from renewals(self.asked, self.priced, self.tariff, np.where(self.carried, end, 0))


def simulate(base: Subscriptions, scenario: Scenario, tariff: Tariff, today: dt.date) -> Simulated:
    """Return what a scenario comes to; `tariff` is the one in force, which the scenario may change."""
    tariff = scenario.tariff(tariff)
    meant = group(scenario, base, tariff)
    target = base.package if scenario.target is None else np.where(meant, tariff.index[scenario.target], base.package)
    day = calendar.number(scenario.change_on)
    held = Change(
        package=base.package,
        target=target,
        term_start=base.term_start,
        valid_until=base.valid_until,
        change_on=day,
        domains=base.domains,
        mailboxes=base.mailboxes,
        disk=base.disk,
        price_net=base.price_net,
        move_ordered=scenario.move_ordered,
        anchor=base.anchor,
    )
    situations = distinct(held, tariff)
    now = calendar.number(today)
    renewed = price_many(renewing(situations.changes, now), tariff)
    asked = running_on(day, now, situations.changes, renewed, tariff)
    return Simulated(base, scenario, tariff, today, meant, situations, renewed, asked, price_many(asked, tariff))


def unchanged(scenario: Scenario, today: dt.date) -> Scenario:
    """Return the scenario in which nobody changes and the tariff is the one in force, over the same base."""
    return replace(
        scenario, name="", target=None, change_on=today, prices_from=None, percent=None, prices={}, readings={},
        terms={}, tiers=None,
    )  # fmt: skip
