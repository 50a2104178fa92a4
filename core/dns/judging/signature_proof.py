"""What the signatures in a server's answers are worth, whatever the hour: which key made each, and whether it fits.

The zone is somebody else's, and so are its keys: with many keys of one tag and many signatures one answer could keep a
resolver busy for hours (KeyTrap, CVE-2023-50387). So all that is tried is counted, and what is beyond is not known.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import dns.dnssec
import dns.dnssecalgs
import dns.exception
import dns.message
import dns.name
import dns.node
import dns.rdata
import dns.rdataclass
import dns.rdataset
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from dns.rdtypes.ANY.DS import DS
from dns.rdtypes.ANY.RRSIG import RRSIG

MOST_KEYS = 32
"""Keys of a zone: where there are more, none is looked at."""
MOST_DS = 16
"""DS of a zone, likewise: each is compared with every key that it can mean."""
SAME_TAG = 4
"""Keys with one tag that are tried for one signature: by chance there are hardly ever two."""
MOST_SIGNATURES = 8
"""Signatures of one record set that are tried."""
MOST_TRIED = 64
"""Signatures that are tried for one server at a time."""
MOST_OCTETS = 16_384
"""Octets of an answer whose signatures are looked at."""
MOST_RECORDS = 512
"""Records in all answers of one server that are looked at: thirteen questions come to some two hundred."""
_KEY_OCTETS, _EXPONENT_OCTETS = 1_024, 8
"""Of a key at most, and of an RSA key's exponent: larger ones make every signature as costly as they like."""

Worth = Literal["fits", "wrong", "no_key", "unknown"]
"""Of a signature: a key of the zone made it; none of those it names did; it names none of them; it was not tried, as
its algorithm is not known here or there are too many."""

Made = tuple[int, int]
"""What a signature or a DS names its key by: tag and algorithm."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: from when until when (UTC) it is good, the key it names, and what it is worth then."""

    begins: dt.datetime
    ends: dt.datetime
    key: Made
    worth: Worth


@dataclass(frozen=True, slots=True)
class Signed:
    """The records of a name and type, with the signatures that they came with."""

    name: str
    type: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """What the DS at the parent lead to: `keys`, by tag and algorithm; `known`: the DS that can be checked at all.

    `unknown`: whether there are others, of an algorithm or digest not known here.
    """

    keys: frozenset[Made]
    known: frozenset[Made]
    unknown: bool


def keys_of(texts: Iterable[str]) -> tuple[DNSKEY, ...]:
    """Return the keys that stand in the values of DNSKEY records, as an `Rrset` has them; what is none is left out."""
    found = (_rdata("DNSKEY", text) for text in sorted(texts))
    return tuple(key for key in found if isinstance(key, DNSKEY))


def chain_of(zone: str, ds_texts: Iterable[str], keys: Iterable[DNSKEY]) -> Chain:
    """Return which of a zone's keys the DS at the parent belong to (RFC 4034 s. 5.2: key tag, algorithm, digest)."""
    by_tag = _by_tag(key for key in keys if _is_zone_key(key))
    name = dns.name.from_text(zone)
    led, known, unknown = set[Made](), set[Made](), False
    for text in sorted(ds_texts):
        ds = _rdata("DS", text)
        if not isinstance(ds, DS):
            continue
        made = ds.key_tag, int(ds.algorithm)
        # RFC 6840 s. 5.2: a DS of an algorithm or digest that nobody here knows is as if it were not there.
        if not _is_known(ds.algorithm) or ds.digest_type not in _DIGESTS:
            unknown = True
            continue
        known.add(made)
        meant = by_tag.get(made, [])
        if any(dns.dnssec.make_ds(name, key, ds.digest_type, validating=True) == ds for key in meant):
            led.add(made)
    return Chain(frozenset(led), frozenset(known), unknown)


def signed_in(zone: str, messages: Sequence[bytes], keys: Iterable[DNSKEY]) -> tuple[Signed, ...] | None:
    """Return the record sets of a zone in a server's messages (each without its ID), their signatures tried.

    Where a message denies, those are the records that prove it. Sets of a zone below, which signs for itself, are left
    out. None where not all could be looked at: a message is too large or cannot be read.
    """
    name = dns.name.from_text(zone)
    by_tag = _by_tag(key for key in keys if _is_zone_key(key))
    found: dict[tuple[str, str], Signed] = {}
    left, records, all_read = MOST_TRIED, MOST_RECORDS, True
    for octets in messages:
        # The counts of the header (RFC 1035 s. 4.1.1), which is without its ID here.
        records -= sum(int.from_bytes(octets[at : at + 2], "big") for at in (4, 6, 8))
        message = _message(octets) if len(octets) <= MOST_OCTETS and records >= 0 else None
        if message is None:
            all_read = False
            continue
        for rrset, signatures in _sets(name, message):
            looked: list[Signature] = []
            for number, signature in enumerate(signatures):
                alike = by_tag.get((signature.key_tag, int(signature.algorithm)), [])
                meant = tuple(alike[:SAME_TAG])
                if signature.signer != name or not meant:
                    worth: Worth = "no_key"
                elif number >= MOST_SIGNATURES or left < len(meant):
                    worth = "unknown"
                else:
                    left -= len(meant)
                    worth = _worth(rrset.name, frozenset(rrset), signature, meant)
                    # One of those that were not tried may have made it.
                    worth = "unknown" if worth == "wrong" and len(alike) > SAME_TAG else worth
                looked.append(_signature(signature, worth))
            owner = rrset.name.canonicalize().to_text(omit_final_dot=True)
            one = Signed(owner, dns.rdatatype.to_text(rrset.rdtype), tuple(looked))
            found.setdefault((one.name, one.type), one)
    return tuple(found.values()) if all_read else None


