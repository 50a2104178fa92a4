"""What the old zone holds: by its file, a transfer where a server allows one, and by asking; each source is named."""

from collections.abc import Iterable, Mapping, Sequence

from core.cutover.asking.interview import Interview, Progress, quiet
from core.cutover.asking.names_asked import NamesAsked, Types, following
from core.cutover.asking.own_set import own, speaks
from core.cutover.asking.sets import is_whole, of_file, zone_s_own
from core.cutover.asking.transfer import Transferred, transfers
from core.cutover.known_names import USUAL, KnownName
from core.cutover.settings import NAMES_MAX, Targets
from core.cutover.wanted import Wanted
from core.cutover.zones import NO_TRANSFER, Held, OldZone, SetKey, Source
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.judging.aliases import inside
from core.dns.names import parse_name
from core.dns.observation import Observation, Question, Server
from core.ground.messages import InputError
from core.zonefile.leftovers import is_leftover
from core.zonefile.record import Record

_OF_SERVERS = ("SOA", "NS")
"""Types of the apex that every move changes."""
_Sets = Mapping[SetKey, Held]


def gather(
    wanted: Wanted,
    known: Sequence[KnownName],
    servers: Sequence[Server],
    engine: Engine,
    targets: Targets,
    progress: Progress = quiet,
) -> OldZone:
    """Return what the old zone holds, as far as its file, its servers and names that may be there tell.

    `servers`: those of the old zone; of them only those are asked that speak for it, may be, and are no new ones. It
    returns when the last question has its answer, or none: for 250 names and two servers of others some 15 s, a minute
    with a wildcard.
    """
    zone = wanted.name
    interview = Interview(engine, targets, progress)
    asks, refused = _allowed(servers, targets, frozenset(wanted.new_servers))
    speaking, apex = _speaking(zone, asks, interview, refused)
    moved = transfers(zone, speaking) if speaking else ()
    refused |= {one.server.address: f"{NO_TRANSFER}{one.reason}" for one in moved if one.sets is None}
    whole = next((one for one in moved if one.sets is not None), None)
    file, lasting = of_file(wanted)
    transferred = zone_s_own(zone, whole.sets or {}) if whole else {}
    claimed = {**file, **transferred}
    names = NamesAsked(zone, interview, speaking, {name for name, _ in claimed} - {zone})
    if speaking:
        for o in apex:
            names.keep(o, own(zone, o))
        _ask(wanted, known, names, claimed)
    doubted = [] if transferred else sorted(lasting)
    served = _served(names, doubted[: 2 * NAMES_MAX]) if speaking else {}
    names.silent |= {Question(*key): None for key in doubted[2 * NAMES_MAX :] if key not in names.found}
    stale = _stale(zone, file, lasting, {**transferred, **served})
    if is_whole(wanted):
        stale |= _added(zone, file, {**names.found, **transferred})
    sets = {**claimed, **names.found}
    return OldZone(
        zone,
        sets,
        _sources(wanted, file, whole, transferred, names),
        len(names.asked),
        names.wildcard.sets or _wildcard_of(zone, claimed),
        frozenset(names.between - {name for name, _ in sets}),
        tuple(names.silent) if speaking else (Question(zone, "SOA"),),
        refused,
        names.cut or len({name for name, _ in sets}) > NAMES_MAX,
        tuple(sorted(stale)),
    )


def _allowed(servers: Sequence[Server], targets: Targets, new: frozenset[str]) -> tuple[list[Server], dict[str, str]]:
    """Return the servers that may be asked, each address once, and the others with the reason.

    One that is new as well would prove the new zone by itself, and so would another address of the same host.
    """
    each = {server.address: server for server in servers}
    hosts = {server.name for server in each.values() if server.address in new} - {""}
    refused = {address: "new_server" for address, one in each.items() if address in new or one.name in hosts}
    refused |= {address: "not_asked" for address in each if not targets.may_be_asked(address)}
    return [server for address, server in each.items() if address not in refused], refused


