"""A look in words: the answer first, then what must be done about it, what differs, and when; lines for a terminal.

What servers said stands in them as it is: whoever prints them takes out what a terminal would obey.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from core.cutover.finding import Finding, Verdict, Weight, Weights
from core.cutover.judging.when import SHORT
from core.cutover.plan import Plan
from core.cutover.result import Compared, Cutover, State
from core.dns.values import as_shown
from core.ground.messages import Message
from core.language import Language

SHOWN = 200
"""Records and findings of one kind that are told."""

_WEIGHTS: tuple[Weight, ...] = ("blocked", "unknown", "accept", "notice")
_STATES: tuple[State, ...] = ("different", "only_old", "only_new", "unknown", "moved")
_NONE = "–"


def sentence(found: Cutover, weights: Weights) -> Message:
    """Return the answer: may we switch, and if not, how many things stand against it."""
    verdict = weights.verdict(found.findings)
    if verdict == "ready":
        return Message("cutover.verdict.ready", {"name": found.name})
    return Message(f"cutover.verdict.not.{verdict}", {"name": found.name}, _count(found, verdict, weights))


def completeness(found: Cutover) -> Message:
    """Return how much of the old zone is known: all of it, or so many names that were asked for."""
    if found.complete:
        return Message("cutover.complete")
    return Message("cutover.asked", {}, found.asked)


def lines(found: Cutover, weights: Weights, language: Language) -> list[str]:
    """Return the whole of a look as lines of text: the sentence, findings by weight, records that differ, the plan."""
    return [
        language.text(sentence(found, weights)),
        language.text(completeness(found)),
        *_sources(found, language),
        *_findings(found, weights, language),
        *_records(found.records, language),
        "",
        language.text("cutover.section.plan"),
        *(f"- {step}" for step in steps(found.plan, found.at, language)),
    ]


def steps(plan: Plan, now: dt.datetime, language: Language) -> list[str]:
    """Return the plan of a switch as steps to copy, in the order of time (`now`: UTC); what cannot be known is said."""
    told = (
        _lower(plan, now),
        Message("cutover.step.switch" if plan.agreed else "cutover.step.switch_earliest", {"at": plan.switch}),
        _known("cutover.step.edited_first", plan.edited_first),
        _known("cutover.step.untouched", plan.untouched),
        _known("cutover.step.delegation", plan.delegation_until),
    )
    return [language.text(one) for one in told]


_UNKNOWN = {
    "cutover.step.edited_first": "cutover.step.edited_first_unknown",
    "cutover.step.untouched": "cutover.step.untouched_unknown",
    "cutover.step.delegation": "cutover.step.delegation_unknown",
}


def _known(id: str, at: dt.datetime | None) -> Message:
    return Message(_UNKNOWN[id]) if at is None else Message(id, {"at": at})


def _lower(plan: Plan, now: dt.datetime) -> Message:
    if plan.lower_by is None or plan.highest is None:
        return Message("cutover.step.lower_unknown")
    values = {"by": plan.lower_by, "seconds": str(plan.highest), "of": plan.of}
    if plan.highest <= SHORT:
        return Message("cutover.step.lower_short", values)
    return Message("cutover.step.lower" if plan.lower_by > now else "cutover.step.lower_now", values)


def record(one: Compared, language: Language) -> str:
    """Return what the two zones have of a name and type, in a line."""
    old, new = ("; ".join(as_shown(values)) if values else _NONE for values in (one.old, one.new))
    said = language.text(f"cutover.record.{one.state}", name=one.name, type=one.type, old=old, new=new)
    if not one.servers:
        return said
    return f"{said} {language.text('cutover.record.servers', servers=', '.join(one.servers))}"


def _count(found: Cutover, verdict: Verdict, weights: Weights) -> int:
    return sum(weights.of(one) == verdict for one in found.findings)


def _sources(found: Cutover, language: Language) -> Iterator[str]:
    for source in found.sources:
        yield "- " + language.text(f"cutover.source.{source.kind}", count=source.sets, name=source.name)


def _findings(found: Cutover, weights: Weights, language: Language) -> Iterator[str]:
    for weight in _WEIGHTS:
        some = [one for one in found.findings if weights.of(one) == weight]
        if some:
            yield ""
            yield language.text(f"cutover.section.{weight}")
            yield from _most([line for one in some[:SHOWN] for line in _finding(one, language)], len(some), language)


def _finding(one: Finding, language: Language) -> tuple[str, str]:
    return f"- {language.text(one.message)}", f"  {language.text('cutover.todo', todo=one.todo)}"


def _records(records: Sequence[Compared], language: Language) -> Iterator[str]:
    some = [one for state in _STATES for one in records if one.state == state]
    if some:
        yield ""
        yield language.text("cutover.section.records")
        yield from _most([f"- {record(one, language)}" for one in some[:SHOWN]], len(some), language)


def _most(told: Sequence[str], of: int, language: Language) -> Iterator[str]:
    yield from told
    if of > SHOWN:
        yield "- " + language.text("cutover.more", count=of - SHOWN)
