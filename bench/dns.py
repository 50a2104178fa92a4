"""The same questions by the engine and by dnspython, as ratios in one run: `make bench`.

Twenty servers on loopback, in processes of their own, send back answers that were made before.
"""

import asyncio
import multiprocessing
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

import dns.asyncresolver
import dns.message
import dns.resolver
import dns.rrset
from rich.console import Console
from rich.table import Table

from core.dns.engine import Ask, Engine
from core.dns.observation import Question, Server

SERVERS, PROCESSES, QUERIES, NAMES = 20, 2, 20_000, 10_000
THREADS = AT_ONCE = 32
ADDRESSES = [f"127.0.7.{n + 1}" for n in range(SERVERS)]
RESOLVERS_ASKED, TYPES = 25, ("A", "AAAA", "MX", "TXT", "CAA", "SOA")


def name(n: int) -> str:
    return f"sklep{n % NAMES}.example.pl"


def made_before() -> dict[bytes, tuple[bytes, bytes]]:
    """Return the answers without ID, as bare and with EDNS, by the name asked for."""
    answers = {}
    for n in range(NAMES):
        asked = dns.message.make_query(name(n) + ".", "A")
        bare = dns.message.make_response(asked, recursion_available=True)
        bare.answer = [dns.rrset.from_text(name(n) + ".", 300, "IN", "A", f"192.0.{n % 256}.{n // 256}")]
        edns = dns.message.from_wire(bare.to_wire())
        edns.use_edns(0, payload=1232)
        wire = bare.to_wire()
        answers[wire[12 : wire.index(0, 12)]] = wire[2:], edns.to_wire()[2:]
    return answers


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
                answer = answers.get(wire[12 : wire.index(0, 12)])
                if answer:
                    server.sendto(wire[:2] + answer[wire[11]], sender)


def by_engine(servers: list[tuple[str, int]]) -> int:
    engine = Engine(per_second=float("inf"))
    resolvers = [Server("resolver", *server) for server in servers]
    asks = [Ask(resolvers[n % SERVERS], Question(name(n), "A"), recursion=True) for n in range(QUERIES)]
    job = engine.ask(asks)
    job.wait()
    found = sum(bool(answer.values) for answer in job.snapshot())
    engine.stop()
    return found


def by_asyncresolver(servers: list[tuple[str, int]]) -> int:
    async def one(resolver: dns.asyncresolver.Resolver, numbers: range) -> int:
        return sum([len(await resolver.resolve(name(n) + ".", "A")) for n in numbers])

    async def all() -> int:
        resolvers = [made(dns.asyncresolver.Resolver(configure=False), *server) for server in servers]
        step = 2 * SERVERS  # two at a time to each server
        return sum(await asyncio.gather(*(one(resolvers[k % SERVERS], range(k, QUERIES, step)) for k in range(step))))

    return asyncio.run(all())


def in_threads(servers: list[tuple[str, int]]) -> int:
    resolvers = [made(dns.resolver.Resolver(configure=False), *server) for server in servers]
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda n: len(resolvers[n % SERVERS].resolve(name(n) + ".", "A")), range(QUERIES)))


def made(resolver, address: str, port: int):
    resolver.nameservers, resolver.port = [address], port
    return resolver


def measured(work: Callable[[], int]) -> tuple[float, float]:
    """Return queries a second and CPU seconds per 10,000 queries of this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    answered = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert answered == QUERIES, f"{answered} of {QUERIES} answered"
    return QUERIES / wall, cpu * 10_000 / QUERIES


def one_check(servers: list[tuple[str, int]]) -> float:
    """Return the CPU seconds of one check: every resolver, every type (all answer A here, which costs no less)."""
    asks = [
        Ask(Server("resolver", *servers[k % SERVERS]), Question(name(k), type), recursion=True)
        for k in range(RESOLVERS_ASKED)
        for type in TYPES[:1] * len(TYPES)
    ]
    engine = Engine(per_second=float("inf"))
    cpu = time.process_time()
    job = engine.ask(asks)
    job.wait()
    cpu = time.process_time() - cpu
    assert len(job.snapshot()) == len(asks)
    engine.stop()
    return cpu


def main() -> None:
    """Measure and print the table."""
    context = multiprocessing.get_context("spawn")
    processes, servers = [], []
    for k in range(PROCESSES):
        addresses = ADDRESSES[k::PROCESSES]
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(addresses, theirs), daemon=True)
        process.start()
        processes.append(process)
        servers += list(zip(addresses, ours.recv(), strict=True))
    ways = {
        "dns.asyncresolver": by_asyncresolver,
        f"dnspython in {THREADS} threads": in_threads,
        "the engine": by_engine,
    }
    try:
        found = {title: measured(lambda way=way: way(servers)) for title, way in ways.items()}  # type: ignore[misc]
        check = min(one_check(servers) for _ in range(5))
    finally:
        for process in processes:
            process.terminate()
    table = Table(title=f"{QUERIES:,} queries to {SERVERS} servers on loopback")
    table.add_column("")
    for column in ("queries/s", "ratio", "aim", "CPU s per 10,000", "ratio", "aim"):
        table.add_column(column, justify="right")
    rate, cpu = found["dns.asyncresolver"]
    for title, (its_rate, its_cpu) in found.items():
        aims = ("12", "1/12") if title == "the engine" else ("", "")
        table.add_row(
            title,
            f"{its_rate:,.0f}",
            f"{its_rate / rate:.1f}",
            aims[0],
            f"{its_cpu:.2f}",
            f"1/{cpu / its_cpu:.1f}",
            aims[1],
        )
    Console().print(table)
    Console().print(
        f"One check, {RESOLVERS_ASKED} resolvers x {len(TYPES)} types: {check * 1000:.1f} ms CPU (aim 30 ms)"
    )


if __name__ == "__main__":
    main()
