"""An accepted quote begins a migration or brings one up to date, and what of that is taken back."""

from core.migration import moves
from core.pricing.rules import OptionKind
from core.quotes.rows import Wanted
from core.quotes.saved import State
from core.store.store import Store
from tests.quotes import DAY, FROM_VPS, MONDAY, OF_DOMAINS, ROSE, TO_VPS, TODAY, begin, by, kinds, refusal, save


def test_accepted_quote_begins_a_migration_with_its_client_package_and_fee(quotes, tariff):
    sent = quotes.send(save(quotes, tariff, TO_VPS), by())
    accepted = quotes.accept(sent, by(), OptionKind.CHANGE, {"contact_name": "Ewa Nowak"}, OF_DOMAINS)
    m = Store(quotes.engine).one(accepted.migration)
    assert (m.ref, m.client, m.package, m.fee_applies) == ("P-1", ROSE.name, "VPS", True)
    assert (m.contact_name, list(m.domains), m.domains["a.pl"].mailboxes) == ("Ewa Nowak", ["a.pl", "b.pl"], 3)
    assert (accepted.migration_ref, accepted.chosen) == ("P-1", OptionKind.CHANGE)
    assert kinds(quotes, sent.number)[2:] == [("accepted", "change"), ("begun", "P-1")]


def test_migration_that_cannot_begin_leaves_the_quote_as_it_was(quotes, tariff):
    begin(quotes)
    sent = quotes.send(save(quotes, tariff, TO_VPS), by())
    assert refusal(quotes.accept, sent, by(), OptionKind.CHANGE, {}, OF_DOMAINS) == [
        ("domain", "error.domain_elsewhere")
    ]
    assert quotes.one(sent.number) == sent and len(Store(quotes.engine).all()) == 1


def test_accepted_quote_brings_its_migration_up_to_date(quotes, tariff):
    m = begin(quotes, package="Basic")
    told = save(quotes, tariff, TO_VPS, migration=m.id)
    accepted = quotes.accept(told, by(), OptionKind.CHANGE, None, OF_DOMAINS)
    now = Store(quotes.engine).one(m.id)
    assert (now.client, now.package, now.fee_applies, list(now.domains)) == ("Róża", "VPS", True, ["a.pl", "b.pl"])
    assert kinds(quotes, told.number)[2:] == [("accepted", "change"), ("updated", "P-1")]
    assert accepted.migration == m.id


def test_way_without_our_work_takes_the_fee_off_and_a_change_that_moves_nothing_leaves_it(one, tariff):
    m = begin(one, fee_applies=True)
    one.accept(save(one, tariff, migration=m.id), by(), OptionKind.CHANGE)
    assert (Store(one.engine).one(m.id).package, Store(one.engine).one(m.id).fee_applies) == ("Plus", True)
    one.accept(save(one, tariff, FROM_VPS, migration=m.id), by(), OptionKind.SELF)
    assert not Store(one.engine).one(m.id).fee_applies


def test_migration_that_is_over_stays_as_it_is(one, tariff):
    m = begin(one, package="Basic")
    Store(one.engine).change(m.id, lambda m: moves.cancel(m, by(), "rezygnacja"))
    told = save(one, tariff, migration=m.id)
    assert refusal(one.accept, told, by(), OptionKind.CHANGE, None, OF_DOMAINS) == [("stage", "error.cancelled")]
    assert one.accept(told, by(), OptionKind.CHANGE).state == State.ACCEPTED
    assert Store(one.engine).one(m.id).package == "Basic"


def test_acceptance_taken_back_gives_its_migration_back_what_nobody_changed_since(one, tariff):
    store, m = Store(one.engine), begin(one, package="Basic")
    accepted = one.accept(save(one, tariff, TO_VPS, migration=m.id), by(), OptionKind.CHANGE, {"owner": "anna"})
    store.change(m.id, lambda m: moves.change(m, by(now=MONDAY + DAY), {"owner": "maria"}))
    back = one.take_back(accepted, by(now=MONDAY + 2 * DAY), "nie ten klient")
    now = store.one(m.id)
    assert (now.package, now.fee_applies, now.owner, back.state) == ("Basic", False, "maria", State.DRAFT)
    assert kinds(one, back.number)[-1] == ("taken_back", "P-1")


def test_what_an_acceptance_taken_back_before_had_changed_stays_as_people_left_it(one, tariff):
    store, m = Store(one.engine), begin(one, package="Basic")
    accepted = one.accept(save(one, tariff, TO_VPS, migration=m.id), by(), OptionKind.CHANGE)
    back = one.take_back(accepted, by(now=MONDAY + DAY), "pomyłka")
    store.change(m.id, lambda m: moves.change(m, by(now=MONDAY + DAY), {"fee_applies": True, "package": "VPS"}))
    again = one.accept(back, by(now=MONDAY + 2 * DAY), OptionKind.CHANGE)
    one.take_back(again, by(now=MONDAY + 3 * DAY), "pomyłka")
    assert (store.one(m.id).package, store.one(m.id).fee_applies) == ("VPS", True)


def test_acceptance_that_began_something_is_not_taken_back(one, tariff):
    begun = one.accept(save(one, tariff, TO_VPS), by(), OptionKind.CHANGE, None, OF_DOMAINS)
    added = one.accept(
        save(one, tariff, TO_VPS, migration=begun.migration),
        by(),
        OptionKind.CHANGE,
        None,
        {"c.pl": {"display": "c.pl"}},
    )
    for accepted in (begun, added):
        assert refusal(one.take_back, accepted, by(now=MONDAY + DAY), "pomyłka") == [("state", "error.quote_begun")]


def test_quote_is_attached_to_a_migration_until_its_acceptance_moved_one(quotes, tariff):
    m = begin(quotes)
    told = quotes.attach(save(quotes, tariff), by(), m.id)
    assert (told.migration, told.migration_ref) == (m.id, "P-1") and quotes.attach(told, by(), m.id) == told
    assert kinds(quotes, told.number) == [("saved", ""), ("attached", "P-1")]
    assert refusal(quotes.attach, told, by(), 77) == [("ref", "error.quote_no_migration")]
    accepted = quotes.accept(told, by(), OptionKind.CHANGE)
    assert refusal(quotes.attach, accepted, by(), m.id) == [("ref", "error.quote_attached")]
    assert [saved.number for saved in quotes.listed(Wanted(migration=m.id), TODAY)] == [told.number]
