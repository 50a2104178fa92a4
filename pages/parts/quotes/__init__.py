"""Saved quotes: the list, one of them, saving, and what may be done to it."""

__all__ = ["belonging", "deeds", "dialogs", "filters", "saved", "saving", "table"]
