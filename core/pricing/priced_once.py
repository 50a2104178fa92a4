"""Equal situations of a portfolio, priced once and weighted: a base on list prices has few of them."""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.pricing.alike import pick
from core.pricing.portfolio import columns
from core.pricing.situation import RESOURCES, Change
from core.pricing.tariff import Move, Tariff
from core.pricing.unpriceable import BOUNDS

_BITS = 62
"""Bits of a key that packs several columns: what a signed integer has without overflowing."""


@dataclass(frozen=True)
class Distinct:
    """The changes that the rules tell apart: each once, how many rows are alike (`count`), and where each row is."""

    changes: Change
    count: NDArray[np.int64]
    place: NDArray[np.intp]

    @cached_property
    def _in_order(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """The rows sorted by situation, and where each situation begins among them."""
        return np.argsort(self.place, kind="stable"), np.cumsum(self.count) - self.count

    def rows_of(self, situations: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the rows in each of some situations, one after the other, and for each its place among those asked."""
        order, starts = self._in_order
        lengths = self.count[situations]
        at = np.repeat(np.arange(len(situations)), lengths)
        within = np.arange(len(at)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return order[starts[situations][at] + within], at


def distinct(changes: Change, tariff: Tariff) -> Distinct:
    """Return changes (arrays of equal length, or values common to all rows) without repetition.

    What a change uses counts only as far as it can matter to a price on any day of the tariff.
    """
    changes = columns(changes)
    if not len(changes.change_on):
        return Distinct(changes, np.zeros(0, np.int64), np.zeros(0, np.intp))
    indistinct = _indistinct(changes, tariff)
    key = np.zeros(len(changes.change_on), np.int64)
    used = 0
    for f in fields(Change):
        values = getattr(indistinct, f.name)
        least = values.min()
        bits = int(values.max() - least).bit_length()
        if used + bits > _BITS:
            key = np.unique(key, return_inverse=True)[1]
            used = int(key.max()).bit_length()
        key = (key << bits) | (values - least)
        used += bits
    _, first, place, count = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return Distinct(indistinct.rows(first), count, place)


def _indistinct(changes: Change, tariff: Tariff) -> Change:
    """Return changes whose uses are replaced by the least that is priced alike."""
    last = len(tariff.packages) - 1
    package, target = (place.clip(0, last) for place in (changes.package, changes.target))
    move = pick(tariff.moves, package, target)
    # A downgrade asks what fits; a move between shared and VPS what moving the domains costs; nothing else asks.
    least = {}
    for resource, attribute in RESOURCES.items():
        limit = pick(tariff.limits[resource], target)
        over = getattr(changes, attribute) > limit
        least[attribute] = np.where((move == Move.DOWNGRADE) & over, limit + 1, 0)
    tiers = [tier for in_force in tariff.all_in_force for tier in in_force.fees.tiers]
    # Where a tier begins may depend on a reading (A2, A3), and what is asked of situations is also the other one.
    starts = np.unique([tier.first + later for tier in tiers for later in (0, tier.shared_with_previous is not None)])
    of_tier = np.concatenate([[0], starts])[np.searchsorted(starts, changes.domains, side="right")]
    moved = (move == Move.TO_VPS) | (move == Move.TO_SHARED)
    least["domains"] = np.where(moved, of_tier, least["domains"])
    # What lies outside its bounds stays as it is, to be refused.
    sound = np.logical_and.reduce([~bound.wrong(changes) for bound in BOUNDS])
    return replace(changes, **{name: np.where(sound, value, getattr(changes, name)) for name, value in least.items()})
