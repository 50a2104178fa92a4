"""In which letters a file is written, and whether some of them were garbled before."""

import io
import re

from core.limits import WORKBOOKS_BEGIN

ENCODINGS = ("utf-8", "cp1250", "iso-8859-2", "cp852")

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
_NEUTRAL = frozenset("\xa0„”“‘’–—…«»€§°×±©®™•·")
# SPÓŁKA and RÓŻA in cp1250 are valid UTF-8, too: "SP\u04e3KA", "R\u04efA".
_TWO_SCRIPTS = re.compile(r"[A-Z][\u0180-\u02ff\u0370-\u07ff]|[\u0180-\u02ff\u0370-\u07ff][A-Z]")
# How the letters of _TWO_SCRIPTS begin in UTF-8: where none does, there is nothing to search for.
_NO_OTHER_SCRIPT = bytes(byte for byte in range(256) if not (0xC6 <= byte <= 0xCB or 0xCD <= byte <= 0xDF))
_WORDS_ONLY = bytes(byte if byte >= 0x80 or chr(byte).isalpha() else 0x20 for byte in range(256))
_AT_A_TIME = 1 << 20
"""Bytes in which letters are looked for at a time."""


def guess_encoding(data: bytes) -> str:
    """Return the encoding of a Polish file: one of ENCODINGS, or `utf-16` by its byte order mark.

    "" for a workbook.
    """
    if data.startswith(WORKBOOKS_BEGIN):
        return ""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        candidates: tuple[str, ...] = ENCODINGS[1:]
    else:
        if not data.translate(None, _NO_OTHER_SCRIPT) or not _TWO_SCRIPTS.search(text):
            return "utf-8"
        candidates = ENCODINGS
        del text
    words = b" ".join(_words(data))
    return max(candidates, key=lambda encoding: _likeness(words, encoding))


def _words(data: bytes) -> set[bytes]:
    """Return the words that have other letters than those of ASCII."""
    file = io.BytesIO(data)
    found: set[bytes] = set()
    while part := file.read(_AT_A_TIME):
        # To the end of the line, so that no word is cut in two.
        found.update((part + file.readline()).translate(_WORDS_ONLY).split())
    return {word for word in found if not word.isascii()}


def _likeness(words: bytes, encoding: str) -> float:
    """Return how Polish the words look: a point for each Polish letter that suits its word, one off for what is odd."""
    try:
        text = words.decode(encoding)
    except UnicodeDecodeError:
        return float("-inf")
    points = -sum(not (letter.isascii() or letter in _POLISH or letter in _NEUTRAL) for letter in text)
    # Case tells Ą of cp1250 from ą of cp852, which are the same byte; a letter by itself may be a dash elsewhere.
    for word in re.findall(r"[^\W\d_]{2,}", text):
        if word.islower() or word.isupper() or word.istitle():
            points += sum(letter in _POLISH for letter in word)
    return points
