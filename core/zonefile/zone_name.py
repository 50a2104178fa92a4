"""The name of a zone: said by somebody, or by the file."""

from core.dns.names import parse_name
from core.ground.messages import FieldError, InputError, Message


def zone_name(text: str) -> str:
    """Return a zone's name absolute, with the last dot, as the DNS knows it; "" for "".

    Raises InputError on "origin" where it is no name.

    >>> zone_name("Alfa.Example"), zone_name(" ")
    ('alfa.example.', '')
    """
    return f"{parse_name(text, 'origin').ascii}." if text.strip() else ""


def needed(origin: str) -> str:
    """Return an origin; raises InputError on "origin" where nobody says it."""
    if not origin:
        raise InputError(FieldError("origin", "", Message("error.zone_origin_unsaid")))
    return origin
