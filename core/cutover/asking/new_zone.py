"""What the new servers answer, each of them, for all that the old zone holds and for what it may lack."""

from collections.abc import Iterable, Mapping, Sequence

from core.cutover.asking.interview import Interview, Progress, can_be_asked, quiet
from core.cutover.asking.own_set import own, speaks, told
from core.cutover.asking.wildcards import TYPES, Wildcard, random_label, wildcard_of
from core.cutover.known_names import USUAL, KnownName
from core.cutover.settings import NAMES_MAX, Targets
from core.cutover.wanted import Wanted
from core.cutover.zones import NewZone, OldZone, SetKey
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.observation import Observation, Question, Server

_APEX = ("SOA", "NS", "DNSKEY", "CAA")
_ALONE = ("A", "AAAA", "MX", "TXT", "CNAME")
"""Types that a name of the old zone may have on the new servers only, and that somebody would notice."""
_ALONE_NAMES = 200
"""Names of the old zone that are asked for those: at ten questions a second they take a minute and a half."""
_DEAD = ("timeout", "unreachable", "no_ipv6")
_Answers = dict[SetKey, tuple[Observation, ...]]


def answers(
    wanted: Wanted,
    old: OldZone,
    known: Sequence[KnownName],
    engine: Engine,
    targets: Targets,
    progress: Progress = quiet,
    *,
    port: int = 53,
) -> NewZone:
    """Return what every one of the new servers says; one that may not be asked, or is dead, fails in every answer."""
    zone = old.name
    servers = tuple(Server("authoritative", address, port) for address in dict.fromkeys(wanted.new_servers))
    panel = _Panel(zone, servers, Interview(engine, targets, progress))
    panel.look()
    random = f"{random_label()}.{zone}"
    wild = panel.ask([(random, type) for type in TYPES])
    of_old = _of_old(old)
    found = panel.ask([*of_old, *((zone, type) for type in _APEX)])
    wildcards = {
        server: wildcard_of(zone, [one for some in wild.values() for one in some if one.server == server])
        for server in servers
    }
    names = {name: None for name, _ in of_old}
    more = dict.fromkeys((name, type) for name in list(names)[:_ALONE_NAMES] for type in _ALONE)
    first = {f"{one.name}.{zone}": one.types for one in known if f"{one.name}.{zone}" not in names}
    alone = panel.ask([key for key in (*more, *((n, types[0]) for n, types in first.items())) if key not in found])
    there = {name for (name, _), said in alone.items() if name in first and _exists(zone, said, wildcards)}
    asked = {**found, **alone}
    rest = [(n, type) for n in first if n in there for type in (*first[n], *USUAL) if (n, type) not in asked]
    alone |= panel.ask(rest)
    alone |= _aliases(zone, {**found, **alone})
    kept = {key: said for key, said in alone.items() if key not in found and _has(zone, key, said, wildcards)}
    return NewZone(
        tuple(server.address for server in servers),
        {**found, **kept},
        {type: said for (_, type), said in wild.items()},
    )


class _Panel:
    """Asks every new server each question, and once more where it fails; a dead one is asked no further."""

    def __init__(self, zone: str, servers: Sequence[Server], interview: Interview) -> None:
        self._zone, self._servers, self._interview = zone, servers, interview
        self._dead: dict[Server, Observation] = {}

    def look(self) -> None:
        """Find out which servers are dead, so that nobody waits for them thousands of times."""
        for (o,) in zip(*self.ask([(self._zone, "SOA")]).values(), strict=True):
            if o.failure in _DEAD:
                self._dead[o.server] = o

    def ask(self, keys: Iterable[SetKey]) -> _Answers:
        """Return what each server says to each name and type, in the order of the servers."""
        questions = [Question(*key) for key in dict.fromkeys(keys) if can_be_asked(Question(*key))]
        asks = [Ask(s, q, dnssec=q.type == "DNSKEY") for q in questions for s in self._servers if s not in self._dead]
        said = dict(zip(map(_key, asks), self._interview.put(asks) if asks else (), strict=True))
        again = [ask for ask in asks if not said[_key(ask)].answered]
        said |= zip(map(_key, again), self._interview.put(again) if again else (), strict=True)
        return {
            (q.name, q.type): tuple(
                told(self._zone, said[s, q]) if (s, q) in said else self._dead[s]._replace(question=q)
                for s in self._servers
            )
            for q in questions
        }


def _key(ask: Ask) -> tuple[Server, Question]:
    return ask.server, ask.question


def _of_old(old: OldZone) -> list[SetKey]:
    """Return what the old zone holds and what exists there, of NAMES_MAX names at most, those of the apex first."""
    keys: dict[str, list[SetKey]] = {}
    for name, type in (*old.sets, *((name, "A") for name in old.between)):
        keys.setdefault(name, []).append((name, type))
    nearest = sorted(keys, key=lambda name: (name.count("."), name))[:NAMES_MAX]
    return [key for name in nearest for key in keys[name]]


def _exists(zone: str, said: Iterable[Observation], wildcards: Mapping[Server, Wildcard]) -> bool:
    """Tell whether some server has the name of itself, with or without records of the type asked."""
    return any(
        o.rcode == "NOERROR"
        and (wildcards[o.server].shows_a_name({o.question.type: own(zone, o)}) or not wildcards[o.server].exists)
        for o in said
        if speaks(zone, o)
    )


def _aliases(zone: str, said: _Answers) -> _Answers:
    """Return the answers that are an alias of the name asked, under that type."""
    found: _Answers = {}
    for (name, _), some in said.items():
        if (name, "CNAME") not in said and any((name, "CNAME") in own(zone, o) for o in some):
            found[name, "CNAME"] = tuple(o._replace(question=Question(name, "CNAME")) for o in some)
    return found


def _has(zone: str, key: SetKey, said: Iterable[Observation], wildcards: Mapping[Server, Wildcard]) -> bool:
    """Tell whether some server has a set which is not its wildcard's."""
    for o in said:
        held = own(zone, o).get(key) if speaks(zone, o) else None
        if held and not wildcards[o.server].gives(key[1], held):
            return True
    return False
