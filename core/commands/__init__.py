"""The commands of `python -m core`: each parses, calls the core and prints, in a module named like it."""

__all__ = [
    "cutover",
    "database",
    "exporting",
    "forgetting",
    "importing",
    "inventory",
    "promotions",
    "propagation",
    "quote",
    "suspects",
    "tariff",
    "terminal",
    "undoing",
    "working",
    "zone",
]
