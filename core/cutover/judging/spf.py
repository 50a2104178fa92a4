"""A reader of SPF texts (RFC 7208), without asking anybody: what a text says, and what is wrong with it.

    read_spf("v=spf1 mx ip4:192.0.2.7/24 -all").terms
    # Term("+", "mx", "", None, None), Term("+", "ip4", "192.0.2.7/24", ...), Term("-", "all", "", ...)

Names of mechanisms and of modifiers, and the version too, mean the same in any letters (RFC 5234 s. 2.3). One mistake
anywhere, behind "all" too, makes the whole text an error for whoever reads it (RFC 7208 s. 4.6). Blanks are spaces: a
tab is a mistake. What includes lead to is not counted here.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, NamedTuple

LONGEST = 4_096
"""Letters of a text that are read: no server sends that much in an answer that others take."""
LOOKUPS = 10
"""Terms of a text that ask the DNS, at most (RFC 7208 s. 4.6.4)."""
DEEPEST = {4: 32, 6: 128}
"""Bits of an address."""

Fault = Literal["version", "length", "term", "value", "address", "domain", "macro", "twice"]
"""What is wrong: no SPF; too long to be read; no such mechanism; a value that is missing or where none goes; no address
or network; no name of a domain; no macro; a modifier that may stand once."""


class Term(NamedTuple):
    """A directive. `mechanism` in lower case; `value`: a name, an address with its network, "" where none stands.

    `network`: of ip4 and ip6, whose host bits do not count; `four`, `six`: bits of the network around each address that
    `a` and `mx` lead to.
    """

    qualifier: str
    mechanism: str
    value: str = ""
    network: IPv4Network | IPv6Network | None = None
    four: int = 32
    six: int = 128


class Mistake(NamedTuple):
    """What is wrong with a text, and the word where it is."""

    fault: Fault
    word: str


@dataclass(frozen=True, slots=True)
class Spf:
    """What a text says: directives in order, modifiers (name in lower case, value) in order, mistakes in order."""

    terms: tuple[Term, ...] = ()
    modifiers: tuple[tuple[str, str], ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def counting(self) -> tuple[Term, ...]:
        """The directives up to "all": those behind it are never looked at (RFC 7208 s. 5.1)."""
        end = next((at for at, term in enumerate(self.terms) if term.mechanism == "all"), len(self.terms))
        return self.terms[: end + 1]

    @property
    def all(self) -> str | None:
        """The qualifier of "all"; None where there is none."""
        return next((term.qualifier for term in self.terms if term.mechanism == "all"), None)

    @property
    def redirect(self) -> str | None:
        """Where the rest stands; with an "all" anywhere it does not count (RFC 7208 s. 6.1)."""
        return dict(self.modifiers).get("redirect") if self.all is None else None

    @property
    def lookups(self) -> int:
        """How many terms of the text itself ask the DNS."""
        return sum(term.mechanism in _ASKING for term in self.counting) + (self.redirect is not None)


_ASKING = frozenset(("include", "a", "mx", "ptr", "exists"))
_VERSION = re.compile(r"v=spf1(?= |\Z)", re.IGNORECASE)
# A letter that is no ASCII, a tab: no term has one (RFC 7208 s. 12), and \Z takes no line's end.
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=([\x21-\x7e]*)\Z")
_DIRECTIVE = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9]*)((?:[:/][\x21-\x7e]*)?)\Z")
_NUMBER = r"0|[1-9][0-9]{0,2}"
_BITS = re.compile(rf"(.*?)(?:/({_NUMBER}))?(?://({_NUMBER}))?\Z")
_NETWORK = re.compile(rf"([0-9A-Fa-f:.]+)(?:/({_NUMBER}))?\Z")
_MACRO = r"%\{[slodiphcrtvSLODIPHCRTV][0-9]*[rR]?[.+,/_=-]*\}|%[%_-]"
_MACRO_STRING = rf"(?:{_MACRO}|[\x21-\x24\x26-\x7e])*"
_MACROS = re.compile(rf"{_MACRO_STRING}\Z")
# RFC 7208 s. 12, domain-spec: its end is a macro, or a label that is no number behind a dot.
_DOMAIN = re.compile(rf"{_MACRO_STRING}(?:{_MACRO}|\.(?![0-9]+\.?\Z)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?)\Z")


def is_spf(text: str) -> bool:
    """Tell whether a text is SPF: the version, in any letters, and then a blank or nothing (RFC 7208 s. 4.5).

    >>> is_spf("V=SPF1 -all"), is_spf("v=spf10 -all")
    (True, False)
    """
    return _VERSION.match(text) is not None


def read_spf(text: str) -> Spf:
    """Return what an SPF text (without escapes) says; of one that is no SPF, or too long, only that mistake.

    >>> read_spf("v=spf1 ip4:192.0.2.300 -all").mistakes
    (Mistake(fault='address', word='ip4:192.0.2.300'),)
    """
    if not is_spf(text):
        return Spf(mistakes=(Mistake("version", text[:40]),))
    if len(text) > LONGEST:
        return Spf(mistakes=(Mistake("length", text[:40]),))
    words = [word for word in text[len("v=spf1") :].split(" ") if word]
    read = [_word(word) for word in words]
    modifiers = tuple((one.name, one.value) for one in read if isinstance(one, _Modifier))
    mistakes = [Mistake(one, word) for one, word in zip(read, words, strict=True) if isinstance(one, str)]
    return Spf(
        tuple(one for one in read if isinstance(one, Term)),
        modifiers,
        (*mistakes, *_twice(name for name, _ in modifiers)),
    )


class _Modifier(NamedTuple):
    name: str
    value: str


def _twice(names: Iterator[str]) -> tuple[Mistake, ...]:
    # RFC 7208 s. 6: these two; others may stand as often as they like.
    found = list(names)
    return tuple(Mistake("twice", name) for name in ("redirect", "exp") if found.count(name) > 1)


def _word(word: str) -> Term | _Modifier | Fault:
    if modifier := _MODIFIER.match(word):
        return _modifier(modifier[1].lower(), modifier[2])
    directive = _DIRECTIVE.match(word)
    read = _MECHANISMS.get(directive[2].lower()) if directive else None
    if not directive or not read:
        return "term"
    return read(Term(directive[1] or "+", directive[2].lower()), directive[3])


def _modifier(name: str, value: str) -> _Modifier | Fault:
    if name in ("redirect", "exp"):
        return _domain_fault(value) or _Modifier(name, value)
    return _Modifier(name, value) if _MACROS.match(value) else "macro"


def _domain_fault(text: str) -> Fault | None:
    if not text:
        return "value"
    if not _MACROS.match(text):
        return "macro"
    return None if _DOMAIN.match(text) else "domain"


def _bare(term: Term, rest: str) -> Term | Fault:
    return "value" if rest else term


def _named(term: Term, rest: str) -> Term | Fault:
    if not rest.startswith(":"):
        return "value"
    return _domain_fault(rest[1:]) or term._replace(value=rest[1:])


def _perhaps_named(term: Term, rest: str) -> Term | Fault:
    return _named(term, rest) if rest else term


def _hosts(term: Term, rest: str) -> Term | Fault:
    """Read `a`, `a:name`, `a/24`, `a:name/24//64`; a name may have slashes, what is behind the last is a number."""
    found = _BITS.match(rest)
    if not found:
        return "value"
    name, four, six = found[1], int(found[2] or DEEPEST[4]), int(found[3] or DEEPEST[6])
    if four > DEEPEST[4] or six > DEEPEST[6]:
        return "value"
    named = _perhaps_named(term, name)
    return named._replace(four=four, six=six) if isinstance(named, Term) else named


def _network(term: Term, rest: str) -> Term | Fault:
    found = _NETWORK.match(rest[1:]) if rest.startswith(":") else None
    if not found:
        return "address" if rest else "value"
    try:
        network = ip_network(rest[1:], strict=False)
    except ValueError:
        return "address"
    if f"ip{network.version}" != term.mechanism:
        return "address"
    return term._replace(value=rest[1:], network=network)


_MECHANISMS: dict[str, Callable[[Term, str], Term | Fault]] = {
    "all": _bare,
    "include": _named,
    "exists": _named,
    "a": _hosts,
    "mx": _hosts,
    "ptr": _perhaps_named,
    "ip4": _network,
    "ip6": _network,
}
