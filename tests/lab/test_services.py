"""The laboratory's web and mail servers, each alone, and the stage of a move: they do what the faults rely on."""

import contextlib
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import dns.message
import dns.query
import dns.rcode
import pytest

from core.ground.settings import ROOT
from tests.lab.certificates import Certificate, Issuer
from tests.lab.cutover_faults import CLEAN, FAULTS
from tests.lab.cutover_stage import AUTHORITY, DEFAULT_PAGE, NEW, OLD, CutoverStage
from tests.lab.mail_services import IMAPS, POP3S, SMTP, SUBMISSION, SUBMISSIONS, Dovecot, MailHost, Postfix
from tests.lab.network import NoNetworkError, add_ipv4
from tests.lab.servers import PATIENCE, PAUSE, LaboratoryError
from tests.lab.services import Apache, Nginx, Reply, Site, is_open, missing_services, open_folder

pytestmark = pytest.mark.lab

HSTS = {"Strict-Transport-Security": "max-age=600"}
TRIED = ("clean", "sklep-lost", "servers-disagree", "one-lacks", "ds-left", "certificate-other", "box-missing")
TRIED += ("imap-other-name", "mail-expired")


def without(reason):
    pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


@pytest.fixture
def place(laboratory, request):
    """A folder, an authority, and addresses that interfaces have; what started there is ended, its logs are shown."""
    if reason := missing_services():
        without(reason)
    with open_folder() as folder, contextlib.ExitStack() as ends:
        yield Place(laboratory, folder, ends)


class Place:
    def __init__(self, lab, folder, ends):
        self.lab, self.folder, self.ends, self.issuer = lab, folder, ends, Issuer()

    def address(self):
        address = self.lab.address()
        try:
            add_ipv4(address)
        except NoNetworkError as error:
            without(str(error))
        return address

    def certificate(self, *names):
        return self.issuer.certificate(self.folder, names[0], names)

    def started(self, service):
        self.ends.callback(lambda: (service.kill(), print(f"--- {service.name}\n{service.log()[-5000:]}")))
        service.start()
        return service

    def connected(self, address, port, name):
        """Connect with TLS; only a certificate of our authority for the name will do."""
        context = ssl.create_default_context(cadata=self.issuer.ca)
        return context.wrap_socket(socket.create_connection((address, port), PATIENCE), server_hostname=name)

    def got(self, address, name, path="/", port=443):
        """Return status, headers by their lower-case names and body of a page."""
        door = self.connected(address, port, name) if port == 443 else socket.create_connection((address, port), 30)
        with door:
            door.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            octets = b"".join(iter(lambda: door.recv(65_536), b""))
        head, _, body = octets.decode().partition("\r\n\r\n")
        status, *lines = head.split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        return int(status.split()[1]), {key.lower(): value for key, value in pairs}, body


# -- web


@pytest.fixture(params=[Nginx, Apache])
def web(place, request):
    address = place.address()
    both = place.certificate("firma.pl", "www.firma.pl")
    sites = [
        Site(
            address,
            ("firma.pl", "www.firma.pl"),
            both,
            {
                "/": Reply(body="<h1>Herbata $host %{x} ą</h1>"),
                "/blad": Reply(500),
                "/stary.html": Reply(301, to="https://www.firma.pl/nowy"),
            },
            HSTS,
        ),
        Site(
            address,
            ("inna.pl",),
            place.certificate("inna.pl"),
            {"/": Reply(302, to="https://firma.pl/"), "/x": Reply()},
        ),
        Site(address, ("goly.pl",), None, {"/": Reply(body="bez TLS")}),
    ]
    return place.started(request.param(place.folder, "web", sites))


def test_every_name_of_an_address_has_its_own_certificate_and_page(place, web):
    for name, path in (("firma.pl", "/"), ("www.firma.pl", "/cokolwiek")):
        status, headers, body = place.got(web.address, name, path)
        assert status == 200 and "<h1>Herbata $host %{x} ą</h1>" in body
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["strict-transport-security"] == HSTS["Strict-Transport-Security"]
    status, headers, _ = place.got(web.address, "inna.pl")
    assert (status, headers["location"]) == (302, "https://firma.pl/")
    assert "strict-transport-security" not in headers
    assert place.got(web.address, "inna.pl", "/x")[0] == 200


