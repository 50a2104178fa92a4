"""Sites as their old and new servers show them, with the name forced: nothing is looked up, nobody else is spoken to.

A connection goes to the address that is told, for the site's name (SNI and Host). Redirects are resolved here: one to a
site of the look is gone to at the same side's server, one elsewhere is told.
"""

import asyncio
import re
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from core.cutover.asking.certificates import checking
from core.cutover.asking.default_pages import DefaultPages
from core.cutover.asking.fetching import Answer, Door, fetch
from core.cutover.asking.page_text import read_page
from core.cutover.asking.redirects import STATUSES, Ports, Where, leads_to
from core.cutover.probes import Certificate, Hop, Page, Side
from core.cutover.settings import CONNECTIONS, PAGE_SECONDS, REDIRECTS, Targets

AT_ONE_SERVER = 6
"""Connections at once to a server, as many as a browser makes: some shut out whoever makes more."""

_HSTS_AGE = re.compile(rb'(?:^|;)\s*max-age\s*=\s*"?([0-9]{1,12})', re.IGNORECASE)
_HSTS_READ = 500
# What a handshake can be asked for: labels of at most 63 letters (RFC 1035 s. 2.3.4).
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")


class Site(NamedTuple):
    """A site that moves: its name (A-labels, lower case) and its server's address at each side, blank: not known."""

    name: str
    old: str = ""
    new: str = ""

    def address(self, side: Side) -> str:
        """Return its server's address at a side."""
        return self.old if side == "old" else self.new


def pages(
    sites: Sequence[Site],
    targets: Targets,
    *,
    defaults: DefaultPages,
    trust: str | None = None,
    port_http: int = 80,
    port_https: int = 443,
    also: Sequence[Site] = (),
    seen: Callable[[Page], None] | None = None,
    patience: float = PAGE_SECONDS,
) -> tuple[Page, ...]:
    """Return what each site shows at each side whose address is known: over TLS, then without, old before new.

    `defaults`: what empty pages say; `trust`: a file of authorities (PEM) instead of those that browsers know; `also`:
    sites that are not shown, but that redirects may lead to; `seen` is told each page as it comes; `patience`: seconds
    for a page with its redirects. Runs a loop of its own in this thread. Raises OSError where `trust` cannot be read;
    what servers do is never an error.
    """
    known = {site.name: site for site in (*also, *sites)}
    look = _Look(known, targets, defaults, checking(trust), Ports(port_http, port_https), patience)
    return asyncio.run(look.all(dict.fromkeys(site.name for site in sites), seen or (lambda page: None)))


@dataclass
class _Walk:
    """A page on its way: the answers along it."""

    site: str
    where: Where
    answer: Answer = field(default_factory=Answer)
    hops: list[Hop] = field(default_factory=list)
    certificate: Certificate | None = None
    hsts: int | None = None


@dataclass(frozen=True)
class _Look:
    sites: dict[str, Site]
    targets: Targets
    defaults: DefaultPages
    checking: ssl.SSLContext
    ports: Ports
    patience: float

    async def all(self, names: Iterable[str], seen: Callable[[Page], None]) -> tuple[Page, ...]:
        room = asyncio.Semaphore(CONNECTIONS)
        at_one: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONE_SERVER))

        async def one(site: Site, side: Side, secure: bool) -> Page:
            async with at_one[site.address(side)], room:
                page = await self._page(site, side, secure)
            seen(page)
            return page

        sides: tuple[Side, ...] = ("old", "new")
        return tuple(
            await asyncio.gather(
                *(
                    one(site, side, secure)
                    for site in (self.sites[name] for name in names)
                    for side in sides
                    for secure in (True, False)
                    if site.address(side)
                )
            )
        )

    async def _page(self, site: Site, side: Side, secure: bool) -> Page:
        walk = _Walk(site.name, Where(secure, site.name))
        if not self._may_go(site.name, side):
            walk.answer.failure = "not_asked"
        else:
            try:
                async with asyncio.timeout(self.patience):
                    await self._go(walk, side)
            except TimeoutError:
                walk.answer.failure = "timeout"
        return self._told(site, side, secure, walk)

    def _may_go(self, name: str, side: Side) -> bool:
        """Tell whether a host may be spoken to: a site of the look, at an address that may be asked."""
        site = self.sites.get(name)
        if not site or not _NAME.fullmatch(name):
            return False
        return self.targets.may_be_asked(site.address(side))

    async def _go(self, walk: _Walk, side: Side) -> None:
        been: list[Where] = []
        while True:
            been.append(walk.where)
            await self._ask(walk, side, first=len(been) == 1)
            location = walk.answer.headers.get("location")
            if walk.answer.status not in STATUSES or not location:
                return
            led = leads_to(walk.where, location, self.ports)
            goes = led.to is not None and led.to not in been and len(been) <= REDIRECTS
            followed = goes and led.to is not None and self._may_go(led.to.host, side)
            walk.hops.append(Hop(walk.answer.status, led.told, followed))
            if not followed or led.to is None:
                return
            walk.where = led.to

    async def _ask(self, walk: _Walk, side: Side, first: bool) -> None:
        where, walk.answer = walk.where, Answer()
        port = self.ports.https if where.secure else self.ports.http
        try:
            await fetch(Door(self.sites[where.host].address(side), port, self.checking), where, walk.answer)
        finally:
            # Also where patience ends: a certificate that was seen is told.
            if first:
                walk.certificate = walk.answer.certificate
            if walk.hsts is None and where.host == walk.site:
                walk.hsts = _hsts(walk.answer)

    def _told(self, site: Site, side: Side, secure: bool, walk: _Walk) -> Page:
        answer = walk.answer
        read = read_page(bytes(answer.body), answer.headers.get("content-type", b"").decode("ascii", "replace"))
        return Page(
            site=site.name,
            side=side,
            address=site.address(side),
            secure=secure,
            failure=answer.failure,
            status=answer.status,
            hops=tuple(walk.hops),
            title=read.title,
            length=len(answer.body),
            words=read.words,
            text=read.text,
            certificate=walk.certificate,
            hsts=walk.hsts,
            default=self.defaults.whose(walk.where.host, read.title, read.text),
            cut=answer.cut,
        )


def _hsts(answer: Answer) -> int | None:
    """Return for how long browsers will insist on TLS, in seconds; RFC 6797 s. 8.1: only a good connection says so."""
    if not answer.certificate or not answer.certificate.fits:
        return None
    found = _HSTS_AGE.search(answer.headers.get("strict-transport-security", b"")[:_HSTS_READ])
    return int(found[1]) if found else None
