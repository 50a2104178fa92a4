"""Which migration of the desk a row means: the one of its ref; without a ref, the one of its client and domains."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.dns.names import Name
from core.ground.moments import When, agrees
from core.ground.words import fold
from core.importing.row import Numbered, Row
from core.migration.event import moment
from core.migration.migration import Migration


def import_key(client: str, domains: Iterable[str]) -> str:
    """Return what a row without a ref is known by: its client and its domains."""
    return hashlib.sha256("\n".join([fold(client), *sorted(domains)]).encode()).hexdigest()[:32]


def key_of(says: Row) -> str:
    """Return what a row is known by without its ref."""
    return import_key(says.client, (name.ascii for name in says.domain))


def by_present_names(numbered: Numbered, m: Migration | None) -> Numbered:
    """Return a row with the names that the domains of its migration have by now, where they were corrected."""
    present = {name: d for d in m.domains.values() for name in d.former if name not in m.domains} if m else {}
    if not present:
        return numbered
    named = (Name(d.name, d.display) if (d := present.get(name.ascii)) else name for name in numbered.says.domain)
    domains = tuple({name.ascii: name for name in named}.values())
    return replace(numbered, says=numbered.says.model_copy(update={"domain": domains}))


class Meant:
    """The migrations of the desk, to be found by what rows say; `named`: refs of them that the file says."""

    def __init__(self, migrations: Sequence[Migration]) -> None:
        self._by_ref = {m.ref: m for m in migrations}
        self._by_key: dict[object, list[Migration]] = {}
        self._named: set[str] = set()
        for m in migrations:
            # What a file knew it by, and what it is now: it may have been changed on the board since.
            for key in {m.import_key, *_keys(m)} - {""}:
                self._by_key.setdefault(key, []).append(m)

    def name(self, ref: str) -> None:
        """Note that the file names a migration: rows without a ref do not mean it."""
        if ref in self._by_ref:
            self._named.add(ref)

    def of(self, says: Row, own: str) -> Migration | None:
        """Return the migration that a row means, None where there is none yet; `own`: what its `key_of` is.

        Without a ref it means neither one that the file names nor one that was over before its time.
        """
        if says.ref:
            return self._by_ref.get(says.ref)
        found = [m for m in self._by_key.get(own, ()) if m.ref not in self._named and not _begins_after(says, m)]
        enquired = says.on_package
        return max(
            found,
            key=lambda m: (
                isinstance(enquired, When) and (at := m.entered.get("package")) is not None and agrees(enquired, at),
                m.open != says.over,
                m.id or 0,
            ),
            default=None,
        )


def _keys(m: Migration) -> Iterator[str]:
    """Yield what a row without a ref may know a migration by: the names of its domains now, and those before."""
    yield import_key(m.client, (d.name for d in m.active))
    if any(d.former for d in m.active):
        yield import_key(m.client, (next(iter(d.former), d.name) for d in m.active))


def _begins_after(says: Row, m: Migration) -> bool:
    """Whether a row tells of an enquiry that came after a migration was over: the client is back."""
    end = moment(m.cancelled["since"]) if m.cancelled else m.entered.get("closed") if m.stage == "closed" else None
    return end is not None and isinstance(says.on_package, When) and says.on_package.at > end
