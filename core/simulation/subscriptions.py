"""What customers hold: a base of subscriptions in memory, a column an array."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.ground.words import fold
from core.pricing.alike import choose
from core.pricing.calendar import day_of_month
from core.pricing.term import NO_ANCHOR

# The items of a StringDType are str, which is no NumPy scalar: NDArray cannot name them.
Texts: TypeAlias = NDArray[Any]
"""An array of texts of any length (`numpy.dtypes.StringDType`)."""

NOT_TOLD = -1
"""Stands for a day that the base does not tell."""


@dataclass(frozen=True)
class Subscriptions:
    """A row a subscription: arrays of equal length.

    `package` is the place in the tariff's packages, days are day numbers (core.pricing.calendar) and `valid_until` is
    the last paid one, `price_net` is grosze for the whole running term (FROM_LIST: the list price), `disk` thousandths
    of a GB, `service_start` the first day of the service (NOT_TOLD where the base does not say); `names` are a row's
    domains as the DNS has them, spaces between, "" where none is given.
    """

    id: Texts
    client: Texts
    package: NDArray[np.int64]
    term_start: NDArray[np.int64]
    valid_until: NDArray[np.int64]
    price_net: NDArray[np.int64]
    domains: NDArray[np.int64]
    mailboxes: NDArray[np.int64]
    disk: NDArray[np.int64]
    names: Texts
    service_start: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.package)

    @cached_property
    def folded(self) -> tuple[list[str], list[str]]:
        """Clients and ids without case and accents, to be searched; gone with the base."""
        return [fold(text) for text in self.client.tolist()], [fold(text) for text in self.id.tolist()]

    @property
    def anchor(self) -> NDArray[np.int64]:
        """The day of the month from which each one's months are counted, NO_ANCHOR where only its term tells."""
        anchor: NDArray[np.int64] = choose(
            self.service_start == NOT_TOLD, NO_ANCHOR, day_of_month(np.maximum(self.service_start, 0))
        )
        return anchor

    def rows(self, which: Any) -> "Subscriptions":
        """Return those selected by a mask, by places or by a slice."""
        return Subscriptions(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def texts(values: list[str]) -> Texts:
    """Return texts as an array."""
    return np.array(values, np.dtypes.StringDType())
