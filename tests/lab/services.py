"""Real web servers as child processes: nginx and Apache, each with sites by name on addresses.

The four services of a hoster (web here, mail in `mail_services.py`) need real root: they become other users. Their
folder is one that all of those may pass, and is nobody's configuration: /etc stays as it is.
"""

from __future__ import annotations

import abc
import os
import re
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.certificates import Certificate
from tests.lab.servers import PATIENCE, PAUSE, Daemon, LaboratoryError, program

WEB, TLS = 80, 443
PROGRAMS = ("nginx", "apache2", "postfix", "dovecot")
MISSING_SERVICES = (
    "not all of nginx, Apache, Postfix and Dovecot on this machine; on Debian: apt-get install --no-install-recommends "
    "nginx apache2-bin postfix dovecot-core dovecot-imapd dovecot-pop3d"
)
NOT_ROOT = "web and mail servers become other users, for which this process must be root and not in a user namespace"
MODULES = ("mpm_event", "authz_core", "alias", "ssl", "headers")
_WHOLE = "0          0 4294967295"


def missing_services() -> str:
    """Return why this machine cannot run the services; blank where it can."""
    if any(program(name) is None for name in PROGRAMS):
        return MISSING_SERVICES
    users = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    return "" if os.geteuid() == 0 and users == _WHOLE.split() else NOT_ROOT


