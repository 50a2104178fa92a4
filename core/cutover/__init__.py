"""Before a switch of name servers: may we? The old zone against the new, and the new servers spoken to.

`asking` gathers what the old zone holds, what the new servers answer, and how web and mail behave there with the name
forced; `judging` compares and finds; `showing` tells. Nothing here knows a migration: names and lists come in, a
`Cutover` goes out.
"""

__all__ = [
    "asked",
    "asking",
    "finding",
    "judging",
    "known_names",
    "plan",
    "probes",
    "result",
    "settings",
    "showing",
    "wanted",
    "zones",
]
