"""Sending what is due: each way on its own, so that one slow server does not keep the others' messages."""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from core.ground.messages import Message
from core.language import LANGUAGES
from core.migration.people import Team
from core.notices import outbox
from core.notices.notice import Claimed
from core.notices.quiet import Hours, due_at
from core.notices.recipients import MAIL, address, language_of, way_of
from core.notices.way import NotSet, Outcome, Outgoing, Way
from core.notices.words import worded

LEASE = dt.timedelta(minutes=5)
"""How long whoever claims a message has for it: more than twice what a way takes at most."""
_GO_ON = 20.0
"""Seconds within which a way begins with another message: after that others come first, and the caller's own work."""
_NOT_SET = NotSet()


def send_due(
    engine: sa.Engine,
    by: str,
    now: dt.datetime,
    ways: Mapping[str, Way],
    team: Team,
    quiet: Hours,
    public_url: str = "",
    lease: dt.timedelta = LEASE,
) -> int:
    """Send what is due over all ways; return how many notices were sent. To be called every few seconds.

    `by`: who sends, unlike anybody else; `ways`: as `core.notices.ways.of_settings`. What goes wrong with a message is
    kept in its row; only a database that cannot be used is raised.
    """
    begun = time.monotonic()
    # Nobody is woken by what has waited past its morning, or is tried again.
    only_urgent = due_at(now, False, quiet.begins, quiet.ends) > now
    due = outbox.ways_due(engine, now, lease, only_urgent)

    def clock() -> dt.datetime:
        return now + dt.timedelta(seconds=time.monotonic() - begun)

    def over(name: str) -> int:
        sent, way = 0, ways.get(name, _NOT_SET)
        while time.monotonic() - begun < _GO_ON:
            claimed = outbox.claim(engine, by, clock(), lease, name, only_urgent)
            if claimed is None:
                break
            outcome = _send(engine, claimed, way, team, public_url, clock)
            if outcome.sent:
                sent += len(claimed.notices) if outbox.sent(engine, claimed, clock()) else 0
            elif not outcome.lost:
                outbox.failed(engine, claimed, outcome, clock())
            if outcome.unreachable:
                break
        return sent

    if not due:
        return 0
    with ThreadPoolExecutor(len(due), "notices") as pool:
        return sum(pool.map(over, due))


def _send(
    engine: sa.Engine, claimed: Claimed, way: Way, team: Team, public_url: str, clock: Callable[[], dt.datetime]
) -> Outcome:
    to, handed = address(claimed.recipient, team), False

    def hand_over() -> bool:
        nonlocal handed
        handed = outbox.hand_over(engine, claimed, clock())
        return handed

    if way_of(claimed.recipient) == MAIL and not to:
        return Outcome(Message("notice.trouble.no_address"), final=True)
    try:
        said = worded(claimed.notices, LANGUAGES[language_of(claimed.recipient, team)], public_url)
        return way.send(Outgoing(claimed.message_id, to, said.subject, said.body, clock()), hand_over)
    except sa.exc.SQLAlchemyError:
        raise
    except Exception as error:
        # Whatever is wrong with one message, the others go; its kind is told, as its text may have anything in it.
        return Outcome(Message("notice.trouble.unforeseen", {"kind": type(error).__name__}), unsure=handed)
