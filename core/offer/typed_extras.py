"""What somebody has typed beside the rules, as a whole: whether it is anything, what of it reads, and what does not."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.ground.messages import FieldError, InputError
from core.offer.extras import Extras, FreeLine, Promotion, check_count, is_blank, parse_line
from core.offer.promotions import FIELD, Promotions
from core.pricing.money import to_decimal
from core.pricing.quote import Quote
from core.pricing.tariff import Tariff

CODE = FIELD
"""The field of the code of a promotion."""

Rows = Mapping[str, Mapping[str, str]]
"""The texts of each line (`extras.FIELDS`) by its number."""

Mistakes = Mapping[str, Sequence[FieldError]]
"""By the number of a line, CODE, or "" for all of it."""


def is_typed(rows: Rows, code: str) -> bool:
    """Whether anything was typed at all: a line, or the code of a promotion."""
    return bool(code.strip()) or not all(is_blank(row) for row in rows.values())


def read(
    rows: Rows, code: str, quote: Quote, tariff: Tariff, promotions: Promotions, today: dt.date
) -> tuple[Extras, Mistakes]:
    """Return what reads, and what does not; a promotion is given `today`, or not at all."""
    mistakes: dict[str, Sequence[FieldError]] = {}
    lines: list[FreeLine] = []
    given: tuple[Promotion, ...] = ()
    allowed = rates(quote, promotions)
    for number, row in rows.items():
        if is_blank(row):
            continue
        try:
            lines.append(parse_line({**row, "free_vat": row.get("free_vat") or f"{allowed[0]:f}"}, allowed))
        except InputError as error:
            mistakes[number] = error.errors
    try:
        check_count(lines)
    except InputError as error:
        mistakes[""] = error.errors
    if code.strip():
        try:
            given = (promotions.by_code(code, today, quote.request.target, tariff),)
        except InputError as error:
            mistakes[CODE] = error.errors
    return Extras(tuple(lines), given), mistakes


def rates(quote: Quote, promotions: Promotions) -> tuple[Decimal, ...]:
    """Return the VAT rates that a line beside a quote may have, in percent; first the rules' own: most have that."""
    return promotions.rates(quote.options[0].vat_percent)


def can_be_given(quote: Quote, promotions: Promotions, today: dt.date) -> list[Promotion]:
    """Return the promotions that a quote's target can be given today."""
    target = quote.request.target
    return [one for one in promotions.valid_on(today) if not one.packages or target in one.packages]


def typed(beside: Extras) -> tuple[dict[str, dict[str, str]], str]:
    """Return extras as somebody would have typed them: the texts of the lines, and the code."""
    rows = {
        str(number): {
            "free_label": line.label,
            "free_net": str(to_decimal(line.net)),
            "free_vat": f"{line.vat_percent:f}",
            "free_yearly": "x" if line.yearly else "",
        }
        for number, line in enumerate(beside.lines, start=1)
    }
    return rows, beside.promotions[0].code if beside.promotions else ""
