"""One page from one address, over a connection of its own: what came is kept, also where the end did not."""

import asyncio
import contextlib
import ssl
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import h11

from core.cutover.asking.certificates import blind, certificate_of, reason
from core.cutover.asking.redirects import Where
from core.cutover.probes import Certificate, Failure
from core.cutover.settings import PAGE_BYTES

HEAD_BYTES = 64 * 1024
"""Octets of a status line and its headers."""
PIECES_MAX, INTERIM_MAX = 20_000, 20
"""Chunks of a body, answers before the answer (RFC 9110 s. 15.2): a stream of tiny ones costs much and says little."""

_AGENT = "Mozilla/5.0 (compatible; Przeprowadzka; a look before a move)"
_READ_AT_ONCE = 64 * 1024
_VERSION = b"HTTP/"
# RFC 9110 s. 8.4.1; nobody asked for them.
_PACKED = {"gzip": 47, "x-gzip": 47, "deflate": 47}


class TooLargeError(Exception):
    """More than is read came before the answer."""


class NotSpokenError(Exception):
    """Another protocol, or a packing that nobody asked for."""


class Door(NamedTuple):
    """Where to connect, and by what to judge a certificate."""

    address: str
    port: int
    checking: ssl.SSLContext


@dataclass
class Answer:
    """What a server said, as it comes. `body`: of it at most PAGE_BYTES, unpacked; `cut`: there was more."""

    failure: Failure = ""
    status: int | None = None
    headers: Mapping[str, bytes] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    cut: bool = False
    certificate: Certificate | None = None


async def fetch(door: Door, where: Where, answer: Answer) -> None:
    """Ask for a page; what comes is put into `answer` at once, so that whoever runs out of patience has it.

    Raises nothing: what fails is its failure.
    """
    try:
        reader, writer = await _connected(door, where, answer)
    except (ssl.SSLError, OSError) as error:
        answer.failure = _no_way(error, where.secure)
        return
    try:
        writer.write(_request(where))
        await _read(reader, answer)
        _unpack(answer)
    except h11.RemoteProtocolError as error:
        answer.failure = "too_large" if error.error_status_hint == 431 else "not_spoken"
    except TooLargeError:
        answer.failure = "too_large"
    except NotSpokenError:
        answer.failure = "not_spoken"
    except (ssl.SSLError, asyncio.IncompleteReadError, ConnectionError):
        answer.failure = "closed"
    except OSError as error:
        answer.failure = _no_way(error, False)
    finally:
        writer.transport.abort()


async def _connected(door: Door, where: Where, answer: Answer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection; over TLS its certificate is judged for the host, and a bad one does not end the look."""
    if not where.secure:
        return await asyncio.open_connection(door.address, door.port)
    why = ""
    try:
        streams = await _over_tls(door, where, door.checking)
    except ssl.SSLCertVerificationError as error:
        why = reason(error)
        answer.certificate = Certificate((), "", None, False, why)
        streams = await _over_tls(door, where, blind())
    answer.certificate = certificate_of(streams[1].get_extra_info("ssl_object").getpeercert(binary_form=True), why)
    return streams


async def _over_tls(
    door: Door, where: Where, context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(door.address, door.port, ssl=context, server_hostname=where.host)


def _no_way(error: OSError, secure: bool) -> Failure:
    """Return how a connection failed; one that ends within a handshake was no TLS."""
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ConnectionError):
        return "tls" if secure else "closed"
    return "unreachable"


def _request(where: Where) -> bytes:
    return (
        f"GET {where.target} HTTP/1.1\r\nHost: {where.host}\r\nUser-Agent: {_AGENT}\r\n"
        "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Language: pl,en;q=0.5\r\n"
        "Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    ).encode("ascii")


async def _read(reader: asyncio.StreamReader, answer: Answer) -> None:
    http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES)
    # It has been written already: here it only learns of it.
    http.send(h11.Request(method="GET", target="/", headers=[("Host", "x"), ("Connection", "close")]))
    http.send(h11.EndOfMessage())
    interim = pieces = 0
    beginning = b""
    ended = False
    while True:
        try:
            event = http.next_event()
        except h11.RemoteProtocolError:
            if ended:
                raise ConnectionResetError from None
            raise
        if event is h11.NEED_DATA:
            got = await reader.read(_READ_AT_ONCE)
            ended = not got
            if answer.status is None:
                _expect_http(beginning := (beginning + got)[: len(_VERSION)], ended)
            http.receive_data(got)
        elif isinstance(event, h11.InformationalResponse):
            interim += 1
            if interim > INTERIM_MAX:
                raise TooLargeError
        elif isinstance(event, h11.Response):
            answer.status, answer.headers = event.status_code, _headers(event.headers)
        elif isinstance(event, h11.Data):
            answer.body += event.data
            pieces += 1
            if len(answer.body) > PAGE_BYTES or pieces > PIECES_MAX:
                del answer.body[PAGE_BYTES:]
                answer.cut = True
                return
        else:
            return


def _expect_http(beginning: bytes, ended: bool) -> None:
    """Raise what it is, where nothing of HTTP came or will: a mail server would wait for us to speak first."""
    if not _VERSION.startswith(beginning):
        raise NotSpokenError
    if ended:
        raise ConnectionResetError


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, bytes]:
    """Return the headers by their names in lower case, of several of one name the first."""
    found: dict[str, bytes] = {}
    for name, value in headers:
        found.setdefault(name.decode("ascii"), value)
    return found


def _unpack(answer: Answer) -> None:
    """Unpack a body that is packed all the same, as far as pages are read.

    Raises NotSpokenError for what cannot be, ConnectionResetError where the packing has no end: the rest did not come,
    whatever its length was said to be.
    """
    packing = answer.headers.get("content-encoding", b"").decode("ascii", "replace").strip().lower()
    if packing in ("", "identity") or not answer.body:
        return
    if packing not in _PACKED:
        raise NotSpokenError(packing)
    packed, answer.body = bytes(answer.body), bytearray()
    body = b""
    for bits in (_PACKED[packing], -zlib.MAX_WBITS):
        # "deflate" is zlib's by RFC 9110; some send it bare.
        unpacker = zlib.decompressobj(bits)
        with contextlib.suppress(zlib.error):
            body = unpacker.decompress(packed, PAGE_BYTES + 1)
            break
    else:
        raise NotSpokenError(packing)
    answer.body = bytearray(body[:PAGE_BYTES])
    answer.cut = answer.cut or len(body) > PAGE_BYTES
    if not (unpacker.eof or answer.cut):
        raise ConnectionResetError
