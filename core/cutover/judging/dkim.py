"""A DKIM key as it stands in the DNS (RFC 6376 s. 3.6.1, RFC 8301, RFC 8463): what whoever checks a signature meets."""

import base64
import binascii
from collections.abc import Callable, Mapping

from core.cutover.judging.tag_list import TagList, read_tags

_ED25519_OCTETS = 32
_SEQUENCE = 0x30


def is_revoked(text: str) -> bool:
    """Tell whether a key is there and empty: "no signature of this selector is good" (s. 3.6.1).

    >>> is_revoked("v=DKIM1; p=")
    True
    """
    return read_tags(text).values.get("p") == ""


def meaning(text: str) -> Mapping[str, str]:
    """Return what a key says, however it is written: blanks within a key are none."""
    said = {"v": "DKIM1", "k": "rsa", **read_tags(text).values}
    return {name: "".join(value.split()) for name, value in said.items()}


def fault(text: str) -> tuple[str, str] | None:
    """Return the gravest fault of a key: the tag of its finding, and the words where it is; None where there is none.

    An empty key is no fault: it may be meant.

    >>> fault("k=rsa; v=DKIM1; p=")
    ('dkim_version', 'DKIM1')
    """
    tags = read_tags(text)
    return next(((tag, found) for tag, look in _FAULTS if (found := look(tags)) is not None), None)


def _version(tags: TagList) -> str | None:
    value = tags.values.get("v")
    first = bool(tags.tags) and tags.tags[0].name == "v"
    return None if value is None or (first and value == "DKIM1") else value


def _unread(tags: TagList) -> str | None:
    return tags.unread[0] if tags.unread else None


def _twice(tags: TagList) -> str | None:
    return tags.twice[0] if tags.twice else None


def _no_key(tags: TagList) -> str | None:
    return None if "p" in tags.values else "p="


def _kind(tags: TagList) -> str | None:
    kind = tags.values.get("k", "rsa")
    return None if kind in ("rsa", "ed25519") else kind


def _hash(tags: TagList) -> str | None:
    """RFC 8301 s. 3.1: nobody may sign by SHA-1, or take such a signature for good."""
    hashes = tags.values.get("h")
    return None if hashes is None or "sha256" in map(str.strip, hashes.split(":")) else hashes


def _service(tags: TagList) -> str | None:
    services = tags.values.get("s")
    return None if services is None or {"*", "email"} & set(map(str.strip, services.split(":"))) else services


def _key(tags: TagList) -> str | None:
    key = "".join(tags.values.get("p", "").split())
    try:
        octets = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        return key
    whole = len(octets) == _ED25519_OCTETS if tags.values.get("k") == "ed25519" else _is_whole(octets)
    return None if whole or not key else key


def _is_whole(octets: bytes) -> bool:
    """Tell whether octets are one SEQUENCE of DER: a key that a panel's 255 letters cut off is base64 still."""
    if len(octets) < 2 or octets[0] != _SEQUENCE:
        return False
    if octets[1] < 0x80:
        return len(octets) == 2 + octets[1]
    count = octets[1] & 0x7F
    return len(octets) == 2 + count + int.from_bytes(octets[2 : 2 + count], "big")


def _empty(tags: TagList) -> str | None:
    return ";;" if tags.empty else None


_FAULTS: tuple[tuple[str, Callable[[TagList], str | None]], ...] = (
    ("dkim_version", _version),
    ("dkim_unread", _unread),
    ("dkim_tag_twice", _twice),
    ("dkim_no_key", _no_key),
    ("dkim_kind", _kind),
    ("dkim_hash", _hash),
    ("dkim_service", _service),
    ("dkim_key", _key),
    ("dkim_empty_tag", _empty),
)
