"""A TTL as panels show it: seconds, words ("1 godz.", "30 min"), or that the panel chooses it."""

import re

from core.ground.words import fold
from core.zonefile.finding import shown
from core.zonefile.record import Draft

TTL_MAX = 2**31 - 1
"""Seconds (RFC 2181 s. 8)."""

_CHOSEN = frozenset(
    (
        *("auto", "automatic", "automatyczny", "automatyczna", "automatyczne", "automatycznie", "automaticky", "brak"),
        *("default", "domyslny", "domyslna", "domyslne", "domyslnie", "standard", "standardowy", "vychozi"),
    )
)
_UNITS = {
    **dict.fromkeys(("s", "sek", "sekund", "sekunda", "sekundy", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minut", "minuta", "minuty", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "g", "godz", "godzin", "godzina", "godziny", "hour", "hours", "hr", "hrs", "hod"), 3_600),
    **dict.fromkeys(("d", "dni", "dnia", "dzien", "doba", "doby", "day", "days", "den"), 86_400),
    **dict.fromkeys(("w", "tydz", "tydzien", "tygodni", "tygodnie", "week", "weeks"), 604_800),
}
_PARTS = re.compile(r"(?:[0-9]{1,10} ?[a-z]{1,8} ?){1,5}")
_PART = re.compile(r"([0-9]{1,10}) ?([a-z]{1,8})")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?: [0-9]{3}){1,3}")


def is_ttl(text: str) -> bool:
    """Tell whether a cell may be a TTL: a number, a time in words, or a word for "chosen by the panel"."""
    text = text.strip()
    return (text.isascii() and text.isdigit()) or (
        len(text) < 40 and (fold(text) in _CHOSEN or seconds(text) is not None)
    )


def seconds(text: str) -> int | None:
    """Return the seconds of a time in words; None where it is none.

    >>> seconds("1 godz."), seconds("1h 30 min"), seconds("3 600"), seconds("kiedyś")
    (3600, 5400, 3600, None)
    """
    folded = fold(text[:60])
    if _THOUSANDS.fullmatch(folded):
        return int(folded.replace(" ", ""))
    if not _PARTS.fullmatch(folded):
        return None
    parts = [(int(number), _UNITS.get(unit)) for number, unit in _PART.findall(folded)]
    total = sum(number * unit for number, unit in parts if unit)
    return total if all(unit for _, unit in parts) and total <= TTL_MAX else None


def read_ttl(text: str, line: int, draft: Draft) -> str:
    """Return a cell's TTL for a Row: "" where the panel chooses it or it cannot be read, with a finding."""
    text = text.strip()
    if not text or (text.isascii() and text.isdigit()):
        return text
    if text == "-" or fold(text[:60]) in _CHOSEN:
        draft.found("ttl_chosen", line, ttl=shown(text))
    elif (found := seconds(text)) is not None:
        draft.found("ttl_words", line, ttl=shown(text), seconds=found)
        return str(found)
    else:
        draft.found("ttl_unreadable", line, ttl=shown(text))
    return ""
