"""What panels and APIs hold instead of a line of a zone file: an owner, a TTL in words, a value in a field of its own.

Names stand there without the last dot, TXT without quotes, priorities beside the value. Here they become the words
that a zone file would have; what may be meant otherwise is a finding.
"""

import re
from dataclasses import replace

from core.zonefile.bounds import FINDINGS_MAX, RECORDS_MAX
from core.zonefile.finding import shown
from core.zonefile.names import read_name
from core.zonefile.record import Draft, Row, Token, ZoneFile
from core.zonefile.record_of import record_of
from core.zonefile.whole_zone import check

TEXTS = frozenset(("TXT", "SPF"))
"""Types whose data is nothing but text."""
TARGETS = {
    **dict.fromkeys(("CNAME", "NS", "PTR", "DNAME", "ALIAS", "ANAME"), (0,)),
    **dict.fromkeys(("MX", "AFSDB", "KX", "SVCB", "HTTPS"), (1,)),
    "SRV": (3,),
    "NAPTR": (5,),
    "SOA": (0, 1),
    "RP": (0, 1),
}
"""Which words of a type's data are names."""
STRING_MAX = 255
"""Bytes of a character-string (RFC 1035 s. 3.3)."""
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|"(.*)|((?:[^\s"\\]|\\.|\\$)+)', re.DOTALL)
_MARKS = re.compile(r"(\\.)|([;()])", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:(\d{3})|(.))|(.)", re.DOTALL)


def words(text: str) -> tuple[Token, ...]:
    r"""Return the words of a text in presentation format (RFC 1035 s. 5.1).

    A quotation mark that is not closed closes at the end.

    >>> words('10 "a b" c\\;d')
    (Token(text='10', quoted=False), Token(text='a b', quoted=True), Token(text='c\\;d', quoted=False))
    """
    found = []
    for part in _WORD.finditer(text):
        whole, open_, plain = part.groups()
        # There are no comments and brackets here: what looks like one is data.
        if plain is not None:
            found.append(Token(_MARKS.sub(lambda mark: mark[1] or f"\\{mark[2]}", plain)))
        else:
            found.append(Token(whole if whole is not None else open_, True))
    return tuple(found)


def strings(data: bytes) -> tuple[Token, ...]:
    r"""Return a text as quoted strings, of 255 bytes where it is longer.

    >>> strings('a"\\ż'.encode())
    (Token(text='a\\"\\\\\\197\\188', quoted=True),)
    """
    parts = [data[at : at + STRING_MAX] for at in range(0, len(data), STRING_MAX)] or [b""]
    return tuple(Token("".join(map(_escaped, part)), True) for part in parts)


def _escaped(byte: int) -> str:
    if byte in b'"\\':
        return "\\" + chr(byte)
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03}"


def unescaped(text: str) -> bytes:
    r"""Return the bytes that a text with escapes (RFC 1035 s. 5.1) stands for; a number above 255 is no escape.

    >>> unescaped('a\\;\\195\\188\\999ż')
    b'a;\xc3\xbc\\999\xc5\xbc'
    """
    found = bytearray()
    for number, sign, letter in _ESCAPE.findall(text):
        if number:
            found += bytes([int(number)]) if int(number) < 256 else f"\\{number}".encode()
        else:
            found += (sign or letter).encode("utf-8", "replace")
    return bytes(found)


def resplit(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return strings with those that are over 255 bytes split, as the panel itself does before it serves them."""
    return tuple(part for token in tokens for part in strings(unescaped(token.text)))


def owner(text: str, origin: str) -> str:
    """Return whom a row is about, for a Row: panels write names relative, or absolute without the last dot.

    >>> owner("www", "a.pl."), owner("WWW.A.pl", "a.pl."), owner("", "a.pl.")
    ('www', 'WWW.A.pl.', '@')
    """
    text = text.strip()
    if not text or text == "@":
        return "@"
    return f"{text}." if f".{text.lower()}.".endswith(f".{origin}") else text


def target(text: str, row: Row, draft: Draft) -> str:
    """Return the name that a value leads to, absolute: panels write it whole, without the last dot.

    What has no dot at all is below the zone; what ends as no name of the Internet does may be: a finding with both.
    """
    if text in ("@", "") or (text.endswith(".") and not text.endswith("\\.")):
        return row.origin if text == "@" else text
    below, whole = f"{text}.{row.origin}", f"{text}."
    taken = whole if "." in text else below
    if not read_name(text, row.origin, draft.origin, "target_absolute").told:
        other = below if taken == whole else whole
        draft.found("target_unclear", row.line or None, written=shown(text), taken=shown(taken), other=shown(other))
    return taken


def put(row: Row, value: str, draft: Draft, before: str = "") -> None:
    """Put the record of a row into the draft; `value`: its data as the panel has it, `before`: the priority's words."""
    if row.type in TEXTS:
        tokens = _text(value, row, draft)
    else:
        tokens = words(f"{before} {value}")
        if row.type == "CAA" and len(tokens) > 3:
            # A value with a semicolon, unquoted: 0 issue letsencrypt.org; validationmethods=dns-01
            rest = unescaped(" ".join(token.text for token in tokens[2:]))
            tokens = (*tokens[:2], *strings(rest))
        names = TARGETS.get(row.type, ())
        tokens = tuple(
            Token(target(token.text, row, draft)) if place in names else token for place, token in enumerate(tokens)
        )
    record_of(replace(row, tokens=tokens), draft)


def _text(value: str, row: Row, draft: Draft) -> tuple[Token, ...]:
    """Return the strings of a text: as quoted, or, without quotes, one text with blanks and semicolons and all."""
    value = value.strip()
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        return resplit(words(value))
    if "\\" not in value:
        return strings(value.encode("utf-8", "replace"))
    draft.found("text_backslash", row.line or None, name=shown(row.owner))
    return strings(unescaped(value))


def full(line: int, draft: Draft) -> bool:
    """Tell whether no more is read, with a finding where it is so."""
    if len(draft.records) < RECORDS_MAX and len(draft.findings) < FINDINGS_MAX:
        return False
    draft.found("too_many", line or None, records=RECORDS_MAX, findings=FINDINGS_MAX)
    return True


def finish(draft: Draft) -> ZoneFile:
    """Return the zone that was drafted, with what only the whole tells."""
    check(draft)
    draft.findings.sort(key=lambda finding: finding.line or 0)
    return ZoneFile(draft.origin, draft.dialect, tuple(draft.records), tuple(draft.findings))
