"""In what unit DirectAdmin's quotas are: its files say a number alone, and readers of them differ.

DirectAdmin's own converter (cpanel_to_da.sh) writes bytes, Virtualmin's reader takes MB. How large the numbers are
decides, and what the mailboxes hold; where they contradict one another, nobody knows.
"""

from collections.abc import Mapping
from typing import Literal

MB = 1024**2
Unit = Literal[1, 1048576]
"""Bytes, or MB of 1024 KB."""

BYTES_FROM = 1_000_000
"""From here on a number is bytes: as MB it were a terabyte. Below it is MB: as bytes it were less than one."""


def unit_of(quotas: Mapping[str, int], sizes: Mapping[str, int]) -> Unit | None:
    """Return the unit of quotas by address (0 is none), `sizes`: bytes of the mailboxes; None where nobody knows.

    That is where some numbers look like bytes and some like MB, where a mailbox holds more MB than its number, or where
    there is no number.

    >>> unit_of({"jan@alfa.example": 500}, {}), unit_of({"jan@alfa.example": 500 * MB}, {})
    (1048576, 1)
    >>> unit_of({"jan@alfa.example": 500}, {"jan@alfa.example": 501 * MB}) is None
    True
    """
    numbers = {address: quota for address, quota in quotas.items() if quota}
    if numbers and min(numbers.values()) >= BYTES_FROM:
        return 1
    if not numbers or max(numbers.values()) >= BYTES_FROM:
        return None
    over = any(sizes.get(address, 0) > quota * MB for address, quota in numbers.items())
    return None if over else 1048576
