"""The files of a cPanel account that say what it has, each read into the little that is kept of it.

Names are as they stand there; who uses them checks them.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from core.inventory.names import lines_of, text_of
from core.inventory.plain_yaml import NotPlainError, plain_yaml

VALUE_MAX = 1_000
"""Letters of a name or a folder; longer ones are none."""

ACCOUNT = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,31}", re.IGNORECASE)
"""An account's name."""

# "backup-11.29.2026_04-30-12_alfa", later "backup-11.128.0.6_2026-06-23_alfa".
_MADE_ON = (
    re.compile(r"backup-(?P<month>\d{1,2})\.(?P<day>\d{1,2})\.(?P<year>\d{4})_\d{1,2}-\d{1,2}-\d{1,2}_(?P<account>.+)"),
    re.compile(r"backup-[\d.]{1,30}_(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})_(?P<account>.+)"),
)
_PHP = re.compile(r"(?:ea|alt)-php(\d)(\d{1,2})")
_SETS = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}\s*=")


class Lead(NamedTuple):
    """What an archive's leading folder says: whose account it is, and the day it was made."""

    account: str
    made_on: dt.date | None


class AccountFile(NamedTuple):
    """`cp/USER`: the main domain, the others without saying what they are, and whether the account is suspended."""

    main: str
    others: tuple[str, ...]
    suspended: bool


class DomainsFile(NamedTuple):
    """`userdata/main`; `addons`: by domain, the subdomain that holds its site."""

    main: str
    addons: dict[str, str]
    parked: tuple[str, ...]
    subdomains: tuple[str, ...]


class SiteFile(NamedTuple):
    """`userdata/DOMAIN`: the folder and the account's home, absolute, and the PHP version; "" where it does not say."""

    folder: str
    home: str
    php: str


def lead_of(folder: str) -> Lead | None:
    """Return what a leading folder of cPanel's own shape says; None of any other one.

    >>> lead_of("backup-11.29.2026_04-30-12_alfa")
    Lead(account='alfa', made_on=datetime.date(2026, 11, 29))
    """
    if folder.startswith("cpmove-") and ACCOUNT.fullmatch(folder, 7):
        return Lead(folder[7:], None)
    if not folder.startswith("backup-") or len(folder) > 200:
        return None
    for pattern in _MADE_ON:
        if (found := pattern.fullmatch(folder)) and ACCOUNT.fullmatch(found["account"]):
            try:
                made_on = dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                made_on = None
            return Lead(found["account"], made_on)
    return None


def account_file(content: bytes) -> AccountFile:
    """Return what `cp/USER` says (`KEY=VALUE` lines; DNS, DNS1, ..., SUSPENDED)."""
    values = {}
    for line in lines_of(content):
        key, _, value = line.partition("=")
        if key in ("DNS", "SUSPENDED") or (key.startswith("DNS") and key[3:].isascii() and key[3:].isdigit()):
            values[key] = value.strip()[:VALUE_MAX]
    suspended, main = values.pop("SUSPENDED", "") == "1", values.pop("DNS", "")
    return AccountFile(main, tuple(dict.fromkeys(values.values())), suspended)


def domains_file(content: bytes) -> DomainsFile:
    """Return what `userdata/main` says; raises NotPlainError where it is no such file."""
    read = plain_yaml(content)
    addons = read.get("addon_domains") or {}
    if not isinstance(addons, dict) or not all(isinstance(sub, str) for sub in addons.values()):
        raise NotPlainError
    return DomainsFile(_text(read, "main_domain"), addons, _texts(read, "parked_domains"), _texts(read, "sub_domains"))


def site_file(content: bytes) -> SiteFile:
    """Return what `userdata/DOMAIN` says; raises NotPlainError where it is no such file."""
    read = plain_yaml(content)
    php = _PHP.fullmatch(_text(read, "phpversion"))
    return SiteFile(_text(read, "documentroot"), _text(read, "homedir"), f"{php[1]}.{php[2]}" if php else "")


def _text(read: dict[str, Any], key: str) -> str:
    value = read.get(key, "")
    return value if isinstance(value, str) and len(value) <= VALUE_MAX else ""


def _texts(read: dict[str, Any], key: str) -> tuple[str, ...]:
    value = read.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise NotPlainError
    return tuple(value)


def pairs(content: bytes, between: str = "=") -> Iterator[tuple[int, str, str]]:
    """Yield line number, what stands before `between` and what stands after it; blank lines and comments left out."""
    for number, line in enumerate(lines_of(content), start=1):
        if line and not line.startswith("#"):
            before, _, after = line.partition(between)
            yield number, before.strip(), after.strip()


def subdomain_name(text: str) -> str:
    """Return a subdomain as a name: files write what stands before the domain and the domain with "_" between.

    >>> subdomain_name("sklep_alfa.example"), subdomain_name("sklep.alfa.example")
    ('sklep.alfa.example', 'sklep.alfa.example')
    """
    before, _, domain = text.rpartition("_")
    return f"{before}.{domain}" if before and "." in domain else text


def cron_lines(content: bytes) -> int:
    """Return how many lines of a crontab run something: no blank ones, comments and settings (`MAILTO=...`)."""
    lines = (line.strip() for line in text_of(content).split("\n"))
    return sum(1 for line in lines if line and not line.startswith("#") and not _SETS.match(line))


def whole_number(text: str) -> int | None:
    """Return a number of bytes; None where the text is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
