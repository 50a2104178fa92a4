"""Asks many servers at once from one background thread, and never any of them more often than it may.

Pages give it questions and read what is in so far. One connected UDP socket per server, one sweep for all deadlines;
what an answer says is read by `packets`. Where UDP gets no answer, `streams` has other ways to ask.
"""

import asyncio
import datetime as dt
import errno
import ipaddress
import math
import os
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from core.dns.addresses import canonical
from core.dns.asking import packets, streams
from core.dns.observation import Extension, Failure, Observation, Question, Server, Transport
from core.ground import clock

LEASE = 90.0
"""Seconds after which a job that nobody has looked at is cancelled."""
AUTHORITATIVE_PER_SECOND = 100.0
"""Questions a second to a parent's or an authoritative server, which are there to be asked."""
TRIES = 2
"""So often a question goes out over UDP before its server counts as silent."""
DEAF = 120.0
"""Seconds for which a resolver that was silent over UDP, and answered encrypted, is asked encrypted at once.

Nobody else is spared: a zone's server must not count as deaf for a question that it was not asked over UDP.
"""
IN_FLIGHT = 64
"""So many questions to a server are open at once: what a socket's buffer holds."""
MOST_OPEN = 256
"""Sockets that are open at once, whoever names how many servers: a process has a thousand, not all for this."""

_DATAGRAMS = 64
_DATAGRAM_MAX = 4096
# RFC 5452 s. 9.2: a forger must guess the port too, so none is kept for long, nor once somebody seems to be guessing.
_SOCKET_QUERIES = 2_000
_SOCKET_STRAYS = 500
_TICK, _IDLE_TICK = 0.02, 1.0
_IDLE = 30.0
_NO_DESCRIPTOR = frozenset({errno.EMFILE, errno.ENFILE})


class Ask(NamedTuple):
    """A question to a server. `recursion`, `checking_disabled`, `dnssec`: RD, CD, DO.

    `transport`: "udp" goes another way where UDP gets no answer; any other is the only one.
    """

    server: Server
    question: Question
    recursion: bool = False
    checking_disabled: bool = False
    dnssec: bool = False
    transport: Transport = "udp"
    extension: Extension = "nsid"

    @property
    def keeps(self) -> bool:
        """Whether the whole message of its answer is kept, for the signatures in it."""
        return self.dnssec and self.server.role == "authoritative"


class Job:
    """Questions that were asked together, and the answers as they come in; for use in any thread."""

    def __init__(self, asks: Sequence[Ask], lease: float) -> None:
        self.asks = tuple(asks)
        self._answers: list[Observation | None] = [None] * len(self.asks)
        self._left = len(self.asks)
        self._lease = lease
        self._looked = time.monotonic()
        self._cancelled = False
        self._over = threading.Event()
        if not self.asks:
            self._over.set()

    def snapshot(self) -> tuple[Observation, ...]:
        """Return what is in so far, in the order of the questions; renews the lease."""
        return tuple(answer for answer in self.answers() if answer is not None)

    def answers(self) -> tuple[Observation | None, ...]:
        """Return for each of `asks` its observation, None where it is still open; renews the lease."""
        self._looked = time.monotonic()
        return tuple(self._answers)

    @property
    def done(self) -> bool:
        """Whether nothing more will come: every question has its observation, or the job was cancelled."""
        return self._over.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it, or nobody looked for the length of its lease."""
        return self._cancelled

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is done, at most so many seconds; return whether it is. Waiting is looking."""
        end = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            self._looked = now = time.monotonic()
            if self._over.wait(max(0.0, min(end - now, self._lease / 3))):
                return True
            if time.monotonic() >= end:
                return False

    def cancel(self) -> None:
        """Ask nothing more; what is in stays, what is still under way is dropped."""
        if not self.done:
            self._cancelled = True
            self._over.set()

    def _put(self, number: int, observation: Observation) -> None:
        if self.asks[number].checking_disabled:
            observation = observation._replace(checking_disabled=True)
        if not self._cancelled and self._answers[number] is None:
            self._answers[number] = observation
            self._left -= 1
            if not self._left:
                self._over.set()

    def _expired(self, now: float) -> bool:
        if now - self._looked > self._lease:
            self.cancel()
        return self.done


