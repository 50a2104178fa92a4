"""The tariffs that quotes were priced from, kept whole and once each: a later price list changes no quote.

What a later desk adds to the tariff file needs a default, as in the file: an old tariff does not say it.
"""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from core.database.tables import quote_tariff
from core.pricing.money import to_decimal
from core.pricing.tariff import Tariff
from core.pricing.tariff_file import TariffFile


def to_json(tariff: Tariff) -> dict[str, Any]:
    """Return a tariff as plain values: amounts and rates as texts, as in its file, days in ISO 8601."""
    content = tariff.file.model_dump(mode="json", by_alias=True)
    for prices in content["price_lists"]:
        prices["prices_net"] = {
            package: {months: str(to_decimal(net)) for months, net in by_period.items()}
            for package, by_period in prices["prices_net"].items()
        }
    for fees in content["migration_fees"]:
        fees["tiers"] = [{**tier, "net": str(to_decimal(tier["net"]))} for tier in fees["tiers"]]
    return content


def from_json(version: str, content: dict[str, Any]) -> Tariff:
    """Return the tariff that `to_json` gave, under the version that quotes name; raises ValueError where it is none."""
    file = {
        name: [{**table, "valid_from": dt.date.fromisoformat(table["valid_from"])} for table in value]
        if name in _DATED
        else value
        for name, value in content.items()
    }
    tariff = Tariff(TariffFile.model_validate(file))
    # Its fingerprint is of all that a tariff says; a later desk's says more.
    tariff.version = version
    return tariff


_DATED = ("price_lists", "migration_fees", "vat", "terms", "readings")


def keep(connection: sa.Connection, tariff: Tariff) -> None:
    """Write a tariff down, where it is not yet."""
    write = "INSERT INTO quote_tariff (version, content) VALUES (:version, :content) ON CONFLICT (version) DO NOTHING"
    typed = sa.text(write).bindparams(sa.bindparam("content", type_=quote_tariff.c.content.type))
    connection.execute(typed, {"version": tariff.version, "content": to_json(tariff)})


def read(connection: sa.Connection, version: str) -> Tariff:
    """Return a tariff that was kept; raises LookupError where there is none of that version."""
    content = connection.execute(sa.select(quote_tariff.c.content).where(quote_tariff.c.version == version)).scalar()
    if content is None:
        raise LookupError(version)
    return from_json(version, content)
