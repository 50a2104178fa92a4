"""Real servers as child processes: nsd or knot for a party with zones, unbound for a recursor."""

from __future__ import annotations

import abc
import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import dns.exception
import dns.message
import dns.rdatatype

from tests.lab.network import unavailable
from tests.lab.preferred import preferred
from tests.lab.zones import DAY, VERSION, Key, Zone, absolute

MISSING = "no nsd or no unbound on this machine; on Debian: apt-get install --no-install-recommends nsd unbound"

MISSING_RECURSORS = (
    "not all of BIND, Knot DNS, Knot Resolver and PowerDNS on this machine; on Debian: apt-get install "
    "--no-install-recommends bind9 knot knot-resolver pdns-recursor pdns-backend-sqlite3"
)

# Far beyond what a loaded machine has needed (0.3 s).
PATIENCE = 30.0
LEAVING = 1.0  # for a process that was told to end
PAUSE = 0.02
READY = "localhost."  # unbound answers it by itself, so asking leaves its cache cold


NSD = (
    'username: ""',
    'database: ""',
    "server-count: 1",
    "rrl-ratelimit: 0",  # tests ask fast
    "round-robin: yes",
    "verbosity: 1",
)

KNOT = ("udp-workers: 1", "tcp-workers: 1", "background-workers: 1")

UNBOUND = (
    'chroot: ""',
    'username: ""',
    "use-syslog: no",
    'logfile: ""',
    "log-queries: yes",
    "do-ip6: no",
    "do-not-query-localhost: no",  # the whole Internet is on loopback
    "access-control: 127.0.0.0/8 allow",
    "num-threads: 1",
    "outgoing-range: 256",
    "num-queries-per-thread: 128",
    'module-config: "iterator"',
    # Silent name servers hold it up for 5 s with these, for more than 30 s with the defaults. A short infra-host-ttl
    # makes it worse, since what it learnt of them is forgotten.
    "infra-cache-max-rtt: 1000",
    "infra-keep-probing: yes",
)


class LaboratoryError(RuntimeError):
    """A server did not start or did not take a change; the message has the end of its log."""


