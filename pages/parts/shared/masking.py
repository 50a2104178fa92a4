"""What is shown of the cells of a file: short, and of what looks like a secret nothing."""

from collections.abc import Iterable

from core.ground.secrets import secret_in

MASK = "•••"
"""What is shown instead of what looks like a secret."""
_LONGEST = 80
"""Letters of a value that are shown; the file of the mistakes has it whole."""
_LOOKED_AT = 2_000
"""Letters in which a secret is looked for: many more than are shown."""


def told_line(cells: Iterable[str]) -> str:
    """Return cells of a file as one short text, or what stands for it where they look like a secret."""
    return hidden(" · ".join(" ".join(cell[:_LOOKED_AT].split()) for cell in cells if cell))


def hidden(text: str) -> str:
    """Return a text from a file, shortened, or what stands for it where it looks like a secret."""
    text = text[:_LOOKED_AT]
    return MASK if secret_in(text) or secret_in(text.replace(" · ", " ")) else shortened(text)


def shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
