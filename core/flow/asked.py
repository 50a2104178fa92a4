"""What a page of figures is asked besides its filters, as texts of a link: what to promise, and what to foresee."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from core.flow.forecast import HORIZON
from core.ground import workdays
from core.ground.messages import FieldError, Message
from core.ground.text_limits import shortened

MOST_ITEMS = 1000
"""So many at most are forecast together."""

_LIMITS = {"percent": (1, 99), "days": (1, 999), "items": (1, MOST_ITEMS), "domains": (1, 10_000)}
"""The first and the last number that each of these texts may say."""

FIELDS = (*_LIMITS, "by")
"""The texts of a link."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; None: the page's own choice.

    `percent` of the items within `days` is what may be promised; `items` are to be done by when; how many by the day
    `by`; a day is sought for so many `domains`.
    """

    percent: int = 85
    days: int | None = None
    items: int | None = None
    domains: int = 1
    by: dt.date | None = None


def parse(texts: Mapping[str, str], today: dt.date) -> tuple[Asked, tuple[FieldError, ...]]:
    """Return what a link asks for, and what of it does not read: that is as if it were left out."""
    found: dict[str, int] = {}
    errors = []
    for field, (first, last) in _LIMITS.items():
        text = texts.get(field, "")
        digits = text.lstrip("0")
        # Longer ones are not even read: Python takes its time for thousands of digits.
        if text.isascii() and text.isdigit() and 0 < len(digits) < 9 and first <= int(digits) <= last:
            found[field] = int(digits)
        elif text:
            errors.append(FieldError(field, shortened(text), Message("error.range", {"first": first, "last": last})))
    by, text = iso_day(texts.get("by", "")), texts.get("by", "")
    first_day, last_day = today + dt.timedelta(days=1), workdays.working_days_later(today, HORIZON)
    if text and by is None:
        errors.append(FieldError("by", shortened(text), Message("error.iso_date")))
    elif by is not None and not first_day <= by <= last_day:
        errors.append(FieldError("by", text, Message("error.range", {"first": first_day, "last": last_day})))
        by = None
    return Asked(**found, by=by), tuple(errors)


def to_link(asked: Asked) -> dict[str, str]:
    """Return the texts of a link that asks for the same; what is as it would be without them is left out."""
    usual = Asked()
    return {field: str(value) for field in FIELDS if (value := getattr(asked, field)) != getattr(usual, field)}


def iso_day(text: str) -> dt.date | None:
    """Return the day of a text such as 2026-11-21; None where it is none."""
    # Python reads 20261121 and 2026-W47-6 as well.
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
