"""Which names are watched: what moves, from its agreed day on, as its migration stands; and what people say."""

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from core import datafiles
from core.database.tables import watch as table
from core.database.transactions import reading, writing
from core.ground.messages import InputError
from core.migration import moves
from core.store.samples.loading import load_samples
from core.store.store import Store
from core.watch import following, rows
from core.watch.following import Following, acknowledge, begin, difference, end, look_now, wanted
from tests.migrations import ANNA, DAY, MARIA, NOW, WIKTOR, Life, act
from tests.stores import ON_BOTH, brought, do, empty
from tests.test_watch_transitions import PLAN

store = pytest.fixture(empty)
HOUR = dt.timedelta(hours=1)


def sync(store, now=NOW):
    assert Following(store).sync(PLAN, now)
    return watches(store)


def watches(store):
    """All watches, the oldest first."""
    with reading(store.engine) as connection:
        return sorted(rows.load(connection), key=lambda watch: watch.id)


def refused(deed, *args, **more):
    with pytest.raises(InputError) as error:
        deed(*args, **more)
    return [(mistake.field, mistake.message.id) for mistake in error.value.errors]


# -- what is wanted


def followed(life, now=NOW):
    life.m.id = 1
    return sorted(name for _, name in wanted([life.m], PLAN.limits, now))


def test_domains_are_followed_from_the_agreed_day_until_a_week_after_they_arrived():
    life = Life("a.pl", "b.pl").to("data")
    assert followed(life) == []
    life.do(moves.change, {"planned_at": NOW + 10 * DAY})
    assert followed(life) == ["a.pl", "b.pl"]
    life.to("visible", "a.pl")
    assert followed(life, NOW + 7 * DAY) == ["a.pl", "b.pl"]
    assert followed(life, NOW + 8 * DAY) == ["b.pl"]
    life.to("closed")
    assert followed(life) == []


def test_nobody_follows_what_was_withdrawn_cancelled_or_is_a_sample():
    life = Life("a.pl", "b.pl", planned_at=NOW + DAY)
    life.do(moves.withdraw, "b.pl", "niepotrzebna")
    assert followed(life) == ["a.pl"]
    life.do(moves.cancel, "rezygnacja")
    assert followed(life) == []
    sample = Life("a.pl", planned_at=NOW + DAY)
    sample.m.sample = True
    assert followed(sample) == []


def test_it_is_told_the_form_of_a_check_without_what_cannot_be_asked():
    life = Life("a.pl", planned_at=NOW + DAY)
    life.do(moves.change, {"old_ns": "ns1.old.pl ns2.old.pl", "new_ns": "ns1.new.pl"}, "a.pl")
    life.m.id = 1
    (one,) = wanted([life.m], PLAN.limits, NOW).values()
    assert one.form == {"name": "a.pl", "old": "ns1.old.pl ns2.old.pl", "new": "ns1.new.pl"}
    life.m.domains["a.pl"].old_ns = "to nie jest serwer!"
    (one,) = wanted([life.m], PLAN.limits, NOW).values()
    assert one.form == {"name": "a.pl", "new": "ns1.new.pl"}
    assert following.readable((("name", "-"),)) is None


# -- written


@ON_BOTH
def test_watches_follow_what_becomes_of_a_migration(store):
    id = brought(store, "date", "a.pl", "b.pl", planned_at=NOW + 10 * DAY)
    a, b = sync(store)
    assert (a.name, a.migration_id, a.begun_by, a.phase, a.next_at) == ("a.pl", id, "watch", "planned", NOW)
    assert (b.name, b.planned_at, b.form, b.rounds) == ("b.pl", NOW + 10 * DAY, {"name": "b.pl"}, 0)
    assert sync(store) == [a, b]
    do(store, id, moves.withdraw, "b.pl", "niepotrzebna")
    do(store, id, moves.change, {"planned_at": NOW + DAY})
    a, b = sync(store, NOW + HOUR)
    assert (a.phase, a.planned_at, a.next_at, a.version) == ("eve", NOW + DAY, NOW + HOUR, 1)
    assert (b.end, b.phase, b.ended_at, b.next_at) == ("withdrawn", "ended", NOW + HOUR, None)
    do(store, id, moves.rename_domain, "a.pl", "c.pl", "literówka")
    a, b, c = sync(store)
    assert (a.end, c.name, c.ended_at) == ("withdrawn", "c.pl", None)
    do(store, id, moves.cancel, "rezygnacja")
    assert sync(store)[2].end == "cancelled"
    do(store, id, moves.restore, "jednak")
    again = sync(store, NOW + 2 * HOUR)
    # The same one: what was seen and told before is not told anew.
    assert len(again) == 3 and (again[2].end, again[2].ended_at, again[2].phase) == ("", None, "eve")
    assert again[2].next_at == NOW + 2 * HOUR


