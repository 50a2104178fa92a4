"""Answers of a signed zone as its servers give them, with keys and signatures as a test wants them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from dns.dnssec import PrivateKey
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from core.dns.asking import packets
from core.dns.observation import Observation, Question, Server

SINCE, UNTIL = dt.datetime(2026, 10, 1, tzinfo=dt.UTC), dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


def _made(algorithm: str) -> PrivateKey:
    if algorithm.startswith("RSA"):
        return rsa.generate_private_key(65537, 2048)
    return (
        ec.generate_private_key(ec.SECP256R1()) if algorithm.startswith("EC") else ed25519.Ed25519PrivateKey.generate()
    )


@dataclass(frozen=True, eq=False)
class Signer:
    """A key of a zone."""

    algorithm: str = "ED25519"

    @cached_property
    def private(self) -> PrivateKey:
        return _made(self.algorithm)

    @cached_property
    def dnskey(self) -> DNSKEY:
        return dns.dnssec.make_dnskey(self.private.public_key(), self.algorithm, flags=257)

    def ds(self, zone: str, digest: str = "SHA256") -> str:
        """Return the record for the parent, as an `Rrset` has it."""
        policy = dns.dnssec.allow_all_policy
        return dns.dnssec.make_ds(f"{zone}.", self.dnskey, digest, policy=policy).to_text()


@dataclass(frozen=True)
class Signing:
    """How an answer is signed: by which keys (None: those of the zone), and from when until when it is good (UTC)."""

    by: Sequence[Signer] | None = None
    since: dt.datetime = SINCE
    until: dt.datetime = UNTIL


USUAL = Signing()


@dataclass(frozen=True)
class SignedZone:
    """What the servers of a zone answer at a moment (UTC), asked for signatures."""

    zone: str
    at: dt.datetime
    keys: Sequence[Signer] = field(default_factory=lambda: [Signer()])

    @property
    def ds(self) -> frozenset[str]:
        return frozenset(key.ds(self.zone) for key in self.keys)

    def dnskeys(self, server: Server, how: Signing = USUAL, more: Iterable[DNSKEY] = ()) -> Observation:
        """Answer with the keys, and others beside them."""
        texts = [key.to_text() for key in (*(key.dnskey for key in self.keys), *more)]
        return self.says(server, "DNSKEY", texts, how=how)

    def says(
        self,
        server: Server,
        type: str,
        values: Sequence[str],
        name: str = "",
        how: Signing = USUAL,
        served: Sequence[str] | None = None,
        owner: str = "",
        proof: Sequence[tuple[str, str]] = (),
    ) -> Observation:
        """Answer; what is `served` may be other than what was signed; `owner`: the wildcard that it was made from.

        `proof`: types and values in the authority section, signed likewise.
        """
        name = name or self.zone
        answer = [*self._signed(name, type, values, how, served, owner)] if values else []
        authority = [rrset for kind, value in proof for rrset in self._signed(self.zone, kind, [value], how)]
        return self.observed(server, Question(name, type), answer, authority)

    def observed(
        self,
        server: Server,
        question: Question,
        answer: Sequence[dns.rrset.RRset],
        authority: Sequence[dns.rrset.RRset] = (),
    ) -> Observation:
        """Return what the engine makes of such an answer."""
        asked = dns.message.from_wire(packets.query(question, id=1, recursion=False, dnssec=True))
        message = dns.message.make_response(asked)
        message.flags |= dns.flags.AA
        message.answer, message.authority = list(answer), list(authority)
        wire = message.to_wire(max_size=65535)
        found = packets.read(wire, server, question, id=1, transport="udp", at=self.at, ms=1, kept=True)
        assert found and found.failure is None
        return found

    def _signed(
        self,
        name: str,
        type: str,
        values: Sequence[str],
        how: Signing,
        served: Sequence[str] | None = None,
        owner: str = "",
    ) -> Iterable[dns.rrset.RRset]:
        rrset = dns.rrset.from_text(f"{owner or name}.", 60, "IN", type, *values)
        signatures = [
            dns.dnssec.sign(
                rrset,
                key.private,
                dns.name.from_text(self.zone),
                key.dnskey,
                inception=how.since,
                expiration=how.until,
                policy=dns.dnssec.allow_all_policy,
            )
            for key in (self.keys if how.by is None else how.by)
        ]
        yield dns.rrset.from_text(f"{name}.", 60, "IN", type, *(values if served is None else served))
        if signatures:
            yield dns.rrset.from_rdata(f"{name}.", 60, *signatures)
