"""What is found of sets of records that were compared: what is lost, what differs, what was left where it was."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.cutover.finding import Finding
from core.cutover.judging.comparison import beside_mail, is_mail
from core.cutover.judging.moved import moved
from core.cutover.judging.panel_names import is_normal, is_panels_own, is_panels_service
from core.cutover.judging.said import NewAnswers, in_place
from core.cutover.judging.told import listed, values
from core.cutover.result import Compared
from core.cutover.zones import OldZone
from core.dns.judging.aliases import LONGEST, inside
from core.dns.observation import ADDRESSES

_BESIDE = frozenset(("TXT", "CAA", "TLSA", "HTTPS", "SVCB", "DS", "SSHFP", "HINFO", "LOC", "RP"))
"""Types that prove, restrict or hint: without them a name still leads where it did."""
_DIFFERS = {"A": "address_differs", "AAAA": "address_differs", "CNAME": "alias_differs"}
_SECOND_LEVEL = frozenset(("com", "net", "org", "info", "biz", "edu", "gov", "co", "ac"))


@dataclass(frozen=True)
class Compare:
    """Both sides, as all of the zone's findings ask for them."""

    old: OldZone
    answers: NewAnswers
    compared: Sequence[Compared]
    mapping: Mapping[str, str]

    @property
    def zone(self) -> str:
        """The zone's name."""
        return self.old.name

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], Compared]:
        """What was compared, by name and type."""
        return {(one.name, one.type): one for one in self.compared}

    @cached_property
    def left_behind(self) -> frozenset[str]:
        """Old addresses that are mapped to others, and that no new one is."""
        return frozenset(a for a, b in self.mapping.items() if a != b) - frozenset(self.mapping.values())

    @cached_property
    def old_name_servers(self) -> frozenset[str]:
        """Name servers of the old zone that the new one has no more."""
        held = self.old.sets.get((self.zone, "NS"))
        return frozenset(held.values if held else ()) - frozenset(self.answers.agreed(self.zone, "NS"))

    @cached_property
    def old_hosters(self) -> frozenset[str]:
        """Domains of the old name servers that are not the new ones' too, and not this one."""
        new = {_domain(host) for host in self.answers.agreed(self.zone, "NS")}
        return frozenset(map(_domain, self.old_name_servers)) - new - {_domain(self.zone)}

    @cached_property
    def mail_hosts(self) -> frozenset[str]:
        """Hosts that the new zone's MX name, where the mail's law looks at them: the addresses are judged there."""
        mx = (one for one in self.compared if one.type == "MX" and one.state != "unknown" and not one.servers)
        known = (one for one in mx if one.old or one.name == self.zone)
        # Where it refers to a zone below, its name servers stand there instead.
        return frozenset(value.partition(" ")[2] for one in known for value in one.new if " " in value)

    @cached_property
    def apex_alias(self) -> str:
        """Where the new zone's own name is an alias for, "" where it is none."""
        keys = [(name, type) for name, type in self.answers.asked if name == self.zone]
        aliases = (
            s
            for name, type in keys
            for s in self.answers.of(name, type).values()
            if s.kind == "alias" or (s.kind == "set" and type == "CNAME")
        )
        return next((s.values[0] for s in aliases), "")

    @cached_property
    def lost_cuts(self) -> frozenset[str]:
        """Names of zones below that the new servers delegate otherwise, or not at all."""
        return frozenset(
            one.name for one in self.compared if one.type == "NS" and one.state in ("only_old", "different")
        )

    def otherwise(self, one: Compared) -> tuple[str, ...]:
        """Return the servers that say something else than the others, without those that say nothing."""
        return tuple(server for server in one.servers if self.answers.speaks(server, one.name, one.type))


def set_findings(sides: Compare) -> Iterator[Finding]:
    """Yield what is found of each set, and of all of a kind together."""
    gathered: dict[str, list[str]] = {}
    for one in sides.compared:
        if _is_told_elsewhere(sides, one):
            continue
        if one.state != "unknown" and (servers := sides.otherwise(one)):
            yield Finding("new_servers_differ", one.name, {**_values(one), "servers": listed(servers)})
            continue
        for finding in _of_set(sides, one):
            if finding.tag in _TOGETHER:
                gathered.setdefault(finding.tag, []).append(finding.name)
            else:
                yield finding
    for tag, names in gathered.items():
        yield Finding(tag, sides.zone, {"names": listed(dict.fromkeys(names))})


