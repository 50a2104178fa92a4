"""What is an archive, what is none and is told by its name, and how one that is broken is told."""

import gzip
import io
import os
import tarfile
import zipfile
import zlib

import pytest
import zstandard

from core import datafiles
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.inventory.inventory import Finding
from core.inventory.notes import NOT_WHOLE
from core.inventory.reading import read
from core.language import LANGUAGES, POLISH
from tests.inventory_streams import ACCOUNT, END, PACKERS, Fake, header, tags, taken, tar

WHOLE = tar(("a/account", b""), ("a/x.conf", b"1"))


def refusal(data, *panels):
    with pytest.raises(InputError) as caught:
        taken(data, *panels)
    (mistake,) = caught.value.errors
    assert mistake.field == "archive" and mistake.value == ""
    assert all(language.text(mistake.message) for language in LANGUAGES.values())
    return mistake.message.id.removeprefix("error.archive_")


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (END, "empty"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(END), "empty"),
        (zipped("backup/user.conf"), "zip"),
        (zipped(), "zip"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "spreadsheet"),
        (zipped("mimetype").replace(b"x", b"application/vnd.oasis.opendocument.spreadsheet", 1), "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "spreadsheet"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), "packed"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "packed"),
        (b"Salted__" + bytes(range(200)), "encrypted"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA", "encrypted"),
        (b"\x8c\x0d\x04\x09\x03\x02" + bytes(range(200)), "encrypted"),
        (b"\x85\x02\x0c\x03" + bytes(range(200)), "encrypted"),
        (b"-- MySQL dump 10.13  Distrib 8.0\n--\n", "sql"),
        (b"/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n", "sql"),
        (gzip.compress(b"-- phpMyAdmin SQL Dump\n-- version 5.2\n"), "sql"),
        (b"\nCREATE TABLE `wp_users` (\n", "sql"),
        ("adres;hasło\njan@alfa.example;ż\n".encode("cp1250"), "text"),
        ("adres\tlimit\n".encode("utf-16"), "text"),
        (b"$ORIGIN alfa.example.\n", "text"),
        (b"x", "text"),
        (bytes(range(1, 256)) * 5, "unknown"),
        (b"\x00\x01", "unknown"),
        (b"%PDF-1.7\n%\xe2\xe3\x00", "unknown"),
        (gzip.compress(gzip.compress(WHOLE)), "twice_packed"),
        (tar(("wp-config.php", b"1"), ("wp-content/x", b"")), "panel"),
        (PACKERS["zstd"](tar(("x", b""))), "panel"),
        (gzip.compress(WHOLE)[:15], "broken"),
        (b"\x1f\x8b", "broken"),
        (b"\x28\xb5\x2f\xfd", "broken"),
        (b"BZh", "broken"),
        (b"\xfd7zXZ\x00", "broken"),
        (b"BZhalf of a text", "broken"),
        (tar(("x", b"1" * 2000))[:1500], "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_archive_is_told_by_its_name(data, why):
    assert refusal(data) == why


def test_a_frame_that_looks_too_far_back_is_refused_in_words():
    made = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    ).compressobj()
    packed = made.compress(os.urandom(1000)) + made.flush()
    assert refusal(packed) == "memory"
    usual = zstandard.ZstdCompressor(level=19).compressobj()
    assert taken(usual.compress(WHOLE) + usual.flush())[0].whole


@pytest.mark.parametrize("packer", ["gzip", "zstd", "bzip2", "xz"])
def test_parts_that_are_packed_on_their_own_are_all_read(packer):
    pack, half = PACKERS[packer], 700
    found, panel = taken(pack(WHOLE[:half]) + pack(b"") + pack(WHOLE[half:]))
    assert found.whole and panel.contents == {"x.conf": b"1"}


def test_frames_that_are_skipped_are():
    skipped = b"\x5e\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"other"
    found, panel = taken(skipped + PACKERS["zstd"](WHOLE[:700]) + skipped + PACKERS["zstd"](WHOLE[700:]) + skipped)
    assert found.whole and panel.contents == {"x.conf": b"1"}


@pytest.mark.parametrize("packer", PACKERS)
def test_what_follows_the_end_is_said(packer):
    pack = PACKERS[packer]
    found, _ = taken(pack(WHOLE) + b"something else")
    assert tags(found) == {"garbage_after"} and found.whole
    found, _ = taken(pack(WHOLE + b"something else" * 100))
    assert tags(found) == {"garbage_after"} and found.whole
    # Another archive, behind it or packed on its own.
    for twice in (pack(WHOLE + WHOLE), pack(WHOLE) + pack(tar(("b/other", b"")))):
        found, panel = taken(twice)
        assert tags(found) == {"second_archive"} and not found.whole and len(panel.told) == 2
    assert taken(pack(WHOLE + bytes(100_000)))[0].findings == ()


def test_zeros_after_a_packed_file_are_padding():
    assert taken(PACKERS["gzip"](WHOLE) + bytes(5000))[0].findings == ()


def test_an_archive_without_its_end_is_not_whole():
    found, panel = taken(WHOLE[: 512 * 3])
    assert tags(found) == {"broken_off"} and not found.whole and len(panel.told) == 2
    (finding,) = found.findings
    assert finding.where == "a/x.conf"
    # What is not all there does not count.
    found, panel = taken(tar(("a/account", b""), ("a/x", bytes(2000)))[:2000])
    assert [one.path for one in panel.told] == ["account"] and found.findings[0].where == "a/x"


def test_a_damaged_header_is_said_and_the_members_after_it_are_read():
    data = bytearray(tar(("a/account", b""), ("a/lost", b"1" * 100), ("a/y.conf", b"2")))
    data[512 + 3] ^= 1
    found, panel = taken(bytes(data))
    assert [one.path for one in panel.told] == ["account", "y.conf"]
    assert tags(found) == {"damaged"} and not found.whole
    # To Python's own reader this is the archive's end, without a word.
    with tarfile.open(fileobj=io.BytesIO(bytes(data)), mode="r|") as beside:
        assert len(list(beside)) == 1


def test_a_wrong_checksum_is_said_even_if_every_member_was_read():
    packed = bytearray(PACKERS["gzip"](tar(("a/account", b""), ("a/x.conf", b"1"), ("a/y", bytes(300_000)))))
    packed[-6] ^= 1
    found, panel = taken(bytes(packed))
    assert panel.contents == {"x.conf": b"1"} and tags(found) == {"damaged"} and not found.whole


def test_a_system_that_cannot_read_on_breaks_it_off():
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise OSError(5, "Input/output error")
            return super().read(2000)

    data = tar(("a/account", b""), ("a/x", bytes(9000)))
    found = read(Failing(data), len(data), panels=[Fake])
    assert not found.whole and tags(found) == {"broken_off"}


def test_xml_is_given_to_the_reader_of_plesk(monkeypatch):
    from core.inventory.inventory import Inventory

    seen = []

    def read_xml(file, size, progress):
        seen.append((file.read(), size))
        return Inventory("plesk", "klos")

    monkeypatch.setattr("core.inventory.reading.read_xml", read_xml)
    dump = b'\xef\xbb\xbf<?xml version="1.0"?>\n<migration-dump>' + b" " * 9000 + b"</migration-dump>"
    for data in (dump, gzip.compress(dump)):
        assert taken(data)[0].account == "klos"
        assert seen.pop() == (dump, len(data))
    other = b"<?xml version='1.0'?><phpunit/>"
    backup = tar(
        ("other.xml", other), ("info.xml", dump), ("domains/x.xml", dump), ("info_2.xml", dump), ("u.tgz", b"1")
    )
    found, _ = taken(gzip.compress(backup))
    assert seen == [(dump, len(dump))] and tags(found) == {"further_dump"} and found.whole and found.panel == "plesk"
    # It is broken off within: what there is goes to the reader, and that it is not all is said.
    found, _ = taken(tar(("info.xml", dump))[:3000])
    assert seen[-1][0] == dump[: 3000 - 512] and not found.whole and tags(found) == {"broken_off"}


def test_every_finding_is_weighed_and_worded():
    severities = datafiles.inventory_severities()
    for code in LANGUAGES:
        catalog = (ROOT / "data" / "texts" / f"{code}.po").read_text(encoding="utf-8")
        ids = {tag: Finding(tag, "a/x", {"number": 3}).message.id for tag in severities.severity}
        assert [tag for tag, id in ids.items() if f'msgid "{id}"\n' not in catalog] == []
    assert all(severities.of(Finding(tag, "a/x", {})) == "error" for tag in NOT_WHOLE)
    assert severities.severity.keys() >= NOT_WHOLE
    assert "a/x" in POLISH.text(Finding("broken_off", "a/x", {"number": 1}).message)


def test_a_header_of_sums_with_signs_is_read():
    block = bytearray(header("a/ż.conf".encode()))
    signed = sum(byte - 256 if byte > 127 else byte for byte in block[:148] + b" " * 8 + block[156:])
    block[148:156] = b"%06o\0 " % signed
    found, panel = taken(ACCOUNT + bytes(block) + END)
    assert found.whole and panel.told[1].path == "ż.conf"
    assert zlib.adler32(bytes(block))
