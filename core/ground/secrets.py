"""No password is ever kept: columns and texts that look like one are refused, and never repeated while doing so.

    refuse_secrets("note", text)

Words and known forms say surely; of a login with its password beside it (`core.ground.pairs`) often only the shape.

Words are compared without accents and case, and as whole words: "tokenizacja" is no token. Every pattern takes time
proportional to the text, whatever the text.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from core.ground.messages import FieldError, InputError, Message
from core.ground.pairs import HOST, access_header, pair_in
from core.ground.text_limits import LINE

_NAMES = (
    r"hasl(?:o|a|em|u|e|om|ach|ami)|hasel",
    r"pass(?:word|wd|phrase|code)?s?|pwd|pins?|puk",
    r"token(?:s|y|u|em)?|secrets?|sekret(?:y|u|em)?",
    r"auth[ _-]?(?:info|code|key)|epp(?:[ _-]?(?:code|key|kod))?|kod[ _-](?:autoryzacyjny|auth|transferu)",
    r"klucz(?:e|a)?[ _-]?(?:api|prywatn[yea]|tajn[yea]|dostepu)|(?:api|private|access)[ _-]?keys?",
    r"dane[ _-](?:do[ _-])?(?:logowania|dostepowe)|credentials?|poswiadczenia",
)
"""What secrets are called, without accents."""
_STEMS = (
    *("hasl", "hasel", "pass", "pwd", "pin", "puk", "token", "secret", "sekret", "auth", "epp", "kod", "klucz"),
    *("api", "private", "access", "dane", "credential", "poswiadczen"),
)
"""Each of those names has one of these in it: a look that takes a twentieth of the time."""

_PLAIN = {ord("ł"): "l", ord("Ł"): "L", **dict.fromkeys([*range(0x300, 0x370), 0x200B, 0x200C, 0x200D, 0xFEFF, 0xAD])}
"""What decomposition leaves: accents, and letters nobody sees, are dropped."""


class _Bare(dict[int, str]):
    """What each letter is without its accents; letter by letter, as ordering many of them takes its time."""

    def __missing__(self, code: int) -> str:
        self[code] = bare = unicodedata.normalize("NFKD", chr(code)).translate(_PLAIN)
        return bare


_BARE = _Bare()

_NAME = rf"(?i:{'|'.join(_NAMES)})"
_HEADER = re.compile(rf"\b{_NAME}\b")
_ABOUT_A_CHANGE = re.compile(r"\b(?:zmian|zmien|chang|reset|zreset|wygas|expir|wazn|data\b|date\b|czy\b)")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_LOGIN = re.compile(r"\b(?:login|logowanie|user|username|usr|uzytkownik|konto|account)\b")

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}r?(?:T[\d:.Z+]*)?|\d{1,2}:\d{2}(?::\d{2})?"
_YES_NO = r"tak|nie|yes|no|ok|true|false|prawda|falsz|[01]|brak|none|nd|n/a|done|zmienion[eoay]|changed"
_SAID_OF_A_CHANGE = re.compile(rf"{_DATE}|{_YES_NO}|[tnyxvr]", re.IGNORECASE)

# A value is not far: a word or three may say what the password is for ("hasło do bazy danych: ...").
_LABEL = re.compile(
    rf"(?:(?<![A-Za-z0-9])|(?<=[a-z])(?=[A-Z])){_NAME}[0-9]{{0,2}}(?![A-Za-z0-9])"
    r"(?:(?P<of>(?: [\w.@/()-]{1,40}){0,3})[\"'*`)\]]{0,3} ?(?P<mark>[:=]+>?|->|→|(?<= )[-–—](?= )))?"
)
_LEADS_ON = re.compile(
    r"(?:zmienion[eoay]|ustawion[eoay]|changed|set|reset|nowe|new|to|na|jest|is|brzmi)", re.IGNORECASE
)
_COPULA = frozenset(("to", "na", "jest", "is", "brzmi"))
_FOR = frozenset(("do", "dla", "na", "od", "w", "for", "of", "to"))
_HARMLESS = re.compile(
    rf"{_DATE}|{_YES_NO}|\d{{1,3}}|[\W_]*|https?:\S*"
    r"|(?:nie)?(?:zmieni|ustaw|ustal|reset|zreset|przesl|przesy|przekaz|podaj?|podan|poda|wysl|wysy|otrzym|dosta|klien"
    r"|zna|jest|przenie|przechow|zapis|zachow|pozosta|bedzie|wygas|wazn|chang|unchang|unknown|send|sent|give)[a-z]*"
    r"|do|dla|na|od|w|we|u|z|po|przy|bez|jak|to|takie|taki|sam[oae]?|nowe|stare|nowy|stary"
    r"|jutro|dzis|wczoraj|pozniej|osobno|poniedzialek|wtorek|sroda|czwartek|piatek|sobota|niedziela|sejf|keepass|bitwarden"
    r"|patrz|zob|ma|mamy|maja|telefonicznie|telefon|tel|sms|sms-em|smsem|mail|e-mail|email|mailem|e-mailem|kontakt|login"
    r"|uwagi|domena|will|is|the|same|not|null|see|in|by|via|for|of|new|old|later|tomorrow|tba|tbd"
    r"|pass|fail|softfail|client|customer",
    re.IGNORECASE,
)
"""What may follow a label without being a secret: a sentence about it, a date, a link, dashes."""

_NUMBERED = re.compile(
    r"(?:server|serwer|host|ftp|srv|vps|ns|mx|web|wp|db|mysql|php|office|microsoft|exchange|windows|oauth|ipv|konto|panel"
    r"|[a-z])[\d.-]+",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[^@\s;:]{1,64}@[\w.-]{1,253}")
_PUNCTUATION = "-–—.,;:!?()[]<>\"'`*„”“‚’"
_AFTER = 200
"""Letters looked at behind a label."""

_SHAPES = (
    (re.compile(r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY"), "secret.key"),
    (re.compile(r"PuTTY-User-Key-File"), "secret.key"),
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:AKIA[0-9A-Z]{16}|gh[opsur]_\w{20}|github_pat_\w{20}|[sr]k_(?:live|test)_\w{10}"
            r"|xox[abprs]-[\w-]{10}|AIza[\w-]{30}|(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5})"
        ),
        "secret.key",
    ),
    (re.compile(r"://[^\s/@:]*:[^\s/@]+@"), "secret.link"),
    (re.compile(r"(?i)\bpin\b(?: \w{1,20}){0,2}(?: ?[:=-])? ?\d{4,8}\b"), "secret.label"),
)
_SHAPES_WITH_AN_AT = ((re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}:(?!\d+\b)[^\s,;]{4}"), "secret.list"),)


# Most cells are a name, a domain, a day, a price: one cheap look says that nothing below can be in them.
_ONE_WORD = re.compile(r"[A-Za-z0-9.]{0,16}|[a-z0-9.]{0,80}|[0-9.,:-]{0,16}|[A-Za-z]{0,2}-[0-9]{0,9}")
"""Too short for a key, or without capitals; without a mark or a space there is no label, no list and no pair."""
_NAMES_ONLY = re.compile(r"(?:[A-Za-zĄĆĘŁŃÓŚŹŻąćęłńóśźż]{1,16}[.,]?(?: |\Z)){1,20}")
"""Without a digit and a sign nothing looks made up, but under a header about access, where `admin admin` is a pair."""


@lru_cache(maxsize=1_000)
def _about_access(header: str) -> bool:
    return access_header(_folded(header))


def secret_header(name: str) -> bool:
    """Return whether a column of this name holds secrets, whatever stands in it.

    >>> secret_header("Hasło FTP"), secret_header("hasło zmienione"), secret_header("słowa kluczowe")
    (True, False, False)
    """
    words = _words(name)
    return bool(_HEADER.search(words)) and not _ABOUT_A_CHANGE.search(words)


def secret_column(name: str, cells: Iterable[str]) -> bool:
    """Return whether a column holds secrets: by its name, or as one on changed passwords that has more than dates.

    >>> secret_column("hasło zmienione", ["tak", "12.11.2026", ""]), secret_column("hasło zmienione", ["Kot12"])
    (False, True)
    """
    words = _words(name)
    if not _HEADER.search(words):
        return False
    return not _ABOUT_A_CHANGE.search(words) or not all(map(_says_of_a_change, cells))


def login_header(name: str) -> bool:
    """Return whether a column of this name says who logs in: what stands in the next one may be the password.

    >>> login_header("Login FTP"), login_header("użytkownik"), login_header("klient")
    (True, True, False)
    """
    return len(name) <= LINE and _LOGIN.search(_words(name)) is not None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a text looks like it has a secret in it, without the secret; `sure`: more than its shape says so."""

    reason: Message
    sure: bool = True