_TOGETHER = frozenset(("ipv6_lost", "ipv6_new"))
"""Tags that one decision makes for many names: one finding tells them all."""


def _values(one: Compared) -> dict[str, object]:
    return {"type": one.type, "old": values(one.old), "new": values(one.new)}


def _is_told_elsewhere(sides: Compare, one: Compared) -> bool:
    """Tell whether another finding has it: an alias at the apex, a zone below that is lost."""
    if one.name == sides.zone and sides.apex_alias:
        return True
    labels = one.name.split(".")
    above = {".".join(labels[at:]) for at in range(1, len(labels))}
    return bool(above & sides.lost_cuts) or (one.type == "DS" and one.name in sides.lost_cuts)


def _of_set(sides: Compare, one: Compared) -> Iterator[Finding]:
    if one.state == "only_old":
        yield from _lost(sides, one)
    elif one.state == "different":
        yield from _different(one)
    elif one.state == "same":
        yield from _stayed(sides, one)
    elif one.state == "only_new" and one.type == "AAAA" and (one.name, "A") in sides.old.sets:
        yield Finding("ipv6_new", one.name)


def _lost(sides: Compare, one: Compared) -> Iterator[Finding]:
    name, type = one.name, one.type
    gone = _not_the_mails(one, one.old)
    if not gone or (type in (*ADDRESSES, "CNAME") and _is_mail_host_without_address(sides, name)):
        return
    told = {"type": type, "old": values(gone)}
    if name.startswith("*."):
        yield Finding("wildcard_lost", name, told)
    elif name in sides.old_name_servers and type in ADDRESSES:
        yield Finding("old_name_server_lost", name, told)
    elif type == "AAAA" and _is_there(sides, name, "A"):
        yield Finding("ipv6_lost", name)
    elif is_panels_own(sides.zone, name):
        yield Finding("panel_name_lost", name, told)
    elif is_panels_service(sides.zone, name, type, gone, sides.old_hosters):
        yield Finding("service_name_lost", name, told)
    elif type in _BESIDE:
        yield Finding("side_record_lost", name, told)
    else:
        yield Finding("record_lost", name, told)


def _different(one: Compared) -> Iterator[Finding]:
    before, after = _not_the_mails(one, one.old), _not_the_mails(one, one.new)
    if one.type in ("TXT", "CAA"):
        # Each text and each authority stands for itself: what came beside them takes nothing away.
        before, after = _without(before, after), _without(after, before)
    if not before:
        return
    told = {"type": one.type, "old": values(before), "new": values(after)}
    if one.name.startswith("*."):
        yield Finding("wildcard_differs", one.name, told)
    elif after:
        yield Finding(_DIFFERS.get(one.type, "record_differs"), one.name, told)
    else:
        yield Finding("side_record_lost", one.name, {"type": one.type, "old": values(before)})


def _without(some: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in some if one not in others)


def _stayed(sides: Compare, one: Compared) -> Iterator[Finding]:
    """Yield what is the same, and should not be: it leads to the old hosting still."""
    if one.type in ADDRESSES:
        staying = sorted(sides.left_behind & set(one.new))
        # Where mail stays, that is the mail's law; the old name servers serve to the end.
        if staying and one.name not in sides.mail_hosts | sides.old_name_servers:
            to = listed(sides.mapping[address] for address in staying)
            yield Finding("not_moved", one.name, {"type": one.type, "old": listed(staying), "new": to})
    elif one.type in ("CNAME", "SRV") and not is_mail(one.name, one.type, one.new):
        targets = [value.rpartition(" ")[2] for value in one.new]
        if led := [target for target in targets if any(inside(target, domain) for domain in sides.old_hosters)]:
            yield Finding("alias_at_old_hoster", one.name, {"type": one.type, "old": listed(led)})
    elif one.type == "TLSA" and _is_moved(sides, host := one.name.split(".", 2)[-1]):
        # RFC 7672 s. 2.2: senders that know DANE deliver to nobody else than who has the key.
        yield Finding("tlsa_same", one.name, {"host": host, "new": values(one.new)})
    elif one.type == "NS" and (theirs := sorted(sides.old_name_servers & set(one.new))):
        yield Finding("below_at_old_servers", one.name, {"servers": listed(theirs)})


