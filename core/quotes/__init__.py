"""Quotes that stay: saved with a number, priced from what they were priced from, followed until the client decides.

`store` writes them, `saved` is one as it stands, `base` the kept base of subscriptions, `money` what they bring in.
"""

__all__ = [
    "anew",
    "base",
    "calculator_link",
    "money",
    "months",
    "named_migration",
    "numbers",
    "saved",
    "sound",
    "store",
    "worded",
]
