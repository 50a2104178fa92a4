"""Who goes first on a busy machine: servers whose caches count seconds, and whoever has hours to keep with them."""

import contextlib
import os
from collections.abc import Iterator

_NICE = -15


@contextlib.contextmanager
def preferred() -> Iterator[None]:
    """Let this thread, and the threads and processes that it begins meanwhile, go before others where that is allowed.

    Linux keeps it for each thread, and hands it on to what a thread begins.
    """
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, _NICE)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)
