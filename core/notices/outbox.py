"""The outbox: rows are written with what they tell of, and each is sent once, whoever sends.

    write -> waiting -> claim -> claimed -> hand_over -> handing_over -> sent | failed (waiting again, or for good)

Every step is a conditional UPDATE: whoever lost the claim changes nothing. A claim that is over is another's to take;
one that ended while its message was being handed over is sent again under the same id, and says that it may have come
twice: nobody can know better.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.database import epoch
from core.database.tables import notice as table
from core.database.transactions import reading, writing
from core.ground.messages import Message
from core.notices.notice import Claimed, Notice, notice_of, trouble
from core.notices.pauses import pause
from core.notices.quiet import Hours, due_at
from core.notices.recipients import APPRISE, MAIL, WEBHOOK, Recipients, way_of
from core.notices.way import Outcome

_OPEN = ("waiting", "claimed", "handing_over")
_ON_THE_WAY = ("claimed", "handing_over")
_TOGETHER = 500
"""Notices of one digest."""

_LONGEST = dt.timedelta(hours=26)
"""Nothing waits for longer: quiet hours end within a day, be it the one when clocks are put back."""

_Where = sa.ColumnElement[bool]


def write(
    connection: sa.Connection,
    watch_id: int,
    transition: str,
    told: Mapping[str, Any],
    recipients: Recipients,
    urgent: bool,
    now: dt.datetime,
    quiet: Hours,
) -> int:
    """Write a notice of a transition for each recipient, in the caller's transaction; return how many were new.

    Of whoever cannot be reached there is a row as well, so that it is seen: one that failed from the beginning.
    """
    row = {
        "watch_id": watch_id,
        "transition": transition,
        "urgent": urgent,
        "told": dict(told),
        "created_at": now,
        "epoch": epoch.read(connection).name,
        "state": "waiting",
        "due_at": due_at(now, urgent, quiet.begins, quiet.ends),
        "tries": 0,
        "claimed_by": "",
        "message_id": "",
    }
    lost = {"state": "failed", "trouble": trouble(Message("notice.trouble.no_address"))}
    rows = [row | {"recipient": recipient, "trouble": None} for recipient in recipients.keys]
    rows += [row | {"recipient": recipient} | lost for recipient in recipients.unreached]
    if not rows:
        return 0
    once = [table.c.watch_id, table.c.transition, table.c.recipient]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table).values(rows).on_conflict_do_nothing(index_elements=once)
    return len(connection.execute(insert.returning(table.c.id)).all())


def load(connection: sa.Connection, *which: _Where, most: int | None = None) -> list[Notice]:
    """Return the notices for which all of `which` holds, the newest first."""
    query = sa.select(table).where(*which).order_by(table.c.created_at.desc(), table.c.id.desc())
    return [notice_of(row) for row in connection.execute(query if most is None else query.limit(most))]


def ways_due(engine: sa.Engine, now: dt.datetime, lease: dt.timedelta, only_urgent: bool = False) -> list[str]:
    """Return the ways over which something is to be sent now; what an earlier life of the database left is withheld."""
    with reading(engine) as connection:
        present = epoch.read(connection).name
        of_before = table.c.state.in_(_OPEN) & (table.c.epoch != present)
        left = connection.execute(sa.select(sa.exists().where(of_before))).scalar_one()
        due = sa.select(table.c.recipient).distinct().where(_to_be_claimed(present, now, lease, only_urgent))
        found = {way_of(recipient) for recipient in connection.execute(due).scalars()}
    if left:
        with writing(engine) as connection:
            connection.execute(sa.update(table).where(of_before).values(state="withheld", claimed_until=None))
    return sorted(found)


def claim(
    engine: sa.Engine, by: str, now: dt.datetime, lease: dt.timedelta, way: str = MAIL, only_urgent: bool = False
) -> Claimed | None:
    """Claim what is to be sent next over a way, as one message; None where there is nothing, or others were quicker.

    What was tried before goes as it was; of what is new each urgent notice alone, all others of its recipient together.
    """
    with writing(engine) as connection:
        present = epoch.read(connection).name
        free = _to_be_claimed(present, now, lease, only_urgent)
        order = (table.c.urgent.desc(), table.c.due_at, table.c.id)
        next = connection.execute(sa.select(table).where(free, _over(way)).order_by(*order).limit(1)).first()
        if next is None:
            return None
        # In the order of their ids: two who claim at once do not wait for each other.
        locked = sa.select(table).where(free, _with(next)).order_by(table.c.id).limit(_TOGETHER).with_for_update()
        rows = connection.execute(locked).all()
        if not rows:
            return None
        message_id, until = next.message_id or token_hex(16), now + lease
        values: dict[str, Any] = {"state": "claimed", "claimed_by": by, "claimed_until": until}
        if any(row.state == "handing_over" for row in rows):
            values["trouble"] = trouble(None, twice=True)
        ids = table.c.id.in_([row.id for row in rows])
        update = sa.update(table).where(ids, free).values(message_id=message_id, tries=table.c.tries + 1, **values)
        claimed = connection.execute(update.returning(table)).all()
    notices = tuple(sorted(map(notice_of, claimed), key=lambda notice: notice.id))
    return Claimed(notices, by, until, message_id) if notices else None


def hand_over(engine: sa.Engine, claimed: Claimed, now: dt.datetime) -> bool:
    """Record that a message is about to be handed over; False: the claim is another's, or over, so it must not be."""
    with writing(engine) as connection:
        still = _held(claimed, "claimed") & (table.c.claimed_until > now)
        return connection.execute(sa.update(table).where(still).values(state="handing_over")).rowcount > 0


