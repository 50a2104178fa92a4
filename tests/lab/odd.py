"""Authorities that do what no server of the laboratory does: a scripted one for each oddity, played like a real one."""

from __future__ import annotations

import contextlib

import dns.edns
import dns.message
import dns.name
import dns.rdatatype
import dns.zone

from tests.lab.scripted import Query, Reply, reply, scripted
from tests.lab.servers import Authority
from tests.lab.zones import absolute


class Odd(Authority):
    """Answers from its zones: records, NODATA and NXDOMAIN with the SOA; no wildcards, no aliases, no referrals."""

    def launch_it(self) -> None:
        """Start a thread that answers."""
        self._running = contextlib.ExitStack()
        for address in self.addresses:
            self._running.enter_context(scripted(address, self.answer))

    def tell_of(self, name: str, *, known: bool) -> None:
        """Nothing is to be told: every answer is made of what there is."""

    def kill(self) -> None:
        """End it."""
        getattr(self, "_running", contextlib.ExitStack()).close()

    def answer(self, query: Query) -> Reply:
        """Return the answer of a server without oddities."""
        found = next((name for name in self._above(query.name) if name in self.zones), None)
        if found is None:
            return reply(query, rcode="REFUSED")
        zone = dns.zone.from_text(self.zones[found].text(0), absolute(found), relativize=False)
        said = reply(query, aa=True)
        said.flags &= ~dns.flags.RA
        if rrset := zone.get_rrset(query.name, query.type):
            said.answer.append(rrset)
        else:
            if not any(name.is_subdomain(query.name) for name in zone.nodes):
                said.set_rcode(dns.rcode.NXDOMAIN)
            soa = zone.get_rrset(found, "SOA")
            assert soa
            soa.ttl = self.negative_ttl(soa.ttl, soa[0].minimum)
            said.authority.append(soa)
        return said

    def negative_ttl(self, ttl: int, minimum: int) -> int:
        """Return what the SOA of a negative answer carries (RFC 2308 s. 5)."""
        return min(ttl, minimum)

    @staticmethod
    def _above(name: dns.name.Name) -> list[str]:
        return [dns.name.Name(name.labels[n:]).to_text().lower() for n in range(len(name.labels))]


class Yadifa(Odd):
    """Negative answers carry the SOA's MINIMUM, however short its TTL is, as YADIFA's do."""

    def negative_ttl(self, ttl: int, minimum: int) -> int:
        """Return MINIMUM."""
        return minimum


class NoEdns(Odd):
    """Says FORMERR to EDNS, as servers from before 1999 and some load balancers do."""

    def answer(self, query: Query) -> Reply:
        """Return the answer, or FORMERR."""
        return _format_error(query) if query.message and query.message.edns >= 0 else super().answer(query)


class NoNsid(Odd):
    """Says FORMERR to NSID, and answers with EDNS."""

    def answer(self, query: Query) -> Reply:
        """Return the answer, or FORMERR."""
        options = query.message.options if query.message else ()
        return _format_error(query) if any(o.otype == dns.edns.NSID for o in options) else super().answer(query)


def _format_error(query: Query) -> dns.message.Message:
    said = reply(query, rcode="FORMERR")
    said.use_edns(False)
    return said
