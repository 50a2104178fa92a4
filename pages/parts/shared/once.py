"""What a process holds for everybody: made when it is first needed, once, and kept.

Not in Streamlit's caches: any client may have those cleared (`clear_cache` over its websocket), for everybody.
"""

import threading
from collections.abc import Callable, Hashable
from functools import update_wrapper
from typing import Generic, TypeVar, cast

_T = TypeVar("_T")

_NEVER = (0, Exception())


class Once(Generic[_T]):
    """A function whose result is made once for the same (hashable) arguments; an error is none, and is made anew.

    Those who waited while somebody tried share that error: one after another they would wait as long each.
    """

    def __init__(self, make: Callable[..., _T]) -> None:
        self._make, self._lock = make, threading.Lock()
        self._made: dict[tuple[Hashable, ...], _T] = {}
        # How many tries have failed, and with what the last one did.
        self._failed: dict[tuple[Hashable, ...], tuple[int, Exception]] = {}
        update_wrapper(cast(Callable[..., _T], self), make)

    def __call__(self, *given: Hashable) -> _T:
        """Return what was made for the arguments; of several who need it at once, one makes it."""
        made = self._made
        if given not in made:
            failed_before = self._failed.get(given, _NEVER)[0]
            with self._lock:
                made = self._made
                if given not in made:
                    failed, error = self._failed.get(given, _NEVER)
                    if failed != failed_before:
                        raise error
                    try:
                        made[given] = self._make(*given)
                    except Exception as error:
                        self._failed[given] = (failed + 1, error)
                        raise
        return made[given]

    def clear(self) -> None:
        """Forget all that was made, for tests: whoever holds it keeps it."""
        with self._lock:
            self._made, self._failed = {}, {}
