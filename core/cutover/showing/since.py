"""What became of the findings of a look by the next one: mended, new, still there, or not to be seen this time."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from core.cutover.showing import kept
from core.cutover.showing.kept import Known
from core.ground.messages import Message
from core.language import Language

PART_FAILED = "part_failed"
"""The tag of a part of a look that could not be done: what it would have found again may still be there."""


class Since(NamedTuple):
    """Findings of an earlier look and a later one, notices aside.

    `unseen`: those of before that the later look does not have, though it could not see that they have gone.
    """

    mended: tuple[Known, ...]
    new: tuple[Known, ...]
    same: tuple[Known, ...]
    unseen: tuple[Known, ...] = ()


def since(before: Mapping[str, Any], now: Mapping[str, Any]) -> Since:
    """Return what changed between two looks, each as `report.as_json` or `report.summary` wrote it; anything is read.

    A finding is the same where its tag and name are; one of them may be there several times.
    """
    old, later = Counter(map(_key, _findings(before))), [*_findings(now)]
    new: list[Known] = []
    same: list[Known] = []
    for one in later:
        there = old[_key(one)] > 0
        old[_key(one)] -= there
        (same if there else new).append(one)
    blind = any(one.tag == PART_FAILED for one in later)
    unknown = {one.name for one in later if one.severity == "unknown"}
    left: list[Known] = []
    for one in _findings(before):
        if old[_key(one)] > 0:
            old[_key(one)] -= 1
            left.append(one)
    unseen = [one for one in left if one.tag != PART_FAILED and (blind or one.name in unknown)]
    mended = [one for one in left if one not in unseen]
    return Since(tuple(mended), tuple(new), tuple(same), tuple(unseen))


def said(found: Since, language: Language) -> str:
    """Return it as a sentence with its counts: "Since the last look: 3 mended, 1 new."."""
    parts = [words(len(some)) for some, words in zip(found, _PARTS, strict=True) if some]
    if not parts:
        return language.text("cutover.since.nothing")
    return language.text("cutover.since", parts=", ".join(map(language.text, parts)))


_PARTS: Sequence[Callable[[int], Message]] = (
    lambda count: Message("cutover.since.mended", count=count),
    lambda count: Message("cutover.since.new", count=count),
    lambda count: Message("cutover.since.same", count=count),
    lambda count: Message("cutover.since.unseen", count=count),
)


def _key(one: Known) -> tuple[str, str]:
    return one.tag, one.name


def _findings(look: Mapping[str, Any]) -> Iterator[Known]:
    """Yield the findings that weigh something; what a file holds instead of one is passed over."""
    return (one for one in kept.findings(look) if one.severity != "notice")
