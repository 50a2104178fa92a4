"""One laboratory for a run; a test that asks for it is inside its network."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from core.dns.asking.engine import Engine
from core.ground.settings import ROOT
from tests.lab.laboratory import Laboratory
from tests.lab.network import Network, NoNetworkError, own_network
from tests.lab.servers import MISSING, available
from tests.lab.stage import now


def _without(reason: str) -> None:
    pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)


@pytest.fixture(scope="session")
def _laboratory() -> Iterator[tuple[Laboratory, Network]]:
    if not available():
        _without(MISSING)
    try:
        with own_network() as network, Laboratory() as lab, network.outside():
            yield lab, network
    except NoNetworkError as error:
        _without(str(error))


@pytest.fixture
def laboratory(_laboratory) -> Iterator[Laboratory]:
    """Enter the laboratory; what its servers say meanwhile is in the report of a test that fails."""
    lab, network = _laboratory
    before = lab.logs()
    with network.inside():
        yield lab
    for name, log in lab.logs().items():
        print(f"--- {name}\n{log[len(before.get(name, '')) :][-5000:]}")


@pytest.fixture
def engine(laboratory) -> Iterator[Engine]:
    """An engine inside the laboratory's network, by the clock of its caches; tests with other limits have their own."""
    made = Engine(per_second=200, timeout=1.0, now=now)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def check(laboratory, sqlite_url):
    """Run the command inside the laboratory's network; returns its exit code and what it printed.

    There is a desk, as a check without one asks resolvers a tenth as often.
    """
    environment = {name: value for name, value in os.environ.items() if name != "FROZEN_NOW"}

    def run(name, *arguments, lines=False, **settings):
        call = [sys.executable, "-m", "core", "check", name.removesuffix("."), "--lang", "en", *arguments]
        done = subprocess.run(
            call if lines else [*call, "--json"],
            cwd=ROOT,
            env={**environment, **laboratory.environment(), "DATABASE_URL": sqlite_url, **settings},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout if lines or done.returncode == 64 else json.loads(done.stdout), done.stderr

    return run
