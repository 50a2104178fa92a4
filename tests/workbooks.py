"""Workbooks that tests make, and change in one of their parts."""

import datetime as dt
import io
import zipfile

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from pyxlsbwriter import XlsbWriter

HEADER = ["klient", "domena", "telefon"]
DAY = dt.date(2026, 12, 31)
MOMENT = dt.datetime.combine(DAY, dt.time(14, 30))


def xlsx(*sheets, change=lambda book: None):
    """Return what openpyxl writes: sheets as (name, rows)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def by_xlsxwriter(fill, **options):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        fill(book, book.add_worksheet("migracje"))
    return file.getvalue()


def xls(fill):
    book = xlwt.Workbook()
    fill(book.add_sheet("migracje"))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ods(*rows, change=lambda document: None):
    document = OpenDocumentSpreadsheet()
    table = Table(name="migracje")
    for row in rows:
        line = TableRow()
        for one in row:
            line.addElement(one if hasattr(one, "addElement") else cell(one))
        table.addElement(line)
    document.spreadsheet.addElement(table)
    change(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def cell(text, kind="string", **given):
    found = TableCell(valuetype=kind, **given) if kind else TableCell(**given)
    if text:
        found.addElement(P(text=str(text)))
    return found


def xlsb(tmp_path, *sheets):
    path = tmp_path / "one.xlsb"
    with XlsbWriter(str(path)) as book:
        for name, rows, hidden in sheets:
            book.add_sheet(name, hidden)
            book.write_sheet(rows)
    return path.read_bytes()


def changed(data, name, change):
    """Return a packed workbook with something else in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info.filename, change(part) if info.filename == name else part)
    return file.getvalue()
