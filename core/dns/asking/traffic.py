"""Questions wait for their turn, go out, and land: with an answer, or failed in every way that there was."""

import asyncio
import os
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime

from core.dns.asking import streams
from core.dns.asking.in_flight import TRIES, Flight, Line, Peer
from core.dns.asking.sockets import Sockets, has_way, lacks_descriptor
from core.dns.observation import Failure, Observation, Transport

IN_FLIGHT = 64
"""So many questions to a server are open at once: what a socket's buffer holds."""

_DATAGRAMS = 64
_DATAGRAM_MAX = 4096


class Traffic:
    """What is under way in one run of an engine, in its own thread; `peers` by address and port.

    `timeout`: seconds for each try over UDP and for a whole exchange in any other way. `flights`: those over UDP, in
    the order of their deadlines.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        timeout: float,
        now: Callable[[], datetime],
        context: Callable[[Transport], ssl.SSLContext],
    ) -> None:
        self.peers: dict[tuple[str, int], Peer] = {}
        self.flights: deque[Flight] = deque()
        self.sockets = Sockets(loop, self.peers, context)
        self._timeout, self._now = timeout, now
        self._ids = _random_ids()

    def send_waiting(self, peer: Peer, now: float) -> None:
        """Send what waits for a server, as far as its limits let it."""
        waiting = peer.waiting
        while waiting and peer.out < IN_FLIGHT:
            head = waiting[0]
            if head.needless:
                waiting.popleft()
                continue
            if peer.deaf_until and head.transport == "udp":
                head.divert(now)
            if not self.sockets.has_room(head) or not peer.bucket.take(now):
                break
            self._send(waiting.popleft(), now)

    def silent(self, flight: Flight) -> None:
        """Send a question again whose deadline over UDP is over, or let it have failed."""
        if flight.tries < TRIES and not flight.job.done:
            self._landed(flight)
            if streams.ways(flight.ask.server) == ("tcp",):
                flight.peer.waiting.appendleft(flight.doubled())
            flight.peer.waiting.appendleft(flight)
        else:
            self._failed(flight, "timeout")

    def _send(self, flight: Flight, now: float) -> None:
        peer = flight.peer
        peer.used = flight.sent = now
        peer.out += 1
        flight.tries += 1
        flight.began = flight.began or now
        try:
            if peer.has_way is None:
                peer.has_way = has_way(peer.address)
            if not peer.has_way:
                self._failed(flight, "no_ipv6")
                return
            udp = flight.transport == "udp"
            way = self.sockets.line(peer, self._readable) if udp else self.sockets.stream(flight)
        except Exception as error:  # no route, no such address or URL
            if lacks_descriptor(error):
                self._postpone(flight)
            else:
                self._failed(flight, "unreachable")
            return
        if isinstance(way, Line):
            self._over_line(flight, way, now)
        else:
            self.sockets.background(self._over_stream(flight, way))

    # -- UDP

    def _over_line(self, flight: Flight, line: Line, now: float) -> None:
        while (id := next(self._ids)) in line.open:
            pass
        flight.id, flight.line, flight.deadline = id, line, now + self._timeout
        line.open[id] = flight
        line.sent += 1
        self.flights.append(flight)
        message = id.to_bytes(2, "big") + flight.message
        try:
            try:
                line.socket.send(message)
            except ConnectionRefusedError:
                line.socket.send(message)  # that was said to an earlier one of this line
        except BlockingIOError:
            pass  # like any that is lost on the way: it is sent again
        except OSError:
            self._broken(line)

    def _readable(self, line: Line, peer: Peer) -> None:
        receive, waiting = line.socket.recv, line.open
        at, now = self._now(), time.monotonic()
        # No more at a time, so that a flood from one server leaves the others their turn.
        for _ in range(_DATAGRAMS):
            try:
                wire = receive(_DATAGRAM_MAX)
            except BlockingIOError:
                break
            except OSError:
                self._broken(line)
                break
            flight = waiting.get(wire[0] << 8 | wire[1]) if len(wire) > 1 else None
            observation = flight.read(wire, flight.id, at, now) if flight else None
            if flight is None or observation is None:
                line.strays += 1
            elif "TC" in observation.flags:
                self._landed(flight)
                flight.truncated, flight.transport = observation.flags, "tcp"
                if not flight.job.done:
                    peer.waiting.appendleft(flight)
            else:
                self._landed(flight)
                flight.job.put(flight.number, observation)
        if line.socket.fileno() >= 0 and (line.worn or peer.line is not line):
            self.sockets.leave(peer, line)
        if peer.waiting:
            self.send_waiting(peer, now)

    def _broken(self, line: Line) -> None:
        flights = list(line.open.values())
        for flight in flights:
            if flight.peer.line is line:
                flight.peer.line = None
            self._failed(flight, "unreachable")

    # -- other ways

    async def _over_stream(self, flight: Flight, stream: streams.Stream | None) -> None:
        """Ask in another way, the deadline being that of the whole exchange."""
        failure: Failure
        try:
            async with asyncio.timeout(self._timeout):
                observation = await self._exchanged(flight, stream)
        except TimeoutError:
            failure = "timeout"
        except streams.NotDnsError:
            failure = "malformed"
        except streams.LostError:
            if flight.tries < TRIES:
                self._landed(flight)
                flight.peer.waiting.appendleft(flight)
                self.send_waiting(flight.peer, time.monotonic())
                return
            failure = "unreachable"
        except Exception as error:  # OSError, and whatever it is that HTTP makes of somebody's octets
            if lacks_descriptor(error):
                self._postpone(flight)
                return
            failure = "unreachable"
        else:
            self._landed(flight)
            flight.heard()
            flight.job.put(flight.number, observation)
            self.send_waiting(flight.peer, time.monotonic())
            return
        self._failed(flight, failure)
        self.send_waiting(flight.peer, time.monotonic())

    async def _exchanged(self, flight: Flight, stream: streams.Stream | None) -> Observation:
        def read(wire: bytes, id: int) -> Observation | None:
            return flight.read(wire, id, self._now(), time.monotonic())

        if stream:
            found = await stream.ask(flight.message, read)
        else:
            found = await self.sockets.over_tcp(flight, next(self._ids), read)
        flags = flight.truncated if found.failure else found.flags
        return found._replace(flags=flags, udp_failure=flight.udp_failure)

    # -- what lands

    def _landed(self, flight: Flight) -> None:
        flight.peer.out -= 1
        if line := flight.line:
            del line.open[flight.id]
            flight.line = None
            if not line.open and flight.peer.line is not line:
                self.sockets.close(line)

    def _failed(self, flight: Flight, failure: Failure) -> None:
        self._landed(flight)
        if flight.transport == "udp":
            flight.udp_failure = failure
        if flight.leave_to_twin():
            return
        if flight.turn(failure):
            flight.peer.waiting.appendleft(flight)
        else:
            flight.job.put(flight.number, flight.failed(failure, self._now()))

    def _postpone(self, flight: Flight) -> None:
        """Let a question wait, as the process can open nothing more: that says nothing of its server."""
        self._landed(flight)
        flight.tries -= 1
        flight.peer.bucket.give_back()
        flight.peer.waiting.appendleft(flight)
        self.sockets.short = True


def _random_ids() -> Iterator[int]:
    while True:
        yield from memoryview(os.urandom(4096)).cast("H")
