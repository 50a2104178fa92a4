"""How grave findings are: a table of tags in a data file."""

from collections.abc import Iterable
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict

from core.ground.validation import read_toml

Severity = Literal["info", "notice", "warning", "error"]


class Tagged(Protocol):
    """A finding: what is known by its tag."""

    @property
    def tag(self) -> str:
        """What was found."""


class Severities(BaseModel):
    """The file. A tag that is not in it is an error, so that somebody looks."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    severity: dict[str, Severity] = {}

    def of(self, finding: Tagged) -> Severity:
        """Return how grave a finding is."""
        return self.severity.get(finding.tag, "error")

    def grave(self, findings: Iterable[Tagged]) -> frozenset[str]:
        """Return the tags of those findings that are errors."""
        return frozenset(one.tag for one in findings if self.of(one) == "error")

    @property
    def errors(self) -> frozenset[str]:
        """All tags that are errors."""
        return frozenset(tag for tag, severity in self.severity.items() if severity == "error")


def parse_severities(text: str, name: str) -> Severities:
    """Return the severities written in `text` (TOML) of the file `name`; raises InputError with every mistake found."""
    return read_toml(text, Severities, name)
