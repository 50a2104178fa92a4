"""A whole base: equal situations, renewals, boundaries, other readings, many days, held against the single quote."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.pricing import calendar
from core.pricing.boundary_crossings import crossings
from core.pricing.cash import renewals
from core.pricing.day_by_day import sweep
from core.pricing.horizon import Horizon, periods
from core.pricing.other_readings import other_readings
from core.pricing.outcome import Outcome
from core.pricing.portfolio import NO_RULE, price_many
from core.pricing.priced_once import distinct
from core.pricing.quote import quote
from core.pricing.readings import CHOICES
from core.pricing.renewed_terms import renewing, running_on
from core.pricing.request import situation
from core.pricing.rules import DECISION_TABLE
from core.pricing.situation import FROM_LIST, Change
from core.pricing.tariff import NOT_SOLD, Tariff
from core.pricing.term import Term
from tests.portfolio import as_request, option_of, random_changes

BASIC, PLUS, PRO, VPS, VPS_BIG = range(5)


def day(text):
    return calendar.number(dt.date.fromisoformat(text))


def one(**changes):
    """The year 2025 of Basic at 1.00 a day, changed to Plus, as arrays of one row."""
    start = Change(BASIC, PLUS, day("2025-01-01"), day("2025-12-31"), day("2025-07-01"), domains=2)
    return Change(**{name: np.atleast_1d(value) for name, value in vars(replace(start, **changes)).items()})


# -- equal situations


@pytest.mark.parametrize("seed", range(3))
def test_distinct_situations_come_to_the_same_as_every_row(tariff, seed):
    changes = random_changes(3000, seed)
    found = distinct(changes, tariff)
    whole, once = price_many(changes, tariff), price_many(found.changes, tariff)
    for field in vars(whole):
        assert (getattr(whole, field) == getattr(once, field)[found.place]).all(), field
    assert found.count.sum() == 3000 and (np.bincount(found.place) == found.count).all()


def test_what_cannot_matter_makes_no_other_situation(tariff):
    uses = {"mailboxes": np.array([0, 9, 400, 9]), "disk": np.array([0, 9, 400_000, 5]), "domains": np.arange(4)}
    assert len(distinct(one(target=PLUS, **uses), tariff).count) == 1
    # Six to ten domains cost the same to move; 30 are in two tiers, and 29 and 31 in one of them each.
    moved = one(target=VPS, domains=np.array([5, 6, 8, 10, 11, 29, 30, 31]))
    assert sorted(distinct(moved, tariff).count.tolist()) == [1, 1, 1, 2, 3]
    # Basic has room for ten mailboxes: those that fit are alike, and those that do not.
    down = one(package=PLUS, target=BASIC, mailboxes=np.array([0, 10, 11, 15]))
    assert sorted(distinct(down, tariff).count.tolist()) == [2, 2]


def test_columns_too_wide_for_one_key_are_told_apart_all_the_same(tariff):
    wide = np.array([0, 1]) * 90_000_000
    changes = one(price_net=wide, target_price_net=wide[::-1], change_on=day("2025-07-01") + np.array([0, 10_000]))
    wider = Change(
        **{name: np.concatenate([value] * 2) if len(value) > 1 else value for name, value in vars(changes).items()}
    )
    found = distinct(wider, tariff)
    assert found.count.tolist() == [2, 2] and found.place.tolist() in ([0, 1, 0, 1], [1, 0, 1, 0])


def test_no_rows_have_no_situations(tariff):
    empty = np.array([], np.int64)
    found = distinct(Change(empty, empty, empty, empty, empty), tariff)
    assert len(found.count) == len(found.place) == 0


# -- renewals


@pytest.mark.parametrize("seed", range(3))
def test_renewals_are_those_of_the_single_change(tariff, seed):
    changes = random_changes(400, seed)
    priced = price_many(changes, tariff)
    end = day("2028-06-01")
    paid = {row: [] for row in range(400)}
    ended = {}
    for number, found in enumerate(renewals(changes, priced, tariff, end)):
        for row, on, net in zip(found.rows.tolist(), found.day.tolist(), found.net.tolist(), strict=True):
            paid[row].append((on, net))
        ended |= dict.fromkeys(found.ended.tolist(), number)
    for row in range(400):
        if priced.problem[row] or not priced.available[row]:
            assert not paid[row]
            continue
        found = quote(as_request(changes, row), tariff)
        outcome = Outcome(
            found.rule, situation(found.request, tariff), option_of(found, changes.move_ordered[row]).kind
        )
        # Periods that begin before the horizon count nothing in it, but they are paid all the same.
        whole = [(p.first, p.price) for p in periods(outcome, Horizon(0, end, 0, past=False))]
        later = whole[outcome.buys_period :]
        prices = [price for _, price in later]
        until = prices.index(NOT_SOLD) if NOT_SOLD in prices else len(later)
        assert paid[row][:until] == later[:until]
        if until < len(later):
            # Then by the year, where it is sold so.
            on, target = later[until][0], outcome.s.change.target
            yearly = int(tariff.prices[tariff.price_list_on(on), target, 12])
            assert paid[row][until : until + 1] == ([] if yearly == NOT_SOLD else [(on, yearly)])
            assert (ended.get(row) == until) == (yearly == NOT_SOLD)
        else:
            assert row not in ended and len(paid[row]) == until


def test_renewals_keep_the_day_of_the_month(tariff):
    changes = one(
        term_start=day("2025-12-31"), valid_until=day("2026-01-30"), change_on=day("2026-01-05"), target=BASIC
    )
    priced = price_many(changes, tariff)
    days = [calendar.date(int(r.day[0])) for r in renewals(changes, priced, tariff, day("2026-06-01"))]
    assert [f"{d:%m-%d}" for d in days] == ["01-31", "02-28", "03-31", "04-30", "05-31"]


def test_period_that_is_not_sold_any_more_gives_way_to_a_year(tariff):
    # Basic for a month is not on the list of 2027.
    changes = one(
        term_start=day("2026-11-01"), valid_until=day("2026-11-30"), change_on=day("2026-11-02"), target=BASIC
    )
    found = list(renewals(changes, price_many(changes, tariff), tariff, day("2029-06-01")))
    days = [str(calendar.date(int(r.day[0]))) for r in found]
    assert days == ["2026-12-01", "2027-01-01", "2028-01-01", "2029-01-01"]
    assert [r.net[0] for r in found] == [3_100, 40_000, 40_000, 40_000] and not any(len(r.ended) for r in found)


def test_package_that_is_on_no_list_any_more_ends(tariff):
    file = tariff.file.model_copy(deep=True)
    del file.price_lists[1].prices_net["basic"]
    changes = one(
        term_start=day("2026-03-01"), valid_until=day("2027-02-28"), change_on=day("2026-11-02"), target=BASIC
    )
    later = Tariff(file)
    found = list(renewals(changes, price_many(changes, later), later, day("2029-06-01")))
    assert [r.net.tolist() for r in found] == [[]] and found[0].ended.tolist() == [0]


# -- the terms of a day to come


def test_term_that_ends_before_the_day_is_renewed_at_the_list_price(tariff):
    held = one(target=VPS, price_net=11_111)
    today = day("2025-07-01")
    renewed = price_many(renewing(held, today), tariff)
    later = running_on(day("2026-03-10"), today, held, renewed, tariff)
    assert (later.term_start[0], later.valid_until[0]) == (day("2026-01-01"), day("2026-12-31"))
    assert later.price_net[0] == FROM_LIST and later.change_on[0] == day("2026-03-10")
    sooner = running_on(day("2025-12-31"), today, held, renewed, tariff)
    assert sooner.valid_until[0] == day("2025-12-31") and sooner.price_net[0] == 11_111
    # On the last paid day's morrow itself, it is the change that is bought and not a renewal.
    assert running_on(day("2026-01-01"), today, held, renewed, tariff).valid_until[0] == day("2025-12-31")
    assert running_on(day("2026-01-02"), today, held, renewed, tariff).valid_until[0] == day("2026-12-31")


@pytest.mark.parametrize("last", [27, 28, 29, 30])
def test_monthly_terms_stay_monthly_whatever_their_day(tariff, last):
    held, today = one(term_start=day(f"2025-12-{last}") + 1, valid_until=day(f"2026-01-{last}")), day("2026-01-10")
    renewed = price_many(renewing(held, today), tariff)
    assert renewed.period[0] == 1
    for ahead in ("2026-02-15", "2026-03-10", "2026-04-20", "2026-07-31"):
        later = running_on(day(ahead), today, held, renewed, tariff)
        assert calendar.whole_months(int(later.term_start[0]), int(later.valid_until[0]) + 1) == 1
        assert price_many(later, tariff).period[0] == 1


@pytest.mark.parametrize(("reading", "start"), [("change_day", "2026-01-10"), ("old_end", "2026-01-01")])
def test_term_that_is_over_is_renewed_today_before_a_later_change(tariff, reading, start):
    tariff, held, today = tariff.with_readings(A16=reading), one(), day("2026-01-10")
    renewed = price_many(renewing(held, today), tariff)
    later = running_on(day("2026-01-20"), today, held, renewed, tariff)
    assert later.term_start[0] == day(start)
    assert later.valid_until[0] == day(start.replace("2026", "2027")) - 1
    # A change today itself finds it as it is.
    assert running_on(today, today, held, renewed, tariff).valid_until[0] == day("2025-12-31")


def test_first_unpaid_day_reads_the_same_after_a_renewal(tariff):
    other = tariff.with_readings(A15="first_unpaid_day")
    held, today = one(valid_until=day("2026-01-01")), day("2025-07-01")
    renewed = price_many(renewing(held, today), other)
    assert running_on(day("2026-03-10"), today, held, renewed, other).valid_until[0] == day("2027-01-01")


@given(st.integers(0, 10_000), st.integers(1, 700))
@settings(max_examples=60)
def test_term_of_a_day_to_come_is_the_one_that_the_renewals_lead_to(tariff, seed, ahead):
    held = random_changes(20, seed)
    today = day("2025-07-01")
    renewed = price_many(renewing(held, today), tariff)
    later = running_on(today + ahead, today, held, renewed, tariff)
    paid = [[] for _ in range(20)]
    until = calendar.continued(renewed.origin, renewed.period, renewed.anchor)
    for found in renewals(renewing(held, today), renewed, tariff, today + ahead):
        for row, on in zip((*found.rows, *found.ended), (*found.day, *[None] * len(found.ended)), strict=True):
            paid[row].append(on)
        until[found.rows] = found.until
    for row, days in enumerate(paid):
        if renewed.problem[row] or None in days:
            continue
        end = later.valid_until[row] + 1
        if renewed.expired[row]:
            # Paid today, and then like the others.
            days.insert(0, renewed.origin[row])
        if days:
            assert later.term_start[row] == days[-1]
            assert end == until[row]
            again = Term(int(days[-1]), int(end), int(end) - 1, int(later.anchor[row]))
            assert again.months in (renewed.period[row], 12) and again.anchor == renewed.anchor[row]
        else:
            assert (later.term_start[row], end) == (held.term_start[row], held.valid_until[row] + 1)


# -- boundaries


@pytest.mark.parametrize("seed", range(2))
def test_crossings_are_where_the_single_quote_changes_its_rule_or_costs_more(tariff, seed):
    changes = random_changes(60, seed)
    first = day("2026-12-15")
    changes = replace(
        changes, term_start=changes.term_start % 400 + first - 380, valid_until=changes.term_start % 400 + first - 20
    )
    crossed = {}
    for found in crossings(changes, first, first + 30, tariff):
        for at, row in enumerate(found.rows.tolist()):
            crossed[row, found.day] = tuple(
                getattr(found, field)[at].item()
                for field in ("rule_before", "rule_after", "net_before", "net_after", "possible")
            )
    expected = {}
    ids = [rule.id for rule in DECISION_TABLE]
    for row in range(60):
        said = [_on(changes, row, on, tariff) for on in range(first, first + 31)]
        for ahead, (before, after) in enumerate(pairwise(said), start=1):
            (rule, net, could), (rule_after, net_after, possible) = before, after
            if could and rule != "R0" and (rule != rule_after or net_after > net):
                place = ids.index(rule_after) if rule_after else NO_RULE
                expected[row, first + ahead] = (ids.index(rule), place, net, net_after, possible)
    assert crossed == expected and len({rules[:2] for rules in expected.values()}) > 4


def _on(changes, row, on, tariff):
    try:
        found = quote(as_request(replace(changes, change_on=np.full(60, on)), row), tariff)
    except InputError:
        return None, 0, False
    option = option_of(found, changes.move_ordered[row])
    return found.rule.id, option.net, option.available


def test_who_misses_the_last_three_months_pays_the_next_period_as_well(tariff):
    # VPS at 4.00 a day: on 2025-09-30 three months and a day are left, on 2025-10-01 three months.
    (found,) = [c for c in crossings(one(target=VPS), day("2025-09-25"), day("2025-10-20"), tariff) if len(c.rows)]
    assert calendar.date(found.day) == dt.date(2025, 10, 1) and found.possible.all()
    # 3.00 for 93 days and 145.00 the day before, 3.00 for 92 days, 145.00 and a year of 1460.00 on it.
    assert (found.net_before[0], found.net_after[0]) == (27_900 + 14_500, 27_600 + 14_500 + 146_000)


# -- other readings


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("reading", [{}, {"A6": "optional"}, {"A4": "back", "A7": "price_only"}])
def test_other_readings_are_those_of_the_notes(tariff, seed, reading):
    tariff = tariff.with_readings(**reading)
    changes = random_changes(250, seed)
    priced = price_many(changes, tariff)
    found = {(o.question, o.choice): o for o in other_readings(changes, priced, tariff)}
    assert found.keys() == {(q, c) for q, choices in CHOICES.items() for c in choices} - set(_taken(tariff))
    for row in range(250):
        if priced.problem[row]:
            assert not any(o.differs[row] for o in found.values())
            continue
        option = option_of(quote(as_request(changes, row), tariff), changes.move_ordered[row])
        noted = {
            (note.question, other.choice): other.delta for note in option.notes if note.others for other in note.others
        }
        assert {key for key, o in found.items() if o.differs[row]} == noted.keys()
        for key, delta in noted.items():
            assert found[key].comparable[row] == (delta is not None)
            assert found[key].delta[row] == (delta or 0)


def _taken(tariff):
    readings = tariff.all_in_force[0].readings
    return [(question, getattr(readings, question)) for question in CHOICES]


# -- many days


def test_sweep_adds_up_what_the_changes_cost_on_every_day(tariff):
    held = random_changes(500, 3)
    held = replace(held, target_period_months=np.zeros(500, np.int64), target_price_net=np.full(500, FROM_LIST))
    today = day("2025-07-01")
    renewed = price_many(renewing(held, today), tariff)
    days = [today, today + 1, today + 200, today + 560]
    for total in sweep(distinct(held, tariff), today, days, tariff):
        priced = price_many(running_on(total.day, today, held, renewed, tariff), tariff)
        assert (total.net, total.changed) == (priced.net.sum(), priced.available.sum()) and total.changed > 40