def program(name: str) -> str | None:
    """Return where a server is installed; the PATH of ordinary users lacks sbin."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin")


def available() -> bool:
    """Say whether nsd and unbound are installed."""
    return bool(program("nsd") and program("unbound"))


class Daemon:
    """A server in the foreground, in a process group of its own, which dies with the tests however they end.

    To the kernel that is: with the thread that started it.
    """

    def __init__(self, folder: Path, name: str, addresses: tuple[str, ...]) -> None:
        self.name, self.addresses = name, addresses
        self.folder = folder / name
        self.folder.mkdir()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The first of its addresses."""
        return self.addresses[0]

    def log(self) -> str:
        """Return what it has printed so far."""
        file = self.folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def launch(self, command: str, *arguments: str) -> None:
        binary = program(command)
        if binary is None:
            raise LaboratoryError(MISSING)
        for address in self.addresses:
            # Else the answers of another server there would be taken for this one's; unbound even shares its port.
            if reason := unavailable(address):
                raise LaboratoryError(f"{self.name} cannot have port 53 of {address}: {reason}")
        if Path("/etc/apparmor.d", binary.strip("/").replace("/", ".")).exists():
            # Debian's AppArmor profile, where enforced, lets /usr/sbin/unbound read /etc/unbound only; a copy has none.
            binary = str(shutil.copy(binary, self.folder / command))
        # The kernel tells it that we were killed. Not in a preexec_fn, which may deadlock where there are threads.
        with (self.folder / "log").open("ab") as log, preferred():
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", binary, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # In our session: the kernel wakes a paused group that we leave behind, so that it can take its TERM.
                process_group=0,
            )

    def stop(self) -> None:
        """End it at once; when the call returns, its ports refuse."""
        self.kill()
        end = time.monotonic() + PATIENCE
        for address in self.addresses:
            # nsd's children outlive it for some milliseconds.
            while unavailable(address):
                if time.monotonic() > end:
                    raise LaboratoryError(f"{self.name} does not end")
                time.sleep(PAUSE)

    def kill(self) -> None:
        """End it without looking whether it has ended."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it be silent: packets arrive, nothing answers."""
        assert self._process
        os.killpg(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process
        os.killpg(self._process.pid, signal.SIGCONT)

    def wait_until(self, name: str, type_: str, expected: list[str] | None = None) -> None:
        """Wait until every address answers, with these records if they are given."""
        query = dns.message.make_query(name, type_)
        end = time.monotonic() + PATIENCE
        for address in self.addresses:
            while (said := _ask(query, address)) is None or (expected is not None and _values(said) != expected):
                if self._process is None or self._process.poll() is not None:
                    raise LaboratoryError(f"{self.name} has ended:\n{self.log()[-2000:]}")
                if time.monotonic() > end:
                    wanted = f"{name} {type_} {expected} at {address}"
                    raise LaboratoryError(f"{self.name} does not answer {wanted}:\n{self.log()[-2000:]}")
                time.sleep(PAUSE)


class Authority(Daemon, abc.ABC):
    """A party with zones on one or more addresses, which all serve the same; which program it is, is its subclass's."""

    def __init__(self, folder: Path, name: str, addresses: tuple[str, ...], servers: Mapping[str, str]) -> None:
        super().__init__(folder, name, addresses)
        self.servers = dict(servers)  # the names it is delegated to by, and their addresses
        self.zones: dict[str, Zone] = {}
        self._versions = itertools.count(1)
        self._lock = threading.RLock()

    def serve(
        self,
        name: str,
        *records: str,
        servers: Mapping[str, str] | None = None,
        serial: int | None = None,
        ttl: int = 3600,
        ns_ttl: int | None = None,
        soa_ttl: int | None = None,
        minimum: int | None = None,
        key: Key | None = None,
        good_for: float = DAY,
        address_ttl: int | None = None,
        as_written: bool = False,
    ) -> Zone:
        """Set what this party serves under a name (its NS set is this party, the serial one more, unless given)."""
        with self._lock:
            name = absolute(name)
            if serial is None:
                serial = self.zones[name].serial + 1 if name in self.zones else 1
            ttls = ttl, ns_ttl, soa_ttl, minimum
            zone = Zone(name, records, servers or self.servers, serial, *ttls, key, good_for, address_ttl, as_written)
            self.put(zone)
            return zone

    def put(self, zone: Zone) -> None:
        """Serve a zone as it is, instead of what was there under its name."""
        with self._lock:
            known = zone.name in self.zones
            self.zones[zone.name] = zone
            version = next(self._versions)
            before = self.workers()  # before the file is there: a reload still under way may find it
            self._write(zone, version)
            if self._process:
                self.tell_of(zone.name, known=known)
                self._wait_for(before, f"{VERSION}.{zone.name.lstrip('.')}", "TXT", [f'"{version}"'])

    def drop(self, name: str) -> None:
        """Forget a zone; where it is still delegated here, this party is lame and says REFUSED."""
        with self._lock:
            name = absolute(name)
            del self.zones[name]
            before = self.workers()
            self.file(name).unlink()
            if self._process:
                self.tell_of(name, known=True)
                self._wait_for(before, name, "SOA", [])

    def start(self) -> None:
        """Start, or start again after `stop`, and wait until it answers."""
        self.launch_it()
        self.wait_until(".", "SOA")

    @abc.abstractmethod
    def launch_it(self) -> None:
        """Start with the zones there are, without waiting."""

    @abc.abstractmethod
    def tell_of(self, name: str, *, known: bool) -> None:
        """Tell the running program that a zone has changed, is new (not `known`) or has gone (not in `zones`)."""

    def workers(self) -> set[int]:
        """Return the processes that answer, where a change replaces them."""
        return set()

    def file(self, name: str) -> Path:
        """Return where a zone lies."""
        return self.folder / f"{_stem(name)}.zone"

    def _write(self, zone: Zone, version: int) -> None:
        # There must never be half a file.
        half = self.folder / "half"
        half.write_text(zone.text(version), encoding="utf-8")
        half.rename(self.file(zone.name))

    def _wait_for(self, former: set[int], name: str, type_: str, expected: list[str]) -> None:
        self.wait_until(name, type_, expected)
        # For some milliseconds those that know the old zones answer too, on the same socket. Under load nsd has been
        # seen to keep one of them for half a minute and longer, so whoever does not leave is made to.
        begun = time.monotonic()
        while staying := former & self.workers():
            waited = time.monotonic() - begun
            if waited > PATIENCE:
                raise LaboratoryError(f"{self.name} keeps its former processes:\n{self.log()[-2000:]}")
            if waited > LEAVING:
                for process in staying:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process, signal.SIGKILL)
            time.sleep(PAUSE / 10)


