"""The cost against the day of change: what is found from the boundaries equals trying every day."""

import datetime as dt
import os
from calendar import monthrange
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.datafiles import read_tariff
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.pricing import calendar
from core.pricing.alternatives import alternative_on
from core.pricing.calendar import months_later
from core.pricing.lead_time import LeadTime, is_work, latest_order
from core.pricing.quote import quote
from core.pricing.request import parse_request
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.pricing.timeline import timeline

ONE = dt.timedelta(1)
LEAD = LeadTime(analysis_working_days=1, dns_hours=36)
# Each prices a term day by day.
EXAMPLES = int(os.environ.get("TIMELINES", 25))
# The term of `desk` is the year 2025; the month before its end begins on 2025-12-01.
MIDDLE = dt.date(2025, 7, 1)


def line(desk, today=MIDDLE, kind=OptionKind.CHANGE, **changes):
    return timeline(desk.request(**changes), desk.tariff, today, LEAD, kind)


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


def last_paid(desk, day):
    return desk.tariff.on(calendar.number(day)).readings.A15 == "last_paid_day"


def half_up(value):
    return int(value + Fraction(1, 2))


def cost_by_hand(desk, request, option, day, found):
    """The cost over the horizon from the option's own words: what is due once, and each period's share of days."""
    once = sum(item.net for item in option.lines if item.kind in ("surcharge", "migration"))
    bought = [item for item in option.lines if item.kind == "renewal" and item.working.id != "working.nothing_due"]
    given = sum(item.net for item in option.lines if item.kind == "adjustment")
    priced = quote(request.model_copy(update={"change_on": day}), desk.tariff)
    months = priced.target_period_months
    end = calendar.number(request.valid_until) + last_paid(desk, day)
    origin = calendar.number(bought[0].working.values["first"]) if bought else end
    shares = []
    anew = bought and (option.rule in ("R7", "R10") or origin != end)
    anchor = calendar.date(origin).day if anew else anchor_by_hand(request, calendar.date(end))
    while (first := calendar.continued(origin, len(shares) * months, anchor)) < found.horizon.end:
        after = calendar.continued(origin, (len(shares) + 1) * months, anchor)
        if not shares and bought:
            price = bought[0].net
        elif request.target_price_net is not None:
            price = int(request.target_price_net * 100)
        else:
            lists = [p for p in desk.tariff.price_lists if calendar.number(p.valid_from) <= first]
            if months not in lists[-1].prices_net.get(request.target, {}):
                return None
            price = lists[-1].prices_net[request.target][months]
        inside = min(after, found.horizon.end) - max(first, found.horizon.first)
        shares.append(half_up(Fraction(price * inside, after - first)))
    # Of what was due on the day, the part that counts, and of a discount on all of it the same part.
    counted = once + (shares[0] if bought else 0)
    due = option.net - given
    if request.adjustment and request.adjustment.percent is not None:
        part = counted * abs(request.adjustment.percent) / 100
        given = half_up(Fraction(part)) * (1 if request.adjustment.percent > 0 else -1)
    elif request.adjustment and due:
        given = half_up(Fraction(counted * (due + given), due)) - counted
    return once + sum(shares) + given


def jumps(tried):
    """The plain way: from day to day, a rise, or a fall beyond that of the day before, each beyond the roundings."""
    falls = {
        day: (before.net - option.net, 2 * max(len(before.lines), len(option.lines)))
        for (eve, before), (day, option) in pairwise(tried)
        # A renewal of the same package (R0) comes by itself: there is no day to choose.
        if before.available and option.available and day == eve + ONE and before.rule != "R0"
    }
    jumped = set()
    for day, (fall, roundings) in falls.items():
        # The day before is no measure where it jumped itself.
        before = day - ONE if day - ONE in falls and day - ONE not in jumped else day + ONE
        usual = max(falls[before][0], 0) if before in falls else 0
        if -fall > roundings or fall > usual + roundings:
            jumped.add(day)
            yield day, -fall


