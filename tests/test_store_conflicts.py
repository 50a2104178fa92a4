"""Nobody overwrites anybody: whoever saw what stands no more is told so, and writers at once lose nothing."""

import concurrent.futures
import multiprocessing
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.database import tables
from core.database.transactions import engine, reading
from core.ground.messages import InputError
from core.migration import moves
from core.store.conflicts import ConflictError
from core.store.store import Store
from tests.migrations import ANNA, MARIA, act, count_mailboxes, count_up, steps
from tests.stores import ON_BOTH, begin, brought, do, empty, everything, told

store = pytest.fixture(empty)


@ON_BOTH
def test_stale_screen_is_told_what_happened_since_and_writes_nothing(store):
    id = begin(store)
    seen = store.one(id)
    do(store, id, moves.change, {"owner": "piotr", "package": "Mini"}, by=MARIA)
    do(store, id, moves.note, "zmieniłam opiekuna", by=MARIA)
    do(store, id, moves.change, {"mailboxes": 3}, "a.pl", by=MARIA)
    before = everything(store)
    with pytest.raises(ConflictError) as conflict:
        do(store, id, moves.change, {"owner": "anna"}, seen=seen.version)
    assert [(e.actor, e.item, e.old, e.new) for e in conflict.value.since] == [
        ("maria", "owner", "", "piotr"),
        ("maria", "package", "", "Mini"),
    ]
    assert conflict.value.now == store.one(id) and conflict.value.now.owner == "piotr"
    assert everything(store) == before


def test_stale_domain_is_told_what_happened_to_it_since(store):
    id = begin(store, "a.pl", "b.pl")
    seen = store.one(id).domains["a.pl"].version
    do(store, id, moves.change, {"mailboxes": 3}, "b.pl")
    do(store, id, moves.change, {"mailboxes": 5}, "a.pl")
    do(store, id, moves.change, {"owner": "piotr"})
    before = everything(store)
    with pytest.raises(ConflictError) as conflict:
        do(store, id, moves.change, {"mailboxes": 4}, "a.pl", domains={"a.pl": seen})
    assert [(e.domain, e.new) for e in conflict.value.since] == [("a.pl", 5)]
    assert everything(store) == before


def test_what_happened_before_the_screen_was_drawn_is_no_conflict(store):
    id = begin(store)
    do(store, id, moves.change, {"owner": "piotr"})
    seen = store.one(id).version
    do(store, id, moves.note, "notatka nie zmienia niczego na ekranie")
    do(store, id, moves.change, {"owner": "anna"}, seen=seen)
    assert store.one(id).owner == "anna"


def test_version_that_never_was_is_a_conflict(store):
    id = begin(store)
    for seen in (0, 99):
        with pytest.raises(ConflictError):
            do(store, id, moves.change, {"owner": "anna"}, seen=seen)
        with pytest.raises(ConflictError):
            do(store, id, moves.change, {"mailboxes": 3}, "a.pl", domains={"a.pl": seen})
    with pytest.raises(ConflictError):
        do(store, id, moves.change, {"owner": "anna"}, domains={"gone.pl": 1})


@ON_BOTH
def test_two_domains_are_moved_by_two_people_without_a_conflict(store):
    id = brought(store, "migration", "a.pl", "b.pl")
    seen = store.one(id)
    for name, person in (("a.pl", ANNA), ("b.pl", MARIA)):
        version = seen.domains[name].version
        do(store, id, moves.check, "www", name, by=person, domains={name: version})
        do(store, id, moves.check, "mail", name, by=person, domains={name: version + 1})
        do(store, id, moves.advance, name, by=person, domains={name: version + 2})
    assert steps(store.one(id)) == {"a.pl": "sync", "b.pl": "sync"} and store.one(id).stage == "sync"


def test_one_domain_is_not_moved_twice_from_one_screen(store):
    id = brought(store, "migration", "a.pl")
    seen = store.one(id).domains["a.pl"].version
    do(store, id, moves.advance, "a.pl", by=MARIA, force="pilne", domains={"a.pl": seen})
    with pytest.raises(ConflictError):
        do(store, id, moves.advance, "a.pl", by=MARIA, force="pilne", domains={"a.pl": seen})
    assert steps(store.one(id)) == {"a.pl": "sync"}


