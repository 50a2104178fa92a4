"""DirectAdmin's backups (user.CREATOR.NAME.tar.gz, .tar.zst): settings in `backup/`, files in `domains/`, `imap/`.

    backup/user.conf                  whose it is
    backup/DOMAIN/domain.conf         a domain; subdomain.list, domain.pointers, DOMAIN.db beside it
    backup/DOMAIN/email/passwd        its mailboxes; quota, aliases, email.conf (catch-all) beside it
    backup/NAME.sql, .sql.gz          a database
    backup/home.tar.gz                the rest of the home folder, with the account's own mailbox (Maildir)
    domains/DOMAIN/public_html/       its website, subdomains in folders of it
    imap/DOMAIN/USER/Maildir/         a mailbox; in old ones backup/DOMAIN/email/data/imap/USER/

Never read: .shadow, ftp.passwd, DATABASE.conf (users and hashes), domain.key, filters, replies, login keys, dumps.
"""

from collections.abc import Callable
from typing import NamedTuple

from core.inventory.aliases_file import take_aliases
from core.inventory.conf_lines import settings
from core.inventory.days import day_of
from core.inventory.folder_sizes import FolderSizes
from core.inventory.gathered import ENTRIES_MAX, Gathered
from core.inventory.inventory import Inventory
from core.inventory.mailbox_sizes import MAILDIRSIZE, MAILDIRSIZE_MAX, Measured, counted, judge, weigh
from core.inventory.names import address, domain_name, lines_of, told_name
from core.inventory.panel import Member
from core.inventory.quota_unit import MB, unit_of

USER_KEYS = frozenset(("username", "domain", "suspended"))
"""What is taken of user.conf; passwords, tokens and answers to security questions may stand beside it."""
DOMAIN_KEYS = frozenset(("domain", "suspended", "php1_select", "defaultdomain"))
"""What is taken of domain.conf."""

_DUMPS = (".sql", ".sql.gz", ".sql.zst")
_OWN_MAIL = ("Maildir/", "home/Maildir/", "backup/home/Maildir/")
"""The account's own mailbox, from the nested home.tar.gz or home.tar.zst, or beside `backup/`."""
_MARKS = ("backup/user.conf", "backup/.shadow", "backup/user_ip.list", "backup/home.tar.gz", "backup/home.tar.zst")


class _Wanted(NamedTuple):
    """Why a file is read, and what takes it up: the domain of its folder ("" for none), its content and path."""

    take: Callable[["DirectAdmin", str, bytes, str], None]
    reason: str


