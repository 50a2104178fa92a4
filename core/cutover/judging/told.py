"""How much of others' data a finding carries: values and names in a bounded line, and many findings as few."""

from collections.abc import Iterable, Sequence
from itertools import islice

from core.cutover.finding import Finding
from core.ground.text_limits import shortened

LISTED = 8
"""Names or values that a finding lists; of the others it says how many they are."""
MOST = 40
"""Findings of one tag: a new zone that is empty lacks everything, and two thousand sentences say no more of it."""
_VALUE = 200


def listed(texts: Iterable[str]) -> str:
    """Return texts in one line, the first of them where there are many.

    >>> listed(["192.0.2.1", "192.0.2.2"])
    '192.0.2.1, 192.0.2.2'
    >>> listed(str(number) for number in range(10))
    '0, 1, 2, 3, 4, 5, 6, 7, … +2'
    """
    each = iter(texts)
    shown = [_cut(text) for text in islice(each, LISTED)]
    left = sum(1 for _ in each)
    return ", ".join([*shown, *([f"… +{left}"] if left else [])])


def values(texts: Sequence[str]) -> str:
    """Return a set's values in one line, "–" for none."""
    return listed(texts) if texts else "–"


def folded(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in their order, those of a tag beyond MOST as one that lists what it is about."""
    by_tag: dict[str, list[Finding]] = {}
    for finding in findings:
        by_tag.setdefault(finding.tag, []).append(finding)
    return [one for some in by_tag.values() for one in _few(some)]


def _few(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= MOST:
        return findings
    rest = findings[MOST - 1 :]
    names = listed(dict.fromkeys(one.name for one in rest))
    return [*findings[: MOST - 1], Finding(rest[0].tag, names, dict.fromkeys(rest[0].values, "…"))]


def _cut(text: str) -> str:
    text = shortened(text)
    return text if len(text) <= _VALUE else f"{text[: _VALUE - 1]}…"
