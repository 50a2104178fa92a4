"""Archives of panels in memory: entries packed into a tar, and a panel's reader fed with it without the stream."""

import io
import pickle
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import zstandard

from core.inventory.nested import place_of
from core.inventory.panel import READ_MAX, Member
from core.language import ENGLISH, POLISH

MADE = 1_795_842_000
"""28 November 2026, 05:00 UTC."""


@dataclass
class Archive:
    """Entries to be packed, and the secrets planted in them."""

    name: str
    entries: list[tuple[str, bytes | None]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def secret(self, place: str) -> str:
        """Return a new secret for a place, which is to be found nowhere afterwards."""
        self.secrets.append(f"Zx9{place}{len(self.secrets):02}qTajne")
        return self.secrets[-1]

    def file(self, path: str, content: str | bytes = b"") -> None:
        """Put a file in."""
        self.entries.append((path, content.encode() if isinstance(content, str) else content))

    def folder(self, path: str) -> None:
        """Put a folder in."""
        self.entries.append((path, None))

    def message(self, folder: str, number: int, size: int, name: str = "") -> None:
        """Put a message of so many bytes into a maildir, a secret in it."""
        text = self.secret("Mail").encode()
        self.file(f"{folder}/cur/{number}.M1P1.host{name}:2,S", text + b"." * (size - len(text)))

    def site(self, folder: str, size: int) -> None:
        """Put a website of so many bytes in, the password of its database in it."""
        text = f"<?php define('DB_PASSWORD', '{self.secret('Site')}');".encode()
        self.folder(folder)
        self.file(f"{folder}/wp-config.php", text)
        self.file(f"{folder}/wp-content/uploads/2026/11/a.jpg", b"." * (size - len(text)))


def tar(entries: Iterable[tuple[str, bytes | None]], packed: str = "gz", prefix: str = "") -> bytes:
    """Return entries as a tar: packed "gz", "zst" or "" (not at all); what is None is a folder."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz" if packed == "gz" else "w", format=tarfile.GNU_FORMAT) as out:
        for path, content in entries:
            info = tarfile.TarInfo(prefix + path)
            info.mtime = MADE
            if content is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                out.addfile(info)
            else:
                info.size = len(content)
                out.addfile(info, io.BytesIO(content))
    data = file.getvalue()
    return zstandard.ZstdCompressor().compress(data) if packed == "zst" else data


def unpacked(data: bytes) -> bytes:
    """Return a tar without its zst."""
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        return zstandard.ZstdDecompressor().stream_reader(data).read()
    return data


def feed(panel, data: bytes, place: str = "", *, looked_at: list[str] | None = None):
    """Give a reader all members of a tar, those of nested ones too; `looked_at` gets the paths that it wanted.

    Returns the reader.
    """
    with tarfile.open(fileobj=io.BytesIO(unpacked(data))) as archive:
        for info in archive:
            path = panel.root(place + info.name.removeprefix("./").rstrip("/"))
            if not path or path == ".":
                continue
            content = archive.extractfile(info).read() if info.isfile() else None
            if content is not None and (inner := place_of(path)):
                feed(panel, content, inner, looked_at=looked_at)
                continue
            kind = "file" if info.isfile() else "folder" if info.isdir() else "link"
            member = Member(path, info.size if info.isfile() else 0, int(info.mtime), kind)
            wanted = info.isfile() and panel.wants(member) and info.size <= READ_MAX
            if wanted and looked_at is not None:
                looked_at.append(path)
            panel.take(member, content if wanted else None)
    return panel


def read(panel: Callable[[], object], entries: Iterable[tuple[str, bytes | str | None]]):
    """Return what a reader makes of some files."""
    files = [(path, text.encode() if isinstance(text, str) else text) for path, text in entries]
    return feed(panel(), tar(files, "")).found()


def tags(found) -> list[str]:
    """Return the tags of an inventory's findings, sorted."""
    return sorted(finding.tag for finding in found.findings)


def values(found, tag: str) -> list[dict]:
    """Return what the findings of a tag tell."""
    return [dict(finding.values) for finding in found.findings if finding.tag == tag]


def leaked(found, secrets: Iterable[str]) -> list[str]:
    """Return the secrets that are in an inventory, its zones apart, or in what is said of it in either language."""
    said = "".join(language.text(finding.message) for language in (POLISH, ENGLISH) for finding in found.findings)
    assert "inventory.finding" not in said and "{" not in said
    everything = pickle.dumps(found).decode("latin-1") + repr(found) + said
    return [secret for secret in secrets if secret in everything]
