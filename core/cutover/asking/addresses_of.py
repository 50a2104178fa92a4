"""Where the hosts of two zones are: the addresses of sites and mail servers on the old side and on the new one.

Names in the zone are looked up in what its servers answered, on each side for itself; what was not asked for there is
asked now. Names elsewhere are the same on both sides: the way down from the root leads to them, no resolver.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.cutover.asking.interview import can_be_asked
from core.cutover.result import Compared
from core.cutover.settings import Targets
from core.cutover.zones import NewZone, OldZone, SetKey
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask, ended
from core.dns.asking.probe import Walk
from core.dns.judging.aliases import inside
from core.dns.observation import ADDRESSES, Observation, Question, Server

MOST = 8
"""Addresses of a host that are spoken to."""

_LINKS = 8
"""Aliases followed, one after another."""
_PATIENCE = 12.0
"""Seconds for the new servers to answer, repetitions included."""


class Found(NamedTuple):
    """Addresses of a host, IPv4 first. `known`: servers said so; else nobody could be asked, or not all was said.

    `cut`: there are more.
    """

    addresses: tuple[str, ...]
    known: bool = True
    cut: bool = False

    @property
    def partial(self) -> bool:
        """Whether there are addresses, and these are not all."""
        return bool(self.addresses) and (self.cut or not self.known)


class MailHosts(NamedTuple):
    """The hosts that take a domain's mail, the most wanted first. `known`: servers said so."""

    hosts: tuple[str, ...]
    known: bool = True


class _Sets(NamedTuple):
    """What one side has at a name: the values of a type, or where an alias points to. `known`: servers said so."""

    values: tuple[str, ...] = ()
    alias: str = ""
    known: bool = True


@dataclass(slots=True)
class AddressesOf:
    """Looks names up on both sides; what was looked up once is known. For one thread."""

    old: OldZone
    new: NewZone
    engine: Engine
    targets: Targets
    walk: Walk
    _asked: dict[SetKey, tuple[Observation, ...]] = field(default_factory=dict)

    def ask_ahead(self, keys: Iterable[SetKey]) -> None:
        """Ask the new servers at once for what they would be asked for one after another later."""
        missing = [key for key in dict.fromkeys(keys) if inside(key[0], self.old.name) and not self._known(*key)]
        self._ask([key for key in missing if can_be_asked(Question(*key))])

    def old_side(self, name: str) -> Found:
        """Return the addresses of a host on the old side."""
        return self._addresses(name, new=False)

    def new_side(self, name: str) -> Found:
        """Return the addresses of a host on the new side."""
        return self._addresses(name, new=True)

    def mail_domains(self) -> tuple[str, ...]:
        """Return the zone's name and the names in it that have an MX on either side."""
        names = [name for name, type in (*self.old.sets, *self.new.answers) if type == "MX"]
        return tuple(dict.fromkeys((self.old.name, *sorted(names))))

    def mail_hosts(self, domain: str, *, new: bool) -> MailHosts:
        """Return which hosts take the mail of a domain in the zone: its MX, else itself (RFC 5321 s. 5.1)."""
        sets = self._sets(domain, "MX", new)
        ranked = sorted(filter(None, map(_preference, sets.values)))
        if sets.values or not sets.known:
            # "0 ." says that there is no mail (RFC 7505).
            return MailHosts(tuple(dict.fromkeys(host for _, host in ranked if host)), sets.known)
        if new and (domain, "MX") in self.old.sets:
            # Somebody forgot it: what else stands at the name is no mail host.
            return MailHosts(())
        return MailHosts((domain,))

    def moving(self, compared: Iterable[Compared]) -> set[str]:
        """Return the names of the old zone whose addresses in it change, or those of what they are an alias for."""
        changed = ("moved", "different")
        found = {one.name for one in compared if one.type in (*ADDRESSES, "CNAME") and one.state in changed}
        for name, type in self.old.sets:
            end = name
            for _ in range(_LINKS):
                alias = self.old.sets.get((end, "CNAME")) if type == "CNAME" else None
                end = alias.values[0] if alias and alias.values else end
            found |= {name} if end in found else set()
        hosts = {name for name, type in self.old.sets if type in (*ADDRESSES, "CNAME")}
        return {name for name in found & hosts if not name.startswith("*.") and "_" not in name}

    def _addresses(self, name: str, *, new: bool) -> Found:
        been = set()
        for _ in range(_LINKS):
            been.add(name)
            if not inside(name, self.old.name):
                return self._elsewhere(name)
            both = [self._sets(name, type, new) for type in ADDRESSES]
            alias = next((one.alias for one in both if one.alias), "")
            if not alias:
                return _found([one.values for one in both], all(one.known for one in both))
            name = alias
        # Round in a circle there is none.
        return Found((), known=name in been)

    def _sets(self, name: str, type: str, new: bool) -> _Sets:
        return self._new_sets(name, type) if new else self._old_sets(name, type)

    def _old_sets(self, name: str, type: str) -> _Sets:
        sets = self.old.sets
        if alias := sets.get((name, "CNAME")):
            return _Sets(alias=alias.values[0] if alias.values else "")
        if held := sets.get((name, type)):
            return _Sets(held.values)
        if any(question.name == name and question.type == type for question in self.old.silent):
            return _Sets(known=False)
        exists = name == self.old.name or name in self.old.between or any(there == name for there, _ in sets)
        if not exists and (alias := self.old.wildcard.get("CNAME")):
            return _Sets(alias=alias.values[0] if alias.values else "")
        if not exists and (held := self.old.wildcard.get(type)):
            return _Sets(held.values)
        return _Sets()

    def _new_sets(self, name: str, type: str) -> _Sets:
        if not self._known(name, type) and can_be_asked(Question(name, type)):
            self._ask([(name, type)])
        said = self._known(name, type)
        spoke = [o for o in said if o.answered and (o.answer or "AA" in o.flags)]
        own = [rrset for o in spoke for rrset in o.answer if rrset.name == name]
        alias = next((rrset.values[0] for rrset in own if rrset.type == "CNAME" and rrset.values), "")
        values = dict.fromkeys(value for rrset in own if rrset.type == type for value in rrset.values)
        return _Sets(tuple(values), alias, bool(spoke))

    def _known(self, name: str, type: str) -> tuple[Observation, ...]:
        """Return what the new servers have said of a name so far; an alias speaks for every type."""
        answers = self.new.answers
        return answers.get((name, type)) or answers.get((name, "CNAME")) or self._asked.get((name, type), ())

    def _ask(self, keys: Sequence[SetKey]) -> None:
        """Ask the new servers for names that they were not asked for, or kept no answer of: for each once."""
        fresh = [key for key in keys if key not in self._asked]
        allowed = [address for address in self.new.servers if self.targets.may_be_asked(address)]
        asks = [Ask(Server("authoritative", address), Question(*key)) for key in fresh for address in allowed]
        paced = max((len(fresh) / self.targets.per_second(address) for address in allowed), default=0.0)
        said: dict[SetKey, list[Observation]] = {key: [] for key in fresh}
        for o in ended(self.engine.ask(asks), _PATIENCE + paced) if asks else ():
            said[o.question.name, o.question.type].append(o)
        self._asked |= {key: tuple(some) for key, some in said.items()}

    def _elsewhere(self, name: str) -> Found:
        """Return the addresses of a host in another zone, its aliases followed from zone to zone."""
        been = set()
        for _ in range(_LINKS):
            been.add(name)
            if not can_be_asked(Question(name, "A")):
                return Found((), known=False)
            self.walk.addresses(name)
            said = _told(self.walk.said, name)
            own = [rrset for o in said for rrset in o.answer if rrset.name == name]
            alias = next((rrset.values[0] for rrset in own if rrset.type == "CNAME" and rrset.values), "")
            if not alias:
                each = [dict.fromkeys(v for r in own if r.type == type for v in r.values) for type in ADDRESSES]
                told = {o.question.type for o in said}
                return _found([tuple(some) for some in each], told.issuperset(ADDRESSES))
            name = alias
        return Found((), known=name in been)


