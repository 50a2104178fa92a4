"""A quote beside an earlier one: what a link says of it, what differs, and why the amounts add up."""

import random
import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.datafiles import read_tariff
from core.ground.messages import InputError, Message
from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.pricing.comparison import GROUPS, compare
from core.pricing.earlier_link import earlier, nets_then, on_another_day
from core.pricing.form import link_query
from core.pricing.money import to_decimal
from core.pricing.quote import quote
from core.pricing.readings import CHOICES
from core.pricing.request import QuoteRequest
from core.pricing.rules import OptionKind
from core.pricing.said import SAID, Said, read, result
from core.pricing.tariff import parse_tariff
from pages.parts.quote import comparison
from pages.parts.shared.words import plain
from tests.conftest import EASY, START, Desk
from tests.portfolio import as_request, random_changes
from tests.test_pages import HOSTILE, everything, open_page

ADDRESS = "http://desk.example:8501/quote?"
DEARER = ('plus = { 1 = "62.00", 12 = "730.00"', 'plus = { 1 = "62.00", 12 = "1095.00"')
"""Plus at 3.00 a day instead of 2.00."""


def link(found, **changes):
    """The link of a quote, some of its parameters changed or (None) left out."""
    values = {**link_query(found), **changes}
    return ADDRESS + urlencode({name: value for name, value in values.items() if value is not None})


def old_link(found):
    """A link as it was before it carried what the quote said."""
    return link(found, **dict.fromkeys(set(SAID) - {"tariff"}))


def edited(*changes):
    """A desk whose tariff file was edited."""
    text = EASY.read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return Desk(parse_tariff(text))


def compared(desk, link, **changes):
    return compare(earlier(link, desk.tariff), desk.quote(**changes), desk.tariff)


def causes(found):
    return [(step.reasons, str(to_decimal(step.delta))) for step in found.steps]


def inputs(found):
    return {difference.name: (difference.then, difference.now) for difference in found.inputs}


# -- what a link says


def test_link_says_rule_price_net_vat_and_readings(desk):
    said = {name: text for name, text in link_query(desk.quote()).items() if name in SAID}
    assert said == {
        "tariff": desk.tariff.version,
        "rule": "R1",
        "price": "730.00",
        "net": "change:184.00",
        "vat": "23",
        "readings": "000000000",
    }


def test_link_says_every_option_and_every_reading(desk):
    other = desk.reading(A5="not_counted", A7="price_only")
    said = link_query(other.quote(package="vps", target="plus"))
    assert said["net"] == "ordered:875.00,self:730.00" and said["readings"] == "000010200"


def test_link_of_a_blocked_quote_says_that_there_was_no_amount(desk):
    blocked = desk.quote(package="plus", target="basic")
    assert link_query(blocked)["net"] == "none" and read(link_query(blocked)).result.nets == {}


@pytest.mark.parametrize(
    "changes", [{}, {"package": "vps", "target": "plus"}, {"package": "plus", "target": "basic"}, {"domains": 30}]
)
@pytest.mark.parametrize("readings", [{}, {question: choices[-1] for question, choices in CHOICES.items()}])
def test_what_a_link_says_reads_back(desk, changes, readings):
    found = desk.reading(**readings).quote(**changes)
    assert read(link_query(found)) == Said(found.tariff_version, result(found))


