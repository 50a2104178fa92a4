"""Recursors beside unbound, each a real server with a cache of its own: BIND, Knot Resolver, PowerDNS.

What keeps old data longer than a formula says shows on these; nothing is set that would change how they cache.
"""

from __future__ import annotations

import abc
from pathlib import Path

from tests.lab.servers import Daemon


class Other(Daemon, abc.ABC):
    """A recursor that begins at the laboratory's root; `launch_it` starts it, without waiting."""

    def __init__(self, folder: Path, name: str, address: str, hints: Path) -> None:
        super().__init__(folder, name, (address,))
        self.hints = hints

    @abc.abstractmethod
    def launch_it(self) -> None:
        """Write the configuration and start, without waiting."""

    def start(self) -> None:
        """Start, or start again with an empty cache, and wait until it answers."""
        self.launch_it()
        self.wait_until(".", "SOA")


class Bind(Other):
    """BIND 9: the one that keeps to the TTL of the parent's referral until the zone itself tells another."""

    def launch_it(self) -> None:
        (self.folder / "named.conf").write_text(
            f"""options {{
  directory "{self.folder}"; pid-file "{self.folder}/pid"; session-keyfile "{self.folder}/key";
  managed-keys-directory "{self.folder}"; lock-file none;
  listen-on {{ {self.address}; }}; listen-on-v6 {{ none; }}; query-source address {self.address};
  recursion yes; allow-recursion {{ any; }}; allow-query {{ any; }}; allow-query-cache {{ any; }};
  dnssec-validation no; empty-zones-enable no; max-cache-size 16m; notify no;
}};
controls {{ }};
zone "." {{ type hint; file "{self.hints}"; }};
""",
            encoding="utf-8",
        )
        self.launch("named", "-f", "-g", "-n", "1", "-c", f"{self.folder}/named.conf")


class KnotResolver(Other):
    """kresd: keeps to the servers whose NS set comes along with their answers."""

    def launch_it(self) -> None:
        (self.folder / "kresd.conf").write_text(
            f"""net.ipv6 = false
net.listen('{self.address}', 53, {{ kind = 'dns' }})
net.outgoing_v4('{self.address}')
modules = {{ 'hints' }}
hints.root_file('{self.hints}')
hints.config()
trust_anchors.remove('.')
option('ALLOW_LOCAL', true)
cache.size = 16 * MB
""",
            encoding="utf-8",
        )
        self.launch("kresd", "-n", "-c", f"{self.folder}/kresd.conf", str(self.folder))


class PowerDns(Other):
    """PowerDNS Recursor: a cache of records and one of packets."""

    def launch_it(self) -> None:
        lines = {
            "daemon": "no",
            "socket-dir": str(self.folder),
            "local-address": self.address,
            "query-local-address": self.address,
            "hint-file": str(self.hints),
            "dont-query": "",
            "dnssec": "off",
            "security-poll-suffix": "",
            "threads": "1",
            "loglevel": "3",
            "disable-syslog": "yes",
            "log-timestamp": "no",
        }
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        (self.folder / "recursor.conf").write_text(text, encoding="utf-8")
        self.launch("pdns_recursor", f"--config-dir={self.folder}")
