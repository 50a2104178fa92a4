"""What is found where the old zone is compared with the new one, the mail's law aside."""

from collections.abc import Iterator, Mapping, Sequence

from core.cutover.finding import Finding
from core.cutover.judging.issuance import caa_findings
from core.cutover.judging.moved import HINTED, hints
from core.cutover.judging.old_zone_findings import old_zone_findings
from core.cutover.judging.said import NewAnswers
from core.cutover.judging.set_findings import Compare, failed, new_names, set_findings
from core.cutover.judging.told import folded, listed
from core.cutover.judging.wildcard_findings import between_findings, wildcard_findings
from core.cutover.result import Compared
from core.cutover.zones import NewZone, OldZone
from core.dns.observation import ADDRESSES

LONG_TTL = 14_400
"""Seconds. A new TTL that is longer than the old one is worth a word beyond what panels give by themselves."""


def find(
    old: OldZone,
    new: NewZone,
    compared: Sequence[Compared],
    mapping: Mapping[str, str],
    issuers: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Return what is found; `compared`: by `comparison.compare` with the same `mapping` (old -> new address).

    `issuers`: site -> issuer of the certificate that the new server has for it, where it was seen. Whether a server has
    the zone at all is found with the delegation; here a silent one is unknown. Records of the mail are left to its law,
    but for servers that differ, and for MX, SPF and others that only a wildcard has.
    """
    answers = NewAnswers(old.name, new)
    sides = Compare(old, answers, compared, mapping)
    return folded(
        [
            *old_zone_findings(old),
            *_servers(sides),
            *_apex(sides),
            *set_findings(sides),
            *wildcard_findings(sides),
            *between_findings(sides),
            *_new(sides),
            *_hints(sides),
            *caa_findings(old.name, answers, issuers or {}),
            *_ttls(sides),
        ]
    )


def _servers(sides: Compare) -> Iterator[Finding]:
    for server, standing in sides.answers.standing.items():
        if standing == "silent":
            yield Finding("new_server_silent", server)
    for server in sides.answers.beyond if sides.answers.serving else ():
        yield Finding("new_server_over_ipv6", server)
    # Where none has the zone, that is the one thing to say.
    if sides.answers.serving:
        yield from failed(sides, [(name, "A") for name in sorted(sides.old.between)])


def _apex(sides: Compare) -> Iterator[Finding]:
    if sides.apex_alias:
        yield Finding("new_apex_alias", sides.zone, {"alias": listed([sides.apex_alias])})


def _new(sides: Compare) -> Iterator[Finding]:
    of_wildcard, others = new_names(sides)
    if of_wildcard:
        yield Finding("wildcard_name_differs", sides.zone, {"names": listed(of_wildcard)})
    if others:
        yield Finding("records_new", sides.zone, {"records": listed(others)})


def _hints(sides: Compare) -> Iterator[Finding]:
    """Yield HTTPS and SVCB that lead browsers to an old address, though the name's own have moved (RFC 9460 s. 7.3)."""
    for one in sides.compared:
        if one.type not in HINTED:
            continue
        addresses = [sides.by_key.get((one.name, type)) for type in ADDRESSES]
        own = {value for address in addresses if address for value in address.new}
        hinted = {address for value in one.new for address in hints(value)}
        if led := sorted(hinted & sides.left_behind - own):
            to = listed(sides.mapping[address] for address in led)
            yield Finding("hint_at_old_address", one.name, {"type": one.type, "old": listed(led), "new": to})


def _ttls(sides: Compare) -> Iterator[Finding]:
    longer = []
    for one in sides.compared:
        held = sides.old.sets.get((one.name, one.type))
        before = held.ttl if held else None
        after = max((s.ttl or 0 for s in sides.answers.of(one.name, one.type).values()), default=0)
        if before is not None and after > max(before, LONG_TTL):
            longer.append(f"{one.name} {one.type} {before} → {after}")
    if longer:
        yield Finding("ttl_longer", sides.zone, {"records": listed(longer)})
