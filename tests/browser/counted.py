"""Counts what a person's hands do on a page: taps and keys, as the browser sees them.

    with counted(page) as hands:
        ...
    assert hands.taps <= 6 and hands.keys <= 12

A tap is a pointer that comes down, by a mouse as by a finger; a key is one that goes down, whatever it writes. What a
test does without either (`fill`) is counted as nothing: a test that counts types with `press_sequentially`.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

_COUNT = """() => {
  window.hands = { taps: 0, keys: 0 }
  if (window.handsCounted) return
  window.handsCounted = true
  addEventListener("pointerdown", (event) => { if (event.isTrusted) window.hands.taps += 1 }, true)
  addEventListener("keydown", (event) => { if (event.isTrusted) window.hands.keys += 1 }, true)
}"""


@dataclass
class Hands:
    """What was done: filled in when the counting ends."""

    taps: int = 0
    keys: int = 0


@contextlib.contextmanager
def counted(page: Page) -> Iterator[Hands]:
    """Count taps and keys on a page from here to the end of the block; the page is not opened anew meanwhile."""
    page.evaluate(_COUNT)
    hands = Hands()
    yield hands
    found = page.evaluate("window.hands")
    hands.taps, hands.keys = found["taps"], found["keys"]
