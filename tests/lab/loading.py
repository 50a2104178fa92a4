"""Zone files as they are, loaded by three servers: BIND, nsd and Knot DNS, each with every zone it is given.

with loaded(folder, {"alfa.example.": text}) as servers:
    servers["named"].ask("www.alfa.example.", "A")
    servers["named"].transfer("alfa.example.")
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.lab.network import add_ipv4
from tests.lab.servers import NSD, PATIENCE, PAUSE, Daemon, LaboratoryError

LOADERS = ("named", "nsd", "knotd")
ADDRESSES = dict(zip(LOADERS, ("127.0.8.1", "127.0.8.2", "127.0.8.3"), strict=True))
_TOLD = "check-names primary warn;"
"""What a comment in the file tells: BIND loads an address at a name with `_` only so."""
_TRIED = re.compile(r"\] (?:loaded, serial|zone event 'load' failed)")
READY = "ready.example."
_READY = f"$ORIGIN {READY}\n@ 60 SOA @ @ 1 1 1 1 1\n@ 60 NS @\n@ 60 A 192.0.2.1\n"


class Loader(Daemon):
    """One server with the zones in its folder, each in a file of its own as it was given."""

    def __init__(self, folder: Path, program: str, zones: Mapping[str, str], strict: bool) -> None:
        super().__init__(folder, program, (ADDRESSES[program],))
        self.files = {name: f"{number}.zone" for number, name in enumerate((*zones, READY))}
        for name, file in self.files.items():
            (self.folder / file).write_text(_READY if name == READY else zones[name], encoding="utf-8")
        self.strict = strict

    def launch_it(self) -> None:
        """Write the configuration and start, without waiting."""
        {"named": self._named, "nsd": self._nsd, "knotd": self._knotd}[self.name]()

    def _named(self) -> None:
        add_ipv4(self.address)  # it listens at addresses that an interface has, not at all of 127.0.0.0/8
        zones = "".join(f'zone "{name}" {{ type primary; file "{file}"; }};\n' for name, file in self.files.items())
        options = f"""options {{
  directory "{self.folder}"; pid-file "{self.folder}/pid"; session-keyfile "{self.folder}/key";
  managed-keys-directory "{self.folder}"; lock-file none; listen-on-v6 {{ none; }};
  listen-on {{ {self.address}; }}; recursion no; dnssec-validation no; empty-zones-enable no; notify no;
  allow-transfer {{ any; }}; minimal-responses no; {"" if self.strict else _TOLD}
}};
controls {{ }};
"""
        (self.folder / "named.conf").write_text(options + zones, encoding="utf-8")
        self.launch("named", "-f", "-g", "-n", "1", "-c", f"{self.folder}/named.conf")

    def _nsd(self) -> None:
        zones = "".join(
            f'zone:\n  name: "{name}"\n  zonefile: "{file}"\n  provide-xfr: 127.0.0.0/8 NOKEY\n'
            for name, file in self.files.items()
        )
        server = [
            *(f"ip-address: {self.address}", *NSD, f'zonesdir: "{self.folder}"', f'pidfile: "{self.folder}/pid"'),
            *(f'zonelistfile: "{self.folder}/list"', f'xfrdfile: "{self.folder}/xfrd"', f'xfrdir: "{self.folder}"'),
        ]
        text = "server:\n" + "".join(f"  {line}\n" for line in server) + "remote-control:\n  control-enable: no\n"
        (self.folder / "nsd.conf").write_text(text + zones, encoding="utf-8")
        self.launch("nsd", "-d", "-c", f"{self.folder}/nsd.conf")

    def _knotd(self) -> None:
        zones = "".join(f'  - domain: "{name}"\n    file: "{file}"\n' for name, file in self.files.items())
        text = f"""server:
  rundir: "{self.folder}"
  listen: {self.address}@53
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: "{self.folder}/db"
log:
  - target: stderr
    any: info
acl:
  - id: all
    address: 127.0.0.0/8
    action: transfer
template:
  - id: default
    storage: "{self.folder}"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    acl: all
zone:
"""
        (self.folder / "knot.conf").write_text(text + zones, encoding="utf-8")
        self.launch("knotd", "-c", f"{self.folder}/knot.conf")

    def wait_until_loaded(self) -> None:
        """Wait until it has tried every zone: nsd answers only then, the others deny what they have not loaded yet."""
        end = time.monotonic() + PATIENCE
        while not self._has_tried():
            if time.monotonic() > end:
                raise LaboratoryError(f"{self.name} does not load:\n{self.log()[-2000:]}")
            time.sleep(PAUSE)
        self.wait_until(READY, "A", ["192.0.2.1"])

    def _has_tried(self) -> bool:
        match self.name:
            case "named":
                return "all zones loaded" in self.log()
            case "knotd":
                return len(_TRIED.findall(self.log())) == len(self.files)
        return True

    def serves(self, name: str) -> bool:
        """Say whether it serves a zone: one that it refused is answered without authority."""
        answer = self.ask(name, "SOA")
        return bool(answer.answer and answer.flags & dns.flags.AA)

    def ask(self, name: str, type_: str) -> dns.message.Message:
        """Return its answer, by TCP where UDP is too narrow."""
        query = dns.message.make_query(name, type_, use_edns=0, payload=4096, flags=0)
        return dns.query.udp_with_fallback(query, self.address, timeout=PATIENCE)[0]

    def transfer(self, name: str) -> list[dns.rrset.RRset]:
        """Return all that it has of a zone, one record a set, the SOA that ends the transfer left out."""
        query = dns.message.make_query(name, "AXFR", flags=0)
        with socket.create_connection((self.address, 53), PATIENCE) as door:
            dns.query.send_tcp(door, query)
            found: list[dns.rrset.RRset] = []
            while sum(rrset.rdtype == dns.rdatatype.SOA for rrset in found) < 2:
                message, _ = dns.query.receive_tcp(door, one_rr_per_rrset=True)
                if message.rcode() != dns.rcode.NOERROR:
                    raise LaboratoryError(f"{self.name} does not hand over {name}: {message.rcode()}")
                found += message.answer
        return found[:-1]


@contextlib.contextmanager
def loaded(folder: Path, zones: Mapping[str, str], *, strict: bool = False) -> Iterator[dict[str, Loader]]:
    """Start the three servers with these zones (origin to file) and wait until each has loaded what it does.

    `strict`: with the settings each comes with; else BIND is told what the comments in a normal file say.
    """
    servers = {program: Loader(folder, program, zones, strict) for program in LOADERS}
    try:
        for server in servers.values():
            server.launch_it()
        for server in servers.values():
            server.wait_until_loaded()
        yield servers
    finally:
        for server in servers.values():
            server.kill()
