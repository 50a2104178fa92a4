"""A quote that stays: numbered, followed until the client decides, never overwritten unawares."""

import concurrent.futures
import datetime as dt
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from core.database.tables import quote as table
from core.database.tables import quote_event
from core.database.transactions import engine, reading, writing
from core.datafiles import read_tariff
from core.ground.messages import InputError
from core.migration import moves
from core.migration.rebuilding import rebuild
from core.offer.customer import Customer
from core.pricing.form import parse_form, texts_of
from core.pricing.quote import quote
from core.pricing.rules import OptionKind
from core.quotes import base, kept_tariff
from core.quotes.drafting import reproduced, same
from core.quotes.rows import Wanted
from core.quotes.saved import QuoteEvent, State, standing, state_on
from core.quotes.store import QuoteConflictError, QuoteReplacedError, Quotes
from core.store.changing import write_new
from core.store.store import Store
from tests.conftest import EASY
from tests.migrations import MARIA, WIKTOR
from tests.quotes import DAY, FROM_VPS, MONDAY, ROSE, TO_VPS, by, draft, save

TODAY = MONDAY.date()
LAST = dt.date(2025, 6, 16)


@pytest.fixture
def quotes(database_url):
    """The quotes of an empty database, once on SQLite and once on PostgreSQL."""
    return Quotes(engine(database_url))


@pytest.fixture
def one(sqlite_url):
    """The quotes of an empty database on SQLite, for what does not depend on it."""
    return Quotes(engine(sqlite_url))


def kinds(quotes, number, today=TODAY):
    return [(happened.kind, happened.item) for happened in quotes.events(number, today)]


def refusal(deed, *args, **more):
    with pytest.raises(InputError) as refused:
        deed(*args, **more)
    return [(mistake.field, mistake.message.id) for mistake in refused.value.errors]


# -- saved, and had again


def test_saved_quote_comes_back_as_it_was_saved(quotes, tariff):
    told = save(quotes, tariff, TO_VPS, subscription="A-7", agreed_on=dt.date(2025, 6, 30))
    found = quotes.one("O/2025/0001")
    assert found == told and found.number == "O/2025/0001"
    assert (found.author, found.customer, found.contact, found.language) == ("anna", ROSE, "Anna Bobrowska", "pl")
    assert (found.saved_at, found.state, found.state_at, found.chosen) == (MONDAY, State.DRAFT, MONDAY, None)
    assert (found.valid_until, found.subscription, found.texts["agreed_on"]) == (LAST, "A-7", "2025-06-30")
    assert (found.texts["package"], found.texts["target"], found.texts["domains"]) == ("basic", "vps", "2")
    (amount,) = found.amounts
    priced = draft(tariff, TO_VPS).quote.options[0]
    assert (amount.kind, amount.net, amount.vat, amount.gross) == ("change", priced.net, priced.vat, priced.gross)
    assert amount.fee == 14_500 and found.offered == (OptionKind.CHANGE,)
    assert kinds(quotes, "O/2025/0001") == [("saved", "")]


def test_number_is_understood_as_people_type_it(one, tariff):
    told = save(one, tariff)
    assert [one.one(text) for text in ("o/2025/1", "2025-0001", " O-2025-1 ", "1", "")] == [
        told,
        told,
        told,
        None,
        None,
    ]


def test_every_way_that_is_offered_has_its_own_amounts(one, tariff):
    told = save(one, tariff, FROM_VPS, offered=("ordered", "self"))
    assert [(a.kind, a.net, a.fee) for a in told.amounts] == [("ordered", 87_500, 14_500), ("self", 73_000, 0)]


# -- numbers


def test_numbers_follow_one_another_by_the_year_in_warsaw(quotes, tariff):
    late = dt.datetime(2025, 6, 2, 22, 30, tzinfo=dt.UTC)
    assert [save(quotes, tariff).number, save(quotes, tariff, by_=by(now=late)).number] == [
        "O/2025/0001",
        "O/2025/0002",
    ]
    # Half past eleven at night in London is the next year in Warsaw.
    eve = dt.datetime(2025, 12, 31, 23, 30, tzinfo=dt.UTC)
    change = {"term_start": "2025-06-01", "valid_until": "2026-05-31", "change_on": "2026-02-01"}
    told = quotes.save(
        by(now=eve), draft(tariff, change | {"target": "plus"} | _counts(), valid_until=dt.date(2026, 1, 9)), tariff
    )
    assert told.number == "O/2026/0001"


