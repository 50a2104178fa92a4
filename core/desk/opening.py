"""The store as the dashboard and the commands open it."""

import sqlalchemy as sa

from core.database.transactions import engine, reading
from core.database.upgrade import refused, unusable, upgrade
from core.desk.same_schema import missing
from core.ground.messages import Message
from core.ground.settings import settings
from core.store.store import Store


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
