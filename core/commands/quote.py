"""`python -m core quote`: one change of package from flags, or many from a CSV file."""

import csv
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from core.commands.changes import Changes
from core.commands.terminal import SOME_REFUSED, USAGE, AsJson, Lang, load_tariff, print_json, refuse, short_path
from core.files.beside import whole
from core.files.cells import neutral
from core.ground import clock
from core.ground.dates import ORDERS, DateOrder
from core.ground.limits import SUBSCRIPTIONS, check_size
from core.ground.messages import InputError
from core.language import LANGUAGES, Language
from core.offer import wording
from core.pricing import odd_term
from core.pricing.form import parse_adjustment
from core.pricing.money import to_decimal
from core.pricing.quote import Option, Quote
from core.pricing.quote import quote as price
from core.pricing.request import parse_request
from core.pricing.tariff import Tariff

OUT_COLUMNS = (
    "id",
    "option",
    "rule",
    "available",
    "surcharge_net",
    "renewal_net",
    "migration_net",
    "net",
    "vat",
    "gross",
    "notes",
)
ERROR_COLUMNS = ("line", "column", "reason")


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
        _quote_file(csv_file, out, tariff, _order(date_order), first_unpaid_day, language)
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
        _print(found, language)


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
    amounts = _amounts(option) if option.available else dict.fromkeys(_AMOUNTS)
    return {
        "option": option.kind.value,
        "rule": option.rule,
        "available": option.available,
        **amounts,
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


_AMOUNTS = ("surcharge_net", "renewal_net", "migration_net", "net", "vat", "gross")


def _amounts(option: Option) -> dict[str, str]:
    kinds = (option.total("surcharge"), option.total("renewal"), option.total("migration"))
    return dict(zip(_AMOUNTS, map(_zl, (*kinds, option.net, option.vat, option.gross)), strict=True))


def _zl(grosze: int) -> str:
    return str(to_decimal(grosze))


# -- many


def _order(text: str) -> DateOrder:
    for order in ORDERS:
        if text == order:
            return order
    raise typer.BadParameter(f"--date-order: choose from {', '.join(filter(None, ORDERS))}")


def _quote_file(
    source: Path, out: Path, tariff: Tariff, order: DateOrder, first_unpaid_day: bool, language: Language
) -> None:
    """Price a file's rows; refused ones go to OUT.errors.csv and do not stop the others."""
    errors_file = out.with_name(f"{out.name}.errors.csv")
    if source.resolve() in (out.resolve(), errors_file.resolve()):
        raise typer.BadParameter("--out would overwrite the file of --csv")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"--out: there is no folder {out.parent}")
    refused = day_over = odd = 0
    try:
        check_size(source.stat().st_size, SUBSCRIPTIONS)
        changes = Changes(source.read_bytes(), tariff, order)
    except InputError as error:
        refuse(error, language, USAGE)
    with (
        Progress(console=Console(stderr=True)) as progress,
        whole(out, "--out", encoding="utf-8", newline="") as out_file,
        whole(errors_file, "--out", encoding="utf-8", newline="") as wrong_file,
    ):
        task = progress.add_task(source.name, total=1.0)
        write = csv.writer(out_file).writerow
        write_wrong = csv.writer(wrong_file).writerow
        write(OUT_COLUMNS)
        write_wrong(ERROR_COLUMNS)
        for line, values in changes.rows(lambda share: progress.update(task, completed=share)):
            try:
                if isinstance(values, InputError):
                    raise values
                id, request = str(values.pop("id")), parse_request(values)
                term, said = odd_term.term(request, tariff), ""
                a_day_over = term is not None and bool(term.months_but_a_day)
                if a_day_over and first_unpaid_day:
                    said = language.text("note.first_unpaid_day", date=request.valid_until)
                    request = odd_term.without_last_day(request)
                found = price(request, tariff)
            except InputError as error:
                refused += 1
                for mistake in error.errors:
                    write_wrong((line, neutral(mistake.field), neutral(language.mistake(mistake))))
            else:
                # Of the rows that are priced: those that are refused are told elsewhere.
                day_over += a_day_over
                odd += term is not None and not (a_day_over or term.months)
                for option in found.options:
                    write(_out_row(id, option, said, language))
    if day_over:
        read_so = "command.first_unpaid_day" if first_unpaid_day else "command.day_over"
        print(language.text(read_so, count=day_over), file=sys.stderr)
    if odd:
        print(language.text("command.odd_terms", count=odd), file=sys.stderr)
    if not refused:
        errors_file.unlink()
        return
    print(language.text("command.rows_refused", count=refused, file=str(errors_file)), file=sys.stderr)
    raise typer.Exit(SOME_REFUSED)


def _out_row(id: str, option: Option, said: str, language: Language) -> tuple[str, ...]:
    """Return a row of the results; `said`: what is to be known of it beside the quote's own notes."""
    amounts = _amounts(option) if option.available else dict.fromkeys(_AMOUNTS, "")
    notes = [
        *([said] if said else []),
        *(language.text(blocker) for blocker in option.blockers),
        *(wording.note(note, option, language) for note in option.notes),
    ]
    available = "true" if option.available else "false"
    return (neutral(id), option.kind.value, option.rule, available, *amounts.values(), neutral(" | ".join(notes)))


# -- one, in a terminal


def _print(quote: Quote, language: Language) -> None:
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
