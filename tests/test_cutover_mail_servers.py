"""Mail services that were spoken to with a name forced: what they said, whose certificate, and how they failed."""

import asyncio
import errno
import socket
import ssl
import warnings
from ipaddress import ip_network

import pytest

from core.cutover.asking.mail_servers import speak
from core.cutover.asking.mailboxes import ask
from core.cutover.probes import Spoken
from core.cutover.settings import CONNECTIONS, Targets
from tests.lab.certificates import Issuer
from tests.mail_scripts import LONG, OURS, Talk, away, expired, greets, serving, smtp

MX = "mx.firma.example"
# What never comes is not waited for as long as what does.
SHORT = 1.5


@pytest.fixture(scope="module")
def issuer():
    return Issuer()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def good(issuer, folder):
    return issuer.certificate(folder, MX)


@pytest.fixture(scope="module")
def other(issuer, folder):
    return issuer.certificate(folder, "s7.hoster.example")


@pytest.fixture(scope="module")
def trust(good, folder):
    file = folder / "ca.pem"
    file.write_text(good.ca, encoding="ascii")
    return str(file)


@pytest.fixture
def spoken(trust):
    def one(script, service="smtp", context=None, host=MX, patience=LONG, **how) -> Spoken:
        with serving(script, context) as served:
            (found,) = away(
                lambda: speak(
                    [(host, "127.0.0.1")], OURS, ports={service: served.port}, trust=trust, patience=patience, **how
                )
            )
        one.served = served
        return found

    return one


# -- what is well


def test_port_25_is_greeted_and_its_certificate_judged_for_the_mx_name(spoken, good):
    found = spoken(smtp(good.served()))
    assert (found.failure, found.banner, found.starttls) == ("", "220 mx.firma.example ESMTP", True)
    assert (found.certificate.fits, found.certificate.why, found.certificate.names) == (True, "", (MX,))
    assert found.certificate.issuer == "Laboratory" and found.certificate.ends is not None
    # Our own address as a literal; nobody signs in, and we take our leave.
    assert spoken.served.commands == ["EHLO [127.0.0.1]", "STARTTLS", "QUIT"]


def test_we_say_the_name_that_we_are_told_to_say(spoken):
    spoken(smtp(), helo="look.desk.example")
    assert spoken.served.commands == ["EHLO look.desk.example", "QUIT"]


@pytest.mark.parametrize(
    ("service", "banner", "leave"),
    [
        ("submissions", "220 mx ready", "QUIT"),
        ("imaps", "* OK [CAPABILITY IMAP4rev1] Dovecot ready.", "a LOGOUT"),
        ("pop3s", "+OK Dovecot ready.", "QUIT"),
    ],
)
def test_ports_with_tls_from_the_start_are_greeted_inside_it(spoken, good, service, banner, leave):
    found = spoken(greets(banner), service, good.served())
    assert (found.failure, found.banner, found.starttls, found.certificate.fits) == ("", banner, None, True)
    assert spoken.served.commands == [leave]


def test_a_banner_of_several_lines_is_read_to_its_end_before_anything_is_said(spoken):
    async def postscreen(talk: Talk) -> None:
        await talk.say("220-wait for it")
        await asyncio.sleep(0.2)
        assert not talk.heard
        await smtp()(talk)

    assert spoken(postscreen).banner == "220 wait for it mx.firma.example ESMTP"


def test_each_is_told_as_it_comes_and_all_stand_in_the_order_asked(trust, good):
    told = []
    with serving(smtp(good.served())) as plain, serving(greets("* OK"), good.served()) as imaps:
        found = away(
            lambda: speak(
                [(MX, "127.0.0.1"), (MX, "127.0.0.1"), ("b.example", "192.168.7.7")],
                OURS,
                ports={"smtp": plain.port, "imaps": imaps.port},
                trust=trust,
                patience=LONG,
                seen=told.append,
            )
        )
    assert [(one.host, one.service) for one in found] == [
        (MX, "smtp"), (MX, "imaps"), ("b.example", "smtp"), ("b.example", "imaps"),
    ]  # fmt: skip
    assert sorted(map(str, told)) == sorted(map(str, found))


def test_no_more_connections_are_open_at_once_than_allowed(trust):
    most = now = 0
    full = asyncio.Event()

    async def counting(talk: Talk) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        if now == CONNECTIONS:
            full.set()
        await full.wait()
        now -= 1
        await talk.say("554 no")

    hosts = [(f"mx{number}.example", "127.0.0.1") for number in range(CONNECTIONS + 12)]
    with serving(counting) as served:
        found = away(lambda: speak(hosts, OURS, ports={"smtp": served.port}, trust=trust, patience=LONG))
    assert {one.banner for one in found} == {"554 no"}
    assert most == CONNECTIONS


# -- certificates


