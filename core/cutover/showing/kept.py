"""A look as a history keeps it (`report.summary`), read again: its answer and its findings, in a reader's language.

Older ones have no sentences, and a database may hold anything: what cannot be read is left out, never guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.cutover.finding import Weight
from core.ground.messages import Message
from core.language import Language


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as a look's JSON has it. `message` and `todo`: its sentences by the code of their language."""

    tag: str
    name: str
    severity: str
    message: Mapping[str, str] = field(default_factory=dict, compare=False)
    todo: Mapping[str, str] = field(default_factory=dict, compare=False)

    def said(self, language: Language) -> str:
        """Return what it means; of one kept without its words only what it is about."""
        return self.message.get(language.code) or language.text("cutover.kept.wordless", name=self.name or "–")

    def to_do(self, language: Language) -> str:
        """Return what to do about it; blank where that was not kept."""
        return self.todo.get(language.code, "")


def findings(look: Mapping[str, Any]) -> Iterator[Known]:
    """Yield the findings of a look as `report.as_json` or `report.summary` wrote it, notices among them."""
    found = look.get("findings")
    for one in found if isinstance(found, list) else ():
        if isinstance(one, Mapping):
            tag, name, severity = (str(one.get(part, "")) for part in ("tag", "name", "severity"))
            yield Known(tag, name, severity, _sentences(one.get("message")), _sentences(one.get("todo")))


def sentence(look: Mapping[str, Any], verdict: str, name: str) -> Message:
    """Return the answer that a look gave: its verdict on the domain `name`, and how many things stood against it."""
    if verdict == "ready":
        return Message("cutover.verdict.ready", {"name": name})
    count = sum(one.severity == verdict for one in findings(look))
    return Message(f"cutover.verdict.not.{verdict}", {"name": name}, max(1, count))


def left_out(look: Mapping[str, Any]) -> int:
    """Return how many findings there was no room for."""
    count = look.get("left_out")
    return count if isinstance(count, int) and count > 0 else 0


def of_weight(look: Mapping[str, Any], weight: Weight) -> list[Known]:
    """Return the findings of a weight, in their order."""
    return [one for one in findings(look) if one.severity == weight]


def _sentences(given: object) -> Mapping[str, str]:
    if not isinstance(given, Mapping):
        return {}
    return {str(code): text for code, text in given.items() if isinstance(text, str)}
