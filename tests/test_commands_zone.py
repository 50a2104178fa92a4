"""`python -m core zone` as scripts see it: JSON, exit codes, files, and nothing that a terminal would obey."""

import io
import json
import os
import subprocess
import sys

import pytest

from core.__main__ import main
from core.ground.settings import ROOT
from core.language import LANGUAGES

SOUND = """$ORIGIN alfa.example.
$TTL 3600
@ SOA ns1.alfa.example. hostmaster.alfa.example. 2026112901 7200 3600 1209600 300
@ NS ns1
ns1 A 192.0.2.1
www 300 A 192.0.2.2
@ TXT "v=spf1 -all"
"""
UNREAD = f"{SOUND}what is this\n"
NO_TTL = SOUND.replace("$TTL 3600\n", "").replace("@ SOA", "@ 3600 SOA")


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def zone(tmp_path, capsys):
    """Run the command on a text; return its exit code, standard output and standard error."""

    def run(text, *flags):
        file = tmp_path / "alfa.zone"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = main(["zone", str(file), *map(str, flags)])
        return code, *capsys.readouterr()

    return run


def test_json_has_the_records_with_absolute_names_and_the_findings_and_nothing_else(zone):
    code, out, err = zone(SOUND, "--json")
    said = json.loads(out)
    assert (code, err) == (0, "") and said.keys() == {"origin", "records", "findings"}
    assert said["origin"] == "alfa.example."
    assert said["records"][3] == {"name": "www.alfa.example.", "ttl": 300, "type": "A", "rdata": "192.0.2.2"}
    assert len(said["records"]) == 5 and said["findings"] == []


def test_a_line_that_cannot_be_read_is_an_error_with_its_number_and_exit_1(zone):
    for lang in LANGUAGES:
        code, out, _ = zone(UNREAD, "--json", "--lang", lang)
        (finding,) = json.loads(out)["findings"]
        assert code == 1 and finding.keys() == {"tag", "severity", "line", "message"}
        assert (finding["severity"], finding["line"]) == ("error", 8)
        assert "what is this" in finding["message"] and "zone.finding" not in finding["message"]
    code, out, _ = zone(UNREAD)
    assert code == 1 and out.startswith("line 8, error: ")


def test_a_repair_is_told_and_is_no_failure(zone):
    code, out, _ = zone(SOUND.replace('"v=spf1 -all"', "v=spf1 -all"), "--json")
    assert code == 0 and [one["line"] for one in json.loads(out)["findings"]] == [7]


def test_a_ttl_that_the_file_does_not_say_is_null_and_told_in_the_table(zone):
    records = json.loads(zone(NO_TTL, "--json")[1])["records"]
    assert None in [one["ttl"] for one in records] and 300 in [one["ttl"] for one in records]
    out = zone(NO_TTL, "--lang", "pl")[1]
    assert "nieznany" in out and "nie mają w pliku TTL" in out


def test_the_table_has_the_records_with_their_lines_and_what_file_it_was(zone):
    code, out, _ = zone(SOUND)
    row = next(line for line in out.splitlines() if "www.alfa.example." in line)
    assert code == 0 and [cell.strip() for cell in row.strip("│\n").split("│")] == [
        "www.alfa.example.", "300", "A", "192.0.2.2", "6",
    ]  # fmt: skip
    assert "alfa.example. 5 records, read as: a zone file (RFC 1035)." in out


def test_an_origin_is_taken_where_the_file_has_none(zone):
    text = SOUND.replace("$ORIGIN alfa.example.\n", "").replace("alfa.example.", "beta.example.")
    assert json.loads(zone(text, "--json", "--origin", "Beta.example")[1])["origin"] == "beta.example."


