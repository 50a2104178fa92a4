"""The cost against the day of change: what is found from the boundaries equals trying every day."""

import datetime as dt
import os
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.messages import InputError
from core.pricing import calendar
from core.pricing.alternatives import alternative_on
from core.pricing.calendar import months_later
from core.pricing.quote import quote
from core.pricing.request import parse_request
from core.pricing.rules import OptionKind
from core.pricing.timeline import timeline

ONE = dt.timedelta(1)
# Each prices a term day by day.
EXAMPLES = int(os.environ.get("TIMELINES", 25))
# The term of `desk` is the year 2025; the month before its end begins on 2025-12-01.
MIDDLE = dt.date(2025, 7, 1)


def line(desk, today=MIDDLE, kind=OptionKind.CHANGE, **changes):
    return timeline(desk.request(**changes), desk.tariff, today, kind)


def every_day(found, desk, request, kind):
    """The plain way: a quote for each day of the term and 40 days after, those that cannot be priced left out."""
    day = request.term_start
    while day <= request.valid_until + 40 * ONE:
        try:
            priced = quote(request.model_copy(update={"change_on": day}), desk.tariff)
        except InputError:
            pass
        else:
            kinds = {option.kind: option for option in priced.options}
            yield day, kinds.get(kind) or kinds.get(OptionKind.SELF) or priced.options[0]
        day += ONE


def half_up(value):
    return int(value + Fraction(1, 2))


def cost_by_hand(desk, request, option, day, found):
    """The cost over the horizon from the option's own words: what is due once, and each period's share of days."""
    once = sum(item.net for item in option.lines if item.kind != "renewal")
    bought = [item for item in option.lines if item.kind == "renewal" and item.working.id != "working.nothing_due"]
    s_end = calendar.number(request.valid_until) + (
        desk.tariff.on(calendar.number(day)).readings.A15 == "last_paid_day"
    )
    priced = quote(request.model_copy(update={"change_on": day}), desk.tariff)
    months = priced.target_period_months
    origin = calendar.number(bought[0].working.values["first"]) if bought else s_end
    total, n = once, 0
    while (first := months_later(origin, n * months)) < found.horizon.end:
        after = months_later(origin, (n + 1) * months)
        if n == 0 and bought:
            price = bought[0].net
        elif request.target_price_net is not None:
            price = int(request.target_price_net * 100)
        else:
            lists = [p for p in desk.tariff.price_lists if calendar.number(p.valid_from) <= first]
            if months not in lists[-1].prices_net.get(request.target, {}):
                return None
            price = lists[-1].prices_net[request.target][months]
        inside = min(after, found.horizon.end) - max(first, found.horizon.first)
        total += half_up(Fraction(price * inside, after - first))
        n += 1
    return total


def test_zones_follow_the_boundaries_of_the_upgrade(desk):
    zones = line(desk).zones
    assert [(zone.rule.id, str(zone.first), str(zone.last)) for zone in zones] == [
        ("R1", "2025-01-01", "2025-11-30"),
        ("R2", "2025-12-01", "2025-12-17"),
        ("R3", "2025-12-18", "2026-01-31"),
    ]


def test_ordering_before_the_last_month_saves_cash(desk):
    (cliff,) = line(desk).cliffs
    # 31 days at 1.00 a day before, the whole next year at 2.00 a day after.
    assert (cliff.before.date, cliff.before.net) == (dt.date(2025, 11, 30), 3200)
    assert (cliff.after.date, cliff.after.net, cliff.rise) == (dt.date(2025, 12, 1), 73000, 69800)
    # The year's cost hardly differs: the renewal is paid in any case.
    assert cliff.before.cost - cliff.after.cost == 3200


