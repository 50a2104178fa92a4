"""How far a change has got in the DNS: pure, from what servers said and what was recorded before.

Published: the parent's servers all refer to the new ones. Consistent: those all serve what is expected. Expired: no
well-behaved cache can hold the old data any more. Observed: the resolvers asked all have the new data. The first three
together are what people call propagated, unless something that was seen says otherwise: evidence has a veto.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from core.dns.change import Aside, ChangeSet, Old, plain
from core.dns.judging.alias_findings import alias_findings
from core.dns.judging.aliases import inside, within
from core.dns.judging.child_answers import delegated_of, of_delegated
from core.dns.judging.delegation import Delegation, delegation_of
from core.dns.judging.delegation_findings import delegation_findings
from core.dns.judging.eta import Eta, OldSide, Serving, bound
from core.dns.judging.evidence import against, current_of, kept_longest
from core.dns.judging.feeding import Feeding, feeding_findings, feeding_of
from core.dns.judging.findings import HOLDS_BACK, TAGS, Finding
from core.dns.judging.history import grouped, in_order, last, since, whole_seconds
from core.dns.judging.recorded import raised_since
from core.dns.judging.resolvers import Countdown, Judged, countdowns, found_at, observed
from core.dns.judging.software import lag_after
from core.dns.judging.status import NO_EVIDENCE, is_stale, seen_beyond, sights, status_of
from core.dns.judging.vanished import FAILURES, Vanished, vanished
from core.dns.judging.view_findings import view_findings
from core.dns.judging.zones_below import below_findings
from core.dns.observation import Observation, Question, Server
from core.ground.messages import Message

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
    def moments(self) -> tuple[dt.datetime | None, ...]:
        """The moments (UTC) at which time alone may make it another one."""
        return self.eta.at, self.eta.delegation_until, self.released

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
    aside = {one.id for one in change.aside}
    of_resolvers = [j for j in judged if j.observation.server.role == "resolver"]
    samples = [j for j in of_resolvers if j.observation.server.id not in aside]
    if eta.at is not None and (kept := kept_longest(samples, change, old, current, eta.at)):
        eta = eta.shown(kept)
    ds_left, key_left = _left(change, old, delegation, plainly)
    eta = eta.outlasted("ds_vanished", ds_left).outlasted("key_vanished", key_left)
    ds_cached = ds_left is not None and now < ds_left.until
    # To whoever has it cached, a DS that has gone is still one; so is what failed by it.
    failing = ds_left is not None and now < ds_left.until + FAILURES
    speaks = against(samples, change, old, current, eta.at, signed=bool(delegation.ds) or failing)
    # Resolvers are never asked for NS.
    all_new = observed(samples, [e.question for e in change.expected if e.question.type != "NS"])
    expired = False if ds_cached else None if eta.at is None else now >= eta.at
    aliases = alias_findings(change, plainly)
    findings = [
        *delegation.findings,
        *delegated.findings,
        *delegation_findings(change, delegation, of_delegated(change, old, delegation, plainly), plainly),
        *_of_ds(ds_left, now),
        *_of_eta(eta),
        *aliases,
        *view_findings(change, current),
        *below_findings(change),
        *speaks.findings,
        *found_at(samples),
        *_set_aside(seen, of_resolvers, change.aside),
    ]
    findings += _without_ipv6(everything)
    held_back = tuple(finding for finding in findings if finding.tag in HOLDS_BACK)
    arrived = not held_back and not speaks.waiting
    feeding = feeding_of(change, old, plainly)
    over = bool(expired and arrived and delegated.consistent)
    findings += feeding_findings(feeding, over=over)
    released = _released(change, eta, feeding, held=bool(expired) and not over)
    findings += _of_old(change, old_side, eta, released, now, held=not arrived)
    switching = change.new_servers is not None and serving != "new"
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
    refusing = True
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
            if not latest.answered:
                dead += 1
                refusing = refusing and latest.failure is None
                last_sight = max((at for at, _ in sights(expected, answers)), default=None)
                if start is None or last_sight is None:
                    unseen += 1
                    continue
                ends.append(min(o.at for o in answers if o.at >= last_sight and not o.answered))
            starts.append(start)
    if None in starts:
        return OldSide("old")
    moments = [start for start in starts if start is not None]
    moments += [start for expected, said in seen_beyond(change, seen) if (start := since(sights(expected, said)))]
    # Of servers that nobody knows, nobody knows what they give.
    edited = max(moments) if moments and addresses and not unseen else None
    lag = whole_seconds(max([*over, edited]) - edited) if edited else 0
    if dead:
        return OldSide("dead", edited, min(ends, default=None), refusing, lag)
    return OldSide("unseen") if edited is None else OldSide("new", edited, lag=lag)


def _left(
    change: ChangeSet, old: Old, delegation: Delegation, seen: Sequence[Observation]
) -> tuple[Vanished | None, Vanished | None]:
    """Return the DS, and the keys of a signed zone, that have gone and may still be cached."""
    zone = plain(change.zone)
    ds = vanished(Question(zone, "DS"), (o for o in seen if o.server.role == "parent"))
    if not delegation.ds:
        return ds, None
    # Before the switch nobody asked the new servers.
    switched = delegation.at if change.new_servers is not None else None
    theirs = (o for o in of_delegated(change, old, delegation, seen) if switched is None or o.at >= switched)
    return ds, vanished(Question(zone, "DNSKEY"), theirs)


def _of_ds(left: Vanished | None, now: dt.datetime) -> list[Finding]:
    if left is None or now >= left.until:
        return []
    tags = ", ".join(sorted({value.partition(" ")[0] for value in left.values}))
    return [Finding("ds_cached", None, {"key_tags": tags, "at": left.at, "until": left.until})]


def _believed(zone: str, observation: Observation) -> Observation:
    # What other zones' servers say of their own is believed already.
    of_zone = observation.server.role == "authoritative" and inside(observation.question.name, zone)
    return within(zone, observation) if of_zone else observation


def _present(change: ChangeSet, old: Old, delegation: Delegation, seen: Iterable[Observation]) -> frozenset[str]:
    """Return the addresses of the servers that speak for the records now: delegated to, or where names lead."""
    theirs = {o.server.address for o in of_delegated(change, old, delegation, seen)}
    below = (e.below.addresses for e in change.expected if e.below)
    return frozenset(theirs | set(change.beyond or ())).union(*below)


def _released(change: ChangeSet, eta: Eta, feeding: Feeding, *, held: bool) -> dt.datetime | None:
    """Return from when on nobody needs the old servers: never before the old delegation has ended everywhere.

    `held`: the end has come, and somebody was seen who has not arrived, or leads back there. Caches old servers fed
    need them for as long as the last NS set that these sent along.
    """
    ends = eta.delegation_until, eta.at
    if change.new_servers is None or held or feeding.servers or None in ends:
        return None
    return max(end for end in (*ends, feeding.until) if end is not None)


def _set_aside(seen: Iterable[Observation], judged: Sequence[Judged], aside: Sequence[Aside]) -> Iterator[Finding]:
    """Yield who of those asked was set aside, with the reason, and whether nobody is left who could be looked at."""
    reasons = {one.id: one.reason for one in aside}
    there = {o.server for o in seen if o.server.role == "resolver" and o.server.id in reasons}
    for server in sorted(there):
        reason = reasons[server.id]
        # In quotes: else a link's words would be the desk's own, in the middle of its verdict.
        said = Message("dns.aside.reason", {"reason": reason}) if reason else Message("dns.aside.no_reason")
        yield Finding("set_aside", server, {"reason": said})
    latest = {(j.observation.server, j.observation.question): j.status for j in judged}
    left = (status for (server, _), status in latest.items() if server not in there)
    asked = any(server in there for server, _ in latest)
    if asked and all(status in NO_EVIDENCE for status in left):
        yield Finding("nobody_left")


def _of_old(
    change: ChangeSet, old_side: OldSide, eta: Eta, released: dt.datetime | None, now: dt.datetime, *, held: bool
) -> list[Finding]:
    if change.new_servers is None:
        return []
    if eta.delegation_until is None or eta.at is None:
        return _of_serving(old_side)
    # While they feed caches it is not known until when; until here at least.
    until = released or max(eta.delegation_until, eta.at)
    if now < until:
        return [*_of_serving(old_side), Finding("old_servers_needed", None, {"at": until})]
    if held:
        return _of_serving(old_side)
    types = ", ".join(dict.fromkeys(expected.question.type for expected in change.expected))
    over = released is not None and old_side.serving in ("old", "new")
    return [Finding("old_servers_over", None, {"types": types, "at": released})] if over else []


def _of_serving(old_side: OldSide) -> list[Finding]:
    match old_side.serving:
        case "old":
            return [Finding("old_servers_serve_old")]
        case "new":
            return [Finding("old_servers_serve_new")]
        case "dead":
            return [Finding("old_servers_refuse" if old_side.refusing else "old_servers_dead")]
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
