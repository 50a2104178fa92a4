"""What a file leaves open and nobody may guess: each is asked once, and until then its rows are refused."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be said: the order of day and month in the file's dates, or what a status of theirs is of ours.

    `column`: the header; `value`: a day as it stands, or the status; `row`: its first line; `rows`: how many it is in.
    """

    kind: Literal["date_order", "status"]
    column: str
    value: str
    row: int
    rows: int


_NUMBERS = re.compile(r"\s{0,9}([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})(?![0-9])")


def both_orders(text: str) -> dict[str, dt.date] | None:
    """Return what a day is with the day first ("dmy") and with the month first ("mdy"); None where only one is a day.

    >>> both_orders("12/03/2026")["mdy"].isoformat()
    '2026-12-03'
    """
    found = _NUMBERS.match(text)
    if not found:
        return None
    first, second, year = map(int, found.groups())
    year += 2000 if year < 100 else 0
    try:
        return {"dmy": dt.date(year, second, first), "mdy": dt.date(year, first, second)}
    except ValueError:
        return None
