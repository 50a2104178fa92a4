"""The fields of a migration and of a domain as plain JSON: as events, and what sets them back, carry them."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from core.migration import handover, inventory_field, look
from core.migration.event import iso, moment


class _Codec(NamedTuple):
    to_json: Callable[[Any], Any]
    from_json: Callable[[Any], Any]


_DAY = _Codec(dt.date.isoformat, dt.date.fromisoformat)
_LIST = _Codec(handover.as_json, handover.from_json)

_CODECS: Mapping[str, _Codec] = {
    "planned_at": _Codec(iso, moment),
    "old_hosting_until": _DAY,
    "registered_until": _DAY,
    "mail_accounts": _LIST,
    "site_list": _LIST,
    "cutover": _Codec(look.to_json, look.from_json),
    "inventory": _Codec(inventory_field.to_json, inventory_field.from_json),
}
"""Those that are not plain JSON themselves."""


def to_json(name: str, value: Any) -> Any:
    """Return the value of a field as an event carries it; None stays None."""
    codec = _CODECS.get(name)
    return value if codec is None or value is None else codec.to_json(value)


def from_json(name: str, value: Any) -> Any:
    """Return the value that an event carries of a field; None stays None."""
    codec = _CODECS.get(name)
    return value if codec is None or value is None else codec.from_json(value)
