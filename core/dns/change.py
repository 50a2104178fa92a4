"""What is to change in the DNS, and what stood there before: the two things a verdict compares answers with."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from core.dns.observation import Question

Record = tuple[str, str, tuple[str, ...]]
"""A name, a type, and all values that it has."""

Link = tuple[Record, int]
"""A record on the way along aliases, with its TTL in seconds."""


@dataclass(frozen=True, slots=True)
class Below:
    """A zone below the one that is judged: the host names that it is delegated to, and their addresses where known."""

    zone: str
    servers: frozenset[str]
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Expected:
    """The records of one name and type that are to be seen; no values: there shall be none.

    `values`: as `core.dns.values` writes them. `alias`: where the zone's own servers only point to, when the chain of
    aliases ends in another zone. `below`: where they refer to, when the name is in a zone of its own. `disputed`:
    nobody told what is to be seen, and the servers differ; then nothing that is seen is right.
    """

    name: str
    type: str
    values: tuple[str, ...]
    alias: str = ""
    disputed: bool = False
    below: Below | None = None

    @property
    def question(self) -> Question:
        """What to ask for them."""
        return Question(plain(self.name), self.type.upper())


class Aside(NamedTuple):
    """A resolver, by its id, that somebody said does not count, and why."""

    id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change of a zone: the records expected after it, and the host names of the new servers.

    `new_servers` None: the delegation stays, records are edited in place; `unsure`: or it had been switched before
    anybody looked. `switched_at` (UTC): when the parent zone (or, in place, the zone) is known to have changed; None:
    it is when that was first seen. `addresses`: of the servers that are delegated to now; None: each that was ever
    asked under one of their names. `beyond`: of those that speak for the names in other zones that aliases lead to;
    None: each that was ever asked for one. `aside`: resolvers that do not count, as somebody said. `named`: host names
    that only the zone itself gives for its servers. `below`: the zones below that questions are in, whatever is
    expected of them. `powerdns`: addresses of servers that answer out of caches of their own. `cut`: this zone was part
    of the one above.
    """

    zone: str
    expected: tuple[Expected, ...]
    new_servers: tuple[str, ...] | None = None
    switched_at: dt.datetime | None = None
    addresses: tuple[str, ...] | None = None
    beyond: tuple[str, ...] | None = None
    unsure: bool = False
    aside: tuple[Aside, ...] = ()
    named: frozenset[str] = frozenset()
    below: Mapping[Question, Below] = field(default_factory=dict)
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

    `negative_ttl` is min(SOA TTL, SOA minimum) of the old zone (RFC 2308 s. 5), or what its negative answers carried
    where that is longer; `servers`: the addresses of those that were delegated to, also where they still are; `ds_ttl`:
    of the DS at the parent, None also where there was none; `dnskey_ttl`: of the zone's keys, likewise.
    """

    parent_ns_ttl: int | None = None
    child_ns_ttl: int | None = None
    address_ttl: int | None = None
    negative_ttl: int | None = None
    rrsets: tuple[OldRrset, ...] = ()
    servers: tuple[str, ...] = ()
    ds_ttl: int | None = None
    dnskey_ttl: int | None = None

    @property
    def delegation(self) -> tuple[int, ...]:
        """The TTLs that are known of what the old delegation consists of, in seconds."""
        # Without a DS nobody looks at keys.
        keys = None if self.ds_ttl is None else self.dnskey_ttl
        parts = self.parent_ns_ttl, self.child_ns_ttl, self.address_ttl, self.ds_ttl, keys
        return tuple(ttl for ttl in parts if ttl is not None)

    def at_least(self, ttl: int, *, signed: bool) -> "Old":
        """Return it with a TTL (seconds) that was told for all: what was seen to be longer is longer.

        `signed`: whether the parent has a DS.
        """

        def longer(seen: int | None) -> int:
            return max(ttl, seen or 0)

        return replace(
            self,
            parent_ns_ttl=longer(self.parent_ns_ttl),
            child_ns_ttl=longer(self.child_ns_ttl),
            address_ttl=longer(self.address_ttl),
            negative_ttl=longer(self.negative_ttl),
            rrsets=tuple(replace(rrset, ttl=longer(rrset.ttl), links=()) for rrset in self.rrsets),
            ds_ttl=longer(self.ds_ttl) if signed else None,
            dnskey_ttl=longer(self.dnskey_ttl) if signed else None,
        )

    def rrset(self, expected: Expected) -> OldRrset:
        """Return what was recorded of the records that are expected now; without TTL and values where nothing was."""
        for rrset in self.rrsets:
            if Question(plain(rrset.name), rrset.type.upper()) == expected.question:
                return rrset
        return OldRrset(expected.name, expected.type)


def plain(name: str) -> str:
    """Return a name without its last dot and in lower case (RFC 4343)."""
    return name.lower().removesuffix(".")


def same_values(seen: Collection[str], wanted: Collection[str]) -> bool:
    """Tell whether two sets of values are the same, in any order; both in their written form (`core.dns.values`)."""
    return frozenset(seen) == frozenset(wanted)
