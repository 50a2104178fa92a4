"""Records that proved to a certificate's issuer whose a domain is: left over once it was issued, needed by nobody.

An alias that is to stay for renewals (AWS: `acm-validations.aws.`; `_acme-challenge` as a CNAME) is none of them.
"""

import re

from core.zonefile.record import Record

_ANY = re.compile(r".*", re.DOTALL)
_SECTIGO = re.compile(r"[0-9a-z.-]*\.(?:comodoca|sectigo|ssl|trust-provider)\.com\.")
_LEFT: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    # RFC 8555 s. 8.4.
    ("TXT", re.compile(r"_acme-challenge\..*"), _ANY),
    # cPanel AutoSSL, and Sectigo's check by CNAME: a hash that refers to hashes.
    ("TXT", re.compile(r"_cpanel-dcv-test-record\..*"), _ANY),
    ("CNAME", re.compile(r"_[0-9a-f]{32}\..*"), _SECTIGO),
    # DigiCert, GlobalSign.
    ("TXT", re.compile(r"_(?:dnsauth|pki-validation)\..*"), _ANY),
    ("CNAME", _ANY, re.compile(r"[0-9a-z_.-]*\.dcv\.digicert\.com\.")),
    ("TXT", _ANY, re.compile(r'"?_globalsign-domain-verification=.*', re.DOTALL)),
)
"""Type, name, data."""


def is_leftover(record: Record) -> bool:
    """Say whether a record is such a proof; its name is in lower case."""
    return any(
        record.type == type and name.fullmatch(record.name) and data.fullmatch(record.rdata.lower())
        for type, name, data in _LEFT
    )
