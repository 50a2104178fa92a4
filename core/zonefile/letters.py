"""The bytes of a file as text: in which letters it is written, and what is no text at all."""

import re

from core.ground.messages import FieldError, InputError, Message
from core.zonefile.bounds import BYTES_MAX
from core.zonefile.finding import Finding

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NO_TEXT = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
)
"""How archives, workbooks and papers begin."""
_WINDOWS = re.compile(rb"[\x80-\x9f\xa5\xb9]")
"""Bytes that are Polish letters, quotes and dashes in cp1250, and controls or nothing Polish in ISO-8859-2."""
_ISO = re.compile(rb"[\xa1\xa6\xac\xb1\xb6\xbc]")
"""Ą, Ś, Ź, ą, ś, ź of ISO-8859-2."""
_HALVES = re.compile("[\ud800-\udfff]")


def as_text(content: bytes | str) -> tuple[str, list[Finding]]:
    """Return a file as text, its lines ended by a line feed alone, and what is found of its letters.

    Raises InputError on "zone" where it is longer than BYTES_MAX, empty, or no text.
    """
    if len(content) > BYTES_MAX:
        raise _refused("error.zone_long", megabytes=BYTES_MAX // 1024**2)
    text, findings = (content, []) if isinstance(content, str) else _decoded(content)
    if "\0" in text:
        raise _refused("error.zone_binary")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    # A half of a letter comes from a broken paste; no encoding takes it.
    text = _HALVES.sub("\ufffd", text.removeprefix("\ufeff"))
    if not text.strip():
        raise _refused("error.zone_empty")
    return text, findings


def _decoded(data: bytes) -> tuple[str, list[Finding]]:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    if data.startswith(_NO_TEXT) or (encoding == "utf-8" and b"\0" in data):
        raise _refused("error.zone_binary")
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise _refused("error.zone_binary") from None
        first = error.start
    # A name server takes the bytes as they are: what is served is not what the letters here say.
    windows, iso = (len(pattern.findall(data)) for pattern in (_WINDOWS, _ISO))
    encoding = "iso-8859-2" if iso > windows else "cp1250"
    line = len(re.findall(rb"\r\n?|\n", data[:first])) + 1
    return data.decode(encoding, "replace"), [Finding("encoding", line, {"encoding": encoding})]


def _refused(id: str, **values: object) -> InputError:
    return InputError(FieldError("zone", "", Message(id, values)))
