"""A quote as the commands tell it: as JSON, and in a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.language import Language
from core.offer import wording
from core.pricing.money import to_decimal
from core.pricing.quote import Option, Quote


def as_json(quote: Quote, language: Language) -> dict[str, Any]:
    """Return a quote as plain values, its texts worded; amounts are texts in zl, blank ones null."""
    t = language.text
    return {
        "rule": quote.rule.id,
        "source": wording.source(quote.rule, language),
        "why": t(quote.why),
        "holds_on": quote.holds_on.isoformat(),
        "rule_until": quote.rule_until.isoformat(),
        "tariff_version": quote.tariff_version,
        "price_list": quote.price_list.isoformat(),
        "contract_price_net": _zl(quote.contract_price),
        "target_price_net": None if quote.target_price is None else _zl(quote.target_price),
        "target_period_months": quote.target_period_months,
        "options": [_option(option, language) for option in quote.options],
    }


def _option(option: Option, language: Language) -> dict[str, Any]:
    t = language.text
    return {
        "option": option.kind.value,
        "rule": option.rule,
        "available": option.available,
        **amounts(option, None),
        "vat_percent": str(option.vat_percent),
        "lines": [
            {
                "kind": line.kind,
                "label": t(line.label),
                "net": _zl(line.net),
                "working": t(line.working),
                "rule": line.rule,
            }
            for line in option.lines
        ],
        "notes": [
            {
                "tone": note.tone,
                "text": wording.note(note, option, language),
                "question": note.question,
                "taken": note.taken,
                "others": [
                    {
                        "reading": other.choice,
                        "difference_net": None if other.delta is None else _zl(other.delta),
                        "rule": other.rule,
                    }
                    for other in note.others
                ],
            }
            for note in option.notes
        ],
        "blockers": [t(blocker) for blocker in option.blockers],
        "next": [t(message) for message in option.next],
    }


def amounts(option: Option, blank: str | None) -> dict[str, str | None]:
    """Return what an option comes to, texts in zl; all `blank` where it cannot be had."""
    if not option.available:
        return dict.fromkeys(_AMOUNTS, blank)
    kinds = (option.total("surcharge"), option.total("renewal"), option.total("migration"))
    return dict(zip(_AMOUNTS, map(_zl, (*kinds, option.net, option.vat, option.gross)), strict=True))


_AMOUNTS = ("surcharge_net", "renewal_net", "migration_net", "net", "vat", "gross")


def _zl(grosze: int) -> str:
    return str(to_decimal(grosze))


def show(quote: Quote, language: Language) -> None:
    """Print a quote: its options with every line and note."""
    t = language.text
    console = Console()
    console.print(Text(t(quote.why)))
    for option in quote.options:
        table = Table(title=f"{t(f'option.{option.kind}')} · {option.rule}", title_justify="left")
        table.add_column(t("quote.lines"), ratio=1)
        table.add_column(justify="right", no_wrap=True)
        for line in option.lines:
            table.add_row(Text(f"{t(line.label)}\n  {t(line.working)}"), language.money(line.net))
        if option.available:
            table.add_section()
            table.add_row(t("quote.net"), language.money(option.net))
            table.add_row(t("quote.vat", percent=option.vat_percent), language.money(option.vat))
            table.add_row(t("quote.gross"), language.money(option.gross))
        else:
            table.add_row(t("quote.not_available"), "")
        console.print(table)
        for message in (*option.blockers, *option.next):
            console.print(Text(f"- {t(message)}"))
        for note in option.notes:
            console.print(Text(f"  {note.question or '!'} {wording.note(note, option, language)}"))
    console.print(Text(wording.source(quote.rule, language)))
    console.print(Text(t("quote.holds", day=quote.holds_on, until=quote.rule_until, version=quote.tariff_version)))
