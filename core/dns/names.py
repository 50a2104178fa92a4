"""A domain's name as people write it, made into the one that the DNS knows; what is no such name is told why."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import idna

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import CELL, LINE, MISTAKES, bounded, shortened
from core.ground.validation import one_line

LABEL_MAX = 63
"""Letters of a label in its ASCII form (RFC 1035 s. 2.3.4, RFC 5891 s. 4.2.4)."""
NAME_MAX = 253
"""Letters of a whole name without the last dot: 255 octets on the wire (RFC 1035 s. 2.3.4)."""

# RFC 1123 s. 2.1: letters, digits and hyphens, no hyphen at an end.
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_PLAIN = re.compile(rf"(?:{_LABEL}\.)+{_LABEL}")
# Labels before a domain, the last of them with an underscore.
_BELOW = re.compile(r"((?:[a-z0-9_-]{1,63}\.)*_[a-z0-9_-]{0,62}\.)([^_]+)", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z0-9-]+")

# What people paste around a name. Each takes something away, so reading what is left comes to an end.
_AROUND = (
    (re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/?#]*@)?([^/?#]*).*", re.IGNORECASE), "error.name_url"),
    (re.compile(r"/*([^/?#@]*)[/?#].*"), "error.name_url"),
    (re.compile(r".*@([^@]*)"), "error.name_email"),
    (re.compile(r"([^:]+):[0-9]*"), "error.name_port"),
)
_MARKS = ((" ", "error.name_space"), ("_", "error.name_underscore"), ("*", "error.name_wildcard"))
_IDNA_MESSAGES = {
    "hyphen_3_4": "error.name_hyphen",
    "hyphen_start_end": "error.name_hyphen",
    "label_too_long": "error.name_label_long",
    "input_too_long": "error.name_label_long",
    "invalid_alabel": "error.name_punycode",
    "non_canonical_alabel": "error.name_punycode",
}

# A host ends at any separator, a URL's path only at a blank or before another URL.
_SCHEME = r"[a-z][a-z0-9.-]{0,20}://"
_HOST = r"(?:[^\s/@]*@)?[^\s/?#,;|+]*"
_PART = re.compile(
    rf"{_SCHEME}{_HOST}(?:[/?#]\S*?(?=[,;|+]{_SCHEME}|[,;|+]?(?:\s|$)))?|[^\s,;|+]+", re.IGNORECASE
)  # fmt: skip
_BETWEEN = frozenset(("i", "oraz", "and", "/", "&"))


@dataclass(frozen=True, slots=True)
class Name:
    """A name in lower case without the last dot: as the DNS has it, and as people read it (Unicode for an IDN)."""

    ascii: str
    display: str


def parse_name(text: str, field: str = "domain") -> Name:
    """Return the name of a domain that somebody wrote; raises InputError saying what to write instead.

    Case, invisible letters and a last dot do not matter; other letters than ASCII are mapped by UTS 46 and checked
    by IDNA 2008 (RFC 5891). `www.` is part of the name.

    >>> parse_name("Żółw.PL.")
    Name(ascii='xn--w-uga1v8h.pl', display='żółw.pl')
    """
    # Not of what is too long, and not told before its password is out.
    if len(text := text.strip()) > LINE:
        value = shortened(_without_password(text))
        raise InputError(FieldError(field, value, Message("error.too_long", {"max_length": NAME_MAX})))
    read = _read(text)
    if isinstance(read, Name):
        return read
    raise InputError(FieldError(field, _without_password(one_line(text)), read))


def parse_record_name(text: str, field: str = "name") -> Name:
    """Return the name of a record: a domain's, or one below it whose labels have underscores (RFC 8552).

    Raises InputError as `parse_name` does.

    >>> parse_record_name("Sel1._domainkey.Żółw.pl").ascii
    'sel1._domainkey.xn--w-uga1v8h.pl'
    """
    found = _BELOW.fullmatch(one_line(text)) if len(text := text.strip()) <= LINE else None
    if not found:
        return parse_name(text, field)
    domain = parse_name(found[2], field)
    below = found[1].lower()
    if len(below) + len(domain.ascii) > NAME_MAX:
        raise InputError(FieldError(field, one_line(text), Message("error.too_long", {"max_length": NAME_MAX})))
    return Name(below + domain.ascii, below + domain.display)


def split_names(text: str) -> list[str]:
    """Return the parts of a cell with several domains, in order, each as it was written.

    >>> split_names("a.pl, b.pl i www.c.pl / https://d.pl/x,y;z")
    ['a.pl', 'b.pl', 'www.c.pl', 'https://d.pl/x,y;z']
    """
    return [part for part in _PART.findall(text) if part.lower() not in _BETWEEN and one_line(part)]


_T = TypeVar("_T")


def read_each(text: str, field: str, read: Callable[[str], _T]) -> list[_T]:
    """Return what each name in a text reads as, in order; raises InputError with the first MISTAKES that do not."""
    found: list[_T] = []
    wrong: list[FieldError] = []
    for part in split_names(bounded(text, field, CELL)):
        try:
            found.append(read(part))
        except InputError as error:
            wrong += error.errors
        if len(wrong) >= MISTAKES:
            break
    if wrong:
        raise InputError(*wrong[:MISTAKES])
    return found


def _without_password(text: str) -> str:
    before, at, after = text.rpartition("@")
    return f"…{at}{after}" if ":" in before else text


# An import reads the name servers of ten thousand rows, which are mostly the same few.
@lru_cache(50_000)
def _read(text: str) -> Name | Message:
    text = one_line(text)
    plain = text.lower().removesuffix(".")
    if _PLAIN.fullmatch(plain) and "--" not in plain:
        return _checked(plain, plain)
    return _not_a_name(text) or _international(text)


def _not_a_name(text: str) -> Message | None:
    """Return what stands there instead of a name, with the name inside it where there is one."""
    if not text:
        return Message("error.empty")
    if is_address(text.removeprefix("[").removesuffix("]")):
        return Message("error.name_address")
    for pattern, message in _AROUND:
        if found := pattern.fullmatch(text):
            inside = _read(found[1])
            return Message(message, {"name": inside.display}) if isinstance(inside, Name) else inside
    for mark, message in _MARKS:
        if mark in text:
            return Message(message)
    return None


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _international(text: str) -> Name | Message:
    # Nothing as long as that becomes a name by mapping, and punycode takes its time.
    if len(text) > 4 * NAME_MAX:
        return Message("error.too_long", {"max_length": NAME_MAX})
    try:
        labels = idna.uts46_remap(text, std3_rules=False).removesuffix(".").split(".")
        if not all(labels):
            return Message("error.name_empty_label")
        # In ASCII a label is no shorter.
        if max(map(len, labels)) > LABEL_MAX:
            return Message("error.name_label_long", {"max_length": LABEL_MAX})
        if any(label.isascii() and not _LETTERS.fullmatch(label) for label in labels):
            return Message("error.name_letters")
        written = [idna.alabel(label).decode("ascii") for label in labels]
        ascii, display = ".".join(written), ".".join(map(idna.ulabel, written))
    except idna.IDNAError as error:
        return _told(error.code or "")
    # RFC 5892 A.1 allows joiners in some scripts; they are invisible, so such a name is shown in ASCII.
    return _checked(ascii, display if one_line(display) == display else ascii)


def _told(code: str) -> Message:
    if code.startswith("bidi"):
        return Message("error.name_bidi")
    id = _IDNA_MESSAGES.get(code, "error.name_letters")
    return Message(id, {"max_length": LABEL_MAX} if id == "error.name_label_long" else {})


def _checked(ascii: str, display: str) -> Name | Message:
    labels = ascii.split(".")
    if max(map(len, labels)) > LABEL_MAX:
        return Message("error.name_label_long", {"max_length": LABEL_MAX})
    if len(ascii) > NAME_MAX:
        return Message("error.too_long", {"max_length": NAME_MAX})
    if len(labels) == 1:
        return Message("error.name_one_label")
    if labels[-1].isdigit():
        if is_address(ascii):
            return Message("error.name_address")
        return Message("error.name_numeric_end", {"label": labels[-1]})
    return Name(ascii, display)
