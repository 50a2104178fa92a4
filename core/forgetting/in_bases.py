"""A person in the kept base: their subscriptions, which go; the base then says that it has so many fewer."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from core.database import portions
from core.database.tables import base, subscription, subscription_domain
from core.forgetting.asked import Asked
from core.forgetting.found import Evidence, Found, Order
from core.store.erasing import record_erasure
from core.store.stored_texts import MARK, is_blanked


def find(connection: sa.Connection, asked: Asked) -> Iterator[Found]:
    """Yield the rows of the person, and the base itself where its file is named after them."""
    for id, name in connection.execute(sa.select(base.c.id, base.c.name).order_by(base.c.id)):
        if not is_blanked(name) and asked.marks(name):
            yield Found("base", id, name, False, asked.sure(name), (Evidence("base_file", name),))
    columns = [subscription.c[name] for name in ("id", "base_id", "number", "client")]
    rows = {row.id: row for some in portions.of(_near(connection, asked))
            for row in connection.execute(sa.select(*columns).where(subscription.c.id.in_(some)))}  # fmt: skip
    names: dict[int, list[str]] = {}
    for some in portions.of([*rows]):
        of = sa.select(subscription_domain).where(subscription_domain.c.subscription_id.in_(some))
        for id, name in connection.execute(of.order_by(subscription_domain.c.name)):
            names.setdefault(id, []).append(name)
    for id, row in sorted(rows.items()):
        if found := _of_one(asked, row, names.get(id, [])):
            yield found


def _near(connection: sa.Connection, asked: Asked) -> list[int]:
    """Return the ids of rows that may be the person's: a base has hundreds of thousands."""
    client, number = subscription.c.folded_client, subscription.c.folded_number
    texts = [*asked.stems(), *(needle.parts[0] for needle in asked.needles if needle.kind == "number")]
    like = [column.contains(text, autoescape=True) for text in texts for column in (client, number)]
    found = {*connection.execute(sa.select(subscription.c.id).where(sa.or_(sa.false(), *like))).scalars()}
    name = subscription_domain.c.name
    named = [test for one in asked.domains() for test in (name == one, name.endswith(f".{one}", autoescape=True))]
    of_names = sa.select(subscription_domain.c.subscription_id).where(sa.or_(sa.false(), *named))
    return sorted(found | {*connection.execute(of_names).scalars()})


def _of_one(asked: Asked, row: sa.Row[Any], names: list[str]) -> Found | None:
    evidence = [Evidence(field, text) for field, text in (("client", row.client), ("subscription", row.number))
                if text and asked.marks(text, name=True)]  # fmt: skip
    evidence += [Evidence("domain", name) for name in names if asked.marks(name)]
    if not evidence:
        return None
    own = any(asked.sure(text, name=True) for text in (row.client, row.number))
    # One domain among others' may have been lent to them.
    sure = own or (bool(names) and all(asked.sure(name) for name in names))
    return Found("base", row.id, row.number, True, sure, tuple(evidence), (), (row.base_id,))


# -- going


def erase(connection: sa.Connection, asked: Asked, order: Order) -> None:
    """Erase rows, and blank the name of the file. How many rows it has is said anew; whose file it was stays true."""
    act, ids = order.act, [one.id for one in order.found if one.whole]
    for some in portions.of(ids):
        connection.execute(sa.delete(subscription_domain).where(subscription_domain.c.subscription_id.in_(some)))
        connection.execute(sa.delete(subscription).where(subscription.c.id.in_(some)))
    if ids:
        left = sa.select(sa.func.count()).select_from(subscription).where(subscription.c.base_id == base.c.id)
        connection.execute(sa.update(base).values(rows=left.scalar_subquery()))
        record_erasure(connection, act.now, act.person.id, order.reason, 0, len(ids), "base")
    named = [one for one in order.found if not one.whole]
    for one in named:
        now = asked.without(one.name, MARK)
        connection.execute(sa.update(base).where(base.c.id == one.id).values(name=now))
    if named:
        record_erasure(connection, act.now, act.person.id, order.reason, 0, len(named), "blanked")
