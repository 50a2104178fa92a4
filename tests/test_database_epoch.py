"""After a restore nothing that was seen before it passes for what stands: not by its number, nor by its version."""

import contextlib
import shutil
import sqlite3
import subprocess
from functools import partial

import pytest
import sqlalchemy as sa

from core import datafiles
from core.database.address import file_of
from core.database.transactions import engine
from core.database.upgrade import upgrade
from core.desk.backup import backup, restore
from core.flow.kept import Kept
from core.ground.messages import InputError
from core.importing.planning import plan
from core.importing.writing import StalePlanError, apply
from core.migration import moves
from core.migration.import_columns import suggest
from core.spreadsheet.choices import Said
from core.spreadsheet.decoding import read_sheet
from core.store import bulk
from core.store.conflicts import ConflictError, ReplacedError
from core.store.store import Store
from tests import postgres
from tests.migrations import ANNA, MARIA, act

CSV = b"klient;domena;nr zlecenia\nAla;ala.pl;Z-1\n"


def take_up(store, client, domain, ref=""):
    return store.register(act(), {"ref": ref, "client": client}, {domain: {"display": domain}}).migration


def noted(store, m, text):
    return store.change(m.id, lambda now: moves.note(now, act(), text)).migration


@pytest.fixture
def store(sqlite_url):
    return Store(engine(sqlite_url))


def back(store, kept):
    return restore(store.engine.url.render_as_string(), kept)


@pytest.fixture
def twice(store, tmp_path):
    """A desk restored to its first event: then one other event happened, as one had before. Gives both states."""
    kept = tmp_path / "kept.sqlite3"
    take_up(store, "Róża", "a.pl")
    backup(store.engine.url.render_as_string(), kept)
    seen = store.change(1, lambda m: moves.change(m, act(), {"owner": "anna"})).migration
    mark = store.mark()
    back(store, kept)
    now = store.change(1, lambda m: moves.change(m, act(), {"owner": "maria"})).migration
    return seen, mark, now


def test_mark_differs_although_all_that_is_counted_is_equal(store, twice):
    seen, mark, now = twice
    assert (seen.id, seen.version, seen.seq) == (now.id, now.version, now.seq)
    assert store.mark() != mark and store.mark()[:3] == mark[:3]


def test_snapshot_and_histories_that_were_kept_are_read_again(store, tmp_path):
    kept, tariff = tmp_path / "kept.sqlite3", datafiles.tariff()
    histories = Kept(store)
    m = take_up(store, "Róża", "a.pl")
    backup(store.engine.url.render_as_string(), kept)
    store.change(m.id, lambda m: moves.change(m, act(), {"client": "Irys"}))
    assert [i.client for i in histories.items(tariff)] == ["Irys"]
    assert [m.client for m in store.snapshot()] == ["Irys"]
    back(store, kept)
    store.change(m.id, lambda m: moves.change(m, act(), {"client": "Lilia"}))
    assert [m.client for m in store.snapshot()] == ["Lilia"]
    assert [i.client for i in histories.items(tariff)] == ["Lilia"]


def test_deed_on_what_was_seen_before_is_refused_with_the_moment_of_the_restore(store, twice):
    seen, _, now = twice
    with pytest.raises(ReplacedError) as refused:
        store.change(1, lambda m: moves.note(m, act(), "x"), seen=seen.version, origin=seen.origin)
    assert (refused.value.now, refused.value.at is not None) == (now, True)
    assert isinstance(refused.value, ConflictError) and store.one(1) == now
    # Whoever looks again goes on.
    store.change(1, lambda m: moves.note(m, act(), "x"), seen=now.version, origin=now.origin)


def test_note_and_erasure_do_not_meet_another_migration_of_the_same_number(store, tmp_path):
    url, other = store.engine.url.render_as_string(), f"sqlite:///{tmp_path}/other.sqlite3"
    seen = take_up(store, "Róża", "a.pl")
    upgrade(other)
    stranger = take_up(Store(engine(other)), "Obcy", "o.pl")
    backup(other, tmp_path / "other-kept.sqlite3")
    engine(other).dispose()
    restore(url, tmp_path / "other-kept.sqlite3")
    assert (seen.id, seen.seq, seen.version) == (stranger.id, stranger.seq, stranger.version)
    with pytest.raises(ReplacedError) as refused:
        store.change(seen.id, lambda m: moves.note(m, act(), "x"), origin=seen.origin)
    assert refused.value.now is None
    with pytest.raises(ReplacedError):
        store.erase([seen.id], act(MARIA), "na prośbę", origins=[seen.origin])
    assert [m.client for m in store.all()] == ["Obcy"] and not store.all()[0].notes


def test_change_of_many_is_refused_one_by_one(store, twice):
    seen, _, now = twice
    done = bulk.apply(store, bulk.Change(owner=""), {1: seen.version}, act(), {1: seen.origin})
    assert isinstance(done.conflicts[1], ReplacedError) and store.one(1) == now


