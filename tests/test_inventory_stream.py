"""The members of tars of every kind, as a panel's reader is told of them."""

import subprocess
import tarfile

import pytest

from core.inventory.panel import READ_MAX
from tests.inventory_streams import (
    ACCOUNT,
    CHANGED,
    END,
    PACKERS,
    Fake,
    Other,
    header,
    member,
    padded,
    tags,
    taken,
    tar,
)

FILES = (("a/account", b"klos"), ("a/x.conf", b"php=8.2"), ("a/home/index.html", b"x" * 700), ("a/empty", b""))


@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_files_are_told_with_their_sizes_and_only_what_is_wanted_is_read(packer, format):
    found, panel = taken(PACKERS[packer](tar(*FILES, format=format)))
    assert found.whole and not found.findings
    assert [(one.path, one.size, one.changed) for one in panel.told] == [
        (name[2:], len(content), CHANGED) for name, content in FILES
    ]
    assert panel.contents == {"x.conf": b"php=8.2"}


def test_gnu_tars_own_archives_are_read_in_each_of_its_formats(tmp_path):
    long = "długa-nazwa-" + "x" * 60 + "/" + "y" * 60
    (tmp_path / "a" / "deep" / long).mkdir(parents=True)
    (tmp_path / "a" / "account").write_bytes(b"1")
    (tmp_path / "a" / "deep" / long / "ż.conf").write_bytes(b"2" * 1000)
    (tmp_path / "a" / "link").symlink_to("/etc/passwd")
    with (tmp_path / "a" / "hole").open("wb") as file:
        file.seek(50_000_000)
        file.write(b"end")
    for format in ("v7", "oldgnu", "gnu", "ustar", "posix"):
        flags = ["-S"] if format in ("oldgnu", "gnu", "posix") else ["--exclude=hole"]
        made = subprocess.run(
            ["tar", f"--format={format}", *flags, "-cf", "-", "a"], cwd=tmp_path, capture_output=True, check=False
        )
        found, panel = taken(made.stdout)
        assert found.whole and tags(found) == {"link_left_out"}, format
        sizes = {one.path: one.size for one in panel.told}
        assert sizes["account"] == 1 and sizes["link"] == 0
        # v7 has no room for such a name.
        assert format == "v7" or sizes[f"deep/{long}/ż.conf"] == 1000
        # What a file with a hole takes in the archive, not what it claims.
        assert "-S" not in flags or sizes["hole"] < 100_000, format


def test_folders_and_links_are_told_as_such():
    found, panel = taken(
        tar(
            ("a/account", b""),
            member("a/home/", type=tarfile.DIRTYPE),
            member("a/sym", type=tarfile.SYMTYPE, linkname="../../etc/shadow"),
            member("a/hard", type=tarfile.LNKTYPE, linkname="a/account"),
        )
    )
    assert [(one.path, one.kind) for one in panel.told[1:]] == [("home", "folder"), ("sym", "link"), ("hard", "link")]
    (links,) = found.findings
    assert (links.tag, links.where, links.values) == ("link_left_out", "a/sym", {"number": 2}) and found.whole


def test_what_came_before_the_panel_was_known_is_told_after_it():
    found, panel = taken(tar(("a/x.conf", b"1"), ("a/shadow", b"root:$6$"), ("a/account", b"")), Fake, Other)
    assert found.panel == "cpanel" and [one.path for one in panel.told] == ["x.conf", "shadow", "account"]
    # The other panel's reader would have read it; this one's does not.
    assert panel.contents == {"x.conf": b"1"}


def test_once_it_is_known_the_others_are_asked_no_more():
    other = Other()
    taken(tar(("a/account", b""), ("a/x", b"")), Fake, lambda: other)
    assert other.told == other.asked == []


def test_what_waits_for_the_panel_is_bounded(monkeypatch):
    monkeypatch.setattr("core.inventory.recognition.KEPT_MAX", 3)
    late = tar(*((f"a/{number}", b"") for number in range(4)), ("a/account", b""))
    found, panel = taken(late)
    assert len(panel.told) == 4 and tags(found) == {"seen_too_late"} and not found.whole
    assert taken(tar(*((f"a/{number}", b"") for number in range(3)), ("a/account", b"")))[0].whole
    monkeypatch.setattr("core.inventory.recognition.KEPT_BYTES", 10)
    found, panel = taken(tar(("a/x.conf", b"x" * 11), ("a/account", b"")))
    assert panel.contents == {} and panel.told[0].size == 11 and not found.whole


