"""Pictures of the pages of a look, old and new: begun where somebody asks for them, shared, forgotten with the look.

They are taken in a thread of its own, one at a time in a process. A page reaches the sites of the look at the same
side's servers, as `web` does, and nothing else (`browser` says how that is so).
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from core.cutover.asking import browser
from core.cutover.asking.browser import NoPictureError
from core.cutover.asking.picture_door import Ways
from core.cutover.asking.redirects import Ports
from core.cutover.probes import Page
from core.cutover.result import STALE, Cutover
from core.cutover.settings import Targets

PICTURES_MAX = 12
"""Pictures of a look: six sites, old and new."""
WAITING_MAX = 5
"""Looks whose pictures wait or are taken; over that nobody may begin any."""
KEPT = 20
"""Looks whose pictures are kept, the latest of them."""

_USUAL = Ports()

_log = logging.getLogger(__name__)


class Shot(NamedTuple):
    """Which page a picture is of: a site at an address, over TLS or not."""

    site: str
    side: str
    address: str
    secure: bool

    @classmethod
    def of(cls, page: Page) -> "Shot":
        """Return the shot of a page."""
        return cls(page.site, page.side, page.address, page.secure)


class RunningPictures:
    """Pictures of a look that are being taken, to be watched from any thread."""

    def __init__(self, found: Cutover, shots: Sequence[Shot]) -> None:
        self.found, self.shots = found, tuple(shots)
        self.taken: dict[Shot, bytes | None] = {}
        """PNGs as they come; None where there came none."""
        self.over = False


class Pictures:
    """All pictures of a process. `now` tells the time (UTC)."""

    def __init__(self, targets: Targets, now: Callable[[], dt.datetime], ports: Ports = _USUAL) -> None:
        self._targets, self._now, self._ports = targets, now, ports
        self._lock, self._turn = threading.Lock(), threading.Lock()
        # Looks are known by identity: each has a moment of its own, and its pictures are of that moment.
        self._kept: dict[int, RunningPictures] = {}

    def of(self, found: Cutover) -> RunningPictures | None:
        """Return the pictures of a look; None where nobody asked for them, or its day is over."""
        with self._lock:
            self._forget()
            return self._kept.get(id(found))

    def begin(self, found: Cutover, pages: Iterable[Page]) -> RunningPictures | None:
        """Take pictures of so many of these pages of a look as are taken; None where too many looks wait for theirs.

        Those that are being taken, or were, are the ones.
        """
        with self._lock:
            self._forget()
            if there := self._kept.get(id(found)):
                return there
            if sum(not one.over for one in self._kept.values()) >= WAITING_MAX:
                return None
            shots = dict.fromkeys(map(Shot.of, pages))
            begun = RunningPictures(found, list(shots)[:PICTURES_MAX])
            self._kept[id(found)] = begun
        try:
            threading.Thread(target=self._work, args=(begun,), name="pictures", daemon=True).start()
        except RuntimeError:
            # The machine has no thread left.
            _log.exception("no thread for pictures of pages")
            begun.over = True
        return begun

    def _work(self, one: RunningPictures) -> None:
        try:
            for shot in one.shots:
                with self._turn:
                    one.taken[shot] = self._take(shot, one.found.probes.pages)
        except Exception:
            # Told on the page: those that are not taken are not there.
            _log.exception("pictures of pages failed")
        finally:
            one.over = True

    def _take(self, shot: Shot, pages: Sequence[Page]) -> bytes | None:
        program, ways = browser.chromium(), self._ways(shot, pages)
        if program is None or not ways:
            return None
        try:
            return browser.picture(program, f"{'https' if shot.secure else 'http'}://{shot.site}/", ways)
        except NoPictureError as error:
            _log.warning("no picture of %s at %s: %s", shot.site, shot.address, error)
            return None

    def _ways(self, shot: Shot, pages: Sequence[Page]) -> Ways:
        """Return what a page may reach: the sites of the look at their servers of the same side; none: it may not."""
        of_side = [page for page in pages if page.side == shot.side and page.failure != "not_asked"]
        if shot not in map(Shot.of, of_side):
            return {}
        # Of a site with several addresses the first, but for the one that the picture is of.
        addresses = {page.site: page.address for page in reversed(of_side)} | {shot.site: shot.address}
        allowed = {site: address for site, address in addresses.items() if self._targets.may_be_asked(address)}
        if shot.site not in allowed:
            return {}
        ports = ((80, self._ports.http), (443, self._ports.https))
        return {(site, port): (address, to) for site, address in allowed.items() for port, to in ports}

    def _forget(self) -> None:
        """Forget what is stale, and the oldest of too many."""
        now = self._now()
        over = [key for key, one in self._kept.items() if one.over]
        stale = [key for key in over if now - self._kept[key].found.at >= STALE]
        left = [key for key in over if key not in stale]
        for key in (*stale, *left[: max(0, len(left) - KEPT)]):
            del self._kept[key]