def planned(store):
    sheet = read_sheet(CSV)
    epoch = store.epoch()
    return sheet, plan(sheet, Said(suggest(sheet.header)), store.all(), act(), datafiles.team(), epoch=epoch)


@pytest.mark.parametrize("empty", [True, False])
def test_plan_made_before_is_refused_whatever_numbers_there_are(store, tmp_path, empty):
    kept = tmp_path / "kept.sqlite3"
    if not empty:
        take_up(store, "Róża", "a.pl")
    backup(store.engine.url.render_as_string(), kept)
    sheet, made = planned(store)
    back(store, kept)
    with pytest.raises(StalePlanError) as refused:
        apply(store, made, sheet, CSV, Said(suggest(sheet.header)), act())
    assert refused.value.message.id == "store.restored_at"
    sheet, made = planned(store)
    assert apply(store, made, sheet, CSV, Said(suggest(sheet.header)), act()).counts["new"] == 1


def swap(store, kept):
    """Put another file in the database's place, under a process that has it open."""
    file = file_of(store.engine.url.render_as_string())
    with contextlib.closing(sqlite3.connect(file)) as live:
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    new = shutil.copy(kept, file.with_name("new"))
    for name in ("-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)
    new.replace(file)


def test_file_that_took_the_databases_place_is_noticed(store, tmp_path):
    kept = tmp_path / "kept.sqlite3"
    seen = take_up(store, "Róża", "a.pl")
    mark = store.mark()
    # Not a backup of ours, which would have an epoch of its own: the very same bytes.
    with contextlib.closing(sqlite3.connect(file_of(store.engine.url.render_as_string()))) as live:
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(file_of(store.engine.url.render_as_string()), kept)
    marks = {mark}
    for _ in range(3):
        swap(store, kept)
        marks.add(store.mark())
    assert len(marks) == 4 and len({mark[:3] for mark in marks}) == 1
    with pytest.raises(ReplacedError) as refused:
        store.change(seen.id, lambda m: moves.note(m, act(), "x"), origin=seen.origin)
    assert refused.value.at is None and refused.value.message.id == "store.replaced"
    noted(store, store.one(seen.id), "nowa")
    with contextlib.closing(sqlite3.connect(file_of(store.engine.url.render_as_string()))) as live:
        assert live.execute("SELECT text FROM note").fetchall() == [("nowa",)]


def test_file_that_is_gone_is_told_and_none_is_made(store):
    take_up(store, "Róża", "a.pl")
    file = file_of(store.engine.url.render_as_string())
    file.rename(file.with_name("elsewhere"))
    with pytest.raises(sa.exc.OperationalError, match="unable to open"):
        store.all()
    assert not file.exists()
    file.with_name("elsewhere").rename(file)
    assert len(store.all()) == 1


def test_two_databases_and_two_backups_of_one_are_of_different_epochs(sqlite_url, tmp_path):
    anew = f"sqlite:///{tmp_path}/anew.sqlite3"
    upgrade(anew)
    for name in ("a", "b"):
        backup(sqlite_url, tmp_path / name)
    tokens = set()
    for file in (file_of(sqlite_url), file_of(anew), tmp_path / "a", tmp_path / "b"):
        with contextlib.closing(sqlite3.connect(file)) as found:
            tokens |= set(found.execute("SELECT token FROM epoch"))
    assert len(tokens) == 4
    engine(anew).dispose()


@pytest.mark.postgres
def test_postgresql_restored_by_pg_restore_is_noticed(postgres_url, tmp_path):
    programs, store = postgres.binaries(), Store(engine(postgres_url))
    seen = take_up(store, "Róża", "a.pl")
    dumped = f"--dbname={postgres_url}"
    subprocess.run([programs / "pg_dump", "--format=custom", f"--file={tmp_path}/d", dumped], check=True)
    mark = store.mark()
    restored = [programs / "pg_restore", "--clean", "--if-exists", "--single-transaction", dumped, tmp_path / "d"]
    marks = {mark}
    for _ in range(2):
        subprocess.run(restored, check=True)
        marks.add(store.mark())
    assert len(marks) == 3 and {mark[:3] for mark in marks} == {mark[:3]}
    with pytest.raises(ReplacedError) as refused:
        store.change(seen.id, partial(moves.note, act=act(), text="x"), origin=seen.origin)
    assert refused.value.message.id == "store.replaced"


def test_mark_asks_no_more_than_before_of_whoever_changes_something(store):
    m = take_up(store, "Róża", "a.pl")
    epoch = store.epoch()
    for text in "abc":
        m = noted(store, m, text)
    assert store.epoch() == epoch == m.epoch


def test_refusal_is_an_answer_not_a_mistake_of_the_input():
    assert not issubclass(ReplacedError, InputError) and ANNA.id != MARIA.id
