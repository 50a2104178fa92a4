"""The sample migrations: whatever day it is, a desk that could be real, and loaded once."""

import concurrent.futures
import datetime as dt
import statistics
import threading

import pytest
import sqlalchemy as sa

from core import datafiles
from core.database.tables import erasure, metadata, migration
from core.database.transactions import engine, engine_of, reading
from core.flow.duties import lines
from core.ground.clock import WARSAW
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.ground.workdays import is_working_day, working_days_later
from core.migration.act import Act
from core.migration.clocks import is_day, running
from core.migration.moves import note
from core.migration.people import Team
from core.migration.rebuilding import rebuild
from core.migration.stages import STAGES, parse_stages
from core.store.samples.loading import begin_with_samples, load_samples, samples
from core.store.store import Store

PROCESS, TEAM = datafiles.process(), datafiles.team()
TUESDAY = dt.datetime(2026, 11, 24, 12, tzinfo=WARSAW)
NOWS = [
    TUESDAY,
    *(
        dt.datetime.fromisoformat(text).replace(tzinfo=WARSAW)
        for text in (
            "2026-11-21T12:00",  # a Saturday
            "2026-11-23T06:30",  # Monday, before anybody is there
            "2026-11-23T08:04",
            "2026-11-23T23:59",
            "2026-12-25T10:00",  # Christmas
            "2027-01-01T00:01",
            "2027-03-28T12:00",  # the night had an hour less
            "2027-03-29T09:00",  # Easter Monday
            "2026-10-25T02:30",  # this hour comes twice
            "2026-05-03T15:00",  # after a long weekend
            "2026-08-17T16:20",
            "2028-02-29T13:13",
        )
    ),
]
any_now = pytest.mark.parametrize("now", NOWS, ids=lambda now: f"{now:%a-%Y-%m-%d-%H%M}")

_made = {}


def made(now=TUESDAY):
    if now not in _made:
        _made[now] = samples(PROCESS, TEAM, now)
    return _made[now]


def events(now=TUESDAY, *kinds):
    return [event for _, of_it in made(now) for event in of_it if event.kind in kinds or not kinds]


def still_open(now, stage):
    return [m for m, _ in made(now) if m.open and m.stage == stage]


def clocks(now, stage):
    return [clock for m, _ in made(now) for clock in running(m, PROCESS, now) if clock.stage == stage]


def day_of(moment):
    return moment.astimezone(WARSAW).date()


@any_now
def test_what_stands_is_what_the_events_say(now):
    assert len(made(now)) == 60
    assert all(rebuild(happened) == m for m, happened in made(now))


@any_now
def test_nothing_happens_after_now_or_before_what_came_before(now):
    for _, happened in made(now):
        recorded = [event.recorded_at for event in happened]
        assert recorded == sorted(recorded) and recorded[-1] <= now
        assert all(event.occurred_at <= event.recorded_at for event in happened)
    assert now - events(now)[0].occurred_at < dt.timedelta(days=150)


@any_now
def test_people_work_on_working_days_and_the_dns_at_any_hour(now):
    for event in events(now):
        local = event.recorded_at.astimezone(WARSAW)
        if event.actor == "console":
            assert event.item in ("ns_changed", "seen", "waiting_on", "", event.domain)
            assert event.kind in ("cutover_looked", "checked", "stepped", "moved", "waits")
        else:
            assert is_working_day(local.date()) and 8 <= local.hour < 17, event


@any_now
def test_refs_are_numbers_in_order_of_enquiry(now):
    assert [m.ref for m, _ in made(now)] == [f"P-{n}" for n in range(1, 61)]
    enquired = [m.entered["package"] for m, _ in made(now)]
    assert enquired == sorted(enquired)
    assert all(m.sample for m, _ in made(now))


@any_now
def test_every_stage_has_some(now):
    assert all(still_open(now, stage) for stage in STAGES[:-1])
    assert sum(m.open for m, _ in made(now)) == 25
    assert sum(m.cancelled is not None for m, _ in made(now)) == 3
    assert sum(m.stage == "closed" for m, _ in made(now)) == 32


@any_now
def test_some_are_late(now):
    assert sum(clock.state == "late" for clock in clocks(now, "analysis")) == 2
    assert {clock.state for clock in clocks(now, "test")} == {"running", "late"}
    assert {clock.state for clock in clocks(now, "dns")} == {"running", "due", "late"}
    assert "late" in {clock.state for clock in clocks(now, "data")}


