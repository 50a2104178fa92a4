"""Refs of our own, P-61: a number that was used does not come back, erased or not."""

import re
from collections.abc import Iterable

import sqlalchemy as sa

from core.database.tables import erasure, migration

_OWN_REF = re.compile(r"P-([0-9]{1,9})")


def next_refs(connection: sa.Connection, count: int, taken: Iterable[str] = ()) -> list[str]:
    """Return refs of our own for new migrations; a number that was used does not come back, erased or not."""
    first = highest_ref(connection, taken) + 1
    return [f"P-{number}" for number in range(first, first + count)]


def highest_ref(connection: sa.Connection, taken: Iterable[str] = ()) -> int:
    """Return the highest number among refs of our own: those that stand, were erased, or are taken besides."""
    erased = connection.execute(sa.select(sa.func.coalesce(sa.func.max(erasure.c.highest_ref), 0))).scalar_one()
    refs = [*connection.execute(sa.select(migration.c.ref).where(migration.c.ref.like("P-%"))).scalars(), *taken]
    return max([int(erased), *(int(own[1]) for ref in refs if (own := _OWN_REF.fullmatch(ref)))])
