"""Whose turn it is to ask: who waits for which check, and which are under way. It decides and starts nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

MOST_UNDER_WAY = 24
"""Checks that are asked at once in a process, whoever wants how many."""
MOST_OF_ONE = 8
"""Of these, one person's."""
LEASE = 90.0
"""Seconds after which somebody who has not looked waits no more: a hidden tab looks once a minute."""

_T = TypeVar("_T")


class Visitor(NamedTuple):
    """Somebody who looks. A `session` looks at one check at a time; what one `person` may is counted over sessions."""

    session: str
    person: str


@dataclass(slots=True)
class Waiting(Generic[_T]):
    """A visitor who waits for a check and looked last at a moment (seconds of a clock that only runs forward)."""

    check: _T
    visitor: Visitor
    looked: float


def in_order(waiting: Iterable[Waiting[_T]], under_way: Iterable[str]) -> list[tuple[int, Waiting[_T]]]:
    """Return who waits (given in the order of coming) in the order of their turns, and what stands before each.

    That is the number of checks of the same person that are under way (`under_way`: whose they are) or come first:
    everybody's first one goes before anybody's second, so that nobody's many keep another's one waiting.
    """
    before, counted, seen = Counter(under_way), [], set()
    for one in waiting:
        person = one.visitor.person
        if (one.check, person) not in seen:
            seen.add((one.check, person))
            counted.append((before[person], one))
            before[person] += 1
    return sorted(counted, key=lambda pair: pair[0])


class Turns(Generic[_T]):
    """The queue of a process; not for several threads at once. `now`: seconds as in `Waiting`."""

    def __init__(self) -> None:
        self._waiting: dict[str, Waiting[_T]] = {}  # by session, in the order of coming
        self._under_way: dict[_T, str] = {}  # with the person who had the turn

    def look(self, check: _T, visitor: Visitor, now: float, *, joins: bool) -> None:
        """Note that a visitor looks at a check, and let them wait for it where they want to (`joins`) or already do.

        For what their session waited for before, it waits no more.
        """
        mine = self._waiting.get(visitor.session)
        if mine and mine.check == check:
            mine.visitor, mine.looked = visitor, now
            return
        if mine:
            del self._waiting[visitor.session]
        if joins and check not in self._under_way:
            self._waiting[visitor.session] = Waiting(check, visitor, now)

    def next(self, now: float) -> _T | None:
        """Begin the check whose turn it is and return it; None where none may begin."""
        if len(self._under_way) >= MOST_UNDER_WAY or not (order := self._order(now)):
            return None
        before, first = order[0]
        if before >= MOST_OF_ONE:
            return None
        self._under_way[first.check] = first.visitor.person
        # It answers everybody who waits for it.
        self._waiting = {session: one for session, one in self._waiting.items() if one.check != first.check}
        return first.check

    def ended(self, check: _T) -> None:
        """Give up the place of a check that was under way."""
        self._under_way.pop(check, None)

    def place(self, check: _T, now: float) -> int | None:
        """Return which place a check has in the queue, from 1; None where nobody waits for it."""
        checks = dict.fromkeys(one.check for _, one in self._order(now))
        return next((n for n, one in enumerate(checks, start=1) if one == check), None)

    def is_under_way(self, check: _T) -> bool:
        """Whether a check is asked now."""
        return check in self._under_way

    def clear(self) -> None:
        """Let nobody wait any more."""
        self._waiting = {}

    def _order(self, now: float) -> list[tuple[int, Waiting[_T]]]:
        self._waiting = {s: one for s, one in self._waiting.items() if now - one.looked <= LEASE}
        return in_order(self._waiting.values(), self._under_way.values())
