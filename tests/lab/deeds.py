"""Words in which scenes are written: what somebody serves, a delegation that is switched, the worst second to ask."""

from __future__ import annotations

from typing import Any

from tests.lab.stage import NEW, OLD, Step, step

N = 6
"""A short TTL, where a scene is not about it."""


def zone(party: str, value: str, *more: str, at: float = 0, c: int = N, v: int = N, **how: Any) -> Step:
    """Let a party serve the zone with one address."""
    how = {"ttl": v, "ns_ttl": c, "soa_ttl": N, "minimum": N, **how}
    return step(at, "serve", party, f"@ A {value}", *more, **how)


def both(*, old: str = OLD, new: str = NEW, p: int = N, c: int = N, v: int = N, party: str = "old") -> tuple[Step, ...]:
    """What stands before a delegation is switched from a party to the new one."""
    return zone(party, old, c=c, v=v), zone("new", new, c=c, v=v), step(0, "delegate", party, p)


def switch(p: int = N, at: float = 0) -> Step:
    return step(at, "delegate", "new", p)


KNOWS: dict[str, Any] = {"expected": (NEW,), "old_servers": "old"}
FED = ("kresd", "powerdns")
"""Recursors that stay with old servers for as long as those repeat their NS set beside their answers."""


def worst(n: int, *, told: bool = False) -> tuple[tuple[float, str, str], ...]:
    """Fill every cache's delegation just before the step, and its record just before that runs out.

    `told`: by the zone itself, as somebody asks for its NS; else by its parent.
    """
    return (-0.4, "@" if told else "x", "NS" if told else "A"), (n - 1.2, "@", "A")