def test_larger_files_are_told_unread():
    found, panel = taken(tar(("a/account", b""), ("a/x.conf", bytes(READ_MAX + 1)), ("a/y.conf", b"1")))
    assert panel.contents == {"y.conf": b"1"} and panel.told[1].size == READ_MAX + 1
    assert tags(found) == {"member_too_large"}


def test_of_a_path_that_comes_twice_the_later_one_counts():
    found, panel = taken(tar(("a/account", b""), ("a/x", b"12345"), ("a/y.conf", b"1"), ("./a//x", b"123")))
    assert [(one.path, one.size, one.replaced) for one in panel.told if one.path == "x"] == [("x", 5, 0), ("x", 3, 5)]
    (twice,) = found.findings
    assert (twice.tag, twice.where) == ("path_twice", "a/x") and found.whole


def test_paths_are_compared_within_bounds_and_that_is_said(monkeypatch):
    monkeypatch.setattr("core.inventory.recognition.PATHS_MAX", 2)
    found, _ = taken(tar(("a/account", b""), ("a/x", b""), ("a/y", b""), ("a/x", b"")))
    assert tags(found) == {"paths_unchecked", "path_twice"}


@pytest.mark.parametrize("packer", PACKERS)
def test_archives_within_are_read_as_they_pass(packer):
    ending = {"tar": "", "gzip": ".gz", "zstd": ".zst", "bzip2": ".bz2", "xz": ".xz"}[packer]
    home = PACKERS[packer](tar(("./mail/alfa.example/jan/cur/1", b"x" * 900), ("etc/y.conf", b"2")))
    found, panel = taken(tar(("a/account", b""), (f"a/homedir.tar{ending}", home), ("a/z.conf", b"3")))
    assert [(one.path, one.size) for one in panel.told[1:]] == [
        ("homedir/mail/alfa.example/jan/cur/1", 900),
        ("homedir/etc/y.conf", 1),
        ("z.conf", 1),
    ]
    assert panel.contents == {"homedir/etc/y.conf": b"2", "z.conf": b"3"} and found.whole and not found.findings


def test_only_what_a_panel_nests_is_an_archive_and_only_two_deep():
    inner = tar(("x", b"1"))
    names = ("a/homedir/homedir.tar", "a/homedir.tar.txt", "a/backup.tar", "a/web/d/domain_data.tar")
    _, panel = taken(tar(("a/account", b""), *((name, inner) for name in names)))
    assert [one.path for one in panel.told[1:]] == [name[2:] for name in names]

    class Open(Fake):
        def root(self, path):
            return path

    for name, inside in (
        ("backup/home.tar.gz", "backup/home/x"),
        ("home.tar", "home/x"),
        ("web/alfa.example/domain_data.tar.zst", "web/alfa.example/domain_data/x"),
        ("./mail/alfa.example/accounts.tar.gz", "mail/alfa.example/accounts/x"),
    ):
        # How it is packed says how it begins, not its name.
        _, panel = taken(tar(("a/account", b""), (name, PACKERS["zstd"](inner))), Open)
        assert [one.path for one in panel.told[1:]] == [inside]


def test_an_archive_within_that_is_none_is_said_and_the_rest_read():
    for inner in (
        b"",
        b"no tar at all",
        PACKERS["gzip"](tar(("x", b"1" * 5000)))[:-20],
        tar(("x", b"1" * 5000))[:3000],
    ):
        found, panel = taken(tar(("a/account", b""), ("a/homedir.tar", inner), ("a/z.conf", b"3")))
        assert panel.contents == {"z.conf": b"3"} and not found.whole
        (said,) = found.findings
        assert (said.tag, said.where) == ("nested_unreadable", "a/homedir.tar")


def test_sizes_beyond_the_header_are_read():
    large = header(b"a/x.conf", size=b"\x80" + (3).to_bytes(11, "big"))
    _, panel = taken(ACCOUNT + large + padded(b"abc") + END)
    assert panel.contents == {"x.conf": b"abc"}
    record = b"10 size=3\n"
    size = header(b"pax", b"x", b"%011o\0" % len(record)) + padded(record)
    _, panel = taken(ACCOUNT + size + header(b"a/x.conf", size=b"%011o\0" % 0) + padded(b"abc") + END)
    assert panel.contents == {"x.conf": b"abc"}


def test_progress_names_what_is_read_and_ends_at_the_whole():
    told = []
    data = tar(("a/account", b""), ("a/large", bytes(9_000_000)), ("a/z", b""))
    taken(data, progress=lambda share, name: told.append((share, name)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0 and 3 <= len(told) < 10
    assert ("a/large", True) in [(name, 0.4 < share < 1) for share, name in told]
