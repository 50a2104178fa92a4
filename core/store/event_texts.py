"""The texts in an event that somebody or a file brought: which they are, and the event with others in their place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from core.migration import inventory_field
from core.migration.cutover_looks import SENTENCES
from core.migration.event import Event
from core.migration.migration import LISTS

_TEXTS = frozenset(
    (
        "client", "package", "source_host", "target_host", "contact_name", "contact_phone", "no_phone", "nonstandard",
        "old_ns", "new_ns", "old_addresses", "new_addresses",
    )
)  # fmt: skip
_PEOPLE = frozenset(("owner", "deputy"))
_ID_OF_PERSON = re.compile(r"[a-z][a-z0-9_.-]*")
"""One of the team, as an event carries them (`people.PersonId`); whoever else a file named stands there as a text."""
Each = Callable[[str, str, str], str]
"""What becomes of a text: of its field, the header of its column, and itself."""


def mapped(happened: Event, each: Each) -> Event:
    """Return an event each of whose texts is what `each` makes of it, asked in an order that stays the same."""

    def column(held: Mapping[str, Any]) -> dict[str, Any]:
        return {each("column", "", name): each("extra", name, cell) for name, cell in held.items()}

    def told(item: str, given: Any) -> Any:
        if isinstance(given, str):
            name, _, header = item.partition(".")
            person = name in _PEOPLE and not _ID_OF_PERSON.fullmatch(given)
            return each(name, header, given) if name in _TEXTS or header or person else given
        if item in LISTS and given is not None:
            return [[each(item, "", name), *size] for name, *size in given]
        if item == "inventory" and given is not None:
            return inventory_field.mapped(given, partial(each, item, ""))
        if isinstance(given, Mapping):
            if item == "extra":
                return column(given)
            return {name: told(name, value) for name, value in given.items()}
        return given

    item, old, new = happened.item, happened.old, happened.new
    match happened.kind:
        case "registered" | "domain_added":
            new = told("", new)
        case "set":
            old, new = told(item, old), told(item, new)
            item = _of_column(item, each)
        case "noted":
            new = each("note", "", new)
        case "resolver_aside" | "resolver_counted":
            new = each("resolver", "", new) if isinstance(new, str) else new
        case "zone_kept":
            # Line by line: of a whole zone nobody could tell what is said of whom.
            item, lines = each("zone", "", item), new["text"].split("\n")
            new = {**new, "text": "\n".join(each("zone", "", line) if line else line for line in lines)}
        case "cutover_looked":
            new = {**new, "findings": [_finding(one, partial(each, "look", "")) for one in new["findings"]]}
        case "checked" if new and new.get("detail"):
            new = {**new, "detail": each("detail", "", new["detail"])}
        case "restored" | "resumed" if old and old.get("reason"):
            old = {**old, "reason": each("reason", "", old["reason"])}
        case "undone":
            new = _undone(new, told, each)
    reason = each("reason", "", happened.reason) if happened.reason else ""
    if new != happened.new and happened.kind == "registered" and new.get("client") != happened.new.get("client"):
        # What an import knows it by is made of the client's name.
        new = {**new, "import_key": ""}
    return replace(happened, item=item, old=old, new=new, reason=reason)


def _finding(one: Mapping[str, Any], each: Callable[[str], str]) -> dict[str, Any]:
    """Return a finding of a look: what it is about, and its sentences, which say that too."""
    name = {"name": each(one["name"])} if one["name"] else {}
    said = {part: {code: each(text) for code, text in one[part].items()} for part in SENTENCES if part in one}
    return {**one, **name, **said}


def _undone(new: Mapping[str, Any], told: Callable[[str, Any], Any], each: Each) -> dict[str, Any]:
    """Return what an import taken back set back, as it stands in its event (`migration.set_back`)."""

    def part(name: str, value: Any) -> Any:
        match name, value:
            case (("hold" | "cancelled" | "cutover"), {"reason": str(reason)}) if reason:
                return {**value, "reason": each("reason", "", reason)}
            case "checks", Mapping():
                return {
                    item: [*done, each("detail", "", detail) if detail else detail]
                    for item, (*done, detail) in value.items()
                }
            case "edited", Mapping():
                return {_of_column(key, each): seq for key, seq in value.items()}
        return told(name, value)

    def parts(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: part(name, value) for name, value in values.items()}

    of_domains = {name: parts(values) for name, values in new["domains"].items()}
    return {**new, "migration": parts(new["migration"]), "domains": of_domains}


def _of_column(item: str, each: Each) -> str:
    name, dot, header = item.partition(".")
    return f"{name}.{each('column', '', header)}" if dot and name == "extra" else item


def texts_of(happened: Event) -> list[tuple[str, str, str]]:
    """Return the texts of an event in their order, each with its field and the header of its column."""
    found: list[tuple[str, str, str]] = []

    def keep(field: str, header: str, text: str) -> str:
        found.append((field, header, text))
        return text

    mapped(happened, keep)
    return found
