"""What a quote says beside the amount: workings, next steps, adjustments, until when."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.pricing import calendar
from core.pricing.quote import quote
from core.pricing.request import QuoteRequest, situation
from core.pricing.rules import decide

ADJUST = {"reason": "goodwill"}


def test_working_shows_the_numbers_it_was_made_from(desk):
    (line,) = desk.option(change_on="2025-07-01").lines
    values = line.working.values
    assert (values["days"], values["term_days"], line.net) == (184, 365, 18400)
    assert values["target"].values["price"] == 73000 and values["current"].values["price"] == 36500


def test_working_of_a_scaled_price_shows_the_fraction(desk):
    (line,) = desk.option(target_period_months=24).lines
    target = line.working.values["target"]
    assert (target.id, target.values["numerator"], target.values["denominator"]) == ("working.scaled_price", 1, 2)


def test_every_line_names_its_rule(desk):
    option = desk.option(target="vps", change_on="2025-12-01")
    assert {line.rule for line in option.lines} == {"R5"}


def test_renewal_after_a_surcharge_is_at_the_end_and_at_the_new_price(desk):
    (renewal,) = desk.option().next
    assert renewal.id == "next.renewal"
    assert (renewal.values["date"], renewal.values["price"]) == (dt.date(2026, 1, 1), 73000)


def test_period_bought_before_the_end_starts_at_the_end(desk):
    messages = {message.id: message.values for message in desk.option(change_on="2025-12-10").next}
    assert (messages["next.period"]["first"], messages["next.period"]["last"]) == (
        dt.date(2026, 1, 1),
        dt.date(2026, 12, 31),
    )
    assert messages["next.renewal"]["date"] == dt.date(2027, 1, 1)
    assert "next.activated_once_paid" in messages


@pytest.mark.parametrize("change_on", ["2025-07-01", "2025-12-20"])
def test_new_shared_account_starts_on_the_day(desk, change_on):
    option = desk.option("self", package="vps", target="plus", change_on=change_on)
    (period,) = [message for message in option.next if message.id == "next.period"]
    assert period.values["first"] == dt.date.fromisoformat(change_on)


@pytest.mark.parametrize(
    ("change", "until"),
    [
        ({"change_on": "2025-07-01"}, "2025-11-30"),
        ({"change_on": "2025-12-01"}, "2025-12-17"),
        ({"change_on": "2025-12-18"}, "2026-01-31"),
        ({"change_on": "2025-07-01", "target": "vps"}, "2025-09-30"),
        ({"change_on": "2025-07-01", "package": "plus", "target": "basic"}, "2025-12-17"),
    ],
)
def test_rule_holds_until_the_day_before_the_next_boundary(desk, change, until):
    assert desk.quote(**change).rule_until == dt.date.fromisoformat(until)


@given(
    start=st.dates(dt.date(2024, 1, 1), dt.date(2026, 6, 1)),
    days=st.integers(1, 800),
    share=st.integers(0, 100),
    target=st.sampled_from(["basic", "plus", "vps"]),
    package=st.sampled_from(["basic", "plus", "vps"]),
)
def test_rule_until_equals_trying_every_day(tariff, start, days, share, target, package):
    end = start + dt.timedelta(days)
    day = start + dt.timedelta((days + 30) * share // 100)
    request = QuoteRequest(
        package=package, target=target, term_start=start, valid_until=end - dt.timedelta(1), change_on=day
    )
    found = quote(request, tariff)
    tried = day
    while tried < end + dt.timedelta(30):
        tomorrow = tried + dt.timedelta(1)
        then = situation(request.model_copy(update={"change_on": tomorrow}), tariff)
        if decide(then).id != found.rule.id or then.buys != situation(request, tariff).buys:
            break
        tried = tomorrow
    assert found.rule_until == tried


@given(
    price=st.integers(0, 200_000),
    target_price=st.integers(0, 200_000),
    offset=st.integers(0, 395),
    target=st.sampled_from(["plus", "vps", "basic"]),
    domains=st.integers(0, 80),
)
def test_amounts_add_up_and_are_never_negative(desk, price, target_price, offset, target, domains):
    from core.pricing.money import to_decimal

    found = desk.quote(
        target=target,
        price_net=to_decimal(price),
        target_price_net=to_decimal(target_price),
        change_on=str(dt.date(2025, 1, 1) + dt.timedelta(offset)),
        domains=domains,
    )
    for option in found.options:
        assert option.net >= 0 and all(line.net >= 0 for line in option.lines)
        assert option.net + option.vat == option.gross
        assert sum(option.total(kind) for kind in ("surcharge", "renewal", "migration")) == option.net


@given(price=st.integers(0, 100_000), target_price=st.integers(0, 200_000))
def test_surcharge_never_grows_as_the_day_moves_on(desk, price, target_price):
    from core.pricing.money import to_decimal

    prices = {"price_net": to_decimal(price), "target_price_net": to_decimal(target_price)}
    nets = [desk.option(**prices, change_on=f"2025-{month:02}-15").net for month in range(1, 12)]
    assert nets == sorted(nets, reverse=True)


def test_discount_in_percent_is_a_line_of_its_own(desk):
    option = desk.option(adjustment={"percent": -10, **ADJUST})
    assert [(line.kind, line.net, line.rule) for line in option.lines] == [
        ("surcharge", 18400, "R1"),
        ("adjustment", -1840, "adjustment"),
    ]
    assert option.net == 16560


def test_surcharge_by_amount_is_added_before_vat(desk):
    option = desk.option(adjustment={"amount_net": "16.00", **ADJUST})
    assert (option.net, option.vat) == (20000, 4600)


def test_discount_rounds_half_up_by_its_size(desk):
    assert desk.option(target_price_net="365.05", change_on="2025-01-01").net == 5
    option = desk.option(target_price_net="365.05", change_on="2025-01-01", adjustment={"percent": -10, **ADJUST})
    assert option.lines[-1].net == -1  # half a grosz


def test_discount_above_the_net_is_limited_to_it_and_says_so(desk):
    option = desk.option(adjustment={"amount_net": "-500.00", **ADJUST})
    assert (option.net, option.gross) == (0, 0)
    assert "note.discount_limited" in [note.message.id for note in option.notes]


def test_adjustment_needs_a_reason_and_one_kind(desk):
    for wrong in ({"percent": -10}, {"percent": -10, "amount_net": "1.00", **ADJUST}, ADJUST):
        with pytest.raises(InputError):
            desk.request(adjustment=wrong)


def test_unavailable_option_has_no_adjustment(desk):
    option = desk.option(package="plus", target="basic", adjustment={"percent": -10, **ADJUST})
    assert (option.available, option.lines, option.gross) == (False, (), 0)


def test_quote_names_the_price_list_and_the_tariff_version(desk):
    found = desk.quote(change_on="2025-07-01")
    assert found.price_list == dt.date(2020, 1, 1)
    assert found.tariff_version.startswith("easy-")
    assert calendar.date(calendar.number(found.holds_on)) == dt.date(2025, 7, 1)


def test_nothing_bought_today_needs_no_price_today(desk):
    # The big VPS is on the list of 2027 only; a running term of it is not refused for that.
    running = {"package": "vps-big", "price_net": "3000.00"}
    same = desk.quote(**running, target="vps-big")
    assert (same.options[0].net, same.target_price) == (0, None)
    assert same.options[0].next[0].id == "next.renewal_not_sold"


def test_downgrade_refused_in_the_term_needs_its_price_on_the_first_possible_day_only(desk):
    term = {"term_start": "2026-06-01", "valid_until": "2027-05-31", "change_on": "2026-12-01"}
    option = desk.option(package="plus", target="basic", target_period_months=1, **term)
    assert (option.rule, option.next[0].id) == ("R8", "next.downgrade_not_sold")


def test_discount_of_nothing_is_still_called_a_discount(desk):
    option = desk.option(target="basic", adjustment={"percent": -10, **ADJUST})
    assert (option.lines[-1].label.id, option.lines[-1].net) == ("line.discount", 0)


def test_same_package_is_free_until_the_term_ends_and_no_longer(desk):
    assert desk.quote(target="basic").rule_until == dt.date(2025, 12, 31)


def test_higher_contract_price_says_why_nothing_is_due(desk):
    assert desk.quote(price_net="900.00").why.id == "why.R1.no_credit"


def test_adjustment_of_an_unavailable_change_is_not_passed_over_in_silence(desk):
    option = desk.option(package="plus", target="basic", adjustment={"percent": -10, **ADJUST})
    assert "note.adjustment_unused" in {note.message.id for note in option.notes}
