"""What the files of a cPanel account come to: which domain is what, whose folder and mailbox is how large.

cPanel makes a subdomain for each added domain, which holds its site: that one is the added domain's, none of its own.
"""

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field

from core.inventory import mailbox_sizes
from core.inventory.cpanel_files import AccountFile, DomainsFile, SiteFile, subdomain_name
from core.inventory.folder_sizes import FolderSizes
from core.inventory.gathered import ENTRIES_MAX, Gathered
from core.inventory.inventory import Inventory, Role
from core.inventory.mailbox_sizes import Measured
from core.inventory.names import address, domain_name, local_part, told, told_name

SYSTEM = ""
"""The account's own mailbox, among the others."""

_USERDATA = "userdata/main"
_OLDER: tuple[tuple[str, Role], ...] = (
    ("addons", "addon"), ("pds", "alias"), ("sds", "subdomain"), ("sds2", "subdomain"),
)  # fmt: skip
# Who has a site, and who comes first where two have the same folder.
_SITES: dict[Role, int] = {"main": 0, "addon": 1, "subdomain": 2}
_DUMP = re.compile(r"([\w$.@+~-]{1,128}?)\.(sql|sql\.gz|create|tar)")
# Webmail keeps its own data there.
_WEBMAIL = frozenset(("horde", "roundcube"))


@dataclass(slots=True)
class Account:
    """What passed by, as it stands in the files; names in it are not checked yet.

    `lines`: of `addons`, `pds`, `sds`, `sds2`: line number and both halves. `users`, `quotas`: by domain. `boxes`: by
    "DOMAIN/USER". `dumps`: databases, by extension their sizes. `tops`: what lies in the account's folder. `amounts`:
    bytes and lines that were read, by kind. `strangers`: domains with mail that the account does not have. `etc`:
    domains that have a folder for lists of mailboxes. `home`, `mail`: whether anything of the home, of its mail passed
    by.
    """

    gathered: Gathered = field(default_factory=Gathered)
    name: str = ""
    made_on: dt.date | None = None
    packed: int = 0
    file: AccountFile | None = None
    domains: DomainsFile | None = None
    sites: dict[str, SiteFile] = field(default_factory=dict)
    ssl: dict[str, SiteFile] = field(default_factory=dict)
    lines: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)
    homes: set[str] = field(default_factory=set)
    users: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    quotas: dict[str, list[tuple[int, str, int | None]]] = field(default_factory=dict)
    boxes: dict[str, Measured] = field(default_factory=dict)
    boxes_over: bool = False
    sizes: FolderSizes = field(default_factory=FolderSizes)
    dumps: dict[str, dict[str, int]] = field(default_factory=dict)
    tops: set[str] = field(default_factory=set)
    crons: int = 0
    amounts: Counter[str] = field(default_factory=Counter)
    strangers: set[str] = field(default_factory=set)
    home: bool = False
    etc: set[str] = field(default_factory=set)
    mail: bool = False
    suspended: bool = False

    def dump(self, folder: str, name: str, size: int) -> None:
        """Take a database's file up."""
        found = _DUMP.fullmatch(name)
        if found is None:
            self.gathered.found("name_unreadable", folder, name=told_name(name))
        elif found[1] not in _WEBMAIL:
            if found[1] in self.dumps or len(self.dumps) < ENTRIES_MAX:
                self.dumps.setdefault(found[1], {})[found[2]] = size
            elif found[2] != "create":
                self.gathered.left_out("databases")


def inventory(account: Account) -> Inventory:
    """Return what an account's files say, with what contradicts within them."""
    gathered = account.gathered
    gathered.account = account.name
    gathered.made_on = account.made_on or _day(account.packed)
    if gathered.made_on:
        gathered.said.add("made_on")
    if account.suspended or (account.file and account.file.suspended):
        gathered.found("account_suspended")
    hosts = _domains(account)
    _sites(account, hosts)
    _mail(account, hosts)
    _zones(account)
    _databases(account)
    if "cron" in account.tops:
        gathered.crons = account.crons
        gathered.said.add("crons")
    if account.tops & {"va", "vad"}:
        gathered.said.add("aliases")
    return gathered.inventory("cpanel")


def _day(moment: int) -> dt.date | None:
    # Before cPanel nobody made one; archives that are made anew for a test have such times.
    return dt.datetime.fromtimestamp(moment, dt.UTC).date() if 800_000_000 < moment < 4_000_000_000 else None


# -- domains


@dataclass(frozen=True, slots=True)
class _Hosts:
    """The main domain ("" where nobody says it); of each added domain the subdomain that holds its site; all those."""

    main: str
    addons: dict[str, str]
    technical: frozenset[str]


