"""What the parent's servers say of a zone: to whom they refer, with which addresses and DS, and since when."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from core.dns.change import ChangeSet, plain
from core.dns.judging.aliases import inside
from core.dns.judging.findings import Finding
from core.dns.judging.history import grouped, since
from core.dns.observation import ADDRESSES, Observation, Question, Server
from core.ground.messages import Message


@dataclass(frozen=True, slots=True)
class Delegation:
    """`published`: whether every parent server that answered refers to the right servers; None where none answered.

    `at`: since when (UTC); `servers`: the host names that the parent refers to now; `glue`: the addresses it gives for
    them, by name and type; `ds`: the DS records there, and `ds_known` whether anybody asked for them answered.
    """

    published: bool | None
    at: dt.datetime | None
    servers: frozenset[str]
    ds: frozenset[str]
    findings: tuple[Finding, ...]
    ds_known: bool = True
    glue: Mapping[Question, frozenset[str]] = field(default_factory=dict)


def delegation_of(change: ChangeSet, observations: Iterable[Observation]) -> Delegation:
    """Judge what the parent's servers said (observations in order of time).

    A server counts with its last answer: a later silence takes nothing back, and one that never answered is left out.
    What one says that refers elsewhere (a root's server, asked on the way down) is no answer.
    """
    zone = plain(change.zone)
    of_parent = [o for o in observations if o.server.role == "parent" and plain(o.question.name) == zone]
    findings: list[Finding] = []
    answers: dict[Server, list[Observation]] = {}
    for server, asked in grouped((o for o in of_parent if o.question.type == "NS"), lambda o: o.server).items():
        answered = [o for o in asked if o.failure is None and (referral(zone, o) or _denies(o))]
        if answered:
            answers[server] = answered
        else:
            findings.append(Finding("parent_unreachable", server))
    ds_of = _ds(zone, of_parent)
    ds = frozenset[str]().union(*ds_of.values())
    if not answers:
        return Delegation(None, None, frozenset(), ds, tuple(findings))
    now = {server: referral(zone, said[-1]) for server, said in answers.items()}
    seen = frozenset().union(*now.values())
    # With nothing new to refer to, the servers of one zone must at least not contradict each other.
    wanted = _usual(now.values()) if change.new_servers is None else frozenset(map(plain, change.new_servers))
    missing = {server: names for server, said in answers.items() if (names := _glue_missing(zone, said[-1]))}
    # Whoever has the address of one of the zone's servers gets those of the others from it.
    without_glue = [server for server, names in missing.items() if names == now[server]]
    findings += _told(now, wanted, seen)
    findings += [
        Finding(
            "glue_missing" if s in without_glue else "glue_partly_missing", s, {"missing": ", ".join(sorted(names))}
        )
        for s, names in missing.items()
    ]
    disagreeing, glue = _glue_disagrees(zone, answers)
    findings += disagreeing
    told = change.switched_at if change.new_servers is not None or change.unsure else None
    moments = [
        since(((o.at, bool(wanted) and referral(zone, o) == wanted and _agrees(zone, o, glue)) for o in said), told)
        for said in answers.values()
    ]
    reached = [moment for moment in moments if moment is not None]
    # When a DS came or went does not move t0: resolvers reach the new servers all the same.
    findings += (other_ds := _ds_disagrees(ds_of))
    published = len(reached) == len(moments) and not without_glue and not other_ds
    of_ds = [o for o in of_parent if o.question.type == "DS"]
    ds_known = not of_ds or any(o.failure is None and o.rcode == "NOERROR" for o in of_ds)
    at = max(reached) if published else None
    # Without a delegation, and without anybody who waits for one, there is nothing to be judged.
    known = None if change.new_servers is None and not seen else published
    return Delegation(known, at, seen, ds, tuple(findings), ds_known, glue)


def referral(zone: str, observation: Observation) -> frozenset[str]:
    """Return the host names that a parent's server refers to: in the authority section, or as its own answer."""
    for rrset in (*observation.authority, *observation.answer):
        if rrset.type == "NS" and plain(rrset.name) == zone:
            return frozenset(map(plain, rrset.values))
    return frozenset()


def _denies(observation: Observation) -> bool:
    return observation.answered and "AA" in observation.flags


def _told(now: dict[Server, frozenset[str]], wanted: frozenset[str] | None, seen: frozenset[str]) -> list[Finding]:
    if not seen:
        return [Finding("not_delegated")]
    behind = [server for server, names in now.items() if names != wanted]
    if behind and len(set(now.values())) == 1:
        return [Finding("delegation_not_switched", None, {"found": _list(seen), "wanted": _wanted(wanted)})]
    return [Finding("parent_disagrees", s, {"found": _list(now[s]), "wanted": _wanted(wanted)}) for s in behind]


def _wanted(names: frozenset[str] | None) -> str | Message:
    return _list(names) if names or names is None else Message("dns.other_servers")


def _list(names: frozenset[str] | None) -> str | Message:
    if names is None:
        return Message("dns.undecided")
    return ", ".join(sorted(names)) or Message("dns.none")


def _usual(said: Iterable[frozenset[str]]) -> frozenset[str] | None:
    """Return what more say than anything else; None where nothing is said by most, as of equally many none is right."""
    (first, times), *others = Counter(said).most_common(2)
    return None if others and others[0][1] == times else first


def _glue_missing(zone: str, observation: Observation) -> frozenset[str]:
    # Over UDP, glue that does not fit is announced by TC (RFC 9471 s. 2.1); an answer of its own is no referral.
    if observation.flags & {"TC", "AA"}:
        return frozenset()
    glue = {plain(r.name) for r in observation.additional if r.type in ("A", "AAAA")}
    return frozenset(name for name in referral(zone, observation) - glue if inside(name, zone))


def _glue(zone: str, observation: Observation) -> dict[Question, frozenset[str]]:
    """Return the addresses that an answer gives for those of a zone's servers that are in the zone itself."""
    names = {name for name in referral(zone, observation) if inside(name, zone)}
    found = ((Question(plain(r.name), r.type), r.values) for r in observation.additional if r.type in ADDRESSES)
    return {question: frozenset(values) for question, values in found if question.name in names}


def _agrees(zone: str, observation: Observation, glue: Mapping[Question, frozenset[str]]) -> bool:
    return all(glue[question] == found for question, found in _glue(zone, observation).items() if question in glue)


def _glue_disagrees(
    zone: str, answers: Mapping[Server, Sequence[Observation]]
) -> tuple[list[Finding], dict[Question, frozenset[str]]]:
    """Return who gives other addresses of a name server than most do, and what most give."""
    now = {server: _glue(zone, said[-1]) for server, said in answers.items()}
    questions = sorted({question for glue in now.values() for question in glue})
    # Nothing agrees with none, where they are undecided.
    usual = {q: _usual(glue[q] for glue in now.values() if q in glue) or frozenset() for q in questions}
    return [
        Finding("glue_disagrees", server, {"name": q.name, "found": _list(found), "wanted": _list(usual[q] or None)})
        for server, glue in now.items()
        for q, found in glue.items()
        if found != usual[q]
    ], usual


def _ds_disagrees(ds_of: Mapping[Server, frozenset[str]]) -> list[Finding]:
    if len(set(ds_of.values())) < 2:
        return []
    usual = _usual(ds_of.values())
    return [
        Finding("ds_disagrees", server, {"found": _key_tags(ds), "wanted": _key_tags(usual)})
        for server, ds in ds_of.items()
        if ds != usual
    ]


def _key_tags(ds: frozenset[str] | None) -> str | Message:
    return _list(ds and frozenset(one.partition(" ")[0] for one in ds))


def _ds(zone: str, of_parent: Sequence[Observation]) -> dict[Server, frozenset[str]]:
    """Return the DS records that each server of the parent has, where it said."""
    found: dict[Server, frozenset[str]] = {}
    answered = [o for o in of_parent if o.question.type == "DS" and o.failure is None and o.rcode == "NOERROR"]
    # A referral shows DS to those who ask with DO only (RFC 4035 s. 3.1.4), so the answer about DS itself counts.
    for observation in answered:
        rrsets = [rrset for rrset in observation.answer if rrset.type == "DS" and plain(rrset.name) == zone]
        found[observation.server] = frozenset(value for rrset in rrsets for value in rrset.values)
    return found
