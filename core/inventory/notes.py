"""What is noticed while an archive passes by: each kind once, with how often and where first."""

from core.ground.text_limits import LINE
from core.inventory.inventory import Finding
from core.inventory.names import safe

NOT_WHOLE = frozenset(
    (
        *("broken_off", "damaged", "memory", "unpacks_too_far", "too_many_files", "seen_too_late", "header_too_large"),
        *("path_too_long", "nested_unreadable", "second_archive"),
    )
)
"""Findings beside which an archive was not read to its end, or not all of it."""


class UnreadableError(Exception):
    """Bytes end here: `tag` is the finding. `final`: nothing around them can be read on either."""

    def __init__(self, tag: str, final: bool = False) -> None:
        super().__init__(tag)
        self.tag, self.final = tag, final


class Notes:
    """Findings of a stream, by tag: how often, and where it was first. `here`: the path that is being read."""

    def __init__(self) -> None:
        self.here = ""
        self._by_tag: dict[str, tuple[int, str]] = {}

    def note(self, tag: str, where: str = "") -> None:
        """Count a finding; `where`: a path, else the one that is being read."""
        number, first = self._by_tag.get(tag, (0, where or self.here))
        self._by_tag[tag] = number + 1, first

    @property
    def whole(self) -> bool:
        """Whether nothing was noticed that leaves something out."""
        return NOT_WHOLE.isdisjoint(self._by_tag)

    def findings(self) -> tuple[Finding, ...]:
        """Return them in the order in which they came; paths that look like a secret are masked."""
        return tuple(
            Finding(tag, safe(where) if len(where) <= LINE else f"{safe(where[:LINE])}…", {"number": number})
            for tag, (number, where) in self._by_tag.items()
        )
