"""The whole bill: what is charged and given beside the rules, VAT once a rate, and what falls due within a year."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import Grosze, InputError
from core.language import POLISH
from core.offer.bill import bill, shared
from core.offer.company import parse_company
from core.offer.document import samples
from core.offer.extras import KINDS, NONE, Extras, FreeLine, Name, Promotion
from core.pricing.alike import half_up
from core.pricing.quote import quote
from tests.offers import SAMPLE, make
from tests.portfolio import as_request, random_changes

# Basic to Plus with 100 of 365 days left: a surcharge of 100.00 net.
UPGRADE = {"change_on": "2025-09-23"}
ALWAYS = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))


def line(net, vat="23", label="SSL", yearly=False):
    return FreeLine(label, Grosze(net * 100), Decimal(vat), yearly)


def promotion(on, percent=None, amount=None, packages=()):
    off = (None if percent is None else Decimal(percent), None if amount is None else Grosze(amount * 100))
    return Promotion("X", Name("iks", "x"), *ALWAYS, frozenset(on), *off, frozenset(packages))


def billed(desk, *lines, promotions=(), kind=None, **changes):
    found = desk.quote(**{**UPGRADE, **changes})
    option = next(option for option in found.options if kind in (None, option.kind.value))
    return bill(found, option, Extras(lines, tuple(promotions)), desk.tariff)


def off(found):
    """What promotions take off, in zl."""
    return [Decimal(-line.net) / 100 for line in found.lines if line.kind == "promotion"]


def vats(found):
    return [(str(vat.percent), vat.net / 100, vat.vat / 100) for vat in found.vats]


def test_without_extras_the_bill_is_the_quote(desk):
    found = billed(desk)
    assert (found.net, found.gross) == (10000, 12300)
    assert [(line.kind, line.net) for line in found.lines] == [("surcharge", 10000)]


def test_a_line_is_added_with_its_own_vat(desk):
    found = billed(desk, line(50), line(10, "8"), line(7, "0"))
    assert vats(found) == [("23", 150, 34.5), ("8", 10, 0.8), ("0", 7, 0)]
    assert (found.net, found.gross) == (16700, 20230)


def test_vat_is_worked_out_once_on_the_net_total_of_a_rate(desk):
    # Four times 0.02 at 8 %: once it is 0.0064, a grosz; line by line (0.0016 each) it would be nothing.
    cent = FreeLine("a", Grosze(2), Decimal("8"))
    assert vats(billed(desk, cent, cent, cent, cent))[1] == ("8", 0.08, 0.01)


def test_a_move_that_is_not_ordered_is_no_line(desk):
    leaving = {"package": "vps", "target": "plus", "kind": "self"}
    assert [line.kind for line in billed(desk, **leaving).lines] == ["renewal"]
    assert [line.kind for line in billed(desk, **{**leaving, "kind": "ordered"}).lines] == ["renewal", "migration"]


@pytest.mark.parametrize(
    ("given_on", "taken"),
    [
        (promotion(["surcharge"], percent=20), [20]),
        (promotion(["surcharge"], amount=30), [30]),
        (promotion(["surcharge", "free"], percent=10), [15]),
        (promotion(["free"], percent=10), [5]),
        (promotion(["surcharge"], percent=100), [100]),
    ],
    ids=["percent", "amount", "on-both", "on-the-line", "all"],
)
def test_a_promotion_takes_off_what_it_is_given_on(desk, given_on, taken):
    assert off(billed(desk, line(50), promotions=[given_on])) == taken


def test_a_promotion_never_takes_off_more_than_what_it_is_given_on(desk):
    found = billed(desk, line(50), promotions=[promotion(["surcharge"], amount=130)])
    assert (off(found), found.net) == ([100], 5000)
    assert found.lines[-1].working.id == "bill.off_limited"


def test_a_promotion_on_what_is_not_due_takes_nothing_off_and_says_so(desk):
    found = billed(desk, promotions=[promotion(["renewal"], percent=50)])
    assert (off(found), found.net, found.lines[-1].working.id) == ([0], 10000, "bill.off_nothing")


def test_an_amount_is_shared_out_over_the_rates_it_is_given_on(desk):
    found = billed(desk, line(300, "8"), promotions=[promotion(["surcharge", "free"], amount=40)])
    assert off(found) == [10, 30]
    assert vats(found) == [("23", 90, 20.7), ("8", 270, 21.6)]


def test_promotions_are_given_one_after_the_other(desk):
    half = promotion(["surcharge"], percent=50)
    assert off(billed(desk, promotions=[half, half])) == [50, 25]


def test_what_the_manual_discount_took_off_no_promotion_takes_off_again(desk):
    agreed = {"adjustment": {"percent": "-80", "reason": "x"}}
    found = billed(desk, promotions=[promotion(["surcharge"], amount=50)], **agreed)
    assert (off(found), found.net, found.gross) == ([20], 0, 0)


def test_what_the_manual_discount_took_off_is_the_rules_and_no_lines(desk):
    agreed = {"adjustment": {"percent": "-80", "reason": "x"}}
    assert off(billed(desk, line(50), promotions=[promotion(["free"], percent=100)], **agreed)) == [50]


def test_a_promotion_is_no_line_for_a_rate_with_nothing_on_it(desk):
    assert off(billed(desk, line(0, "8"), promotions=[promotion(["surcharge", "free"], percent=10)])) == [10]


def test_a_manual_surcharge_is_nothing_a_promotion_is_given_on(desk):
    agreed = {"adjustment": {"amount_net": "40", "reason": "x"}}
    assert off(billed(desk, promotions=[promotion(KINDS, percent=50)], **agreed)) == [50]


def test_a_promotion_for_other_packages_is_refused_with_theirs(desk):
    with pytest.raises(InputError) as refused:
        billed(desk, promotions=[promotion(["surcharge"], percent=5, packages=["pro", "vps"])])
    (mistake,) = refused.value.errors
    assert (mistake.field, mistake.value, mistake.message.values["expected"]) == ("promotion", "X", "Pro, VPS")
    assert off(billed(desk, promotions=[promotion(["surcharge"], percent=5, packages=["plus"])])) == [5]


def test_a_bill_with_an_invented_promotion_says_so(desk):
    invented = replace(promotion(["surcharge"], percent=5), sample=True)
    assert billed(desk, promotions=[invented]).samples and not billed(desk, line(5)).samples


@pytest.mark.parametrize("sample", [True, False])
def test_an_offer_with_an_invented_promotion_binds_nobody(desk, sample):
    given_then = replace(promotion(["surcharge"], percent=5), sample=sample)
    own = parse_company(SAMPLE.replace("samples = true", ""))
    made = make(desk, company=own, extras=Extras(promotions=(given_then,)))
    assert bool(samples(made, POLISH, sample_prices=False)) == sample


def test_what_is_not_available_has_no_bill(desk):
    with pytest.raises(ValueError, match="not available"):
        billed(desk, package="plus", target="basic")


# -- the year


def year(found):
    return [(str(due.day), due.net and due.net / 100, due.gross and due.gross / 100) for due in found.year]


def test_the_year_has_what_is_due_now_and_the_renewals_in_it(desk):
    # The term ends on 31 December; from 2027 there is another list, which this year does not reach.
    found = billed(desk)
    assert year(found) == [("2025-09-23", 100, 123), ("2026-01-01", 730, 897.9)]
    assert (found.year_gross, str(found.next_year)) == (102090, "2026-09-23")


def test_a_line_for_every_year_is_due_once_in_the_year(desk):
    found = billed(desk, line(50, yearly=True))
    assert year(found)[0] == ("2025-09-23", 150, 184.5) and len(found.year) == 2


def test_monthly_renewals_are_each_in_the_year_but_for_the_one_that_is_bought(desk):
    monthly = {"term_start": "2025-09-01", "valid_until": "2025-09-30", "target_period_months": 1}
    found = billed(desk, **monthly)
    # R2: nothing extra, and October is bought with the change.
    assert year(found)[:2] == [("2025-09-23", 62, 76.26), ("2025-11-01", 62, 76.26)]
    assert [str(due.day) for due in found.year][-1] == "2026-09-01" and len(found.year) == 12


def test_a_renewal_is_at_the_list_and_the_vat_of_its_day(desk):
    found = billed(desk, term_start="2026-06-01", valid_until="2027-05-31", change_on="2026-12-01")
    assert year(found)[1] == ("2027-06-01", 800, 1000)


def test_a_renewal_of_a_package_that_is_on_no_list_by_then_is_not_known(desk):
    monthly = {"term_start": "2026-09-01", "valid_until": "2026-09-30", "target_period_months": 1}
    found = billed(desk, **monthly, change_on="2026-09-23")
    assert year(found)[3] == ("2027-01-01", None, None)
    assert found.year_gross is None


def test_a_renewal_that_would_have_been_due_before_the_change_is_due_with_it(desk):
    # Bought late from 1 February for a month (A16: the old end), and on 3 March March is due as well.
    january = {"term_start": "2025-01-01", "valid_until": "2025-01-31", "change_on": "2025-03-03"}
    found = billed(desk.reading(A16="old_end"), target_period_months=1, **january)
    assert year(found)[:3] == [("2025-03-03", 62, 76.26), ("2025-03-03", 62, 76.26), ("2025-04-01", 62, 76.26)]


def test_a_renewal_a_year_after_the_change_is_the_next_years(desk):
    found = billed(desk, package="vps", target="plus", kind="self")
    assert year(found) == [("2025-09-23", 730, 897.9)]


# -- any change


RATES = st.sampled_from(["23", "8", "5", "0"]).map(Decimal)
AMOUNTS = st.integers(0, 100_000).map(Grosze)
LINES = st.builds(FreeLine, st.just("a"), AMOUNTS, RATES, st.booleans())
ON = st.frozensets(st.sampled_from(KINDS), min_size=1)
PROMOTIONS = st.one_of(
    st.builds(lambda on, percent: promotion(on, percent=percent), ON, st.integers(1, 100)),
    st.builds(lambda on, amount: promotion(on, amount=amount), ON, st.integers(1, 2000)),
)
BESIDE = st.builds(Extras, st.lists(LINES, max_size=4).map(tuple), st.lists(PROMOTIONS, max_size=3).map(tuple))
CHANGES = random_changes(300, seed=20)
AGREED = st.sampled_from([None, {"percent": "-33.33", "reason": "x"}, {"amount_net": "-75.01", "reason": "x"}])


@st.composite
def options(draw, tariff):
    """A change of any kind, with an option that is available, where it has one."""
    request = as_request(CHANGES, draw(st.integers(0, 299)))
    given = {**request.model_dump(exclude={"adjustment"}), "adjustment": draw(AGREED)}
    try:
        found = quote(type(request).model_validate(given), tariff)
    except InputError:
        return None
    available = [option for option in found.options if option.available]
    return (found, draw(st.sampled_from(available))) if available else None


@given(st.data())
def test_any_bill_without_extras_is_the_option_to_the_grosz(tariff, data):
    if chosen := data.draw(options(tariff)):
        found, option = chosen
        plain = bill(found, option, NONE, tariff)
        assert (plain.net, plain.gross) == (option.net, option.gross)
        assert [vat.vat for vat in plain.vats] == [option.vat]


@given(st.data(), BESIDE)
def test_any_bill_adds_up_and_no_promotion_makes_a_rate_negative(tariff, data, beside):
    if chosen := data.draw(options(tariff)):
        found, option = chosen
        made = bill(found, option, beside, tariff)
        assert made.net == sum(line.net for line in made.lines)
        assert all(vat.net >= 0 for vat in made.vats)
        assert all(vat.vat == half_up(vat.net * int(vat.percent * 100), 10_000) for vat in made.vats)
        before = option.net + sum(line.net for line in beside.lines)
        assert 0 <= made.net <= before
        assert made.year[0].gross == made.gross


@given(st.data())
def test_what_is_due_first_after_the_change_is_the_renewal_that_the_quote_names(tariff, data):
    if chosen := data.draw(options(tariff)):
        found, option = chosen
        made = bill(found, option, NONE, tariff)
        renewal = option.next[-1].values["date"]
        assert [due.day for due in made.year[1:2]] == [renewal] * (renewal < made.next_year)
        assert all(found.holds_on <= due.day < made.next_year for due in made.year)


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=8), st.integers(0, 100))
def test_what_is_shared_out_is_all_of_it_and_nobody_gets_more_than_they_have(among, percent):
    amount = sum(among) * percent // 100
    shares = shared(amount, among)
    assert sum(shares) == amount
    assert all(0 <= share <= part for share, part in zip(shares, among, strict=True))
