"""Heavy work in a process of its own: it keeps nobody waiting, its memory is bounded, and it is gone when it ends.

    with aside(work, *args, memory=GIGABYTE) as job:
        while not job.done(within=0.2):
            show(job.share)
        result = job.result()

The work is a function of a module: it is called with its arguments and a `progress` that it tells its share, 0 to 1,
and, where it has one, the name of what it is at: a few names a second come across, however often it tells one.
Leaving the block ends the process, whatever it is at: what writes does so in one transaction, and tells the share 1
before it commits. That word waits for `let_go`, so that whoever leaves before has surely nothing written. Where the
process dies after it, nobody knows: the mistake says so.

Not `multiprocessing`: it begins a process with the main module, which under Streamlit is a page.
"""

import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.ground.messages import FieldError, InputError, Message
from core.ground.settings import ROOT

_log = logging.getLogger(__name__)

MEMORY = 1536 * 1024 * 1024
"""Bytes that the work may take in memory at least: a mistake of ours must not take the whole machine."""
AT_ONCE = 2
"""Such processes of one desk; further work waits."""

NAMES_EVERY = 0.25
"""Seconds between two names that are told: nobody reads faster, and an archive has a hundred thousand."""
NAME_MAX = 300
"""Letters of a name that are told, its end: what is longer says nothing more."""

_WHY = {"died": "error.work_died", "memory": "error.work_memory"}

_places = threading.BoundedSemaphore(AT_ONCE)


def memory_for(size: int) -> int:
    """Return the bytes of memory that work on a file may take: a base of subscriptions takes 8 a byte."""
    return max(MEMORY, MEMORY // 3 + 12 * size)


class Job:
    """Work under way in a process of its own."""

    def __init__(self, call: bytes, writes: bool) -> None:
        self.share = 0.0
        self.name = ""
        self._writes, self._let_go = writes, False
        self._ended = threading.Event()
        self._outcome: tuple[str, Any] = ("died", None)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.files.own_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        threading.Thread(target=self._listen, args=(call,), name="aside", daemon=True).start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def _listen(self, call: bytes) -> None:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(call)
            self._process.stdin.flush()
            while True:
                # From a process of our own, through a pipe that nobody else has.
                kind, value = pickle.load(self._process.stdout)  # noqa: S301
                if kind != "share":
                    self._outcome = (kind, value)
                    break
                self.share, self.name = value
        except Exception as error:
            # It was killed, memory was out, or it said what nobody understands; of a thread nobody would hear of it.
            if not isinstance(error, OSError | EOFError | pickle.UnpicklingError):
                _log.warning("what the process %d said is not understood", self.pid, exc_info=True)
        finally:
            self._ended.set()

    def done(self, within: float) -> bool:
        """Wait so many seconds at most; return whether the work has ended, well or not."""
        return self._ended.wait(within)

    def let_go(self) -> None:
        """Let the work that has told the share 1 come to its end: from here on it is not to be interrupted."""
        assert self._process.stdin
        try:
            self._process.stdin.write(b".")
            self._process.stdin.flush()
            self._let_go = True
        except OSError:
            # It has died before: `result` says so.
            pass

    def result(self) -> Any:
        """Return what the work gave, or raise what it raised; InputError on "file" where its process died.

        That says whether something may have been written.
        """
        self._ended.wait()
        kind, value = self._outcome
        if kind == "given":
            return value
        if kind == "raised":
            raise value
        id = "error.work_unknown" if self._let_go and self._writes else _WHY[kind]
        raise InputError(FieldError("file", "", Message(id)))

    def end(self) -> None:
        """End the process, wherever it is."""
        self._process.kill()
        self._process.wait()
        self._ended.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            with suppress(BrokenPipeError):
                pipe.close()


@contextmanager
def aside(
    work: Callable[..., Any],
    *args: Any,
    memory: int = MEMORY,
    folder: Path | None = None,
    writes: bool = True,
    waiting: Callable[[], object] = lambda: None,
) -> Iterator[Job]:
    """Give work that goes on in a process of its own, and end that process at the end.

    `memory`: the bytes it may take; `folder`: where its spools are kept for this process; `writes`: whether it may have
    written once it was let go; `waiting` is called twice a second while other work has the places, and may raise.
    """
    while not _places.acquire(timeout=0.5):
        waiting()
    try:
        job = Job(pickle.dumps((work, args, memory, folder)), writes)
        try:
            yield job
        finally:
            job.end()
    finally:
        _places.release()


def _serve() -> None:
    """Be the process: read the call from standard input, tell shares and the end to standard output."""
    import resource

    from core.files import spool

    ours = os.fdopen(os.dup(1), "wb")
    # What a library prints must not be taken for an answer.
    os.dup2(2, 1)

    def say(kind: str, value: object) -> None:
        ours.write(pickle.dumps((kind, value)))
        ours.flush()

    let_go, named_at = False, float("-inf")

    def progress(share: float, name: str = "") -> None:
        nonlocal let_go, named_at
        if name and share < 1:
            if time.monotonic() - named_at < NAMES_EVERY:
                return
            named_at = time.monotonic()
        say("share", (share, name[-NAME_MAX:]))
        if share >= 1 and not let_go:
            let_go = True
            if not sys.stdin.buffer.read(1):
                raise EOFError("nobody waits for the work any more")

    # From whoever started this process, through a pipe that nobody else has.
    work, args, memory, folder = pickle.load(sys.stdin.buffer)  # noqa: S301
    # The pages come first: on a machine with few cores this would take its share from them.
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    if folder is not None:
        spool.keep_in(folder)
    try:
        given = work(*args, progress)
    except MemoryError:
        say("memory", None)
    except Exception as error:
        say("raised", error)
    else:
        say("given", given)
    # Nothing is left to be taken apart, object by object.
    os._exit(0)


if __name__ == "__main__":
    _serve()
