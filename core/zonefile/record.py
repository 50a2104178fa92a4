"""A record of a zone file as it is read, the row that a dialect makes of a line, and the whole zone."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from core.zonefile.finding import Finding

Dialect = Literal[
    "master",
    "cloudflare",
    "cpanel",
    "godaddy",
    "ovh",
    "hetzner",
    "cli53",
    "dig",
    "route53",
    "octodns",
    "forpsi",
    "table",
    "plesk",
    "hestia",
]
"""Whose file it is; "master" is a normal zone file (RFC 1035 s. 5), "table" one that was pasted from a panel."""


TTL_MAX = 2**31 - 1
"""The longest TTL, in seconds (RFC 2181 s. 8)."""


class Record(NamedTuple):
    """A record as the file has it.

    `name`: its owner, absolute with the last dot, A-labels, lower case. `ttl`: seconds; None where the file does not
    say it. `type`: a mnemonic. `rdata`: in presentation format, names in it absolute. `line`: where it begins, from 1.
    """

    name: str
    ttl: int | None
    type: str
    rdata: str
    line: int = 0


class Token(NamedTuple):
    """A word of a record's data as it stands in the file, escapes and all, its quotes taken off."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What a dialect makes of a line, before it is judged: texts as written.

    `owner`: relative to `origin` unless it ends with a dot; "@" is the origin. `ttl`: "" where the line has none; the
    dialect has put in what $TTL says. `tokens`: the data, word by word. `comment`: what stands after a semicolon.
    """

    line: int
    origin: str
    owner: str
    ttl: str
    type: str
    tokens: tuple[Token, ...]
    comment: str = ""


@dataclass(slots=True)
class Draft:
    """What is being read: dialects and checks put records and findings in.

    `origin`: the zone's name, absolute, in lower case; "" where nobody knows it. `dialect`: whose file it is, as names
    without a last dot, and types of one's own, mean something else in some.
    """

    origin: str
    records: list[Record] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    dialect: Dialect = "master"

    def found(self, tag: str, line: int | None = None, **values: object) -> None:
        """Put a finding in."""
        self.findings.append(Finding(tag, line, values))


@dataclass(frozen=True, slots=True)
class ZoneFile:
    """A zone that was read. `origin`: its name, absolute with the last dot; "" where nobody knows it."""

    origin: str
    dialect: Dialect
    records: tuple[Record, ...]
    findings: tuple[Finding, ...]
