"""The way down to a zone as a small tree: to whom its parent refers, and how each of those servers does.

Pure. The faults in it are the findings of the verdict, each at the server that it is about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.dns.change import plain
from core.dns.judging.delegation import referral
from core.dns.judging.findings import Finding
from core.dns.judging.history import grouped, last
from core.dns.judging.serial import serial_of
from core.dns.observation import Observation, Question, Server


@dataclass(frozen=True, slots=True)
class Reference:
    """Parent servers that refer to the same name servers; to none where they do not answer or know no such zone."""

    parents: tuple[Server, ...]
    hosts: tuple[str, ...]
    answered: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class NameServer:
    """A name server of the zone: its serial (None where it tells none), whether it answered, what is wrong."""

    server: Server
    serial: int | None
    answered: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """What the parent's servers say, and below it the servers of the zone."""

    zone: str
    references: tuple[Reference, ...]
    servers: tuple[NameServer, ...]


def tree(
    zone: str,
    parents: Sequence[Server],
    servers: Sequence[Server],
    observations: Iterable[Observation],
    findings: Iterable[Finding],
) -> Tree:
    """Return the tree of a zone that `parents` refer to `servers` for."""
    found = list(findings)
    said = grouped((o for o in observations if not o.checking_disabled), lambda o: o.server)
    ns = {server: last(o for o in said.get(server, ()) if _is(o, zone, "NS")) for server in parents}
    by_hosts = grouped(parents, lambda server: _hosts(zone, ns[server]))
    references = tuple(
        Reference(
            tuple(those),
            hosts,
            any(_answers(ns[server]) for server in those),
            tuple(f for f in found if f.server in those),
        )
        for hosts, those in by_hosts.items()
    )
    below = tuple(_name_server(server, zone, said.get(server, ()), found) for server in servers)
    return Tree(zone, references, below)


def _name_server(server: Server, zone: str, said: Sequence[Observation], findings: Iterable[Finding]) -> NameServer:
    soa = last(o for o in said if _is(o, zone, "SOA"))
    return NameServer(
        server,
        serial_of(soa.values if soa else None),
        any(o.failure is None for o in said),
        tuple(f for f in findings if f.server == server),
    )


def _is(observation: Observation, zone: str, type: str) -> bool:
    return observation.question == Question(plain(zone), type)


def _answers(observation: Observation | None) -> bool:
    return observation is not None and observation.failure is None


def _hosts(zone: str, observation: Observation | None) -> tuple[str, ...]:
    return tuple(sorted(referral(plain(zone), observation))) if observation else ()
