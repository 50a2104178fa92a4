"""A record's value in its one written form, whether a server sent it or somebody typed it: forms are what compares.

Text is octets, so a TXT is written whole, without quotes and without the strings that it came in (RFC 1035 s. 3.3.14):
what would be read otherwise (a backslash, a quote, what is invisible) is escaped as in a zone file (RFC 1035 s. 5.1).
"""

import bisect
import hashlib
import itertools
import re
from collections.abc import Sequence
from functools import lru_cache

import dns.exception
import dns.name
import dns.rdata
import dns.rdtypes.ANY.CAA
import dns.rdtypes.txtbase

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import CELL, bounded, shortened

TEXT_MAX = 4096
"""Letters of a value or an extended error; what is longer ends in a digest of the whole between two "…"."""

SHOWN = 4_096
"""Letters of one answer's values that a page shows: a server may send five hundred values, and each one others."""

EXAMPLES = {
    "A": "192.0.2.10",
    "AAAA": "2001:db8::10",
    "MX": "10 mx.example.pl",
    "CNAME": "www.example.pl",
    "NS": "ns1.example.pl",
    "SRV": "10 5 443 www.example.pl",
    "CAA": '0 issue "letsencrypt.org"',
    "SOA": "ns1.example.pl admin.example.pl 2026112801 3600 900 1209600 300",
    "HTTPS": '1 . alpn="h2,h3"',
    "SVCB": '1 dns.example.pl alpn="dot"',
    "TXT": '"v=spf1 -all"',
}
"""A value of each type that can be expected, as it may be typed; those that are views of TXT look like it."""

ONE_A_LINE = frozenset({"TXT", "CAA", "HTTPS", "SVCB"})
"""Types whose values may have a comma inside, so that only a new line ends one."""

_LONGEST = 4_000
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*', re.DOTALL)
# Asked first: a search would begin anew at every quote of a text that none of them ends.
_STRINGS = re.compile(rf"(?:{_STRING.pattern})+", re.DOTALL)
_ESCAPE = re.compile(r"\\([0-9]{3}|\D)")
_ESCAPES = re.compile(r"(?:[^\\]|\\[0-9]{3}|\\\D)*")
_CAA = re.compile(r"([0-9]+)\s+([A-Za-z0-9]+)\s+(\S.*)", re.DOTALL)
_LABEL = re.compile(rb"[A-Za-z0-9_*/-]+")
# A line of a zone file, or of dig: the text of a TXT stands in quotes there.
_LINE = re.compile(r"(?:\S+\s+)?(?:[0-9]+\s+)?IN\s+([A-Za-z]+)\s+(\S.*)", re.DOTALL)


def value_text(rdata: dns.rdata.Rdata) -> str:
    """Return a record's value in its written form: names in lower case without the last dot.

    >>> value_text(dns.rdata.from_text("IN", "MX", "10 Mail.EXAMPLE."))
    '10 mail.example'
    >>> value_text(dns.rdata.from_text("IN", "TXT", '"v=spf1 " "-all"'))
    'v=spf1 -all'
    """
    if isinstance(rdata, dns.rdtypes.txtbase.TXTBase):
        return _of_octets(b"".join(rdata.strings))
    if isinstance(rdata, dns.rdtypes.ANY.CAA.CAA):
        # RFC 8659 s. 4.1: whatever the case of a tag.
        rdata = rdata.replace(tag=rdata.tag.lower())
    text = rdata.to_text()
    if names := _names(rdata):
        plain = {name.to_text(): plain_name(name) or "." for name in names}
        text = " ".join(plain.get(word, word) for word in text.split(" "))
    return cut(text)


def read_value(type: str, text: str, field: str) -> str:
    r"""Return what somebody typed as the value of a record in its written form; raises InputError with what is right.

    `type`: one of EXAMPLES. A written form is read as itself.

    >>> read_value("MX", "010  MX.Żółw.pl.", "expect")
    '10 mx.xn--w-uga1v8h.pl'
    >>> read_value("TXT", r'"v=DMARC1\; " "p=none"', "expect")
    'v=DMARC1; p=none'
    """
    text = bounded(text, field, _LONGEST)
    if type == "TXT":
        return _text(text, field)
    if (line := _LINE.fullmatch(text)) and line[1].upper() == type:
        raise _refused(field, text, Message("error.record_line", {"value": line[2]}))
    if type == "CAA" and (caa := _CAA.fullmatch(text)):
        # Of a zone file's line a ";" would begin a comment; whoever leaves out the quotes means the whole.
        text = f"{caa[1]} {caa[2]} {_quoted(_octets(caa[3], text, field))}"
    try:
        rdata = dns.rdata.from_text("IN", type, text, idna_codec=dns.name.IDNA_2008_Practical)
    except (dns.exception.DNSException, ValueError):
        raise _wrong(type, text, field) from None
    for name in _names(rdata):
        _check(name, type, text, field, whole=type != "SOA")
    return value_text(rdata)


def split_values(type: str, text: str) -> list[str]:
    """Return the values of a type that stand in a text, as they were typed.

    >>> split_values("A", "192.0.2.1, 192.0.2.2")
    ['192.0.2.1', '192.0.2.2']
    >>> split_values("TXT", '"a, b" "c"')
    ['"a, b" "c"']
    """
    text = bounded(text, "value", CELL)
    # There is one SOA, and in brackets a record goes on over the ends of lines (RFC 1035 s. 5.1).
    if type == "SOA" or (type == "TXT" and text.startswith("(") and _STRINGS.fullmatch(_bare(text))):
        return [text] if text else []
    parts = text.splitlines()
    if type not in ONE_A_LINE:
        parts = [part for line in parts for part in line.split(",")]
    return [part for part in map(str.strip, parts) if part]