@pytest.mark.parametrize("given", [{}, {"tariff": "2026.11-a1b2c3"}])
def test_link_made_before_says_no_outcome(given):
    assert read(given) == Said(given.get("tariff"), None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tariff", "<b>2026</b>"),
        ("tariff", ""),
        ("rule", "R11"),
        ("rule", "r1"),
        ("price", "730,00"),
        ("price", "-1.00"),
        ("price", "1e3"),
        ("net", ""),
        ("net", "184.00"),
        ("net", "change:184"),
        ("net", "change:-184.00"),
        ("net", "change:NaN"),
        ("net", "gift:184.00"),
        ("net", "change:184.00,"),
        ("net", "change:184.00,change:1.00"),
        ("net", "none,none"),
        ("net", "change:" + "9" * 900 + ".00"),
        ("net", "change:١٨٤.00"),
        ("vat", "101"),
        ("vat", "-1"),
        ("vat", "23%"),
        ("readings", "00000000"),
        ("readings", "0000000000"),
        ("readings", "900000000"),
        ("readings", "00000000٠"),
        ("readings", "000000002"),
        ("readings", "-00000000"),
    ],
)
def test_what_a_link_says_is_read_strictly(desk, name, text):
    with pytest.raises(InputError) as caught:
        read({**link_query(desk.quote()), name: text})
    (mistake,) = caught.value.errors
    assert (mistake.field, mistake.value, mistake.message.id) == (
        "earlier_link",
        f"{name}={text}",
        "compare.unreadable",
    )


@pytest.mark.parametrize("name", ["tariff", "rule", "net", "vat", "readings"])
def test_link_that_lost_a_part_of_what_it_said_was_cut_short(desk, name):
    given = link_query(desk.quote())
    del given[name]
    with pytest.raises(InputError) as caught:
        read(given)
    assert caught.value.errors[0].message == Message("compare.cut_short", {"name": name})


# -- reading a pasted link


@pytest.mark.parametrize(
    "pasted",
    [
        "{}",
        "  <{}>\n",
        "„{}”",
        "({})",
        "{}&lang=English&utm_source=mail",
        "{}#top",
    ],
)
def test_link_may_be_pasted_with_what_surrounds_it(desk, pasted):
    now = desk.quote()
    assert earlier(pasted.format(link(now)), desk.tariff) == earlier(link(now), desk.tariff)
    assert compared(desk, pasted.format(link(now))).same


@pytest.mark.parametrize("address", ["", "?", "quote?", "/quote?", "desk.example/sub/quote/?", "https://desk/quote?"])
def test_only_the_query_is_looked_at(desk, address):
    assert compared(desk, link(desk.quote()).replace(ADDRESS, address)).same


def test_link_broken_into_lines_by_a_mail_program_is_put_together(desk):
    text = link(desk.quote())
    assert compared(desk, f"{text[:70]}\r\n{text[70:]}").same


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "https://example.com",
        "http://[",
        "quote?",
        "https://desk/quote?lang=Polski",
        "https://desk/quote?tariff=easy-000000",
        "quote?package=%FF%FE",
        "&".join(f"package{n}=1" for n in range(200)),
        "x" * 3999,
        HOSTILE,
        "\x00",
    ],
)
def test_what_is_no_link_of_a_quote_is_told(desk, text):
    with pytest.raises(InputError) as caught:
        earlier(text, desk.tariff)
    (mistake,) = caught.value.errors
    assert (mistake.field, mistake.message.id) == ("earlier_link", "compare.not_a_link")
    for language in LANGUAGES.values():
        assert len(language.mistake(mistake)) < 250


@pytest.mark.parametrize("page", ["tariff", "", "board", "quotes"])
def test_address_of_another_page_is_told(desk, page):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote()).replace("/quote?", f"/{page}?"), desk.tariff)
    assert caught.value.errors[0].message.id == "compare.not_a_link"


def test_too_long_a_link_is_told(desk):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote()) + "&x=" + "y" * 4000, desk.tariff)
    assert caught.value.errors[0].message == Message("error.too_long", {"max_length": 4000})


@pytest.mark.parametrize("name", ["domains", "net"])
def test_parameter_given_twice_is_told(desk, name):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote()) + f"&{name}=3", desk.tariff)
    (mistake,) = caught.value.errors
    assert (mistake.value, mistake.message.id) == (f"{name}=3", "error.repeated")


