"""What a file is, told by how it begins: somebody who restores may have taken another one."""

from pathlib import Path

_BEGINNINGS = {
    b"": "empty",
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"PGDMP": "pg_dump",
    b"%PDF": "pdf",
}
_SQLITE = b"SQLite format 3\x00"


def kind(path: Path) -> str:
    """Return what a file is: sqlite, folder, empty, zip, gzip, pg_dump, pdf, text, or other. Raises OSError."""
    if path.is_dir():
        return "folder"
    with path.open("rb") as file:
        begins = file.read(4096)
    if begins.startswith(_SQLITE):
        return "sqlite"
    for beginning, name in _BEGINNINGS.items():
        if begins.startswith(beginning) and (beginning or not begins):
            return name
    try:
        # A letter may be cut in two at the end of what was read.
        text = begins.decode() if len(begins) < 4096 else begins[:-4].decode(errors="replace").replace("\ufffd", "")
    except UnicodeDecodeError:
        return "other"
    return "text" if all(letter.isprintable() or letter in "\r\n\t\ufeff" for letter in text) else "other"
