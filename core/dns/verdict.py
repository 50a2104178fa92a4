"""How far a change has got in the DNS: pure, from what servers said and what was recorded before.

Published: the parent's servers all refer to the new ones. Consistent: those all serve what is expected. Expired: no
well-behaved cache can hold the old data any more. Observed: the resolvers asked all have the new data. The first three
together are what people call propagated; the last is evidence.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.dns.aliases import inside, within
from core.dns.change import ChangeSet, Old, plain
from core.dns.delegated import delegated_of
from core.dns.delegation import delegation_of
from core.dns.eta import Eta, OldSide, Serving, bound
from core.dns.findings import TAGS, Finding
from core.dns.history import grouped, in_order, last, since
from core.dns.observation import Observation
from core.dns.resolvers import Countdown, Judged, countdowns, found_at, observed
from core.dns.status import is_stale, seen_beyond, sights, status_of
from core.messages import Message

State = Literal["unpublished", "published", "consistent", "expired", "observed", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a change stands; `published` to `observed` each by itself, None where that cannot be known.

    `moves`: whether the delegation changes; else records are edited in place.

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

    @property
    def propagated(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.state in ("expired", "observed")

    @property
    def message(self) -> Message:
        """The state in words, with what is missing for the next."""
        return Message(f"dns.state.{self.state}")


def verdict(change: ChangeSet, old: Old, observations: Iterable[Observation], now: dt.datetime) -> Verdict:
    """Judge a change by everything that was observed, in whatever order it comes; `now` in UTC.

    Observations asked with CD are those of the follow-up question to a SERVFAIL: they judge it, nothing else.
    """
    zone = plain(change.zone)
    everything = in_order(observations)
    seen = [o for o in everything if o.failure != "no_ipv6"]
    plainly = [_believed(zone, o) for o in seen if not o.checking_disabled]
    delegation = delegation_of(change, plainly)
    delegated = delegated_of(change, old, delegation, plainly)
    old_side = _old_side(change, old, plainly)
    eta = bound(
        change,
        old,
        switched=delegation.at,
        agreed=delegated.agreed,
        late=delegated.late,
        old_side=old_side,
    )
    serving = old_side.serving
    judged = _judged(change, old, seen)
    samples = [j for j in judged if j.observation.server.role == "resolver"]
    # Resolvers are never asked for NS.
    all_new = observed(samples, [e.question for e in change.expected if e.question.type != "NS"])
    expired = None if eta.at is None else now >= eta.at
    findings = [
        *delegation.findings,
        *delegated.findings,
        *_of_old(change, serving, expired),
        *_of_eta(eta),
        *found_at(samples),
    ]
    findings += _without_ipv6(everything)
    switching = change.new_servers is not None and serving != "new"
    return Verdict(
        _state(delegation.published, delegated.consistent, expired, all_new),
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
    )


def _state(published: bool | None, consistent: bool | None, expired: bool | None, all_new: bool) -> State:
    if published is None:
        return "unknown"
    if not published:
        return "unpublished"
    if not consistent:
        return "published"
    if expired is False:
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
            start = since(sights(expected, answers))
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
    if dead:
        return OldSide("dead", edited, min(ends, default=None))
    return OldSide("unseen") if edited is None else OldSide("new", edited)


def _believed(zone: str, observation: Observation) -> Observation:
    # What other zones' servers say of their own is believed already.
    of_zone = observation.server.role == "authoritative" and inside(observation.question.name, zone)
    return within(zone, observation) if of_zone else observation


def _is_dead(observation: Observation) -> bool:
    return observation.failure is not None or observation.rcode not in ("NOERROR", "NXDOMAIN")


def _of_old(change: ChangeSet, serving: Serving, expired: bool | None) -> list[Finding]:
    if change.new_servers is None:
        return []
    if expired:
        return [Finding("old_servers_over")] if serving in ("old", "new") else []
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