@ON_BOTH
def test_one_that_people_ended_is_begun_anew_for_another_day_only(store):
    id = brought(store, "date", "a.pl", planned_at=NOW + 10 * DAY)
    (watch,) = sync(store)
    end(store.engine, watch.id, ANNA, NOW)
    do(store, id, moves.note, "rozmowa")
    (watch,) = sync(store)
    assert watch.end == "by_hand"
    do(store, id, moves.change, {"planned_at": NOW + 20 * DAY})
    old, new = sync(store)
    assert old.end == "by_hand" and new.ended_at is None
    # A change again is that of the new one.
    do(store, id, moves.change, {"planned_at": NOW + 30 * DAY})
    old, new = sync(store)
    assert old.planned_at == NOW + 10 * DAY and new.planned_at == NOW + 30 * DAY


@ON_BOTH
def test_what_the_watch_has_seen_itself_makes_nobody_look_again_at_once(store):
    id = brought(store, "dns", "a.pl")
    (watch,) = sync(store)
    with store.engine.begin() as connection:
        connection.execute(sa.update(table).values(next_at=NOW + HOUR))
    do(store, id, moves.check, "ns_changed", "a.pl", force="pilne", by=MARIA)
    (watch,) = sync(store, NOW + dt.timedelta(minutes=1))
    assert watch.form["switched"] and watch.next_at == NOW + HOUR
    do(store, id, moves.change, {"new_ns": "ns1.new.pl"}, "a.pl")
    (watch,) = sync(store, NOW + dt.timedelta(minutes=2))
    assert watch.next_at == NOW + dt.timedelta(minutes=2)


def test_where_nothing_has_changed_nothing_is_read_but_the_mark(store, monkeypatch):
    brought(store, "date", "a.pl", planned_at=NOW + DAY)
    kept = Following(store)
    assert kept.sync(PLAN, NOW)
    monkeypatch.setattr(Store, "snapshot", lambda self: pytest.fail("read again"))
    assert kept.sync(PLAN, NOW)


def test_what_changes_while_it_is_written_is_written_the_next_time(store, monkeypatch):
    id = brought(store, "date", "a.pl", planned_at=NOW + DAY)
    kept, whole = Following(store), Store.snapshot

    def snapshot(self):
        found = whole(self)
        if not watches(store) and not store.one(id).cancelled:
            do(store, id, moves.cancel, "rezygnacja")
        return found

    monkeypatch.setattr(Store, "snapshot", snapshot)
    assert not kept.sync(PLAN, NOW) and watches(store) == []
    assert kept.sync(PLAN, NOW) and watches(store) == []


@ON_BOTH
def test_one_that_ended_while_it_was_to_be_changed_stays_so(store):
    id = brought(store, "date", "a.pl", planned_at=NOW + 10 * DAY)
    (before,) = sync(store)
    do(store, id, moves.change, {"planned_at": NOW + 20 * DAY})
    with writing(store.engine) as connection:
        stale = following.difference(following._followed(connection), wanted(store.snapshot(), PLAN.limits, NOW))
    assert stale.change
    end(store.engine, before.id, ANNA, NOW)
    with writing(store.engine) as connection:
        following._write(connection, stale, {}, PLAN, NOW)
    (after,) = watches(store)
    assert after.end == "by_hand" and after.ended_at == NOW


