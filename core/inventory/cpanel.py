"""cPanel's archives: `cpmove-USER/`, `backup-*_USER/`, `USER/` or no leading folder; the home nested or not.

What is read is a table (WANTED), by paths: everything else passes by with its size alone. Passwords, hashes, keys and
grants (`shadow`, `mysql.sql`, `sslkeys/`, `.my.cnf`, ...) are in none of these files; lines of crontabs and programs
behind aliases, which may hold some, are counted or cut.
"""

from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from core.inventory.aliases_file import take_aliases
from core.inventory.cpanel_account import SYSTEM, Account, inventory
from core.inventory.cpanel_files import (
    ACCOUNT,
    account_file,
    cron_lines,
    domains_file,
    lead_of,
    pairs,
    site_file,
    whole_number,
)
from core.inventory.gathered import ENTRIES_MAX
from core.inventory.inventory import Inventory
from core.inventory.mailbox_sizes import MAILDIR, MAILDIRSIZE, Measured, counted, weigh, weigh_message
from core.inventory.names import domain_name, text_of, told_name
from core.inventory.panel import Member
from core.inventory.plain_yaml import NotPlainError

YAML_MAX = 8 * 1024 * 1024
"""Bytes of all files below `userdata/` that are read: a megabyte of them may take two seconds."""
TEXTS_MAX = 32 * 1024 * 1024
"""Bytes of all other files that are read; zones have a bound of their own."""


class Wanted(NamedTuple):
    """A file that is read: its path ("*" is a part of it), by which function, and what for."""

    path: str
    read: Callable[[Account, str, bytes], None]
    why: str


# -- the files


def _account_file(account: Account, path: str, content: bytes) -> None:
    if account.file is None:
        account.file = account_file(content)
        name = path.partition("/")[2]
        account.name = account.name or (name if ACCOUNT.fullmatch(name) else "")


def _domains_file(account: Account, path: str, content: bytes) -> None:
    account.domains = domains_file(content)


def _site_file(account: Account, path: str, content: bytes) -> None:
    name = path.partition("/")[2].lower()
    sites, name = (account.ssl, name[:-4]) if name.endswith("_ssl") else (account.sites, name)
    if len(sites) < ENTRIES_MAX:
        sites[name] = site_file(content)
    else:
        account.gathered.found("file_left_out", path)


def _domain_lines(account: Account, path: str, content: bytes) -> None:
    """`addons` (domain=subdomain), `pds` and `sds` (a name), `sds2` (subdomain=folder)."""
    account.lines[path] = _rows(account, path, path, content, "=")


def _homes(account: Account, path: str, content: bytes) -> None:
    account.homes.update(home for line in text_of(content).split("\n")[:100] if (home := line.strip().rstrip("/")))


def _zone(account: Account, path: str, content: bytes) -> None:
    name = path.partition("/")[2].removesuffix(".db")
    if domain := _domain(account, name, path):
        account.gathered.zone(domain, content, path)


def _aliases(account: Account, path: str, content: bytes) -> None:
    if domain := _domain(account, path.partition("/")[2], path):
        take_aliases(account.gathered, content, domain, path)


def _domain_aliases(account: Account, path: str, content: bytes) -> None:
    """`vad/DOMAIN` (domain: domain): all of its mail goes to the same names of the other."""
    for number, before, after in _rows(account, "vad", path, content):
        domain, target = domain_name(before), domain_name(after)
        if domain and target:
            account.gathered.alias(f"*@{domain}", (f"*@{target}",))
        else:
            account.gathered.found("alias_unreadable", path, row=number)


def _cron(account: Account, path: str, content: bytes) -> None:
    account.crons += cron_lines(content)


def _mailbox_names(account: Account, path: str, content: bytes) -> None:
    users = account.users.setdefault(path.split("/")[2].lower(), [])
    # Whole lines: one without a colon may be cut off, and its name stands there all the same.
    for number, line, _ in _rows(account, "passwd", path, content, "\n"):
        user, colon, _ = line.partition(":")
        user = user.strip()
        if not colon:
            account.gathered.found("passwd_line_odd", path, row=number)
            # It may be anything, a part of a hash too.
            user = told_name(user)
        users.append((number, user))


def _quotas(account: Account, path: str, content: bytes) -> None:
    quotas = account.quotas.setdefault(path.split("/")[2].lower(), [])
    quotas += [(number, user, whole_number(size)) for number, user, size in _rows(account, "quota", path, content)]


def _maildirsize(account: Account, path: str, content: bytes) -> None:
    parts = path.split("/")
    box = account.boxes.get(SYSTEM if len(parts) == 3 else f"{parts[2]}/{parts[3]}")
    if box is not None:
        box.counted = counted(content)


