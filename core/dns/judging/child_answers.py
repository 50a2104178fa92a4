"""What the servers that a zone is delegated to say: whether they all serve it, in one version, as is expected."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from core.dns.change import ChangeSet, Expected, Old, plain
from core.dns.judging.aliases import leads_to, referred
from core.dns.judging.delegation import Delegation
from core.dns.judging.delegation_findings import without_address
from core.dns.judging.dnssec_findings import signature_findings
from core.dns.judging.eta import Late
from core.dns.judging.faults import differing, failing, faults_of, unsteady
from core.dns.judging.findings import Finding, Tag
from core.dns.judging.history import asked_at, grouped, last, over_udp, since, whole_seconds
from core.dns.judging.serial import compare_serials, serial_of
from core.dns.judging.software import PACKETS, lag_after
from core.dns.judging.status import held, seen_beyond, sights, status_of
from core.dns.judging.zones_below import asked_below, said_below
from core.dns.observation import ADDRESSES, Observation, Question, Server
from core.dns.views import record_type
from core.ground.messages import Message

# Findings of this module that leave the zone consistent: people get the right answer all the same.
_HARMLESS = frozenset(
    {
        *("tcp_fails", "udp_fails", "glue_differs", "no_edns", "ns_set_differs"),
        *("signature_expires", "signatures_unchecked", "ds_algorithm_unused"),
    }
)


@dataclass(frozen=True, slots=True)
class Delegated:
    """`consistent`: whether all of them do; None where one was not asked, and nothing wrong is known.

    `agreed`: since when all of them have had the expected records (UTC), whatever else is wrong; `late`: those that
    served something else after the switch. `lag`: for how many seconds after `agreed` some may answer out of caches of
    their own.
    """

    consistent: bool | None
    agreed: dt.datetime | None
    late: tuple[Late, ...]
    findings: tuple[Finding, ...]
    lag: int = 0


def delegated_of(
    change: ChangeSet,
    old: Old,
    delegation: Delegation,
    observations: Sequence[Observation],
    now: dt.datetime,
) -> Delegated:
    """Judge what the delegated servers said (observations in order of time; `now` in UTC)."""
    asked = grouped(of_delegated(change, old, delegation, observations), lambda o: o.server)
    named = {plain(server.name) for server in asked if server.name}
    # One that has no address is told as that, and nobody is led to it.
    missing = delegation.servers - named
    missing -= without_address(missing, observations)
    findings = [Finding("not_asked", None, {"missing": name}) for name in sorted(missing) if named]
    unseen = bool(findings) or not asked or not change.expected
    serials: dict[Server, int] = {}
    looked_at: list[tuple[Expected, Sequence[Observation]]] = []
    agreed: list[dt.datetime | None] = []
    over: list[dt.datetime] = []
    late: list[Late] = []
    astray = False
    told = change.switched_at if change.new_servers is None else delegation.at
    left_behind = frozenset(old.servers) - {server.address for server in asked}
    for server, said in asked.items():
        said_to = {question: tuple(some) for question, some in grouped(said, lambda o: o.question).items()}
        findings += _of_server(change, delegation, server, said_to, named)
        latest = (found for some in said_to.values() if (found := last(some)))
        findings += signature_findings(change.zone, server, latest, delegation.ds, now)
        soa = last(said_to.get(Question(plain(change.zone), "SOA"), ()))
        if (serial := serial_of(soa.values if soa else None)) is not None:
            serials[server] = serial
        else:
            unseen = True
        # Not known is not well: signed or not, and by which keys.
        unasked = delegation.ds and Question(plain(change.zone), "DNSKEY") not in said_to
        unseen = unseen or not delegation.ds_known or bool(unasked)
        if told is not None and change.new_servers is not None:
            cached = server.address in change.powerdns
            ns = said_to.get(Question(plain(change.zone), "NS"), ())
            late += _led_away(delegation.servers, told, ns, cached)
            astray = astray or not _last_values(ns) <= delegation.servers | named
            # Where the parent's servers differ, nobody knows which addresses are right.
            for question, glue in delegation.glue.items():
                late += _led_away(glue, told, said_to.get(question, ()), cached) if glue else ()
                astray = astray or bool(_last_values(said_to.get(question, ())) & left_behind)
        for expected in change.expected:
            answers = said_to.get(expected.question, ())
            unseen = unseen or not sights(expected, answers)
            looked_at.append((expected, answers))
        findings += unsteady(server, looked_at[-len(change.expected) :])
    findings += _failing_below(change, observations)
    # Where nobody there answers, nobody knows what is to be seen.
    known = {(expected.question.name, record_type(expected.question.type)) for expected in change.expected}
    unfound = {", ".join(sorted(below.servers)) for below in change.below.values() if not below.addresses}
    findings += [Finding("not_asked", None, {"missing": names}) for names in sorted(unfound)]
    unseen = unseen or bool(unfound) or not known.issuperset(change.below)
    for expected, below in asked_below(change, observations):
        unseen = unseen or not sights(expected, below)
        if (newest := last(below)) and not failing({expected.question: newest}, signed=True):
            findings += _differing(expected, newest)
    # Where a name leads on, it is there that the records are.
    beyond = list(seen_beyond(change, observations))
    for expected, theirs in (*looked_at, *beyond):
        seen = sights(expected, theirs)
        agreed.append(start := since(seen, told))
        if start is None:
            continue
        lag = lag_after(start, seen) if theirs[-1].server.address in change.powerdns else dt.timedelta(0)
        over.append(start + lag)
        if told is not None and start > told:
            late.append(Late(start, _held_since(told, expected, theirs), lag=whole_seconds(lag)))
        elif told is not None and lag and (held := _held_since(theirs[0].at, expected, theirs)):
            # What it had before, its packets may have after.
            late.append(Late(start, held, lag=whole_seconds(lag)))
    unseen = unseen or None in agreed[len(looked_at) :]
    findings += differing((*looked_at, *beyond), {expected.question for expected in change.expected})
    findings += _serials(serials)
    # Two companies that serve the same data number their versions as they like.
    harmless = _HARMLESS | {"not_asked"} | (frozenset() if _differ(looked_at) else {"serial_differs"})
    wrong = astray or any(finding.tag not in harmless for finding in findings)
    moments = [moment for moment in agreed if moment is not None]
    # While the zone itself leads caches to others, no time runs out.
    all_agree = max(moments) if moments and len(moments) == len(agreed) and not astray else None
    return Delegated(
        False if wrong else None if unseen else True,
        all_agree,
        tuple(late),
        tuple(findings),
        whole_seconds(max(over) - all_agree) if all_agree else 0,
    )


def _differ(looked_at: Sequence[tuple[Expected, Sequence[Observation]]]) -> bool:
    """Tell whether the servers' latest answers are not all what is expected."""
    latest = [(expected, last(answers)) for expected, answers in looked_at]
    return any(o is None or status_of(o, expected) != "new" for expected, o in latest)


