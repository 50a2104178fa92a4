"""The lines of an offer as a table for other programs: CSV, or a workbook with its totals."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from core.cells import neutral
from core.language import Language
from core.offer.document import ADJUSTMENT, basis
from core.offer.nip import written
from core.offer.offer import Offer
from core.pricing.money import to_decimal

CSV_COLUMNS = (
    "offer",
    "issued",
    "valid_until",
    "customer",
    "nip",
    "option",
    "kind",
    "label",
    "working",
    "rule",
    "by_hand",
    "net",
    "vat_percent",
)

_ZLOTY = '#,##0.00\\ "zł"'
_WIDTHS = {"A": 44, "B": 64, "C": 18, "D": 16}
"""Characters of the workbook's columns."""
_SIDES: dict[int, Literal["left", "right"]] = {2: "left", 4: "right"}
"""Where dates (in the second column) and amounts (in the fourth) stand."""


def as_csv(offer: Offer, language: Language) -> bytes:
    """Return a row for each line: UTF-8 with a byte order mark, which spreadsheets ask for; amounts in zl, net.

    The texts are in the language, dates and amounts as in every CSV of the house: 2026-03-01, 199.00.
    """
    file = io.StringIO(newline="")
    write = csv.writer(file).writerow
    write(CSV_COLUMNS)
    for line in offer.lines:
        texts = (
            offer.number,
            offer.issued.isoformat(),
            offer.valid_until.isoformat(),
            offer.customer.name,
            offer.customer.nip,
            offer.option.kind.value,
            line.kind,
            language.text(line.label),
            language.text(line.working),
            line.rule,
            "true" if line.rule == ADJUSTMENT else "false",
        )
        write((*map(neutral, texts), to_decimal(line.net), offer.option.vat_percent))
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(offer: Offer, language: Language) -> bytes:
    """Return a workbook with the lines and the totals: amounts are numbers in zl, texts never formulas."""
    t, option, customer = language.text, offer.option, offer.customer
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = t("offer.sheet")
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
    _add(sheet, t("offer.title", number=offer.number), bold=True)
    _add(sheet, t("offer.customer"), customer.name)
    if customer.nip:
        _add(sheet, t("field.customer_nip"), written(customer.nip))
    _add(sheet, t("offer.issued"), offer.issued)
    _add(sheet, t("offer.valid_until"), offer.valid_until)
    sheet.append([])
    _add(sheet, t("offer.item"), t("offer.working"), t("offer.basis"), t("offer.net"), bold=True)
    for line in offer.lines:
        _add(sheet, t(line.label), t(line.working), basis(line, language), to_decimal(line.net))
    _add(sheet, t("offer.total_net"), "", "", to_decimal(option.net), bold=True)
    _add(sheet, t("quote.vat", percent=option.vat_percent), "", "", to_decimal(option.vat))
    _add(sheet, t("offer.total_gross"), "", "", to_decimal(option.gross), bold=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _add(sheet: Worksheet, *values: str | Decimal | dt.date, bold: bool = False) -> None:
    sheet.append([_text(value) if isinstance(value, str) else value for value in values])
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(sheet.max_row, column)
        cell.font = Font(bold=bold)
        cell.alignment = Alignment(vertical="top", wrap_text=column <= 2, horizontal=_SIDES.get(column))
        if isinstance(value, Decimal):
            cell.number_format = _ZLOTY
        elif isinstance(value, dt.date):
            cell.number_format = "yyyy-mm-dd"


def _text(text: str) -> str:
    # Characters that a workbook cannot hold at all are left out.
    return neutral(ILLEGAL_CHARACTERS_RE.sub("", text))