def _rows(account: Account, kind: str, path: str, content: bytes, between: str = ":") -> list[tuple[int, str, str]]:
    """Return the lines of a file in two halves: of all files of a kind together ENTRIES_MAX, more is told."""
    room = ENTRIES_MAX - account.amounts[kind]
    rows = list(islice(pairs(content, between), room + 1))
    if len(rows) > room:
        account.gathered.found("lines_left_out", path, most=ENTRIES_MAX)
    account.amounts[kind] += len(rows[:room])
    return rows[:room]


def _domain(account: Account, name: str, path: str) -> str | None:
    if (domain := domain_name(name)) is None:
        account.gathered.found("name_unreadable", path, name=told_name(name))
    return domain


WANTED = (
    Wanted("cp/*", _account_file, "the main domain, the others, whether the account is suspended"),
    Wanted("userdata/main", _domains_file, "which domain is what"),
    Wanted("userdata/*", _site_file, "a site's folder and PHP version"),
    Wanted("addons", _domain_lines, "added domains, before there was userdata"),
    Wanted("pds", _domain_lines, "parked domains"),
    Wanted("sds", _domain_lines, "subdomains"),
    Wanted("sds2", _domain_lines, "folders of subdomains"),
    Wanted("homedir_paths", _homes, "where the home was: folders of sites are absolute"),
    Wanted("dnszones/*", _zone, "zones"),
    Wanted("va/*", _aliases, "aliases; programs in them are cut"),
    Wanted("vad/*", _domain_aliases, "domains whose mail goes to another domain"),
    Wanted("cron/*", _cron, "how many lines run something; no line is kept"),
    Wanted("homedir/etc/*/passwd", _mailbox_names, "names of mailboxes; the hashes are in shadow"),
    Wanted("homedir/etc/*/quota", _quotas, "quotas of mailboxes"),
    Wanted("homedir/mail/*/*/maildirsize", _maildirsize, "what a mailbox's own sum says, to compare"),
    Wanted("homedir/mail/maildirsize", _maildirsize, "the same of the account's own mailbox"),
)
"""What is read. What does not stand here is never looked into."""

_BY_PATH = {wanted.path: wanted for wanted in WANTED}
# Beside the sites' files lie caches, locks, and settings of PHP, which may set secrets.
_NO_SITE = (".yaml", ".json", ".cache", ".lock", ".conf", ".db", ".stor", ".transferred", "_cache")
_HOME_NAMES = frozenset(("passwd", "quota", MAILDIRSIZE))


def wanted(path: str) -> Wanted | None:
    """Return the line of the table that a path falls under; None where it is not to be read."""
    if path.startswith("homedir/"):
        if path[path.rfind("/") + 1 :] not in _HOME_NAMES:
            return None
        parts = path.split("/")
        if len(parts) == 4 and parts[1] == "etc":
            return _BY_PATH.get(f"homedir/etc/*/{parts[3]}")
        if parts[1] == "mail":
            return _BY_PATH.get(f"homedir/mail{'/*' * (len(parts) - 3)}/{parts[-1]}") if len(parts) <= 5 else None
        return None
    if found := _BY_PATH.get(path):
        return found
    folder, slash, name = path.partition("/")
    if not slash or not name or "/" in name or (folder == "dnszones" and not name.endswith(".db")):
        return None
    if folder == "userdata" and ("." not in name or name.endswith(_NO_SITE)):
        return None
    return _BY_PATH.get(f"{folder}/*")


# -- the archive


# What lies right in the account's folder: of cPanel alone, and what others may have too.
_OWN = frozenset((
    "homedir", "homedir.tar", "homedir_paths", "dnszones", "sds2", "vad", "mysql-timestamps", "suspendinfo",
    "proftpdpasswd",
))  # fmt: skip
_TOPS = _OWN | {
    "addons", "apache_tls", "authnlinks", "autossl.json", "bandwidth", "counters", "cp", "cron",
    "customizations", "digestshadow", "domainkeys", "has_sslstorage", "httpfiles", "interchange", "ips",
    "locale", "logaholic", "logs", "meta", "mm", "mma", "mms", "mysql", "mysql.sql", "nobodyfiles", "pds",
    "pkgacct", "psql", "quota", "resellerconfig", "resellerfeatures", "resellerpackages", "roundcube", "sds",
    "shadow", "shell", "ssl", "sslcerts", "sslkeys", "suspended", "team", "userconfig", "userdata", "va",
    "version", "vf",
}  # fmt: skip


