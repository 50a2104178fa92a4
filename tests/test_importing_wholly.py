"""Whatever a file says, it is imported wholly or not at all: every row is accounted for, also where it is killed."""

import csv
import datetime as dt
import io
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.database.transactions import engine
from core.importing.exporting import as_csv
from core.migration.rebuilding import rebuild
from tests.importer import Importer

ROOT = Path(__file__).parent.parent

_DAY = st.dates(dt.date(2026, 10, 1), dt.date(2026, 11, 25)).map(lambda day: day.strftime("%d.%m.%Y"))
_ROW = st.fixed_dictionaries(
    {
        "nr zlecenia": st.sampled_from(["", "Z-1", "Z-2", "Z-3"]),
        "klient": st.sampled_from(["Ala", "Ola", "=Żółw", ""]),
        "domena": st.sampled_from(["ala.pl", "ola.pl", "żółw.pl", "ala.pl, ela.pl", "zła domena.pl"]),
        "status": st.sampled_from(
            [
                "",
                "nowe",
                "dane",
                "termin",
                "migracja",
                "test",
                "DNS",
                "hasła",
                "zakończona",
                "anulowana",
                "wstrzymana",
                "?",
            ]
        ),
        "liczba skrzynek": st.sampled_from(["", "3", "12 szt.", "-1"]),
        "data zgłoszenia": st.one_of(st.just(""), _DAY),
        "data testu": st.one_of(st.just(""), _DAY),
        "data zmiany DNS": st.one_of(st.just(""), st.just(""), _DAY),
        "data zakończenia": st.one_of(st.just(""), st.just(""), _DAY),
        "hasło zmienione": st.sampled_from(["", "tak", "nie"]),
        "uwagi": st.sampled_from(["", "-dzwonić", "raz\ndwa"]),
        "kolor": st.sampled_from(["", "+zielony"]),
        "pakiet": st.sampled_from(["Plus", "Plus", "Plus", ""]),
        "niestandardowa konfiguracja": st.sampled_from(["brak", "brak", "brak", ""]),
        "termin": st.sampled_from(["02.10.2026", "02.10.2026", "02.10.2026", "30.11.2026", ""]),
        "osoba kontaktowa": st.sampled_from(["Ewa", "Ewa", "Ewa", ""]),
    }
)


def _file(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    write = csv.DictWriter(text, list(rows[0]), delimiter=";")
    write.writeheader()
    write.writerows(rows)
    return text.getvalue().encode("cp1250")


@settings(max_examples=int(os.environ.get("IMPORTS", "40")))
@given(st.lists(st.lists(_ROW, min_size=1, max_size=6), min_size=1, max_size=3))
def test_every_import_is_reconciled_idempotent_and_true_to_its_events(_sqlite_template, files):
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{shutil.copy(_sqlite_template, folder)}"
        try:
            _import_all(Importer(url), files)
        finally:
            engine(url).dispose()


def _import_all(lite, files):
    for rows in files:
        data = _file(rows)
        made = lite.apply(data)
        nonblank = [row for row in rows if any(cell for cell in row.values())]
        assert sum(made.counts.values()) == made.read == len(nonblank)
        assert {row.row for row in made.rows if row.errors} == {e.row for e in made.errors}
        assert all(row.errors for row in made.rows if row.outcome == "rejected")
        # What was refused may find its way free by what the rest of the file has done; all the rest changes nothing.
        refused = {row.row for row in made.rows if row.outcome == "rejected" or row.lacks}
        again = lite.plan(data)
        assert {row.row for row in again.rows if row.outcome in ("new", "changed")} <= refused, again.rows
    exported = lite.plan(as_csv(lite.store.all(), lite.team))
    assert {row.outcome for row in exported.rows} <= {"unchanged"}, exported.rows
    histories = lite.store.histories()
    for m in lite.store.all():
        assert replace(rebuild(histories[m.id]), batch=None) == replace(m, id=None)
        for d in m.domains.values():
            past = d.step in ("dns", "visible")
            assert not past or d.tested_at or (d.test_unrecorded and m.stage == "closed")


def test_an_import_killed_at_any_statement_leaves_all_or_nothing(database_url, tmp_path):
    file = tmp_path / "file.csv"
    file.write_bytes(
        _file(
            [{"klient": f"Klient {n}", "domena": f"d{n}.pl", "status": "zakończona", "uwagi": "x"} for n in range(30)]
        )
    )
    script = [sys.executable, str(ROOT / "tests" / "killed_import.py"), database_url, str(file)]
    run = subprocess.run(script, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    *killed, lived = map(int, run.stdout.split())
    assert len(killed) >= 8 and set(killed) <= {0} and lived > 200