class DirectAdmin:
    """A reader of DirectAdmin's backups (`Panel`)."""

    def __init__(self) -> None:
        self._gathered = Gathered()
        self._user: dict[str, str] = {}
        self._domains: dict[str, dict[str, str]] = {}
        self._folder_of: dict[str, str] = {}
        self._subdomains: dict[str, list[str]] = {}
        self._docroots: dict[str, str] = {}
        self._pointers: dict[str, tuple[str, str]] = {}
        self._lists: set[str] = set()
        self._listed: dict[str, None] = {}
        self._quotas: dict[str, int] = {}
        self._boxes: dict[str, Measured] = {}
        self._boxes_over = 0
        self._own = Measured()
        self._folders = FolderSizes()
        self._database_settings: dict[str, str] = {}
        self._dumped = 0

    def recognizes(self, path: str) -> bool:
        """Whether only DirectAdmin's archives have such a path."""
        path = path.removeprefix("./")
        return path in _MARKS or (path.startswith("backup/") and path.endswith("/domain.conf") and path.count("/") == 2)

    def root(self, path: str) -> str | None:
        """Return a path without "./": these archives have no folder of their own."""
        return path.removeprefix("./").rstrip("/") or None

    def wants(self, member: Member) -> bool:
        """Whether a file is one of WANTED, a zone file, or a mailbox's `maildirsize`."""
        path = member.path
        if path.endswith(MAILDIRSIZE):
            return member.size <= MAILDIRSIZE_MAX and "/Maildir/" in path
        return path.startswith("backup/") and _wanted(path) is not None

    def take(self, member: Member, content: bytes | None) -> None:
        """Take a file, a folder or a link up; what a link leads to is counted where it stands."""
        path = member.path
        if member.kind == "link":
            return
        if path.startswith("domains/"):
            self._folders.add(path, member.size - member.replaced)
        elif path.startswith("imap/"):
            self._mail(path[5:], member, content)
        elif path.startswith(_OWN_MAIL):
            weigh(self._own, path, member.size, member.replaced)
        elif path.startswith("backup/"):
            self._settings(member, content)

    def _mail(self, path: str, member: Member, content: bytes | None) -> None:
        """Take up what lies in the folder of a mailbox; `path`: DOMAIN/USER/..."""
        at = path.find("/", path.find("/") + 1)
        if at < 0:
            return
        box = self._boxes.get(path[:at])
        if box is None:
            if len(self._boxes) >= ENTRIES_MAX:
                self._boxes_over += 1
                return
            box = self._boxes[path[:at]] = Measured()
        if member.kind == "file":
            weigh(box, path, member.size, member.replaced)
        if content is not None:
            box.counted = counted(content)

    def _settings(self, member: Member, content: bytes | None) -> None:
        parts = member.path.split("/")
        if len(parts) > 6 and parts[2:5] == ["email", "data", "imap"]:
            self._mail("/".join((parts[1], *parts[5:])), member, content)
        elif member.kind != "file":
            return
        if len(parts) == 2 and parts[1].endswith(_DUMPS):
            name, _, packed = parts[1].partition(".sql")
            if packed:
                self._gathered.found("database_compressed", member.path, database=name)
            self._gathered.database(name, None if packed else member.size - member.replaced)
            self._dumped = max(self._dumped, member.changed)
        elif len(parts) == 2 and parts[1].endswith(".conf") and "_" in parts[1]:
            if len(self._database_settings) < ENTRIES_MAX:
                self._database_settings[parts[1].removesuffix(".conf")] = member.path
        elif parts[2:3] == ["email"] and parts[3:] and parts[3].startswith("filter") and member.size:
            self._gathered.found("filters_unread", member.path)
        wanted = _wanted(member.path)
        if wanted is None:
            return
        domain = (domain_name(parts[1]) or "") if len(parts) > 2 else ""
        if len(parts) > 2 and not domain:
            self._gathered.found("name_unreadable", member.path, name=told_name(parts[1]))
        elif content is not None and self._gathered.fits(content, member.path):
            wanted.take(self, domain, content, member.path)

    # -- what is read

    def _lines(self, content: bytes, path: str) -> list[str]:
        lines = lines_of(content)
        if len(lines) > ENTRIES_MAX:
            self._gathered.found("lines_left_out", path, most=ENTRIES_MAX)
        return lines[:ENTRIES_MAX]

    def _take_user(self, domain: str, content: bytes, path: str) -> None:
        self._user = settings(content, USER_KEYS, self._gathered, path)

    def _take_crontab(self, domain: str, content: bytes, path: str) -> None:
        jobs = sum(line.partition("=")[0].isdigit() for line in lines_of(content))
        self._gathered.crons = jobs
        self._gathered.said.add("crons")

    def _take_domain(self, domain: str, content: bytes, path: str) -> None:
        said = self._domains[domain] = settings(content, DOMAIN_KEYS, self._gathered, path)
        self._folder_of[domain] = path.split("/")[1]
        if (named := domain_name(said.get("domain", "")) or domain) != domain:
            self._gathered.found("domain_named_otherwise", path, domain=domain, told=named)

    def _take_subdomains(self, domain: str, content: bytes, path: str) -> None:
        self._subdomains[domain] = [line for line in self._lines(content, path) if line]

    def _take_docroots(self, domain: str, content: bytes, path: str) -> None:
        # shop=public_html=/domains/alfa.example/shop&private_html=/domains/alfa.example/shop
        for line in self._lines(content, path):
            name, _, folders = line.partition("=")
            folder = dict(pair.partition("=")[::2] for pair in folders.split("&")).get("public_html", "")
            host = domain_name(f"{name}.{domain}")
            if host is None and line:
                self._gathered.found("name_unreadable", path, name=told_name(name))
            elif host and folder:
                inside = folder.startswith("/domains/") and ".." not in folder.split("/")
                self._docroots[host] = folder.strip("/") if inside else ""

    def _take_pointers(self, domain: str, content: bytes, path: str) -> None:
        for line in self._lines(content, path):
            name, _, kind = line.partition("=")
            if pointer := domain_name(name):
                self._pointers[pointer] = (domain, kind.strip())
            elif line:
                self._gathered.found("name_unreadable", path, name=told_name(name))

    def _take_passwd(self, domain: str, content: bytes, path: str) -> None:
        # Of each line the name before the hash.
        self._gathered.said.add("mailboxes")
        self._lists.add(domain)
        for number, line in enumerate(self._lines(content, path), start=1):
            if not line:
                continue
            name, colon, _ = line.partition(":")
            if not colon:
                self._gathered.found("passwd_line_odd", path, row=number)
                # It may be anything, a part of a hash too.
                name = told_name(name)
            if box := address(name, domain):
                self._listed[box] = None
                self._gathered.mailbox(box)
            else:
                self._gathered.found("name_unreadable_line", path, name=told_name(name), row=number)

    def _take_quota(self, domain: str, content: bytes, path: str) -> None:
        for number, line in enumerate(self._lines(content, path), start=1):
            name, _, value = line.partition(":")
            box, value = address(name, domain), value.strip()
            if box and value.isascii() and value.isdigit() and len(value) <= 15:
                self._quotas[box] = int(value)
            elif line:
                self._gathered.found("quota_line_odd", path, row=number)

    def _take_aliases(self, domain: str, content: bytes, path: str) -> None:
        self._gathered.said.add("aliases")
        take_aliases(self._gathered, content, domain, path, complete=True)

    def _take_mail_settings(self, domain: str, content: bytes, path: str) -> None:
        if target := settings(content, {"catchall"}, self._gathered, path).get("catchall"):
            take_aliases(self._gathered, f"*: {target}".encode(), domain, path, complete=True)

    def _take_replies(self, domain: str, content: bytes, path: str) -> None:
        for line in self._lines(content, path):
            if box := address(line.partition(":")[0], domain):
                self._gathered.found("autoresponder", path, address=box)

    def _take_zone(self, domain: str, content: bytes, path: str) -> None:
        if name := domain_name(path.rpartition("/")[2].removesuffix(".db")):
            self._gathered.said.add("zones")
            self._gathered.zone(name, content, path)

    # -- what it comes to

    def found(self) -> Inventory:
        """Return what all files together say."""
        gathered = self._gathered
        gathered.account = told_name(self._user.get("username", ""))
        if self._user.get("suspended", "").lower() == "yes":
            gathered.found("account_suspended", "backup/user.conf")
        self._found_domains()
        self._found_mail()
        for name, path in self._database_settings.items():
            # Settings of the account itself have an underscore, too.
            if name.startswith(f"{gathered.account}_") and name not in gathered.databases:
                gathered.database(name)
                gathered.found("database_without_dump", path, database=name)
        if gathered.databases:
            gathered.said.add("databases")
            gathered.said.update(["database_sizes"] if any(one.size for one in gathered.databases.values()) else [])
        if self._dumped > 0:
            # The dumps are made by the backup; whatever else is in it may be older.
            gathered.made_on = day_of(self._dumped)
        if gathered.made_on:
            gathered.said.add("made_on")
        return gathered.inventory("directadmin")

    def _found_domains(self) -> None:
        gathered, sites = self._gathered, dict[str, str]()
        first = domain_name(self._user.get("domain", ""))
        default = (name for name, said in self._domains.items() if said.get("defaultdomain", "").lower() == "yes")
        main = first or next(default, next(iter(self._domains), ""))
        for name, said in self._domains.items():
            gathered.domain(name, "main" if name == main else "addon")
            sites[name] = f"domains/{self._folder_of[name]}/public_html"
            if said.get("suspended", "").lower() == "yes":
                gathered.found("domain_suspended", f"backup/{name}/domain.conf", domain=name)
            if select := said.get("php1_select"):
                # Which of the server's versions, in its own order: CustomBuild's php1_release, php2_release, ...
                gathered.found("php_by_place", f"backup/{name}/domain.conf", domain=name, place=select[:10])
        for name, subdomains in self._subdomains.items():
            for label in subdomains:
                host = domain_name(f"{label}.{name}")
                if host is None:
                    gathered.found("name_unreadable", f"backup/{name}/subdomain.list", name=told_name(label))
                    continue
                gathered.domain(host, "subdomain", name)
                sites[host] = self._docroots.get(host, f"{sites.get(name, f'domains/{name}/public_html')}/{label}")
        for pointer, (name, kind) in self._pointers.items():
            if pointer in gathered.domains:
                gathered.found("pointer_is_domain", f"backup/{name}/domain.pointers", domain=pointer, of=name)
            gathered.domain(pointer, "alias", name)
            if kind == "pointer":
                gathered.found("pointer_redirects", f"backup/{name}/domain.pointers", domain=pointer, of=name)
        for folder in self._folders.names("domains"):
            name = domain_name(folder) or ""
            if name and name not in gathered.domains:
                gathered.found("domain_unlisted", f"domains/{folder}", domain=name)
                gathered.domain(name, "addon" if main else "main")
                sites[name] = f"domains/{folder}/public_html"
                main = main or name
        self._found_sites(sites)

    def _found_sites(self, sites: dict[str, str]) -> None:
        gathered = self._gathered
        private = {f"domains/{folder}/private_html": name for name, folder in self._folder_of.items()}
        sizes = self._folders.of({*sites.values(), *private})
        if self._folders.over:
            gathered.found("site_sizes_unknown")
        if sites:
            gathered.said.add("sites")
        if sizes:
            gathered.said.add("site_sizes")
        for host, folder in sites.items():
            gathered.site(host, folder, sizes.get(folder))
            if not folder:
                gathered.found("site_folder_outside", host=host)
            elif sizes and folder not in sizes:
                gathered.found(self._folders.why_unknown(folder), host=host, folder=folder)
        for folder, name in private.items():
            # Else it is a link to public_html.
            if sizes.get(folder):
                gathered.found("private_html", folder, domain=name, size=sizes[folder])

    def _found_mail(self) -> None:
        gathered = self._gathered
        measured: dict[str, Measured] = {}
        for folder, box in self._boxes.items():
            domain, _, user = folder.partition("/")
            if (name := domain_name(domain)) and (found := address(user, name)):
                # Folders that differ in case alone are one mailbox.
                box.size += measured[found].size if found in measured else 0
                measured[found] = box
            else:
                gathered.found("name_unreadable", f"imap/{told_name(domain)}", name=told_name(user))
        if self._boxes_over:
            gathered.found("too_many_mailboxes", most=ENTRIES_MAX, over=self._boxes_over)
        # The panel gives each domain a list, of none as well.
        with_mail = {one.rpartition("@")[2] for one in measured} | ({*self._domains} if self._lists else set())
        for domain in sorted(with_mail - self._lists):
            gathered.found("mailboxes_not_listed", domain=domain)
        main = next((one.name for one in gathered.domains.values() if one.role == "main"), "")
        if self._own.messages and (own := address(gathered.account, main)):
            measured[own] = self._own
            self._listed[own] = None
            gathered.found("system_mailbox", address=own, size=self._own.size)
        if measured:
            gathered.said.add("mailbox_sizes")
        self._found_quotas({name: box.size for name, box in measured.items()})
        judge(gathered, measured, self._listed if self._lists else None)
        for name, targets in list(gathered.targets.items()):
            # Each domain has one of the account to itself.
            if [*targets] == [name]:
                del gathered.targets[name]

    def _found_quotas(self, sizes: dict[str, int]) -> None:
        gathered = self._gathered
        for box in self._quotas.keys() - self._listed.keys():
            gathered.found("quota_unlisted", f"backup/{box.rpartition('@')[2]}/email/quota", address=box)
        quotas = {box: quota for box, quota in self._quotas.items() if box in self._listed}
        if not quotas:
            return
        unit = unit_of(quotas, sizes)
        example = max(quotas, key=lambda box: quotas[box])
        if any(quotas.values()):
            values = {"address": example, "number": quotas[example], "size": sizes.get(example)}
            if unit is None:
                gathered.found("quota_unit_unknown", "", **values)
            else:
                gathered.found("quota_unit", "", **values, unit="MB" if unit == MB else "B")
        for box, quota in quotas.items():
            if not quota or unit:
                gathered.said.add("quotas")
                gathered.mailbox(box, quota=quota * (unit or 0))


