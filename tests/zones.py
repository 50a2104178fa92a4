"""Zones of a few records for tests: `row("www", "A", "192.0.2.2")` is below alfa.example., with the TTL 60."""

from core.zonefile.record import Record, ZoneFile

ORIGIN = "alfa.example."


def row(name, type, rdata, ttl=60):
    """A record of the zone; "" is its apex."""
    return Record(f"{name}.{ORIGIN}" if name else ORIGIN, ttl, type, rdata)


def zone_of(*records, origin=ORIGIN, findings=()):
    """A zone of these records."""
    return ZoneFile(origin, "master", records, tuple(findings))


SOA = row("", "SOA", "ns.hoster.example. hostmaster.hoster.example. 1 3600 600 86400 60")
NS = row("", "NS", "ns.hoster.example.")
A = row("", "A", "192.0.2.1")
