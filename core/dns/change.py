"""What is to change in the DNS, and what stood there before: the two things a verdict compares answers with."""

import datetime as dt
import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass

from core.dns.observation import Question
from core.dns.packets import bounded, safe

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
# Asked first: a search would begin anew at every quote of a text that none of them ends.
_STRINGS = re.compile(rf"(?:{_STRING.pattern})+")
_NAMES = frozenset({"CNAME", "DNAME", "MX", "NS", "PTR", "SOA", "SRV"})


Record = tuple[str, str, tuple[str, ...]]
"""A name, a type, and all values that it has."""

Link = tuple[Record, int]
"""A record on the way along aliases, with its TTL in seconds."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The records of one name and type that are to be seen; no values: there shall be none.

    `alias`: where the zone's own servers only point to, when the chain of aliases ends in another zone.
    """

    name: str
    type: str
    values: tuple[str, ...]
    alias: str = ""

    @property
    def question(self) -> Question:
        """What to ask for them."""
        return Question(plain(self.name), self.type.upper())


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change of a zone: the records expected after it, and the host names of the new servers.

    `new_servers` None: the delegation stays, records are edited in place; `unsure`: or it had been switched before
    anybody looked. `switched_at` (UTC): when the parent zone
    (or, in place, the zone) is known to have changed; None: it is when that was first seen. `addresses`: of the servers
    that are delegated to now; None: each that was ever asked under one of their names. `beyond`: of those that speak
    for the names in other zones that aliases lead to; None: each that was ever asked for one. `aside`: ids of
    resolvers that somebody set aside. `powerdns`: addresses of servers that answer out of caches of their own. `cut`:
    this zone was part of the one above it.
    """

    zone: str
    expected: tuple[Expected, ...]
    new_servers: tuple[str, ...] | None = None
    switched_at: dt.datetime | None = None
    addresses: tuple[str, ...] | None = None
    beyond: tuple[str, ...] | None = None
    unsure: bool = False
    aside: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    powerdns: frozenset[str] = frozenset()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class OldRrset:
    """What a question was answered before: `ttl` in seconds, the largest along a chain of aliases.

    `values`: empty where there were no such records, None where that is unknown. `links`: the records on the way to
    them, in its order, each with the longest TTL that it was seen with; empty where only `ttl` is known.
    """

    name: str
    type: str
    ttl: int | None = None
    values: tuple[str, ...] | None = None
    links: tuple[Link, ...] = ()

    def ttl_beside(self, standing: Collection[Record]) -> int | None:
        """Return for how long (seconds) it may be kept, where some records on the way stand as before.

        Whoever has forgotten the first that changed goes the new way, however long he keeps what came after.
        """
        gone = [(record[:2], ttl) for record, ttl in self.links if record not in standing]
        return max(ttl for place, ttl in gone if place == gone[0][0]) if gone else self.ttl


@dataclass(frozen=True, slots=True)
class Old:
    """Recorded before the switch, as it cannot be recovered afterwards; seconds, None where unknown.

    `negative_ttl` is min(SOA TTL, SOA minimum) of the old zone (RFC 2308 s. 5); `servers`: the addresses of those that
    were delegated to, also where they still are; `ds_ttl`: of the DS at the parent, None also where there was none.
    """

    parent_ns_ttl: int | None = None
    child_ns_ttl: int | None = None
    address_ttl: int | None = None
    negative_ttl: int | None = None
    rrsets: tuple[OldRrset, ...] = ()
    servers: tuple[str, ...] = ()
    ds_ttl: int | None = None

    def rrset(self, expected: Expected) -> OldRrset:
        """Return what was recorded of the records that are expected now; without TTL and values where nothing was."""
        for rrset in self.rrsets:
            if Question(plain(rrset.name), rrset.type.upper()) == expected.question:
                return rrset
        return OldRrset(expected.name, expected.type)


def plain(name: str) -> str:
    """Return a name without its last dot and in lower case (RFC 4343)."""
    return name.lower().removesuffix(".")


def same_values(type: str, seen: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Tell whether an answer's values are the wanted ones, in any order; the wanted may be as somebody typed them.

    >>> same_values("MX", ("10 mx.a.pl",), ("10 MX.a.pl.",))
    True
    >>> same_values("TXT", ("v=spf1 -all",), ('"v=spf1" " -all"',))
    True
    """
    found = frozenset(_canonical(type, value) for value in seen)
    # A TXT as typed is in quotes; one that was seen may have quotes of its own.
    return found in (
        frozenset(_canonical(type, value) for value in wanted),
        frozenset(_canonical(type, _unquoted(type, value)) for value in wanted),
    )


def _canonical(type: str, value: str) -> str:
    if type == "TXT":
        # What was seen went through this already, and comes out as it is.
        return safe(value.encode("utf-8", "surrogateescape"))
    if type in ("A", "AAAA"):
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            return value
    value = " ".join(value.split())
    return bounded(" ".join(map(plain, value.split(" "))) if type in _NAMES else value)


def _unquoted(type: str, value: str) -> str:
    value = value.lstrip() if type == "TXT" else value
    if type != "TXT" or not _STRINGS.fullmatch(value):
        return value
    return "".join(re.sub(r"\\(.)", r"\1", string) for string in _STRING.findall(value))
