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

from core.files.formula_safe import neutral
from core.language import Language
from core.offer.amounts import basis, label, name, working
from core.offer.nip import written
from core.offer.offer import ADJUSTMENT, Offer, Way
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
    """Return a row for each line of each way: UTF-8 with a byte order mark, which spreadsheets ask for; zl, net.

    The texts are in the language, dates and amounts as in every CSV of the house: 2026-03-01, 199.00.
    """
    file = io.StringIO(newline="")
    write = csv.writer(file).writerow
    write(CSV_COLUMNS)
    for way in offer.ways:
        for line in way.bill.lines:
            texts = (
                offer.number,
                offer.issued.isoformat(),
                offer.valid_until.isoformat(),
                offer.customer.name,
                offer.customer.nip,
                way.option.kind.value,
                line.kind,
                label(line.label, language),
                working(line, language),
                way.rule(line),
                "true" if line.kind == ADJUSTMENT else "false",
            )
            write((*map(neutral, texts), to_decimal(line.net), line.vat_percent))
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(offer: Offer, language: Language) -> bytes:
    """Return a workbook with the lines and the totals of each way: amounts are numbers in zl, texts never formulas."""
    t, customer = language.text, offer.customer
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
    for way in offer.ways:
        sheet.append([])
        if len(offer.ways) > 1:
            _add(sheet, name(way, language), bold=True)
        _add_way(sheet, way, language)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _add_way(sheet: Worksheet, way: Way, language: Language) -> None:
    t = language.text
    _add(sheet, t("offer.item"), t("offer.working"), t("offer.basis"), t("offer.net"), bold=True)
    for line in way.bill.lines:
        texts = label(line.label, language), working(line, language), basis(way, line, language)
        _add(sheet, *texts, to_decimal(line.net))
    _add(sheet, t("offer.total_net"), "", "", to_decimal(way.bill.net), bold=True)
    for vat in way.bill.vats:
        _add(sheet, t("quote.vat", percent=vat.percent), "", "", to_decimal(vat.vat))
    _add(sheet, t("offer.total_gross"), "", "", to_decimal(way.bill.gross), bold=True)


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
