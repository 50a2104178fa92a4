"""Mistakes found by pydantic, as the desk's own field errors, so that they can be worded in both languages."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import FILE, bounded, shortened

OWN = "desk"
"""The pydantic error type of mistakes that the desk words itself."""

# pydantic's own error types -> our message. Their context values come along as placeholders.
_MESSAGES = {
    "missing": "error.missing",
    "extra_forbidden": "error.unknown_key",
    "int_parsing": "error.whole_number",
    "int_type": "error.whole_number",
    "int_from_float": "error.whole_number",
    "int_parsing_size": "error.whole_number",
    "decimal_parsing": "error.number",
    "decimal_type": "error.number",
    "finite_number": "error.number",
    "float_parsing": "error.number",
    "decimal_max_places": "error.decimals",
    "decimal_max_digits": "error.number",
    "decimal_whole_digits": "error.number",
    "greater_than": "error.greater_than",
    "greater_than_equal": "error.at_least",
    "less_than_equal": "error.at_most",
    "string_type": "error.text",
    "string_pattern_mismatch": "error.pattern",
    "string_too_long": "error.too_long",
    "string_too_short": "error.empty",
    "too_short": "error.empty",
    "bool_type": "error.true_or_false",
    "bool_parsing": "error.true_or_false",
    "date_type": "error.date",
    "datetime_parsing": "error.moment",
    "datetime_from_date_parsing": "error.moment",
    "timezone_aware": "error.moment",
    "literal_error": "error.one_of",
    "list_type": "error.list",
    "tuple_type": "error.list",
    "dict_type": "error.table",
    "model_type": "error.table",
    "model_attributes_type": "error.table",
    "dataclass_type": "error.table",
}


def one_line(text: str) -> str:
    r"""Return a text on one line, without letters nobody sees (byte order marks, joiners, control codes).

    Pasting from mails and spreadsheets brings both along.

    >>> one_line("\ufeffRó\u200bża\ti Dalia\n")
    'Róża i Dalia'
    """
    if not text.isprintable():
        # Halves of letters (Cs) no database takes.
        hidden = ("Cc", "Cf", "Cs")
        # Letter by letter a long page would take half a second.
        odd = [one for one in set(text) if not one.isspace() and unicodedata.category(one) in hidden]
        text = text.translate(dict.fromkeys(map(ord, odd))) if odd else text
    return " ".join(text.split())


_TOGETHER = 1000
_OUTSIDE_ASCII = re.compile(r"[\x00-\x7f]?[^\x00-\x7f]+")


def composed(text: str) -> str:
    """Return a text with each letter and its accents as one (NFC).

    Ordering accents takes time by the square of how many follow one another: no word has more than so many letters
    outside of ASCII, and what has stays as it is.
    """
    if text.isascii():
        return text

    def one(found: re.Match[str]) -> str:
        return unicodedata.normalize("NFC", found[0]) if len(found[0]) <= _TOGETHER else found[0]

    # What comes before a letter of ASCII never becomes one with it.
    return _OUTSIDE_ASCII.sub(one, text)


def mistake(id: str, **values: object) -> PydanticCustomError:
    """Return an error for a validator to raise, worded by message `id` with `values`."""
    return PydanticCustomError(OWN, "{message}", {"message": id, "values": values})


_M = TypeVar("_M", bound=BaseModel)
_DOTS = 200
"""Dots in a line of a settings file."""


def read_toml(text: str, shape: type[_M], name: str) -> _M:
    """Return a file's text (TOML) as its model; raises InputError with every mistake, `name` where it is no TOML."""
    text = bounded(text, name, FILE)
    try:
        for number, line in enumerate(text.split("\n"), start=1):
            # A key of n parts takes tomllib time by the square of n.
            if line.count(".") > _DOTS:
                raise ValueError(f"more than {_DOTS} dots in line {number}")
        loaded = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # tomllib says where ("at line 3, column 7"), in English; it is the only witness. A number of thousands of
        # digits and brackets within brackets have errors of their own.
        raise InputError(FieldError(name, "", Message("error.toml", {"detail": shortened(str(error))}))) from None
    try:
        return shape.model_validate(loaded)
    except ValidationError as error:
        raise input_error(error) from None


def error_message(error: PydanticCustomError) -> Message:
    """Return the message of a mistake that a validator raised outside a model."""
    return _message(error.type, error.context or {})


def input_error(error: ValidationError) -> InputError:
    """Return pydantic's findings as field errors; the field is the dotted path of the value."""
    return InputError(
        *(
            FieldError(
                field=".".join(str(part) for part in found["loc"]),
                value="" if found["type"] == "missing" else _given(found["input"]),
                message=_message(found["type"], found.get("ctx", {})),
            )
            for found in error.errors(include_url=False)
        )
    )


def _given(value: object) -> object:
    return shortened(value) if isinstance(value, str) else value


def _message(type: str, context: Mapping[str, object]) -> Message:
    if type == OWN:
        values = context["values"]
        assert isinstance(values, Mapping)
        return Message(str(context["message"]), values)
    values = {name: value for name, value in context.items() if name != "error"}
    if type == "literal_error":
        # pydantic joins the choices in English: 'shared' or 'vps'.
        values["expected"] = str(values["expected"]).replace(" or ", ", ").replace("'", "")
    return Message(_MESSAGES.get(type, "error.invalid"), values)
