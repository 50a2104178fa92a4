"""Watches as pages ask for them, on both databases: rows put there as a runner leaves them, broken ones among them."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.database.tables import watch as table
from core.database.tables import watch_lease, watch_round
from core.database.transactions import engine, reading, writing
from core.notices import outbox
from core.watch import following, watches
from core.watch.watches import Watches
from tests.migrations import ANNA
from tests.watch_rows import NOW, SEEN, ago, ahead, came, desk, looks, on, put, saw, spoil, stored, told, watch


@pytest.fixture
def there(database_url):
    return Watches(engine(database_url))


def names(found):
    return [one.name for one in found.watches]


def test_desk_without_watches_has_none_and_nobody_looks(there):
    assert there.all() == ((), ()) or there.all() == ([], ())
    assert there.one(1) is None and there.open_of_name("a.pl") is None and there.who_looks(NOW) is None
    assert not there.rounds(1) and not there.notices() and there.heard(1) is None


def test_due_ones_stand_first_and_ended_ones_last(there):
    made = [watch("late.pl", next_at=ahead(hours=5)), watch("ended.pl", "ended", ended_at=NOW), watch("now.pl")]
    put(there.engine, *made)
    assert names(there.all()) == ["now.pl", "late.pl", "ended.pl"]


def test_row_that_cannot_be_read_is_named_and_hides_no_other(there):
    ids = put(there.engine, watch("a.pl"), watch("b.pl"), watch("c.pl"))
    spoil(there.engine, ids[1])
    found = there.all()
    assert names(found) == ["a.pl", "c.pl"] and list(found.broken) == ["b.pl"]
    assert there.one(ids[1]) is None and there.one(ids[0]).name == "a.pl"
    # Known ones are not read anew, and the broken one is named as before.
    again = there.all(found.watches)
    assert names(again) == ["a.pl", "c.pl"] and list(again.broken) == ["b.pl"]


def test_only_what_has_changed_is_read_anew(there):
    ids = put(there.engine, watch("a.pl"), watch("b.pl", marks=on("blind")), watch("c.pl"))
    first = there.all()
    following.look_now(there.engine, ids[2], ago(minutes=1))
    following.acknowledge(there.engine, ids[1], ANNA, NOW)
    with writing(there.engine) as connection:
        connection.execute(sa.delete(table).where(table.c.id == ids[0]))
    put(there.engine, watch("d.pl"))
    again = there.all(first.watches)
    assert again.watches == there.all().watches and names(again) == ["c.pl", "b.pl", "d.pl"]
    kept = {one.id: one for one in first.watches}
    third = there.all(again.watches)
    assert all(one is other for one, other in zip(third.watches, again.watches, strict=True))
    assert again.watches[1] is not kept[ids[1]] and again.watches[1].acknowledged["by"] == "anna"


def test_more_new_ones_than_are_read_by_their_ids_are_read_all_at_once(there, monkeypatch):
    monkeypatch.setattr(watches, "_TOGETHER", 2)
    put(there.engine, *(watch(f"d{n}.pl") for n in range(4)))
    assert len(there.all().watches) == 4


def test_watch_of_a_name_is_one_that_goes_on(there):
    put(there.engine, watch("a.pl", "ended", ended_at=NOW), watch("a.pl"))
    found = there.open_of_name("a.pl")
    assert found.phase == "expiring" and there.open_of_name("b.pl") is None


def test_rounds_come_in_order_each_to_its_watch_the_newest_where_they_are_many(there, monkeypatch):
    ids = put(there.engine, watch("a.pl"), watch("b.pl"))
    for hours in (3, 2, 1):
        saw(there.engine, ids[0], (replace(SEEN, at=ago(hours=hours)), came("published", ago(hours=hours))))
    saw(there.engine, ids[1], (SEEN,))
    assert [seen.at for seen in there.rounds(ids[0])] == [ago(hours=3), ago(hours=2), ago(hours=1)]
    assert there.rounds(ids[0])[0].transitions[0]["kind"] == "published"
    assert {id: len(found) for id, found in there.rounds_of(ids).items()} == {ids[0]: 3, ids[1]: 1}
    monkeypatch.setattr(watches, "MOST_ROUNDS", 2)
    assert [seen.at for seen in there.rounds(ids[0])] == [ago(hours=2), ago(hours=1)]


def test_round_that_cannot_be_read_is_left_out(there):
    (id,) = put(there.engine, watch())
    saw(there.engine, id, (SEEN,), (SEEN,))
    with writing(there.engine) as connection:
        first = sa.select(sa.func.min(watch_round.c.id)).scalar_subquery()
        connection.execute(sa.update(watch_round).where(watch_round.c.id == first).values(sight={"at": "yesterday"}))
    assert len(there.rounds(id)) == 1


def test_last_notice_of_a_watch_has_all_its_recipients(there):
    ids = put(there.engine, watch("a.pl"), watch("b.pl"))
    told(there.engine, ids[0])
    for recipient in ("anna", "team"):
        told(there.engine, ids[0], "propagated.1", recipient)
    told(there.engine, ids[1], "blind.1")
    last = there.last_notices(ids)
    assert sorted(one.recipient for one in last[ids[0]]) == ["anna", "team"]
    assert {one.kind for one in last[ids[0]]} == {"propagated"} and len(last[ids[1]]) == 1
    assert len(there.notices(ids[0])) == 3 and len(there.notices()) == 4


# -- who looks


def test_whoever_looks_does_so_until_the_lease_is_over(there):
    # PostgreSQL is asked what time it is.
    with reading(there.engine) as connection:
        on_sqlite = connection.dialect.name == "sqlite"
        now = NOW if on_sqlite else connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    looks(there.engine, "desk-1", now + (ahead(minutes=5) - NOW))
    assert there.who_looks(now).name == "desk-1"
    looks(there.engine, "desk-1", now)
    assert there.who_looks(now) is None


def test_lease_that_was_given_back_is_nobodys(there):
    looks(there.engine, "", ahead(days=365 * 20))
    assert there.who_looks(NOW) is None


# -- the mark


def test_mark_is_another_after_every_change_that_people_see(there):
    marks = [there.mark()]

    def changed():
        marks.append(there.mark())
        return marks[-1] != marks[-2]

    ids = put(there.engine, watch("a.pl", looked_at=None, marks=on("blind")), watch("b.pl"))
    assert changed()
    saw(there.engine, ids[0], (SEEN,))
    assert changed()
    following.acknowledge(there.engine, ids[0], ANNA, NOW)
    assert changed()
    told(there.engine, ids[0], state="waiting", tries=0)
    assert changed()
    with writing(there.engine) as connection:
        assert outbox.acknowledge(connection, ids[0], "anna", NOW, ["published"])
    assert changed()
    looks(there.engine)
    assert changed()
    following.end(there.engine, ids[1], ANNA, NOW)
    assert changed()
    with writing(there.engine) as connection:
        connection.execute(sa.update(table).values(blind_since=NOW))
    assert changed()
    with writing(there.engine) as connection:
        connection.execute(sa.update(watch_lease).values(until=ahead(hours=1)))
    # A lease that is renewed, every few seconds, changes nothing on a page.
    assert not changed()


def test_watches_of_every_kind_are_read_as_they_were_written(there):
    ids = desk(there.engine)
    assert {one.id for one in there.all().watches} == set(ids.values())
    assert all(there.one(id) == stored(there.engine, id) for id in ids.values())
