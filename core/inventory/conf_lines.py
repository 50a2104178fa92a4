"""Panels' settings: of each line only the keys that somebody asks for, as passwords and tokens stand beside them.

username=klient            DirectAdmin: `settings`
DOMAIN='alfa.example' ...  HestiaCP, VestaCP: `quoted`
"""

import re
from collections.abc import Collection, Iterator

from core.inventory.gathered import ENTRIES_MAX, Gathered
from core.inventory.names import text_of

VALUE_MAX = 65_536
"""Letters of a value; a longer one is told and left out."""

_PAIR = re.compile(r"([A-Z][A-Z0-9_]{0,30})='([^']*)'")
_APOSTROPHE = "%quote%"
"""HestiaCP's for an apostrophe (its func/main.sh)."""


def settings(content: bytes, keys: Collection[str], gathered: Gathered, where: str) -> dict[str, str]:
    r"""Return what a file of `key=value` lines says of these keys; the last line of a key counts.

    >>> settings(b"username=klient\npasswd=x\n", {"username"}, Gathered(), "backup/user.conf")
    {'username': 'klient'}
    """
    found: dict[str, str] = {}
    for number, line in enumerate(_lines(content), start=1):
        key, _, value = line.partition("=")
        if key.strip() not in keys:
            continue
        if len(value) > VALUE_MAX:
            gathered.found("value_too_long", where, row=number, key=key.strip())
            continue
        found[key.strip()] = value.strip()
    return found


def quoted(content: bytes, keys: Collection[str], gathered: Gathered, where: str) -> Iterator[dict[str, str]]:
    """Yield what each line of `KEY='value'` pairs says of these keys.

    Where the quotation marks of a line do not match nobody knows where a value ends: it is told by its number and left
    out as a whole.
    """
    for number, line in enumerate(_lines(content), start=1):
        if number > ENTRIES_MAX:
            gathered.found("lines_left_out", where, most=ENTRIES_MAX)
            return
        if not line.strip():
            continue
        if _PAIR.sub("", line).strip() or not _PAIR.search(line):
            gathered.found("conf_unreadable", where, row=number)
            continue
        asked = [(key, value) for key, value in _PAIR.findall(line) if key in keys]
        for key, value in asked:
            if len(value) > VALUE_MAX:
                gathered.found("value_too_long", where, row=number, key=key)
        yield {key: value.replace(_APOSTROPHE, "'").strip() for key, value in asked if len(value) <= VALUE_MAX}


def megabytes(text: str) -> int | None:
    """Return a number of MB as bytes; None where the text is no such number.

    >>> megabytes("12"), megabytes("unlimited")
    (12582912, None)
    """
    return int(text) * 1024**2 if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _lines(content: bytes) -> list[str]:
    return text_of(content).replace("\r\n", "\n").split("\n")
