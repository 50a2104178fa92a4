"""A quote beside an earlier one: what differs, and why the amounts add up."""

import random
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.datafiles import read_tariff
from core.ground.messages import InputError, Message
from core.pricing.comparison import GROUPS, compare
from core.pricing.earlier_link import earlier
from core.pricing.money import to_decimal
from core.pricing.quote import quote
from core.pricing.request import QuoteRequest
from core.pricing.rules import OptionKind
from tests.conftest import EASY, START
from tests.links import DEARER, compared, edited, link, old_link
from tests.portfolio import as_request, random_changes


def causes(found):
    return [(step.reasons, str(to_decimal(step.delta))) for step in found.steps]


def inputs(found):
    return {difference.name: (difference.then, difference.now) for difference in found.inputs}


def test_own_link_shows_no_difference(desk):
    found = compared(desk, link(desk.quote()))
    assert found.same and found.recorded and found.then.gross == found.now.gross == 22632
    assert (found.inputs, found.readings, found.steps, found.refused) == ((), (), (), ())


def test_every_field_of_a_request_is_a_reason():
    assert sorted(field for fields in GROUPS.values() for field in fields) == sorted(QuoteRequest.model_fields)


@pytest.mark.parametrize(
    ("changes", "reason", "delta"),
    [
        ({"price_net": "0"}, "subscription", "184.00"),
        ({"package": "plus", "target": "plus"}, "subscription", "-184.00"),
        ({"target": "pro"}, "target", "184.00"),
        ({"target_price_net": "547.50"}, "target", "-92.00"),
        ({"target_period_months": 24}, "target", "-15.12"),
        ({"change_on": "2025-11-30"}, "day", "-152.00"),
        ({"domains": 9}, "use", "0.00"),
        ({"adjustment": {"percent": "-10", "reason": "x"}}, "adjustment", "-18.40"),
    ],
)
def test_each_kind_of_change_is_its_own_reason(desk, changes, reason, delta):
    assert causes(compared(desk, link(desk.quote()), **changes)) == [((reason,), delta)]


def test_steps_name_the_rule_where_it_changes(desk):
    found = compared(desk, link(desk.quote()), target="vps", change_on="2025-12-01", domains=6)
    # R1 184.00 -> VPS, R4: 3.00 x 184 + 145 -> December, R5: 3.00 x 31 + 1460 + 145 -> 6 domains: 195 instead.
    assert [(step.reasons, step.net, step.rule_before, step.rule_after) for step in found.steps] == [
        (("target",), 69700, "R1", "R4"),
        (("day",), 169800, "R4", "R5"),
        (("use",), 174800, "R5", "R5"),
    ]
    assert inputs(found)["target"] == ("Plus", "VPS") and (found.then.rule, found.now.rule) == ("R1", "R5")


def test_inputs_are_typed_for_the_reader(desk):
    then = link(desk.quote(adjustment={"percent": "-10", "reason": "late"}))
    found = compared(desk, then, package="plus", target="pro", target_period_months=12, disk_gb="6.5", domains=2)
    assert inputs(found) == {
        "package": ("Basic", "Plus"),
        "target": ("Plus", "Pro"),
        "disk_gb": (Decimal(5), Decimal("6.5")),
        "price_net": (36500, 73000),
        "adjust": (Message("compare.percent", {"percent": Decimal(-10)}), None),
        "adjust_reason": ("late", None),
    }


def test_period_differs_in_months(desk):
    found = compared(desk, link(desk.quote()), target_period_months=24)
    assert inputs(found) == {
        "target_period_months": (Message("quote.months", count=12), Message("quote.months", count=24))
    }
    assert (found.then.price, found.now.price) == (73000, 140000)


def test_edited_price_is_the_tariffs_doing(desk):
    now = edited(DEARER)
    found = compared(now, link(desk.quote()))
    assert causes(found) == [(("tariff",), "184.00")]
    assert (found.then.net, found.now.net, found.then.price, found.now.price) == (18400, 36800, 73000, 109500)
    assert found.then.tariff == desk.tariff.version != found.now.tariff and not found.inputs


def test_tariff_and_inputs_share_the_difference(desk):
    found = compared(edited(DEARER), link(desk.quote()), change_on="2025-11-30")
    assert causes(found) == [(("tariff",), "184.00"), (("day",), "-304.00")]  # 32 days at 2.00


def test_edit_of_the_tariff_that_does_not_matter_is_no_reason(desk):
    found = compared(edited(('net = "245.00"', 'net = "246.00"')), link(desk.quote()))
    assert found.same and found.then.tariff != found.now.tariff