@pytest.mark.parametrize(
    ("text", "flags", "words"),
    [
        (SOUND, ["--origin", "a..b"], "--origin"),
        ("", [], "alfa.zone"),
        (b"\x00\x01\x02" * 100, [], "alfa.zone"),
        (NO_TTL, ["--out", "-"], "--default-ttl: 3 records have no TTL"),
        (SOUND, ["--default-ttl", "300"], "belong to --out"),
        (SOUND, ["--part"], "belong to --out"),
        (SOUND, ["--out", "-", "--json"], "standard output"),
        (SOUND, ["--out", "-", "--default-ttl", "-1"], "--default-ttl"),
        (SOUND, ["--against", "gone.zone"], "gone.zone"),
        (SOUND, ["--out", "gone/a.zone"], "--out"),
        (SOUND, ["--out", "a" * 300], "too long"),
        (SOUND.replace("@ SOA", "@ MX 1 mail\n; "), ["--out", "-"], "no SOA record"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_in_words_and_leaves_64(zone, text, flags, words, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code, out, err = zone(text, *flags)
    assert (code, out) == (64, "") and words in err and "Traceback" not in err, err


def test_a_missing_file_and_a_folder_leave_64(tmp_path, capsys):
    for path in (tmp_path / "gone", tmp_path):
        assert main(["zone", str(path)]) == 64 and str(path) in capsys.readouterr().err.replace("\n", "")


# -- out


def test_a_normal_file_is_written_and_says_which_lines_are_not_in_it(zone, tmp_path):
    out = tmp_path / "normal.zone"
    assert zone(SOUND, "--out", out)[:2][0] == 0
    whole = out.read_text()
    assert "www.alfa.example. 300 IN A 192.0.2.2\n" in whole and "could not be read" not in whole
    code, said, _ = zone(UNREAD, "--out", out)
    assert code == 1 and str(out) in said.replace("\n", "")
    assert "; not all of the source: lines that could not be read: 8\n" in out.read_text()
    # What it gives reads as the same again.
    assert zone(out.read_text(), "--out", "-")[1].replace("; not", "; not") == whole


def test_standard_output_has_the_file_alone_and_findings_go_beside_it(zone):
    code, out, err = zone(UNREAD, "--out", "-")
    assert code == 1 and out.startswith("; zone alfa.example.") and err.startswith("line 8, error: ")


def test_a_ttl_for_unknown_ones_and_a_part_are_asked_for(zone):
    code, out, _ = zone(NO_TTL, "--out", "-", "--default-ttl", "1800")
    assert code == 0 and "; TTL not in the source: 1800 s assumed\n" in out
    part = SOUND.replace("@ SOA", "@ MX 1 mail\n; ")
    code, out, _ = zone(part, "--out", "-", "--part")
    assert "; only a part, not to be loaded as it is: it has no SOA record" in out


def test_nothing_is_written_where_it_cannot_be(zone, tmp_path):
    out = tmp_path / "normal.zone"
    assert zone(NO_TTL, "--out", out)[0] == 64 and not out.exists()


# -- against


def test_the_difference_is_a_further_key_and_stands_below_the_table(zone, tmp_path):
    newer = tmp_path / "newer.zone"
    newer.write_text(SOUND.replace("192.0.2.2", "192.0.2.9").replace("2026112901", "2026112902"))
    code, out, _ = zone(SOUND, "--against", newer, "--json")
    said = json.loads(out)
    assert code == 0 and said.keys() == {"origin", "records", "findings", "difference"}
    (change,) = said["difference"]["changes"]
    assert (change["kind"], change["old"], change["new"]) == ("data", ["192.0.2.2"], ["192.0.2.9"])
    assert [one["kind"] for one in said["difference"]["apex"]] == ["serial"]
    assert said["difference"]["same"] == 3
    out = zone(SOUND, "--against", newer)[1]
    assert "- www.alfa.example. A: only in the old zone 192.0.2.2 (TTL 300)" in out and "only the serial differs" in out


def test_equal_files_differ_in_nothing_but_a_line_that_nobody_could_read_is_not_kept_quiet(zone, tmp_path):
    newer = tmp_path / "newer.zone"
    newer.write_text(SOUND)
    code, out, _ = zone(SOUND, "--against", newer)
    assert code == 0 and "the same in both zones" in out and "not cover everything" not in out
    newer.write_text(UNREAD)
    code, out, _ = zone(SOUND, "--against", newer)
    assert code == 1 and "The newer file could not be read completely" in out
    # Beside that nothing is called the same.
    assert "the same in both zones" not in out
    newer.write_text(SOUND + "x 60 CNAME 192.0.2.1\n")
    code, out, _ = zone(newer.read_text(), "--against", newer)
    assert code == 1 and "the same in both zones" in out and "not cover everything" not in out


def test_a_normal_file_of_a_transfer_that_broke_off_says_that_it_is_not_all(zone):
    dig = "; <<>> DiG 9.18 <<>> AXFR alfa.example\n" + "".join(
        f"alfa.example. 60 IN {data}\n" for data in ("SOA ns.hoster.example. h 1 2 3 4 5", "NS ns.hoster.example.")
    )
    code, out, _ = zone(dig, "--out", "-")
    assert code == 1 and "; not all of the source: it is not the whole zone" in out


# -- streams and terminals


def test_standard_input_is_read_as_a_file(zone, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SOUND.encode())))
    assert main(["zone", "-", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["records"]) == 5
    assert main(["zone", "-", "--against", "-"]) == 64


ODD = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202egnp\x00\x7f"


@pytest.mark.parametrize("flags", [[], ["--json"], ["--out", "-"], ["--against", "{file}"]])
def test_no_control_code_and_no_turned_text_reaches_the_terminal(zone, tmp_path, flags):
    text = SOUND + f'a 60 TXT "{ODD}"\n{ODD} 60 A 192.0.2.1\nb 60 {ODD} x\nc 60 A {ODD}\n; {ODD}\nd 60 SPF "x" {ODD}\n'
    flags = [flag.format(file=tmp_path / "alfa.zone") for flag in flags]
    for given in (text, text.replace("\x00", ""), f"name;{ODD}\n{ODD};A", f"{ODD}\n" * 3):
        code, out, err = zone(given, *flags)
        assert code in (0, 1, 64)
        for said in (out, err):
            assert said.replace("\n", "").replace("\u00a0", "").isprintable(), [c for c in said if not c.isprintable()]


def test_an_odd_origin_is_not_repeated_as_it_is(zone):
    code, _, err = zone(SOUND, "--origin", ODD.replace("\x00", ""))
    assert code == 64 and err.replace("\n", "").isprintable()


def test_a_reader_that_leaves_is_no_failure(tmp_path):
    file = tmp_path / "alfa.zone"
    file.write_text(SOUND + "".join(f"a{n} A 192.0.2.1\n" for n in range(5000)))
    call = f"{sys.executable} -m core zone {file} --json | head -n 1"
    done = subprocess.run(
        ["bash", "-c", call], cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )
    assert done.stdout == "{\n" and done.stderr == ""
