"""Makes the files in this folder anew: tables in ODF's flat XML, which LibreOffice opens and saves as what people send.

    PYTHONPATH=. python tests/data/office/make.py    # soffice must be there; it runs with a profile of its own

What it must become stands in tests/test_importing_fixtures.py, which reads the files and needs no LibreOffice.
Made with LibreOffice 7.4.7.2.
"""

import datetime as dt
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.office_libreoffice import LIBREOFFICE
from tests.sheets import Formula

HERE = Path(__file__).parent
FORMATS = ("ods", "xlsx", "xls")
AS_CSV = "csv:Text - txt - csv (StarCalc):59,34,{charset},1,,1045,false,true,false,false,false,{sheet}"
"""`;`, quotes where needed, cells as shown; 1045: Polish. Charset 76 is UTF-8, 33 cp1250."""
_IN_POLISH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>pl-PL</value></prop></item></oor:items>
"""

_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office", "table": "table", "text": "text", "style": "style", "number": "datastyle",
        "fo": "xsl-fo-compatible", "draw": "drawing", "svg": "svg-compatible",
    }.items()
)  # fmt: skip
_STYLES = {
    "day": '<number:date-style style:name="N{0}"><number:day number:style="long"/><number:text>.</number:text>'
    '<number:month number:style="long"/><number:text>.</number:text><number:year number:style="long"/>'
    "</number:date-style>",
    "moment": '<number:date-style style:name="N{0}"><number:year number:style="long"/><number:text>-</number:text>'
    '<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/>'
    '<number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/></number:date-style>',
    "clock": '<number:time-style style:name="N{0}"><number:hours number:style="long"/><number:text>:</number:text>'
    '<number:minutes number:style="long"/></number:time-style>',
    "span": '<number:time-style style:name="N{0}" number:truncate-on-overflow="false">'
    '<number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/>'
    '<number:text>:</number:text><number:seconds number:style="long"/></number:time-style>',
    "money": '<number:currency-style style:name="N{0}"><number:number number:decimal-places="2"'
    ' number:min-integer-digits="1" number:grouping="true"/><number:text> </number:text>'
    '<number:currency-symbol number:language="pl" number:country="PL">zł</number:currency-symbol>'
    "</number:currency-style>",
    "percent": '<number:percentage-style style:name="N{0}"><number:number number:decimal-places="0"'
    ' number:min-integer-digits="1"/><number:text>%</number:text></number:percentage-style>',
    "digits": '<number:number-style style:name="N{0}"><number:number number:decimal-places="0"'
    ' number:min-integer-digits="1"/></number:number-style>',
    "six": '<number:number-style style:name="N{0}"><number:number number:decimal-places="0"'
    ' number:min-integer-digits="6"/></number:number-style>',
    "yes": '<number:boolean-style style:name="N{0}"><number:boolean/></number:boolean-style>',
    "as_text": '<number:text-style style:name="N{0}"><number:text-content/></number:text-style>',
}  # fmt: skip


def cell(type_: str, value: str = "", shown: str = "", style: str = "", more: str = "", inside: str = "") -> str:
    """Return a cell of an ODF type; `value` goes to the attribute that the type has for it."""
    name = {"date": "date-value", "time": "time-value", "boolean": "boolean-value", "string": ""}.get(type_, "value")
    attributes = f' office:value-type="{type_}"' + (f" office:{name}={quoteattr(value)}" if name and value else "")
    attributes += f' table:style-name="C{style}"' if style else ""
    paragraphs = inside or "".join(f"<text:p>{escape(line)}</text:p>" for line in shown.split("\n") if shown)
    return f"<table:table-cell{attributes}{more}>{paragraphs}</table:table-cell>"


def text(shown: str, style: str = "", more: str = "") -> str:
    return cell("string", shown=shown, style=style, more=more)


def number(value: str, style: str = "") -> str:
    return cell("float", value, style=style)


def day(iso: str) -> str:
    return cell("date", iso, style="moment" if "T" in iso else "day")


def formula(of: str, style: str = "") -> str:
    """Return a formula without a result: LibreOffice works it out as it opens the file."""
    more = f" table:formula={quoteattr(f'of:={of}')}"
    return f"<table:table-cell{more}" + (f' table:style-name="C{style}"' if style else "") + "/>"


BLANK = "<table:table-cell/>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(c if c.startswith('<') else text(c) for c in cells)}</table:table-row>"


def sheet(name: str, *rows: str, before: str = "", more: str = "") -> str:
    return f"<table:table table:name={quoteattr(name)}{more}>{before}{''.join(rows)}</table:table>"


def book(*sheets: str, null_date: str = "1899-12-30", ranges: str = "", hidden: str = "") -> str:
    """Return a whole document; `hidden` goes to the sheets of the style named so."""
    styles = "".join(
        style.format(number) + f'<style:style style:name="C{name}" style:family="table-cell"'
        f' style:data-style-name="N{number}"/>'
        for number, (name, style) in enumerate(_STYLES.items(), start=1)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_NAMESPACES}'
        ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
        ' office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
        f"<office:automatic-styles>{styles}"
        '<style:style style:name="Thidden" style:family="table"><style:table-properties table:display="false"/>'
        '</style:style><style:style style:name="Bold" style:family="text"><style:text-properties'
        ' fo:font-weight="bold"/></style:style></office:automatic-styles>'
        "<office:body><office:spreadsheet><table:calculation-settings>"
        f'<table:null-date table:date-value="{null_date}"/>'
        f"</table:calculation-settings>{''.join(sheets)}{ranges}</office:spreadsheet></office:body></office:document>"
    )


HEADER = row("klient", "domena", "wartość")


def _rows(*values: str, header: str = HEADER) -> tuple[str, ...]:
    """Return a row of a client for each value, as the third column."""
    names = (f"k{number}" for number in range(1, len(values) + 1))
    return header, *(row(name, f"{name}.pl", value) for name, value in zip(names, values, strict=True))


def cells() -> str:
    """What may stand in a cell."""
    return book(
        sheet(
            "komórki",
            *_rows(
                number("48501502503", "digits"),
                number("12"),
                number("329.5"),
                cell("currency", "329.5", style="money", more=' office:currency="PLN"'),
                cell("percentage", "0.1", style="percent"),
                text("000123"),
                text("000123", "as_text"),
                number("123", "six"),
                text("'000123"),
                cell("boolean", "true", style="yes"),
                cell("boolean", "false", style="yes"),
                day("2026-12-31"),
                day("2026-12-31T14:30:00"),
                day("2026-12-31T14:30:15"),
                cell("time", "PT14H30M00S", style="clock"),
                cell("time", "PT30H15M00S", style="span"),
                number("1234567890123456"),
                number("46263"),
                text("31.12.2026"),
                text("4,86E+10"),
                text("tak"),
                number("-5"),
                number("0"),
                number("0.1"),
            ),
        )
    )


def formulas() -> str:
    """What formulas give."""
    return book(
        sheet(
            "formuły",
            *_rows(
                formula('"Plus"&" M"'),
                formula("6*7"),
                formula("700/2-20.5"),
                formula("DATE(2026;12;31)", "day"),
                formula("DATE(2026;12;31)+TIME(14;30;0)", "moment"),
                formula("1=1", "yes"),
                formula("1=2", "yes"),
                formula("5-5"),
                formula('""'),
                formula("NA()"),
                formula("1/0"),
                formula('"a"+1'),
                formula("nie_ma()"),
                formula("SQRT(-1)"),
                formula("[.A2]&[.B2]"),
                formula('REPT("ż";3)'),
                formula('HYPERLINK("https://alfa-proba.pl/";"alfa-proba.pl")'),
            ),
        )
    )


def mac() -> str:
    """A workbook whose days are counted from 1904."""
    return book(
        sheet("mac", *_rows(day("2026-12-31"), day("2026-12-31T14:30:00"), number("12"), day("1904-01-01"))),
        null_date="1904-01-01",
    )


def old() -> str:
    """Days on both sides of 29 February 1900, which Excel has and the calendar has not."""
    return book(sheet("dawne", *_rows(*(day(iso) for iso in ("1899-12-31", "1900-01-01", "1900-02-28", "1900-03-01")))))


def layout() -> str:
    """Where things stand: blank rows and columns before, merged and repeated cells, hidden rows and sheets."""
    blank = '<table:table-cell table:number-columns-repeated="{}"/>'
    merged = ' table:number-columns-spanned="{}" table:number-rows-spanned="{}"'
    return book(
        sheet("pusty"),
        sheet("tajne", *_rows(text("ukryte")), more=' table:style-name="Thidden"'),
        sheet(
            "migracje",
            f'<table:table-row table:number-rows-repeated="2">{blank.format(5)}</table:table-row>',
            row(blank.format(2), text("Zestawienie migracji", more=merged.format(3, 1)), _covered(2)),
            row(blank.format(2), "klient", "domena", "pakiet", "uwagi"),
            row(blank.format(2), text("Alfa", more=merged.format(1, 2)), "a1.pl", "Mini", "pierwszy"),
            row(blank.format(2), _covered(1), "a2.pl", "Mini", "scalony"),
            row(blank.format(2), "Beta", "b1.pl", "Plus", "ukryty", more=' table:visibility="collapse"'),
            row(blank.format(2), "Gama", "g1.pl", "Plus", "odfiltrowany", more=' table:visibility="filter"'),
            row(blank.format(2), "Delta", "d1.pl", BLANK, "bez pakietu"),
            f'<table:table-row table:number-rows-repeated="3">{blank.format(6)}</table:table-row>',
            row(blank.format(2), "Zeta", "z1.pl", text("x", more=' table:number-columns-repeated="2"')),
            row(blank.format(2), text("t1.pl", more=' table:number-columns-repeated="2"'), "Mini", "ten sam"),
            '<table:table-row table:number-rows-repeated="1048563"><table:table-cell table:style-name="Cday"'
            ' table:number-columns-repeated="1024"/></table:table-row>',
        ),
        ranges='<table:database-ranges><table:database-range table:name="filtr" table:target-range-address='
        '"migracje.C4:migracje.F8" table:display-filter-buttons="true"><table:filter><table:filter-condition'
        ' table:field-number="0" table:value="Gama" table:operator="!="/></table:filter></table:database-range>'
        "</table:database-ranges>",
    )


def _covered(times: int) -> str:
    return f'<table:covered-table-cell table:number-columns-repeated="{times}"/>'


def repeated() -> str:
    """Rows that stand many times over, which the file holds once."""
    return book(
        sheet(
            "powtórzone",
            HEADER,
            row("Alfa", "alfa.pl", number("3"), more=' table:number-rows-repeated="4"'),
            row("Beta", "beta.pl", number("5")),
            '<table:table-row table:number-rows-repeated="1000"><table:table-cell/></table:table-row>',
            row("Gama", "gama.pl", number("7")),
        )
    )


_BOX = (
    '<draw:frame svg:width="3cm" svg:height="1cm"><draw:text-box><text:p>w ramce</text:p></draw:text-box></draw:frame>'
)


def rich() -> str:
    """Cells that are more than a text: comments, links, letters in bold, lines and blanks, boxes of text over them."""

    def holding(inside: str) -> str:
        return cell("string", inside=inside)

    return book(
        sheet(
            "bogate",
            *_rows(
                holding("<office:annotation><text:p>komentarz</text:p></office:annotation><text:p>z dymkiem</text:p>"),
                holding('<text:p><text:a xlink:href="https://alfa-proba.pl/">alfa-proba.pl</text:a></text:p>'),
                holding('<text:p>Firma <text:span text:style-name="Bold">Plus</text:span> M</text:p>'),
                holding("<text:p>pierwsza</text:p><text:p>druga</text:p>"),
                holding('<text:p>dwie<text:s text:c="2"/>spacje</text:p>'),
                holding("<text:p>twarda\u00a0spacja</text:p>"),
                holding("<text:p>a &amp; b &lt; c</text:p>"),
                holding(
                    "<text:p>przed <text:a xlink:href='mailto:ewa@alfa.pl'>ewa@alfa.pl</text:a> po</text:p>"
                    "<text:p>wiersz</text:p>"
                ),
                holding("<office:annotation><text:p>sam komentarz</text:p></office:annotation>"),
                holding(f"{_BOX}<text:p>pod ramką</text:p>"),
                f"<table:table-cell>{_BOX}</table:table-cell>",
            ),
        )
    )


def office() -> str:
    """The office file of LibreOffice, with the formats that it gives to what somebody types."""
    rows = (row(*map(_typed, line.cells)) for line in LIBREOFFICE.lines)
    return book(
        sheet("Słownik", row("status", "znaczenie"), row("nowe", "przyjęte")),
        sheet("Migracje", *rows),
        sheet("Stare", row("klient"), row("X"), more=' table:style-name="Thidden"'),
    )


def _typed(value: object) -> str:
    match value:
        case None:
            return BLANK
        case Formula():
            return formula(value.of.removeprefix("="), "day" if isinstance(value.result, dt.date) else "")
        case bool():
            return cell("boolean", str(value).lower(), style="yes")
        case int() | float():
            return number(str(value))
        case dt.date():
            return day(value.isoformat())
        case dt.time():
            return cell("time", f"PT{value:%HH%MM%SS}", style="clock")
        case dt.timedelta():
            minutes = int(value.total_seconds()) // 60
            return cell("time", f"PT{minutes // 60:02}H{minutes % 60:02}M00S", style="span")
    return text(str(value))


BOOKS = {
    "cells": cells, "formulas": formulas, "mac": mac, "old": old, "layout": layout, "repeated": repeated, "rich": rich,
    "migracje": office,
}  # fmt: skip
IN_FORMATS = {"repeated": ("ods", "xlsx"), "migracje": ("ods",)}
CSV = {"cells_utf8": ("cells", 76), "cells_cp1250": ("cells", 33), "rich_utf8": ("rich", 76)}


def main() -> None:
    """Write every file anew."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "profile" / "user").mkdir(parents=True)
        (work / "profile" / "user" / "registrymodifications.xcu").write_text(_IN_POLISH, encoding="utf-8")
        for name, made in BOOKS.items():
            (work / f"{name}.fods").write_text(made(), encoding="utf-8")
            for format_ in IN_FORMATS.get(name, FORMATS):
                _save(work, name, format_, HERE)
        for name, (source, charset) in CSV.items():
            _save(work, source, AS_CSV.format(charset=charset, sheet=0), work)
            (work / f"{source}.csv").replace(HERE / f"{name}.csv")


def _save(work: Path, name: str, format_: str, to: Path) -> None:
    profile = f"-env:UserInstallation=file://{work}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", format_, "--outdir", to, work / f"{name}.fods"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)


if __name__ == "__main__":
    main()
