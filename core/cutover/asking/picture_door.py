"""The only door of a browser that shows somebody's page: a SOCKS5 server (RFC 1928) on loopback, for one picture.

A browser that is told of it takes it for every connection, also for what a page calls by an address. What is not among
the told hosts and ports is refused, and no name is ever looked up.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

BYTES_MAX = 20 * 1024 * 1024
"""Octets that servers may send for one picture; then every connection ends."""
CONNECT_SECONDS = 5.0

Ways = Mapping[tuple[str, int], tuple[str, int]]
"""Host and port as a page calls them -> the address and port that are connected to."""

_VERSION, _CONNECT, _BY_NAME = 5, 1, 3
_NO_SIGN_IN, _NONE_FITS = b"\5\0", b"\5\xff"
_ANSWERS = {"let_in": 0, "not_allowed": 2, "unreachable": 4}
_AT_ONCE = 64 * 1024


@contextlib.asynccontextmanager
async def door(ways: Ways) -> AsyncIterator[int]:
    """Open the door and yield its port on 127.0.0.1; afterwards it is shut, with all that goes through it."""
    through = _Through(ways)
    server = await asyncio.start_server(through.serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await through.end()


class _Through:
    def __init__(self, ways: Ways) -> None:
        self._ways, self._left = ways, BYTES_MAX
        self._under_way: set[asyncio.Task[None]] = set()

    async def end(self) -> None:
        for one in self._under_way:
            one.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection in a task of ours, which `end` knows."""
        task = asyncio.get_running_loop().create_task(self._connection(reader, writer))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            async with asyncio.timeout(CONNECT_SECONDS):
                way = await self._asked(reader, writer)
                if way is None:
                    _answer(writer, "not_allowed")
                    await writer.drain()
                    return
                try:
                    from_server, to_server = await asyncio.open_connection(*way)
                except OSError:
                    _answer(writer, "unreachable")
                    await writer.drain()
                    return
            with contextlib.closing(to_server):
                _answer(writer, "let_in")
                asking = asyncio.ensure_future(self._pass_on(reader, to_server))
                try:
                    await self._pass_on(from_server, writer)
                finally:
                    asking.cancel()
                    await asyncio.gather(asking, return_exceptions=True)

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int] | None:
        """Return where a client's connection goes, None where it may not go anywhere."""
        version, methods = await reader.readexactly(2)
        known = 0 in await reader.readexactly(methods) and version == _VERSION
        writer.write(_NO_SIGN_IN if known else _NONE_FITS)
        if not known:
            return None
        version, command, _, kind = await reader.readexactly(4)
        if (version, command, kind) != (_VERSION, _CONNECT, _BY_NAME):
            return None
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("ascii", "replace").lower()
        port = int.from_bytes(await reader.readexactly(2), "big")
        return self._ways.get((host, port))

    async def _pass_on(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        while got := await source.read(_AT_ONCE):
            self._left -= len(got)
            if self._left < 0:
                return
            to.write(got)
            await to.drain()
        if to.can_write_eof():
            to.write_eof()


def _answer(writer: asyncio.StreamWriter, answer: str) -> None:
    # RFC 1928 s. 6: the address that it is bound to follows; nobody reads it.
    writer.write(bytes((_VERSION, _ANSWERS[answer], 0, 1)) + bytes(6))
