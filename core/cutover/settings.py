"""Whom a look may speak to, and how fast."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address

from core.dns.addresses import canonical, is_of_the_world
from core.dns.names import is_address

OTHERS_PER_SECOND, OURS_PER_SECOND = 10.0, 500.0
"""Questions a second to an address: of others, and of networks of ours."""

NAMES_MAX = 2_000
MOVING_MAX = 200
"""Names that move, beside listed sites, whose web servers are asked: at 0.3 s a page some 40 s."""
CONNECTIONS = 30
PAGE_SECONDS, PAGE_BYTES, REDIRECTS = 10.0, 512 * 1024, 4


@dataclass(frozen=True, slots=True)
class Targets:
    """Networks of ours (CUTOVER_TARGETS): they may be private, and only their mail servers are asked for mailboxes."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def are_ours(self, address: str) -> bool:
        """Tell whether an address is in a network of ours; what is no address is nobody's."""
        return is_address(address) and _are_within(address, self.networks)

    def may_be_asked(self, address: str) -> bool:
        """Tell whether an address may be spoken to: it is the world's, or ours."""
        return is_address(address) and (self.are_ours(address) or is_of_the_world(address))

    def per_second(self, address: str) -> float:
        """Return how many questions a second an address may be asked."""
        return OURS_PER_SECOND if self.are_ours(address) else OTHERS_PER_SECOND


@lru_cache(maxsize=1024)
def _are_within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    # Asked before every question; a look has few addresses.
    one = ip_address(canonical(address))
    return any(one in network for network in networks)