def _counts():
    return {"package": "basic", "domains": 2, "mailboxes": 5, "disk_gb": "5"}


def test_what_could_not_be_saved_takes_no_number_and_what_was_erased_gives_none_back(quotes, tariff):
    first = save(quotes, tariff)
    with pytest.raises(InputError):
        save(quotes, tariff, migration=77)
    second = save(quotes, tariff)
    quotes.erase(second, by(MARIA), "na prośbę klienta")
    assert [first.number, second.number, save(quotes, tariff).number] == ["O/2025/0001", "O/2025/0002", "O/2025/0003"]


def test_eight_people_who_save_at_once_get_eight_numbers(quotes, tariff):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: save(quotes, tariff).number, range(24)))
    assert sorted(numbers) == [f"O/2025/{place:04}" for place in range(1, 25)]


# -- what may be saved


def test_viewer_saves_nothing(one, tariff):
    assert refusal(save, one, tariff, by_=by(WIKTOR)) == [("actor", "error.may_not.work")]


@pytest.mark.parametrize(
    ("change", "field", "id"),
    [
        ({"offered": ()}, "offer_option", "error.quote_offered"),
        ({"offered": (OptionKind.CHANGE, OptionKind.CHANGE)}, "offer_option", "error.quote_offered"),
        ({"offered": (OptionKind.SELF,)}, "offer_option", "error.one_of"),
        ({"language": "de"}, "offer_language", "error.one_of"),
        ({"valid_until": dt.date(2025, 6, 1)}, "offer_until", "error.quote_valid_until"),
        ({"valid_until": dt.date(2025, 7, 2)}, "offer_until", "error.quote_valid_until"),
        ({"customer": Customer("")}, "customer_name", "error.customer_name"),
        ({"replaces": "O/2025/0009"}, "replaces", "error.quote_unknown"),
        ({"replaces": "nonsense"}, "replaces", "error.quote_unknown"),
        ({"migration": 77}, "ref", "error.quote_no_migration"),
        ({"contact": "x" * 201}, "offer_contact", "error.too_long"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_and_nothing_is_kept(one, tariff, change, field, id):
    wrong = replace(draft(tariff), **change)
    assert refusal(one.save, by(), wrong, tariff) == [(field, id)]
    assert one.listed(Wanted(), TODAY) == []


def test_day_that_has_passed_and_what_is_not_available_are_not_saved(one, tariff):
    assert ("change_on", "error.offer_day_past") in refusal(one.save, by(now=MONDAY + 40 * DAY), draft(tariff), tariff)
    down = {"package": "plus", "target": "basic", "domains": 2, "mailboxes": 5, "disk_gb": "5"}
    assert refusal(save, one, tariff, down, offered=("change",)) == [("offer_option", "error.offer_not_available")]


SECRET = "hasło: Kot!9Pies"


@pytest.mark.parametrize(
    "change",
    [
        {"customer": Customer(SECRET)},
        {"customer": Customer("Róża", address=("ul. Długa", SECRET))},
        {"contact": SECRET},
        {"subscription": SECRET},
    ],
    ids=["name", "address", "contact", "subscription"],
)
def test_no_password_is_kept_with_a_quote(one, tariff, change):
    with pytest.raises(InputError) as refused:
        one.save(by(), replace(draft(tariff), **change), tariff)
    assert "Kot!9Pies" not in str(refused.value)


def test_no_password_is_kept_as_a_reason(one, tariff):
    told = save(one, tariff, {"package": "basic", "target": "plus", **_counts()})
    for deed in (one.refuse, one.take_back):
        with pytest.raises(InputError) as refused:
            deed(told, by(), SECRET)
        assert refused.value.errors[0].field == "reason" and "Kot" not in str(refused.value)
    with pytest.raises(InputError):
        one.erase(told, by(MARIA), SECRET)


def test_reason_of_a_discount_is_looked_at_too(one, tariff):
    change = {"adjustment": {"percent": "-10", "reason": SECRET}, **_counts(), "target": "plus"}
    assert refusal(save, one, tariff, change)[0][0] == "adjust_reason"


# -- the same to the grosz, for ever

CHANGES = {
    "a price": [('basic = { 1 = "31.00", 12 = "365.00" }', 'basic = { 1 = "41.00", 12 = "999.00" }')],
    "another": [('plus = { 1 = "62.00", 12 = "730.00", 24 = "1400.00" }', 'plus = { 12 = "1.00" }')],
    "VAT": [('percent = "23"', 'percent = "8"')],
    "readings": [('A1 = "renewal"', 'A1 = "surcharge"'), ('A5 = "counted"', 'A5 = "not_counted"')],
    "fees": [('net = "145.00"', 'net = "999.00"')],
    "a package": [("plus =", "other ="), ('id = "plus"', 'id = "other"'), ('name = "Plus"', 'name = "Other"')],
}


@pytest.mark.parametrize("changed", CHANGES)
def test_saved_quote_is_the_same_to_the_grosz_whatever_becomes_of_the_tariff(one, tariff, tmp_path, changed):
    told = [
        save(one, tariff, change, **more)
        for change, more in (
            (TO_VPS, {}),
            (FROM_VPS, {}),
            ({"change_on": "2025-12-01", "target": "plus", **_counts()}, {}),
            ({"valid_until": "2025-10-15", "target": "plus", "price_net": "77.77", **_counts()}, {}),
            ({"adjustment": {"percent": "-10", "reason": "stały klient"}, "target": "plus", **_counts()}, {}),
        )
    ]
    text = EASY.read_text(encoding="utf-8")
    for old, new in CHANGES[changed]:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "tariff.toml").write_text(text, encoding="utf-8")
    later = read_tariff(tmp_path / "tariff.toml")
    assert later.version != tariff.version
    save(one, later, {"target": "vps", **_counts()})
    for saved in told:
        priced, then = Quotes(one.engine).priced(saved)
        assert then.version == tariff.version == priced.tariff_version == saved.tariff_version
        options = {option.kind: option for option in priced.options}
        assert [(options[a.kind].net, options[a.kind].vat, options[a.kind].gross) for a in saved.amounts] == [
            (a.net, a.vat, a.gross) for a in saved.amounts
        ]


@settings(max_examples=60)
@given(data=st.data())
def test_any_quote_of_the_form_comes_out_of_its_texts_and_its_tariff_again(tariff, data):
    def one_of(*options):
        return data.draw(st.sampled_from(options))

    first = dt.date(2025, 1, 1) + DAY * data.draw(st.integers(0, 700))
    texts = {
        "package": one_of("basic", "plus", "pro", "vps"),
        "target": one_of("basic", "plus", "pro", "vps", "vps-big"),
        "term_start": str(first),
        "valid_until": str(first + DAY * data.draw(st.integers(0, 800))),
        "change_on": str(first + DAY * data.draw(st.integers(0, 830))),
        "domains": one_of("0", "2", "30", "120"),
        "mailboxes": "5",
        "disk_gb": one_of("5", "20.501", "7,5"),
        "price_net": one_of("", "", "0", "77,77", "1 000 000,00"),
        "target_price_net": one_of("", "", "123.45"),
        "target_period_months": one_of("", "1", "12", "24"),
        "adjust": one_of("", "-10%", "−50,00", "12.34"),
        "adjust_reason": "stały klient",
    }
    try:
        priced = quote(parse_form(texts, tariff), tariff)
    except InputError:
        return
    kept = kept_tariff.from_json(tariff.version, json.loads(json.dumps(kept_tariff.to_json(tariff))))
    assert same(reproduced({"texts": texts_of(priced)}, kept), priced)


def test_quote_that_could_not_be_had_again_is_not_kept(one, tariff):
    wrong = draft(tariff)
    with pytest.raises(ValueError, match="do not give again"):
        one.save(by(), replace(wrong, quote=replace(wrong.quote, target_period_months=24)), tariff)
    assert save(one, tariff).number == "O/2025/0001"


def test_tariff_is_kept_once_and_whole(one, tariff):
    for _ in range(3):
        save(one, tariff)
    with reading(one.engine) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM quote_tariff")).scalar() == 1
    _, kept = one.priced(one.one("O/2025/0003"))
    assert kept.file == tariff.file


# -- states


def test_quote_is_sent_then_refused_and_each_is_told_with_who_and_when(quotes, tariff):
    sent = quotes.send(save(quotes, tariff), by(now=MONDAY + DAY))
    assert (sent.state, sent.state_at) == (State.SENT, MONDAY + DAY)
    refused = quotes.refuse(sent, by(MARIA, MONDAY + 2 * DAY), "za drogo")
    assert (refused.state, refused.state_at, refused.version) == (State.REFUSED, MONDAY + 2 * DAY, 3)
    assert quotes.events(refused.number, TODAY) == [
        QuoteEvent(1, "saved", "", "anna", "", MONDAY),
        QuoteEvent(2, "sent", "", "anna", "", MONDAY + DAY),
        QuoteEvent(3, "refused", "", "maria", "za drogo", MONDAY + 2 * DAY),
    ]


def test_quote_is_valid_on_its_last_day_and_expired_the_day_after(one, tariff):
    sent = one.send(save(one, tariff), by())
    last = dt.datetime(2025, 6, 16, 21, 59, tzinfo=dt.UTC)
    assert state_on(sent, LAST) == State.SENT and state_on(sent, LAST + DAY) == State.EXPIRED
    # A minute later it is the next day in Warsaw.
    late = by(now=last + dt.timedelta(minutes=1))
    for deed in (lambda: one.accept(sent, late, OptionKind.CHANGE), lambda: one.refuse(sent, late)):
        assert refusal(deed) == [("state", "error.quote_is.expired")]
    assert one.one(sent.number).state == State.SENT
    assert kinds(one, sent.number, LAST + DAY) == [("saved", ""), ("sent", ""), ("expired", "")]
    assert one.accept(sent, by(now=last), OptionKind.CHANGE).state == State.ACCEPTED
    assert kinds(one, sent.number, LAST + 9 * DAY)[-1] == ("accepted", "change")


def test_what_is_decided_is_not_decided_again(one, tariff):
    sent = one.send(save(one, tariff), by())
    assert refusal(one.send, sent, by()) == [("state", "error.quote_is.sent")]
    accepted = one.accept(sent, by(), OptionKind.CHANGE)
    for deed in (one.send, one.refuse, lambda seen, act: one.accept(seen, act, OptionKind.CHANGE)):
        assert refusal(deed, accepted, by()) == [("state", "error.quote_is.accepted")]
    refused = one.refuse(save(one, tariff), by())
    assert refusal(one.send, refused, by()) == [("state", "error.quote_is.refused")]


def test_way_that_was_not_offered_is_not_accepted(one, tariff):
    told = save(one, tariff, FROM_VPS, offered=("ordered", "self"))
    assert refusal(one.accept, told, by(), OptionKind.ABANDON) == [("offer_option", "error.one_of")]
    assert one.accept(told, by(), OptionKind.SELF).chosen == OptionKind.SELF


def test_newer_quote_takes_the_place_of_an_older_and_both_are_kept(quotes, tariff):
    m = Store(quotes.engine).register(by(), {"client": "Róża"}, {"a.pl": {"display": "a.pl"}}).migration
    old = quotes.send(save(quotes, tariff, migration=m.id, subscription="A-7"), by())
    new = save(quotes, tariff, TO_VPS, replaces="o/2025/1")
    old_now = quotes.one(old.number)
    assert (new.replaces, new.replaced_by, old_now.replaced_by) == (old.number, "", new.number)
    assert (new.migration, new.migration_ref, new.subscription) == (m.id, "P-1", "A-7")
    assert kinds(quotes, old.number)[-1] == ("replaced", new.number)
    assert kinds(quotes, new.number) == [("saved", old.number), ("attached", "P-1")]
    for deed in (
        lambda seen: quotes.send(seen, by()),
        lambda seen: quotes.accept(seen, by(), OptionKind.CHANGE),
        lambda seen: quotes.refuse(seen, by()),
        lambda seen: quotes.take_back(seen, by(), "pomyłka"),
    ):
        assert refusal(deed, old_now) == [("state", "error.quote_replaced")]


def test_second_who_replaces_a_quote_is_told_of_the_first(quotes, tariff):
    old = save(quotes, tariff)
    new = save(quotes, tariff, replaces=old.number, by_=by(MARIA))
    with pytest.raises(QuoteConflictError) as told:
        save(quotes, tariff, replaces=old.number)
    assert [(e.kind, e.item, e.actor) for e in told.value.since] == [("replaced", new.number, "maria")]
    accepted = quotes.accept(new, by(), OptionKind.CHANGE)
    with pytest.raises(QuoteConflictError) as told:
        save(quotes, tariff, replaces=new.number)
    assert told.value.now == accepted and told.value.since[0].kind == "accepted"
    assert save(quotes, tariff).number == "O/2025/0003"


# -- a wrong click


def test_wrong_click_is_taken_back_with_a_reason(one, tariff):
    told = save(one, tariff)
    assert refusal(one.take_back, told, by(), "pomyłka") == [("state", "error.quote_is.draft")]
    sent = one.send(told, by())
    refused = one.refuse(sent, by(now=MONDAY + DAY))
    assert refusal(one.take_back, refused, by(), " ") == [("reason", "error.missing")]
    back = one.take_back(refused, by(now=MONDAY + DAY), "nie ten klient")
    assert (back.state, back.state_at, back.chosen) == (State.SENT, MONDAY, None)
    accepted = one.accept(back, by(), OptionKind.CHANGE)
    back = one.take_back(accepted, by(), "nie ten klient")
    assert (back.state, back.chosen) == (State.SENT, None)
    assert one.take_back(back, by(), "jeszcze nie").state == State.DRAFT


def test_standing_is_what_the_events_say(one, tariff):
    with pytest.raises(ValueError, match="begins with being saved"):
        standing([QuoteEvent(1, "sent", "", "anna", "", MONDAY)])
    with pytest.raises(ValueError, match="without events"):
        standing([])


# -- two people


def test_second_of_two_people_is_told_what_happened_since(quotes, tariff):
    seen = save(quotes, tariff)
    quotes.send(seen, by(MARIA))
    for deed in (
        lambda: quotes.send(seen, by()),
        lambda: quotes.refuse(seen, by()),
        lambda: quotes.accept(seen, by(), OptionKind.CHANGE),
        lambda: quotes.take_back(seen, by(), "pomyłka"),
        lambda: quotes.erase(seen, by(MARIA), "na prośbę"),
    ):
        with pytest.raises(QuoteConflictError) as told:
            deed()
        assert told.value.now.state == State.SENT and told.value.message.id == "deed.meanwhile"
        assert [(e.kind, e.actor) for e in told.value.since] == [("sent", "maria")]
    assert kinds(quotes, seen.number) == [("saved", ""), ("sent", "")]


def test_of_eight_who_decide_at_once_one_does_and_seven_are_told(quotes, tariff):
    seen = save(quotes, tariff)

    def decide(place):
        try:
            return quotes.accept(seen, by(), OptionKind.CHANGE) if place % 2 else quotes.refuse(seen, by())
        except QuoteConflictError as conflict:
            return conflict

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        done = list(pool.map(decide, range(8)))
    (winner,) = [saved for saved in done if not isinstance(saved, QuoteConflictError)]
    assert all(told.now == winner for told in done if isinstance(told, QuoteConflictError))
    assert len(kinds(quotes, seen.number)) == 2


def test_quote_that_was_erased_meanwhile_is_told(one, tariff):
    seen = save(one, tariff)
    one.erase(seen, by(MARIA), "na prośbę")
    with pytest.raises(QuoteConflictError) as told:
        one.send(seen, by())
    assert told.value.now is None and told.value.message.id == "quotes.erased_meanwhile"


def test_quote_seen_in_another_life_of_the_database_is_refused(quotes, tariff):
    seen = save(quotes, tariff)
    with writing(quotes.engine) as connection:
        connection.execute(sa.text("UPDATE epoch SET token = 'another'"))
    with pytest.raises(QuoteReplacedError) as told:
        quotes.send(seen, by())
    assert told.value.message.id == "store.replaced" and told.value.now.number == seen.number
    assert quotes.send(quotes.one(seen.number), by()).state == State.SENT


# -- migrations

OF_DOMAINS = {"a.pl": {"display": "a.pl", "mailboxes": 3}, "b.pl": {"display": "b.pl"}}


def begin(quotes, **values):
    return Store(quotes.engine).register(by(), {"client": "Róża", **values}, {"a.pl": {"display": "a.pl"}}).migration


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


# -- found


def test_quotes_are_found_by_number_client_nip_and_subscription(quotes, tariff):
    save(quotes, tariff, subscription="A-7/2")
    save(quotes, tariff, customer=Customer("Żółw Sp. z o.o.", "1060000062"), by_=by(MARIA, MONDAY + DAY))

    def found(text="", **more):
        return [saved.number[-1] for saved in quotes.listed(Wanted(text, **more), TODAY)]

    assert found() == ["2", "1"]
    for text, numbers in {
        "zolw": "2", "ŻÓŁW sp": "2", "roza spolka": "1", "O/2025/0002": "2", "2025-2": "2", "o/2025": "21",
        "526-104-08-28": "1", "5261040828": "1", "PL 526 104 08 28": "1", "NIP: PL5261040828": "1",
        "zolw 5261040828": "", "a-7/2": "1", "%": "", "_": "", "nikt": "",
    }.items():  # fmt: skip
        assert "".join(found(text)) == numbers, text
    assert found(author="maria") == ["2"] and found(subscription="A-7/2") == ["1"]
    assert found(since=TODAY + DAY) == ["2"] and found(until=TODAY) == ["1"]
    assert [saved.number for saved in quotes.listed(Wanted(), TODAY, limit=1)] == ["O/2025/0002"]
    assert sorted(saved.author for saved in quotes.listed(Wanted(), TODAY)) == ["anna", "maria"]
    with pytest.raises(InputError):
        found("x" * 1001)


@pytest.mark.parametrize("number", ["2026/0017", "2026-17", "12-34567890", "1234567890"])
def test_subscription_numbered_like_a_quote_or_a_nip_is_found_by_it(one, tariff, number):
    told = save(one, tariff, subscription=number)
    assert one.listed(Wanted(number), TODAY) == [told]


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "O/2025/0001\x00"], ids=ascii)
def test_letters_that_no_database_takes_are_asked_for_in_vain(quotes, tariff, text):
    save(quotes, tariff)
    assert quotes.listed(Wanted(text, subscription=text), TODAY) == []
    assert Store(quotes.engine).by_ref(text) is None and base.by_number(quotes.engine, text) is None
    assert base.find(quotes.engine, text) == []


def test_quotes_are_found_by_the_state_of_the_day(quotes, tariff):
    save(quotes, tariff)
    quotes.send(save(quotes, tariff), by())
    quotes.accept(save(quotes, tariff), by(), OptionKind.CHANGE)
    quotes.refuse(save(quotes, tariff), by())

    def found(day, *states):
        return [saved.number[-1] for saved in quotes.listed(Wanted(states=frozenset(states)), day)]

    assert [found(LAST, state) for state in State] == [["1"], ["2"], ["3"], ["4"], []]
    assert [found(LAST + DAY, state) for state in State] == [[], [], ["3"], ["4"], ["2", "1"]]
    assert found(LAST + DAY, State.EXPIRED, State.ACCEPTED) == ["3", "2", "1"]


def test_mark_is_another_after_every_change(one, tariff):
    marks = [one.mark()]
    told = save(one, tariff)
    marks.append(one.mark())
    told = one.send(told, by())
    marks.append(one.mark())
    one.erase(told, by(MARIA), "na prośbę")
    marks.append(one.mark())
    assert len(set(marks)) == 4 and one.mark() == marks[-1]


# -- erased


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
