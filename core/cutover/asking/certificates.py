"""Certificates: whether one is good for a name the handshake says, what stands in it is read for people.

The handshake is the standard library's, with the authorities that browsers know: a machine's own list may be empty, and
then nobody's certificate would be good, neither the old one nor the new.
"""

import ssl
from functools import lru_cache
from typing import TYPE_CHECKING

import certifi

from core.cutover.probes import Certificate
from core.ground.validation import one_line

if TYPE_CHECKING:
    from cryptography import x509

NAMES_MAX, LETTERS_MAX = 100, 253
"""Names told of a certificate, and letters of each."""
_WORDS = 160

# X509_V_ERR_* of OpenSSL's x509_vfy.h.
_WHY = {
    9: "not_yet",
    10: "expired",
    18: "self_signed",
    19: "unknown_issuer",
    2: "unknown_issuer",
    20: "unknown_issuer",
    21: "unknown_issuer",
    62: "other_name",
    64: "other_name",
    66: "weak",
    67: "weak",
    68: "weak",
}


def checking(trust: str | None = None) -> ssl.SSLContext:
    """Return a context that judges as a browser does; `trust`: a file of authorities (PEM) instead of those it knows.

    Raises OSError where the file cannot be read.
    """
    context = ssl.create_default_context(cafile=trust or certifi.where())
    # On since Python 3.13; no browser refuses for it what lacks an extension of RFC 5280.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def nameless(trust: str | None = None) -> ssl.SSLContext:
    """Return a context that judges all but the name: OpenSSL looks at that first, and tells only one thing."""
    context = checking(trust)
    context.check_hostname = False
    return context


@lru_cache(1)
def blind() -> ssl.SSLContext:
    """Return a context that takes any certificate, to read what is there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def reason(error: ssl.SSLCertVerificationError) -> str:
    """Return what the handshake found wrong, in one word.

    "expired", "not_yet", "other_name", "self_signed", "unknown_issuer" (or a link of the chain is missing), "weak",
    "other".
    """
    return _WHY.get(error.verify_code, "other")


def words(error: ssl.SSLError) -> str:
    """Return why there was no handshake, in the library's words, short.

    >>> words(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"))
    'wrong version number'
    """
    told = str(error.args[-1] if error.args else error)
    return one_line(told.rpartition("] ")[2].partition(" (_ssl.c")[0])[:_WORDS]


# A site shows the same one again after the redirect to TLS.
@lru_cache(maxsize=32)
def certificate_of(der: bytes | None, why: str = "") -> Certificate:
    """Return the certificate of a handshake; `why`: what was wrong with it, blank where it is good.

    What cannot be read in it stays blank: whether it fits is not for this to say.
    """
    # Here, not above: most of the desk never needs it.
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    # Beside the usual, none of which is a ValueError.
    odd = x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, UnsupportedAlgorithm
    nothing = Certificate((), "", None, not why, why)
    try:
        found = x509.load_der_x509_certificate(der or b"")
        return Certificate(_names(found), _issuer(found.issuer), found.not_valid_after_utc, not why, why)
    except (ValueError, TypeError, *odd):
        return nothing


def _names(found: "x509.Certificate") -> tuple[str, ...]:
    """Return the names it is good for; where it says none in the extension, that of its subject."""
    from cryptography import x509

    try:
        said = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        said = None
    names = [] if said is None else [*said.get_values_for_type(x509.DNSName)]
    names += [] if said is None else [str(one) for one in said.get_values_for_type(x509.IPAddress)]
    if not names:
        names = _values(found.subject, x509.NameOID.COMMON_NAME)
    return tuple(map(_shown, names[:NAMES_MAX]))


def _issuer(name: "x509.Name") -> str:
    from cryptography import x509

    who = [*_values(name, x509.NameOID.ORGANIZATION_NAME)[:1], *_values(name, x509.NameOID.COMMON_NAME)[:1]]
    return _shown(", ".join(dict.fromkeys(who)))


def _values(name: "x509.Name", kind: "x509.ObjectIdentifier") -> list[str]:
    values = (one.value for one in name.get_attributes_for_oid(kind))
    return [value if isinstance(value, str) else value.decode("ascii", "replace") for value in values]


def _shown(text: str) -> str:
    return one_line(text[:LETTERS_MAX])
