"""What one server said to one question, or how it failed to: seeing, without judging.

Terms of RFC 9499. Nothing here sends packets; `core.dns.asking` makes observations, `core.dns.judging` judges them.
Named tuples, as the engine makes tens of thousands a second: a frozen dataclass takes four times as long to be made.
"""

import datetime as dt
from typing import Literal, NamedTuple

Role = Literal["parent", "authoritative", "resolver"]
"""As what a server is asked: the parent zone's, one that a zone is delegated to, or somebody's recursor."""

Transport = Literal["udp", "tcp", "dot", "doh"]

Extension = Literal["nsid", "edns", "none"]
"""What a question carries beside itself: EDNS and NSID, EDNS alone, or nothing (RFC 6891, RFC 5001)."""

Failure = Literal["timeout", "malformed", "unreachable", "no_ipv6"]
"""How a server failed to answer: not in time, not as DNS, not at all (the network said so), or it was not asked, as
there is no way from here to an IPv6 address."""


class Server(NamedTuple):
    """A server that is asked. `address`: IP address; `name`: its host name, where it is known by one.

    `id`, `operator` and `country` are those of the list of resolvers; `dot` and `doh` its other ways in.
    """

    role: Role
    address: str
    port: int = 53
    name: str = ""
    id: str = ""
    operator: str = ""
    country: str = ""
    dot: str = ""
    doh: str = ""


class Question(NamedTuple):
    """What was asked: an absolute name in ASCII, lower case, without the last dot ("" for the root), and a type.

    A class other than IN stands before the type ("CH TXT"); of the answer only records of that class are kept.
    """

    name: str
    type: str


class Rrset(NamedTuple):
    """Records of one name and type with their TTL (seconds); values as text in canonical form, sorted.

    Names in values are lower case without the last dot; a TXT is its strings joined. Where TTLs differ (RFC 2181 s. 5.2
    forbids it, servers hand them out) `ttl` is the lowest and `highest` the highest, 0 where they are the same.
    """

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]
    highest: int = 0

    @property
    def longest(self) -> int:
        """For how many seconds some cache may keep it: with unequal TTLs one takes the first, another the highest."""
        return max(self.ttl, self.highest)


ADDRESSES = ("A", "AAAA")
"""The types of record that hold an address."""


class Observation(NamedTuple):
    """What a server said to a question at a moment (UTC): `rcode` is its text (NOERROR), None where it failed.

    `flags`: those that were set among AA, TC, RD, RA, AD, CD. `ede`: extended errors (RFC 8914) as code and text.
    `nsid`: which of several servers behind one address it was (RFC 5001). `ms`: how long it took. `checking_disabled`:
    it was asked with CD, whatever the reply says of itself: a second look, which judges the first. `transport`: the way
    it was answered, or failed last; `udp_failure`: how UDP failed, where it was then asked that other way. `extension`:
    with what it was asked in the end. `whole`: the message without its ID, where signatures (DO) were asked of an
    authoritative server: a value's text is not always what was signed.
    """

    server: Server
    question: Question
    at: dt.datetime
    rcode: str | None = None
    flags: frozenset[str] = frozenset()
    answer: tuple[Rrset, ...] = ()
    authority: tuple[Rrset, ...] = ()
    additional: tuple[Rrset, ...] = ()
    ede: tuple[tuple[int, str], ...] = ()
    nsid: str = ""
    transport: Transport = "udp"
    ms: float | None = None
    failure: Failure | None = None
    checking_disabled: bool = False
    udp_failure: Failure | None = None
    extension: Extension = "nsid"
    whole: bytes | None = None

    @property
    def answered(self) -> bool:
        """Whether the server said what is there, or that nothing is: it neither failed nor refused."""
        return self.failure is None and self.rcode in ("NOERROR", "NXDOMAIN")

    @property
    def values(self) -> tuple[str, ...] | None:
        """The values of the records asked for, aliases (CNAME) followed; None where there are none."""
        found = self.records
        return found.values if found else None

    @property
    def records(self) -> Rrset | None:
        """The records asked for, at the end of the chain of aliases that the answer holds."""
        name = self.question.name
        for _ in range(len(self.answer) + 1):
            for rrset in self.answer:
                if rrset.name == name and rrset.type == self.question.type:
                    return rrset
            alias = next((r for r in self.answer if r.name == name and r.type == "CNAME"), None)
            if alias is None:
                return None
            name = alias.values[0]
        return None
