"""A look before the switch beside the plain way, the same questions and probes one after another: `make bench`.

On real servers in a network of their own: near, and with 20 ms on every answer of the hosters' (`bench.delayed`).
Name servers are asked at the pace of networks of ours, as anywhere; the plain way is bound by nothing.

python -m bench.cutover profile     # where the time of a look at servers near by goes
python -m bench.cutover page        # only what the script of the page takes while looks go on
"""

import contextlib
import cProfile
import imaplib
import math
import os
import pstats
import smtplib
import socket
import ssl
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.xfr
import httpx
from rich.console import Console
from rich.table import Table

from bench import cutover_page
from bench.delayed import delayed
from core import datafiles
from core.cutover.asking.look import look
from core.cutover.probes import Page, Service
from core.cutover.result import Cutover
from core.cutover.settings import NAMES_MAX
from core.cutover.wanted import Wanted
from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask, Job
from core.dns.asking.servers import parse_hints
from tests.lab.cutover_stage import (
    AUTHORITY_DOMAIN,
    DKIM_KEY,
    NEW,
    OLD,
    TARGETS,
    CutoverStage,
    Edit,
    Fault,
    Show,
)
from tests.lab.laboratory import Laboratory
from tests.lab.network import NoNetworkError, own_network
from tests.lab.servers import MISSING, available, program
from tests.lab.services import TLS, WEB, missing_services
from tests.lab.stage import now

NAMES = 40
ROUNDS = {"near": (5, 2), "far": (3, 1)}
"""How often there is a look, and how often all is done the plain way; the quickest counts, as machines are busy."""
LATE = 0.020
"""Seconds by which the answers of servers far away come later."""
AIMS = {"near": 3, "far": 15}
LONGEST, LONGEST_MANY = 5.0, 60.0
"""Seconds: of a look at NAMES names with web and mail, of one at NAMES_MAX."""
PATIENCE = 15.0
SITES = ("@", "www", *(f"sklep{n}" for n in range(1, NAMES - 1)))
BOXES = tuple(f"jan{n}" for n in range(1, NAMES + 1))
OF_ZONE = ("@", "www", "sklep", "poczta", "s1", "_dmarc", "autoconfig", "_imaps")
"""How the lines of the stage's own zone begin."""


def zone(web: str, mail: str) -> Edit:
    """Return the zone of NAMES names, each with a site and with mail, instead of the stage's own."""
    of_names = [
        line
        for name in SITES
        for line in (f"{name} A {web}", f"{name} MX 10 poczta", f'{name} TXT "v=spf1 mx ip4:{mail} -all"')
    ]
    rest = (
        f"poczta A {mail}",
        f"s1._domainkey TXT {DKIM_KEY}",
        '_dmarc TXT "v=DMARC1; p=quarantine"',
        f'@ CAA 0 issue "{AUTHORITY_DOMAIN}"',
        "autoconfig CNAME poczta",
        "_imaps._tcp SRV 0 1 993 poczta",
    )
    return Edit(OF_ZONE, (*of_names, *rest))


def far(address: str) -> str:
    return address.replace("127.0.", "127.1.", 1)


def domain(id: str, old: Edit, new: Edit) -> Fault:
    sites = tuple(site for site in SITES if site not in ("@", "www"))
    shows = dict.fromkeys(sites, Show())
    return Fault(id, "", (), "", old, new, web=shows, web_old=shows, boxes=BOXES, asked=BOXES, sites=sites)


def unlisted() -> Fault:
    """Return the domain near by as a list without its sites would have it: its zone's file tells the names."""
    near = domain("unlisted", zone("{web}", "{mail}"), zone("{web}", "{mail}"))
    return replace(near, sites=(), file=file_of(near.old.more))


def file_of(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in ("$TTL 300", "@ SOA ns.stary.pl. h.stary.pl. 1 2 3 4 5", *lines))


def many() -> Fault:
    """Return a domain of NAMES_MAX names without mail, all of which move; no list names a site."""
    lines = [f"host{n} A {{web}}" for n in range(NAMES_MAX - 1)]
    edit = Edit(OF_ZONE, (*lines, "@ TXT hej"))
    return Fault("many", "", (), "", edit, edit, sites=(), boxes=(), asked=(), file=file_of(edit.more))


