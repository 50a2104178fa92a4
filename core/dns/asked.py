"""What somebody asks of a check, as it stands in a form, a link or on the command line: read into a wish, or refused.

A form is a mapping from names of fields to texts; a blank one leaves the field out.
"""

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import dns.exception
import dns.ttl

from core.dns.addresses import canonical, is_of_the_world
from core.dns.names import Name, is_address, parse_name, parse_record_name, read_each
from core.dns.values import read_value, split_values
from core.dns.views import label_of, misfit, record_type
from core.dns.wish import TYPES, Wish
from core.ground.dates import parse_when
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import MISTAKES, bounded

FIELDS = ("name", "types", "expect", "was", "old", "new", "ttl", "switched")
"""What a form of a check holds: the name; record types; the value that is to be seen and the one before; name servers
before the switch (addresses or names) and after it (names); the longest TTL before it; when it was switched."""

LABEL = "check."
"""Before a field's name where a mistake names it: other forms have fields of the same names."""

READY = ("A", "AAAA", "MX", "TXT", "CNAME", "CAA", "SOA", "SPF", "DMARC", "HTTPS", "SVCB")
"""Types that a page offers; SPF and DMARC are what `core.dns.views` sees in a TXT."""
NONE = "-"
"""Stands for no record at all where a value is expected."""
MORE = ("SRV", "NS")
"""Types for those who know them; NS is asked of no resolver."""

MOST_TOLD = 26
"""Name servers that a form may tell of, on each side: a link could otherwise have a hundred of anybody's asked."""

_TTL_MAX = 2**31 - 1
_LONGEST = 2_000
_IPV4, _IPV6 = re.compile(r"[0-9]+(\.[0-9]+){3}"), re.compile(r"[0-9a-fA-F.]*:[0-9a-fA-F:.]*")
_PARAMETER = r"(mandatory|alpn|no-default-alpn|port|ipv4hint|ech|ipv6hint|key[0-9]+)\b"
# What a value looks like says of which type it is, where several are asked for.
_LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("A", _IPV4),
    ("AAAA", _IPV6),
    ("SPF", re.compile(r'"?v=spf1\b.*', re.IGNORECASE)),
    ("TXT", re.compile(r'"?v=spf1\b.*', re.IGNORECASE)),
    ("DMARC", re.compile(r'"?v=DMARC1\b.*', re.IGNORECASE)),
    ("MX", re.compile(r"[0-9]+\s+\S+")),
    ("SRV", re.compile(r"[0-9]+\s+[0-9]+\s+[0-9]+\s+\S+")),
    ("CAA", re.compile(r"[0-9]+\s+(issue|issuewild|iodef|issuemail|issuevmc)\s+\S.*", re.IGNORECASE)),
    *((type, re.compile(rf"[0-9]+\s+\S+\s+{_PARAMETER}.*")) for type in ("HTTPS", "SVCB")),
)

_T = TypeVar("_T")


def read_wish(form: Mapping[str, str], now: dt.datetime, *, private: bool = True, types: Iterable[str] = READY) -> Wish:
    """Return what a form asks for; raises InputError with every mistake found.

    `now` (UTC): what was switched later than that is refused. `private`: whether addresses of servers that are not the
    world's may be asked. `types`: those that may be asked for.
    """
    wrong: list[FieldError] = []

    def read(field: str, reader: Callable[[str, str], _T], without: _T) -> _T:
        try:
            text = bounded(form.get(field, ""), f"{LABEL}{field}", _LONGEST)
            return reader(text, f"{LABEL}{field}") if text else without
        except InputError as error:
            wrong.extend(error.errors)
            return without

    none: tuple[str, ...] = ()
    name = read("name", parse_record_name, Name("", ""))
    if not form.get("name", "").strip():
        wrong.append(FieldError(f"{LABEL}name", "", Message("error.empty")))
    wanted = read("types", lambda text, field: _types(text, field, tuple(types)), none)
    expect = read("expect", lambda text, field: _values(text, field, wanted), None)
    expected_type, expected = expect or ("", None)
    before = read("was", lambda text, field: _values(text, field, wanted), None)
    was_type, was = before or ("", None)
    if expected_type and was_type and was_type != expected_type:
        wrong.append(FieldError(f"{LABEL}was", form["was"], Message("error.other_type", {"type": expected_type})))
    if name.ascii:
        longer = [f"{below}.{name.ascii}" for type in wanted if (below := label_of(type))]
        read("name", lambda text, field: next((parse_record_name(one, field) for one in longer), name), name)
    servers = read("old", lambda text, field: _servers(text, field, private), none)
    new = read("new", lambda text, field: _each(text, field, lambda part: parse_name(part, field).ascii), none)
    ttl: int | None = read("ttl", _ttl, None)
    switched: dt.datetime | None = read("switched", lambda text, field: _moment(text, field, now), None)
    if wrong:
        raise InputError(*wrong)
    return Wish(
        name,
        wanted or TYPES,
        expected=expected,
        was=was,
        value_type=expected_type or was_type,
        old_servers=servers,
        new_servers=new,
        old_ttl=ttl,
        switched_at=switched,
    )


