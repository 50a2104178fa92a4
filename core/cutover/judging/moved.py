"""What records of the old zone become where old addresses are mapped to new ones."""

import re
from collections.abc import Iterable, Mapping

from core.dns.observation import ADDRESSES

HINTED = ("HTTPS", "SVCB")
"""Types that may hold addresses as hints (RFC 9460 s. 7.3)."""

_HINT = re.compile(r'\b(ipv[46]hint)="?([0-9a-fA-F:.,]+)"?')


def moved(type: str, values: Iterable[str], mapping: Mapping[str, str]) -> set[str]:
    """Return the values of a set with every address that is mapped replaced; what is not mapped stays.

    >>> moved("A", ["192.0.2.1", "192.0.2.9"], {"192.0.2.1": "203.0.113.1"}) == {"203.0.113.1", "192.0.2.9"}
    True
    """
    if type in ADDRESSES:
        return {mapping.get(value, value) for value in values}
    if type in HINTED:
        return {_HINT.sub(lambda hint: _replaced(hint, mapping), value) for value in values}
    return set(values)


def hints(value: str) -> tuple[str, ...]:
    """Return the addresses that an HTTPS or SVCB record hints at.

    >>> hints('1 . alpn="h2" ipv4hint="192.0.2.1,192.0.2.2"')
    ('192.0.2.1', '192.0.2.2')
    """
    return tuple(address for hint in _HINT.finditer(value) for address in hint[2].split(","))


def _replaced(hint: re.Match[str], mapping: Mapping[str, str]) -> str:
    addresses = (mapping.get(address, address) for address in hint[2].split(","))
    return f'{hint[1]}="{",".join(addresses)}"'
