"""What the resolvers' samples show: who has the new data by now, and for how long each may keep the old."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.dns.judging.findings import Finding
from core.dns.judging.history import grouped
from core.dns.judging.status import NO_EVIDENCE, Status
from core.dns.observation import Observation, Question, Server, Transport

IN_A_ROW = 3
"""So many samples in a row show that a resolver has the new data: one address may be many caches."""

_WAYS: Mapping[Transport, str] = {"udp": "UDP", "tcp": "TCP", "dot": "DoT", "doh": "DoH"}

# Caches count whole seconds, and the answer travels.
_SLACK = dt.timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Judged:
    """An observation with its status; `stale`: from beyond its TTL."""

    observation: Observation
    status: Status
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Countdown:
    """Until when (UTC) a cache behind a resolver's address keeps something else than the new data, by its own TTL.

    It holds only for a cache that follows the new delegation already; else the ETA does.
    """

    server: Server
    question: Question
    nsid: str
    until: dt.datetime


def observed(samples: Sequence[Judged], questions: Iterable[Question]) -> bool:
    """Tell whether every resolver that can be reached gave the new data IN_A_ROW times in a row, to each question.

    Silence, refusals and stale answers are left out, so they neither help nor harm; a resolver that has not answered
    IN_A_ROW times is left out itself. False where none is left, or one gives a stale answer now.
    """
    wanted = set(questions)
    seen: set[Question] = set()
    for (_, question), said in _by_resolver(samples).items():
        if question not in wanted or not (answers := answering(said)):
            continue
        evidence = [s for s in answers if not s.stale][-IN_A_ROW:]
        if len(evidence) < IN_A_ROW or said[-1].stale or any(s.status != "new" for s in evidence):
            return False
        seen.add(question)
    return bool(wanted) and seen == wanted


def answering(said: Sequence[Judged]) -> list[Judged]:
    """Return what a resolver answered to a question (samples in order of time); nothing where it is out of reach.

    One silence, or refusal, takes nothing back; after IN_A_ROW of them nobody waits for it.
    """
    if all(s.status in NO_EVIDENCE for s in said[-IN_A_ROW:]):
        return []
    return [s for s in said if s.status not in NO_EVIDENCE]


def countdowns(samples: Sequence[Judged]) -> tuple[Countdown, ...]:
    """Return for each resolver, NSID and question with old data the latest end that its TTLs have shown."""
    found = []
    for (server, question, nsid), said in _by_cache(samples).items():
        ends = [end for s in said if (end := _end(s)) is not None]
        if ends and said[-1].status != "new":
            found.append(Countdown(server, question, nsid, max(ends)))
    return tuple(found)


def found_at(samples: Sequence[Judged]) -> list[Finding]:
    """Return what is to be told of the resolvers, each once."""
    findings = []
    for (server, question), said in _by_resolver(samples).items():
        if said[-1].stale:
            findings.append(Finding("stale_answer", server, {"name": question.name, "type": question.type}))
    rising = {(server, question) for (server, question, _), said in _by_cache(samples).items() if _rises(said)}
    findings += _asked_otherwise(samples)
    findings += [Finding("rising_ttl", s, {"name": q.name, "type": q.type}) for s, q in rising]
    return findings


def _asked_otherwise(samples: Sequence[Judged]) -> list[Finding]:
    latest = {s.observation.server: s.observation for s in samples}
    # Where UDP has failed lately, a resolver may have been asked encrypted at once.
    other = {server.address: o for server, o in latest.items() if o.udp_failure or o.transport in ("dot", "doh")}
    ways = {address: o.transport for address, o in other.items() if o.failure is None}
    said = ", ".join(f"{address} ({_WAYS[way]})" for address, way in sorted(ways.items()))
    return [Finding("asked_otherwise", None, {"resolvers": said})] if said else []


def _by_resolver(samples: Iterable[Judged]) -> Mapping[tuple[Server, Question], list[Judged]]:
    return grouped(samples, lambda s: (s.observation.server, s.observation.question))


def _by_cache(samples: Iterable[Judged]) -> Mapping[tuple[Server, Question, str], list[Judged]]:
    return grouped(samples, lambda s: (s.observation.server, s.observation.question, s.observation.nsid))


def _end(sample: Judged) -> dt.datetime | None:
    records = sample.observation.records
    if records is None or sample.stale or sample.status not in ("old", "other"):
        return None
    return sample.observation.at + dt.timedelta(seconds=records.ttl)


def _rises(said: Iterable[Judged]) -> bool:
    ends = [(s.observation.at, end) for s in said if (end := _end(s)) is not None]
    # Once its time is over a cache fetches anew; before that, a longer time is another cache's.
    return any(at < before and end > before + _SLACK for (_, before), (at, end) in pairwise(ends))
