"""HestiaCP's and VestaCP's backups (NAME.2026-11-28_05-10-07.tar); "P" is `hestia`, in older ones `vesta`.

    P/user.conf, P/backup.conf          the account
    web/DOMAIN/P/web.conf               a website; its files in domain_data.tar.gz or .tar.zst, nested
    dns/DOMAIN/P/dns.conf, DOMAIN.conf  a zone as the panel has it; conf/DOMAIN.db as it is served
    mail/DOMAIN/P/mail.conf             a mail domain; DOMAIN.conf its mailboxes; accounts.tar.gz or .zst their messages
    db/NAME/NAME.mysql.sql.gz           a database
    cron/cron.conf                      jobs

Never read: pam/ (hashes), ssl/, conf/ but zone files, *.pem (DKIM keys), db.conf (hashes), cron/USER, user_dir/.
Settings are lines of KEY='value', of which only the keys of KEYS are taken: hashes and reset keys stand beside them.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from core.ground.messages import InputError
from core.inventory.aliases_file import read_line
from core.inventory.conf_lines import megabytes, quoted
from core.inventory.days import day_of
from core.inventory.folder_sizes import FolderSizes
from core.inventory.gathered import ENTRIES_MAX, ZONE_MAX, ZONES_MAX, Gathered
from core.inventory.inventory import Inventory
from core.inventory.mailbox_sizes import Measured, judge, weigh
from core.inventory.names import address, domain_name, lines_of, local_part, text_of, told_name
from core.inventory.panel import Member
from core.zonefile.hestia_zone import read_hestia

KEYS = {
    "user": frozenset(("SUSPENDED",)),
    "backup": frozenset(("BACKUP",)),
    "web": frozenset(["DOMAIN", "ALIAS", "BACKEND", "TPL", "CUSTOM_DOCROOT", "SUSPENDED", "TIME", "DATE"]),
    "dns": frozenset(("DOMAIN", "SUSPENDED")),
    "mail": frozenset(("DOMAIN", "CATCHALL", "ACCOUNTS", "SUSPENDED")),
    "account": frozenset(["ACCOUNT", "ALIAS", "FWD", "FWD_ONLY", "AUTOREPLY", "QUOTA", "U_DISK", "SUSPENDED"]),
}
"""What is taken of each kind of settings."""

_PANELS = ("hestia", "vesta")
_PHP = re.compile(r"PHP-(?:FPM-)?([5-9])_?([0-9]{1,2})", re.IGNORECASE)
_DUMP = re.compile(r"(.+)\.(?:mysql|pgsql)\.sql(?:\.gz|\.zst)?")
_ARCHIVE = re.compile(r"([a-z0-9][a-z0-9_.-]{0,31})\.[0-9]{4}[.-][0-9]{2}[.-][0-9]{2}.{0,20}\.tar", re.IGNORECASE)
_ROUNDED = 2 * 1024**2
"""Bytes by which the panel's own number of MB may be off."""


class _Wanted(NamedTuple):
    """Why a file is read, and what takes it up: the domain of its folder ("" for none), its content and path."""

    take: Callable[["Hestia", str, bytes, str], None]
    reason: str