def anchor_by_hand(request, end):
    """The least day of the month from which the term's months can be counted, the service's own where that is told."""
    began = request.service_start and request.service_start.day
    own, any_day = [began] if began else [], range(1, 32)
    known = own if own and met(request.term_start, began) else any_day
    whole = [day for day in known if met(request.term_start, day) and met(end, day)]
    odd = [day for day in own if met(end, day)]
    return min(whole or odd or [end.day])


def met(date, anchor):
    return date.day == min(anchor, monthrange(date.year, date.month)[1])


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


def test_cliff_to_mind_is_the_next_one_or_the_last_that_can_be_avoided(desk):
    found = line(desk)
    (cliff,) = found.cliffs
    for day in (MIDDLE, dt.date(2025, 11, 30), dt.date(2025, 12, 10)):
        assert found.cliff_to_mind(day) == cliff
    late = line(desk, dt.date(2025, 12, 5), change_on="2025-12-10")
    assert late.cliff_to_mind(dt.date(2025, 12, 10)) is None


def test_worked_cliff_of_the_rules():
    """RULES, worked cases: 373.36 on 2026-02-28, 1270.44 on 2026-03-01."""
    term = ("2025-06-01", "2026-05-31", "2025-12-01", "2025-11-21")
    cliff = timeline(*sample("firma", "vps-m", *term, domains=8, price_net="199.00")).cliffs_ahead[0]
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


def test_day_chosen_has_no_part_in_the_timeline(desk):
    assert line(desk, change_on="2025-02-01") is line(desk, change_on="2025-12-24")
    assert line(desk, change_on="2025-02-01", domains=9, target="vps") is not line(desk, target="vps")


def test_day_outside_is_refused(desk):
    with pytest.raises(ValueError, match="2026-02-01"):
        line(desk).day(dt.date(2026, 2, 1))


def test_discount_on_a_period_counts_like_the_period(desk):
    # Half of 730.00 off on 1 December; 181 of the year's 365 days lie in the twelve months.
    half = {"adjustment": {"percent": -50, "reason": "x"}}
    assert line(desk, **half).day(dt.date(2025, 12, 1)).cost == 18100
    amount = {"adjustment": {"amount_net": "-365.00", "reason": "x"}}
    assert line(desk, **amount).day(dt.date(2025, 12, 1)).cost == 18100


def test_nothing_costs_less_than_nothing(desk):
    for adjustment in ({"percent": -100, "reason": "x"}, {"amount_net": "-9999.00", "reason": "x"}):
        assert all(day.cost in (None, 0) or day.cost > 0 for day in line(desk, adjustment=adjustment).days)


def test_term_that_began_before_the_first_list_is_looked_at_from_that(desk):
    term = {"term_start": "2019-06-01", "valid_until": "2020-05-31", "price_net": "365.00", "change_on": "2020-02-01"}
    found = line(desk, dt.date(2019, 12, 1), **term)
    assert found.days[0].date == found.zones[0].first == dt.date(2020, 1, 1)
    assert calendar.date(found.horizon.first) == dt.date(2020, 1, 1)


def test_no_day_beyond_the_calendar_is_named(desk):
    term = {"term_start": "2098-12-31", "valid_until": "2099-12-31", "change_on": "2099-03-01"}
    found = line(desk, dt.date(2099, 3, 1), price_net="365.00", **term)
    assert found.days[-1].date == found.zones[-1].last == dt.date(2099, 12, 31)
    assert found.cheapest.date <= dt.date(2099, 12, 31)


def test_day_that_has_passed_is_no_advice(desk):
    found = line(desk, dt.date(2026, 11, 21))
    assert found.horizon.past and found.cheapest is None and found.cliffs and not found.cliffs_ahead


def test_renewal_that_comes_by_itself_is_no_cliff(desk):
    assert not line(desk, target="basic").cliffs


