"""What a process holds for everybody: made when it is first needed, once, and kept.

Not in Streamlit's caches: any client may have those cleared (`clear_cache` over its websocket), for everybody.
"""

import threading
from collections.abc import Callable, Hashable
from functools import update_wrapper
from typing import Generic, TypeVar, cast

_T = TypeVar("_T")


class Once(Generic[_T]):
    """A function whose result is made once for the same (hashable) arguments; an error is none, and is made anew."""

    def __init__(self, make: Callable[..., _T]) -> None:
        self._make, self._lock = make, threading.Lock()
        self._made: dict[tuple[Hashable, ...], _T] = {}
        update_wrapper(cast(Callable[..., _T], self), make)

    def __call__(self, *given: Hashable) -> _T:
        """Return what was made for the arguments; of several who need it at once, one makes it."""
        made = self._made
        if given not in made:
            with self._lock:
                made = self._made
                if given not in made:
                    made[given] = self._make(*given)
        return made[given]

    def clear(self) -> None:
        """Forget all that was made, for tests: whoever holds it keeps it."""
        with self._lock:
            self._made = {}
