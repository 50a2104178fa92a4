"""A long spreadsheet takes little memory, however it is made, and comes out as a short one does."""

from pathlib import Path

import pytest

from bench.importing import spreadsheet
from core.files.own_process import aside
from core.ground.messages import InputError
from core.importing import import_job, rows_by_migration
from core.migration.import_columns import suggest
from core.spreadsheet import decoding
from core.spreadsheet.choices import AS_PROPOSED, Said
from core.spreadsheet.decoding import read_sheet
from tests.migrations import MARIA, NOW

BY = (MARIA, NOW)


def peak(_progress):
    """Return the most memory (bytes) that this process ever had."""
    # Not resource.getrusage: on Linux its mark is handed down from the parent.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def whole(small, data, url, progress):
    """Read, compare and write a file after a small one; return how much more memory (bytes) it took at most, twice."""
    for file in (small, data):
        before = peak(progress)
        sheet = import_job.read(file, AS_PROPOSED, progress).sheet
        mapping = suggest(sheet.header)
        compared = import_job.compare(sheet, Said(mapping), BY, url, progress)
    after = peak(progress)
    import_job.write(compared.plan, sheet, file, Said(mapping), BY, url, progress)
    return after - before, peak(progress) - before, compared.plan.counts


def test_long_file_takes_no_more_than_six_times_its_size(tmp_path, sqlite_url):
    small, data = spreadsheet(5_000), spreadsheet(30_000)
    with aside(whole, small, data, sqlite_url, folder=tmp_path) as job:
        while not job.done(within=0.2):
            if job.share >= 1:
                job.let_go()
                break
        compared, written, counts = job.result()
    assert counts["new"] == 30_000
    assert compared < 6 * (len(data) - len(small)) and written < 6 * (len(data) - len(small))


def test_long_file_comes_out_the_same_in_a_process_of_its_own(tmp_path, sqlite_url):
    lines = [
        "nr zlecenia;klient;domena;status;data zgłoszenia",
        *(f"Z-{n % 1700};Firma {n % 1700};d{n}.pl;nowe;01.10.2026" for n in range(3000)),
        "Z-1;Firma 1;d1.pl;nowe;01.10.2026",
        "Z-2;Inna;d2.pl;nowe;31.02.2026",
        "ragged",
    ]
    data = "\n".join(lines).encode()
    file = tmp_path / "file"
    file.write_bytes(data)
    here = read_sheet(data)
    mapping = suggest(here.header)
    compared = import_job.compare(here, Said(mapping), BY, sqlite_url, lambda share: None)
    with aside(import_job.read, file, AS_PROPOSED, folder=tmp_path) as job:
        there = job.result()
    assert there == import_job.Read("utf-8", here)
    with aside(import_job.compare, there.sheet, Said(mapping), BY, sqlite_url, folder=tmp_path) as job:
        while not job.done(within=0.2) and job.share < 1:
            pass
        job.let_go()
        again = job.result()
    assert again.plan.rows == compared.plan.rows and again.plan.errors == compared.plan.errors
    assert again.plan.writings == compared.plan.writings and again.plan.outcomes == compared.plan.outcomes
    counts = compared.plan.counts
    assert counts == {"new": 3000, "changed": 0, "unchanged": 1, "conflict": 0, "rejected": 2, "left_out": 0}
    for outcome, count in counts.items():
        those = [*compared.plan.those(outcome)]
        assert len(those) == count and {planned.outcome for planned in those} <= {outcome}
        assert [planned.row for planned in those] == sorted(planned.row for planned in those)


def test_rows_beyond_the_most_are_told(monkeypatch):
    monkeypatch.setattr(decoding, "MIGRATION_ROWS", 3)
    rows = ["klient;domena", *(f"A;a{n}.pl" for n in range(3))]
    assert len(read_sheet("\n".join(rows).encode()).lines) == 3
    with pytest.raises(InputError) as refused:
        read_sheet("\n".join([*rows, "A;b.pl"]).encode())
    assert refused.value.errors[0].message.id == "error.too_many_rows"


def test_rows_of_one_migration_beyond_the_most_are_rejected(monkeypatch, sqlite_url):
    monkeypatch.setattr(rows_by_migration, "ROWS_OF_ONE", 2)
    sheet = read_sheet(b"nr zlecenia;klient;domena\nZ;A;a.pl\nZ;A;b.pl\nZ;A;c.pl\nY;A;d.pl")
    made = import_job.compare(sheet, Said(suggest(sheet.header)), BY, sqlite_url, lambda share: None).plan
    assert [planned.outcome for planned in made.rows] == ["new", "new", "rejected", "new"]
    assert made.errors[0].message.id == "error.rows_of_one"
