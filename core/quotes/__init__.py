"""Quotes that stay: saved with a number, priced from what they were priced from, followed until the client decides.

`store` writes them, `saved` is one as it stands, `subscription_base` is what the calculator is filled in from, `money`
what they bring in.
"""

__all__ = [
    "calculator_link",
    "money",
    "months",
    "named_migration",
    "numbers",
    "quote_words",
    "quotes_check",
    "saved",
    "store",
    "subscription_base",
    "todays_price",
]
