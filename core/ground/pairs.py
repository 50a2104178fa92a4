"""A login with its password beside it, known by shape alone: `klos / Zima2026!`, `admin:Qwerty12#`, `u: a p: Zima1!`.

    pair_in("klos / Zima2026!"), pair_in("klos / kotek123", access=True)

Texts come here without accents, their white space single. What a word looks like is graded; how high it must be depends
on what says besides that it is a password: a header such as "dostęp", a label such as "login:", or nothing but a slash.
Time is proportional to the text: every word is looked at once, and none that is longer than a password.
"""

import re
from enum import IntEnum
from typing import Literal

Certainty = Literal["", "shape", "sure"]
"""Whether there is a pair; "shape": only a shape says so, and somebody who knows may say that it is none."""

HOST = re.compile(r"(?=.{1,253}$)(?:[\w-]{1,63}\.)+(?:[^\W\d][\w-]{1,62}|\d{1,3})\.?")
MAIL = re.compile(r"[^@\s;:]{1,64}@(?:[\w-]{1,63}\.){1,10}[^\W\d][\w-]{1,62}")

_ACCESS = re.compile(
    r"(?<![^\W_])(?:dostep[a-z]{0,4}|logowani[a-z]{0,2}|login[a-z]{0,3}|[a-z]{0,6}panel[a-z]{0,4}|s?ftps?|ssh|baz(?:a|y|ie)"
    r"|db|mysql|wp|wordpress|admin[a-z]{0,9}|cms|directadmin|plesk|phpmyadmin|access(?:es)?|kont(?:o|a)|accounts?|rdp|vpn)"
    r"(?![^\W_])",
    re.IGNORECASE,
)
"""Headers, and beginnings of a line, under which a pair is surely one; by themselves they refuse nothing."""

_WORTH_A_LOOK = re.compile(r"\d|[!#$%^&*@~?]|(?:login|user|usr|uzytk|konto|account|[ul]) ?[:=]", re.IGNORECASE)
"""Most cells are names and words; without one of these there is no password, but under a header about access."""

_WORDY = 60
"""Letters of a header that may begin a line."""


class Grade(IntEnum):
    """How much a word by itself looks like a chosen password."""

    NONE = 0
    WEAK = 1
    """kotek123, Kotek12: a name of an account or of a program looks the same."""
    MIXED = 2
    """Zima2026, xK9mPq2v."""
    STRONG = 3
    """Zima2026!, Tr0ub4dor&3, $ezam123."""


_SHORTEST, _LONGEST = 5, 40
_LONGEST_MIXED = 24
"""What is longer without a sign is a check sum or an id."""
_SIGNS = frozenset("!#$%^&*@~?")
_CAPITALISED = re.compile(r"[A-Z][a-z]+\d{1,3}")
_NO_WORD = re.compile(r".*(?:://|\\|=)|/|(?:ticket|zgl[a-z]*|zlec[a-z]*|case|nr|id|bug|issue)\W?\d+$", re.IGNORECASE)
_PRODUCT = re.compile(
    r"(?:[a-z]{0,12}(?:office|exchange|outlook|windows|server|serwer|prestashop|magento|joomla|drupal|wordpress|typo|php"
    r"|mysql|mariadb|postgres|postgresql|ubuntu|debian|centos|microsoft|cloudpanel|divi|astra|plesk|oauth|ipv|utf8mb|ed"
    r"|sha|etap|faza|krok|host|srv|mail|poczta|konto|sklep|strona|plan|rok|year|iphone|ipad|galaxy|thunderbird|firefox|chrome|android))[\d.-]+",
    re.IGNORECASE,
)
_OPENS, _CLOSES = "\"'`„”“‚’([<", "\"'`„”“‚’)]>,;."

_BEFORE = _OPENS + "=*•·>#+@~-–—"


