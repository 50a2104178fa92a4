"""A hoster's customers on their last day there: each domain on an old and a new hoster, with one fault of its own.

A fault is data (`tests/lab/cutover_faults.py`). All of them stand before the servers start, each under a name of its
own, so that no look disturbs another and no server is told anything later: name servers (nsd and knot), web servers
(nginx on the old side, Apache on the new one), Postfix and Dovecot on both.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, NamedTuple, Self

from core.cutover.settings import Targets
from core.cutover.wanted import Wanted
from core.zonefile.reading import read
from tests.lab.certificates import Certificate, Issuer
from tests.lab.laboratory import Delegation, Laboratory
from tests.lab.mail_services import READING, SENDING, SMTP, SUBMISSION, Dovecot, MailHost, Postfix
from tests.lab.network import add_ipv4
from tests.lab.servers import Knot, Nsd
from tests.lab.services import TLS, WEB, Apache, Nginx, Reply, Service, Site, Web, open_folder
from tests.lab.stage import Party
from tests.lab.zones import DAY, Key

Side = Literal["old", "new"]

THIRD = "127.0.12.1"
"""The mail host of a company that is neither: nobody listens there, as nobody should ask."""
TARGETS = Targets(tuple(ip_network("127.0.0.0/8").address_exclude(ip_network(f"{THIRD}/32"))))
"""The laboratory's networks, as CUTOVER_TARGETS names ours."""
TTL = 300
AUTHORITY, AUTHORITY_DOMAIN = "Let's Encrypt", "letsencrypt.org"
"""Who signs the certificates, and its name in CAA records."""
HOSTS, BOXES = ("@", "www", "sklep"), ("jan", "biuro")

OLD = {"web": "127.0.10.1", "mail": "127.0.10.2"}
NEW = {
    "web": "127.0.11.1",
    "mail": "127.0.11.2",
    "bare": "127.0.11.3",  # port 25 without TLS
    "other": "127.0.11.4",  # Dovecot's certificate is for another name
    "silent": "127.0.11.5",  # connections are taken, and nothing is said
    "closed": "127.0.11.6",  # nobody listens
    "defers": "127.0.11.7",  # every recipient is put off
    "unread": "127.0.11.8",  # mail is taken, and cannot be read
    "plain": "127.0.11.9",  # web without TLS
    "bare-587": "127.0.11.11",  # port 587 without TLS
    "strange": "127.0.11.10",  # mail with a certificate for another name
    "expired": "127.0.11.12",  # mail with one that is over
}
MAIL_HOSTS = ("mail", "bare", "bare-587", "other", "defers", "unread", "strange", "expired")

DKIM_KEY = (
    '"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAv8YezVTWXjEEy5cpeAjTIX2EhO6Jtq6c/JzJS'
    'r/48D7KjZEjBXDZoM01HHQ8+8DZLGyFTbnL3/FfwOZ1ZzWYyHcRqb0DBmbiVmHhwXSXurrQn/SZz/a3wcb0/jxtUj0YoY45XU7H"'
    ' "ru8cHMJEM3+UE8p+ImwfX//2aoZ6pWpsYI5vARrEcGvwaqQpc7ha10r06Pbz0/qJD7rcjxaKmPfHUe9gLUHnDZe+zikdkT00iv'
    "UAhzV4wl+uLkruO0nyWwjCaK/WjVN40jZ0gudZWDzGlbHm4XHh9+0FFS3aVvj2rnQosEDMGqMLx8Du02u8YOAySUKZmgIHbsV0YY"
    'WUwr07bwIDAQAB"'
)
ZONE = (
    "@ A {web}",
    "www A {web}",
    "sklep A {web}",
    "poczta A {mail}",
    "@ MX 10 poczta",
    '@ TXT "v=spf1 mx ip4:{mail} -all"',
    f"s1._domainkey TXT {DKIM_KEY}",
    '_dmarc TXT "v=DMARC1; p=quarantine"',
    f'@ CAA 0 issue "{AUTHORITY_DOMAIN}"',
    "autoconfig CNAME poczta",
    "_imaps._tcp SRV 0 1 993 poczta",
)
"""The zone of a clean move, on both sides."""

