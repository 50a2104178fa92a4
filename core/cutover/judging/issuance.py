"""Whether the new zone's CAA let the authority of the new certificates issue them (RFC 8659).

The certificate that is there was issued by the old zone's CAA, or by none; the next one is asked for under the new
zone's, months later and by a machine.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import dns.exception
import dns.rdata
from dns.rdtypes.ANY.CAA import CAA

from core.cutover.finding import Finding
from core.cutover.judging.said import NewAnswers
from core.cutover.judging.told import listed, values
from core.dns.judging.aliases import LONGEST, inside

_SECTIGO = ("sectigo.com", "comodoca.com", "comodo.com", "usertrust.com", "trust-provider.com")
_DIGICERT = ("digicert.com", "digicert.ne.jp", "thawte.com", "geotrust.com", "rapidssl.com", "symantec.com")
_CERTUM = ("certum.pl", "certum.eu")
_AUTHORITIES: dict[str, tuple[str, ...]] = {
    "let's encrypt": ("letsencrypt.org",),
    **dict.fromkeys(("zerossl", "sectigo", "comodo", "usertrust", "cpanel"), _SECTIGO),
    **dict.fromkeys(("digicert", "thawte", "geotrust", "rapidssl"), _DIGICERT),
    "google trust": ("pki.goog",),
    # nazwa.pl and home.pl have authorities of their own under Certum.
    **dict.fromkeys(("certum", "asseco", "unizeto", "nazwa.pl", "home.pl"), _CERTUM),
    "globalsign": ("globalsign.com",),
    "buypass": ("buypass.com", "buypass.no"),
    **dict.fromkeys(("godaddy", "starfield"), ("godaddy.com", "starfieldtech.com")),
    "amazon": ("amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com", "aws.amazon.com"),
    **dict.fromkeys(("ssl.com", "ssl corp"), ("ssl.com",)),
    "actalis": ("actalis.it",),
    "entrust": ("entrust.net", "affirmtrust.com"),
    "harica": ("harica.gr",),
}
"""A part of an issuer's name -> the identifiers that the authority takes as its own, by its practice statement."""
_KNOWN_TAGS = frozenset(("issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone"))
_CRITICAL = 128


class _Rule(NamedTuple):
    """A CAA record."""

    flags: int
    tag: str
    value: str


def caa_findings(zone: str, answers: NewAnswers, issuers: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the sites whose authority the new zone's CAA shut out; `issuers`: site -> issuer of its new certificate."""
    for site, issuer in sorted(issuers.items()):
        where, records = _relevant(zone, answers, site)
        rules = [rule for record in records if (rule := _rule(record))]
        shut = any(rule.flags & _CRITICAL and rule.tag not in _KNOWN_TAGS for rule in rules)
        allowed = [
            rule.value.partition(";")[0].strip().lower().removesuffix(".") for rule in rules if rule.tag == "issue"
        ]
        if not shut and not allowed:
            continue
        ours = _identifiers(issuer)
        told = {"caa": values(records), "at": where, "issuer": listed([issuer]), "wanted": ours[0] if ours else "–"}
        if shut or not any(allowed) or (ours and not set(ours) & set(allowed)):
            yield Finding("caa_forbids", site, told)
        elif not ours and not any(one in issuer.lower() for one in allowed if one):
            yield Finding("caa_issuer_unknown", site, told)


def _relevant(zone: str, answers: NewAnswers, site: str) -> tuple[str, Sequence[str]]:
    """Return the CAA set that counts for a site, and where it is: the nearest, from the site up to the zone's name.

    Of an alias it is the target's, as far as that is within the zone (RFC 8659 s. 3); above the zone the new servers
    know nothing.
    """
    name = site
    while inside(name, zone):
        place = name
        for _ in range(LONGEST):
            if found := _of(answers, place, "CAA"):
                return place, found
            target = _alias(answers, place)
            if not target or not inside(target, zone):
                break
            place = target
        if name == zone:
            break
        name = name.partition(".")[2]
    return "", ()


def _of(answers: NewAnswers, name: str, type: str) -> tuple[str, ...]:
    """Return what any server has there: an authority asks one of them, nobody knows which."""
    return next((one.values for one in answers.of(name, type).values() if one.kind == "set"), ())


def _alias(answers: NewAnswers, name: str) -> str:
    said = [one for type in ("CAA", "A") for one in answers.of(name, type).values() if one.kind == "alias"]
    return said[0].values[0] if said else next(iter(_of(answers, name, "CNAME")), "")


def _identifier(value: str) -> str:
    return value.partition(";")[0].strip().lower().removesuffix(".")


def _identifiers(issuer: str) -> tuple[str, ...]:
    named = issuer.lower().replace("’", "'")
    return next((identifiers for part, identifiers in _AUTHORITIES.items() if part in named), ())


def _rule(text: str) -> _Rule | None:
    try:
        record = dns.rdata.from_text("IN", "CAA", text)
    except (dns.exception.DNSException, ValueError):
        return None
    if not isinstance(record, CAA):
        return None
    return _Rule(record.flags, record.tag.decode("ascii", "replace").lower(), record.value.decode("utf-8", "replace"))
