"""What a manager erases is gone for good, with a reason that stays, and the rest is left as it is."""

import threading

import pytest
import sqlalchemy as sa

from core.database.address import file_of
from core.database.transactions import engine, reading, writing
from core.ground.messages import InputError
from core.migration import moves
from core.migration.people import CONSOLE
from core.migration.rebuilding import rebuild
from core.store.changing import write_new
from core.store.store import Store
from tests.migrations import ANNA, MARIA, NOW, WIKTOR, act
from tests.stores import ON_BOTH, begin, brought, do, empty, everything

store = pytest.fixture(empty)


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
