"""The desk as a process of its own on a port of this machine, for tests and benches that talk to it from outside."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.ground.settings import ROOT


@dataclass(frozen=True)
class Served:
    """A server that runs: its address, its process and what it has logged so far."""

    address: str
    process: subprocess.Popen
    log: Path

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")

    @property
    def threads(self) -> list[str]:
        """The names of its threads, as far as the system knows them."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sorted((task / "comm").read_text(encoding="utf-8").strip() for task in tasks)

    @property
    def megabytes(self) -> float:
        """The memory that it takes up."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        (kb,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(kb) / 1024


@contextlib.contextmanager
def serve(port: int = 0, **environment: str) -> Iterator[Served]:
    """Run the desk on a port of this machine (0: a free one), with a database of its own."""
    if not port:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        own = {
            "DATABASE_URL": f"sqlite:///{folder}/desk.sqlite3",
            "FROZEN_NOW": "2026-11-21T12:00:00+01:00",
            "WATCH": "off",
        }
        with log.open("wb") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "asgi.py", "--server.port", str(port)],
                cwd=ROOT,
                env={**os.environ, **own, **environment},
                stdout=written,
                stderr=written,
            )
        found = Served(f"http://127.0.0.1:{port}", process, log)
        try:
            for _ in range(300):
                with contextlib.suppress(urllib.error.URLError):
                    urllib.request.urlopen(f"{found.address}/_stcore/health").close()
                    break
                assert process.poll() is None, f"the server stopped: {found.logged()}"
                time.sleep(0.1)
            yield found
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                # One that is stuck hears no signal that it would have to handle itself.
                process.kill()
                process.wait()
