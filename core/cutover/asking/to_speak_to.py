"""Whom a look speaks to: which sites at which addresses on both sides, which mail servers, which mailboxes where."""

import hashlib
import socket
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.cutover.asking.addresses_of import AddressesOf, Found, MailHosts
from core.cutover.asking.moving_sites import ROUNDS, Moving
from core.cutover.asking.web import Site
from core.cutover.finding import Finding
from core.cutover.judging.panel_names import is_normal
from core.cutover.judging.told import listed
from core.cutover.result import Compared
from core.cutover.settings import MOVING_MAX, Targets
from core.cutover.wanted import Wanted
from core.dns.judging.aliases import inside
from core.dns.observation import ADDRESSES

MAIL_HOSTS = 10
"""Mail hosts of a zone that are spoken to, the most wanted of the domain first."""

Host = tuple[str, str]
"""A host's name and one of its addresses."""


@dataclass(slots=True)
class ToSpeakTo:
    """What a look speaks to.

    `sites`: round by round, each site once in a round, as its name may have many addresses on the new side. `moving`:
    other names that move; where the old server shows a site for one, that is looked at likewise. `mail`,
    `old_mail`: hosts of the zone's MX on the new and the old side, with each of their addresses. `mail_hosts`: the
    addresses of the new MX hosts, () where one has none; without those that nobody knows. `without_mx`: of `mail` the
    domain itself, which takes mail for want of an MX on either side, if it does. `mailboxes`: by the server that takes
    them. `unreachable`: mailboxes that have no server to be asked. `findings`: what is left out, and why.
    """

    sites: Sequence[Sequence[Site]] = ()
    moving: Sequence[Moving] = ()
    mail: Sequence[Host] = ()
    old_mail: Sequence[Host] = ()
    mail_hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without_mx: frozenset[str] = frozenset()
    mailboxes: Mapping[Host, list[str]] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def to_speak_to(wanted: Wanted, finder: AddressesOf, targets: Targets, compared: Iterable[Compared] = ()) -> ToSpeakTo:
    """Return whom to speak to for a domain; `compared`: what its names became, of which those that move may be sites.

    Mail that stays where it is, at somebody else's, is left alone.
    """
    found = ToSpeakTo()
    domains = finder.mail_domains()
    sites = (wanted.name, f"www.{wanted.name}", *wanted.sites)
    finder.ask_ahead((*((name, type) for name in sites for type in ADDRESSES), *((name, "MX") for name in domains)))
    found.sites = _rounds(tuple(_sites(wanted, finder, found.findings)))
    hosts, known = _mail_hosts(domains, finder, new=True)
    if not known:
        found.findings.append(Finding("mail_not_seen", wanted.name))
    finder.ask_ahead((host, type) for host in hosts[:MAIL_HOSTS] for type in ADDRESSES)
    places = {host: finder.new_side(host) for host in hosts[:MAIL_HOSTS]}
    # Of a host that is left out here the mail's law says that nobody knows.
    found.mail_hosts = {host: place.addresses for host, place in places.items() if place.known or place.addresses}
    mail = _pairs(places)
    old_hosts, _ = _mail_hosts(domains, finder, new=False)
    old_places = {host: finder.old_side(host) for host in old_hosts[:MAIL_HOSTS]}
    old_mail = _pairs(old_places)
    partial = {wanted.name} if max(len(hosts), len(old_hosts)) > MAIL_HOSTS else set()
    # One that is the same on both sides stays, and is no matter of the switch.
    partial |= {host for host, place in places.items() ^ old_places.items() if place.partial}
    found.findings += [Finding("not_all_asked", name) for name in sorted(partial)]
    found.without_mx = _without_mx(wanted, finder)
    found.mail = tuple(
        one for one in mail if one not in old_mail or (targets.are_ours(one[1]) and one[0] not in found.without_mx)
    )
    # A server of the old side is only looked at beside a new one.
    found.old_mail = tuple(one for one in old_mail if one not in mail) if found.mail else ()
    found.moving = tuple(_moving(wanted, finder, compared, (*mail, *old_mail), found.findings))
    _mailboxes(wanted, finder, targets, found)
    _without_ipv6(wanted.name, found)
    return found