def _is_moved(sides: Compare, host: str) -> bool:
    """Tell whether a host of the zone gets another address, be it by an alias, or that of what it is an alias for."""
    for _ in range(LONGEST):
        here = [one for type in (*ADDRESSES, "CNAME") if (one := sides.by_key.get((host, type)))]
        if any(one.state in ("moved", "different") for one in here):
            return True
        alias = next((one.new[0] for one in here if one.type == "CNAME" and one.new), "")
        if not alias:
            return False
        host = alias
    return False


def _not_the_mails(one: Compared, side: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of a side that are not for the mail's law to judge."""
    return () if one.type == "CNAME" and is_mail(one.name, "CNAME", ()) else beside_mail(one.name, one.type, side)


def _is_mail_host_without_address(sides: Compare, name: str) -> bool:
    """Tell whether a host of the mail has no address at all any more, which the mail's law tells."""
    if name not in sides.mail_hosts:
        return False
    here = [sides.by_key.get((name, type)) for type in (*ADDRESSES, "CNAME")]
    return all(one is None or one.state == "only_old" for one in here)


def _is_there(sides: Compare, name: str, type: str) -> bool:
    one = sides.by_key.get((name, type))
    return one is not None and one.state in ("same", "moved", "different")


def new_names(sides: Compare) -> tuple[list[str], list[str]]:
    """Return names that only the new zone has: those that lead elsewhere than the old wildcard did, and the others."""
    of_wildcard: list[str] = []
    others: list[str] = []
    known = {name for name, _ in sides.old.sets}
    leads = any(type in sides.old.wildcard for type in (*ADDRESSES, "CNAME"))
    for one in sides.compared:
        if one.state != "only_new" or sides.otherwise(one) or one.name.startswith("*."):
            continue
        underscored = one.name.startswith("_") or "._" in one.name
        if leads and one.name not in known and not underscored and one.name != sides.zone:
            of_wildcard += [] if _is_as_by_wildcard(sides, one.name) else [one.name]
        elif _is_news(sides, one):
            others.append(f"{one.name} {one.type}")
    return list(dict.fromkeys(of_wildcard)), list(dict.fromkeys(others))


def _is_as_by_wildcard(sides: Compare, name: str) -> bool:
    """Tell whether a name that only the new zone has leads where the old one's wildcard did, as mapped."""
    for type in (*ADDRESSES, "CNAME"):
        held, one = sides.old.wildcard.get(type), sides.by_key.get((name, type))
        if (moved(type, held.values, sides.mapping) if held else set()) != set(one.new if one else ()):
            return False
    return True


def _is_news(sides: Compare, one: Compared) -> bool:
    if is_mail(one.name, one.type, one.new) and not beside_mail(one.name, one.type, one.new):
        return False
    with_ipv4 = one.type == "AAAA" and (one.name, "A") in sides.old.sets
    return not with_ipv4 and not is_normal(sides.zone, one.name, one.type) and one.type != "CAA"


def _domain(host: str) -> str:
    """Return the domain that a host's company has, as far as its name tells: "home.pl" of "dns2.home.pl"."""
    labels = host.split(".")
    count = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[-count:])


def failed(sides: Compare, more: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Yield what a server that has the zone did not answer, and what no server was asked; `more`: beside the sets."""
    keys = [*((one.name, one.type) for one in sides.compared if one.state != "only_new"), *more]
    unasked = [key for key in keys if not any(sides.answers.was_asked(key[0], one) for one in in_place(*key))]
    if unasked:
        yield Finding("records_not_asked", sides.zone, {"records": listed(map(" ".join, unasked))})
    asked = [key for key in keys if key not in set(unasked)]
    for server in sides.answers.serving:
        if silent := [key for key in asked if not sides.answers.speaks(server, *key)]:
            yield Finding("new_questions_failed", server, {"records": listed(map(" ".join, silent))})
