"""The questions the terms leave open, and the readings they allow (RULES, "Gaps and ambiguities")."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args, get_type_hints


@dataclass(frozen=True, slots=True)
class Readings:
    """The reading taken of every question that has more than one; a field's type lists those allowed."""

    A1: Literal["renewal", "surcharge"]
    A2: Literal["lower", "higher"]
    A3: Literal["lower", "higher"]
    A4: Literal["forward", "back"]
    A5: Literal["counted", "not_counted"]
    A6: Literal["compulsory", "optional"]
    A7: Literal["until_end", "fee_in_window", "price_only"]
    A15: Literal["last_paid_day", "first_unpaid_day"]
    A16: Literal["change_day", "old_end"]

    def others(self) -> Iterator[tuple[str, str, "Readings"]]:
        """Yield every single departure from these readings: (question, other reading, the readings with it)."""
        for question, choices in CHOICES.items():
            for choice in choices:
                if choice != getattr(self, question):
                    yield question, choice, replace(self, **{question: choice})  # type: ignore[arg-type] # from CHOICES


CHOICES: dict[str, tuple[str, ...]] = {question: get_args(hint) for question, hint in get_type_hints(Readings).items()}
"""Question -> the readings it allows."""

ASSUMPTIONS = ("A8", "A9", "A10", "A11", "A12", "A13", "A14")
"""Questions answered without an alternative: noted where they bear, nothing to compare."""

QUESTIONS = tuple(sorted((*CHOICES, *ASSUMPTIONS), key=lambda question: int(question[1:])))
"""All of them, A1 to A16."""
