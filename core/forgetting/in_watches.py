"""A person in the watches that stand alone: those of their domains, which go with all that they have seen.

The watches of a migration go with it.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from core.database.tables import watch
from core.forgetting.asked import Asked
from core.forgetting.found import Evidence, Found, Order
from core.store.erasing import erase_watches, record_erasure


def find(connection: sa.Connection, asked: Asked) -> Iterator[Found]:
    """Yield the watches of the person's domains, and of names whose servers are theirs."""
    columns = [watch.c[name] for name in ("id", "name", "display", "form", "version")]
    alone = sa.select(*columns).where(watch.c.migration_id.is_(None)).order_by(watch.c.id)
    for row in connection.execute(alone):
        texts = dict.fromkeys((row.display, row.name, *row.form.values()))
        evidence = tuple(Evidence("domain", text) for text in texts if asked.marks(text))
        if evidence:
            sure = any(asked.sure(text) for text in (row.display, row.name))
            yield Found("watch", row.id, row.display, True, sure, evidence, (), (row.version,))


def erase(connection: sa.Connection, asked: Asked, order: Order) -> None:
    """Erase watches with their rounds and notices."""
    ids = [one.id for one in order.found]
    if ids:
        erase_watches(connection, watch.c.id.in_(ids))
        record_erasure(connection, order.act.now, order.act.person.id, order.reason, 0, len(ids), "watch")