def suspicion(text: str, header: str = "") -> Suspicion | None:
    """Return why a text looks like it has a secret in it; None where it does not. `header`: what it stands under.

    >>> suspicion("klos / Zima2026!").sure, suspicion("klos / Zima2026!", "Dostęp FTP").sure
    (False, True)
    """
    access = bool(header) and _about_access(header)
    if _ONE_WORD.fullmatch(text) or (not access and _NAMES_ONLY.fullmatch(text)):
        return None
    for shape, reason in (*_SHAPES, *(_SHAPES_WITH_AN_AT if "@" in text else ())):
        if shape.search(text):
            return Suspicion(Message(reason))
    folded = _folded(text)
    if _labelled(folded):
        return Suspicion(Message("secret.label"))
    if _list_of_access(folded):
        return Suspicion(Message("secret.list"))
    if found := pair_in(folded, access=access):
        return Suspicion(Message("secret.pair"), found == "sure")
    return None


def secret_in(text: str, header: str = "") -> Message | None:
    """Return why a text looks like it has a secret in it, without the secret; None where it does not."""
    found = suspicion(text, header)
    return found.reason if found else None


def refuse_secrets(field: str, text: str, header: str = "") -> None:
    """Raise InputError on the field where its text looks like it has a secret in it. The value is left out.

    Where only a shape says so, what to do with a text that is harmless is told: it is written in other words.
    """
    if found := suspicion(text, header):
        id = "error.secret" if found.sure else "error.secret_typed"
        raise InputError(FieldError(field, "", Message(id, {"reason": found.reason})))


