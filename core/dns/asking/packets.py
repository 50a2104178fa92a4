"""The bytes of a question and what the bytes of an answer say; anything may arrive, and nothing here fails on it.

Only the walk along a message is ours, as it is the hot loop; what stands in a record is read by dnspython.
Messages: RFC 1035 s. 4.1; EDNS0: RFC 6891; NSID: RFC 5001; extended errors: RFC 8914; unknown types: RFC 3597.
"""

import datetime as dt
import re
import socket
import string
import struct
from functools import lru_cache

import dns.exception
import dns.flags
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
from dns.rdatatype import RdataType as Type

from core.dns.observation import Extension, Observation, Question, Rrset, Server, Transport
from core.dns.values import cut, plain_name, safe, value_text

PAYLOAD = 1232
"""The largest answer over UDP that is asked for, in octets (DNS flag day 2020: never fragmented)."""
RECORDS_MAX = 500
"""So many records of an answer are kept; more are only stepped over."""
OPTIONS_MAX = 16
"""So many extended errors of an answer are kept."""

_HEADER = 12
_POINTER = b"\xc0\x0c"
_A, _OPT = int(Type.A), int(Type.OPT)
_TTL_MAX = 2**31 - 1
_NSID, _EDE = 3, 15
_FLAGS = {name: int(dns.flags.Flag[name]) for name in ("AA", "TC", "RD", "RA", "AD", "CD")}
_TC = 0x02  # in the third octet
_FIXED = struct.Struct("!HHIH")
_COUNTS = struct.Struct("!HHH")

# Where names may be compressed (RFC 1035 s. 3.3, RFC 3597 s. 4): octets before the first, and how many there are.
_COMPRESSED: dict[int, tuple[int, int]] = {
    **dict.fromkeys((Type.NS, Type.CNAME, Type.PTR, Type.DNAME), (0, 1)),
    **dict.fromkeys((Type.MX, Type.AFSDB, Type.RT), (2, 1)),
    **dict.fromkeys((Type.SOA, Type.RP), (0, 2)),
    Type.SRV: (6, 1),
}
# No names inside: the same octets are the same value in every message.
_PLAIN = frozenset((Type.AAAA, Type.TXT, Type.SPF, Type.CAA, Type.DS, Type.CDS, Type.DNSKEY, Type.TLSA))
# Maps of types: a window of few octets is a long text that nobody reads, and half a second of work an answer.
_MAPS = frozenset((Type.NSEC, Type.NSEC3, Type.CSYNC, Type.NXT))
# A hostile server could otherwise fill the memory of the process through what is remembered.
_REMEMBERED_OCTETS = 512


# What is written in a name as it is (RFC 1035 s. 5.1).
_LETTERS = (string.ascii_letters + string.digits + "-_").encode("ascii")
_ORDINARY = re.compile(r"(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}").fullmatch


class _MalformedError(Exception):
    """The octets are no message, or not one that may be believed."""


def query(
    question: Question,
    *,
    id: int,
    recursion: bool,
    checking_disabled: bool = False,
    dnssec: bool = False,
    extension: Extension = "nsid",
) -> bytes:
    """Return the message that asks a question under an ID (0 to 65535); raises ValueError for what cannot be asked.

    `recursion`, `checking_disabled` and `dnssec` set RD, CD and DO; `extension`: with EDNS and the question which
    server answers, with EDNS alone, or as RFC 1035 has it.
    """
    return id.to_bytes(2, "big") + after_id(question, recursion, checking_disabled, dnssec, extension)


def after_id(question: Question, recursion: bool, checking_disabled: bool, dnssec: bool, extension: Extension) -> bytes:
    """Return the message of `query` without the ID, which is all that differs when it is asked again."""
    header, opt = _around(recursion, checking_disabled, dnssec, extension)
    return header + _asked(question) + opt


@lru_cache
def _around(recursion: bool, checking_disabled: bool, dnssec: bool, extension: Extension) -> tuple[bytes, bytes]:
    flags = (dns.flags.RD if recursion else 0) | (dns.flags.CD if checking_disabled else 0)
    if extension == "none":
        return struct.pack("!HHHHH", flags, 1, 0, 0, 0), b""
    options = struct.pack("!HH", _NSID, 0) if extension == "nsid" else b""
    opt = b"\0" + _FIXED.pack(Type.OPT, PAYLOAD, dns.flags.DO if dnssec else 0, len(options)) + options
    return struct.pack("!HHHHH", flags, 1, 0, 0, 1), opt


