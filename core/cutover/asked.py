"""What somebody asks of a look before the switch, as it is typed: read into a `Wanted`, or refused with every mistake.

Fields are named `name`, `new`, `old`, `map`, `mailbox`, `site`, `zone`, `agreed`; whoever asks renames them.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from core.cutover.settings import NAMES_MAX, Targets
from core.cutover.wanted import Wanted
from core.dns.addresses import canonical
from core.dns.names import is_address, parse_name
from core.ground.dates import parse_when
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import LINE, MISTAKES, bounded, shortened
from core.ground.validation import composed, one_line
from core.zonefile.reading import read
from core.zonefile.record import ZoneFile

SERVERS_MAX = 26
"""Name servers on each side; an answer has no more of them either."""

_LOCAL_MAX = 64
"""Octets of an address before its @ (RFC 5321 s. 4.5.3.1.1)."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, in the order of the fields; addresses, pairs (OLD=NEW) and names each for itself."""

    name: str
    new: tuple[str, ...] = ()
    old: tuple[str, ...] = ()
    map: tuple[str, ...] = ()
    mailbox: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    agreed: str = ""


@dataclass(slots=True)
class _Reading:
    """Reads fields, and keeps what is wrong with them."""

    wrong: list[FieldError]

    def each(self, texts: Iterable[str], field: str, most: int, reader: Callable[[str, str], _T]) -> tuple[_T, ...]:
        found: dict[_T, None] = {}
        for text in texts:
            if len(found) >= most:
                self.wrong.append(FieldError(field, "", Message("error.cutover_many", {"max": most})))
                break
            if len(self.wrong) >= MISTAKES:
                break
            if one := self.one(text, field, reader):
                found[one] = None
        return tuple(found)

    def one(self, text: str, field: str, reader: Callable[[str, str], _T]) -> _T | None:
        try:
            return reader(bounded(text, field, LINE), field)
        except InputError as error:
            self.wrong += error.errors
            return None


def read_wanted(typed: Typed, targets: Targets) -> tuple[Wanted, dt.datetime | None]:
    """Return what is asked, without a zone's file, and the agreed moment (UTC); raises InputError with every mistake.

    Servers are addresses that may be asked (`targets`): no name leads to them.
    """
    reading = _Reading([])

    def server(text: str, field: str) -> str:
        return _server(text, field, targets)

    name = reading.one(typed.name, "name", parse_name)
    new = reading.each(typed.new, "new", SERVERS_MAX, server)
    if not typed.new:
        reading.wrong.append(FieldError("new", "", Message("error.missing")))
    old = reading.each(typed.old, "old", SERVERS_MAX, server)
    mapping: dict[str, str] = {}
    for before, after in reading.each(typed.map, "map", NAMES_MAX, _pair):
        if mapping.setdefault(before, after) != after:
            reading.wrong.append(FieldError("map", f"{before}={after}", Message("error.cutover_map_twice")))
    mailboxes = reading.each(typed.mailbox, "mailbox", NAMES_MAX, _mailbox)
    sites = reading.each(typed.site, "site", NAMES_MAX, lambda text, field: parse_name(text, field).ascii)
    agreed = (
        reading.one(typed.agreed, "agreed", lambda text, field: parse_when(text, "", field).at)
        if typed.agreed
        else None
    )
    if reading.wrong or name is None:
        raise InputError(*reading.wrong[:MISTAKES])
    return Wanted(name.ascii, new, old, mapping=mapping, sites=sites, mailboxes=mailboxes), agreed


def read_zone(content: bytes, name: str) -> ZoneFile:
    """Return the zone of a domain (A-labels, no last dot) in a file; raises InputError on "zone".

    The file may leave out which zone it is of, but not be of another one.
    """
    try:
        zone = read(content)
        if not zone.origin:
            zone = read(content, name)
    except InputError as error:
        if all(one.field != "origin" for one in error.errors):
            raise _of_zone(error) from None
        try:
            zone = read(content, name)
        except InputError as other:
            raise _of_zone(other) from None
    if zone.origin != f"{name}.":
        message = Message("error.cutover_other_zone", {"origin": shortened(zone.origin)})
        raise InputError(FieldError("zone", "", message))
    return zone


def read_zone_file(content: bytes | Path, name: str, progress: Callable[[float], object]) -> ZoneFile:
    """Return the same of a file that is held: its bytes, or where they are; `progress` is told the share 1."""
    zone = read_zone(content if isinstance(content, bytes) else content.read_bytes(), name)
    progress(1.0)
    return zone


def _of_zone(error: InputError) -> InputError:
    return InputError(*(replace(one, field="zone") for one in error.errors))


def _server(text: str, field: str, targets: Targets) -> str:
    address = _address(text, field)
    if not targets.may_be_asked(address):
        raise _refused(field, text, Message("error.cutover_not_allowed"))
    return address


def _address(text: str, field: str, message: str = "error.ip_address") -> str:
    # A zone (fe80::1%eth0) means something on one machine only.
    if not is_address(text) or "%" in text:
        raise _refused(field, text, Message(message))
    return canonical(text)


def _pair(text: str, field: str) -> tuple[str, str]:
    before, _, after = text.partition("=")
    old, new = (_address(one.strip(), field, "error.cutover_map") for one in (before, after))
    if (":" in old) != (":" in new):
        raise _refused(field, text, Message("error.cutover_map"))
    return old, new


def _mailbox(text: str, field: str) -> str:
    local, at, domain = composed(text).rpartition("@")
    plain = local == one_line(local) and not any(letter in ' <>"\\@' for letter in local)
    if not at or not local or not plain or len(local.encode("utf-8", "replace")) > _LOCAL_MAX:
        raise _refused(field, text, Message("error.cutover_mailbox"))
    return f"{local}@{parse_name(domain, field).ascii}"


def _refused(field: str, text: str, message: Message) -> InputError:
    return InputError(FieldError(field, shortened(text), message))
