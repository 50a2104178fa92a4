"""Import and export on the command line: what they print, what they write, and how they exit."""

import json

import pytest

from core.__main__ import main
from core.database.transactions import engine
from core.store.store import Store
from tests.importer import DIRTY


def _run(capfdbinary, *arguments: str) -> tuple[int, str]:
    code = main(list(arguments))
    return code, capfdbinary.readouterr().out.decode("utf-8-sig")


def test_commands_import_and_export(desk_url, tmp_path, capfdbinary):
    file = tmp_path / "dirty.csv"
    file.write_bytes(DIRTY.encode("cp1250"))
    code, out = _run(capfdbinary, "import", str(file), "--json", "--lang", "pl")
    told = json.loads(out)
    assert code == 1 and list(told) == [
        "read",
        "new",
        "changed",
        "unchanged",
        "rejected",
        "conflicts",
        "errors",
        "encoding",
        "delimiter",
        "sheet",
        "header_row",
        "left_out",
        "repairs",
        "questions",
        "lacks",
    ]
    assert (told["encoding"], told["delimiter"], told["read"], told["rejected"]) == ("cp1250", ";", 14, 14)
    assert [list(error) for error in told["errors"]] == [["row", "column", "reason"]]
    assert told["errors"][0]["row"] == 1 and told["errors"][0]["column"] == "Hasło FTP"
    exclude = ("--exclude", "Hasło FTP", "--json", "--lang", "en")
    code, out = _run(capfdbinary, "import", str(file), *exclude)
    assert code == 1 and json.loads(out)["new"] == 7
    assert not Store(engine(desk_url)).all()
    code, out = _run(capfdbinary, "import", str(file), *exclude, "--valid-only", "--dry-run")
    assert code == 1 and not Store(engine(desk_url)).all()
    code, out = _run(capfdbinary, "import", str(file), *exclude, "--valid-only")
    assert code == 1 and len(Store(engine(desk_url)).all()) == 6
    code, out = _run(capfdbinary, "import", str(file), *exclude, "--valid-only")
    assert (json.loads(out)["new"], json.loads(out)["unchanged"]) == (0, 8)

    code, out = _run(capfdbinary, "export")
    exported = tmp_path / "out.csv"
    exported.write_text(out, encoding="utf-8-sig", newline="")
    code, out = _run(capfdbinary, "import", str(exported), "--json")
    assert code == 0 and json.loads(out)["unchanged"] == json.loads(out)["read"] == 8
    code, _ = _run(capfdbinary, "export", str(tmp_path / "again.csv"))
    assert code == 0 and (tmp_path / "again.csv").read_bytes().startswith(b"\xef\xbb\xbfnr zlecenia;")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--exclude", "nie ma"], 64),
        (["--actor", "nikt"], 64),
        (["--actor", "wiktor"], 64),
        (["--delimiter", "x"], 64),
        (["--encoding", "x"], 64),
        (["--encoding", "cp1250", "--delimiter", "tab"], 64),
        ([], 0),
    ],
)
def test_a_wrong_call_is_told_from_a_wrong_file(desk_url, tmp_path, arguments, code):
    file = tmp_path / "file.csv"
    file.write_text("klient;domena\nAla;ala.pl\n", encoding="utf-8")
    assert main(["import", str(file), *arguments]) == code
