"""What somebody wants to know of a name, and what that asks."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from core.dns.change import Aside
from core.dns.names import Name
from core.dns.observation import ADDRESSES, Observation, Question
from core.dns.views import VIEWS, label_of, record_type, seen

TYPES = ("A", "AAAA", "MX", "TXT")
"""The types that resolvers are asked for, where nobody says otherwise."""


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
    types: tuple[str, ...] = TYPES
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
        return tuple(dict.fromkeys(map(asked_for, self.questions)))

    @property
    def beside(self) -> tuple[Question, ...]:
        """What is watched beside it where there is any: HTTPS, which leads to a site as its addresses do."""
        wanted = set(ADDRESSES) & set(self.types) and "HTTPS" not in self.types
        return (self.question("HTTPS"),) if wanted else ()

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


def asked_for(question: Question) -> Question:
    """Return what servers are asked for it."""
    return Question(question.name, record_type(question.type))
