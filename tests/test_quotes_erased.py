"""Quotes are erased with all that is of them; what happened to one is never changed otherwise."""

import concurrent.futures

import pytest
import sqlalchemy as sa

from core.database.tables import quote as table
from core.database.tables import quote_event
from core.database.transactions import reading, writing
from core.ground.messages import InputError
from core.migration import moves
from core.migration.rebuilding import rebuild
from core.offer.customer import Customer
from core.pricing.rules import OptionKind
from core.quotes.rows import Wanted
from core.quotes.saved import State, standing
from core.quotes.store import QuoteConflictError
from core.store.changing import write_new
from core.store.store import Store
from tests.migrations import MARIA
from tests.quotes import (
    MONDAY,
    ROSE,
    TO_VPS,
    TODAY,
    begin,
    by,
    refusal,
    save,
)


def test_quote_is_erased_by_a_manager_alone_with_all_that_is_of_it(quotes, tariff):
    told = save(quotes, tariff)
    assert refusal(quotes.erase, told, by(), "na prośbę") == [("actor", "error.may_not.erase")]
    assert refusal(quotes.erase, told, by(MARIA), "prosiła róża i spółka") == [("reason", "error.reason_names")]
    quotes.erase(told, by(MARIA), "na prośbę klienta")
    assert quotes.one(told.number) is None and quotes.events(told.number, TODAY) == []
    with reading(quotes.engine) as connection:
        erased = connection.execute(sa.text("SELECT actor, reason, migrations, events, kind FROM erasure")).all()
    assert erased == [("maria", "na prośbę klienta", 0, 1, "quote")]


def test_chain_of_versions_closes_over_one_that_is_erased(quotes, tariff):
    first = save(quotes, tariff)
    second = save(quotes, tariff, replaces=first.number)
    third = save(quotes, tariff, replaces=second.number)
    quotes.erase(quotes.one(second.number), by(MARIA), "na prośbę")
    assert quotes.one(first.number).replaced_by == third.number
    assert quotes.one(third.number).replaces == first.number
    quotes.erase(quotes.one(third.number), by(MARIA), "na prośbę")
    assert quotes.send(quotes.one(first.number), by()).state == State.SENT


def test_migration_takes_its_quotes_along_when_it_is_erased(quotes, tariff):
    store, m = Store(quotes.engine), begin(quotes)
    first = save(quotes, tariff, migration=m.id)
    save(quotes, tariff, replaces=first.number)
    other = save(quotes, tariff)
    store.erase([m.id], by(MARIA), "na prośbę")
    assert quotes.listed(Wanted(), TODAY) == [other]
    with reading(quotes.engine) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(quote_event)).scalar() == 1
        assert ROSE.name not in str(connection.execute(sa.select(table.c.customer).where(table.c.id != other.id)).all())


def test_migration_takes_the_versions_along_from_before_it_began(quotes, tariff):
    first = save(quotes, tariff, TO_VPS)
    second = save(quotes, tariff, TO_VPS, replaces=first.number)
    elsewhere = quotes.attach(save(quotes, tariff, customer=Customer("Łąka")), by(), begin(quotes).id)
    third = quotes.accept(
        save(quotes, tariff, TO_VPS, replaces=second.number),
        by(),
        OptionKind.CHANGE,
        None,
        {"b.pl": {"display": "b.pl"}},
    )
    Store(quotes.engine).erase([third.migration], by(MARIA), "na prośbę")
    assert quotes.listed(Wanted(), TODAY) == [elsewhere]


def test_samples_take_their_quotes_along(one, tariff):
    made = moves.register(by(), "P-1", {"client": "Róża"}, {"a.pl": {"display": "a.pl"}}, sample=True)
    with writing(one.engine) as connection:
        write_new(connection, [(m := rebuild(made), made)])
    save(one, tariff, migration=m.id)
    other = save(one, tariff)
    assert Store(one.engine).erase_samples(by(MARIA)) == 1
    assert one.listed(Wanted(), TODAY) == [other]


def test_people_who_save_replace_accept_attach_and_erase_at_once_never_block_each_other(quotes, tariff):
    store = Store(quotes.engine)
    ids = [
        store.register(by(), {"client": "Róża"}, {f"{name}.pl": {"display": f"{name}.pl"}}).migration.id
        for name in "abc"
    ]
    seen = [save(quotes, tariff, TO_VPS, migration=ids[n % 2]) for n in range(4)]
    added = {"d.pl": {"display": "d.pl"}}
    deeds = [
        *(lambda s=s: save(quotes, tariff, replaces=s.number) for s in seen),
        *(lambda s=s: quotes.accept(s, by(), OptionKind.CHANGE, None, added) for s in seen),
        *(lambda s=s: quotes.attach(s, by(), ids[2]) for s in seen),
        *(lambda s=s: quotes.erase(s, by(MARIA), "na prośbę") for s in seen[:2]),
        lambda: store.erase([ids[0]], by(MARIA), "na prośbę"),
        *(lambda: save(quotes, tariff, migration=ids[0]) for _ in range(3)),
    ]

    def done(deed):
        try:
            deed()
        except (QuoteConflictError, InputError) as told:
            return told
        return None

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(done, deeds))
    assert quotes.listed(Wanted(migration=ids[0]), TODAY) == [] and store.one(ids[0]) is None
    stand, histories = quotes.all()
    for saved in stand:
        now = standing(histories[saved.id])
        assert (saved.state, saved.state_at, saved.chosen, saved.version) == (
            now.state, now.state_at, now.chosen, now.version
        )  # fmt: skip


@pytest.mark.parametrize("statement", ["UPDATE quote_event SET actor = 'ola'", "DELETE FROM quote_event"])
def test_what_happened_to_a_quote_cannot_be_changed_or_deleted(quotes, tariff, statement):
    save(quotes, tariff)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), writing(quotes.engine) as connection:
        connection.execute(sa.text(statement))


def test_what_happened_to_a_quote_has_no_gap(quotes, tariff):
    save(quotes, tariff)
    with pytest.raises(sa.exc.IntegrityError, match="gap"), writing(quotes.engine) as connection:
        values = {
            "quote_id": 1,
            "seq": 3,
            "kind": "sent",
            "item": "",
            "actor": "ola",
            "reason": "",
            "recorded_at": MONDAY,
        }
        connection.execute(sa.insert(quote_event), values)
