"""What is asked along with what is wanted: mail hosts, HTTPS beside addresses, and which program a server is.

Each is noted in what the check has heard.
"""

from collections.abc import Iterable, Sequence

from core.dns.asking import probe
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask, ended
from core.dns.asking.round_limit import BESIDE, Ration
from core.dns.judging.aliases import inside
from core.dns.judging.check_so_far import Heard
from core.dns.judging.software import VERSION, says_powerdns
from core.dns.observation import ADDRESSES, Observation, Question, Server

MOST_MAIL_HOSTS = 8
"""Mail hosts whose addresses are watched along with MX."""
MOST_VERSIONS = 64
"""Servers that are asked what program they are, in the life of a check."""


def ask_along(
    heard: Heard,
    ration: Ration,
    resolvers: Sequence[Server],
    said: Iterable[Observation],
    more: Iterable[Server],
) -> Sequence[Observation]:
    """Ask for what goes along with what is wanted: the mail hosts of an MX, and HTTPS beside addresses.

    Whoever reads HTTPS goes where its hints lead (RFC 9460 s. 7.3); resolvers are asked only where there is any.
    `said`: what the zone's servers answered; `more`: those that nobody but the zone told of.
    """
    heard.mail = _mail_hosts(heard, said)
    # One server may be delegated to by two names, and is judged by each.
    own = heard.delegated.servers
    known = {server.address for server in own}
    others = {s.address: s for s in (*heard.old_servers, *heard.awaited, *more) if s.address not in known}
    beside = heard.wish.beside
    along = dict.fromkeys((*heard.along, *beside))
    asks = [Ask(server, question) for server in (*own, *others.values()) for question in along]
    of_resolvers = ration.begun(probe.of_resolvers(heard.along, resolvers))
    theirs = ration.answered(asks, heard.delegated.zone)
    found = ration.ended(of_resolvers)
    there = {o.question for o in theirs if o.values and "AA" in o.flags}
    if new := tuple(question for question in beside if question in there and question not in heard.beside):
        heard.beside = (*heard.beside, *new)
        found += ration.ended(ration.begun(probe.of_resolvers(new, resolvers)))
    return (*theirs, *found)


def ask_programs(heard: Heard, engine: Engine) -> None:
    """Ask the zone's servers that answered, and those of zones that aliases lead to, what program they are."""
    beyond = (server for there in heard.beyond.values() for server in there)
    ours = {*heard.zone_servers, *heard.known, *beyond}
    answered = dict.fromkeys(o.server for o in heard.rounds[-1] if o.failure is None and o.server in ours)
    new = {server.address: server for server in answered if server.address not in heard.powerdns}
    servers = list(new.values())[: max(0, MOST_VERSIONS - len(heard.powerdns))]
    said = ended(engine.ask([Ask(server, VERSION) for server in servers]), BESIDE)
    asked = dict.fromkeys((server.address for server in servers), False)
    heard.powerdns = {**heard.powerdns, **asked, **{o.server.address: True for o in said if says_powerdns(o)}}


def _mail_hosts(heard: Heard, said: Iterable[Observation]) -> tuple[Question, ...]:
    """Return the questions for the addresses of mail hosts in the zone, where MX is wanted.

    A mail move is MX and the addresses of its hosts: MX alone often stays as it is.
    """
    zone, wanted = heard.delegated.zone, Question(heard.wish.name.ascii, "MX")
    if wanted not in heard.wish.wire:
        return heard.mail
    values = {value for o in said if o.question == wanted and "AA" in o.flags for value in o.values or ()}
    hosts = sorted({host for value in values if inside(host := value.rpartition(" ")[2], zone)})
    # One that was named before is watched on: its old address may still be cached.
    asked = [Question(host, type) for host in hosts[:MOST_MAIL_HOSTS] for type in ADDRESSES]
    new = (question for question in asked if question not in heard.wish.questions)
    return tuple(dict.fromkeys((*heard.mail, *new)))[: 2 * MOST_MAIL_HOSTS]