def read(
    wire: bytes,
    server: Server,
    question: Question,
    *,
    id: int,
    transport: Transport,
    at: dt.datetime,
    ms: float,
    kept: bool = False,
) -> Observation | None:
    """Return what a message says to a question, None where it is no answer to it: go on waiting for one.

    None: another ID, no answer, another opcode, or a question section that is not octet for octet the one asked.
    An answer that cannot be read is an observation with failure "malformed". `kept`: with the whole message, whose
    signatures are to be looked at. Nothing is raised.
    """
    # RFC 5452 s. 9.1: what does not match is to be ignored, as it may be forged.
    if wire[:2] != id.to_bytes(2, "big") or len(wire) < _HEADER or wire[2] & 0xF8 != 0x80:
        return None
    asked = _asked(question)
    if wire[4:6] != b"\0\1" or not wire.startswith(asked, _HEADER):
        return None
    try:
        message = _Message(wire, question.name, _HEADER + len(asked))
        rcode = _rcode(message.extended << 4 | wire[3] & 0x0F)
        answer, authority, additional = message.sections
        said = rcode, flags(wire), answer, authority, additional, tuple(message.ede), message.nsid
        found = Observation(server, question, at, *said, transport, ms)
        return found._replace(whole=wire[2:]) if kept else found
    except Exception:  # whatever it is that dnspython makes of somebody's octets
        return Observation(server, question, at, transport=transport, ms=ms, failure="malformed")


def flags(wire: bytes) -> frozenset[str]:
    """Return those of AA, TC, RD, RA, AD and CD that a message of four octets or more has set."""
    return _flags(wire[2] << 8 | wire[3])


class _Message:
    """The three sections after the question, and what the OPT record says."""

    __slots__ = ("asked", "class_", "ede", "extended", "has_opt", "left", "nsid", "sections", "wire")

    def __init__(self, wire: bytes, asked: str, at: int) -> None:
        self.wire, self.asked, self.left = wire, asked, RECORDS_MAX
        self.class_ = wire[at - 2] << 8 | wire[at - 1]
        self.extended, self.nsid, self.has_opt = 0, "", False
        self.ede: list[tuple[int, str]] = []
        self.sections: list[tuple[Rrset, ...]] = [(), (), ()]
        try:
            answers, authorities, additionals = _COUNTS.unpack_from(wire, 6)
            at = self._section(0, answers, at) if answers else at
            at = self._section(1, authorities, at) if authorities else at
            at = self._section(2, additionals, at) if additionals else at
        except (IndexError, struct.error, _MalformedError, dns.exception.DNSException):
            if not wire[2] & _TC:
                raise
            # RFC 2181 s. 9: what was cut is asked for anew over TCP.
        else:
            if at != len(wire):
                raise _MalformedError

    def _section(self, section: int, count: int, at: int) -> int:
        """Read so many records; return where the next section begins."""
        wire, octets = self.wire, len(self.wire)
        records: list[tuple[str, int, int, str]] = []
        type: int
        length: int
        for _ in range(count):
            start = at
            at = at + 2 if wire[at] >= 192 else _after_name(wire, at)
            type, class_, ttl, length = _FIXED.unpack_from(wire, at)
            at += 10
            end = at + length
            if end > octets:
                raise _MalformedError
            if type == _OPT:
                # RFC 6891 s. 6.1.1: at most one, at the root, in the additional section.
                if self.has_opt or section != 2 or wire[start]:
                    raise _MalformedError
                self.has_opt = True
                self.extended = ttl >> 24
                if length:
                    self._options(at, end)
            elif class_ == self.class_ and self.left:
                self.left -= 1
                # Mostly it is the name asked for, which stands after the header.
                name = self.asked if wire.startswith(_POINTER, start) else _name_text(_name(wire, start)[0])
                value = _value(wire, type, at, end)
                # RFC 2181 s. 8: a TTL with the highest bit is zero.
                records.append((name, type, ttl if ttl <= _TTL_MAX else 0, value))
            at = end
        if records:
            self.sections[section] = _rrsets(records)
        return at

    def _options(self, at: int, end: int) -> None:
        while at < end:
            code, length = struct.unpack_from("!HH", self.wire, at)
            at += 4
            said, at = self.wire[at : at + length], at + length
            if at > end:
                raise _MalformedError
            if code == _NSID:
                self.nsid = _nsid(said)
            elif code == _EDE and len(self.ede) < OPTIONS_MAX:
                if length < 2:
                    raise _MalformedError
                self.ede.append((int.from_bytes(said[:2], "big"), safe(said[2:].rstrip(b"\0"))))