def test_other_reading_is_its_own_reason(desk):
    found = compared(edited(('A5 = "counted"', 'A5 = "not_counted"')), link(desk.quote()))
    assert causes(found) == [(("readings",), "-1.00")]
    assert [(d.name, d.then, d.now) for d in found.readings] == [("A5", "counted", "not_counted")]


def test_other_reading_and_other_price_are_told_apart(desk):
    found = compared(edited(DEARER, ('A5 = "counted"', 'A5 = "not_counted"')), link(desk.quote()))
    assert causes(found) == [(("tariff",), "184.00"), (("readings",), "-2.00")]


def test_other_vat_changes_the_gross_alone(desk):
    found = compared(edited(('percent = "23"', 'percent = "8"')), link(desk.quote()))
    assert not found.same and not found.steps and found.then.net == found.now.net
    assert (found.then.gross, found.now.gross) == (22632, 19872)


def test_amount_that_the_same_tariff_does_not_give_is_the_links_doing(desk):
    found = compared(desk, link(desk.quote(), net="change:100.00"))
    assert causes(found) == [(("link",), "84.00")]


def test_contract_price_of_an_edited_list_stays_as_contracted(desk):
    now = edited(('basic = { 1 = "31.00", 12 = "365.00" }', 'basic = { 1 = "31.00", 12 = "547.50" }'))
    # The same link opened today keeps the 365.00; a form filled in anew has the list's 547.50.
    assert compared(now, link(desk.quote()), price_net="365.00").same
    found = compared(now, link(desk.quote()))
    assert causes(found) == [(("subscription",), "-92.00")] and inputs(found) == {"price_net": (36500, 54750)}


def test_contract_price_given_as_the_form_fills_it_in_is_no_difference(desk):
    # Seven months: the form rounds 212.9166... to 212.92, which gives another surcharge when it is taken as given.
    seven = {"valid_until": "2025-07-31", "change_on": "2025-01-01", "price_net": "212.92"}
    assert compared(desk, link(desk.quote(**seven)), **seven).same


def test_causes_that_cannot_be_priced_apart_are_taken_together(desk):
    # The next term with the old day of change lies outside it.
    found = compared(
        desk, link(desk.quote()), term_start="2026-01-01", valid_until="2026-12-31", change_on="2026-07-02"
    )
    assert causes(found) == [(("subscription", "day"), "-1.00")]


def test_cause_through_a_blocked_change_is_taken_together_with_the_next(desk):
    # Down to Basic in July is not offered (R8), in the last fortnight it is (R9).
    found = compared(desk, link(desk.quote(package="plus", target="pro")), package="plus", change_on="2025-12-20")
    assert causes(found) == [(("target",), "-184.00"), (("day",), "0.00")]
    found = compared(
        desk, link(desk.quote(package="plus", target="pro")), package="plus", target="basic", change_on="2025-12-20"
    )
    assert causes(found) == [(("target", "day"), "181.00")]


def test_package_that_is_gone_still_compares_by_what_the_link_says(desk):
    pro = '[[packages]]\nid = "pro"\nname = "Pro"\ngroup = "shared"\nrank = 3\n'
    now = edited((pro, ""), ('pro = { 12 = "1095.00" }\n', ""), ('pro = { 12 = "1200.00" }\n', ""))
    found = compared(now, link(desk.quote(target="pro")))
    assert causes(found) == [(("tariff", "target"), "-184.00")]
    assert inputs(found) == {"target": ("pro", "Plus")}
    assert [mistake.field for mistake in found.refused] == ["target"]
    with pytest.raises(InputError) as caught:
        compared(now, old_link(desk.quote(target="pro")))
    assert caught.value.errors[0].field == "target"


def test_blocked_then_has_no_amount_and_no_steps(desk):
    then = link(desk.quote(package="plus", target="basic"))
    found = compared(desk, then, package="plus", target="basic", change_on="2025-12-20")
    assert (found.then.rule, found.then.kind, found.then.net, found.then.gross) == ("R8", None, None, None)
    assert (found.now.rule, found.now.net, found.steps) == ("R9", 36500, ())


def test_blocked_now_has_no_amount_and_no_steps(desk):
    then = link(desk.quote(package="plus", target="basic", change_on="2025-12-20"))
    found = compared(desk, then, package="plus", target="basic", change_on="2025-12-20", mailboxes=11)
    assert (found.then.net, found.now.net, found.now.kind, found.steps) == (36500, None, None, ())
    assert inputs(found) == {"mailboxes": (5, 11)}


def test_blocked_then_and_now_is_the_same(desk):
    blocked = {"package": "plus", "target": "basic"}
    assert compared(desk, link(desk.quote(**blocked)), **blocked).same
    assert not compared(desk, link(desk.quote(**blocked)), **blocked, domains=3).same


