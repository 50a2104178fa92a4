"""How alike two texts are, by the triples of words that they share."""

ALIKE = 0.5
"""Under it two pages are told apart: what changes from day to day on a page leaves more of it."""


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of triples that both have among all there are (Jaccard), from 0 to 1; 1 for two without any.

    >>> likeness(frozenset({1, 2, 3}), frozenset({2, 3, 4}))
    0.5
    """
    every = len(one | other)
    return len(one & other) / every if every else 1.0
