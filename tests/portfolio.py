"""Changes of every kind for the tests of arrays, and the single quote to hold them against."""

import datetime as dt
from dataclasses import fields

import numpy as np

from core.ground.messages import InputError
from core.pricing import calendar
from core.pricing.alike import half_up
from core.pricing.money import to_decimal
from core.pricing.outcome import Outcome
from core.pricing.portfolio import NO_RULE, PROBLEMS, price_many, values_of
from core.pricing.quote import quote
from core.pricing.request import QuoteRequest, situation
from core.pricing.rules import DECISION_TABLE, OptionKind, decide
from core.pricing.situation import DEFAULT_PERIOD, FROM_LIST, Change
from core.pricing.term import NO_ANCHOR

PARTS = ("surcharge", "renewal", "migration")
PACKAGES = ("basic", "plus", "pro", "vps", "vps-big")
FIRST = calendar.number(dt.date(2019, 6, 1))


def random_changes(rows, seed):
    """Changes of every kind: whole and odd terms, all days, list and contract prices, some that cannot be priced."""
    random = np.random.default_rng(seed)
    start = random.integers(FIRST, FIRST + 3500, rows)
    # A term in five begins on a month's last day, of whichever the service began on the 31st, or may have.
    start = np.where(random.random(rows) < 0.2, calendar.months_later(start - calendar.day_of_month(start), 1), start)
    anchors = [NO_ANCHOR, NO_ANCHOR, 28, 30, 31, *(calendar.day_of_month(start) for _ in range(3))]
    anchor = np.choose(random.integers(0, len(anchors), rows), anchors)
    months = random.choice([1, 1, 3, 7, 12, 12, 24, 36], rows)
    whole = np.where(
        calendar.fits(start, anchor), calendar.continued(start, months, anchor), calendar.months_later(start, months)
    )
    # Some of them end a day later: somebody wrote the first unpaid day.
    whole = whole - start + (random.random(rows) < 0.2)
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
        anchor=anchor,
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
        service_start=dt.date(calendar.date(v["term_start"]).year - 1, 12, v["anchor"]) if v["anchor"] else None,
    )


def option_of(found, ordered):
    """The option that a row of arrays stands for: with our migration, or without."""
    kind = kind_of([option.kind for option in found.options], ordered)
    return next(option for option in found.options if option.kind == kind)


def kind_of(kinds, ordered):
    wanted = OptionKind.ORDERED if ordered else OptionKind.SELF
    return wanted if wanted in kinds else kinds[0]


def assert_alike(changes, tariff):
    """Every output of the arrays equals the single change's, row by row; so does what is refused, and why."""
    priced = price_many(changes, tariff)
    contract = values_of(changes, priced, tariff, lambda s: s.contract_price).tolist()
    arrays = {field: getattr(priced, field).tolist() for field in ("net", "vat", "gross", *vars(priced))}
    for row in range(len(contract)):
        found = {field: values[row] for field, values in arrays.items()}
        try:
            s = situation(as_request(changes, row), tariff)
        except InputError as error:
            first = error.errors[0]
            assert PROBLEMS[found["problem"]] == (first.field, first.message.id)
            assert found["rule"] == NO_RULE and found["net"] == 0
            continue
        rule = decide(s)
        outcome = Outcome(rule, s, kind_of(rule.options(s.readings), changes.move_ordered[row]))
        vat = half_up(outcome.net * s.in_force.vat_basis_points, 10_000)
        parts = {kind: sum(part.net for part in outcome.parts if part.kind == kind) for kind in PARTS}
        assert contract[row] == s.contract_price
        assert found == {
            "problem": 0,
            "rule": DECISION_TABLE.index(rule),
            "available": outcome.available,
            **parts,
            "net": outcome.net,
            "vat": vat,
            "gross": outcome.net + vat,
            "vat_basis_points": s.in_force.vat_basis_points,
            "buys": outcome.buys_period,
            "period": s.period,
            "origin": outcome.origin,
            "anchor": outcome.anchor,
            "expired": s.expired,
        }


def assert_explained_alike(changes, tariff):
    """The explained quote says the same amounts, too."""
    priced = price_many(changes, tariff)
    for row in np.flatnonzero(priced.problem == 0).tolist():
        found = quote(as_request(changes, row), tariff)
        option = option_of(found, changes.move_ordered[row])
        assert (DECISION_TABLE[priced.rule[row]].id, bool(priced.available[row])) == (found.rule.id, option.available)
        assert (option.net, option.vat, option.gross) == (priced.net[row], priced.vat[row], priced.gross[row])
        assert [getattr(priced, kind)[row] for kind in PARTS] == [option.total(kind) for kind in PARTS]
