"""A database takes so many values in a statement and no more: what is longer goes to it in portions."""

from collections.abc import Iterator, Sequence

SIZE = 500


def of(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids, some at a time.

    >>> [len(some) for some in of(range(1_200))]
    [500, 500, 200]
    """
    for start in range(0, len(ids), SIZE):
        yield ids[start : start + SIZE]
