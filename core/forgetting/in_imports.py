"""A person in what imports remember: names of columns, states of theirs, columns that were refused. Never a value."""

from collections.abc import Iterator

import sqlalchemy as sa

from core.database.tables import import_batch, import_row
from core.forgetting.asked import Asked
from core.forgetting.found import Evidence, Found, Order
from core.store import blanking
from core.store.erasing import record_erasure
from core.store.event_texts import Each
from core.store.stored_texts import headers, is_blanked, numbered


def find(connection: sa.Connection, asked: Asked) -> Iterator[Found]:
    """Yield the texts about the person."""
    texts: dict[int, dict[Evidence, None]] = {}
    for id, mapping in connection.execute(sa.select(import_batch.c.id, import_batch.c.mapping)):
        told = [*(("column", name) for name in headers(mapping)), *(("status", s) for s in mapping.get("statuses", {}))]
        texts.setdefault(id, {}).update({Evidence(field, text): None for field, text in told})
    refused = sa.select(import_row.c.batch_id, import_row.c.errors).where(sa.cast(import_row.c.errors, sa.Text) != "[]")
    for id, errors in connection.execute(refused):
        texts.setdefault(id, {}).update({Evidence("column", error["column"]): None for error in errors})
    for id, held in sorted(texts.items()):
        for one in held:
            if one.text and not is_blanked(one.text) and asked.marks(one.text):
                yield Found("import", id, str(id), False, asked.sure(one.text), (one,))


def erase(connection: sa.Connection, asked: Asked, order: Order) -> None:
    """Blank texts, wherever imports have them."""
    number = blanking.next_number(connection)
    texts = [*dict.fromkeys(evidence.text for one in order.found for evidence in one.evidence)]
    for place, text in enumerate(texts, start=1):
        mark = numbered(f"{number}.{place}")
        blanking.in_imports(connection, text, _without(text, mark))
    if texts:
        act = order.act
        record_erasure(connection, act.now, act.person.id, order.reason, 0, len(texts), "blanked")


def _without(text: str, mark: str) -> Each:
    return lambda _field, _header, held: mark if held == text else held
