"""What a migration brings in, at the easy tariff: 95.00 for one domain, 145.00 for two, 195.00 for six."""

import datetime as dt

import pytest

from core.migration import moves
from core.migration.fee import fee_of
from core.pricing.tariff import parse_tariff
from tests.conftest import EASY
from tests.migrations import NOW, Life

TODAY = dt.date(2026, 11, 18)
TEXT = EASY.read_text(encoding="utf-8")
# The same tariff, dearer by half from 2027 on.
LATER = """
[[migration_fees]]
valid_from = 2027-01-01
tiers = [{ from = 1, net = "150.00" }]
"""


@pytest.fixture
def dearer_later():
    return parse_tariff(TEXT.replace("[[vat]]", f"{LATER}\n[[vat]]", 1))


def life(domains, **values):
    return Life(*(f"d{n}.pl" for n in range(domains)), fee_applies=True, **values)


@pytest.mark.parametrize(("domains", "grosze"), [(1, 9500), (2, 14500), (5, 14500), (6, 19500), (11, 24500)])
def test_fee_is_one_for_the_whole_order_by_the_number_of_its_domains(tariff, domains, grosze):
    assert fee_of(life(domains).m, tariff, TODAY) == grosze


def test_fee_is_that_of_the_pricing_core(tariff):
    from core.pricing import calendar

    terms = tariff.on(calendar.number(TODAY))
    for domains in (1, 2, 5, 6, 10, 11, 29, 30, 31, 49, 50, 51):
        assert fee_of(life(domains).m, tariff, TODAY) == terms.migration_fee(domains)


def test_no_fee_unless_it_applies(tariff):
    assert fee_of(Life().m, tariff, TODAY) is None


def test_fee_may_be_switched_on_and_off(tariff):
    there = Life()
    there.do(moves.change, {"fee_applies": True})
    assert fee_of(there.m, tariff, TODAY) == 9500
    there.do(moves.change, {"fee_applies": False})
    assert fee_of(there.m, tariff, TODAY) is None


def test_cancelled_migration_brings_nothing_in(tariff):
    there = life(1)
    there.do(moves.cancel, "rezygnacja")
    assert fee_of(there.m, tariff, TODAY) is None
    there.do(moves.restore, "pomyłka")
    assert fee_of(there.m, tariff, TODAY) == 9500


def test_domain_withdrawn_is_not_ordered(tariff):
    there = life(2)
    there.do(moves.withdraw, "d1.pl", "sprzedana")
    assert fee_of(there.m, tariff, TODAY) == 9500


def test_fee_is_that_of_the_agreed_day(dearer_later):
    assert fee_of(life(1).m, dearer_later, TODAY) == 9500
    assert fee_of(life(1).m, dearer_later, dt.date(2027, 1, 1)) == 15000
    there = life(1, planned_at=dt.datetime(2026, 12, 31, 23, tzinfo=dt.UTC))  # 1 January in Warsaw
    assert fee_of(there.m, dearer_later, TODAY) == 15000


def test_fee_is_that_of_the_day_the_moving_began_whenever_it_is_asked(dearer_later):
    there = life(1).to("migration")
    assert fee_of(there.m, dearer_later, dt.date(2027, 6, 1)) == 9500
    there.to("closed")
    assert fee_of(there.m, dearer_later, dt.date(2027, 6, 1)) == 9500


def test_moving_a_domain_again_is_not_paid_at_a_later_price(dearer_later):
    there = life(2).to("test")
    january = NOW.replace(year=2027, month=1)
    there.do(moves.rework, "d0.pl", "migration", "brakuje bazy", now=january)
    assert fee_of(there.m, dearer_later, january.date()) == 14500


def test_no_price_list_on_the_day_is_no_fee(tariff):
    assert fee_of(life(1, planned_at=dt.datetime(2019, 5, 1, tzinfo=dt.UTC)).m, tariff, TODAY) is None
