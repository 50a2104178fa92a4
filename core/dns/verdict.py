"""How far a change has got in the DNS: pure, from what servers said and what was recorded before.

Published: the parent's servers all refer to the new ones. Consistent: those all serve what is expected. Expired: no
well-behaved cache can hold the old data any more. Observed: the resolvers asked all have the new data. The first three
together are what people call propagated, unless something that was seen says otherwise: evidence has a veto.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.dns.alias_findings import alias_findings
from core.dns.aliases import inside, within
from core.dns.change import ChangeSet, Old, plain
from core.dns.delegated import delegated_of, of_delegated
from core.dns.delegation import Delegation, delegation_of
from core.dns.eta import Eta, OldSide, Serving, bound
from core.dns.evidence import Against, against, current_of, kept_longest
from core.dns.findings import HOLDS_BACK, TAGS, Finding
from core.dns.history import grouped, in_order, last, since, whole_seconds
from core.dns.observation import Observation, Server
from core.dns.recorded import raised_since
from core.dns.resolvers import Countdown, Judged, countdowns, found_at, observed
from core.dns.software import lag_after
from core.dns.status import is_stale, seen_beyond, sights, status_of
from core.messages import Message

State = Literal["unpublished", "published", "consistent", "expired", "observed", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a change stands; `published` to `observed` each by itself, None where that cannot be known.

    `moves`: whether the delegation changes; else records are edited in place. `held_back`: what was seen that speaks
    against the change having arrived, though the formula or the last resolvers would have it so; `waiting`: the
    resolvers that gave old data last, before its end. `released`: from when (UTC) on nobody needs the old servers.

    `switched`: since when the parent's servers refer to the new ones (UTC). `judged`: every observation with its
    status, in order of time, where something is expected of it. `countdowns` holds where caches follow the new
    delegation, or need not.
    """

    state: State
    published: bool | None
    consistent: bool | None
    expired: bool | None
    observed: bool
    switched: dt.datetime | None
    serving: Serving
    eta: Eta
    findings: tuple[Finding, ...]
    judged: tuple[Judged, ...]
    countdowns: tuple[Countdown, ...] = ()
    moves: bool = False
    held_back: tuple[Finding, ...] = ()
    waiting: tuple[Server, ...] = ()
    released: dt.datetime | None = None

    @property
    def propagated(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.state in ("expired", "observed")

    @property
    def held(self) -> bool:
        """Whether the formula would call it arrived, and something that was seen says otherwise."""
        return self.state == "consistent" and bool(self.expired or self.observed)

    @property
    def message(self) -> Message:
        """The state in words, with what is missing for the next."""
        if not self.held:
            return Message(f"dns.state.{self.state}")
        return self.held_back[0].message if self.held_back else Message("dns.said.waiting")


def verdict(change: ChangeSet, old: Old, observations: Iterable[Observation], now: dt.datetime) -> Verdict:
    """Judge a change by everything that was observed, in whatever order it comes; `now` in UTC.

    Observations asked with CD are those of the follow-up question to a SERVFAIL: they judge it, nothing else.
    """
    zone = plain(change.zone)
    everything = in_order(observations)
    seen = [o for o in everything if o.failure != "no_ipv6"]
    plainly = [_believed(zone, o) for o in seen if not o.checking_disabled]
    delegation = delegation_of(change, plainly)
    delegated = delegated_of(change, old, delegation, plainly, now)
    old_side = _old_side(change, old, plainly)
    current = current_of(plainly, _present(change, old, delegation, plainly), delegated.agreed)
    old = raised_since(change, old, plainly, delegation.at)
    eta = bound(
        change,
        old,
        switched=delegation.at,
        agreed=delegated.agreed,
        late=delegated.late,
        old_side=old_side,
        standing=current.links,
        lag=delegated.lag,
    )
    serving = old_side.serving
    judged = _judged(change, old, seen)
    everyone = [j for j in judged if j.observation.server.role == "resolver"]
    samples = [j for j in everyone if j.observation.server.id not in change.aside]
    if eta.at is not None and (kept := kept_longest(samples, change, old, current, eta.at)):
        eta = eta.shown(kept)
    speaks = against(samples, change, old, current, eta.at, signed=bool(delegation.ds))
    # Resolvers are never asked for NS.
    all_new = observed(samples, [e.question for e in change.expected if e.question.type != "NS"])
    expired = None if eta.at is None else now >= eta.at
    aliases = alias_findings(change, plainly)
    released = _released(change, eta, expired, speaks)
    findings = [
        *delegation.findings,
        *delegated.findings,
        *_of_old(change, serving, released, now),
        *_of_eta(eta),
        *aliases,
        *speaks.findings,
        *found_at(samples),
        *_set_aside(everyone, change.aside),
    ]
    findings += _without_ipv6(everything)
    held_back = tuple(finding for finding in findings if finding.tag in HOLDS_BACK)
    switching = change.new_servers is not None and serving != "new"
    arrived = not held_back and not speaks.waiting
    # Where every server of the zone has an address that this machine has no way to, nobody was asked.
    out_of_reach = {o.server.address for o in everything if o.failure == "no_ipv6" and o.server.role == "authoritative"}
    reached = None if out_of_reach and not any(of_delegated(change, old, delegation, plainly)) else True
    return Verdict(
        _state(reached and delegation.published, delegated.consistent, expired, all_new, arrived=arrived),
        delegation.published,
        delegated.consistent,
        expired,
        all_new,
        delegation.at,
        serving,
        eta,
        tuple(sorted(findings, key=lambda f: (TAGS.index(f.tag), repr(f)))),
        judged,
        # Elsewhere a cache may fetch the old data anew.
        () if switching or not delegated.consistent else countdowns(samples),
        change.new_servers is not None,
        held_back,
        speaks.waiting,
        released,
    )


def _state(
    published: bool | None, consistent: bool | None, expired: bool | None, all_new: bool, *, arrived: bool
) -> State:
    if published is None:
        return "unknown"
    if not published:
        return "unpublished"
    if not consistent:
        return "published"
    if expired is False or not arrived:
        return "consistent"
    # Where the old TTLs are unknown, resolvers that have the new data are the only evidence there is.
    return "observed" if all_new else "expired" if expired else "consistent"


def _old_side(change: ChangeSet, old: Old, seen: Sequence[Observation]) -> OldSide:
    """Return what the old servers do, and since when all of them have, or had, the new records."""
    if change.new_servers is None:
        return OldSide("unseen")
    addresses = set(old.servers)
    theirs = [o for o in seen if o.server.role == "authoritative" and o.server.address in addresses]
    starts: list[dt.datetime | None] = []
    over: list[dt.datetime] = []
    ends: list[dt.datetime] = []
    dead = unseen = 0
    for address in addresses:
        said = grouped((o for o in theirs if o.server.address == address), lambda o: o.question)
        for expected in change.expected:
            answers = said.get(expected.question, [])
            latest = last(answers)
            if latest is None:
                unseen += 1
                continue
            start = since(seen_so := sights(expected, answers))
            if start is not None and address in change.powerdns:
                over.append(start + lag_after(start, seen_so))
            if _is_dead(latest):
                dead += 1
                last_sight = max((at for at, _ in sights(expected, answers)), default=None)
                if start is None or last_sight is None:
                    unseen += 1
                    continue
                ends.append(min(o.at for o in answers if o.at >= last_sight and _is_dead(o)))
            starts.append(start)
    if None in starts:
        return OldSide("old")
    moments = [start for start in starts if start is not None]
    moments += [start for expected, said in seen_beyond(change, seen) if (start := since(sights(expected, said)))]
    edited = max(moments) if moments and not unseen else None
    lag = whole_seconds(max([*over, edited]) - edited) if edited else 0
    if dead:
        return OldSide("dead", edited, min(ends, default=None), lag)
    return OldSide("unseen") if edited is None else OldSide("new", edited, lag=lag)


def _believed(zone: str, observation: Observation) -> Observation:
    # What other zones' servers say of their own is believed already.
    of_zone = observation.server.role == "authoritative" and inside(observation.question.name, zone)
    return within(zone, observation) if of_zone else observation


def _is_dead(observation: Observation) -> bool:
    return observation.failure is not None or observation.rcode not in ("NOERROR", "NXDOMAIN")


def _present(change: ChangeSet, old: Old, delegation: Delegation, seen: Iterable[Observation]) -> frozenset[str]:
    """Return the addresses of the servers that speak for the records now: delegated to, or where aliases lead."""
    theirs = {o.server.address for o in of_delegated(change, old, delegation, seen)}
    return frozenset(theirs | set(change.beyond or ()))


def _released(change: ChangeSet, eta: Eta, expired: bool | None, speaks: Against) -> dt.datetime | None:
    """Return from when on nobody needs the old servers: never before the old delegation has ended everywhere."""
    if change.new_servers is None or eta.delegation_until is None or eta.at is None:
        return None
    if expired and (speaks.findings or speaks.waiting):
        return None
    return max(eta.delegation_until, eta.at)


def _set_aside(samples: Iterable[Judged], aside: frozenset[str]) -> list[Finding]:
    there = sorted({s.observation.server.id for s in samples if s.observation.server.id in aside})
    return [Finding("set_aside", None, {"resolvers": ", ".join(there)})] if there else []


def _of_old(change: ChangeSet, serving: Serving, released: dt.datetime | None, now: dt.datetime) -> list[Finding]:
    if change.new_servers is None:
        return []
    if released is not None and now >= released:
        types = ", ".join(dict.fromkeys(expected.question.type for expected in change.expected))
        return [Finding("old_servers_over", None, {"types": types})] if serving in ("old", "new") else []
    needed = [] if released is None else [Finding("old_servers_needed", None, {"at": released})]
    return [*_of_serving(serving), *needed]


def _of_serving(serving: Serving) -> list[Finding]:
    match serving:
        case "old":
            return [Finding("old_servers_serve_old")]
        case "new":
            return [Finding("old_servers_serve_new")]
        case "dead":
            return [Finding("old_servers_dead")]
    return []


def _of_eta(eta: Eta) -> list[Finding]:
    if eta.reason == "ttl_unknown":
        return [Finding("ttl_unknown")]
    if eta.after_terms and eta.at and eta.start:
        hours = -((eta.start - eta.at) // dt.timedelta(hours=1))
        return [Finding("bound_after_36h", None, {"hours": hours})]
    return []


def _without_ipv6(seen: Iterable[Observation]) -> list[Finding]:
    addresses = {o.server.address for o in seen if o.failure == "no_ipv6"}
    return [Finding("no_ipv6", None, {"addresses": ", ".join(sorted(addresses))})] if addresses else []


def _judged(change: ChangeSet, old: Old, seen: Sequence[Observation]) -> tuple[Judged, ...]:
    wanted = {expected.question: expected for expected in change.expected}
    found: list[Judged] = []
    asked = (o for o in seen if o.question in wanted)
    for (_, question), said in grouped(asked, lambda o: (o.server, o.question)).items():
        expected = wanted[question]
        was = old.rrset(expected).values
        for observation, following in zip(said, [*said[1:], None], strict=True):
            if observation.checking_disabled:
                continue
            unchecked = following if following and following.checking_disabled else None
            status = status_of(_believed(plain(change.zone), observation), expected, was, unchecked)
            found.append(Judged(observation, status, is_stale(observation)))
    order = {id(observation): place for place, observation in enumerate(seen)}
    return tuple(sorted(found, key=lambda judged: order[id(judged.observation)]))
