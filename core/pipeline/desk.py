"""The store as the dashboard and the commands open it."""

from core.pipeline.database import engine
from core.pipeline.store import Store
from core.pipeline.upgrade import upgrade
from core.settings import settings


def open_store() -> Store:
    """Return the store of the setting DATABASE_URL, its database set up or upgraded first.

    Raises InputError where the database cannot be used.
    """
    url = settings().database_url
    upgrade(url)
    return Store(engine(url))
