"""What the parent's servers say of a zone: to whom they refer, with which addresses and DS, and since when."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.dns.change import ChangeSet, plain
from core.dns.findings import Finding
from core.dns.history import grouped, since
from core.dns.observation import Observation, Server


@dataclass(frozen=True, slots=True)
class Delegation:
    """`published`: whether every parent server that answered refers to the right servers; None where none answered.

    `at`: since when (UTC); `servers`: the host names that the parent refers to now; `ds`: the DS records there, and
    `ds_known` whether anybody who was asked for them answered.
    """

    published: bool | None
    at: dt.datetime | None
    servers: frozenset[str]
    ds: frozenset[str]
    findings: tuple[Finding, ...]
    ds_known: bool = True


def delegation_of(change: ChangeSet, observations: Iterable[Observation]) -> Delegation:
    """Judge what the parent's servers said (observations in order of time).

    A server counts with its last answer: a later silence takes nothing back, and one that never answered is left out.
    """
    zone = plain(change.zone)
    of_parent = [o for o in observations if o.server.role == "parent" and plain(o.question.name) == zone]
    findings: list[Finding] = []
    answers: dict[Server, list[Observation]] = {}
    for server, asked in grouped((o for o in of_parent if o.question.type != "DS"), lambda o: o.server).items():
        answered = [o for o in asked if o.failure is None and o.rcode in ("NOERROR", "NXDOMAIN")]
        if answered:
            answers[server] = answered
        else:
            findings.append(Finding("parent_unreachable", server))
    ds = _ds(zone, of_parent)
    if not answers:
        return Delegation(None, None, frozenset(), ds, tuple(findings))
    now = {server: referral(zone, said[-1]) for server, said in answers.items()}
    seen = frozenset().union(*now.values())
    if change.new_servers is None:
        # Nothing new to refer to; but the servers of one zone must not contradict each other.
        wanted = max(now.values(), key=lambda names: (list(now.values()).count(names), sorted(names)))
    else:
        wanted = frozenset(map(plain, change.new_servers))
    without_glue = [server for server, said in answers.items() if now[server] and _glue_missing(zone, said[-1])]
    findings += _told(now, wanted, seen)
    findings += [Finding("glue_missing", s, {"missing": _glue_missing(zone, answers[s][-1])}) for s in without_glue]
    told = change.switched_at if change.new_servers is not None else None
    moments = [
        since(((o.at, bool(wanted) and referral(zone, o) == wanted) for o in said), told) for said in answers.values()
    ]
    reached = [moment for moment in moments if moment is not None]
    published = len(reached) == len(moments) and not without_glue
    of_ds = [o for o in of_parent if o.question.type == "DS"]
    ds_known = not of_ds or any(o.failure is None and o.rcode == "NOERROR" for o in of_ds)
    return Delegation(published, max(reached) if published else None, seen, ds, tuple(findings), ds_known)


def referral(zone: str, observation: Observation) -> frozenset[str]:
    """Return the host names that a parent's server refers to: in the authority section, or as its own answer."""
    for rrset in (*observation.authority, *observation.answer):
        if rrset.type == "NS" and plain(rrset.name) == zone:
            return frozenset(map(plain, rrset.values))
    return frozenset()


def _told(now: dict[Server, frozenset[str]], wanted: frozenset[str], seen: frozenset[str]) -> list[Finding]:
    if not seen:
        return [Finding("not_delegated")]
    behind = [server for server, names in now.items() if names != wanted]
    if behind and len(set(now.values())) == 1:
        return [Finding("delegation_not_switched", None, {"found": _list(seen), "wanted": _list(wanted)})]
    return [Finding("parent_disagrees", s, {"found": _list(now[s]) or "-", "wanted": _list(wanted)}) for s in behind]


def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _glue_missing(zone: str, observation: Observation) -> str:
    inside = {name for name in referral(zone, observation) if name == zone or name.endswith(f".{zone}")}
    glue = {plain(r.name) for r in observation.additional if r.type in ("A", "AAAA")}
    # Over UDP, glue that does not fit is announced by TC (RFC 9471 s. 2.1).
    return "" if "TC" in observation.flags else ", ".join(sorted(inside - glue))


def _ds(zone: str, of_parent: Sequence[Observation]) -> frozenset[str]:
    found: dict[Server, frozenset[str]] = {}
    answered = [o for o in of_parent if o.failure is None and o.rcode == "NOERROR"]
    # A referral shows DS to those who ask with DO only (RFC 4035 s. 3.1.4), so the answer about DS itself goes first.
    for observation in sorted(answered, key=lambda o: o.question.type == "DS"):
        section = observation.answer if observation.question.type == "DS" else observation.authority
        rrsets = [rrset for rrset in section if rrset.type == "DS" and plain(rrset.name) == zone]
        found[observation.server] = frozenset(value for rrset in rrsets for value in rrset.values)
    return frozenset().union(*found.values())