_DIGESTS = frozenset({1, 2, 4})
"""SHA-1, SHA-256, SHA-384 (RFC 8624 s. 3.3)."""


def _is_known(algorithm: int) -> bool:
    # Those of private use name themselves in the key: none of a validating resolver's.
    return (algorithm, None) in dns.dnssecalgs.algorithms and algorithm not in (1, 3, 6)


def _is_zone_key(key: DNSKEY) -> bool:
    # RFC 4034 s. 2.1.1 and 2.1.2; RFC 5011 s. 2.1: a revoked key leads nowhere.
    return bool(key.flags & 0x0100) and not key.flags & 0x0080 and key.protocol == 3


def _by_tag(keys: Iterable[DNSKEY]) -> dict[Made, list[DNSKEY]]:
    found: dict[Made, list[DNSKEY]] = {}
    for key in keys:
        found.setdefault((dns.dnssec.key_id(key), int(key.algorithm)), []).append(key)
    return found


@lru_cache(256)
def _message(octets: bytes) -> dns.message.Message | None:
    try:
        return dns.message.from_wire(b"\0\0" + octets)
    except Exception:  # whatever it is that dnspython makes of somebody's octets
        return None


def _sets(zone: dns.name.Name, message: dns.message.Message) -> Iterator[tuple[dns.rrset.RRset, list[RRSIG]]]:
    """Yield a zone's record sets in a message, with their signatures."""
    sections = [message.answer] if message.answer else [message.authority]
    rrsets = [rrset for section in sections for rrset in section if rrset.rdclass == dns.rdataclass.IN]
    signatures: dict[tuple[dns.name.Name, int], list[RRSIG]] = {}
    for rrset in rrsets:
        if rrset.rdtype == dns.rdatatype.RRSIG:
            signatures[rrset.name, rrset.covers] = [one for one in rrset if isinstance(one, RRSIG)]
    dnames = [rrset.name for rrset in rrsets if rrset.rdtype == dns.rdatatype.DNAME]
    # A zone cut that the server has both sides of (its NS may come along): what is below is another zone's.
    cuts = [rrset.name for rrset in (*message.answer, *message.authority) if rrset.rdtype == dns.rdatatype.NS]
    cuts = [name for name in cuts if name != zone]
    for rrset in rrsets:
        theirs = signatures.get((rrset.name, rrset.rdtype), [])
        below = any(s.signer != zone and s.signer.is_subdomain(zone) for s in theirs)
        made_up = rrset.rdtype == dns.rdatatype.CNAME and any(rrset.name.is_subdomain(name) for name in dnames)
        of_cut = any(rrset.name.is_subdomain(cut) for cut in cuts)
        if rrset.rdtype == dns.rdatatype.RRSIG or below or made_up or (of_cut and not theirs):
            continue
        # RFC 4035 s. 2.2: of a referral only what denies is signed.
        if rrset.name.is_subdomain(zone) and (message.answer or rrset.rdtype in _DENYING):
            yield rrset, theirs


_DENYING = (dns.rdatatype.SOA, dns.rdatatype.NSEC, dns.rdatatype.NSEC3)


@lru_cache(512)
def _worth(
    name: dns.name.Name,
    rdatas: frozenset[dns.rdata.Rdata],
    signature: RRSIG,
    keys: tuple[DNSKEY, ...],
) -> Worth:
    """Return whether one of the keys that a signature means made it; the hour is no matter here."""
    if not _is_known(signature.algorithm) or any(map(_is_costly, keys)):
        return "unknown"
    records = dns.rdataset.from_rdata_list(0, list(rdatas))
    by_name: dict[dns.name.Name, dns.node.Node | dns.rdataset.Rdataset] = {
        signature.signer: dns.rdataset.from_rdata_list(0, list(keys))
    }
    try:
        dns.dnssec.validate_rrsig((name, records), signature, by_name, now=signature.inception)
    except dns.exception.ValidationFailure:
        return "wrong"
    except Exception:  # whatever it is that a library makes of somebody's key
        return "unknown"
    return "fits"


def _is_costly(key: DNSKEY) -> bool:
    rsa = key.algorithm in (5, 7, 8, 10)
    # RFC 3110 s. 2: the length of the exponent, 0 where it takes three octets to say.
    return len(key.key) > _KEY_OCTETS or (rsa and bool(key.key) and not 0 < key.key[0] <= _EXPONENT_OCTETS)


def _signature(signature: RRSIG, worth: Worth) -> Signature:
    begins, ends = (dt.datetime.fromtimestamp(at, dt.UTC) for at in (signature.inception, signature.expiration))
    return Signature(begins, ends, (signature.key_tag, int(signature.algorithm)), worth)


def _rdata(type: str, text: str) -> dns.rdata.Rdata | None:
    try:
        return dns.rdata.from_text("IN", type, text)
    except (dns.exception.DNSException, ValueError):
        return None
