"""Bad input: the field, the value, and what would be right."""

import pytest

from core.ground.messages import InputError
from core.language import ENGLISH, POLISH
from tests.conftest import START

BEFORE = {"term_start": "2019-03-01", "valid_until": "2020-02-28"}
BAD = [
    ({"package": "gold"}, "package", "error.one_of"),
    ({"target": "gold"}, "target", "error.one_of"),
    ({"target": ""}, "target", "error.empty"),
    ({"valid_until": "2024-06-30"}, "valid_until", "error.end_before_start"),
    ({"valid_until": "2224-06-30"}, "valid_until", "error.range"),
    ({"valid_until": "2055-06-30"}, "valid_until", "error.term_too_long"),
    ({"change_on": "2024-12-31"}, "change_on", "error.before_term"),
    ({"change_on": "2026-02-01"}, "change_on", "error.after_grace"),
    ({"change_on": "2025-02-30"}, "change_on", "error.iso_date"),
    ({"change_on": "20250701"}, "change_on", "error.iso_date"),
    ({"change_on": 1751328000}, "change_on", "error.iso_date"),
    ({"term_start": "01.01.2025"}, "term_start", "error.iso_date"),
    ({"domains": "-1"}, "domains", "error.range"),
    ({"domains": "100001"}, "domains", "error.range"),
    ({"domains": "2.5"}, "domains", "error.whole_number"),
    ({"domains": "1_0"}, "domains", "error.whole_number"),
    ({"domains": "9" * 40}, "domains", "error.whole_number"),
    ({"domains": "9" * 15}, "domains", "error.range"),
    ({"disk_gb": "9" * 20}, "disk_gb", "error.range"),
    ({"price_net": "9" * 20}, "price_net", "error.range"),
    ({"mailboxes": "-3"}, "mailboxes", "error.range"),
    ({"disk_gb": "-0.1"}, "disk_gb", "error.range"),
    ({"disk_gb": "1.2345"}, "disk_gb", "error.decimals"),
    ({"disk_gb": "NaN"}, "disk_gb", "error.number"),
    ({"price_net": "-0.01"}, "price_net", "error.at_least"),
    ({"price_net": "1.001"}, "price_net", "error.decimals"),
    ({"price_net": "1e9"}, "price_net", "error.number"),
    ({"price_net": "1000000.01"}, "price_net", "error.range"),
    ({"target_price_net": "-5"}, "target_price_net", "error.at_least"),
    ({"target_period_months": "0"}, "target_period_months", "error.at_least"),
    ({"target_period_months": "37"}, "target_period_months", "error.range"),
    ({"target": "vps-big", "target_period_months": "12"}, "target", "error.target_not_sold"),
    ({"target_period_months": "5"}, "target_period_months", "error.period_not_sold"),
    ({"target": "vps-big"}, "target", "error.target_not_sold"),
    ({"package": "vps-big", "target": "vps"}, "price_net", "error.no_list_price"),
    ({**BEFORE, "change_on": "2019-12-31"}, "change_on", "error.no_price_list"),
    ({**BEFORE, "change_on": "2020-01-01"}, "price_net", "error.no_list_at_start"),
    ({"unheard_of": "1"}, "unheard_of", "error.unknown_key"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "message"), BAD)
def test_bad_input_names_field_value_and_what_would_be_right(desk, changes, field, message):
    with pytest.raises(InputError) as caught:
        desk.quote(**changes)
    (error,) = caught.value.errors
    assert (error.field, error.message.id) == (field, message)
    for language in (POLISH, ENGLISH):
        sentence = language.mistake(error)
        assert "{" not in sentence and "error." not in sentence


def test_every_mistake_is_found_at_once(desk):
    with pytest.raises(InputError) as caught:
        desk.quote(domains="x", change_on="soon", price_net="-1")
    assert {error.field for error in caught.value.errors} == {"domains", "change_on", "price_net"}


def test_day_outside_the_term_is_told_the_term(desk):
    with pytest.raises(InputError) as caught:
        desk.quote(change_on="2027-03-01")
    sentence = ENGLISH.mistake(caught.value.errors[0])
    for part in ("1 Mar 2027", "1 Jan 2025", "31 Dec 2025", "31 Jan 2026"):
        assert part in sentence


def test_what_if_price_serves_where_the_target_is_not_on_the_list(desk):
    assert desk.option(target="vps-big", target_price_net="730.00", target_period_months=12).rule == "R4"


def test_term_that_began_long_before_the_first_list_is_priced_by_its_contract_price(desk):
    # VAT is dated 2019, the first price list 2020: what is in force is asked only for days that have a list.
    term = {"term_start": "2018-06-01", "valid_until": "2020-05-31", "change_on": "2020-01-01"}
    assert desk.option(**term, price_net="365.00").rule == "R1"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_dates_far_away_are_refused_not_stumbled_over(desk, day):
    from core.pricing import form, packages_sold
    from core.pricing.request import parse_request

    request = parse_request({**START, "term_start": day, "valid_until": day, "change_on": day})
    assert form.listed_price(request.package, request.term_start, request.valid_until, desk.tariff) is None
    assert packages_sold.sold_periods(request.target, request.change_on, desk.tariff) == ()
    with pytest.raises(InputError):
        desk.quote(term_start=day, valid_until=day, change_on=day)
