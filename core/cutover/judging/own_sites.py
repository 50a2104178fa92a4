"""Whether an old server has a site of a name, or shows it what it shows for any (a random one): then there is none.

The domain's own site under any name is meant for each; at names of the mail and of panels (`service`), where servers
also show it, it is none of theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.cutover.judging.likeness import ALIKE, likeness
from core.cutover.judging.sites import answered
from core.cutover.probes import Failure, Page

_SHUT: frozenset[Failure] = frozenset(("refused", "timeout", "unreachable", "not_asked"))
_NO_WEB: frozenset[Failure] = frozenset(("refused", "tls", "not_spoken"))
"""Failures of a server that is there, and surely has no site in HTTP."""


@dataclass(frozen=True, slots=True)
class OldServers:
    """What old servers show for any name, by address and whether over TLS; and what the domain's own is at its own."""

    any: Mapping[tuple[str, bool], Page]
    apex: Mapping[bool, Page]

    @classmethod
    def of(cls, zone: str, pages: Iterable[Page]) -> "OldServers":
        """Sort pages of random names, one at each address, and of the domain itself."""
        pages = list(pages)
        return cls(
            {(page.address, page.secure): page for page in pages if page.site != zone},
            {page.secure: page for page in pages if page.site == zone},
        )

    @property
    def open(self) -> frozenset[str]:
        """Addresses where something takes connections."""
        return frozenset(address for (address, _), page in self.any.items() if page.failure not in _SHUT)

    def is_silent(self, address: str, pages: Sequence[Page]) -> bool:
        """Tell whether nobody knows if a name has a site: its server may have one, and did not answer.

        `pages`: the name's, none where its address takes no connections at all.
        """
        said = pages or [page for (at, _), page in self.any.items() if at == address]
        if any(map(answered, said)) or all(page.failure in _NO_WEB for page in said):
            return False
        return not pages or any(page.failure != self.any[address, page.secure].failure for page in pages)

    def has_site(self, pages: Sequence[Page], *, service: bool = False, wildcard: bool = False) -> bool:
        """Tell whether a server has a site of the name whose pages these are.

        `wildcard`: the zone has any name, so that visitors come to what the server shows for any.
        """
        if wildcard:
            return any(answered(page) and not _is_nothing(page) for page in pages)
        said = [page for page in pages if answered(page)]
        if service and all(self._is_apex(page) or _is_nothing(page) for page in said):
            return False
        return bool(said) and (self._is_known(pages) or (not service and self._is_domains(said)))

    def shows_any(self, pages: Sequence[Page]) -> bool:
        """Tell whether a server shows something for a name, but the same for any other."""
        shows = any(answered(page) and not _is_nothing(page) for page in pages)
        return shows and not self.has_site(pages)

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
