"""What only a whole zone tells: its SOA and NS, names that have too much, names that nobody reaches, leftovers.

check(draft)        # findings into the draft; records that are there twice out of it
"""

from collections import defaultdict
from collections.abc import Sequence

from core.zonefile.finding import shown
from core.zonefile.leftovers import is_leftover
from core.zonefile.record import Draft, Record

_BESIDE_ALIAS = frozenset(("CNAME", "RRSIG", "NSEC", "NSEC3", "KEY"))
"""What may stand beside a CNAME (RFC 4034 s. 2.1 f.)."""
_NAMES_ONLY = frozenset(("NS", "CNAME", "DNAME", "PTR", "MX", "SRV", "SOA"))
"""Types whose data is names and numbers."""
_SIGNED = frozenset(("RRSIG", "NSEC", "NSEC3", "NSEC3PARAM", "DNSKEY", "CDS", "CDNSKEY", "ZONEMD", "TYPE65534"))
_AT_A_CUT = frozenset(("NS", "DS", "NSEC", "RRSIG"))
_GLUE = frozenset(("A", "AAAA"))
_Sets = dict[tuple[str, str], list[Record]]


def check(draft: Draft) -> None:
    """Put what the whole zone tells into a draft; records that repeat others are taken out, each with a finding."""
    _closing_soa(draft)
    _duplicates(draft)
    sets: _Sets = defaultdict(list)
    for record in draft.records:
        sets[record.name, record.type].append(record)
    types: dict[str, set[str]] = defaultdict(set)
    for name, type in sets:
        types[name].add(type)
    _ttls(draft, sets)
    _apex(draft, sets)
    _aliases(draft, sets, types)
    _below_cuts(draft, sets, types)
    _leftovers(draft)


def _closing_soa(draft: Draft) -> None:
    """Drop the SOA that ends a transfer (RFC 5936 s. 2.2); one that is not there says that the transfer broke off."""
    soas = [record for record in draft.records if record.type == "SOA"]
    last = draft.records[-1] if draft.records else None
    if len(soas) == 2 and last is soas[1] and _key(soas[0]) == _key(soas[1]) and draft.records[0] is soas[0]:
        draft.records.pop()
        draft.found("soa_closing", soas[1].line)
    elif draft.dialect == "dig" and draft.records:
        draft.found("not_whole", None)


def _key(record: Record) -> tuple[str, str, str]:
    """Return what two records have in common that are one to the DNS: the case of names does not matter."""
    name, _, type, rdata, _ = record
    return name, type, rdata.lower() if type in _NAMES_ONLY else rdata


def _duplicates(draft: Draft) -> None:
    seen: dict[tuple[str, str, str], Record] = {}
    kept: list[Record] = []
    for record in draft.records:
        key = _key(record)
        if key in seen:
            draft.found("duplicate", record.line, name=shown(record.name), type=record.type, first=seen[key].line)
            if (first := seen[key].ttl) != record.ttl:
                ttls = f"{_told(first)}, {_told(record.ttl)}"
                draft.found("ttl_unequal", record.line, name=shown(record.name), type=record.type, ttls=ttls)
            continue
        seen[key] = record
        kept.append(record)
    draft.records[:] = kept


def _ttls(draft: Draft, sets: _Sets) -> None:
    automatic = {finding.line for finding in draft.findings if finding.tag in ("ttl_automatic", "ttl_range")}
    unknown = [record for record in draft.records if record.ttl is None and record.line not in automatic]
    if unknown:
        draft.found("ttl_unknown", unknown[0].line, records=len(unknown))
    for (name, type), records in sets.items():
        # A signature is of one type each, with its TTL (RFC 4034 s. 3).
        if len(records) > 1 and type != "RRSIG" and len({record.ttl for record in records}) > 1:
            ttls = ", ".join(sorted({_told(record.ttl) for record in records}))
            draft.found("ttl_unequal", records[-1].line, name=shown(name), type=type, ttls=shown(ttls))