def graded(word: str) -> Grade:
    """Return how much a word looks like a password that somebody chose.

    >>> [graded(word).name for word in ("Zima2026!", "Zima2026", "kotek123", "Office365", "klos")]
    ['STRONG', 'MIXED', 'WEAK', 'NONE', 'NONE']
    """
    if not _SHORTEST <= len(word) <= _LONGEST:
        return Grade.NONE
    digits = any(letter.isdigit() for letter in word)
    # A question may end in a sign of its own.
    signs = sum(letter in _SIGNS for letter in word.rstrip("?"))
    if not (digits or signs > 1) or not any(letter.isalpha() for letter in word):
        return Grade.NONE
    # jan@firma.pl, root@10.0.0.1
    host = word.rpartition("@")[2]
    if _NO_WORD.match(word) or HOST.fullmatch(host) or _PRODUCT.fullmatch(word):
        return Grade.NONE
    if signs and (digits or len(word) >= 8):
        return Grade.STRONG
    if not digits or not re.fullmatch(r"[\w-]+", word):
        return Grade.NONE
    lower, upper = any(map(str.islower, word)), any(map(str.isupper, word))
    if lower and upper and len(word) >= 7 and not _CAPITALISED.fullmatch(word):
        return Grade.MIXED if len(word) <= _LONGEST_MIXED else Grade.NONE
    return Grade.WEAK if lower and len(word) >= 6 and "_" not in word else Grade.NONE


def access_header(name: str) -> bool:
    """Return whether a column, or what begins a line, is about access; the name without accents.

    >>> access_header("dostep FTP"), access_header("wp-admin"), access_header("uwagi")
    (True, True, False)
    """
    return len(name) <= _WORDY and _ACCESS.search(name) is not None


def pair_in(text: str, *, access: bool = False) -> Certainty:
    """Return whether a login and its password stand in a text; `access`: it stands under a header about access."""
    if not access and not _WORTH_A_LOOK.search(text):
        return ""
    found: Certainty = ""
    before = ""
    for line in text.splitlines():
        words = line.split()
        told = _in_line(line, words, access) or _below(before, words)
        if told == "sure":
            return told
        found, before = found or told, words[0] if len(words) == 1 else ""
    return found if not access or not found else "sure"


def _in_line(line: str, words: list[str], access: bool) -> Certainty:
    head, colon, _ = line[: _WORDY + 1].partition(":")
    if not access and colon and head not in _DEFAULTS_OF_ALL and "_" not in head:
        access = access_header(head)
    found: Certainty = ""
    if marked := _marked(line):
        found = "sure" if access else marked
    if found != "sure" and _shaped(words, access):
        found = "sure" if access else "shape"
    return found


# -- labels: login: klos / Zima2026!

_USER = r"login|user(?:name|id)?|usr|uzytkownik[a-z]{0,3}|uzytk\.?"
_LABELLED = re.compile(rf"(?<!\w)(?:(?P<user>{_USER})|konto|account) ?[:=] ?", re.IGNORECASE)
_BESIDE = re.compile(r"([^\s,;|/]{1,64})( ?[/|]{1,2} ?| ?[;,] ?| (?:[-–—=]|->|→) | )(\S{3,64})")
_BOTH = re.compile(
    rf"(?<!\w)(?:(?P<user>{_USER}|log)|u|l) ?[:=] ?\S{{1,64}}?[\s,;/|&]{{1,4}}"
    r"(?:p|h|pw|psw|pass|has[a-z]?|pwd) ?[:=] ?(?P<given>\S{3,64})",
    re.IGNORECASE,
)
_ORDINARY = re.compile(
    r"\d[\d.,:/-]*(?:[a-z]{1,2})?|[\W_]*|brak|nd|n/d|none|panel[a-z]*|ftp|ssh|klient[a-z]*|haslo|skrzynk[a-z]*|poczt[a-z]*|dzial|biuro|limit|tel|poda[a-z]*|jak|bez|nowy|stary"
    r"|tak|nie|ok|yes|no|[^:=]{0,63}[:=].{0,64}",
    re.IGNORECASE,
)


def _marked(line: str) -> Certainty:
    found: Certainty = ""
    if ":" not in line and "=" not in line:
        return found
    for label in _LABELLED.finditer(line):
        beside = _BESIDE.match(line, label.end())
        if not beside:
            continue
        between, given = beside[2].strip(), _bare(beside[3])
        grade = graded(given)
        if grade >= (Grade.WEAK if label["user"] and between and between[0] in "/|" else Grade.MIXED):
            return "sure"
        if label["user"] and between and between[0] in "/|" and len(given) >= 3:
            plain = _ORDINARY.fullmatch(given) or MAIL.fullmatch(given) or HOST.fullmatch(given)
            found = found or ("" if plain else "shape")
    for both in _BOTH.finditer(line):
        given = _bare(both["given"])
        if not _ORDINARY.fullmatch(given) and (both["user"] or graded(given)):
            return "sure" if both["user"] else "shape"
    return found


