"""What is wrong with the servers that a zone is delegated to, before anybody asks them for a record.

Too few of them, names that are aliases or have no address (RFC 2181 s. 10.3), addresses that the zone and its parent
tell differently, and an alias where the zone itself begins (RFC 1034 s. 3.6.2).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from core.dns.change import ChangeSet, plain
from core.dns.judging.aliases import inside
from core.dns.judging.delegation import Delegation
from core.dns.judging.findings import Finding
from core.dns.judging.history import grouped, last
from core.dns.observation import ADDRESSES, Observation, Question, Server

Answers = Mapping[tuple[Server, Question], Observation]
"""What each server said last to each question, with authority."""


def delegation_findings(
    change: ChangeSet, delegation: Delegation, delegated: Iterable[Observation], observations: Sequence[Observation]
) -> list[Finding]:
    """Return them by what was observed (in order of time); `delegated`: what the delegated servers said of it."""
    # Before a switch the servers are those that shall be left.
    if not delegation.servers or (change.new_servers is not None and delegation.published is False):
        return []
    zone = plain(change.zone)
    of_zone = list(delegated)
    own = _last(of_zone)
    everywhere = _last(o for o in observations if o.server.role == "authoritative")
    return [
        *_few(delegation, of_zone),
        *_names(delegation.servers, change.named, everywhere),
        *_glue(zone, delegation, own, observations),
        *_apex(zone, own),
    ]


def without_address(hosts: Iterable[str], observations: Iterable[Observation]) -> frozenset[str]:
    """Return those of the hosts of name servers that have no address, by the servers of their own zones.

    `observations` in order of time. One has none only where each kind was asked for, and every answer denies it.
    """
    said = _of_hosts(frozenset(hosts), _last(o for o in observations if o.server.role == "authoritative"))
    return _without(said)


def _last(observations: Iterable[Observation]) -> Answers:
    answered = (o for o in observations if o.failure is None and "AA" in o.flags and "TC" not in o.flags)
    return {(o.server, o.question): o for o in answered}


def _few(delegation: Delegation, of_zone: Iterable[Observation]) -> Iterator[Finding]:
    """One machine is no reserve (RFC 2182 s. 5), also where it has two names."""
    names = ", ".join(sorted(delegation.servers))
    addresses: dict[str, set[str]] = {name: set() for name in delegation.servers}
    for o in of_zone:
        if (name := plain(o.server.name)) in addresses:
            addresses[name].add(o.server.address)
    if len(addresses) == 1:
        yield Finding("single_server", None, {"name": names})
        return
    different = {frozenset(of_name) for of_name in addresses.values()}
    if len(different) == 1 and (same := different.pop()):
        yield Finding("one_address", None, {"name": names, "addresses": ", ".join(sorted(same))})


def _names(delegated: frozenset[str], named: frozenset[str], answers: Answers) -> Iterator[Finding]:
    """Yield which name servers are aliases, and which have no address, by the servers of their own zones.

    `named`: those that only the zone itself names.
    """
    hosts = delegated | named
    said = _of_hosts(hosts, answers)
    aliases = {
        host: sorted(
            {
                r.values[0]
                for some in by_type.values()
                for o in some
                for r in o.answer
                if (r.name, r.type) == (host, "CNAME")
            }
        )
        for host, by_type in said.items()
    }
    without = _without(said)
    useless = without | {host for host in hosts if aliases[host]}
    for host in sorted(useless):
        # Whoever has one good name gets there by it; to one that only the zone names, nobody does at first.
        all_of_them = delegated <= useless
        if aliases[host]:
            values = {"name": host, "alias": aliases[host][0]}
            yield Finding("ns_alias" if all_of_them else "ns_partly_alias", None, values)
        elif all_of_them:
            yield Finding("ns_without_address", None, {"name": host})
        else:
            yield Finding("ns_partly_without_address", None, {"name": host})


def _of_hosts(hosts: frozenset[str], answers: Answers) -> dict[str, dict[str, list[Observation]]]:
    """Return by host and kind of address what was answered."""
    said: dict[str, dict[str, list[Observation]]] = {host: {type: [] for type in ADDRESSES} for host in hosts}
    for (_, question), o in answers.items():
        if question.name in said and question.type in ADDRESSES and o.answered:
            said[question.name][question.type].append(o)
    return said


def _without(said: Mapping[str, Mapping[str, Sequence[Observation]]]) -> frozenset[str]:
    return frozenset(
        host
        for host, by_type in said.items()
        if all(by_type.values()) and not any(o.answer for some in by_type.values() for o in some)
    )


def _glue(zone: str, delegation: Delegation, own: Answers, seen: Iterable[Observation]) -> Iterator[Finding]:
    """Yield of addresses that the zone and its parent tell differently those where nobody answers for the zone."""
    soas = grouped((o for o in seen if o.question == Question(zone, "SOA")), lambda o: o.server.address)
    # One that is deaf over TCP alone serves all the same.
    serving = {address: _serves(zone, o) for address, said in soas.items() if (o := last(said))}
    for question, glue in delegation.glue.items():
        told = [
            o.values for (_, asked), o in own.items() if asked == question and o.values and inside(asked.name, zone)
        ]
        in_zone = frozenset[str]().union(*told)
        if not in_zone or not glue or in_zone == glue:
            continue
        values = {"name": question.name, "wanted": ", ".join(sorted(in_zone))}
        for address in sorted(glue - in_zone):
            if serving.get(address) is False:
                yield Finding("glue_unserved", None, {**values, "found": address})
        values = {"name": question.name, "wanted": ", ".join(sorted(glue))}
        for address in sorted(in_zone - glue):
            if serving.get(address) is False:
                yield Finding("address_unserved", None, {**values, "found": address})


def _serves(zone: str, o: Observation) -> bool:
    return o.failure is None and "AA" in o.flags and any((r.name, r.type) == (zone, "SOA") for r in o.answer)


def _apex(zone: str, own: Answers) -> Iterator[Finding]:
    """An alias stands for every type: whoever has it cached asks its target for the mail too."""
    at_apex = [rrset for o in own.values() for rrset in o.answer if rrset.name == zone]
    targets = sorted({rrset.values[0] for rrset in at_apex if rrset.type == "CNAME"})
    if targets:
        hidden = {rrset.type for rrset in at_apex} - {"CNAME", "RRSIG", "NSEC", "NSEC3"} | {"NS", "SOA"}
        yield Finding("apex_alias", None, {"name": zone, "alias": targets[0], "types": ", ".join(sorted(hidden))})
