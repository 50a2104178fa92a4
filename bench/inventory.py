"""A cPanel backup of 100,000 files read beside `tar -tzf` of the same file, in time and memory: `make bench`.

python -m bench.inventory 200        # another size, in MB
"""

import json
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

MEGABYTES = 2048
ENTRIES = 100_000
FASTEST, MEMORY = 0.5, 150
"""The aims: at least this part of the speed of `tar -tzf`, at most so many MB."""
BOXES = (b"jan", b"anna", b"biuro", b"sklep")

_READ = """
import json, resource, sys, time
from pathlib import Path
from core.inventory.reading import read
path = Path(sys.argv[1])
began = time.perf_counter()
with path.open("rb") as file:
    found = read(file, path.stat().st_size)
took = time.perf_counter() - began
assert found.whole, found.findings
# Not resource.getrusage: on Linux its mark is handed down from the parent.
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps([took, peak, found.panel, len(found.mailboxes), sum(box.size for box in found.mailboxes)]))
"""


def archive(path: Path, size: int, entries: int) -> int:
    """Write a .tar.gz of so many bytes and files, an account of cPanel; return its bytes unpacked.

    Contents come to half their size. They are packed beforehand, a few of each length: packing 2 GB would take minutes.
    """
    chance = random.Random(7)
    words = [chance.randbytes(chance.randint(2, 9)).hex().encode() for _ in range(3000)]
    mean = 2 * size // entries
    contents = [_packed(_text(chance, words, max(100, int(mean * part)))) for part in (0.1, 0.3, 0.6, 1, 1.3, 2.7) * 4]
    crc = plain = 0
    pack = zlib.compressobj(1, zlib.DEFLATED, -15)
    with path.open("wb", buffering=1024 * 1024) as file:
        file.write(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
        for name, content, packed in _members(entries, contents):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_790_000_000
            # Padded before, so that what follows a header begins on a byte.
            head = info.tobuf(tarfile.GNU_FORMAT)
            file.write(pack.compress(head) + pack.flush(zlib.Z_FULL_FLUSH) + packed)
            crc, plain = zlib.crc32(content, zlib.crc32(head, crc)), plain + len(head) + len(content)
            fill = bytes(-len(content) % 512)
            file.write(pack.compress(fill))
            crc, plain = zlib.crc32(fill, crc), plain + len(fill)
        end = bytes(10240)
        file.write(pack.compress(end) + pack.flush())
        crc, plain = zlib.crc32(end, crc), plain + len(end)
        file.write(crc.to_bytes(4, "little") + (plain & 0xFFFFFFFF).to_bytes(4, "little"))
    return plain


def _members(entries: int, contents: list[tuple[bytes, bytes]]) -> Iterator[tuple[str, bytes, bytes]]:
    lead = "cpmove-klos"
    for name, text in (
        ("cp/klos", b"DNS=alfa.example\nUSER=klos\n"),
        (
            "homedir/etc/alfa.example/passwd",
            b"".join(b"%s:x:1:1::/home/klos/mail/alfa.example/%s:/bin/false\n" % (box, box) for box in BOXES),
        ),
    ):
        yield f"{lead}/{name}", text, _packed(text)[1]
    for number in range(entries - 2):
        content, packed = contents[number % len(contents)]
        if number % 2:
            box = BOXES[number % 8 // 2].decode()
            name = f"mail/alfa.example/{box}/cur/17{number:08}.M{number}P1.host,S={len(content)}:2,S"
        else:
            name = f"public_html/wp-content/uploads/2026/{number % 12 + 1:02}/picture-{number}.jpg"
        yield f"{lead}/homedir/{name}", content, packed


def _text(chance: random.Random, words: list[bytes], length: int) -> bytes:
    text = b" ".join(chance.choices(words, k=length // 6))
    return text[:length].ljust(length)


def _packed(content: bytes) -> tuple[bytes, bytes]:
    """Return a content and how it stands in a stream of deflate, between other such pieces."""
    pack = zlib.compressobj(1, zlib.DEFLATED, -15)
    return content, pack.compress(content) + pack.flush(zlib.Z_FULL_FLUSH)


def main() -> None:
    """Measure and print the table."""
    megabytes = int(sys.argv[1]) if sys.argv[1:] else MEGABYTES
    with tempfile.TemporaryDirectory() as folder:
        free = shutil.disk_usage(folder).free // 1024**2
        if free < megabytes + 1024:
            print(f"{folder} has {free} MB left: measured with a smaller archive")
            megabytes = max(1, min(megabytes, free - 1024))
        path = Path(folder) / "cpmove-klos.tar.gz"
        plain = archive(path, megabytes * 1024 * 1024, ENTRIES)
        size = path.stat().st_size
        listed = beside = read = 0.0
        # In turn, the better of each: other work on the machine makes both slower, not equally.
        for _ in range(2):
            began = time.perf_counter()
            made = subprocess.run(["tar", "-tzf", path], stdout=subprocess.PIPE, check=True)
            took = time.perf_counter() - began
            beside = min(beside or took, took)
            listed = made.stdout.count(b"\n")
            done = subprocess.run([sys.executable, "-c", _READ, path], stdout=subprocess.PIPE, check=True)
            took, peak, panel, boxes, mail = json.loads(done.stdout)
            read = min(read or took, took)
        assert (listed, panel, boxes) == (ENTRIES, "cpanel", 4), (listed, panel, boxes, mail)
    table = Table(title=f"An archive of {size / 1024**2:,.0f} MB ({plain / 1024**2:,.0f} unpacked), {ENTRIES:,} files")
    for column in ("tar -tzf, s", "read, s", "part of its speed", "aim", "MB of memory", "aim "):
        table.add_column(column, justify="right")
    table.add_row(
        f"{beside:.1f}", f"{read:.1f}", f"{beside / read:.2f}", f"{FASTEST}", f"{peak:.0f}", f"{MEMORY}"
    )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
