"""The data of a record, type by type, in dnspython's form. The usual types go a short way, all others dnspython's."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import dns.exception
import dns.ipv4
import dns.ipv6
import dns.name
import dns.rdata
import dns.rdataclass

from core.dns.names import is_address
from core.ground.messages import Message
from core.zonefile.finding import shown
from core.zonefile.names import Use, read_name
from core.zonefile.record import TTL_MAX, Dialect, Draft, Row, Token
from core.zonefile.text_data import read_strings
from core.zonefile.ttl import seconds

ABSOLUTE_MEANT: frozenset[Dialect] = frozenset(("godaddy", "route53", "forpsi", "table", "plesk", "hestia"))
"""Dialects in which a target such as `aspmx.l.google.com` is meant whole, dot or not."""

_NAMES: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("CNAME", "NS", "PTR", "DNAME", "MB", "MD", "MF", "MG", "MR", "NSAP-PTR", "NSEC"), (0,)),
    **dict.fromkeys(("MX", "AFSDB", "KX", "RT", "HTTPS", "SVCB", "LP"), (1,)),
    **dict.fromkeys(("SOA", "RP", "MINFO"), (0, 1)),
    "SRV": (3,),
    "NAPTR": (5,),
    "PX": (1, 2),
    "RRSIG": (7,),
}
"""Where names stand in the data of a type, by word."""
_HOST_TARGETS = frozenset(("MX", "NS", "SRV"))
"""Types whose targets BIND checks to be host names."""
_NUMBER_MAX = 65_535
_WORDS_MAX = 5_000
_LETTERS_MAX = 200_000
"""Words and letters of a record's data; in hexadecimal digits the longest has 131,070."""
_DIGITS = re.compile(r"[0-9]{1,5}")
_REASONS = (
    (re.compile(r"expecting an integer|-bit integer"), "integer"),
    (re.compile(r"expecting (?:a string|an identifier)|unexpected end|not enough values"), "short"),
    (re.compile(r"expected EOL|expecting EOL"), "more"),
    (re.compile(r"(?i)hexadecimal|odd-length|hex data"), "hex"),
    (re.compile(r"(?i)base64|base32|padding"), "base64"),
    (re.compile(r"length inconsistent"), "digest"),
    (re.compile(r"SVCB ParamKey|whitespace after ="), "parameter"),
    (re.compile(r"AliasMode"), "alias_mode"),
    (re.compile(r"generic rdata does not start"), "generic"),
)
"""What dnspython says in English, and which of our reasons that is; of the rest its own words are given."""
_PLAIN_V4 = re.compile(r"(?:(?:[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5]|0)(?:\.(?!\Z)|\Z)){4}")
_ZEROS = re.compile(r"(?:[0-9]{1,4}\.){3}[0-9]{1,4}")


def data_of(row: Row, draft: Draft) -> str | None:
    """Return the data of a row in presentation format, its names absolute; None, with a finding, where it is none."""
    if len(row.tokens) > _WORDS_MAX:
        return _unread(row, draft, "long", most=_LETTERS_MAX)
    reader = _READERS.get(row.type)
    if reader and not (row.tokens and row.tokens[0].text == r"\#"):
        return reader(row, draft)
    return _of_any(row, draft)


# -- addresses


def _of_address(row: Row, draft: Draft) -> str | None:
    if len(row.tokens) != 1:
        return _unread(row, draft, "words", words=1)
    text = row.tokens[0].text
    if row.type == "A" and _PLAIN_V4.fullmatch(text):
        return text
    read = _v4(text) if row.type == "A" else _v6(text)
    if read is not None:
        if row.type == "AAAA" and read.startswith("::ffff:") and "." in read:
            draft.found("address_mapped", row.line, address=read)
        return read
    if row.type == "A" and (plain := _without_zeros(text)):
        draft.found("address_zeros", row.line, written=shown(text), read=plain, octal=_octal(text))
        return plain
    draft.found("no_address", row.line, type=row.type, data=shown(text))
    return None


@lru_cache(5_000)
def _v6(text: str) -> str | None:
    try:
        return dns.ipv6.inet_ntoa(dns.ipv6.inet_aton(text))
    except (dns.exception.DNSException, ValueError):
        return None


def _v4(text: str) -> str | None:
    try:
        return dns.ipv4.inet_ntoa(dns.ipv4.inet_aton(text))
    except (dns.exception.DNSException, ValueError):
        return None


def _without_zeros(text: str) -> str | None:
    return _v4(".".join(str(int(part)) for part in text.split("."))) if _ZEROS.fullmatch(text) else None


def _octal(text: str) -> str:
    """Return what a program makes of an address for which a leading zero means octal, "-" where it makes nothing."""
    try:
        parts = [int(part, 8 if part.startswith("0") else 10) for part in text.split(".")]
    except ValueError:
        return "-"
    return ".".join(map(str, parts)) if max(parts) < 256 else "-"


# -- names


def _target(row: Row, draft: Draft, text: str) -> str | None:
    """Return a name in a row's data as an absolute one; None, with a finding, where it is none."""
    use: Use = "target_absolute" if draft.dialect in ABSOLUTE_MEANT else "target"
    found = read_name(text, row.origin, draft.origin, use)
    for tag, values in found.told:
        draft.found(tag, row.line, **{key: shown(str(value)) for key, value in values.items()})
    name = found.name
    if not name:
        return None
    if (":" in text or text.removesuffix(".")[-1:].isdigit()) and is_address(text.removesuffix(".")):
        tag = "cname_to_address" if row.type in ("CNAME", "DNAME") else "target_address"
        draft.found(tag, row.line, type=row.type, address=text, name=shown(name))
    elif "_" in name and row.type in _HOST_TARGETS:
        draft.found("underscore_target", row.line, type=row.type, name=shown(name))
    return name


