r"""Route 53's records: the JSON of `aws route53 list-resource-record-sets`, with or without the hosted zone's.

A change batch is read as well: what it makes, not what it takes off.
Letters beyond a-z, 0-9, "-", "_" stand as octal escapes there (\052 is *). An alias has no data of its own, and a set
that is served to some only is no record that another name server could serve: both are findings.
"""

import re
from collections.abc import Iterator
from typing import Any

from core.ground.messages import FieldError, InputError, Message
from core.zonefile.finding import shown
from core.zonefile.json_text import load_json
from core.zonefile.panel_values import TARGETS, finish, full, words
from core.zonefile.record import Draft, Row, Token, ZoneFile
from core.zonefile.record_of import record_of
from core.zonefile.zone_name import needed, zone_name

_POLICIES = {
    "Weight": "weighted",
    "Region": "latency",
    "Failover": "failover",
    "GeoLocation": "geolocation",
    "GeoProximityLocation": "geoproximity",
    "CidrRoutingConfig": "cidr",
    "TrafficPolicyInstanceId": "traffic policy",
}
"""By which key a set says that not everybody gets it."""
_NAME = re.compile(r'"Name"\s*:\s*"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(?:([0-3][0-7]{2})|(.))", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_*/-]")
_AHEAD = 10
"""How many names after the last one may be those of other things than record sets."""


def looks_so(text: str) -> bool:
    """Tell whether a text is JSON."""
    return text.lstrip()[:1] in ("{", "[")


def read_route53(text: str, origin: str = "") -> ZoneFile:
    """Return the zone of a list of record sets.

    Raises InputError on "zone" where the text is no such JSON, on "origin" where nobody says the origin.
    """
    loaded = load_json(text)
    sets = _sets(loaded)
    zone = loaded.get("HostedZone") if isinstance(loaded, dict) else None
    own = _text(zone, "Name") or next((_text(one, "Name") for one in sets if _text(one, "Type") == "SOA"), "")
    draft = Draft(needed(zone_name(origin) or zone_name(own)), dialect="route53")
    if isinstance(loaded, dict) and (loaded.get("IsTruncated") is True or loaded.get("NextToken")):
        draft.found("route53_truncated")
    if isinstance(zone, dict) and isinstance(zone.get("Config"), dict) and zone["Config"].get("PrivateZone") is True:
        draft.found("route53_private")
    for line, one, action in zip(_lines(text, sets), sets, _actions(loaded, sets), strict=True):
        if full(line, draft):
            break
        if action == "DELETE" and _text(one, "Name"):
            draft.found("route53_deleted", line or None, name=shown(_text(one, "Name")), type=shown(_text(one, "Type")))
        elif action in ("", "CREATE", "UPSERT", "DELETE"):
            _take(line, one, draft)
        else:
            draft.found("element_unreadable", line or None)
    return finish(draft)


def _sets(loaded: Any) -> list[Any]:
    if isinstance(loaded, dict):
        if isinstance(changes := loaded.get("Changes"), list):
            return [one.get("ResourceRecordSet") if isinstance(one, dict) else one for one in changes]
        loaded = loaded.get("ResourceRecordSets")
    if not isinstance(loaded, list):
        raise InputError(FieldError("zone", "", Message("error.zone_json_unknown")))
    return loaded


def _actions(loaded: Any, sets: list[Any]) -> list[str]:
    """Return what is done with each set: those of a change batch are made or taken off, those of a list are there."""
    changes = loaded.get("Changes") if isinstance(loaded, dict) else None
    if not isinstance(changes, list):
        return [""] * len(sets)
    return [str(one.get("Action") or "").upper() if isinstance(one, dict) else "" for one in changes]


def _text(one: Any, key: str) -> str:
    value = one.get(key) if isinstance(one, dict) else None
    return value if isinstance(value, str) else ""


def _lines(text: str, sets: list[Any]) -> Iterator[int]:
    """Yield the line of each set's name, 0 where it is not found."""
    found = [(match.start(), match[1]) for match in _NAME.finditer(text)]
    at, line, seen = 0, 1, 0
    for one in sets:
        name = _text(one, "Name").replace("\\", "\\\\")
        place = next((at + n for n, (_, value) in enumerate(found[at : at + _AHEAD]) if value == name), None)
        if place is None:
            yield 0
            continue
        start = found[place][0]
        line, seen, at = line + text.count("\n", seen, start), start, place + 1
        yield line


def _take(line: int, one: Any, draft: Draft) -> None:
    name, kind = _decoded(_text(one, "Name")), _text(one, "Type").upper()
    if not name or not kind:
        draft.found("element_unreadable", line or None)
        return
    owner = name if name.endswith(".") else f"{name}."
    said = {"name": shown(owner), "type": shown(kind)}
    values = [_text(record, "Value") for record in _list(one.get("ResourceRecords"))]
    if "AliasTarget" in one:
        draft.found("route53_alias", line or None, **said, target=shown(_decoded(_text(one["AliasTarget"], "DNSName"))))
        return
    if policy := next((policy for key, policy in _POLICIES.items() if key in one), ""):
        held, set_ = shown(", ".join(values[:20])), shown(_text(one, "SetIdentifier"))
        draft.found("route53_routing", line or None, **said, policy=policy, set=set_, held=held)
        return
    if one.get("MultiValueAnswer") is True or "HealthCheckId" in one:
        draft.found("route53_multivalue", line or None, **said)
    if not values or not all(values):
        draft.found("element_unreadable", line or None)
    ttl = one.get("TTL")
    written = str(ttl) if isinstance(ttl, int | str) and not isinstance(ttl, bool) else ""
    for value in filter(None, values):
        record_of(Row(line, draft.origin, owner, written, kind, _tokens(kind, value)), draft)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _tokens(kind: str, value: str) -> tuple[Token, ...]:
    names = TARGETS.get(kind, ())
    found = []
    for place, token in enumerate(words(value)):
        text = _ESCAPE.sub(_decimal, token.text)
        # Route 53 takes every name as absolute.
        found.append(
            Token(text if not text or text.endswith(".") else f"{text}.")
            if place in names
            else Token(text, token.quoted)
        )
    return tuple(found)


def _decimal(escape: re.Match[str]) -> str:
    """Return an octal escape as what zone files have for it."""
    if not escape[1]:
        return escape[0]
    letter = chr(int(escape[1], 8))
    return letter if _PLAIN.fullmatch(letter) else f"\\{ord(letter):03}"


def _decoded(name: str) -> str:
    r"""Return a name with its octal escapes as a zone file has them.

    >>> _decoded("\\052.alfa.example.")
    '*.alfa.example.'
    """
    return _ESCAPE.sub(_decimal, name)
