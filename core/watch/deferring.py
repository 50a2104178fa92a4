"""Looks that are due become jobs of procrastinate, within the store's own transaction: in a rolled back one, none.

    defer(connection, ids)                  # the jobs of watches that somebody wants looked at
    sweep(connection, plan, now, patience)  # by time: what dead workers have left, then what is due and has no job

A job has the lock "watch-ID": of two jobs for a watch the second waits, finds the watch looked at, and does nothing.
None has a `queueing_lock`, and none is tried again by procrastinate: with both, the row of a job whose worker died
stays `doing` for ever (its retry collides with the job that waits), and holds its lock. So all is found by time.
Names are qualified: behind a pooler no search_path lasts from one transaction to the next.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.database.tables import watch
from core.watch import rows
from core.watch.mornings import last_begun
from core.watch.plan import Plan

QUEUE = "watch"
LOOK, MORNING = "look", "morning"
"""The tasks."""

_URGENT = 1
"""What somebody waits for comes before all that is due by time."""

_jobs = sa.table(
    "procrastinate_jobs",
    *(sa.column(name) for name in ("id", "queue_name", "task_name", "priority", "lock", "args", "worker_id")),
    sa.column("status", postgresql.ENUM(name="procrastinate_job_status", schema="jobs", create_type=False)),
    schema="jobs",
)

_DEFER = sa.text(
    "SELECT jobs.procrastinate_defer_jobs_v1(ARRAY("
    "  SELECT ROW(:queue, :task, given.priority, 'watch-' || given.id, NULL,"
    "    jsonb_build_object('watch_id', given.id), NULL)::jobs.procrastinate_job_to_defer_v1"
    "  FROM unnest(CAST(:ids AS integer[]), CAST(:priorities AS integer[])) WITH ORDINALITY AS given (id, priority, n)"
    "  ORDER BY n))"
)

# The unique key of its periodic jobs is what makes a run of each date one; the number is the date's, not a moment's.
_DEFER_MORNING = sa.text(
    "SELECT jobs.procrastinate_defer_periodic_job_v2("
    "  :queue, :task, NULL, :task, 0, :task, :day, jsonb_build_object('day', CAST(:named AS text)))"
)

_TAKE_BACK = sa.text(
    "DELETE FROM jobs.procrastinate_jobs AS job WHERE status = 'doing' AND ("
    "  NOT EXISTS (SELECT 1 FROM jobs.procrastinate_workers AS worker WHERE worker.id = job.worker_id"
    "    AND worker.last_heartbeat > now() - make_interval(secs => :dead))"
    "  OR EXISTS (SELECT 1 FROM jobs.procrastinate_events AS event WHERE event.job_id = job.id"
    "    AND event.type = 'started' AND event.at < now() - make_interval(secs => :longest)))"
    " RETURNING queue_name, task_name, priority, lock, args"
)

_AGAIN = sa.text(
    "SELECT jobs.procrastinate_defer_jobs_v1(ARRAY[ROW("
    "  :queue_name, :task_name, :priority, :lock, NULL, CAST(:args AS jsonb), NULL"
    ")::jobs.procrastinate_job_to_defer_v1])"
).bindparams(sa.bindparam("args", type_=postgresql.JSONB))

_FORGET = sa.text(
    "DELETE FROM jobs.procrastinate_jobs AS job WHERE status NOT IN ('todo', 'doing') AND NOT EXISTS ("
    "  SELECT 1 FROM jobs.procrastinate_events AS event WHERE event.job_id = job.id"
    "  AND event.at > now() - make_interval(secs => :pause))"
)


class Patience(NamedTuple):
    """After how many seconds, by the server's clock, what has not happened counts as not going to.

    `dead`: without a sign of life of a worker. `longest`: that a job may take, although its worker lives. `pause`:
    before a look that failed is tried again.
    """

    dead: float = 30
    longest: float = 300
    pause: float = 60


def defer(connection: sa.Connection, ids: Sequence[int], priorities: Sequence[int] = ()) -> None:
    """Make a job for each watch of some ids; those with a higher priority come first, and all before what is due."""
    if ids:
        values = {"queue": QUEUE, "task": LOOK, "ids": [*ids], "priorities": [*priorities] or [_URGENT] * len(ids)}
        connection.execute(_DEFER, values)


def sweep(connection: sa.Connection, plan: Plan, now: dt.datetime, patience: Patience, most: int = 500) -> list[int]:
    """Make jobs of what is due at `now` (UTC) and has none, `most` at once; return the ids of the watches.

    Jobs whose workers died, or that take too long, are made anew; finished ones go. Several may sweep at once.
    """
    _take_back(connection, patience)
    connection.execute(_FORGET, {"pause": patience.pause})
    connection.execute(_DEFER_MORNING, _morning(plan, now))
    priority = rows.urgency(plan)
    lock = sa.func.concat("watch-", watch.c.id)
    query = (
        sa.select(watch.c.id, priority)
        # As `core.watch.phases.due`: what was told to look far ahead was told so by a clock that has been put back.
        .where((watch.c.next_at <= now) | (watch.c.next_at > now + plan.longest))
        .where(~sa.exists().where(_jobs.c.lock == lock, _jobs.c.status.in_(("todo", "doing", "failed"))))
        .order_by(priority.desc(), watch.c.next_at, watch.c.id)
        .limit(most)
        # Another's sweep has them, or somebody writes them just now: there is another sweep soon.
        .with_for_update(skip_locked=True, key_share=True)
    )
    due = connection.execute(query).all()
    defer(connection, [row[0] for row in due], [row[1] for row in due])
    return [row[0] for row in due]


def _take_back(connection: sa.Connection, patience: Patience) -> None:
    left = connection.execute(_TAKE_BACK, {"dead": patience.dead, "longest": patience.longest}).mappings().all()
    for job in left:
        # Made anew: whoever is not dead after all ends a job that there is no more, not the one of another.
        connection.execute(_AGAIN, dict(job))


def _morning(plan: Plan, now: dt.datetime) -> dict[str, object]:
    day = last_begun(now, plan.quiet.ends)
    return {"queue": QUEUE, "task": MORNING, "day": day.toordinal(), "named": day.isoformat()}
