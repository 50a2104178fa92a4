"""When no well-behaved cache can hold the old data any more, with the working that leads there.

N: how long the old delegation may be cached, its DS included; V: the old records; neg: their absence (RFC 2308 s. 5).
Caches count whole seconds, so each cached link may last up to a second longer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from core.dns.change import ChangeSet, Old, Record, same_values
from core.dns.judging.evidence import SLACK, Kept
from core.dns.judging.vanished import Vanished
from core.dns.views import VIEWS
from core.ground.messages import Message

Serving = Literal["old", "new", "dead", "unseen"]
"""What the old servers do now. Dead ones may come back, and unseen ones may serve: both count as serving old data."""

Reason = Literal[
    "edited_in_place",
    "change_unknown",
    "zone_cut",
    "delegation_ends_first",
    "old_servers_old",
    "old_servers_new",
    "old_servers_dead",
    "old_servers_unseen",
    "corrected_late",
    "shown_by_resolver",
    "ds_vanished",
    "key_vanished",
    "not_published",
    "not_consistent",
    "ttl_unknown",
]
"""Why the ETA is what it is; the last three: why there is none."""

USUAL, LATEST = dt.timedelta(hours=24), dt.timedelta(hours=36)
"""What the hosting terms say of a change of delegation: usually 24 hours, up to 36."""


@dataclass(frozen=True, slots=True)
class Late:
    """A delegated server that had something else than expected after the switch, until `at` (UTC).

    `ttl`: for how long caches may hold that, in seconds; `delegation`: what was wrong led to other servers, whose
    records may be fetched just before that ends. `lag`: for how long its own caches may have given it still.
    """

    at: dt.datetime
    ttl: int
    delegation: bool = False
    lag: int = 0


@dataclass(frozen=True, slots=True)
class OldSide:
    """What the old servers do. `edited`: since when all of them have, or had when last heard, the new records (UTC).

    `silent`: since when the first of them has been dead; `refusing`: whether those answer, though not with data. `lag`:
    for how many seconds after `edited` their own caches may give the old ones still.
    """

    serving: Serving
    edited: dt.datetime | None = None
    silent: dt.datetime | None = None
    refusing: bool = False
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Eta:
    """The end of the old data (UTC; None: cannot be known), counted from `start`; why, and how it was worked out.

    `delegation_until`: the end of the old delegation, None where none changes or it cannot be known.
    """

    at: dt.datetime | None
    reason: Reason
    start: dt.datetime | None = None
    working: tuple[Message, ...] = ()
    delegation_until: dt.datetime | None = None

    def shown(self, kept: Kept) -> Eta:
        """Return the end that a cache shows by its own TTL where that is later: it knows what no formula does."""
        if self.at is None or kept.until <= self.at + SLACK:
            return self
        seen = Message("dns.working.shown", {"server": kept.server.id or kept.server.address})
        return replace(self, at=kept.until, reason="shown_by_resolver", working=(*self.working, seen))

    def outlasted(self, reason: Reason, left: Vanished | None) -> Eta:
        """Return the end of a DS or a key that caches may hold after it has gone, where that is later."""
        if self.at is None or left is None or left.until <= self.at:
            return self
        seen = Message(f"dns.working.{reason}", {"seconds": left.seconds})
        return replace(self, at=left.until, reason=reason, start=left.at, working=(*self.working, seen))

    @property
    def message(self) -> Message:
        """The reason in words."""
        return Message(f"dns.eta.{self.reason}")

    @property
    def after_terms(self) -> bool:
        """Whether it lies later than the hosting terms say at most."""
        return self.at is not None and self.start is not None and self.at - self.start > LATEST


def bound(
    change: ChangeSet,
    old: Old,
    *,
    switched: dt.datetime | None,
    agreed: dt.datetime | None,
    late: tuple[Late, ...],
    old_side: OldSide,
    standing: Collection[Record] = (),
    lag: int = 0,
) -> Eta:
    """Return the ETA. All moments UTC, None where it has not come to that.

    `switched`: the last parent server refers to the new ones (t0). `agreed`: every delegated server has the new
    records. `late`: those of them that got them after t0. `standing`: what the present servers give. `lag`: for how
    many seconds after `agreed` some of them may answer out of caches of their own.
    """
    moves = change.new_servers is not None or change.unsure
    if moves and switched is None:
        return Eta(None, "not_published")
    if agreed is None:
        return Eta(None, "not_consistent")
    records, working = _records(change, old, standing)
    if change.cut and change.new_servers is None and switched is not None:
        # Whoever asks those of the zone above anew is sent on by them.
        ends = [_sum("zone_cut", max(agreed, switched), *_cached(change, lag, (records,), working))]
    elif not moves or switched is None:
        ends = [_sum("edited_in_place", agreed, *_cached(change, lag, (records,), working))]
    elif change.new_servers is None:
        # The longer of the two, as nobody knows which it was.
        delegation, n_working = _delegation(old)
        parts = _cached(change, lag, (delegation, records), (*n_working, *working))
        ends = [_sum("change_unknown", max(agreed, switched), *parts)]
    else:
        delegation, n_working = _delegation(old)
        ends = [_sum(_OLD[old_side.serving], switched, (delegation, records), (*n_working, *working))]
        if old_side.edited is not None:
            end = _sum("old_servers_new", old_side.edited, *_cached(change, old_side.lag, (records,), working))
            # One that falls silent may come back with old data; what had ended before that had ended.
            if old_side.silent is None or (end.at is not None and end.at <= old_side.silent):
                ends.append(end)
    known = [(end.at, end) for end in ends if end.at is not None]
    if not known:
        return ends[-1]
    # Each holds by itself: what is new on both sides is new whatever the delegation, and the old one ends anyhow.
    at, end = min(known, key=lambda known: known[0])
    for one in late:
        seconds = one.ttl + (records or 0) if one.delegation else max(one.ttl, records or 0)
        if (until := one.at + dt.timedelta(seconds=one.lag + seconds)) > at:
            at, end = until, _sum("corrected_late", one.at, *_cached(change, one.lag, (seconds,), working))
    if change.new_servers is None or switched is None or (held := _delegation(old)[0]) is None:
        return end
    return replace(end, delegation_until=switched + dt.timedelta(seconds=held))


_OLD: dict[Serving, Reason] = {
    "old": "old_servers_old",
    "new": "delegation_ends_first",
    "dead": "old_servers_dead",
    "unseen": "old_servers_unseen",
}


def _sum(reason: Reason, start: dt.datetime, parts: tuple[int | None, ...], working: tuple[Message, ...]) -> Eta:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return Eta(None, "ttl_unknown", start, working)
    total = Message("dns.working.total", {"sum": " + ".join(map(str, known)), "seconds": sum(known)})
    return Eta(start + dt.timedelta(seconds=sum(known)), reason, start, (*working, total))


def _cached(
    change: ChangeSet, lag: int, parts: tuple[int | None, ...], working: tuple[Message, ...]
) -> tuple[tuple[int | None, ...], tuple[Message, ...]]:
    """Return the parts of a sum with the time of a PowerDNS's own caches before them, where something is cached."""
    if not lag or not any(parts):
        return parts, working
    told = {"servers": ", ".join(sorted(change.powerdns)), "seconds": lag}
    return (lag, *parts), (Message("dns.working.powerdns", told), *working)