def sent(engine: sa.Engine, claimed: Claimed, now: dt.datetime) -> bool:
    """Record that a message was sent; False: somebody else has claimed it meanwhile."""
    with writing(engine) as connection:
        values = {"state": "sent", "sent_at": now, "claimed_until": None, "trouble": trouble(None, claimed.twice)}
        return connection.execute(sa.update(table).where(_held(claimed, *_ON_THE_WAY)).values(values)).rowcount > 0


def failed(engine: sa.Engine, claimed: Claimed, outcome: Outcome, now: dt.datetime) -> bool:
    """Record that a message was not sent, and when it is tried again, if so; False: as for `sent`."""
    after = None if outcome.final else pause(claimed.tries)
    values: dict[str, Any] = {
        "state": "failed" if after is None else "waiting",
        "claimed_until": None,
        "trouble": trouble(outcome.why, claimed.twice or outcome.unsure),
    }
    if after is not None:
        values["due_at"] = now + after
    with writing(engine) as connection:
        return connection.execute(sa.update(table).where(_held(claimed, *_ON_THE_WAY)).values(values)).rowcount > 0


def acknowledge(connection: sa.Connection, watch_id: int, person: str, now: dt.datetime, kinds: Iterable[str]) -> int:
    """Let nobody be told what still waits of a watch and is of some kinds, as a person (an id) has taken note of them.

    Return how many notices did wait.
    """
    of_kinds = sa.or_(sa.false(), *(table.c.transition.startswith(f"{kind}.", autoescape=True) for kind in kinds))
    waiting = (table.c.watch_id == watch_id) & (table.c.state == "waiting") & of_kinds
    locked = sa.select(table.c.id).where(waiting).order_by(table.c.id).with_for_update()
    ids = connection.execute(locked).scalars().all()
    values = {"state": "acknowledged", "claimed_by": person, "sent_at": now}
    return connection.execute(sa.update(table).where(table.c.id.in_(ids), waiting).values(values)).rowcount


def send_on(connection: sa.Connection, ids: Iterable[int], now: dt.datetime) -> int:
    """Let what was given up or withheld be sent after all, with what went in the same message; return how many."""
    stopped = table.c.state.in_(("failed", "withheld"))
    chosen = table.c.id.in_(list(ids))
    messages = sa.select(table.c.message_id).where(chosen, table.c.message_id != "")
    these = stopped & (chosen | table.c.message_id.in_(messages))
    rows = connection.execute(sa.select(table).where(these).order_by(table.c.id).with_for_update()).all()
    present = epoch.read(connection).name
    for row in rows:
        # What was withheld after a try may have been sent in the life that was lost.
        twice = notice_of(row).twice or (row.state == "withheld" and row.tries > 0)
        values = {"state": "waiting", "due_at": now, "tries": 0, "epoch": present, "trouble": trouble(None, twice)}
        connection.execute(sa.update(table).where(table.c.id == row.id).values(values))
    return len(rows)


def _to_be_claimed(present: str, now: dt.datetime, lease: dt.timedelta, only_urgent: bool) -> _Where:
    # Nobody waits for longer than until the next morning: what is due later was told so by a clock put back since.
    waits = (table.c.state == "waiting") & ((table.c.due_at <= now) | (table.c.due_at > now + _LONGEST))
    # One that would last longer than any does was made by a clock that has since been put back.
    over = (table.c.claimed_until <= now) | (table.c.claimed_until > now + 2 * lease)
    found = (waits | (table.c.state.in_(_ON_THE_WAY) & over)) & (table.c.epoch == present)
    return found & table.c.urgent if only_urgent else found


def _over(way: str) -> _Where:
    if way == MAIL:
        return (table.c.recipient != WEBHOOK) & ~table.c.recipient.startswith(APPRISE, autoescape=True)
    return sa.and_(table.c.recipient == way)


def _with(row: Any) -> _Where:
    """Return what goes in one message with a row."""
    if row.message_id:
        return sa.and_(table.c.message_id == row.message_id)
    if row.urgent:
        return sa.and_(table.c.id == row.id)
    return sa.and_(table.c.recipient == row.recipient, ~table.c.urgent, table.c.message_id == "")


def _held(claimed: Claimed, *states: str) -> _Where:
    mine = (table.c.claimed_by == claimed.by) & (table.c.claimed_until == claimed.until)
    return (table.c.message_id == claimed.message_id) & mine & table.c.state.in_(states)
