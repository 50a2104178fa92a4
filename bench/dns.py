"""The same questions by the engine and by dnspython, as ratios in one run: `make bench`.

Twenty servers on loopback, in processes of their own, send back answers that were made before.
"""

import asyncio
import gc
import multiprocessing
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection

import dns.asyncresolver
import dns.edns
import dns.message
import dns.resolver
import dns.rrset
from rich.console import Console
from rich.table import Table

from core.dns.asking.engine import Engine
from core.dns.asking.job import Ask
from core.dns.asking.packets import PAYLOAD
from core.dns.observation import Question, Server
from core.ground import clock

Address = tuple[str, int]
Way = Callable[[list[Address], Sequence[str]], int]

SERVERS, PROCESSES, QUERIES, NAMES = 20, 2, 20_000, 10_000
THREADS = 32
WARM_UP = 1_000
"""Names asked for before the clock runs: what only a first call costs is nobody's speed."""
ROUNDS = 3
"""Each has names and addresses of its own, so that nobody remembers them from the round before."""
RESOLVERS_ASKED, CHECKS = 25, 5
RECORDS = {
    "A": "10.0.0.1",
    "AAAA": "2001:db8::1",
    "MX": "10 mx.poczta.example.pl.",
    "TXT": '"v=spf1 ip4:192.0.2.1 -all"',
    "CAA": '0 issue "ca.example.pl"',
    "SOA": "ns1.example.pl. hostmaster.example.pl. 2026010101 7200 3600 1209600 300",
}


def name(n: int) -> str:
    return f"sklep{n:05}.example.pl"


def made_before() -> dict[bytes, tuple[bytes, bytes]]:
    """Return the answers without ID, as bare and with EDNS, by the name and type asked for."""
    answers = {}
    for type, record in RECORDS.items():
        bare = dns.message.make_response(dns.message.make_query(name(0) + ".", type), recursion_available=True)
        bare.answer = [dns.rrset.from_text(name(0) + ".", 300, "IN", type, record)]
        edns = dns.message.from_wire(bare.to_wire())
        edns.use_edns(0, payload=1232)
        made = bare.to_wire(), edns.to_wire()
        for n in range(WARM_UP + ROUNDS * NAMES if type == "A" else CHECKS):
            wire, with_edns = (
                whole.replace(b"sklep00000", b"sklep%05d" % n).replace(b"\x0a\0\0\1", b"\x0a" + n.to_bytes(3, "big"))
                for whole in made
            )
            answers[asked_for(wire)] = wire[2:], with_edns[2:]
    return answers


def asked_for(wire: bytes) -> bytes:
    return wire[12 : wire.index(0, 12) + 3]


def serve(addresses: list[str], ports: Connection) -> None:
    answers = made_before()
    selector = selectors.DefaultSelector()
    bound = []
    for address in addresses:
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        server.bind((address, 0))
        selector.register(server, selectors.EVENT_READ)
        bound.append(server.getsockname()[1])
    ports.send(bound)
    while True:
        for key, _ in selector.select():
            server = key.fileobj
            assert isinstance(server, socket.socket)
            for _ in range(64):
                try:
                    wire, sender = server.recvfrom(512)
                except BlockingIOError:
                    break
                answer = answers.get(asked_for(wire))
                if answer:
                    server.sendto(wire[:2] + answer[wire[11]], sender)


def by_engine(servers: list[Address], names: Sequence[str]) -> int:
    engine = Engine(per_second=float("inf"))
    resolvers = [Server("resolver", *server) for server in servers]
    asks = [Ask(resolvers[n % SERVERS], Question(name, "A"), recursion=True) for n, name in enumerate(names)]
    job = engine.ask(asks)
    job.wait()
    found = sum(bool(answer.values) for answer in job.snapshot())
    engine.stop()
    return found


def by_asyncresolver(servers: list[Address], names: Sequence[str], edns: bool = False) -> int:
    """The plainest way at its best: absolute names, two at a time to each server (with more it is slower)."""

    async def one_by_one(resolver: dns.asyncresolver.Resolver, names: Iterable[str]) -> int:
        return sum([len(await resolver.resolve(name + ".", "A")) for name in names])

    async def all() -> int:
        resolvers = [made(dns.asyncresolver.Resolver(configure=False), *server) for server in servers]
        for resolver in resolvers if edns else ():
            resolver.use_edns(0, 0, PAYLOAD, [dns.edns.NSIDOption(b"")])
        step = 2 * SERVERS
        return sum(await asyncio.gather(*(one_by_one(resolvers[k % SERVERS], names[k::step]) for k in range(step))))

    return asyncio.run(all())


