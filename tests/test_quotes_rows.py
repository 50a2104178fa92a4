"""Quotes are found again: by what people remember of them, and by the state of the day."""

import pytest

from core.ground.messages import InputError
from core.offer.customer import Customer
from core.pricing.rules import OptionKind
from core.quotes import subscription_base
from core.quotes.rows import Wanted
from core.quotes.saved import State
from core.store.store import Store
from tests.migrations import MARIA
from tests.quotes import DAY, LAST, MONDAY, TODAY, by, save


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


def test_quotes_are_found_by_the_number_and_the_telephone_of_their_migration(quotes, tariff):
    of_domains = {"a.example": {"display": "a.example"}}
    with_phone = {"ref": "P-61", "client": "Róża", "contact_phone": "22 123 45 67 / +48 601-234-567"}
    made = Store(quotes.engine).register(by(), with_phone, of_domains).migration
    quotes.attach(save(quotes, tariff), by(), made.id)
    save(quotes, tariff)

    def found(text):
        return "".join(saved.number[-1] for saved in quotes.listed(Wanted(text), TODAY))

    for text in ("P61", "p 61", "P-61", "601234567", "+48 601 234 567", "0048601234567", "tel. (601) 234-567"):
        assert found(text) == "1", text
    assert found("P610") == found("P6") == found("601234568") == ""
    # Few digits are the number of a quote, not any two of a year or of a NIP.
    assert found("2") == found("0002") == "2" and found("20") == found("61") == ""


@pytest.mark.parametrize("number", ["2026/0017", "2026-17", "12-34567890", "1234567890"])
def test_subscription_numbered_like_a_quote_or_a_nip_is_found_by_it(one, tariff, number):
    told = save(one, tariff, subscription=number)
    assert one.listed(Wanted(number), TODAY) == [told]


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "O/2025/0001\x00"], ids=ascii)
def test_letters_that_no_database_takes_are_asked_for_in_vain(quotes, tariff, text):
    save(quotes, tariff)
    assert quotes.listed(Wanted(text, subscription=text), TODAY) == []
    assert Store(quotes.engine).by_ref(text) is None and subscription_base.by_number(quotes.engine, text) is None
    assert subscription_base.find(quotes.engine, text) == []


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
