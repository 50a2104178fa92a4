"""Archives that are damaged or meant to do harm: they end in an inventory with a finding, or in words."""

import gzip
import io
import tarfile
import tracemalloc
from contextlib import contextmanager

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.inventory import tar_headers
from core.inventory.reading import read
from tests.inventory_streams import ACCOUNT, END, PACKERS, Fake, Other, header, member, padded, tags, taken, tar
from tests.yardstick import within

MEGABYTE = 1024 * 1024
BEGINNINGS = (b"", b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"BZh9", b"\xfd7zXZ\x00", ACCOUNT)
NAMES = (b"../x", b"/x", b"", b".", b"a", b"a/x.conf", b"a/homedir.tar")
SIZES = (b"77777777777\0", b"\x80" + b"\xff" * 11, b"\xff" * 12, b"-0000000001\0", b"0o1", b"1_0", b"")
RECORDS = (b"18 path=../../x.y\n", b"28 size=99999999999999999999\n", b"0 a=b\n", b"9999999999 a=b\n")
SMALL = tar(
    ("a/account", b"klos"),
    ("a/x.conf", b"php=8.2"),
    member("a/home", type=tarfile.DIRTYPE),
    ("a/" + "y" * 150 + ".conf", b"1"),
    ("a/homedir.tar.gz", gzip.compress(tar(("mail/1", b"x" * 600)), mtime=0)),
    member("a/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    ("a/z", b"z" * 1200),
    format=tarfile.PAX_FORMAT,
)
PACKED = {packer: pack(SMALL) for packer, pack in PACKERS.items()}


@contextmanager
def memory_below(most):
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def told(data):
    """Return what is read of it, None where it is refused in words; anything else fails."""
    try:
        return taken(data)[0]
    except InputError as error:
        assert error.errors[0].field == "archive"
        return None


INTACT = told(SMALL)


@settings(deadline=None, max_examples=150)
@given(packer=st.sampled_from(sorted(PACKERS)), share=st.floats(0, 1))
def test_an_archive_that_ends_anywhere_is_never_called_whole(packer, share):
    data = PACKED[packer]
    found = told(data[: int(share * (len(data) - 1))])
    # Behind the tar's two blocks of zeros nothing is lost.
    if found and found.whole:
        assert found.sites == INTACT.sites
    elif found:
        assert found.findings and set(found.sites) <= set(INTACT.sites)


@settings(deadline=None, max_examples=150)
@given(
    packer=st.sampled_from(sorted(PACKERS)), flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 7)), min_size=1)
)
def test_an_archive_with_any_bits_turned_ends_in_words(packer, flips):
    data = bytearray(PACKED[packer])
    for share, bit in flips:
        data[int(share * (len(data) - 1))] ^= 1 << bit
    found = told(bytes(data))
    # Checksums see to it; a plain tar has none of its contents.
    if found and found.whole and packer != "tar":
        assert found.sites == INTACT.sites


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=2000), st.sampled_from(BEGINNINGS))
def test_any_bytes_end_in_words(data, begin):
    told(begin + data)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.builds(
            lambda type, name, size, content: header(name, type, size) + padded(content),
            st.sampled_from([bytes((code,)) for code in b"\x0001234567xXgLKSDMVNZ\xff"]),
            st.one_of(st.binary(max_size=100), st.sampled_from(NAMES)),
            st.one_of(st.sampled_from(SIZES), st.integers(0, 2000).map(lambda size: b"%011o\0" % size)),
            st.one_of(st.binary(max_size=600), st.sampled_from(RECORDS)),
        ),
        max_size=8,
    )
)
def test_any_headers_end_in_words(blocks):
    found = told(ACCOUNT + b"".join(blocks) + END)
    assert found and all(not site.host.startswith(("/", "..")) and site.host.isprintable() for site in found.sites)


def test_paths_that_lead_out_are_not_told():
    names = ("/etc/passwd", "../x", "a/../../x", "a/..", "a/./../x")
    found, panel = taken(tar(("a/account", b""), *((name, b"1") for name in names), ("a/..x/y..", b"")))
    assert [one.path for one in panel.told] == ["account", "..x/y.."]
    (outside,) = found.findings
    assert (outside.tag, outside.values) == ("path_outside", {"number": len(names)})


def test_devices_and_pipes_are_left_out():
    types = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    found, panel = taken(tar(("a/account", b""), *(member(f"a/{type!r}", type=type) for type in types)))
    assert len(panel.told) == 1 and found.findings[0].values == {"number": 3} and tags(found) == {"special_left_out"}


