"""The open migrations that a look's domain is in, and the looks that they keep of it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from core.ground import clock
from core.migration.cutover_looks import before, changed_since, is_kept, outdated
from core.migration.dns_check import Checkable, of_name
from core.migration.event import OF_LOOKS, UNDER_LOOKS, Event, Kind
from pages.parts.shared import shell


def of_domain(name: str) -> list[Checkable] | None:
    """Return the domains of open migrations that a name (ASCII) means; None where nobody can tell, which is told."""
    if (store := shell.store_if_any()) is not None:
        with shell.told():
            return of_name(store.snapshot(), name)
    return None


def looks_of(of: Checkable) -> list[Event]:
    """Return what a migration keeps of looks."""
    return _told(of, OF_LOOKS)


def _told(of: Checkable, kinds: Collection[Kind]) -> list[Event]:
    if (store := shell.store_if_any()) is not None and of.migration.id is not None:
        with shell.told():
            return store.told(of.migration.id, kinds)
    return []


def was_changed(of: Checkable, at: dt.datetime) -> bool:
    """Tell whether what a look rests on that began at a moment was changed in a migration since."""
    return changed_since(_told(of, UNDER_LOOKS), of.domain.name, at)


def is_changed(there: Sequence[Checkable], summary: Mapping[str, Any]) -> bool:
    """Tell whether a look is kept somewhere where what it rested on was changed since."""
    return any(is_kept(of.domain, summary) and outdated(of.domain, clock.now()) == "changed" for of in there)


def last_before(there: Sequence[Checkable], summary: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the look that was kept last before another one, in whichever of the migrations; None: there is none."""
    kept = [one for of in there if (one := before(looks_of(of), of.domain.name, summary))]
    return max(kept, key=lambda one: str(one["at"]), default=None)
