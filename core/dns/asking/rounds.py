"""The rounds of a check: walk down, ask everybody of whom anything can depend, and keep what was said."""

import datetime as dt
import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from core.dns.asking import probe
from core.dns.asking.cuts import cut_between
from core.dns.asking.engine import Engine
from core.dns.asking.extensions import plainly
from core.dns.asking.job import Ask, Job
from core.dns.asking.probe import Delegated, Walk
from core.dns.change import Below
from core.dns.judging.aliases import LONGEST, inside, reached, referred, within
from core.dns.judging.delegation import referral
from core.dns.judging.evidence import later_ends
from core.dns.judging.history import grouped, thinned
from core.dns.judging.resolvers import IN_A_ROW
from core.dns.judging.software import VERSION, says_powerdns
from core.dns.names import is_address
from core.dns.observation import ADDRESSES, Observation, Question, Server
from core.dns.views import VIEWS
from core.dns.wish import Wish, asked_for

MOST_ASKED = 3_000
"""Questions to servers of zones in a round, beside the walk's and those without EDNS included: what is over is not
asked, and so not known. Two companies of thirteen servers, with all that goes along, come to two thirds of it."""
MOST_KNOWN = 64
"""Servers that are remembered as a zone's: one that names others in every round would have them all asked."""
MOST_ENDS = 16
"""Names in other zones, each of a type, that a round asks for: a hostile zone's aliases would lead on and on."""
MOST_NAMED = 13
"""Names of servers that are looked up because only the zone itself names them, and addresses that only it gives."""
MOST_MAIL_HOSTS = 8
"""Mail hosts whose addresses are watched along with MX."""
MOST_BELOW = 64
"""Referrals to zones below that are followed in a round, servers asked there, and those that are remembered."""
MOST_VERSIONS = 64
"""Servers that are asked what program they are, in the life of a check."""
_BESIDE = 2.0
"""Seconds for what is asked beside: of servers that have just answered, and of others' until no more is begun."""
_PATIENCE = 30.0
"""Seconds for a round: limits to a resolver queue questions rather than fail them."""


@dataclass(frozen=True, slots=True)
class Move:
    """A delegation that changed between two rounds.

    `before`: what had been observed; `servers`: those it had led to; `seen`: when the new one had been seen (UTC);
    `renamed`: other host names. `zone`: the one that the name was in; `cut`: it has become a zone below that.
    """

    before: Sequence[Observation]
    servers: tuple[Server, ...]
    seen: dt.datetime | None
    renamed: bool
    zone: str
    cut: bool = False