DOMAINS = (
    domain("near", zone("{web}", "{mail}"), zone("{web}", "{mail}")),
    domain("far", zone(far(OLD["web"]), far(OLD["mail"])), zone(far(NEW["web"]), far(NEW["mail"]))),
    unlisted(),
    many(),
)


class Heard(Engine):
    """Keeps what was asked."""

    def __init__(self) -> None:
        super().__init__(authoritative_per_second=TARGETS.per_second, now=now)
        self.asked: list[Ask] = []

    def ask(self, asks: Sequence[Ask]) -> Job:
        self.asked += asks
        return super().ask(asks)


class Measured(NamedTuple):
    """What a look took, in seconds and CPU seconds of this process, and how long its stages were."""

    result: Cutover
    asked: tuple[Ask, ...]
    seconds: float
    cpu: float
    stages: dict[str, float]


def looked(stage: CutoverStage, wanted: Wanted) -> Measured:
    engine = Heard()
    roots = parse_hints(stage.lab.hints_file.read_text(encoding="utf-8"))
    known, defaults = datafiles.known_names(), datafiles.default_pages()
    begun: dict[str, float] = {}

    def progress(stage: str, done: int, total: int) -> None:
        begun.setdefault(stage, time.perf_counter())

    cpu, wall = time.process_time(), time.perf_counter()
    trust = str(stage.authorities_file)
    result = look(wanted, engine, roots, known, TARGETS, now(), defaults=defaults, trust=trust, progress=progress)
    end = time.perf_counter()
    cpu = time.process_time() - cpu
    engine.stop()
    ends = [*list(begun.values())[1:], end]
    stages = {name: after - at for (name, at), after in zip(begun.items(), ends, strict=True)}
    return Measured(result, tuple(engine.asked), end - wall, cpu, stages)


def best(stage: CutoverStage, wanted: Wanted, rounds: int) -> Measured:
    return min((looked(stage, wanted) for _ in range(rounds)), key=lambda one: one.seconds)


# -- the plain way


class Plain:
    """The same, one after another; `answered` counts, by what was asked, what was answered."""

    def __init__(self, wanted: Wanted, found: Measured, trust: str, old_mail: str, new_mail: str) -> None:
        self.wanted, self.found = wanted, found
        self.mail_servers = old_mail, new_mail
        self.context = ssl.create_default_context(cafile=trust)
        self.answered: Counter[str] = Counter()

    def go(self) -> dict[str, float]:
        """Ask for everything; return the seconds of each part."""
        parts: dict[str, Callable[[], None]] = {
            "questions": self.questions,
            "pages": self.pages,
            "mail": self.mail,
            "mailboxes": self.mailboxes,
        }
        took = {}
        for part, work in parts.items():
            begun = time.perf_counter()
            work()
            took[part] = time.perf_counter() - begun
        return took

    def questions(self) -> None:
        for ask in self.found.asked:
            options = [dns.edns.NSIDOption(b"")]
            query = dns.message.make_query(
                f"{ask.question.name}.", ask.question.type, want_dnssec=ask.dnssec, use_edns=0, options=options
            )
            if not ask.recursion:
                query.flags &= ~dns.flags.RD
            with contextlib.suppress(dns.exception.DNSException, OSError):
                dns.query.udp_with_fallback(query, ask.server.address, timeout=2.0)
                self.answered["questions"] += 1
        for address in self.wanted.old_servers:
            with contextlib.suppress(dns.xfr.TransferError, dns.exception.DNSException, OSError):
                list(dns.query.xfr(address, f"{self.wanted.name}.", timeout=10.0, relativize=False))

    def pages(self) -> None:
        for page in self.found.result.probes.pages:
            with contextlib.suppress(httpx.HTTPError):
                self._page(page)
                self.answered["pages"] += 1

    def _page(self, page: Page) -> None:
        """Ask for a page at its address, and for what it leads to there."""
        names = [(page.site, page.secure)]
        names += [(httpx.URL(hop.to).host, httpx.URL(hop.to).scheme == "https") for hop in page.hops if hop.followed]
        for name, secure in names:
            with httpx.Client(verify=self.context, timeout=10.0) as client:
                scheme = "https" if secure else "http"
                told = {"sni_hostname": name} if secure else {}
                client.get(f"{scheme}://{page.address}/", headers={"Host": name}, extensions=told)

    def mail(self) -> None:
        hosts = dict.fromkeys(one.host for one in self.found.result.probes.mail)
        services = dict.fromkeys(one.service for one in self.found.result.probes.mail)
        for address in self.mail_servers:
            for host in hosts:
                for service in services:
                    with contextlib.suppress(OSError, smtplib.SMTPException):
                        self._spoken(host, address, service)
                        self.answered["mail"] += 1

    def _spoken(self, host: str, address: str, service: Service) -> None:
        """Greet, have the certificate judged for the host, and take one's leave."""
        if service in ("imaps", "pop3s"):
            port = {"imaps": imaplib.IMAP4_SSL_PORT, "pop3s": 995}[service]
            with (
                socket.create_connection((address, port), PATIENCE) as opened,
                self.context.wrap_socket(opened, server_hostname=host) as line,
                line.makefile("rb") as lines,
            ):
                lines.readline()
                line.sendall(b"a LOGOUT\r\n" if service == "imaps" else b"QUIT\r\n")
                lines.readline()
            return
        with _smtp(service == "submissions", self.context, host) as client:
            client.connect(address, {"smtp": 25, "submission": 587, "submissions": 465}[service])
            client.ehlo()
            if service != "submissions":
                client.starttls(context=self.context)

    def mailboxes(self) -> None:
        host = next(one.host for one in self.found.result.probes.mail)
        with _smtp(False, self.context, host) as client:
            client.connect(self.mail_servers[1], 25)
            client.ehlo()
            client.mail("")
            for box in (f"x{os.urandom(8).hex()}@{self.wanted.name}", *self.wanted.mailboxes):
                client.rcpt(box)
                self.answered["mailboxes"] += 1


