"""What somebody wrote or filled in, as events carry it: a line, a reason, a note, fields; no secret among them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from core.ground.secrets import refuse_secrets, secret_column
from core.ground.text_limits import CELL, LINE, bounded
from core.ground.validation import composed, one_line
from core.migration import inventory_field
from core.migration.cell_values import COUNT_MAX, LINE_MAX, NOTES_MAX, parse_addresses, parse_hosts
from core.migration.handover import ENTRIES_MAX, MB_MAX, Handed, HandedList
from core.migration.inventory_field import Inventoried
from core.migration.migration import DOMAIN_FIELDS
from core.migration.refusal import refusal
from core.migration.stored_fields import to_json


def reason_of(text: str) -> str:
    """Return a reason as events carry it: a line, neither blank nor too long nor a secret; raises InputError."""
    reason = line_of("reason", text)
    if not reason:
        raise refusal("reason", "", "error.missing")
    return reason


def line_of(field: str, text: str, header: str = "") -> str:
    """Return a text of one line as events carry it; raises InputError where it is too long, or holds a secret.

    `header`: the column that it stands under, where that is not one of ours.
    """
    kept = composed(one_line(bounded(text, field, LINE, told=LINE_MAX, secret=True)))
    # Before anything else is said of it, as that repeats it.
    refuse_secrets(field, kept, header)
    if len(kept) > LINE_MAX:
        raise refusal(field, kept, "error.too_long", max_length=LINE_MAX)
    return kept


def note_of(text: str) -> str:
    """Return a note as events carry it, lines that are blank left out; raises InputError as `line_of` does."""
    text = bounded(text, "note", CELL, told=NOTES_MAX, secret=True)
    kept = "\n".join(line for line in map(one_line, text.splitlines()) if line)
    if not kept:
        raise refusal("note", "", "error.empty")
    refuse_secrets("note", kept)
    if len(kept) > NOTES_MAX:
        raise refusal("note", kept, "error.too_long", max_length=NOTES_MAX)
    return kept


def domain_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a new domain as events carry them; raises InputError."""
    kept = fields_of(values, DOMAIN_FIELDS)
    if not kept.get("display"):
        raise refusal("display", "", "error.missing")
    return kept


def fields_of(values: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """Return fields, which must be among those that are known, as events carry them; raises InputError."""
    if unknown := sorted(set(values) - set(known)):
        raise refusal(unknown[0], "", "error.unknown_key")
    kept: dict[str, Any] = {}
    for name, value in values.items():
        match value:
            case str():
                text = line_of(name, value)
                # As an import reads them, so that what the board has and a file says can be compared.
                kept[name] = _READ[name](text, name) if text and name in _READ else text
            case dt.date():
                kept[name] = to_json(name, value)
            case tuple():
                kept[name] = to_json(name, _handed(name, value))
            case Inventoried():
                # Whoever read the archive kept no secret; nor does anybody else put one in.
                kept[name] = inventory_field.mapped(to_json(name, value), partial(line_of, name))
            case dict():
                kept[name] = {line_of(name, key): line_of(name, cell, key) for key, cell in value.items()}
                if any(secret_column(key, [cell]) for key, cell in kept[name].items()):
                    raise refusal(name, "", "error.secret_column")
            case _:
                kept[name] = value
        expected, id = _TYPES.get(name, (str, "error.text"))
        if not isinstance(value, expected) or (isinstance(value, int) and not 0 <= value <= COUNT_MAX):
            raise refusal(name, value, id, last=COUNT_MAX)
    return kept


def _handed(name: str, entries: HandedList) -> HandedList:
    if len(entries) > ENTRIES_MAX:
        raise refusal(name, len(entries), "error.at_most", le=ENTRIES_MAX)
    for entry in entries:
        for mb in entry[1:]:
            if mb is not None and not 0 <= mb <= MB_MAX:
                raise refusal(name, mb, "error.count", last=MB_MAX)
    return tuple(Handed(line_of(name, entry.name), entry.mb, entry.quota) for entry in entries)


_READ = {
    "old_ns": parse_hosts,
    "new_ns": parse_hosts,
    "old_addresses": parse_addresses,
    "new_addresses": parse_addresses,
}

_TYPES: dict[str, tuple[Any, str]] = {
    "mailboxes": (int | None, "error.count"),
    "websites": (int | None, "error.count"),
    "fee_applies": (bool, "error.true_or_false"),
    "planned_at": (dt.datetime | None, "error.date"),
    "old_hosting_until": (dt.date | None, "error.date"),
    "registered_until": (dt.date | None, "error.date"),
    "mail_accounts": (tuple | None, "error.table"),
    "site_list": (tuple | None, "error.table"),
    "inventory": (Inventoried | None, "error.table"),
    "extra": (dict, "error.table"),
}
"""What is not a text among the fields."""
