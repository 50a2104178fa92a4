"""When: by which hour to lower which TTL, and by when the last cache is new. The formulas are those of the ETA.

With the TTLs of today, for both ways: the old zone gets the new records at the switch, or it is left as it is.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from core.cutover.finding import Finding
from core.cutover.plan import Plan
from core.cutover.result import Compared
from core.cutover.zones import OldZone, Parent
from core.dns.change import ChangeSet, Expected, Old, OldRrset
from core.dns.judging.eta import LATEST, Eta, OldSide, bound
from core.dns.observation import ADDRESSES

SHORT = 3_600
"""Seconds: what is kept no longer than that needs no lowering before a switch."""

_NEW = ("",)
"""Stands for the new name servers: the formulas ask only whether there are any."""


def plan(
    old: OldZone,
    parent: Parent,
    compared: Iterable[Compared],
    now: dt.datetime,
    agreed: dt.datetime | None,
    *,
    address_ttl: int | None = None,
    keys_ttl: int | None = None,
) -> Plan:
    """Return the plan of a switch at the moment `agreed` (UTC), or as early as lowering TTLs today makes sensible.

    `address_ttl`: seconds that the addresses of the old name servers may be kept, as their own zones tell; None where
    nobody said it: then of the old delegation only its least can be known, and that is no end. `keys_ttl`: of the old
    zone's keys (DNSKEY), 0 where it has none; likewise.
    """
    # An alias that stays is "moved" where what it leads to is.
    changed = [one for one in compared if one.state != "same" and (one.state != "moved" or {*one.old} != {*one.new})]
    told = {(one.name, one.type) for one in changed}
    changed += [one for one in _by_wildcard(old) if (one.name, one.type) not in told]
    ttls = tuple(_ttls(old, changed))
    known = [(ttl, of) for ttl, of in ttls if ttl is not None]
    longest = max(known, key=lambda one: one[0], default=None) if len(known) == len(ttls) else None
    wait = max((ttl for ttl, _ in known), default=0)
    switch = agreed or now + dt.timedelta(seconds=wait if wait > SHORT else 0)
    was = _old(old, parent, changed, address_ttl, keys_ttl)
    change = ChangeSet(old.name, tuple(Expected(one.name, one.type, _expected(one)) for one in changed), _NEW)
    edited = OldSide("new", edited=switch)
    return Plan(
        switch=switch,
        agreed=agreed is not None,
        highest=longest[0] if longest else None,
        of=longest[1] if longest else "",
        lower_by=switch - dt.timedelta(seconds=longest[0]) if longest else None,
        edited_first=_end(change, was, switch, edited).at,
        untouched=_end(change, was, switch, OldSide("old")).at,
        delegation_until=_end(replace(change, expected=()), was, switch, OldSide("old")).delegation_until,
    )


def find_when(plan: Plan, now: dt.datetime, domain: str = "") -> list[Finding]:
    """Return what is to be said of a plan at a moment (UTC); `domain`: its name."""
    found: list[Finding] = []
    if plan.edited_first is None or plan.untouched is None:
        found.append(Finding("end_unknown", domain))
    elif plan.untouched - plan.switch > LATEST:
        hours = str(-(-(plan.untouched - plan.switch) // dt.timedelta(hours=1)))
        found.append(Finding("end_late", domain, {"end": plan.untouched, "hours": hours}))
    if plan.agreed and plan.lower_by is not None and plan.lower_by < now and (plan.highest or 0) > SHORT:
        values = {"of": plan.of, "seconds": str(plan.highest), "lower_by": plan.lower_by, "switch": plan.switch}
        found.append(Finding("too_late_to_lower", domain, values))
    return found


def _ttls(old: OldZone, changed: Iterable[Compared]) -> Iterator[tuple[int | None, str]]:
    """Yield what somebody can lower in the old zone: seconds, and of which records."""
    servers = old.sets.get((old.name, "NS"))
    yield servers.ttl if servers else None, "NS"
    for one in changed:
        if one.state == "only_new":
            yield _negative(old), "SOA"
        else:
            yield _ttl(old, one), f"{one.name} {one.type}"


def _by_wildcard(old: OldZone) -> Iterator[Compared]:
    """Yield what any name is answered: nobody knows for which names caches hold it, nor whether it stays."""
    for type, held in old.wildcard.items():
        yield Compared(f"*.{old.name}", type, "unknown", held.values, ())


def _ttl(old: OldZone, one: Compared) -> int | None:
    """Return for how many seconds what a name had may be kept; None: nobody said."""
    if one.name == f"*.{old.name}" and (held := old.wildcard.get(one.type)):
        return held.ttl
    # Where only one side has an alias, that is compared as one: the other's addresses are what it had.
    types = (one.type, *ADDRESSES) if one.type == "CNAME" else (one.type,)
    held_there = [held for type in types if (held := old.sets.get((one.name, type)))]
    ttls = [held.ttl for held in held_there if held.ttl is not None]
    return max(ttls) if ttls and len(ttls) == len(held_there) else None


def _old(
    old: OldZone, parent: Parent, changed: Iterable[Compared], address_ttl: int | None, keys_ttl: int | None
) -> Old:
    servers, signed = old.sets.get((old.name, "NS")), bool(parent.ds)
    # The formulas take a DS without a TTL for none: where it could not be seen, the delegation's end cannot be either.
    seen = parent.ds == () or (signed and parent.ds_ttl is not None and keys_ttl is not None)
    return Old(
        parent_ns_ttl=parent.ns_ttl if seen else None,
        child_ns_ttl=servers.ttl if servers else None,
        address_ttl=address_ttl,
        negative_ttl=_negative(old),
        rrsets=tuple(_rrset(old, one) for one in changed),
        ds_ttl=parent.ds_ttl if signed else None,
        dnskey_ttl=keys_ttl if signed and keys_ttl else None,
    )


def _rrset(old: OldZone, one: Compared) -> OldRrset:
    if one.state == "only_new":
        return OldRrset(one.name, one.type, None, ())
    return OldRrset(one.name, one.type, _ttl(old, one), one.old or None)


def _expected(one: Compared) -> tuple[str, ...]:
    """Return what is to be seen; of what nobody could compare something else than before, as it may be."""
    return ("",) if one.state == "unknown" else one.new


def _negative(old: OldZone) -> int | None:
    """Return for how many seconds an absence may be kept: min(SOA TTL, MINIMUM) (RFC 2308 s. 5)."""
    soa = old.sets.get((old.name, "SOA"))
    if soa is None or soa.ttl is None or not soa.values:
        return None
    minimum = soa.values[0].rpartition(" ")[2]
    return min(soa.ttl, int(minimum)) if minimum.isdecimal() and len(minimum) <= 10 else None


def _end(change: ChangeSet, was: Old, switch: dt.datetime, side: OldSide) -> Eta:
    return bound(change, was, switched=switch, agreed=switch, late=(), old_side=side)