class Hestia:
    """A reader of HestiaCP's and VestaCP's backups (`Panel`)."""

    def __init__(self) -> None:
        self._gathered = Gathered()
        self._webs: dict[str, dict[str, str]] = {}
        self._web_folders: dict[str, str] = {}
        self._mails: dict[str, dict[str, str]] = {}
        self._lists: set[str] = set()
        self._accounts: dict[str, dict[str, str]] = {}
        self._zones: dict[str, tuple[str, bytes]] = {}
        self._zone_bytes = 0
        self._served: set[str] = set()
        self._boxes: dict[tuple[str, str], Measured] = {}
        self._boxes_over = 0
        self._folders = FolderSizes()
        self._database_folders: set[str] = set()
        self._changed = 0

    def recognizes(self, path: str) -> bool:
        """Whether only these panels' archives have such a path."""
        parts = path.removeprefix("./").split("/")
        return (len(parts) == 2 and parts[0] in _PANELS and parts[1] in ("user.conf", "backup.conf")) or (
            len(parts) == 4 and parts[0] in ("web", "dns", "mail", "db") and parts[2] in _PANELS
        )

    def root(self, path: str) -> str | None:
        """Return a path without "./": these archives have no folder of their own."""
        return path.removeprefix("./").rstrip("/") or None

    def wants(self, member: Member) -> bool:
        """Whether a file is one of WANTED."""
        path = member.path
        return path.endswith((".conf", ".db")) and _wanted(path) is not None

    def take(self, member: Member, content: bytes | None) -> None:
        """Take a file, a folder or a link up; what a link leads to is counted where it stands."""
        path, size = member.path, member.size - member.replaced
        if member.kind == "link":
            return
        kind, _, rest = path.partition("/")
        if kind == "web" and "/domain_data/" in path:
            self._folders.add(path, size)
        elif kind == "mail":
            self._mail(rest, member)
        elif kind == "db":
            self._database(rest.split("/"), size)
        wanted = _wanted(path) if path.endswith((".conf", ".db")) else None
        if wanted is None:
            return
        folder = rest.partition("/")[0] if path.count("/") > 1 else ""
        domain = (domain_name(folder) or "") if folder else ""
        if folder and not domain:
            self._gathered.found("name_unreadable", path, name=told_name(folder))
        elif content is not None and self._gathered.fits(content, path):
            if kind in _PANELS:
                self._changed = max(self._changed, member.changed)
            wanted.take(self, domain, content, path)

    def _mail(self, path: str, member: Member) -> None:
        """Take up what lies in the folder of a mailbox; `path`: DOMAIN/accounts/USER/..."""
        domain, _, inside = path.partition("/")
        folder, _, inside = inside.partition("/")
        user, slash, _ = inside.partition("/")
        if folder != "accounts" or not slash:
            return
        box = self._boxes.get((domain, user))
        if box is None:
            if len(self._boxes) >= ENTRIES_MAX:
                self._boxes_over += 1
                return
            box = self._boxes[domain, user] = Measured()
        if member.kind == "file":
            weigh(box, path, member.size, member.replaced)

    def _database(self, parts: list[str], size: int) -> None:
        if len(parts) == 2 and (dump := _DUMP.fullmatch(parts[1])) and dump[1] == parts[0]:
            packed = not parts[1].endswith(".sql")
            if packed:
                self._gathered.found("database_compressed", "/".join(("db", *parts)), database=parts[0])
            self._gathered.database(parts[0], None if packed else size)
        elif len(parts) == 3 and parts[1] in _PANELS and len(self._database_folders) < ENTRIES_MAX:
            self._database_folders.add(parts[0])

    # -- what is read

    def _take_user(self, domain: str, content: bytes, path: str) -> None:
        # A line a key here, others have all of theirs on one.
        if any(said.get("SUSPENDED") == "yes" for said in quoted(content, KEYS["user"], self._gathered, path)):
            self._gathered.found("account_suspended", path)

    def _take_backups(self, domain: str, content: bytes, path: str) -> None:
        for said in quoted(content, KEYS["backup"], self._gathered, path):
            if named := _ARCHIVE.fullmatch(said.get("BACKUP", "")[:100]):
                self._gathered.account = named[1]

    def _take_web(self, domain: str, content: bytes, path: str) -> None:
        for said in self._of(domain, "web", content, path):
            self._webs[domain] = said
            self._web_folders[domain] = path.split("/")[1]

    def _take_mail(self, domain: str, content: bytes, path: str) -> None:
        for said in self._of(domain, "mail", content, path):
            self._mails[domain] = said

    def _take_dns(self, domain: str, content: bytes, path: str) -> None:
        for said in self._of(domain, "dns", content, path):
            if said.get("SUSPENDED") == "yes":
                self._gathered.found("zone_suspended", path, domain=domain)

    def _of(self, domain: str, kind: str, content: bytes, path: str) -> list[dict[str, str]]:
        """Return the lines that are about the folder's domain; what is about another one is told."""
        found = []
        for said in quoted(content, KEYS[kind], self._gathered, path):
            named = domain_name(said.get("DOMAIN", ""))
            if named == domain:
                found.append(said)
            else:
                self._gathered.found("domain_named_otherwise", path, domain=domain, told=named or "…")
        return found

    def _take_accounts(self, domain: str, content: bytes, path: str) -> None:
        self._gathered.said.update(("mailboxes", "aliases", "quotas"))
        self._lists.add(domain)
        for said in quoted(content, KEYS["account"], self._gathered, path):
            box = address(said.get("ACCOUNT", ""), domain)
            if box is None:
                self._gathered.found("name_unreadable", path, name=told_name(said.get("ACCOUNT", "")))
            elif len(self._accounts) < ENTRIES_MAX or box in self._accounts:
                if box in self._accounts:
                    self._gathered.found("mailbox_twice", path, address=box)
                self._accounts[box] = said
            else:
                self._boxes_over += 1

    def _take_zone(self, domain: str, content: bytes, path: str) -> None:
        self._served.add(domain)
        self._gathered.said.add("zones")
        self._gathered.zone(domain, content, path)

    def _take_records(self, domain: str, content: bytes, path: str) -> None:
        self._zone_bytes += len(content)
        if len(content) <= ZONE_MAX and self._zone_bytes <= ZONES_MAX:
            self._zones[domain] = path, content
        else:
            self._gathered.found("zone_too_large", path, domain=domain, most=ZONE_MAX)

    def _take_crons(self, domain: str, content: bytes, path: str) -> None:
        # Commands may hold passwords: the lines are counted, not read.
        self._gathered.crons = sum(line.startswith("JOB=") for line in lines_of(content))
        self._gathered.said.add("crons")

    # -- what it comes to

    def found(self) -> Inventory:
        """Return what all files together say."""
        gathered = self._gathered
        self._found_webs()
        self._found_mail()
        self._found_zones()
        for name in sorted(self._database_folders - gathered.databases.keys()):
            gathered.found("database_without_dump", f"db/{name}", database=name)
            gathered.database(name)
        if gathered.databases:
            gathered.said.add("databases")
            gathered.said.update(["database_sizes"] if any(one.size for one in gathered.databases.values()) else [])
            if not gathered.account and len(owners := {name.partition("_")[0] for name in gathered.databases}) == 1:
                # The panel begins the name of each with the account's.
                gathered.account = told_name(owners.pop())
        # It is copied anew by the backup, without the day of the original.
        if made_on := day_of(self._changed):
            gathered.made_on = made_on
            gathered.said.add("made_on")
        return gathered.inventory("hestia")

    def _found_webs(self) -> None:
        gathered, sites = self._gathered, dict[str, str]()
        known = {*self._webs, *self._mails, *self._zones, *self._served}
        parents = {name: next((above for above in _above(name) if above in known), "") for name in known}
        # Nothing says which domain is the main one: the one that is there longest, not a part of another.
        ages = sorted(known, key=lambda name: (bool(parents[name]), *self._age(name), name))
        for name in ages:
            if name == ages[0]:
                gathered.domain(name, "main")
            else:
                gathered.domain(name, "subdomain" if parents[name] else "addon", parents[name])
        for name, said in self._webs.items():
            where = f"web/{name}"
            sites[name] = _folder(said.get("CUSTOM_DOCROOT", "")) or f"web/{self._web_folders[name]}/public_html"
            if said.get("SUSPENDED") == "yes":
                gathered.found("domain_suspended", where, domain=name)
            self._found_aliases(name, said.get("ALIAS", ""), where)
        self._found_sites(sites)

    def _age(self, name: str) -> tuple[str, str]:
        said = self._webs.get(name, {})
        return said.get("DATE", "9999"), said.get("TIME", "")

    def _found_aliases(self, of: str, listed: str, where: str) -> None:
        gathered = self._gathered
        names = {alias: domain_name(alias) for part in listed.split(",") if (alias := part.strip())}
        # With "www." before it a name is the same site.
        same = {of, *names.values()}
        for alias, name in names.items():
            if alias.startswith("*."):
                gathered.found("wildcard_alias", where, domain=of, name=told_name(alias))
            elif name is None:
                gathered.found("name_unreadable", where, name=told_name(alias))
            elif name in self._webs:
                gathered.found("pointer_is_domain", where, domain=name, of=of)
            elif name.removeprefix("www.") == name or name.removeprefix("www.") not in same:
                gathered.domain(name, "alias", of)

    def _found_sites(self, sites: dict[str, str]) -> None:
        gathered = self._gathered
        # In the archive the files of a domain lie one level further down.
        inside = {host: _in_archive(folder) for host, folder in sites.items()}
        sizes = self._folders.of(inside.values())
        if self._folders.over:
            gathered.found("site_sizes_unknown")
        gathered.said.update(("sites",) if sites else ())
        gathered.said.update(("site_sizes",) if sizes else ())
        for host, folder in sites.items():
            said = self._webs[host]
            php = _PHP.search(said.get("BACKEND", "")[:100]) or _PHP.search(said.get("TPL", "")[:100])
            gathered.site(host, folder, sizes.get(inside[host]), f"{php[1]}.{php[2]}" if php else "")
            if php:
                gathered.said.add("php")
            if sizes and inside[host] not in sizes:
                gathered.found(self._folders.why_unknown(inside[host]), host=host, folder=folder)

    def _found_mail(self) -> None:
        gathered = self._gathered
        listed = Counter(box.rpartition("@")[2] for box in self._accounts)
        for domain, said in self._mails.items():
            where = f"mail/{domain}"
            if said.get("SUSPENDED") == "yes":
                gathered.found("mail_suspended", where, domain=domain)
            if target := said.get("CATCHALL", ""):
                self._forward(f"*@{domain}", target, domain, where)
            counted = said.get("ACCOUNTS", "")
            if counted.isdigit() and counted != str(listed[domain]):
                gathered.found("mailboxes_counted", where, domain=domain, told=counted[:10], number=listed[domain])
        for box, said in self._accounts.items():
            self._found_account(box, said)
        self._found_sizes()

    def _found_account(self, box: str, said: dict[str, str]) -> None:
        gathered = self._gathered
        domain = box.rpartition("@")[2]
        where = f"mail/{domain}"
        if said.get("FWD_ONLY") != "yes":
            quota = 0 if said.get("QUOTA") in ("unlimited", "0") else megabytes(said.get("QUOTA", ""))
            gathered.mailbox(box, quota=quota)
            if quota is None:
                gathered.found("mailbox_quota_unreadable", where, address=box)
        if said.get("SUSPENDED") == "yes":
            gathered.found("mailbox_suspended", where, address=box)
        if said.get("AUTOREPLY") == "yes":
            gathered.found("autoresponder", where, address=box)
        for alias in filter(None, said.get("ALIAS", "").split(",")):
            local = local_part(alias)
            if local is None:
                gathered.found("name_unreadable", where, name=told_name(alias))
                continue
            if f"{local}@{domain}" in self._accounts:
                gathered.found("alias_is_mailbox", where, address=f"{local}@{domain}")
            gathered.alias(f"{local}@{domain}", (box,))
        if forwards := said.get("FWD", ""):
            # A copy stays where the panel was not told otherwise.
            self._forward(box, forwards, domain, where, () if said.get("FWD_ONLY") == "yes" else (box,))

    def _forward(self, name: str, targets: str, domain: str, where: str, stays: tuple[str, ...] = ()) -> None:
        line = read_line(f"x: {targets}", domain)
        if line is None or line.unread:
            self._gathered.found("forward_unreadable", where, address=name)
        if line and line.targets:
            self._gathered.alias(name, (*stays, *line.targets))

    def _found_sizes(self) -> None:
        gathered = self._gathered
        measured: dict[str, Measured] = {}
        for (folder, user), box in self._boxes.items():
            name = domain_name(folder)
            if name and (found := address(user, name)):
                measured[found] = box
            else:
                gathered.found("name_unreadable", f"mail/{told_name(folder)}", name=told_name(user))
        gathered.said.update(("mailbox_sizes",) if measured else ())
        with_mail = {one.rpartition("@")[2] for one in measured} | self._mails.keys()
        for domain in sorted(with_mail - self._lists):
            gathered.found("mailboxes_not_listed", domain=domain)
        for name, said in self._accounts.items():
            told = megabytes(said.get("U_DISK", ""))
            size = measured[name].size if name in measured else None
            if size is not None and told is not None and abs(told - size) > _ROUNDED + told // 10:
                gathered.found("mailbox_size_panel", address=name, told=told, size=size)
            elif not measured and told and name in gathered.mailboxes:
                # Without the messages the panel's own number is all there is.
                gathered.mailbox(name, told)
                gathered.found("mailbox_size_said", address=name, size=told)
        if self._boxes_over:
            gathered.found("too_many_mailboxes", most=ENTRIES_MAX, over=self._boxes_over)
        judge(gathered, measured, self._accounts.keys() if self._lists else None)

    def _found_zones(self) -> None:
        for domain, (path, content) in self._zones.items():
            if domain in self._served:
                continue
            # Name servers elsewhere: there is no zone file, but there are its records.
            self._gathered.said.add("zones")
            try:
                self._gathered.zones[domain] = read_hestia(text_of(content), domain)
                self._gathered.zone_texts[domain] = text_of(content)
            except InputError as error:
                self._gathered.found("zone_unreadable", path, domain=domain, why=error.errors[0].message)


