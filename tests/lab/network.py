"""A network of its own: port 53 is free in it, two laboratories never collide, the Internet is out of reach."""

import asyncio
import contextlib
import ctypes
import errno
import fcntl
import os
import resource
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

HERE = "/proc/thread-self/ns/net"
CLONE_NEWNET = 0x40000000  # <linux/sched.h>; os.unshare and os.setns come with Python 3.12
SIOCSIFFLAGS, SIOCSIFADDR = 0x8914, 0x8916
IFF_UP = 1

NO_NETWORK = (
    "The DNS laboratory needs a network of its own, or port 53 on 127.0.2.1 and its neighbours. Run the tests as root, "
    "or as an ordinary user: unshare --user --map-root-user --net make test"
)


class NoNetworkError(RuntimeError):
    """Neither may this process have a network of its own, nor is port 53 free for it."""


class Network:
    """A network namespace and the one it was made in; without descriptors both are the one we are in."""

    def __init__(self, own: int | None = None, former: int | None = None) -> None:
        self._own, self._former = own, former

    @property
    def shared(self) -> bool:
        """Whether it is the one we are in."""
        return self._own is None

    def inside(self) -> contextlib.AbstractContextManager[None]:
        """Put the calling thread into it; what it starts meanwhile stays there, older threads do not move."""
        return _in(self._own)

    def outside(self) -> contextlib.AbstractContextManager[None]:
        """Leave it for a while, as between two tests."""
        return _in(self._former)


@contextlib.contextmanager
def own_network() -> Iterator[Network]:
    """Put the calling thread into a new network that has a loopback and nothing else; the old one is back afterwards.

    Where that is not permitted, the present network serves as it is, if its port 53 is free and permitted.
    A process with several threads cannot become root of a user namespace, so `unshare` must come before Python.
    """
    with contextlib.ExitStack() as at_the_end:
        former = os.open(HERE, os.O_RDONLY | os.O_CLOEXEC)
        at_the_end.callback(os.close, former)
        try:
            _call("unshare", CLONE_NEWNET)
        except PermissionError:
            reason = unavailable("127.0.2.1")
            if reason:
                raise NoNetworkError(f"{NO_NETWORK} ({reason})") from None
            yield Network()
            return
        at_the_end.callback(_call, "setns", former, CLONE_NEWNET)
        _loopback_up()
        own = os.open(HERE, os.O_RDONLY | os.O_CLOEXEC)
        at_the_end.callback(os.close, own)
        yield Network(own, former)


@contextlib.contextmanager
def doorway(network: Network) -> Iterator[int]:
    """Let those outside reach a port inside: what connects to the port yielded, on 127.0.0.1, is passed on to the same.

    One number for both: a server is to be called by the address at which it listens.
    """
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        if network.shared:
            door.close()
            yield port
            return
        loop = asyncio.SelectorEventLoop()
        thread = threading.Thread(target=_pass_on, args=(network, loop, door, port), name="doorway")
        thread.start()
        try:
            yield port
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()


def _pass_on(network: Network, loop: asyncio.AbstractEventLoop, door: socket.socket, port: int) -> None:
    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while octets := await reader.read(65_536):
            writer.write(octets)
            await writer.drain()
        writer.write_eof()

    # A loop holds its tasks weakly: a visit whose two sides wait for each other would be collected under way.
    visits = set[asyncio.Task[None] | None]()

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.add(asyncio.current_task())
        writers = [writer]
        with contextlib.suppress(OSError, asyncio.CancelledError):  # either side hangs up, or the door closes
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            writers.append(inner_writer)
            await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))
        for open_writer in writers:
            open_writer.transport.abort()
        visits.discard(asyncio.current_task())

    # The door was made outside; whoever comes in by it is led on from inside.
    with network.inside():
        loop.run_until_complete(asyncio.start_server(visit, sock=door))
        loop.run_forever()
        loop.run_until_complete(_end_visits())
        loop.close()


async def _end_visits() -> None:
    visits = asyncio.all_tasks() - {asyncio.current_task()}
    for visit in visits:
        visit.cancel()
    await asyncio.gather(*visits, return_exceptions=True)
    await asyncio.sleep(0)  # a transport closes in the loop's next turn


def unavailable(address: str) -> str | None:
    """Return why nobody can start a name server there (taken, not permitted), None if one can."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as door:
            if kind == socket.SOCK_STREAM:  # past connections do not count; for UDP it would hide present servers
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((address, 53))
            except OSError as error:
                return error.strerror
    return None


def add_ipv6(address: str) -> None:
    """Let the loopback of the calling thread's network have an address; raises NoNetworkError where that cannot be."""
    where = socket.inet_pton(socket.AF_INET6, address)
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as any_socket:
            request = where + struct.pack("=Ii", 128, socket.if_nametoindex("lo"))  # in6_ifreq
            fcntl.ioctl(any_socket, SIOCSIFADDR, request)
        end = time.monotonic() + 5
        # For a moment it may be there on trial only (RFC 4862 s. 5.4).
        while reason := unavailable(address):
            if time.monotonic() > end:
                raise NoNetworkError(f"no IPv6 here: {reason}")
            time.sleep(0.01)
    except OSError as error:
        raise NoNetworkError(f"no IPv6 here: {error.strerror}") from None


def add_ipv4(address: str) -> None:
    """Let the loopback of the calling thread's network have an address of the world; raises NoNetworkError likewise."""
    label = f"lo:{socket.inet_aton(address).hex()}".encode()  # one label holds one address
    request = struct.pack("16sHH4s8x", label, socket.AF_INET, 0, socket.inet_aton(address))  # ifreq
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            fcntl.ioctl(any_socket, SIOCSIFADDR, request)
    except OSError as error:
        raise NoNetworkError(f"no other address here: {error.strerror}") from None


def descriptors() -> list[int]:
    """Return what this process has open."""
    return [int(one.name) for one in Path("/proc/self/fd").iterdir()]


@contextlib.contextmanager
def no_descriptor_left() -> Iterator[None]:
    """Let this process open nothing meanwhile."""
    before, fillers = resource.getrlimit(resource.RLIMIT_NOFILE), []
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(descriptors()) + 2, before[1]))
    try:
        with contextlib.suppress(OSError):
            while True:
                fillers.append(os.open(os.devnull, os.O_RDONLY))
        yield
    finally:
        for filler in fillers:
            os.close(filler)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@contextlib.contextmanager
def _in(namespace: int | None) -> Iterator[None]:
    if namespace is None:
        yield
        return
    before = os.open(HERE, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _call("setns", namespace, CLONE_NEWNET)
        try:
            yield
        finally:
            _call("setns", before, CLONE_NEWNET)
    finally:
        os.close(before)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", IFF_UP))


def _call(function: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, function)(*arguments) != 0:
        number = ctypes.get_errno()
        raise (PermissionError if number == errno.EPERM else OSError)(number, f"{function}: {os.strerror(number)}")
