"""One check of a name from beginning to end: walk down, ask everybody, judge; and again, where somebody follows it."""

import datetime as dt
import itertools
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.dns import probe
from core.dns.agreement import agreed, newest_of
from core.dns.aliases import LONGEST, inside, reached, referred, within
from core.dns.below import kept_with_delegation
from core.dns.change import Aside, Below, ChangeSet, Expected, Old, same_values
from core.dns.cuts import cut_between
from core.dns.delegation import referral
from core.dns.engine import Ask, Engine, Job
from core.dns.evidence import shown_until
from core.dns.extensions import plainly
from core.dns.history import grouped, thinned
from core.dns.names import Name, is_address
from core.dns.observation import ADDRESSES, Observation, Question, Server
from core.dns.probe import Delegated, Walk
from core.dns.recorded import before_edit, recorded
from core.dns.resolvers import IN_A_ROW
from core.dns.software import VERSION, says_powerdns
from core.dns.verdict import Verdict, verdict
from core.dns.views import VIEWS, label_of, record_type, seen

MOST_ENDS = 16
"""Names in other zones, each of a type, that a round asks for: a hostile zone's aliases would lead on and on."""
MOST_NAMED = 13
"""Names of servers that are looked up because only the zone itself names them."""
MOST_MAIL_HOSTS = 8
"""Mail hosts whose addresses are watched along with MX."""
MOST_BELOW = 64
"""Referrals to zones below that are followed in a round, and servers of such a zone that are remembered."""
MOST_KEPT = 32
"""Answers of one cache that are kept for the ends that they showed."""
MOST_VERSIONS = 64
"""Servers that are asked what program they are, in the life of a check."""
_BESIDE = 2.0
"""Seconds for what is asked beside: of servers that have just answered, and of others' until no more is begun."""
_PATIENCE = 30.0
"""Seconds for a round: limits to a resolver queue questions rather than fail them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know of a name.

    `types` are record types, and the views of TXT (`core.dns.views`). `expected`: the values that are to be seen, as
    `core.dns.values` writes them, empty where there shall be none; None: what the zone's servers agree on. `was`: those
    before, likewise; both are of `value_type` (else the first type). `old_servers` (addresses or host names) say that
    the delegation was switched, `new_servers` (host names) to whom; `old_ttl`: the longest TTL before it, in seconds.
    What is not told is what the check itself sees change between its rounds. `aside`: resolvers that do not count, as
    somebody said.
    """

    name: Name
    types: tuple[str, ...] = probe.TYPES
    expected: tuple[str, ...] | None = None
    was: tuple[str, ...] | None = None
    value_type: str = ""
    old_servers: tuple[str, ...] = ()
    new_servers: tuple[str, ...] = ()
    old_ttl: int | None = None
    switched_at: dt.datetime | None = None
    aside: tuple[Aside, ...] = ()

    @property
    def tells(self) -> bool:
        """Whether it tells of a change, or of what is to be seen."""
        told = self.expected, self.was, self.old_ttl, self.switched_at
        return bool(self.old_servers or self.new_servers) or any(one is not None for one in told)

    @property
    def asking(self) -> tuple[object, ...]:
        """What servers are asked: wishes that agree in it can share their answers, whatever each expects."""
        return self.name.ascii, self.types, self.old_servers, self.new_servers

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is judged, a question a type; that of a view is one that nobody is asked: `read` makes its answers."""
        return tuple(self.question(type) for type in self.types)

    @property
    def wire(self) -> tuple[Question, ...]:
        """What is asked of the zone's servers and of the resolvers."""
        return tuple(dict.fromkeys(map(_asked_for, self.questions)))

    @property
    def question_of_value(self) -> Question:
        """What the values told are of."""
        return self.question(self.value_type or self.types[0])

    def question(self, type: str) -> Question:
        """Return what is judged of a type."""
        return Question(".".join(filter(None, (label_of(type), self.name.ascii))), type)

    def read(self, said: Iterable[Observation]) -> list[Observation]:
        """Return what was said, and beside each answer about TXT what it says of the views that are wanted."""
        if VIEWS.keys().isdisjoint(self.types):
            return list(said)
        return [view for o in said for view in (o, *seen(o, self.questions))]


