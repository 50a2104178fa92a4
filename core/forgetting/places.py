"""Where the desk keeps what people have told it: a row a place. A new one is one more row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from core.forgetting import in_bases, in_imports, in_migrations, in_quotes, in_watches
from core.forgetting.asked import Asked
from core.forgetting.found import Found, Order, Where


@dataclass(frozen=True, slots=True)
class Place:
    """How a place is looked through, and how what was found there goes, in somebody's transaction.

    `erase` is given what is to go of this place alone, maybe nothing, and records it.
    """

    find: Callable[[sa.Connection, Asked], Iterator[Found]]
    erase: Callable[[sa.Connection, Asked, Order], None]


PLACES: dict[Where, Place] = {
    "migration": Place(in_migrations.find, in_migrations.erase),
    "quote": Place(in_quotes.find, in_quotes.erase),
    "base": Place(in_bases.find, in_bases.erase),
    "watch": Place(in_watches.find, in_watches.erase),
    "import": Place(in_imports.find, in_imports.erase),
}
"""The places in the order in which things go: a migration takes its quotes along."""
