"""The pages of a look as pairs: a site at the old server beside the same at the new one, and what differs."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from core.cutover.probes import Page

Part = Literal["answer", "redirects", "title", "length", "certificate"]

ODD_LENGTH = 0.1
"""The share of a page's length that may change without being told: hours, counters and tokens do that daily."""


class PagePair(NamedTuple):
    """A page at both sides, None where it was not looked at. `differs`: in what, where both were."""

    site: str
    secure: bool
    old: Page | None
    new: Page | None
    differs: tuple[Part, ...] = ()


def pairs(pages: Iterable[Page]) -> list[PagePair]:
    """Return pages as pairs, in the order of their sites, TLS first; each new address beside the first old one.

    Old addresses that no new page stands beside come after, alone.
    """
    found: dict[tuple[str, bool], tuple[list[Page], list[Page]]] = {}
    for page in pages:
        for secure in (True, False):
            found.setdefault((page.site, secure), ([], []))
        side = found[page.site, page.secure][0 if page.side == "old" else 1]
        if page not in side:
            side.append(page)
    return [pair for (site, secure), (old, new) in found.items() for pair in _pairs(site, secure, old, new)]


def pictured(pairs: Iterable[PagePair], most: int) -> list[PagePair]:
    """Return the pairs that are worth a picture, at most so many: one of each site that answered, TLS before none.

    Those that differ come first.
    """
    of_site: dict[str, PagePair] = {}
    for pair in pairs:
        if any(page and not page.failure for page in (pair.old, pair.new)):
            of_site.setdefault(pair.site, pair)
    return sorted(of_site.values(), key=lambda pair: not pair.differs)[:most]


def _pairs(site: str, secure: bool, old: Sequence[Page], new: Sequence[Page]) -> Iterable[PagePair]:
    first = old[0] if old else None
    for page in new:
        yield PagePair(site, secure, first, page, _differs(first, page) if first else ())
    for page in old[1 if new else 0 :]:
        yield PagePair(site, secure, page, None)


def _differs(old: Page, new: Page) -> tuple[Part, ...]:
    if bool(old.failure) != bool(new.failure):
        return ("answer",)  # What did not come has no title either.
    return tuple(part for part, of in _PARTS.items() if of(old, new))


def _lengths(old: Page, new: Page) -> bool:
    return abs(old.length - new.length) > ODD_LENGTH * max(old.length, new.length)


def _certificates(old: Page, new: Page) -> bool:
    """Tell whether one has a certificate that is good for the name and the other has none that is."""
    good = [bool(page.certificate and page.certificate.fits) for page in (old, new)]
    return good[0] != good[1]


_PARTS: dict[Part, Callable[[Page, Page], bool]] = {
    "answer": lambda old, new: (old.failure, old.status, old.default) != (new.failure, new.status, new.default),
    "redirects": lambda old, new: [one.to for one in old.hops] != [one.to for one in new.hops],
    "title": lambda old, new: old.title != new.title,
    "length": _lengths,
    "certificate": _certificates,
}
