"""Amounts as people type them."""

from decimal import Decimal

import pytest

from core.pricing.alike import half_up
from core.pricing.money import parse_amount, to_decimal, to_grosze


@pytest.mark.parametrize(
    "text", ["1234,50", "1234.50", "1 234,50 zł", "1\u00a0234,50\u00a0zł", "1\u202f234.5", "1234,5 PLN", " 1234,50zl "]
)
def test_amounts_read_in_either_format(text):
    assert parse_amount(text) == 123450


@pytest.mark.parametrize("text", ["", "zł", "1,234.50", "1.234,50", "1,234", "12,505", "-1", "1e3", "NaN", "٣", "1-2"])
def test_anything_doubtful_is_refused_rather_than_guessed(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_amount(text)


def test_a_fraction_of_a_grosz_is_no_amount():
    assert to_decimal(to_grosze(Decimal("0.29"))) == Decimal("0.29")
    with pytest.raises(ValueError, match="fraction"):
        to_grosze(Decimal("0.005"))


def test_half_up_is_not_half_even():
    assert [half_up(n, 10) for n in (5, 15, 25, 24)] == [1, 2, 3, 2]
