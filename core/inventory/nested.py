"""Which members of an archive are archives themselves: their files belong below them, without their ending."""

import re

_ENDING = re.compile(r"\.tar(?:\.(?:gz|zst|bz2|xz))?")
_NESTED = (
    # cPanel: the account's home, in its leading folder.
    re.compile(r"(?:[^/]+/)?homedir"),
    # DirectAdmin: the rest of the account's home.
    re.compile(r"(?:backup/)?home"),
    # HestiaCP: a website, the mailboxes of a domain.
    re.compile(r"web/[^/]+/domain_data|mail/[^/]+/accounts"),
)


def place_of(path: str) -> str | None:
    """Return before what the paths in a nested archive go, by its own path; None where it is just a file.

    >>> place_of("cpmove-klos/homedir.tar"), place_of("web/alfa.example/domain_data.tar.zst")
    ('cpmove-klos/homedir/', 'web/alfa.example/domain_data/')
    >>> place_of("cpmove-klos/homedir/public_html/homedir.tar")
    """
    at = path.rfind(".tar", -9)
    if at < 0 or not _ENDING.fullmatch(path, at):
        return None
    stem = path[:at]
    return f"{stem}/" if any(pattern.fullmatch(stem) for pattern in _NESTED) else None
