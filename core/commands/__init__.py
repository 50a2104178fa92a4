"""The commands of `python -m core`: each parses, calls the core and prints, in a module named like it."""

__all__ = [
    "database",
    "exporting",
    "importing",
    "promotions",
    "propagation",
    "quote",
    "suspects",
    "tariff",
    "terminal",
    "undoing",
]