@dataclass(slots=True)
class _Bucket:
    """A token bucket: so many a second, and so many at once after a rest."""

    per_second: float
    burst: float
    tokens: float
    filled: float

    def take(self, now: float) -> bool:
        if self.per_second == math.inf:
            return True
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.per_second)
        self.filled = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True

    def is_full(self, now: float) -> bool:
        return self.per_second == math.inf or self.tokens + (now - self.filled) * self.per_second >= self.burst


@dataclass(slots=True, eq=False)
class _Flight:
    """One question on its way, over UDP first and otherwise where it has to."""

    job: Job
    number: int
    ask: Ask
    message: bytes  # without the ID
    transport: Transport
    peer: "_Peer"
    tries: int = 0
    id: int = 0
    line: "_Line | None" = None  # while it is out over UDP
    sent: float = 0.0
    deadline: float = 0.0
    truncated: frozenset[str] = frozenset()
    began: float = 0.0
    udp_failure: Failure | None = None
    ways: tuple[Transport, ...] | None = None  # those left, once UDP has failed
    twin: "_Flight | None" = None  # the same question over TCP beside the second try over UDP, while both are out


@dataclass(slots=True, eq=False)
class _Line:
    """A connected UDP socket, and what was sent from it and is still open."""

    socket: socket.socket
    open: dict[int, _Flight] = field(default_factory=dict)
    sent: int = 0
    strays: int = 0

    @property
    def worn(self) -> bool:
        return self.sent >= _SOCKET_QUERIES or self.strays >= _SOCKET_STRAYS


@dataclass(slots=True, eq=False)
class _Peer:
    """A server's address and port: what waits for it, and the line to it.

    `has_way`: whether one leads there, None until it was looked for. `deaf_until`: until then it is asked by `way` at
    once, as UDP had failed.
    """

    address: str
    port: int
    bucket: _Bucket
    used: float
    has_way: bool | None = None
    deaf_until: float = 0.0
    way: Transport = "udp"
    connections: dict[tuple[Transport, str, str], streams.Stream] = field(default_factory=dict)
    waiting: deque[_Flight] = field(default_factory=deque)
    line: _Line | None = None
    out: int = 0


