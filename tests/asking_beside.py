"""A process that asks a resolver beside others: `python -m tests.asking_beside URL ADDRESS PORT`.

It asks for as long as its standard input is open. Prints its part of the rate whenever that has changed, and in the end
"answered" with how many of how many questions were.
"""

import itertools
import sys
import threading

from core.database.transactions import engine_of
from core.dns.asking.job import Ask
from core.dns.observation import Question, Server
from core.watch.asking_share import Share, SharingEngine, Times

PER_SECOND, BURST = 50.0, 10.0
TIMES = Times(renewed=0.2, life=1.0)

_AT_ONCE = 20


def main(url: str, address: str, port: str) -> None:
    database = engine_of(url)
    asking = SharingEngine(Share(database, TIMES), per_second=PER_SECOND, burst=BURST, timeout=30.0)
    server, told = Server("resolver", address, int(port)), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), told.set()), daemon=True).start()
    answered = asked = 0
    last: float | None = None
    for number in itertools.count():
        job = asking.ask([Ask(server, Question(f"{number}.{n}.pl", "A")) for n in range(_AT_ONCE)])
        while not job.wait(0.01):
            if (part := asking.share()) != last:
                last = part
                print(f"{part:.3f}", flush=True)
        asked += _AT_ONCE
        answered += sum(bool(observation.values) for observation in job.snapshot())
        if told.is_set():
            break
    asking.stop()
    database.dispose()
    print("answered", answered, "of", asked, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
