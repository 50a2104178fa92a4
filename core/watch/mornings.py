"""What is done once a day, by the clock in Warsaw, on the nights when it is changed too: pure, from what time it is."""

import datetime as dt

from core.ground.clock import WARSAW


def begins(day: dt.date, at: dt.time) -> dt.datetime:
    """Return when the clock in Warsaw shows `at` on a day, UTC.

    Where it does so twice, the first time; where it never does, as much later as the clock is put ahead.

    >>> begins(dt.date(2026, 10, 25), dt.time(2, 30)).isoformat()
    '2026-10-25T00:30:00+00:00'
    >>> begins(dt.date(2027, 3, 28), dt.time(2, 30)).isoformat()
    '2027-03-28T01:30:00+00:00'
    """
    # PEP 495: fold 0 is the first of two, and in a gap counts with what held before it.
    return dt.datetime.combine(day, at.replace(fold=0), WARSAW).astimezone(dt.UTC)


def last_begun(now: dt.datetime, at: dt.time) -> dt.date:
    """Return the day in Warsaw whose `at` came last: by it a run is known, so that each day has one."""
    today = now.astimezone(WARSAW).date()
    return today if begins(today, at) <= now else today - dt.timedelta(days=1)
