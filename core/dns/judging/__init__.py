"""What observations mean: pure functions, from what was seen and when; nothing here asks anybody.

`verdict` is the whole of it. Each kind of finding has a file of its own; how grave each is stands in data
(`findings`). `eta` is until when caches may hold what was.
"""

__all__ = [
    "agreement",
    "aliases",
    "below",
    "delegation",
    "eta",
    "evidence",
    "findings",
    "history",
    "recorded",
    "resolvers",
    "serial",
    "software",
    "status",
    "verdict",
]
