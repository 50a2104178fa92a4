r"""BIND's $GENERATE: one line that stands for many records, counted through.

    list(expanded(("1-3", "h$", "A", "192.0.2.$"), 1000))    # [("h1", "A", "192.0.2.1"), ...]

In a template "$" is the number, "\$" and "$$" a dollar, `${offset,width,base}` the number plus the offset, with zeros
to its width, in base d, o, x, X, or in nibbles from the last on (n, N) as reverse zones have them (BIND 9 ARM, "BIND
Primary File Extension: the $GENERATE Directive").
"""

import re
from collections.abc import Sequence

GENERATED_MAX = 1_000
"""Records of all such lines of a file together."""
GENERATED_LETTERS_MAX = 2_000_000
"""Letters of all of them together: a line may be long, and stands for many."""

_RANGE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})(?:/([0-9]{1,9}))?")
_WIDTH_MAX = 255
_DOLLAR = re.compile(r"\\\$|\$\$|\$\{(-?[0-9]{1,9})(?:,([0-9]{1,3})(?:,([doxXnN]))?)?\}|(\$\{?)")


class MalformedError(ValueError):
    """A line that cannot be counted through."""


class TooManyError(ValueError):
    """A line that stands for more than is read; `args`: how many records, and whether its letters are too many."""


def expanded(words: Sequence[str], most: int, letters: int = GENERATED_LETTERS_MAX) -> list[tuple[str, ...]]:
    """Return the words of each line that one stands for; `words`: what stands after $GENERATE.

    Raises MalformedError where the range or a template is none, TooManyError where there are more than `most`,
    or all their words together have more than so many `letters`: no further line is made then.

    >>> expanded(("10-12/2", "h${0,3,d}", "CNAME", "x${-10}"), 1000)
    [('h010', 'CNAME', 'x0'), ('h012', 'CNAME', 'x2')]
    """
    found = _RANGE.fullmatch(words[0]) if len(words) >= 4 else None
    if not found:
        raise MalformedError
    start, stop, step = int(found[1]), int(found[2]), int(found[3] or 1)
    if stop < start or step == 0:
        raise MalformedError
    numbers = range(start, stop + 1, step)
    if len(numbers) > most:
        raise TooManyError(len(numbers), False)
    lines: list[tuple[str, ...]] = []
    for number in numbers:
        if letters <= 0:
            raise TooManyError(len(numbers), True)
        line = tuple(filled(word, number) for word in words[1:])
        letters -= sum(map(len, line))
        lines.append(line)
    if letters < 0:
        raise TooManyError(len(numbers), True)
    return lines


def filled(template: str, number: int) -> str:
    """Return a template with the number in it; raises MalformedError where a modifier is none.

    >>> filled("${0,3,d}.$.${1,4,x}", 15), filled("${0,5,n}", 0x12), filled("${0,4,n}", 0x12)
    ('015.15.0010', '2.1.0', '2.1.')
    """
    return _DOLLAR.sub(lambda found: _one(found, number), template)


def _one(found: re.Match[str], number: int) -> str:
    if found[0] in (r"\$", "$$"):
        return "$"
    if found[4] == "${":
        raise MalformedError
    if found[4]:
        return str(number)
    offset, width, base = int(found[1]), int(found[2] or 0), found[3] or "d"
    value = number + offset
    if width > _WIDTH_MAX or (value < 0 and base != "d"):
        raise MalformedError
    if base in "nN":
        return _nibbles(value, width, "x" if base == "n" else "X")
    return f"{value:0{width}{base}}" if width else f"{value:{base}}"


def _nibbles(value: int, width: int, base: str) -> str:
    """Return the digits from the last on, dots between; the dots count into the width, so an even one ends in a dot."""
    parts: list[str] = []
    while value or width > 0 or not parts:
        parts.append(f"{value & 15:{base}}")
        value, width = value >> 4, width - 1
        if value or width > 0:
            parts.append(".")
            width -= 1
    return "".join(parts)
