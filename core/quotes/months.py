"""The months by which quotes are chosen, written 2026-11."""

import datetime as dt


def of_a_year(today: dt.date) -> list[str]:
    """Return the months of a year to choose from, this one first.

    >>> of_a_year(dt.date(2026, 2, 21))[:3]
    ['2026-02', '2026-01', '2025-12']
    """
    past = (today.year * 12 + today.month - 1 - n for n in range(12))
    return [f"{month // 12}-{month % 12 + 1:02}" for month in past]


def days(month: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of a month; none for no month.

    >>> [str(day) for day in days("2024-02")]
    ['2024-02-01', '2024-02-29']
    """
    if not month:
        return None, None
    first = dt.date.fromisoformat(f"{month}-01")
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
