"""YAML that nobody is to trust, as a tree of texts with their lines. No tags, no aliases, no guessing of types.

`no`, `1e3`, `0x10` stay the texts that they are: as names of records they are no truth values and no numbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from core.ground.messages import FieldError, InputError, Message

LENGTH_MAX = 4_000_000
"""Letters of a text that is read."""
DEPTH_MAX = 12
"""Levels: a list of records with options of providers has seven."""
NODES_MAX = 2_000_000

_BEGINS = (yaml.SequenceStartEvent, yaml.MappingStartEvent)
_ENDS = (yaml.SequenceEndEvent, yaml.MappingEndEvent)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar(NamedTuple):
    """A text, and the line where it begins."""

    text: str
    line: int
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: list["Node"]
    line: int


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, in the order of the text; a key may stand twice."""

    pairs: list[tuple["Node", "Node"]]
    line: int

    def get(self, key: str) -> "Node | None":
        """Return the value of a key, the last one where it stands twice, as YAML's readers do."""
        for name, value in reversed(self.pairs):
            if isinstance(name, Scalar) and name.text == key:
                return value
        return None


Node = Scalar | Items | Pairs


def text_of(node: Node | None, default: str = "") -> str:
    """Return the text of a scalar; the default for what is none, or is nothing (~, null)."""
    if not isinstance(node, Scalar) or (node.plain and node.text in ("~", "null", "Null", "NULL", "")):
        return default
    return node.text


def load_yaml(text: str) -> Node:
    """Return the tree of a text with one document; raises InputError on "zone" where it is none, or too much of it."""
    if len(text) > LENGTH_MAX:
        raise _mistake("error.zone_long", megabytes=LENGTH_MAX // 1_000_000)
    try:
        return _tree(yaml.parse(text, Loader=_LOADER))
    except InputError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _mistake("error.zone_yaml", line=mark.line + 1 if mark else 1) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise _mistake("error.zone_yaml", line=1) from None


def _tree(events: Iterator[Any]) -> Node:
    """Return the first document; no recursion, so that brackets within brackets end in words."""
    open_: list[list[Node]] = [[]]
    begun: list[tuple[bool, int]] = []
    documents = 0
    for nodes, event in enumerate(events):
        if nodes > NODES_MAX or len(begun) > DEPTH_MAX:
            raise _mistake("error.zone_nested")
        kind = type(event)
        if kind is yaml.ScalarEvent:
            open_[-1].append(Scalar(event.value, _line(event), not event.style))
        elif kind in _BEGINS:
            begun.append((kind is yaml.MappingStartEvent, _line(event)))
            open_.append([])
        elif kind in _ENDS:
            inside, (mapping, line) = open_.pop(), begun.pop()
            open_[-1].append(
                Pairs(list(zip(inside[::2], inside[1::2], strict=True)), line) if mapping else Items(inside, line)
            )
        elif kind is yaml.AliasEvent:
            raise _mistake("error.zone_yaml_alias", line=_line(event))
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _mistake("error.zone_yaml", line=_line(event))
    if not open_[0]:
        raise _mistake("error.zone_empty")
    return open_[0][0]


def _line(event: Any) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _mistake(id: str, **values: object) -> InputError:
    return InputError(FieldError("zone", "", Message(id, values)))
