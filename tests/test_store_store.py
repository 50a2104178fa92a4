"""What is stored follows from the events, nobody overwrites anybody, and nothing gets around the client's test."""

import concurrent.futures
import datetime as dt
import multiprocessing
import os
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.database import tables
from core.database.address import file_of
from core.database.transactions import engine, reading, writing
from core.ground.messages import InputError
from core.migration import moves
from core.migration.migration import Done, Event, ImpossibleEventError, after, rebuild
from core.migration.people import CONSOLE
from core.migration.stages import CONFIRMED, STAGES
from core.store.conflicts import ConflictError
from core.store.store import Store
from tests import postgres
from tests.migrations import ANNA, DAY, MARIA, NOW, WIKTOR, Life, act, count_mailboxes, count_up, some_deed, steps

ON_BOTH = pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgres", marks=postgres.MARKS)], indirect=True, ids=str
)


@pytest.fixture
def store(request):
    """An empty store on SQLite; where a test is ON_BOTH, on PostgreSQL as well."""
    url = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return Store(engine(url))


def some_domain(store):
    """Return the name of a domain that nobody moves: a.pl for the first migration."""
    count = len(store.all())
    return f"a{count}.pl" if count else "a.pl"


def begin(store, *domains, ref="", **values):
    """Register a migration; return its id."""
    of_domains = {name: {"display": name} for name in domains or (some_domain(store),)}
    written = store.register(act(), {"ref": ref, "client": "Róża", **values}, of_domains)
    return written.migration.id


def brought(store, stage, *domains, **values):
    """Register a migration and bring it to a stage; return its id."""
    domains = domains or (some_domain(store),)
    id = begin(store, *domains, **values)
    life = Life(*domains)
    life.m, life.events = store.one(id), ()
    life.to(stage)
    store.change(id, lambda m: life.events)
    return id


def do(store, id, move, *args, by=ANNA, seen=None, domains=None, **more):
    return store.change(id, lambda m: move(m, act(by), *args, **more), seen=seen, domains=domains)


def everything(store):
    """Return all rows of all tables."""
    with reading(store.engine) as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in tables.metadata.sorted_tables
        }


def told(store, id):
    """Return a migration as its events tell of it."""
    return replace(rebuild(store.events(id)), id=id, batch=None)


# -- what stands follows from what happened


@ON_BOTH
def test_everything_comes_back_as_it_was_written(store):
    id = begin(store, "a.pl", "b.pl", owner="anna", fee_applies=True, planned_at=NOW + DAY)
    do(store, id, moves.note, "pierwsza\ndruga")
    do(store, id, moves.check, "access", choice="handed_over", detail="paczka")
    do(store, id, moves.change, {"mailboxes": 12, "new_ns": "ns1.example.net", "extra": {"uwaga": "ż"}}, "b.pl")
    do(store, id, moves.hold, "client", "urlop")
    m = store.one(id)
    assert (m.ref, m.client, m.owner, m.fee_applies, m.planned_at) == ("P-1", "Róża", "anna", True, NOW + DAY)
    assert (m.stage, m.hold["reason"], list(m.domains)) == ("package", "urlop", ["a.pl", "b.pl"])
    assert (m.domains["b.pl"].mailboxes, m.domains["b.pl"].extra) == (12, {"uwaga": "ż"})
    assert m.checks["access"] == Done(NOW, "anna", "handed_over", "paczka")
    assert m == told(store, id) == store.all()[0] == store.by_ref("P-1")
    assert store.histories() == {id: store.events(id)}


def test_nothing_comes_back_from_nowhere(store):
    assert (store.one(7), store.by_ref("P-7"), store.events(7), store.all(), store.histories()) == (
        None, None, [], [], {}
    )  # fmt: skip
    with pytest.raises(LookupError):
        do(store, 7, moves.note, "x")


@ON_BOTH
def test_every_stage_is_stored_as_its_events_tell(store):
    ids = [brought(store, stage, f"{stage}.pl", f"{stage}-sklep.pl") for stage in STAGES]
    assert store.all() == [told(store, id) for id in ids]
    assert [m.stage for m in store.all()] == list(STAGES)


