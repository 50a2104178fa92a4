"""Whether kept quotes are what the desk would have written: each value, where they stand, numbers and tariffs.

Their amounts are not worked out anew: should the desk ever price otherwise, what the client was told still stands.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from core.database.tables import quote, quote_event, quote_series, quote_tariff
from core.migration.people import PersonId
from core.offer import extras
from core.pricing.rules import OptionKind
from core.quotes import kept_tariff
from core.quotes.numbers import written
from core.quotes.rows import load_events
from core.quotes.saved import QuoteKind, standing


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Customer(_Table):
    name: Annotated[str, Field(min_length=1)]
    nip: Annotated[str, Field(pattern=r"^([0-9]{10})?$")]
    address: list[str]


class _Amount(_Table):
    kind: OptionKind
    net: int
    vat: int
    gross: int
    fee: int


_NUMBER = Annotated[str, Field(pattern=r"^O/[0-9]{4}/[0-9]{4,9}$")]

VALUES: dict[sa.Column[Any], Any] = {
    quote.c.number: _NUMBER,
    quote.c.author: PersonId,
    quote.c.customer: _Customer,
    quote.c.language: Literal["pl", "en"],
    quote.c.texts: dict[str, str],
    quote.c.offered: Annotated[list[str], Field(min_length=1)],
    quote.c.extras: dict[str, Any],
    quote.c.amounts: Annotated[list[dict[str, Any]], Field(min_length=1)],
    quote.c.erasing: Literal[False],
    quote_event.c.kind: QuoteKind,
    quote_event.c.actor: PersonId,
    quote_series.c.last: Annotated[int, Field(ge=1, le=999_999_999)],
}
"""What the desk writes into a column of quotes, where that is less than all that its type takes."""

_MISTAKES = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def wrong(connection: sa.Connection) -> Iterator[str]:
    """Yield what of the quotes does not agree with what happened to them, and what cannot be read."""
    try:
        histories = load_events(connection)
        rows = connection.execute(sa.select(quote).order_by(quote.c.id)).all()
        tariffs = dict(connection.execute(sa.select(quote_tariff.c.version, quote_tariff.c.content)).all())
        last = dict(connection.execute(sa.select(quote_series.c.year, quote_series.c.last)).all())
    except _MISTAKES as error:
        yield f"quote: {type(error).__name__}"
        return
    for version, content in tariffs.items():
        try:
            kept_tariff.from_json(version, content)
        except _MISTAKES as error:
            yield f"quote_tariff {version}: {type(error).__name__}"
    for row in rows:
        try:
            told = standing(histories.get(row.id, ()))
            kinds = [_Amount.model_validate(amount).kind for amount in row.amounts]
            if row.extras:
                extras.from_json(row.extras)
            year, place = (int(part) for part in row.number.split("/")[1:])
        except _MISTAKES as error:
            # The words of the others may hold what was read.
            yield f"quote {row.id}: {type(error).__name__}"
            continue
        stands = {
            "state": (row.state, told.state),
            "state_at": (row.state_at, told.state_at),
            "chosen": (row.chosen, told.chosen),
            "version": (row.version, told.version),
            "amounts": (kinds, row.offered),
            "number": (row.number, written(year, place)),
        }
        names = [name for name, (here, right) in stands.items() if here != right]
        if place > last.get(year, 0):
            names.append("series")
        if names:
            yield f"quote {row.id}: {', '.join(names)}"
