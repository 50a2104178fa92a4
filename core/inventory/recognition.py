"""Whose archive it is: what passes before that shows is kept, within bounds, and given to the panel's reader then."""

from collections.abc import Sequence

from core.inventory.inventory import Inventory
from core.inventory.notes import Notes
from core.inventory.panel import READ_MAX, Member, Panel

KEPT_MAX = 150_000
"""Members that are kept until the panel is known: 300 bytes each."""
KEPT_BYTES = 16 * 1024 * 1024
"""Bytes of their contents."""
PATHS_MAX = 300_000
"""Files of which it is seen whether a path comes twice: 130 bytes each."""


class Recognition:
    """The readers of all panels, until one of them is it: `panel`."""

    def __init__(self, panels: Sequence[Panel], notes: Notes) -> None:
        self.panel: Panel | None = None
        self._panels, self._notes = panels, notes
        self._kept: list[tuple[Member, bytes | None]] = []
        self._kept_bytes = 0
        self._lost = ""
        self._sizes: dict[int, int] = {}

    def see(self, path: str) -> None:
        """Look at a path, leading folder and all; what was kept is given away once one shows whose archive it is."""
        if self.panel is None:
            self.panel = next((panel for panel in self._panels if panel.recognizes(path)), None)
            if self.panel:
                if self._lost:
                    self._notes.note("seen_too_late", self._lost)
                kept, self._kept = self._kept, []
                for member, content in kept:
                    self._give(self.panel, member, content)

    def wants(self, member: Member) -> bool:
        """Say whether a file is to be read, for the panel, or for any while it is not known."""
        panels = (self.panel,) if self.panel else self._panels
        if not any(inside and panel.wants(inside) for panel in panels if (inside := _inside(panel, member))):
            return False
        if member.size > READ_MAX:
            self._notes.note("member_too_large", member.path)
            return False
        if not self.panel and self._kept_bytes + member.size > KEPT_BYTES:
            self._lost = self._lost or member.path
            return False
        return True

    def take(self, member: Member, content: bytes | None) -> None:
        """Take a member up, its path with the leading folder; `content` where it was wanted."""
        member = self._replacing(member)
        if self.panel:
            self._give(self.panel, member, content)
        elif len(self._kept) < KEPT_MAX:
            self._kept.append((member, content))
            self._kept_bytes += len(content or b"")
        else:
            self._lost = self._lost or member.path

    def found(self) -> Inventory | None:
        """Return what the panel's reader says; None where nothing shows whose archive it is."""
        return self.panel.found() if self.panel else None

    def _give(self, panel: Panel, member: Member, content: bytes | None) -> None:
        inside = _inside(panel, member)
        if inside is None:
            if member.kind == "file":
                self._notes.note("path_elsewhere", member.path)
        else:
            # What another panel's reader would have wanted is not for this one.
            panel.take(inside, content if content is not None and panel.wants(inside) else None)

    def _replacing(self, member: Member) -> Member:
        if member.kind != "file":
            return member
        key = hash(member.path)
        before = self._sizes.get(key)
        if before is not None:
            self._notes.note("path_twice", member.path)
            member = member._replace(replaced=before)
        elif len(self._sizes) >= PATHS_MAX:
            self._notes.note("paths_unchecked", member.path)
            return member
        self._sizes[key] = member.size
        return member


def _inside(panel: Panel, member: Member) -> Member | None:
    path = panel.root(member.path)
    # A million times: `_replace` would take twice as long.
    return None if path is None else Member(path, member.size, member.changed, member.kind, member.replaced)
