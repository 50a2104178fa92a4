"""A page of the new server beside the old server's: what is worse there, and what is only otherwise."""

from collections.abc import Iterator
from typing import NamedTuple

from core.cutover.finding import Finding
from core.cutover.judging.likeness import ALIKE, likeness
from core.cutover.judging.sites import End, Sites, end
from core.cutover.probes import Page
from core.cutover.settings import REDIRECTS
from core.ground.messages import Message

MISDIRECTED = 421
"""RFC 9110 s. 15.5.20: the server says that it is not the one for this name."""

_TURNED_AWAY = (403, 429)
"""By these a guard of the old server may mean us, and the new one that its folder is empty: so their words tell."""

_LOST = ("web_server_error", "web_client_error")


class Pair(NamedTuple):
    """A page at both sides. `old`: None where the old side was not seen, so that the new one is judged alone."""

    old: Page | None
    new: Page
    sites: Sites


def compare(pair: Pair) -> Iterator[Finding]:
    """Yield what is found of a page; `name` of each is the host at which it is so."""
    old, new, _ = pair
    if new.failure:
        yield from failed(pair)
    elif _loops(pair.sites, new):
        yield _found(
            "web_error_both" if old and _loops(pair.sites, old) else "web_redirect_loop", new, status=new.status
        )
    elif not end(new).reached:
        yield from _led_away(pair)
    else:
        away = list(_elsewhere(pair))
        yield from away
        yield from _shown(pair, bool(away))


def failed(pair: Pair) -> Iterator[Finding]:
    """Yield what is found of a page that did not come, or not wholly."""
    old, new, sites = pair
    last = end(new)
    if new.status is not None:
        alike = bool(old and old.failure) or new.failure == "not_spoken"
        yield _found("web_unreadable" if alike else "web_broken_off", new, failure=failure(new))
    elif old and old.failure:
        yield _found("web_neither", new, failure=failure(new))
    elif sites.is_silent(last.host):
        yield _found("web_no_answer", new, failure=failure(new))
    elif last.secure and sites.without_tls(last.host):
        # That is told once, of whoever is led there.
        yield _found("web_no_tls", new, failure=failure(new))
    else:
        yield _found("web_no_answer" if last.secure else "web_no_http", new, failure=failure(new))


def failure(page: Page) -> Message:
    """Return how a server failed, in words."""
    return Message(f"cutover.web.failure.{page.failure}")


def _found(tag: str, page: Page, **values: object) -> Finding:
    last = end(page)
    return Finding(tag, last.host, {"url": _url(last), "address": page.address, **values})


def _url(last: End) -> str:
    return f"{'https' if last.secure else 'http'}://{last.host}/"


def _loops(sites: Sites, page: Page) -> bool:
    """Tell whether redirects come to no end: one leads to where they have been, or there are too many."""
    if not page.hops or end(page).reached:
        return False
    been = {_url(End(page.site, page.secure, True)), *(hop.to for hop in page.hops[:-1])}
    return page.hops[-1].to in been or (len(page.hops) > REDIRECTS and end(page).host in sites.names)


def _led_away(pair: Pair) -> Iterator[Finding]:
    """Yield what is found of a redirect that nobody went after."""
    old, new, sites = pair
    to, host = new.hops[-1].to, end(new).host
    was = end(old) if old else None
    if was and was.host == host and not was.reached:
        return  # Both lead out, to the same.
    if host in sites.old_addresses:
        yield Finding("web_redirect_old", new.site, {"to": to, "address": new.address})
    elif host in sites.names or (was and was.host == host):
        yield Finding("web_redirect_unseen", new.site, {"to": to, "address": new.address})
    else:
        yield Finding("web_redirect_away", new.site, {"to": to, "address": new.address})


def _elsewhere(pair: Pair) -> Iterator[Finding]:
    """Yield what is found where both ended, but not at the same."""
    old, new, sites = pair
    if not old or old.failure or _loops(sites, old):
        return
    was, now = end(old), end(new)
    values = {"was": _url(was), "to": _url(now), "address": new.address}
    if was.host != now.host:
        tag = "web_redirect_old" if new.hops and sites.stays(now.host, new) else "web_redirect_differs"
        yield Finding(tag, new.site, values)
    elif was.secure and not now.secure and not sites.without_tls(now.host) and not _is_only_default(old, new):
        yield Finding("web_no_https", new.site, values)


def _is_only_default(old: Page | None, new: Page) -> bool:
    """Tell whether the new server has nothing of the client's there but a hoster's page: how it leads is no matter."""
    return bool(new.default and not (old and old.default))


def _shown(pair: Pair, elsewhere: bool) -> Iterator[Finding]:
    """Yield what is found of what a page says."""
    old, new, _ = pair
    if _is_only_default(old, new):
        yield _found("web_default_page", new, whose=new.default)
        return
    tag = _status(old.status if old else None, new.status or 0)
    if old and old.default and tag in _LOST:
        tag = "web_status_differs"  # There was nothing of the client's.
    if tag and not (elsewhere and tag == "web_status_differs"):
        yield _found(tag, new, status=new.status, was=old.status if old and old.status is not None else "–")
        return
    if new.cut:
        yield _found("web_cut", new)
    if old and not tag and not elsewhere and not new.default:
        if (new.status or 0) < 400:
            yield from _text(old, new)
        elif new.status in _TURNED_AWAY and not old.default and likeness(old.words, new.words) < ALIKE:
            yield _found("web_error_both", new, status=new.status)


def _status(was: int | None, status: int) -> str:
    """Return the tag of a status beside the old one's, blank where all is well."""
    if status == was:
        return "web_error_both" if status >= 500 or status == MISDIRECTED else ""
    if status == MISDIRECTED:
        return "web_misdirected"
    if status >= 500:
        return "web_server_error"
    if status >= 400 and not (was and 400 <= was < 500):
        return "web_client_error"
    return "" if was is None else "web_status_differs"


def _text(old: Page, new: Page) -> Iterator[Finding]:
    if old.failure:
        yield _found("web_unreadable", old, failure=failure(old))
    elif old.length and not new.length:
        yield _found("web_empty", new)
    elif (alike := likeness(old.words, new.words)) < ALIKE:
        yield _found("web_unlike", new, percent=int(100 * alike), was=old.title, title=new.title)
