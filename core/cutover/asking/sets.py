"""Sets of records as two zones are compared: those that a file says, and what of all sets is a zone's to answer for."""

from collections.abc import Iterator, Mapping

from core.cutover.wanted import Wanted
from core.cutover.zones import Held, SetKey
from core.dns.judging.aliases import inside, is_below
from core.dns.values import plain_name, value_text
from core.zonefile.as_dns import NoDataError, data_of, name_of
from core.zonefile.leftovers import is_leftover
from core.zonefile.record import Record

_SIGNED = frozenset(
    ("RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY", "CSYNC", "ZONEMD", "TYPE65534")
)
"""What each server signs and makes anew."""
_AT_A_CUT = ("NS", "DS")


def of_file(wanted: Wanted) -> tuple[dict[SetKey, Held], frozenset[SetKey]]:
    """Return the sets of a zone's file within the zone, and those whose values last: no leftovers of certificates.

    Of unequal TTLs the highest, as caches may have taken any; None where the file does not say it.
    """
    values: dict[SetKey, set[str]] = {}
    ttls: dict[SetKey, int] = {}
    passing: set[SetKey] = set()
    for record in wanted.zone.records if wanted.zone else ():
        if found := _read(record):
            key, value = found
            values.setdefault(key, set()).add(value)
            if record.ttl is not None:
                ttls[key] = max(ttls.get(key, 0), record.ttl)
            if is_leftover(record):
                passing.add(key)
    sets = {key: Held(tuple(sorted(some)), ttls.get(key)) for key, some in values.items()}
    served = zone_s_own(wanted.name, sets)
    return served, frozenset(served.keys() - passing)


def is_whole(wanted: Wanted) -> bool:
    """Tell whether the file of a look has all of the zone: it was read whole, is this zone's, and no part of it."""
    zone = wanted.zone
    if zone is None or not wanted.zone_whole or not zone.records:
        return False
    origin = zone.origin.removesuffix(".").lower()
    return origin in ("", wanted.name) and all(finding.tag != "not_whole" for finding in zone.findings)


def zone_s_own(zone: str, sets: Mapping[SetKey, Held]) -> dict[SetKey, Held]:
    """Return of many sets those that servers of a zone answer with: within it, not below a cut, and no signatures.

    Addresses below a cut are glue: they come with a referral and never as an answer (RFC 1034 s. 4.2.1).
    """
    cuts = {name for name, type in sets if type == "NS" and is_below(name, zone)}
    return {
        (name, type): held
        for (name, type), held in sets.items()
        if inside(name, zone)
        and type not in _SIGNED
        and cuts.isdisjoint(above(name, zone))
        and (name not in cuts or type in _AT_A_CUT)
    }


def above(name: str, zone: str) -> Iterator[str]:
    """Yield the names between a name and its zone, the nearest first."""
    while is_below(rest := name.partition(".")[2], zone):
        yield rest
        name = rest


def _read(record: Record) -> tuple[SetKey, str] | None:
    try:
        key = plain_name(name_of(record.name)), record.type
        return key, value_text(data_of(record.type, record.rdata))
    except NoDataError:
        return None
