"""What is open to servers, over UDP and otherwise: never more than may be, and closed when somebody needs it more."""

import asyncio
import errno
import ipaddress
import socket
import ssl
from collections.abc import Callable, Coroutine, Mapping
from typing import TypeVar

from core.dns.asking import streams
from core.dns.asking.in_flight import Flight, Line, Peer
from core.dns.observation import Transport

MOST_OPEN = 256
"""Sockets that are open at once, whoever names how many servers: a process has a thousand, not all for this."""

_NO_DESCRIPTOR = frozenset({errno.EMFILE, errno.ENFILE})

_T = TypeVar("_T")


class Sockets:
    """All that an engine has open to its `peers`, in the engine's own thread.

    `short`: somebody waits for a socket; the next sweep gives to those that have waited for longest. `context`: what
    checks certificates over a way.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        peers: Mapping[tuple[str, int], Peer],
        context: Callable[[Transport], ssl.SSLContext],
    ) -> None:
        self.short = False
        self._loop, self._peers, self._context = loop, peers, context
        self._open = 0
        self._lines: set[Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether anything goes on in the background."""
        return bool(self._tasks)

    def background(self, work: Coroutine[None, None, None]) -> None:
        """Let something go on; it ends with the engine at the latest."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def has_room(self, flight: Flight) -> bool:
        """Return whether a question can go out from a socket that is open, or one more may be opened for it."""
        peer = flight.peer
        if flight.transport == "udp":
            if peer.line and not peer.line.worn:
                return True
        elif flight.stream_key in peer.connections:
            return True
        if not self.short and (self._open < MOST_OPEN or self._close_idle()):
            return True
        self.short = True
        return False

    def _close_idle(self) -> bool:
        """Close what has been idle for longest; return whether there is room now. What is encrypted takes a while."""
        lines = [peer for peer in self._peers.values() if peer.line and not peer.line.open]
        if lines:
            peer = min(lines, key=lambda peer: peer.used)
            assert peer.line
            self.leave(peer, peer.line)
        elif streamed := [peer for peer in self._peers.values() if peer.connections and not peer.out]:
            self.background(self.close_streams(min(streamed, key=lambda peer: peer.used)))
        return self._open < MOST_OPEN

    # -- UDP

    def line(self, peer: Peer, readable: Callable[[Line, Peer], None]) -> Line:
        """Return the line to a server, a new one where there is none that is good; raises OSError."""
        if peer.line and peer.line.worn:
            self.leave(peer, peer.line)
        if peer.line is None:
            family = socket.AF_INET6 if ":" in peer.address else socket.AF_INET
            udp = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            try:
                udp.connect((peer.address, peer.port))  # the kernel draws the port
            except BaseException:
                udp.close()
                raise
            line = peer.line = Line(udp)
            self._lines.add(line)
            self._open += 1
            self._loop.add_reader(udp, readable, line, peer)
        return peer.line

    def leave(self, peer: Peer, line: Line) -> None:
        """Send nothing more from a line; it closes with the last answer it waits for."""
        if peer.line is line:
            peer.line = None
        if not line.open:
            self.close(line)

    def close(self, line: Line) -> None:
        """Close a line; one that is closed stays so."""
        if line.socket.fileno() >= 0:
            self._loop.remove_reader(line.socket)
            line.socket.close()
            self._lines.discard(line)
            self._open -= 1

    # -- other ways

    def stream(self, flight: Flight) -> streams.Stream | None:
        """Return the connection to ask over, and count it; None for TCP, where every question has its own."""
        transport, connections, key = flight.transport, flight.peer.connections, flight.stream_key
        if transport == "tcp":
            self._open += 1
            return None
        if key not in connections:
            connections[key] = streams.stream(flight.ask.server, transport, self._context(transport))
            self._open += streams.SOCKETS[transport]
        return connections[key]

    async def over_tcp(self, flight: Flight, id: int, read: streams.Read[_T]) -> _T:
        """Ask over a connection that `stream` has counted; see `streams.over_tcp`."""
        try:
            return await streams.over_tcp(flight.peer.address, flight.peer.port, flight.message, id, read)
        finally:
            self._open -= 1

    async def close_streams(self, peer: Peer) -> None:
        """Close all connections to a server."""
        while peer.connections:
            (transport, *_), stream = peer.connections.popitem()
            try:
                await stream.close()
            finally:
                self._open -= streams.SOCKETS[transport]

    # -- the end

    async def end(self) -> None:
        """End whatever goes on, and close everything."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        open = [stream.close() for peer in self._peers.values() for stream in peer.connections.values()]
        await asyncio.gather(*open, return_exceptions=True)
        for line in list(self._lines):
            self.close(line)


def has_way(address: str) -> bool:
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
        if lacks_descriptor(error):
            raise
        return False
    # RFC 4193 s. 4.1: from a local address there is no way to the world, whatever the routes say (Docker's do).
    return source.is_global or not ipaddress.ip_address(address).is_global


def lacks_descriptor(error: BaseException | None) -> bool:
    """Return whether a failure comes from this process having as many files and sockets open as it may."""
    while error:
        if isinstance(error, OSError) and error.errno in _NO_DESCRIPTOR:
            return True
        error = error.__cause__ or error.__context__
    return False
