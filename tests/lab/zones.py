"""Zones as lines of a master file; a key signs them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import dns.dnssec
import dns.name
import dns.zone
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dns.rdtypes.ANY.DNSKEY import DNSKEY

DAY = 86400
IDNA = dns.name.IDNA_2008_Practical
VERSION = "_version"  # a TXT record in every zone, by which the laboratory sees that a server has read it


def absolute(name: str) -> str:
    """Return a name as it stands in DNS messages: with its last dot, IDNs in their ASCII form."""
    return dns.name.from_text(name, idna_codec=IDNA).to_text()


@dataclass(frozen=True)
class Key:
    """One key for all of a zone (a KSK that signs everything): Ed25519, the quickest to make and to sign with."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def dnskey(self) -> DNSKEY:
        return dns.dnssec.make_dnskey(self.private.public_key(), "ED25519", flags=257)

    def ds(self, zone: str) -> str:
        """Return the record for the parent, as text."""
        return dns.dnssec.make_ds(absolute(zone), self.dnskey, "SHA256").to_text()

    def anchor(self, zone: str) -> str:
        """Return the trust anchor of a validating recursor."""
        return f"{absolute(zone)} DS {self.ds(zone)}"


@dataclass(frozen=True)
class Zone:
    """What one party serves under a name. TTLs are in seconds; a record without its own has `ttl`."""

    name: str
    records: tuple[str, ...]  # lines of a master file: "www 4 A 192.0.2.1", "@ MX 10 mail"
    servers: Mapping[str, str]  # the child's own NS set: names to addresses
    serial: int = 1
    ttl: int = 3600
    ns_ttl: int | None = None
    soa_ttl: int | None = None
    minimum: int | None = None  # RFC 2308: with the SOA's own TTL the bound of negative answers
    key: Key | None = None
    good_for: float = DAY  # seconds until its signatures expire; less than 0: they have
    address_ttl: int | None = None  # of its servers that are inside it, where it is another than of the NS
    as_written: bool = False  # not read by dnspython, which gives all records of a set the lowest TTL

    def text(self, version: int) -> str:
        """Return the zone file, signed where there is a key."""
        ns_ttl, soa_ttl = _first(self.ns_ttl, self.ttl), _first(self.soa_ttl, self.ttl)
        primary = absolute(next(iter(self.servers)))
        lines = [
            f"$TTL {self.ttl}",
            f"@ {soa_ttl} SOA {primary} hostmaster {self.serial} 3600 600 86400 {_first(self.minimum, self.ttl)}",
            *delegation(self.name, self.servers, ns_ttl, address_ttl=self.address_ttl),
            f"{VERSION} TXT {version}",
            *self.records,
        ]
        if self.as_written:
            return "\n".join([f"$ORIGIN {absolute(self.name)}", *lines, ""])
        zone = dns.zone.from_text("\n".join(lines), absolute(self.name), relativize=False, idna_codec=IDNA)
        if self.key:
            _sign(zone, self.key, self.good_for)
        return zone.to_text(relativize=False, want_origin=True)


def delegation(
    name: str, servers: Mapping[str, str], ttl: int, ds: Iterable[str] = (), address_ttl: int | None = None
) -> list[str]:
    """Return the NS set of a zone, its DS, and the addresses of those of its servers that are inside it.

    One whose address is "" has none.
    """
    zone = dns.name.from_text(absolute(name))
    inside = {s: at for s, at in servers.items() if at and dns.name.from_text(absolute(s)).is_subdomain(zone)}
    return [
        *(f"{zone} {ttl} NS {absolute(server)}" for server in servers),
        *(
            f"{absolute(server)} {_first(address_ttl, ttl)} {'AAAA' if ':' in at else 'A'} {at}"
            for server, at in inside.items()
        ),
        *(f"{zone} {ttl} DS {record}" for record in ds),
    ]


def _first(ttl: int | None, otherwise: int) -> int:
    return otherwise if ttl is None else ttl


def _sign(zone: dns.zone.Zone, key: Key, good_for: float) -> None:
    keys: list[tuple[dns.dnssec.PrivateKey, DNSKEY]] = [(key.private, key.dnskey)]
    # Days in both directions: no test depends on the clock of the machine.
    now = time.time()
    with zone.writer() as transaction:
        dns.dnssec.sign_zone(zone, transaction, keys, inception=now - 2 * DAY, expiration=now + good_for)
