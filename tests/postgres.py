"""A PostgreSQL server of Debian's binaries, in a temporary folder, reached through a socket in it."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

MARKS = [pytest.mark.postgres]
MISSING = "no PostgreSQL on this machine; on Debian: apt-get install postgresql"


def binaries() -> Path | None:
    """Return the folder of the newest server's binaries, None where there is none."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextlib.contextmanager
def serve(programs: Path) -> Iterator[str]:
    """Run a server without a port; yields the URL of its database `postgres`, of the superuser `desk`."""
    # A socket's path has at most 107 characters: not in pytest's own folder.
    with tempfile.TemporaryDirectory(prefix="desk-pg-", dir="/tmp") as folder, tempfile.TemporaryFile() as log:
        owner = _owner()
        how = {"cwd": folder, "stdout": log, "stderr": log, **owner}
        if owner:
            shutil.chown(folder, owner["user"])
        data = f"{folder}/data"
        flags = ["--auth=trust", "--username=desk", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync"]
        made = subprocess.run([programs / "initdb", *flags, data], **how)
        assert made.returncode == 0, _said(log)
        server = subprocess.Popen([programs / "postgres", "-F", "-D", data, "-k", folder, "-h", ""], **how)
        try:
            _wait_until_it_answers(server, folder, log)
            yield f"postgresql://desk@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # a fast shutdown: it does not wait for connections
            server.wait()


def run(url: str, statement: str) -> None:
    """Run a statement outside a transaction, such as CREATE DATABASE."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def _owner() -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    # PostgreSQL refuses to run as root.
    names = {entry.pw_name: entry.pw_gid for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    return {"user": name, "group": names[name], "extra_groups": []}


def _wait_until_it_answers(server: subprocess.Popen, folder: str, log) -> None:
    for _ in range(300):
        assert server.poll() is None, _said(log)
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(host=folder, user="desk", dbname="postgres"),
        ):
            return
        time.sleep(0.1)
    raise AssertionError(_said(log))


def _said(log) -> str:
    log.seek(0)
    return log.read().decode(errors="replace")
