"""What is on its way: a question with the ways that are left to it, the server it goes to, the socket it goes from."""

import socket
import time
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.dns.asking import packets, streams
from core.dns.asking.job import Ask, Job
from core.dns.asking.server_rate import Bucket
from core.dns.observation import Failure, Observation, Transport

TRIES = 2
"""So often a question goes out over UDP before its server counts as silent."""
DEAF = 120.0
"""Seconds for which a resolver that was silent over UDP, and answered encrypted, is asked encrypted at once.

Nobody else is spared: a zone's server must not count as deaf for a question that it was not asked over UDP.
"""

# RFC 5452 s. 9.2: a forger must guess the port too, so none is kept for long, nor once somebody seems to be guessing.
_SOCKET_QUERIES = 2_000
_SOCKET_STRAYS = 500

StreamKey = tuple[Transport, str, str]
"""What a connection to a server's address is known by: the way, and the server's names for it."""


@dataclass(slots=True, eq=False)
class Flight:
    """One question on its way, over UDP first and otherwise where it has to."""

    job: Job
    number: int
    ask: Ask
    message: bytes  # without the ID
    transport: Transport
    peer: "Peer"
    tries: int = 0
    id: int = 0
    line: "Line | None" = None  # while it is out over UDP
    sent: float = 0.0
    deadline: float = 0.0
    truncated: frozenset[str] = frozenset()
    began: float = 0.0
    udp_failure: Failure | None = None
    ways: tuple[Transport, ...] | None = None  # those left, once UDP has failed
    twin: "Flight | None" = None  # the same question over TCP beside the second try over UDP, while both are out

    @property
    def needless(self) -> bool:
        """Whether nobody waits for it any more: its job is done, or its twin has brought the answer."""
        return self.job.done or (self.twin is not None and self.job.is_answered(self.number))

    @property
    def stream_key(self) -> StreamKey:
        """What the connection that it goes over is known by."""
        return self.transport, self.ask.server.dot, self.ask.server.doh

    def read(self, wire: bytes, id: int, at: datetime, now: float) -> Observation | None:
        """Return what a message says, if it is the answer to this question under an ID."""
        return packets.read(
            wire,
            self.ask.server,
            self.ask.question,
            id=id,
            transport=self.transport,
            at=at,
            ms=(now - self.sent) * 1000,
            kept=self.ask.keeps,
        )

    def failed(self, failure: Failure, at: datetime) -> Observation:
        """Return what is observed where it has failed in every way."""
        return Observation(
            self.ask.server,
            self.ask.question,
            at,
            flags=self.truncated,
            transport=self.transport,
            ms=(time.monotonic() - self.began) * 1000,
            failure=failure,
            udp_failure=None if self.transport == "udp" else self.udp_failure,
        )

    def turn(self, failure: Failure) -> bool:
        """Turn to the next way that is left after this failure; return whether there is one."""
        if self.ways is None:
            other = self.ask.transport == "udp" and not self.truncated and failure != "no_ipv6"
            self.ways = streams.ways(self.ask.server) if other else ()
        if not self.ways or self.job.done:
            return False
        self.transport, *left = self.ways
        self.ways, self.tries = tuple(left), 0
        return True

    def divert(self, now: float) -> None:
        """Let it go the way that its resolver is known to hear; for some time, then UDP is tried again."""
        ways = streams.ways(self.ask.server)
        if now < self.peer.deaf_until and self.peer.way in ways:
            self.transport = self.peer.way
            self.ways = ways[ways.index(self.peer.way) + 1 :]

    def heard(self) -> None:
        """Remember that a resolver hears what is encrypted, and that it was deaf to UDP where that was tried."""
        if self.ask.transport == "udp" and self.transport != "tcp":
            self.peer.way = self.transport
            if self.udp_failure:
                self.peer.deaf_until = time.monotonic() + DEAF

    def doubled(self) -> "Flight":
        """Return its twin, to go beside the second try rather than after it: a dead server costs no more time."""
        self.ways = ()
        self.twin = twin = replace(self, transport="tcp", tries=0, twin=self, udp_failure="timeout")
        return twin

    def leave_to_twin(self) -> bool:
        """Leave the question to its twin; return whether there is one: it has answered or will, or fails for both."""
        twin, self.twin = self.twin, None
        if twin:
            twin.twin = None
        return twin is not None


@dataclass(slots=True, eq=False)
class Line:
    """A connected UDP socket, and what was sent from it and is still open."""

    socket: socket.socket
    open: dict[int, Flight] = field(default_factory=dict)
    sent: int = 0
    strays: int = 0

    @property
    def worn(self) -> bool:
        """Whether nothing more should be sent from it."""
        return self.sent >= _SOCKET_QUERIES or self.strays >= _SOCKET_STRAYS


@dataclass(slots=True, eq=False)
class Peer:
    """A server's address and port: what waits for it, and the line to it.

    `has_way`: whether one leads there, None until it was looked for. `deaf_until`: until then it is asked by `way` at
    once, as UDP had failed.
    """

    address: str
    port: int
    bucket: Bucket
    used: float
    has_way: bool | None = None
    deaf_until: float = 0.0
    way: Transport = "udp"
    connections: dict[StreamKey, streams.Stream] = field(default_factory=dict)
    waiting: deque[Flight] = field(default_factory=deque)
    line: Line | None = None
    out: int = 0
