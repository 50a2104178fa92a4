"""The last move taken back within a minute: by whoever made it, while nothing has happened since, and never too far."""

import datetime as dt
from functools import partial

import pytest

from core.ground.messages import InputError
from core.migration import gate, moves, resolvers_aside, undoing
from core.migration.gate import Filled, Ticked
from core.migration.migration import Migration
from core.migration.rebuilding import after, rebuild
from core.migration.stages import CONFIRMED
from core.store.conflicts import ConflictError
from core.store.store import Store
from tests.migrations import ANNA, MARIA, NOW, WIKTOR, Life, act, steps

LATER = NOW + dt.timedelta(seconds=50)


def undone(life, since, *, by=ANNA, now=LATER, until=None):
    """Take back what happened after event number `since`."""
    events = life.events
    return life.do(lambda m, doing: undoing.undo(m, doing, events, since, until), by=by, now=now)


def why_not(life, since, **more):
    """Return why it cannot be taken back; nothing has happened then."""
    before = life.m.copy()
    with pytest.raises(InputError) as refused:
        undone(life, since, **more)
    assert life.m == before
    return refused.value.errors[0].message.id


def stands(m: Migration) -> tuple[object, ...]:
    """Return what a migration is, whatever its numbers."""
    of_domains = {d.name: (d.step, d.checks, d.entered, d.withdrawn, d.extra, d.mailboxes) for d in m.domains.values()}
    own = (m.stage, m.checks, m.entered, m.hold, m.held, m.cancelled, m.waiting_on, m.package, m.notes)
    return (*own, of_domains)


DEEDS = {
    "moved on": ("data", lambda life: life.on()),
    "a tick": ("package", lambda life: life.do(moves.check, "server")),
    "a tick taken back": ("test", lambda life: life.do(moves.uncheck, CONFIRMED, "a.pl")),
    "test confirmed": ("test", lambda life: life.on("b.pl")),
    "reworked": ("test", lambda life: life.do(moves.rework, "a.pl", "migration", "brak skrzynki")),
    "switched back": ("dns", lambda life: life.do(moves.switch_back, "a.pl", "sync", "strona nie działa")),
    "visible": ("dns", lambda life: life.on("a.pl")),
    "corrected": ("sync", lambda life: life.do(moves.correct, "data", "pomyłka")),
    "held": ("sync", lambda life: life.do(moves.hold, "us", "urlop")),
    "cancelled": ("sync", lambda life: life.do(moves.cancel, "rezygnacja")),
    "withdrawn": ("sync", lambda life: life.do(moves.withdraw, "a.pl", "niepotrzebna")),
    "added": ("sync", lambda life: life.do(moves.add_domain, "c.pl", {"display": "c.pl"})),
    "changed": ("sync", lambda life: life.do(moves.change, {"mailboxes": 7}, "a.pl")),
    "noted": ("sync", lambda life: life.do(moves.note, "dzwonić po 15")),
    "dated": ("sync", lambda life: life.do(moves.date, "sync", NOW - dt.timedelta(hours=1), "wcześniej", "a.pl")),
    "closed": ("passwords", lambda life: life.on()),
}


def begun(stage):
    """Return a life at a stage, whose first domain has all that its gate asks but for the next step."""
    life = Life("a.pl", "b.pl").to(stage)
    if stage == "test":
        life.do(moves.check, CONFIRMED, "a.pl")
    if stage == "dns":
        life.do(moves.check, "ns_changed", "a.pl")
    return life


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_done_last_is_taken_back_whole_by_a_further_event(deed):
    stage, do = DEEDS[deed]
    life = begun(stage)
    before, since = life.m.copy(), len(life.events)
    do(life)
    assert stands(life.m) != stands(before)
    done = life.events
    (event,) = undone(life, since, until=len(done))
    assert (event.kind, event.actor) == ("undone", "anna") and life.events[:-1] == done
    assert stands(life.m) == stands(before) and rebuild(life.events) == life.m


def test_versions_go_on_so_that_nobody_overwrites_what_was_taken_back():
    life = begun("test")
    life.on("b.pl")
    seen = {name: d.version for name, d in life.m.domains.items()}
    undone(life, len(life.events) - 2)
    assert life.m.domains["b.pl"].version > seen["b.pl"] and life.m.domains["a.pl"].version == seen["a.pl"]


def test_what_was_taken_back_can_be_done_again():
    life = begun("test")
    since = len(life.events)
    life.on("b.pl")
    undone(life, since)
    assert life.on("b.pl").m.domains["b.pl"].step == "dns"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"now": NOW + dt.timedelta(seconds=61)}, "error.undo_late"),
        ({"by": MARIA}, "error.undo_others"),
        ({"by": WIKTOR}, "error.may_not.work"),
        ({"until": 1}, "error.undo_since"),
    ],
)
def test_after_a_minute_or_by_somebody_else_nothing_is_taken_back(more, why):
    life = begun("test")
    since = len(life.events)
    life.on("b.pl")
    assert why_not(life, since, **more) == why


def test_what_somebody_else_or_oneself_has_done_since_is_not_taken_back_with_it():
    life = begun("test")
    since = len(life.events)
    life.on("b.pl")
    until = len(life.events)
    life.do(moves.note, "z innego okna")
    assert why_not(life, since, until=until) == "error.undo_since"
    life.do(moves.note, "kto inny", by=MARIA)
    assert why_not(life, since, until=until) == "error.undo_others"