def _domains(account: Account) -> _Hosts:
    """Put the domains in: those of `userdata`, else of the older files; what only another file knows is told."""
    gathered, userdata, file = account.gathered, account.domains, f"cp/{account.name}"
    said, by_file = userdata.main if userdata else "", account.file.main if account.file else ""
    main = (_name(account, said, _USERDATA) if said else "") or (_name(account, by_file, file) if by_file else "")
    if main:
        gathered.domain(main, "main")
    if said and by_file and domain_name(by_file) != main:
        gathered.found("main_domain_differs", domain=main, other=told_name(by_file))
    addons = _addons(account)
    hosts = _Hosts(main, addons, frozenset(addons.values()))
    if userdata:
        for raw in userdata.addons:
            _put(account, hosts, "addon", raw, _USERDATA)
        for raw in userdata.parked:
            _put(account, hosts, "alias", raw, _USERDATA)
        for raw in userdata.subdomains:
            _put(account, hosts, "subdomain", raw, _USERDATA)
    for path, role in _OLDER:
        for row, raw, _ in account.lines.get(path, ()):
            _put(account, hosts, role, raw, path, row=row, late=userdata is not None)
    for raw in account.file.others if account.file else ():
        _put(account, hosts, None, raw, file, late=True)
    for raw in account.sites:
        _put(account, hosts, None, raw, f"userdata/{raw}", late=True)
    return hosts


def _put(
    account: Account, hosts: _Hosts, role: Role | None, raw: str, where: str, *, row: int = 0, late: bool = False
) -> None:
    """Put a domain in. `role`: None where the file does not say it; `late`: an earlier file should have named it."""
    name = _name(account, subdomain_name(raw) if role == "subdomain" else raw, where, row)
    if not name or name in account.gathered.domains or name in hosts.technical:
        return
    if late:
        account.gathered.found("domain_unlisted", where, domain=name)
    parent = _parent(account, name)
    role = role or ("subdomain" if parent else "addon")
    account.gathered.domain(name, role, {"alias": hosts.main, "subdomain": parent}.get(role, ""))


def _name(account: Account, raw: str, where: str, row: int = 0) -> str:
    if (name := domain_name(raw)) is None:
        tag = "name_unreadable_line" if row else "name_unreadable"
        account.gathered.found(tag, where, name=told_name(raw), **({"row": row} if row else {}))
    return name or ""


def _parent(account: Account, name: str) -> str:
    """Return the nearest domain above a name that the account has, "" where there is none."""
    while name:
        name = name.partition(".")[2]
        known = account.gathered.domains.get(name)
        if known and known.role != "subdomain":
            break
    return name


def _addons(account: Account) -> dict[str, str]:
    if account.domains:
        found = [*account.domains.addons.items()]
    else:
        found = [(raw, subdomain_name(sub)) for _, raw, sub in account.lines.get("addons", ())]
    return {name: domain_name(sub) or sub.lower() for raw, sub in found if (name := domain_name(raw))}


# -- sites


def _sites(account: Account, hosts: _Hosts) -> None:
    """Put the sites in: of the main domain, of added ones, of subdomains. A folder is one site, whoever shows it."""
    gathered = account.gathered
    older = {subdomain_name(sub).lower(): folder for _, sub, folder in account.lines.get("sds2", ())}
    by_folder: dict[str, str] = {}
    for host, role, _ in sorted(gathered.domains.values(), key=lambda one: _SITES.get(one.role, 9)):
        if role not in _SITES:
            continue
        key = hosts.addons.get(host, host)
        file = account.sites.get(key)
        written = (file.folder if file else "") or older.get(key, "") or ("public_html" if role == "main" else "")
        folder = _folder(account, written, file.home if file else "")
        if folder is None:
            gathered.found("site_folder_unknown" if not written else "site_folder_outside", host=host)
            gathered.site(host, told(written))
        elif folder in by_folder:
            gathered.found("site_folder_shared", host=host, folder=folder, of=by_folder[folder])
        else:
            by_folder[folder] = host
            gathered.site(host, folder, php=file.php if file else "")
        secure = account.ssl.get(key)
        if file and secure and secure.folder and secure.folder != file.folder:
            gathered.found("site_folder_differs", host=host, folder=told(file.folder), other=told(secure.folder))
    if gathered.sites:
        gathered.said.add("sites")
    if any(site.php for site in gathered.sites.values()):
        gathered.said.add("php")
    _site_sizes(account, by_folder)


def _site_sizes(account: Account, by_folder: dict[str, str]) -> None:
    gathered = account.gathered
    if account.sizes.over:
        gathered.found("site_sizes_unknown")
        return
    sizes = account.sizes.of([f"homedir/{folder}" for folder in by_folder])
    for folder, host in by_folder.items():
        if (size := sizes.get(f"homedir/{folder}")) is not None:
            gathered.said.add("site_sizes")
            gathered.site(host, folder, size)
        elif account.home:
            gathered.found(account.sizes.why_unknown(f"homedir/{folder}"), host=host, folder=folder)


