"""The files that once came in wrongly, through the command: what stands in the database afterwards."""

import json
from pathlib import Path

import pytest

from core.__main__ import main
from core.database.transactions import engine
from core.ground.settings import settings
from core.migration.clocks import WARSAW
from core.store.store import Store
from tests.sheets import WRITERS, Tab


@pytest.fixture
def bring(monkeypatch, tmp_path, sqlite_url, capsys):
    """Brings texts as files, the sound rows of each; gives exit code and outcome of the last, then the migrations."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    settings.cache_clear()

    def run(*texts, more=()):
        for number, text in enumerate(texts):
            file = tmp_path / f"{number}.csv"
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
            capsys.readouterr()
            code = main(["import", str(file), "--valid-only", "--json", *more])
        told = json.loads(capsys.readouterr().out)
        counted = ("new", "changed", "unchanged", "conflicts", "rejected")
        assert told["read"] == sum(told[name] for name in counted) + len(told["left_out"])
        return code, told, Store(engine(sqlite_url)).all()

    yield run
    settings.cache_clear()


def domains(migrations):
    return sorted((m.client, *sorted(m.domains)) for m in migrations)


MONDAY = "nr zlecenia;klient;domena\nbrak;Alfa;alfa-proba.pl\nbrak;Alfa;alfa-druga.pl\nbrak;Beta;beta-proba.pl\n"
TUESDAY = "nr zlecenia;klient;domena;status\nbrak;Alfa;alfa-trzecia.pl;dane\n"


def test_a_placeholder_for_an_order_joins_none_and_moves_none_on(bring):
    code, told, found = bring(MONDAY, TUESDAY, more=["--reason", "z zeszytu", "--actor", "maria"])
    assert (code, told["new"]) == (0, 1)
    assert domains(found) == [
        ("Alfa", "alfa-druga.pl"), ("Alfa", "alfa-proba.pl"), ("Alfa", "alfa-trzecia.pl"), ("Beta", "beta-proba.pl"),
    ]  # fmt: skip
    assert len({m.ref for m in found}) == 4 and all(m.ref.startswith("P-") for m in found)
    assert [m.stage for m in found if "alfa-trzecia.pl" not in m.domains] == ["package"] * 3


def test_numbers_whose_digits_are_lost_are_refused_with_the_reason(bring):
    text = "nr zlecenia;klient;domena;telefon\n2,02612E+12;A;alfa-proba.pl;4,86E+10\n2,02612E+12;A;b.pl;4,86E+10\n"
    code, told, found = bring(text)
    assert (code, told["rejected"], found) == (1, 2, [])
    assert {(e["row"], e["column"]) for e in told["errors"]} == {
        (row, column) for row in (2, 3) for column in ("nr zlecenia", "telefon")
    }


def test_the_month_comes_first_in_a_column_where_another_column_proves_it(bring):
    text = "klient;domena;data zgłoszenia;termin\nA;alfa-proba.pl;08/25/2026;12/03/2026\n"
    _, _, found = bring(text + "B;beta-proba.pl;10/06/2026;12/07/2026\n")
    agreed = sorted(f"{m.planned_at.astimezone(WARSAW):%d.%m.%Y}" for m in found)
    assert agreed == ["03.12.2026", "07.12.2026"]


def test_addresses_come_in_as_their_domains_and_the_repair_is_shown(bring):
    text = "klient;adres strony\nA;https://www.alfa-proba.pl/\nB;http://beta-proba.pl\nC;gama-proba.pl:443\n"
    code, told, found = bring(text)
    assert (code, domains(found)) == (0, [("A", "alfa-proba.pl"), ("B", "beta-proba.pl"), ("C", "gama-proba.pl")])
    assert [(r["row"], r["kind"]) for r in told["repairs"]] == [(2, "url"), (2, "www"), (3, "url"), (4, "url")]


def test_zeros_that_a_formula_kept_are_found_again_by_the_later_file(bring):
    first = 'nr zlecenia;klient;domena;telefon\n="000123";Alfa;alfa-proba.pl;="0048600000001"\n'
    code, told, (found,) = bring(first, "nr zlecenia;klient;domena\n000123;Alfa;alfa-proba.pl\n")
    assert (code, told["unchanged"], found.ref, found.contact_phone) == (0, 1, "000123", "0048600000001")


def test_a_title_is_left_out_and_shown(bring):
    code, told, found = bring("Zestawienie migracji - listopad 2026;;\nklient;domena;status\nA;alfa-proba.pl;pakiet\n")
    assert (code, told["header_row"], told["left_out"]) == (0, 2, [{"row": 1, "why": "title"}])
    assert domains(found) == [("A", "alfa-proba.pl")]


def test_a_status_past_the_gates_is_a_conflict_that_names_what_they_lack(bring):
    first = "nr zlecenia;klient;domena\nZ-1;Alfa;alfa-proba.pl\n"
    later = "nr zlecenia;klient;domena;status;data testu\nZ-1;Alfa;alfa-proba.pl;DNS i propagacja;20.11.2026\n"
    code, told, (found,) = bring(first, later)
    assert (code, told["conflicts"], found.stage) == (1, 1, "package")
    (lacks,) = told["lacks"]
    assert lacks["ref"] == "Z-1" and {"package", "contact", "proposed"} <= {*lacks["checks"]}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("Dostęp FTP", "klos / Zima2026!"),
        ("Panel", "admin:Qwerty12#"),
        ("uwagi", "login: a@b.example / Tr0ub4dor&3"),
    ],
)
def test_credentials_are_refused_and_written_nowhere(bring, sqlite_url, column, cell):
    code, told, found = bring(f"klient;domena;{column}\nAlfa;alfa-proba.pl;{cell}\n")
    assert (code, found) == (1, []) and told["errors"] and cell not in json.dumps(told, ensure_ascii=False)
    written = Path(sqlite_url.removeprefix("sqlite:///")).read_bytes()
    assert cell.split()[-1].encode() not in written


def test_a_repair_is_told_once(bring):
    table = Tab("migracje", [["klient", "domena"], ["Ala", "a.pl"], [None, "b.pl"]], merged=((1, 0, 2, 0),))
    _, told, _ = bring(WRITERS["xlsx"]([table]))
    assert told["repairs"] == [{"row": 3, "column": "klient", "kind": "merged", "old": "", "new": "Ala"}]