class CPanel:
    """A reader of cPanel's archives (the Protocol `Panel`), for one archive."""

    def __init__(self) -> None:
        self._account = Account()
        self._lead: str | None = None
        self._another = False
        self._folder, self._maildir = "", False
        self._box: Measured | None = None

    def recognizes(self, path: str) -> bool:
        """Whether a path, leading folder and all, is one that only cPanel's archives have."""
        parts = path.removeprefix("./").split("/", 2)
        if parts[0] in _OWN or (len(parts) > 1 and parts[1] in _OWN) or lead_of(parts[0]):
            return True
        return path.removeprefix("./").endswith("userdata/main") and len(path.split("/")) <= 4

    def root(self, path: str) -> str | None:
        """Return a path without the leading folder; None where it does not lie in it."""
        if path.startswith("./"):
            path = path[2:]
        if self._lead is None:
            self._lead = self._found_lead(path)
        if self._lead is not None and path.startswith(self._lead):
            return path[len(self._lead) :]
        first = path.partition("/")[0]
        if self._lead == f"{first}/":
            return ""
        if self._lead and not self._another and lead_of(first):
            self._another = True
            self._account.gathered.found("another_account", first)
        return None

    def _found_lead(self, path: str) -> str | None:
        first, _, rest = path.partition("/")
        if lead := lead_of(first):
            self._account.name, self._account.made_on = lead
            return f"{first}/"
        if first in _TOPS:
            return ""
        return f"{first}/" if rest.partition("/")[0] in _TOPS else None

    def wants(self, member: Member) -> bool:
        """Whether the content of a member is to be read: where a line of WANTED says so."""
        return wanted(member.path) is not None

    def take(self, member: Member, content: bytes | None) -> None:
        """Take a file up; `content` where it was wanted and not too large."""
        path, size, kind = member.path, member.size, member.kind
        account = self._account
        if kind == "link":
            # Where it leads to is not followed, and what it leads to counts there.
            return
        if path.startswith("homedir/mail/"):
            account.home = account.mail = True
            if kind == "file":
                self._mail(path, size, member.replaced)
        elif path.startswith("homedir/"):
            account.home = True
            account.sizes.add(path, size - member.replaced)
            if path.startswith("homedir/etc/"):
                self._etc(path, kind)
        else:
            self._top(path, member)
        if content is not None and (line := wanted(path)):
            self._read(line, path, content)

    def _etc(self, path: str, kind: str) -> None:
        # homedir/etc/DOMAIN/passwd; files of the account's own lie beside the domains' folders.
        domain, inside, _ = path[12:].lower().partition("/")
        if "." in domain and (inside or kind == "folder") and len(self._account.etc) < ENTRIES_MAX:
            self._account.etc.add(domain)

    def _mail(self, path: str, size: int, replaced: int) -> None:
        # Messages come by the thousand out of one folder.
        at = path.rfind("/")
        folder = path[:at]
        if folder != self._folder:
            self._folder, self._box = folder, self._mailbox(path)
            self._maildir = folder.rpartition("/")[2] in MAILDIR
        box = self._box
        if box is None:
            return
        if self._maildir:
            weigh_message(box, path, at, size, replaced)
        else:
            weigh(box, path, size, replaced)

    def _mailbox(self, path: str) -> Measured | None:
        """Return the mailbox that a file belongs to; None where it belongs to none, or there are too many."""
        boxes = self._account.boxes
        at = path.find("/", 13)
        domain = path[13:at]
        # The account's own mailbox lies in mail/ itself, with folders such as ".Sent".
        if at < 0 or domain.startswith(".") or "." not in domain:
            key = SYSTEM
        elif (end := path.find("/", at + 1)) > 0:
            key = path[13:end]
        else:
            return None
        if key in boxes:
            return boxes[key]
        if len(boxes) > ENTRIES_MAX:
            self._account.boxes_over = True
            return None
        return boxes.setdefault(key, Measured())

    def _top(self, path: str, member: Member) -> None:
        account = self._account
        folder, _, name = path.partition("/")
        if folder in _TOPS:
            account.tops.add(folder)
        if member.kind != "file":
            return
        if folder == "suspended" and name:
            account.suspended = True
        elif folder in ("mysql", "psql") and name and "/" not in name:
            account.dump(folder, name, member.size)
        elif path == "version":
            # It is written when the archive is made.
            account.packed = member.changed

    def _read(self, line: Wanted, path: str, content: bytes) -> None:
        account = self._account
        kind, most = ("yaml bytes", YAML_MAX) if path.startswith("userdata/") else ("bytes", TEXTS_MAX)
        if not path.startswith("dnszones/"):
            account.amounts[kind] += len(content)
        if account.amounts[kind] > most:
            account.gathered.found("file_left_out", path)
            return
        try:
            line.read(account, path, content)
        except NotPlainError:
            account.gathered.found("file_unreadable", path)

    def found(self) -> Inventory:
        """Return what all files together say."""
        return inventory(self._account)
