"""How long a text from outside may be: the one place that says so, asked before any pattern sees the text.

    text = bounded(text, "adjust")    # without the blanks around it; refused where it is longer than anybody means

A pattern that takes its time holds everybody up: Python looks for it with its lock held. So patterns are linear, and
what they are given is short. Nothing is cut: what is too long is refused and says how long it may be.
"""

from core.ground.messages import FieldError, InputError, Message

LINE = 1_000
"""Letters of one value: a field of a form, a parameter of a link, a flag. What it may come to is often less."""
CELL = 131_072
"""Letters of a cell of a file, and of a field with many lines or names; the csv module takes no longer ones."""
FILE = 1_000_000
"""Letters of a settings file."""
COLUMNS = 500
"""Columns of a table, those after the last one with a name aside."""
MISTAKES = 20
"""Mistakes told of one text."""

_SHOWN = 80
"""Letters of a refused text that are carried on, to be recognised by."""


def bounded(text: str, field: str, longest: int = LINE, *, told: int = 0, secret: bool = False) -> str:
    """Return a text without the blanks around it; raises InputError where it has more than `longest` letters then.

    `told`: how long it may be, where the field's own limit is less than this one; `secret`: the text is not repeated.

    >>> bounded(" -10% ", "adjust")
    '-10%'
    """
    text = text.strip()
    if len(text) > longest:
        value = "" if secret else shortened(text)
        raise InputError(FieldError(field, value, Message("error.too_long", {"max_length": told or longest})))
    return text


def shortened(text: str) -> str:
    """Return a text as it is, of one longer than LINE the beginning, enough to recognise it by."""
    return text if len(text) <= LINE else f"{text[:_SHOWN]}…"
