"""A row into a record: names made absolute, data in dnspython's one form. What was repaired or is doubtful is told.

    draft = Draft("alfa.example.")
    record_of(Row(1, "alfa.example.", "www", "300", "A", (Token("192.0.2.1"),)), draft)
    draft.records[0].name       # 'www.alfa.example.'

A row that cannot be read gives no record, and a finding with its line; never both nothing.
"""

import re
from functools import lru_cache

import dns.exception
import dns.rdatatype

from core.zonefile.data_of import data_of
from core.zonefile.finding import shown
from core.zonefile.names import is_below, read_name
from core.zonefile.record import Draft, Record, Row
from core.zonefile.ttl import read_ttl

_TEXT_TYPES = frozenset(("DKIM", "DMARC"))
"""What OVH calls a TXT of that kind; no program but its panel knows such types. Its SPF is one, too."""
_PSEUDO = frozenset(
    (
        *("ALIAS", "ANAME", "AWS ALIAS", "CLONE", "LUA", "POOL", "MAILFW", "MBOXFW"),
        *("FRAME", "HTTPRED", "REDIRECT", "URL", "URL301", "URL302", "WEBFORWARD", "WEBHOP"),
    )
)
"""What providers do for a name instead of a record: an alias they resolve themselves, a redirect of the web, mail."""
_OVH_PAGE = re.compile(r'"[0-9]\|')
_HOSTS = frozenset(("A", "AAAA", "MX"))


def record_of(row: Row, draft: Draft) -> None:
    """Put the record of a row into the draft, with a finding for each repair and doubt; or a finding why there is none.

    `row.ttl`: digits or units, "" where the file does not say it. Never raises because of what a row holds.
    """
    written = row.owner or "@"
    if draft.dialect == "cli53" and written.startswith(r"\052"):
        # Route 53 numbers letters in octal; in a zone file the number is a decimal one (RFC 1035 s. 5.1).
        draft.found("wildcard_octal", row.line, written=shown(written))
        written = f"*{written[4:]}"
    owner = read_name(written, row.origin, draft.origin)
    name = owner.name.lower()
    for tag, values in owner.told:
        draft.found(tag, row.line, **{key: shown(str(value)) for key, value in values.items()})
    if not name:
        return
    if draft.origin and not is_below(name, draft.origin):
        text = " ".join(token.text for token in row.tokens[:10])
        draft.found("out_of_zone", row.line, name=shown(name), type=shown(row.type), text=shown(text))
        return
    type = _type_of(row, name, draft)
    if type is None:
        return
    row_typed = row if type == row.type else _with_type(row, type)
    data = data_of(row_typed, draft)
    if data is None:
        return
    ttl = read_ttl(row.ttl, row.line, draft)
    if "_" in name and type in _HOSTS:
        draft.found("underscore_host", row.line, name=shown(name), type=type)
    if "*" in name and not _is_wildcard(name):
        draft.found("wildcard_middle", row.line, name=shown(name))
    if type == "TXT" and _OVH_PAGE.match(data):
        draft.found("ovh_page", row.line, text=shown(data))
    if row.comment and "cf-proxied:true" in row.comment:
        draft.found("proxied", row.line, name=shown(name), type=type)
    draft.records.append(Record(name, ttl, type, data, row.line))


def _with_type(row: Row, type: str) -> Row:
    return Row(row.line, row.origin, row.owner, row.ttl, type, row.tokens, row.comment)


def _is_wildcard(name: str) -> bool:
    return name.startswith("*.") and "*" not in name[1:]


def _type_of(row: Row, name: str, draft: Draft) -> str | None:
    """Return the mnemonic of a row's type; None, with a finding, where it is no type of a record."""
    type = row.type.upper()
    if type in _TEXT_TYPES or (type == "SPF" and draft.dialect == "ovh"):
        draft.found("pseudo_text", row.line, name=shown(name), type=type)
        return "TXT"
    if type in _PSEUDO:
        text = " ".join(token.text for token in row.tokens[:20])
        draft.found("pseudo_type", row.line, name=shown(name), type=type, data=shown(text))
        return None
    known = mnemonic(type)
    if known is None:
        draft.found("type_unknown", row.line, name=shown(name), type=shown(row.type))
        return None
    if known == "SPF":
        draft.found("spf_type", row.line, name=shown(name))
    return known


def is_type(type: str) -> bool:
    """Return whether a word in upper case can stand where a type does, one of a provider's own as well."""
    return type in _PSEUDO or type in _TEXT_TYPES or mnemonic(type) is not None


@lru_cache(1_000)
def mnemonic(type: str) -> str | None:
    """Return how a type is written, however it was; None where no record has it (RFC 6895 s. 3.1).

    >>> mnemonic("type1"), mnemonic("AXFR"), mnemonic("www")
    ('A', None, None)
    """
    if len(type) > 20:
        return None
    try:
        found = dns.rdatatype.from_text(type)
    except (dns.exception.DNSException, ValueError):
        return None
    if dns.rdatatype.is_metatype(found) or found in (dns.rdatatype.TYPE0, dns.rdatatype.ANY):
        return None
    return dns.rdatatype.to_text(found)