@contextmanager
def open_folder() -> Iterator[Path]:
    """Yield a temporary folder that every user may pass, under a short path: a socket's has at most 107 characters."""
    with tempfile.TemporaryDirectory(prefix="desk-svc-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


class Service(Daemon, abc.ABC):
    """A server with doors, pairs of an address and a port; it is up when every one of them takes a connection."""

    LOGS: tuple[str, ...] = ("log",)

    @property
    def process(self) -> int:
        """The process that the others of its group come from."""
        assert self._process
        return self._process.pid

    @abc.abstractmethod
    def doors(self) -> list[tuple[str, int]]:
        """Return where it listens."""

    @abc.abstractmethod
    def launch_it(self) -> None:
        """Write the configuration and start, without waiting."""

    def start(self) -> None:
        """Start, or start again after `stop`, and wait until all its doors are open."""
        self.launch_it()
        self.wait_until_open()

    def wait_until_open(self) -> None:
        """Wait until all its doors are open."""
        end = time.monotonic() + PATIENCE
        for door in self.doors():
            while not is_open(*door):
                if self._process is None or self._process.poll() is not None:
                    raise LaboratoryError(f"{self.name} has ended:\n{self.log()[-2000:]}")
                if time.monotonic() > end:
                    raise LaboratoryError(f"{self.name} does not open {door}:\n{self.log()[-2000:]}")
                time.sleep(PAUSE)

    def stop(self) -> None:
        """End it at once; when the call returns, its doors refuse."""
        self.kill()
        end = time.monotonic() + PATIENCE
        while still := [door for door in self.doors() if is_open(*door)]:
            if time.monotonic() > end:
                raise LaboratoryError(f"{self.name} does not end: {still}")
            time.sleep(PAUSE)

    def log(self) -> str:
        """Return what it has printed and written so far."""
        files = [self.folder / name for name in self.LOGS]
        return "".join(file.read_text(encoding="utf-8", errors="replace") for file in files if file.exists())


def is_open(address: str, port: int) -> bool:
    """Tell whether somebody takes connections at a door."""
    with socket.socket() as door:
        door.settimeout(1.0)
        return door.connect_ex((address, port)) == 0


@dataclass(frozen=True)
class Reply:
    """What a path answers: a page (`body`, HTML), a redirect (`to`), or a status with the server's own words."""

    status: int = 200
    body: str = ""
    to: str = ""


@dataclass(frozen=True)
class Site:
    """A site at an address; the first of an address also answers for names that no site has.

    `replies` by path; "/" is every path that is not there. With a certificate it is at port 443, and port 80 leads
    there, unless not `leads`: then it is at both; without one it is at port 80 only.
    """

    address: str
    names: tuple[str, ...]
    certificate: Certificate | None = None
    replies: Mapping[str, Reply] = field(default_factory=lambda: {"/": Reply(body="<h1>It works</h1>")})
    headers: Mapping[str, str] = field(default_factory=dict)
    leads: bool = True

    @property
    def ports(self) -> tuple[int, ...]:
        return (WEB, TLS) if self.certificate else (WEB,)

    def at(self, port: int) -> Mapping[str, Reply]:
        """Return what its paths answer at a port."""
        leads = self.certificate and self.leads and port == WEB
        return {"/": Reply(301, to=f"https://{self.names[0]}/")} if leads else self.replies


class Web(Service):
    """A web server with sites; which program it is, is its subclass's."""

    def __init__(self, folder: Path, name: str, sites: Sequence[Site]) -> None:
        super().__init__(folder, name, tuple(dict.fromkeys(site.address for site in sites)))
        self.sites = list(sites)
        self._bodies: dict[str, Path] = {}
        (self.folder / "pages").mkdir()

    def doors(self) -> list[tuple[str, int]]:
        """Return where it listens."""
        return list(dict.fromkeys((site.address, port) for site in self.sites for port in site.ports))

    def blocks(self) -> Iterator[tuple[Site, int, Mapping[str, Reply]]]:
        """Yield each site with each of its ports, and what its paths answer there."""
        return ((site, port, site.at(port)) for site in self.sites for port in site.ports)

    def page(self, reply: Reply) -> Path:
        """Return the file of a page."""
        if reply.body not in self._bodies:
            file = self.folder / "pages" / f"{len(self._bodies)}.html"
            file.write_text(reply.body, encoding="utf-8")
            self._bodies[reply.body] = file
        return self._bodies[reply.body]


class Nginx(Web):
    """nginx."""

    LOGS = ("log", "error.log")

    def launch_it(self) -> None:
        """Write the configuration and start, without waiting."""
        parts = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        folders = "".join(f"  {part}_temp_path {self.folder}/{part};\n" for part in parts)
        servers = "\n".join(self._server(*block) for block in self.blocks())
        (self.folder / "nginx.conf").write_text(
            f"""daemon off; user www-data; worker_processes 1; pid {self.folder}/pid; error_log {self.folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; default_type text/html; charset utf-8;
  server_names_hash_max_size 4096; server_names_hash_bucket_size 128;
{folders}{servers}
}}
""",
            encoding="utf-8",
        )
        where = str(self.folder)
        self.launch("nginx", "-c", f"{where}/nginx.conf", "-p", where, "-e", f"{where}/error.log")

    def _server(self, site: Site, port: int, replies: Mapping[str, Reply]) -> str:
        secure = port == TLS and site.certificate
        lines = [
            f"listen {site.address}:{port}{' ssl' if secure else ''};",
            f"server_name {' '.join(site.names)};",
            *(f'add_header {name} "{value}" always;' for name, value in site.headers.items() if secure),
        ]
        if secure:
            lines += [f"ssl_certificate {secure.pem};", f"ssl_certificate_key {secure.key};"]
        lines += [f"location {'' if path == '/' else '= '}{path} {{ {self._said(r)} }}" for path, r in replies.items()]
        return "\n".join(["  server {", *(f"    {line}" for line in lines), "  }"])

    def _said(self, reply: Reply) -> str:
        if reply.to:
            return f"return {reply.status} {reply.to};"
        if reply.status != 200:
            return f"return {reply.status};"
        return f"root {self.folder}/pages; try_files /{self.page(reply).name} =404;"


class Apache(Web):
    """Apache 2.4."""

    LOGS = ("log", "error.log")

    def launch_it(self) -> None:
        """Write the configuration and start, without waiting."""
        lines = [
            f'ServerRoot "{self.folder}"',
            f'DefaultRuntimeDir "{self.folder}"',
            f'PidFile "{self.folder}/pid"',
            f'Mutex "file:{self.folder}"',
            f'ErrorLog "{self.folder}/error.log"',
            "ServerName localhost",
            *(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES),
            "User www-data",
            "Group www-data",
            "StartServers 1",
            "SSLSessionCache none",
            *(f"Listen {address}:{port}" for address, port in self.doors()),
            f'<Directory "{self.folder}/pages">',
            "  Require all granted",
            '  ForceType "text/html; charset=utf-8"',
            "</Directory>",
            *(line for block in self.blocks() for line in self._host(*block)),
        ]
        (self.folder / "apache.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.launch("apache2", "-f", f"{self.folder}/apache.conf", "-DFOREGROUND")

    def _host(self, site: Site, port: int, replies: Mapping[str, Reply]) -> Iterator[str]:
        secure = port == TLS and site.certificate
        yield f"<VirtualHost {site.address}:{port}>"
        yield f"  ServerName {site.names[0]}"
        if others := site.names[1:]:
            yield f"  ServerAlias {' '.join(others)}"
        if secure:
            yield "  SSLEngine on"
            yield f'  SSLCertificateFile "{secure.pem}"'
            yield f'  SSLCertificateKeyFile "{secure.key}"'
            for name, value in site.headers.items():
                yield f'  Header always set {name} "{value}"'
        exact = "|".join(re.escape(path) for path in replies if path != "/")
        for path, reply in replies.items():
            # Redirects come before pages, wherever they stand.
            pattern = (
                f"^(?!(?:{exact})$)/" if path == "/" and exact else "^/" if path == "/" else f"^{re.escape(path)}$"
            )
            if reply.to:
                yield f'  RedirectMatch {reply.status} "{pattern}" "{reply.to}"'
            elif reply.status != 200:
                yield f'  RedirectMatch {reply.status} "{pattern}"'
            else:
                yield f'  AliasMatch "{pattern}" "{self.page(reply)}"'
        yield "</VirtualHost>"