WANTED: dict[tuple[str, ...], _Wanted] = {
    ("user.conf",): _Wanted(DirectAdmin._take_user, "the account's name, its main domain, whether it is suspended"),
    ("crontab.conf",): _Wanted(DirectAdmin._take_crontab, "how many jobs; the commands are not kept"),
    ("*", "domain.conf"): _Wanted(DirectAdmin._take_domain, "a domain, whether it is suspended"),
    ("*", "subdomain.list"): _Wanted(DirectAdmin._take_subdomains, "names of subdomains"),
    ("*", "domain.subdomains.docroot.override"): _Wanted(DirectAdmin._take_docroots, "folders of subdomains"),
    ("*", "domain.pointers"): _Wanted(DirectAdmin._take_pointers, "names of pointers"),
    ("*", "*.db"): _Wanted(DirectAdmin._take_zone, "a zone file: what the DNS tells everybody"),
    ("*", "email", "passwd"): _Wanted(DirectAdmin._take_passwd, "names of mailboxes; the hashes are not kept"),
    ("*", "email", "quota"): _Wanted(DirectAdmin._take_quota, "quotas of mailboxes"),
    ("*", "email", "aliases"): _Wanted(
        DirectAdmin._take_aliases, "aliases and forwards; of programs only that there are"
    ),
    ("*", "email", "email.conf"): _Wanted(DirectAdmin._take_mail_settings, "where mail for unknown addresses goes"),
    ("*", "email", "autoresponder.conf"): _Wanted(DirectAdmin._take_replies, "addresses that answer by themselves"),
    ("*", "email", "vacation.conf"): _Wanted(
        DirectAdmin._take_replies, "addresses that answer by themselves for a time"
    ),
}
"""All that is read: the path below `backup/`, "*" for a domain's folder. Nothing else is looked into."""


def _wanted(path: str) -> _Wanted | None:
    """Return why a file below `backup/` is read; None where it is not."""
    parts = path.split("/")[1:]
    if len(parts) > 1:
        parts[0] = "*"
        if len(parts) == 2 and parts[1].endswith(".db"):
            parts[1] = "*.db"
    return WANTED.get(tuple(parts)) if len(parts) <= 3 else None
