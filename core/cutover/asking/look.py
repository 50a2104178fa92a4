"""A look before the switch, from end to end: what the zones hold, whether the new servers serve it, what follows.

The delegation, the old zone and the new one come one after another, as each says what the next is asked. Then sites,
mail servers and mailboxes are spoken to, all at the same time. A part that could not be done is a finding.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Literal, NamedTuple, TypeVar

from core.cutover.asking import delegation, mail_servers, mailboxes, new_zone, old_zone, web
from core.cutover.asking.addresses_of import AddressesOf, address_ttl, keys_ttl
from core.cutover.asking.default_pages import DefaultPages
from core.cutover.asking.moving_sites import Shown, shown, sites
from core.cutover.asking.to_speak_to import ToSpeakTo, to_speak_to
from core.cutover.asking.web import Site
from core.cutover.finding import Finding
from core.cutover.judging import (
    address_map,
    comparison,
    delegation_findings,
    mail_law,
    mail_server_findings,
    web_findings,
    zone_findings,
)
from core.cutover.judging.said import NewAnswers
from core.cutover.judging.told import folded
from core.cutover.judging.when import find_when, plan
from core.cutover.known_names import KnownName
from core.cutover.probes import Mailbox, Page, Probes, Spoken
from core.cutover.result import Compared, Cutover
from core.cutover.settings import Targets
from core.cutover.wanted import Wanted
from core.cutover.zones import Held, NewZone, OldZone, Parent
from core.dns.asking.engine import Engine
from core.dns.asking.probe import Walk
from core.dns.observation import Server
from core.ground.messages import Message

Stage = Literal["delegation", "old_zone", "new_zone", "addresses", "servers"]
Progress = Callable[[Stage, int, int], None]
"""Told what a look does now: the stage, how much of it is done, and of how much (0: nobody knows)."""

Seen = Callable[[tuple[Compared, ...] | Page | Spoken | Mailbox], None]
"""Told what is certain while a look goes on, from any thread: all records once compared, each answer as it comes. Of
sites those that are listed: of others it is not known yet whether they are any."""

_FAILURES = (OSError, ValueError, RuntimeError)
"""What a part that raises nothing may yet fail with: no thread or socket to be had, a name that cannot be asked."""

_T = TypeVar("_T")


def look(
    wanted: Wanted,
    engine: Engine,
    roots: Sequence[Server],
    known: Sequence[KnownName],
    targets: Targets,
    now: dt.datetime,
    *,
    defaults: DefaultPages,
    agreed: dt.datetime | None = None,
    trust: str | None = None,
    progress: Progress = lambda stage, done, total: None,
    seen: Seen = lambda one: None,
) -> Cutover:
    """Return what a look at a domain found. `now`, `agreed`: UTC; `trust`: a file of authorities, not the system's.

    `defaults`: what the empty pages of panels say. It takes minutes where others' servers are asked at their pace.
    Nobody signs in anywhere, and no mail is sent.
    """
    parts = _Parts(wanted.name)
    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="cutover") as pool:
        progress("delegation", 0, 0)
        nowhere: tuple[Parent, tuple[Server, ...]] = (Parent(), ())
        led = parts.done("delegation", lambda: delegation.delegation(wanted.name, engine, roots), nowhere)
        parent, servers = led[0], tuple(Server("authoritative", one) for one in wanted.old_servers) or led[1]
        keys = pool.submit(keys_ttl, wanted.name, servers, engine, targets)
        progress("old_zone", 0, 0)
        old = old_zone.gather(wanted, known, servers, engine, targets, lambda *said: progress("old_zone", *said))
        named = old.sets.get((old.name, "NS"), Held(())).values
        addresses = pool.submit(address_ttl, dict.fromkeys((*parent.servers, *named)), Walk(engine, roots))
        progress("new_zone", 0, 0)
        new = new_zone.answers(wanted, old, known, engine, targets, lambda *said: progress("new_zone", *said))
        mapping = address_map.propose(old, new, wanted.mapping)
        compared = tuple(comparison.compare(old, new, mapping))
        seen(compared)
        progress("addresses", 0, 0)
        finder = AddressesOf(old, new, engine, targets, Walk(engine, roots))
        spoken_to = ToSpeakTo()
        if not NewAnswers(old.name, new).lacked:  # Else nobody knows where it will be.
            spoken_to = parts.done("addresses", lambda: to_speak_to(wanted, finder, targets, compared), spoken_to)
        progress("servers", 0, 0)
        said = _speak(wanted.name, spoken_to, targets, defaults, trust, pool, parts, seen)
        ttls = [parts.result("times", one, None) for one in (addresses, keys)]
    planned = plan(old, parent, compared, now, agreed, address_ttl=ttls[0], keys_ttl=ttls[1])
    findings = [
        *delegation_findings.find(parent, new, wanted.name),
        *zone_findings.find(old, new, compared, mapping, said.issuers),
        *mail_law.find(old, new, compared, mapping, spoken_to.mail_hosts),
        *(one for pages in said.side_by_side for one in web_findings.find(pages, now, said.services)),
        *said.left_out,
        *mail_server_findings.find(said.mail, said.mailboxes, said.old_mail, without_mx=spoken_to.without_mx),
        *folded(spoken_to.findings),
        *find_when(planned, now, wanted.name),
        *parts.failed,
    ]
    pages = tuple(page for pages in said.rounds for page in pages)
    unreachable = (Mailbox(one, "", "unknown") for one in spoken_to.unreachable)
    return Cutover(
        name=wanted.name,
        at=now,
        new_servers=wanted.new_servers,
        complete=old.complete,
        asked=old.asked,
        sources=old.sources,
        records=compared,
        probes=Probes(pages, said.mail, (*said.mailboxes, *unreachable)),
        findings=tuple(_once(findings)),
        plan=planned,
        mapping=mapping,
        digest=digest(old, new),
    )


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield each finding once: of a site with many addresses the old side is looked at many times."""
    seen: list[Finding] = []
    for one in findings:
        if one not in seen:
            seen.append(one)
            yield one