WANTED: dict[str, _Wanted] = {
    "P/user.conf": _Wanted(Hestia._take_user, "whether the account is suspended"),
    "P/backup.conf": _Wanted(Hestia._take_backups, "the account's name, in those of its archives"),
    "cron/cron.conf": _Wanted(Hestia._take_crons, "how many jobs; the commands are not kept"),
    "web/*/P/web.conf": _Wanted(Hestia._take_web, "a website, its aliases and PHP"),
    "dns/*/P/dns.conf": _Wanted(Hestia._take_dns, "whether a zone is suspended"),
    "dns/*/P/*.conf": _Wanted(Hestia._take_records, "records: what the DNS tells everybody"),
    "dns/*/conf/*.db": _Wanted(Hestia._take_zone, "a zone file: what the DNS tells everybody"),
    "mail/*/P/mail.conf": _Wanted(Hestia._take_mail, "a mail domain, where mail for unknown addresses goes"),
    "mail/*/P/*.conf": _Wanted(Hestia._take_accounts, "mailboxes with quotas, aliases, forwards; hashes are not kept"),
}
"""All that is read; "*" is a domain, "P" the panel's folder. Nothing else is looked into."""


def _wanted(path: str) -> _Wanted | None:
    """Return why a file is read; None where it is not."""
    parts = path.split("/")
    if len(parts) == 2:
        return WANTED.get(f"P/{parts[1]}" if parts[0] in _PANELS else path)
    if len(parts) != 4:
        return None
    kind, domain, folder, name = parts
    if name in (f"{domain}.conf", f"{domain}.db"):
        name = f"*{name[len(domain) :]}"
    return WANTED.get(f"{kind}/*/{'P' if folder in _PANELS else folder}/{name}")


def _above(name: str) -> list[str]:
    """Return the names above a name, the nearest first."""
    labels = name.split(".")
    return [".".join(labels[at:]) for at in range(1, len(labels) - 1)]


def _folder(root: str) -> str:
    """Return the folder of a site within the account, of an absolute one (/home/NAME/web/...); "" for none."""
    parts = root.strip("/").split("/")
    return "/".join(parts[2:]) if parts[:1] == ["home"] and len(parts) > 3 and ".." not in parts else ""


def _in_archive(folder: str) -> str:
    """Return where a folder lies in the archive: web/DOMAIN/domain_data/public_html."""
    parts = folder.split("/")
    return "/".join((*parts[:2], "domain_data", *parts[2:]))
