"""What somebody most likely meant by a word that is none of those known: a message names it, nobody takes it."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache


@lru_cache(10_000)
def nearest(text: str, known: tuple[str, ...]) -> str:
    """Return the one of some folded texts that a folded text was most likely meant to be; "" where none is near.

    >>> nearest("analizza", ("dane", "analiza"))
    'analiza'
    """
    # Two letters are near to anything; what is long takes its time and is near to nothing.
    if not 3 <= len(text) <= 60:
        return ""
    return next(iter(get_close_matches(text, [one for one in known if len(one) > 2], 1, 0.7)), "")


def nearest_of(texts: Iterable[str], known: tuple[str, ...]) -> str:
    """Return the first of some folded texts that is near to one of those known; "" where none is."""
    return next((text for text in texts if nearest(text, known)), "")
