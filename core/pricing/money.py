"""Money as people write it, and as the core counts it: whole grosze."""

import re
from decimal import Decimal

from core.ground.messages import Grosze
from core.ground.text_limits import LINE, shortened
from core.pricing.alike import half_up

# Spaces people paste between thousands: plain, no-break, narrow no-break, thin.
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
_AMOUNT = re.compile(r"\d{1,18}([.,]\d{1,2})?")


def parse_amount(text: str) -> Grosze:
    """Return the amount written as 12,50, 12.50 or 1 234,50 zł, in grosze.

    Raises ValueError where the text is not one non-negative amount with at most two decimals; `1.234,50` and
    `1,234.50` are refused rather than guessed at.

    >>> parse_amount("1 234,50 zł")
    123450
    """
    if len(text) > LINE:
        raise ValueError(shortened(text))
    bare = text.translate(_SPACES).lower()
    for currency in ("złotych", "zł", "zl", "pln"):
        bare = bare.removesuffix(currency)
    if not bare.isascii() or not _AMOUNT.fullmatch(bare):
        raise ValueError(text)
    return to_grosze(Decimal(bare.replace(",", ".")))


def to_grosze(amount: Decimal) -> Grosze:
    """Return an amount in zl as grosze; raises ValueError where it has a fraction of a grosz.

    >>> to_grosze(Decimal("49.86"))
    4986
    """
    if (amount * 100) % 1:
        raise ValueError(f"{amount} has a fraction of a grosz")
    return Grosze(amount * 100)


def to_decimal(grosze: int) -> Decimal:
    """Return grosze as zl with exactly two decimals.

    >>> to_decimal(4986)
    Decimal('49.86')
    """
    return Decimal(int(grosze)).scaleb(-2)


def percent_of(grosze: int, percent: Decimal) -> Grosze:
    """Return a percentage (at most two decimals) of an amount, half up; neither is negative.

    >>> percent_of(10050, Decimal(23))
    2312
    """
    return Grosze(half_up(grosze * int(percent * 100), 10_000))
