"""The day on which a backup was made, of the time its files have."""

import datetime as dt


def day_of(changed: int) -> dt.date | None:
    """Return the day (UTC) of a moment in seconds since 1970; None where that is no time of a backup.

    >>> day_of(0), day_of(1796000000).year
    (None, 2026)
    """
    return dt.datetime.fromtimestamp(changed, dt.UTC).date() if 0 < changed < 2**32 else None
