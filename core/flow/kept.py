"""The items of a store, kept between two looks: only what has changed since is read again."""

from threading import Lock

from core.flow.history import Item, item
from core.pricing.tariff import Tariff
from core.store.store import Store


class Kept:
    """What the histories in a store say, shared by all who look."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._tariff = ""
        self._items: dict[int, tuple[tuple[object, ...], Item]] = {}
        self._reading = Lock()

    def forget(self) -> None:
        """Forget all: somebody was erased, and must be nowhere any more."""
        with self._reading:
            self._items = {}

    def items(self, tariff: Tariff) -> list[Item]:
        """Return an item for every migration there is, the oldest first."""
        with self._reading:
            if self._tariff != tariff.version:
                self._tariff, self._items = tariff.version, {}
            # A ref that was erased and registered anew has another id; a client's name may be blanked.
            there = {m.id: (m.epoch, m.seq, m.client) for m in self._store.snapshot() if m.id is not None}
            new = [id for id, state in there.items() if id not in self._items or self._items[id][0] != state]
            ways = self._store.ways(new if len(new) < len(there) else None) if new else {}
            self._items |= {id: (there[id], item(ways[id], tariff, id)) for id in new if id in ways}
            self._items = {id: kept for id, kept in self._items.items() if id in there}
            return [kept for _, kept in self._items.values()]