@any_now
def test_start_has_something_to_show_on_each_list_and_is_not_flooded(now):
    found = lines([m for m, _ in made(now)], PROCESS, now)
    assert {line.list for line in found} == {"overdue", "to_do", "to_ring"} and len(found) <= 25
    kinds = {reason.kind for line in found for reason in line.reasons}
    assert {"dns", "agreed", "hosting", "second_sync", "unowned", "passwords"} <= kinds
    assert all(line.tells for line in found if line.list == "to_ring")


@any_now
def test_name_servers_were_changed_so_many_hours_ago(now):
    hours = {round((now - d.dns_switched_at).total_seconds() / 3600) for m in still_open(now, "dns") for d in m.active}
    assert hours == {5, 20, 30, 40}


@any_now
def test_agreed_days_are_yesterday_today_and_soon(now):
    agreed = {day_of(m.planned_at): m for m in still_open(now, "date")}
    today = now.date()
    ahead = [day for day in agreed if day >= today]
    assert len(ahead) == 4 and max(ahead) <= working_days_later(today, 10)
    assert all(is_working_day(day) for day in agreed)
    (missed,) = (day for day in agreed if day < today)
    assert working_days_later(missed, 1) >= today
    next_one = agreed[min(ahead)]
    assert not is_day(next_one.planned_at) and "accepted" in next_one.checks and next_one.contact_phone
    if is_working_day(today) and now.hour < 16:
        assert min(ahead) == today and next_one.planned_at > now - dt.timedelta(hours=1)
    assert any(is_day(m.planned_at) for m in agreed.values())


@any_now
def test_domains_of_one_migration_stand_at_different_steps(now):
    parts = [(len(m.active), sorted({d.step for d in m.active})) for m, _ in made(now)]
    assert (7, ["dns", "test"]) in parts and (24, ["migration", "sync", "test"]) in parts
    assert (5, ["dns", "visible"]) in parts


@any_now
def test_two_are_on_hold_and_three_were_reworked(now):
    assert {clock.state for m, _ in made(now) if m.hold for clock in running(m, PROCESS, now)} == {"paused"}
    assert sorted(m.hold["by"] for m, _ in made(now) if m.hold) == ["client", "us"]
    again = [m for m, happened in made(now) if any(event.kind == "reworked" for event in happened)]
    assert len(again) == 3 and sum(m.open for m in again) == 1


@any_now
def test_one_was_forced_by_a_manager_one_date_corrected_and_others_noted(now):
    (forced,) = (event for event in events(now) if event.forced)
    assert TEAM.person(forced.actor).role == "manager" and forced.reason and forced.item
    assert len(events(now, "dated")) == 1 and len(events(now, "noted")) >= 8
    assert len(events(now, "held")) == 3 and len(events(now, "resumed")) == 1
    assert any(event.item == "accepted" for event in events(now, "unchecked"))


@any_now
def test_cycle_times_look_like_those_of_a_desk(now):
    days = []
    for m, _ in made(now):
        if m.stage == "closed":
            started, finished = day_of(m.entered["analysis"]), max(day_of(d.visible_at) for d in m.active)
            span = (started + dt.timedelta(n) for n in range((finished - started).days + 1))
            days.append(sum(map(is_working_day, span)))
    assert 6 <= statistics.median(days) <= 10 and min(days) >= 2 and 20 <= max(days) <= 35


def test_samples_are_the_same_every_time():
    again = samples(PROCESS, TEAM, TUESDAY.astimezone(dt.UTC))
    assert again == made()


def test_samples_are_nobody_s():
    packages = {package.name for package in datafiles.read_tariff(ROOT / "data" / "tariff.toml").file.packages}
    for m, _ in made():
        assert m.package in packages or m.stage == "package" or m.cancelled
        for host in (m.source_host, m.target_host, *(name for d in m.active for name in (d.name, *d.new_ns.split()))):
            assert not host or host.endswith(".example")
        assert not m.contact_phone or m.contact_phone.startswith("+48 600 000 0")
    assert any(name.startswith("xn--") for m, _ in made() for name in m.domains)
    assert 4 <= sum(m.fee_applies for m, _ in made()) <= 8
    sizes = sorted(len(m.active) for m, _ in made())
    assert sizes[30] <= 3 and sizes[-1] == 24 and sum(5 <= size <= 9 for size in sizes) >= 4


def test_owners_are_of_the_team_and_managers_only_force():
    roles = {person.id: person.role for person in TEAM.people}
    assert {roles[m.owner] for m, _ in made() if m.owner} == {"support"}
    # The newest is there to be taken.
    assert [(m.stage, m.open) for m, _ in made() if not m.owner] == [("package", True)]
    (forced,) = (event for event in events() if event.forced)
    assert {event.recorded_at for event in events() if roles.get(event.actor) == "manager"} == {forced.recorded_at}
    assert len({m.owner for m, _ in made() if m.owner}) == 3


