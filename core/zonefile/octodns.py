r"""octoDNS' zones (YAML): a name a key, '' the apex; a record or a list of them below it.

    www:
      type: CNAME
      ttl: 300
      value: alfa.example.

Which zone it is only the file's name says. A semicolon in a text stands as \;. What a record has beyond the DNS (a
proxy, health checks, answers by country) are options: findings.
"""

import re

from core.zonefile.finding import shown
from core.zonefile.panel_values import TARGETS, TEXTS, finish, full, strings, target, unescaped, words
from core.zonefile.record import Draft, Row, Token, ZoneFile
from core.zonefile.record_of import record_of
from core.zonefile.yaml_text import Items, Node, Pairs, Scalar, load_yaml, text_of
from core.zonefile.zone_name import needed, zone_name

_TYPE = re.compile(r"^[ \t]*(?:-[ \t]+)?['\"]?type['\"]?:[ \t]+['\"]?[A-Z0-9]+['\"]?[ \t]*$", re.MULTILINE)
_FLOW_TYPE = re.compile(r"^[^#;\n]{0,255}:[ \t]*[\[{].{0,500}\btype:[ \t]*[A-Z]+", re.MULTILINE)

_FIELDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "MX": (("preference", "priority"), ("exchange", "value")),
    "SRV": (("priority",), ("weight",), ("port",), ("target",)),
    "CAA": (("flags",), ("tag",), ("value",)),
    "SSHFP": (("algorithm",), ("fingerprint_type",), ("fingerprint",)),
    "NAPTR": (("order",), ("preference",), ("flags",), ("service",), ("regexp",), ("replacement",)),
    "TLSA": (("certificate_usage",), ("selector",), ("matching_type",), ("certificate_association_data",)),
    "DS": (("key_tag", "algorithm_id"), ("algorithm",), ("digest_type",), ("digest",)),
}
"""The fields of a type's data in their order, each by the names that it has had."""
_QUOTED = frozenset((("CAA", 2), ("NAPTR", 2), ("NAPTR", 3), ("NAPTR", 4)))
"""Fields that are strings in a zone file."""
_DEFAULTS = {("CAA", 0): "0"}
"""What octoDNS takes for a field that is not there."""
_MANAGED_OTHERWISE = ("geo", "dynamic")


def looks_so(text: str) -> bool:
    """Tell whether a text looks like octoDNS' YAML: `type: A` on a line of its own."""
    return bool(_TYPE.search(text) or _FLOW_TYPE.search(text))


def read_octodns(text: str, origin: str = "") -> ZoneFile:
    """Return the zone of a YAML text, `origin` its name.

    Raises InputError on "zone" where it is no such YAML, on "origin" where nobody says the origin.
    """
    draft = Draft(needed(zone_name(origin)), dialect="octodns")
    tree = load_yaml(text)
    pairs = tree.pairs if isinstance(tree, Pairs) else []
    if not isinstance(tree, Pairs):
        draft.found("element_unreadable", tree.line)
    last = {_key(name): place for place, (name, _) in enumerate(pairs)}
    for place, (name, node) in enumerate(pairs):
        key = _key(name)
        if key is None:
            draft.found("element_unreadable", name.line)
        elif last[key] != place:
            # octoDNS takes the last one without a word.
            draft.found("key_twice", name.line, name=shown(key) or "@")
        else:
            for record in node.items if isinstance(node, Items) else [node]:
                _take(key or "@", name.line, record, draft)
    return finish(draft)


def _key(name: Node) -> str | None:
    return name.text if isinstance(name, Scalar) else None


def _take(owner: str, line: int, record: Node, draft: Draft) -> None:
    line = record.line if isinstance(record, Pairs) else line
    kind = text_of(record.get("type")).upper() if isinstance(record, Pairs) else ""
    if not isinstance(record, Pairs) or not kind:
        draft.found("element_unreadable", line)
        return
    if options := [f"{path}={value}"[:80] for path, value in _leaves(record.get("octodns"), "", 0)]:
        draft.found("octodns_option", line, **_said(owner, kind), options=shown(", ".join(options[:10])))
    if "ignored=true" in [option.lower() for option in options]:
        # octoDNS leaves this record to others: it is not what is served.
        draft.found("octodns_ignored", line, **_said(owner, kind))
        return
    if any(record.get(key) for key in _MANAGED_OTHERWISE):
        draft.found("octodns_dynamic", line, **_said(owner, kind))
    values = record.get("values") or record.get("value")
    nodes = values.items if isinstance(values, Items) else [values] if values else []
    if not nodes:
        draft.found("element_unreadable", line)
    for node in nodes:
        if full(line, draft):
            return
        row = Row(node.line, draft.origin, owner, text_of(record.get("ttl")), kind, ())
        if tokens := _tokens(row, node, draft):
            record_of(Row(row.line, row.origin, row.owner, row.ttl, row.type, tokens), draft)
        else:
            draft.found("element_unreadable", node.line)


def _said(owner: str, kind: str) -> dict[str, str]:
    return {"name": shown(owner), "type": shown(kind)}


def _leaves(node: Node | None, path: str, depth: int) -> list[tuple[str, str]]:
    if isinstance(node, Pairs) and depth < 5:
        return [
            leaf
            for name, value in node.pairs[:20]
            for leaf in _leaves(value, f"{path}.{text_of(name)}".strip("."), depth + 1)
        ]
    if isinstance(node, Items):
        return [(path, " ".join(text_of(item) for item in node.items[:10]))]
    return [(path, text_of(node))] if node else []


def _tokens(row: Row, node: Node, draft: Draft) -> tuple[Token, ...]:
    """Return the words of a value, () where it cannot be read."""
    if row.type in TEXTS:
        return strings(unescaped(_text(node))) if isinstance(node, Scalar) else ()
    if row.type not in _FIELDS:
        tokens = words(text_of(node)) if isinstance(node, Scalar) else ()
    elif isinstance(node, Scalar):
        # Newer ones take the data of any type as a zone file has it.
        tokens = words(node.text)
    elif isinstance(node, Pairs):
        tokens = _fields(row.type, node)
    else:
        return ()
    names = TARGETS.get(row.type, ())
    return tuple(
        Token(_target(token.text, row, draft)) if place in names else token for place, token in enumerate(tokens)
    )


def _text(node: Scalar) -> str:
    """Return a text as octoDNS takes it: without quotes around it, strings of one text put together."""
    text = node.text
    if text.startswith('"'):
        text = text[1:-1]
    return text.replace('" "', "")


def _fields(kind: str, node: Pairs) -> tuple[Token, ...]:
    found: list[Token] = []
    for place, names in enumerate(_FIELDS[kind]):
        value = next((value for name in names if (value := node.get(name))), None)
        text = value.text if isinstance(value, Scalar) else _DEFAULTS.get((kind, place))
        if text is None or (not text and (kind, place) not in _QUOTED):
            return ()
        if (kind, place) in _QUOTED:
            found += strings(unescaped(text) if kind == "CAA" else text.encode("utf-8", "replace"))[:1]
        else:
            found += words(text)[:1]
    return tuple(found)


def _target(text: str, row: Row, draft: Draft) -> str:
    if not text.endswith("."):
        draft.found("octodns_undotted", row.line, name=shown(text))
    return target(text, row, draft)