def test_nothing_is_taken_back_twice_and_no_undoing_is():
    life = begun("test")
    since = len(life.events)
    life.on("b.pl")
    until = len(life.events)
    undone(life, since, until=until)
    assert why_not(life, since, until=until) == "error.undo_since"
    assert why_not(life, since) == "error.undo_nothing"
    assert why_not(life, len(life.events) - 1) == "error.undo_nothing"
    assert why_not(life, len(life.events)) == "error.undo_nothing"


def test_taking_up_a_migration_a_new_name_and_a_resolver_aside_are_not_taken_back_like_this():
    life = Life("a.pl")
    assert why_not(life, 0) == "error.undo_nothing"
    since = len(life.events)
    life.do(moves.rename_domain, "a.pl", "b.pl", "literówka")
    assert why_not(life, since) == "error.undo_nothing" and not undoing.can_be_undone(life.events[since:])
    since = len(life.events)
    life.do(resolvers_aside.set_aside, "b.pl", "one", "Biuro 192.0.2.53", "stary cache")
    assert why_not(life, since) == "error.undo_nothing" and not undoing.can_be_undone(())


def test_no_undoing_leads_past_the_client_s_test():
    """What stands after it is what stood before the deed, when nothing stood past the test without it either."""
    life = begun("dns")
    since = len(life.events)
    life.do(moves.switch_back, "a.pl", "migration", "strona nie działa")
    undone(life, since)
    assert steps(life.m)["a.pl"] == "dns" and life.m.domains["a.pl"].tested_at is not None
    unticked = begun("test")
    since = len(unticked.events)
    unticked.do(gate.go_through, Filled(domains=("a.pl",)))
    undone(unticked, since)
    unticked.do(moves.uncheck, CONFIRMED, "a.pl")
    with pytest.raises(InputError):
        unticked.do(moves.advance, "a.pl", by=MARIA, force="pilne")


# -- under the locks of the store


def stored(store: Store, life: Life, ref: str = "P-1") -> Migration:
    of_domains = {name: {"display": name} for name in life.m.domains}
    made = store.register(act(), {"ref": ref, "client": "Róża"}, of_domains)
    return store.change(made.migration.id, lambda now: life.events[len(made.events) :]).migration


def take_back(store, written, *, by=ANNA, now=LATER):
    """Take back what was written, as a page does: nothing may have changed since."""
    m = written.migration
    events, since = store.events(m.id), m.seq - len(written.events)
    decide = partial(undoing.undo, act=act(by, now), events=events, since=since, until=m.seq)
    domains = {name: d.version for name, d in m.domains.items()}
    more = {"seen": m.version, "domains": domains, "all_domains": True, "origin": m.origin}
    return store.change(m.id, decide, **more)


@pytest.mark.postgres
def test_of_two_windows_the_second_one_takes_nothing_back(store):
    m = stored(store, begun("test"))
    written = store.change(m.id, partial(gate.go_through, act=act(), filled=Filled(domains=("a.pl",))))
    assert take_back(store, written).migration.domains["a.pl"].step == "test"
    with pytest.raises(ConflictError):
        take_back(store, written)


def test_change_of_somebody_else_to_another_domain_keeps_the_move(store):
    m = stored(store, begun("test"))
    written = store.change(m.id, partial(gate.go_through, act=act(), filled=Filled(domains=("a.pl",))))
    store.change(m.id, partial(moves.change, act=act(MARIA), values={"mailboxes": 3}, domain="b.pl"))
    with pytest.raises(ConflictError) as refused:
        take_back(store, written)
    assert [event.actor for event in refused.value.since] == ["maria"]
    assert store.one(m.id).domains["a.pl"].step == "dns"


def test_cancelling_is_not_taken_back_once_a_domain_is_moved_by_another_migration(store):
    m = stored(store, Life("a.pl").to("sync"))
    written = store.change(m.id, partial(moves.cancel, act=act(), reason="rezygnacja"))
    store.register(act(), {"ref": "P-2", "client": "Łąka"}, {"www.a.pl": {"display": "www.a.pl"}})
    with pytest.raises(InputError) as refused:
        take_back(store, written)
    assert refused.value.errors[0].message.id == "error.domain_elsewhere"
    assert store.one(m.id).cancelled is not None


def test_what_was_taken_back_is_what_the_events_tell(store):
    m = stored(store, begun("test"))
    ticks = {CONFIRMED: Ticked()}
    written = store.change(m.id, partial(gate.go_through, act=act(), filled=Filled(ticks, domains=("a.pl", "b.pl"))))
    take_back(store, written)
    now, told = store.one(m.id), rebuild(store.events(m.id))
    assert stands(now) == stands(told) == stands(after(m, ()))


def test_domain_that_was_withdrawn_and_added_once_more_is_withdrawn_again():
    life = Life("a.pl", "b.pl").to("sync")
    life.do(moves.withdraw, "a.pl", "niepotrzebna")
    before, since = life.m.copy(), len(life.events)
    life.do(moves.add_domain, "a.pl", {"display": "a.pl"})
    undone(life, since)
    assert stands(life.m) == stands(before) and rebuild(life.events) == life.m