def test_what_a_link_lacks_is_named(desk):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote(), target=None, domains=""), desk.tariff)
    assert {(mistake.field, mistake.message.id) for mistake in caught.value.errors} == {
        ("target", "error.missing"),
        ("domains", "error.missing"),
    }


def test_values_that_do_not_read_are_named(desk):
    with pytest.raises(InputError) as caught:
        earlier(link(desk.quote(), change_on="soon", price_net="1.234,5", disk_gb=HOSTILE), desk.tariff)
    assert {mistake.field for mistake in caught.value.errors} == {"change_on", "price_net", "disk_gb"}


# -- what differs and why


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


# -- what a page opened from a link says by itself


def test_link_for_another_day_says_what_it_said_and_when(desk):
    given = link_query(desk.quote())
    found = on_another_day(given, desk.quote(change_on="2025-07-02", price_net="365.00"))
    assert (str(found.day), found.nets) == ("2025-07-01", {OptionKind.CHANGE: 18400})
    assert on_another_day(given, desk.quote(price_net="365.00")) is None
    assert on_another_day(given, desk.quote(change_on="2025-07-02", domains=3)) is None
    for broken in ({"net": "x"}, {"change_on": "yesterday"}, {"change_on": ""}):
        assert on_another_day({**given, **broken}, desk.quote(change_on="2025-07-02", price_net="365.00")) is None
    silent = {name: text for name, text in given.items() if name not in SAID}
    assert on_another_day(silent, desk.quote(change_on="2025-07-02", price_net="365.00")) is None


def test_link_for_another_day_is_compared_by_the_ways_that_both_days_have(desk):
    vps = {"package": "vps", "target": "plus", "price_net": "1460.00"}
    later = desk.quote(**vps, change_on="2025-12-20")
    found = on_another_day(link_query(desk.quote(**vps)), later)
    assert found.nets == {OptionKind.ORDERED: 87500, OptionKind.SELF: 73000}


def test_amounts_of_a_link_are_those_of_its_own_quote_only(desk):
    now = edited(DEARER)
    given = link_query(desk.quote())
    assert nets_then(given, now.quote(price_net="365.00")) == {OptionKind.CHANGE: 18400}
    assert nets_then(given, now.quote(price_net="365.00", domains=3)) is None
    assert nets_then({**given, "net": "x"}, now.quote(price_net="365.00")) is None
    assert nets_then({name: text for name, text in given.items() if name != "net"}, now.quote()) is None
    assert nets_then({**given, "net": "none"}, now.quote(price_net="365.00")) is None
    assert nets_then({**given, "vat": "8"}, now.quote(price_net="365.00")) is None


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_link_of_another_tariff_says_both_amounts(desk, language):
    now = edited(DEARER).quote(price_net="365.00")
    said = comparison.other_tariff(link_query(desk.quote()), now, language)
    for amount in (18400, 36800):
        assert language.money(amount) in said
    assert language.difference(18400) in said and desk.tariff.version in said and now.tariff_version in said


def test_link_of_another_tariff_names_the_options_that_changed(desk):
    vps = {"package": "vps", "target": "plus", "price_net": "1460.00"}
    now = edited(('{ from = 2, net = "145.00" }', '{ from = 2, net = "150.00" }')).quote(**vps)
    said = comparison.other_tariff(link_query(desk.quote(**vps)), now, POLISH)
    assert POLISH.text("option.ordered") in said and POLISH.text("option.self") not in said


def test_link_of_another_tariff_may_have_the_same_amounts(desk):
    now = edited(('net = "245.00"', 'net = "246.00"')).quote()
    said = comparison.other_tariff(link_query(desk.quote()), now, ENGLISH)
    assert said.endswith(ENGLISH.text("compare.amounts_stay"))


def test_older_link_of_another_tariff_says_that_amounts_may_differ(desk):
    said = comparison.other_tariff({"tariff": "easy-000000"}, desk.quote(), POLISH)
    assert said == POLISH.text("quote.other_tariff", then="easy-000000", now=desk.tariff.version)
    assert comparison.other_tariff(link_query(desk.quote()), desk.quote(), POLISH) is None
    assert comparison.other_tariff({}, desk.quote(), POLISH) is None