def _told(ttl: int | None) -> str:
    return "-" if ttl is None else str(ttl)


def _apex(draft: Draft, sets: _Sets) -> None:
    soas = [record for record in draft.records if record.type == "SOA"]
    zone = draft.origin
    if not draft.records or not zone:
        return
    if not soas:
        draft.found("no_soa", None, zone=zone)
    for soa in soas:
        if soa.name != zone:
            draft.found("soa_not_apex", soa.line, name=shown(soa.name), zone=zone)
    at_apex = sets.get((zone, "SOA"), [])
    if len(at_apex) > 1:
        draft.found("soa_twice", at_apex[1].line, first=at_apex[0].line)
    if (zone, "NS") not in sets:
        draft.found("no_ns", None, zone=zone)


def _aliases(draft: Draft, sets: _Sets, types: dict[str, set[str]]) -> None:
    for (name, type), records in sets.items():
        line = records[-1].line
        if type == "CNAME":
            if len(records) > 1:
                draft.found("cname_twice", line, name=shown(name))
            if name == draft.origin:
                draft.found("cname_apex", line, name=shown(name), target=shown(records[0].rdata))
            elif others := types[name] - _BESIDE_ALIAS:
                draft.found("cname_beside", line, name=shown(name), types=", ".join(sorted(others)))
        elif type == "DNAME":
            if len(records) > 1:
                draft.found("dname_twice", line, name=shown(name))
            draft.found("dname", line, name=shown(name), target=shown(records[0].rdata))


def _below_cuts(draft: Draft, sets: _Sets, types: dict[str, set[str]]) -> None:
    """Tell what nobody is given because it lies below another zone, or below a DNAME (RFC 6672 s. 2.4)."""
    cuts = {name for name, type in sets if type == "NS" and name != draft.origin}
    dnames = {name for name, type in sets if type == "DNAME"}
    if not cuts and not dnames:
        return
    hosts = {record.rdata.lower() for record in draft.records if record.type == "NS"}
    for name in types:
        above = _above(name, draft.origin)
        if cut := next((one for one in above if one in cuts), None):
            hidden = types[name] - _GLUE
            glue = types[name] & _GLUE
            lines = {type: sets[name, type][0].line for type in types[name]}
            if glue and name in hosts:
                draft.found("glue", min(lines[type] for type in glue), name=shown(name), cut=shown(cut))
            elif glue:
                hidden |= glue
            for type in sorted(hidden - {"NSEC", "NSEC3", "RRSIG"}):
                draft.found("below_delegation", lines[type], name=shown(name), type=type, cut=shown(cut))
        elif dname := next((one for one in above if one in dnames), None):
            for type in sorted(types[name]):
                draft.found("below_dname", sets[name, type][0].line, name=shown(name), type=type, dname=shown(dname))
        if name in cuts and (beside := types[name] - _AT_A_CUT):
            if name in hosts:
                beside -= _GLUE
            for type in sorted(beside):
                draft.found("below_delegation", sets[name, type][0].line, name=shown(name), type=type, cut=shown(name))


def _above(name: str, zone: str) -> Sequence[str]:
    """Return the names above one, within its zone: of `a.b.zone.` `b.zone.`. No name has more labels than 127."""
    found = []
    rest = name.partition(".")[2]
    while len(rest) > len(zone):
        found.append(rest)
        rest = rest.partition(".")[2]
    return found


def _leftovers(draft: Draft) -> None:
    signed = [record for record in draft.records if record.type in _SIGNED]
    if signed:
        kinds = ", ".join(sorted({record.type for record in signed}))
        draft.found("signed_leftover", signed[0].line, records=len(signed), types=kinds)
    for record in draft.records:
        if is_leftover(record):
            draft.found("leftover", record.line, name=shown(record.name), type=record.type)