def test_paths_have_answers_of_their_own(place, web):
    assert place.got(web.address, "firma.pl", "/blad")[0] == 500
    status, headers, _ = place.got(web.address, "firma.pl", "/stary.html")
    assert (status, headers["location"]) == (301, "https://www.firma.pl/nowy")
    assert place.got(web.address, "firma.pl", "/staryxhtml")[0] == 200


def test_port_80_leads_to_tls_where_there_is_some(place, web):
    status, headers, _ = place.got(web.address, "www.firma.pl", port=80)
    assert (status, headers["location"]) == (301, "https://firma.pl/")
    assert "bez TLS" in place.got(web.address, "goly.pl", port=80)[2]


def test_name_that_is_not_there_gets_the_first_site_and_its_certificate(place, web):
    with pytest.raises(ssl.SSLCertVerificationError):
        place.got(web.address, "nie-ma.pl")
    assert place.got(web.address, "nie-ma.pl", port=80)[1]["location"] == "https://firma.pl/"


def test_web_server_that_was_changed_shows_it_after_a_restart(place, web):
    web.stop()
    assert not is_open(web.address, 443)
    web.sites[0] = Site(web.address, ("firma.pl",), web.sites[0].certificate, {"/": Reply(body="po zmianie")})
    web.start()
    assert "po zmianie" in place.got(web.address, "firma.pl")[2]


def test_web_server_with_a_mistake_says_so(place):
    nowhere = Certificate(Path("/nie-ma.pem"), Path("/nie-ma.key"), "")
    for kind in (Nginx, Apache):
        broken = kind(place.folder, kind.__name__, [Site(place.address(), ("firma.pl",), nowhere)])
        with pytest.raises(LaboratoryError, match=r"has ended:(.|\n)*/nie-ma\.pem"):
            place.started(broken)


# -- mail


def mail_hosts(place):
    good = place.certificate("poczta.firma.pl")
    return [
        MailHost(place.address(), "poczta.firma.pl", good, ("jan@firma.pl", "anna@firma.pl", "wszystko.pl")),
        MailHost(place.address(), "gola.firma.pl", None, ("anna@firma.pl",)),
        MailHost(place.address(), "inna.firma.pl", place.certificate("inna.firma.pl"), (), (SMTP, IMAPS), defers=True),
    ]


@pytest.fixture
def postfix(place):
    return place.started(Postfix(place.folder, "postfix", mail_hosts(place)))


@contextlib.contextmanager
def talk(address, port=SMTP):
    with smtplib.SMTP(address, port, timeout=PATIENCE, local_hostname="desk.test") as line:
        line.ehlo()
        yield line


def test_postfix_knows_its_mailboxes_and_each_host_its_own(postfix):
    whole, bare, defers = postfix.hosts
    said = {
        whole.address: {"jan@firma.pl": 250, "nikt@firma.pl": 550, "ktos@wszystko.pl": 250, "a@obca.pl": 554},
        bare.address: {"anna@firma.pl": 250, "jan@firma.pl": 550},
        defers.address: {"jan@firma.pl": 450, "nikt@firma.pl": 450},
    }
    for address, boxes in said.items():
        with talk(address) as line:
            line.mail("")
            assert {box: line.rcpt(box)[0] for box in boxes} == boxes


def test_postfix_offers_tls_for_its_name_where_it_has_a_certificate(place, postfix):
    whole, bare, _ = postfix.hosts
    trusted = ssl.create_default_context(cadata=place.issuer.ca)
    for port in (SMTP, SUBMISSION):
        with talk(whole.address, port) as line:
            line._host = whole.name  # the name that smtplib checks
            assert line.has_extn("starttls") and line.starttls(context=trusted)[0] == 220
            assert line.ehlo()[0] == 250
    with place.connected(whole.address, SUBMISSIONS, whole.name) as door:
        assert door.recv(999).startswith(b"220 poczta.firma.pl ESMTP")
    with pytest.raises(ssl.SSLCertVerificationError):
        place.connected(whole.address, SUBMISSIONS, "firma.pl")
    with talk(bare.address) as line:
        assert not line.has_extn("starttls")
    assert not is_open(bare.address, SUBMISSIONS)


