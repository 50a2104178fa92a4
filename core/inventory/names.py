"""Names out of an archive's cells, which are untrusted: domains as A-labels, addresses, texts that may be told."""

import re

from core.dns.names import parse_name
from core.ground.messages import InputError
from core.ground.secrets import MASK, secret_in
from core.ground.validation import one_line

TOLD_MAX = 120
"""Letters of a text from an archive that are told; of a longer one both ends."""

# RFC 5321 s. 4.1.2 (Dot-string), s. 4.5.3.1.1 for its length.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
# Signs between a name and a secret ("jan:haslo", "PASS=x", "|/bin/x --key y").
_MAY_HIDE = re.compile(r"[\s:=|\"'$]")


def text_of(content: bytes) -> str:
    """Return a file's content as text; what is no UTF-8 becomes U+FFFD, which no name has."""
    return content.decode("utf-8", "replace").removeprefix("\ufeff")


def lines_of(content: bytes) -> list[str]:
    """Return the lines of a file without the blanks around them; the first one is line 1."""
    return [line.strip() for line in text_of(content).split("\n")]


def safe(text: str) -> str:
    """Return a text, or MASK where it looks like it has a secret in it: paths and names are anybody's.

    >>> safe("../haslo=Zima2026!"), safe("userdata/main")
    ('•••', 'userdata/main')
    """
    return MASK if secret_in(text) else text


def told(text: str) -> str:
    """Return a text that may stand in a sentence: on one line, without letters nobody sees, of a long one both ends.

    Of one that looks like it has a secret in it MASK alone.
    """
    text = safe(one_line(text[:1000]))
    return text if len(text) <= TOLD_MAX else f"{text[: TOLD_MAX // 2]}…{text[-TOLD_MAX // 3 :]}"


def told_name(text: str) -> str:
    """Return what stood where a name should, to be told; "…" where it may hold more than a name."""
    text = told(text)
    return "…" if text == MASK or _MAY_HIDE.search(text) else text


def domain_name(text: str) -> str | None:
    """Return a domain in lower case as A-labels without the last dot; None where the text is no name of a domain.

    >>> domain_name("Żółw.example"), domain_name("../etc")
    ('xn--w-uga1v8h.example', None)
    """
    try:
        return parse_name(text).ascii
    except InputError:
        return None


def local_part(text: str) -> str | None:
    """Return what stands before the "@" in lower case; None where it cannot stand there (RFC 5321)."""
    text = text.strip().lower() if len(text) <= TOLD_MAX else ""
    return text if _LOCAL.fullmatch(text) and ".." not in text else None


def address(text: str, domain: str = "") -> str | None:
    """Return an address in lower case, its domain as A-labels; None where the text is none.

    `domain`: of an address that is its local part alone. "*" is whatever the domain has no address for.

    >>> address("Biuro@Żółw.example"), address("jan", "alfa.example"), address("a b@alfa.example")
    ('biuro@xn--w-uga1v8h.example', 'jan@alfa.example', None)
    """
    before, at, after = text[:1000].strip().rpartition("@")
    local = local_part(before if at else after)
    name = domain_name(after) if at else domain
    return f"{local}@{name}" if local and name else None
