"""Ways to ask that are no UDP: TCP, TLS and HTTPS, each for the bytes of a question and whatever reads the answer.

TCP: RFC 7766; DNS over TLS: RFC 7858, the certificate being checked for the resolver's name (RFC 8310 s. 8.1); DNS over
HTTPS: RFC 8484. A resolver is always spoken to at the address it is known by: nothing is looked up, nobody redirects.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from core.dns.observation import Server, Transport

DOT_PORT = 853
"""Where DNS over TLS is spoken (RFC 7858 s. 3.1)."""

SOCKETS: dict[Transport, int] = {"dot": 1, "doh": 4}
"""So many a stream may have open: whoever speaks no HTTP/2 answers one question at a time on each."""

_MESSAGE_MAX = 65535
_MEDIA_TYPE = "application/dns-message"

_T = TypeVar("_T")
Read = Callable[[bytes, int], _T | None]
"""Returns what a message says, if it is the answer to the question that was asked under an ID."""


class LostError(Exception):
    """A connection that had carried questions before ended without an answer to this one: it may have been idle."""


class NotDnsError(Exception):
    """What came is no DNS message, or none that answers the question."""


class Stream(Protocol):
    """A connection to a resolver, made with its first question, that carries many at once."""

    async def ask(self, message: bytes, read: Read[_T]) -> _T:
        """Return what `read` makes of the answer to a message without its ID.

        Raises LostError, NotDnsError, or OSError where there is no connection or none to be trusted.
        """

    async def close(self) -> None:
        """Close it; what it still waits for is lost."""


def ways(server: Server) -> tuple[Transport, ...]:
    """Return how a server is asked where UDP gets no answer: encrypted if it can be, else over TCP."""
    encrypted: tuple[tuple[Transport, str], ...] = ("dot", server.dot), ("doh", server.doh)
    return tuple(transport for transport, where in encrypted if where) or ("tcp",)


def stream(server: Server, transport: Transport, context: ssl.SSLContext) -> Stream:
    """Return a stream to a server, not yet connected; `context` is for this transport alone."""
    return Dot(server.address, server.dot, context) if transport == "dot" else Doh(server.address, server.doh, context)


async def over_tcp(address: str, port: int, message: bytes, id: int, read: Read[_T]) -> _T:
    """Ask over a connection of its own; raises OSError, and NotDnsError where the answer ends within itself."""
    reader, writer = await asyncio.open_connection(address, port)
    try:
        writer.write(_framed(message, id))
        while True:
            found = read(await _frame(reader), id)
            if found is not None:
                return found
            await asyncio.sleep(0)  # what is in the buffer already would not wait for anything
    except asyncio.IncompleteReadError as error:
        raise NotDnsError if error.partial else ConnectionResetError from None
    finally:
        writer.transport.abort()


class Dot:
    """DNS over TLS: questions follow one another at once, their answers come in any order (RFC 7766 s. 6.2.1.1)."""

    def __init__(self, address: str, name: str, context: ssl.SSLContext, port: int = DOT_PORT) -> None:
        self._where, self._name, self._context = (address, port), name, context
        self._connecting = asyncio.Lock()
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._waiting: dict[int, Callable[[bytes | None], None]] = {}
        self._id = 0

    async def ask(self, message: bytes, read: Read[_T]) -> _T:
        """Return what `read` makes of the answer; see `Stream`."""
        async with self._connecting:
            if self._reading is None or self._reading.done():
                reader, self._writer = await asyncio.open_connection(
                    *self._where, ssl=self._context, server_hostname=self._name
                )
                self._reading = asyncio.get_running_loop().create_task(self._read(reader, self._writer))
        assert self._writer
        answer: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        # Nobody else can guess at it inside TLS; it has only to differ from what is still open.
        self._id = id = (self._id + 1) % 65536

        def arrived(wire: bytes | None) -> None:
            if answer.done():
                return
            if wire is None:
                answer.set_exception(LostError())
            elif (found := read(wire, id)) is not None:
                answer.set_result(found)

        self._waiting[id] = arrived
        try:
            self._writer.write(_framed(message, id))
            return await answer
        finally:
            self._waiting.pop(id, None)

    async def close(self) -> None:
        """Close it; what it still waits for is lost."""
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                wire = await _frame(reader)
                if arrived := self._waiting.get(int.from_bytes(wire[:2], "big")):
                    arrived(wire)
                await asyncio.sleep(0)  # what is in the buffer already would not wait for anything
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()
            for arrived in list(self._waiting.values()):
                arrived(None)


class Doh:
    """DNS over HTTPS: one client, over HTTP/2 where the resolver speaks it."""

    def __init__(self, address: str, url: str, context: ssl.SSLContext) -> None:
        # Here, not above: it takes as long to load as all the rest, and few checks need it.
        import httpx

        self._errors = httpx.TransportError, httpx.InvalidURL
        self._lost = httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError
        self._url = httpx.URL(url).copy_with(host=address)
        parts = urlsplit(url)
        self._name = parts.hostname or ""
        self._headers = {
            "host": parts.netloc.rpartition("@")[2],
            "content-type": _MEDIA_TYPE,
            "accept": _MEDIA_TYPE,
            "accept-encoding": "identity",
        }
        # Neither proxies nor certificates from the environment; whoever is asked is the resolver itself.
        self._client = httpx.AsyncClient(
            http2=True,
            verify=context,
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - the engine's deadline holds for the whole of it
            limits=httpx.Limits(max_connections=SOCKETS["doh"]),
        )

    async def ask(self, message: bytes, read: Read[_T]) -> _T:
        """Return what `read` makes of the answer; see `Stream`. The ID is 0 (RFC 8484 s. 4.1)."""
        wire = bytearray()
        try:
            async with self._client.stream(
                "POST",
                self._url,
                content=b"\0\0" + message,
                headers=self._headers,
                extensions={"sni_hostname": self._name},
            ) as response:
                kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                if response.status_code != 200 or kind != _MEDIA_TYPE:
                    raise NotDnsError
                # As it came: what is packed could be of any size.
                async for some in response.aiter_raw():
                    wire += some
                    if len(wire) > _MESSAGE_MAX:
                        raise NotDnsError
        except self._lost:
            raise LostError from None
        except self._errors as error:
            raise ConnectionError(str(error)) from None
        found = read(bytes(wire), 0)
        if found is None:
            raise NotDnsError
        return found

    async def close(self) -> None:
        """Close it; what it still waits for is lost."""
        with contextlib.suppress(*self._errors, OSError):
            await self._client.aclose()


def _framed(message: bytes, id: int) -> bytes:
    return (len(message) + 2).to_bytes(2, "big") + id.to_bytes(2, "big") + message


async def _frame(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
