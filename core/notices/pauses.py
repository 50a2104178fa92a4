"""How long is waited before a notice is tried again: ever longer, and not for ever."""

import datetime as dt
from itertools import accumulate, count, takewhile

_LONGEST = 60
_GIVEN_UP = 24 * 60


def _pauses() -> tuple[int, ...]:
    """Return the pauses in minutes: 1, 2, 4 ... 60, 60, as many as fit before it is given up."""
    growing = (min(2**n, _LONGEST) for n in count())
    fitting = takewhile(lambda so_far: so_far <= _GIVEN_UP, accumulate(growing))
    return tuple(min(2**n, _LONGEST) for n, _ in enumerate(fitting))


_MINUTES = _pauses()


def pause(tries: int) -> dt.timedelta | None:
    """Return how long to wait after so many tries that failed; None: 24 h of pauses are over, it is given up.

    Counted by tries and not by the clock: while nobody sends, nothing is given up.

    >>> [pause(n).seconds // 60 for n in (1, 2, 3, 7, 20)]
    [1, 2, 4, 60, 60]
    """
    return dt.timedelta(minutes=_MINUTES[tries - 1]) if tries <= len(_MINUTES) else None