def _sites(wanted: Wanted, finder: AddressesOf, findings: list[Finding]) -> Iterator[tuple[str, Found, Found]]:
    """Yield the apex, www and the sites of the lists, with their addresses on both sides."""
    usual = (wanted.name, f"www.{wanted.name}")
    for name in dict.fromkeys((*usual, *wanted.sites)):
        if not inside(name, wanted.name):
            findings.append(Finding("site_elsewhere", name))
            continue
        old, new = finder.old_side(name), finder.new_side(name)
        if not new.addresses and not (old.known and new.known):
            findings.append(Finding("site_not_seen", name))
        if new != old and (len(new.addresses) > ROUNDS or new.partial):
            findings.append(Finding("not_all_asked", name))
        if old.addresses or new.addresses:
            yield name, old, new
        elif new.known and old.known and name not in usual:
            findings.append(Finding("site_unknown", name))


def _moving(
    wanted: Wanted,
    finder: AddressesOf,
    compared: Iterable[Compared],
    mail: Collection[Host],
    findings: list[Finding],
) -> Iterator[Moving]:
    """Yield the names of the zone that get another address, without sites of the lists; `mail`: its mail hosts.

    Those at machines of the mail alone are the mail's, whatever they are called.
    A wildcard's addresses are those of a name that nobody has; the same in every look, as their results are compared.
    """
    label = f"x{hashlib.sha256(wanted.name.encode()).hexdigest()[:15]}"
    any_name = f"{label}.{wanted.name}" if finder.old.wildcard else ""
    machines = {address for _, address in mail} - {*finder.old_side(wanted.name).addresses}
    services = {*(host for host, _ in mail), *(value for held in _of_type(finder, "NS") for value in held)}
    names = finder.moving(compared) - {wanted.name, f"www.{wanted.name}", *wanted.sites}
    services |= {name for name in names if is_normal(wanted.name, name, "A")}
    # Where there are too many, sites are nearer to the domain than machines, and panels' names not missed.
    ranked = sorted(names, key=lambda name: (name in services, name.count("."), name))
    ranked = [any_name, *ranked] if any_name else ranked
    if left := ranked[MOVING_MAX:]:
        findings.append(Finding("web_names_left", wanted.name, {"names": listed(left), "max": MOVING_MAX}))
    finder.ask_ahead((name, type) for name in ranked[:MOVING_MAX] for type in ADDRESSES)
    unseen = []
    for name in ranked[:MOVING_MAX]:
        old, new = finder.old_side(name), finder.new_side(name)
        is_service = name in services or (bool(old.addresses) and machines.issuperset(old.addresses))
        came = [address for address in new.addresses if address not in old.addresses]
        left_behind = sorted(old.addresses, key=lambda address: address in new.addresses)
        before = next(filter(_reached, left_behind), "")
        after = tuple(filter(_reached, came))
        if new.partial:
            findings.append(Finding("not_all_asked", name))
        if before and after:
            yield Moving(name, before, after, is_service, name == any_name)
        elif (came or not new.known) and not is_service:
            unseen.append(name)
    if unseen:
        findings.append(Finding("web_names_silent", wanted.name, {"names": listed(unseen)}))


def _of_type(finder: AddressesOf, type: str) -> Iterator[tuple[str, ...]]:
    return (held.values for (_, kind), held in finder.old.sets.items() if kind == type)


def _rounds(sites: Sequence[tuple[str, Found, Found]]) -> tuple[tuple[Site, ...], ...]:
    """Return the sites round by round, an address of the new side in each; the old side is looked at in the first."""
    rounds = []
    for number in range(ROUNDS):
        some = tuple(
            Site(
                name, next(iter(old.addresses), "") if number == 0 else "", "".join(new.addresses[number : number + 1])
            )
            for name, old, new in sites
            if number < max(1, len(new.addresses))
        )
        if some:
            rounds.append(some)
    return tuple(rounds)