def dated(desk, **tables):
    """The desk with further dated tables: `readings={"valid_from": ..., "A4": "back"}`."""
    file = desk.tariff.file
    more = {name: [*getattr(file, name), getattr(file, name)[-1].model_copy(update=table)]
            for name, table in tables.items()}  # fmt: skip
    return type(desk)(Tariff(file.model_copy(update=more)))


def test_piece_of_a_single_day_makes_no_cliff_of_an_ordinary_step(desk):
    desk = dated(desk, vat={"valid_from": dt.date(2025, 1, 2), "percent": Decimal(8)})
    assert [str(cliff.before.date) for cliff in line(desk).cliffs] == ["2025-11-30"]


def test_reading_that_changes_in_the_term_moves_the_boundary_from_its_day_on(desk):
    # Back from the end, a month begins on 2025-12-01 as well; with A1 read otherwise, it begins a day later.
    desk = dated(desk, readings={"valid_from": dt.date(2025, 11, 15), "A1": "surcharge"})
    assert [str(zone.first) for zone in line(desk).zones] == ["2025-01-01", "2025-12-02", "2025-12-18"]
    assert desk.quote(change_on="2025-10-01").rule_until == dt.date(2025, 12, 1)


def test_discount_counts_in_both_figures(desk):
    plain, less = (line(desk, **more) for more in ({}, {"adjustment": {"percent": -10, "reason": "x"}}))
    before, after = plain.day(MIDDLE), less.day(MIDDLE)
    assert (before.net - after.net, before.cost - after.cost) == (1840, 1840)


def test_leaving_a_vps_at_once_pays_twice_until_its_term_ends(desk):
    found = line(desk, kind=OptionKind.SELF, package="vps", target="plus")
    assert found.cheapest.date == dt.date(2026, 1, 1)
    now = found.day(MIDDLE)
    # 184 days of the new account at 2.00 a day.
    assert now.cost - found.cheapest.cost == 36800


@pytest.mark.parametrize(
    ("today", "cheapest"),
    # Ordered on Sunday 28 December, analysed on Monday, moved on Tuesday, in the DNS by 1 January, the end.
    [("2025-07-01", "2025-12-28"), ("2025-12-28", "2025-12-28"), ("2025-12-30", "2025-12-30")],
)
def test_cheapest_day_leaves_time_for_our_work_or_is_today(desk, today, cheapest):
    leaving = {"package": "vps", "target": "plus", "change_on": today}
    found = line(desk, dt.date.fromisoformat(today), OptionKind.ORDERED, **leaving)
    assert str(found.cheapest.date) == cheapest
    nothing_to_move = line(desk, dt.date.fromisoformat(today), OptionKind.ORDERED, **leaving, domains=0)
    assert str(nothing_to_move.cheapest.date) == "2026-01-01"


