"""PgBouncer of Debian before the tests' PostgreSQL, in transaction mode: a connection is another's after each one."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

MISSING = "no PgBouncer on this machine; on Debian: apt-get install pgbouncer"
_PORT = 6432


def program() -> str:
    """Return the program; without it the test fails with CI=true, and is skipped otherwise."""
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if found is None:
        pytest.fail(MISSING) if os.environ.get("CI") == "true" else pytest.skip(MISSING)
    return found


@contextlib.contextmanager
def pool(url: str, size: int) -> Iterator[str]:
    """Stand with so many connections before the server of a URL; yields the URL to be used instead. Opens no port."""
    server = url.partition("host=")[2]
    with tempfile.TemporaryDirectory(prefix="desk-pgb-", dir="/tmp") as folder:
        file = Path(folder) / "pgbouncer.ini"
        file.write_text(
            f"[databases]\n* = host={server} user=desk\n[pgbouncer]\nlisten_addr =\nlisten_port = {_PORT}\n"
            f"unix_socket_dir = {folder}\nauth_type = any\npool_mode = transaction\ndefault_pool_size = {size}\n"
            f"logfile = {folder}/log\n",
            encoding="utf-8",
        )
        how: dict[str, object] = {}
        if os.getuid() == 0:
            # It refuses to run as root.
            names = {entry.pw_name: entry.pw_gid for entry in pwd.getpwall()}
            name = "postgres" if "postgres" in names else "nobody"
            how = {"user": name, "group": names[name], "extra_groups": []}
            shutil.chown(folder, name)
        running = subprocess.Popen([program(), "-q", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)
        try:
            _wait(running, f"{folder}/.s.PGSQL.{_PORT}", Path(folder) / "log")
            yield url.replace(server, f"{folder}&port={_PORT}")
        finally:
            running.terminate()
            running.wait()


def _wait(running: subprocess.Popen, address: str, log: Path) -> None:
    for _ in range(200):
        assert running.poll() is None, log.read_text() if log.exists() else "it did not start"
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as tried:
            tried.connect(address)
            return
        time.sleep(0.05)
    raise AssertionError("it does not answer")
