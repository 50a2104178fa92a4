"""Two servers side by side: what each says of the same records, and whether that is the same. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.dns.change import same_values
from core.dns.observation import Observation, Question


@dataclass(frozen=True, slots=True)
class Pair:
    """What two servers said last to a question; `same` None where one of them gave no answer that can be compared."""

    question: Question
    left: Observation | None
    right: Observation | None
    same: bool | None


def side_by_side(
    questions: Sequence[Question], left: Iterable[Observation], right: Iterable[Observation]
) -> list[Pair]:
    """Return the questions with what either server said (`left`, `right`: all observations of one server each)."""
    lefts, rights = _latest(left), _latest(right)
    return [Pair(q, lefts.get(q), rights.get(q), _same(q, lefts.get(q), rights.get(q))) for q in questions]


def _latest(said: Iterable[Observation]) -> dict[Question, Observation]:
    return {o.question: o for o in sorted(said, key=lambda o: o.at) if not o.checking_disabled}


def _same(question: Question, left: Observation | None, right: Observation | None) -> bool | None:
    if left is None or right is None or not (left.answered and right.answered):
        return None
    if not left.values or not right.values:
        # That there is no such name is more than that it has no such record (RFC 2308).
        return not left.values and not right.values and left.rcode == right.rcode
    return same_values(left.values, right.values)
