"""The command line as scripts see it: output, files, exit codes."""

import csv
import datetime as dt
import json
import os
import subprocess
import sys

import pytest

from core.__main__ import main
from core.commands import workbook_process
from core.ground.settings import ROOT, settings
from tests.conftest import EASY, START
from tests.sheets import WRITERS, Formula, Tab, by_openpyxl

FLAGS = [f"--{name.replace('_', '-')}={value}" for name, value in START.items()]
HEADER = "id,package,target,term_start,valid_until,change_on,domains,mailboxes,disk_gb"
ROW = "basic,plus,2025-01-01,2025-12-31,2025-07-01,2,5,5"


@pytest.fixture(autouse=True)
def _easy_tariff(monkeypatch):
    monkeypatch.setenv("TARIFF_FILE", str(EASY))
    monkeypatch.setenv("LC_ALL", "C")
    settings.cache_clear()
    yield
    settings.cache_clear()


def rows_of(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) if path.exists() else None


@pytest.fixture
def many(tmp_path):
    """Prices a CSV text: returns the exit code, the output rows and the error rows."""

    def run(text, *flags, encoding="utf-8"):
        source, out = tmp_path / "in.csv", tmp_path / "out.csv"
        source.write_bytes(text.encode(encoding))
        code = main(["quote", "--csv", str(source), "--out", str(out), *flags])
        errors = tmp_path / "out.csv.errors.csv"
        return code, *(rows_of(path) for path in (out, errors))

    return run


