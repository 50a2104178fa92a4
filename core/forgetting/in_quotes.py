"""A person in quotes: theirs, which go with every version and keep their numbers, and what others' say of them."""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from core.database.tables import quote, quote_event
from core.forgetting.asked import Asked
from core.forgetting.found import Evidence, Found, Order
from core.store.erasing import erase_quotes, record_erasure
from core.store.stored_texts import MARK, is_blanked

_COLUMNS = (
    "id", "number", "customer", "contact", "subscription", "texts", "extras", "version", "replaces_id", "migration_id",
)  # fmt: skip
_Row = sa.Row[Any]


def find(connection: sa.Connection, asked: Asked) -> Iterator[Found]:
    """Yield the person's quotes, and texts about them in others'."""
    rows = connection.execute(sa.select(*(quote.c[name] for name in _COLUMNS)).order_by(quote.c.id)).all()
    reasons: dict[int, list[str]] = {}
    said = sa.select(quote_event.c.quote_id, quote_event.c.reason).where(quote_event.c.reason != "")
    for id, reason in connection.execute(said.order_by(quote_event.c.id)):
        reasons.setdefault(id, []).append(reason)
    customers = {row.id: _customer(asked, row) for row in rows}
    own = _versions(rows, {id for id, (_, sure) in customers.items() if sure})
    for row in rows:
        told, _ = customers[row.id]
        beside = [Evidence("offer_contact", row.contact), Evidence("adjust_reason", row.texts.get("adjust_reason", ""))]
        beside += [Evidence("free_label", line["label"]) for line in row.extras.get("lines", ())]
        beside += [Evidence("reason", reason) for reason in dict.fromkeys(reasons.get(row.id, ()))]
        beside = [one for one in beside if one.text and not is_blanked(one.text) and asked.marks(one.text)]
        sure = row.id in own
        if told or sure:
            evidence = (*told, *(beside if sure else ())) or (Evidence("customer_name", row.customer["name"]),)
            state = (row.version, row.replaces_id, row.migration_id)
            yield Found("quote", row.id, row.number, True, sure, evidence, (), state)
        if not sure:
            for one in dict.fromkeys(beside):
                yield Found("quote", row.id, row.number, False, asked.sure(one.text), (one,))


def _customer(asked: Asked, row: _Row) -> tuple[tuple[Evidence, ...], bool]:
    """Return what of a quote's customer is the person's, and whether that is sure."""
    name, nip = row.customer["name"], row.customer["nip"]
    ids = (("customer_name", name, True), ("customer_nip", nip, False), ("subscription", row.subscription, True))
    found = [(Evidence(field, text), asked.sure(text, name=whole)) for field, text, whole in ids
             if text and asked.marks(text, name=whole)]  # fmt: skip
    # In one house there are many.
    found += [(Evidence("customer_address", line), False) for line in row.customer["address"] if asked.marks(line)]
    return tuple(evidence for evidence, _ in found), any(sure for _, sure in found)


def _versions(rows: Sequence[_Row], ids: set[int]) -> set[int]:
    """Return quotes with all that they replaced and that replaced them: every version is of the same client."""
    near: dict[int, set[int]] = {}
    for row in rows:
        if row.replaces_id is not None:
            near.setdefault(row.id, set()).add(row.replaces_id)
            near.setdefault(row.replaces_id, set()).add(row.id)
    newest = ids
    while newest:
        newest = {other for id in newest for other in near.get(id, ())} - ids
        ids = ids | newest
    return ids


# -- going


def erase(connection: sa.Connection, asked: Asked, order: Order) -> None:
    """Erase whole quotes, those that went with their migrations aside, and blank the texts in others."""
    act = order.act
    ids = {one.id for one in order.found if one.whole}
    for id in connection.execute(sa.select(quote.c.id).where(quote.c.id.in_(ids)).order_by(quote.c.id)).scalars().all():
        events = erase_quotes(connection, quote.c.id == id)
        record_erasure(connection, act.now, act.person.id, order.reason, 0, events, "quote")
    texts: dict[int, dict[Evidence, None]] = {}
    for one in order.found:
        if not one.whole and one.id not in ids:
            texts.setdefault(one.id, {}).update(dict.fromkeys(one.evidence))
    changed = sum(_blank(connection, id, _without(asked, of)) for id, of in texts.items())
    if texts:
        record_erasure(connection, act.now, act.person.id, order.reason, 0, changed, "blanked")


def _without(asked: Asked, texts: dict[Evidence, None]) -> Callable[[str, str], str]:
    def each(field: str, held: str) -> str:
        # Never longer than what a field takes, which the text was not either.
        return asked.without(held, MARK)[: max(len(held), len(MARK))] if Evidence(field, held) in texts else held

    return each


def _blank(connection: sa.Connection, id: int, each: Callable[[str, str], str]) -> int:
    """Blank texts of a quote; return how many of its events had one."""
    row = connection.execute(sa.select(quote).where(quote.c.id == id)).first()
    if row is None:
        return 0
    extras = copy.deepcopy(row.extras)
    for line in extras.get("lines", ()):
        line["label"] = each("free_label", line["label"])
    told = dict(row.texts)
    if "adjust_reason" in told:
        told["adjust_reason"] = each("adjust_reason", told["adjust_reason"])
    here = quote.c.id == id
    values = {"contact": each("offer_contact", row.contact), "texts": told, "extras": extras}
    connection.execute(sa.update(quote).where(here).values(values))
    events = connection.execute(
        sa.select(quote_event).where(quote_event.c.quote_id == id).order_by(quote_event.c.seq)
    ).mappings()
    held = [{name: value for name, value in event.items() if name != "id"} for event in events]
    now = [{**event, "reason": each("reason", event["reason"])} for event in held]
    changed = sum(one != other for one, other in zip(held, now, strict=True))
    if changed:
        # What happened is never changed: all of it goes, as only an erasure may, and comes again without the text.
        connection.execute(sa.update(quote).where(here).values(erasing=True))
        connection.execute(sa.delete(quote_event).where(quote_event.c.quote_id == id))
        for event in now:
            connection.execute(sa.insert(quote_event).values(event))
        connection.execute(sa.update(quote).where(here).values(erasing=False))
    return changed
