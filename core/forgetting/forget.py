"""A person forgotten: looked for in every place, then erased, all of what a manager means or nothing.

    seen = look(store.engine, wanted)
    done = forget(store.engine, wanted, seen, seen.sure, act, "prośba klienta z 21.11")

What has changed between both is a conflict. The records of erasures say when, who, why and how much, never whom.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from core.database import epoch as epochs
from core.database.sqlite_log import rewrite_file
from core.database.tables import erasure
from core.database.transactions import reading, writing
from core.forgetting.asked import Asked
from core.forgetting.found import Found, Look, Order
from core.forgetting.places import PLACES
from core.ground.messages import FieldError, InputError, Message
from core.ground.words import fold
from core.migration.act import Act
from core.migration.carried import reason_of
from core.migration.people import require
from core.store.conflicts import replaced
from core.store.erasing import personal
from core.store.locks import alone, lock_quotes
from core.store.rows import load


class ChangedError(Exception):
    """What was found is not what stands now: nothing was erased. `now`: what stands; `since`: what is other in it."""

    def __init__(self, now: Look, since: tuple[Found, ...], message: Message | None = None) -> None:
        self.now = now
        self.since = since
        self.message = message or Message("forget.changed", count=len(since) or 1)
        super().__init__(f"{len(since)} of what was found has changed")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much went: whole migrations, quotes, rows of the base and watches, and texts that were blanked.

    `overwritten`: whether nothing of it is left in the database's file; None where the database is a server's.
    """

    migrations: int
    quotes: int
    rows: int
    watches: int
    texts: int
    overwritten: bool | None

    @property
    def told(self) -> Message:
        """How much went."""
        names = ("migrations", "quotes", "rows", "watches", "texts")
        return Message("forget.done", {name: getattr(self, name) for name in names})

    @property
    def left(self) -> Message | None:
        """What to tell where the file has traces still."""
        return Message("forget.traces") if self.overwritten is False else None


def look(engine: sa.Engine, asked: Asked) -> Look:
    """Return all that is kept of a person, what is sure first within each place."""
    with reading(engine) as connection:
        return _look(connection, asked)


def forget(engine: sa.Engine, asked: Asked, seen: Look, chosen: Collection[str], act: Act, reason: str) -> Forgotten:
    """Erase what was chosen of what was `seen`, by the keys, by a manager, with a reason that does not name the person.

    Raises ChangedError where something of it is otherwise by now, or more is surely theirs; InputError on "actor",
    "reason" and, where nothing was chosen, on "person".
    """
    require(act.person, "erase")
    why = reason_of(reason)
    known = {one.key: one for one in seen.found}
    meant = [known[key] for key in chosen if key in known]
    if not meant or len(meant) != len(set(chosen)):
        raise InputError(FieldError("person", "", Message("error.forget_none")))
    with writing(engine) as connection:
        _lock(connection)
        now = _look(connection, asked)
        _compare(connection, seen, now, {one.key for one in meant})
        _refuse_names(connection, asked, meant, why)
        # In their order, not that of clicks.
        gone = [one for one in now.found if one.key in chosen]
        for where, place in PLACES.items():
            if here := [one for one in gone if one.where == where]:
                place.erase(connection, asked, Order(act, why, here))
    along = {number for one in gone for number in one.along}
    quotes = along | {one.name for one in gone if one.where == "quote" and one.whole}
    whole = [one.where for one in gone if one.whole]
    return Forgotten(
        whole.count("migration"),
        len(quotes),
        whole.count("base"),
        whole.count("watch"),
        len(gone) - len(whole),
        rewrite_file(engine),
    )


def _lock(connection: sa.Connection) -> None:
    """Let nobody change anything of it until the transaction ends, in the order in which everybody locks."""
    alone(connection)
    lock_quotes(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("LOCK TABLE base IN SHARE ROW EXCLUSIVE MODE"))


def _look(connection: sa.Connection, asked: Asked) -> Look:
    found = (
        one for place in PLACES.values() for one in sorted(place.find(connection, asked), key=lambda one: not one.sure)
    )
    records = connection.execute(sa.select(erasure.c.id, erasure.c.reason).order_by(erasure.c.id))
    stays = tuple(str(id) for id, reason in records if asked.sure(reason))
    return Look(epochs.read(connection).name, tuple(found), stays)


def _compare(connection: sa.Connection, seen: Look, now: Look, chosen: Collection[str]) -> None:
    epoch = epochs.read(connection)
    if epoch.name != seen.epoch:
        raise ChangedError(now, now.found, replaced(epoch.restored_at))
    before, after = ({one.key: one for one in one_look.found} for one_look in (seen, now))
    other = {key for key in chosen if after.get(key) != before[key]}
    other |= {one.key for one in now.found if one.sure and before.get(one.key) != one}
    if other:
        raise ChangedError(now, tuple(one for one in now.found if one.key in other))


def _refuse_names(connection: sa.Connection, asked: Asked, meant: Collection[Found], why: str) -> None:
    folded = f" {fold(why)} "
    said = {fold(evidence.text) for one in meant for evidence in one.evidence} - {""}
    ids = [one.id for one in meant if one.where == "migration" and one.whole]
    words = {word for m in load(connection, ids) for word in personal(m)}
    if asked.marks(why) or any(f" {text} " in folded for text in said) or any(w in why.casefold() for w in words):
        raise InputError(FieldError("reason", "", Message("error.reason_names")))
