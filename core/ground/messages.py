"""What the core says, before it has a language: a message id with its values.

The pure parts return messages; `core.language` words them in Polish or English. Values keep their
types (grosze, dates, Decimals) so that the reader's format is chosen once, at the edge.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Grosze(int):
    """An amount of money in whole grosze (1/100 zl). Arithmetic gives plain ints: wrap a result that is an amount."""


class Place(int):
    """A place in an order, from 1: 7th in English, 7. in Polish."""


class Difference(Grosze):
    """An amount by which something differs: it is told with its sign."""


@dataclass(frozen=True, slots=True)
class ShortDay:
    """A day of the weeks to come, told by its weekday: Thu 3 Dec in English, czw. 03.12 in Polish."""

    day: dt.date


@dataclass(frozen=True, slots=True)
class Message:
    """A text to be worded: `id` in the catalogs, `values` for its placeholders.

    A value may be a message itself. `count` picks the plural form and is available as `{count}`.

    >>> Message("line.migration", {"domains": 8}).id
    'line.migration'
    """

    id: str
    values: Mapping[str, object] = field(default_factory=dict)
    count: int | None = None


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake in somebody's input: which field, the value as given, and what would be right."""

    field: str
    value: object
    message: Message


class InputError(ValueError):
    """Input was refused. Carries every mistake found, not only the first.

    The exception's own text is for logs and tracebacks; screens word `errors` in the reader's language.
    """

    def __init__(self, *errors: FieldError) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{e.field}={e.value!r}: {e.message.id}" for e in errors))

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what another process makes the same of: by itself it would make it of its text."""
        return type(self), self.errors
