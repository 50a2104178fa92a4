"""Speaks to the mail services of a host with its name forced: what they say first, STARTTLS, whose certificate it is.

The certificate is judged by the handshake, for the name that was forced. One that is refused is read on a further
connection that judges nothing; one for another name is judged without it before. Nobody signs in: what follows is a
farewell.
"""

import asyncio
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.cutover.asking import certificates, smtp
from core.cutover.asking.mail_line import LOST, MailLine, NotSpokenError, failure, shown
from core.cutover.probes import PORTS, Certificate, Failure, Service, Spoken
from core.cutover.settings import CONNECTIONS, Targets

_BY_STARTTLS: frozenset[Service] = frozenset(("smtp", "submission"))
# What a service greets with, and how one takes one's leave of it (RFC 3501 s. 7.1, RFC 1939 s. 4).
_GREETS: Mapping[Service, re.Pattern[bytes]] = {
    "imaps": re.compile(rb"\* (?:OK|BYE)\b.*", re.DOTALL | re.IGNORECASE),
    "pop3s": re.compile(rb"(?:\+OK|-ERR)\b.*", re.DOTALL),
}
_LEAVES: Mapping[Service, str] = {"imaps": "a LOGOUT"}

_Seen = Callable[[Spoken], None]


@dataclass(frozen=True, slots=True)
class _How:
    """How all are spoken to: `judging` looks at the name too, `nameless` does not, `reading` takes whatever it sees."""

    judging: ssl.SSLContext
    nameless: ssl.SSLContext
    reading: ssl.SSLContext
    helo: str
    patience: float


@dataclass(slots=True)
class _Heard:
    """What a connection came to, up to where it ended."""

    banner: str = ""
    starttls: bool | None = None
    certificate: Certificate | None = None
    why: str = ""
    refused: str = ""


def speak(
    hosts: Sequence[tuple[str, str]],
    targets: Targets,
    *,
    ports: Mapping[Service, int] = PORTS,
    trust: str | None = None,
    patience: float = 15.0,
    helo: str = "",
    seen: _Seen | None = None,
) -> tuple[Spoken, ...]:
    """Return what the services of hosts (MX name, address) say, host by host in the order of `ports`.

    `trust`: a file of authorities instead of those that browsers know; `patience`: seconds for each answer; `helo`: how
    we call ourselves, our own address where nothing is said; `seen` is told each as it comes, in no order. Not to be
    called where a loop of asyncio runs.
    """
    how = _How(certificates.checking(trust), certificates.nameless(trust), certificates.blind(), helo, patience)
    asked = [
        (Spoken(host, address, service), port)
        for host, address in dict.fromkeys(hosts)
        for service, port in ports.items()
    ]
    return tuple(asyncio.run(_all(asked, targets, how, seen)))


async def _all(asked: Sequence[tuple[Spoken, int]], targets: Targets, how: _How, seen: _Seen | None) -> list[Spoken]:
    places = asyncio.Semaphore(CONNECTIONS)

    async def one(blank: Spoken, port: int) -> Spoken:
        if not targets.may_be_asked(blank.address):
            found = replace(blank, failure="not_asked")
        else:
            async with places:
                found = await _speak_to(blank, port, how)
        if seen:
            seen(found)
        return found

    return await asyncio.gather(*(one(blank, port) for blank, port in asked))


async def _speak_to(blank: Spoken, port: int, how: _How) -> Spoken:
    heard = _Heard()
    failed = await _attempt(blank, port, how, how.judging, heard, "")
    if heard.refused == "other_name":
        failed, heard = await _again(blank, port, how, how.nameless, heard)
    if heard.refused and not heard.certificate:
        failed, heard = await _again(blank, port, how, how.reading, heard)
    if heard.refused and not heard.certificate:
        # It was, even where nobody can say more of it.
        heard.certificate = Certificate((), "", None, False, heard.refused)
    return replace(
        blank,
        failure=failed,
        banner=heard.banner,
        starttls=heard.starttls,
        certificate=heard.certificate,
        why=heard.why,
    )


async def _again(
    blank: Spoken, port: int, how: _How, context: ssl.SSLContext, before: _Heard
) -> tuple[Failure, _Heard]:
    """Speak once more after a certificate was refused; what was heard before is kept where nothing comes now."""
    heard = _Heard()
    failed = await _attempt(blank, port, how, context, heard, before.refused)
    heard.banner, heard.starttls = heard.banner or before.banner, heard.starttls or before.starttls
    heard.refused = heard.refused or before.refused
    return failed, heard


async def _attempt(
    blank: Spoken, port: int, how: _How, context: ssl.SSLContext, heard: _Heard, refused: str
) -> Failure:
    """Speak on one connection and fill in what was heard; return how it failed. `refused`: why an earlier one was."""
    try:
        async with await MailLine.open(blank.address, port, how.patience) as line:
            if blank.service in _BY_STARTTLS:
                await _starttls(line, blank, how, context, heard, refused)
            else:
                await _tls(line, blank, context, heard, refused)
                heard.banner = await _greeted(line, blank.service)
            await line.leave(_LEAVES.get(blank.service, "QUIT"))
    except smtp.TurnedAwayError as error:
        heard.banner = error.reply.said
    except ssl.SSLCertVerificationError as error:
        heard.refused = certificates.reason(error)
        return "tls"
    except LOST as error:
        if isinstance(error, NotSpokenError):
            heard.banner = heard.banner or error.said
        if isinstance(error, ssl.SSLError):
            heard.why = certificates.words(error)
        return failure(error)
    return ""


async def _starttls(
    line: MailLine, blank: Spoken, how: _How, context: ssl.SSLContext, heard: _Heard, refused: str
) -> None:
    heard.banner = await smtp.greeting(line)
    heard.starttls = "STARTTLS" in await smtp.hello(line, how.helo)
    if not heard.starttls:
        return
    answer = await smtp.said(line, "STARTTLS")
    if answer.code != 220:
        # Offered and not given (454: not available for now; RFC 3207 s. 4): no handshake.
        await line.leave("QUIT")
        raise ssl.SSLError(answer.said)
    await _tls(line, blank, context, heard, refused)


async def _tls(line: MailLine, blank: Spoken, context: ssl.SSLContext, heard: _Heard, refused: str) -> None:
    await line.handshake(context, blank.host.rstrip("."))
    assert line.tls
    heard.certificate = certificates.certificate_of(line.tls.getpeercert(binary_form=True), refused)


async def _greeted(line: MailLine, service: Service) -> str:
    if service not in _GREETS:
        return await smtp.greeting(line)
    octets = await line.line()
    if not _GREETS[service].fullmatch(octets):
        raise NotSpokenError(shown(octets))
    return shown(octets)
