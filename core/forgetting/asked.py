r"""Who asks to be forgotten, as they wrote it, and where in a text they stand: surely, or what resembles them.

    wanted = read("Jan Kowalski\n601 234 567\nkowalski.example")
    wanted.marks("Pan Jan Kowalski prosi o telefon")       # sure
    wanted.marks("Janina Kowalska")                        # resembles: never sure, so nobody takes a stranger along

Names are compared folded and by whole words, numbers by their digits however they are grouped, with the country's code
or without; a domain or an address is another one with any other letter, so accents count there.
"""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from core.dns.names import parse_name
from core.ground.messages import FieldError, InputError, Message
from core.ground.text_limits import CELL, bounded
from core.ground.validation import composed, one_line
from core.ground.words import fold

MOST = 20
"""Names, numbers, addresses and domains of one person that are looked for at once."""
_LONGEST = 200
_SHORTEST = 3
_OWN = 5
"""Letters of a word that alone says something of a name of two."""

Kind = Literal["name", "number", "email", "domain"]

_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_NUMBER = re.compile(r"(?:(?:nip|vat|pl|tel|telefon|kom)[ .:]*)*[+(]*[0-9][0-9 ().+/-]*")
_BEFORE_DIGITS = re.compile(r"(?:pl|nip|tel)?([0-9]+)")
_COUNTRY = "48"
_JOINS = "-'’"
_BETWEEN_DIGITS = re.compile(r"[ .()/+-]*")
_ADDRESS = re.compile(r"[^\s@]+@([^\s@]+)")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in a text something of the person stands, from a letter to before another. `sure`: no stranger's."""

    start: int
    end: int
    sure: bool


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    folded: str
    lower: str