CHANGES = st.fixed_dictionaries(
    {
        "package": st.sampled_from(["basic", "plus", "pro", "vps"]),
        "target": st.sampled_from(["basic", "plus", "pro", "vps"]),
        "term_start": st.one_of(
            st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31)),
            st.sampled_from([dt.date(2025, 1, 31), dt.date(2025, 2, 28), dt.date(2026, 4, 30)]),
        ),
        "months": st.sampled_from([1, 3, 12, 24]),
        "odd_days": st.sampled_from([0, 0, 1, 5]),
        "began": st.sampled_from([None, None, 0, 31]),
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
    later=st.sampled_from(
        [
            None,
            ("readings", {"A4": "back"}),
            ("readings", {"A1": "surcharge", "A5": "not_counted"}),
            ("readings", {"A15": "first_unpaid_day"}),
            ("terms", {"window_days": 40, "grace_days": 5}),
            ("vat", {"percent": Decimal(8)}),
        ]
    ),
    on=st.dates(dt.date(2024, 6, 1), dt.date(2026, 12, 1)),
    reading=st.sampled_from([{}, {"A16": "old_end"}, {"A4": "back"}, {"A7": "fee_in_window"}, {"A6": "optional"}]),
    kind=st.sampled_from(list(OptionKind)),
)
def test_found_from_the_boundaries_equals_trying_every_day(desk, changes, offset, reading, kind, later, on):
    months, odd, began = changes.pop("months"), changes.pop("odd_days"), changes.pop("began")
    start = changes["term_start"]
    changes["service_start"] = None if began is None else start - began * ONE
    end = calendar.date(months_later(calendar.number(start), months) + odd)
    with_dates = {**changes, "valid_until": end - ONE, "change_on": start}
    desk = desk.reading(**reading) if reading else desk
    if later:
        desk = dated(desk, **{later[0]: {"valid_from": on, **later[1]}})
    try:
        request = desk.request(**{name: value for name, value in with_dates.items() if value is not None})
        found = timeline(request, desk.tariff, start + offset * ONE, LEAD, kind)
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
        end_of_term = calendar.date(calendar.number(request.valid_until) + last_paid(desk, day))
        in_time = day <= max(latest_order(end_of_term, LEAD) if is_work(option) else end_of_term, first)
        if cost is not None and not found.horizon.past and in_time and (best is None or cost < best[1]):
            best = (day, cost)
    assert (found.cheapest and (found.cheapest.date, found.cheapest.cost)) == best
    assert [(cliff.after.date, cliff.rise) for cliff in found.cliffs] == list(jumps(tried))
    rules = {day: (option.rule, option.available) for day, option in tried}
    for zone in found.zones:
        day = zone.first
        while day <= zone.last:
            assert rules.pop(day) == (zone.rule.id, zone.available)
            day += ONE
    assert not rules
    # What the page shows beside a day is the same, line by line.
    for day, _ in tried[:: max(1, len(tried) // 5)]:
        if day >= first:
            one = alternative_on(day, request, desk.tariff, found.horizon, LEAD, kind)
            net = one.option.net if one.option.available else None
            assert (one.cost, net) == (found.day(day).cost, found.day(day).net)


def sample(package, target, start, last, day, today, **more):
    """A change in the packages of data/tariff.toml."""
    asked = {"package": package, "target": target, "term_start": start, "valid_until": last, "change_on": day, **more}
    return parse_request(asked), read_tariff(ROOT / "data" / "tariff.toml"), dt.date.fromisoformat(today), LEAD


def test_discount_makes_no_jump_of_an_ordinary_fall():
    """The handed case: a fall of 1.69 was called a jump, since the discount's rounding was not reckoned with."""
    off = {"adjustment": {"percent": -10, "reason": "x"}}
    found = timeline(*sample("sklep", "vps-m", "2026-04-06", "2027-04-05", "2027-02-20", "2026-11-28", **off))
    assert dt.date(2027, 3, 6) not in [cliff.after.date for cliff in found.cliffs]
    assert {cliff.rise > 0 for cliff in found.cliffs_ahead} == {True}


def test_cheaper_list_after_the_end_is_no_jump_to_mind(desk):
    cheap = desk.tariff.file.price_lists[0].model_copy(deep=True, update={"valid_from": dt.date(2026, 1, 20)})
    cheap.prices_net["plus"][12] = Decimal("100.00")
    lists = [desk.tariff.file.price_lists[0], cheap, *desk.tariff.file.price_lists[1:]]
    found = line(type(desk)(Tariff(desk.tariff.file.model_copy(update={"price_lists": lists}))), change_on="2025-12-30")
    assert found.cliffs[-1].after.date == dt.date(2026, 1, 20) and found.cliffs[-1].rise < 0
    assert [cliff.rise > 0 for cliff in found.cliffs_ahead] == [True]


@pytest.mark.parametrize("day", [MIDDLE, dt.date(2025, 12, 20), dt.date(2026, 1, 20)])
@pytest.mark.parametrize("target", ["basic", "plus", "vps"])
def test_lines_of_the_cost_add_up_to_it(desk, target, day):
    found = line(desk, target=target)
    one = alternative_on(day, desk.request(target=target), desk.tariff, found.horizon, LEAD, found.kind)
    assert one.cost == found.day(day).cost and one.option.net == found.day(day).net
