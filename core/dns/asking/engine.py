"""Asks many servers at once from one background thread, and never any of them more often than it may.

Pages give it questions and read what is in so far (`job`). In its thread a `sweep` looks after the `traffic`: one
connected UDP socket per server, one sweep for all deadlines; what an answer says is read by `packets`. Where UDP gets
no answer, `streams` has other ways to ask.
"""

import asyncio
import datetime as dt
import functools
import ssl
import threading
from collections.abc import Callable, Sequence

from core.dns.addresses import canonical
from core.dns.asking import packets, streams
from core.dns.asking.deadlines import Sweep
from core.dns.asking.job import Ask, Job
from core.dns.asking.server_rate import Pacing
from core.dns.asking.traffic import Traffic
from core.dns.observation import Transport
from core.ground import clock

LEASE = 90.0
"""Seconds after which a job that nobody has looked at is cancelled."""


class Engine:
    """Asks servers; there is one in a process, as the limits hold over all who ask in it.

    `per_second`, `burst`: questions to one resolver's address (all ports, transports and repetitions); what is over
    that waits. `authoritative_per_second`: to another's, by its address (None: as `server_rate` has it).
    `share`: tells at any moment, and at once, the part of each resolver's rate (0 to 1) that this process may use where
    others ask too (None: nobody else does). At 0 what is to go to resolvers waits.
    `timeout`: seconds for each try over UDP and for a whole exchange in any other way. `lease`: seconds.
    `now`: what tells the time (UTC) of an observation. `tls`: makes what checks certificates. The thread starts with
    the first question, or with `start`, and has the network namespace of the thread that started it.
    """

    def __init__(
        self,
        *,
        per_second: float = 10.0,
        burst: float | None = None,
        authoritative_per_second: Callable[[str], float] | None = None,
        share: Callable[[], float] | None = None,
        timeout: float = 2.0,
        lease: float = LEASE,
        now: Callable[[], dt.datetime] = clock.now,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self.now = now
        self._timeout, self._lease = timeout, lease
        self._pacing = functools.partial(Pacing, per_second, burst, authoritative_per_second, share)
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._sweep: Sweep | None = None

        # One for each transport, as HTTP writes its own names of protocols into it.
        @functools.cache
        def context(transport: Transport) -> ssl.SSLContext:
            return tls()

        self._context: Callable[[Transport], ssl.SSLContext] = context

    def start(self) -> None:
        """Start the thread where it does not run yet."""
        with self._lock:
            if self._loop is None:
                self._loop = loop = asyncio.SelectorEventLoop()
                traffic = Traffic(loop, timeout=self._timeout, now=self.now, context=self._context)
                self._sweep = Sweep(loop, traffic, self._pacing())
                self._thread = threading.Thread(target=_run, args=(loop, self._sweep), name="dns", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Cancel every job, close every socket and end the thread; may be started again."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
            if loop and thread:
                # Under the lock: whoever asks meanwhile starts anew, after everything of this run is put away.
                loop.call_soon_threadsafe(loop.stop)
                thread.join()

    def ask(self, asks: Sequence[Ask]) -> Job:
        """Ask questions and return at once; raises ValueError for a name, type or address that cannot be."""
        messages = []
        for ask in asks:
            canonical(ask.server.address)
            if ask.transport not in ("udp", "tcp") and ask.transport not in streams.ways(ask.server):
                raise ValueError(f"{ask.transport} is not spoken")
            about = ask.recursion, ask.checking_disabled, ask.dnssec, ask.extension
            messages.append(packets.after_id(ask.question, *about))
        job = Job(asks, self._lease)
        if asks:
            self.start()
            with self._lock:
                if self._loop is None or self._sweep is None:
                    job.cancel()
                else:
                    self._loop.call_soon_threadsafe(self._sweep.accept, job, messages)
        return job


def _run(loop: asyncio.AbstractEventLoop, sweep: Sweep) -> None:
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(sweep.end())
        loop.close()