def digest(old: OldZone, new: NewZone) -> str:
    """Return a digest of the data of both zones (SHA-256, hexadecimal): another one where a record changed.

    Neither TTLs, as lowering them is part of a switch, nor NS and SOA of the apex, which change by themselves.
    """
    apart = {(old.name, "NS"), (old.name, "SOA")}
    was = sorted((*key, sorted(held.values)) for key, held in old.sets.items() if key not in apart)
    given: list[tuple[str, str, list[list[str]]]] = []
    for key, said in new.answers.items():
        own = {
            (rrset.type, *sorted(rrset.values))
            for o in said
            for rrset in o.answer
            if rrset.name == key[0] and rrset.type in (key[1], "CNAME")
        }
        if own and key not in apart:
            given.append((*key, [list(one) for one in sorted(own)]))
    return hashlib.sha256(json.dumps([was, sorted(given)]).encode()).hexdigest()


@dataclass(slots=True)
class _Parts:
    """The parts of a look that could not be done, as findings."""

    name: str
    failed: list[Finding] = field(default_factory=list)

    def done(self, part: str, work: Callable[[], _T], without: _T) -> _T:
        """Return what a part came to; where it fails, note that and return what stands for nothing."""
        try:
            return work()
        except _FAILURES as error:
            # What an error says may hold what a server said: its kind is enough to look for it.
            detail = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            values = {"part": Message(f"cutover.part.{part}"), "detail": detail}
            self.failed.append(Finding("part_failed", self.name, values))
            return without

    def result(self, part: str, future: "Future[_T]", without: _T) -> _T:
        """Return what a part that was begun comes to."""
        return self.done(part, future.result, without)


class _Said(NamedTuple):
    """What was said: pages round by round, mail servers of the new side and the old one, mailboxes.

    `services`: sites that are the mail's, a panel's or a server's; `left_out`: of names whose pages are not compared.
    """

    rounds: tuple[tuple[Page, ...], ...]
    services: frozenset[str]
    left_out: tuple[Finding, ...]
    mail: tuple[Spoken, ...]
    old_mail: tuple[Spoken, ...]
    mailboxes: tuple[Mailbox, ...]

    @property
    def issuers(self) -> dict[str, str]:
        """Who issued the certificate that the new side has for a site, where it has one: CAA must allow them."""
        new = [page for pages in self.rounds for page in pages if page.side == "new" and page.certificate]
        return {page.site: page.certificate.issuer for page in new if page.certificate and page.certificate.fits}

    @property
    def side_by_side(self) -> Iterator[tuple[Page, ...]]:
        """The pages of each round beside those of the old side, which is looked at in the first one only."""
        old = [page for page in self.rounds[0] if page.side == "old"] if self.rounds else []
        yield from self.rounds[:1]
        for pages in self.rounds[1:]:
            sites = {page.site for page in pages}
            yield (*(page for page in old if page.site in sites), *pages)


def _speak(
    zone: str,
    to: ToSpeakTo,
    targets: Targets,
    defaults: DefaultPages,
    trust: str | None,
    pool: ThreadPoolExecutor,
    parts: _Parts,
    seen: Seen,
) -> _Said:
    """Return what sites, mail servers and mailboxes said: all spoken to at the same time."""
    listed = to.sites[0] if to.sites else ()
    also = sites(to.moving)

    def fetch(some: Sequence[Site], also: Sequence[Site], told: Seen | None = None) -> tuple[Page, ...]:
        return web.pages(some, targets, defaults=defaults, trust=trust, also=also, seen=told)

    rounds = [pool.submit(fetch, some, also, seen) for some in to.sites]
    of_names = pool.submit(shown, zone, to.moving, listed, fetch)
    mail = pool.submit(mail_servers.speak, to.mail, targets, trust=trust, seen=seen)
    old_mail = pool.submit(mail_servers.speak, to.old_mail, targets, trust=trust)
    boxes = [pool.submit(mailboxes.ask, some, server, targets, seen=seen) for server, some in to.mailboxes.items()]
    said: list[Mailbox] = []
    nothing: tuple[Mailbox, ...] = ()
    for asked in boxes:
        told = parts.result("mailboxes", asked, nothing)
        said += told
    no_pages: tuple[Page, ...] = ()
    none: tuple[Spoken, ...] = ()
    of_sites = [parts.result("pages", pages, no_pages) for pages in rounds]
    moved = parts.result("pages", of_names, Shown())
    return _Said(
        tuple((*some, *more) for some, more in zip_longest(of_sites, moved.rounds, fillvalue=no_pages)),
        moved.services,
        moved.findings,
        parts.result("mail", mail, none),
        parts.result("old_mail", old_mail, none),
        tuple(said),
    )