@dataclass(frozen=True, slots=True)
class _Move:
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
class Check:
    """A check: `round` asks everybody once, `judge` says what follows from all rounds so far.

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
    _latest: Delegated = field(init=False, default_factory=lambda: Delegated("", (), ()))
    """The last delegation that was found, with the servers whose addresses could be found before only."""
    _known: dict[Server, None] = field(init=False, default_factory=dict)
    """The zone's servers in any round."""
    _move: _Move | None = field(init=False, default=None)
    _ends: dict[object, tuple[Observation, ...]] = field(init=False, default_factory=dict)
    """Of each cache's answers those that showed a later end than all before: thinning must not take it back."""
    _named: frozenset[str] = field(init=False, default=frozenset())
    """Host names that the zone itself names now beside those of its parent."""
    _otherwise: tuple[Server, ...] = field(init=False, default=())
    """The servers at addresses that only the zone itself gives for its name servers."""
    _mail: tuple[Question, ...] = field(init=False, default=())
    """The addresses of the zone's own mail hosts, where MX is wanted."""
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
        self._jobs = []
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
            if self._mail_hosts(answered):
                said += self._answered(self._of_mail(more), now.zone)
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
        self._ends = _later_ends(self._ends, self._rounds[-1])
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
        self._known = self._known | dict.fromkeys(found.values())
        return list(found.values())

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
                for address in walk.reachable(o.values or ()):
                    if address not in known:
                        found.setdefault(address, o.question.name)
        for address in sorted(found)[:MOST_NAMED]:
            yield Server("authoritative", address, name=found[address])

    def _mail_hosts(self, said: Iterable[Observation]) -> bool:
        """Note the questions for the addresses of mail hosts in the zone, where MX is wanted; return whether any are.

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
        return bool(self._mail)

    def _of_mail(self, named: Iterable[Server]) -> list[Ask]:
        # One server may be delegated to by two names, and is judged by each.
        own = self.delegated.servers
        known = {server.address for server in own}
        others = {s.address: s for s in (*self.old_servers, *self.awaited, *named) if s.address not in known}
        return [
            *(Ask(server, question) for server in (*own, *others.values()) for question in self._mail),
            *probe.of_resolvers(self._mail, self.resolvers),
        ]

    def _ask_below(self, walk: Walk, said: Iterable[Observation]) -> Sequence[Observation]:
        """Ask the servers of zones below that the zone's own, or old ones, refer to; note who speaks for what there."""
        wanted, zone = {*self.wish.wire, *self._mail}, self.delegated.zone
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
        return self._answered([a for a in asks if (a.server.address, a.question) not in already], zone)

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is judged: what is wanted, and the addresses of the mail hosts that go with an MX."""
        return (*self.wish.questions, *self._mail)

    def _note_servers(self) -> None:
        # Where a zone goes up in the one above, its servers are the old ones.
        if not inside(self._latest.zone, self.delegated.zone):
            self._known, self._move = {}, None
        self._known = self._known | dict.fromkeys(self.delegated.servers)

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
            self._move = _Move(before, last.servers, seen, names[0] != names[1], last.zone, cut == "comes")

    def _former(self) -> tuple[Server, ...]:
        """Return the servers that the zone was delegated to in an earlier round and is no longer."""
        # A round without a way down has lost nobody.
        found = self.delegated if self.is_delegated else self._latest
        now, hosts = {server.address for server in found.servers}, found.hosts
        # Those that the zone itself names are none of the former.
        gone = (s for s in self._known if s.name not in hosts and s.address not in now and s.name not in self._named)
        return tuple(sorted(gone))

    def _seen_move(self) -> _Move | None:
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
        return plainly(asks, lambda some: self._ended(self._begun(some), zone))

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
            below = self._below.get(_asked_for(o.question)) if self._below else None
            return o.server.address in below.addresses if below else o.server in speakers.get(o.question, ())

        last = {
            (o.server, o.question): o
            for o in self.observations
            if o.failure is None and o.rcode in ("NOERROR", "NXDOMAIN") and speaks(o)
        }
        return grouped(last.values(), lambda o: o.question)

    def judge(self, now: dt.datetime, wish: Wish | None = None) -> Verdict:
        """Return the verdict on everything that was seen (`now` in UTC), for another wish that asks the same too."""
        wish = wish or self.wish
        change = self.change(wish)
        return verdict(change, self.old(change, wish), self.observations, now)

    def change(self, wish: Wish | None = None) -> ChangeSet:
        """Return what is expected: what was told, else what the zone's servers agree on, or that they do not."""
        wish = wish or self.wish
        move, said = self._seen_move(), self._said()
        newest = newest_of(said.get(Question(self._zone, "SOA"), ()))
        ends = {question: agreed(question, said, newest) for question in (*wish.questions, *self._mail)}
        # No records are agreed on too: those that were there may still be cached.
        expected = {q: end for q, end in ends.items() if end is not None}
        if wish.expected is not None:
            q = wish.question_of_value
            end = ends[q]
            # Where an alias leads is right only if what is wanted is there.
            there = end is not None and not end.disputed and same_values(end.values, wish.expected)
            expected[q] = Expected(q.name, q.type, wish.expected, end.alias if end and there else "")
        expected = {q: replace(e, below=self._below.get(_asked_for(q))) for q, e in expected.items()}
        moved_at = move.seen if move and not move.renamed else None
        addresses = tuple(server.address for server in (*self._latest.servers, *self._otherwise)) or None
        switched_at = wish.switched_at or moved_at
        beyond = tuple(sorted({server.address for there in self._beyond.values() for server in there}))
        new_servers = self._new_servers(wish)
        change = ChangeSet(self._zone, tuple(expected.values()), new_servers, switched_at, addresses, beyond)
        powerdns = frozenset(address for address, so in self._powerdns.items() if so)
        cut = bool(move and move.cut)
        change = replace(change, named=self._named, aside=wish.aside, below=self._below, powerdns=powerdns, cut=cut)
        return replace(change, unsure=new_servers is None and not cut and not before_edit(change, self.observations))

    def _new_servers(self, wish: Wish) -> tuple[str, ...] | None:
        """Return the host names that the parent is to refer to: where it refers now, unless all are old ones."""
        if wish.new_servers:
            return wish.new_servers
        move = self._seen_move()
        if not wish.old_servers and (not move or move.cut):
            return None
        servers, hosts = self._latest.servers, {*self._latest.hosts}
        told, now = ({server.address for server in some} for some in (self.told_servers, servers))
        without_address = hosts - {server.name for server in servers} - {*wish.old_servers}
        # Some may stay when others go; where all that somebody told of are there still, nothing shows a switch.
        shown = bool(wish.switched_at or move or told - now)
        if not without_address and (now <= told or (now & told and not shown)):
            return ()
        return tuple(sorted({server.name for server in servers} | hosts))

    def old(self, change: ChangeSet, wish: Wish | None = None) -> Old:
        """Return what is known from before: what was told, else what the check saw before the change.

        The one TTL that was told stands for all of them, unless a longer one was seen.
        """
        wish = wish or self.wish
        move, ttl = self._seen_move(), wish.old_ttl
        before: Sequence[Observation] = ()
        if move:
            before = move.before
        elif self._awaits:
            before = self.observations
        elif change.new_servers is None:
            before = before_edit(change, self.observations)
        # Of a switch that came before the check, nothing is left to be seen.
        zone = move.zone if move else change.zone
        spoke = {e.question: self._spoke_below.get(_asked_for(e.question), ()) for e in change.expected}
        seen = recorded(zone, spoke.keys(), before, spoke) if before else Old()
        rrsets = [kept_with_delegation(seen.rrset(e), e, zone, before) for e in change.expected]
        # One that stays is asked for old data like those that go.
        servers = tuple(sorted({s.address for s in (*self.old_servers, *(move.servers if move else ()))}))
        pairs = zip(rrsets, change.expected, strict=True)
        rrsets = [replace(r, values=self._still(e)) if r.values is None else r for r, e in pairs]
        if wish.was is not None:
            asked = wish.question_of_value
            rrsets = [replace(r, values=wish.was) if (r.name, r.type) == asked else r for r in rrsets]
        known = replace(seen, rrsets=tuple(rrsets), servers=servers)
        signed = recorded(change.zone, (), self.observations).ds_ttl is not None
        return known if ttl is None else known.at_least(ttl, signed=signed)

    def _still(self, expected: Expected) -> tuple[str, ...] | None:
        """Return the values that the servers before a switch still give, where they all give the same old ones."""
        old = {server.address for server in self.old_servers}
        said_to = [o for o in self.observations if o.question == expected.question and o.server.role == "authoritative"]
        last = {o.server.address: o.values for o in said_to}
        said = {last[address] for address in old & last.keys()}
        values = said.pop() if len(said) == 1 else None
        return values if values and not same_values(values, expected.values) else None


def _asked_for(question: Question) -> Question:
    """Return what servers are asked for it."""
    return Question(question.name, record_type(question.type))


def _of_host(o: Observation) -> bool:
    """Tell whether an answer says that a host is an alias or has no such address."""
    said = o.failure is None and "AA" in o.flags and o.rcode in ("NOERROR", "NXDOMAIN")
    return said and o.question.type in ADDRESSES


def _later_ends(
    ends: Mapping[object, tuple[Observation, ...]], said: Iterable[Observation]
) -> dict[object, tuple[Observation, ...]]:
    """Return by cache and answer those that showed a later end (by two seconds or more) than all before them."""
    found = dict(ends)
    for o in said:
        if o.server.role != "resolver" or not o.answer:
            continue
        key = o.server, o.nsid, o.question, o.values
        kept = found.get(key, ())
        if not kept or shown_until(o) > shown_until(kept[-1]) + dt.timedelta(seconds=2):
            kept = (*kept, o)
            # A cache that fetches anew for hours: every second of the older ones tells enough.
            found[key] = kept if len(kept) <= MOST_KEPT else (*kept[: MOST_KEPT // 2 : 2], *kept[MOST_KEPT // 2 :])
    return found