def _delegation(old: Old) -> tuple[int | None, tuple[Message, ...]]:
    parts = {"parent": old.parent_ns_ttl, "child": old.child_ns_ttl, "address": old.address_ttl}
    if old.ds_ttl is not None:
        # As long as an old DS is cached, a zone with other keys is bogus (RFC 4035 s. 5).
        parts["ds"] = old.ds_ttl
        # The old keys check nothing that the new ones signed; where none was seen, none is cached.
        if old.dnskey_ttl is not None:
            parts["dnskey"] = old.dnskey_ttl
    known = [ttl for ttl in parts.values() if ttl is not None]
    if len(known) < len(parts):
        return None, (Message("dns.working.delegation_unknown"),)
    signed = "dns.working.delegation_keys" if "dnskey" in parts else "dns.working.delegation_signed"
    words = signed if "ds" in parts else "dns.working.delegation"
    return max(known), (Message(words, {**parts, "seconds": max(known)}),)


def _records(change: ChangeSet, old: Old, standing: Collection[Record]) -> tuple[int | None, tuple[Message, ...]]:
    """Return max(V, neg) over what changes: neg for what was not there before, nothing for what stays the same."""
    longest: int | None = 0
    working: list[Message] = []
    for expected in change.expected:
        was = old.rrset(expected)
        values: dict[str, object] = {"name": expected.question.name, "type": expected.question.type}
        if was.values is not None and same_values(was.values, expected.values):
            working.append(Message("dns.working.unchanged", values))
            continue
        absent = was.values == ()
        ttl = old.negative_ttl if absent else was.ttl_beside(standing)
        if absent and expected.below:
            # What a zone below says of an absence is its own.
            ttl = was.ttl
        elif absent and expected.question.type in VIEWS:
            # Other texts stood there, or none: a cache keeps the one as long as those, the other as an absence.
            ttl = None if ttl is None else max(ttl, was.ttl or 0)
        if ttl is None:
            working.append(Message("dns.working.record_unknown", values))
            longest = None
            continue
        working.append(Message("dns.working.absent" if absent else "dns.working.record", {**values, "seconds": ttl}))
        longest = None if longest is None else max(longest, ttl)
    return longest, tuple(working)
