"""A check as a picture: what every resolver says of every record, how many have the new ones, how that went over time.

Pure. A picture is evidence, never the verdict (`core.dns.judging.verdict`).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.dns.judging.aliases import referred
from core.dns.judging.history import grouped
from core.dns.judging.resolvers import Judged
from core.dns.judging.status import Status
from core.dns.observation import Observation, Question, Server

Kind = Literal["new", "old", "other", "none", "failure", "unreachable", "unjudged", "waiting"]
"""What an answer looks like: `none`: no such record; `unjudged`: it is not known yet what is expected; `waiting`: there
is no answer yet."""

KINDS: Mapping[Status, Kind] = {
    "new": "new",
    "old": "old",
    "other": "other",
    "nxdomain": "none",
    "nodata": "none",
    "servfail": "failure",
    "refused": "failure",
    "bogus": "failure",
    "malformed": "failure",
    "timeout": "unreachable",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a server said last to a question; `status` None: nothing is expected of it yet, or there is no answer.

    `left`: seconds of its TTL that are left now; `age`: seconds since it answered.
    """

    question: Question
    kind: Kind = "waiting"
    status: Status | None = None
    observation: Observation | None = None
    stale: bool = False
    left: int | None = None
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What a server said last to each question, in their order."""

    server: Server
    cells: tuple[Cell, ...]


# A server that failed one question but answered another with old data still has old data.
_GRAVITY: tuple[Kind, ...] = ("old", "other", "none", "waiting", "failure", "unreachable", "unjudged", "new")


@dataclass(frozen=True, slots=True)
class Tally:
    """Of how many resolvers that can be reached (`reached`) how many have everything new (`new`).

    `silent`: from how many nothing came; `judged`: whether anything is expected that an answer could be compared with.
    """

    new: int
    reached: int
    silent: int
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Sample:
    """What a server looked like at a moment (UTC), over all that it was asked then."""

    server: Server
    at: dt.datetime
    kind: Kind


def rows(
    servers: Iterable[Server],
    questions: Sequence[Question],
    observations: Iterable[Observation],
    judged: Iterable[Judged],
    now: dt.datetime,
) -> list[Row]:
    """Return a row for each server, in their order; `judged` are those of the observations that have a status."""
    plainly = [o for o in observations if not o.checking_disabled]
    latest = {(o.server, o.question): o for o in sorted(plainly, key=lambda o: o.at)}
    by_id = {id(j.observation): j for j in judged}
    return [
        Row(server, tuple(_cell(question, latest.get((server, question)), by_id, now) for question in questions))
        for server in servers
    ]


def shown(
    wanted: Sequence[Question], judged: Sequence[Question], observations: Iterable[Observation]
) -> tuple[Question, ...]:
    """Return what is shown of the questions judged: those wanted, and others unless everybody says there is nothing."""
    told = {o.question for o in observations if o.values or o.answer or o.rcode not in ("NOERROR", "NXDOMAIN", None)}
    return (*wanted, *(question for question in judged if question in told and question not in wanted))


def tally(found: Iterable[Row]) -> Tally:
    """Count resolvers; one that answers nothing at all is out of reach, and one half asked counts with what is in."""
    # A record that nothing is expected of says nothing about the change.
    found = list(found)
    reached = [row.cells for row in found if {cell.kind for cell in row.cells} - {"unreachable", "waiting"}]
    judged = [
        {KINDS[c.status] if c.status else c.kind for c in cells if c.status or c.kind == "waiting"} for cells in reached
    ]
    new = sum("new" in kinds and kinds <= {"new", "unreachable"} for kinds in judged)
    silent = sum(bool(row.cells) and {cell.kind for cell in row.cells} == {"unreachable"} for row in found)
    return Tally(new, len(reached), silent, any(cell.status for cells in reached for cell in cells))


def samples(judged: Iterable[Judged]) -> list[Sample]:
    """Return how resolvers looked, answer by answer made into one a server and round, in order of time."""
    asked = [j for j in judged if j.observation.server.role == "resolver"]
    found = []
    for server, theirs in grouped(asked, lambda j: j.observation.server).items():
        for moment in _rounds(theirs):
            kinds: list[Kind] = [KINDS[j.status] for j in moment]
            found.append(Sample(server, max(j.observation.at for j in moment), min(kinds, key=_GRAVITY.index)))
    return sorted(found, key=lambda sample: (sample.at, sample.server))


def _rounds(theirs: Sequence[Judged]) -> list[list[Judged]]:
    """Split what a server said into rounds: a question that comes again begins the next."""
    found: list[list[Judged]] = []
    seen: set[Question] = set()
    for one in sorted(theirs, key=lambda j: j.observation.at):
        if not found or one.observation.question in seen:
            found.append([])
            seen = set()
        found[-1].append(one)
        seen.add(one.observation.question)
    return found


def _cell(question: Question, said: Observation | None, by_id: Mapping[int, Judged], now: dt.datetime) -> Cell:
    if said is None:
        return Cell(question)
    age = max(0, int((now - said.at).total_seconds()))
    judged = by_id.get(id(said))
    ttls = [rrset.ttl for rrset in said.answer]
    return Cell(
        question,
        kind_of(said, judged.status if judged else None),
        judged.status if judged else None,
        said,
        bool(judged and judged.stale),
        # Along a chain of aliases the link that ends first is asked for anew first.
        max(0, min(ttls) - (age if said.server.role == "resolver" else 0)) if ttls else None,
        age,
    )


def kind_of(said: Observation, status: Status | None = None) -> Kind:
    """Return what an answer looks like; `status` None: nothing is expected of it."""
    # There is no new record where none is expected; that is as it should be, and looks like what it is.
    leads = any(rrset.type == "CNAME" for rrset in said.answer) or referred("", said) is not None
    if status and (status != "new" or said.values or leads):
        return KINDS[status]
    if said.failure:
        return "failure" if said.failure == "malformed" else "unreachable"
    if not said.answered:
        return "failure"
    return "unjudged" if said.values else "none"
