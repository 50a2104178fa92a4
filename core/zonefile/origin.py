"""Which zone a master file is of: what its SOA, its first lines or its $ORIGIN say."""

import itertools
import re

from core.zonefile.lexer import Line, lines_of
from core.zonefile.names import read_name

_LOOKED_AT = 2_000
"""Logical lines in which the SOA is looked for: it is the first record of nearly every file."""

_NAME = r"([^\s;,'\"]{1,255})"
# Of Cloudflare and GoDaddy; of cPanel and others; of dig.
_HEADERS = (
    re.compile(rf"[;\s]*(?:Domain|Domain Name|Zone|Origin)\s*:\s*{_NAME}\s*\Z", re.IGNORECASE),
    re.compile(
        rf"[;\s]*(?:Zone|Zone ?file|cPanel zone file|Exported zone) (?:file )?(?:for|of) {_NAME}\s*\Z", re.IGNORECASE
    ),
    re.compile(rf"\s*<<>> DiG [^<]{{1,80}}<<>>(?:\s+[-+@]\S+)*\s+(?:-t\s+)?(?:axfr\s+)?{_NAME}\b.*", re.IGNORECASE),
)


def origin_of(text: str) -> str:
    """Return the zone that a master file is of, absolute and in lower case; "" where it does not say it."""
    origin = first = header = ""
    for line in itertools.islice(lines_of(text), _LOOKED_AT):
        words = [token.text for token in line.tokens]
        if not words:
            header = header or _header(line.comment)
        elif words[0].upper() == "$ORIGIN" and len(words) > 1:
            origin = _absolute(words[1], origin)
            first = first or origin
        elif (owner := _soa_owner(line, words)) is not None:
            # A name without its dot is meant whole in front of a SOA (Cloudflare): there is no zone to be below.
            found = origin or header if owner == "@" else _absolute(owner, origin)
            return found or header
    return header or first


def _soa_owner(line: Line, words: list[str]) -> str | None:
    """Return the owner of a SOA as it is written; None where a line has none, "@" for one that does not say it."""
    upper = [word.upper() for word in words[:5]]
    if "SOA" not in upper or len(words) < 4:
        return None
    return "@" if line.indented or upper[0] in ("SOA", "IN") else words[0]


def _header(comment: str) -> str:
    for pattern in _HEADERS:
        if len(comment) < 500 and (found := pattern.fullmatch(comment)):
            return _absolute(found[1], "")
    return ""


def _absolute(text: str, origin: str) -> str:
    name = read_name(text, origin or ".", origin).name.lower()
    return "" if name == "." and not text.startswith(".") else name
