"""The elements of a Plesk dump, as a parser passes them by: which ones are looked at, and what they say.

    migration-dump / admin|client|reseller / domains / domain@name          an account's domains, one or many
        preferences / domain-alias@name, properties / status, dns-zone / dnsrec@type,src,dst,opt
        mailsystem / mailusers / mailuser@name,mailbox-quota / mailbox@enabled, alias, forwarding-address, redirect, ...
        databases / database@name,type
        phosting@www-root / scripting@php_handler_id, sites / site@name, subdomains / subdomain@name
        content / cid@type,unpacksize / content-file@size                   in each of them

What stands in no table below is passed over: of it nothing is kept.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from core.ground.messages import InputError
from core.inventory.gathered import TARGETS_MAX, ZONES_MAX, Gathered
from core.inventory.inventory import Inventory
from core.inventory.names import address, domain_name, told_name
from core.inventory.plesk_mail import MailUser, found_mailboxes, quota_of, take_forwards, take_user
from core.zonefile.plesk_zone import FIELDS, read_elements

DEPTH_MAX = 100
"""How deep elements lie in one another; Plesk's about twenty."""
TEXT_MAX = 4_000
"""Letters of a text that is kept until its element ends; a longer one is none."""
RECORDS_MAX = 20_000
"""Records of a zone."""

_ROOTS = frozenset(["migration-dump", "data", "admin", "reseller", "client", "clients", "domains", "domain"])
_SIZES = ("unpacksize", "unpacked-size", "unpacked_size", "size")
_DATES = ("creation-date", "backup-date", "date")
_PHP = re.compile(r"php[-_]?([5-9])[._]?([0-9]{1,2})(?![0-9])", re.IGNORECASE)
_VERSION = re.compile(r"([5-9]\.[0-9]{1,2})(?:\.[0-9]{1,3})?")
# backup_user-data_2611281530.tgz
_STAMP = re.compile(r"_([0-9]{6})[0-9]{4}\.")


class NotPleskError(ValueError):
    """XML that no Plesk wrote."""


class _At(NamedTuple):
    """Where an element stands: its tag, whose it is (the nearest domain, mail user, database), what a status is of."""

    tag: str
    host: str = ""
    box: MailUser | None = None
    database: str = ""
    of: str = ""
    cid: str = ""