@ON_BOTH
def test_history_of_going_back_and_forth_is_stored_as_it_happened(store):
    id = brought(store, "test", "a.pl", "b.pl")
    do(store, id, moves.check, CONFIRMED, "a.pl")
    do(store, id, moves.rework, "a.pl", "sync", "brak poczty")
    do(store, id, moves.withdraw, "b.pl", "sprzedana")
    do(store, id, moves.add_domain, "b.pl", {"display": "b.pl"})
    do(store, id, moves.correct, "data", "pomyłka")
    do(store, id, moves.cancel, "rezygnacja")
    do(store, id, moves.restore, "jednak")
    do(store, id, moves.date, "server", NOW - DAY, "wczoraj")
    assert store.one(id) == told(store, id)
    assert store.one(id).seq == len(store.events(id))


class Lives(RuleBasedStateMachine):
    """Two migrations in one database, and anything that people may try with them."""

    store: Store

    @initialize()
    def begin(self):
        self.now = NOW
        self.store.erase([m.id for m in self.store.all()], act(MARIA), "od nowa")
        self.ids = [brought(self.store, "package", "a.pl", "b.pl"), brought(self.store, "test", "c.pl", "d.pl")]
        self.models = {id: self.store.one(id) for id in self.ids}
        self.screens = dict(self.models)

    @rule(which=st.integers(0, 1))
    def look(self, which):
        self.screens[self.ids[which]] = self.models[self.ids[which]]

    @rule(data=st.data(), which=st.integers(0, 1), hours=st.sampled_from([0, 1, 30]), looks=st.booleans())
    def try_something(self, data, which, hours, looks):
        self.now += dt.timedelta(hours=hours)
        id = self.ids[which]
        if looks:
            self.look(which)
        screen, model = self.screens[id], self.models[id]
        deed = some_deed(data.draw, screen)
        a = act(data.draw(st.sampled_from([MARIA, ANNA, CONSOLE])), self.now)
        on_screen = {name: d.version for name, d in screen.domains.items()}
        here = {name: d.version for name, d in model.domains.items() if name in on_screen}
        try:
            written = self.store.change(id, lambda m: deed(m, a), seen=screen.version, domains=on_screen)
        except ConflictError as conflict:
            assert (screen.version, on_screen) != (model.version, here)
            assert conflict.now == model and conflict.since
        except InputError:
            pass
        else:
            assert (screen.version, on_screen) == (model.version, here)
            self.models[id] = after(model, written.events)

    @invariant()
    def stored_is_what_happened(self):
        for id in self.ids:
            m = self.store.one(id)
            assert m == self.models[id] == told(self.store, id)


def test_whatever_people_do_what_is_stored_is_what_happened(sqlite_url):
    Lives.store = Store(engine(sqlite_url))
    examples = int(os.environ.get("PIPELINE_EXAMPLES", "20"))
    run_state_machine_as_test(Lives, settings=settings(max_examples=examples, stateful_step_count=15, deadline=None))


# -- nobody overwrites anybody


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


# -- the client's test, whoever writes


def by_hand(kind, **values):
    return Event(kind, "anna", NOW, values.pop("at", NOW), **values)


STEP = {"domain": "a.pl"}
TICK = by_hand("checked", item=CONFIRMED, **STEP)