def test_postfix_closes_after_twenty_unknown_recipients(postfix):
    with talk(postfix.address) as line:
        line.mail("")
        said = []
        while not said or said[-1] == 550:
            said.append(line.rcpt(f"nikt{len(said)}@firma.pl")[0])
        assert said[-1] == 421 and len(said) in (20, 21)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            line.rcpt("jan@firma.pl")


def test_postfix_starts_again_after_its_end(postfix):
    postfix.stop()
    assert not is_open(postfix.address, SMTP)
    postfix.start()
    with talk(postfix.address) as line:
        assert line.mail("")[0] == 250


def test_dovecot_speaks_tls_with_the_certificate_of_each_host(place):
    dovecot = place.started(Dovecot(place.folder, "dovecot", mail_hosts(place)))
    whole, bare, third = dovecot.hosts
    for port, greeting in ((IMAPS, b"* OK "), (POP3S, b"+OK ")):
        with place.connected(whole.address, port, whole.name) as door:
            assert door.recv(999).startswith(greeting)
    with place.connected(third.address, IMAPS, third.name) as door:
        assert door.recv(999).startswith(b"* OK ")
    with pytest.raises(ssl.SSLCertVerificationError):
        place.connected(third.address, IMAPS, whole.name)
    assert not is_open(third.address, POP3S) and not is_open(bare.address, IMAPS)


# -- beginnings and ends

_BEGIN = """
import sys
from pathlib import Path
from tests.lab.mail_services import *
from tests.lab.services import *
folder, address, pem, key = Path(sys.argv[1]), *sys.argv[2:]
certificate = Certificate(Path(pem), Path(key), "")
host = MailHost(address, "poczta.firma.pl", certificate, ("jan@firma.pl",))
site = Site(address, ("firma.pl",), certificate)
services = [Nginx(folder, "nginx", [site]), Apache(folder, "apache", [Site("127.0.0.1", ("firma.pl",))]),
    Postfix(folder, "postfix", [host]), Dovecot(folder, "dovecot", [host])]
for service in services:
    service.start()
print(*(service.process for service in services), flush=True)
sys.stdin.read()
"""


