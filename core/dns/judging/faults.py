"""How delegated servers fail: at everything asked or at some questions, by changing answers, by differing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from core.dns.change import Expected
from core.dns.judging.aliases import referred
from core.dns.judging.findings import Finding, Tag
from core.dns.judging.history import grouped
from core.dns.judging.resolvers import IN_A_ROW
from core.dns.observation import Observation, Question, Server
from core.ground.messages import Message

_WHOLE: Mapping[str, Tag] = {"silent": "unreachable", "REFUSED": "refused", "no_authority": "not_authoritative"}
"""What a server is called that fails so at everything; another one, and one that fails in several ways, is lame."""

_SILENT = ("timeout", "unreachable")
_MOST_SHOWN = 4


def failing(latest: Mapping[Question, Observation], *, signed: bool) -> dict[Question, str]:
    """Return the questions that a server failed at last, and how: `silent`, `malformed`, `no_authority` or an rcode.

    A truncated answer is none of these: what is wrong with it is told as that. `signed`: whether the parent has, or
    may have, a DS; without one nobody needs keys.
    """
    faults = {question: _fault(o) for question, o in latest.items()}
    return {q: fault for q, fault in faults.items() if fault and (signed or q.type != "DNSKEY")}


def faults_of(server: Server, latest: Mapping[Question, Observation], faults: Mapping[Question, str]) -> list[Finding]:
    """Return what is wrong with a server: one fault where it fails at everything asked, else each with its questions.

    `faults` are those of `failing`.
    """
    kinds = sorted(set(faults.values()))
    if kinds and all(question in faults or question.type == "DNSKEY" for question in latest):
        # A packet may be lost: what a server says counts for more than a silence.
        said = [kind for kind in kinds if kind != "silent"] or kinds
        answered = any(latest[question].answer for question in faults)
        whole = _WHOLE.get(said[0], "lame") if len(said) == 1 else "lame"
        return [Finding("lame" if said == ["no_authority"] and not answered else whole, server)]
    return [
        Finding("question_failed", server, {"questions": _list(faults, kind), "fault": _worded(kind)}) for kind in kinds
    ]


def unsteady(server: Server, answers_to: Iterable[tuple[Expected, Sequence[Observation]]]) -> Iterator[Finding]:
    """Yield the questions at which a server changes its answer from one time to the next, in order of time.

    Twice it must have come back to what it had said before: an edit that is taken back does so once.
    """
    for expected, answers in answers_to:
        values = [o.values or () for o in answers if not _fault(o) and "TC" not in o.flags]
        changes = [two for one, two in pairwise(values) if one != two]
        came_back = [two for n, two in enumerate(changes) if two in (*values[:1], *changes[:n])]
        if len(came_back) >= 2 and len(set(values[-2 * IN_A_ROW :])) > 1:
            found = "; ".join(", ".join(one) or "-" for one in sorted(set(values))[:_MOST_SHOWN])
            about = {"name": expected.question.name, "type": expected.question.type}
            yield Finding("answers_change", server, {**about, "found": found})


def differing(said: Iterable[tuple[Expected, Sequence[Observation]]], own: Collection[Question]) -> Iterator[Finding]:
    """Yield what servers differ in where nobody told what is right, with who says what (answers in order of time).

    `own`: what is asked of the zone itself; anything else is where an alias leads.
    """
    # Who refers to a zone below leaves it to that zone's servers.
    disputed = [(e, answers[-1]) for e, answers in said if e.disputed and answers and not referred("", answers[-1])]
    for question, theirs in grouped(disputed, lambda pair: pair[0].question).items():
        by_answer = grouped((o for _, o in theirs), _answer)
        if len(by_answer) > 1:
            shown = [
                f"{answer} ({', '.join(sorted(o.server.name or o.server.address for o in some))})"
                for answer, some in sorted(by_answer.items())[:_MOST_SHOWN]
            ]
            found = "; ".join(shown)
            tag: Tag = "servers_differ" if question in own else "alias_ends_differ"
            yield Finding(tag, None, {"name": question.name, "type": question.type, "found": found})


def _answer(o: Observation) -> str:
    return ", ".join(o.values or (value for rrset in o.answer for value in rrset.values)) or o.rcode or "-"


def _list(faults: Mapping[Question, str], kind: str) -> str:
    return ", ".join(sorted(f"{q.type} {q.name}" for q, fault in faults.items() if fault == kind))


def _worded(kind: str) -> str | Message:
    return kind if kind.isupper() else Message(f"dns.fault.{kind}")


def _fault(answer: Observation) -> str:
    """Return how a server failed; "" where it did not, or an answer was cut short."""
    if "TC" in answer.flags:
        return ""
    if answer.failure is not None:
        return "silent" if answer.failure in _SILENT else "malformed"
    if not answer.answered:
        return answer.rcode or "malformed"
    return "" if "AA" in answer.flags else "no_authority"