def test_quote_as_json(capsys):
    assert main(["quote", *FLAGS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (option,) = found["options"]
    assert (found["rule"], option["option"], option["net"], option["vat"], option["gross"]) == (
        "R1", "change", "184.00", "42.32", "226.32",
    )  # fmt: skip
    assert (option["surcharge_net"], option["renewal_net"], option["migration_net"]) == ("184.00", "0.00", "0.00")
    assert option["lines"][0]["working"] == "(PLN\u00a0730.00 − PLN\u00a0365.00) × 184/365 days = PLN\u00a0184.00"
    assert found["rule_until"] == "2025-11-30" and found["tariff_version"].startswith("easy-")


def test_quote_in_words_in_both_languages(capsys):
    assert main(["quote", *FLAGS]) == 0
    assert "more than 1 month" in capsys.readouterr().out
    assert main(["quote", *FLAGS, "--lang", "pl"]) == 0
    assert "więcej niż 1 miesiąc" in capsys.readouterr().out


def test_unavailable_quote_has_no_amounts_and_is_no_failure(capsys):
    assert main(["quote", *FLAGS, "--package=plus", "--target=basic", "--json"]) == 0
    (option,) = json.loads(capsys.readouterr().out)["options"]
    assert (option["available"], option["net"], option["lines"]) == (False, None, [])
    assert option["blockers"]


def test_change_is_today_unless_told(capsys):
    this_year = ["--term-start=2026-03-01", "--valid-until=2027-02-28"]
    flags = [flag for flag in FLAGS if not flag.startswith("--change-on")]
    assert main(["quote", *flags, *this_year, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["holds_on"] == "2026-11-21"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["quote", "--nope"], "--nope"),
        (["quote"], "package"),
        (["quote", *FLAGS, "--change-on=2027-03-01"], "1 Mar 2027"),
        (["quote", *FLAGS, "--adjust=-10%"], "reason"),
        (["quote", *FLAGS, "--lang=de"], "pl, en"),
        (["quote", "--csv", __file__], "--out"),
        (["quote", *FLAGS, "--first-unpaid-day"], "--csv"),
        (["quote", *FLAGS, "--service-start=2025-01-02"], "1 Jan 2025"),
        (["quote", "--csv", "/nowhere.csv", "--out", "x"], "/nowhere.csv"),
        (["quote", "--csv", __file__, "--out", "/nowhere/out.csv"], "/nowhere"),
        (["quote", "--csv", __file__, "--out", "/tmp/x.csv", "--adjust=-10%"], "-10%"),
        (["nothing"], "nothing"),
    ],
)
def test_wrong_call_exits_64_and_says_what_is_wrong(arguments, told, capsys):
    assert main(arguments) == 64
    assert told.lower() in capsys.readouterr().err.lower()


def test_odd_terms_of_a_file_are_counted_and_read_as_meant_where_it_is_told_to(many, capsys):
    """A month, a month and a day, 45 days, each of Basic to be changed to Plus on its fifth day."""
    terms = {"month": "2025-06-30", "over": "2025-07-01", "odd": "2025-07-15"}
    rows = [f"{id},basic,plus,2025-06-01,{end},2025-06-20,0,0,0" for id, end in terms.items()]
    _, as_written, _ = many("\n".join([HEADER, *rows]))
    said = capsys.readouterr().err
    assert "1 term is whole months and a day" in said and "--first-unpaid-day" in said
    assert "1 term is not a whole number of months" in said
    _, read_so, _ = many("\n".join([HEADER, *rows]), "--first-unpaid-day")
    assert "its valid_until was read as the first unpaid day" in capsys.readouterr().err
    month, over, odd = read_so
    assert (over["net"], over["rule"]) == (month["net"], month["rule"]) and "1 Jul 2025 was read" in over["notes"]
    assert (month, odd) == (as_written[0], as_written[2]) and "was read" not in month["notes"] + odd["notes"]
    assert "1 month and 1 day" in as_written[1]["notes"] and "1 month and 15 days" in odd["notes"]


def test_file_may_have_the_day_on_which_a_service_began(many):
    """28 February to 27 March is a month, but none of a service of the 31st."""
    rows = [f"{id},basic,plus,2026-02-28,2026-03-27,2026-03-20,0,0,0,{began}"
            for id, began in (("a", ""), ("b", "2025-01-31"), ("c", "2026-03-01"))]  # fmt: skip
    code, (plain, anchored), (error,) = many("\n".join([f"{HEADER},data uruchomienia", *rows]))
    assert code == 1 and (error["line"], error["column"]) == ("4", "service_start")
    assert "28 days" not in plain["notes"] and "28 days" in anchored["notes"]


def test_quote_of_flags_says_an_odd_term_in_words_and_in_json(capsys):
    over = ["--valid-until=2026-01-01", "--service-start=2020-06-15"]
    assert main(["quote", *FLAGS, *over]) == 0
    assert "12 months and 1 day" in " ".join(capsys.readouterr().out.split())
    assert main(["quote", *FLAGS, *over, "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["options"][0]["notes"]
    assert "12 months and 1 day" in notes[0]["text"] and "15 Jun 2020" in notes[1]["text"]


def test_many_rows_give_one_line_per_id_and_option(many):
    text = f"{HEADER}\n1,{ROW}\n2,vps,plus,2025-01-01,2025-12-31,2025-12-20,8,5,5\n3,plus,{ROW}\n".replace(
        "3,plus,basic,plus", "3,plus,basic"
    )
    code, rows, errors = many(text)
    assert code == 0 and errors is None
    assert [(row["id"], row["option"], row["rule"], row["available"], row["net"]) for row in rows] == [
        ("1", "change", "R1", "true", "184.00"),
        ("2", "ordered", "R10", "true", "925.00"),
        ("2", "self", "R10", "true", "730.00"),
        ("2", "abandon", "R10", "true", "730.00"),
        ("3", "change", "R8", "false", ""),
    ]
    assert rows[-1]["gross"] == "" and "18 Dec 2025" in rows[-1]["notes"]
    for row in rows[:-1]:
        parts = sum(int(row[name].replace(".", "")) for name in ("surcharge_net", "renewal_net", "migration_net"))
        assert parts == int(row["net"].replace(".", ""))


def test_optional_columns_in_any_order(many):
    text = f"target_period_months,price_net,{HEADER},target_price_net\n24,300.00,a,{ROW},800.00\n,,b,{ROW},\n"
    code, rows, _ = many(text)
    assert code == 0
    assert [row["net"] for row in rows] == ["50.41", "184.00"]  # (800.00 x 12/24 - 300.00) x 184/365


def test_bad_rows_are_listed_and_do_not_stop_the_others(many):
    text = (
        f"{HEADER}\n1,{ROW}\n2,gold,{ROW[6:]}\n,{ROW}\n\n4,too,short\n"
        f'"5\n",{ROW}\n6,{ROW.replace("2025-07-01", "2027-07-01")}\n7,{ROW.replace(",2,", ",x,")}\n8,{ROW}\n'
    )
    code, rows, errors = many(text)
    assert code == 1
    assert [row["id"] for row in rows] == ["1", "5", "8"]
    assert [(row["line"], row["column"]) for row in errors] == [
        ("3", "package"), ("4", "id"), ("6", ""), ("9", "change_on"), ("10", "domains"),
    ]  # fmt: skip
    assert all(row["reason"] for row in errors)


def abort(_data, _how, _progress):
    # As native code does that a broken file has led astray.
    os.abort()


WORKBOOK = by_openpyxl(
    [
        Tab(
            "Zmiany",
            [
                HEADER.split(","),
                ["k1", "basic", "plus", dt.date(2025, 1, 1), dt.date(2025, 12, 31), dt.date(2025, 7, 1), 2, 5, 5],
            ],
        )
    ]
)


def test_a_workbook_of_changes_gives_what_a_file_of_text_gives(many, tmp_path):
    code, rows, errors = many(f"{HEADER}\nk1,{ROW}\n")
    (tmp_path / "in.xlsx").write_bytes(WORKBOOK)
    out = tmp_path / "of_workbook.csv"
    assert main(["quote", "--csv", str(tmp_path / "in.xlsx"), "--out", str(out)]) == code == 0
    assert rows_of(out) == rows and errors is None and rows


@pytest.mark.parametrize("command", ["quote", "import"])
def test_a_workbook_that_ends_whoever_reads_it_is_told_and_writes_nothing(
    command, desk_url, tmp_path, monkeypatch, capsys
):
    file, out = tmp_path / "in.xlsx", tmp_path / "out.csv"
    file.write_bytes(WORKBOOK)
    for reader in ("_sheet", "_blocks"):
        monkeypatch.setattr(workbook_process, reader, abort)
    given = ["quote", "--csv", str(file), "--out", str(out)] if command == "quote" else ["import", str(file)]
    assert main([*given, "--lang", "pl"]) == 64
    assert "praca nad plikiem została przerwana" in capsys.readouterr().err and not out.exists()


def test_a_polish_excel_file_reads_as_the_imports_read_it(many):
    header = "Nr umowy;Pakiet;Nowy pakiet;Od;Do;Data zmiany;Ilość domen;Skrzynki;Zajęte miejsce (GB);Cena netto"
    row = '="007";Basic;PLUS;1 sty 2025;31-gru-25;01.07.2025;2;5 szt.;5,0 GB;1\u00a0000,00 zł'
    code, rows, errors = many(f"{header}\r\n{row}\r\n", encoding="cp1250")
    assert (code, errors) == (0, None)
    plain = f"{HEADER},price_net\n007,{ROW},1000.00\n"
    assert rows == many(plain)[1] and rows[0]["id"] == "007"


def test_dates_of_a_file_have_one_order_or_are_asked(many, tmp_path):
    row = "basic,plus,01/02/2025,01/01/2026,07/03/2025,2,5,5"
    code, rows, errors = many(f"{HEADER}\n1,{row}\n")
    assert (code, rows, {error["column"] for error in errors}) == (1, [], {"term_start", "change_on"})
    code, rows, errors = many(f"{HEADER}\n1,{row}\n2,basic,plus,01/31/2025,01/30/2026,07/03/2025,2,5,5\n")
    assert (code, [found["id"] for found in rows], errors) == (0, ["1", "2"], None)
    source, out = tmp_path / "in.csv", tmp_path / "said.csv"
    source.write_text(f"{HEADER}\n1,{row}\n", encoding="utf-8")
    assert main(["quote", "--csv", str(source), "--out", str(out), "--date-order", "dmy"]) == 0
    assert main(["quote", "--csv", str(source), "--out", str(out), "--date-order", "ymd"]) == 64


def test_what_a_spreadsheet_has_spoiled_is_refused_with_the_nearest_right_thing(many):
    damaged, misspelt = ROW.replace(",2,", ",2E+05,"), ROW.replace("basic", "basik")
    _, rows, errors = many(f"{HEADER}\n1,{damaged}\n2,{misspelt}\n-,{ROW}\n#N/A,{ROW}\n")
    assert rows == [] and [(error["line"], error["column"]) for error in errors] == [
        ("2", "domains"), ("3", "package"), ("4", "id"), ("5", "id"),
    ]  # fmt: skip
    assert "“basic”" in errors[1]["reason"]


@pytest.mark.parametrize("column", HEADER.split(","))
def test_blank_cell_of_a_required_column_is_no_zero(many, column):
    cells = dict(zip(HEADER.split(","), f"1,{ROW}".split(","), strict=True))
    code, rows, errors = many(f"{HEADER}\n{','.join(' ' if name == column else c for name, c in cells.items())}\n")
    assert (code, rows, [error["column"] for error in errors]) == (1, [], [column])


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace("disk_gb", "disc"),
        HEADER.replace(",disk_gb", ""),
        HEADER + ",domains",
        HEADER + ",prise",
        HEADER + ",{x}",
        "",
    ],
)
def test_wrong_header_is_refused_before_anything_is_written(many, header):
    code, rows, _ = many(f"{header}\n1,{ROW}\n")
    assert code == 64 and rows is None


def test_formulas_are_neutralised(many):
    _, rows, errors = many(f"{HEADER}\n=1+1,{ROW}\n@x,{ROW.replace(',2,', ',=2,')}\n")
    assert rows[0]["id"] == "'=1+1"
    assert not any(value.startswith(("=", "+", "-", "@")) for value in errors[0].values())


def test_file_with_a_byte_order_mark_reads(many):
    assert many(f"\ufeff{HEADER}\n1,{ROW}\n")[0] == 0


def test_errors_of_an_earlier_run_do_not_stay(many):
    assert many(f"{HEADER}\n1,x\n")[2]
    assert many(f"{HEADER}\n1,{ROW}\n")[2] is None


def test_result_never_overwrites_its_source(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(f"{HEADER}\n1,{ROW}\n", encoding="utf-8")
    assert main(["quote", "--csv", str(source), "--out", str(source)]) == 64
    assert source.read_text(encoding="utf-8").startswith(HEADER)


def test_tariff_as_json(capsys):
    assert main(["tariff", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    basic, *_, vps = found["packages"]
    assert basic == {
        "id": "basic", "name": "Basic", "group": "shared", "rank": 1, "prices_net": {"1": "31.00", "12": "365.00"},
        "mailboxes": 10, "domains": 2, "disk_gb": 10,
    }  # fmt: skip
    assert (vps["id"], vps["mailboxes"], vps["disk_gb"]) == ("vps", None, None)  # not the one sold from 2027 on
    assert found["vat_percent"] == "23" and found["terms"]["window_days"] == 14
    assert [tier["from"] for tier in found["migration_net"]] == [1, 2, 6, 11, 31, 51]


def test_tariff_check_tells_every_mistake(tmp_path, capsys):
    assert main(["tariff", "--check", str(EASY)]) == 0
    wrong = tmp_path / "tariff.toml"
    text = EASY.read_text(encoding="utf-8")
    wrong.write_text(text.replace('A1 = "renewal"', 'A1 = "both"').replace("from = 6", "from = 2"), encoding="utf-8")
    assert main(["tariff", "--check", str(wrong)]) == 1
    told = capsys.readouterr().err
    assert "readings.0.A1" in told and "renewal, surcharge" in told and "migration_fees.0.tiers.2.from" in told


def test_broken_tariff_file_exits_2(tmp_path, monkeypatch, capsys):
    wrong = tmp_path / "tariff.toml"
    wrong.write_text("version = 1", encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(wrong))
    settings.cache_clear()
    assert main(["tariff"]) == 2
    assert "packages" in capsys.readouterr().err


def test_module_runs_as_a_program():
    done = subprocess.run([sys.executable, "-m", "core", "tariff", "--nope"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, "--nope" in done.stderr) == (64, True)


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if kind != "csv"])
def test_a_workbook_of_changes_is_priced_as_the_same_text(many, tmp_path, kind):
    day = dt.date
    row = ["007", "Basic", "plus", day(2025, 1, 1), day(2025, 12, 31), "1 lip 2025", 2, "5 szt.", 5.0, 1000]
    spoiled = [day(2026, 5, 1), *row[1:]]
    unpriced = ["009", *row[1:-1], Formula("=0", 0)]
    table = [["Zmiany"], [*HEADER.split(","), "price_net"], row, spoiled, *([unpriced] if kind != "xlsb" else [])]
    source, out = tmp_path / f"in.{kind}", tmp_path / f"{kind}.csv"
    source.write_bytes(WRITERS[kind]([Tab("zmiany", table)]))
    assert main(["quote", "--csv", str(source), "--out", str(out)]) == 1
    assert rows_of(out) == many(f"{HEADER},price_net\n007,{ROW},1000.00\n")[1]
    errors = [(error["line"], error["column"]) for error in rows_of(tmp_path / f"{kind}.csv.errors.csv")]
    assert errors == [("4", "id"), ("5", "price_net")][: 1 + (kind != "xlsb")]
