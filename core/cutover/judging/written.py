"""A record's text as whoever reads mail's records sees it: without the escapes that `core.dns.values` writes."""

import re

_ESCAPE = re.compile(r"\\([0-9]{3}|\D)", re.DOTALL)


def unescaped(value: str) -> str:
    r"""Return the text of a written value; an octet that is no letter stands as the one of its number.

    >>> unescaped(r"v=spf1 -all\032")
    'v=spf1 -all '
    >>> unescaped(r"v=DKIM1\\; p=")
    'v=DKIM1\\; p='
    """
    return _ESCAPE.sub(_letter, value) if "\\" in value else value


def _letter(escape: re.Match[str]) -> str:
    found = escape[1]
    return chr(int(found)) if len(found) == 3 else found
