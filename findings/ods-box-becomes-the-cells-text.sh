#!/usr/bin/env bash
# A box with text that lies over a cell of an ODS file becomes part of the cell's text: "Alfa" is read as "Alfa\nw ramce".
#
# Expected: shapes lie over the table and are none of its values; comments, which stand in the same place of the XML,
#   are left out rightly. LibreOffice shows "Alfa", and so it saves the same table to CSV, XLSX and XLS.
# What happens: a frame or a shape that is anchored to a cell stands inside its <table:table-cell>. calamine and the odf
#   engine of pandas read every <text:p> below it, the shape's too, before or behind the cell's own. A client called
#   "Alfa" gets the words of an arrow that somebody drew beside it. Numbers, days and blank cells stay as they are.
# Means for the desk: what a text cell of an ODS file says is read from the file's own XML, its direct paragraphs only.
# With: python-calamine 0.9.1, pandas 3.1.1, odfpy 1.4.1 (PyPI), LibreOffice 7.4.7.2 where it is installed; 2026-11-28.
#
# Needs python3 (3.11) with pip. With soffice at hand it is asked, too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
python3 -m pip install -qqq --root-user-action=ignore --target "$work/py" python-calamine==0.9.1 pandas==3.1.1 odfpy==1.4.1

cat >"$work/measure.py" <<'PY'
import shutil, subprocess, sys
import odf.table as table
import pandas
from odf.draw import CustomShape, Frame, TextBox
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.text import P
from python_calamine import load_workbook


def frame():
    box = TextBox()
    box.addElement(P(text="w ramce"))
    around = Frame(width="3cm", height="1cm", x="0cm", y="0cm")
    around.addElement(box)
    return around


def over(what):
    what.addElement(P(text="w ramce"))
    return what


OVER = {"nothing": None, "a comment": over(Annotation()), "a frame": frame(),
        "a shape": over(CustomShape(width="3cm", height="1cm", x="0cm", y="0cm"))}
document = OpenDocumentSpreadsheet()
sheet = table.Table(name="klienci")
for what in OVER.values():
    cell = table.TableCell(valuetype="string")
    cell.addElement(P(text="Alfa"))
    if what is not None:
        cell.addElement(what)
    row = table.TableRow()
    row.addElement(cell)
    sheet.addElement(row)
document.spreadsheet.addElement(sheet)
document.save("klienci.ods")

seen = {
    "calamine": [row[0] for row in load_workbook("klienci.ods").get_sheet_by_index(0).to_python()],
    "pandas, odf": pandas.read_excel("klienci.ods", engine="odf", header=None)[0].tolist(),
}
expected = {"calamine": ["Alfa", "Alfa", "Alfa\nw ramce", "Alfa\nw ramce"],
            "pandas, odf": ["Alfa", "Alfa", "Alfaw ramce", "Alfaw ramce"]}
if shutil.which("soffice"):
    profile = "-env:UserInstallation=file://" + subprocess.check_output(["pwd"], text=True).strip() + "/profile"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "csv", "klienci.ods"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen["LibreOffice"] = open("klienci.csv", encoding="utf-8").read().splitlines()
    expected["LibreOffice"] = ["Alfa"] * 4
for reader, values in seen.items():
    print(f"{reader}:", {what: value for what, value in zip(OVER, values, strict=True)})
sys.exit("No longer as described." if seen != expected else 0)
PY
cd "$work"
PYTHONPATH="$work/py" python3 measure.py
