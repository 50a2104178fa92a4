"""JSON that nobody is to trust, loaded."""

import json
from collections import Counter
from typing import Any

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import shortened

_DIGITS = 20
"""Digits of a number that is read as one; no field of a record has more."""


def load_json(text: str) -> Any:
    """Return what a text of JSON holds; raises InputError on "zone" where it is none or a key stands twice."""
    try:
        return json.loads(text, parse_int=_number, parse_constant=_refused, object_pairs_hook=_object)
    except InputError:
        raise
    except json.JSONDecodeError as error:
        raise _mistake("error.zone_json", line=error.lineno) from None
    except (ValueError, RecursionError):
        raise _mistake("error.zone_nested") from None


def _number(text: str) -> int | str:
    return int(text) if len(text) <= _DIGITS else text


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        # Programs differ in which of them they take.
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _mistake("error.zone_key_twice", key=shortened(twice))
    return found


def _mistake(id: str, **values: object) -> InputError:
    return InputError(FieldError("zone", "", Message(id, values)))
