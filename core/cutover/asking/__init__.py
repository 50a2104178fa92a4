"""Asks: the old servers what there is, the new ones whether they have it; speaks to web and mail servers."""

__all__ = [
    "browser",
    "certificates",
    "default_pages",
    "look",
    "mail_line",
    "mail_servers",
    "page_text",
    "pictures",
    "running_looks",
]
