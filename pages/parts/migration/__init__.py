"""The page of one migration: what stands, and what may be done to it."""

__all__ = ["blanking", "deeds", "view"]
