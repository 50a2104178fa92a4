"""Certificates of servers that are spoken to over TLS: an authority of the laboratory's own, and what it signs."""

from __future__ import annotations

import datetime as dt
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key in files; `ca`: who signed it, as text (PEM)."""

    pem: Path
    key: Path
    ca: str

    def served(self) -> ssl.SSLContext:
        """Return what a server proves itself by."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pem, self.key)
        return context

    def trusted(self) -> ssl.SSLContext:
        """Return what a client trusts: this one's authority and no other."""
        return ssl.create_default_context(cadata=self.ca)


@dataclass(frozen=True)
class Issuer:
    """An authority; two of them do not know each other."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    name: str = "Laboratory"

    @property
    def ca(self) -> str:
        """What signs, as text (PEM)."""
        return _pem(self._signed((self.name,), self.key, DAY))

    def certificate(
        self, folder: Path, host: str, names: Sequence[str] = (), ends: dt.timedelta = DAY, *, alone: bool = False
    ) -> Certificate:
        """Write a certificate for a host name, or for `names`, to files called like the host.

        It is valid since two days, until the time `ends` from now (a day: no test depends on a clock). `alone`: signed
        by nobody but itself.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        names = tuple(names) or (host,)
        by = Issuer(key, names[0]) if alone else self
        found = Certificate(folder / f"{host}.pem", folder / f"{host}.key", by.ca)
        found.pem.write_text(_pem(by._signed(names, key, ends)), encoding="ascii")
        found.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return found

    def _signed(self, names: tuple[str, ...], key: ec.EllipticCurvePrivateKey, ends: dt.timedelta) -> x509.Certificate:
        is_ca = key is self.key
        now = dt.datetime.fromtimestamp(time.time(), dt.UTC)
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only"), False
        )
        return (
            x509.CertificateBuilder()
            .subject_name(_name(names[0]))
            .issuer_name(_name(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * DAY)
            .not_valid_after(now + ends)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, key_cert_sign=is_ca, crl_sign=is_ca, decipher_only=False, **usage
                ),
                critical=True,
            )
            .sign(self.key, hashes.SHA256())
        )


def _name(host: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
