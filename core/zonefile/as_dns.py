"""A record's texts as the DNS has them: names and data that can be compared and written anew."""

from functools import lru_cache
from typing import NamedTuple

import dns.exception
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.tokenizer
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.TXT import TXT
from dns.rdtypes.txtbase import TXTBase

from core.zonefile.record import Record

STRING_MAX = 255
"""Octets of one string of a TXT record (RFC 1035 s. 3.3)."""
_STRINGS = frozenset(("TXT", "SPF"))
_NAMED = {RdataType.SVCB: "target", RdataType.HTTPS: "target", RdataType.NSEC: "next", RdataType.LP: "fqdn"}
"""Types whose canonical form (RFC 4034 s. 6.2, RFC 6840 s. 5.1) keeps the case of a name, and where that is."""


class NoDataError(ValueError):
    """A record whose name, type or data the DNS does not know; raised here, told by whoever knows what it was for."""


class Known(NamedTuple):
    """A record as the DNS has it; `ttl` in seconds, None where it is unknown."""

    name: dns.name.Name
    ttl: int | None
    data: dns.rdata.Rdata


def known(record: Record) -> Known:
    """Return a record as the DNS has it; raises NoDataError where there is no such one."""
    return Known(name_of(record.name), record.ttl, data_of(record.type, record.rdata))


@lru_cache(50_000)
def name_of(text: str) -> dns.name.Name:
    """Return an absolute name in lower case; raises NoDataError where it is none."""
    try:
        name = dns.name.from_text(text, None)
    except (dns.exception.DNSException, ValueError) as error:
        raise NoDataError(text) from error
    if not name.is_absolute():
        raise NoDataError(text)
    return name.canonicalize()


def order(name: dns.name.Name) -> tuple[bytes, ...]:
    """Return what sorts names of `name_of` as the DNS does (RFC 4034 s. 6.1), quicker than they compare themselves."""
    return name.labels[::-1]


def data_of(type: str, text: str) -> dns.rdata.Rdata:
    """Return a record's data; a string of a TXT record that is too long is split, which joins to the same text.

    Raises NoDataError where the type is no type of data, or the text is none of it.
    """
    try:
        rdtype = dns.rdatatype.from_text(type)
        if dns.rdatatype.is_metatype(rdtype):
            raise NoDataError(type)
        if type.upper() in _STRINGS and not text.startswith("\\#"):
            return TXT(dns.rdataclass.IN, rdtype, _strings(text))
        return dns.rdata.from_text(dns.rdataclass.IN, rdtype, text, dns.name.root, relativize=False)
    except (dns.exception.DNSException, ValueError) as error:
        raise NoDataError(type) from error


def _strings(text: str) -> tuple[bytes, ...]:
    words = dns.tokenizer.Tokenizer(text)
    found: list[bytes] = []
    while not (word := words.get()).is_eol_or_eof():
        string = word.unescape_to_bytes().value
        found += [string[at : at + STRING_MAX] for at in range(0, len(string), STRING_MAX)] or [b""]
    if not found:
        raise NoDataError("TXT")
    return tuple(found)


def key(data: dns.rdata.Rdata) -> bytes:
    """Return what is the same for equal data: names in it without their case (RFC 4343), all else octet by octet."""
    if part := _NAMED.get(data.rdtype):
        data = data.replace(**{part: getattr(data, part).canonicalize()})
    return data.to_digestable()


def joined(data: dns.rdata.Rdata) -> bytes | None:
    """Return the whole text of a TXT record, however it is split; None for other types."""
    return b"".join(data.strings) if isinstance(data, TXTBase) else None
