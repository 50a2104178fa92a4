"""What the migration of a watch says of its domain, and who is told: asked for in the transaction that records a look.

Only what is needed is read: of a migration of hundreds of domains each is watched, every few minutes.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from core.database.tables import check_item, domain, migration
from core.migration.cutover_looks import outdated
from core.migration.migration import Domain
from core.migration.people import WATCH
from core.migration.stages import CONFIRMED, DONE, SEEN, SWITCHED
from core.migration.stored_fields import from_json
from core.watch.plan import To
from core.watch.transitions import ALONE, Facts
from core.watch.watch import Watch


@dataclass(frozen=True, slots=True)
class About:
    """What a watch is about: `ref` is "" where it stands alone; `people`: ids, "" for nobody."""

    facts: Facts
    ref: str
    people: Mapping[To, str]


def about(connection: sa.Connection, watch: Watch, now: dt.datetime) -> About:
    """Return what stands of the domain of a watch in its migration; as if alone, where it is not there any more."""
    by_hand = "" if watch.begun_by == WATCH.id else watch.begun_by
    alone = About(ALONE, "", {"owner": by_hand})
    if watch.migration_id is None:
        return alone
    columns = (migration.c.ref, migration.c.owner, migration.c.deputy)
    of = connection.execute(sa.select(*columns).where(migration.c.id == watch.migration_id)).first()
    here = (domain.c.migration_id == watch.migration_id) & (domain.c.name == watch.name) & ~domain.c.withdrawn
    d = connection.execute(sa.select(domain.c.step, domain.c.cutover).where(here)).first()
    if of is None:
        return alone
    people: dict[To, str] = {"owner": of.owner, "deputy": of.deputy}
    if d is None:
        return About(ALONE, of.ref, people)
    ticked = (check_item.c.migration_id == watch.migration_id) & (check_item.c.domain == watch.name)
    items = set(connection.execute(sa.select(check_item.c.item).where(ticked)).scalars())
    look = Domain(watch.name, watch.display, cutover=from_json("cutover", d.cutover))
    facts = Facts(
        confirmed=CONFIRMED in items,
        switched=SWITCHED in items,
        visible=SEEN in items or d.step == DONE,
        # One that is missing never counted.
        stale=look.cutover is not None and SWITCHED not in items and outdated(look, now) is not None,
    )
    return About(facts, of.ref, people)
