"""Asks: the old servers what there is, the new ones whether they have it; speaks to web and mail servers."""

__all__ = ["default_pages", "look", "running_looks"]
