"""What is done once a day, by the clock in Warsaw, on the nights when it is changed too: pure, from what time it is."""

import datetime as dt

from core.ground.clock import WARSAW
from core.notices.quiet import first


def last_begun(now: dt.datetime, at: dt.time) -> dt.date:
    """Return the day in Warsaw whose `at` came last: by it a run is known, so that each day has one.

    >>> day = dt.datetime(2026, 10, 25, tzinfo=dt.UTC)
    >>> last_begun(day, dt.time(2, 30)).isoformat(), last_begun(day.replace(minute=30), dt.time(2, 30)).isoformat()
    ('2026-10-24', '2026-10-25')
    """
    today = now.astimezone(WARSAW).date()
    return today if first(today, at) <= now else today - dt.timedelta(days=1)
