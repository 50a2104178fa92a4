"""One sweep for all deadlines: who was silent for too long, whose turn it is now, and whom nobody needs any more."""

import asyncio
import time

from core.dns.addresses import canonical
from core.dns.asking.in_flight import Flight, Peer
from core.dns.asking.job import Job
from core.dns.asking.server_rate import Pacing
from core.dns.asking.traffic import Traffic
from core.dns.observation import Server

_TICK, _IDLE_TICK = 0.02, 1.0
_IDLE = 30.0


class Sweep:
    """Takes jobs in and looks after them, in the engine's own thread, until it is ended."""

    def __init__(self, loop: asyncio.AbstractEventLoop, traffic: Traffic, pacing: Pacing) -> None:
        self._loop, self._traffic, self._pacing = loop, traffic, pacing
        self._jobs: list[Job] = []
        self._tick: asyncio.TimerHandle | None = None

    def accept(self, job: Job, messages: list[bytes]) -> None:
        """Take in a job; `messages`: its questions, without their IDs."""
        now = time.monotonic()
        self._jobs.append(job)
        peers = {}
        for number, (ask, message) in enumerate(zip(job.asks, messages, strict=True)):
            peer = self._peer(ask.server, now)
            peer.waiting.append(Flight(job, number, ask, message, ask.transport, peer))
            peers[id(peer)] = peer
        for peer in peers.values():
            self._traffic.send_waiting(peer, now)
        self._schedule(_TICK)

    async def end(self) -> None:
        """Cancel every job and close everything."""
        for job in self._jobs:
            job.cancel()
        await self._traffic.sockets.end()

    def _peer(self, server: Server, now: float) -> Peer:
        key = address, _ = canonical(server.address), server.port
        bucket = self._pacing.bucket(address, now, limited=server.role == "resolver")
        if key not in self._traffic.peers:
            self._traffic.peers[key] = Peer(*key, bucket, now)
        return self._traffic.peers[key]

    def _schedule(self, seconds: float) -> None:
        if self._tick is None or self._tick.when() > self._loop.time() + seconds:
            if self._tick:
                self._tick.cancel()
            self._tick = self._loop.call_later(seconds, self._sweep)

    def _sweep(self) -> None:
        self._tick = None
        now = time.monotonic()
        traffic = self._traffic
        while traffic.flights and (traffic.flights[0].line is None or traffic.flights[0].deadline <= now):
            flight = traffic.flights.popleft()
            if flight.line is not None and flight.deadline <= now:
                traffic.silent(flight)
        self._jobs = [job for job in self._jobs if not job.expired(now)]
        traffic.sockets.short = False
        self._pacing.look(now)
        self._serve(now)
        if self._jobs or traffic.flights or traffic.sockets.busy:
            self._schedule(_TICK)
        elif traffic.peers:
            self._schedule(_IDLE_TICK)

    def _serve(self, now: float) -> None:
        """Give every server its turn, whoever has waited for longest first; forget those that nobody asks."""
        peers, sockets = self._traffic.peers, self._traffic.sockets
        before = len(peers)
        for key, peer in sorted(peers.items(), key=lambda item: item[1].used):
            self._traffic.send_waiting(peer, now)
            if not peer.waiting and not peer.out and now - peer.used > _IDLE:
                if peer.connections:
                    sockets.background(sockets.close_streams(peer))
                elif now >= peer.deaf_until:
                    if peer.line:
                        sockets.leave(peer, peer.line)
                    del peers[key]
        if len(peers) < before:
            self._pacing.forget(now, but={address for address, _ in peers})
