"""Ten switches between real servers, looked at by the runner every few seconds: each is told once, as it happened."""

import time
from collections import Counter

import pytest

from core.cutover.settings import Targets
from core.database.transactions import engine as engine_of
from core.dns.asking.job import Ask
from core.dns.asking.servers import parse_hints
from core.dns.observation import Question, Server
from core.store.store import Store
from core.watch.following import begin
from core.watch.looking import Means, look
from core.watch.plan import Pace
from core.watch.runner import Runner
from tests.lab.stage import now
from tests.lab.watching import NEW_VALUE, OLD_VALUE, N, V
from tests.migrations import ANNA
from tests.test_watch_transitions import PLAN
from tests.watched import desk_of, watches

pytestmark = [pytest.mark.lab, pytest.mark.by_the_clock]

SWITCHES = 10
SECONDS = {"planned": 3.0, "eve": 3.0, "switching": 1.0, "expiring": 1.5, "after": 4.0}
FAST = PLAN.model_copy(
    update={
        "types": ["A"],
        "phases": {phase: Pace(minutes=seconds / 60, resolvers=True) for phase, seconds in SECONDS.items()},
    }
)
_PATIENCE = 180.0


def test_ten_switches_are_each_told_once_and_as_they_happened(laboratory, engine, sqlite_url):
    lab, store, told, looks = laboratory, Store(engine_of(sqlite_url)), {}, Counter()
    resolvers = [Server("resolver", one.address, id=f"r{n}") for n, one in enumerate((lab.plain, lab.capping))]
    means = Means(engine, parse_hints(lab.hints_file.read_text(encoding="utf-8")), resolvers, Targets())
    names = [lab.name(f"ruch{n}") for n in range(SWITCHES)]
    for name in names:
        lab.old.serve(name, f"{name} A {OLD_VALUE}", ttl=V, ns_ttl=N)
        lab.new.serve(name, f"{name} A {NEW_VALUE}", ttl=V, ns_ttl=N)
        lab.delegate(name, lab.old.servers, ttl=N)
        form = {"old": " ".join(lab.old.servers), "new": " ".join(lab.new.servers)}
        begin(store.engine, name.removesuffix("."), form, ANNA, now(), private=True)

    asked_then = {}

    def heard(recorded):
        name = f"{recorded.watch.name}."
        if any(one.kind == "propagated" for one in recorded.transitions):
            # Green is a promise: in this moment nobody has the old record.
            asked_then[name] = values(engine, resolvers, recorded.watch.name)
        told.setdefault(name, []).extend(recorded.transitions)
        looks[name] += 1

    def until(what):
        end = time.monotonic() + _PATIENCE
        while not what():
            assert time.monotonic() < end, {name: [one.kind for one in told.get(name, ())] for name in names}
            time.sleep(0.1)

    runner = Runner(
        store,
        desk_of(store),
        lambda: FAST,
        lambda watch, packed, plan, clock: look(watch, packed, plan, means, clock),
        told=heard,
        clock=now,
        every=0.1,
    )
    runner.start()
    try:
        until(lambda: len(told) == SWITCHES)
        assert not any(told.values())
        switched = {}
        for name in names:
            switched[name] = now()
            lab.switch(name)
        until(lambda: all(len(told[name]) >= 3 for name in names))
        # Nothing more comes while everybody goes on to see it.
        before = Counter(looks)
        until(lambda: all(looks[name] > before[name] + 1 for name in names))
    finally:
        runner.stop()
    for name in names:
        began, published, propagated = told[name]
        assert [began.kind, published.kind, propagated.kind] == ["began", "published", "propagated"]
        assert switched[name] <= published.since <= published.at
        assert published.at <= propagated.at and asked_then[name] == {(NEW_VALUE,)}
    assert {watch.phase for watch in watches(store)} == {"after"}


def values(engine, resolvers, name):
    """Return what resolvers say now."""
    job = engine.ask([Ask(server, Question(name, "A"), recursion=True) for server in resolvers])
    assert job.wait(30)
    return {o.values for o in job.snapshot() if o.answered}