def _folder(account: Account, written: str, home: str) -> str | None:
    """Return a site's folder within the home; None where there is none, or it lies outside."""
    folder = written
    if written.startswith("/"):
        homes = [*filter(None, (home, *sorted(account.homes), f"/home/{account.name}"))]
        inside = [written[len(one) + 1 :] for one in homes if written.startswith(f"{one.rstrip('/')}/")]
        folder = inside[0] if inside else ""
    parts = [part for part in folder.split("/") if part not in ("", ".")]
    # `told` is what may be shown of it; a folder that is otherwise is none of a site.
    return "/".join(parts) if parts and ".." not in parts and told(folder) == folder else None


# -- mail


def _mail(account: Account, hosts: _Hosts) -> None:
    """Put the mailboxes in: those of the lists, their quotas, their sizes, and what contradicts among them."""
    gathered = account.gathered
    if account.users:
        gathered.said.add("mailboxes")
    if account.quotas:
        gathered.said.add("quotas")
    if account.boxes_over:
        gathered.found("mailboxes_left_out", most=ENTRIES_MAX)
    elif account.mail:
        gathered.said.add("mailbox_sizes")
    listed: dict[str, None] = {}
    for domain, users in account.users.items():
        where = f"homedir/etc/{domain}/passwd"
        for row, user in users if _known(account, domain, where) else ():
            if found := address(user, domain_name(domain) or ""):
                listed[found] = None
                gathered.mailbox(found)
            else:
                gathered.found("name_unreadable_line", where, name=told_name(user), row=row)
    for domain, quotas in account.quotas.items():
        where = f"homedir/etc/{domain}/quota"
        for row, user, quota in quotas:
            found = address(user, domain_name(domain) or "")
            if quota is None or found is None:
                gathered.found("quota_unreadable", where, row=row)
            elif found not in listed:
                gathered.found("quota_unlisted", where, address=found)
            elif found in gathered.mailboxes:
                gathered.mailbox(found, quota=quota)
    mailbox_sizes.judge(gathered, _measured(account), listed if account.users else None)
    with_mail = {key.partition("/")[0].lower() for key in account.boxes if key != SYSTEM}
    for domain in sorted((with_mail | account.etc) - account.users.keys()):
        if name := domain_name(domain):
            gathered.found("mailboxes_not_listed", domain=name)
    own = account.boxes.get(SYSTEM)
    if own and own.messages and hosts.main and local_part(account.name):
        gathered.mailbox(f"{account.name.lower()}@{hosts.main}", own.size)


def _measured(account: Account) -> dict[str, Measured]:
    found: dict[str, Measured] = {}
    unknown: set[str] = set()
    for key, box in account.boxes.items():
        domain, _, user = key.partition("/")
        if key == SYSTEM or domain in unknown:
            continue
        if not _known(account, domain, f"homedir/mail/{domain}"):
            unknown.add(domain)
        elif whose := address(user, domain_name(domain) or ""):
            found[whose] = box
        else:
            account.gathered.found("name_unreadable", f"homedir/mail/{domain}", name=told_name(user))
    return found


def _known(account: Account, domain: str, where: str) -> bool:
    """Whether a folder of mail is named after a domain; one that the account does not have is told."""
    name = domain_name(domain)
    if name is None:
        account.gathered.found("name_unreadable", where, name=told_name(domain))
    elif name not in account.gathered.domains and name not in account.strangers:
        account.strangers.add(name)
        account.gathered.found("domain_unlisted", where, domain=name)
    return name is not None


# -- zones and databases


def _zones(account: Account) -> None:
    gathered = account.gathered
    if not gathered.zone_texts:
        return
    gathered.said.add("zones")
    for name in gathered.zone_texts:
        if name not in gathered.domains:
            gathered.found("zone_unlisted", domain=name)
    for domain in gathered.domains.values():
        if domain.role != "subdomain" and domain.name not in gathered.zone_texts:
            gathered.found("domain_without_zone", domain=domain.name)


def _databases(account: Account) -> None:
    gathered = account.gathered
    if account.tops & {"mysql", "psql", "mysql.sql"}:
        gathered.said.add("databases")
    for name, dumps in account.dumps.items():
        sizes = [size for kind, size in dumps.items() if kind in ("sql", "tar")]
        gathered.database(name, sum(sizes) if sizes else None)
        if sizes:
            gathered.said.add("database_sizes")
        else:
            gathered.found("database_compressed" if "sql.gz" in dumps else "database_without_dump", database=name)