def test_of_many_processes_that_find_the_same_one_begins_it(store):
    brought(store, "date", *(f"d{n}.pl" for n in range(5)), planned_at=NOW + DAY)
    ready = threading.Barrier(4)

    def run():
        # Each with a store of its own, as processes have.
        kept = Following(Store(store.engine))
        ready.wait()
        while not kept.sync(PLAN, NOW):
            pass

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [watch.name for watch in watches(store)] == [f"d{n}.pl" for n in range(5)]


def test_samples_are_never_looked_for(store):
    load_samples(store, datafiles.team(), act(MARIA))
    assert len(store.all()) > 10 and sync(store) == []


def test_difference_of_what_is_followed_already_is_none():
    life = Life("a.pl", planned_at=NOW + DAY)
    life.m.id = 1
    found = wanted([life.m], PLAN.limits, NOW)
    known = {key: following.Followed(1, *one, "", None) for key, one in found.items()}
    assert not difference(known, found)
    assert difference({}, found).begin == found and difference(known, {}).end == {1: (1, "a.pl")}


# -- by people


@ON_BOTH
def test_any_name_is_watched_by_somebodys_word_and_no_longer(store):
    id = begin(store.engine, "Żółw.pl", {"old": "ns1.old.pl", "ttl": " "}, ANNA, NOW)
    (watch,) = watches(store)
    assert (watch.id, watch.name, watch.display, watch.begun_by) == (id, "xn--w-uga1v8h.pl", "żółw.pl", "anna")
    assert watch.form == {"name": "Żółw.pl", "old": "ns1.old.pl"} and watch.migration_id is None
    assert refused(begin, store.engine, "żółw.pl", {}, MARIA, NOW) == [("check.name", "error.watch_there")]
    with writing(store.engine) as connection:
        connection.execute(sa.update(table).values(marks={"blind": {"n": 1, "at": NOW.isoformat(), "on": True}}))
    acknowledge(store.engine, id, MARIA, NOW)
    look_now(store.engine, id, NOW + DAY)
    (watch,) = watches(store)
    assert watch.acknowledged == {"by": "maria", "at": NOW.isoformat(), "kinds": "blind"} and watch.next_at == NOW + DAY
    # What migrations say is not its business.
    assert len(sync(store)) == 1 and watches(store)[0].ended_at is None
    end(store.engine, id, MARIA, NOW)
    assert watches(store)[0].end == "by_hand"
    for deed in (end, acknowledge):
        assert refused(deed, store.engine, id, ANNA, NOW) == [("watch", "error.watch_gone")]
    assert refused(look_now, store.engine, id, NOW) == [("watch", "error.watch_gone")]
    assert begin(store.engine, "żółw.pl", {}, ANNA, NOW) != id


def test_who_may_only_look_begins_and_ends_nothing(store):
    id = begin(store.engine, "a.pl", {}, ANNA, NOW)
    assert refused(begin, store.engine, "b.pl", {}, WIKTOR, NOW) == [("actor", "error.may_not.work")]
    for deed in (end, acknowledge):
        assert refused(deed, store.engine, id, WIKTOR, NOW) == [("actor", "error.may_not.work")]


def test_what_is_wrong_with_a_name_or_its_form_is_told_by_field(store):
    wrong = {"old": "10.0.0.1", "ttl": "dużo"}
    said = refused(begin, store.engine, "to nie nazwa!", wrong, ANNA, NOW)
    assert [field for field, _ in said] == ["check.name", "check.old", "check.ttl"]
    assert refused(begin, store.engine, "", {}, ANNA, NOW) == [("check.name", "error.empty")]
    begin(store.engine, "a.pl", {"old": "10.0.0.1"}, ANNA, NOW, private=True)


def test_people_begin_so_many_and_no_more(store, monkeypatch):
    monkeypatch.setattr(following, "MOST_BY_HAND", 2)
    ids = [begin(store.engine, name, {}, ANNA, NOW) for name in ("a.pl", "b.pl")]
    assert refused(begin, store.engine, "c.pl", {}, ANNA, NOW) == [("check.name", "error.watches_full")]
    end(store.engine, ids[0], ANNA, NOW)
    begin(store.engine, "c.pl", {}, ANNA, NOW)
