"""A domain's aliases as mail servers keep them: `address: target, target`, a line each.

Of a program only that there is one is kept ("|"), of a refusal not its words: both may hold a secret.
"""

import re
from typing import NamedTuple

from core.inventory.gathered import ENTRIES_MAX, TARGETS_MAX, Gathered
from core.inventory.names import address, domain_name, lines_of

PROGRAM = "|"
"""A target that is a program."""
FILE = ":file:"
"""A target that is a file."""
LINE_MAX = 65_536
"""Letters of a line."""

# Exim's specials (its manual, "The redirect router"). Whatever follows them is theirs.
_SPECIAL = re.compile(r":(fail|blackhole|defer|include|unknown):", re.IGNORECASE)
_ACCOUNT = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,63}", re.IGNORECASE)


class Line(NamedTuple):
    """A line's alias: what stands before the colon, its targets; `unread`: how many of them nobody can tell."""

    name: str
    targets: tuple[str, ...]
    unread: int


def take_aliases(gathered: Gathered, content: bytes, domain: str, where: str, *, complete: bool = False) -> None:
    """Put the aliases of a domain in; lines that are none are told by their number alone.

    `complete`: a target that is a name alone is an address of the domain, not an account of the server.
    """
    for number, text in enumerate(lines_of(content), start=1):
        if number > ENTRIES_MAX:
            gathered.found("lines_left_out", where, most=ENTRIES_MAX)
            break
        if not text or text.startswith("#"):
            continue
        line = read_line(text, domain if complete else "")
        name = "" if line is None else line.name
        found = f"*@{domain}" if name in ("*", f"*@{domain}") else address(name, domain)
        if line is None or found is None:
            gathered.found("alias_unreadable", where, row=number)
            continue
        if line.unread:
            gathered.found("alias_target_unreadable", where, address=found, row=number)
        if line.targets:
            gathered.alias(found, line.targets)


def read_line(text: str, domain: str = "") -> Line | None:
    """Return a line's alias; None where it is none. `domain`: of targets that are a name alone.

    >>> read_line('jan@alfa.example: ola@beta.example, "|/bin/x --key=1"').targets
    ('ola@beta.example', '|')
    """
    name, colon, rest = text.partition(":")
    if len(text) > LINE_MAX or not colon or not (name := name.strip().strip('"')):
        return None
    parts = _parts(rest)
    read = [_target(part, domain) for part in parts[:TARGETS_MAX]]
    targets = tuple(dict.fromkeys(one for one in read if one))
    return Line(name, targets, len(parts) - len([one for one in read if one]))


def _parts(text: str) -> list[str]:
    """Return the targets of a list. A program or a special without quotation marks takes the rest of the line."""
    parts: list[str] = []
    rest = text.strip(" \t,")
    while rest and len(parts) <= TARGETS_MAX:
        if rest.startswith('"'):
            end = _closing(rest)
            part, rest = rest[1:end], rest[end + 1 :].partition(",")[2]
        elif rest.startswith((PROGRAM, ":")):
            part, rest = rest, ""
        else:
            part, _, rest = rest.partition(",")
        parts.append(part.strip())
        rest = rest.lstrip(" \t,")
    return [part for part in parts if part]


def _closing(text: str) -> int:
    """Return where the quotation mark that a text begins with is closed; its end where it never is."""
    at = text.find('"', 1)
    while at > 0 and text[at - 1] == "\\":
        at = text.find('"', at + 1)
    return at if at > 0 else len(text)


def _target(text: str, domain: str) -> str:
    if text.startswith(PROGRAM):
        return PROGRAM
    if special := _SPECIAL.match(text):
        return special[0].lower()
    if text.startswith("/"):
        return ":blackhole:" if text == "/dev/null" else FILE
    if "@" in text:
        return address(text) or ""
    if domain:
        return address(text, domain) or ""
    return text.lower() if _ACCOUNT.fullmatch(text) and not domain_name(text) else ""