# -- shapes: klos / Zima2026!

_LOGIN = re.compile(r"[A-Za-z][\w.-]{1,40}")
_BETWEEN = frozenset(("/", "//", "|", "||", "-", "–", "—", ":", "->", "→", "=", ";", ",", ">>", "=>"))
_ENDS = "/|:;,="
_NAMES_SOMETHING = re.compile(
    r"uwag[ai]|klient[a-z]?|firma|kampania|akcja|promocja|temat|projekt|sklep|nazwa|poczta|system|komputer|motyw|plik|backup"
    r"|kod|wersja|note|client|campaign|project|company|theme|file|order|zlecenie|faktura|ticket|zgloszenie|adres|domena|git"
    r"|domain|version|subject|haslo|https?|mailto|sha\d*|md5|ssh-[a-z0-9]+",
    re.IGNORECASE,
)
"""What no login is called before a colon: a sentence about something goes on behind it."""
_DEFAULTS = frozenset(("admin", "administrator", "root", "user", "test", "ftp", "wordpress", "demo"))
_DEFAULTS_OF_ALL = frozenset(("admin", "administrator"))
"""What is a login before a colon, and not what the line is about."""


def _shaped(words: list[str], access: bool) -> bool:
    for place, word in enumerate(words):
        if _inside(word, access):
            return True
        given = _bare(word.lstrip(_ENDS))
        grade = graded(given)
        if grade == Grade.STRONG and access:
            return True
        if not place or (not grade and not (access and given in _DEFAULTS)):
            continue
        before, mark = words[place - 1], ""
        if before in _BETWEEN:
            if place == 1:
                continue
            before, mark = words[place - 2], before
        elif before[-1] in _ENDS:
            before, mark = before[:-1], before[-1]
        elif word[0] in _ENDS:
            mark = word[0]
        elif word[0] == "(" and grade == Grade.STRONG:
            mark = "("
        elif not (MAIL.fullmatch(before) or (access and len(words) <= 3)):
            continue
        if _pair(_named(before), mark, given, grade, access):
            return True
    return False


def _inside(word: str, access: bool) -> bool:
    """Return whether a word without a space is a pair: admin:Qwerty12#."""
    if len(word) > 2 * _LONGEST or "://" in word:
        return False
    for mark in _ENDS:
        name, there, given = word.partition(mark)
        if not there or not name:
            continue
        given = _bare(given.lstrip(_ENDS))
        grade = graded(given)
        path = mark in "/=" and (HOST.fullmatch(_bare(name)) or grade < (Grade.MIXED if access else Grade.STRONG))
        if path and not (access and given in _DEFAULTS):
            continue
        if _pair(_named(name), mark, given, grade, access):
            return True
    return False


def _pair(name: str, mark: str, given: str, grade: Grade, access: bool) -> bool:
    mail = MAIL.fullmatch(name) is not None
    if not mail and (not _LOGIN.fullmatch(name) or (HOST.fullmatch(name) and grade < Grade.STRONG)):
        return False
    if access and name in _DEFAULTS and given == name:
        return True
    if mark not in ("/", "//", "|", "||") and _NAMES_SOMETHING.fullmatch(name):
        return False
    if grade == Grade.STRONG:
        return True
    if _stem(name) == _stem(given) or not (mail or name == name.lower()):
        return False
    # Beside nothing but a space it is a name and a number of something.
    return grade >= (Grade.WEAK if access and mark else Grade.MIXED)


def _stem(word: str) -> str:
    return re.sub(r"[\d_-]+", "", word)


def _bare(word: str) -> str:
    return word.lstrip(_OPENS).rstrip(_CLOSES)


def _named(word: str) -> str:
    """Return a login without what stands before it: a formula's sign, a bullet."""
    return _bare(_bare(word).lstrip(_BEFORE))


def _below(before: str, words: list[str]) -> Certainty:
    """Return whether a line of one word is a password below a line that is its login."""
    if not before or len(words) != 1 or graded(_bare(words[0])) < Grade.STRONG:
        return ""
    return "shape" if MAIL.fullmatch(before) or (_LOGIN.fullmatch(before) and before == before.lower()) else ""