class Elements:
    """What a parser calls with each element (`start`, `data`, `end`). `events`: how often it did so.

    `known`: whether anything of Plesk's was there; `here`: the domain that is being read.
    """

    def __init__(self) -> None:
        self.events, self.known, self.here = 0, False, ""
        self._gathered = Gathered()
        self._path: list[_At] = []
        self._text: list[str] | None = None
        self._length = 0
        self._users: dict[str, MailUser] = {}
        self._records: list[dict[str, str]] = []
        self._letters = 0
        self._disabled: set[tuple[str, str]] = set()
        self._webspaces: dict[str, int] = {}
        self._webspace_of: dict[str, str] = {}
        self._packed = 0

    # -- the parser's calls

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the beginning of an element."""
        self.events += 1
        tag = _local(tag)
        if not self._path and tag not in _ROOTS:
            raise NotPleskError
        if len(self._path) >= DEPTH_MAX:
            raise NotPleskError
        above = self._path[-1] if self._path else _At("")
        begin = STARTS.get(tag)
        at = above._replace(tag=tag)
        self._path.append(begin(self, at, above, attributes) if begin else at)
        self._text, self._length = ([] if tag in TEXTS else None), 0

    def data(self, text: str) -> None:
        """Take a piece of a text; it is kept where its element is one of TEXTS, and dropped else."""
        self.events += 1
        if self._text is not None:
            self._length += len(text)
            if self._length <= TEXT_MAX:
                self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self.events += 1
        at = self._path.pop()
        if self._text is not None and (take := TEXTS.get(at.tag)) and self._length <= TEXT_MAX:
            take(self, at, "".join(self._text).strip())
        self._text = None
        if finish := ENDS.get(at.tag):
            finish(self, at)

    def close(self) -> None:
        """Take the end of it all."""

    # -- what begins

    def _begin_dump(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        for name in _DATES:
            self._made(said.get(name, "")[:10])
        return at

    def _begin_owner(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        self._gathered.account = self._gathered.account or told_name(said.get("name", said.get("login", "")))
        return at

    def _begin_domain(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        if above.tag not in ("", "domains", "migration-dump", "client", "admin", "reseller"):
            return at
        self.known = True
        name = domain_name(said.get("name", ""))
        if name is None:
            self._gathered.found("name_unreadable", "domain", name=told_name(said.get("name", "")))
            return _At(at.tag)
        if name in self._gathered.domains:
            self._gathered.found("listed_twice", "domain", name=name)
        self._gathered.domain(name, "addon" if self._gathered.domains else "main")
        self.here = name
        return _At(at.tag, name, of="domain")

    def _begin_elsewhere(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        # An index of several files: what this domain has stands in one of the others.
        if name := domain_name(said.get("name", "")):
            self.known = True
            self._gathered.domain(name, "addon" if self._gathered.domains else "main")
            self._gathered.found("domain_elsewhere", "", domain=name)
        return at

    def _begin_site(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        name, parent = said.get("name", ""), above.host
        if at.tag == "subdomain" and parent and not name.lower().rstrip(".").endswith(f".{parent}"):
            name = f"{name}.{parent}"
        host = domain_name(name)
        if not parent or host is None:
            self._gathered.found("name_unreadable", at.tag, name=told_name(said.get("name", "")))
            return _At(at.tag)
        part = host.endswith(f".{parent}")
        self._gathered.domain(host, "subdomain" if part else "addon", parent if part else "")
        if host in self._gathered.domains:
            self._webspace_of[host] = self._webspace_of.get(parent, parent)
        if at.tag == "subdomain":
            self._gathered.said.add("sites")
            self._gathered.site(host, f"subdomains/{said.get('name', '')[:100]}/httpdocs")
        return _At(at.tag, host, of="domain")

    def _begin_alias(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        if name := domain_name(said.get("name", "")):
            if name in self._gathered.domains:
                self._gathered.found("pointer_is_domain", "domain-alias", domain=name, of=at.host)
            self._gathered.domain(name, "alias", at.host)
        else:
            self._gathered.found("name_unreadable", "domain-alias", name=told_name(said.get("name", "")))
        return at._replace(of="")

    def _begin_hosting(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        if at.host:
            self._gathered.said.add("sites")
            self._gathered.site(at.host, said.get("www-root", "httpdocs").strip("/")[:200])
        return at._replace(of="")

    def _begin_redirect(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        # Standard and frame forwarding: another's website is shown.
        if at.host:
            self._gathered.found("site_redirects", "", host=at.host)
        return at

    def _begin_php(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        version = _VERSION.fullmatch(said.get("php_version", said.get("version", ""))[:20])
        handler = next((said[name] for name in _HANDLERS if name in said), "")
        if at.tag == "php-handler" and not handler:
            handler = said.get("id", "")
        found = _PHP.search(handler[:100])
        php = version[1] if version else f"{found[1]}.{found[2]}" if found else ""
        if php and at.host in self._gathered.sites:
            self._gathered.said.add("php")
            self._gathered.site(at.host, "", php=php)
        return at

    def _begin_mail(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        self._gathered.said.update(("mailboxes", "aliases"))
        return at._replace(of="mail")

    def _begin_user(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        name = address(said.get("name", ""), at.host) if at.host else None
        if name is None:
            self._gathered.found("name_unreadable", "mailuser", name=told_name(said.get("name", "")))
            return at._replace(of="")
        off = said.get("forwarding-enabled", said.get("mailgroup-enabled", "true")).lower() == "false"
        return at._replace(box=MailUser(name, quota_of(said.get("mailbox-quota", "")), not off), of="")

    def _begin_mailbox(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        if at.box:
            at.box.on = said.get("enabled", "true").lower() != "false"
        return at

    def _begin_forward(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        if at.box and said.get("enabled", "true").lower() == "false":
            at.box.forwarding = False
        return at

    def _begin_reply(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        if at.box and said.get("status", said.get("enabled", "on")).lower() not in ("off", "false"):
            self._gathered.found("autoresponder", "mailuser", address=at.box.address)
        return at

    def _begin_databases(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        self._gathered.said.add("databases")
        return at._replace(of="")

    def _begin_database(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        name = told_name(said.get("name", ""))
        if name in ("", "…"):
            self._gathered.found("name_unreadable", "database", name=name or "…")
            return at._replace(of="")
        if name in self._gathered.databases:
            self._gathered.found("listed_twice", "database", name=name)
        self._gathered.said.add("databases")
        self._gathered.database(name)
        return at._replace(database=name, of="")

    def _begin_zone(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        self._records = []
        if said.get("type", "master").lower() in ("slave", "secondary") and at.host:
            self._gathered.found("zone_secondary", "dns-zone", domain=at.host)
        return at._replace(of="zone")

    def _begin_record(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        record = {name: said[name] for name in FIELDS if name in said}
        letters = sum(map(len, record.values()))
        self._letters += letters
        if letters > TEXT_MAX or len(self._records) >= RECORDS_MAX or self._letters > ZONES_MAX:
            self._gathered.found("record_left_out", "dnsrec", domain=at.host)
        else:
            self._records.append(record)
        return at

    def _begin_disabled(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        # "parent": nobody switched this off, but what it is a part of.
        tag = _DISABLED.get(at.of, "") if above.tag == "status" and said.get("name", "").lower() != "parent" else ""
        if at.host and tag and (tag, at.host) not in self._disabled:
            self._disabled.add((tag, at.host))
            self._gathered.found(tag, "status", domain=at.host)
        return at

    def _begin_tasks(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        self._gathered.crons = self._gathered.crons or 0
        self._gathered.said.add("crons")
        if at.tag == "scheduled-task":
            self._gathered.crons += 1
        return at

    def _begin_content(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        size = next((int(said[name]) for name in _SIZES if _number(said.get(name, ""))), None)
        if size is None:
            return at._replace(cid="packed")
        if at.box:
            at.box.size = size + (at.box.size or 0)
        elif at.database:
            self._gathered.said.add("database_sizes")
            self._gathered.database(at.database, size)
        elif at.host and said.get("type") == "docroot":
            self._gathered.said.add("site_sizes")
            self._gathered.site(at.host, "", size)
        elif at.host in self._gathered.domains and said.get("type") == "user-data":
            self._webspaces[at.host] = size + self._webspaces.get(at.host, 0)
        return at._replace(cid="unpacked")

    def _begin_file(self, at: _At, above: _At, said: Mapping[str, str]) -> _At:
        # The bytes of what is packed say little of those of what is in it.
        if at.cid == "packed" and _number(said.get("size", "")):
            self._packed += 1
        return at

    # -- texts

    def _text_alias(self, at: _At, text: str) -> None:
        if at.box and text and len(at.box.aliases) < TARGETS_MAX:
            at.box.aliases.append(text)
        elif at.box and text:
            self._gathered.left_out("aliases")

    def _text_target(self, at: _At, text: str) -> None:
        # One more than there may be, so that it is told.
        if at.box and text and len(at.box.targets) <= TARGETS_MAX:
            at.box.targets.append(text)

    def _text_catch_all(self, at: _At, text: str) -> None:
        # Else: reject, or bounce:TEXT.
        if at.host and "@" in text and not text.lower().startswith("bounce:"):
            take_forwards(self._gathered, f"*@{at.host}", [text], ())

    def _text_file(self, at: _At, text: str) -> None:
        if stamp := _STAMP.search(text):
            self._made(f"20{stamp[1][:2]}-{stamp[1][2:4]}-{stamp[1][4:]}")

    # -- what ends

    def _end_user(self, at: _At) -> None:
        if at.box:
            take_user(self._gathered, self._users, at.box)

    def _end_zone(self, at: _At) -> None:
        if not at.host:
            return
        gathered, records, self._records = self._gathered, self._records, []
        gathered.said.add("zones")
        try:
            gathered.zones[at.host] = read_elements(records, at.host)
        except InputError as error:
            gathered.found("zone_unreadable", "dns-zone", domain=at.host, why=error.errors[0].message)
        lines = (" ".join(f"{name}={quoteattr(value)}" for name, value in record.items()) for record in records)
        inside = "".join(f"<dnsrec {line}/>\n" for line in lines)
        gathered.zone_texts[at.host] = f"<dns-zone>\n{inside}</dns-zone>\n"

    # -- what it comes to

    def _made(self, text: str) -> None:
        if self._gathered.made_on is None:
            try:
                self._gathered.made_on = dt.date.fromisoformat(text)
            except ValueError:
                return
            self._gathered.said.add("made_on")

    def inventory(self) -> Inventory:
        """Return what all elements together say."""
        gathered = self._gathered
        together: dict[str, list[str]] = {}
        for name in gathered.sites:
            together.setdefault(self._webspace_of.get(name, name), []).append(name)
        for host, size in self._webspaces.items():
            sites = together.get(host, [])
            if sites == [host] and gathered.sites[host].size is None:
                gathered.said.add("site_sizes")
                gathered.site(host, "", size)
            elif sites:
                # The files of all websites of a subscription in one archive.
                gathered.found("site_sizes_together", "", host=host, size=size)
        if self._packed:
            gathered.found("packed_sizes")
        found_mailboxes(gathered, self._users)
        return gathered.inventory("plesk")


_HANDLERS = ("php_handler_id", "php-handler-id", "php_handler", "handler-id")
_DISABLED = {"domain": "domain_suspended", "mail": "mail_suspended", "zone": "zone_suspended"}

STARTS: dict[str, Callable[[Elements, _At, _At, Mapping[str, str]], _At]] = {
    "migration-dump": Elements._begin_dump,
    **dict.fromkeys(("client", "reseller", "sysuser"), Elements._begin_owner),
    "domain": Elements._begin_domain,
    "domain-info": Elements._begin_elsewhere,
    **dict.fromkeys(("site", "subdomain"), Elements._begin_site),
    "domain-alias": Elements._begin_alias,
    "phosting": Elements._begin_hosting,
    **dict.fromkeys(("shosting", "fhosting"), Elements._begin_redirect),
    **dict.fromkeys(("scripting", "php-handler"), Elements._begin_php),
    "mailsystem": Elements._begin_mail,
    "mailuser": Elements._begin_user,
    "mailbox": Elements._begin_mailbox,
    **dict.fromkeys(("redirect", "forwarding", "mailgroup"), Elements._begin_forward),
    "autoresponder": Elements._begin_reply,
    "databases": Elements._begin_databases,
    "database": Elements._begin_database,
    "dns-zone": Elements._begin_zone,
    "dnsrec": Elements._begin_record,
    "disabled-by": Elements._begin_disabled,
    **dict.fromkeys(("scheduled-tasks", "scheduled-task"), Elements._begin_tasks),
    "cid": Elements._begin_content,
    "content-file": Elements._begin_file,
}
"""What is looked at where it begins, with its attributes."""
TEXTS: dict[str, Callable[[Elements, _At, str], None]] = {
    "alias": Elements._text_alias,
    **dict.fromkeys(("forwarding-address", "redirect", "mailgroup-member"), Elements._text_target),
    "catch-all": Elements._text_catch_all,
    "content-file": Elements._text_file,
}
"""Whose text is kept until it ends. Passwords stand in others."""
ENDS: dict[str, Callable[[Elements, _At], None]] = {"mailuser": Elements._end_user, "dns-zone": Elements._end_zone}
"""What is taken up as a whole where it ends."""


def _local(tag: str) -> str:
    """Return a tag in lower case, without a namespace."""
    return tag.rpartition("}")[2].lower() if len(tag) <= 200 else ""


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15
