"""What a page says to people: its title, its visible text, and what to know its text again by.

The standard library's parser takes time by the square of what is left open, and fails on numbers of thousands of
digits: here is one pattern that never looks at a letter twice, and never fails to take what stands there.
"""

import codecs
import html
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from core.ground.validation import one_line

TITLE_MAX, TEXT_MAX = 200, 5_000
"""Letters that are kept."""
WORDS_FROM = 20_000
"""Letters of the text whose words count for likeness: enough to know a page by."""

LACKING_MAX, PIECE_MAX = 3, 120
"""Pieces of a text that another lacks, and letters of each, that are told."""


class PageText(NamedTuple):
    """What a page says. `words`: hashes of each three words that follow one another, the same in every process."""

    title: str = ""
    text: str = ""
    words: frozenset[int] = frozenset()


# A tag to its end: a ">" in a value between quotes is none. What is left open reaches to the end, as in browsers.
_ATTRIBUTES = r"""(?:[^>=]+|=\s*(?:"[^"]*"|'[^']*')?)*(?:>|\Z)"""
_UNSEEN = "script|style|template|svg|iframe|noembed|noframes|object|math|select|textarea"
_PART = re.compile(
    rf"""
      (?P<text>[^<]+)
    | <!--(?:-?>|.*?(?:-->|\Z))
    | <title(?![^\s/>]){_ATTRIBUTES}(?P<title>.*?)(?=</title|\Z)
    | <(?P<unseen>{_UNSEEN})(?![^\s/>]){_ATTRIBUTES}.*?(?=</(?P=unseen)(?![a-z0-9-])|\Z)
    | </?(?P<tag>[a-z][^\s/>]*){_ATTRIBUTES}
    | <[!?/][^>]*(?:>|\Z)
    | (?P<lone><)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_INLINE = re.compile(
    "a|abbr|b|bdi|bdo|big|cite|code|em|font|i|ins|kbd|mark|q|s|small|span|strong|sub|sup|tt|u|wbr", re.IGNORECASE
)

# No letter has a number so long, and int() refuses thousands of digits.
_LONG_NUMBER = re.compile(r"&#(?:[0-9]{9,}|[xX][0-9a-fA-F]{9,});?")
_WORD = re.compile(r"\w+")

# Encoding Standard s. 4.2, what is met of it. A label is looked up in nothing else: codecs of Python's unpack, too.
_CHARSETS = re.compile(
    "utf-8|us-ascii|iso-8859-(?:[1-9]|1[03456])|windows-125[0-8]|koi8-[ru]|ibm866|gbk|gb2312|gb18030|big5"
    "|euc-jp|shift_jis|euc-kr|utf-16[bl]e"
)
_ALIASES = {"utf8": "utf-8", "ascii": "us-ascii", "latin1": "iso-8859-1", "latin2": "iso-8859-2", "utf-16": "utf-16le"}
_ALIASES |= {"iso8859-1": "iso-8859-1", "iso8859-2": "iso-8859-2", "cp1250": "windows-1250", "cp1252": "windows-1252"}
_SAID = re.compile(r"charset\s*=\s*[\"']?\s*([a-z0-9_:-]{1,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF16_BE, "utf-16be"))
_META_WITHIN = 1024
_READ = ("text/", "application/xhtml", "application/xml", "application/json", "application/ld+json")


def read_page(content: bytes, content_type: str = "") -> PageText:
    """Return what a page says; nothing where its type (the header's value) is no text. Never raises.

    Titles and texts are on one line, their entities are letters; tags, scripts and comments are gone.
    """
    kind = content_type[:1_000].strip().lower()
    if kind and not kind.startswith(_READ):
        return PageText()
    letters = content.decode(_charset(content, kind), "replace")
    if kind.startswith(("text/plain", "application/json", "application/ld")):
        title, text = "", one_line(letters)
    else:
        title, text = _seen(letters)
    return PageText(title[:TITLE_MAX], text[:TEXT_MAX], triples(f"{title} {text}"))


def triples(text: str) -> frozenset[int]:
    """Return the hashes of each three words of a text; words with digits (dates, counters, tokens) do not count.

    >>> triples("Sklep z różami, 12 sierpnia") == triples("sklep Z różami sierpnia")
    True
    """
    words = [word for word in _WORD.findall(text[:WORDS_FROM].casefold()) if word.isalpha()]
    if 0 < len(words) < 3:
        return frozenset((_hash(words),))
    return frozenset(_hash(words[at : at + 3]) for at in range(len(words) - 2))


# The same pages are drawn again and again.
@lru_cache(maxsize=512)
def lacking(text: str, words: frozenset[int]) -> tuple[str, ...]:
    """Return what of a text is not among the triples of another, in its order: a few pieces, each bounded.

    Of fewer than three words nothing can be told.

    >>> lacking("Kup herbatę z malin, telefon Ani, otwarte w piątki", triples("Kup herbatę z malin, otwarte w piątki"))
    ('telefon Ani',)
    """
    found = [word for word in _WORD.finditer(text[:WORDS_FROM]) if word[0].isalpha()]
    folded = [word[0].casefold() for word in found]
    there = [False] * len(found)
    for at in range(len(found) - 2):
        if _hash(folded[at : at + 3]) in words:
            there[at : at + 3] = True, True, True
    if len(found) < 3:
        return ()
    runs = (
        [word for word, _ in run] for known, run in groupby(zip(found, there, strict=True), itemgetter(1)) if not known
    )
    return tuple(text[run[0].start() : run[-1].end()][:PIECE_MAX] for run in islice(runs, LACKING_MAX))


def _hash(words: list[str]) -> int:
    # Not hash(): it differs from process to process, and results are compared later. Halves of letters have no UTF-8.
    return zlib.crc32(" ".join(words).encode("utf-8", "replace"))


def _charset(content: bytes, kind: str) -> str:
    """Return the encoding: a mark before all, what the header says, what the page says of itself, else what fits."""
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return charset
    for said in (kind, content[:_META_WITHIN].decode("ascii", "replace")):
        found = _SAID.search(said)
        label = found[1].lower() if found else ""
        label = _ALIASES.get(label, label)
        if _CHARSETS.fullmatch(label):
            return label
    try:
        # The end may be in the middle of a letter.
        codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return "windows-1250"
    return "utf-8"


def _seen(letters: str) -> tuple[str, str]:
    """Return the title and the visible text of HTML, each on one line."""
    titles: list[str] = []
    text = "".join(_pieces(letters.replace("\0", ""), titles))
    return one_line(titles[0]) if titles else "", one_line(text)


def _pieces(letters: str, titles: list[str]) -> Iterator[str]:
    for part in _PART.finditer(letters):
        kind = part.lastgroup
        if kind == "text":
            yield _unescaped(part[0])
        elif kind == "title":
            titles.append(_unescaped(part["title"]) if not titles else "")
        elif kind == "lone":
            yield "<"
        elif kind != "tag" or not _INLINE.fullmatch(part["tag"]):
            yield " "


def _unescaped(text: str) -> str:
    return html.unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text)) if "&" in text else text