def test_what_is_decided_is_decided_on_what_stands(store):
    id = begin(store)
    seen = []
    do(store, id, moves.change, {"owner": "piotr"})
    store.change(id, lambda m: seen.append(m.owner) or ())
    assert seen == ["piotr"]


@ON_BOTH
def test_exception_while_deciding_leaves_nothing(store):
    id = begin(store)
    before = everything(store)
    for error in (RuntimeError, KeyboardInterrupt, InputError):

        def decide(m, error=error):
            moves.change(m, act(), {"owner": "anna"})
            raise error

        with pytest.raises(error):
            store.change(id, decide)
        assert everything(store) == before
    do(store, id, moves.change, {"owner": "anna"})


@ON_BOTH
def test_mistake_of_the_database_leaves_nothing(store):
    id = begin(store, "a.pl", "b.pl")
    before = everything(store)

    def decide(m):
        done = moves.change(m, act(), {"mailboxes": 3}, "b.pl")
        # What stands is written before the events: this one has nobody who did it.
        return [*done, *(replace(event, actor="") for event in moves.note(m, act(), "x"))]

    with pytest.raises(sa.exc.IntegrityError):
        store.change(id, decide)
    assert everything(store) == before


def test_nothing_decided_writes_nothing(store):
    id = begin(store, owner="anna")
    before = everything(store)
    assert do(store, id, moves.change, {"owner": "anna"}, seen=store.one(id).version).events == ()
    assert everything(store) == before


@ON_BOTH
def test_whoever_changes_all_of_a_migration_is_told_of_a_domain_that_went_on_or_came(store):
    id = begin(store, "a.pl", "b.pl")
    seen = store.one(id)
    versions = {name: d.version for name, d in seen.domains.items()}
    store.change(id, lambda m: moves.add_domain(m, act(), "c.pl", {"display": "c.pl"}))
    with pytest.raises(ConflictError) as conflict:
        store.change(
            id, lambda m: moves.cancel(m, act(), "rezygnacja"), seen=seen.version, domains=versions, all_domains=True
        )
    assert [event.domain for event in conflict.value.since] == ["c.pl"]
    assert store.one(id).cancelled is None
    now = {name: d.version for name, d in store.one(id).domains.items()}
    store.change(id, lambda m: moves.cancel(m, act(), "rezygnacja"), seen=seen.version, domains=now, all_domains=True)
    assert store.one(id).cancelled is not None


# -- many at once


WRITERS = [f"d{n % 4}.pl" for n in range(8)]
"""Eight writers, two to a domain of one migration."""


def assert_nothing_was_lost(store, id):
    m, events = store.one(id), store.events(id)
    written = [event for event in events if event.kind == "set"]
    assert len(written) == 8 * 60
    for domain in set(WRITERS):
        counted = [(event.old, event.new) for event in written if event.domain == domain]
        assert counted == [(n or None, n + 1) for n in range(120)]
        assert (m.domains[domain].mailboxes, m.domains[domain].version) == (120, 121)
    with reading(store.engine) as connection:
        seqs = connection.scalars(sa.select(tables.event.c.seq).order_by(tables.event.c.id)).all()
    assert seqs == list(range(1, 1 + 4 + 480 + 1)) and m.seq == len(seqs)
    assert m == told(store, id)


def test_eight_processes_at_once_lose_nothing(database_url):
    store = Store(engine(database_url))
    id = begin(store, *sorted(set(WRITERS)))
    with concurrent.futures.ProcessPoolExecutor(8, multiprocessing.get_context("spawn")) as pool:
        for done in [pool.submit(count_up, database_url, id, domain, 60) for domain in WRITERS]:
            done.result()
    assert_nothing_was_lost(store, id)


@ON_BOTH
def test_eight_threads_on_one_engine_lose_nothing(store):
    id = begin(store, *sorted(set(WRITERS)))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda domain: count_mailboxes(store, id, domain, 60), WRITERS))
    assert_nothing_was_lost(store, id)


@ON_BOTH
def test_many_register_at_once_and_each_gets_a_ref_of_its_own(store):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: begin(store, f"a{n}.pl"), range(24)))
    assert {m.ref for m in store.all()} == {f"P-{number}" for number in range(1, 25)} and len(set(ids)) == 24
