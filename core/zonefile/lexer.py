r"""A zone file's text into logical lines: words, quotes and parentheses (RFC 1035 s. 5.1), each with its line number.

    [line.tokens for line in lines_of("@ SOA ns h (\n 1 2 3 4 5 ) ; all")]      # one logical line, of nine words

A quote ends on its line. A parenthesis that nobody closes ends where a record begins, so that one mistake does not
take the rest of the file with it: what was taken is told, line by line. Each line is looked at once.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from core.zonefile.record import Token

LINES_MAX = 2_000
"""Lines that one record may go over."""
LETTERS_MAX = 200_000
"""Letters of one record: the longest that there can be, in hexadecimal digits, has 131,070."""

Fault = Literal["", "unclosed_quote", "unclosed_parenthesis", "stray_parenthesis", "line_long"]

_BLANK = r"\s\u200b\ufeff"
_WORD = re.compile(
    rf"""(?P<blank>[{_BLANK}]+)|(?P<comment>;.*)|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<mark>["()])"""
    rf"""|(?P<word>(?:[^{_BLANK};"()\\]|\\.|\\\Z)+)""",
    re.DOTALL,
)
_ODD = re.compile(r"[^\S \t\r\n]|[\u200b\ufeff]")
_SPECIAL = re.compile(r'["()\\]')
# Data as it begins in a record of its own: a list of types inside of a parenthesis ("A MX TXT") does not look so.
_BEGINS = re.compile(
    r"""[^\s"();]*[ \t]+(?:(?:[0-9]{1,10}[smhdw]?|IN)[ \t]+){0,2}(?:
        A[ \t]+[0-9]+\.[0-9]+\.|AAAA[ \t]+[0-9a-f]*:[0-9a-f:]|(?:MX|SRV|CAA|TLSA|DS|HTTPS)[ \t]+[0-9]+[ \t]
        |TXT[ \t]+["v(]|SOA[ \t]+\S+[ \t]+\S|(?:CNAME|NS|PTR|DNAME)[ \t]+[^\s();]+[ \t]*(?:;|\Z))""",
    re.IGNORECASE | re.VERBOSE,
)


class Line(NamedTuple):
    """A logical line. `number`, `last`: its first and its last line, from 1. `indented`: it begins with a blank.

    `comment`: what stands after the semicolon of its last line. `touching`: a quoted word and the quoted one before
    it have no blank between them. `odd`: there is a blank that is none to a name server (a no-break space). `fault`:
    why it cannot be read; its words are then those that were found, and `taken` the further lines that went with it.
    """

    number: int
    last: int
    indented: bool
    tokens: tuple[Token, ...]
    comment: str = ""
    touching: bool = False
    odd: bool = False
    fault: Fault = ""
    taken: tuple[int, ...] = ()


def lines_of(text: str) -> Iterator[Line]:
    """Yield the logical lines of a text, those of comments alone too (without words); blank ones are left out."""
    physical = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(physical):
        line = physical[at]
        at += 1
        if not line or line.isspace():
            continue
        if len(line) <= LETTERS_MAX and line.isascii() and not _SPECIAL.search(line):
            words, _, comment = line.partition(";")
            yield Line(at, at, line[0] in " \t", tuple([Token(word) for word in words.split()]), comment)
            continue
        found = _long_line(physical, at)
        yield found
        at = found.last


def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the words of a value that stands by itself, as of a record's data: `10 mx.alfa.example.`.

    Parentheses mean nothing there, and a quote that is not closed is a letter.
    """
    return tuple(
        Token(found["quoted"], quoted=True) if found["quoted"] is not None else Token(found[0])
        for found in _WORD.finditer(text.replace("\n", " "))
        if found["blank"] is None and (found["mark"] is None or found["mark"] == '"')
    )


def _long_line(physical: Sequence[str], number: int) -> Line:
    """Return the logical line that begins at a line (from 1) with quotes, parentheses or unusual letters."""
    tokens: list[Token] = []
    depth, letters, comment, touching, odd = 0, 0, "", False, False
    fault: Fault = ""
    last = number
    while True:
        line = physical[last - 1]
        letters += len(line)
        if letters > LETTERS_MAX:
            fault = "line_long"
            break
        if last > number and _BEGINS.match(line):
            fault, last = "unclosed_parenthesis", last - 1
            break
        before = "blank"
        for found in _WORD.finditer(line):
            kind = found.lastgroup or ""
            if kind == "comment":
                comment = found[0][1:]
            elif kind == "blank":
                odd = odd or bool(_ODD.search(found[0]))
            elif found[0] == '"':
                fault = "unclosed_quote"
            elif found[0] == "(":
                depth += 1
            elif found[0] == ")":
                depth -= 1
                if depth < 0:
                    fault = "stray_parenthesis"
            else:
                touching = touching or (before == kind == "quoted")
                tokens.append(Token(found["quoted"], quoted=True) if kind == "quoted" else Token(found[0]))
            before = kind if kind in ("quoted", "word") else "blank"
            if fault:
                break
        if fault or depth == 0:
            break
        if last == len(physical) or last - number >= LINES_MAX:
            fault = "unclosed_parenthesis"
            break
        last += 1
    taken = tuple(n for n in range(number + 1, last + 1) if physical[n - 1].strip()) if fault else ()
    # A byte order mark before the first name is no blank.
    first = physical[number - 1].lstrip("\u200b\ufeff")
    return Line(number, last, first[:1].isspace(), tuple(tokens), comment, touching, odd, fault, taken)
