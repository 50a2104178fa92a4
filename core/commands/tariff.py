"""`python -m core tariff`: what is valid today, and a check for whoever edits prices."""

from decimal import Decimal
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core import datafiles
from core.commands.terminal import DONE, SOME_REFUSED, AsJson, Checked, Lang, load_tariff, print_json, refuse
from core.ground import clock
from core.ground.messages import InputError
from core.language import LANGUAGES, Language
from core.pricing import calendar
from core.pricing.money import to_decimal
from core.pricing.tariff import InForce, Tariff
from core.pricing.tariff_file import Package


def tariff(
    lang: Lang,
    json: AsJson = False,
    check: Checked = None,
) -> None:
    """Show the packages, prices, fees and terms valid today."""
    language = LANGUAGES[lang]
    if check:
        try:
            checked = datafiles.read_tariff(check)
        except InputError as error:
            refuse(error, language, SOME_REFUSED)
        print(language.text("command.tariff_fine", file=str(check), version=checked.version))
        raise typer.Exit(DONE)
    found = load_tariff(language)
    in_force = found.shown_on(calendar.number(clock.today()))
    if json:
        print_json(as_json(found, in_force))
    else:
        _print(found, in_force, language)


def as_json(tariff: Tariff, in_force: InForce) -> dict[str, Any]:
    """Return what is in force as plain values; amounts are texts in zl, null is no limit."""
    price_list = in_force.price_list
    return {
        "version": tariff.version,
        "samples": tariff.file.samples,
        "valid_from": price_list.valid_from.isoformat(),
        "packages": [_package(package, price_list.prices_net[package.id]) for package in _sold(tariff, in_force)],
        "migration_net": [
            {"from": tier.first, "to": tier.last, "net": str(to_decimal(tier.net))} for tier in in_force.tiers
        ],
        "vat_percent": str(in_force.vat.percent),
        "terms": in_force.terms.model_dump(exclude={"valid_from"}),
        "readings": {question: in_force.reading_of(question) for question in in_force.readings.__slots__},
    }


def _sold(tariff: Tariff, in_force: InForce) -> list[Package]:
    return [package for package in tariff.packages if package.id in in_force.price_list.prices_net]


def _package(package: Package, prices: dict[int, int]) -> dict[str, Any]:
    return {
        "id": package.id,
        "name": package.name,
        "group": package.group,
        "rank": package.rank,
        "prices_net": {str(months): str(to_decimal(net)) for months, net in sorted(prices.items())},
        "mailboxes": package.mailboxes,
        "domains": package.domains,
        "disk_gb": _number(package.disk_gb),
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _print(tariff: Tariff, in_force: InForce, language: Language) -> None:
    t = language.text
    prices = in_force.price_list.prices_net
    periods = sorted({months for by_period in prices.values() for months in by_period})
    table = Table(title=t("start.version", version=tariff.version, date=in_force.price_list.valid_from))
    table.add_column("id")
    table.add_column(t("tariff.package"))
    for months in periods:
        table.add_column(t("quote.months", count=months), justify="right")
    for resource in ("mailboxes", "domains", "disk_gb"):
        table.add_column(t(f"field.{resource}"), justify="right")
    for package in _sold(tariff, in_force):
        by_period = prices[package.id]
        table.add_row(
            package.id,
            Text(package.name),
            *(
                language.amount(str(to_decimal(by_period[months]))) if months in by_period else "—"
                for months in periods
            ),
            *(
                t("tariff.no_limit") if (limit := getattr(package, resource)) is None else language.value(limit)
                for resource in ("mailboxes", "domains", "disk_gb")
            ),
        )
    console = Console()
    console.print(table)
    if tariff.file.samples:
        console.print(t("tariff.samples"))
