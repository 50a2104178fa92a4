"""Lists of tags as DKIM writes them, and DMARC after it (RFC 6376 s. 3.2): "v=DKIM1; k=rsa; p=MII..."."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

LONGEST = 4_096
"""Letters of a list that are read."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_BLANKS = " \t\r\n"


class Tag(NamedTuple):
    """A tag: its name matters in its letters, blanks around name and value do not."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class TagList:
    """`tags` in order, of equal ones the first too; `twice`: names that stand again; `unread`: what is no tag.

    `empty`: nothing stands between two semicolons, or before the first.
    """

    tags: tuple[Tag, ...] = ()
    twice: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    empty: bool = False

    @property
    def values(self) -> Mapping[str, str]:
        """What each name says; of one that stands again the first."""
        return {tag.name: tag.value for tag in reversed(self.tags)}


def read_tags(text: str) -> TagList:
    """Return the tags of a text; of one that is too long none, and its beginning as what is no tag.

    >>> read_tags("v=DKIM1; p=; p=AA;; h").twice, read_tags("v=DKIM1; p=; p=AA;; h").unread
    (('p',), ('h',))
    """
    if len(text) > LONGEST:
        return TagList(unread=(text[:40],))
    parts = [part.strip(_BLANKS) for part in text.split(";")]
    # One semicolon may end the list (s. 3.2).
    if len(parts) > 1 and not parts[-1]:
        parts.pop()
    read = [(part, part.partition("=")) for part in parts if part]
    tags = [Tag(name.strip(_BLANKS), value.strip(_BLANKS)) for _, (name, equals, value) in read if equals]
    names = [tag.name for tag in tags]
    return TagList(
        tuple(tag for tag in tags if _NAME.match(tag.name)),
        tuple(dict.fromkeys(name for at, name in enumerate(names) if name in names[:at])),
        tuple(part for part, (name, equals, _) in read if not equals or not _NAME.match(name.strip(_BLANKS))),
        "" in parts,
    )
