"""The servers that every check begins with: the public resolvers and the root's own, read from their files."""

import csv
import io
import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import dns.exception
import dns.rdatatype
import dns.zonefile

from core.dns.names import parse_name
from core.dns.observation import Server
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import FILE, MISTAKES, bounded, shortened

RESOLVERS = "data/resolvers.csv"
HINTS = "data/named.root"

COLUMNS = ("id", "operator", "country", "address", "port", "dot", "doh", "source")
_PORT = re.compile(r"[0-9]{1,5}")
_REQUIRED = ("id", "operator", "country", "address", "source")


def parse_resolvers(text: str) -> tuple[Server, ...]:
    """Return the resolvers of a CSV with the columns COLUMNS; raises InputError with every mistake and its line.

    `dot` (a host name) and `doh` (an https URL) may be empty, `port` too (53). `source` says where the operator
    documents the service: it is for whoever keeps the list.
    """
    text = bounded(text.removeprefix("\ufeff"), RESOLVERS, FILE)
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise InputError(FieldError(RESOLVERS, "", Message("error.csv_row", {"detail": str(error)}))) from None
    if not rows or tuple(cell.strip() for cell in rows[0]) != COLUMNS:
        raise InputError(FieldError(RESOLVERS, "", Message("error.resolvers_header", {"expected": ",".join(COLUMNS)})))
    found: dict[str, Server] = {}
    wrong: list[FieldError] = []
    for line, row in enumerate(rows[1:], start=2):
        if len(wrong) >= MISTAKES:
            break
        cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=False))
        if not any(cells.values()):
            continue
        mistakes = list(_mistakes(cells, len(row), found))
        wrong += [
            FieldError(f"{RESOLVERS}:{line} {name}", shortened(value), message) for name, value, message in mistakes
        ]
        if not mistakes:
            found[cells["id"]] = Server(
                "resolver",
                str(ipaddress.ip_address(cells["address"])),
                int(cells["port"] or 53),
                id=cells["id"],
                operator=cells["operator"],
                country=cells["country"],
                dot=cells["dot"],
                doh=cells["doh"],
            )
    if wrong:
        raise InputError(*wrong[:MISTAKES])
    if not found:
        raise InputError(FieldError(RESOLVERS, "", Message("error.empty")))
    return tuple(found.values())


def parse_hints(text: str) -> tuple[Server, ...]:
    """Return the servers of the root zone from a file in the format of named.root; raises InputError.

    Those without an address are left out; there must be one that has one.
    """
    text = bounded(text, HINTS, FILE)
    try:
        rrsets = dns.zonefile.read_rrsets(text, rdclass=None, default_ttl=3600000, origin=".")
    except (dns.exception.DNSException, ValueError) as error:
        raise InputError(FieldError(HINTS, "", Message("error.hints", {"detail": str(error)[:200]}))) from None
    roots = {ns.target for rrset in rrsets if rrset.rdtype == dns.rdatatype.NS for ns in rrset}
    found = [
        Server("parent", address.address, name=rrset.name.to_text(omit_final_dot=True).lower())
        for rrset in rrsets
        if rrset.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA) and rrset.name in roots
        for address in rrset
    ]
    if not found:
        raise InputError(FieldError(HINTS, "", Message("error.hints_empty")))
    return tuple(sorted(found))


def _mistakes(cells: dict[str, str], count: int, found: dict[str, Server]) -> Iterable[tuple[str, str, Message]]:
    if count != len(COLUMNS):
        yield "", "", Message("error.row_cells", {"expected": len(COLUMNS), "found": count})
        return
    for name in _REQUIRED:
        if not cells[name]:
            yield name, "", Message("error.missing")
    if cells["id"] in found:
        yield "id", cells["id"], Message("error.resolver_twice")
    try:
        # A zone (fe80::1%eth0) means something on one machine only.
        ipaddress.ip_address("" if "%" in cells["address"] else cells["address"])
    except ValueError:
        if cells["address"]:
            yield "address", cells["address"], Message("error.ip_address")
    if cells["port"] and not (_PORT.fullmatch(cells["port"]) and 0 < int(cells["port"]) < 65536):
        yield "port", cells["port"], Message("error.port")
    if cells["dot"] and not _is_host(cells["dot"]):
        yield "dot", cells["dot"], Message("error.host_name")
    if cells["doh"] and not _is_https(cells["doh"]):
        yield "doh", cells["doh"], Message("error.https_url")


def _is_https(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or an address in brackets that is none
        return False


def _is_host(text: str) -> bool:
    try:
        parse_name(text)
    except InputError:
        try:
            ipaddress.ip_address(text)
        except ValueError:
            return False
    return True
