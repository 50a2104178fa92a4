"""Sample migrations: invented clients whose migrations were made by the moves of the desk, ending now.

Each story says after which beat it stands and how long ago that was; the rest is drawn, alike at every call. People
work within working hours, clients answer in the evening too, and only the DNS knows no closing time.
"""

__all__ = ["loading"]
