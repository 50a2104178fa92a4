"""The domains that a cell or a field tells, however they are written: what can be repaired without loss, what is asked.

    read_domains("https://www.Alfa.pl:443/, alfa.pl", "domain", frozenset(), platforms)    # alfa.pl, once

A page below a domain, a mail address, and whatever belongs to a platform or a public mail host is refused: which domain
is meant is not for us to say.
"""

import re
from collections.abc import Collection

from core.dns.names import Name, parse_name, split_names
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import CELL, MISTAKES, bounded
from core.migration.domains import without_www
from core.spreadsheet.platforms import Platforms
from core.spreadsheet.repair_kinds import Step

# A scheme, a host, a port, a slash: no user, no path, nothing that could mean a page.
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}://)?([^\s/?#@:]{1,300})(?::[0-9]{0,5})?/?", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}://)?(?:[^/?#]*@)?([^\s/?#@:]{1,300})", re.IGNORECASE)


def read_domains(
    text: str, field: str, off: Collection[str], platforms: Platforms
) -> tuple[tuple[Name, ...], tuple[Step, ...]]:
    """Return the names in a text, each once, and what was repaired; raises InputError with each that is no domain.

    `off`: kinds of repairs that are not made.
    """
    names: dict[str, Name] = {}
    steps: list[Step] = []
    wrong: list[FieldError] = []
    for part in split_names(bounded(text, field, CELL)):
        try:
            name, done = _read(part, field, off, platforms)
        except InputError as error:
            wrong += error.errors
            if len(wrong) >= MISTAKES:
                break
            continue
        names.setdefault(name.ascii, name)
        steps += done
    if wrong:
        raise InputError(*wrong[:MISTAKES])
    return tuple(names.values()), tuple(steps)


def _read(part: str, field: str, off: Collection[str], platforms: Platforms) -> tuple[Name, list[Step]]:
    steps: list[Step] = []
    host = part
    found = _URL.fullmatch(part)
    if found and found[1] != part and "url" not in off:
        host = found[1]
        steps.append(("url", part, host))
    _refuse_platform(part, field, platforms)
    try:
        name = parse_name(host, field)
    except InputError:
        # Of what stands there, not of what a repair made of it.
        parse_name(part, field)
        raise
    bare = host.removesuffix(".")
    for kind, old, new in (("last_dot", host, bare), ("case", bare, bare.lower())):
        if new == old:
            continue
        if kind in off:
            raise InputError(FieldError(field, part, Message("error.repair_off", {"new": name.display})))
        steps.append((kind, old, new))
    own = without_www(name)
    if own != name and "www" not in off:
        steps.append(("www", name.display, own.display))
        return own, steps
    return name, steps


def _refuse_platform(part: str, field: str, platforms: Platforms) -> None:
    """Raise InputError where a name, an address or a page is somebody else's whom everybody uses."""
    host = _HOST.match(part)
    try:
        inside = parse_name(host[1], field) if host else None
    except InputError:
        return
    kind = platforms.kind(inside.ascii) if inside else None
    if inside and kind:
        value = part if "@" not in part else f"…@{inside.display}"
        raise InputError(FieldError(field, value, Message(f"error.{kind}", {"name": inside.display})))
