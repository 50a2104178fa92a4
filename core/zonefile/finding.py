"""What reading a zone finds beside its records: a repair, a doubt, a line that cannot be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.ground.messages import Message
from core.ground.secrets import MASK, secret_in

_SHOWN = 120
"""Letters of a file's text that a finding repeats."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding: its tag, the line of the file that it is about (None: the whole), what of it is told.

    How grave it is stands in data/zone_findings.toml; "error" means that something could not be read, or is served by
    nobody as it stands.
    """

    tag: str
    line: int | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """The finding in words: text `zone.finding.<tag>`."""
        return Message(f"zone.finding.{self.tag}", self.values)


def shown(text: str) -> str:
    """Return a text of the file for a finding: its beginning, and nothing of one that looks like it has a secret.

    >>> shown("haslo: Zima2026!"), shown("www")
    ('•••', 'www')
    """
    text = "".join(letter if letter.isprintable() else "�" for letter in text[: 4 * _SHOWN])
    if secret_in(text):
        return MASK
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