class Engine:
    """Asks servers; there is one in a process, as the limits hold over all who ask.

    `per_second`, `burst`: questions to one resolver's address (all ports, transports and repetitions); what is over
    that waits. `timeout`: seconds for each try over UDP and for a whole exchange in any other way. `lease`: seconds.
    `now`: what tells the time (UTC) of an observation. `tls`: makes what checks certificates. The thread starts with
    the first question, or with `start`, and has the network namespace of the thread that started it.
    """

    def __init__(
        self,
        *,
        per_second: float = 10.0,
        burst: float | None = None,
        timeout: float = 2.0,
        lease: float = LEASE,
        now: Callable[[], dt.datetime] = clock.now,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self.per_second, self.burst = per_second, max(1.0, 2 * per_second if burst is None else burst)
        self.timeout, self.lease, self.now = timeout, lease, now
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._tls = tls
        # One for each transport, as HTTP writes its own names of protocols into it.
        self._contexts: dict[Transport, ssl.SSLContext] = {}
        self._peers: dict[tuple[str, int], _Peer] = {}
        self._buckets: dict[str, _Bucket] = {}
        self._flights: deque[_Flight] = deque()  # in the order of their deadlines
        self._jobs: list[Job] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._ids = _random_ids()
        self._tick: asyncio.TimerHandle | None = None
        self._open = 0  # sockets
        self._short = False  # somebody waits for one; the next sweep gives to those that have waited for longest

    # -- in any thread

    def start(self) -> None:
        """Start the thread where it does not run yet."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.SelectorEventLoop()
                self._thread = threading.Thread(target=self._run, args=(self._loop,), name="dns", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Cancel every job, close every socket and end the thread; may be started again."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
            if loop and thread:
                # Under the lock: whoever asks meanwhile starts anew, after everything of this run is put away.
                loop.call_soon_threadsafe(loop.stop)
                thread.join()

    def ask(self, asks: Sequence[Ask]) -> Job:
        """Ask questions and return at once; raises ValueError for a name, type or address that cannot be."""
        messages = []
        for ask in asks:
            canonical(ask.server.address)
            if ask.transport not in ("udp", "tcp") and ask.transport not in streams.ways(ask.server):
                raise ValueError(f"{ask.transport} is not spoken")
            about = ask.recursion, ask.checking_disabled, ask.dnssec, ask.extension
            messages.append(packets.after_id(ask.question, *about))
        job = Job(asks, self.lease)
        if asks:
            self.start()
            with self._lock:
                if self._loop is None:
                    job.cancel()
                else:
                    self._loop.call_soon_threadsafe(self._accept, job, messages)
        return job

    # -- in the engine's own thread

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            loop.run_forever()
        finally:
            for job in self._jobs:
                job.cancel()
            loop.run_until_complete(self._end_tasks())
            for line in {flight.line for flight in self._flights} | {peer.line for peer in self._peers.values()}:
                if line:
                    self._close(line, loop)
            for left in (self._peers, self._buckets, self._flights, self._jobs):
                left.clear()
            self._tick, self._open, self._short = None, 0, False
            loop.close()

    async def _end_tasks(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        open = [stream.close() for peer in self._peers.values() for stream in peer.connections.values()]
        await asyncio.gather(*open, return_exceptions=True)

    def _accept(self, job: Job, messages: list[bytes]) -> None:
        now = time.monotonic()
        self._jobs.append(job)
        peers = {}
        for number, (ask, message) in enumerate(zip(job.asks, messages, strict=True)):
            peer = self._peer(ask.server, now)
            peer.waiting.append(_Flight(job, number, ask, message, ask.transport, peer))
            peers[id(peer)] = peer
        for peer in peers.values():
            self._send_waiting(peer, now)
        self._schedule(_TICK)

    def _peer(self, server: Server, now: float) -> _Peer:
        address, limited = canonical(server.address), server.role == "resolver"
        rate = self.per_second if limited else max(self.per_second, AUTHORITATIVE_PER_SECOND)
        bucket = self._buckets.get(address)
        if bucket is None:
            burst = self.burst if limited else 2 * rate
            bucket = self._buckets[address] = _Bucket(rate, burst, burst, now)
        elif rate < bucket.per_second:
            # Whatever else it is, it is a resolver too.
            bucket.per_second, bucket.burst = rate, self.burst
            bucket.tokens = min(bucket.tokens, self.burst)
        key = address, server.port
        if key not in self._peers:
            self._peers[key] = _Peer(*key, bucket, now)
        return self._peers[key]

    def _send_waiting(self, peer: _Peer, now: float) -> None:
        waiting = peer.waiting
        while waiting and peer.out < IN_FLIGHT:
            head = waiting[0]
            if head.job.done or (head.twin and head.job._answers[head.number]):
                waiting.popleft()
                continue
            if peer.deaf_until and head.transport == "udp":
                self._divert(head, now)
            if not self._has_room(head) or not peer.bucket.take(now):
                break
            self._send(waiting.popleft(), now)

    def _has_room(self, flight: _Flight) -> bool:
        """Return whether a question can go out from a socket that is open, or one more may be opened for it."""
        peer = flight.peer
        if flight.transport == "udp":
            if peer.line and not peer.line.worn:
                return True
        elif _stream_key(flight) in peer.connections:
            return True
        if not self._short and (self._open < MOST_OPEN or self._close_idle()):
            return True
        self._short = True
        return False

    def _close_idle(self) -> bool:
        """Close what has been idle for longest; return whether there is room now. What is encrypted takes a while."""
        lines = [peer for peer in self._peers.values() if peer.line and not peer.line.open]
        if lines:
            peer = min(lines, key=lambda peer: peer.used)
            assert peer.line
            self._leave(peer, peer.line)
        elif streamed := [peer for peer in self._peers.values() if peer.connections and not peer.out]:
            self._background(self._close_streams(min(streamed, key=lambda peer: peer.used)))
        return self._open < MOST_OPEN

    def _send(self, flight: _Flight, now: float) -> None:
        peer = flight.peer
        peer.used = flight.sent = now
        peer.out += 1
        flight.tries += 1
        flight.began = flight.began or now
        try:
            if peer.has_way is None:
                peer.has_way = _has_way(peer.address)
            if not peer.has_way:
                self._failed(flight, "no_ipv6")
                return
            way = self._line(peer) if flight.transport == "udp" else self._stream(flight)
        except Exception as error:  # no route, no such address or URL
            if _lacks_descriptor(error):
                self._postpone(flight)
            else:
                self._failed(flight, "unreachable")
            return
        if not isinstance(way, _Line):
            self._background(self._over_stream(flight, way))
            return
        line = way
        while (id := next(self._ids)) in line.open:
            pass
        flight.id, flight.line, flight.deadline = id, line, now + self.timeout
        line.open[id] = flight
        line.sent += 1
        self._flights.append(flight)
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

    def _line(self, peer: _Peer) -> _Line:
        line = peer.line
        if line and line.worn:
            self._leave(peer, line)
            line = None
        if line is None:
            family = socket.AF_INET6 if ":" in peer.address else socket.AF_INET
            udp = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            try:
                udp.connect((peer.address, peer.port))  # the kernel draws the port
            except BaseException:
                udp.close()
                raise
            line = peer.line = _Line(udp)
            self._open += 1
            asyncio.get_running_loop().add_reader(udp, self._readable, line, peer)
        return line

    def _leave(self, peer: _Peer, line: _Line) -> None:
        """Send nothing more from a line; it closes with the last answer it waits for."""
        if peer.line is line:
            peer.line = None
        if not line.open:
            self._close(line, asyncio.get_running_loop())

    def _close(self, line: _Line, loop: asyncio.AbstractEventLoop) -> None:
        if line.socket.fileno() >= 0:
            loop.remove_reader(line.socket)
            line.socket.close()
            self._open -= 1

    def _postpone(self, flight: _Flight) -> None:
        """Let a question wait, as the process can open nothing more: that says nothing of its server."""
        self._landed(flight)
        flight.tries -= 1
        flight.peer.bucket.tokens += 1
        flight.peer.waiting.appendleft(flight)
        self._short = True

    def _readable(self, line: _Line, peer: _Peer) -> None:
        receive, waiting = line.socket.recv, line.open
        at, now = self.now(), time.monotonic()
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
            observation = None
            if flight:
                observation = packets.read(
                    wire,
                    flight.ask.server,
                    flight.ask.question,
                    id=flight.id,
                    transport="udp",
                    at=at,
                    ms=(now - flight.sent) * 1000,
                    kept=flight.ask.keeps,
                )
            if flight is None or observation is None:
                line.strays += 1
            elif "TC" in observation.flags:
                self._landed(flight)
                flight.truncated, flight.transport = observation.flags, "tcp"
                if not flight.job.done:
                    peer.waiting.appendleft(flight)
            else:
                self._landed(flight)
                flight.job._put(flight.number, observation)
        if line.socket.fileno() >= 0 and (line.worn or peer.line is not line):
            self._leave(peer, line)
        if peer.waiting:
            self._send_waiting(peer, now)

    def _landed(self, flight: _Flight) -> None:
        flight.peer.out -= 1
        if line := flight.line:
            del line.open[flight.id]
            flight.line = None
            if not line.open and flight.peer.line is not line:
                self._close(line, asyncio.get_running_loop())

    def _broken(self, line: _Line) -> None:
        flights = list(line.open.values())
        for flight in flights:
            if flight.peer.line is line:
                flight.peer.line = None
            self._failed(flight, "unreachable")

    def _failed(self, flight: _Flight, failure: Failure) -> None:
        self._landed(flight)
        if flight.transport == "udp":
            flight.udp_failure = failure
        if twin := flight.twin:
            # The other one has answered or will, or fails for both.
            twin.twin = flight.twin = None
            return
        if flight.ways is None:
            other = flight.ask.transport == "udp" and not flight.truncated and failure != "no_ipv6"
            flight.ways = streams.ways(flight.ask.server) if other else ()
        if flight.ways and not flight.job.done:
            flight.transport, *left = flight.ways
            flight.ways, flight.tries = tuple(left), 0
            flight.peer.waiting.appendleft(flight)
            return
        observation = Observation(
            flight.ask.server,
            flight.ask.question,
            self.now(),
            flags=flight.truncated,
            transport=flight.transport,
            ms=(time.monotonic() - flight.began) * 1000,
            failure=failure,
            udp_failure=None if flight.transport == "udp" else flight.udp_failure,
        )
        flight.job._put(flight.number, observation)

    def _background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- other ways than UDP

    def _divert(self, flight: _Flight, now: float) -> None:
        """Let a question go the way that its resolver is known to hear; for some time, then UDP is tried again."""
        peer, ways = flight.peer, streams.ways(flight.ask.server)
        if now < peer.deaf_until and peer.way in ways:
            flight.transport = peer.way
            flight.ways = ways[ways.index(peer.way) + 1 :]

    def _heard(self, flight: _Flight) -> None:
        """Remember that a resolver hears what is encrypted, and that it was deaf to UDP where that was tried."""
        if flight.ask.transport == "udp" and flight.transport != "tcp":
            flight.peer.way = flight.transport
            if flight.udp_failure:
                flight.peer.deaf_until = time.monotonic() + DEAF

    async def _over_stream(self, flight: _Flight, stream: streams.Stream | None) -> None:
        """Ask in another way, the deadline being that of the whole exchange."""
        failure: Failure
        try:
            async with asyncio.timeout(self.timeout):
                observation = await self._exchanged(flight, stream)
        except TimeoutError:
            failure = "timeout"
        except streams.NotDnsError:
            failure = "malformed"
        except streams.LostError:
            if flight.tries < TRIES:
                self._landed(flight)
                flight.peer.waiting.appendleft(flight)
                self._send_waiting(flight.peer, time.monotonic())
                return
            failure = "unreachable"
        except Exception as error:  # OSError, and whatever it is that HTTP makes of somebody's octets
            if _lacks_descriptor(error):
                self._postpone(flight)
                return
            failure = "unreachable"
        else:
            self._landed(flight)
            self._heard(flight)
            flight.job._put(flight.number, observation)
            self._send_waiting(flight.peer, time.monotonic())
            return
        self._failed(flight, failure)
        self._send_waiting(flight.peer, time.monotonic())

    async def _exchanged(self, flight: _Flight, stream: streams.Stream | None) -> Observation:
        def read(wire: bytes, id: int) -> Observation | None:
            return packets.read(
                wire,
                flight.ask.server,
                flight.ask.question,
                id=id,
                transport=flight.transport,
                at=self.now(),
                ms=(time.monotonic() - flight.sent) * 1000,
                kept=flight.ask.keeps,
            )

        peer = flight.peer
        if stream:
            found = await stream.ask(flight.message, read)
        else:
            try:
                found = await streams.over_tcp(peer.address, peer.port, flight.message, next(self._ids), read)
            finally:
                self._open -= 1
        flags = flight.truncated if found.failure else found.flags
        return found._replace(flags=flags, udp_failure=flight.udp_failure)

    def _stream(self, flight: _Flight) -> streams.Stream | None:
        """Return the connection to ask over, and count it; None for TCP, where every question has its own."""
        transport, connections, key = flight.transport, flight.peer.connections, _stream_key(flight)
        if transport == "tcp":
            self._open += 1
            return None
        if key not in connections:
            if transport not in self._contexts:
                self._contexts[transport] = self._tls()
            connections[key] = streams.stream(flight.ask.server, transport, self._contexts[transport])
            self._open += streams.SOCKETS[transport]
        return connections[key]

    async def _close_streams(self, peer: _Peer) -> None:
        while peer.connections:
            (transport, *_), stream = peer.connections.popitem()
            try:
                await stream.close()
            finally:
                self._open -= streams.SOCKETS[transport]

    # -- the sweep

    def _schedule(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._tick is None or self._tick.when() > loop.time() + seconds:
            if self._tick:
                self._tick.cancel()
            self._tick = loop.call_later(seconds, self._sweep)

    def _sweep(self) -> None:
        self._tick = None
        now = time.monotonic()
        while self._flights and (self._flights[0].line is None or self._flights[0].deadline <= now):
            flight = self._flights.popleft()
            if flight.line is not None and flight.deadline <= now:
                self._silent(flight)
        self._jobs = [job for job in self._jobs if not job._expired(now)]
        before = len(self._peers)
        self._short = False
        for key, peer in sorted(self._peers.items(), key=lambda item: item[1].used):
            self._send_waiting(peer, now)
            if not peer.waiting and not peer.out and now - peer.used > _IDLE:
                if peer.connections:
                    self._background(self._close_streams(peer))
                elif now >= peer.deaf_until:
                    if peer.line:
                        self._leave(peer, peer.line)
                    del self._peers[key]
        if len(self._peers) < before:
            asked = {address for address, _ in self._peers}
            # One that is full again knows no more than a new one.
            self._buckets = {key: b for key, b in self._buckets.items() if key in asked or not b.is_full(now)}
        if self._jobs or self._flights or self._tasks:
            self._schedule(_TICK)
        elif self._peers:
            self._schedule(_IDLE_TICK)

    def _silent(self, flight: _Flight) -> None:
        if flight.tries < TRIES and not flight.job.done:
            self._landed(flight)
            if streams.ways(flight.ask.server) == ("tcp",):
                # Beside the second try rather than after it: a dead server costs no more time.
                flight.ways = ()
                flight.twin = twin = replace(flight, transport="tcp", tries=0, twin=flight, udp_failure="timeout")
                flight.peer.waiting.appendleft(twin)
            flight.peer.waiting.appendleft(flight)
        else:
            self._failed(flight, "timeout")


def _random_ids() -> Iterator[int]:
    while True:
        yield from memoryview(os.urandom(4096)).cast("H")


def _has_way(address: str) -> bool:
    """Return whether packets to an address leave this machine, by IPv6 if it is one of that: nothing is sent.

    Raises OSError where the process can open nothing to find out.
    """
    if ":" not in address:
        return True
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.connect((address, 53))
            source = ipaddress.ip_address(udp.getsockname()[0].partition("%")[0])
    except OSError as error:
        if _lacks_descriptor(error):
            raise
        return False
    # RFC 4193 s. 4.1: from a local address there is no way to the world, whatever the routes say (Docker's do).
    return source.is_global or not ipaddress.ip_address(address).is_global


def _stream_key(flight: _Flight) -> tuple[Transport, str, str]:
    return flight.transport, flight.ask.server.dot, flight.ask.server.doh


def _lacks_descriptor(error: BaseException | None) -> bool:
    """Return whether a failure comes from this process having as many files and sockets open as it may."""
    while error:
        if isinstance(error, OSError) and error.errno in _NO_DESCRIPTOR:
            return True
        error = error.__cause__ or error.__context__
    return False
