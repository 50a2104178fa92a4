"""What is found of mail servers that were spoken to: of each host once, with the ports and addresses it was seen at.

Port 25 must answer at every address of an MX. The ports of mail programs are judged where something answers; that one
is missing is found where the old host had it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from core.cutover.finding import Finding
from core.cutover.judging import mailbox_findings
from core.cutover.probes import PORTS, Failure, Mailbox, Service, Spoken

_SILENT: frozenset[Failure] = frozenset(("timeout", "refused", "unreachable"))
_ODD: frozenset[Failure] = frozenset(("closed", "not_spoken", "too_large"))
_PROGRAMS: tuple[Service, ...] = tuple(service for service in PORTS if service != "smtp")

_KINDS = {"other_name": "name", "expired": "expired", "not_yet": "expired"}
# By what is wrong: of port 25, which other servers come to; of the ports of mail programs, whose owners see a warning.
_CERTIFICATE_TAGS: Mapping[str, tuple[str, str]] = {
    "name": ("mail_certificate_name", "mail_program_certificate_name"),
    "expired": ("mail_certificate_expired", "mail_program_certificate_expired"),
    "trust": ("mail_certificate_untrusted", "mail_program_certificate_untrusted"),
}
_NAMES_TOLD = 3


def find(
    mail: Sequence[Spoken],
    mailboxes: Sequence[Mailbox],
    old_mail: Sequence[Spoken] = (),
    *,
    without_mx: Collection[str] = (),
) -> list[Finding]:
    """Return what was found of the new hosts; `old_mail`: the same services of the old ones, where they were asked.

    `without_mx`: hosts that take mail for want of an MX only; where the old one refuses it, there is none to be lost.
    """
    mail = [one for one in mail if one.host not in without_mx or not _refused(one.host, old_mail)]
    hidden = _is_hidden(mail, old_mail)
    together: dict[tuple[str, str], list[Spoken]] = {}
    for spoken in mail:
        for tag in (*_about(spoken, hidden), *_of_certificate(spoken)):
            together.setdefault((spoken.host, tag), []).append(spoken)
    return [
        *(_finding(tag, host, several) for (host, tag), several in together.items()),
        *_uneven(mail),
        *_lost(mail, old_mail),
        *_old_unseen(mail, old_mail),
        *mailbox_findings.find(mailboxes),
    ]


def _refused(host: str, old_mail: Sequence[Spoken]) -> bool:
    """Tell whether an old host surely takes no mail: whoever refuses port 25 at each of its addresses is there."""
    failures = [one.failure for one in old_mail if one.host == host and one.service == "smtp"]
    return bool(failures) and set(failures) == {"refused"}


def _is_hidden(mail: Sequence[Spoken], old_mail: Sequence[Spoken]) -> bool:
    """Tell whether port 25 is silent on both sides: many a network lets nobody out to it."""
    sides = [
        [one.failure for one in side if one.service == "smtp" and one.failure != "not_asked" and not _no_way(one)]
        for side in (mail, old_mail)
    ]
    return all(side and set(side) == {"timeout"} for side in sides)


def _about(spoken: Spoken, hidden: bool) -> Iterator[str]:
    if spoken.failure == "not_asked":
        yield "mail_not_asked"
    elif spoken.failure == "tls":
        yield "mail_tls_broken"
    elif spoken.failure:
        yield from _of_port_25(spoken, hidden) if spoken.service == "smtp" else _of_program(spoken)
    elif _is_refusal(spoken.banner):
        yield "mail_turned_away" if spoken.banner.startswith("5") else "mail_busy"
    elif spoken.starttls is False:
        yield "mail_no_starttls" if spoken.service == "smtp" else "mail_submission_no_starttls"


def _of_port_25(spoken: Spoken, hidden: bool) -> Iterator[str]:
    if _no_way(spoken):
        yield "mail_no_way"
    elif spoken.failure == "timeout" and hidden:
        yield "mail_unseen"
    else:
        yield "mail_silent" if spoken.failure in _SILENT and not _was_heard(spoken) else "mail_odd"


def _of_program(spoken: Spoken) -> Iterator[str]:
    if spoken.failure in _ODD or _was_heard(spoken):
        yield "mail_port_odd"


def _no_way(spoken: Spoken) -> bool:
    # A machine without IPv6 of its own has no way to any such address; to an IPv4 address it is the other's firewall.
    return spoken.failure == "unreachable" and ":" in spoken.address


def _was_heard(spoken: Spoken) -> bool:
    return bool(spoken.banner) or spoken.certificate is not None


def _is_refusal(banner: str) -> bool:
    return not banner.upper().startswith(("220", "* OK", "+OK"))


def _of_certificate(spoken: Spoken) -> Iterator[str]:
    certificate = spoken.certificate
    if certificate is None or certificate.fits:
        return
    kind = _KINDS.get(certificate.why, "trust")
    yield _tag(kind, spoken)
    # Only one thing is told as wrong, and an end is worse than a name.
    if kind == "expired" and not _bears(certificate.names, spoken.host):
        yield _tag("name", spoken)


def _tag(kind: str, spoken: Spoken) -> str:
    return _CERTIFICATE_TAGS[kind][spoken.service != "smtp"]


def _bears(names: Sequence[str], host: str) -> bool:
    """Tell whether a host is among the names of a certificate, an asterisk being its first label (RFC 6125)."""
    host = host.lower().rstrip(".")
    return not {host, f"*.{host.partition('.')[2]}"}.isdisjoint(name.lower() for name in names)


def _finding(tag: str, host: str, several: Sequence[Spoken]) -> Finding:
    certificates = [one.certificate for one in several if one.certificate]
    names = certificates[0].names if certificates else ()
    return Finding(
        tag,
        host,
        {
            "addresses": ", ".join(dict.fromkeys(one.address for one in several)),
            "ports": _ports(one.service for one in several),
            "said": next((one.banner for one in several if one.banner), "–"),
            "names": ", ".join((*names[:_NAMES_TOLD], *("…" for _ in names[_NAMES_TOLD : _NAMES_TOLD + 1]))) or "–",
            "why": next((one.why for one in several if one.why), "–"),
            "ends": next((f"{one.ends:%Y-%m-%d}" for one in certificates if one.ends), "–"),
        },
    )


def _ports(services: Iterator[Service]) -> str:
    return ", ".join(map(str, sorted({PORTS[service] for service in services})))


def _offers(spoken: Spoken) -> bool:
    return spoken.failure not in _SILENT | {"not_asked"} or _was_heard(spoken)


def _lacks(spoken: Spoken) -> bool:
    return spoken.failure in _SILENT and not _no_way(spoken) and not _was_heard(spoken)


def _uneven(mail: Sequence[Spoken]) -> Iterator[Finding]:
    """A port of mail programs that answers at one address of a host and not at another."""
    by_host: dict[str, list[Spoken]] = {}
    for spoken in mail:
        if spoken.service in _PROGRAMS:
            by_host.setdefault(spoken.host, []).append(spoken)
    for host, several in by_host.items():
        offered = {one.service for one in several if _offers(one)}
        if lacking := [one for one in several if _lacks(one) and one.service in offered]:
            yield _finding("mail_port_uneven", host, lacking)


def _lost(mail: Sequence[Spoken], old_mail: Sequence[Spoken]) -> Iterator[Finding]:
    """Ports of mail programs that some old host had, and no new one has."""
    had = {one.service for one in old_mail if one.failure == ""} - {"smtp"}
    has = {one.service for one in mail if _offers(one)}
    if lacking := [one for one in mail if _lacks(one) and one.service in had - has]:
        old = dict.fromkeys(one.host for one in old_mail if one.failure == "" and one.service in had - has)
        found = _finding("mail_ports_lost", lacking[0].host, lacking)
        yield Finding(found.tag, found.name, {**found.values, "old": ", ".join([*old][:_NAMES_TOLD])})


def _old_unseen(mail: Sequence[Spoken], old_mail: Sequence[Spoken]) -> Iterator[Finding]:
    """Ports of mail programs that no new host has, where no old one said anything: whether it had them, nobody saw."""
    silent = bool(old_mail) and all(one.failure for one in old_mail)
    if not silent or all(one.failure == "refused" for one in old_mail):
        return
    has = {one.service for one in mail if _offers(one)}
    if lacking := [one for one in mail if one.service in _PROGRAMS and _lacks(one) and one.service not in has]:
        found = _finding("mail_old_unseen", lacking[0].host, lacking)
        old = ", ".join([*dict.fromkeys(one.host for one in old_mail)][:_NAMES_TOLD])
        yield Finding(found.tag, found.name, {**found.values, "old": old})