class Nsd(Authority):
    """nsd, which sends its zone's NS set along with every positive answer."""

    of_zones: tuple[str, ...] = ()  # lines of the configuration that hold for every zone

    def launch_it(self) -> None:
        """Start with the zones there are, without waiting."""
        lines = [
            "server:",
            *(f"  ip-address: {address}" for address in self.addresses),
            *("  " + line for line in NSD),
            f"  zonesdir: {self.folder}",
            f"  pidfile: {self.folder}/pid",
            f"  zonelistfile: {self.folder}/zone.list",
            f"  xfrdfile: {self.folder}/xfrd.state",
            f"  xfrdir: {self.folder}",
            f'  nsid: "ascii_{self.name}"',
            # A socket in the folder needs no certificates. SIGHUP finds changed zones but not new ones.
            f"remote-control:\n  control-enable: yes\n  control-interface: {self.folder}/control",
            'pattern:\n  name: zones\n  zonefile: "%s.zone"',
            *("  " + line for line in self.of_zones),
        ]
        (self.folder / "nsd.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        # Zones of the configuration itself could not be deleted later.
        added = "".join(f"add {_stem(name)} zones\n" for name in self.zones)
        (self.folder / "zone.list").write_text(f"# NSD zone list\n# name pattern\n{added}", encoding="utf-8")
        self.launch("nsd", "-d", "-c", f"{self.folder}/nsd.conf")

    def tell_of(self, name: str, *, known: bool) -> None:
        """Tell it by its control socket."""
        stem = _stem(name)
        if name not in self.zones:
            self._tell(f"delzone {stem}")
        else:
            self._tell(f"reload {stem}" if known else f"addzone {stem} zones")

    def workers(self) -> set[int]:
        """Return those that answer: the children of its only child; a reload makes new ones."""
        if not self._process:
            return set()
        return {worker for child in _children(self._process.pid) for worker in _children(child) if _runs(worker)}

    def _tell(self, command: str) -> None:
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(PATIENCE)
            control.connect(f"{self.folder}/control")
            control.sendall(f"NSDCT1 {command}\n".encode())
            said = control.makefile(encoding="utf-8").read()
        if not said.startswith("ok"):
            raise LaboratoryError(f"{self.name}, {command}: {said}")


class Knot(Authority):
    """Knot DNS, which sends no NS set along, so that no cache is fed by it."""

    def launch_it(self) -> None:
        """Start with the zones there are, without waiting."""
        self._configure()
        self.launch("knotd", "-c", f"{self.folder}/knot.conf")

    def tell_of(self, name: str, *, known: bool) -> None:
        """Let it read its configuration and its zones anew."""
        assert self._process
        self._configure()
        os.kill(self._process.pid, signal.SIGHUP)

    def _configure(self) -> None:
        lines = [
            "server:",
            f'  rundir: "{self.folder}"',
            f'  nsid: "{self.name}"',
            *(f"  listen: {address}@53" for address in self.addresses),
            *("  " + line for line in KNOT),
            f'database:\n  storage: "{self.folder}/db"',
            "log:\n  - target: stderr\n    any: warning",
            "template:\n  - id: default",
            f'    storage: "{self.folder}"',
            "    zonefile-sync: -1\n    zonefile-load: whole\n    journal-content: none",
            "zone:",
            *(f'  - domain: "{name}"\n    file: "{self.file(name).name}"' for name in self.zones),
        ]
        half = self.folder / "half.conf"
        half.write_text("\n".join(lines) + "\n", encoding="utf-8")
        half.rename(self.folder / "knot.conf")


class Recursor(Daemon):
    """One unbound; `options` are lines of its configuration's server section. `ports` other than 53 are for TLS."""

    def __init__(
        self, folder: Path, name: str, address: str, hints: Path, options: Iterable[str], ports: tuple[int, ...] = (53,)
    ) -> None:
        super().__init__(folder, name, (address,))
        self.ports = ports
        lines = [
            *UNBOUND,
            *(f"interface: {address}@{port}" for port in ports),
            f"outgoing-interface: {address}",
            f'directory: "{self.folder}"',
            f'pidfile: "{self.folder}/pid"',
            f'root-hints: "{hints}"',
            *options,
        ]
        text = "server:\n" + "".join(f"  {line}\n" for line in lines)
        (self.folder / "unbound.conf").write_text(text, encoding="utf-8")

    def launch_unbound(self) -> None:
        self.launch("unbound", "-d", "-c", f"{self.folder}/unbound.conf")

    def start(self) -> None:
        """Start, or start again with an empty cache, and wait until it answers."""
        self.launch_unbound()
        if 53 in self.ports:
            self.wait_until(READY, "A")
        else:
            self._wait_until_open()

    def _wait_until_open(self) -> None:
        end = time.monotonic() + PATIENCE
        for port in self.ports:
            while True:
                with socket.socket() as door:
                    if door.connect_ex((self.address, port)) == 0:
                        break
                if time.monotonic() > end:
                    raise LaboratoryError(f"{self.name} does not open port {port}:\n{self.log()[-2000:]}")
                time.sleep(PAUSE)

    def asked(self) -> list[tuple[str, str]]:
        """Return the names and types it was asked for, in order."""
        words = [line.split() for line in self.log().splitlines() if " info: 127." in line]
        return [(word[-3], word[-2]) for word in words if word[-3] != READY]


def _stem(name: str) -> str:
    # nsd fills %s with the name without its last dot, the root's with the dot alone.
    return name.removesuffix(".") or "."


def _ask(query: dns.message.Message, address: str) -> dns.message.Message | None:
    # A connected socket hears at once that nobody listens yet; dnspython's waits for its timeout.
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.settimeout(0.5)
        try:
            door.connect((address, 53))
            door.send(query.to_wire())
            return dns.message.from_wire(door.recv(65535))
        except (OSError, dns.exception.DNSException):
            return None


def _children(process: int) -> set[int]:
    try:
        return {int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()}
    except OSError:  # it has just ended
        return set()


def _runs(process: int) -> bool:
    """Say whether a process has not ended yet; one that nobody has waited for is still listed, and answers nothing."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def _values(message: dns.message.Message) -> list[str]:
    return [str(record) for rrset in message.answer for record in rrset if rrset.rdtype != dns.rdatatype.RRSIG]
