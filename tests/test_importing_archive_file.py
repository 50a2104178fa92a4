"""What somebody brings of the old hosting: which of archive and zone it is, and its text as it was."""

import gzip

import pytest

from core.ground.messages import InputError
from core.importing import archive_file
from core.zonefile import reading
from tests import cpanel_archives

ZONE = 'alfa.example. 3600 IN SOA ns1.alfa.example. h.alfa.example. 1 2 3 4 5\nalfa.example. 3600 IN TXT "łąka"\n'


@pytest.mark.parametrize(
    ("beginning", "name", "kind"),
    [
        (gzip.compress(b"x", mtime=0), "zone.txt", "archive"),
        (b"\x28\xb5\x2f\xfd....", "x", "archive"),
        (b"BZh9", "x", "archive"),
        (b"\xfd7zXZ\x00", "x", "archive"),
        (cpanel_archives.archive("old")[:512], "x", "archive"),
        (b"old/tar\0\0\0", "backup.TAR", "archive"),
        (b"old/tar\0\0\0", "backup.bin", None),
        (b"\xef\xbb\xbf\n <?xml version='1.0'?>", "x", "archive"),
        (ZONE.encode(), "alfa.example", "zone"),
        (ZONE.encode(), "backup.tar.gz", "zone"),
        (ZONE.encode("utf-16"), "zone.txt", "zone"),
        (b"", "zone.txt", "zone"),
        (b"PK\x03\x04", "zone.zip", None),
        (b"%PDF-1.7", "zone.txt", None),
        (b"\x89PNG\r\n\x1a\n\0", "logo.png", None),
    ],
)
def test_file_is_recognized_by_how_it_begins(beginning, name, kind):
    assert archive_file.kind_of(beginning, name) == kind


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso-8859-2"])
def test_text_of_a_zone_is_kept_as_it_was_in_whatever_letters(code, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(ZONE.encode(code))
    for content in (file, file.read_bytes()):
        found = archive_file.zone(content, "", lambda share: None)
        assert found.text == ZONE
        # What is kept reads as what was read, but for the letters that it was written in.
        assert reading.read(found.text).records == found.zone.records


def test_zone_that_is_too_long_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "file"
    with file.open("wb") as long:
        long.truncate(reading.BYTES_MAX + 1)
    with pytest.raises(InputError) as refused:
        archive_file.zone(file, "", lambda share: None)
    assert refused.value.errors[0].message.id == "error.file_too_large"


def test_backup_of_the_folder_is_read_and_never_tells_the_end(tmp_path):
    (tmp_path / "alfa.tar").write_bytes(cpanel_archives.archive("old"))
    told = []
    found = archive_file.backup(tmp_path, "alfa.tar", lambda share, name: told.append((share, name)))
    assert found.account == "alfa" and told and all(share < 1 for share, _ in told)
    assert archive_file.archive(tmp_path / "alfa.tar", lambda share, name: None) == found
    assert archive_file.archive(cpanel_archives.archive("old"), lambda share, name: None) == found
