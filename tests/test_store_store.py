"""What is stored follows from the events, and is looked at without reading everything anew."""

import datetime as dt
import os

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.database.transactions import engine
from core.ground.messages import InputError
from core.migration import moves
from core.migration.migration import Done
from core.migration.people import CONSOLE
from core.migration.rebuilding import after, rebuild
from core.migration.stages import CONFIRMED, STAGES
from core.store.conflicts import ConflictError
from core.store.store import Store
from tests.migrations import ANNA, DAY, MARIA, NOW, act, some_deed
from tests.stores import ON_BOTH, begin, brought, do, empty, told

store = pytest.fixture(empty)


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


@ON_BOTH
def test_new_migration_and_its_note_are_written_together_or_not_at_all(store):
    domains = {"a.pl": {"display": "a.pl"}}
    with pytest.raises(InputError):
        store.register(act(), {"client": "Róża"}, domains, "hasło: Kot12!x")
    assert store.all() == []
    made = store.register(act(), {"client": "Róża"}, domains, "dzwonić po 15").migration
    assert [note.text for note in store.one(made.id).notes] == ["dzwonić po 15"]
    assert rebuild(store.events(made.id)).notes == store.one(made.id).notes


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