@pytest.mark.parametrize(
    ("stage", "events"),
    [
        ("test", [by_hand("stepped", old="test", new="dns", **STEP)]),
        ("test", [by_hand("stepped", old="test", new="dns", forced=True, reason="pilne", **STEP)]),
        ("test", [by_hand("stepped", old="test", new="visible", **STEP)]),
        ("test", [by_hand("corrected", old="test", new="dns", **STEP)]),
        ("test", [by_hand("reworked", old="test", new="dns", **STEP)]),
        ("test", [replace(TICK, occurred_at=None), by_hand("stepped", old="test", new="dns", **STEP)]),
        ("test", [by_hand("test_unrecorded", **STEP), by_hand("stepped", old="test", new="visible", **STEP)]),
        ("test", [by_hand("test_unrecorded", batch=1, **STEP), by_hand("stepped", old="test", new="visible", **STEP)]),
        ("test", [by_hand("checked", item="ns_changed", **STEP)]),
        ("test", [by_hand("set", item="step", new="dns", **STEP)]),
        ("test", [by_hand("set", item="stage", new="dns")]),
        ("test", [by_hand("moved", old="test", new="dns")]),
        ("test", [by_hand("moved", old="test", new="closed")]),
        ("test", [by_hand("corrected", old="test", new="closed")]),
        ("test", [by_hand("domain_withdrawn", **STEP)]),
        ("package", [by_hand("moved", old="package", new="closed")]),
        ("package", [by_hand("stepped", old="waiting", new="dns", **STEP)]),
        ("sync", [TICK]),
        ("sync", [by_hand("stepped", old="test", new="dns", **STEP)]),
        ("dns", [by_hand("unchecked", item=CONFIRMED, **STEP)]),
        ("dns", [by_hand("dated", item=CONFIRMED, new=None, **STEP)]),
        ("dns", [by_hand("unchecked", item=CONFIRMED, **STEP), by_hand("stepped", old="dns", new="visible", **STEP)]),
        ("dns", [by_hand("domain_added", new={"display": "a.pl"}, **STEP)]),
        ("dns", [by_hand("corrected", old="dns", new="sync", **STEP)]),
        ("closed", [by_hand("unchecked", item=CONFIRMED, **STEP)]),
        ("closed", [by_hand("registered", new={"ref": "P-1", "client": "Dąb"})]),
        ("test", [by_hand("stepped", old="test", new="dns", domain="b.pl")]),
        ("test", [by_hand("moved", old="test", new="dns", **STEP)]),
        ("test", [by_hand("stepped", old="test", new="dns")]),
        ("test", [by_hand("tested", **STEP)]),
        ("test", [by_hand("stepped", old="test", new="anywhere", **STEP)]),
    ],
)
def test_no_event_made_by_hand_gets_past_the_clients_test(sqlite_url, stage, events):
    store = Store(engine(sqlite_url))
    id = brought(store, stage)
    before = everything(store)
    with pytest.raises(ImpossibleEventError):
        store.change(id, lambda m: events)
    assert everything(store) == before


@ON_BOTH
def test_database_itself_refuses_a_domain_past_the_test_without_it(store):
    brought(store, "test")
    brought(store, "dns", "b.pl")
    before = everything(store)
    for statement, check in [
        ("UPDATE domain SET step = 'dns'", "ck_domain_tested"),
        ("UPDATE domain SET step = 'visible'", "ck_domain_tested"),
        ("UPDATE domain SET tested_at = NULL", "ck_domain_tested"),
        ("UPDATE domain SET step = 'dns', test_unrecorded = true", "ck_domain_unrecorded"),
    ]:
        with pytest.raises(sa.exc.IntegrityError, match=check), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
    assert everything(store) == before


# -- what happened stays


COPY = """
    INSERT INTO event
    SELECT 999, migration_id, {seq},
           domain, kind, item, old, new, actor, 'x', forced, occurred_at, recorded_at, batch_id
    FROM event WHERE seq = 1
"""


@ON_BOTH
def test_nobody_rewrites_what_happened(store):
    brought(store, "date")
    before = everything(store)
    for statement in [
        "UPDATE event SET reason = 'x'",
        "UPDATE event SET occurred_at = recorded_at WHERE seq = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
        "DELETE FROM migration",
        *(COPY.format(seq=seq) for seq in ("seq", "seq - 1", "seq + 100")),
    ]:
        with pytest.raises(sa.exc.IntegrityError), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
        assert everything(store) == before


def test_sqlite_replaces_no_event(sqlite_url):
    store = Store(engine(sqlite_url))
    brought(store, "date")
    before = everything(store)
    for columns in ("id, migration_id, seq", "id, migration_id, seq + 1", "999, migration_id, seq"):
        statement = COPY.replace("INSERT", "INSERT OR REPLACE").replace("999, migration_id, {seq}", columns)
        with pytest.raises(sa.exc.IntegrityError), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
    assert everything(store) == before


