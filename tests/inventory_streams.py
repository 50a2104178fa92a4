"""Tars built in code, packed in every way, and a panel of the tests' own that says what it was told."""

import bz2
import gzip
import io
import lzma
import tarfile

import zstandard

from core.inventory.inventory import Inventory, Site
from core.inventory.reading import read

CHANGED = 1_700_000_000
PACKERS = {
    "tar": lambda data: data,
    "gzip": lambda data: gzip.compress(data, 1, mtime=0),
    "zstd": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
    "bzip2": lambda data: bz2.compress(data, 1),
    "xz": lambda data: lzma.compress(data, preset=0),
}


class Fake:
    """A panel whose archives have `ID/account`; it wants `*.conf`, and says each member as a site."""

    name = "cpanel"
    mark = "account"

    def __init__(self):
        self.told, self.contents, self.asked = [], {}, []

    def recognizes(self, path):
        return path.count("/") == 1 and path.endswith("/" + self.mark)

    def root(self, path):
        return path.partition("/")[2] or None

    def wants(self, member):
        self.asked.append(member.path)
        return member.path.endswith(".conf")

    def take(self, member, content):
        self.told.append(member)
        if content is not None:
            self.contents[member.path] = content

    def found(self):
        return Inventory(self.name, sites=tuple(Site(one.path, one.kind, one.size) for one in self.told))


class Other(Fake):
    """One whose archives have `ID/other`, and which wants what holds a secret to the first."""

    name = "directadmin"
    mark = "other"

    def wants(self, member):
        return member.path.endswith("shadow")


def member(name, content=b"", **fields):
    """Return a member for `tar`: a TarInfo with its content; `fields` are what else its header says."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime = len(content), CHANGED
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def tar(*members, format=tarfile.GNU_FORMAT):
    """Return a tar: `(name, content)` is a file, `(TarInfo, content)` whatever it says."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=format) as archive:
        for info, content in members:
            info, content = member(info, content) if isinstance(info, str) else (info, content)
            archive.addfile(info, io.BytesIO(content) if content else None)
    return file.getvalue()


def header(name=b"a/x", type=b"0", size=b"%011o\0" % 0, changed=b"%011o\0" % CHANGED, magic=b"ustar  \0"):
    """Return a header with any bytes in its fields, its sum right."""
    block = bytearray(512)
    for at, field in ((0, name), (124, size), (136, changed), (156, type), (257, magic)):
        block[at : at + len(field)] = field
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(content):
    """Return a content as it stands in a tar."""
    return content + bytes(-len(content) % 512)


END = bytes(1024)
ACCOUNT = header(b"a/account")


def taken(data, *panels, progress=lambda share, name: None):
    """Return what is read of an archive, and the panel of the tests (the first one) that was told of it."""
    ours = [panel() for panel in panels or (Fake,)]
    found = read(io.BytesIO(data), len(data), progress, [lambda one=one: one for one in ours])
    return found, ours[0]


def tags(found):
    """Return the tags of an inventory's findings."""
    return {one.tag for one in found.findings}
