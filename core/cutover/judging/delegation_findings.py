"""What is found of the new servers themselves, and of the signatures that the parent zone says the domain has.

Whether the new zone's NS set names the new servers cannot be told by addresses; whether it names old ones can.
"""

from collections.abc import Iterator

from core.cutover.finding import Finding
from core.cutover.judging.said import NewAnswers, Standing
from core.cutover.judging.told import listed
from core.cutover.zones import NewZone, Parent
from core.dns.judging.dnssec_findings import signature_findings
from core.dns.judging.signature_proof import keys_of
from core.dns.observation import Observation

_WITHOUT_ZONE: dict[Standing, str] = {
    "refused": "new_server_refuses",
    "absent": "new_server_denies",
    "lame": "new_server_lame",
    "failing": "new_server_fails",
}
"""How a server says that it does not have the zone; silence is found with the zones, and is unknown."""

_OF_SIGNATURES = {
    "ds_without_key": "ds_other_keys",
    "signatures_unchecked": "new_signatures_unchecked",
    "ds_algorithm_unused": "new_ds_unused",
    "signature_expires": "new_signatures_end_soon",
}
"""What each finding on signatures is here; all others are signatures that nobody will accept."""


def find(parent: Parent, new: NewZone, name: str) -> list[Finding]:
    """Return what is found; `name`: the zone's, as in a SetKey.

    Signatures are judged at the moment of the observation, those of the zone's own name only; where the parent has no
    DS, nobody looks at them.
    """
    answers = NewAnswers(name, new)
    found = [*_servers(answers, name), *_old_ones(parent, answers, name)]
    if parent.ds is None:
        found.append(Finding("ds_unknown", name))
    elif parent.ds:
        found += _together(one for server in answers.serving for one in _signed(parent.ds, new, name, server))
    return found


def _servers(answers: NewAnswers, name: str) -> Iterator[Finding]:
    if not answers.servers:
        yield Finding("new_servers_none", name)
    for server, standing in answers.standing.items():
        if tag := _WITHOUT_ZONE.get(standing):
            yield Finding(tag, server, {"zone": name})
    if len({*answers.servers, *answers.beyond}) == 1:
        # RFC 2182 s. 5: one machine is no reserve.
        yield Finding("new_server_single", answers.servers[0])


def _old_ones(parent: Parent, answers: NewAnswers, name: str) -> Iterator[Finding]:
    """Yield what is found where the new zone names servers of today: caches that take its NS set would go to them."""
    named = {server for said in answers.of(name, "NS").values() for server in said.values}
    if old := sorted(named & {host.lower().rstrip(".") for host in parent.servers}):
        yield Finding("ns_old_among", name, {"servers": listed(old)})


def _signed(ds: tuple[str, ...], new: NewZone, name: str, server: str) -> Iterator[Finding]:
    """Yield what a validating resolver will make of a server of the new zone, as the DS at the parent stay."""
    said = _latest(new, name, "DNSKEY", server)
    if said is None or not said.answered or "AA" not in said.flags or "TC" in said.flags:
        yield Finding("new_keys_unseen", name, {"server": server})
        return
    told = {"server": server, "key_tags": listed(sorted({one.partition(" ")[0] for one in ds}))}
    if not keys_of(said.values or ()):
        yield Finding("ds_unsigned", name, told)
        return
    soa = _latest(new, name, "SOA", server)
    whole = [said, *([soa] if soa and soa.whole is not None else [])]
    found = list(signature_findings(name, said.server, whole, frozenset(ds), said.at))
    # Where no DS leads to a key, it is no matter what the keys signed.
    for one in [one for one in found if one.tag == "ds_without_key"] or found:
        tag = _OF_SIGNATURES.get(one.tag, "new_signatures_bad")
        yield Finding(tag, name, {**told, "records": str(one.values.get("records", f"DNSKEY {name}"))})


def _latest(new: NewZone, name: str, type: str, server: str) -> Observation | None:
    said = [o for o in new.answers.get((name, type), ()) if o.server.address == server]
    return said[-1] if said else None


def _together(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield one finding a tag, with all the servers that it is about."""
    by_tag: dict[str, list[Finding]] = {}
    for finding in findings:
        by_tag.setdefault(finding.tag, []).append(finding)
    for tag, some in by_tag.items():
        servers = listed(dict.fromkeys(str(one.values["server"]) for one in some))
        yield Finding(tag, some[0].name, {**some[0].values, "server": servers})
