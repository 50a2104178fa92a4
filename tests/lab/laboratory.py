"""The Internet in a folder: a root, a registry, an old and a new hoster on real nsd, and recursors on real unbound.

    with own_network(), Laboratory() as lab:
        name = lab.name("kowalski")
        lab.old.serve(name, "@ A 192.0.2.1", ttl=4)
        lab.new.serve(name, "@ A 192.0.2.2", ttl=4)
        lab.delegate(name, lab.old.servers, ttl=4)
        ...
        switched = lab.switch(name)

Whoever changes a zone gets control back when every server of that party serves it. Every test takes names of its own
(`lab.name`), so tests do not disturb one another; whoever stops or pauses a party starts his own (`lab.authority()`).
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.lab.certificates import Certificate, Issuer
from tests.lab.network import add_ipv6
from tests.lab.servers import READY, Authority, Daemon, Nsd, Recursor
from tests.lab.zones import Key, absolute, delegation

ROOT, REGISTRY = "127.0.2.1", "127.0.2.2"
OLD, NEW = ("127.0.3.1", "127.0.3.2"), ("127.0.4.1", "127.0.4.2")
PLAIN, CAPPING, STALE, VALIDATING = "127.0.5.1", "127.0.5.2", "127.0.5.3", "127.0.5.4"
ROOT_SERVER = "a.root-servers.net."


@dataclass(frozen=True)
class Delegation:
    """What the registry says about a zone."""

    servers: Mapping[str, str]
    ttl: int
    ds: tuple[str, ...] = ()


class Laboratory:
    """Root, registry, two hosters and four recursors; runs inside `own_network()`."""

    def __init__(self, tld: str = "pl", hosters_ttl: int = 5) -> None:
        """Prepare; `with` starts and stops it.

        Args:
            tld: the name of the registry's zone; unbound has answers of its own for `test`.
            hosters_ttl: of the addresses of the hosters' own name servers, in seconds; it is part of every bound.
        """
        self.tld, self.hosters_ttl = absolute(tld), hosters_ttl
        self.root_key, self.tld_key = Key(), Key()
        self.delegations: dict[str, Delegation] = {}
        self.daemons: list[Daemon] = []
        self._numbers = itertools.count(1)
        self._free_addresses = (f"127.0.{net}.{host}" for net in itertools.count(100) for host in range(1, 255))
        self._lock = threading.RLock()
        self._keeper = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self.stop)
            # A socket's path has at most 107 characters: not in pytest's own folder.
            folder = tempfile.TemporaryDirectory(prefix="desk-dns-", dir="/tmp", ignore_cleanup_errors=True)
            self.folder = Path(self._keeper.enter_context(folder))
            self._write_hints()
            self._prepare()
            self._write_resolvers()
            for authority in (self.root, self.registry, self.old, self.new):
                authority.launch_it()
            for recursor in self.recursors:
                recursor.launch_unbound()
            for daemon in self.daemons:
                daemon.wait_until("." if isinstance(daemon, Authority) else READY, "SOA")
            on_failure.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        for daemon in self.daemons:
            daemon.kill()
        self._keeper.close()

    # -- the registry

    def name(self, stem: str) -> str:
        """Return a name under the TLD that no other test has, IDNs in their ASCII form."""
        return absolute(f"{stem}-{next(self._numbers)}.{self.tld}")

    def delegate(self, name: str, servers: Mapping[str, str], ttl: int = 3600, ds: Iterable[str] = ()) -> float:
        """Let the registry refer to these servers (names to addresses); returns the monotonic moment it does."""
        with self._lock:
            self.delegations[absolute(name)] = Delegation(dict(servers), ttl, tuple(ds))
            return self._publish()

    def switch(self, name: str, servers: Mapping[str, str] | None = None) -> float:
        """Refer to the new hoster from now on; TTL and DS stay as they are. Returns the monotonic moment."""
        with self._lock:
            before = self.delegations[absolute(name)]
            return self.delegate(name, servers or self.new.servers, before.ttl, before.ds)

    def _publish(self) -> float:
        lines = [line for name, d in self.delegations.items() for line in delegation(name, d.servers, d.ttl, d.ds)]
        # The registry's negative TTL delays names asked for before they are delegated; two seconds disturb nobody.
        self.registry.serve(self.tld, *lines, soa_ttl=2, minimum=2, key=self.tld_key)
        return time.monotonic()

    # -- the parties

    def address(self) -> str:
        """Return an address that nobody has, for a scripted server."""
        with self._lock:
            return next(self._free_addresses)

    def address6(self) -> str:
        """Return an IPv6 address that nobody has and the network here leads to; raises NoNetworkError without IPv6."""
        with self._lock:
            address = f"fd00:db8::{next(self._numbers):x}"
            add_ipv6(address)
            return address

    def authority(self, size: int = 1, addresses: tuple[str, ...] = (), kind: type[Authority] = Nsd) -> Authority:
        """Start one more hoster with so many addresses and a domain of its own, for tests that stop or pause one."""
        with self._lock:
            domain = self.name("hoster")
            made = self._hoster(domain, addresses or tuple(self.address() for _ in range(size)), kind)
            made.start()
            self._publish()
            return made

    def recursor(self, *options: str) -> Recursor:
        """Start one more unbound, its cache cold, with lines of configuration such as "cache-max-ttl: 3"."""
        made = self._recursor(f"recursor-{next(self._numbers)}", self.address(), *options)
        made.start()
        return made

    def encrypted(self, *ports: int, host: str = "dns.laboratorium.pl") -> tuple[Recursor, Certificate]:
        """Start one more unbound that is not on port 53, but speaks TLS on 853 and HTTPS on 443, or one of them."""
        name = f"recursor-{next(self._numbers)}"
        with self._lock:
            folder = self.folder / f"{name}-certificate"
            folder.mkdir()
            certificate = Issuer().certificate(folder, host)
        options = (f'tls-service-pem: "{certificate.pem}"', f'tls-service-key: "{certificate.key}"')
        made = Recursor(self.folder, name, self.address(), self.hints_file, options, ports or (853, 443))
        self.daemons.append(made)
        made.start()
        return made, certificate

    def validating(self) -> tuple[str, ...]:
        """Return the options that make a recursor validate what the laboratory has signed."""
        return (
            'module-config: "validator iterator"',
            f'trust-anchor: "{self.root_key.anchor(".")}"',
            "trust-anchor-signaling: no",
            "val-log-level: 2",
            "aggressive-nsec: no",  # an NSEC seen before would deny the names of later tests
        )

    def logs(self) -> dict[str, str]:
        """Return what every server has printed so far, by its name."""
        return {daemon.name: daemon.log() for daemon in self.daemons}

    def environment(self) -> dict[str, str]:
        """Return the settings that point the desk at the laboratory."""
        return {"RESOLVERS_FILE": str(self.resolvers_file), "ROOT_HINTS_FILE": str(self.hints_file)}

    def _prepare(self) -> None:
        self.root = self._authority("root", (ROOT,), {ROOT_SERVER: ROOT})
        self.registry = self._authority("registry", (REGISTRY,), {f"a.dns.{self.tld}": REGISTRY})
        self.root.serve(
            ".",
            f"{ROOT_SERVER} A {ROOT}",
            *delegation(self.tld, self.registry.servers, 3600, [self.tld_key.ds(self.tld)]),
            key=self.root_key,
        )
        self.old = self._hoster(f"stary.{self.tld}", OLD)
        self.new = self._hoster(f"nowy.{self.tld}", NEW)
        self._publish()
        self.plain = self._recursor("plain", PLAIN)
        self.capping = self._recursor("capping", CAPPING, "cache-max-ttl: 10")
        # `ede: yes` alone gives no code with a stale answer.
        self.stale = self._recursor("stale", STALE, "serve-expired: yes", "ede: yes", "ede-serve-expired: yes")
        self.validator = self._recursor("validator", VALIDATING, *self.validating(), "ede: yes")
        self.recursors = (self.plain, self.capping, self.stale, self.validator)

    def _hoster(self, domain: str, addresses: tuple[str, ...], kind: type[Authority] = Nsd) -> Authority:
        servers = {f"ns{number}.{domain}": address for number, address in enumerate(addresses, start=1)}
        made = self._authority(domain.removesuffix("."), addresses, servers, kind)
        made.serve(domain, ttl=self.hosters_ttl)
        self.delegations[domain] = Delegation(servers, self.hosters_ttl)
        return made

    def _authority(
        self, name: str, addresses: tuple[str, ...], servers: Mapping[str, str], kind: type[Authority] = Nsd
    ) -> Authority:
        made = kind(self.folder, name, addresses, servers)
        self.daemons.append(made)
        return made

    def _recursor(self, name: str, address: str, *options: str) -> Recursor:
        made = Recursor(self.folder, name, address, self.hints_file, options)
        self.daemons.append(made)
        return made

    def _write_hints(self) -> None:
        self.hints_file = self.folder / "named.root"
        hints = f". 3600000 NS {ROOT_SERVER}\n{ROOT_SERVER} 3600000 A {ROOT}\n"
        self.hints_file.write_text(hints, encoding="utf-8")

    def _write_resolvers(self) -> None:
        self.resolvers_file = self.folder / "resolvers.csv"
        with self.resolvers_file.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "operator", "country", "address", "port", "dot", "doh", "source"])
            for recursor in self.recursors:
                operator = f"Laboratory ({recursor.name})"
                rows.writerow([recursor.name, operator, "PL", recursor.address, 53, "", "", "tests/lab/laboratory.py"])
