"""The domains that a cell or a field tells, however they are written: what can be repaired without loss, what is asked.

    read_domains("https://www.Alfa.pl:443/, alfa.pl", "domain", frozenset(), platforms)    # alfa.pl, once

A page below a domain, a mail address, and whatever belongs to a platform or a public mail host is refused: which domain
is meant is not for us to say.
"""

import re
from collections.abc import Collection, Iterable
from functools import cache

from publicsuffixlist import PublicSuffixList

from core.bounds import CELL, MISTAKES, bounded
from core.dns.names import Name, parse_name, split_names
from core.messages import FieldError, InputError, Message
from core.pipeline.platforms import Platforms
from core.pipeline.repairs import Step

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


def without_www(name: Name) -> Name:
    """Return the domain of which a name is the `www`; any other name, and that of a public suffix, as it is.

    >>> without_www(Name("www.alfa.pl", "www.alfa.pl")).ascii, without_www(Name("www.com.pl", "www.com.pl")).ascii
    ('alfa.pl', 'www.com.pl')
    """
    bare = name.ascii.removeprefix("www.")
    if bare == name.ascii or _suffixes().is_public(bare):
        return name
    return Name(bare, name.display.removeprefix("www."))


def twins(name: str) -> tuple[str, str]:
    """Return the two names (ASCII) under which a domain may stand: itself and its `www`.

    >>> twins("www.alfa.pl"), twins("alfa.pl")
    (('alfa.pl', 'www.alfa.pl'), ('alfa.pl', 'www.alfa.pl'))
    """
    own = without_www(Name(name, name)).ascii
    return own, f"www.{own}"


def as_it_stands(names: Iterable[Name], there: Collection[str]) -> tuple[Name, ...]:
    """Return names, those of which only the other twin is among the domains that there are as that, each once."""
    found: dict[str, Name] = {}
    for name in names:
        own = without_www(name)
        pair = (name, own, Name(f"www.{own.ascii}", f"www.{own.display}"))
        found.setdefault(own.ascii, next((one for one in pair if one.ascii in there), name))
    return tuple(found.values())


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


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
