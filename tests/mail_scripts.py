"""Real mail servers on loopback that do as a script says: each connection is played by a coroutine."""

import asyncio
import contextlib
import datetime as dt
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from core.cutover.settings import Targets
from tests.lab.certificates import Issuer

OURS = Targets((ip_network("127.0.0.0/8"),))
LONG = 30.0
"""Seconds of patience on a busy machine, where nobody is meant to run out of it."""

_T = TypeVar("_T")


class Talk:
    """One connection, as the server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: list[str]) -> None:
        self._reader, self._writer, self.heard = reader, writer, heard

    async def say(self, *lines: str | bytes) -> None:
        for line in lines:
            self._writer.write(line if isinstance(line, bytes) else line.encode() + b"\r\n")
        await self._writer.drain()
        # Inside TLS it neither waits nor raises once the other side has gone.
        await asyncio.sleep(0)
        if self._writer.transport.is_closing():
            raise EOFError

    async def hear(self) -> str:
        """Return the next command; raises EOFError at the end."""
        octets = await self._reader.readline()
        if not octets:
            raise EOFError
        self.heard.append(octets.decode("utf-8").removesuffix("\r\n"))
        return self.heard[-1]

    async def tls(self, context: ssl.SSLContext) -> None:
        await self._writer.start_tls(context)

    async def silence(self) -> None:
        """Wait until the other side goes."""
        while await self._reader.read(65_536):
            pass

    def reset(self) -> None:
        self._writer.transport.abort()


Script = Callable[[Talk], Awaitable[None]]


@dataclass
class Served:
    """A running server: its port, what each connection heard, in the order of connections."""

    port: int = 0
    heard: list[list[str]] = field(default_factory=list)

    @property
    def commands(self) -> list[str]:
        return [command for connection in self.heard for command in connection]


@contextlib.contextmanager
def serving(script: Script, context: ssl.SSLContext | None = None) -> Iterator[Served]:
    """Run a server in a thread of its own; `context`: TLS from the start."""
    loop, served = asyncio.new_event_loop(), Served()
    loop.set_exception_handler(lambda *_: None)  # a client that goes in the middle of a handshake
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    playing: set[asyncio.Task[None]] = set()

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        playing.add(task)
        served.heard.append([])
        try:
            with contextlib.suppress(EOFError, OSError, asyncio.CancelledError):
                await script(Talk(reader, writer, served.heard[-1]))
        finally:
            playing.discard(task)
            writer.close()

    async def end() -> None:
        server.close()
        for task in playing:
            task.cancel()
        await asyncio.gather(*playing, return_exceptions=True)
        await asyncio.sleep(0)

    started = asyncio.start_server(play, "127.0.0.1", 0, ssl=context)
    server = asyncio.run_coroutine_threadsafe(started, loop).result()
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()


def away(call: Callable[[], _T]) -> _T:
    """Call in a thread of its own: in this one a browser's loop may be running."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(call).result()


def expired(folder: Path, issuer: Issuer, host: str) -> ssl.SSLContext:
    """Return what a server proves itself by whose certificate ended yesterday."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.fromtimestamp(time.time(), dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    authority = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Laboratory")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(authority)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now - dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    file = folder / f"{host}.expired.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def smtp(
    context: ssl.SSLContext | None = None, banner: str = "220 mx.firma.example ESMTP", starttls: str = "220 2.0.0 go"
) -> Script:
    """Return a script of port 25 or 587: EHLO, STARTTLS where there is a context, QUIT."""

    async def script(talk: Talk) -> None:
        await talk.say(banner)
        while (command := await talk.hear()) != "QUIT":
            if command.startswith("EHLO"):
                await talk.say(
                    "250-mx.firma.example", "250-PIPELINING", *(["250-STARTTLS"] if context else []), "250 HELP"
                )
            elif command == "STARTTLS" and context:
                await talk.say(starttls)
                if starttls.startswith("220"):
                    await talk.tls(context)
            else:
                await talk.say("502 5.5.2 no such command")
        await talk.say("221 2.0.0 bye")

    return script


def greets(*lines: str | bytes) -> Script:
    """Return a script that says lines, and bye to whatever it hears next."""

    async def script(talk: Talk) -> None:
        await talk.say(*lines)
        await talk.hear()
        await talk.say("* BYE 221")

    return script