def test_option_is_compared_with_the_same_one(desk):
    vps = {"package": "vps", "target": "plus"}
    then, now = earlier(link(desk.quote(**vps)), desk.tariff), desk.quote(**vps, domains=6)
    own = compare(then, now, desk.tariff, OptionKind.SELF)
    ordered = compare(then, now, desk.tariff, OptionKind.ORDERED)
    assert (own.then.net, own.now.net, causes(own)) == (73000, 73000, [(("use",), "0.00")])
    assert (ordered.then.net, ordered.now.net, causes(ordered)) == (87500, 92500, [(("use",), "50.00")])


def test_option_that_was_not_there_is_compared_with_moving_by_oneself(desk):
    then = earlier(link(desk.quote(package="vps", target="plus")), desk.tariff)
    expired = desk.quote(package="vps", target="plus", change_on="2025-12-20")
    found = compare(then, expired, desk.tariff, OptionKind.ABANDON)
    assert (found.then.kind, found.now.kind) == (OptionKind.SELF, OptionKind.ABANDON)
    found = compare(then, desk.quote(target="vps"), desk.tariff)
    assert (found.then.kind, found.now.kind) == (OptionKind.SELF, OptionKind.CHANGE)
    assert sum(step.delta for step in found.steps) == 69700 - 73000
    back = compare(earlier(link(desk.quote(target="vps")), desk.tariff), expired, desk.tariff)
    assert (back.then.kind, back.now.kind) == (OptionKind.CHANGE, OptionKind.ORDERED)
    found = compare(earlier(link(expired), desk.tariff), desk.quote(), desk.tariff)
    assert (found.then.kind, found.now.kind) == (OptionKind.SELF, OptionKind.CHANGE)


def test_older_link_is_compared_as_priced_today(desk):
    found = compared(edited(DEARER), old_link(desk.quote()), change_on="2025-11-30")
    assert not found.recorded and found.then.tariff == desk.tariff.version
    assert (found.then.net, causes(found)) == (36800, [(("day",), "-304.00")])


def test_link_from_the_address_bar_is_an_older_one(desk):
    values = {name: str(value) for name, value in START.items()}
    found = compared(desk, "quote?" + urlencode(values))
    assert found.same and not found.recorded and found.then.tariff is None


def test_what_the_link_says_never_changes_what_is_asked(desk):
    honest = earlier(link(desk.quote()), desk.tariff)
    forged = earlier(link(desk.quote(), rule="R9", price="1.00", net="self:0.01", readings="111111211"), desk.tariff)
    assert replace(forged, said=honest.said) == honest and forged.said != honest.said


@cache
def any_quotes():
    """Quotes of every kind, with some adjusted by hand."""
    tariff, found = read_tariff(EASY), []
    changes = random_changes(400, seed=11)
    for row in range(400):
        try:
            request = as_request(changes, row)
            if row % 5 == 0:
                request = QuoteRequest.model_validate(
                    {**request.model_dump(), "adjustment": {"percent": str(row % 70 - 40), "reason": "x"}}
                )
            found.append(quote(request, tariff))
        except InputError:
            continue
    assert len(found) > 200
    return found


@cache
def another_desk():
    return edited(
        DEARER,
        ('A5 = "counted"', 'A5 = "not_counted"'),
        ('A6 = "compulsory"', 'A6 = "optional"'),
        ('A15 = "last_paid_day"', 'A15 = "first_unpaid_day"'),
        ('net = "145.00"', 'net = "150.00"'),
    )


@given(st.integers(0, 10_000), st.booleans())
def test_deltas_always_add_up(seed, afterwards):
    then, now = random.Random(seed).sample(any_quotes(), 2)
    tariff = read_tariff(EASY)
    if afterwards:
        tariff = another_desk().tariff
        try:
            now = quote(now.request, tariff)
        except InputError:
            return
    for option in now.options:
        found = compare(earlier(link(then), tariff), now, tariff, option.kind)
        assert found.now.kind == (option.kind if option.available else None)
        if found.then.net is None or found.now.net is None:
            assert not found.steps
            continue
        assert found.now.net == option.net and found.then.net in [o.net for o in then.options]
        assert found.then.net + sum(step.delta for step in found.steps) == found.now.net
        nets = [found.then.net, *(step.net for step in found.steps)]
        assert [after - before for before, after in pairwise(nets)] == [step.delta for step in found.steps]


@given(st.integers(0, 10_000))
def test_own_link_never_shows_a_difference(seed):
    now = random.Random(seed).choice(any_quotes())
    tariff = read_tariff(EASY)
    for option in now.options:
        assert compare(earlier(link(now), tariff), now, tariff, option.kind).same