def test_page_opened_from_a_link_of_another_tariff_says_both_amounts(desk, tmp_path, monkeypatch):
    file = tmp_path / "tariff.toml"
    file.write_text(EASY.read_text(encoding="utf-8").replace(*DEARER), encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(file))
    settings.cache_clear()
    try:
        app = open_page("quote", POLISH, **link_query(desk.quote()))
        (warning,) = [element.value for element in app.warning]
        assert plain(POLISH.money(18400)) in warning and plain(POLISH.money(36800)) in warning
        assert not set(SAID) & set(app.query_params)
        app.text_input(key="quote_pl_domains").input("1").run()
        assert plain(POLISH.money(18400)) not in app.warning[0].value
    finally:
        settings.cache_clear()


# -- on the screen


def harness():
    import streamlit as st

    from core.datafiles import read_tariff
    from core.language import LANGUAGES
    from core.pricing.quote import quote
    from core.pricing.request import parse_request
    from tests.conftest import EASY

    tariff, state = read_tariff(EASY), st.session_state
    if not state.away:
        comparison.draw(quote(parse_request(state.asked), tariff), {}, tariff, LANGUAGES[state.code])


def screen(pasted, language=POLISH, **changes):
    app = AppTest.from_function(harness, default_timeout=20)
    app.session_state.asked, app.session_state.code, app.session_state.away = {**START, **changes}, language.code, False
    app.run()
    app.text_input(key=f"earlier_link_{language.code}").input(pasted).run()
    assert not app.exception, app.exception
    return app


def cells(app):
    """The rows of the tables on the screen, without escapes and no-break spaces."""
    rows = [row for table in app.table for row in table.value.values.tolist()]
    return [tuple(cell.replace("\\", "").replace("\u00a0", " ") for cell in row) for row in rows]


def test_screen_without_a_link_says_what_it_is_for_and_nothing_else():
    app = screen("  ")
    assert app.text_input[0].label == POLISH.text("field.earlier_link")
    assert everything(app).strip() == plain(POLISH.text("compare.empty"))


def test_screen_says_that_nothing_changed(desk):
    app = screen(link(desk.quote()))
    assert plain(POLISH.text("compare.same", net=POLISH.money(18400))) in everything(app)
    assert not cells(app)


def test_screen_shows_amounts_causes_and_changes_in_the_readers_format(desk):
    app = screen(link(desk.quote()), target="vps", change_on="2025-12-01", target_period_months=24)
    rows = cells(app)
    assert ("Wtedy", "", "184,00 zł", "[R1](tariff#r1)") in rows
    assert ("Dzień zmiany", "+2 445,19 zł", "3 137,15 zł", "[R4](tariff#r4) → [R5](tariff#r5)") in rows
    assert ("**Razem**", "**+2 953,15 zł**", "**3 137,15 zł**", "") in rows
    assert ("Pakiet docelowy", "Plus", "VPS") in rows and ("Okres", "12 miesięcy", "24 miesiące") in rows
    assert ("Dzień zmiany", "01.07.2025", "01.12.2025") in rows and ("Brutto", "226,32 zł", "3 858,69 zł") in rows
    english = cells(screen(link(desk.quote()), ENGLISH, change_on="2025-11-30"))
    assert (ENGLISH.field("change_on"), "1 Jul 2025", "30 Nov 2025") in english
    assert ("Day of the change", "−PLN 152.00", "PLN 32.00", "[R1](tariff#r1)") in english