def in_threads(servers: list[Address], names: Sequence[str]) -> int:
    resolvers = [made(dns.resolver.Resolver(configure=False), *server) for server in servers]

    def one(n: int) -> int:
        return len(resolvers[n % SERVERS].resolve(names[n] + ".", "A"))

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(len(names))))


def made(resolver, address: str, port: int):
    resolver.nameservers, resolver.port = [address], port
    return resolver


def measured(ways: dict[str, Way], servers: list[Address]) -> dict[str, tuple[float, float]]:
    """Return each way's queries a second and this process's CPU seconds per 10,000 of them: the best of some rounds."""
    found = {title: (0.0, float("inf")) for title in ways}
    for way in ways.values():
        way(servers, [name(n) for n in range(WARM_UP)])
    for round in range(ROUNDS):
        names = [name(WARM_UP + round * NAMES + n % NAMES) for n in range(QUERIES)]
        for title, way in ways.items():
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            answered = way(servers, names)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            assert answered == QUERIES, f"{answered} of {QUERIES} answered"
            rate, least = found[title]
            found[title] = max(rate, QUERIES / wall), min(least, cpu * 10_000 / QUERIES)
    return found


def one_check(servers: list[Address], n: int) -> tuple[float, float]:
    """Return the CPU seconds of a check within the limits, and the seconds until a reader sees its first reply."""
    engine = Engine()
    resolvers = [Server("resolver", *server) for server in servers]
    cpu = time.process_time()
    job = engine.ask([Ask(server, Question(name(n), type), recursion=True) for server in resolvers for type in RECORDS])
    while not (first := job.snapshot()):
        time.sleep(0.001)
    seen = clock.now()
    job.wait()
    cpu = time.process_time() - cpu
    assert all(answer.values for answer in job.answers()), job.answers()
    engine.stop()
    return cpu, (seen - min(answer.at for answer in first)).total_seconds()


def main() -> None:
    """Measure and print the table."""
    context = multiprocessing.get_context("spawn")
    processes, servers = [], []
    for k in range(PROCESSES):
        addresses = [f"127.0.7.{n + 1}" for n in range(k, RESOLVERS_ASKED, PROCESSES)]
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(addresses, theirs), daemon=True)
        process.start()
        processes.append(process)
        servers += list(zip(addresses, ours.recv(), strict=True))
    ways: dict[str, Way] = {
        "the engine": by_engine,
        "dns.asyncresolver, the same octets": partial(by_asyncresolver, edns=True),
        "dns.asyncresolver as it is, without EDNS": by_asyncresolver,
        f"dnspython in {THREADS} threads": in_threads,
    }
    try:
        found = measured(ways, servers[:SERVERS])
        checks = [one_check(servers, n) for n in range(CHECKS)]
    finally:
        for process in processes:
            process.terminate()
    table = Table(title=f"{QUERIES:,} queries to {SERVERS} servers on loopback")
    table.add_column("")
    for column in ("queries/s", "the engine's", "aim", "CPU s per 10,000", "the engine's", "aim"):
        table.add_column(column, justify="right")
    own_rate, own_cpu = found["the engine"]
    for title, (rate, cpu) in found.items():
        ratios = (f"x {own_rate / rate:.1f}", f"1/{cpu / own_cpu:.1f}") if title != "the engine" else ("", "")
        aims = ("x 12", "1/12") if "asyncresolver" in title else ("", "")
        table.add_row(title, f"{rate:,.0f}", ratios[0], aims[0], f"{cpu:.3f}", ratios[1], aims[1])
    Console().print(table)
    check, first = min(cpu for cpu, _ in checks) * 1000, max(seconds for _, seconds in checks) * 1000
    Console().print(
        f"One check, {RESOLVERS_ASKED} resolvers x {len(RECORDS)} types: {check:.1f} ms CPU (aim 5)\n"
        f"Its first answers can be read {first:.1f} ms after the first reply (aim 300, the page's own pause included)"
    )


if __name__ == "__main__":
    main()
