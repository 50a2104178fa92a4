"""What somebody looks for, read once, and whether a thing answers to it: words, a number of ours, a telephone.

People type a number as they remember it ("p 61", "P61") and a telephone as it was said or pasted (+48 601 234 567,
0048601234567, "tel. 601-234-567 wew. 12"), whichever way it was written down. Digits alone are looked for where numbers
are kept: somebody who types 61 does not mean every 610 and every telephone with a 61 in it.

    >>> looked_for("P61").is_ref("P-61"), looked_for("P61").is_ref("P-610")
    (True, False)
    >>> looked_for("(601) 234 567").found("", phones="+48 601234567")
    True
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.ground.text_limits import bounded
from core.ground.words import fold

_RUNS = re.compile(r"[^\W\d_]+|[0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_DIALLED = re.compile(r"[+(]{0,2}[0-9][0-9 ().\-\u00a0\u2010-\u2015]*")
"""A telephone as it is written: no letter, no comma and no slash in it."""
_PREFIX = re.compile(r"(?:\+|00)48")
_SAID_BEFORE = re.compile(r"(?:tel|telefon|telephone|phone|kom|komorka|mobile|numer|nr)[ .:]{1,3}(?=[+(0-9])")
_EXTENSION = re.compile(r"[ ,]{0,2}(?:wewnetrzny|wewn|wew|ext|w|x)[ .:]{0,2}[0-9]{1,6}$")
_AREA = 3
"""Digits of an area code, and the fewest by which the beginning or the end of a telephone is known."""
_NATIONAL = 9
_SPACES = re.compile(r"[\s\u00a0]+")


@dataclass(frozen=True, slots=True)
class Sought:
    """`words`: each must be found; `runs`: the text as letters and numbers by turns; `phone`: its digits, if it is one.

    `dialled`: it can be nothing else than a telephone.
    """

    words: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    phone: str = ""
    dialled: bool = False

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def digits(self) -> bool:
        """Whether it is digits alone."""
        return bool(self.words) and all(map(_DIGITS.fullmatch, self.words))

    def is_ref(self, ref: str) -> bool:
        """Whether it names exactly this number of ours, or its last number alone."""
        runs = _runs(ref)
        return bool(self.runs) and not self.dialled and self.runs in (runs, runs[-1:])

    def begins(self, ref: str) -> bool:
        """Whether a number of ours goes on from what was typed; digits alone are no beginning of one."""
        *whole, last = self.runs or ("",)
        runs = _runs(ref)
        return (
            len(self.runs) > 1
            and self.runs[: len(whole)] == runs[: len(whole)]
            and len(runs) > len(whole)
            and runs[len(whole)].startswith(last)
        )

    def found(self, hay: str, *, ref: str = "", phones: str = "") -> bool:
        """Whether a thing answers: `hay` are its folded lines, `ref` its number, `phones` its telephones as written."""
        if self.is_ref(ref) or self.begins(ref) or (self.phone and _rings(self.phone, _numbers(phones))):
            return True
        if self.dialled:
            return False
        whole = "\n".join((hay, fold(ref), fold(phones)))
        return all(_has(word, hay, ref, phones, whole) for word in self.words)


def looked_for(text: str) -> Sought:
    """Return what a text looks for; of a link or an e-mail address pasted whole, its domain.

    Raises InputError on "q" where the text is longer than LINE.
    """
    text = bounded(text, "q")
    words = []
    # Each of them is looked for in every migration.
    for word in dict.fromkeys(text.split()):
        if "://" in word:
            word = word.split("://", 1)[1].split("/", 1)[0]
        word = word.rsplit("@", 1)[-1].removeprefix("www.")
        # What has neither letters nor digits is looked for as it is, and so found nowhere rather than everywhere.
        words.append(fold(word) or word)
    phone, dialled = _phone(text)
    return Sought(tuple(words), _runs(text), phone, dialled)


@lru_cache(10_000)
def _runs(text: str) -> tuple[str, ...]:
    """Return letters and numbers by turns: P-061 and "p 61" are ("p", "61")."""
    return tuple(run.lstrip("0") or "0" if run.isdigit() else run for run in _RUNS.findall(fold(text)))


def _phone(text: str) -> tuple[str, bool]:
    """Return the digits of a text that may be a telephone, and whether it can be nothing else."""
    # Accents are none of a telephone's; case is.
    text = _SPACES.sub(" ", text).strip().lower()
    said = _SAID_BEFORE.match(text)
    text = _EXTENSION.sub("", text[said.end() :] if said else text)
    # 22/123 45 67: a slash after an area code.
    text = text.replace("/", " ")
    if not _DIALLED.fullmatch(text):
        return "", False
    digits = _national(text)
    apart = len(digits) >= _NATIONAL and not text.isdigit()
    dialled = bool(said) or apart or text.startswith(("+", "00"))
    return (digits if len(digits) >= _AREA else ""), dialled


def _national(text: str) -> str:
    """Return the digits of a telephone without the prefix of Poland, a leading 0 or 00."""
    text = re.sub(r"[^0-9+]", "", text)
    if found := _PREFIX.match(text):
        text = text[found.end() :]
    digits = text.replace("+", "").lstrip("0")
    rest = digits[2:].lstrip("0")
    # 48601234567: as some programs keep it.
    return rest if digits.startswith("48") and len(rest) == _NATIONAL and len(digits) > _NATIONAL else digits


@lru_cache(10_000)
def _numbers(text: str) -> tuple[str, ...]:
    """Return the telephones of a field that may have several, and their extensions."""
    found: list[str] = []
    for part in re.split(r"(?=\+)|[;,\n]|[^\W\d_]+", text):
        sides = part.split("/")
        whole = len(sides) > 1 and all(len(_national(side)) > 2 * _AREA for side in sides)
        found += sides if whole else [" ".join(sides)]
    return tuple(filter(None, map(_national, found)))


def _rings(phone: str, numbers: tuple[str, ...]) -> bool:
    if len(phone) == _AREA:
        return any(number.startswith(phone) or number.endswith(phone) for number in numbers)
    return any(phone in number or f"48{number}".startswith(phone) for number in numbers)


def _has(word: str, hay: str, ref: str, phones: str, whole: str) -> bool:
    """Whether a thing has one word; digits alone begin a number in it, or a telephone."""
    if not _DIGITS.fullmatch(word):
        one = _runs(word)
        return word in whole or (len(one) > 1 and one == _runs(ref))
    if _runs(word) == _runs(ref)[-1:] or re.search(rf"(?<![0-9]){word}", hay):
        return True
    return len(word) >= _AREA and _rings(word, _numbers(phones))
