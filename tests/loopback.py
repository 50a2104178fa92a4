"""Real name servers on loopback that do as they are told: late, wrong, silent, refusing, flooding."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset

from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.observation import Question, Role, Server
from tests.lab.scripted import close_all

WWW = Question("www.example.pl", "A")
Reply = Sequence[tuple[float, bytes]]  # seconds to wait before each packet
Answer = Callable[[bytes, str], Reply]


@dataclass
class Served:
    """A running server: where it is, what it was asked (when, over which transport, from which port)."""

    address: str
    port: int
    heard: list[tuple[float, bytes, str, int]] = field(default_factory=list)

    def server(self, role: Role = "authoritative") -> Server:
        return Server(role, self.address, self.port)


@contextlib.contextmanager
def serving(answer: Answer, address: str = "127.0.8.1", tcp: bool = True, port: int = 0) -> Iterator[Served]:
    """Run a server in a thread of its own; `tcp=False`: nobody listens there; `port`: 0 is any that is free."""
    loop = asyncio.new_event_loop()
    # All of it in that thread: in this one the browser's own loop may be running.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    served, closing = asyncio.run_coroutine_threadsafe(_listen(answer, address, tcp, port), loop).result()
    try:
        yield served
    finally:
        asyncio.run_coroutine_threadsafe(close_all(closing), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listen(answer: Answer, address: str, tcp: bool, port: int) -> tuple[Served, list[Callable[[], None]]]:
    loop = asyncio.get_running_loop()
    served = Served(address, port)

    class Udp(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, wire, sender):
            served.heard.append((time.monotonic(), wire, "udp", sender[1]))
            for seconds, packet in answer(wire, "udp"):
                loop.call_later(seconds, self.send, packet, sender)

        def send(self, packet, sender):
            if not self.transport.is_closing():
                self.transport.sendto(packet, sender)

    async def stream(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), contextlib.closing(writer):
            wire = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
            served.heard.append((time.monotonic(), wire, "tcp", 0))
            for seconds, packet in answer(wire, "tcp"):
                await asyncio.sleep(seconds)
                writer.write(packet)
                await writer.drain()

    transport, _ = await loop.create_datagram_endpoint(Udp, local_addr=(address, port))
    served.port = transport.get_extra_info("sockname")[1]
    if not tcp:
        return served, [transport.close]
    streams = await asyncio.start_server(stream, address, served.port)
    return served, [transport.close, streams.close]


def reply(wire: bytes, value: str = "192.0.2.1", rcode: str = "NOERROR", truncated: bool = False) -> bytes:
    message = dns.message.make_response(dns.message.from_wire(wire))
    message.set_rcode(dns.rcode.from_text(rcode))
    if rcode == "NOERROR" and not truncated:
        message.answer = [dns.rrset.from_text(message.question[0].name, 60, "IN", "A", value)]
    if truncated:
        message.flags |= dns.flags.TC
    return message.to_wire()


def framed(wire: bytes) -> bytes:
    return len(wire).to_bytes(2, "big") + wire


def always(**how: str) -> Answer:
    return lambda wire, _: [(0, reply(wire, **how))]  # type: ignore[arg-type]


def silent(wire: bytes, transport: str) -> Reply:
    return []


def with_other_question(wire: bytes) -> bytes:
    message = dns.message.from_wire(reply(wire, "192.0.2.66"))
    message.question[0].name = message.answer[0].name = dns.name.from_text("other.example.pl.")
    return message.to_wire()


@contextlib.contextmanager
def running() -> Iterator[Engine]:
    """Run an engine that does not wait for long."""
    made = Engine(timeout=1.0)
    yield made
    made.stop()


def asked(engine: Engine, served: Served, **how: object):
    job = engine.ask([Ask(served.server(), WWW, **how)])  # type: ignore[arg-type]
    assert job.wait(10)
    (observation,) = job.snapshot()
    return observation


def only_tcp(wire: bytes, transport: str) -> Reply:
    return [(0, framed(reply(wire)))] if transport == "tcp" else []
