"""The pages of a look by their sites: who answered, where each ended, what is known of the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from core.cutover.probes import Page, Side


class End(NamedTuple):
    """Where a page's redirects end. `reached`: it was gone to; else it is told only."""

    host: str
    secure: bool
    reached: bool


def end(page: Page) -> End:
    """Return where a page ended: at its site, or where its last redirect leads."""
    if not page.hops:
        return End(page.site, page.secure, True)
    host, secure = _place(page.hops[-1].to)
    return End(host, secure, page.hops[-1].followed)


def answered(page: Page | None) -> bool:
    """Tell whether a server said anything in HTTP."""
    return page is not None and (page.status is not None or bool(page.hops))


def _place(url: str) -> tuple[str, bool]:
    try:
        parts = urlsplit(url)
        return parts.hostname or url, parts.scheme == "https"
    except ValueError:
        return url, False


@dataclass(frozen=True, slots=True)
class Sites:
    """All pages of a look. `newly_secure`: hosts to which redirects lead over TLS at the new side, and no old one."""

    pages: Mapping[tuple[str, Side, bool], Page]
    names: tuple[str, ...]
    old_addresses: frozenset[str]
    newly_secure: frozenset[str]

    @classmethod
    def of(cls, pages: Iterable[Page]) -> "Sites":
        """Sort the pages of a look."""
        pages = list(pages)
        led = {side: {end(page).host for page in pages if page.side == side and _led_to_tls(page)} for side in _SIDES}
        return cls(
            {(page.site, page.side, page.secure): page for page in pages},
            tuple(dict.fromkeys(page.site for page in pages)),
            # What is served from there today, and from another address tomorrow.
            frozenset(page.address for page in pages if page.side == "old")
            - frozenset(page.address for page in pages if page.side == "new"),
            frozenset(led["new"] - led["old"]),
        )

    def page(self, site: str, side: Side, secure: bool) -> Page | None:
        """Return a page, None where the side's address is not known."""
        return self.pages.get((site, side, secure))

    def of_side(self, site: str, side: Side) -> list[Page]:
        """Return the pages of a site at a side."""
        return [page for secure in (True, False) if (page := self.page(site, side, secure))]

    def is_silent(self, site: str) -> bool:
        """Tell whether a site's new server said nothing at all."""
        return not any(map(answered, self.of_side(site, "new")))

    def without_tls(self, site: str) -> bool:
        """Tell whether there is no handshake with a site's new server."""
        page = self.page(site, "new", True)
        return page is not None and not answered(page) and page.certificate is None

    def stays(self, site: str, beside: Page) -> bool:
        """Tell whether a site is still on the old server, where the one `beside` has moved."""
        old, new = self.of_side(site, "old"), self.of_side(site, "new")
        was = {page.address for page in self.of_side(beside.site, "old")}
        return bool(old and new) and old[0].address == new[0].address and beside.address not in was


_SIDES: tuple[Side, ...] = ("old", "new")


def _led_to_tls(page: Page) -> bool:
    return bool(page.hops) and end(page).secure
