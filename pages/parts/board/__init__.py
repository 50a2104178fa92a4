"""The board: migrations as cards, as a table, as a calendar."""

__all__ = ["bulk_form", "calendar", "filters", "table", "view"]