def address_ttl(hosts: Iterable[str], walk: Walk) -> int | None:
    """Return for how many seconds addresses of name servers may be kept, as their own zones say; None: not all did."""
    ttls: list[int] = []
    for host in hosts:
        if not can_be_asked(Question(host, "A")):
            return None
        walk.addresses(host)
        told = _told(walk.said, host)
        if not told:
            return None
        # One that has no address leads nowhere, and nothing of it is kept.
        ttls += [rrset.longest for o in told for rrset in o.answer if rrset.name == host and rrset.type in ADDRESSES]
    return max(ttls, default=None)


def keys_ttl(zone: str, servers: Iterable[Server], engine: Engine, targets: Targets) -> int | None:
    """Return for how many seconds a zone's keys may be kept, 0 where it has none; None: none of its servers said it."""
    asks = [Ask(server, Question(zone, "DNSKEY")) for server in servers if targets.may_be_asked(server.address)]
    said = [o for o in ended(engine.ask(asks), _PATIENCE) if o.answered and "AA" in o.flags]
    ttls = [rrset.longest for o in said for rrset in o.answer if (rrset.name, rrset.type) == (zone, "DNSKEY")]
    return max(ttls, default=0) if said else None


def _found(each: Sequence[tuple[str, ...]], known: bool) -> Found:
    """Return the addresses of each type as far as they are spoken to."""
    addresses = tuple(address for some in each for address in some[:MOST])
    return Found(addresses, known, any(len(some) > MOST for some in each))


def _told(said: Iterable[Observation], name: str) -> list[Observation]:
    """Return what servers of its own zone said of the addresses of a name."""
    return [
        o for o in said if o.question.name == name and o.question.type in ADDRESSES and o.answered and "AA" in o.flags
    ]


def _preference(value: str) -> tuple[int, str] | None:
    number, _, host = value.partition(" ")
    if not number.isdecimal() or len(number) > 5:
        return None
    return int(number), "" if host == "." else host
