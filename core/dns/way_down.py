"""Where the way down from the root to a name leads: to its zone, and to that zone's servers."""

from dataclasses import dataclass

from core.dns.observation import Observation, Server


@dataclass(frozen=True, slots=True)
class Delegated:
    """The zone that a name is in, the servers of its parent, and those it is delegated to, one for each address.

    `hosts`: names of servers that no address was found for. `said`: what was seen on the way. `zone` is "" where the
    root refers nowhere, or does not answer.
    """

    zone: str
    parent: tuple[Server, ...]
    servers: tuple[Server, ...]
    hosts: tuple[str, ...] = ()
    said: tuple[Observation, ...] = ()


NOWHERE = Delegated("", (), ())
"""What is known before anybody has looked."""
