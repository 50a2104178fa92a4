"""A connection to a mail server, line by line: bounded in octets, lines and time, plain first or TLS from the start.

    async with await MailLine.open(address, 25, patience=15.0) as line:
        banner = await line.line()

What came without being asked for is never taken for an answer: neither before a command nor before a handshake, where
somebody on the way could have put it (CVE-2011-0411).
"""

import asyncio
import contextlib
import socket
import ssl
from types import TracebackType
from typing import Self

from core.cutover.probes import Failure
from core.dns.addresses import canonical
from core.ground.validation import one_line

LINE_MAX = 4_096
"""Octets of a line; 512 are allowed (RFC 5321 s. 4.5.3.1.5), some say more."""
OCTETS_MAX = 1024 * 1024
"""Octets that a connection may bring."""
SHOWN = 300
"""Letters of what a server said that are kept."""

_AT_ONCE = 16_384
# A farewell is a courtesy.
_FAREWELL = 2.0


class ClosedError(ConnectionError):
    """The other side closed in the middle."""


class TooLargeError(Exception):
    """More came than is read."""


class NotSpokenError(Exception):
    """What came is not the protocol; `said`: how it began."""

    def __init__(self, said: str = "") -> None:
        self.said = said
        super().__init__(said)


class UnreachableError(OSError):
    """There is no way to the address."""


FAILURES: tuple[tuple[type[BaseException], Failure], ...] = (
    (TimeoutError, "timeout"),
    (ConnectionRefusedError, "refused"),
    (UnreachableError, "unreachable"),
    (ssl.SSLError, "tls"),
    (TooLargeError, "too_large"),
    (NotSpokenError, "not_spoken"),
    (OSError, "closed"),
)
"""What is raised here and what it is called; the first that fits counts."""
LOST = tuple(kind for kind, _ in FAILURES)


def failure(error: BaseException) -> Failure:
    """Return what an error of LOST is called."""
    return next(name for kind, name in FAILURES if isinstance(error, kind))


def _is_continued(line: bytes) -> bool:
    return line[:3].isdigit() and line[3:4] == b"-"


def shown(octets: bytes, most: int = SHOWN) -> str:
    """Return what a server said as text on one line, without control codes, of at most so many letters."""
    return shortened(one_line(octets[: 4 * most].decode("utf-8", "replace")), most)


def shortened(text: str, most: int = SHOWN) -> str:
    """Return a text of at most so many letters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


class MailLine:
    """The connection. Each method takes `patience` seconds at most and raises one of LOST."""

    def __init__(self, opened: socket.socket, patience: float) -> None:
        self._socket, self._patience = opened, patience
        self._loop = asyncio.get_running_loop()
        self._came = bytearray()
        self._octets = 0
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    @classmethod
    async def open(cls, address: str, port: int, patience: float) -> Self:
        """Connect to an address."""
        address = canonical(address)
        try:
            opened = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        except OSError as error:
            # No IPv6 at all on this machine.
            raise UnreachableError(str(error)) from None
        opened.setblocking(False)
        try:
            async with asyncio.timeout(patience):
                await asyncio.get_running_loop().sock_connect(opened, (address, port))
        except (TimeoutError, ConnectionRefusedError):
            opened.close()
            raise
        except OSError as error:
            opened.close()
            raise UnreachableError(str(error)) from None
        except BaseException:
            opened.close()
            raise
        return cls(opened, patience)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self._socket.close()

    @property
    def literal(self) -> str:
        """Our own end as a literal for EHLO: what has no name in the DNS says its address (RFC 5321 s. 4.1.3)."""
        own = self._socket.getsockname()[0].partition("%")[0]
        return f"[IPv6:{own}]" if ":" in own else f"[{own}]"

    @property
    def tls(self) -> ssl.SSLObject | None:
        """The handshake that was done."""
        return self._tls

    async def lines(self, most: int) -> list[bytes]:
        """Return the lines of one SMTP reply: up to the first that is not continued ("250-"), at most so many."""
        found: list[bytes] = []
        async with asyncio.timeout(self._patience):
            while not found or _is_continued(found[-1]):
                if len(found) == most:
                    raise TooLargeError
                found.append(await self._line())
        return found

    async def line(self) -> bytes:
        """Return a line without its end."""
        async with asyncio.timeout(self._patience):
            return await self._line()

    async def say(self, command: str) -> None:
        """Send a command; raises NotSpokenError where something has come since the last answer."""
        self._expect_silence()
        async with asyncio.timeout(self._patience):
            await self._send(command.encode("utf-8") + b"\r\n")

    async def handshake(self, context: ssl.SSLContext, name: str) -> None:
        """Begin TLS with a name forced; raises ssl.SSLError, ssl.SSLCertVerificationError for the certificate."""
        if self._octets:
            self._expect_silence()
        try:
            tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=name)
        except (ValueError, TypeError):
            # UnicodeError among them: no name that could stand in a certificate.
            raise ssl.SSLError(f"no name for a certificate: {name[:80]!r}") from None
        async with asyncio.timeout(self._patience):
            try:
                await self._through(tls)
            except ssl.SSLError:
                # The alert: whoever looks into the server's log sees why.
                with contextlib.suppress(OSError):
                    await self._flush()
                raise
        self._tls = tls

    async def leave(self, command: str) -> None:
        """Say farewell and wait a moment for the answer; whatever comes of it."""
        with contextlib.suppress(*LOST):
            async with asyncio.timeout(min(_FAREWELL, self._patience)):
                await self._send(command.encode("ascii") + b"\r\n")
                await self._line()

    def _expect_silence(self) -> None:
        if self._came:
            raise NotSpokenError(shown(bytes(self._came)))
        if self._tls is None:
            with contextlib.suppress(BlockingIOError):
                if not (waiting := self._socket.recv(SHOWN, socket.MSG_PEEK)):
                    raise ClosedError
                raise NotSpokenError(shown(waiting))

    async def _line(self) -> bytes:
        while (end := self._came.find(b"\n", 0, LINE_MAX)) < 0:
            if len(self._came) >= LINE_MAX:
                raise TooLargeError
            self._came += await self._more()
        found = bytes(self._came[:end])
        del self._came[: end + 1]
        return found.removesuffix(b"\r")

    async def _more(self) -> bytes:
        if self._tls is None:
            return await self._take()
        while True:
            try:
                if came := self._tls.read(_AT_ONCE):
                    return came
                raise ClosedError
            except ssl.SSLWantReadError:
                await self._flush()
                self._incoming.write(await self._take())
            except ssl.SSLError as error:
                # Not of the handshake any more.
                raise ClosedError(str(error)) from None

    async def _send(self, octets: bytes) -> None:
        if self._tls is None:
            await self._loop.sock_sendall(self._socket, octets)
            return
        self._tls.write(octets)
        await self._flush()

    async def _through(self, tls: ssl.SSLObject) -> None:
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                self._incoming.write(await self._take())
            else:
                await self._flush()
                return

    async def _flush(self) -> None:
        if octets := self._outgoing.read():
            await self._loop.sock_sendall(self._socket, octets)

    async def _take(self) -> bytes:
        # Where there always is something to read, the deadline would never have its turn.
        await asyncio.sleep(0)
        octets = await self._loop.sock_recv(self._socket, _AT_ONCE)
        self._octets += len(octets)
        if self._octets > OCTETS_MAX:
            raise TooLargeError
        if not octets:
            raise ClosedError
        return octets
