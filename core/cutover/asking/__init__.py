"""Asks: the old servers what there is, the new ones whether they have it; speaks to web and mail servers."""

__all__ = ["browser", "default_pages", "look", "page_text", "pictures", "running_looks"]
