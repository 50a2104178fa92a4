"""What customers hold: a row a subscription, in memory."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[Any]
"""An array of `np.dtypes.StringDType()`."""


@dataclass(frozen=True)
class Subscriptions:
    """Arrays of equal length. Days are day numbers (core.pricing.calendar), money grosze net, disk thousandths of a GB.

    `package` is the place in the tariff's packages; `price_net` the contract price of the whole running term, FROM_LIST
    (core.pricing.rules) where blank.
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

    def __len__(self) -> int:
        return len(self.package)

    def rows(self, which: NDArray[Any]) -> "Subscriptions":
        """Return the rows of a mask or of indices."""
        return Subscriptions(**{f.name: getattr(self, f.name)[which] for f in fields(self)})
