"""Every open question, and every reading it has."""

import datetime as dt

import pytest

from core.pricing.readings import ASSUMPTIONS, CHOICES, QUESTIONS

# question -> (change, reading, net zl) for each reading; the first is the default of the tariff.
CASES = {
    "A1": ({"change_on": "2025-12-01"}, {"renewal": "730.00", "surcharge": "31.00"}),
    "A2": ({"target": "vps", "domains": 30, "change_on": "2026-01-05"}, {"lower": "1705.00", "higher": "1755.00"}),
    "A3": ({"target": "vps", "domains": 50, "change_on": "2026-01-05"}, {"lower": "1755.00", "higher": "1805.00"}),
    # 30 January + 1 month = 28 February, the end; the end - 1 month = 28 January.
    "A4": (
        {"term_start": "2024-02-29", "valid_until": "2025-03-29", "change_on": "2025-02-28", "price_net": "395.00"},
        {"forward": None, "back": None},
    ),
    "A5": ({"change_on": "2025-07-01"}, {"counted": "184.00", "not_counted": "183.00"}),
    "A7": (
        {"target": "vps", "domains": 1, "change_on": "2025-12-18"},
        {"until_end": "1597.00", "fee_in_window": "1555.00", "price_only": "1460.00"},
    ),
    "A15": ({"change_on": "2025-12-01"}, {"last_paid_day": "730.00", "first_unpaid_day": "730.00"}),
}


def grosze(zl):
    return int(zl.replace(".", ""))


@pytest.mark.parametrize(
    ("question", "reading"),
    [(q, r) for q, (_, nets) in CASES.items() for r in nets if nets[r]],
)
def test_each_reading_gives_its_own_amount(desk, question, reading):
    change, nets = CASES[question]
    assert desk.reading(**{question: reading}).option(**change).net == grosze(nets[reading])


@pytest.mark.parametrize("question", [q for q, (_, nets) in CASES.items() if len(set(nets.values())) > 1])
def test_quote_that_depends_on_a_question_names_every_other_reading_with_its_difference(desk, question):
    change, nets = CASES[question]
    taken, *others = nets
    (note,) = [note for note in desk.option(**change).notes if note.question == question]
    assert note.taken == taken
    assert {other.choice: other.delta for other in note.others} == {
        other: grosze(nets[other]) - grosze(nets[taken]) for other in others
    }


def test_a1_one_day_around_the_question_does_not_depend_on_it(desk):
    for day in ("2025-11-30", "2025-12-02"):
        assert "A1" not in {note.question for note in desk.option(change_on=day).notes}


def test_a2_and_a3_do_not_bear_on_the_numbers_beside_them(desk):
    for domains in (29, 31, 49, 51):
        notes = desk.option(target="vps", domains=domains, change_on="2026-01-05").notes
        assert not [note for note in notes if note.question in ("A2", "A3") and note.others]


def test_a3_above_the_list_is_to_be_confirmed_by_hand(desk):
    notes = desk.option(target="vps", domains=51, change_on="2026-01-05").notes
    assert "note.fee_by_hand" in {note.message.id for note in notes}


def test_a4_counts_forward_from_the_day_or_back_from_the_end(desk):
    # The end is 31 March. Forward, 28 February + 1 month is 28 March: more than a month is left.
    # Back, 31 March - 1 month is 28 February: the last month has begun.
    term = {"term_start": "2024-03-31", "valid_until": "2025-03-30", "change_on": "2025-02-28"}
    assert desk.option(**term).rule == "R1"
    assert desk.reading(A4="back").option(**term).rule == "R2"


def test_a6_optional_gives_the_two_ways_to_move(desk):
    quote = desk.reading(A6="optional").quote(target="vps", domains=8)
    nets = {option.kind.value: option.net for option in quote.options}
    assert nets["ordered"] - nets["self"] == grosze("195.00")


def test_a6_compulsory_says_what_the_fee_makes(desk):
    (note,) = [note for note in desk.option(target="vps", domains=8).notes if note.question == "A6"]
    assert note.others[0].delta == -grosze("195.00")


def test_a7_after_the_end_only_the_fee_is_in_question(desk):
    option = desk.option(target="vps", domains=1, change_on="2026-01-05")
    (note,) = [note for note in option.notes if note.question == "A7"]
    assert {other.choice: other.delta for other in note.others} == {"price_only": -grosze("95.00")}


def test_a15_moves_the_end_by_a_day(desk):
    # Under the other reading 2025 has 364 paid days, and the expiry window opens a day earlier.
    assert desk.reading(A15="first_unpaid_day").option(change_on="2025-12-17").rule == "R3"
    assert desk.option(change_on="2025-12-17").rule == "R2"


