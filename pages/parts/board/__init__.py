"""The board: migrations as cards, as a table, as a calendar."""

__all__ = ["calendar", "table", "view"]