def test_servers_end_when_the_tests_are_killed(place):
    certificate = place.certificate("poczta.firma.pl")
    arguments = [str(place.folder), place.address(), str(certificate.pem), str(certificate.key)]
    begun = subprocess.Popen(
        [sys.executable, "-c", _BEGIN, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        groups = {int(word) for word in begun.stdout.readline().split()}
        assert len(groups) == 4 and len(living(groups)) >= 8
    finally:
        begun.send_signal(signal.SIGKILL)
        begun.communicate()
    end = time.monotonic() + PATIENCE
    while left := living(groups):
        assert time.monotonic() < end, left
        time.sleep(PAUSE)


def living(groups):
    """Return the processes of some groups that have not ended yet."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = stat.read_text()
            state, _, group = text.rpartition(")")[2].split()[:3]
            if int(group) in groups and state not in "ZX":
                found[int(stat.parent.name)] = text
    return found


def test_whoever_is_not_root_is_told(monkeypatch):
    if missing_services():
        without(missing_services())
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "must be root" in missing_services()


# -- the stage


@pytest.fixture(scope="module")
def stage(_laboratory):
    if reason := missing_services():
        without(reason)
    lab, network = _laboratory
    tried = [fault for fault in (*CLEAN, *FAULTS) if fault.id in TRIED]
    assert len(tried) == len(TRIED)
    with network.inside(), contextlib.ExitStack() as ends:
        try:
            stage = ends.enter_context(CutoverStage(lab, tried))
        except NoNetworkError as error:
            without(str(error))
        with network.outside():
            yield stage


def asked(address, name, type):
    reply = dns.query.udp(dns.message.make_query(name, type), address, timeout=PATIENCE)
    return dns.rcode.to_text(reply.rcode()), sorted(record.to_text() for rrset in reply.answer for record in rrset)


def handshake(stage, address, port, name):
    context = ssl.create_default_context(cafile=stage.authorities_file)
    with context.wrap_socket(socket.create_connection((address, port), PATIENCE), server_hostname=name) as door:
        return dict(pair for part in door.getpeercert()["issuer"] for pair in part)


def test_domain_with_a_clean_move_stands_on_both_sides(laboratory, stage):
    wanted = stage.wanted("clean")
    for servers, own in ((wanted.old_servers, OLD), (wanted.new_servers, NEW)):
        for server in servers:
            assert asked(server, wanted.name, "A") == ("NOERROR", [own["web"]])
            assert asked(server, f"sklep.{wanted.name}", "A") == ("NOERROR", [own["web"]])
            assert asked(server, wanted.name, "TXT") == ("NOERROR", [f'"v=spf1 mx ip4:{own["mail"]} -all"'])
            assert len(asked(server, f"s1._domainkey.{wanted.name}", "TXT")[1][0]) > 400
        for host in (wanted.name, f"www.{wanted.name}", f"sklep.{wanted.name}"):
            assert handshake(stage, own["web"], 443, host)["commonName"] == AUTHORITY
        for port in (SUBMISSIONS, IMAPS, POP3S):
            handshake(stage, own["mail"], port, f"poczta.{wanted.name}")
    assert asked(laboratory.registry.address, wanted.name, "DS") == ("NOERROR", [])


def test_faults_are_planted_where_they_belong(laboratory, stage):
    old, new = stage.wanted("clean").old_servers, stage.wanted("clean").new_servers

    def host(id, relative=""):
        return relative + stage.moves[id].name

    said = [asked(at, host("sklep-lost", "sklep."), "A")[0] for at in (*old, *new)]
    assert said == ["NOERROR", "NOERROR", "NXDOMAIN", "NXDOMAIN"]
    imaps = [asked(at, host("servers-disagree", "_imaps._tcp."), "SRV")[1] for at in new]
    assert [one[0].split()[-1] for one in imaps] == [
        host("servers-disagree", f"{one}.") + "." for one in ("poczta", "imap")
    ]
    assert [asked(at, host("one-lacks"), "A")[0] for at in new] == ["NOERROR", "REFUSED"]
    assert len(asked(laboratory.registry.address, host("ds-left"), "DS")[1]) == 1
    assert [bool(asked(at, host("ds-left"), "DNSKEY")[1]) for at in (*old, *new)] == [True] * 2 + [False] * 2
    handshake(stage, NEW["web"], 443, host("certificate-other"))
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(stage, NEW["web"], 443, host("certificate-other", "sklep."))
    with talk(NEW["mail"]) as line:
        line.mail("")
        boxes = [f"jan@{host('box-missing')}", f"biuro@{host('box-missing')}", f"biuro@{host('clean')}"]
        assert [line.rcpt(box)[0] for box in boxes] == [250, 550, 250]


def test_broken_servers_of_the_new_hoster_are_broken_as_they_are_called(laboratory, stage):
    name = f"poczta.{stage.moves['imap-other-name'].name}"
    for key, port, offers in (
        ("bare", 25, False),
        ("bare", 587, True),
        ("bare-587", 25, True),
        ("bare-587", 587, False),
    ):
        with talk(NEW[key], port) as line:
            assert line.has_extn("starttls") is offers, (key, port)
    handshake(stage, NEW["other"], SUBMISSIONS, name)
    for address, port in ((NEW["other"], IMAPS), (NEW["strange"], SUBMISSIONS), (NEW["strange"], IMAPS)):
        with pytest.raises(ssl.SSLCertVerificationError):
            handshake(stage, address, port, name)
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        handshake(stage, NEW["expired"], SUBMISSIONS, f"poczta.{stage.moves['mail-expired'].name}")
    with talk(NEW["defers"]) as line:
        line.mail("")
        assert line.rcpt(f"jan@{stage.moves['clean'].name}")[0] == 450
    assert is_open(NEW["silent"], SMTP) and not is_open(NEW["closed"], SMTP)
    assert is_open(NEW["unread"], SMTP) and not is_open(NEW["unread"], IMAPS)
    assert is_open(NEW["plain"], 80) and not is_open(NEW["plain"], 443)


def test_name_that_a_web_server_does_not_know_gets_its_default_page(laboratory, stage):
    with socket.create_connection((NEW["web"], 443), PATIENCE) as door:
        context = ssl.create_default_context(cafile=stage.authorities_file)
        with context.wrap_socket(door, server_hostname=stage.stranger) as secure:
            secure.sendall(b"GET / HTTP/1.0\r\nHost: nie-ma.pl\r\n\r\n")
            octets = b"".join(iter(lambda: secure.recv(65_536), b""))
    assert octets.decode().endswith(DEFAULT_PAGE)