@pytest.mark.postgres
@pytest.mark.xdist_group("postgres")
def test_postgresql_truncates_no_event(postgres_url):
    store = Store(engine(postgres_url))
    brought(store, "date")
    before = everything(store)
    for statement in ("TRUNCATE event", "TRUNCATE migration CASCADE", "TRUNCATE erasure CASCADE"):
        with pytest.raises(sa.exc.IntegrityError), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
    assert everything(store) == before


# -- refs


def refs_of(store, count):
    return [store.one(begin(store)).ref for _ in range(count)]


def test_refs_of_our_own_go_on_from_one(store):
    assert refs_of(store, 3) == ["P-1", "P-2", "P-3"]


def test_ref_of_our_own_never_comes_back_after_others_were_given(store):
    begin(store, ref="P-2")
    (mine,) = refs_of(store, 1)
    assert mine == "P-3"
    store.erase([store.by_ref(mine).id], act(MARIA), "na prośbę")
    assert refs_of(store, 2).count(mine) == 0


def test_ref_given_is_kept_and_taken_once(store):
    begin(store, ref=" ZL/2026/17 ")
    assert store.by_ref("ZL/2026/17") is not None
    for again in ("ZL/2026/17", " ZL/2026/17"):
        with pytest.raises(InputError, match=r"error.ref_taken"):
            begin(store, ref=again)
    assert len(store.all()) == 1


def test_ref_of_our_own_passes_by_one_that_was_given(store):
    begin(store, ref="P-2")
    begin(store, ref="P-4")
    refs = refs_of(store, 3)
    assert len({*refs, "P-2", "P-4"}) == 5


@ON_BOTH
def test_ref_of_our_own_never_comes_back_after_erasure(store):
    first = refs_of(store, 3)
    store.erase([m.id for m in store.all()[1:]], act(MARIA), "na prośbę")
    assert set(first).isdisjoint(refs_of(store, 3))
    store.erase([m.id for m in store.all()], act(MARIA), "na prośbę")
    assert set(first).isdisjoint(refs_of(store, 6))


# -- erasing


@ON_BOTH
def test_manager_erases_whole_migrations_and_leaves_the_others(store):
    gone = [brought(store, "dns", f"{n}zolw.pl", client="Żółw Jan", contact_name="Żółw Anna") for n in range(2)]
    stays = brought(store, "test", "b.pl", client="Bóbr")
    for id in (*gone, stays):
        do(store, id, moves.note, "rozmowa o przenosinach")
    kept = (store.one(stays), store.events(stays))
    events = sum(len(store.events(id)) for id in gone)
    assert store.erase([*gone, 999], act(MARIA), " na  prośbę ") == 2
    assert store.all() == [kept[0]] and store.events(stays) == kept[1]
    assert store.histories() == {stays: kept[1]}
    rows = everything(store)
    assert rows["erasure"] == [(1, NOW, "maria", "na prośbę", 2, events, 3, "erased")]
    said = str(rows)
    assert "Żółw" not in said and "zolw.pl" not in said and "Bóbr" in said
    do(store, stays, moves.note, "dalej")


def test_erased_client_is_not_left_in_the_file(sqlite_url):
    store = Store(engine(sqlite_url))
    gone, stays = (brought(store, "dns", f"{client}.pl", client=client) for client in ("zolw-jan", "bobr-ewa"))
    do(store, gone, moves.note, "zolw-jan dzwonil")
    store.erase([gone], act(MARIA), "na prośbę")
    store.engine.dispose()
    left = b"".join(path.read_bytes() for path in file_of(sqlite_url).parent.glob("desk.sqlite3*"))
    assert b"bobr-ewa" in left and b"zolw-jan" not in left
    assert store.one(stays) is not None


def test_nobody_but_a_manager_erases(store):
    begin(store)
    before = everything(store)
    for person in (ANNA, CONSOLE, WIKTOR):
        with pytest.raises(InputError, match=r"error.may_not.erase"):
            store.erase([1], act(person), "na prośbę")
        with pytest.raises(InputError, match=r"error.may_not.erase"):
            store.erase_samples(act(person))
    assert everything(store) == before


