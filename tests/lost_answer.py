"""A PostgreSQL server whose answer to COMMIT gets lost; all else goes through, by a socket in a folder of its own."""

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

_SOCKET = ".s.PGSQL.5432"


@contextlib.contextmanager
def losing(folder: str) -> Iterator[str]:
    """Stand before the server whose socket is in a folder; yields the folder of the socket to be used instead."""
    with tempfile.TemporaryDirectory(prefix="desk-lost-", dir="/tmp") as own, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{own}/{_SOCKET}")
        listener.listen()
        listener.settimeout(0.1)
        stopped = threading.Event()
        thread = threading.Thread(target=_accept, args=(listener, Path(folder) / _SOCKET, stopped))
        thread.start()
        try:
            yield own
        finally:
            stopped.set()
            thread.join()


def _accept(listener: socket.socket, server: Path, stopped: threading.Event) -> None:
    pairs: list[threading.Thread] = []
    while not stopped.is_set():
        with contextlib.suppress(TimeoutError):
            client, _ = listener.accept()
            pairs.append(threading.Thread(target=_between, args=(client, server, stopped)))
            pairs[-1].start()
    for pair in pairs:
        pair.join()


def _between(client: socket.socket, address: Path, stopped: threading.Event) -> None:
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(str(address))
        for side in (client, server):
            side.settimeout(0.02)
        wrote = False
        while not stopped.is_set():
            for source, target in ((client, server), (server, client)):
                with contextlib.suppress(TimeoutError):
                    said = source.recv(65536)
                    if not said:
                        return
                    target.sendall(said)
                    wrote = wrote or (source is client and b"INSERT INTO event" in said)
                    if wrote and source is client and b"COMMIT" in said:
                        # It is done, and nobody hears of it.
                        server.settimeout(10)
                        server.recv(65536)
                        return
