"""YAML as panels write it: maps, lists and texts, read event by event within bounds.

Every scalar stays the text that it is written as ("no", "8.10"). Aliases, tags and deep nesting, which no panel
writes, are refused before anything is made of them.
"""

from typing import Any

import yaml

BYTES_MAX = 256 * 1024
"""Bytes of a file."""
NODES_MAX = 50_000
"""Maps, lists and texts of a file."""
DEPTH_MAX = 12
"""Maps and lists within one another."""


class NotPlainError(ValueError):
    """The content is no YAML, or more than maps, lists and texts within the bounds."""


def plain_yaml(content: bytes) -> dict[str, Any]:
    r"""Return the map that a file holds, {} of an empty one; raises NotPlainError. The last one of equal keys counts.

    >>> plain_yaml(b"---\nmain_domain: alfa.example\nparked_domains: []\n")
    {'main_domain': 'alfa.example', 'parked_domains': []}
    """
    if len(content) > BYTES_MAX:
        raise NotPlainError
    top: list[Any] = []
    # Each open map or list, the key that waits for its value, and whether one does.
    opened: list[tuple[Any, list[str]]] = [(top, [])]
    try:
        for nodes, event in enumerate(yaml.parse(content, Loader=yaml.CSafeLoader)):
            if nodes > 2 * NODES_MAX or isinstance(event, yaml.AliasEvent) or len(opened) > DEPTH_MAX:
                raise NotPlainError
            if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag not in (None, "!"):
                raise NotPlainError
            if isinstance(event, yaml.ScalarEvent):
                _put(opened[-1], event.value)
            elif isinstance(event, yaml.CollectionStartEvent):
                inner: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                _put(opened[-1], inner)
                opened.append((inner, []))
            elif isinstance(event, yaml.CollectionEndEvent):
                opened.pop()
    except (yaml.YAMLError, UnicodeError):
        # Its own words repeat what stands in the file.
        raise NotPlainError from None
    if not top or top == [""]:
        return {}
    if len(top) != 1 or not isinstance(top[0], dict):
        raise NotPlainError
    return top[0]


def _put(into: tuple[Any, list[str]], value: Any) -> None:
    holder, key = into
    if isinstance(holder, list):
        holder.append(value)
    elif key:
        holder[key.pop()] = value
    elif isinstance(value, str):
        key.append(value)
    else:
        raise NotPlainError
