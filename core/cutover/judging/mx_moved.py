"""Whether mail goes on to the same servers in the same order under other names of theirs."""

from collections.abc import Callable, Collection

Addresses = frozenset[str]


def mx_moved(
    old: Collection[str],
    new: Collection[str],
    wanted: Callable[[str], Addresses],
    addresses: Callable[[str], Addresses],
) -> bool:
    """Tell whether MX name other hosts than before, at the addresses where the old ones shall be.

    `wanted`: where a host of the old side shall be, `addresses`: where one of the new side is; none: nobody knows. A
    number says only which comes first, so that others are no matter; where the same hosts have other numbers, it is.
    """
    before, after = _ranked(old, wanted), _ranked(new, addresses)
    known = all(places for some in (*before, *after) for places in some)
    return known and before == after and _hosts(old) != _hosts(new)


def _ranked(values: Collection[str], places: Callable[[str], Addresses]) -> list[list[list[str]]]:
    """Return the addresses of hosts, those of equal preference together, the most wanted first."""
    ranks: dict[int, list[list[str]]] = {}
    for value in values:
        number, _, host = value.partition(" ")
        ranks.setdefault(int(number), []).append(sorted(places(host)))
    return [sorted(ranks[number]) for number in sorted(ranks)]


def _hosts(values: Collection[str]) -> set[str]:
    return {value.partition(" ")[2] for value in values}
