#!/usr/bin/env bash
# pandas reads a ticked box of a Polish LibreOffice file as False: its odf engine looks at the word that is shown.
#
# Expected: <table:table-cell office:value-type="boolean" office:boolean-value="true"> is True in any language.
# What happens: the odf engine compares the cell's text with "TRUE". LibreOffice writes there what it shows: PRAWDA, WAHR,
#   VRAI, or what a format of the user's says ("tak"). All of them are False, as are those without a text; a file with
#   English words is read rightly, so whoever tries it on his own machine sees nothing. Where ticks mean "paid", nobody
#   has.
# Means for the desk: workbooks are read by calamine, never by this engine, and a test holds PRAWDA of LibreOffice's own.
# With: pandas 3.1.1, odfpy 1.4.1, python-calamine 0.9.1 (PyPI); 2026-11-28. LibreOffice 7.4.7.2 in Polish writes
#   <text:p>PRAWDA</text:p> beside the value.
#
# Needs python3 (3.11) with pip.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
python3 -m pip install -qqq --root-user-action=ignore --target "$work/py" python-calamine==0.9.1 pandas==3.1.1 odfpy==1.4.1

cat >"$work/measure.py" <<'PY'
import sys
import pandas
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from python_calamine import load_workbook

SHOWN = ["TRUE", "PRAWDA", "WAHR", "VRAI", "tak", "true", ""]
document = OpenDocumentSpreadsheet()
sheet = Table(parent=document.spreadsheet, name="faktury")
for shown in SHOWN:
    cell = TableCell(parent=TableRow(parent=sheet), valuetype="boolean", booleanvalue="true")
    if shown:
        P(parent=cell, text=shown)
document.save("faktury.ods")

by_pandas = pandas.read_excel("faktury.ods", engine="odf", header=None)[0].tolist()
by_calamine = [row[0] for row in load_workbook("faktury.ods").get_sheet_by_index(0).to_python()]
print("office:boolean-value is true in every cell; shown as, pandas, calamine:")
for row in zip(SHOWN, by_pandas, by_calamine, strict=True):
    print(" ", *map(repr, row))
expected = [True, *[False] * 6], [True] * 7
sys.exit("No longer as described." if (by_pandas, by_calamine) != expected else 0)
PY
cd "$work"
PYTHONPATH="$work/py" python3 measure.py