def test_team_without_support_or_managers_has_samples_too():
    viewers = Team.model_validate({"people": [{"id": "w", "name": "W", "role": "viewer"}]})
    assert len(samples(PROCESS, viewers, TUESDAY)) == 60
    managers = Team.model_validate({"people": [{"id": "m", "name": "M", "role": "manager"}]})
    assert len(samples(PROCESS, managers, TUESDAY)) == 60


def test_process_with_more_checks_has_samples_too():
    text = (ROOT / "data" / "stages.toml").read_text(encoding="utf-8")
    label = '{ pl = "Więcej", en = "More" }'
    for n in range(text.count("\nchecks = [\n")):
        more = f'{{ id = "more_{"abcdefghi"[n]}", label = {label}, choices = [ {{ id = "yes", label = {label} }} ] }}'
        text = text.replace("\nchecks = [\n", f"\nchecks = [ {more},\n", 1)
    assert all(rebuild(happened) == m for m, happened in samples(parse_stages(text), TEAM, TUESDAY))


def test_own_servers_are_moved_between_for_a_fee():
    for m, _ in made():
        own = m.source_host.endswith(".hosting.example")
        assert own == m.fee_applies and (not m.target_host or own == m.target_host.startswith("vps"))


def test_samples_are_stored_as_they_were_made(database_url):
    store = Store(engine(database_url))
    assert begin_with_samples(store, PROCESS, TEAM, TUESDAY) == 60
    stored = store.all()
    for m, (made_, happened) in zip(stored, samples(PROCESS, TEAM, TUESDAY), strict=True):
        made_.id, made_.token, happened[0].new["token"] = m.id, m.token, m.token
        assert m == made_ and store.events(m.id) == happened


def test_samples_are_loaded_once_though_two_try_at_once(database_url):
    both = threading.Barrier(2)

    def load(_):
        own = engine_of(database_url)
        try:
            both.wait()
            return begin_with_samples(Store(own), PROCESS, TEAM, TUESDAY)
        finally:
            own.dispose()

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(load, range(2))) == [0, 60]
    assert len(Store(engine(database_url)).all()) == 60


def test_erased_samples_leave_the_erasure_alone_and_do_not_come_back(database_url):
    store = Store(engine(database_url))
    begin_with_samples(store, PROCESS, TEAM, TUESDAY)
    assert store.erase_samples(Act(PROCESS, TEAM.person("maria"), TUESDAY)) == 60
    with reading(store.engine) as connection:
        left = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in metadata.sorted_tables
        }
        (erased,) = connection.execute(sa.select(erasure.c.migrations))
    assert {name for name, count in left.items() if count} == {"erasure", "epoch"} and tuple(erased) == (60,)
    assert begin_with_samples(store, PROCESS, TEAM, TUESDAY) == 0


@pytest.mark.parametrize("person", ["anna", "wiktor", "console"])
def test_samples_are_loaded_by_managers_only(sqlite_url, person):
    store = Store(engine(sqlite_url))
    with pytest.raises(InputError) as refused:
        load_samples(store, TEAM, Act(PROCESS, TEAM.person(person), TUESDAY))
    assert refused.value.errors[0].message.id == "error.may_not.samples" and store.untouched()
    assert load_samples(store, TEAM, Act(PROCESS, TEAM.person("maria"), TUESDAY)) == 60


def test_desk_with_a_migration_of_its_own_gets_no_samples(sqlite_url):
    store = Store(engine(sqlite_url))
    act = Act(PROCESS, TEAM.person("anna"), TUESDAY)
    store.register(act, {"client": "Róża"}, {"a.example": {"display": "a.example"}})
    assert begin_with_samples(store, PROCESS, TEAM, TUESDAY) == 0
    with reading(store.engine) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(migration)) == 1


def test_work_goes_on_from_the_samples(sqlite_url):
    store = Store(engine(sqlite_url))
    begin_with_samples(store, PROCESS, TEAM, TUESDAY)
    act = Act(PROCESS, TEAM.person("anna"), TUESDAY)
    first = store.all()[0]
    store.change(first.id, lambda m: note(m, act, "Dzień dobry"), seen=first.version)
    written = store.register(act, {"client": "Róża"}, {"a.example": {"display": "a.example"}})
    assert written.migration.ref == "P-61" and not written.migration.sample
