"""`python -m core quote`: one change of package from flags, or many from a CSV file."""

from pathlib import Path
from typing import Annotated

import typer

from core.commands.quote_told import as_json, show
from core.commands.quoted_file import quote_file
from core.commands.terminal import USAGE, AsJson, Lang, load_tariff, print_json, refuse, short_path
from core.ground import clock
from core.ground.dates import ORDERS, DateOrder
from core.ground.messages import InputError
from core.language import LANGUAGES
from core.pricing.form import parse_adjustment
from core.pricing.quote import quote as price
from core.pricing.request import parse_request


def quote(
    lang: Lang,
    package: Annotated[str | None, typer.Option(help="The package held now (its id).")] = None,
    target: Annotated[str | None, typer.Option(help="The package changed to (its id).")] = None,
    term_start: Annotated[str | None, typer.Option(help="First day of the running term, 2026-03-01.")] = None,
    valid_until: Annotated[str | None, typer.Option(help="Last paid day.")] = None,
    change_on: Annotated[str | None, typer.Option(help="Day of the change.", show_default="today")] = None,
    domains: Annotated[str, typer.Option(help="Domains in use.")] = "0",
    mailboxes: Annotated[str, typer.Option(help="Mailboxes in use.")] = "0",
    disk_gb: Annotated[str, typer.Option(help="Disk in use, GB.")] = "0",
    price_net: Annotated[
        str | None, typer.Option(help="Contract price of the whole running term.", show_default="list price")
    ] = None,
    target_price_net: Annotated[
        str | None, typer.Option(help="What-if price of the target's period.", show_default="list price")
    ] = None,
    target_period_months: Annotated[
        str | None, typer.Option(help="Period the target is bought for.", show_default="as the running term")
    ] = None,
    service_start: Annotated[
        str | None, typer.Option(help="First day of the service, from which its months are counted.")
    ] = None,
    adjust: Annotated[str, typer.Option(help="Discount or surcharge by hand: -10% or 25.00.")] = "",
    adjust_reason: Annotated[str, typer.Option(help="The reason for it.")] = "",
    json: AsJson = False,
    csv_file: Annotated[
        Path | None,
        typer.Option(
            "--csv", help="Price every row of this file, as the imports read it.", exists=True, dir_okay=False
        ),
    ] = None,
    date_order: Annotated[
        str, typer.Option(help="Order of the dates in the file of --csv where it proves none: dmy or mdy.")
    ] = "",
    first_unpaid_day: Annotated[
        bool,
        typer.Option(
            "--first-unpaid-day",
            help="With --csv: where a term is whole months and a day, its valid_until is the first unpaid day.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Where the results of --csv go.", dir_okay=False, callback=short_path)
    ] = None,
) -> None:
    """Price a change of package, with every line explained; or many, from a CSV file (--csv IN --out OUT)."""
    language = LANGUAGES[lang]
    if (csv_file is None) != (out is None):
        raise typer.BadParameter("--csv and --out go together")
    one_change = [package, target, term_start, valid_until, change_on, adjust or None, adjust_reason or None]
    one_change += [price_net, target_price_net, target_period_months, service_start]
    if csv_file and (flags := [value for value in one_change if value is not None]):
        raise typer.BadParameter(f"with --csv the changes come from the file, not from flags ({', '.join(flags)})")
    if first_unpaid_day and not csv_file:
        raise typer.BadParameter("--first-unpaid-day goes with --csv")
    tariff = load_tariff(language)
    if csv_file and out:
        quote_file(csv_file, out, tariff, _order(date_order), first_unpaid_day, language)
        return
    values = {
        "package": package,
        "target": target,
        "term_start": term_start,
        "valid_until": valid_until,
        "change_on": change_on or clock.today().isoformat(),
        "domains": domains,
        "mailboxes": mailboxes,
        "disk_gb": disk_gb,
        "price_net": price_net,
        "target_price_net": target_price_net,
        "target_period_months": target_period_months,
        "service_start": service_start,
    }
    try:
        given: dict[str, object] = {name: text for name, text in values.items() if text is not None}
        given["adjustment"] = parse_adjustment(adjust, adjust_reason)
        found = price(parse_request(given), tariff)
    except InputError as error:
        refuse(error, language, USAGE)
    if json:
        print_json(as_json(found, language))
    else:
        show(found, language)


def _order(text: str) -> DateOrder:
    for order in ORDERS:
        if text == order:
            return order
    raise typer.BadParameter(f"--date-order: choose from {', '.join(filter(None, ORDERS))}")
