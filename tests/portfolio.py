"""Changes of every kind for the tests of arrays, and the single quote to hold them against."""

import datetime as dt
from dataclasses import fields

import numpy as np

from core.messages import InputError
from core.pricing import calendar
from core.pricing.money import to_decimal
from core.pricing.outcome import Outcome
from core.pricing.portfolio import NO_RULE, PROBLEMS, price_many, values_of
from core.pricing.quote import quote
from core.pricing.request import QuoteRequest, situation
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


def option_of(found, ordered):
    """The option that a row of arrays stands for: with our migration, or without."""
    wanted = OptionKind.ORDERED if ordered else OptionKind.SELF
    return {option.kind: option for option in found.options}.get(wanted, found.options[0])


def assert_alike(changes, tariff):
    """Every output of the arrays equals the explained quote's, row by row; so does what is refused, and why."""
    priced = price_many(changes, tariff)
    net, vat, gross = priced.net, priced.vat, priced.gross
    contract = values_of(changes, priced, tariff, lambda s: s.contract_price)
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
        option = option_of(found, changes.move_ordered[row])
        outcome = Outcome(found.rule, situation(found.request, tariff), option.kind)
        assert priced.available[row] == option.available
        assert contract[row] == found.contract_price and priced.period[row] == found.target_period_months
        assert priced.buys[row] == outcome.buys_period and priced.expired[row] == outcome.s.expired
        assert priced.origin[row] == (outcome.period_start if outcome.buys_period else outcome.s.end)
        assert (priced.surcharge[row], priced.renewal[row], priced.migration[row], net[row], vat[row], gross[row]) == (
            option.total("surcharge"), option.total("renewal"), option.total("migration"),
            option.net, option.vat, option.gross,
        )  # fmt: skip
