"""Arrays: the same rows, the same grosze, for any change at all."""

import datetime as dt
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.messages import InputError
from core.pricing import calendar
from core.pricing.money import to_decimal
from core.pricing.portfolio import BLOCK, NO_RULE, PROBLEMS, price_many
from core.pricing.quote import quote
from core.pricing.readings import CHOICES
from core.pricing.request import QuoteRequest
from core.pricing.rules import DECISION_TABLE, DEFAULT_PERIOD, FROM_LIST, Change, OptionKind

PACKAGES = ("basic", "plus", "pro", "vps", "vps-big")
FIRST = calendar.number(dt.date(2019, 6, 1))


def random_changes(rows, seed):
    """Changes of every kind: whole and odd terms, all days, list and contract prices, some that cannot be priced."""
    random = np.random.default_rng(seed)
    start = random.integers(FIRST, FIRST + 3500, rows)
    whole = calendar.months_later(start, random.choice([1, 3, 7, 12, 12, 24, 36], rows)) - start
    days = np.where(random.random(rows) < 0.6, whole, random.integers(0, 1200, rows))
    return Change(
        package=random.integers(0, len(PACKAGES), rows),
        target=random.integers(0, len(PACKAGES), rows),
        term_start=start,
        valid_until=start + days - 1,
        change_on=start + random.integers(-3, 1, rows) + (random.random(rows) * (days + 40)).astype(np.int64),
        domains=random.choice([0, 1, 2, 5, 6, 10, 11, 29, 30, 31, 49, 50, 51, 200], rows),
        mailboxes=random.integers(0, 25, rows),
        disk=random.integers(0, 25_000, rows),
        price_net=np.where(random.random(rows) < 0.5, FROM_LIST, random.integers(0, 300_000, rows)),
        target_price_net=np.where(random.random(rows) < 0.8, FROM_LIST, random.integers(0, 300_000, rows)),
        target_period_months=random.choice([DEFAULT_PERIOD, DEFAULT_PERIOD, 1, 12, 24, 5], rows),
        move_ordered=random.random(rows) < 0.5,
    )


def as_request(changes, row):
    v = {f.name: getattr(changes, f.name)[row].item() for f in fields(Change)}
    return QuoteRequest(
        package=PACKAGES[v["package"]],
        target=PACKAGES[v["target"]],
        term_start=calendar.date(v["term_start"]),
        valid_until=calendar.date(v["valid_until"]),
        change_on=calendar.date(v["change_on"]),
        domains=v["domains"],
        mailboxes=v["mailboxes"],
        disk_gb=to_decimal(v["disk"] * 100) / 1000,
        price_net=None if v["price_net"] == FROM_LIST else to_decimal(v["price_net"]),
        target_price_net=None if v["target_price_net"] == FROM_LIST else to_decimal(v["target_price_net"]),
        target_period_months=v["target_period_months"] or None,
    )


def assert_alike(changes, tariff):
    """Every output of the arrays equals the explained quote's, row by row; so does what is refused, and why."""
    priced = price_many(changes, tariff)
    net, vat, gross = priced.net, priced.vat, priced.gross
    for row in range(len(net)):
        try:
            found = quote(as_request(changes, row), tariff)
        except InputError as error:
            first = error.errors[0]
            assert PROBLEMS[priced.problem[row]] == (first.field, first.message.id)
            assert priced.rule[row] == NO_RULE and net[row] == 0
            continue
        assert priced.problem[row] == 0
        assert DECISION_TABLE[priced.rule[row]].id == found.rule.id
        wanted = OptionKind.ORDERED if changes.move_ordered[row] else OptionKind.SELF
        kinds = {option.kind: option for option in found.options}
        option = kinds.get(wanted, found.options[0])
        assert priced.available[row] == option.available
        assert (priced.surcharge[row], priced.renewal[row], priced.migration[row], net[row], vat[row], gross[row]) == (
            option.total("surcharge"), option.total("renewal"), option.total("migration"),
            option.net, option.vat, option.gross,
        )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_scalar_and_array_agree_to_the_grosz(tariff, seed):
    changes = random_changes(1500, seed)
    assert_alike(changes, tariff)


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