def _smtp(secure: bool, context: ssl.SSLContext, host: str) -> smtplib.SMTP:
    """Return a client that forces a name: the library takes it for the one it connected to."""
    # Without a name of its own it would look one up.
    made = (
        smtplib.SMTP_SSL(local_hostname="[127.0.0.1]", timeout=PATIENCE, context=context)
        if secure
        else smtplib.SMTP(local_hostname="[127.0.0.1]", timeout=PATIENCE)
    )
    made._host = host  # type: ignore[attr-defined]
    return made


# -- the table

Row = tuple[str, str, str, str]
"""What, seconds, CPU seconds, the aim."""


def servers_of(stage: CutoverStage) -> tuple[str, ...]:
    return (*stage.old.servers.values(), *stage.new.servers.values())


def far_away(wanted: Wanted) -> Wanted:
    return replace(
        wanted,
        old_servers=tuple(map(far, wanted.old_servers)),
        new_servers=tuple(map(far, wanted.new_servers)),
    )


def checked(found: Measured, told: tuple[str, ...] = ()) -> Measured:
    """Return a look, if it is one at a clean move: else its time says nothing."""
    tags = sorted({one.tag for one in found.result.findings})
    assert tags == sorted(told), [(one.tag, one.name, dict(one.values)) for one in found.result.findings][:20]
    return found


def beside(stage: CutoverStage, id: str, wanted: Wanted) -> list[Row]:
    """Return the rows of a domain: a look, the plain way, and the ratio."""
    rounds, plain_rounds = ROUNDS[id]
    found = checked(best(stage, wanted, rounds))
    mails = (far(OLD["mail"]), far(NEW["mail"])) if id == "far" else (OLD["mail"], NEW["mail"])
    seconds = cpu = math.inf
    for _ in range(plain_rounds):
        plain = Plain(wanted, found, str(stage.authorities_file), *mails)
        began = time.process_time()
        parts = plain.go()
        if sum(parts.values()) < seconds:
            took, seconds, cpu = parts, sum(parts.values()), time.process_time() - began
    probes = found.result.probes
    assert plain.answered["pages"] == len(probes.pages) and plain.answered["mail"] == 2 * len(probes.mail), (
        plain.answered
    )
    assert all(page.status == 200 for page in probes.pages) and all(box.state == "known" for box in probes.mailboxes)
    where = "20 ms on every answer" if id == "far" else "no delay"
    of_plain, fetched = f"{seconds:.2f}", len(probes.pages)
    return [
        (f"{where}: a look", f"{found.seconds:.2f}", f"{found.cpu:.2f}", f"{LONGEST:.0f} s"),
        *_parts(found.stages),
        (f"{where}: the plain way, {len(found.asked):,} questions, {fetched} pages", of_plain, f"{cpu:.2f}", ""),
        *_parts(took),
        ("  so many times as long as a look", f"x {seconds / found.seconds:.1f}", "", f"x {AIMS[id]}"),
    ]


