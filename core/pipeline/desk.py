"""The store as the dashboard and the commands open it."""

import sqlalchemy as sa

from core.messages import Message
from core.pipeline.database import engine, reading
from core.pipeline.sound import missing
from core.pipeline.store import Store
from core.pipeline.upgrade import refused, unusable, upgrade
from core.settings import settings


def open_store() -> Store:
    """Return the store of the setting DATABASE_URL, its database set up or upgraded first.

    Raises InputError where the database cannot be used.
    """
    url = settings().database_url
    upgrade(url)
    found = engine(url)
    try:
        with reading(found) as connection:
            lacking = missing(connection)
    except sa.exc.DBAPIError as error:
        raise unusable(url, error) from error
    if lacking:
        raise refused(url, Message("database.incomplete", {"lacking": ", ".join(lacking)}))
    return Store(found)
