"""What two zones hold, as far as it is known: sets of records by name and type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from core.dns.observation import Observation, Question

SetKey = tuple[str, str]
"""A name (A-labels, lower case, without the last dot) and a type."""


NO_TRANSFER = "transfer: "
"""Before the reason why a server, which answers, did not transfer its zone."""


class Held(NamedTuple):
    """A set of records.

    Its values as `core.dns.values` writes them, sorted; `ttl` in seconds, the highest seen; None where nobody said it.
    """

    values: tuple[str, ...]
    ttl: int | None = None


class Source(NamedTuple):
    """What a zone's records came from, and how many sets it gave.

    `name`: a file's name, or the address of a server. `complete`: whether it has all there is: a file that was read
    whole, a transfer.
    """

    kind: Literal["file", "transfer", "asked"]
    name: str
    sets: int
    complete: bool


@dataclass(frozen=True, slots=True)
class OldZone:
    """What the old zone holds.

    `name`: the zone's, as in a SetKey. `sets`: NS and SOA of the apex too, where seen. `asked`: how many names were
    asked for. `wildcard`: what a random name was answered, by type. `between`: names that exist without records of
    their own (NODATA where NXDOMAIN would be), below which there may be more. `silent`: questions that got no answer.
    `refused`: servers that would not transfer (the reason begins with NO_TRANSFER), or that could not be asked, by
    address, with the reason: a failure, an rcode, "not_authoritative", "not_asked" (its address may not be),
    "new_server" (it is one of the new ones too).
    `cut`: there were more names than are asked for. `stale`: sets where a file differs from what is served.
    """

    name: str
    sets: Mapping[SetKey, Held]
    sources: tuple[Source, ...] = ()
    asked: int = 0
    wildcard: Mapping[str, Held] = field(default_factory=dict)
    between: frozenset[str] = frozenset()
    silent: tuple[Question, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    stale: tuple[SetKey, ...] = ()

    @property
    def unasked(self) -> Mapping[str, str]:
        """Servers that could not be asked, with the reason: no transfer is none, most servers refuse it."""
        return {address: why for address, why in self.refused.items() if not why.startswith(NO_TRANSFER)}

    @property
    def hidden(self) -> frozenset[str]:
        """Names of `between` with no name below that is known: something is there that nobody has seen."""
        return frozenset(one for one in self.between if not any(name.endswith(f".{one}") for name, _ in self.sets))

    @property
    def complete(self) -> bool:
        """Whether some source had all there is."""
        return any(source.complete for source in self.sources)


@dataclass(frozen=True, slots=True)
class Parent:
    """What the parent zone says of the delegation of today: its TTLs in seconds, the DS values; None where unseen."""

    servers: tuple[str, ...] = ()
    ns_ttl: int | None = None
    ds: tuple[str, ...] | None = None
    ds_ttl: int | None = None


@dataclass(frozen=True, slots=True)
class NewZone:
    """What the new servers answered: for each name and type an observation from each of them.

    `servers`: their addresses. Questions are all SetKeys of the old zone, the known names, a random name ("wildcard"
    holds its answers by type), and DNSKEY and CAA of the apex. Only the asked name's own set counts: what follows a
    CNAME on the same server is not believed. Of known names, and of other types of the old zone's names, only what some
    server has beside its wildcard is kept. Where a server refers to a zone below, its NS set stands as an answer.
    """

    servers: tuple[str, ...]
    answers: Mapping[SetKey, tuple[Observation, ...]]
    wildcard: Mapping[str, tuple[Observation, ...]] = field(default_factory=dict)