def of_delegated(
    change: ChangeSet, old: Old, delegation: Delegation, observations: Iterable[Observation]
) -> Iterator[Observation]:
    """Yield what the servers said that the zone is delegated to now."""
    for observation in observations:
        server = observation.server
        # Under one name there may be another server now.
        if server.role != "authoritative":
            continue
        if plain(server.name) in change.named:
            yield observation
            continue
        if change.addresses is not None and server.address not in change.addresses:
            continue
        # A server of both sides is delegated; without a name it is known by not being one of the old.
        if plain(server.name) in delegation.servers or (not server.name and server.address not in old.servers):
            yield observation


def _led_away(known: frozenset[str], told: dt.datetime, answers: Sequence[Observation], cached: bool) -> Iterator[Late]:
    """Yield until when a server's names or addresses of name servers led to others than those known to be right.

    A copied zone names the old servers. Caches that have seen that go there, until it has run out. `cached`: the server
    answers out of caches of its own.
    """
    sets = [(o, frozenset(map(plain, o.values))) for o in answers if o.values and o.at >= told]
    start = since((o.at, found <= known) for o, found in sets)
    lag = whole_seconds(PACKETS) if cached else 0
    led = [o.records.longest for o, found in sets if o.records and not found <= known]
    if led and start is not None:
        yield Late(start, max(led), delegation=True, lag=lag)


def _last_values(answers: Sequence[Observation]) -> frozenset[str]:
    # A silence takes nothing back.
    said = next((o.values for o in reversed(answers) if o.values), ())
    return frozenset(map(plain, said))


def _held_since(told: dt.datetime, expected: Expected, answers: Iterable[Observation]) -> int:
    return max((held(o) for o in answers if o.at >= told and status_of(o, expected) != "new"), default=0)