def test_a15_is_named_where_a_downgrade_depends_on_it(desk):
    option = desk.option(package="plus", target="basic", change_on="2025-12-17")
    (note,) = [note for note in option.notes if note.question == "A15"]
    assert (note.others[0].delta, note.others[0].rule) == (None, "R9")


@pytest.mark.parametrize(("reading", "first"), [("change_day", "2026-01-10"), ("old_end", "2026-01-01")])
def test_a16_a_late_period_begins_on_the_day_or_at_the_old_end(desk, reading, first):
    option = desk.reading(A16=reading).option(change_on="2026-01-10")
    (period,) = [message for message in option.next if message.id == "next.period"]
    assert period.values["first"] == dt.date.fromisoformat(first)
    (note,) = [note for note in option.notes if note.question == "A16"]
    assert note.others[0].delta == 0


ASSUMED = {
    "A8": {"price_net": "800.00", "target": "vps", "target_price_net": "700.00"},
    "A9": {"term_start": "2025-03-01", "valid_until": "2025-03-31", "change_on": "2025-03-05"},
    "A10": {"price_net": "300.00"},
    "A11": {"price_net": "300.00"},
    "A12": {"change_on": "2026-01-10"},
    "A13": {"price_net": "300.00"},
    "A14": {"term_start": "2026-07-01", "valid_until": "2027-06-30", "change_on": "2027-01-01"},
}


@pytest.mark.parametrize("question", ASSUMPTIONS)
def test_assumption_is_noted_where_it_bears_and_not_elsewhere(desk, question):
    assert question in {note.question for note in desk.option(**ASSUMED[question]).notes}
    assert question not in {note.question for note in desk.option().notes}


def test_a9_quarterly_term_to_vps_is_always_in_the_last_three_months(desk):
    option = desk.option(target="vps", term_start="2025-01-01", valid_until="2025-03-31", change_on="2025-01-01")
    assert option.rule == "R5"
    assert "A9" in {note.question for note in option.notes}


def test_a10_the_contract_price_counts_even_where_it_is_a_promotion(desk):
    assert desk.option(change_on="2025-01-01", price_net="300.00").net == grosze("430.00")


def test_a14_a_later_list_already_known_is_announced_for_the_renewal(desk):
    option = desk.option(term_start="2026-07-01", valid_until="2027-06-30", change_on="2026-12-01")
    (note,) = [note for note in option.notes if note.message.id == "note.price_will_change"]
    assert note.message.values["price"] == grosze("800.00")


def test_quote_on_which_no_question_bears_shows_none(desk):
    term = {"term_start": "2024-01-01", "valid_until": "2024-12-31"}
    assert desk.option(**term, change_on="2024-12-25").notes == ()
    assert desk.option(target="basic").notes == ()


def test_all_sixteen_questions_are_there():
    assert tuple(f"A{n}" for n in range(1, 17)) == QUESTIONS
    assert set(CHOICES).isdisjoint(ASSUMPTIONS)


@pytest.mark.parametrize(
    "term",
    [
        {"term_start": "2025-03-01", "valid_until": "2025-03-31", "change_on": "2025-03-20"},
        {"term_start": "2024-01-01", "valid_until": "2025-12-31", "change_on": "2025-12-25"},
    ],
)
def test_other_reading_of_the_end_does_not_change_the_period_bought(desk, term):
    # A month less a day is not a whole month; what is bought is still a month.
    assert "A15" not in {note.question for note in desk.option(**term).notes}


def test_reading_under_which_the_change_would_be_too_late_is_named(desk):
    (note,) = [note for note in desk.option(change_on="2026-01-31").notes if note.question == "A15"]
    assert (note.others[0].delta, note.others[0].rule) == (None, None)


def test_price_change_is_announced_for_the_day_of_the_next_renewal(desk):
    # Leaving the VPS in May 2025 opens an account whose first renewal is in May 2026, before the new list.
    vps = {
        "package": "vps",
        "target": "plus",
        "term_start": "2025-02-01",
        "valid_until": "2027-01-31",
        "price_net": "2900",
    }
    announced = [
        "note.price_will_change"
        in {note.message.id for note in desk.option("self", **vps, target_period_months=12, change_on=day).notes}
        for day in ("2025-05-01", "2026-05-01")
    ]
    assert announced == [False, True]


def test_end_of_sale_before_the_next_renewal_is_announced(desk):
    notes = desk.option(change_on="2026-01-10", target_period_months=24).notes
    assert "note.not_sold_later" in {note.message.id for note in notes}
