"""Asks old servers for names, wave after wave: each name by one type first, then what its answers lead to.

NXDOMAIN ends a name, but not what is below it (against RFC 8020): a PowerDNS whose database a panel fills says NXDOMAIN
for a name between others, as `_domainkey`, though there are keys below it (4.7, seen in the laboratory).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.cutover.asking.interview import Interview, can_be_asked
from core.cutover.asking.led_to import led_to, types_of
from core.cutover.asking.own_set import denied, own, speaks
from core.cutover.asking.sets import above
from core.cutover.asking.wildcards import TYPES, Wildcard, random_label, wildcard_of
from core.cutover.known_names import USUAL
from core.cutover.settings import NAMES_MAX
from core.cutover.zones import Held, SetKey
from core.dns.asking.job import Ask
from core.dns.judging.aliases import inside
from core.dns.observation import Observation, Question, Server

WAVES = 12
"""Steps from a known name to what it leads to, and on: a zone that leads on and on is given up, and that is said."""

Types = tuple[str, ...]
_Answers = dict[str, Observation]
"""What a name was answered, by the type asked for."""
_Sets = dict[SetKey, Held]


@dataclass(slots=True)
class NamesAsked:
    """What old servers have said of names so far; questions are spread over `servers`, of which there is one at least.

    `known`: names that need not be asked for, as another source has them; `found`: sets that were answered, no
    wildcard's; `given`: how many of them by which address; `between`: names that exist without records; `silent`:
    questions without an answer of two servers; `cut`: there were more names than NAMES_MAX, or than WAVES led to.
    """

    zone: str
    interview: Interview
    servers: Sequence[Server]
    known: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    found: _Sets = field(default_factory=dict)
    given: Counter[str] = field(default_factory=Counter)
    wildcard: Wildcard = field(default_factory=lambda: Wildcard({}))
    between: set[str] = field(default_factory=set)
    silent: dict[Question, None] = field(default_factory=dict)
    cut: bool = False
    _turn: int = 0

    def ask_for_wildcard(self) -> None:
        """Ask for a random name, type by type."""
        name = f"{random_label()}.{self.zone}"
        self.wildcard = wildcard_of(self.zone, self.ask([Question(name, type) for type in TYPES]))

    def explore(self, names: Mapping[str, Types]) -> None:
        """Ask for names by their types, and for all that answers lead to, until there is nothing new."""
        for _ in range(WAVES):
            if not (fresh := self._admitted(names)):
                return
            names = following(self.zone, self._wave(fresh))
        self.cut = self.cut or bool(self._new(names))

    def ask(self, questions: Sequence[Question]) -> list[Observation]:
        """Ask each question of one of the servers, and once more of another where that got no answer."""
        said = list(self.interview.put([Ask(self._next(), question) for question in questions]))
        failed = [number for number, o in enumerate(said) if not speaks(self.zone, o)]
        again = [Ask(self._another(said[number].server), questions[number]) for number in failed]
        for number, o in zip(failed, self.interview.put(again) if again else (), strict=True):
            said[number] = o
            if not speaks(self.zone, o):
                self.silent[o.question] = None
        return said

    def keep(self, o: Observation, sets: Mapping[SetKey, Held]) -> None:
        """Keep sets of an answer; of a set that was seen twice the longer TTL."""
        for key, held in sets.items():
            before = self.found.get(key)
            if before is None:
                self.given[o.server.address] += 1
            self.found[key] = Held(before.values, max(held.ttl or 0, before.ttl or 0)) if before else held

    def _next(self) -> Server:
        self._turn += 1
        return self.servers[self._turn % len(self.servers)]

    def _another(self, server: Server) -> Server:
        return self.servers[(self.servers.index(server) + 1) % len(self.servers)]

    def _new(self, names: Mapping[str, Types]) -> dict[str, Types]:
        """Return those of the zone that nobody has asked for."""
        new = {n: t for n, t in names.items() if inside(n, self.zone) and n not in self.asked and n not in self.known}
        return {name: types for name, types in new.items() if can_be_asked(Question(name, types[0]))}

    def _admitted(self, names: Mapping[str, Types]) -> dict[str, Types]:
        """Return those that nobody has asked for, as far as there is room."""
        new = self._new(names)
        room = max(0, NAMES_MAX - len(self.asked))
        self.cut = self.cut or len(new) > room
        admitted = dict(list(new.items())[:room])
        self.asked.update(admitted)
        return admitted

    def _wave(self, names: Mapping[str, Types]) -> _Sets:
        """Ask for names; return the sets that are new."""
        answers: dict[str, _Answers] = {name: {} for name in names}
        self._put(answers, [Question(name, types[0]) for name, types in names.items()])
        going = [name for name in names if self._goes_on(answers[name])]
        self._put(answers, [Question(name, type) for name in going for type in names[name][1:]])
        empty = [name for name in going if not self._sets(answers[name])]
        if self.wildcard.exists:
            empty = self._existing(answers, empty)
        self._put(answers, [Question(n, type) for n in empty for type in USUAL if type not in answers[n]])
        before = set(self.found)
        for name, said in answers.items():
            self._judge(name, said)
        self._move_to_wildcards({key for key in self.found if key not in before and key[0] in names})
        return {key: held for key, held in self.found.items() if key not in before}

    def _put(self, answers: dict[str, _Answers], questions: Sequence[Question]) -> None:
        for o in self.ask(questions) if questions else ():
            answers[o.question.name][o.question.type] = o

    def _existing(self, answers: dict[str, _Answers], names: Iterable[str]) -> list[str]:
        """Ask names without records for a type that any name has; return those that lack it, and so exist."""
        types = [type if type != "CNAME" else "A" for type in self.wildcard.sets][:1]
        names = list(names) if types else []
        self._put(answers, [Question(n, type) for n in names for type in types if type not in answers[n]])
        return [name for name in names if self._shown(answers[name]) and not self._sets(answers[name])]

    def _goes_on(self, said: _Answers) -> bool:
        """Tell whether a name is to be asked for its other types: it may have them."""
        for o in said.values():
            if not speaks(self.zone, o) or denied(self.zone, o):
                return False
            if any(name != o.question.name or type == "CNAME" for name, type in own(self.zone, o)):
                return False
            if any(type == "NS" and name != self.zone and "AA" not in o.flags for name, type in own(self.zone, o)):
                return False
        return True

    def _sets(self, said: _Answers) -> _Sets:
        return {key: held for o in said.values() if speaks(self.zone, o) for key, held in own(self.zone, o).items()}

    def _shown(self, said: _Answers) -> bool:
        answers = {type: own(self.zone, o) for type, o in said.items() if speaks(self.zone, o)}
        return self.wildcard.shows_a_name(answers)

    def _judge(self, name: str, said: _Answers) -> None:
        """Keep what is a name's own, and what it shows above it; or that it exists without records."""
        speaking = [o for o in said.values() if speaks(self.zone, o)]
        sets = self._sets(said)
        shown = self._shown(said)
        for o in speaking:
            of_it = own(self.zone, o)
            self.keep(o, {key: held for key, held in of_it.items() if shown or key[0] != name})
        exists = any(not denied(self.zone, o) for o in speaking)
        if exists and not sets and (shown or not self.wildcard.exists):
            self.between.add(name)

    def _move_to_wildcards(self, keys: Collection[SetKey]) -> None:
        """Put what any name below another has where it stands, at the wildcard there, and take it from the names."""
        places = [(up, key) for key in keys for up in above(key[0], self.zone) if not key[0].startswith("*.")]
        # A name may have a hundred labels; what is not looked at stays a name's own.
        wanted = list(dict.fromkeys((up, key[1]) for up, key in places))[:NAMES_MAX]
        labels = {up: random_label() for up, _ in wanted}
        said = self.ask([Question(f"{labels[up]}.{up}", type) for up, type in wanted]) if wanted else []
        of_place: dict[str, list[Observation]] = {}
        for (up, _), o in zip(wanted, said, strict=True):
            of_place.setdefault(up, []).append(o)
        wild = {up: wildcard_of(self.zone, some) for up, some in of_place.items()}
        for up, key in places:
            held = self.found.get(key)
            if held and up in wild and wild[up].gives(key[1], held) and not self.wildcard.gives(key[1], held):
                del self.found[key]
                self.found[f"*.{up}", key[1]] = held


def following(zone: str, sets: Mapping[SetKey, Held]) -> dict[str, Types]:
    """Return the names that sets lead to, and those above theirs, each with what it is asked for."""
    names: dict[str, None] = {}
    for (name, type), held in sets.items():
        names.update(dict.fromkeys(above(name, zone)))
        for value in held.values:
            names.update(dict.fromkeys(led_to(zone, name, type, value)))
    return {name: types_of(name) for name in names}
