"""A zone's transfer (AXFR, RFC 5936) from a server that allows it: all of the zone, or a reason; never a part of it."""

import struct
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.xfr

from core.cutover.zones import Held, SetKey
from core.dns.observation import Server
from core.dns.values import plain_name, value_text

SECONDS, RECORDS, OCTETS = 10.0, 10_000, 5 * 1024 * 1024
"""Bounds of one transfer: seconds from its begin to its end, records and octets of messages."""
_AT_ONCE = 8
"""Servers that are asked for a transfer at the same time."""

# What dnspython makes of somebody's octets, its own assertions included.
_ODD = (ValueError, LookupError, TypeError, AttributeError, AssertionError, struct.error)


class Transferred(NamedTuple):
    """What came of a transfer. `sets`: None where there is no whole zone; then `reason` says why.

    A reason is the server's rcode, or "timeout", "unreachable", "closed", "too_large", "malformed".
    """

    server: Server
    sets: dict[SetKey, Held] | None
    reason: str = ""


def transfers(zone: str, servers: Sequence[Server]) -> tuple[Transferred, ...]:
    """Return what each server says to a transfer; `zone`: as in a SetKey. All are asked at the same time."""
    with ThreadPoolExecutor(min(_AT_ONCE, max(1, len(servers))), "transfer") as threads:
        return tuple(threads.map(lambda server: transfer(zone, server), servers))


def transfer(zone: str, server: Server) -> Transferred:
    """Ask one server for a zone; its records as they were sent, with those of signatures and below cuts."""
    try:
        return Transferred(server, _sets(_records(zone, server)))
    except dns.xfr.TransferError as error:
        return Transferred(server, None, dns.rcode.to_text(error.rcode))
    except dns.exception.Timeout:
        return Transferred(server, None, "timeout")
    except _TooLargeError:
        return Transferred(server, None, "too_large")
    except (EOFError, ConnectionResetError, BrokenPipeError):
        return Transferred(server, None, "closed")
    except OSError:
        return Transferred(server, None, "unreachable")
    except (dns.exception.DNSException, *_ODD):
        return Transferred(server, None, "malformed")


class _TooLargeError(Exception):
    """More than is read."""


def _records(zone: str, server: Server) -> Iterator[dns.rrset.RRset]:
    """Yield the sets of a transfer as messages bring them; it is whole only where this comes to its end."""
    origin = dns.name.from_text(zone, dns.name.root)
    records = octets = 0
    end = time.monotonic() + SECONDS
    for message in dns.query.xfr(
        server.address, origin, port=server.port, timeout=SECONDS, lifetime=SECONDS, relativize=False
    ):
        octets += len(message.wire or b"")
        for rrset in message.answer:
            records += len(rrset)
            if rrset.name.is_subdomain(origin):
                yield rrset
        if records > RECORDS or octets > OCTETS:
            raise _TooLargeError
        if time.monotonic() > end:
            raise dns.exception.Timeout


def _sets(rrsets: Iterator[dns.rrset.RRset]) -> dict[SetKey, Held]:
    values: dict[SetKey, set[str]] = {}
    ttls: dict[SetKey, int] = {}
    for rrset in rrsets:
        key = plain_name(rrset.name), dns.rdatatype.to_text(rrset.rdtype)
        values.setdefault(key, set()).update(map(value_text, rrset))
        ttls[key] = max(ttls.get(key, 0), rrset.ttl)
    return {key: Held(tuple(sorted(some)), ttls[key]) for key, some in values.items()}