def test_worked_cliff_of_the_rules(tariff):
    """RULES, worked cases: 373.36 on 2026-02-28, 1270.44 on 2026-03-01."""
    from core.datafiles import read_tariff
    from core.settings import ROOT

    sample = read_tariff(ROOT / "data" / "tariff.toml")
    request = parse_request(
        {
            "package": "firma",
            "target": "vps-m",
            "term_start": "2025-06-01",
            "valid_until": "2026-05-31",
            "change_on": "2025-12-01",
            "domains": 8,
            "price_net": "199.00",
        }
    )
    cliff = timeline(request, sample, dt.date(2025, 11, 21)).cliffs_ahead[0]
    assert (cliff.before.date, cliff.before.net, cliff.after.net) == (dt.date(2026, 2, 28), 37336, 127044)
    assert cliff.rise == 89708


def test_cheapest_is_the_first_day_without_a_surcharge(desk):
    found = line(desk)
    assert (found.cheapest.date, found.cheapest.rule, found.cheapest.net) == (dt.date(2025, 12, 1), "R2", 73000)
    # From 1 July over 12 months: half a year of the next term, 181 of its 365 days at 2.00.
    assert found.cheapest.cost == 36200


def test_cash_alone_would_choose_another_day(desk):
    found = line(desk)
    least_cash = min((day for day in found.days if day.cost is not None), key=lambda day: day.net)
    assert least_cash.date == dt.date(2025, 11, 30) != found.cheapest.date


def test_horizon_is_the_same_for_every_day_and_begins_today(desk):
    found = line(desk, change_on="2025-12-20")
    assert calendar.date(found.horizon.first) == MIDDLE and found.horizon.months == 12
    assert next(day.date for day in found.days if day.cost is not None) == MIDDLE


@pytest.mark.parametrize("today", [dt.date(2024, 6, 1), dt.date(2026, 6, 1)])
def test_term_that_today_does_not_lie_in_is_looked_at_from_its_start(desk, today):
    found = line(desk, today)
    assert calendar.date(found.horizon.first) == dt.date(2025, 1, 1)
    # Twelve months would end with the term, and a renewal would cost nothing.
    assert found.horizon.months == 24


def test_standing_still_is_no_saving(desk):
    found = line(desk)
    late = found.day(dt.date(2026, 1, 31))
    assert late.cost < found.cheapest.cost and found.cheapest.date <= dt.date(2026, 1, 1)
    expired = line(desk, dt.date(2026, 1, 10), change_on="2026-01-20")
    assert expired.cheapest.date == dt.date(2026, 1, 10)


def test_prepaying_before_a_dearer_list_is_cheaper_than_the_same_rule_after(desk):
    # The list of 2027 is dearer, and it begins inside the last month of this term.
    term = {"term_start": "2026-01-15", "valid_until": "2027-01-14", "change_on": "2026-07-01"}
    found = line(desk, dt.date(2026, 7, 1), **term)
    assert found.cheapest.date == dt.date(2026, 12, 15)
    rise = next(cliff for cliff in found.cliffs if cliff.after.date == dt.date(2027, 1, 1))
    assert (rise.before.rule, rise.rise) == ("R2", 7000)


def test_downgrade_has_no_cheapest_day_where_it_does_not_fit(desk):
    found = line(desk, package="plus", target="basic", mailboxes=11)
    assert found.cheapest is None and [zone.available for zone in found.zones] == [False, False]


def test_downgrade_becomes_possible_in_the_window(desk):
    found = line(desk, package="plus", target="basic")
    assert found.cheapest.date == dt.date(2025, 12, 18) and not found.cliffs


def test_day_outside_is_refused(desk):
    with pytest.raises(ValueError, match="2026-02-01"):
        line(desk).day(dt.date(2026, 2, 1))


def test_discount_counts_in_both_figures(desk):
    plain, less = (line(desk, **more) for more in ({}, {"adjustment": {"percent": -10, "reason": "x"}}))
    before, after = plain.day(MIDDLE), less.day(MIDDLE)
    assert (before.net - after.net, before.cost - after.cost) == (1840, 1840)


