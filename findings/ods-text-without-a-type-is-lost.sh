#!/usr/bin/env bash
# An ODS file made as odfpy's own example makes it is read as blank cells: a text without a type is lost without a word.
#
# Expected: what LibreOffice shows in a cell, a reader finds in it; a missing type of a value is a text's.
# What happens: office:value-type is optional (ODF 1.2 part 1, 19.385 and 9.1.4), and examples/passwd-as-ods.py of odfpy
#   writes TableCell() with a paragraph and no type. LibreOffice shows every text. calamine gives "" for them, the odf
#   engine of pandas NaN: the rows are there, as many as they should be, and nothing is in them. Saved once by
#   LibreOffice the same file is read in full, as it writes the types.
# Means for the desk: a cell of an ODS file with paragraphs and no type is a text, by the file's own XML.
# With: python-calamine 0.9.1, pandas 3.1.1, odfpy 1.4.1 (PyPI), LibreOffice 7.4.7.2 where it is installed; 2026-11-28.
#
# Needs python3 (3.11) with pip. With soffice at hand it is asked, too.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
python3 -m pip install -qqq --root-user-action=ignore --target "$work/py" python-calamine==0.9.1 pandas==3.1.1 odfpy==1.4.1

cat >"$work/measure.py" <<'PY'
import os, shutil, subprocess, sys
import pandas
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from python_calamine import load_workbook

ROWS = [["klient", "domena"], ["Alfa", "alfa.pl"]]
document = OpenDocumentSpreadsheet()
sheet = Table(parent=document.spreadsheet, name="klienci")
for values in ROWS:
    row = TableRow(parent=sheet)
    for value in values:
        P(parent=TableCell(parent=row), text=value)
# A cell with a type, so that there is something to read.
P(parent=TableCell(parent=row, valuetype="string"), text="koniec")
document.save("klienci.ods")


def seen_by_all(file):
    by_pandas = pandas.read_excel(file, engine="odf", header=None).values.tolist()
    return {"calamine": load_workbook(file).get_sheet_by_index(0).to_python(skip_empty_area=False),
            "pandas, odf": [["" if value != value else value for value in row] for row in by_pandas]}


found = seen_by_all("klienci.ods")
expected = {"calamine": [["", "", ""], ["", "", "koniec"]], "pandas, odf": [["", "", ""], ["", "", "koniec"]]}
if shutil.which("soffice"):
    for to in ("csv", "ods:calc8"):
        subprocess.run(["soffice", f"-env:UserInstallation=file://{os.getcwd()}/profile", "--headless", "--convert-to",
                        to, "--outdir", "saved", "klienci.ods"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    found["LibreOffice"] = open("saved/klienci.csv", encoding="utf-8").read().splitlines()
    expected["LibreOffice"] = ["klient,domena,", "Alfa,alfa.pl,koniec"]
    found |= {f"{reader}, saved by LibreOffice": rows for reader, rows in seen_by_all("saved/klienci.ods").items()}
    whole = [[*ROWS[0], ""], [*ROWS[1], "koniec"]]
    expected |= {f"{reader}, saved by LibreOffice": whole for reader in ("calamine", "pandas, odf")}
for reader, rows in found.items():
    print(f"{reader}:", rows)
sys.exit("No longer as described." if found != expected else 0)
PY
cd "$work"
PYTHONPATH="$work/py" python3 measure.py