def test_erasing_needs_a_reason_that_holds_no_secret(store):
    begin(store)
    for reason in ("", "  ", "\u200b", "hasło: Kot12!zz"):
        with pytest.raises(InputError) as refused:
            store.erase([1], act(MARIA), reason)
        assert refused.value.errors[0].field == "reason" and len(store.all()) == 1
        assert "Kot12" not in str(refused.value)


def test_erasing_nothing_leaves_no_trace(store):
    assert store.erase([7], act(MARIA), "na prośbę") == store.erase_samples(act(MARIA)) == 0
    assert everything(store)["erasure"] == [] and store.untouched()


@ON_BOTH
def test_samples_are_erased_without_touching_what_is_real(store):
    from core.store.changing import write_new

    real = begin(store)
    for ref in ("S-1", "S-2"):
        events = moves.register(act(), ref, {"client": "Przykład"}, {"a.pl": {"display": "a.pl"}}, sample=True)
        with writing(store.engine) as connection:
            write_new(connection, [(rebuild(events), events)])
    assert store.erase_samples(act(MARIA)) == 2
    assert [m.id for m in store.all()] == [real]


def test_what_was_erased_cannot_be_written_into_again(store):
    id = begin(store)
    store.erase([id], act(MARIA), "na prośbę")
    with pytest.raises(LookupError):
        do(store, id, moves.note, "x")
    assert begin(store) != id
    assert not store.untouched()


@ON_BOTH
def test_record_of_an_erasure_stays_as_it_is(store):
    begin(store)
    store.erase([1], act(MARIA), "na prośbę")
    before = everything(store)
    for statement in ("UPDATE erasure SET actor = 'ola'", "DELETE FROM erasure", "UPDATE erasure SET events = 0"):
        with pytest.raises(sa.exc.IntegrityError), writing(store.engine) as connection:
            connection.execute(sa.text(statement))
    assert everything(store) == before


@pytest.mark.postgres
@pytest.mark.xdist_group("postgres")
def test_who_erases_and_who_changes_wait_for_each_other(postgres_url):
    store = Store(engine(postgres_url))
    id = begin(store)
    erased = []

    def waits():
        with reading(store.engine) as connection:
            return connection.scalar(sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    def decide(m):
        # Somebody erases it while we decide: they wait for us, and we do not wait for them.
        other.start()
        while not waits():
            other.join(0.01)
        return moves.change(m, act(), {"owner": "anna"})

    other = threading.Thread(target=lambda: erased.append(store.erase([id], act(MARIA), "na prośbę")))
    store.change(id, decide)
    other.join()
    assert erased == [1] and store.all() == []


# -- looking without reading everything anew


@ON_BOTH
def test_snapshot_is_read_again_only_after_a_change_whoever_made_it(store):
    id = begin(store)
    first = store.snapshot()
    assert store.snapshot() is first and [m.id for m in first] == [id]
    other = Store(store.engine)
    other.change(id, lambda m: moves.note(m, act(), "notatka"))
    second = store.snapshot()
    assert second is not first and len(second[0].notes) == 1 and not first[0].notes


@ON_BOTH
def test_mark_is_another_after_every_change_also_after_an_erasure_and_a_new_one(store):
    marks = [store.mark()]
    a = begin(store)
    marks.append(store.mark())
    store.change(a, lambda m: moves.change(m, act(), {"package": "Firma"}))
    marks.append(store.mark())
    b = begin(store)
    marks.append(store.mark())
    store.erase([b], act(MARIA), "na prośbę")
    marks.append(store.mark())
    begin(store)
    marks.append(store.mark())
    assert len(set(marks)) == len(marks)
    assert store.mark() == marks[-1]


# -- what concerns all domains of a migration


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


@ON_BOTH
def test_new_migration_and_its_note_are_written_together_or_not_at_all(store):
    domains = {"a.pl": {"display": "a.pl"}}
    with pytest.raises(InputError):
        store.register(act(), {"client": "Róża"}, domains, "hasło: Kot12!x")
    assert store.all() == []
    made = store.register(act(), {"client": "Róża"}, domains, "dzwonić po 15").migration
    assert [note.text for note in store.one(made.id).notes] == ["dzwonić po 15"]
    assert rebuild(store.events(made.id)).notes == store.one(made.id).notes