MASK = "•••"


def masked(cells: Iterable[str]) -> tuple[str, ...]:
    """Return cells to be shown of a line that is not imported: MASK for what looks like a secret.

    A title, a total: no header says what stands there, so a login and its password may be cells beside each other.

    >>> masked(("Zestawienie", "klos / Zima2026!", "klos", "Zima2026!"))
    ('Zestawienie', '•••', 'klos', '•••')
    """
    shown: list[str] = []
    before = ""
    for cell in cells:
        alone = secret_in(cell) is not None
        shown.append(MASK if alone or (before and secret_in(f"{before} / {cell}")) else cell)
        before = "" if alone else cell
    return tuple(shown)


def _folded(text: str) -> str:
    """Return the text without accents, each run of white space one space or one line break."""
    if not text.isascii():
        text = text.translate(_BARE)
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _words(name: str) -> str:
    return " ".join(_WORD.findall(_folded(name))).lower()


def _says_of_a_change(cell: str) -> bool:
    return all(_SAID_OF_A_CHANGE.fullmatch(word) for word in re.findall(r"\w[\w.:/+-]*\w|\w", _folded(cell)))


def _labelled(text: str) -> bool:
    """Return whether a label is followed by its value."""
    # To a pattern that minds no case, "ı" is an "i" as well.
    letters = text.lower().replace("ı", "i")
    if not any(stem in letters for stem in _STEMS):
        return False
    for label in _LABEL.finditer(text):
        if not label["mark"] and text[label.end() : label.end() + 1] not in (" ", "\n"):
            continue
        # Behind a mark anything counts that is not known to be harmless; in a sentence only what looks made up.
        sentence = label["mark"] in (None, "-", "–", "—") or any(
            _HARMLESS.fullmatch(word) for word in label["of"].split() if word.lower() not in _FOR
        )
        before = ""
        behind = text[label.end() : label.end() + _AFTER]
        # A mark may stand at the end of its line; a sentence does not go on in the next.
        there = behind.partition("\n")[0].split() or (behind.split()[:1] if label["mark"] else [])
        for given in there[:6]:
            word = given.strip(_PUNCTUATION)
            if not word or _LEADS_ON.fullmatch(word) or given.endswith((":", "=")):
                sentence, before = sentence or bool(word), word.lower() or before
                continue
            if _made_up(word, before) if sentence else not _HARMLESS.fullmatch(word):
                return True
            if given[-1] in ".,;!?)":
                break
            # Past a harmless word the rest is a sentence like any other.
            sentence, before = True, word.lower()
    return False


def _made_up(word: str, before: str) -> bool:
    """Return whether a word in a sentence looks chosen for a password; a number does only in "the PIN is 1234"."""
    if any(known.fullmatch(word) for known in (_HARMLESS, _NUMBERED, HOST, _MAIL)):
        return False
    if word.isdigit():
        return len(word) >= 4 and before in _COPULA
    letters, digits = re.search(r"[A-Za-z]", word), re.search(r"\d", word)
    return bool(letters and ((digits and len(word) >= 6) or re.search(r"[!#$%^&*?\\|~{}]", word)))


def _list_of_access(text: str) -> bool:
    """Return whether a line, or something without spaces in it, is `host;user;pass`, with a port perhaps."""
    if all(text.count(mark) < 2 for mark in ";:|"):
        return False
    for line in text.splitlines():
        if _is_access([part.strip() for part in line.rstrip("; ").split(";", 4)]):
            return True
        for token in line.split():
            if _is_access(token.rstrip(";").split(";", 4)):
                return True
            for mark in ":|":
                # Colons are in so much else that the last part has to look like a password, too.
                parts = token.split(mark, 3)
                if len(parts) == 3 and "/" not in parts[1] and _is_access(parts) and _made_up(parts[2], ""):
                    return True
    return False


def _is_access(parts: list[str]) -> bool:
    if len(parts) not in (3, 4) or not all(parts) or not HOST.fullmatch(parts[0]):
        return False
    if len(parts) == 4 and not parts[1].isdigit():
        return False
    *_, user, password = parts
    return not (
        user.isdigit()
        or any(" " in part for part in parts)
        or all(HOST.fullmatch(part) for part in parts)
        or _RECORD.fullmatch(user)
        or _RECORD.fullmatch(password)
        or _HARMLESS.fullmatch(user)
        or (_HARMLESS.fullmatch(password) and not password.isdigit())
    )


_RECORD = re.compile(r"A|AAAA|MX|NS|TXT|CNAME|SRV|CAA|SOA|PTR|IN|ALIAS", re.IGNORECASE)
