"""What a look before the switch finds: tags with what they are about; how much each weighs stands in a data file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from core.ground.messages import Message
from core.ground.validation import read_toml

NAME = "data/cutover_findings.toml"

Weight = Literal["blocked", "unknown", "accept", "notice"]
"""What a finding leads to: it must be mended; nobody can tell; somebody must say that it is meant; it is told only."""

Verdict = Literal["blocked", "unknown", "accept", "ready"]
"""May we switch? The gravest of what was found; "ready" where nothing but notices was."""

_GRAVEST: tuple[Verdict, ...] = ("blocked", "unknown", "accept")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. `name`: what it is about, a record's name, a host, an address; `values` for its text.

    Its words are `cutover.finding.<tag>` (one sentence, what it means) and `cutover.finding.<tag>.todo` (what to do);
    both may use `{name}` and the values.
    """

    tag: str
    name: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> Message:
        """What it means."""
        return Message(f"cutover.finding.{self.tag}", {"name": self.name, **self.values})

    @property
    def todo(self) -> Message:
        """What to do."""
        return Message(f"cutover.finding.{self.tag}.todo", {"name": self.name, **self.values})


class Told(Protocol):
    """What has a tag."""

    @property
    def tag(self) -> str:
        """What was found."""


class Weights(BaseModel):
    """The file. A tag that is not in it blocks, so that somebody looks."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    weight: dict[str, Weight] = {}

    def of(self, finding: Told) -> Weight:
        """Return what a finding weighs."""
        return self.weight.get(finding.tag, "blocked")

    def verdict(self, findings: Iterable[Told]) -> Verdict:
        """Return the verdict on all that was found."""
        found = {self.of(one) for one in findings}
        return next((verdict for verdict in _GRAVEST if verdict in found), "ready")


def parse_weights(text: str) -> Weights:
    """Return the weights written in `text` (TOML); raises InputError with every mistake found."""
    return read_toml(text, Weights, NAME)