PAGE = """<!doctype html><html lang="pl"><head><title>{host} - sklep z herbatą</title></head><body>
<h1>Herbata prosto z plantacji</h1><p>Od trzydziestu lat sprowadzamy herbatę z gór, w których rosną najstarsze krzewy.
Każdą paczkę pakujemy ręcznie w Krakowie, a zamówienia złożone do południa wysyłamy jeszcze tego samego dnia.</p>
<p>Zapraszamy też do naszej herbaciarni przy ulicy Długiej, codziennie od dziesiątej do osiemnastej.</p></body>
</html>"""
DEFAULT_PAGE = """<!doctype html><html><head><title>Apache2 Debian Default Page: It works</title></head><body>
<h1>It works!</h1><p>This is the default welcome page used to test the correct operation of the Apache2 server after
installation on Debian systems.</p></body></html>"""


@dataclass(frozen=True)
class Edit:
    """What is otherwise in a zone: lines left out, by how they begin ("sklep A"), and lines that are there besides."""

    without: tuple[str, ...] = ()
    more: tuple[str, ...] = ()

    def applied(self, lines: Sequence[str]) -> list[str]:
        kept = [line for line in lines if not line.startswith(self.without)] if self.without else list(lines)
        # A beginning that no line has is a mistake in the table.
        assert all(any(line.startswith(one) for line in lines) for one in self.without), self.without
        return [*kept, *self.more]


class Show(NamedTuple):
    """What a web server shows for a host: its page and a good certificate unless it says otherwise.

    `certificate`: "other" is for another name, "alone" signed by itself, "none": there is no TLS. `absent`: the server
    does not know the name.
    """

    reply: Reply | None = None
    certificate: Literal["good", "other", "expired", "soon", "alone", "none"] = "good"
    headers: Mapping[str, str] = {}
    absent: bool = False


@dataclass(frozen=True)
class Fault:
    """One domain with one thing wrong.

    `tags`: what must be found, and nothing else. `where`: the kind of server. `old`, `new`: what is otherwise in the
    zones; `second`: in that of the second of the new name servers alone. `lacks`: new name servers without the zone.
    `keys`: "left": the old zone is signed and the parent has its DS, the new one is not; "others": signed by other
    keys; "kept": by the same; `good_for`: days of the signatures. `web`, `web_old`: what is otherwise shown, by host.
    `web_at`, `mail_at`: which of the new hoster's addresses `{web}` and `{mail}` are. `boxes`: local parts known there,
    "" being a catch-all. `asked`: those that are asked for. `sites`, `mapping`: as wished, with names relative to the
    domain and addresses as in zones. `file`: what the old zone is told by beside.
    """

    id: str
    about: str
    tags: tuple[str, ...]
    where: str
    old: Edit = Edit()
    new: Edit = Edit()
    second: Edit | None = None
    lacks: Literal["", "one", "both"] = ""
    keys: Literal["", "left", "others", "kept"] = ""
    good_for: int = 30
    web: Mapping[str, Show] = field(default_factory=dict)
    web_old: Mapping[str, Show] = field(default_factory=dict)
    web_at: str = "web"
    mail_at: str = "mail"
    boxes: tuple[str, ...] = BOXES
    asked: tuple[str, ...] = BOXES
    sites: tuple[str, ...] = ("sklep",)
    mapping: Mapping[str, str] = field(default_factory=dict)
    file: str = ""


class Move:
    """A domain of a fault, as it stands on both sides."""

    def __init__(self, fault: Fault, name: str) -> None:
        self.fault, self.name = fault, name.removesuffix(".")
        self.old_key, self.new_key = Key(), Key()
        self.others: dict[str, str] = {}

    def host(self, relative: str) -> str:
        """Return a name of the domain without its last dot."""
        return self.name if relative == "@" else f"{relative}.{self.name}"

    def filled(self, text: str, side: Side) -> str:
        """Return a line of a zone, a header or an address's name with what is the domain's there."""
        own = OLD if side == "old" else NEW | {"web": NEW[self.fault.web_at], "mail": NEW[self.fault.mail_at]}
        known = {f"old_{key}": at for key, at in OLD.items()} | {f"new_{key}": at for key, at in NEW.items()}
        return text.format(domain=self.name, **(known | own | self.others))

    def zone(self, side: Side, *more: Edit) -> list[str]:
        """Return the lines of a side's zone."""
        lines: list[str] = list(ZONE)
        for edit in (self.fault.old if side == "old" else self.fault.new, *more):
            lines = edit.applied(lines)
        return [self.filled(line, side) for line in lines]

    def key(self, side: Side) -> Key | None:
        """Return what signs a side's zone."""
        if not self.fault.keys or (side == "new" and self.fault.keys == "left"):
            return None
        return self.new_key if side == "new" and self.fault.keys == "others" else self.old_key

    def ds(self) -> tuple[str, ...]:
        """Return what the parent says."""
        return (self.old_key.ds(self.name),) if self.fault.keys else ()

    def shows(self, side: Side) -> Iterator[tuple[str, Show]]:
        """Yield each host and what is shown for it."""
        said = self.fault.web_old if side == "old" else self.fault.web
        return ((relative, said.get(relative, Show())) for relative in dict.fromkeys((*HOSTS, *said)))


