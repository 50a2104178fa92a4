"""Sites at names that move and that no list names: what their old servers show today, and what the new ones show.

A server that shows for a name what it shows for any (a random one) has no site of that name, unless it is the domain's
own. At names of the mail and of panels, where servers also show the domain's site, that is none of theirs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.cutover.asking.web import Site
from core.cutover.asking.wildcards import random_label
from core.cutover.finding import Finding
from core.cutover.judging.likeness import ALIKE, likeness
from core.cutover.judging.sites import answered
from core.cutover.judging.told import listed
from core.cutover.probes import Failure, Page

ROUNDS = 4
"""Addresses of a site on the new side that are spoken to."""

_SHUT: frozenset[Failure] = frozenset(("refused", "timeout", "unreachable", "not_asked"))
_NO_WEB: frozenset[Failure] = frozenset(("refused", "tls", "not_spoken"))
"""Failures of a server that is there, and surely has no site in HTTP."""


class Moving(NamedTuple):
    """A name that moves: its old address and its new ones; `service`: it is the mail's, a panel's or a server's."""

    name: str
    old: str
    new: tuple[str, ...]
    service: bool = False


Fetch = Callable[[Sequence[Site], Sequence[Site]], tuple[Page, ...]]
"""Returns the pages of the first sites, as `web.pages` does; redirects are gone after to the second, too."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of it. `rounds`: pages of names that have a site, as of listed ones; `findings`: what is not compared.

    `services`: those of the names that are the mail's, a panel's or a server's.
    """

    rounds: tuple[tuple[Page, ...], ...] = ()
    services: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def shown(zone: str, moving: Sequence[Moving], listed_sites: Sequence[Site], fetch: Fetch) -> Shown:
    """Return what names of a zone show; `listed_sites`: those that are looked at anyhow, and redirects may lead to."""
    if not moving:
        return Shown()
    also = (*listed_sites, *sites(moving))
    usual = _Usual.seen(zone, moving, listed_sites, also, fetch)
    there = [one for one in moving if one.old in usual.open]
    old = fetch([Site(one.name, old=one.old) for one in there], also)
    of_name: dict[str, list[Page]] = {one.name: [] for one in moving}
    for page in old:
        of_name[page.site].append(page)
    silent = [one.name for one in moving if not one.service and usual.is_silent(one, of_name[one.name])]
    own = [one for one in there if usual.has_site(one, of_name[one.name])]
    any_name = [one.name for one in there if usual.is_unclear(one, of_name[one.name])]
    rounds = [tuple(page for one in own for page in of_name[one.name])] if own else []
    for number in range(ROUNDS):
        some = [Site(one.name, new=one.new[number]) for one in own if number < len(one.new)]
        pages = fetch(some, also) if some else ()
        rounds[number : number + 1] = [(*rounds[number], *pages)] if number < len(rounds) else [pages] if pages else []
    findings = [Finding("not_all_asked", one.name) for one in own if len(one.new) > ROUNDS]
    findings += [Finding("web_names_silent", zone, {"names": listed(silent)})] if silent else []
    findings += [Finding("web_any_name", zone, {"names": listed(any_name)})] if any_name else []
    return Shown(tuple(rounds), frozenset(one.name for one in own if one.service), tuple(findings))


def sites(moving: Sequence[Moving]) -> tuple[Site, ...]:
    """Return names that move as sites, with the first of their new addresses."""
    return tuple(Site(one.name, one.old, next(iter(one.new), "")) for one in moving)


@dataclass(frozen=True, slots=True)
class _Usual:
    """What old servers show for any name, by address and whether over TLS, and what the domain shows itself."""

    any: Mapping[tuple[str, bool], Page]
    apex: Mapping[bool, Page]

    @classmethod
    def seen(
        cls, zone: str, moving: Sequence[Moving], listed_sites: Sequence[Site], also: Sequence[Site], fetch: Fetch
    ) -> "_Usual":
        random = {f"{random_label()}.{zone}": one for one in dict.fromkeys(one.old for one in moving)}
        own = [Site(one.name, old=one.old) for one in listed_sites if one.name == zone and one.old][:1]
        pages = fetch([*(Site(name, old=address) for name, address in random.items()), *own], also)
        return cls(
            {(page.address, page.secure): page for page in pages if page.site != zone},
            {page.secure: page for page in pages if page.site == zone},
        )

    @property
    def open(self) -> frozenset[str]:
        """Addresses where something takes connections."""
        return frozenset(address for (address, _), page in self.any.items() if page.failure not in _SHUT)

    def is_silent(self, one: Moving, pages: Sequence[Page]) -> bool:
        """Tell whether nobody knows if a name has a site: its server may have one, and did not answer."""
        said = pages or [page for (address, _), page in self.any.items() if address == one.old]
        if any(map(answered, said)) or all(page.failure in _NO_WEB for page in said):
            return False
        return not pages or not all(page.failure == self.any[one.old, page.secure].failure for page in pages)

    def has_site(self, one: Moving, pages: Sequence[Page]) -> bool:
        """Tell whether a server has a site of a name."""
        said = [page for page in pages if answered(page)]
        if one.service and all(self._is_apex(page) or _is_nothing(page) for page in said):
            return False
        return bool(said) and (self._is_known(pages) or (not one.service and self._is_domains(said)))

    def is_unclear(self, one: Moving, pages: Sequence[Page]) -> bool:
        """Tell whether a server shows something for a name, but the same for any other."""
        said = [page for page in pages if answered(page)]
        shows = any(not _is_nothing(page) for page in said)
        return shows and not one.service and not self.has_site(one, pages)

    def _is_known(self, pages: Sequence[Page]) -> bool:
        """Tell whether a server shows for a name what it does not for any, or has a good certificate for it only."""
        for page in pages:
            usual = self.any[page.address, page.secure]
            if _is_good(page) and not _is_good(usual):
                return True
            if answered(page) and not _is_alike(page, usual):
                return True
        return False

    def _is_domains(self, said: Sequence[Page]) -> bool:
        """Tell whether a server shows the domain's own site for any name: then it is meant for this one, too."""
        return any(self._is_apex(page) and not _is_nothing(page) for page in said)

    def _is_apex(self, page: Page) -> bool:
        apex = self.apex.get(page.secure)
        return apex is not None and _is_alike(page, apex)


def _is_good(page: Page) -> bool:
    return page.certificate is not None and page.certificate.fits


def _is_nothing(page: Page) -> bool:
    """Tell whether a page is a server's own: an error, or a panel's empty one."""
    return bool(page.default) or page.status is None or page.status >= 400


def _is_alike(one: Page, other: Page) -> bool:
    """Tell whether a server shows two names the same; their own name in a redirect's target is no difference."""
    if not answered(other) or one.status != other.status or _hops(one) != _hops(other):
        return False
    return (bool(one.default) and one.default == other.default) or likeness(one.words, other.words) >= ALIKE


def _hops(page: Page) -> list[tuple[int, str]]:
    return [(hop.status, hop.to.replace(page.site, "")) for hop in page.hops]