def _parts(took: dict[str, float]) -> list[Row]:
    return [(f"  {name.replace('_', ' ')}", f"{seconds:.2f}", "", "") for name, seconds in took.items()]


def of_unlisted(stage: CutoverStage, wanted: Wanted) -> list[Row]:
    found = checked(best(stage, wanted, 3))
    pages = len(found.result.probes.pages)
    assert pages == 4 * NAMES, pages
    what = f"no delay, none of the sites listed, {pages} pages: a look"
    return [(what, f"{found.seconds:.2f}", f"{found.cpu:.2f}", f"{LONGEST:.0f} s"), *_parts(found.stages)]


def of_many(stage: CutoverStage, wanted: Wanted) -> list[Row]:
    # More of them than are asked for sites: it says so.
    found = checked(looked(stage, wanted), ("web_names_left",))
    per_server = Counter(ask.server.address for ask in found.asked)
    address, most = per_server.most_common(1)[0]
    rate = TARGETS.per_second(address)
    least = max(0.0, most - 2 * rate) / rate
    asked = f"{len(found.asked):,} questions, {most:,} of them to one server: its pace alone takes"
    return [
        (
            f"{len(found.result.records):,} sets that move, no mail: a look",
            f"{found.seconds:.2f}",
            f"{found.cpu:.2f}",
            f"{LONGEST_MANY:.0f} s",
        ),
        *_parts(found.stages),
        (f"  {asked}", f"{least:.2f}", "", ""),
    ]


def main() -> None:
    """Measure and print the table."""
    if not available():
        sys.exit(MISSING)
    if reason := missing_services() or ("" if program("knotd") else "no Knot DNS on this machine"):
        print(reason)
        return
    try:
        with own_network(), Laboratory() as lab, CutoverStage(lab, DOMAINS) as stage:
            if sys.argv[1:] == ["profile"]:
                profiled(stage)
                return
            if sys.argv[1:] == ["page"]:
                print_page(cutover_page.measured(stage, ("near", "many")))
                return
            places = {far(one): one for one in (*servers_of(stage), OLD["web"], NEW["web"], OLD["mail"], NEW["mail"])}
            ports = dict.fromkeys(servers_of(stage), (53,))
            ports |= {OLD["web"]: (WEB, TLS), NEW["web"]: (WEB, TLS)}
            ports |= dict.fromkeys((OLD["mail"], NEW["mail"]), (25, 465, 587, 993, 995))
            rows = beside(stage, "near", stage.wanted("near"))
            rows += of_unlisted(stage, stage.wanted("unlisted"))
            with delayed(places, ports, LATE):
                rows += beside(stage, "far", far_away(stage.wanted("far")))
            rows += of_many(stage, stage.wanted("many"))
            of_page = cutover_page.measured(stage, ("near", "many"))
    except NoNetworkError as error:
        sys.exit(str(error))
    table = Table(title=f"A look before the switch: {NAMES} names with web and mail, {len(BOXES)} mailboxes")
    for column in ("", "s", "CPU s", "aim"):
        table.add_column(column, justify="right" if column else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
    print_page(of_page)
    Console().print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def print_page(rows: Sequence[cutover_page.Row]) -> None:
    """Print what the script of the page takes, in milliseconds."""
    table = Table(title=f"The page of a look before the switch: {NAMES} names, and {NAMES_MAX:,} with a file")
    for column in ("script of the page, whole run", "median ms", "95th ms", "worst ms", "aim"):
        table.add_column(column, justify="right" if column.endswith("ms") else "left")
    for what, *took, aim in rows:
        table.add_row(what, *(f"{ms:,.1f}" for ms in took), aim)
    Console().print(table)


def profiled(stage: CutoverStage) -> None:
    """Print what a look spends its processor time on, in the thread that looks."""
    profile = cProfile.Profile()
    profile.enable()
    found = looked(stage, stage.wanted("near"))
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    print(f"{found.seconds:.2f} s, {found.cpu:.2f} s CPU: {found.stages}")


if __name__ == "__main__":
    main()
