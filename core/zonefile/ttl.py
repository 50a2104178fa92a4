"""How long a record may be kept, in seconds, as a file says it: digits, or units that not every program knows."""

import re

from core.zonefile.finding import shown
from core.zonefile.record import TTL_MAX, Draft

_UNITS = re.compile(r"(?:[0-9]{1,10}[smhdw]){1,5}", re.IGNORECASE)
_PART = re.compile(r"([0-9]+)([smhdw])", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def looks_like_ttl(text: str) -> bool:
    """Return whether a word can be a TTL: digits, or numbers with units."""
    return (text.isdigit() and text.isascii()) or bool(_UNITS.fullmatch(text))


def seconds(text: str) -> int | None:
    """Return a time in seconds, however large; None where the text is none.

    >>> seconds("1h30m"), seconds("300"), seconds("soon")
    (5400, 300, None)
    """
    if len(text) <= 20 and text.isdigit() and text.isascii():
        return int(text)
    if not _UNITS.fullmatch(text):
        return None
    return sum(int(number) * _SECONDS[unit.lower()] for number, unit in _PART.findall(text))


def read_ttl(text: str, line: int, draft: Draft) -> int | None:
    """Return a record's TTL; None where the file does not say it, or not one that means anything (a finding then)."""
    if not text:
        return None
    value = seconds(text)
    if value is None:
        draft.found("ttl_unreadable", line, ttl=shown(text))
        return None
    if value > TTL_MAX:
        draft.found("ttl_range", line, ttl=shown(text), most=TTL_MAX)
        return None
    if not text.isdigit():
        draft.found("ttl_units", line, ttl=text, seconds=value)
    elif value == 1 and draft.dialect == "cloudflare":
        draft.found("ttl_automatic", line)
        return None
    return value
