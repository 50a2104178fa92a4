"""Saved quotes: the list, one of them, saving, and what may be done to it."""

__all__ = ["deeds", "saved", "saving", "table"]