def _rrsets(records: list[tuple[str, int, int, str]]) -> tuple[Rrset, ...]:
    if len(records) == 1:
        ((name, type, ttl, value),) = records
        return (Rrset(name, _type(type), ttl, (value,)),)
    sets: dict[tuple[str, int], tuple[list[int], list[str]]] = {}
    for name, type, ttl, value in records:
        ttls, values = sets.setdefault((name, type), ([], []))
        ttls.append(ttl)
        values.append(value)
    # RFC 2181 s. 5.2: of TTLs that differ the lowest.
    return tuple(
        [
            Rrset(name, _type(type), min(ttls), tuple(sorted(set(values))), max(ttls) if len(set(ttls)) > 1 else 0)
            for (name, type), (ttls, values) in sets.items()
        ]
    )


def _after_name(wire: bytes, at: int) -> int:
    while (size := wire[at]) and size < 64:
        at += size + 1
    if not size:
        return at + 1
    if size < 192:
        raise _MalformedError
    return at + 2


def _name(wire: bytes, at: int) -> tuple[bytes, int]:
    """Return a name as it is without compression, and where it ends (RFC 1035 s. 4.1.4)."""
    labels, octets, end, before = list[bytes](), 1, 0, at
    while size := wire[at]:
        if size < 64:
            octets += size + 1
            if octets > 255:
                raise _MalformedError
            labels.append(wire[at : at + size + 1])
            at += size + 1
        else:
            target = (size & 63) << 8 | wire[at + 1]
            # Ever further back, so there is an end to it.
            if size < 192 or not _HEADER <= target < before:
                raise _MalformedError
            end = end or at + 2
            before = at = target
    labels.append(b"\0")
    return b"".join(labels), end or at + 1


def _value(wire: bytes, type: int, at: int, end: int) -> str:
    if type == _A:
        if end - at != 4:
            raise _MalformedError
        return socket.inet_ntoa(wire[at:end])  # every one is another: not worth remembering, and soon read
    if type in _MAPS:
        return cut(rf"\# {end - at} {wire[at:end].hex()}")  # RFC 3597 s. 5
    if type in _PLAIN:
        octets = wire[at:end]
    elif type in _COMPRESSED:
        before, names = _COMPRESSED[type]
        octets, at = wire[at : at + before], at + before
        for _ in range(names):
            name, at = _name(wire, at)
            octets += name
        if at > end:
            raise _MalformedError
        octets += wire[at:end]
    else:
        return value_text(dns.rdata.from_wire(dns.rdataclass.IN, Type.make(type), wire, at, end - at))
    return _remembered(type, octets) if len(octets) <= _REMEMBERED_OCTETS else _told(type, octets)


def _told(type: int, octets: bytes) -> str:
    return value_text(dns.rdata.from_wire(dns.rdataclass.IN, Type.make(type), octets, 0, len(octets)))


_remembered = lru_cache(16_384)(_told)


@lru_cache(32_768)
def _asked(question: Question) -> bytes:
    try:
        name = _plain_wire(question.name) or dns.name.from_text(question.name, dns.name.root).to_wire() or b""
        class_, _, type_text = question.type.rpartition(" ")
        type = dns.rdatatype.from_text(type_text)
        of_class = dns.rdataclass.from_text(class_ or "IN")
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ValueError(f"{question.name!r} {question.type} cannot be asked: {error}") from error
    return name + type.to_bytes(2, "big") + of_class.to_bytes(2, "big")


@lru_cache(16_384)
def _name_text(wire: bytes) -> str:
    labels, at = list[bytes](), 0
    while size := wire[at]:
        labels.append(wire[at + 1 : at + 1 + size])
        at += size + 1
    if b"".join(labels).translate(None, _LETTERS):
        return plain_name(dns.name.from_wire(wire, 0)[0])
    return b".".join(labels).lower().decode("ascii")


def _plain_wire(name: str) -> bytes:
    """Return an ordinary name's octets, none where it takes more care and ten times as long (dnspython)."""
    if len(name) > 253 or not _ORDINARY(name):
        return b""
    return b"".join([len(label).to_bytes() + label for label in name.encode("ascii").split(b".")]) + b"\0"


@lru_cache(1_024)
def _type(type: int) -> str:
    return dns.rdatatype.to_text(Type.make(type))


@lru_cache(4_096)
def _rcode(rcode: int) -> str:
    return dns.rcode.to_text(dns.rcode.Rcode.make(rcode))


@lru_cache(1_024)
def _flags(bits: int) -> frozenset[str]:
    return frozenset(name for name, bit in _FLAGS.items() if bits & bit)


@lru_cache(1_024)
def _nsid(octets: bytes) -> str:
    text = octets.decode("latin-1")
    return cut(text if text.isascii() and text.isprintable() else octets.hex(), octets)
