"""What each new server says of a name and type, and whether it serves the zone at all.

Only the asked name's own records count: what follows an alias on the same server is some other zone's, and the NXDOMAIN
that may come with it (nsd, PowerDNS) is that zone's too.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Literal, NamedTuple

from core.cutover.zones import NewZone, SetKey
from core.dns.judging.aliases import inside, referring
from core.dns.observation import ADDRESSES, Observation, Rrset

Kind = Literal["set", "alias", "below", "none", "unseen"]
"""It has such records; an alias (CNAME) stands there; it refers to a zone below; it has none; nobody knows."""

Standing = Literal["serves", "refused", "absent", "lame", "failing", "silent"]
"""Whether a server has the zone, by what it says of the zone's own name: with authority; REFUSED; NXDOMAIN; without
authority; SERVFAIL or another error; nothing."""

_WORST_FIRST: tuple[Standing, ...] = ("serves", "refused", "absent", "lame", "failing", "silent")
_RCODES: dict[str | None, Standing] = {"REFUSED": "refused", "NXDOMAIN": "absent", "NOERROR": "lame"}


class Said(NamedTuple):
    """What one server said. `values`: the records', an alias's target, the name servers of a zone below.

    `ttl` in seconds, the longest; `denied`: by NXDOMAIN, so that nothing is below it either (RFC 8020).
    """

    kind: Kind
    values: tuple[str, ...] = ()
    ttl: int | None = None
    denied: bool = False

    @property
    def content(self) -> tuple[Kind, frozenset[str]]:
        """What is the same where two servers say the same."""
        return self.kind, frozenset(self.values)


UNSEEN, NONE = Said("unseen"), Said("none")


class NewAnswers:
    """What the new servers of a zone say: `servers` are their addresses in order, each once.

    `beyond`: those that there is no way to from here, IPv6 addresses where there is no IPv6; they are none of the
    `servers`, unless there are no others.
    """

    def __init__(self, zone: str, new: NewZone) -> None:
        self.zone = zone
        each = tuple(dict.fromkeys(new.servers))
        said = [o for (name, _), some in new.answers.items() if name == zone for o in some]
        without_way = {o.server.address for o in said if o.failure == "no_ipv6"}
        without_way -= {o.server.address for o in said if o.failure != "no_ipv6"}
        self.beyond = tuple(server for server in each if server in without_way)
        self.servers = tuple(server for server in each if server not in without_way) or each
        self._new = new
        self._said: dict[SetKey, Mapping[str, Said]] = {}

    @cached_property
    def standing(self) -> Mapping[str, Standing]:
        """Whether each server has the zone."""
        found: dict[str, set[Standing]] = {server: set() for server in self.servers}
        for (name, _), observations in self._new.answers.items():
            if name == self.zone:
                for o in observations:
                    found.setdefault(o.server.address, set()).add(_standing(self.zone, o))
        return {
            server: next((one for one in _WORST_FIRST if one in found[server]), "silent") for server in self.servers
        }

    @property
    def serving(self) -> tuple[str, ...]:
        """The servers that have the zone."""
        return tuple(server for server in self.servers if self.standing[server] == "serves")

    @property
    def lacked(self) -> bool:
        """Whether every server says that it does not have the zone."""
        return bool(self.servers) and all(one not in ("serves", "silent") for one in self.standing.values())

    @property
    def asked(self) -> Iterable[SetKey]:
        """What they were asked for."""
        return self._new.answers.keys()

    def of(self, name: str, type: str) -> Mapping[str, Said]:
        """Return what each server says; whoever does not serve the zone, or was not asked, is unseen."""
        key = (name, type)
        if key not in self._said:
            self._said[key] = self._by_server(name, type, self._new.answers.get(key, ()))
        return self._said[key]

    def was_asked(self, name: str, type: str) -> bool:
        """Tell whether the servers were asked for it."""
        return (name, type) in self._new.answers

    def speaks(self, server: str, name: str, type: str) -> bool:
        """Tell whether a server says all that it was asked of a name and type; of an alias what is in its place too."""
        asked = [(one, self.of(name, one)[server]) for one in in_place(name, type) if self.was_asked(name, one)]
        if any(s.kind == "alias" or (s.kind == "set" and one == "CNAME") for one, s in asked):
            return True
        return bool(asked) and all(s.kind != "unseen" for _, s in asked)

    def of_any(self, type: str) -> Mapping[str, Said]:
        """Return what each server says of a random name: what a wildcard answers."""
        observations = self._new.wildcard.get(type, ())
        if type == "CNAME" and not observations:
            # Whoever asks for addresses is told of the alias.
            behind = self.of_any("A")
            return {server: s._replace(kind="set") if s.kind == "alias" else s for server, s in behind.items()}
        return self._by_server(observations[0].question.name if observations else "", type, observations)

    def agreed(self, name: str, type: str) -> tuple[str, ...]:
        """Return the records that all servers which have the zone answer; empty where they differ or have none."""
        said = self.of(name, type)
        contents = {said[server].content for server in self.serving}
        kind, values = next(iter(contents)) if len(contents) == 1 else ("none", frozenset[str]())
        return tuple(sorted(values)) if kind == "set" else ()

    def _by_server(self, name: str, type: str, observations: Iterable[Observation]) -> Mapping[str, Said]:
        latest = {o.server.address: o for o in observations}
        return {
            server: said(self.zone, name, type, latest[server])
            if server in latest and self.standing[server] == "serves"
            else UNSEEN
            for server in self.servers
        }


def in_place(name: str, type: str) -> tuple[str, ...]:
    """Return the types that are one question with a type: where an alias could be, addresses may stand in its place.

    Beside names of hosts a key of DKIM is a text, or an alias to one.
    """
    if type != "CNAME":
        return (type,)
    underscored = name.startswith("_") or "._" in name
    return (type, *ADDRESSES, "TXT") if underscored else (type, *ADDRESSES)


def said(zone: str, name: str, type: str, o: Observation) -> Said:
    """Return what an answer of a server of the zone says of a name's own records of a type."""
    if not o.answered or "TC" in o.flags:
        return UNSEEN
    own = {rrset.type: rrset for rrset in o.answer if rrset.name == name and rrset.values}
    if "AA" not in o.flags:
        return _referred(zone, name, type, o, own)
    if found := own.get(type):
        return Said("set", found.values, found.longest)
    if alias := own.get("CNAME"):
        return Said("alias", alias.values, alias.longest)
    return Said("none", denied=o.rcode == "NXDOMAIN")


def _referred(zone: str, name: str, type: str, o: Observation, own: Mapping[str, Rrset]) -> Said:
    """Return what a server says without authority: of a zone below it knows its NS, and addresses of those (glue)."""
    if type == "NS" and name != zone and (found := own.get("NS")):
        return Said("set", found.values, found.longest)
    ns = referring(zone, o)
    if ns is None:
        return UNSEEN
    if type == "NS" and ns.name == name:
        return Said("set", ns.values, ns.longest)
    glue = next((r for r in o.additional if (r.name, r.type) == (name, type)), None) if type in ADDRESSES else None
    return Said("set", glue.values, glue.longest) if glue else Said("below", ns.values, ns.longest)


def _standing(zone: str, o: Observation) -> Standing:
    if o.failure is not None:
        return "silent"
    # Cut or not: whoever has the zone says so with authority; what is about another name would be some other's.
    if o.rcode == "NOERROR" and "AA" in o.flags and inside(o.question.name, zone):
        return "serves"
    return _RCODES.get(o.rcode, "failing")
