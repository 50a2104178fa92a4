"""Real web servers on loopback, an old and a new one, that show what they are told to, over TLS and without."""

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.cutover.asking.default_pages import parse_default_pages
from core.cutover.asking.web import Site, pages
from core.cutover.probes import Page, Side
from core.cutover.settings import Targets
from core.ground.settings import ROOT
from tests.lab.certificates import Certificate
from tests.lab.scripted import close_all

ADDRESSES: dict[Side, str] = {"old": "127.0.9.1", "new": "127.0.9.2"}
LOOPBACK = Targets((ip_network("127.0.0.0/8"),))
DEFAULTS = parse_default_pages((ROOT / "data/default_pages.toml").read_text(encoding="utf-8"))

Told = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What a server says to a request: octets, after which it closes, or what it does with the connection."""
Play = Mapping[tuple[Side, bool, str], Told]
"""For a side, over TLS or not, and a host with its path."""


@dataclass
class Served:
    """Running servers: their ports, and what they were asked: side, over TLS, the name of the handshake, host, path."""

    http: int = 0
    https: int = 0
    heard: list[tuple[Side, bool, str, str, str]] = field(default_factory=list)
    addresses: Mapping[Side, str] = field(default_factory=lambda: ADDRESSES)


def page(body: str | bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return an answer with a page."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers]
    if not any(header.lower().startswith("content-type") for header in headers):
        lines.append("Content-Type: text/html; charset=utf-8")
    return "\r\n".join([*lines, "", ""]).encode() + content


def redirect(to: str, status: str = "301 Moved Permanently") -> bytes:
    """Return an answer that leads elsewhere."""
    return page("", status, f"Location: {to}")


@contextlib.contextmanager
def serving(
    play: Play,
    certificates: Mapping[tuple[Side, str], Certificate] | None = None,
    raw: Told | None = None,
    addresses: Mapping[Side, str] = ADDRESSES,
) -> Iterator[Served]:
    """Run an old and a new server in a thread of its own.

    `certificates`: for a side and the name of a handshake; a side without any speaks no TLS. `raw`: what to do with
    each connection of the new side's port 80 before anything is asked.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = _listen(play, certificates or {}, raw, Served(addresses=addresses))
    served, closing = asyncio.run_coroutine_threadsafe(listening, loop).result()
    try:
        yield served
    finally:
        asyncio.run_coroutine_threadsafe(close_all(closing), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listen(
    play: Play, certificates: Mapping[tuple[Side, str], Certificate], raw: Told | None, served: Served
) -> tuple[Served, list[Callable[[], None]]]:
    closing: list[Callable[[], None]] = []

    def talk(side: Side, secure: bool) -> Callable[..., Awaitable[None]]:
        async def stream(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(Aborted(writer)):
                if raw is not None and side == "new" and not secure:
                    await _say(writer, raw)
                    return
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                host = next(line.partition(": ")[2] for line in lines if line.lower().startswith("host:"))
                path = lines[0].split(" ")[1]
                tls = writer.get_extra_info("ssl_object")
                served.heard.append((side, secure, getattr(tls, "asked_for", ""), host, path))
                await _say(writer, play.get((side, secure, f"{host}{path}"), page("", "404 Not Found")))

        return stream

    contexts = {side: _context(side, certificates) for side in served.addresses}
    for secure in (False, True):
        for side, address in served.addresses.items():
            context = contexts[side] if secure else None
            if secure and context is None:
                continue
            port = served.https if secure else served.http
            server = await asyncio.start_server(talk(side, secure), address, port, ssl=context)
            closing.append(server.close)
            port = server.sockets[0].getsockname()[1]
            served.http, served.https = (served.http, port) if secure else (port, served.https)
    served.https = served.https or _nobodys()
    return served, closing


@dataclass
class Aborted:
    """A connection that ends at once with what closes it, also where its task is cancelled."""

    writer: asyncio.StreamWriter

    def close(self) -> None:
        self.writer.transport.abort()


async def _say(writer: asyncio.StreamWriter, told: Told) -> None:
    if callable(told):
        await told(writer)
    else:
        writer.write(told)
        await writer.drain()
        writer.close()
        await writer.wait_closed()


def _nobodys() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as one:
        one.bind((ADDRESSES["new"], 0))
        return int(one.getsockname()[1])


def _context(side: Side, certificates: Mapping[tuple[Side, str], Certificate]) -> ssl.SSLContext | None:
    own = {name: certificate.served() for (of, name), certificate in certificates.items() if of == side}
    if not own:
        return None
    first = next(iter(own.values()))

    def named(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.asked_for = name  # type: ignore[attr-defined]
        connection.context = own.get(name or "", first)

    first.sni_callback = named  # type: ignore[assignment]
    return first


def looked(served: Served, *sites: str, trust: str | None = None, **how: object) -> dict[tuple[str, Side, bool], Page]:
    """Return the pages of sites that are on both servers; asked in a thread of its own: here a loop may be running."""
    wanted = [Site(name, **served.addresses) for name in sites]
    how = {"targets": LOOPBACK, "patience": 60.0, **how}
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(
            lambda: pages(
                wanted,
                defaults=DEFAULTS,
                trust=trust,
                port_http=served.http,
                port_https=served.https,
                **how,  # type: ignore[arg-type]
            )
        ).result()
    return {(one.site, one.side, one.secure): one for one in found}


def issued(folder: Path, host: str, *, days: tuple[int, int]) -> Certificate:
    """Return a certificate signed by itself, valid from so many days from now to so many."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.fromtimestamp(time.time(), dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    text = made.public_bytes(serialization.Encoding.PEM).decode("ascii")
    found = Certificate(folder / f"{host}.own.pem", folder / f"{host}.own.key", text)
    found.pem.write_text(text, encoding="ascii")
    found.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return found
