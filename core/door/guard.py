"""Who is let in: a request must name one of the desk's own addresses before anything else looks at it.

An address is an origin as a browser writes it (RFC 6454, section 6.1): scheme, host, and the port where it is not the
scheme's own. Compared letter by letter: nothing is looked up, resolved or guessed. Only Host may be written otherwise,
in capitals or with the scheme's own port, and is handed on as Origin has it: Streamlit compares the two literally.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import idna
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from core.ground.messages import FieldError, InputError, Message

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""How this machine calls itself."""

_ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::([0-9]{1,5}))?")
_OWN_PORT = {"http": 80, "https": 443}


def origins_of(field: str, text: str) -> frozenset[str]:
    """Return the origins of a setting, addresses between commas, in the form in which browsers send them.

    A path is no part of an origin and is left out. Raises InputError on `field`, for each one that is no http address.
    """
    found, errors = set(), []
    for address in filter(None, (part.strip() for part in text.split(","))):
        match = _ORIGIN.fullmatch(_in_ascii("/".join(address.split("/", 3)[:3]).lower()))
        if match and (match[3] is None or 0 < int(match[3]) < 65_536):
            port = int(match[3]) if match[3] else _OWN_PORT[match[1]]
            found.add(_origin(match[1], match[2], port))
        else:
            errors.append(FieldError(field, address, Message("error.origin")))
    if errors:
        raise InputError(*errors)
    return frozenset(found)


def _in_ascii(address: str) -> str:
    """Return an address with its host as the DNS has it (IDNA 2008, as browsers do); unchanged where it is none."""
    scheme, _, authority = address.partition("://")
    host, colon, port = authority.partition(":")
    if host.isascii():
        return address
    try:
        return f"{scheme}://{idna.encode(host, uts46=True).decode('ascii')}{colon}{port}"
    except UnicodeError:
        return address


def _origin(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://{host}" if port == _OWN_PORT[scheme] else f"{scheme}://{host}:{port}"


class Guard:
    """ASGI: lets in who asks at one of `origins`, or on this machine at the very port that listens; refuses others.

    A page says where it stands in Origin, which must be the address that it asks; a websocket must say so. `refusal` is
    the text of the answer 403.
    """

    def __init__(self, app: ASGIApp, *, origins: Iterable[str], refusal: str) -> None:
        self._app = app
        self._origins = frozenset(origin.encode("ascii") for origin in origins)
        # Not to be read to its end first, whatever else the request brings.
        self._refusal = PlainTextResponse(refusal, 403, {"Connection": "close"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif authority := self._asked(scope):
            headers = [(name, authority if name == b"host" else value) for name, value in scope["headers"]]
            await self._app({**scope, "headers": headers}, receive, send)
        elif scope["type"] == "websocket":
            # Before it is accepted, which servers turn into an answer 403.
            await WebSocketClose()(scope, receive, send)
        else:
            await self._refusal(scope, receive, send)

    def _asked(self, scope: Scope) -> bytes | None:
        """Return the host that a request asks, as its origin is written; None where it is not let in."""
        hosts = [value.lower() for name, value in scope["headers"] if name == b"host"]
        told = [value for name, value in scope["headers"] if name == b"origin"]
        # One of several would be ours, and whoever comes after us might believe another.
        if len(hosts) != 1 or len(told) > 1 or (not told and scope["type"] == "websocket"):
            return None
        here = [origin for origin in self._origins | _of_this_machine(scope) if hosts[0] in _hosts(origin)]
        return next((_authority(origin) for origin in here if not told or told[0] == origin), None)


def _authority(origin: bytes) -> bytes:
    return origin.partition(b"://")[2]


def _hosts(origin: bytes) -> tuple[bytes, ...]:
    """Return how a host may write the address of an origin: with the scheme's own port, too."""
    scheme, _, authority = origin.partition(b"://")
    own_port = b":%d" % _OWN_PORT[scheme.decode("ascii")]
    return (authority, authority + own_port) if urlsplit(origin).port is None else (authority,)


def _of_this_machine(scope: Scope) -> frozenset[bytes]:
    """Return the origins by which this machine reaches the port on which the request came."""
    _, port = scope.get("server") or (None, None)
    return frozenset(_origin("http", host, port).encode("ascii") for host in LOOPBACK) if port else frozenset()