def _types(text: str, field: str, known: tuple[str, ...]) -> tuple[str, ...]:
    given = split_types(text)
    expected = Message("error.one_of", {"expected": ", ".join(known)})
    wrong = [FieldError(field, type, expected) for type in given if type not in known]
    if wrong:
        raise InputError(*wrong[:MISTAKES])
    return given


def split_types(text: str) -> tuple[str, ...]:
    """Return the record types written in a text, whether they can be asked for or not.

    >>> split_types("a, mx A")
    ('A', 'MX')
    """
    return tuple(dict.fromkeys(part.upper() for part in re.split(r"[\s,]+", text) if part))


def _values(text: str, field: str, wanted: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return of which of the types asked for somebody wrote values, and the values."""
    if text == NONE and len(wanted) == 1:
        return wanted[0], ()
    among = wanted or TYPES
    written = {type: split_values(record_type(type), text) for type in among}
    looks = (type for type, pattern in _LOOKS if type in among and all(map(pattern.fullmatch, written[type])))
    type = among[0] if len(among) == 1 else next(looks, "")
    if not type:
        raise _refused(field, text, Message("error.value_of_which_type", {"types": ", ".join(among)}))
    values: list[str] = []
    wrong: list[FieldError] = []
    for value in written[type]:
        try:
            values.append(read_value(record_type(type), value, field))
        except InputError as error:
            wrong += error.errors
    if wrong:
        raise InputError(*wrong[:MISTAKES])
    if mistake := misfit(type, values):
        raise _refused(field, text, mistake)
    return type, tuple(dict.fromkeys(values))


def _servers(text: str, field: str, private: bool) -> tuple[str, ...]:
    return _each(text, field, lambda part: server_address(part, field, private) or parse_name(part, field).ascii)


def server_address(text: str, field: str, private: bool) -> str:
    """Return an IP address in its shortest form, "" where it is none; raises InputError for one not to be asked.

    `private`: whether one of a network of its own is to be asked: else a form could send questions inwards.
    """
    if not is_address(text):
        return ""
    # A zone (fe80::1%eth0) means something on one machine only.
    if "%" in text:
        raise _refused(field, text, Message("error.ip_address"))
    address = ipaddress.ip_address(canonical(text))
    if address.is_multicast or address.is_unspecified or not (private or is_of_the_world(text)):
        raise _refused(field, text, Message("error.private_address"))
    return str(address)


def _each(text: str, field: str, read: Callable[[str], str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(read_each(text, field, read)))
    if len(found) > MOST_TOLD:
        raise InputError(FieldError(field, "", Message("error.check_servers", {"max": MOST_TOLD})))
    return found


def _ttl(text: str, field: str) -> int:
    try:
        found = dns.ttl.from_text(text.replace(" ", ""))
    except (dns.exception.DNSException, ValueError):
        found = -1
    if not 0 <= found <= _TTL_MAX:
        raise _refused(field, text, Message("error.ttl"))
    return found


def _moment(text: str, field: str, now: dt.datetime) -> dt.datetime:
    try:
        at = parse_when(text, "", field).at
    except InputError:
        raise _refused(field, text, Message("error.check_moment")) from None
    if at > now:
        raise _refused(field, text, Message("error.future"))
    return at


def _refused(field: str, text: str, message: Message) -> InputError:
    return InputError(FieldError(field, text, message))
