"""A scenario over a base: by hand for a few, held against the single quote for many."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.pricing import calendar
from core.pricing.quote import quote
from core.pricing.request import QuoteRequest
from core.pricing.rules import DECISION_TABLE
from core.pricing.situation import FROM_LIST, RESOURCES
from core.simulation.figures import NOW, SPANS, by_day, calls, cash_of, compare, reading_costs, refused, totals
from core.simulation.simulate import simulate, unchanged
from tests.portfolio import PACKAGES, option_of
from tests.simulation import TODAY, base_of, day, random_base, scenario

YEAR = ("2025-01-01", "2025-12-31")
"""184 days of it are left on TODAY; Basic costs 365.00 a year, Plus 730.00, a VPS 1460.00."""


def played(tariff, base, **given):
    return simulate(base, scenario(tariff, **given), tariff, TODAY)


def rules(found):
    return [DECISION_TABLE[rule].id for rule in found.of_rows(found.priced.rule)]


def test_everybody_of_a_package_changes_today(tariff):
    base = base_of(tariff, ("basic", *YEAR, {}), ("plus", *YEAR, {}), ("pro", *YEAR, {}))
    found = played(tariff, base, target="plus", packages="basic,plus")
    came = totals(found)
    assert (came.rows, came.meant, came.carried, came.refused, came.same) == (3, 2, 1, 0, 1)
    # 1.00 a day more for 184 days.
    assert came.cash[NOW] == 18_400
    # Until July 2026: Plus renews twice for 730.00 and Pro for 1095.00 on 1 January 2026.
    assert came.cash[12] == 18_400 + 2 * 73_000 + 109_500
    # On 1 January 2027 by the list of that day: 800.00 and 1200.00.
    assert came.cash[24] == came.cash[12] + 2 * 80_000 + 120_000
    paid = {month: net for month, net in found.months.items() if net}
    assert paid == {
        dt.date(2025, 7, 1): 18_400,
        dt.date(2026, 1, 1): 2 * 73_000 + 109_500,
        dt.date(2027, 1, 1): 2 * 80_000 + 120_000,
    }


def test_nobody_changes_and_everybody_renews(tariff):
    base = base_of(tariff, ("basic", *YEAR, {}), ("basic", "2025-06-05", "2025-07-04", {}))
    came = totals(played(tariff, base))
    # The monthly one renews on 5 July and eleven times more until 5 June: 12 times 31.00 within 12 months.
    assert came.cash == {NOW: 0, 12: 36_500 + 12 * 3_100, 24: came.cash[24]}
    assert (came.meant, came.carried) == (2, 0)


def test_terms_that_end_before_the_day_are_renewed_first(tariff):
    base = base_of(tariff, ("basic", "2024-09-01", "2025-08-31", {"price_net": 1_000}))
    found = played(tariff, base, target="plus", change_on="2025-10-01")
    assert rules(found) == ["R1"]
    # Renewed for 365.00 on 1 September; 335 of the new term's 365 days are left on 1 October.
    assert totals(found).cash[NOW] == 33_500
    assert totals(found).cash[12] == 36_500 + 33_500
    assert found.months[dt.date(2025, 9, 1)] == 36_500 and found.months[dt.date(2025, 10, 1)] == 33_500


def test_downgrade_that_is_refused_goes_on_as_it_was(tariff):
    base = base_of(
        tariff,
        ("plus", *YEAR, {}),
        ("plus", "2024-07-10", "2025-07-09", {"mailboxes": 13, "disk": 10_500}),
        ("plus", "2024-07-10", "2025-07-09", {}),
    )
    found = played(tariff, base, target="basic")
    came = totals(found)
    assert (came.carried, came.refused) == (1, 2) and rules(found) == ["R8", "R9", "R9"]
    # Plus goes on for two of them, Basic is bought by the third.
    assert came.cash[NOW] == 36_500 and came.cash[12] == 2 * 73_000 + 36_500
    who = refused(found)
    assert who.row.tolist() == [0, 1]
    assert [calendar.date(n) for n in who.possible_from.tolist()] == [dt.date(2025, 12, 18), TODAY]
    assert who.fits.tolist() == [True, False]
    assert {name: excess.tolist() for name, excess in who.excess.items()} == {
        "mailboxes": [0, 3], "domains": [0, 0], "disk_gb": [0, 500],
    }  # fmt: skip


def test_term_that_is_over_is_renewed_today_or_changed_today(tariff):
    base = base_of(tariff, ("basic", "2024-06-20", "2025-06-19", {}))
    assert totals(played(tariff, base)).cash[12] == 36_500
    now = played(tariff, base, target="plus")
    assert rules(now) == ["R3"] and totals(now).cash[12] == 73_000
    # Renewed today until 30 June 2026; on 1 October 273 of 365 days are left.
    later = played(tariff, base, target="plus", change_on="2025-10-01")
    assert rules(later) == ["R1"] and totals(later).cash[12] == 36_500 + 27_300


def test_term_that_is_long_over_is_no_subscription_any_more(tariff):
    base = base_of(tariff, ("basic", "2024-05-20", "2025-05-19", {}))
    came = totals(played(tariff, base, target="plus"))
    assert (came.carried, came.unpriced) == (0, {("change_on", "error.after_grace"): 1}) and came.cash[24] == 0


def test_new_prices_make_winners_and_losers(tariff):
    base = base_of(tariff, ("basic", *YEAR, {}), ("plus", *YEAR, {}), ("vps-big", *YEAR, {"price_net": 1}))
    given = {"prices_from": "2025-12-01", "price.basic.12": "400,00", "price.plus.12": "700,00"}
    found = played(tariff, base, **given)
    now = simulate(base, unchanged(found.scenario, TODAY), tariff, TODAY)
    came = compare(found, now, 12)
    assert came.delta.tolist() == [3_500, -3_000, 0]
    assert (came.more.count, came.more.total, came.more.largest) == (1, 3_500, 3_500)
    assert (came.less.count, came.less.total, came.less.largest) == (1, -3_000, -3_000)
    assert came.unchanged == 1
    steps = {(step.low, step.high): step.count for step in came.steps if step.count}
    assert steps == {(-5_000, -1_000): 1, (1_000, 5_000): 1}
    # A VPS Big is on no list of 2026: nobody knows what its renewal costs.
    assert totals(found).ended == 1


def test_day_of_change_at_the_end_of_the_months_is_beyond_them(tariff):
    base = base_of(tariff, ("basic", *YEAR, {}))
    for today in (TODAY, dt.date(2025, 7, 17)):
        found = simulate(
            base, scenario(tariff, today, target="plus", change_on=dt.date(2027, 7, today.day)), tariff, today
        )
        assert found.carried.all() and sum(found.months.values()) == totals(found).cash[24] == 36_500 + 40_000


def test_period_that_began_before_today_is_paid_today(tariff):
    base = base_of(tariff, ("basic", "2025-04-29", "2025-05-28", {}))
    # Two months are due on 1 July, and then one on the 29th of every month but the last.
    found = played(tariff, base, A16="old_end", grace_days=366)
    assert found.months[dt.date(2025, 7, 1)] == 3 * 3_100 and found.months[dt.date(2026, 12, 1)] == 3_100
    assert sum(found.months.values()) == totals(found).cash[24]


def test_what_is_over_and_changes_today_pays_no_period_before(tariff):
    base = base_of(tariff, ("basic", "2025-04-29", "2025-05-28", {}))
    found = played(tariff, base, target="plus", A16="old_end", grace_days=366)
    # Plus from 29 May, and its renewals of 29 June, paid today, and 29 July; nothing of Basic.
    assert rules(found) == ["R3"] and found.months[TODAY] == totals(found).cash[NOW] + 2 * 6_200 == 3 * 6_200


def test_who_has_a_price_on_one_side_only_makes_up_the_difference_of_the_totals(tariff):
    base = base_of(tariff, ("basic", "2024-06-20", "2025-06-19", {}), ("basic", *YEAR, {}))
    found = played(tariff, base, target="plus", grace_days=0)
    reference = simulate(base, unchanged(found.scenario, TODAY), tariff, TODAY)
    came = compare(found, reference, 12)
    assert (came.one_sided.count, came.one_sided.total) == (1, -36_500)
    assert totals(found).cash[12] - totals(reference).cash[12] == came.more.total + came.less.total - 36_500


def test_term_that_has_not_begun_is_on_no_call_list(tariff):
    base = base_of(tariff, ("basic", "2025-07-05", "2025-10-04", {}), ("basic", "2024-10-15", "2025-10-14", {}))
    found = played(tariff, base, target="vps")
    assert totals(found).unpriced == {("change_on", "error.before_term"): 1} and calls(found).row.tolist() == [1]


def test_ends_of_the_distribution_have_no_limit(tariff):
    base = base_of(tariff, ("basic", *YEAR, {}), ("plus", *YEAR, {}))
    found = played(tariff, base, **{"price.basic.12": "9000", "price.plus.12": "0"})
    came = compare(found, simulate(base, unchanged(found.scenario, TODAY), tariff, TODAY), 12)
    assert came.delta.tolist() == [863_500, -73_000]
    steps = {(step.low, step.high): step.count for step in came.steps if step.count}
    assert steps == {(-100_000, -50_000): 1, (500_000, None): 1}
    assert [step.count for step in came.steps].index(1) < len(came.steps) / 2


def test_call_list_has_the_dearest_boundary_first(tariff):
    base = base_of(
        tariff,
        ("basic", "2024-07-21", "2025-07-20", {}),  # over on 21 July
        ("basic", "2024-10-15", "2025-10-14", {"domains": 2}),  # three months are left on 15 July
        ("basic", *YEAR, {}),
        ("vps", *YEAR, {}),
    )
    found = calls(played(tariff, base, target="vps"))
    assert found.row.tolist() == [1, 0]
    assert [calendar.date(int(last)) for last in found.last] == [dt.date(2025, 7, 14), dt.date(2025, 7, 20)]
    # 3.00 for 93 days and 145.00, then for 92 days, 145.00 and 1460.00; R5 to R6 saves the surcharge.
    assert (found.net_before[0], found.net_after[0]) == (27_900 + 14_500, 27_600 + 14_500 + 146_000)
    assert (found.rise > 0).tolist() == [True, False]


def test_other_readings_are_added_up_over_the_base(tariff):
    base = base_of(tariff, *[("basic", *YEAR, {"domains": n}) for n in (29, 30, 30, 31, 50)])
    found = {(c.question, c.choice): c for c in reading_costs(played(tariff, base, target="vps"))}
    assert (found["A2", "higher"].differs, found["A2", "higher"].total) == (2, 2 * 5_000)
    assert (found["A3", "higher"].differs, found["A3", "higher"].total) == (1, 5_000)
    # All five could do without the fee: 245.00 three times, 295.00 twice.
    assert found["A6", "optional"].total == -(3 * 24_500 + 2 * 29_500)
    assert found["A1", "surcharge"].differs == 0


def test_days_are_those_of_the_scenario_on_each_of_them(tariff):
    base = random_base(300, 1)
    found = played(tariff, base, target="vps", change_on="2025-09-09")
    days = [day("2025-07-01"), day("2025-09-09"), day("2026-05-05")]
    for total, on in zip(by_day(found, days), days, strict=True):
        then = totals(played(tariff, base, target="vps", change_on=calendar.date(on)))
        assert (total.changed, total.net) == (then.carried, then.cash[NOW]) and total.changed > 50


@given(
    st.integers(0, 10_000),
    st.sampled_from(("", *PACKAGES)),
    st.integers(0, 600),
    st.sampled_from(
        ({}, {"percent": "-7,5"}, {"packages": "basic,vps"}, {"client": "firma 3"}, {"A15": "first_unpaid_day"})
    ),
)
@settings(max_examples=60)
def test_everything_adds_up(tariff, seed, target, ahead, more):
    base = random_base(80, seed)
    found = played(tariff, base, target=target, change_on=TODAY + dt.timedelta(days=ahead), **more)
    came = totals(found)
    problem, changing = found.of_rows(found.problem), found.of_rows(found.changing)
    assert came.carried + came.refused == changing.sum()
    others = found.meant if target else found.meant & False
    assert came.same == (others & ~changing & (problem == 0)).sum()
    assert came.goes_on == (~others & (problem == 0)).sum()
    assert came.rows == came.carried + came.refused + came.same + came.goes_on + sum(came.unpriced.values())
    assert sum(came.unpriced.values()) == (problem > 0).sum()
    for span in SPANS:
        assert came.cash[span] == found.of_rows(cash_of(found, span)).sum()
    assert sum(found.months.values()) == came.cash[24] >= came.cash[12]
    reference = simulate(base, unchanged(found.scenario, TODAY), tariff, TODAY)
    difference = compare(found, reference, 24)
    counted = difference.less.count + difference.more.count + difference.unchanged
    assert counted == difference.priced.sum()
    assert difference.less.total + difference.more.total == difference.delta.sum()
    apart = came.cash[24] - totals(reference).cash[24]
    assert apart == difference.less.total + difference.more.total + difference.one_sided.total
    assert sum(step.count for step in difference.steps) == difference.less.count + difference.more.count


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("target", ["plus", "vps", "basic"])
def test_rows_are_the_quotes_of_their_customers(tariff, seed, target):
    base = random_base(200, seed)
    found = played(
        tariff, base, target=target, change_on="2025-08-20", percent="5", prices_from="2025-08-01", move_ordered="1"
    )
    net, carried = found.of_rows(found.now), found.of_rows(found.carried)
    met = set()
    for row in range(200):
        place = found.situations.place[row]
        if found.asked.target[place] == found.asked.package[place] or found.problem[place]:
            assert net[row] == 0
            continue
        price = found.asked.price_net[place]
        request = QuoteRequest(
            package=PACKAGES[base.package[row]],
            target=target,
            term_start=calendar.date(int(found.asked.term_start[place])),
            valid_until=calendar.date(int(found.asked.valid_until[place])),
            change_on=dt.date(2025, 8, 20),
            price_net=None if price == FROM_LIST else f"{price / 100:.2f}",
            **{name: int(getattr(base, name)[row]) for name in ("domains", "mailboxes")},
            disk_gb=f"{base.disk[row] / 1000:.3f}",
        )
        option = option_of(quote(request, found.tariff), ordered=True)
        assert (option.available, option.net if option.available else 0) == (carried[row], net[row])
        met.add(option.rule)
    assert len(met) >= 3 and set(RESOURCES) == {"mailboxes", "domains", "disk_gb"}


def test_target_that_no_list_has_is_told_by_row(tariff):
    base = base_of(tariff, ("vps", *YEAR, {}))
    found = totals(played(tariff, base, target="vps-big"))
    assert found.unpriced == {("target", "error.target_not_sold"): 1} and found.cash[12] == 146_000


def test_empty_base_has_nothing_to_say(tariff):
    found = played(tariff, base_of(tariff), target="vps")
    assert totals(found).cash == dict.fromkeys(SPANS, 0) and len(calls(found).row) == len(refused(found).row) == 0
    assert not any(cost.differs for cost in reading_costs(found))


def test_scenario_that_does_not_read_is_refused(tariff):
    with pytest.raises(InputError):
        scenario(tariff, target="nothing")