def _speaking(
    zone: str, servers: Sequence[Server], interview: Interview, refused: dict[str, str]
) -> tuple[list[Server], list[Observation]]:
    """Return the servers that speak for the zone, and what they say of its apex; put the others into `refused`."""
    asks = [Ask(server, Question(zone, type)) for server in servers for type in _OF_SERVERS]
    said = list(interview.put(asks))
    failed = [number for number, o in enumerate(said) if not speaks(zone, o)]
    for number, o in zip(failed, interview.put([asks[n] for n in failed]) if failed else (), strict=True):
        said[number] = o
    found = []
    for server, soa in zip(servers, said[::2], strict=True):
        if speaks(zone, soa) and (zone, "SOA") in own(zone, soa):
            found.append(server)
        else:
            refused[server.address] = soa.failure or (
                "not_authoritative" if soa.answered or not soa.rcode else soa.rcode
            )
    return found, [o for o in said if o.server in found and speaks(zone, o)]


def _ask(wanted: Wanted, known: Sequence[KnownName], names: NamesAsked, claimed: _Sets) -> None:
    """Ask for the apex, known names, those that lists name, and all that answers and the other sources lead to."""
    zone = names.zone
    names.ask_for_wildcard()
    begin: dict[str, Types] = {zone: USUAL}
    begin |= {f"{one.name}.{zone}": one.types for one in known}
    for name in _listed(wanted):
        begin.setdefault(name, USUAL)
    for name, types in following(zone, {**claimed, **names.found}).items():
        begin.setdefault(name, types)
    names.explore(begin)
    cuts = [name for name, type in names.found if type == "NS" and name != zone]
    for o in names.ask([Question(name, "DS") for name in cuts]) if cuts else ():
        if speaks(zone, o) and "AA" in o.flags:
            names.keep(o, own(zone, o))


def _listed(wanted: Wanted) -> Iterable[str]:
    """Yield the names within the zone that the lists of the handover name, and the policies of domains with mail."""
    for site in wanted.sites:
        if inside(site, wanted.name):
            yield site
    for address in wanted.mailboxes:
        try:
            domain = parse_name(address.rpartition("@")[2]).ascii
        except InputError:
            continue  # whoever asks for the mailbox says what is wrong with it
        if inside(domain, wanted.name):
            yield domain
            yield f"_dmarc.{domain}"


def _served(names: NamesAsked, keys: Sequence[SetKey]) -> dict[SetKey, Held | None]:
    """Return what one server has for each set that a file says, None where it has none; what is silent is left out.

    What is served counts as found: it is what the world sees.
    """
    zone = names.zone
    said: dict[SetKey, Held | None] = {}
    fresh = [key for key in keys if key not in names.found and not (key[0] == zone and key[1] in _OF_SERVERS)]
    for o in names.ask([Question(*key) for key in fresh]) if fresh else ():
        if speaks(zone, o):
            sets = own(zone, o)
            names.keep(o, sets)
            said[o.question.name, o.question.type] = sets.get((o.question.name, o.question.type))
    names.explore(following(zone, names.found))
    return said | {key: names.found[key] for key in keys if key in names.found}


def _stale(zone: str, file: _Sets, lasting: Iterable[SetKey], served: Mapping[SetKey, Held | None]) -> set[SetKey]:
    """Return the sets of a file that are served otherwise, or no more."""
    found = set()
    for key in lasting:
        if key in served and not (key[0] == zone and key[1] in _OF_SERVERS):
            held = served[key]
            if held is None or held.values != file[key].values:
                found.add(key)
    return found


def _added(zone: str, file: _Sets, served: _Sets) -> set[SetKey]:
    """Return the sets that are served, and that a file, which should have all, lacks."""
    return {
        (name, type)
        for (name, type), held in served.items()
        if (name, type) not in file
        and not (name == zone and type in _OF_SERVERS)
        and not any(is_leftover(_as_record(name, type, value)) for value in held.values)
    }


def _as_record(name: str, type: str, value: str) -> Record:
    return Record(f"{name}.", None, type, f"{value}." if type == "CNAME" else value)


def _wildcard_of(zone: str, sets: _Sets) -> dict[str, Held]:
    return {type: held for (name, type), held in sets.items() if name == f"*.{zone}"}


def _sources(
    wanted: Wanted, file: _Sets, whole: Transferred | None, transferred: _Sets, names: NamesAsked
) -> tuple[Source, ...]:
    found = []
    if wanted.zone is not None:
        found.append(Source("file", wanted.zone_source, len(file), is_whole(wanted) and bool(file)))
    if whole:
        found.append(Source("transfer", whole.server.address, len(transferred), complete=True))
    for server in names.servers:
        found.append(Source("asked", server.address, names.given[server.address], complete=False))
    return tuple(found)
