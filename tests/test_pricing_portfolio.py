"""Arrays: the same rows, the same grosze, for any change at all."""

import datetime as dt
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pricing import calendar
from core.pricing.portfolio import BLOCK, NO_RULE, PROBLEMS, price_many
from core.pricing.readings import CHOICES
from core.pricing.rules import DECISION_TABLE
from core.pricing.situation import Change
from tests.portfolio import assert_alike, assert_explained_alike, random_changes


@pytest.mark.parametrize("seed", range(4))
def test_scalar_and_array_agree_to_the_grosz(tariff, seed):
    changes = random_changes(5000, seed)
    assert_alike(changes, tariff)
    assert_explained_alike(changes.rows(slice(800)), tariff)


def test_the_comparison_meets_every_rule_and_every_term_problem(tariff):
    priced = [price_many(random_changes(1500, seed), tariff) for seed in range(4)]
    assert {int(rule) for p in priced for rule in p.rule} == {*range(len(DECISION_TABLE)), NO_RULE}
    met = {PROBLEMS[code] for p in priced for code in p.problem}
    assert {
        ("valid_until", "error.end_before_start"),
        ("change_on", "error.before_term"),
        ("change_on", "error.after_grace"),
        ("change_on", "error.no_price_list"),
        ("price_net", "error.no_list_at_start"),
        ("price_net", "error.no_list_price"),
        ("target", "error.target_not_sold"),
        ("target_period_months", "error.period_not_sold"),
    } <= met


@given(st.integers(0, 10_000), st.sampled_from([(q, r) for q, rs in CHOICES.items() for r in rs]))
@settings(max_examples=60)
def test_scalar_and_array_agree_under_every_reading(tariff, seed, reading):
    question, choice = reading
    assert_alike(random_changes(12, seed), tariff.with_readings(**{question: choice}))


def test_values_common_to_all_rows_need_no_array(tariff):
    days = np.arange(calendar.number(dt.date(2025, 1, 1)), calendar.number(dt.date(2026, 2, 1)))
    one = Change(0, 1, days[0], days[0] + 364, days)
    priced = price_many(one, tariff)
    assert priced.net[0] == 36500 and DECISION_TABLE[priced.rule[-1]].id == "R3"


def test_bad_rows_do_not_hold_up_the_others(tariff):
    start = calendar.number(dt.date(2025, 1, 1))
    bad = {
        "package": 99, "target": -1, "term_start": -5, "valid_until": 10**9, "change_on": -1, "domains": -1,
        "mailboxes": 10**8, "disk": -1, "price_net": 10**12, "target_price_net": -7, "target_period_months": 99,
    }  # fmt: skip
    good = Change(0, 1, start, start + 364, start)
    rows = [good, *(replace(good, **{name: value}) for name, value in bad.items())]
    changes = Change(**{f.name: np.array([getattr(row, f.name) for row in rows]) for f in fields(Change)})
    priced = price_many(changes, tariff)
    names = [{"disk": "disk_gb"}.get(name, name) for name in bad]
    assert [PROBLEMS[code][0] for code in priced.problem] == ["", *names]
    assert priced.net[0] == 36500 and not priced.net[1:].any()


def test_blocks_are_seamless(tariff):
    start = calendar.number(dt.date(2025, 1, 1))
    days = start + np.arange(BLOCK * 2 + 7) % 396
    priced = price_many(Change(0, 1, start, start + 364, days), tariff)
    assert (priced.net == priced.net[days - start]).all() and (priced.rule != NO_RULE).all()


def test_largest_amounts_do_not_overflow(tariff):
    start = calendar.number(dt.date(2024, 3, 1))
    changes = Change(
        0, 1, np.array([start]), start + 3658, start, price_net=0, target_price_net=100_000_000, target_period_months=36
    )
    assert_alike(Change(**{f.name: np.atleast_1d(getattr(changes, f.name)) for f in fields(Change)}), tariff)


def test_no_rows_give_no_rows(tariff):
    empty = np.array([], np.int64)
    assert len(price_many(Change(empty, empty, empty, empty, empty), tariff).net) == 0
