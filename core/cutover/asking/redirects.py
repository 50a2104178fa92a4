"""Where a redirect leads: read as a browser reads it, told in full, gone to only where a look may go."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from core.dns.names import parse_name
from core.ground.messages import InputError
from core.ground.validation import one_line

LOCATION_MAX, TOLD_MAX = 2_000, 300
"""Letters of a redirect that are read, and told."""

STATUSES = frozenset((301, 302, 303, 307, 308))

# What may stand in a target as it is; "%" too, so that what is escaped is not escaped again.
_KEPT = "/%:@!$&'()*+,;=~-._"

# What has another scheme is none of it.
_BEGINS = re.compile(r"(?P<scheme>https?:|(?![a-z][a-z0-9+.-]*:))(?P<slashes>[/\\]*)(?P<path>[^?#]*)", re.IGNORECASE)
_USER = re.compile("//[^/?#]*@")


class Ports(NamedTuple):
    """Where web servers are asked."""

    http: int = 80
    https: int = 443


class Where(NamedTuple):
    """A page to be asked for: over TLS or not, of which host (in ASCII), its path and query."""

    secure: bool
    host: str
    target: str = "/"

    @property
    def url(self) -> str:
        """Its address, as people read it."""
        return f"{'https' if self.secure else 'http'}://{self.host}{self.target}"


class Led(NamedTuple):
    """Where a redirect leads: `told` without passwords, bounded; `to` None where nothing of ours ever goes."""

    told: str
    to: Where | None


def leads_to(here: Where, location: bytes, ports: Ports) -> Led:
    """Return where the header of an answer from `here` leads.

    None goes to another scheme than http and https, to another port than theirs, or with a user's name.
    """
    text = _slashes(one_line(location[:LOCATION_MAX].replace(b"\t", b"").decode("utf-8", "replace")), here)
    try:
        parts = urlsplit(urljoin(here.url, text))
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        host = ""
    if not host:
        return Led(_USER.sub("//", text, count=1)[:TOLD_MAX], None)
    path = quote(parts.path or "/", safe=_KEPT)
    target = f"{path}?{quote(parts.query, safe=_KEPT + '?[]')}" if parts.query else path
    usual = port is None or port in _ports(ports).get(parts.scheme, ())
    told = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{'' if usual else f':{port}'}{target}"[:TOLD_MAX]
    if parts.scheme not in _ports(ports) or not usual or "@" in parts.netloc or len(location) > LOCATION_MAX:
        return Led(told, None)
    return Led(told, Where(parts.scheme == "https", host, target))


def _slashes(text: str, here: Where) -> str:
    """Return a redirect with its slashes as browsers read them (URL Standard s. 4.4), and urlsplit does not.

    They take a backslash for one, and as many as there are before a host, or none after another scheme, for two.
    """
    found = _BEGINS.match(text)
    if not found:
        return text
    scheme, slashes, path = (found[part].replace("\\", "/") for part in ("scheme", "slashes", "path"))
    if len(slashes) > 1 or (scheme and (scheme.lower() == "https:") != here.secure):
        slashes = "//"
    return f"{scheme}{slashes}{path}{text[found.end() :]}"


def _ports(ports: Ports) -> Mapping[str, tuple[int, ...]]:
    return {"http": (80, ports.http), "https": (443, ports.https)}


def _host(host: str) -> str:
    host = host.lower().removesuffix(".")
    if host.isascii():
        return host
    try:
        return parse_name(host).ascii
    except InputError:
        raise ValueError(host) from None
