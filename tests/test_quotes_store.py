"""A quote that stays: numbered, followed until the client decides, never overwritten unawares."""

import concurrent.futures
import datetime as dt

import pytest
import sqlalchemy as sa

from core.database.transactions import writing
from core.ground.messages import InputError
from core.pricing.rules import OptionKind
from core.quotes.saved import QuoteEvent, State, standing, state_on
from core.quotes.store import QuoteConflictError, QuoteReplacedError
from core.store.store import Store
from tests.migrations import MARIA
from tests.quotes import (
    DAY,
    FROM_VPS,
    LAST,
    MONDAY,
    ROSE,
    TO_VPS,
    TODAY,
    by,
    counts,
    draft,
    kinds,
    refusal,
    save,
)

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
        by(now=eve), draft(tariff, change | {"target": "plus"} | counts(), valid_until=dt.date(2026, 1, 9)), tariff
    )
    assert told.number == "O/2026/0001"


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
