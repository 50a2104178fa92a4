"""A zone as text or bytes, whatever its dialect, into its records."""

from collections.abc import Callable

from core.ground.messages import FieldError, InputError, Message
from core.zonefile import forpsi, hestia_zone, octodns, pasted_table, plesk_zone, route53
from core.zonefile.bounds import BYTES_MAX, RECORDS_MAX
from core.zonefile.letters import as_text
from core.zonefile.marks import provider
from core.zonefile.master import read_master
from core.zonefile.record import Dialect, ZoneFile
from core.zonefile.zone_name import zone_name

__all__ = ["BYTES_MAX", "RECORDS_MAX", "as_text", "named", "read"]

_Looks = Callable[[str], bool]
_Reads = Callable[[str, str], ZoneFile]

_READERS: tuple[tuple[_Looks, _Reads], ...] = (
    (route53.looks_so, route53.read_route53),
    (plesk_zone.looks_so, plesk_zone.read_plesk),
    (hestia_zone.looks_so, hestia_zone.read_hestia),
    (forpsi.looks_so, forpsi.read_forpsi),
)
"""What is told by its first letters, asked in this order, and who reads it."""
_WITHOUT_MARKS: tuple[tuple[_Looks, _Reads], ...] = (
    (octodns.looks_so, octodns.read_octodns),
    (pasted_table.looks_so, pasted_table.read_table),
)
"""What might be a zone file by its looks, asked where no provider left its marks."""


def read(content: bytes | str, origin: str = "") -> ZoneFile:
    """Return the zone that a file or a pasted text holds.

    `origin`: the zone's name, where somebody says it; else it is the file's own ($ORIGIN, SOA, export). Raises
    InputError on "zone" where the content is too long, empty, or nothing that a zone could be; on "origin" where
    the origin is needed and nobody says it, or it is no name.
    """
    origin = zone_name(origin)
    text, findings = as_text(content)
    zone = _read(text, origin)
    return ZoneFile(zone.origin, zone.dialect, zone.records, (*findings, *zone.findings)) if findings else zone


def named(dialect: Dialect) -> Message:
    """Return whose file it is, in words."""
    return Message(f"zone.dialect.{dialect}")


def _read(text: str, origin: str) -> ZoneFile:
    for looks_so, reads in _READERS:
        if looks_so(text):
            return reads(text, origin)
    dialect: Dialect = provider(text)
    if dialect == "master":
        for looks_so, reads in _WITHOUT_MARKS:
            if looks_so(text):
                return reads(text, origin)
        if not pasted_table.has_records(text):
            raise InputError(FieldError("zone", "", Message("error.zone_unknown")))
    return read_master(text, origin, dialect)
