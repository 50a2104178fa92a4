"""The backups of a folder: listed, opened, and never anything outside of it."""

import os
from pathlib import Path

import pytest

from core.files import archives
from core.ground.messages import InputError


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "archives"
    found.mkdir()
    for age, name in enumerate(("new.tar.gz", "old.tar.zst", "plesk.xml")):
        (found / name).write_bytes(b"x" * (age + 1))
        os.utime(found / name, (1_000_000_000 - age * 60,) * 2)
    (tmp_path / "outside.tar.gz").write_bytes(b"secret")
    return found


def names(folder):
    return [it.name for it in archives.listed(folder)]


def test_backups_are_listed_the_newest_first_with_their_size(folder):
    assert names(folder) == ["new.tar.gz", "old.tar.zst", "plesk.xml"]
    assert [it.size for it in archives.listed(folder)] == [1, 2, 3]
    assert archives.listed(folder)[0].changed.year == 2001


def test_what_is_no_backup_is_not_listed(folder):
    for name in ("notes.txt", ".hidden.tar", "two\nlines.tar", os.fsdecode(b"\xff.tar")):
        (folder / name).write_bytes(b"x")
    (folder / "folder.tar").mkdir()
    os.mkfifo(folder / "pipe.tar")
    assert names(folder) == ["new.tar.gz", "old.tar.zst", "plesk.xml"]


def test_link_counts_where_it_leads_within_the_folder(folder):
    (folder / "link.tar").symlink_to("new.tar.gz")
    (folder / "out.tar").symlink_to("../outside.tar.gz")
    (folder / "circle.tar").symlink_to("circle.tar")
    (folder / "nowhere.tar").symlink_to("gone")
    assert "link.tar" in names(folder) and not {"out.tar", "circle.tar", "nowhere.tar"} & {*names(folder)}
    with archives.opened(folder, "link.tar")[0] as file:
        assert file.read() == b"x"


@pytest.mark.parametrize(
    "name",
    ["", "..", "../outside.tar.gz", "/etc/passwd", "gone.tar", "out.tar", "pipe.tar", "a\0.tar", "x" * 300 + ".tar"],
)
def test_name_typed_by_hand_leads_nowhere_else(folder, name):
    (folder / "out.tar").symlink_to("../outside.tar.gz")
    os.mkfifo(folder / "pipe.tar")
    with pytest.raises(InputError) as refused:
        archives.opened(folder, name)
    assert refused.value.errors[0].message.id == "handover.archive.gone"


def test_folder_that_cannot_be_looked_into_is_told(folder):
    with pytest.raises(InputError) as refused:
        archives.listed(folder / "gone")
    assert refused.value.errors[0].message.id == "handover.archive.folder"


def test_folder_may_itself_be_a_link(folder, tmp_path):
    (tmp_path / "to").symlink_to(folder)
    assert names(tmp_path / "to") == names(folder)


def test_only_the_newest_of_many_are_listed(folder, monkeypatch):
    monkeypatch.setattr(archives, "LISTED_MAX", 2)
    assert names(folder) == ["new.tar.gz", "old.tar.zst"]


def test_time_that_no_calendar_has_is_put_at_its_edge(folder):
    os.utime(folder / "new.tar.gz", (10_000_000_000_000 // 1000, 9_000_000_000))
    assert archives.listed(folder)[0].changed.year == 2100


def test_file_that_vanishes_while_it_is_listed_is_left_out(folder, monkeypatch):
    stat = Path.stat

    def vanishing(self, **options):
        if self.name == "new.tar.gz":
            raise FileNotFoundError
        return stat(self, **options)

    monkeypatch.setattr(Path, "stat", vanishing)
    assert names(folder) == ["old.tar.zst", "plesk.xml"]
