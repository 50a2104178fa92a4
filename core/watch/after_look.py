"""What is looked at beside the DNS once everybody sees a move: until when the site's certificate is good, and the mail.

Only what the zone's own servers lead to is spoken to, and of that only what may be: the world's addresses, and networks
of ours. Nobody signs in, and no mail is sent.
"""

import asyncio
import datetime as dt
import ssl
from collections.abc import Iterable
from typing import NamedTuple

from core.cutover.asking import certificates
from core.cutover.asking.mail_line import LOST, MailLine
from core.cutover.asking.mail_servers import speak
from core.cutover.settings import Targets
from core.dns.asking.check import Check
from core.dns.asking.job import Ask, ended
from core.dns.asking.probe import Walk
from core.dns.observation import ADDRESSES, Question
from core.watch.sight import Mail

MOST_ADDRESSES = 2
"""Addresses of a host that are tried, of each kind the first."""
_PATIENCE = 10.0
"""Seconds for each answer."""


class Ports(NamedTuple):
    """Where sites speak TLS, and mail servers SMTP."""

    https: int = 443
    smtp: int = 25


class AfterLook(NamedTuple):
    """`certificate_until` (UTC) None: no certificate came that is, or was, good for the site's name."""

    certificate_until: dt.datetime | None
    mail: Mail


NOTHING = AfterLook(None, "unasked")
"""What is known where nobody was spoken to."""

_STANDARD = Ports()


def after_look(
    check: Check,
    mail_before: Mail,
    targets: Targets,
    *,
    trust: str | None = None,
    ports: Ports = _STANDARD,
    patience: float = _PATIENCE,
) -> AfterLook:
    """Return what the site and the mail host of a name say that a check has just looked at.

    `mail_before`: what the look before said; `trust`: a file of authorities (PEM) instead of those that browsers know;
    `patience`: seconds for each answer. Not to be called where a loop of asyncio runs. Raises OSError where `trust`
    cannot be read.
    """
    until = _certificate_until(check, targets, trust, ports.https, patience)
    return AfterLook(until, _mail(check, mail_before, targets, ports.smtp, patience))


def _certificate_until(
    check: Check, targets: Targets, trust: str | None, port: int, patience: float
) -> dt.datetime | None:
    """Return until when the certificate of the site is good: of the name itself, else of its www."""
    name = check.wish.name.ascii
    for site in (name, f"www.{name}"):
        for address in _addresses(check, site):
            if targets.may_be_asked(address):
                until = asyncio.run(_shown_until(site, address, port, trust, patience))
                if until is not None:
                    return until
    return None


def _addresses(check: Check, host: str) -> list[str]:
    """Return the addresses of a name as the zone's own servers tell them; they are asked where they were not yet."""
    questions = [Question(host, type) for type in ADDRESSES]
    said = check.said()
    found = {question: said[question] for question in questions if question in said}
    if new := [question for question in questions if question not in found]:
        asks = [Ask(server, question) for server in check.latest.servers[:MOST_ADDRESSES] for question in new]
        found |= {o.question: [o] for o in ended(check.engine.ask(asks), _PATIENCE) if "AA" in o.flags and o.values}
    values = (next((o.values for o in found.get(question, ()) if o.values), ()) for question in questions)
    return [value for some in values for value in some[:1]]


async def _shown_until(site: str, address: str, port: int, trust: str | None, patience: float) -> dt.datetime | None:
    """Return until when the certificate at an address is, or was, good for a site."""
    try:
        return await _handshake(site, address, port, certificates.checking(trust), patience)
    except ssl.SSLCertVerificationError as error:
        if certificates.reason(error) != "expired":
            return None
    except LOST:
        return None
    try:
        return await _handshake(site, address, port, certificates.blind(), patience)
    except LOST:
        return None


async def _handshake(
    site: str, address: str, port: int, context: ssl.SSLContext, patience: float
) -> dt.datetime | None:
    async with await MailLine.open(address, port, patience) as line:
        await line.handshake(context, site)
        assert line.tls
        return certificates.certificate_of(line.tls.getpeercert(binary_form=True)).ends


def _mail(check: Check, before: Mail, targets: Targets, port: int, patience: float) -> Mail:
    """Return whether the most wanted mail host answers.

    Many a machine may reach nobody's port 25: only one that has answered can be called silent.
    """
    said = check.said().get(Question(check.wish.name.ascii, "MX"), ())
    host = _most_wanted(value for o in said for value in o.values or ())
    addresses = _addresses_of_mail(check, host) if host else []
    asked = [(host, address) for address in addresses if targets.may_be_asked(address)]
    heard = speak(asked, targets, ports={"smtp": port}, patience=patience) if asked else ()
    if any(one.banner or not one.failure for one in heard):
        return "answers"
    tried = any(one.failure not in ("not_asked", "unreachable") for one in heard)
    return "silent" if tried and before != "unasked" else "unasked"


def _most_wanted(values: Iterable[str]) -> str:
    """Return the host of the MX that is tried first; blank where none takes mail (RFC 7505)."""
    found = (value.partition(" ") for value in values)
    ranked = sorted((int(rank), host) for rank, _, host in found if rank.isascii() and rank.isdigit())
    return ranked[0][1].rstrip(".") if ranked else ""


def _addresses_of_mail(check: Check, host: str) -> list[str]:
    said = check.said()
    own = [o.values[0] for type in ADDRESSES for o in said.get(Question(host, type), ())[:1] if o.values]
    try:
        # Of a host in another zone, as that zone has it.
        return own or list(Walk(check.engine, check.roots).addresses(host)[:MOST_ADDRESSES])
    except ValueError:
        # What an MX names may be no name that can be asked for.
        return []
