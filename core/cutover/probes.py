"""What servers showed when they were spoken to with a name forced: each probe that fails is an answer too."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Side = Literal["old", "new"]

Failure = Literal["", "not_asked", "timeout", "refused", "unreachable", "closed", "tls", "not_spoken", "too_large"]
"""How a server failed to answer: not asked (its address may not be), not in time, TCP refused, no way there, closed in
the middle, no handshake at all, something else than the protocol, more than is read. Blank: it answered."""


WHYS = ("expired", "not_yet", "other_name", "self_signed", "unknown_issuer", "weak", "other")
"""What is wrong with a certificate; the issuer is unknown as well where a link of the chain is missing."""


class Certificate(NamedTuple):
    """The certificate of a handshake.

    `fits`: whether it is good for the name that was forced, at this moment, by the handshake itself; `why`: what is
    wrong with it, one of `WHYS`.
    """

    names: tuple[str, ...]
    issuer: str
    ends: dt.datetime | None
    fits: bool
    why: str = ""


class Hop(NamedTuple):
    """A redirect. `followed`: whether it was gone to, at the same side's server; else it is told only."""

    status: int
    to: str
    followed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A site at one side: `site` is the name that was forced, `address` where; `secure`: over TLS.

    `status`: None where there was no answer. `words`: what the text was, for likeness: hashes of its word triples.
    `default`: the name of the panel whose empty page it is. `cut`: more was sent than is read. `hsts`: seconds.
    """

    site: str
    side: Side
    address: str
    secure: bool
    failure: Failure = ""
    status: int | None = None
    hops: tuple[Hop, ...] = ()
    title: str = ""
    length: int = 0
    words: frozenset[int] = frozenset()
    text: str = ""
    certificate: Certificate | None = None
    hsts: int | None = None
    default: str = ""
    cut: bool = False


Service = Literal["smtp", "submission", "submissions", "imaps", "pop3s"]
PORTS: dict[Service, int] = {"smtp": 25, "submission": 587, "submissions": 465, "imaps": 993, "pop3s": 995}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A mail service of a host. `starttls`: offered; None where it is TLS from the start.

    `banner`: what it said first, its code with it, or a refusal that came next. `why` there was no handshake: in the
    library's words, or the server's.
    """

    host: str
    address: str
    service: Service
    failure: Failure = ""
    banner: str = ""
    starttls: bool | None = None
    certificate: Certificate | None = None
    why: str = ""


Unasked = Literal["not_ours", "address", "smtputf8", "too_many", "silent"]
"""Why nobody answered for an address: the server is none of ours, the address cannot be written in SMTP, or only by an
extension that the server lacks, there are more than are asked, no connection led to an answer."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What a server said of an address: "known" proves the address, not that a box stands behind it.

    "any": the server takes every address of the domain, so that nothing is proved. `said`: the server's words, short;
    where there is no `code`, nobody answered, and it is one of Unasked.
    """

    address: str
    server: str
    state: Literal["known", "missing", "any", "unknown"]
    code: int | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Probes:
    """All that was spoken to."""

    pages: tuple[Page, ...] = ()
    mail: tuple[Spoken, ...] = ()
    mailboxes: tuple[Mailbox, ...] = field(default=())
