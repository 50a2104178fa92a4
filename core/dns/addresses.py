"""Addresses in one spelling, and whether one leads to a server of the world: an answer may name any.

Some hold an IPv4 address, to which a translator or a tunnel on the way sends on; it is that one which then counts.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# RFC 4291 s. 2.4: all of IPv6 may be unicast of the world, but IANA has given out only this.
_GIVEN_OUT = IPv6Network("2000::/3")
# RFC 9637; Python learns of it with 3.13.
_DOCUMENTATION = IPv6Network("3fff::/20")
# NAT64 (RFC 6052 s. 2.1), IPv4-compatible (RFC 4291 s. 2.5.5.1): the address is the last 32 bits.
_AT_THE_END = IPv6Network("64:ff9b::/96"), IPv6Network("::/96")


@lru_cache(4_096)
def canonical(text: str) -> str:
    """Return an address in its shortest form, IPv4 where it is mapped into IPv6 (RFC 4291 s. 2.5.5.2).

    Raises ValueError for what is none, as a name would be looked up, and for one of a zone (fe80::1%eth0).
    """
    found = ip_address("" if "%" in text else text)
    return str(getattr(found, "ipv4_mapped", None) or found)


def is_of_the_world(text: str) -> bool:
    """Tell whether an address can be a server's that all the world asks; raises ValueError where it is none.

    It is global by IANA's registries (RFC 6890) and no multicast, and so is what it holds: 6to4 (RFC 3056), NAT64,
    Teredo (RFC 4380), IPv4-compatible.
    """
    address = ip_address(canonical(text))
    if isinstance(address, IPv6Address):
        held = _held(address)
        return all(map(_is_global, held)) if held else _is_global(address)
    return _is_global(address)


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    return address.is_global and address in _GIVEN_OUT and address not in _DOCUMENTATION


def _held(address: IPv6Address) -> tuple[IPv4Address, ...]:
    if any(address in network for network in _AT_THE_END):
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    return address.teredo or ((address.sixtofour,) if address.sixtofour else ())