@dataclass(frozen=True, slots=True)
class Needle:
    """One thing that is looked for: `parts` are its words folded, of an address its labels, of a number its digits."""

    kind: Kind
    parts: tuple[str, ...]
    between: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What is looked for; `lines` as they were read."""

    lines: tuple[str, ...]
    needles: tuple[Needle, ...]
    _known: dict[tuple[str, bool], tuple[Mark, ...]] = field(default_factory=dict, repr=False, compare=False)

    def marks(self, text: str, *, name: bool = False) -> tuple[Mark, ...]:
        """Return where the person stands in a text, in order, none over another; `name`: it is somebody's whole name.

        A longer name that only begins with theirs is somebody else's.
        """
        if (text, name) not in self._known:
            if len(self._known) > 200_000:
                self._known.clear()
            self._known[text, name] = tuple(_apart(self._marks(text, name)))
        return self._known[text, name]

    def sure(self, text: str, *, name: bool = False) -> bool:
        """Whether a text surely holds something of the person."""
        return any(mark.sure for mark in self.marks(text, name=name))

    def without(self, text: str, mark: str) -> str:
        """Return a text with a mark in place of all that resembles the person."""
        for found in reversed(self.marks(text)):
            text = f"{text[: found.start]}{mark}{text[found.end :]}"
        return text

    def stems(self) -> list[str]:
        """Return beginnings of words of which a folded name that resembles one of theirs has at least one."""
        return [*dict.fromkeys(stem for needle in self.needles if needle.kind == "name" for stem in _stems(needle))]

    def domains(self) -> list[str]:
        """Return the domains that are looked for, as the DNS has them and as people read them."""
        return ["".join(_zipped(needle)) for needle in self.needles if needle.kind == "domain"]

    def _marks(self, text: str, name: bool) -> Iterator[Mark]:
        folded, lower = fold(text), text.lower()
        digits = folded.replace(" ", "")
        words: list[_Word] | None = None
        for needle in self.needles:
            if needle.kind == "name":
                near = any(stem in folded for stem in _stems(needle))
            elif needle.kind == "number":
                near = needle.parts[0] in digits
            else:
                near = needle.parts[0] in lower
            if near:
                words = _words(text) if words is None else words
                yield from _FINDERS[needle.kind](needle, text, words, name)


def read(text: str) -> Asked:
    """Return what a client wrote, one thing a line; raises InputError on "person" where it says too little or much."""
    lines = [one_line(line) for line in re.split(r"[\n;]", bounded(text, "person", CELL, told=_LONGEST, secret=True))]
    return read_lines([line for line in lines if line])


def read_lines(lines: Sequence[str]) -> Asked:
    """Return what a client wrote, one thing each; raises InputError on "person"."""
    kept = [composed(one_line(bounded(line, "person", told=_LONGEST, secret=True))) for line in lines]
    if not any(kept):
        raise InputError(FieldError("person", "", Message("error.missing")))
    if len(kept) > MOST:
        raise InputError(FieldError("person", "", Message("error.at_most", {"le": MOST})))
    needles: dict[Needle, None] = {}
    for line in kept:
        if len(line) > _LONGEST:
            raise InputError(FieldError("person", "", Message("error.too_long", {"max_length": _LONGEST})))
        if len(fold(line).replace(" ", "")) < _SHORTEST:
            raise InputError(FieldError("person", line, Message("error.forget_short", {"ge": _SHORTEST})))
        needles |= dict.fromkeys(_needles(line))
    return Asked(tuple(kept), tuple(needles))


def _needles(line: str) -> Iterator[Needle]:
    digits = "".join(letter for letter in line if letter in "0123456789")
    if len(digits) >= 7 and _NUMBER.fullmatch(line.lower()):
        yield Needle("number", (_national(digits),))
        return
    if _ADDRESS.fullmatch(line):
        yield _exactly("email", line.lower())
        return
    if "." in line and " " not in line and (names := _domain(line)):
        yield from (_exactly("domain", name) for name in names)
        return
    words = _words(line)
    yield Needle("name", tuple(word.folded for word in words), _gaps(line, words))


def _national(digits: str) -> str:
    """Return a number without the code of the country."""
    bare = digits.lstrip("0")
    return bare.removeprefix(_COUNTRY) if len(bare) == len(_COUNTRY) + 9 else bare


def _domain(line: str) -> tuple[str, ...]:
    """Return a domain as the DNS has it and as people read it, without www; nothing where a line is none."""
    try:
        found = parse_name(line)
    except InputError as error:
        inside = str(error.errors[0].message.values.get("name", ""))
        try:
            found = parse_name(inside)
        except InputError:
            return ()
    return tuple({name.removeprefix("www."): None for name in (found.ascii, found.display)})


def _exactly(kind: Kind, text: str) -> Needle:
    words = _words(text)
    return Needle(kind, tuple(word.lower for word in words), _gaps(text, words))


def _zipped(needle: Needle) -> Iterator[str]:
    for part, gap in zip(needle.parts, (*needle.between, ""), strict=True):
        yield part + gap


def _stem(word: str) -> str:
    return word[: max(_SHORTEST, len(word) - 2)]


def _stems(needle: Needle) -> Iterator[str]:
    telling = [part for part in needle.parts if len(part) >= _OWN] or [max(needle.parts, key=len)]
    return map(_stem, telling)


# -- in a text


def _words(text: str) -> list[_Word]:
    """Return the words of a text with where they stand; one that folds into several has one place."""
    found: list[_Word] = []
    for match in _WORD.finditer(text):
        whole = match[0]
        for part in fold(whole).split(" "):
            found.append(_Word(match.start(), match.end(), part, whole.lower()))
    return found


def _gaps(text: str, words: Sequence[_Word]) -> tuple[str, ...]:
    """Return what stands between words."""
    return tuple(text[one.end : next.start] for one, next in pairwise(words))


def _apart(marks: Iterator[Mark]) -> Iterator[Mark]:
    """Yield marks in order; of those over one another the sure one, then the longer."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (not mark.sure, mark.start - mark.end, mark.start)):
        place = bisect(kept, mark.start, key=lambda other: other.start)
        clear = place == 0 or kept[place - 1].end <= mark.start
        if clear and (place == len(kept) or mark.end <= kept[place].start):
            kept.insert(place, mark)
    yield from kept


def _at(text: str, place: int) -> str:
    return text[place] if 0 <= place < len(text) else ""


def _letter(letter: str) -> bool:
    return letter.isalnum()


