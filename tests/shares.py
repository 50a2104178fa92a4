"""Which worker of a parallel run takes which tests, and in what order.

Tests with real name servers wait most of their time (for a TTL to pass), the others compute. So there is one worker
more than processors; one begins with what waits, the rest with what computes, the longest first. Tests that share
something which is long in the making (a desk of their file, scenes that are played, a PostgreSQL) stay together.

pytest-xdist's own groups (`--dist loadgroup`) group nothing with pytest 9.2 (pytest-dev/pytest-xdist#1386).
"""

import os
from collections import Counter

import pytest

PORTION = 12
"""So many tests of a file at once, where its tests share nothing."""

WAITING = ("tests/lab/", "tests/browser/test_propagation.py")

SHARING = ("tests/browser/", "tests/lab/", "tests/test_server.py", "tests/test_door.py", "tests/test_door_uploads.py")
"""Files whose tests share a desk that runs, or scenes that are played."""

LONG = ("tests/test_texts.py",)
"""Files of tests that take half a minute of computing each, or longer: begun first, one by one."""

_STEP_BACK = 15
"""What computes is that much nicer: name servers, and who asks them, are to answer in time beside it."""


def unit(nodeid: str, number: int) -> str:
    """Return what a test stays together with; `number` is its place in its file."""
    file = nodeid.partition("::")[0]
    if "[postgres" in nodeid:
        return "postgres"
    if file in LONG:
        return nodeid
    if file.startswith(SHARING):
        return file
    return f"{file} {number // PORTION}"


def workers(processors: int) -> int:
    """Return how many workers a machine bears: beside those that compute, one that waits."""
    return processors + 1


def place(unit: str, size: int, *, waits: bool) -> tuple[bool, bool, bool, int]:
    """Return where a unit stands in the queue of a worker: of one that begins with what waits, or of the others.

    Browsers are for the others, as long as they last: more of them than processors are too slow for their tests.
    """
    file = unit.partition("::")[0]
    browser = file.startswith("tests/browser/")
    return (
        unit.startswith(WAITING) is not waits,
        file not in LONG,
        browser is waits,
        -size if file.startswith(("tests/browser/", "tests/lab/")) else 0,
    )


def scheduling(config, log):
    """Return the scheduler of a run in workers."""
    from xdist.scheduler import LoadScopeScheduling

    class Shares(LoadScopeScheduling):
        def __init__(self) -> None:
            super().__init__(config, log)
            self._units: dict[str, str] = {}
            config.option.loadscopereorder = False

        def schedule(self) -> None:
            if self.collection is None:
                files: Counter[str] = Counter()
                for nodeid in next(iter(self.registered_collections.values())):
                    file = nodeid.partition("::")[0]
                    self._units[nodeid] = unit(nodeid, files[file])
                    files[file] += 1
            super().schedule()

        def _split_scope(self, nodeid: str) -> str:
            return self._units[nodeid]

        def _assign_work_unit(self, node) -> None:
            waits = node.gateway.id == "gw1"
            first = min(self.workqueue, key=lambda unit: place(unit, len(self.workqueue[unit]), waits=waits))
            self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return Shares()


class StepBack:
    """A worker that has begun to compute lets those go first that play with name servers."""

    def __init__(self) -> None:
        self._done = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if not self._done and item.get_closest_marker("lab") is None:
            self._done = True
            os.nice(_STEP_BACK)
