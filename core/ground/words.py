"""Words compared: without case and accents, and what somebody most likely meant by one that is none of those known."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from core.ground.messages import Message

# NFKD takes ó apart but not ł.
_STROKES = str.maketrans("łđøßæœ", "ldosao")
_OTHER = re.compile(r"[\W_]+")


class _Folded(dict[int, str]):
    """What each letter is without case and accents.

    Letter by letter: the accents of a whole text would be put in order first, in time by the square of how many
    follow one another.
    """

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code)).casefold().translate(_STROKES)
        parts = unicodedata.normalize("NFKD", plain)
        self[code] = folded = "".join(letter for letter in parts if not unicodedata.combining(letter))
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Return a text in lower case, without accents, everything but letters and digits made one space.

    >>> fold("Data_zgłoszenia (ZGŁ.)")
    'data zgloszenia zgl'
    """
    if text.isascii():
        return _OTHER.sub(" ", text.lower()).strip()
    return _OTHER.sub(" ", text.translate(_FOLDED)).strip()


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


def one_of(folded: str, known: tuple[str, ...], expected: str) -> Message:
    """Return what is said of a folded text that is none of those known: what is allowed, the nearest one first."""
    near = nearest(folded, known)
    if near:
        return Message("error.one_of_near", {"near": near, "expected": expected})
    return Message("error.one_of", {"expected": expected})
