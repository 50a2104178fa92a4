"""What the stream asks of a panel's reader: which members it wants read, and what it makes of them."""

from typing import Literal, NamedTuple, Protocol

from core.inventory.inventory import Inventory

READ_MAX = 2 * 1024 * 1024
"""Bytes of a member that are read at most; of what is larger only the size is known."""


class Member(NamedTuple):
    r"""A file of an archive.

    `path`: within the account's own folder: the panel's leading folder and "./" taken off, what is in a nested
    `homedir.tar` below "homedir/"; letters that are none or that nobody sees as "\x1b". A folder's ends without "/".
    `size`: bytes, 0 of what is no file. `changed`: when, in seconds since 1970 (0 where it says no day there is).
    `replaced`: bytes of a file of the same path before it, which this one takes the place of: sums take them off.
    """

    path: str
    size: int
    changed: int
    kind: Literal["file", "folder", "link"] = "file"
    replaced: int = 0


class Panel(Protocol):
    """A reader of one panel's archives. It is told every regular file, folder and link, in any order."""

    def recognizes(self, path: str) -> bool:
        """Whether a path, leading folder and all, is one that only this panel's archives have."""

    def root(self, path: str) -> str | None:
        """Return a path without the panel's leading folder; None where it does not lie in it."""

    def wants(self, member: Member) -> bool:
        """Whether the content of a member is to be read: only what is known to hold no secret that is kept."""

    def take(self, member: Member, content: bytes | None) -> None:
        """Take a file up; `content` where it was wanted and not too large."""

    def found(self) -> Inventory:
        """Return what all files together say."""
