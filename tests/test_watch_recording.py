"""A look is written with all that follows from it, or not at all: watch, round, ticks, notices."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from core.database.tables import notice, watch, watch_lease, watch_round
from core.database.transactions import engine, reading, writing
from core.migration import moves
from core.migration.stages import CONFIRMED, SEEN, SWITCHED
from core.watch import lease as leases
from core.watch import recording, rows
from core.watch.following import acknowledge, begin, end
from core.watch.recording import NOTHING, record, thin
from tests.migrations import ANNA, MARIA, NOW, act
from tests.stores import ON_BOTH, brought, do, empty, everything
from tests.test_watch_transitions import PLAN, after, before, seen
from tests.watched import DAY, HOUR, MINUTE, Looked, desk_of, followed, notices, rounds, watches

store = pytest.fixture(empty)


def looked(store, sight, now, *, watch=None, lease=None, desk=None, same=False):
    """Record what a look at a watch has seen, the only one where none is given; return what became of it."""
    of = watch or watches(store)[0]
    return record(desk or desk_of(store), lease, of, Looked(sight, b"heard", same), PLAN, now)


def at_dns(store, **values):
    """A watched domain at the step of the DNS."""
    id = brought(store, "dns", "a.pl", owner="anna", deputy="maria", **values)
    followed(store)
    return id


@ON_BOTH
def test_switch_that_is_seen_is_written_ticked_and_told_at_once(store):
    id = at_dns(store)
    looked(store, before(NOW + MINUTE), NOW + MINUTE)
    at = NOW + HOUR
    done = looked(store, after(at, servers=("ns1.new.pl", "ns2.new.pl")), at + MINUTE)
    assert done.outcome == "written" and [one.kind for one in done.transitions] == ["began", "published"]
    (now,) = watches(store)
    assert now == replace(done.watch, version=2) and now.phase == "expiring" and now.looked_at == at
    assert notices(store) == [(now.id, "published.1", "anna"), (now.id, "published.1", "maria")]
    with reading(store.engine) as connection:
        told, urgent = connection.execute(sa.select(notice.c.told, notice.c.urgent).limit(1)).one()
        assert rows.load_heard(connection, now.id) == b"heard"
    assert (told["name"], told["ref"], told["kind"]) == ("a.pl", store.one(id).ref, "published") and urgent is False
    assert told["details"]["servers"] == ["ns1.new.pl", "ns2.new.pl"] and "client" not in told
    tick = store.one(id).domains["a.pl"].checks[SWITCHED]
    assert (tick.actor, tick.at) == ("watch", at) and "ns1.new.pl ns2.new.pl" in tick.detail
    assert rounds(store, now.id) == [[], ["began", "published"]]
    arrived = NOW + 9 * HOUR
    looked(store, seen(arrived, switched=at), arrived)
    d = store.one(id).domains["a.pl"]
    assert (d.checks[SEEN].actor, d.checks[SEEN].at, d.step) == ("watch", arrived, "dns")
    assert "25/25" in d.checks[SEEN].detail


@ON_BOTH
def test_switch_before_the_clients_word_ticks_nothing_and_is_told_to_all(store):
    id = brought(store, "test", "a.pl", owner="anna", deputy="maria")
    followed(store)
    looked(store, before(NOW), NOW)
    looked(store, after(NOW + HOUR), NOW + HOUR)
    assert not store.one(id).domains["a.pl"].checks.keys() & {SWITCHED, SEEN, CONFIRMED}
    told = [(transition, to) for _, transition, to in notices(store)]
    assert {("unconfirmed_switch.1", to) for to in ("anna", "maria", "team")} <= set(told)


@ON_BOTH
def test_whoever_was_slower_writes_nothing(store):
    at_dns(store)
    (old,) = watches(store)
    looked(store, before(NOW), NOW)
    everything_before = everything(store)
    assert looked(store, after(NOW + HOUR), NOW + HOUR, watch=old).outcome == "late"
    end(store.engine, old.id, ANNA, NOW)
    (ended,) = watches(store)
    assert looked(store, after(NOW + HOUR), NOW + HOUR, watch=ended).outcome == "late"
    now = everything(store)
    assert {name for name in now if now[name] != everything_before[name]} == {"watch"}


@ON_BOTH
@pytest.mark.parametrize("other", [{"name": "b.pl", "display": "b.pl"}, {"begun_at": NOW - DAY}])
def test_look_is_not_written_onto_what_a_restore_has_put_in_its_place(store, other):
    at_dns(store)
    (read,) = watches(store)
    # Of another life of the database: ids and versions begin there as they did here.
    with writing(store.engine) as connection:
        connection.execute(sa.update(watch).values(other))
    assert looked(store, after(NOW), NOW, watch=read).outcome == "late"
    assert watches(store)[0].rounds == 0 and notices(store) == []


def test_taking_note_of_what_is_wrong_leaves_other_news_to_be_sent(store):
    at_dns(store)
    for minutes in (0, 2):
        looked(store, after(NOW + minutes * MINUTE, wrong=("ns1.new.pl",)), NOW + minutes * MINUTE)
    with writing(store.engine) as connection:
        connection.execute(sa.update(notice).values(state="waiting"))
    acknowledge(store.engine, watches(store)[0].id, MARIA, NOW + HOUR)
    with reading(store.engine) as connection:
        found = set(map(tuple, connection.execute(sa.select(notice.c.transition, notice.c.state))))
    assert found == {("published.1", "waiting"), ("server_wrong.1", "acknowledged")}


def test_whoever_has_lost_the_lease_writes_nothing(store):
    at_dns(store)
    mine = leases.take(store.engine, "a", NOW)
    looked(store, before(NOW), NOW, lease=mine)
    with writing(store.engine) as connection:
        connection.execute(sa.update(watch_lease).values(until=NOW - 3650 * DAY))
    standing = everything(store)
    assert looked(store, after(NOW + HOUR), NOW, lease=mine).outcome == "lost"
    other = leases.take(store.engine, "b", NOW)
    assert looked(store, after(NOW + HOUR), NOW, lease=mine).outcome == "lost"
    assert {**everything(store), "watch_lease": None} == {**standing, "watch_lease": None}
    assert looked(store, after(NOW + HOUR), NOW, lease=other).outcome == "written"


@ON_BOTH
@pytest.mark.parametrize("table", ["watch_round", "notice", "event"])
def test_what_cannot_be_written_whole_is_not_written_at_all(store, table):
    at_dns(store)
    looked(store, before(NOW), NOW)
    standing = everything(store)

    def fail(_connection, _cursor, statement, *_):
        if statement.startswith(f"INSERT INTO {table} "):
            raise RuntimeError("the disk is full")

    sa.event.listen(store.engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(RuntimeError):
            looked(store, after(NOW + HOUR), NOW + HOUR)
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", fail)
    assert everything(store) == standing
    # The next look sees it all the same, and says all of it.
    assert looked(store, after(NOW + HOUR), NOW + 2 * HOUR).outcome == "written"
    assert [transition for _, transition, _ in notices(store)] == ["published.1"] * 2


def test_round_that_repeats_leaves_the_watch_alone(store):
    at_dns(store)
    for minutes in range(5):
        at = NOW + minutes * MINUTE
        looked(store, before(at), at, same=minutes > 0)
    (now,) = watches(store)
    assert now.rounds == 5 and rounds(store, now.id) == [[]]


def test_looks_that_bring_nothing_are_told_after_an_hour_and_once(store):
    at_dns(store)
    looked(store, before(NOW), NOW)
    (watch,) = watches(store)
    for minutes in (5, 30, 66, 90):
        at = NOW + minutes * MINUTE
        record(desk_of(store), None, watches(store)[0], NOTHING, PLAN, at)
    assert [transition for _, transition, _ in notices(store)] == ["blind.1"] * 2
    assert rounds(store, watch.id) == [[], ["blind"]]
    looked(store, before(NOW + 2 * HOUR), NOW + 2 * HOUR)
    assert rounds(store, watch.id)[-1] == ["sees_again"]


def test_one_that_was_never_seen_can_be_blind_too(store):
    at_dns(store)
    for minutes in (0, 61):
        record(desk_of(store), None, watches(store)[0], NOTHING, PLAN, NOW + minutes * MINUTE)
    assert rounds(store, watches(store)[0].id) == [["blind"]] and watches(store)[0].sight is None


def test_who_has_taken_note_is_not_told_more_that_is_wrong(store):
    at_dns(store)
    wrong = {"wrong": ("ns1.new.pl",)}
    for minutes in (0, 2, 4):
        looked(store, after(NOW + minutes * MINUTE, **wrong), NOW + minutes * MINUTE)
    acknowledge(store.engine, watches(store)[0].id, MARIA, NOW)
    at = NOW + 6 * MINUTE
    looked(store, after(at, **wrong, certificate_until=at + DAY), at)
    assert rounds(store, watches(store)[0].id)[-1] == ["certificate"]
    assert {transition for _, transition, _ in notices(store)} == {"published.1", "server_wrong.1"}


def test_taking_note_of_nothing_hides_nothing_that_comes_after(store):
    at_dns(store)
    looked(store, before(NOW), NOW)
    # It was better again by the time of the click.
    acknowledge(store.engine, watches(store)[0].id, MARIA, NOW)
    looked(store, before(NOW + MINUTE, certificate_until=NOW + DAY), NOW + MINUTE)
    assert ("certificate.1", "anna") in [(transition, who) for _, transition, who in notices(store)]


@pytest.mark.parametrize(
    ("people", "told"),
    [({"owner": "anna", "deputy": "anna"}, ["anna"]), ({}, ["team"]), ({"owner": "anna"}, ["anna"])],
)
def test_each_is_told_once_and_somebody_always_is(store, people, told):
    brought(store, "dns", "a.pl", **people)
    followed(store)
    looked(store, before(NOW), NOW)
    looked(store, after(NOW + HOUR), NOW + HOUR)
    assert [to for _, transition, to in notices(store) if transition == "published.1"] == told


def test_whoever_began_one_by_hand_is_told_and_no_migration_is_touched(store):
    begin(store.engine, "z.pl", {}, ANNA, NOW)
    looked(store, before(NOW), NOW)
    done = looked(store, after(NOW + HOUR), NOW + HOUR)
    assert [to for _, _, to in notices(store)] == ["anna"]
    assert "unconfirmed_switch" not in [one.kind for one in done.transitions]
    assert everything(store)["event"] == []


def test_where_the_setting_says_so_nothing_is_ticked_and_people_are_told(store):
    id = at_dns(store)
    desk = desk_of(store, ticking=False)
    looked(store, before(NOW), NOW, desk=desk)
    looked(store, after(NOW + HOUR), NOW + HOUR, desk=desk)
    assert SWITCHED not in store.one(id).domains["a.pl"].checks
    assert len(notices(store)) == 2


def test_what_people_took_back_stays_so(store):
    id = at_dns(store)
    looked(store, before(NOW), NOW)
    looked(store, after(NOW + HOUR), NOW + HOUR)
    do(store, id, moves.uncheck, SWITCHED, "a.pl")
    followed(store)
    for hours in (2, 3):
        looked(store, after(NOW + hours * HOUR, switched=NOW + HOUR), NOW + hours * HOUR)
    arrived = NOW + 9 * HOUR
    looked(store, seen(arrived, switched=NOW + HOUR), arrived)
    assert not store.one(id).domains["a.pl"].checks.keys() & {SWITCHED, SEEN}


def test_person_who_works_beside_it_loses_nothing(store):
    id = at_dns(store)
    looked(store, before(NOW), NOW)
    do(store, id, moves.change, {"owner": "maria"})
    looked(store, after(NOW + HOUR), NOW + HOUR)
    m = store.one(id)
    assert m.owner == "maria" and SWITCHED in m.domains["a.pl"].checks
    # Told is who is responsible by then.
    assert {to for _, _, to in notices(store)} == {"maria"}


@ON_BOTH
def test_rounds_of_those_that_ended_long_ago_are_forgotten(store):
    at_dns(store)
    begin(store.engine, "z.pl", {}, ANNA, NOW)
    for watch_ in watches(store):
        looked(store, before(NOW), NOW, watch=watch_)
    first, second = watches(store)
    end(store.engine, first.id, ANNA, NOW)
    assert thin(store.engine, PLAN, NOW + 90 * DAY) == 0
    assert thin(store.engine, PLAN, NOW + 91 * DAY) == 1
    assert rounds(store, first.id) == [] and rounds(store, second.id) == [[]]
    with reading(store.engine) as connection:
        assert rows.load_heard(connection, first.id) is None and rows.load_heard(connection, second.id) == b"heard"
    assert thin(store.engine, PLAN, NOW + 92 * DAY) == 0


# -- erased


@ON_BOTH
def test_erased_migration_takes_its_watches_rounds_and_notices_along(store):
    gone = at_dns(store)
    stays = brought(store, "dns", "b.pl", owner="anna")
    followed(store)
    for at, sight in ((NOW, before(NOW)), (NOW + HOUR, after(NOW + HOUR))):
        for one in watches(store):
            looked(store, sight, at, watch=one)
    late = next(one for one in watches(store) if one.migration_id == gone)
    store.erase([gone], act(MARIA), "na prośbę")
    (left,) = watches(store)
    assert left.migration_id == stays
    assert {one[0] for one in notices(store)} == {left.id}
    with reading(store.engine) as connection:
        for table in (watch_round.c.watch_id, notice.c.watch_id, watch.c.id):
            assert {*connection.execute(sa.select(table)).scalars()} == {left.id}
    # A look that was under way meanwhile finds nothing to write to.
    assert looked(store, seen(NOW + DAY), NOW + DAY, watch=late).outcome == "late"


def test_erased_clients_domain_is_not_left_in_the_file_by_its_watch(sqlite_url):
    from core.database.address import file_of
    from core.store.store import Store

    store = Store(engine(sqlite_url))
    id = brought(store, "dns", "zolw-jan.pl")
    followed(store)
    looked(store, before(NOW, servers=("ns1.zolw-jan.pl",)), NOW)
    looked(store, after(NOW + HOUR, servers=("ns2.zolw-jan.pl",)), NOW + HOUR)
    store.erase([id], act(MARIA), "na prośbę")
    store.engine.dispose()
    left = b"".join(path.read_bytes() for path in file_of(sqlite_url).parent.glob("desk.sqlite3*"))
    assert b"zolw-jan" not in left


def test_team_is_called_as_notices_call_it():
    assert recording.recipients(["team", "owner"], {"owner": "anna"}) == ("team", "anna")
    assert dt.timedelta(days=PLAN.limits.keep_days) == 90 * DAY
