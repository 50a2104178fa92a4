"""Servers far away: a process that takes questions at other addresses and passes each answer on some time later.

For a machine whose kernel has no netem. Questions go through at once; of TCP only what a server says is late, not the
handshake below it.
"""

import asyncio
import contextlib
import itertools
import multiprocessing
import socket
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

_PIECE = 65_536
_DNS = 53


@contextlib.contextmanager
def delayed(places: Mapping[str, str], ports: Mapping[str, Sequence[int]], seconds: float) -> Iterator[None]:
    """Let each of `places` (far address -> near one) be spoken to at the `ports` of its near one; at 53 by UDP too.

    In the network of the calling thread.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(dict(places), dict(ports), seconds, theirs), daemon=True)
    process.start()
    try:
        if not ours.poll(30):
            raise RuntimeError("what delays answers did not start")
        ours.recv()
        yield
    finally:
        process.terminate()
        process.join()


def _serve(places: dict[str, str], ports: dict[str, Sequence[int]], seconds: float, ready: Connection) -> None:
    async def all() -> None:
        loop = asyncio.get_running_loop()
        for far, near in places.items():
            for port in ports[near]:
                door = socket.create_server((far, port), backlog=1024)
                await asyncio.start_server(partial(_visit, near, port, seconds), sock=door)
                if port == _DNS:
                    makes = partial(_Questions, near, seconds)
                    await loop.create_datagram_endpoint(makes, local_addr=(far, port))
        ready.send(True)
        await asyncio.Event().wait()

    asyncio.run(all())


class _Questions(asyncio.DatagramProtocol):
    """Passes datagrams on under numbers of its own, and what is answered to whoever asked."""

    def __init__(self, near: str, seconds: float) -> None:
        self._seconds = seconds
        self._numbers = itertools.count()
        self._asked: dict[bytes, tuple[bytes, Any]] = {}
        self._loop = asyncio.get_running_loop()
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._near.connect((near, _DNS))
        self._loop.add_reader(self._near, self._answered)

    def connection_made(self, transport: Any) -> None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._far = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        number = (next(self._numbers) % 65_536).to_bytes(2, "big")
        self._asked[number] = data[:2], addr
        with contextlib.suppress(OSError):
            self._near.send(number + data[2:])

    def _answered(self) -> None:
        with contextlib.suppress(OSError):
            while said := self._near.recv(_PIECE):
                number, client = self._asked.pop(said[:2], (b"", None))
                if client:
                    self._loop.call_later(self._seconds, self._far.sendto, number + said[2:], client)


async def _visit(
    near: str, port: int, seconds: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError):
        near_reader, near_writer = await asyncio.open_connection(near, port)

        async def answers() -> None:
            while octets := await near_reader.read(_PIECE):
                loop.call_later(seconds, writer.write, octets)
            loop.call_later(seconds, writer.close)

        with contextlib.suppress(OSError):
            answering = asyncio.create_task(answers())
            while octets := await reader.read(_PIECE):
                near_writer.write(octets)
            near_writer.close()
            await answering