def test_screen_names_readings_and_the_tariff_that_changed(desk):
    other = edited(('A5 = "counted"', 'A5 = "not_counted"'))
    rows = cells(screen(link(other.quote())))
    taken = tuple(POLISH.text(f"reading.A5.{choice}") for choice in ("not_counted", "counted"))
    assert (f"A5: {POLISH.text('question.A5')}", *taken) in rows
    assert ("Cennik", other.tariff.version, desk.tariff.version) in rows


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize(
    ("then", "now", "id"),
    [
        ({"package": "plus", "target": "basic"}, {"package": "plus", "target": "pro"}, "then_blocked"),
        ({"package": "plus", "target": "pro"}, {"package": "plus", "target": "basic"}, "now_blocked"),
        ({"package": "plus", "target": "basic"}, {"package": "pro", "target": "basic"}, "both_blocked"),
        ({"package": "plus", "target": "basic"}, {"package": "plus", "target": "basic"}, "same_blocked"),
        ({}, {"domains": 1}, "same_amount"),
    ],
)
def test_screen_says_where_there_is_no_amount_to_compare(desk, language, then, now, id):
    app = screen(link(desk.quote(**then)), language, **now)
    amount = {"then": 18400, "now": 18400, "net": 18400}
    rules = {"rule": "R8"} | ({"then": "R8", "now": "R8"} if id == "both_blocked" else {})
    values = {name: language.money(net) for name, net in amount.items()} | rules
    assert plain(language.text(f"compare.{id}", **values)) in everything(app)


def test_screen_says_where_the_link_carries_no_amount(desk):
    app = screen(old_link(desk.quote()), target="pro")
    assert plain(POLISH.text("compare.not_recorded")) in everything(app)


def test_screen_compares_the_option_that_is_chosen(desk):
    vps = {"package": "vps", "target": "plus"}
    app = screen(link(desk.quote(**vps)), **vps, domains=6)
    assert app.radio[0].value == OptionKind.ORDERED
    assert any("+50,00 zł" in row and "925,00 zł" in row for row in cells(app))
    app.radio[0].set_value(OptionKind.SELF).run()
    assert not any("925,00 zł" in row for row in cells(app))


def test_screen_says_when_two_different_options_are_compared(desk):
    app = screen(link(desk.quote(package="vps", target="plus")), target="vps")
    kinds = {"then": POLISH.text("option.self"), "now": POLISH.text("option.change")}
    assert plain(POLISH.text("compare.options", **kinds)) in everything(app)


@pytest.mark.parametrize(
    ("pasted", "told"),
    [("hello", "to nie jest link wyceny"), (ADDRESS + "package=basic", "W linku: Pakiet docelowy: brak wartości")],
)
def test_screen_tells_a_broken_link(pasted, told):
    app = screen(pasted)
    assert any(plain(told) in error.value for error in app.error) and not app.markdown


@pytest.mark.parametrize("name", ["package", "target", "adjust_reason", "tariff", "rule", "net", "readings", "disk_gb"])
def test_hostile_text_of_a_link_is_shown_as_text(desk, name):
    given = {"adjust": "-10%", "adjust_reason": "x", name: f"a | b |\r\r| c {HOSTILE}"}
    app = screen(link(desk.quote(), **given))
    shown = [*everything(app).split("\n"), *(cell for table in app.table for cell in table.value.to_numpy().ravel())]
    hostile = [re.sub(r"\\.", "", text) for text in shown if "script" in text]
    assert hostile and not [text for text in hostile if re.search(r"[<*$`|\[]|:red|https?:(?!\u2060)", text)]


def test_pasted_link_survives_a_switch_of_language_and_a_visit_elsewhere(desk):
    app = screen(link(desk.quote()))
    for code, away in (("en", False), ("pl", False), ("pl", True), ("pl", False)):
        app.session_state.code, app.session_state.away = code, away
        app.run()
        if not away:
            assert app.text_input(key=f"earlier_link_{code}").value == link(desk.quote())
    app.text_input(key="earlier_link_pl").input("").run()
    assert everything(app).strip() == plain(POLISH.text("compare.empty"))
