"""In which letters a file is written, row by row where its rows differ, and which were garbled before it was saved."""

import io
import re
from collections.abc import Iterator
from itertools import islice

from core.files.spool import Spool
from core.ground.file_limits import WORKBOOKS_BEGIN
from core.ground.messages import InputError, Message
from core.spreadsheet.records import refused
from core.spreadsheet.repair_kinds import Repair

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
        if any(map(data.__contains__, _POLISH_BEGIN)):
            # Rows of both kinds: most of them say what the file is, and the others nothing of what they are.
            ours, others = _parted(data)
            if ours > len(others):
                return "utf-8"
            data = b"\n".join(others)
    else:
        if not data.translate(None, _NO_OTHER_SCRIPT) or not _TWO_SCRIPTS.search(text):
            return "utf-8"
        candidates = ENCODINGS
        del text
    words = b" ".join(_words(data))
    return max(candidates, key=lambda encoding: _likeness(words, encoding))


_POLISH_BEGIN = (b"\xc3", b"\xc4", b"\xc5")
"""How Polish letters begin in UTF-8, which are letters of nobody here in the other encodings."""


def _parted(data: bytes) -> tuple[int, list[bytes]]:
    """Return how many lines are UTF-8 with Polish letters, and those that are no UTF-8."""
    ours, others = 0, []
    for line in data.splitlines():
        if not line.isascii():
            try:
                ours += _is_polish(line.decode())
            except UnicodeDecodeError:
                others.append(line)
    return ours, others


def _is_polish(text: str) -> bool:
    """Return whether a text has Polish letters and no others that are not plain."""
    letters = {letter for letter in text if not letter.isascii()}
    return not letters.isdisjoint(_POLISH) and letters <= _POLISH | _NEUTRAL


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


# -- rows in another encoding than their file, and text that was garbled before

_SIGNS = "„”“’–—…€§°\xa0" + "".join(sorted(_POLISH))
_READ_AS = ("cp1250", "cp1252", "latin-1", "iso-8859-2", "cp852")


def _pairs() -> dict[str, str]:
    """Return what Polish letters of UTF-8 become where they are read in another encoding."""
    found: dict[str, str] = {}
    for sign in _SIGNS:
        for encoding in _READ_AS:
            # What Windows has no letter for stays the number.
            wrong = "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in sign.encode())
            found.setdefault(wrong, sign)
    # And what that becomes where it is saved as UTF-8 and misread once more.
    for wrong, sign in [*found.items()]:
        for encoding in ("cp1250", "cp1252"):
            again = "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in wrong.encode())
            found.setdefault(again, sign)
    return found


_GARBLED = _pairs()
_TWICE_OR_ONCE = re.compile("|".join(map(re.escape, sorted(_GARBLED, key=len, reverse=True))))
# Windows' Polish letters read as its Western ones: signs that stand in no word. Letters of other languages are none.
_WESTERN = dict(zip("³¹¿£¥¯¶±", "łążŁĄŻśą", strict=True))
_IN_A_WORD = re.compile(r"(?<=[^\W\d_]{3})[³¹¿](?!\w)|(?<=[^\W\d_])[³¹¿¶±](?=[^\W\d_])|(?<!\w)[£¯³¿¥](?=[a-zóę])")
_SUSPECT = re.compile("[ÃÄÅĂĹÂâÔ┬³¹¿£¥¯¶±├┼─\ufffd\udc80-\udcff]")
"""One of these is in every garbled text; looking for one is quick."""
_LOST = re.compile("[\ufffd\udc80-\udcff]")
_PART = re.compile(r"[^\s;,|\"]{1,40}")
_LINES_AT_ONCE = 1_000


def garbled(text: str) -> Message | None:
    """Return why a text is not to be read, with the word and what it probably was; None where it is well.

    >>> garbled("PrzedsiÄ™biorstwo").values["probable"], garbled("10 m³, Ärzte, São Paulo, £5, 20 ±1")
    ('Przedsiębiorstwo', None)
    """
    if text.isascii() or not _SUSPECT.search(text):
        return None
    if found := _LOST.search(text):
        word = _word(text, found.start())
        if found[0] == "\ufffd":
            return Message("error.garbled_lost", {"found": word.replace("\ufffd", "?")})
        plain = word.encode("utf-8", "surrogateescape").decode("cp1250", "replace").replace("\ufffd", "?")
        return Message("error.row_encoding", {"probable": plain})
    found = _TWICE_OR_ONCE.search(text) or _IN_A_WORD.search(text)
    if not found:
        return None
    word = _word(text, found.start())
    probable = _IN_A_WORD.sub(
        lambda sign: _WESTERN[sign[0]], _TWICE_OR_ONCE.sub(lambda letters: _GARBLED[letters[0]], word)
    )
    return Message("error.garbled", {"found": word, "probable": probable})


def _word(text: str, place: int) -> str:
    """Return the word at a place of a text, and no more of the row: what else is in it is nobody's business here."""
    start = max(place - 20, 0)
    return next((part[0] for part in _PART.finditer(text, start, place + 40) if part.end() > place), text[place])


class Judged:
    """Lines of a text as they are to be read: each in its own encoding where that is certain.

    `bad`: why lines are not to be read, by number; `mended`: the repairs, unless they are not to be made.
    """

    def __init__(self, file: io.TextIOWrapper, data: bytes, mends: bool) -> None:
        self._file, self._data, self._mends = file, data, mends
        self.bad: dict[int, Message] = {}
        self.mended: Spool[Repair] = Spool()

    def __iter__(self) -> Iterator[str]:
        """Yield the lines, ends kept, split as the csv module wants them: at CR, LF and both together alone."""
        number = 1
        try:
            while lines := [*islice(self._file, _LINES_AT_ONCE)]:
                text = "".join(lines)
                if not text.isascii() and _SUSPECT.search(text):
                    lines = [self._judged(at, line) for at, line in enumerate(lines, number)]
                yield from lines
                number += len(lines)
        except UnicodeError:
            raise self._not_in() from None
        # The bytes below are asked to the end how far they are read; a file that nobody holds closes them.
        self._file.detach()

    def _judged(self, number: int, line: str) -> str:
        if not _SUSPECT.search(line):
            return line
        encoding = self._file.encoding
        if self._mends and encoding in ENCODINGS[1:]:
            try:
                text = line.encode(encoding, "surrogateescape").decode()
            except UnicodeError:
                text = ""
            if _is_polish(text):
                place = next(place for place, letter in enumerate(text) if letter in _POLISH)
                old = _word(line, len(text[:place].encode()))
                shown = old.encode("utf-8", "replace").decode()
                self.mended.append(Repair(number, "", "encoding", shown, _word(text, place)))
                return text
        if why := garbled(line):
            if not self.bad and why.id == "error.row_encoding":
                self._check()
            self.bad[number] = why
        return line

    def _check(self) -> None:
        """Raise InputError on "file" where more of its lines are not in its encoding than are."""
        encoding, good, wrong = self._file.encoding, 0, 0
        for line in self._data.splitlines():
            if not line.isascii():
                try:
                    line.decode(encoding)
                    good += 1
                except UnicodeDecodeError:
                    wrong += 1
        if wrong > good:
            raise self._not_in()

    def _not_in(self) -> InputError:
        return refused(Message("error.not_encoding", {"encoding": self._file.encoding}))
