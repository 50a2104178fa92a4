"""`python -m core promotions`: what can be given today, and a check for whoever edits promotions."""

from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core import datafiles
from core.commands.terminal import (
    DONE,
    NOT_WORKING,
    SOME_REFUSED,
    AsJson,
    Checked,
    Lang,
    load_tariff,
    print_json,
    refuse,
)
from core.ground import clock
from core.ground.messages import InputError
from core.language import LANGUAGES, Language
from core.offer import wording
from core.offer.extras import Promotion, promotion_json
from core.offer.promotions import Promotions, unknown_packages
from core.pricing.money import to_decimal


def promotions(
    lang: Lang,
    json: AsJson = False,
    check: Checked = None,
) -> None:
    """Show the promotions that can be given today."""
    language = LANGUAGES[lang]
    if check:
        _check(check, language)
        raise typer.Exit(DONE)
    try:
        found = datafiles.promotions()
    except InputError as error:
        refuse(error, language, NOT_WORKING)
    valid = found.valid_on(clock.today())
    if json:
        print_json({"samples": found.samples, "promotions": [as_json(one) for one in valid]})
    else:
        _print(found, valid, language)


def _check(file: Path, language: Language) -> None:
    try:
        found = datafiles.read_promotions(file)
        if unknown := tuple(unknown_packages(found, load_tariff(language))):
            raise InputError(*unknown)
    except InputError as error:
        refuse(error, language, SOME_REFUSED)
    print(language.text("command.promotions_fine", file=str(file), count=len(found.all)))


def as_json(promotion: Promotion) -> dict[str, Any]:
    """Return a promotion as plain values; amounts are texts in zl."""
    values = promotion_json(promotion)
    amount = values.pop("amount")
    return {**values, "amount_net": None if amount is None else str(to_decimal(amount))}


def _print(found: Promotions, valid: tuple[Promotion, ...], language: Language) -> None:
    t = language.text
    table = Table(title=t("promotion.title", day=clock.today()))
    for head in ("promotion.code", "promotion.name", "promotion.off", "promotion.until"):
        table.add_column(t(head))
    for one in valid:
        name = language.value(one.name)
        table.add_row(one.code, Text(name), wording.off(one, language), language.value(one.valid_until))
    console = Console()
    console.print(table)
    if found.samples:
        console.print(t("promotion.samples"))