def test_leaving_a_vps_at_once_pays_twice_until_its_term_ends(desk):
    found = line(desk, kind=OptionKind.ORDERED, package="vps", target="plus")
    assert found.cheapest.date == dt.date(2026, 1, 1)
    now = found.day(MIDDLE)
    # 184 days of the new account at 2.00 a day.
    assert now.cost - found.cheapest.cost == 36800


CHANGES = st.fixed_dictionaries(
    {
        "package": st.sampled_from(["basic", "plus", "pro", "vps"]),
        "target": st.sampled_from(["basic", "plus", "pro", "vps"]),
        "term_start": st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)),
        "months": st.sampled_from([1, 3, 12, 24]),
        "odd_days": st.sampled_from([0, 0, 5]),
        "domains": st.integers(0, 12),
        "mailboxes": st.sampled_from([1, 15]),
        "price_net": st.sampled_from([None, "300.00", "5.03"]),
        "target_price_net": st.sampled_from([None, None, "611.11"]),
        "target_period_months": st.sampled_from([None, None, 1, 24]),
        "adjustment": st.sampled_from(
            [None, {"percent": "-7.50", "reason": "x"}, {"amount_net": "-400.00", "reason": "x"}]
        ),
    }
)


@settings(max_examples=EXAMPLES)
@given(
    changes=CHANGES,
    offset=st.integers(-40, 500),
    reading=st.sampled_from([{}, {"A16": "old_end"}, {"A4": "back"}, {"A7": "fee_in_window"}, {"A6": "optional"}]),
    kind=st.sampled_from(list(OptionKind)),
)
def test_found_from_the_boundaries_equals_trying_every_day(desk, changes, offset, reading, kind):
    months, odd = changes.pop("months"), changes.pop("odd_days")
    start = changes["term_start"]
    end = calendar.date(months_later(calendar.number(start), months) + odd)
    with_dates = {**changes, "valid_until": end - ONE, "change_on": start}
    desk = desk.reading(**reading) if reading else desk
    try:
        request = desk.request(**{name: value for name, value in with_dates.items() if value is not None})
        found = timeline(request, desk.tariff, start + offset * ONE, kind)
    except InputError:
        return  # not a quote on its first day: nothing to compare
    tried = list(every_day(found, desk, request, kind))
    assert [day.date for day in found.days] == [day for day, _ in tried]
    first, end_number = calendar.date(found.horizon.first), calendar.date(found.horizon.end)
    best = None
    for day, option in tried:
        mine = found.day(day)
        assert mine.rule == option.rule and mine.net == (option.net if option.available else None)
        if not option.available or day < first:
            assert mine.cost is None
            continue
        assert day < end_number  # or it would cost nothing
        cost = cost_by_hand(desk, request, option, day, found)
        assert mine.cost == cost
        if cost is not None and day <= max(end, first) and (best is None or cost < best[1]):
            best = (day, cost)
    assert (found.cheapest and (found.cheapest.date, found.cheapest.cost)) == best
    pairs = [(a, b) for a, b in pairwise(tried) if a[1].available and b[1].available and b[0] == a[0] + ONE]
    rises = {day: option.net - before.net for (_, before), (day, option) in pairs if option.net > before.net}
    assert {cliff.after.date: cliff.rise for cliff in found.cliffs if cliff.rise > 0} == rises
    rules = {day: (option.rule, option.available) for day, option in tried}
    for zone in found.zones:
        day = zone.first
        while day <= zone.last:
            assert rules.pop(day) == (zone.rule.id, zone.available)
            day += ONE
    assert not rules


@pytest.mark.parametrize("day", [MIDDLE, dt.date(2025, 12, 20), dt.date(2026, 1, 20)])
@pytest.mark.parametrize("target", ["basic", "plus", "vps"])
def test_lines_of_the_cost_add_up_to_it(desk, target, day):
    found = line(desk, target=target)
    one = alternative_on(day, desk.request(target=target), desk.tariff, found.horizon, found.kind)
    assert one.cost == found.day(day).cost and one.option.net == found.day(day).net