def _without_ipv6(name: str, found: ToSpeakTo) -> None:
    """Leave IPv6 addresses out where none can be reached from here, and say so: their servers are not to blame."""
    new = [(site.name, site.new) for some in found.sites for site in some if site.new] + [*found.mail]
    reached = {host for host, address in new if _reached(address)}
    unreached = dict.fromkeys(host for host, _ in new if host not in reached)
    found.findings += [Finding("only_ipv6_not_seen", host) for host in unreached]
    if any(host in reached and not _reached(address) for host, address in new):
        found.findings.append(Finding("ipv6_not_seen", name))
    found.sites = tuple(filter(None, map(_reached_sites, found.sites)))
    found.mail, found.old_mail = (tuple(o for o in some if _reached(o[1])) for some in (found.mail, found.old_mail))


def _reached_sites(sites: Sequence[Site]) -> tuple[Site, ...]:
    there = [one for one in sites if not one.new or _reached(one.new)]
    return tuple(one._replace(old=_reached(one.old)) for one in there)


def _reached(address: str) -> str:
    return address if ":" not in address or _has_way(address) else ""


def _has_way(address: str) -> bool:
    """Tell whether the system knows a way to an address: connecting a socket of datagrams sends nothing."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as made:
            made.connect((address, 443))
    except OSError:
        return False
    return True


def _mail_hosts(domains: Sequence[str], finder: AddressesOf, *, new: bool) -> tuple[list[str], bool]:
    """Return the hosts that take mail of these domains, the first one's before others', and whether all is known."""
    each = [finder.mail_hosts(domain, new=new) for domain in domains]
    hosts = dict.fromkeys(host for one in each for host in one.hosts)
    return [*hosts], all(one.known for one in each)


def _without_mx(wanted: Wanted, finder: AddressesOf) -> frozenset[str]:
    """Return the domain's name where neither side has an MX for it: perhaps nobody takes mail there, or its address.

    Where the lists have a mailbox in it, it is a mail host like any other.
    """
    name = wanted.name
    sides = [finder.mail_hosts(name, new=new) for new in (False, True)]
    listed = any(mailbox.rpartition("@")[2] == name for mailbox in wanted.mailboxes)
    itself = all(side == MailHosts((name,)) for side in sides)
    return frozenset((name,)) if itself and not listed else frozenset()


def _pairs(places: Mapping[str, Found]) -> tuple[Host, ...]:
    return tuple((host, address) for host, place in places.items() for address in place.addresses)


def _mailboxes(wanted: Wanted, finder: AddressesOf, targets: Targets, found: ToSpeakTo) -> None:
    by_domain: dict[str, list[str]] = {}
    for mailbox in wanted.mailboxes:
        by_domain.setdefault(mailbox.rpartition("@")[2], []).append(mailbox)
    by_server: dict[Host, list[str]] = {}
    for domain, some in by_domain.items():
        if not inside(domain, wanted.name):
            found.findings += [Finding("mailbox_elsewhere", one) for one in some]
            continue
        hosts = finder.mail_hosts(domain, new=True).hosts[:MAIL_HOSTS]
        pairs = _pairs({host: finder.new_side(host) for host in hosts})
        # The most wanted of ours: it may stand behind a filter of somebody else's.
        server = next((one for one in pairs if targets.are_ours(one[1])), next(iter(pairs), None))
        if server is None:
            found.findings.append(Finding("mailboxes_no_server", domain))
            found.unreachable += some
        elif not targets.are_ours(server[1]) and server in _old_pairs(domain, finder):
            found.findings.append(Finding("mailboxes_stay", domain, {"host": server[0]}))
        else:
            by_server.setdefault(server, []).extend(some)
    found.mailboxes = by_server


def _old_pairs(domain: str, finder: AddressesOf) -> tuple[Host, ...]:
    hosts = finder.mail_hosts(domain, new=False).hosts[:MAIL_HOSTS]
    return _pairs({host: finder.old_side(host) for host in hosts})
