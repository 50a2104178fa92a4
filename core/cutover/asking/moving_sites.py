"""Sites at names that move and that no list names: what their old servers show today, and what the new ones show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.cutover.asking.web import Site
from core.cutover.asking.wildcards import random_label
from core.cutover.finding import Finding
from core.cutover.judging.own_sites import OldServers
from core.cutover.judging.told import listed
from core.cutover.probes import Page

ROUNDS = 4
"""Addresses of a site on the new side that are spoken to."""

Fetch = Callable[[Sequence[Site], Sequence[Site]], tuple[Page, ...]]
"""Returns the pages of the first sites, as `web.pages` does; redirects are gone after to the second, too."""


class Moving(NamedTuple):
    """A name that moves: its old address and its new ones.

    `service`: it is the mail's, a panel's or a server's; `wildcard`: it is any name of a zone that has a wildcard.
    """

    name: str
    old: str
    new: tuple[str, ...]
    service: bool = False
    wildcard: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of it. `rounds`: pages of names that have a site, as of listed ones; `findings`: what is not compared.

    `services`: those of the names that are the mail's, a panel's or a server's.
    """

    rounds: tuple[tuple[Page, ...], ...] = ()
    services: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def sites(moving: Sequence[Moving]) -> tuple[Site, ...]:
    """Return names that move as sites, with the first of their new addresses."""
    return tuple(Site(one.name, one.old, next(iter(one.new), "")) for one in moving)


def shown(zone: str, moving: Sequence[Moving], listed_sites: Sequence[Site], fetch: Fetch) -> Shown:
    """Return what names of a zone show; `listed_sites`: those that are looked at anyhow, and redirects may lead to.

    First each old address is asked for a random name, then names at those where something takes connections, then the
    new addresses of names that have a site.
    """
    if not moving:
        return Shown()
    also = (*listed_sites, *sites(moving))
    random = [Site(f"{random_label()}.{zone}", old=at) for at in dict.fromkeys(one.old for one in moving)]
    apex = [Site(one.name, old=one.old) for one in listed_sites if one.name == zone and one.old]
    servers = OldServers.of(zone, fetch((*random, *apex), also))
    pages: dict[str, list[Page]] = {one.name: [] for one in moving}
    for page in fetch([Site(one.name, old=one.old) for one in moving if one.old in servers.open], also):
        pages[page.site].append(page)
    own = [one for one in moving if servers.has_site(pages[one.name], service=one.service, wildcard=one.wildcard)]
    others = [one.name for one in moving if not one.service and one not in own]
    old_of = {one.name: one.old for one in moving}
    unclear = {
        "web_names_silent": [name for name in others if servers.is_silent(old_of[name], pages[name])],
        "web_any_name": [name for name in others if servers.shows_any(pages[name])],
    }
    rounds = []
    for number in range(ROUNDS):
        some = [Site(one.name, new=one.new[number]) for one in own if number < len(one.new)]
        before = [page for one in own for page in pages[one.name]] if number == 0 else []
        if some:
            rounds.append((*before, *fetch(some, also)))
    return Shown(
        tuple(rounds),
        frozenset(one.name for one in own if one.service),
        (
            *(Finding("not_all_asked", one.name) for one in own if len(one.new) > ROUNDS),
            *(Finding(tag, zone, {"names": listed(names)}) for tag, names in unclear.items() if names),
        ),
    )
