"""What observations mean: pure functions, from what was seen and when; nothing here asks anybody.

`verdict` is the whole of it. Each kind of finding has a file of its own; how grave each is stands in data
(`findings`). `eta` is until when caches may hold what was. What a check has `heard` in its rounds is compared by what
was `told_or_seen`.
"""

__all__ = [
    "aliases",
    "cuts",
    "delegation",
    "eta",
    "evidence",
    "findings",
    "heard",
    "history",
    "resolvers",
    "serial",
    "software",
    "status",
    "told_or_seen",
    "verdict",
]