class CutoverStage:
    """Both hosters with all domains; `with` starts and stops them, inside the laboratory's network."""

    def __init__(self, lab: Laboratory, faults: Sequence[Fault]) -> None:
        self.lab = lab
        self.moves = {fault.id: Move(fault, lab.name(fault.id)) for fault in faults}
        self.issuer = Issuer(name=AUTHORITY)
        self.stranger = f"klient-innego-hostera.{lab.tld.removesuffix('.')}"
        self.services: dict[str, Service] = {}
        self._numbers = itertools.count()
        self._keeper = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self.stop)
            self.folder: Path = self._keeper.enter_context(open_folder())
            self.authorities_file = self.folder / "authority.pem"
            self.authorities_file.write_text(self.issuer.ca, encoding="ascii")
            for address in (*OLD.values(), *NEW.values()):
                add_ipv4(address)
            for port in (WEB, TLS, *SENDING, *READING):
                self._keeper.enter_context(socket.create_server((NEW["silent"], port), backlog=1024))
            self._start_services()
            self.old, self.new = self._hoster(), self._hoster()
            self._know_others()
            for side in ("old", "new"):
                self._serve(side)
            self._delegate()
            on_failure.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        for service in self.services.values():
            service.kill()
        self._keeper.close()

    def logs(self) -> dict[str, str]:
        """Return what the web and mail servers have said so far, by their names."""
        return {name: service.log() for name, service in self.services.items()}

    def wanted(self, id: str) -> Wanted:
        """Return what is asked of a look at a fault's domain."""
        move = self.moves[id]
        mapping = {move.filled(a, "old"): move.filled(b, "new") for a, b in move.fault.mapping.items()}
        file = move.filled(move.fault.file, "old").encode()
        return Wanted(
            zone=read(file, move.name) if file else None,
            zone_source="strefa.txt" if file else "",
            name=move.name,
            new_servers=tuple(self.new.servers.values()),
            old_servers=tuple(self.old.servers.values()),
            mapping=mapping,
            sites=tuple(move.host(site) for site in move.fault.sites),
            mailboxes=tuple(f"{box}@{move.name}" for box in move.fault.asked),
        )

    # -- name servers

    def _hoster(self) -> Party:
        return Party(*(self.lab.authority(kind=kind) for kind in (Nsd, Knot)))

    def _know_others(self) -> None:
        """Let zones name the old hoster's servers, and a company that is neither: {old_hoster}, {old_ns}, {third}."""
        third = self.lab.name("obca-poczta")
        self.lab.new.serve(third, f"mx A {THIRD}", '_spf TXT "v=spf1 ip4:192.0.2.0/24 -all"')
        self.lab.delegate(third, self.lab.new.servers)
        server = next(iter(self.old.servers)).removesuffix(".")
        for move in self.moves.values():
            move.others = {"old_ns": server, "old_hoster": server.partition(".")[2], "third": third.removesuffix(".")}

    def _serve(self, side: Side) -> None:
        """Let a hoster have all zones; its servers are away meanwhile, so that none is told of each."""
        party = self.old if side == "old" else self.new
        for member in party.members:
            member.stop()
        for move in self.moves.values():
            # Reading a zone only to write it takes longer than all else.
            how = {"ttl": TTL, "key": move.key(side), "as_written": move.key(side) is None}
            how["good_for"] = move.fault.good_for * DAY
            second = move.fault.second if side == "new" else None
            lacks = move.fault.lacks if side == "new" else ""
            for number in (0, 1):
                if lacks == "both" or (lacks == "one" and number == 1):
                    continue
                more = [second] if second and number == 1 else []
                party.serve(f"{move.name}.", *move.zone(side, *more), only=number, **how)
        for member in party.members:
            member.launch_it()
        for member in party.members:
            member.wait_until(".", "SOA")

    def _delegate(self) -> None:
        for move in self.moves.values():
            self.lab.delegations[f"{move.name}."] = Delegation(self.old.servers, TTL, move.ds())
        last = list(self.moves.values())[-1]
        self.lab.delegate(f"{last.name}.", self.old.servers, TTL, last.ds())  # the registry is told once

    # -- web and mail

    def _start_services(self) -> None:
        kinds: dict[Side, type[Web]] = {"old": Nginx, "new": Apache}
        for side, kind in kinds.items():
            self.services[f"{side}-web"] = kind(self.folder, f"{side}-web", list(self._sites(side)))
            taking, reading = self._mail_hosts(side)
            self.services[f"{side}-postfix"] = Postfix(self.folder, f"{side}-postfix", taking)
            self.services[f"{side}-dovecot"] = Dovecot(self.folder, f"{side}-dovecot", reading)
        for service in self.services.values():
            service.launch_it()
        for service in self.services.values():
            service.wait_until_open()

    def _sites(self, side: Side) -> Iterator[Site]:
        addresses = OLD if side == "old" else NEW
        # The first of an address answers for whoever is not there.
        default = {"/": Reply(body=DEFAULT_PAGE)}
        yield Site(addresses["web"], (self.stranger,), self._certificate(self.stranger), default, leads=False)
        if side == "new":
            yield Site(addresses["plain"], (self.stranger,), None, default)
        for move in self.moves.values():
            address = addresses[move.fault.web_at] if side == "new" else addresses["web"]
            if address in (NEW["closed"], NEW["silent"]):
                continue
            good = self._certificate(*map(move.host, dict(move.shows(side))))
            for relative, show in move.shows(side):
                if not show.absent:
                    yield self._site(move, relative, show, good, address, side)

    def _site(self, move: Move, relative: str, show: Show, good: Certificate, address: str, side: Side) -> Site:
        host = move.host(relative)
        reply = show.reply or Reply(body=PAGE.format(host=host))
        reply = Reply(reply.status, reply.body, move.filled(reply.to, side))
        certificates = {
            "good": lambda: good,
            "other": lambda: self._certificate(self.stranger),
            "expired": lambda: self._certificate(host, ends=dt.timedelta(hours=-5)),
            "soon": lambda: self._certificate(host, ends=dt.timedelta(days=2)),
            "alone": lambda: self._certificate(host, alone=True),
            "none": lambda: None,
        }
        return Site(address, (host,), certificates[show.certificate](), {"/": reply}, show.headers)

    def _mail_hosts(self, side: Side) -> tuple[list[MailHost], list[MailHost]]:
        """Return the hosts of Postfix and those of Dovecot."""
        taking, reading = [], []
        boxes, other = tuple(self._boxes(side)), self._certificate(f"poczta.{self.stranger}")
        for key in MAIL_HOSTS if side == "new" else ("mail",):
            moves = [move for move in self.moves.values() if side == "old" or move.fault.mail_at == key]
            # Nobody's at all where a test has only some of the faults.
            names = [move.host(one) for move in moves for one in ("poczta", "mail")] or [f"poczta.{self.stranger}"]
            ends = dt.timedelta(hours=-5) if key == "expired" else dt.timedelta(days=60)
            certificate = other if key == "strange" else self._certificate(*names, ends=ends)
            ports = SENDING if key == "unread" else (*SENDING, *READING)
            bare = {"bare": (SMTP,), "bare-587": (SUBMISSION,)}.get(key, ())
            address = OLD["mail"] if side == "old" else NEW[key]
            host = MailHost(address, names[0], certificate, boxes, ports, bare, defers=key == "defers")
            taking.append(host)
            reading.append(replace(host, certificate=other if key == "other" else certificate))
        return taking, reading

    def _boxes(self, side: Side) -> Iterator[str]:
        for move in self.moves.values():
            for box in move.fault.boxes if side == "new" else BOXES:
                yield f"{box}@{move.name}" if box else move.name

    def _certificate(self, *names: str, ends: dt.timedelta = dt.timedelta(days=60), alone: bool = False) -> Certificate:
        stem = f"certificate-{next(self._numbers)}"
        return self.issuer.certificate(self.folder, stem, names, ends, alone=alone)
