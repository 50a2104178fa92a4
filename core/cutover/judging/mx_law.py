"""Where mail goes after the switch: the MX of the new zone, and the hosts that they name."""

from collections.abc import Callable

from core.cutover.finding import Finding
from core.cutover.judging.companies import companies, company
from core.cutover.judging.mail_sets import MailSets, Values, brief, mx_hosts
from core.cutover.judging.spf_sides import NewSide, OldSide
from core.dns.names import is_address
from core.dns.observation import ADDRESSES


def mx_findings(sets: MailSets) -> list[Finding]:
    """Return what is found of the MX of each name that has some by itself, in either zone."""
    known = {sets.old.name, *(name for name, type in (*sets.old.sets, *sets.compared) if type == "MX")}
    names = [name for name in sets.names("MX") if name in known]
    return [finding for name in names for finding in _of(sets, name)]


def _of(sets: MailSets, name: str) -> list[Finding]:
    old, new = sets.old_values(name, "MX"), sets.new_values(name, "MX")
    if new is None:
        return _not_agreed(sets, name, old) if sets.unequal(name, "MX") else []
    if not new:
        return _gone(sets, name, old) if old else []
    if len(mx_hosts(new)) < len(new):
        return _nulled(sets, name, old, new)
    found = _hosts(sets, name, old, new)
    differs = sets.unequal(name, "MX") and not any(one.tag != "mx_faulty_before" for one in found)
    return [*found, _change(name, old, new)] if differs else found


def _change(name: str, old: Values, new: Values, tag: str = "mx_differs") -> Finding:
    return Finding(tag, name, {"old": brief(", ".join(old)), "new": brief(", ".join(new))})


def _not_agreed(sets: MailSets, name: str, old: Values) -> list[Finding]:
    """Return what is certain where not all new servers answered: the others have none, or another than the old zone."""
    new = sets.shown(name, "MX")
    return [_change(name, old, new)] if new else _gone(sets, name, old)


def _gone(sets: MailSets, name: str, old: Values) -> list[Finding]:
    if alias := sets.new_alias(name):
        # One at the domain itself hides all that it has, and is told once.
        return [] if name == sets.old.name else [_change(name, old, (f"CNAME {alias}",))]
    # RFC 7505: a null MX says that the domain takes no mail; without it senders try the address of the name itself.
    return [_change(name, old, (), "mx_lost" if mx_hosts(old) else "mx_null_lost")]


def _nulled(sets: MailSets, name: str, old: Values, new: Values) -> list[Finding]:
    """Return what a null MX means: with another beside it no two senders do the same (RFC 7505 s. 3)."""
    if old and len(mx_hosts(old)) == len(old):
        return [_change(name, old, new, "mx_null")]
    if len(new) > 1:
        before = Finding("mx_faulty_before", name, {"hosts": brief(", ".join(new))})
        return [before if len(old) > 1 else _change(name, old, new, "mx_null")]
    if not old and any(sets.old_values(name, type) for type in (*ADDRESSES, "CNAME")):
        # Without an MX mail came to the address of the name itself (RFC 5321 s. 5.1), if anything was there.
        return [_change(name, old, new, "mx_null_new")]
    return [_change(name, old, new)] if sets.unequal(name, "MX") else []


# --- the hosts


def _hosts(sets: MailSets, name: str, old: Values, new: Values) -> list[Finding]:
    """Return the faults of hosts, one finding a kind with all hosts that have it."""
    known, hosters = frozenset(mx_hosts(old)), _old_hosters(sets)
    found: dict[str, list[str]] = {}
    for host in dict.fromkeys(mx_hosts(new)):
        if tag := _host(sets, host, host in known, hosters):
            found.setdefault(tag, []).append(host)
    return [Finding(tag, name, {"hosts": brief(", ".join(hosts))}) for tag, hosts in found.items()]


def _host(sets: MailSets, host: str, known: bool, hosters: frozenset[str]) -> str:
    """Return the tag of what is wrong with a host, "" for nothing; `known`: the old zone has it as MX too."""
    ours = sets.in_zone(host)
    # RFC 2181 s. 10.3: no MX may name an alias; some senders refuse it.
    if ours and sets.new_alias(host):
        return "mx_faulty_before" if known and sets.old_values(host, "CNAME") else "mx_alias"
    addresses = () if is_address(host) else _addresses(sets, host)
    if addresses is None:
        # A mail company's host stays what it was, whoever serves the zone.
        unmoved = known and not ours
        return "mx_old_host" if _belongs(host, hosters) else "" if unmoved else "mx_unknown"
    if not addresses:
        return "mx_faulty_before" if known and _had_none(sets, host) else "mx_no_address"
    moving = {old for old, new in sets.mapping.items() if old != new} - set(sets.mapping.values())
    if set(addresses) & moving or (not ours and _belongs(host, hosters)):
        return "mx_old_host"
    return "mx_stays" if moving and _stays(sets, host, addresses) else ""


def _stays(sets: MailSets, host: str, addresses: Values) -> bool:
    """Tell whether a host of the zone keeps its address while others move: somebody's own, or a forgotten one."""
    before = {one for type in ADDRESSES for one in sets.old_values(host, type)}
    return set(addresses) <= before - set(sets.mapping.values())


def _addresses(sets: MailSets, host: str) -> Values | None:
    if host in sets.hosts:
        return sets.hosts[host]
    return _both(lambda type: NewSide(sets).addresses(host, type))


def _both(addresses: Callable[[str], Values | None]) -> Values | None:
    """Return a host's addresses: one is enough, none is known only of both types."""
    each = [addresses(type) for type in ADDRESSES]
    found = tuple(one for part in each for one in part or ())
    return None if not found and None in each else found


def _had_none(sets: MailSets, host: str) -> bool:
    return not sets.in_zone(host) or _both(lambda type: OldSide(sets).addresses(host, type)) == ()


def _old_hosters(sets: MailSets) -> frozenset[str]:
    """Return the domains of the old name servers' companies, those aside that serve the new zone too."""
    now = companies(sets.new_values(sets.old.name, "NS") or ())
    return companies(sets.old_values(sets.old.name, "NS")) - now - companies((sets.old.name,))


def _belongs(host: str, hosters: frozenset[str]) -> bool:
    return company(host) in hosters