def _of_name(row: Row, draft: Draft) -> str | None:
    if len(row.tokens) != 1:
        return _unread(row, draft, "words", words=1)
    return _target(row, draft, row.tokens[0].text)


def _of_mx(row: Row, draft: Draft) -> str | None:
    tokens = row.tokens
    if len(tokens) == 2 and not _number(tokens[0]) and (turned := _number(tokens[1])):
        draft.found("mx_turned", row.line, written=shown(f"{tokens[0].text} {tokens[1].text}"), priority=turned)
        tokens = (tokens[1], tokens[0])
    if len(tokens) == 1 and not _number(tokens[0]):
        draft.found("mx_without_priority", row.line, target=shown(tokens[0].text))
        return None
    if len(tokens) != 2:
        return _unread(row, draft, "words", words=2)
    if not (priority := _number(tokens[0])):
        return _unread(row, draft, "number", most=_NUMBER_MAX)
    target = _target(row, draft, tokens[1].text)
    return target and f"{priority} {target}"


def _of_srv(row: Row, draft: Draft) -> str | None:
    if len(row.tokens) != 4:
        return _unread(row, draft, "words", words=4)
    numbers = [_number(token) for token in row.tokens[:3]]
    if not all(numbers):
        return _unread(row, draft, "number", most=_NUMBER_MAX)
    target = _target(row, draft, row.tokens[3].text)
    return target and f"{' '.join(numbers)} {target}"


def _of_soa(row: Row, draft: Draft) -> str | None:
    if len(row.tokens) != 7:
        return _unread(row, draft, "words", words=7)
    primary, mailbox = row.tokens[0].text, row.tokens[1].text
    local, at, domain = mailbox.partition("@")
    if at and local and domain and "\\" not in local:
        # A mail address is never below the zone: its domain is whole.
        mailbox = f"{local.replace('.', chr(92) + '.')}.{domain.removesuffix('.')}."
        draft.found("soa_mailbox", row.line, written=shown(row.tokens[1].text), read=shown(mailbox))
    serial = row.tokens[2].text
    times = [seconds(token.text) for token in row.tokens[3:]]
    if not (serial.isdigit() and serial.isascii() and len(serial) <= 10 and int(serial) < 2**32):
        return _unread(row, draft, "number", most=2**32 - 1)
    if any(time is None or time > TTL_MAX for time in times):
        return _unread(row, draft, "time", most=TTL_MAX)
    if not all(token.text.isdigit() for token in row.tokens[3:]):
        draft.found("soa_units", row.line, text=" ".join(token.text for token in row.tokens[3:]))
    names = _target(row, draft, primary), _target(row, draft, mailbox)
    return f"{names[0]} {names[1]} {int(serial)} {' '.join(map(str, times))}" if all(names) else None


def _number(token: Token) -> str:
    """Return a number of two octets without leading zeros, "" where a word is none."""
    text = token.text
    if _DIGITS.fullmatch(text) and int(text) <= _NUMBER_MAX and not token.quoted:
        return str(int(text))
    return ""


# -- whatever else


def _of_any(row: Row, draft: Draft) -> str | None:
    """Return what dnspython makes of the data, after its names were made absolute."""
    if sum(len(token.text) for token in row.tokens) > _LETTERS_MAX:
        return _unread(row, draft, "long", most=_LETTERS_MAX)
    tokens = list(row.tokens)
    for place in _NAMES.get(row.type, ()):
        if place < len(tokens) and tokens[0].text != r"\#":
            name = _target(row, draft, tokens[place].text)
            if name is None:
                return None
            tokens[place] = Token(name)
    try:
        data = dns.rdata.from_text(dns.rdataclass.IN, row.type, _written(tokens), dns.name.root, relativize=False)
        return data.to_text()
    except (dns.exception.DNSException, ValueError, ArithmeticError, LookupError, AttributeError, TypeError) as error:
        said = str(error)
        why = next((why for pattern, why in _REASONS if pattern.search(said)), "data")
        return _unread(row, draft, why, **({"detail": shown(said) or type(error).__name__} if why == "data" else {}))


def _written(tokens: Sequence[Token]) -> str:
    """Return words as a line of text; what belongs to `alpn=` follows it without a blank (RFC 9460 s. 2.1)."""
    parts: list[str] = []
    for token in tokens:
        joined = token.quoted and parts and parts[-1].endswith("=")
        parts.append(f'{"" if joined or not parts else " "}"{token.text}"' if token.quoted else f" {token.text}")
    return "".join(parts)


def _unread(row: Row, draft: Draft, why: str, **values: object) -> str | None:
    """Put in why a row's data is none, with as much of it as may be shown; returns None, as there is none."""
    text = " ".join(token.text for token in row.tokens[:20])
    reason = Message(f"zone.finding.reason.{why}", {"type": row.type, **values})
    draft.found("data_unreadable", row.line, type=row.type, data=shown(text), reason=reason)
    return None


_READERS: dict[str, Callable[[Row, Draft], str | None]] = {
    **dict.fromkeys(("A", "AAAA"), _of_address),
    **dict.fromkeys(("CNAME", "NS", "PTR", "DNAME"), _of_name),
    **dict.fromkeys(("TXT", "SPF"), read_strings),
    "MX": _of_mx,
    "SRV": _of_srv,
    "SOA": _of_soa,
}