@dataclass(slots=True)
class Rounds:
    """What a check has asked so far, and heard: `round` asks everybody once.

    `told_servers`: those that somebody told were before the switch, with their addresses; `awaited`: those that
    somebody told it leads to.
    """

    wish: Wish
    engine: Engine
    roots: Sequence[Server]
    resolvers: Sequence[Server]
    delegated: Delegated = field(default_factory=lambda: Delegated("", (), ()))
    told_servers: tuple[Server, ...] = ()
    awaited: tuple[Server, ...] = ()
    _rounds: list[list[Observation]] = field(init=False, default_factory=list)
    _jobs: list[Job] = field(init=False, default_factory=list)
    _left: int = field(init=False, default=0)
    """How many questions the round under way may yet ask servers of zones."""
    _latest: Delegated = field(init=False, default_factory=lambda: Delegated("", (), ()))
    """The last delegation that was found, with the servers whose addresses could be found before only."""
    _known: dict[Server, None] = field(init=False, default_factory=dict)
    """The zone's servers in any round."""
    _move: Move | None = field(init=False, default=None)
    _ends: dict[object, tuple[Observation, ...]] = field(init=False, default_factory=dict)
    """Of each cache's answers those that showed a later end than all before: thinning must not take it back."""
    _named: frozenset[str] = field(init=False, default=frozenset())
    """Host names that the zone itself names now beside those of its parent."""
    _otherwise: tuple[Server, ...] = field(init=False, default=())
    """The servers at addresses that only the zone itself gives for its name servers."""
    _mail: tuple[Question, ...] = field(init=False, default=())
    """The addresses of the zone's own mail hosts, where MX is wanted."""
    _beside: tuple[Question, ...] = field(init=False, default=())
    """What the wish has beside it, where any server had such a record."""
    _below: dict[Question, Below] = field(init=False, default_factory=dict)
    """The zones below that questions are in."""
    _spoke_below: dict[Question, set[str]] = field(init=False, default_factory=dict)
    """The addresses of all that ever spoke for them there."""
    _beyond: dict[Question, tuple[Server, ...]] = field(init=False, default_factory=dict)
    """Who speaks for the names in other zones that aliases lead to."""
    _powerdns: dict[str, bool] = field(init=False, default_factory=dict)
    """By address whether a server says that it is one; each is asked once."""

    @property
    def observations(self) -> list[Observation]:
        """What was seen in whole rounds, in their order; of what stayed the same for long, both ends."""
        found = list(itertools.chain.from_iterable(self._rounds))
        there = set(map(id, found))
        return [*(o for ends in self._ends.values() for o in ends if id(o) not in there), *found]

    @property
    def old_servers(self) -> tuple[Server, ...]:
        """The servers before the switch: those told, and those that the zone was delegated to in an earlier round."""
        known = {server.address for server in self.told_servers}
        return (*self.told_servers, *(server for server in self._former() if server.address not in known))

    @property
    def zone_servers(self) -> list[Server]:
        """Every server of the zone that is known, one for each address: delegated to and awaited, then the old ones."""
        old = {server.address for server in self.old_servers}
        delegated = self.delegated.servers if self.is_delegated else ()
        found = {server.address: server for server in (*self.old_servers, *self.awaited, *delegated)}
        return sorted(found.values(), key=lambda server: (server.address in old, server.name))

    @property
    def first_look(self) -> dt.datetime | None:
        """When the first round had been answered (UTC)."""
        return max((o.at for o in self._rounds[0]), default=None) if self._rounds else None

    def seen(self) -> list[Observation]:
        """Return all that was seen, with what is in so far of a round under way; for use in any thread."""
        # The jobs first: what moves over meanwhile is then seen twice, not never.
        under_way = [o for job in self._jobs for o in job.snapshot()]
        return self.observations + self.wish.read(under_way)

    def round(self) -> None:
        """Walk down anew and ask everybody; takes as long as the slowest server may."""
        self._jobs, self._left = [], MOST_ASKED
        # Resolvers need no way down, so theirs are the first answers.
        resolvers = self._begun(probe.of_resolvers(self.wish.wire, self.resolvers))
        walk = Walk(self.engine, self.roots)
        self.delegated = now = walk.delegation(self.wish.name.ascii)
        said: list[Observation] = []
        if self.is_delegated:
            self._note_servers()
            self.told_servers = tuple(self._found(walk, self.wish.old_servers))
            self.awaited = tuple(self._found(walk, self.wish.new_servers))
            others = (*self.old_servers, *self.awaited)
            asks = [*probe.of_zone(now, self.wish.wire, others), *self._of_glue()]
            said += (answered := self._answered(asks, now.zone))
            named = self._named_only_in_zone(walk, answered)
            self._otherwise = tuple(self._addressed_otherwise(walk, answered))
            if more := (*named, *self._otherwise):
                apart = replace(now, servers=more, parent=())
                said += self._answered(probe.of_zone(apart, self.wish.wire), now.zone)
            # How long the addresses of servers in other zones may be cached, and whether there are any.
            hosts = {*(server.name for server in now.servers), *now.hosts, *self._named}
            said += [o for o in walk.said if o.question.name in hosts and (o.values or _of_host(o))]
            said += self._ask_along(answered, more)
            said += self._ask_below(walk, said)
        else:
            # Whoever the way ends at may be no parent of the zone: it counts with what it knows of it only.
            asks = [Ask(s._replace(role="parent"), Question(self._zone, "NS")) for s in now.servers or now.parent]
            of_parent = self._ended(self._begun(asks))
            said += [*now.said, *(o for o in of_parent if "AA" in o.flags or referral(self._zone, o))]
        of_resolvers = self._ended(resolvers)
        said += [*of_resolvers, *self._ended(self._begun(probe.second_looks(of_resolvers)))]
        before = self.observations
        self._rounds = [*self._rounds, self.wish.read(said)]
        if self.is_delegated:
            self._note_move(before)
            self._ask_beyond(walk)
            self._rounds[-1] += self._addresses_by_themselves(walk)
            self._ask_programs()
        self._ends = later_ends(self._ends, self._rounds[-1])
        self._rounds, self._jobs = thinned(self._rounds, IN_A_ROW), []

    def _found(self, walk: Walk, servers: Sequence[str]) -> Iterator[Server]:
        """Yield servers that somebody told of; those told by their names are looked up."""
        for told in servers:
            if is_address(told):
                yield Server("authoritative", told)
            else:
                yield from (Server("authoritative", address, name=told) for address in walk.addresses(told))

    def _named_only_in_zone(self, walk: Walk, said: Iterable[Observation]) -> list[Server]:
        """Return the servers that the zone's own NS sets name and nobody has asked, and note on whose side they are.

        Caches ask them as soon as they have seen the set.
        """
        zone = self.delegated.zone
        present = {server.address for server in self.delegated.servers}
        known = {server.address: server for server in (*self.delegated.servers, *self.old_servers, *self.awaited)}
        hosts = {server.name for server in known.values()} | set(self.delegated.hosts)
        sides: dict[str, set[str]] = {}
        for o in said:
            if o.question == Question(zone, "NS") and "AA" in o.flags:
                for host in o.values or ():
                    side = "present" if o.server.address in present else "old"
                    sides.setdefault(host, set()).add(side)
        awaited = {server.address for server in self.awaited}
        found: dict[str, Server] = {}
        old = {server.address for server in self.old_servers}
        for host in sorted(sides.keys() - hosts)[:MOST_NAMED]:
            addresses = walk.addresses(host)
            if addresses and old.issuperset(addresses):
                # One that somebody told of by its address.
                hosts.add(host)
            for address in addresses:
                if address not in known and address not in awaited:
                    found.setdefault(address, Server("authoritative", address, name=host))
        self._named = frozenset(host for host, of in sides.items() if "present" in of and host not in hosts)
        # Before a switch those of the present side are part of what will be the old one.
        named = list(found.values())[: 2 * MOST_NAMED]
        self._remember(named)
        return named

    def _addressed_otherwise(self, walk: Walk, said: Iterable[Observation]) -> Iterator[Server]:
        """Yield the servers at addresses that only the zone gives for its name servers, and not its parent.

        Caches go there as soon as they believe the zone more than the referral (RFC 2181 s. 5.4.1).
        """
        now = self.delegated
        known = {server.address for server in (*now.servers, *self.old_servers, *self.awaited)}
        names = {server.name for server in now.servers if inside(server.name, now.zone)}
        found: dict[str, str] = {}
        for o in said:
            if o.question.name in names and o.question.type in ADDRESSES and "AA" in o.flags:
                for address in walk.reachable((o.values or ())[:MOST_NAMED]):
                    if address not in known:
                        found.setdefault(address, o.question.name)
        for address in sorted(found)[:MOST_NAMED]:
            yield Server("authoritative", address, name=found[address])

    def _note_mail_hosts(self, said: Iterable[Observation]) -> None:
        """Note the questions for the addresses of mail hosts in the zone, where MX is wanted.

        A mail move is MX and the addresses of its hosts: MX alone often stays as it is.
        """
        zone, wanted = self.delegated.zone, Question(self.wish.name.ascii, "MX")
        values = {value for o in said if o.question == wanted and "AA" in o.flags for value in o.values or ()}
        hosts = sorted({host for value in values if inside(host := value.rpartition(" ")[2], zone)})
        if wanted in self.wish.wire:
            # One that was named before is watched on: its old address may still be cached.
            asked = [Question(host, type) for host in hosts[:MOST_MAIL_HOSTS] for type in ADDRESSES]
            new = (question for question in asked if question not in self.wish.questions)
            self._mail = tuple(dict.fromkeys((*self._mail, *new)))[: 2 * MOST_MAIL_HOSTS]

    def _ask_along(self, said: Iterable[Observation], more: Iterable[Server]) -> Sequence[Observation]:
        """Ask for what goes along with what is wanted: the mail hosts of an MX, and HTTPS beside addresses.

        Whoever reads HTTPS goes where its hints lead (RFC 9460 s. 7.3); resolvers are asked only where there is any.
        """
        self._note_mail_hosts(said)
        # One server may be delegated to by two names, and is judged by each.
        own = self.delegated.servers
        known = {server.address for server in own}
        others = {s.address: s for s in (*self.old_servers, *self.awaited, *more) if s.address not in known}
        beside = self.wish.beside
        along = dict.fromkeys((*self._along, *beside))
        asks = [Ask(server, question) for server in (*own, *others.values()) for question in along]
        resolvers = self._begun(probe.of_resolvers(self._along, self.resolvers))
        theirs = self._answered(asks, self.delegated.zone)
        found = self._ended(resolvers)
        there = {o.question for o in theirs if o.values and "AA" in o.flags}
        if new := tuple(question for question in beside if question in there and question not in self._beside):
            self._beside = (*self._beside, *new)
            found += self._ended(self._begun(probe.of_resolvers(new, self.resolvers)))
        return (*theirs, *found)

    @property
    def _along(self) -> tuple[Question, ...]:
        """What is judged along with what is wanted."""
        return (*self._mail, *self._beside)

    def _ask_below(self, walk: Walk, said: Iterable[Observation]) -> Sequence[Observation]:
        """Ask the servers of zones below that the zone's own, or old ones, refer to; note who speaks for what there."""
        wanted, zone = {*self.wish.wire, *self._along}, self.delegated.zone
        of_ours = [o for o in said if o.question in wanted and o.failure is None]
        led = [(o, way) for o in of_ours if (way := referred(zone, o))][:MOST_BELOW]
        speaking = {server.address for server in (self.awaited if self._awaits else self.delegated.servers)}
        asks: dict[Ask, None] = {}
        ways: dict[Question, list[Below]] = {}
        for o, way in led:
            servers = walk.referred_to(zone, o)
            addresses = frozenset(server.address for server in servers)
            known = self._spoke_below.setdefault(o.question, set())
            # A hostile zone refers elsewhere every time.
            known.update(sorted(addresses)[: max(0, MOST_BELOW - len(known))])
            if o.server.address in speaking:
                ways.setdefault(o.question, []).append(replace(way, addresses=addresses))
            asks |= dict.fromkeys(Ask(s, q) for s in servers for q in (o.question, Question(way.zone, "NS")))
        # Whoever does not answer this time takes nothing back.
        silent = self._below.keys() - {o.question for o in of_ours if o.server.address in speaking}
        kept = {question: self._below[question] for question in silent}
        self._below = kept | {question: max(some, key=some.count) for question, some in ways.items()}
        already = {(o.server.address, o.question) for o in of_ours}
        there = {*itertools.islice(dict.fromkeys(ask.server.address for ask in asks), MOST_BELOW)}
        new = [a for a in asks if a.server.address in there and (a.server.address, a.question) not in already]
        return self._answered(new, zone)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is judged: what is wanted, and what goes along with it."""
        return (*self.wish.questions, *self._along)

    def _note_servers(self) -> None:
        # Where a zone goes up in the one above, its servers are the old ones.
        if not inside(self._latest.zone, self.delegated.zone):
            self._known, self._move = {}, None
        self._remember(self.delegated.servers)

    def _remember(self, servers: Iterable[Server]) -> None:
        known = self._known | dict.fromkeys(servers)
        self._known = dict.fromkeys(itertools.islice(known, MOST_KNOWN))

    def _note_move(self, before: Sequence[Observation]) -> None:
        """Note whether the zone has lost a server since the round before."""
        last, now = self._latest, self.delegated
        # One whose address could not be found this time is none that has gone.
        kept = tuple(s for s in last.servers if s.name in now.hosts) if last.zone == now.zone else ()
        self._latest = replace(now, servers=(*now.servers, *kept))
        addresses = {server.address for server in self._latest.servers}
        cut = cut_between(self.wish.name.ascii, last, now, before, self._rounds[-1])
        if cut and any(server.address not in addresses for server in last.servers):
            seen = max((o.at for o in self._rounds[-1]), default=None)
            names = [{server.name for server in one.servers} for one in (last, self._latest)]
            self._move = Move(before, last.servers, seen, names[0] != names[1], last.zone, cut == "comes")

    def _former(self) -> tuple[Server, ...]:
        """Return the servers that the zone was delegated to in an earlier round and is no longer."""
        # A round without a way down has lost nobody.
        found = self.delegated if self.is_delegated else self._latest
        now, hosts = {server.address for server in found.servers}, found.hosts
        # Those that the zone itself names are none of the former.
        gone = (s for s in self._known if s.name not in hosts and s.address not in now and s.name not in self._named)
        return tuple(sorted(gone))

    def _seen_move(self) -> Move | None:
        """Return the change of the delegation that was seen, unless it was taken back."""
        return self._move if self._move and (self._move.cut or self._former()) else None

    @property
    def is_delegated(self) -> bool:
        """Whether the way led to a zone that can be the name's own: a registry's servers speak for the registry."""
        zone = self.delegated.zone
        return "." in zone or zone == self.wish.name.ascii

    @property
    def _zone(self) -> str:
        """The zone that is judged: the last one that was found, else what could be one."""
        return self._latest.zone or self.wish.name.ascii

    def _of_glue(self) -> list[Ask]:
        """Return the questions for the addresses of those of the zone's servers that are in the zone."""
        now = self.delegated
        names = sorted({server.name for server in now.servers if inside(server.name, now.zone)})
        addresses = [Question(name, type) for name in names for type in ADDRESSES]
        questions = [question for question in addresses if question not in self.wish.questions]
        return [Ask(server, question) for server in now.servers for question in questions]

    def _begun(self, asks: Sequence[Ask]) -> Job:
        job = self.engine.ask(asks)
        self._jobs = [*self._jobs, job]
        return job

    def _ended(self, job: Job, zone: str = "") -> tuple[Observation, ...]:
        """Return what was answered in the end; authoritative servers speak for this zone only."""
        if not job.wait(_PATIENCE):
            job.cancel()
        return tuple(within(zone, o) if o.server.role == "authoritative" else o for o in job.snapshot())

    def _answered(self, asks: Sequence[Ask], zone: str) -> tuple[Observation, ...]:
        """Ask, and whom EDNS upsets once more without; return what was answered in the end."""
        return plainly(asks, lambda some: self._ended(self._begun(self._rationed(some)), zone))

    def _rationed(self, asks: Sequence[Ask]) -> Sequence[Ask]:
        asks = asks[: self._left]
        self._left -= len(asks)
        return asks

    def _ask_beyond(self, walk: Walk) -> None:
        """Ask the servers of other zones, where the zone's own only point there, zone after zone."""
        self._beyond = {}
        for _ in range(LONGEST):
            said = self._said()
            ends = {link for question in self.wish.wire for link in reached(question, said)[1:]}
            new = sorted(ends - self._beyond.keys(), key=lambda q: (q.name, q.type))
            for question in new[: MOST_ENDS - len(self._beyond)]:
                self._beyond[question] = ()
                try:
                    there = walk.delegation(question.name)
                    if walk.exhausted:
                        return
                    asks = [Ask(server, question) for server in there.servers]
                    self._rounds[-1] += self.wish.read(self._answered(asks, there.zone))
                except ValueError:
                    # What an answer points to may be no name that can be asked for.
                    continue
                self._beyond[question] = there.servers

    def _addresses_by_themselves(self, walk: Walk) -> list[Observation]:
        """Return what their own zones say of the addresses of servers in other zones.

        Where the parent had them as glue nobody needs to ask there, but caches do, and keep them for as long.
        """
        now = self.delegated
        seen = set(map(id, now.said))
        hosts = sorted({server.name for server in now.servers if not inside(server.name, now.zone)})[:MOST_NAMED]
        begun = time.monotonic()
        for host in hosts:
            if time.monotonic() - begun > _BESIDE:
                break
            walk.addresses(host)
        return [o for o in walk.said if o.question.name in hosts and o.values and id(o) not in seen]

    def _ask_programs(self) -> None:
        """Ask the zone's servers that answered, and those of zones that aliases lead to, what program they are."""
        beyond = (server for there in self._beyond.values() for server in there)
        ours = {*self.zone_servers, *self._known, *beyond}
        answered = dict.fromkeys(o.server for o in self._rounds[-1] if o.failure is None and o.server in ours)
        new = {server.address: server for server in answered if server.address not in self._powerdns}
        servers = list(new.values())[: max(0, MOST_VERSIONS - len(self._powerdns))]
        self._powerdns |= dict.fromkeys((server.address for server in servers), False)
        job = self.engine.ask([Ask(server, VERSION) for server in servers])
        if not job.wait(_BESIDE):
            job.cancel()
        self._powerdns |= {o.server.address: True for o in job.snapshot() if says_powerdns(o)}

    @property
    def _awaits(self) -> bool:
        """Whether the delegation is still to be switched to the servers that somebody told of."""
        return bool(self.wish.new_servers) and {s.name for s in self._latest.servers} != {*self.wish.new_servers}

    def _said(self) -> dict[Question, list[Observation]]:
        """Return what each server last said of what it speaks for."""
        # What is to be seen after a switch is what the new servers have, delegated or not yet.
        own = self.awaited if self._awaits else self._latest.servers
        of_zone = (*self.wish.wire, *self.questions, Question(self._zone, "SOA"))
        speakers = dict.fromkeys(of_zone, own) | self._beyond
        # What says something of a view is an answer about TXT.
        speakers |= {Question(q.name, v): there for q, there in self._beyond.items() if q.type == "TXT" for v in VIEWS}

        def speaks(o: Observation) -> bool:
            below = self._below.get(asked_for(o.question)) if self._below else None
            return o.server.address in below.addresses if below else o.server in speakers.get(o.question, ())

        last = {
            (o.server, o.question): o
            for o in self.observations
            if o.failure is None and o.rcode in ("NOERROR", "NXDOMAIN") and speaks(o)
        }
        return grouped(last.values(), lambda o: o.question)


def _of_host(o: Observation) -> bool:
    """Tell whether an answer says that a host is an alias or has no such address."""
    said = o.failure is None and "AA" in o.flags and o.rcode in ("NOERROR", "NXDOMAIN")
    return said and o.question.type in ADDRESSES
