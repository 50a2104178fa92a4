"""What is found of web sites: the new servers beside the old ones, as each showed itself with the name forced.

What is as bad on the old server is no fault of the move; what could not be seen there is said, never taken for good.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from core.cutover.finding import Finding
from core.cutover.judging.likeness import ALIKE, likeness
from core.cutover.judging.page_pairs import Pair, compare, failed, failure
from core.cutover.judging.sites import Sites, answered, end
from core.cutover.probes import WHYS, Certificate, Page
from core.ground.messages import Message

ENDS_SOON = dt.timedelta(days=14)
"""A certificate with less than that has not been renewed when it should have been."""

_NAMES_TOLD = 5

_CERTIFICATES = {
    "other_name": "web_certificate_other_name",
    "expired": "web_certificate_expired",
    "self_signed": "web_certificate_self_signed",
    "unknown_issuer": "web_certificate_unknown_issuer",
}
_HAS_NONE = ("refused", "tls", "not_spoken")
_NOBODY_LOOKED = ("not_asked", "unreachable")


def find(pages: Sequence[Page], now: dt.datetime, services: Collection[str] = ()) -> list[Finding]:
    """Return what is found of the pages of a look, each fault once; `now`: when it was (UTC).

    `services`: sites that are the mail's or a panel's: of such a one it is told only that the new server shows another.

    A site without a page of the new side is not judged: that it has no address there is the zones' business. Neither
    is one that stays at its address.
    """
    sites = Sites.of(pages)
    found: dict[tuple[str, str], Finding] = {}
    for site in sites.names:
        of_site = list(_of_site(sites, site, now))
        if site in services and of_site:
            of_site = [Finding("web_service_differs", site, {"what": of_site[0].message})]
        for finding in of_site:
            found.setdefault((finding.tag, finding.name), finding)
    return list(found.values())


def _of_site(sites: Sites, site: str, now: dt.datetime) -> Iterator[Finding]:
    old, new = sites.of_side(site, "old"), sites.of_side(site, "new")
    if not new or (old and old[0].address == new[0].address):
        return  # Not there, or it stays where it is: the switch changes nothing.
    if all(page.failure == "not_asked" for page in new):
        yield _of(new[0], "web_not_asked")
    elif sites.is_silent(site):
        yield from _silent(old, new[0])
    else:
        if old and not any(map(answered, old)):
            blind = any(page.failure in _NOBODY_LOOKED for page in old)
            yield _of(old[0], "web_old_unseen" if blind else "web_old_silent", failure=failure(old[0]))
        yield from _half_seen(sites, site)
        yield from _secured(sites, site, now)
        yield from _pages(sites, site)


def _half_seen(sites: Sites, site: str) -> Iterator[Finding]:
    """Yield what is found where of the old side's two pages one was not seen: the new ones must be one and the same.

    Who refuses the port, or speaks something else there, has no site on it.
    """
    old = sites.of_side(site, "old")
    unseen = [page for page in old if not answered(page) and page.failure not in _HAS_NONE]
    if unseen and any(map(answered, old)):
        secure, plain = (sites.page(site, "new", kind) for kind in (True, False))
        if answered(sites.page(site, "new", unseen[0].secure)) and not _are_one(secure, plain):
            yield _of(unseen[0], "web_old_silent", failure=failure(unseen[0]))


def _are_one(secure: Page | None, plain: Page | None) -> bool:
    """Tell whether a server shows the same with TLS and without, and with a good certificate."""
    if not secure or not plain or secure.failure or plain.failure:
        return False
    good = secure.certificate is not None and secure.certificate.fits
    alike = likeness(secure.words, plain.words) >= ALIKE and secure.default == plain.default
    return good and alike and secure.status == plain.status and end(secure).host == end(plain).host


def _silent(old: Sequence[Page], new: Page) -> Iterator[Finding]:
    """Yield what is found where the new server says nothing."""
    if not old or any(map(answered, old)):
        yield _of(new, "web_no_answer", failure=failure(new), url=f"https://{new.site}/")
    elif not _had_none(old):
        yield _of(new, "web_neither", failure=failure(new), url=f"https://{new.site}/")


def _had_none(old: Sequence[Page]) -> bool:
    """Tell whether the old side surely has no web server: whoever refuses both ports is there."""
    return bool(old) and all(page.failure == "refused" and not page.hops for page in old)


def _unseen(old: Sequence[Page]) -> bool:
    return not any(map(answered, old)) and not _had_none(old)


def _had_tls(old: Page | None) -> bool:
    """Tell whether the old server shows a certificate of the site's: its first one, for another name, is no TLS."""
    return bool(old and old.certificate and old.certificate.why != "other_name")


def _secured(sites: Sites, site: str, now: dt.datetime) -> Iterator[Finding]:
    """Yield what is found of a site's TLS: only where visitors come over it today, or will be sent to it."""
    old, new = sites.page(site, "old", True), sites.page(site, "new", True)
    if new is None:
        return
    needed = site in sites.newly_secure or _unseen(sites.of_side(site, "old"))
    had = old.certificate if old else None
    insists = old.hsts if old else None
    found: Finding | None = None
    if new.certificate is None:
        if new.failure and (needed or _had_tls(old)):
            found = _of(new, "web_no_tls", failure=failure(new))
    elif not new.certificate.fits:
        if needed or (had and had.fits):
            found = _bad(new, new.certificate)
    elif new.certificate.ends and new.certificate.ends - now < ENDS_SOON:
        yield _of(new, "web_certificate_ends", ends=new.certificate.ends, issuer=new.certificate.issuer)
    if found:
        yield found
        if insists:
            yield _of(new, "web_hsts", days=insists // 86_400)


def _bad(page: Page, certificate: Certificate) -> Finding:
    tag = _CERTIFICATES.get(certificate.why, "web_certificate_bad")
    names = ", ".join(certificate.names[:_NAMES_TOLD]) or "–"
    ends = certificate.ends.date() if certificate.ends else "–"
    why = Message(f"cutover.web.why.{certificate.why if certificate.why in WHYS else 'other'}")
    return _of(page, tag, names=names, issuer=certificate.issuer or "–", ends=ends, why=why)


def _pages(sites: Sites, site: str) -> Iterator[Finding]:
    """Yield what is found of a site's pages, each beside the old one of its kind."""
    old = sites.of_side(site, "old")
    if _had_none(old):
        return
    unseen = not any(map(answered, old))
    for secure in (True, False):
        was, new = sites.page(site, "old", secure), sites.page(site, "new", secure)
        if new is None or not (unseen or answered(was) or _had_tls(was)):
            continue
        pair = Pair(None if unseen else was, new, sites)
        if answered(new):
            yield from compare(pair)
        elif not (secure and sites.without_tls(site)):
            yield from failed(pair)


def _of(page: Page, tag: str, **values: object) -> Finding:
    return Finding(tag, page.site, {"address": page.address, **values})