def test_a_certificate_for_another_name_is_read_on_a_second_connection(spoken, other):
    found = spoken(smtp(other.served()))
    assert (found.failure, found.starttls, found.banner) == ("", True, "220 mx.firma.example ESMTP")
    assert (found.certificate.fits, found.certificate.why) == (False, "other_name")
    assert found.certificate.names == ("s7.hoster.example",)
    assert len(spoken.served.heard) == 2


def test_imap_with_a_certificate_for_another_name_is_greeted_all_the_same(spoken, other):
    found = spoken(greets("* OK ready"), "imaps", other.served())
    assert (found.failure, found.banner, found.certificate.why) == ("", "* OK ready", "other_name")


@pytest.mark.parametrize("name", [MX, "s7.hoster.example"])
def test_an_expired_certificate_is_told_as_such_even_under_another_name(spoken, issuer, folder, name):
    found = spoken(smtp(expired(folder, issuer, name)))
    assert (found.certificate.fits, found.certificate.why, found.certificate.names) == (False, "expired", (name,))
    assert found.certificate.ends is not None


def test_a_certificate_of_an_authority_that_nobody_knows_does_not_fit(spoken, tmp_path):
    found = spoken(smtp(Issuer().certificate(tmp_path, MX).served()))
    assert (found.certificate.fits, found.certificate.names) == (False, (MX,))
    assert found.certificate.why in {"unknown_issuer", "self_signed"}


def test_a_refused_certificate_stays_refused_where_nobody_answers_a_second_time(spoken, other):
    first = True

    async def once(talk: Talk) -> None:
        nonlocal first
        if not first:
            return
        first = False
        await smtp(other.served())(talk)

    found = spoken(once)
    assert (found.failure, found.certificate.fits, found.certificate.why) == ("closed", False, "other_name")
    assert found.banner == "220 mx.firma.example ESMTP"


@pytest.mark.parametrize("host", ["", ".", ".mx.example", "a..b", "x" * 64 + ".example", "mx\0.example"])
def test_no_handshake_is_made_without_a_name_that_could_be_proved(spoken, good, host):
    found = spoken(smtp(good.served()), host=host)
    assert found.failure == "tls" or not found.certificate.fits
    assert found.certificate is None or not found.certificate.fits


# -- what is not


async def silent(talk: Talk) -> None:
    await talk.silence()


async def gone(talk: Talk) -> None:
    talk.reset()


async def drips(talk: Talk) -> None:
    while True:
        await talk.say(b"x")
        await asyncio.sleep(0.05)


async def endless_lines(talk: Talk) -> None:
    while True:
        await talk.say("220-and on")


async def endless_line(talk: Talk) -> None:
    while True:
        await talk.say(b"220 " + b"x" * 65_536)


async def greeted_then_gone(talk: Talk) -> None:
    await talk.say("220 mx")
    await talk.hear()


@pytest.mark.parametrize(
    ("script", "failure", "banner"),
    [
        (silent, "timeout", ""),
        (drips, "timeout", ""),
        (gone, "closed", ""),
        (endless_lines, "too_large", ""),
        (endless_line, "too_large", ""),
        (greets(b"220 " + b"x" * 1_000_000 + b"\r\n"), "too_large", ""),
        (greets("SSH-2.0-OpenSSH_9.2"), "not_spoken", "SSH-2.0-OpenSSH_9.2"),
        (greets("HTTP/1.1 400 Bad Request"), "not_spoken", "HTTP/1.1 400 Bad Request"),
        (greets(b"\x16\x03\x01\0\0\n"), "not_spoken", ""),
        (greets("250 what"), "not_spoken", "250 what"),
        (greets("220-one", "554 two"), "not_spoken", "220, 554"),
        (greets(b"220 mx\r\n250 nobody asked\r\n"), "not_spoken", "220 mx"),
        (greeted_then_gone, "closed", "220 mx"),
    ],
)
def test_what_is_no_conversation_is_an_answer(spoken, script, failure, banner):
    found = spoken(script, patience=SHORT if failure == "timeout" else LONG)
    assert (found.failure, found.banner, found.certificate) == (failure, banner, None)


def test_a_port_where_nobody_listens_is_refused(trust):
    with serving(silent) as served:
        port = served.port
    (found,) = away(lambda: speak([(MX, "127.0.0.1")], OURS, ports={"smtp": port}, trust=trust, patience=LONG))
    assert found.failure == "refused"


def test_a_machine_without_ipv6_has_no_way_there(trust, monkeypatch):
    class Without(socket.socket):
        def __init__(self, family=-1, *rest, **how):
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(family, *rest, **how)

    monkeypatch.setattr(socket, "socket", Without)
    ours = Targets((ip_network("2001:db8::/32"),))
    (found,) = away(lambda: speak([(MX, "2001:db8::1")], ours, ports={"smtp": 25}, trust=trust))
    assert found.failure == "unreachable"
    (box,) = away(lambda: ask(["anna@firma.example"], (MX, "2001:db8::1"), ours))
    assert (box.state, box.said) == ("unknown", "silent")


