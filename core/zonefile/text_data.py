r"""The strings of a TXT record: octets out of words with escapes, in dnspython's form, and what was hardly meant so.

strings((Token("v=spf1 -all", quoted=True),))    # [b"v=spf1 -all"]
"""

import re
from collections.abc import Sequence

from core.zonefile.finding import shown
from core.zonefile.record import Draft, Row, Token

STRING_MAX = 255
"""Octets of one string (RFC 1035 s. 3.3)."""
TEXT_MAX = 60_000
"""Octets of all strings: a record's data has at most 65,535 (RFC 1035 s. 3.2.1)."""

_PLAIN = re.compile(r"[ !#-\[\]-~]*")
_ESCAPE = re.compile(rb"\\([0-9]{3}|[^0-9]|[0-9]{1,2}|\Z)", re.DOTALL)
_KNOWN = re.compile(r"v=(?:DMARC1|DKIM1|STSv1|TLSRPTv1|BIMI1)", re.IGNORECASE)
# The next tag of such a text: " p=none".
_GOES_ON = re.compile(r"\s*[A-Za-z]{1,4}\s*=")
_SEMICOLONS = re.compile(r"[knptshg]=", re.IGNORECASE)


class TextError(ValueError):
    """A text with a backslash before what it cannot stand before; `args[0]`: the tag of the finding."""


def octets(word: str) -> bytes:
    r"""Return what a word with escapes stands for (RFC 1035 s. 5.1); raises TextError where an escape is none.

    >>> octets(r"v=DMARC1\; p=none\059")
    b'v=DMARC1; p=none;'
    """
    raw = word.encode("utf-8", "surrogateescape")
    return _ESCAPE.sub(_octet, raw) if "\\" in word else raw


def _octet(found: re.Match[bytes]) -> bytes:
    escaped = found[1]
    if not escaped or (escaped.isdigit() and (len(escaped) < 3 or int(escaped) > 255)):
        raise TextError("text_escape")
    return bytes((int(escaped),)) if escaped.isdigit() else escaped


def presented(strings: Sequence[bytes]) -> str:
    r"""Return strings as they stand in a zone file, each in quotes, as dnspython writes them.

    >>> presented([b"a;b", b'"', "ł".encode()])
    '"a;b" "\\"" "\\197\\130"'
    """
    return " ".join(f'"{_escaped(one)}"' for one in strings)


def _escaped(string: bytes) -> str:
    text = string.decode("latin-1")
    if _PLAIN.fullmatch(text):
        return text
    return "".join(
        f"\\{letter}" if letter in '"\\' else letter if " " <= letter <= "~" else f"\\{ord(letter):03}"
        for letter in text
    )


def split(string: bytes) -> list[bytes]:
    """Return a string as ones that are short enough: read one after another they are the same."""
    return [string[start : start + STRING_MAX] for start in range(0, len(string), STRING_MAX)] or [b""]


def read_strings(row: Row, draft: Draft) -> str | None:
    """Return the data of a TXT or SPF record; None, with a finding that says why, where there is none to read."""
    tokens = row.tokens
    if not tokens:
        draft.found("text_none", row.line, type=row.type)
        return None
    try:
        if len(tokens) == 1 and tokens[0].quoted and len(tokens[0].text) <= STRING_MAX:
            text = tokens[0].text
            # The way of nearly all: nothing to be escaped, nothing to be split.
            if _PLAIN.fullmatch(text):
                return f'"{text}"'
        parts = [octets(token.text) for token in _whole(row, draft)]
    except TextError as error:
        draft.found(str(error), row.line, text=shown(_as_written(tokens)))
        return None
    if any(len(part) > STRING_MAX for part in parts):
        longest = max(map(len, parts))
        parts = [short for part in parts for short in split(part)]
        draft.found("text_long", row.line, octets=longest, split=shown(presented(parts)), strings=len(parts))
    if sum(map(len, parts)) + len(parts) > TEXT_MAX:
        draft.found("text_too_long", row.line, most=TEXT_MAX)
        return None
    return presented(parts)


def _whole(row: Row, draft: Draft) -> Sequence[Token]:
    """Return the words of a text, with what a semicolon without quotes has cut off; what was meant is told."""
    tokens = row.tokens
    if any(token.quoted for token in tokens):
        return tokens
    words = " ".join(token.text for token in tokens)
    known = _KNOWN.match(words)
    if row.comment and (known or _SEMICOLONS.match(words)) and _GOES_ON.match(row.comment):
        meant = f"{words};{row.comment}"
        whole = Token(meant.rstrip(), quoted=True)
        served = presented([octets(token.text) for token in tokens])
        draft.found("text_cut", row.line, served=shown(served), meant=shown(presented([octets(whole.text)])))
        return (whole,)
    if len(tokens) > 1:
        several = presented([octets(token.text) for token in tokens])
        draft.found("text_unquoted", row.line, several=shown(several), one=shown(presented([octets(words)])))
    return tokens


def _as_written(tokens: Sequence[Token]) -> str:
    return " ".join(f'"{token.text}"' if token.quoted else token.text for token in tokens)
