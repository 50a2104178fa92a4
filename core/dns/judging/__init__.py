"""What observations mean: pure functions, from what was seen and when; nothing here asks anybody.

What a check has heard (`check_so_far`) says what is to come and what was, where nobody told it (`told_or_seen`); the
`verdict` is the whole of what follows. Each kind of finding has a file of its own; how grave each is stands in data
(`findings`). `eta` is until when caches may hold what was.
"""

__all__ = [
    "aliases",
    "check_so_far",
    "delegation",
    "dnssec_findings",
    "eta",
    "evidence",
    "findings",
    "history",
    "recorded",
    "resolvers",
    "serial",
    "signature_proof",
    "software",
    "status",
    "told_or_seen",
    "verdict",
    "zone_cuts",
]
