"""The only room that writes migrations: events and what stands after them, together or not at all."""

__all__ = [
    "blanking",
    "bulk",
    "changing",
    "conflicts",
    "erasing",
    "event_texts",
    "locks",
    "refs",
    "rows",
    "samples",
    "store",
    "stored_texts",
]
