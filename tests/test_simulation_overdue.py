"""Who is overdue, and that nothing of them is left in any figure once they are out."""

import datetime as dt

from core.pricing import calendar
from core.simulation import figures
from core.simulation.overdue import overdue
from core.simulation.simulate import simulate
from tests.simulation import TODAY, base_of, scenario


def test_a_term_is_over_on_the_day_after_its_last_paid_one(tariff):
    ends = ("2025-06-30", "2025-07-01", "2025-06-29")
    base = base_of(tariff, *(("basic", "2024-07-01", end, {}) for end in ends))
    readings = tariff.on(calendar.number(TODAY)).readings
    assert dt.date(2025, 7, 1) == TODAY
    assert overdue(base, TODAY, readings).tolist() == [True, False, True]
    other = tariff.with_readings(A15="first_unpaid_day").on(calendar.number(TODAY)).readings
    assert overdue(base, TODAY, other).tolist() == [True, True, True]


def test_without_them_the_totals_are_those_of_a_base_that_never_had_them(tariff):
    paid = ("basic", "2025-01-01", "2025-12-31", {})
    both = base_of(tariff, ("basic", "2024-07-01", "2025-06-30", {}), paid)
    readings = tariff.on(calendar.number(TODAY)).readings
    rest = both.rows(~overdue(both, TODAY, readings))
    asked = scenario(tariff, target="plus", packages="basic")
    came = figures.totals(simulate(rest, asked, tariff, TODAY))
    assert came == figures.totals(simulate(base_of(tariff, paid), asked, tariff, TODAY))
    assert (came.rows, came.overdue) == (1, 0) and figures.totals(simulate(both, asked, tariff, TODAY)).rows == 2
