"""The start page: what is to be done today, and the money by month."""

__all__ = ["money", "view"]