@pytest.mark.parametrize(
    "address", ["192.168.1.1", "10.0.0.1", "::1", "169.254.169.254", "224.0.0.1", "mx.example", ""]
)
def test_an_address_that_may_not_be_asked_is_not(trust, address):
    (found,) = away(lambda: speak([(MX, address)], OURS, ports={"smtp": 25}, trust=trust))
    assert found.failure == "not_asked"


def test_nobody_is_asked_on_loopback_where_it_is_not_ours(trust):
    with serving(smtp()) as served:
        (found,) = away(lambda: speak([(MX, "127.0.0.1")], Targets(), ports={"smtp": served.port}, trust=trust))
    assert (found.failure, served.heard) == ("not_asked", [])


@pytest.mark.parametrize("banner", ["554 5.7.1 no SMTP service here", "421 4.7.0 too many connections"])
def test_a_greeting_that_refuses_is_kept_as_it_was_said(spoken, banner):
    found = spoken(greets(banner))
    assert (found.failure, found.banner, found.starttls) == ("", banner, None)


def test_a_banner_is_text_and_short(spoken):
    found = spoken(greets(b"554 \0\x1b[31mred\xff\xe2\x80\xae " + b"x" * 2_000 + b"\r\n"))
    assert found.banner.startswith("554 [31mred�") and len(found.banner) == 300 and found.banner.isprintable()


def test_a_server_from_before_ehlo_offers_nothing(spoken):
    async def old(talk: Talk) -> None:
        await talk.say("220 mx SMTP")
        await talk.hear()
        await talk.say("500 what")
        await talk.hear()
        await talk.say("250 mx")
        await talk.hear()

    found = spoken(old)
    assert (found.failure, found.starttls) == ("", False)
    assert spoken.served.commands == ["EHLO [127.0.0.1]", "HELO [127.0.0.1]", "QUIT"]


@pytest.mark.parametrize("answers", [["421 4.3.2 shutting down"], ["550 go", "550 5.7.1 your name is refused"]])
def test_a_server_that_refuses_who_we_say_we_are_turns_us_away(spoken, answers):
    async def refusing(talk: Talk) -> None:
        await talk.say("220 mx")
        for answer in answers:
            await talk.hear()
            await talk.say(answer)

    found = spoken(refusing)
    assert (found.failure, found.banner, found.starttls) == ("", answers[-1], None)


# -- no handshake


def test_starttls_that_is_offered_and_not_given_is_no_handshake(spoken, good):
    found = spoken(smtp(good.served(), starttls="454 4.7.0 TLS not available"))
    assert (found.failure, found.starttls, found.certificate) == ("tls", True, None)
    assert found.why == "454 4.7.0 TLS not available"


def test_what_was_put_before_the_handshake_is_never_taken_for_an_answer(spoken, good):
    found = spoken(smtp(good.served(), starttls="220 2.0.0 go\r\n250 injected"))
    assert found.failure in {"not_spoken", "tls"} and found.certificate is None


def test_a_server_of_old_tls_only_makes_no_handshake(spoken, good):
    context = good.served()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = ssl.TLSVersion.TLSv1
    found = spoken(greets("* OK"), "imaps", context)
    # asyncio's server closes without the alert that others send.
    assert found.failure in {"tls", "closed"} and found.certificate is None


@pytest.mark.parametrize("script", [greets("* OK plain"), greets(b"\0" * 3_000)])
def test_plain_text_where_tls_should_be_is_no_handshake(spoken, script):
    found = spoken(script, "imaps")
    assert (found.failure, found.certificate) == ("tls", None) and found.why


def test_a_server_that_closes_in_the_handshake_is_closed(spoken):
    async def closing(talk: Talk) -> None:
        return

    assert spoken(closing, "imaps").failure == "closed"


def test_a_server_that_says_nothing_after_the_handshake_shows_its_certificate(spoken, good):
    found = spoken(silent, "pop3s", good.served(), patience=4 * SHORT)
    assert (found.failure, found.certificate.fits, found.banner) == ("timeout", True, "")


@pytest.mark.parametrize(
    ("service", "banner", "failure"),
    [
        ("imaps", "* BYE too many connections", ""),
        ("pop3s", "-ERR not now", ""),
        ("imaps", "* PREAUTH you are in", "not_spoken"),
        ("pop3s", "* OK", "not_spoken"),
        ("submissions", "* OK", "not_spoken"),
    ],
)
def test_a_greeting_of_something_else_is_told(spoken, good, service, banner, failure):
    found = spoken(greets(banner), service, good.served())
    assert (found.failure, found.banner) == (failure, banner)


def test_endless_tls_is_read_to_a_bound(spoken, good):
    async def endless(talk: Talk) -> None:
        while True:
            await talk.say(b"x" * 65_536)

    assert spoken(endless, "imaps", good.served()).failure == "too_large"
