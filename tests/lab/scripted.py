"""A server that does as it is told: what real ones do not do, or not when asked to."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.zonefile


@dataclass(frozen=True)
class Query:
    """What arrived; `message` is None where dnspython cannot read it."""

    wire: bytes
    transport: str  # "udp" or "tcp"
    number: int  # 1 for the first this server got
    message: dns.message.Message | None

    @property
    def name(self) -> dns.name.Name:
        assert self.message
        return self.message.question[0].name

    @property
    def type(self) -> str:
        assert self.message
        return dns.rdatatype.to_text(self.message.question[0].rdtype)


class Unframed(bytes):
    """Over TCP these bytes go without a length before them, then the connection ends; over UDP they are like any."""


Packet = dns.message.Message | bytes
# A packet, none at all, or several with the seconds to wait before each.
Reply = Packet | None | Sequence[tuple[float, Packet]]
Answer = Callable[[Query], Reply]


@dataclass
class Scripted:
    """A running server: where it is and what it was asked."""

    address: str
    port: int
    queries: list[Query] = field(default_factory=list)
    connections: int = 0  # so many there were
    open: int = 0  # so many there are


@contextlib.contextmanager
def scripted(
    address: str, answer: Answer, *, port: int = 53, tcp: bool = True, tls: ssl.SSLContext | None = None
) -> Iterator[Scripted]:
    """Run a server in a thread of its own, which calls `answer` for every query; `tcp=False` refuses connections.

    `tls`: its streams are encrypted.
    """
    server = Scripted(address, port)
    loop = asyncio.new_event_loop()
    # All of it in that thread: in this one the browser's own loop may be running.
    thread = threading.Thread(target=loop.run_forever, name=f"scripted {address}", daemon=True)
    thread.start()
    try:
        closing = asyncio.run_coroutine_threadsafe(_listen(server, answer, tcp, tls), loop).result()
        try:
            yield server
        finally:
            asyncio.run_coroutine_threadsafe(close_all(closing), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


# -- what to answer


def reply(
    query: Query,
    *records: str,
    rcode: str = "NOERROR",
    aa: bool = False,
    ede: tuple[int, str] | None = None,
    nsid: bytes | None = None,
) -> dns.message.Message:
    """Answer with records such as "@ 60 A 192.0.2.1", where @ is the name asked for."""
    assert query.message, "this query is none; answer it with bytes"
    message = dns.message.make_response(query.message, recursion_available=True)
    message.set_rcode(dns.rcode.from_text(rcode))
    if aa:
        message.flags |= dns.flags.AA
    message.answer = dns.zonefile.read_rrsets("\n".join(records), origin=query.name, relativize=False, rdclass=None)
    options: list[dns.edns.Option] = []
    if ede:
        options.append(dns.edns.EDEOption(dns.edns.EDECode.make(ede[0]), ede[1]))
    if nsid is not None:
        options.append(dns.edns.NSIDOption(nsid))
    if options:
        message.use_edns(0, payload=1232, options=options)
    return message


def always(*records: str, **how: object) -> Answer:
    """Answer every query alike: `always("@ 60 A 192.0.2.1", nsid=b"waw1")`, `always(rcode="REFUSED")`."""
    return lambda query: reply(query, *records, **how)  # type: ignore[arg-type]


def countdown(record: str, ttl: int) -> Answer:
    """Answer as one cache does: the TTL runs down from the first query and starts anew when it has run out."""
    began: list[float] = []

    def answer(query: Query) -> dns.message.Message:
        now = time.monotonic()
        if not began or now - began[-1] >= ttl:
            began.append(now)
        return reply(query, f"@ {ttl - int(now - began[-1])} {record}")

    return answer


def never(query: Query) -> None:
    """Say nothing."""


def garbage(query: Query, size: int = 100) -> bytes:
    """Answer with the right ID and noise, the same noise for the same query number."""
    return query.wire[:2] + random.Random(query.number).randbytes(size - 2)


def truncated(query: Query, full: Answer) -> Reply:
    """Over UDP say only that it is too long; over TCP answer. Where TCP must fail: `scripted(..., tcp=False)`."""
    if query.transport == "tcp":
        return full(query)
    message = reply(query)
    message.flags |= dns.flags.TC
    return message


def with_wrong_id(packet: Packet) -> bytes:
    wire = to_wire(packet)
    return bytes([wire[0] ^ 0xFF]) + wire[1:]


def with_wrong_question(message: dns.message.Message, name: str = "other.example.") -> dns.message.Message:
    message.question[0].name = dns.name.from_text(name)
    return message


def cut(packet: Packet, missing: int = 2) -> bytes:
    """Leave out the last bytes: the last record ends in its middle."""
    return to_wire(packet)[:-missing]


def with_compression_loop(query: Query) -> bytes:
    """Answer with one A record whose name points to itself."""
    wire = to_wire(reply(query))
    question = wire[12 : wire.index(0, 12) + 5]
    at = 12 + len(question)
    record = bytes([0xC0 | at >> 8, at & 0xFF]) + b"\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\xc0\x00\x02\x01"
    return wire[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + question + record


def late(packet: Packet, seconds: float) -> Reply:
    return [(seconds, packet)]


def flood(packet: Packet, times: int) -> Reply:
    return [(0, packet)] * times


def to_wire(packet: Packet, max_size: int = 65535) -> bytes:
    """Return the bytes of a message; what does not fit is left out and TC is set."""
    return packet if isinstance(packet, bytes) else packet.to_wire(max_size=max_size, prefer_truncation=True)


# -- how it gets there


def _heard(server: Scripted, wire: bytes, transport: str) -> Query:
    message = None
    with contextlib.suppress(dns.exception.DNSException):
        message = dns.message.from_wire(wire)
    query = Query(wire, transport, len(server.queries) + 1, message)
    server.queries.append(query)
    return query


def _packets(answer: Answer, query: Query) -> Iterator[tuple[float, bytes]]:
    said = answer(query)
    if said is None:
        return
    asked = query.message.payload if query.message else 0
    most = 65535 if query.transport == "tcp" else max(512, asked)
    for seconds, packet in [(0.0, said)] if isinstance(said, dns.message.Message | bytes) else said:
        yield seconds, to_wire(packet, most)


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server: Scripted, answer: Answer) -> None:
        self.server, self.answer = server, answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)  # it is none by its class before Python 3.13

    def datagram_received(self, wire: bytes, sender: tuple[str, int]) -> None:
        for seconds, packet in _packets(self.answer, _heard(self.server, wire, "udp")):
            asyncio.get_running_loop().call_later(seconds, self._send, packet, sender)

    def _send(self, packet: bytes, sender: tuple[str, int]) -> None:
        if not self.transport.is_closing():
            self.transport.sendto(packet, sender)


@contextlib.contextmanager
def _counted(server: Scripted) -> Iterator[None]:
    server.connections += 1
    server.open += 1
    try:
        yield
    finally:
        server.open -= 1


async def _serve_tcp(
    server: Scripted, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, OSError), contextlib.closing(writer), _counted(server):
        while True:
            size = int.from_bytes(await reader.readexactly(2))
            query = _heard(server, await reader.readexactly(size), "tcp")
            for seconds, packet in _packets(answer, query):
                await asyncio.sleep(seconds)
                unframed = isinstance(packet, Unframed)
                writer.write(packet if unframed else len(packet).to_bytes(2) + packet)
                await writer.drain()
                if unframed:
                    return


async def _listen(server: Scripted, answer: Answer, tcp: bool, tls: ssl.SSLContext | None) -> list[Callable[[], None]]:
    loop = asyncio.get_running_loop()
    where = (server.address, server.port)
    transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(server, answer), local_addr=where)
    if not tcp:
        return [transport.close]
    streams = await asyncio.start_server(
        lambda reader, writer: _serve_tcp(server, answer, reader, writer), *where, ssl=tls
    )
    return [transport.close, streams.close]


async def close_all(closing: list[Callable[[], None]]) -> None:
    """Close what listens, and end every other task of the loop."""
    await asyncio.sleep(0.01)  # asyncio forgets the socket of a connection it is just about to accept
    for close in closing:
        close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
