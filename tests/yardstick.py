"""Work counted in seconds of the processor, of a machine as fast as the one its bounds were written on."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

_TURNS = 300_000
_USUAL = 0.021
"""Seconds that so many turns took there."""


def slowness() -> float:
    """Return how many times longer this machine takes at the moment; 1 where it is not slower."""
    began = time.process_time()
    total = 0
    for number in range(_TURNS):
        total += number * number
    return max(1.0, (time.process_time() - began) / _USUAL)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail where what is done inside takes longer than so many seconds of a usual machine's processor."""
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert took < seconds or took < seconds * slowness(), f"{took:.1f} s of the processor instead of {seconds}"
