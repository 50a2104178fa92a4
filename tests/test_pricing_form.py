"""The form's texts: what it fills in, what it reads, and the link that gives the same quote tomorrow."""

import datetime as dt

import pytest

from core.messages import InputError
from core.pricing import form
from core.pricing.quote import quote
from core.pricing.said import SAID
from tests.conftest import START

TODAY = dt.date(2026, 11, 21)
TEXTS = {**dict.fromkeys(form.FIELDS, ""), **{name: str(value) for name, value in START.items()}}


def parse(tariff, **texts):
    return form.parse_form({**TEXTS, **texts}, tariff)


def test_amounts_are_read_in_either_format(tariff):
    request = parse(tariff, price_net="1 234,50 zł", target_price_net="99.5", disk_gb="1,5")
    assert [str(request.price_net), str(request.target_price_net), str(request.disk_gb)] == ["1234.50", "99.50", "1.5"]


def test_every_field_that_does_not_read_is_named(tariff):
    with pytest.raises(InputError) as caught:
        parse(tariff, price_net="abc", adjust="ten", disk_gb="x", domains="")
    assert {error.field for error in caught.value.errors} == {"price_net", "adjust", "disk_gb", "domains"}


@pytest.mark.parametrize(
    ("text", "amount", "percent"),
    [
        ("-10%", None, "-10.00"),
        ("−12,5 %", None, "-12.50"),
        ("25", "25.00", None),
        ("-50,00 zł", "-50.00", None),
        ("+1", "1.00", None),
    ],
)
def test_adjustment_is_an_amount_or_a_percentage(text, amount, percent):
    found = form.parse_adjustment(text, "goodwill")
    assert [str(value) if value is not None else None for value in (found.amount_net, found.percent)] == [
        amount,
        percent,
    ]


@pytest.mark.parametrize(
    ("text", "reason", "field"),
    [
        ("x", "r", "adjust"),
        ("-101%", "r", "adjust"),
        ("99999999", "r", "adjust"),
        ("9" * 40, "r", "adjust"),
        ("1\n0", "r", "adjust"),
        ("5", " ", "adjust_reason"),
        ("5", "r" * 201, "adjust_reason"),
    ],
)
def test_bad_adjustment_names_its_field(text, reason, field):
    with pytest.raises(InputError) as caught:
        form.parse_adjustment(text, reason)
    assert caught.value.errors[0].field == field


def test_price_the_form_filled_in_is_the_exact_list_price(tariff):
    # Seven months: the list price scaled is 212.9166..., filled in as 212.92; priced from the exact value.
    seven = {"valid_until": "2025-07-31", "change_on": "2025-01-01"}
    assert parse(tariff, **seven, price_net="212,92").price_net is None
    assert quote(parse(tariff, **seven, price_net="212,92"), tariff).options[0].net == 21292
    assert quote(parse(tariff, **seven, price_net="212,93"), tariff).options[0].net == 21290


def test_contract_price_follows_the_package(tariff):
    before = {**TEXTS, "price_net": "300,00", "target_period_months": "12"}
    assert form.refilled({**before, "package": "plus"}, before, tariff)["price_net"] == "730.00"


def test_contract_price_written_by_hand_survives_a_change_of_dates(tariff):
    before = {**TEXTS, "price_net": "300,00", "target_period_months": "12"}
    assert "price_net" not in form.refilled({**before, "valid_until": "2026-12-31"}, before, tariff)


def test_contract_price_filled_in_follows_the_dates(tariff):
    before = {**TEXTS, "price_net": "365,00", "target_period_months": "12"}
    assert form.refilled({**before, "valid_until": "2026-12-31"}, before, tariff)["price_net"] == "730.00"


def test_period_falls_back_where_the_new_target_is_not_sold_for_it(tariff):
    before = {**TEXTS, "price_net": "365.00", "target_period_months": "24"}
    assert form.refilled({**before, "target": "pro"}, before, tariff) == {"target_period_months": "12"}


@pytest.mark.parametrize("today", [TODAY, dt.date(2020, 1, 1), dt.date(2024, 2, 29), dt.date(2031, 8, 31)])
def test_form_opens_with_a_quote_on_any_day(tariff, today):
    texts = form.complete({}, tariff, today)
    if today == dt.date(2020, 1, 1):
        # The term began before the first price list: the form says what is missing instead.
        assert texts["price_net"] == ""
        return
    assert quote(form.parse_form(texts, tariff), tariff).rule.id == "R1"


def test_partial_link_is_completed_and_filled_in(tariff):
    texts = form.complete({"package": "pro", "term_start": "2025-01-01", "valid_until": "2025-12-31"}, tariff, TODAY)
    assert texts["price_net"] == "1095.00"


def test_texts_of_a_link_that_do_not_read_are_named(tariff):
    given = {"package": "gold", "domains": "-1", "change_on": "soon", "target_period_months": "99", "target": "plus"}
    texts, mistakes = form.readable(given, tariff)
    # A text field holds anything, and the form says what is wrong.
    assert texts == {"target": "plus", "domains": "-1", "change_on": "soon"}
    assert list(mistakes) == ["package", "target_period_months"]


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"price_net": "300,00", "adjust": "-10%", "adjust_reason": "za & <b>długo</b> = 100%"},
        {"target": "vps", "target_period_months": "24", "adjust": "25,00", "adjust_reason": "x"},
        {"package": "vps", "target": "plus", "target_price_net": "500"},
        {"valid_until": "2025-07-31", "change_on": "2025-02-01"},
    ],
)
def test_link_gives_the_same_quote_tomorrow(tariff, texts):
    today = quote(parse(tariff, **texts), tariff)
    link = form.link_query(today)
    # Tomorrow's form starts from another example; nothing of it may show through.
    tomorrow = form.complete({k: v for k, v in link.items() if k not in SAID}, tariff, dt.date(2031, 1, 1))
    again = quote(form.parse_form(tomorrow, tariff), tariff)
    assert [(o.kind, o.lines, o.gross) for o in again.options] == [(o.kind, o.lines, o.gross) for o in today.options]
    assert link["tariff"] == tariff.version
    assert {
        "package",
        "target",
        "term_start",
        "valid_until",
        "change_on",
        "domains",
        "mailboxes",
        "disk_gb",
    } <= link.keys()
    assert {"price_net", "target_period_months"} <= link.keys()
