"""DNSSEC at a zone's own servers: what validating resolvers will make of it, each fault told as what it is.

Nothing is a fault where the parent has no DS: nobody checks then (RFC 4035 s. 5.2). That a denial denies the right name
is left to validating resolvers; here it must be there, and signed.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.dns.change import plain
from core.dns.judging.findings import Finding, Tag
from core.dns.judging.signature_proof import (
    MOST_DS,
    MOST_KEYS,
    Chain,
    Made,
    Signature,
    Signed,
    chain_of,
    keys_of,
    signed_in,
)
from core.dns.observation import Observation, Question, Server

SOON = dt.timedelta(days=7)
"""Before their end signatures ought to have been made anew: most signers do so a week or more ahead."""
SHOWN = 6
"""Records that a finding names."""
_SKEW = dt.timedelta(minutes=5)
"""By how much clocks differ among people who mean the same moment."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with some records; `at`: the moment (UTC) that it is about, where it is about one."""

    tag: Tag
    records: str
    at: dt.datetime | None = None


def signature_findings(
    zone: str, server: Server, answers: Iterable[Observation], ds: frozenset[str], now: dt.datetime
) -> Iterator[Finding]:
    """Yield what is wrong with the keys and signatures of a server, by its latest answer to each question.

    `ds`: those at the parent, as an `Rrset` has them; `now` in UTC. A server that was not asked for its keys, or did
    not answer that, has none of these faults: that is another.
    """
    zone = plain(zone)
    latest = [o for o in answers if o.failure is None and "AA" in o.flags and "TC" not in o.flags]
    of_keys = next((o for o in latest if o.question == Question(zone, "DNSKEY")), None)
    if not ds or of_keys is None or of_keys.rcode != "NOERROR":
        return
    if len(of_keys.values or ()) > MOST_KEYS or len(ds) > MOST_DS:
        yield Finding("signatures_unchecked", server)
        return
    keys = keys_of(of_keys.values or ())
    chain = chain_of(zone, ds, keys)
    if chain.unknown and not chain.known:
        yield Finding("signatures_unchecked", server)
        return
    if not chain.keys:
        yield Finding("ds_without_key", server, {"key_tags": _tags(one.partition(" ")[0] for one in ds)})
    if not keys:
        # A zone that is not signed has no signatures to be looked at.
        return
    # A view of an answer (SPF) is the same message.
    asked = list({o.whole: o for o in reversed(latest) if o.whole is not None}.values())[::-1]
    sets = signed_in(zone, [o.whole for o in asked if o.whole is not None], keys)
    if sets is None:
        yield Finding("signatures_unchecked", server)
        return
    if of_keys.whole is None and of_keys.extension == "none":
        # Whoever asks without EDNS gets no signatures (RFC 3225 s. 3), and resolvers get no more than we.
        sets = (Signed(zone, "DNSKEY", ()),)
    faults = [fault for one in sets if (fault := _fault(zone, one, chain, now))]
    faults += [_Fault("denial_unsigned", _words(o.question)) for o in asked if _denies_unsigned(zone, o)]
    yield from _told(server, faults)
    if chain.keys and not faults and (missing := _unused(chain, sets)):
        yield Finding("ds_algorithm_unused", server, {"key_tags": _tags(str(tag) for tag, _ in missing)})


def _fault(zone: str, one: Signed, chain: Chain, now: dt.datetime) -> _Fault | None:
    """Return what is wrong with a record set; one good signature is enough (RFC 4035 s. 5.3.3)."""
    records = f"{one.type} {one.name}"
    signatures: Sequence[Signature] = one.signatures
    if not signatures:
        # One with an underscore may be a zone of its own, which nobody has looked for.
        return None if one.name != zone and one.name.startswith("_") else _Fault("signature_missing", records)
    if (one.name, one.type) == (zone, "DNSKEY") and chain.keys:
        # RFC 4035 s. 5.2: it is a key with a DS that must have signed the keys.
        signatures = [s for s in signatures if s.key in chain.keys]
        if not signatures:
            return _Fault("ds_key_does_not_sign", records)
    good = [s.ends for s in signatures if s.worth == "fits" and s.begins - _SKEW <= now <= s.ends + _SKEW]
    if good:
        return _Fault("signature_expires", records, max(good)) if max(good) < now + SOON else None
    if any(s.worth == "unknown" for s in signatures):
        return _Fault("signatures_unchecked", records)
    fitting = [s for s in signatures if s.worth == "fits"]
    if over := [s.ends for s in fitting if s.ends + _SKEW < now]:
        return _Fault("signature_expired", records, max(over))
    if fitting:
        return _Fault("signature_not_yet", records, min(s.begins for s in fitting))
    wrong = any(s.worth == "wrong" for s in signatures)
    return _Fault("signature_wrong" if wrong else "signature_without_key", records)


def _told(server: Server, faults: Sequence[_Fault]) -> Iterator[Finding]:
    """Yield one finding for each kind of fault, with the records that have it."""
    for tag in dict.fromkeys(fault.tag for fault in faults):
        same = [fault for fault in faults if fault.tag == tag]
        moments = [fault.at for fault in same if fault.at is not None]
        records = list(dict.fromkeys(fault.records for fault in same))
        shown = ", ".join(records[:SHOWN]) + (", …" if len(records) > SHOWN else "")
        yield Finding(tag, server, {"records": shown, **({"at": min(moments)} if moments else {})})


def _unused(chain: Chain, sets: Iterable[Signed]) -> list[Made]:
    """Return the DS whose algorithm does not sign all of the zone, though others do.

    RFC 6840 s. 5.11: a signer must use each, a resolver must not insist, and some do.
    """
    signing = [{s.key[1] for s in one.signatures if s.worth == "fits"} for one in sets if one.signatures]
    return sorted(made for made in chain.known if any(made[1] not in algorithms for algorithms in signing))


def _denies_unsigned(zone: str, o: Observation) -> bool:
    """Tell whether a server denies something of the zone, and nothing proves it (RFC 4035 s. 3.1.3)."""
    if o.answer or not o.answered or o.question.name.startswith("_"):
        return False
    types = {rrset.type for rrset in o.authority}
    of_zone = any(rrset.type == "SOA" and rrset.name == zone for rrset in o.authority)
    return of_zone and not types & {"NSEC", "NSEC3"}


def _words(question: Question) -> str:
    return f"{question.type} {question.name}"


def _tags(tags: Iterable[str]) -> str:
    return ", ".join(sorted(set(tags)))
