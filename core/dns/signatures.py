"""Signatures of a zone at its own servers: expired or about to expire, each told as what it is (RFC 4034 s. 3).

Only the dates are judged here: whether a signature fits is what validating resolvers say.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from core.dns.findings import Finding
from core.dns.observation import Observation, Server

SOON = dt.timedelta(days=7)
"""Before their end signatures ought to have been made anew: most signers do so a week or more ahead."""

_DATE = "%Y%m%d%H%M%S"
_SKEW = dt.timedelta(minutes=5)
"""By how much clocks differ among people who mean the same moment."""


def signature_findings(
    server: Server, answers: Iterable[Observation], signed: bool, now: dt.datetime
) -> Iterator[Finding]:
    """Yield what is wrong with the dates of a server's signatures; `now` in UTC, `signed`: whether the parent has a DS.

    Without a DS nobody checks them.
    """
    if not signed:
        return
    ends, begins = [], []
    for o in answers:
        for rrset in o.answer:
            if rrset.type == "RRSIG":
                for value in rrset.values:
                    if dates := _dates(value):
                        begins.append(dates[0])
                        ends.append(dates[1])
    if not ends:
        return
    if min(ends) + _SKEW < now:
        yield Finding("signature_expired", server, {"at": min(ends)})
    elif max(begins) - _SKEW > now:
        yield Finding("signature_not_yet", server, {"at": max(begins)})
    elif min(ends) < now + SOON:
        yield Finding("signature_expires", server, {"at": min(ends)})


def _dates(rrsig: str) -> tuple[dt.datetime, dt.datetime] | None:
    """Return from when until when (UTC) a signature is good; None where the text is none."""
    fields = rrsig.split(" ", 6)
    if len(fields) < 7 or not (fields[4].isascii() and fields[5].isascii()):
        return None
    try:
        expires, begins = (dt.datetime.strptime(text, _DATE).replace(tzinfo=dt.UTC) for text in fields[4:6])
    except ValueError:
        return None
    return begins, expires