def safe(octets: bytes) -> str:
    """Return text of somebody else's: other octets than UTF-8 and what is invisible are written as escapes."""
    text = octets[: 4 * TEXT_MAX + 4].decode("utf-8", "backslashreplace")
    if not text.isprintable():
        text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return cut(text, octets)


def cut(text: str, whole: bytes | None = None) -> str:
    """Return text of at most TEXT_MAX letters; what is cut off stands there as a digest, so that it can be compared.

    `whole`: what it was made of, where it is no more all of it.
    """
    if len(text) <= TEXT_MAX:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape") if whole is None else whole).hexdigest()
    end = f"…{digest[:16]}…"
    return text[: TEXT_MAX - len(end)] + end


def as_shown(values: Sequence[str]) -> list[str]:
    """Return values to be looked at: as many as come to SHOWN letters (the first is always one), then "… +" the rest.

    >>> as_shown(["192.0.2.1", "192.0.2.2"])
    ['192.0.2.1', '192.0.2.2']
    """
    ends = list(itertools.accumulate(map(len, values)))
    count = max(1, bisect.bisect_right(ends, SHOWN))
    return [*values[:count], *([f"… +{len(values) - count}"] if count < len(values) else [])]


def plain_name(name: dns.name.Name) -> str:
    """Return a name in lower case without the last dot, "" for the root."""
    return "" if name == dns.name.root else name.canonicalize().to_text(omit_final_dot=True)


@lru_cache(1_024)
def _slots(classes: tuple[type, ...]) -> tuple[str, ...]:
    return tuple(slot for base in classes for slot in getattr(base, "__slots__", ()))


def _names(rdata: dns.rdata.Rdata) -> list[dns.name.Name]:
    slots = _slots(type(rdata).__mro__)
    return [name for slot in slots if isinstance(name := getattr(rdata, slot, None), dns.name.Name)]


def _of_octets(octets: bytes) -> str:
    text = octets[: 4 * TEXT_MAX + 4].decode("utf-8", "surrogateescape")
    if not text.isprintable() or "\\" in text or '"' in text or text != text.strip(" "):
        inner = text.strip(" ")
        before = len(text) - len(text.lstrip(" ")) if inner else len(text)
        after = len(text) - before - len(inner)
        text = r"\032" * before + "".join(map(_escaped, inner)) + r"\032" * after
    return cut(text, octets)


def _escaped(letter: str) -> str:
    if letter in '\\"':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return "".join(f"\\{octet:03}" for octet in letter.encode("utf-8", "surrogateescape"))


def _text(text: str, field: str) -> str:
    line = _LINE.fullmatch(text)
    if line and line[1].upper() == "TXT" and line[2].startswith('"'):
        raise _refused(field, text, Message("error.record_line", {"value": line[2]}))
    return _of_octets(_octets(text, text, field))


def _octets(text: str, typed: str, field: str) -> bytes:
    """Return the octets of a text that is in quotes (in one string or several) or in none; part of what was `typed`."""
    if text.startswith("(") and _STRINGS.fullmatch(bare := _bare(text)):
        text = bare
    strings = [text]
    if text.startswith('"'):
        if not _STRINGS.fullmatch(text):
            raise _refused(field, typed, Message("error.record_quotes"))
        strings = _STRING.findall(text)
    try:
        return b"".join(map(_unescaped, strings))
    except ValueError:
        raise _refused(field, typed, Message("error.record_escape")) from None


def _unescaped(string: str) -> bytes:
    """Return the octets of a string; raises ValueError where a backslash stands for nothing."""
    if not _ESCAPES.fullmatch(string):
        raise ValueError
    # Every other part is what was escaped; bytes() refuses what is no octet.
    parts = _ESCAPE.split(string)
    return b"".join(
        bytes([int(part)]) if number % 2 and len(part) == 3 else part.encode("utf-8", "surrogatepass")
        for number, part in enumerate(parts)
    )


def _bare(text: str) -> str:
    return text[1:-1].strip() if text.startswith("(") and text.endswith(")") else text


def _quoted(octets: bytes) -> str:
    return '"' + "".join(chr(o) if 32 <= o < 127 and o not in b'"\\' else f"\\{o:03}" for o in octets) + '"'


def _check(name: dns.name.Name, type: str, text: str, field: str, *, whole: bool) -> None:
    """Refuse a name that nobody means: one without its domain, and letters that no host has (an address of the web).

    `whole`: all of its labels are a host's; the first of a mailbox in a SOA may be anything.
    """
    if name == dns.name.root:
        return
    labels = [label for label in name.labels if label]
    if not all(map(_LABEL.fullmatch, labels if whole else labels[1:])):
        raise _wrong(type, text, field)
    if len(labels) < 2:
        # "@" is a zone's own name, which nobody knows here.
        short = name.to_text(omit_final_dot=True)
        values = {"name": short, "example": f"{short}.example.pl" if labels else "example.pl"}
        raise _refused(field, text, Message("error.record_short_name", values))


def _wrong(type: str, text: str, field: str) -> InputError:
    return _refused(field, text, Message("error.record_value", {"type": type, "example": EXAMPLES[type]}))


def _refused(field: str, text: str, message: Message) -> InputError:
    return InputError(FieldError(field, shortened(text), message))