def _names(needle: Needle, text: str, words: list[_Word], name: bool) -> Iterator[Mark]:
    count = len(needle.parts)
    for first in range(len(words) - count + 1):
        here = words[first : first + count]
        start, end = here[0].start, here[-1].end
        if tuple(word.folded for word in here) == needle.parts:
            all_of_it = count == len(words)
            sure = all_of_it if name or count == 1 else not _joined(text, start, end) and _spoken(needle, text, here)
            yield Mark(start, end, sure)
            continue
        other_order = sorted(word.folded for word in here) == sorted(needle.parts)
        if other_order or all(_inflected(part, word.folded) for part, word in zip(needle.parts, here, strict=True)):
            yield Mark(start, end, False)
    if count == 2:
        # Somebody is often called by one of two names.
        own = [part for part in needle.parts if len(part) >= _OWN]
        yield from (
            Mark(word.start, word.end, False) for word in words if any(_inflected(part, word.folded) for part in own)
        )


def _joined(text: str, start: int, end: int) -> bool:
    """Whether words are a part of more: of a double name, of an address."""
    before = _at(text, start - 1) in _JOINS and _letter(_at(text, start - 2)) if start > 1 else False
    after = bool(_at(text, end)) and _at(text, end) in f"{_JOINS}@" and (_letter(_at(text, end + 1)))
    return before or after


def _spoken(needle: Needle, text: str, here: list[_Word]) -> bool:
    """Whether words stand beside each other as in what was asked, or with a blank between them."""
    gaps = zip(_gaps(text, here), needle.between, strict=True)
    return all(gap == asked or any(map(str.isspace, gap)) for gap, asked in gaps)


def _inflected(part: str, word: str) -> bool:
    """Whether a word may be another form of a part of a name: Kowalskiego, Kowalska."""
    return part == word or (len(part) >= _SHORTEST and word.startswith(_stem(part)) and abs(len(word) - len(part)) <= 3)


def _numbers(needle: Needle, text: str, words: list[_Word], _name: bool) -> Iterator[Mark]:
    number = needle.parts[0]
    forms = {number, _COUNTRY + number, f"00{_COUNTRY}{number}", f"0{number}"}
    longest = max(map(len, forms))
    groups = [_BEFORE_DIGITS.fullmatch(word.folded) for word in words]
    for first, group in enumerate(groups):
        if group is None:
            continue
        held = ""
        for last in range(first, len(words)):
            next = groups[last]
            apart = last > first and not _BETWEEN_DIGITS.fullmatch(text[words[last - 1].end : words[last].start])
            if next is None or apart or len(held) > longest:
                break
            held += next[1]
            if held in forms:
                alone = not _goes_on(text, words, groups, first, last)
                yield Mark(words[first].start, words[last].end, alone)


def _goes_on(text: str, words: list[_Word], groups: list[re.Match[str] | None], first: int, last: int) -> bool:
    """Whether digits are a part of a longer number."""
    for one, next in ((first - 1, first), (last, last + 1)):
        if one >= 0 and next < len(words) and groups[one] is not None and groups[next] is not None:
            gap = text[words[one].end : words[next].start]
            if _BETWEEN_DIGITS.fullmatch(gap) and gap.strip("+ (") == "" and "+" not in gap:
                return True
            if gap in ("-", ".", "/"):
                return True
    return False


def _exact(needle: Needle, text: str, words: list[_Word], _name: bool) -> Iterator[Mark]:
    count = len(needle.parts)
    for first in range(len(words) - count + 1):
        here = words[first : first + count]
        if tuple(word.lower for word in here) != needle.parts or _gaps(text, here) != needle.between:
            continue
        start, end = here[0].start, here[-1].end
        before, after = _at(text, start - 1), _at(text, end)
        if (after and after in "-@_") or (after == "." and _letter(_at(text, end + 1))) or (before and before in "-_"):
            # zolw.pl is neither zolw.pl.example nor sklep-zolw.pl.
            continue
        if needle.kind == "domain" and before == "." and first and words[first - 1].lower == "www":
            start = words[first - 1].start
            before = _at(text, start - 1)
        if needle.kind == "email":
            if before and before in ".+%":
                continue
            yield Mark(start, end, True)
        else:
            # A name below it, or somebody's address there.
            yield Mark(start, end, before == "" or before not in ".@")


_FINDERS = {"name": _names, "number": _numbers, "email": _exact, "domain": _exact}