def _of_server(
    change: ChangeSet,
    delegation: Delegation,
    server: Server,
    said_to: Mapping[Question, Sequence[Observation]],
    asked: Set[str],
) -> Iterator[Finding]:
    zone = plain(change.zone)
    latest = {question: found for question, said in said_to.items() if (found := last(said))}
    yield from _transport(server, said_to)
    if any(o.extension != "nsid" for o in latest.values()):
        yield Finding("no_edns", server)
    addresses = {Question(name, type) for name in delegation.servers for type in ADDRESSES}
    addresses -= {expected.question for expected in change.expected}
    # A name may be in a zone below, which its own servers need not serve, but refer to; a name server's too.
    # Of HTTPS, which is watched beside, nothing is owed where there is none.
    unowed = {q for q in latest if q.type == "HTTPS"} - {expected.question for expected in change.expected}
    owed = {q: o for q, o in latest.items() if q not in addresses | unowed and not referred(zone, o)}
    faults = failing(owed, signed=bool(delegation.ds) or not delegation.ds_known)
    yield from faults_of(server, owed, faults)
    # What it fails at it says nothing of.
    latest = {q: o for q, o in latest.items() if q not in faults and o.failure is None and "TC" not in o.flags}
    # Before a switch the servers are those that shall be left.
    waiting = change.new_servers is not None and delegation.published is False
    for expected in () if waiting else change.expected:
        if found := latest.get(expected.question):
            yield from _differing(expected, found)
    ns = latest.get(Question(zone, "NS"))
    if ns and delegation.servers and frozenset(map(plain, ns.values or ())) != delegation.servers:
        child, parent = (
            ", ".join(sorted(names)) or Message("dns.none") for names in (ns.values or (), delegation.servers)
        )
        # Those that are asked have a say of their own: where caches are led to them, they get what these serve.
        tag: Tag = "ns_set_differs" if ns.values and frozenset(ns.values) <= asked else "ns_mismatch_parent_child"
        yield Finding(tag, server, {"found": child, "parent": parent})
    for question, glue in delegation.glue.items():
        own = latest.get(question)
        if own and "AA" in own.flags and own.values and glue and set(own.values) != glue:
            values = {"name": question.name, "found": ", ".join(sorted(glue)), "wanted": ", ".join(own.values)}
            yield Finding("glue_differs", server, values)


def _failing_below(change: ChangeSet, observations: Iterable[Observation]) -> list[Finding]:
    """Return what is wrong with each server of a zone below."""
    latest: dict[Server, dict[Question, Observation]] = {}
    for said in said_below(observations, change.below).values():
        if o := last(said):
            latest.setdefault(o.server, {})[o.question] = o
    return [f for server, owed in latest.items() for f in faults_of(server, owed, failing(owed, signed=True))]


def _differing(expected: Expected, latest: Observation) -> Iterator[Finding]:
    if not expected.disputed and (status := status_of(latest, expected)) not in ("new", "malformed", "timeout"):
        yield Finding("record_differs", latest.server, _differs(expected, latest, status))


def _transport(server: Server, said_to: Mapping[Question, Sequence[Observation]]) -> Iterator[Finding]:
    deaf: set[Tag] = set()
    for question, said in said_to.items():
        udp = next((o for o in reversed(said) if over_udp(o)), None)
        tcp = next((o for o in reversed(said) if not over_udp(o)), None)
        silent = udp and (udp.udp_failure or udp.failure)
        # One observation says both where TCP was tried as UDP was silent.
        answered = [o for o in (udp, tcp) if o and udp and o.failure is None and o.at >= asked_at(udp)]
        if silent and answered:
            deaf.add("udp_fails")
        elif udp and tcp and tcp.failure and not silent:
            deaf.add("tcp_fails")
        # Where TCP was tried at once, the one observation says both.
        cut = tcp if tcp and tcp.failure and "TC" in tcp.flags else udp
        if cut and "TC" in cut.flags and (tcp is None or tcp.failure):
            yield Finding("truncated_without_tcp", server, {"name": question.name, "type": question.type})
    yield from (Finding(tag, server) for tag in sorted(deaf))


def _differs(expected: Expected, answer: Observation, status: str) -> dict[str, object]:
    end, way = leads_to(answer), referred("", answer)
    onward = f"CNAME {end}" if end else f"NS {', '.join(sorted(way.servers))}" if way else ""
    found = ", ".join(answer.values or ()) or onward or Message(f"dns.status.{status}")
    wanted = ", ".join(sorted(expected.values)) or Message("dns.none")
    return {"name": expected.question.name, "type": expected.question.type, "found": found, "wanted": wanted}


def _serials(serials: Mapping[Server, int]) -> Iterator[Finding]:
    """Yield those behind: no server's serial may be newer, or beyond comparison."""
    for server, serial in serials.items():
        ahead = [other for other in serials.values() if compare_serials(serial, other) in (-1, None)]
        if ahead:
            yield Finding("serial_differs", server, {"serial": str(serial), "other": str(max(ahead))})