def test_names_that_cannot_be_shown_are_escaped_and_count():
    names = [b"a/\x1b[2J.conf", b"a/z\xb3e", "a/\u202egpj.exe".encode(), b"a/new\nline"]
    data = ACCOUNT + b"".join(header(name, size=b"%011o\0" % 1) + padded(b"1") for name in names) + END
    found, panel = taken(data)
    assert [one.path for one in panel.told[1:]] == ["\\x1b[2J.conf", "z\\xb3e", "\\u202egpj.exe", "new\\nline"]
    assert tags(found) == {"path_odd"} and found.whole and panel.contents == {"\\x1b[2J.conf": b"1"}


@pytest.mark.parametrize("format", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_path_that_no_system_has_is_left_out(format):
    found, panel = taken(tar(("a/account", b""), ("a/" + "x" * 10_000, b"1"), ("a/y.conf", b"1"), format=format))
    assert [one.path for one in panel.told] == ["account", "y.conf"]
    assert tags(found) == {"path_too_long"} and not found.whole and len(found.findings[0].where) == 200


@pytest.mark.parametrize("type", [b"x", b"L"])
def test_extended_headers_of_absurd_size_are_passed_by(type):
    size = 64 * MEGABYTE
    data = gzip.compress(
        ACCOUNT + header(b"x", type, b"%011o\0" % size) + bytes(size) + header(b"a/lost") + header(b"a/y") + END, 1
    )
    with memory_below(4 * MEGABYTE):
        found, panel = taken(data)
    assert [one.path for one in panel.told] == ["account", "y"]
    assert tags(found) == {"header_too_large"} and not found.whole


def test_global_headers_and_long_names_without_end_do_not_pile_up():
    long = header(b"L", b"L", b"%011o\0" % 5) + padded(b"a/x\0\0")
    found, panel = taken(ACCOUNT + long * 5000 + header(b"short") + END)
    assert [one.path for one in panel.told] == ["account", "x"] and found.whole
    shared = header(b"g", b"g", b"%011o\0" % 20) + padded(b"20 path=../../other\n")
    assert [one.path for one in taken(ACCOUNT + shared + header(b"a/y") + END)[1].told] == ["account", "y"]


@pytest.mark.parametrize(
    "record",
    [b"5 a=b", b"6 abc\n", b"0 a=b\n", b"x a=b\n", b"99 a=b\n", b"-6 a=b\n", b"10 size=x\n", b"11 size=-1\n", b" \n"],
)  # fmt: skip
def test_a_damaged_extended_header_loses_its_member_alone(record):
    block = header(b"x", b"x", b"%011o\0" % len(record)) + padded(record)
    found, panel = taken(ACCOUNT + block + header(b"a/lost") + header(b"a/y") + END)
    assert [one.path for one in panel.told] == ["account", "y"] and tags(found) == {"damaged"}


def test_extended_headers_are_read_in_linear_time():
    with within(2):
        for data in (
            b"1" * 100_000,
            b"9 a=bcde\n" * 100_000,
            b"0" * 10 + b" a=b\n",
            b" " * 100_000,
            b"6 a=b\n" * 100_000,
        ):
            tar_headers.pax(data)
    assert tar_headers.pax(b"6 a=b\n8 c=d=e\n\0\0") == {b"a": b"b", b"c": b"d=e"}


def test_sizes_that_cannot_be_are_damage_and_those_beyond_the_file_break_it_off():
    for size in (b"\xff" * 12, b"-0000000001\0", b"9", b"0x1", b"1_0"):
        found, panel = taken(ACCOUNT + header(b"a/x", size=size) + header(b"a/y") + END)
        assert [one.path for one in panel.told] == ["account", "y"] and tags(found) == {"damaged"}
    for size in (b"77777777777\0", b"\x80" + b"\xff" * 11):
        found, panel = taken(ACCOUNT + header(b"a/x.conf", size=size) + END)
        assert [one.path for one in panel.told] == ["account"] and tags(found) >= {"broken_off"} and not found.whole


def test_what_a_sparse_file_claims_is_not_believed():
    sparse = bytearray(header(b"a/x", b"S", b"%011o\0" % 3))
    sparse[483:495] = b"\x80" + b"\xff" * 11
    sparse[482] = 1
    more = bytearray(512)
    more[504] = 1
    body = bytes(more) * 3 + bytes(512) + padded(b"abc")
    sparse[148:156] = b" " * 8
    sparse[148:156] = b"%06o\0 " % sum(sparse)
    found, panel = taken(ACCOUNT + bytes(sparse) + body + header(b"a/y") + END)
    assert [(one.path, one.size) for one in panel.told] == [("account", 0), ("x", 3), ("y", 0)] and found.whole


def test_days_that_do_not_exist_are_none():
    for changed in (b"77777777777\0", b"\xff" * 12, b"\x80" + b"\x7f" * 11):
        found, panel = taken(ACCOUNT + header(b"a/x", changed=changed) + END)
        assert panel.told[1].changed in (0, 0o77777777777) and found.whole


@pytest.mark.parametrize("packer", ["gzip", "zstd", "bzip2", "xz"])
def test_a_bomb_is_left_off(packer, monkeypatch):
    monkeypatch.setattr("core.inventory.compressed.FREELY", 8 * MEGABYTE)
    monkeypatch.setattr("core.inventory.compressed.RATIO", 20)
    size = 30 * MEGABYTE
    data = PACKERS[packer](ACCOUNT + header(b"a/x", size=b"%011o\0" % size) + bytes(size) + END)
    with memory_below(20 * MEGABYTE):
        found, _ = taken(data)
    assert tags(found) == {"unpacks_too_far"} and not found.whole
    # Within another archive too, and before it shows whose it is.
    nested = tar(("a/account", b""), ("a/homedir.tar.gz", data), ("a/y", b""))
    assert tags(taken(nested)[0]) == {"unpacks_too_far"}
    with pytest.raises(InputError):
        taken(PACKERS[packer](header(b"b/x", size=b"%011o\0" % size) + bytes(size) + END))


def test_memory_does_not_grow_with_the_archive():
    def files(count):
        yield ACCOUNT
        for number in range(count):
            yield header(b"a/home/%d" % (number % 100), b"5")
        yield END

    class Dropping(Fake):
        def take(self, member, content):
            pass

    small, large = (gzip.compress(b"".join(files(count)), 1) for count in (100, 8_000))
    taken(small, Dropping)
    with within(20), memory_below(2 * MEGABYTE):
        found, _ = taken(large, Dropping)
    assert found.whole


def test_members_are_counted_in_all_archives_together(monkeypatch):
    monkeypatch.setattr("core.inventory.archive_stream.MEMBERS_MAX", 5)
    inner = tar(("1", b""), ("2", b""), ("3", b""))
    found, panel = taken(tar(("a/account", b""), ("a/homedir.tar", inner), ("a/y", b"")))
    assert found.whole is False and tags(found) == {"too_many_files"} and len(panel.told) == 4
    assert taken(tar(("a/account", b""), ("a/homedir.tar", inner)))[0].whole


def test_what_is_packed_in_endless_parts_comes_to_an_end(monkeypatch):
    monkeypatch.setattr("core.inventory.compressed.FRAMES_MAX", 50)
    found, _ = taken(gzip.compress(tar(("a/account", b""))) + gzip.compress(b"") * 100)
    assert tags(found) == {"too_many_files"}


def test_nothing_of_what_nobody_wants_is_kept():
    secret = b"root:$6$wSzystko-tajne"
    data = tar(("a/shadow", secret), ("a/x.conf", b"1"), ("a/account", b""), ("a/ssl/key", secret))
    found, panel = taken(data, Fake, Other)
    assert secret.decode() not in repr((found, vars(panel))) and secret not in panel.contents.values()


def test_an_archive_within_itself_ends():
    data = tar(("a/account", b""))
    for _ in range(5):
        data = tar(("a/account", b""), ("a/homedir.tar", data))
    found, panel = taken(data)
    assert [one.path for one in panel.told] == ["account", "homedir/a/account", "homedir/a/homedir.tar"]
    assert found.whole


def test_a_file_that_gives_a_byte_at_a_time_is_read():
    class Slow(io.BytesIO):
        def read(self, size=-1):
            return super().read(1)

    for data in (SMALL, PACKED["zstd"], PACKED["gzip"]):
        found = read(Slow(data), len(data), panels=[Fake])
        assert found.sites == INTACT.sites and found.whole


def test_the_size_that_is_told_is_for_the_progress_alone():
    for size in (0, -1, 1, 10**12):
        assert read(io.BytesIO(SMALL), size, panels=[Fake]).sites == INTACT.sites


def test_zstd_of_many_frames_is_a_bomb_too(monkeypatch):
    monkeypatch.setattr("core.inventory.compressed.FREELY", MEGABYTE)
    frame = zstandard.ZstdCompressor().compress(bytes(MEGABYTE))
    head = zstandard.ZstdCompressor().compress(ACCOUNT + header(b"a/x", size=b"77777777777\0"))
    with memory_below(20 * MEGABYTE):
        assert tags(taken(head + frame * 500)[0]) == {"unpacks_too_far"}
