"""Scenarios: texts and links become a scenario, a scenario becomes a tariff and a group of subscriptions."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ground.messages import InputError
from core.pricing import calendar
from core.pricing.portfolio import price_many
from core.pricing.readings import CHOICES
from core.pricing.situation import FROM_LIST
from core.pricing.tariff import NOT_SOLD, Tariff, parse_tariff
from core.simulation.scenario import group
from core.simulation.scenario_texts import (
    FIELDS,
    LABEL,
    SLOTS,
    example,
    from_link,
    join_tiers,
    listed,
    parse,
    split_tiers,
    to_link,
)
from core.simulation.subscriptions import NOT_TOLD, Subscriptions
from tests.conftest import EASY
from tests.test_pricing_portfolio import random_changes

TODAY = dt.date(2026, 11, 21)


def under(tariff: Tariff, **texts: str) -> Tariff:
    return parse({name.replace("__", "."): text for name, text in texts.items()}, tariff, TODAY).tariff(tariff)


def price(tariff: Tariff, day: dt.date, package: str, months: int = 12) -> int:
    return int(tariff.prices[tariff.price_list_on(calendar.number(day)), tariff.index[package], months])


def mistakes(tariff: Tariff, texts: dict[str, str]) -> dict[str, str]:
    with pytest.raises(InputError) as refused:
        parse(texts, tariff, TODAY)
    return {e.field.removeprefix(LABEL): e.message.id for e in refused.value.errors}


def test_blank_scenario_asks_what_renewals_bring_and_leaves_the_tariff_itself(tariff):
    scenario = parse({}, tariff, TODAY)
    assert scenario.target is None and scenario.change_on == TODAY and scenario.packages == ()
    assert scenario.tariff(tariff) is tariff


def test_every_text_is_read(tariff):
    texts = {
        "name": "  Drożej ",
        "target": "vps",
        "change_on": "2026-12-01",
        "move_ordered": "1",
        "packages": "basic,plus",
        "client": "Łąk",
        "ends_from": "2026-12-01",
        "ends_until": "2026-12-31",
        "prices_from": "2026-12-15",
        "percent": "-3,5 %",
        "price.vps-big.12": "3 000,50 zł",
        "A1": "surcharge",
        "grace_days": "60",
        "tiers": "1:100;5:150,50",
    }
    scenario = parse(texts, tariff, TODAY)
    assert (scenario.name, scenario.target, scenario.change_on) == ("Drożej", "vps", dt.date(2026, 12, 1))
    assert scenario.move_ordered and scenario.packages == ("basic", "plus") and scenario.client == "Łąk"
    assert (scenario.ends_from, scenario.ends_until) == (dt.date(2026, 12, 1), dt.date(2026, 12, 31))
    assert (scenario.prices_from, scenario.percent) == (dt.date(2026, 12, 15), Decimal("-3.5"))
    assert scenario.prices == {("vps-big", 12): 300050}
    assert (scenario.readings, scenario.terms) == ({"A1": "surcharge"}, {"grace_days": 60})
    assert scenario.tiers == ((1, 10000), (5, 15050))


WRONG = {
    "name": ("x" * 41, "error.too_long"),
    "target": ("cloud", "error.one_of"),
    "change_on": ("2026-11-20", "error.range"),
    "move_ordered": ("maybe", "error.one_of"),
    "packages": ("basic,cloud", "error.one_of"),
    "client": ("x" * 101, "error.too_long"),
    "ends_from": ("soon", "error.iso_date"),
    "ends_until": ("31.12.2026", "error.iso_date"),
    "prices_from": ("2019-12-31", "error.range"),
    "percent": ("5,125", "scenario.error.percent"),
    **dict.fromkeys(CHOICES, ("perhaps", "error.one_of")),
    "upgrade_months": ("37", "error.at_most"),
    "vps_months": ("-1", "error.at_least"),
    "window_days": ("two", "error.whole_number"),
    "grace_days": ("367", "error.at_most"),
}


def test_every_mistake_is_told_at_once_by_field(tariff):
    texts = {name: text for name, (text, _) in WRONG.items()} | {"tiers": "1:abc", "price.basic.12": "abc"}
    assert WRONG.keys() | {"tiers"} == set(FIELDS)
    expected = {name: message for name, (_, message) in WRONG.items()}
    assert mistakes(tariff, texts) == expected | {"tier_net": "error.amount", "price": "scenario.error.price"}


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("change_on", "2028-11-22", "change_on"),
        ("percent", "-100,5", "percent"),
        ("percent", "1001", "percent"),
        ("percent", "1e2", "percent"),
        ("percent", "%", "percent"),
        ("price.cloud.12", "5", "price"),
        ("price.basic.0", "5", "price"),
        ("price.basic.37", "5", "price"),
        ("price.basic", "5", "price"),
        ("price.basic.12", "-5", "price"),
        ("price.basic.12", "1000001", "price"),
        ("price.vps-big.24", "5", "price"),  # it is on no list yet, and would have no price for 12 months
        ("tiers", "2:95", "tier_from"),
        ("tiers", "1:95;1:100", "tier_from"),
        ("tiers", "1:95;x:100", "tier_from"),
        ("tiers", "1", "tier_net"),
    ],
)
def test_what_does_not_fit_is_told(tariff, field, text, told):
    assert list(mistakes(tariff, {field: text})) == [told]


def test_end_before_the_beginning_is_told(tariff):
    assert list(mistakes(tariff, {"ends_from": "2026-12-02", "ends_until": "2026-12-01"})) == ["ends_until"]


def test_percent_that_makes_a_price_too_dear_is_told(tariff):
    dear = under(tariff, price__basic__12="1000000")
    assert list(mistakes(dear, {"percent": "0.01"})) == ["percent"]


@pytest.mark.parametrize("text", ["5", "+5", "5%", "+5,00 %", " 5.0 "])
def test_percent_may_be_written_in_many_ways(tariff, text):
    assert parse({"percent": text}, tariff, TODAY).percent == 5


@pytest.mark.parametrize(("percent", "net"), [("0,5", 36683), ("-0,5", 36318), ("-100", 0), ("1000", 401500)])
def test_percent_is_rounded_half_up_to_the_grosz(tariff, percent, net):
    # 365.00 x 1.005 = 366.825, x 0.995 = 363.175
    assert price(under(tariff, percent=percent), TODAY, "basic") == net


def test_new_list_holds_from_its_day_on_and_drops_the_later_ones(tariff):
    new = under(tariff, percent="10", prices_from="2026-12-01", price__basic__12="350")
    assert price(new, dt.date(2026, 11, 30), "basic") == 36500
    for day in (dt.date(2026, 12, 1), dt.date(2027, 6, 1)):
        assert price(new, day, "basic") == 35000
        assert price(new, day, "plus") == 80300
        assert price(new, day, "vps-big") == NOT_SOLD


def test_list_of_a_later_day_starts_from_the_list_of_that_day(tariff):
    new = under(tariff, percent="10", prices_from="2027-01-01")
    assert price(new, dt.date(2026, 12, 31), "basic") == 36500
    assert price(new, dt.date(2027, 1, 1), "basic") == 44000


def test_new_prices_count_from_today_where_no_day_is_given(tariff):
    new = under(tariff, percent="10")
    assert price(new, TODAY - dt.timedelta(days=1), "basic") == 36500
    assert price(new, TODAY, "basic") == 40150


def test_package_may_be_put_on_the_list(tariff):
    texts = {"price.vps-big.12": "3000", "price.vps-big.1": "260"}
    new = parse(texts, tariff, TODAY).tariff(tariff)
    assert price(new, TODAY, "vps-big") == 300000 and price(new, TODAY, "vps-big", 1) == 26000


@pytest.mark.parametrize(
    "texts",
    [
        {"percent": "0"},
        {"prices_from": "2026-12-01"},
        {"A1": "renewal", "grace_days": "30"},
        {"tiers": "1:95;2:145;6:195;11:245;30:295;50:345"},
        {"price.basic.12": "400,00", "prices_from": "2027-01-01"},
        {"price.basic.12": "400,00", "prices_from": "2027-03-01"},
    ],
)
def test_what_is_as_in_the_tariff_leaves_the_tariff_itself(tariff, texts):
    assert parse(texts, tariff, TODAY).tariff(tariff) is tariff


def test_scenarios_that_change_the_same_share_a_tariff(tariff):
    one = parse({"percent": "5", "target": "plus"}, tariff, TODAY)
    other = parse({"percent": "+5%", "target": "vps", "name": "B"}, tariff, TODAY)
    assert one.tariff(tariff) is other.tariff(tariff) is not tariff


def test_shared_numbers_of_domains_stay_shared_where_their_tier_remains(tariff):
    new = under(tariff, tiers="1:100;30:200;40:300")
    fees = new.on(calendar.number(TODAY))
    assert [int(fees.migration_fee(n)) for n in (29, 30, 31, 39, 40)] == [10000, 10000, 20000, 20000, 30000]
    assert int(under(tariff, tiers="1:100;30:200", A2="higher").on(calendar.number(TODAY)).migration_fee(30)) == 20000


def test_tiers_may_be_given_in_any_order(tariff):
    assert parse({"tiers": "1:100;30:200;6:150"}, tariff, TODAY).tiers == ((1, 10000), (6, 15000), (30, 20000))


def test_tariff_under_a_scenario_prices_like_a_file_written_by_hand(tariff):
    text = EASY.read_text(encoding="utf-8")
    lists = text[text.index("[[price_lists]]\nvalid_from = 2027-01-01") : text.index("[[migration_fees]]")]
    by_hand = (
        text.replace(
            lists,
            """[[price_lists]]
valid_from = 2025-06-01
[price_lists.prices_net]
basic = { 1 = "32.55", 12 = "383.25" }
plus = { 1 = "65.10", 12 = "750.00", 24 = "1470.00" }
pro = { 12 = "1149.75" }
vps = { 1 = "130.20", 12 = "1533.00", 24 = "3045.00" }
vps-big = { 12 = "3000.00" }

""",
        )
        .replace('A1 = "renewal"', 'A1 = "surcharge"')
        .replace('A5 = "counted"', 'A5 = "not_counted"')
        .replace("upgrade_months = 1", "upgrade_months = 2")
        .replace("grace_days = 30", "grace_days = 10")
        .replace('{ from = 6, net = "195.00" }', '{ from = 7, net = "199.50" }')
        .replace('  { from = 50, net = "345.00", shared_with_previous = "A3" },\n', "")
    )
    scenario = {
        "prices_from": "2025-06-01",
        "percent": "5",
        "price.plus.12": "750",
        "price.vps-big.12": "3000",
        "A1": "surcharge",
        "A5": "not_counted",
        "upgrade_months": "2",
        "grace_days": "10",
        "tiers": "1:95;2:145;7:199,50;11:245;30:295",
    }
    changes = random_changes(20_000, seed=8)
    new, expected = parse(scenario, tariff, TODAY).tariff(tariff), parse_tariff(by_hand)
    found, wanted, before = (price_many(changes, t) for t in (new, expected, tariff))
    for part in ("rule", "net", "problem", "available", "gross"):
        assert np.array_equal(getattr(found, part), getattr(wanted, part))
    assert not np.array_equal(found.net, before.net)


def test_listed_prices_are_those_a_single_price_replaces(tariff):
    found = listed({"prices_from": "2027-01-01", "percent": "10", "price.basic.12": "1"}, tariff, TODAY)
    assert found["basic", 12] == 44000 and ("basic", 1) not in found
    assert listed({"prices_from": "soon", "percent": "much"}, tariff, TODAY)["basic", 1] == 3100


def test_example_is_an_upgrade_in_thirty_days(tariff):
    assert parse(example(tariff, TODAY), tariff, TODAY).target == "pro"
    assert example(tariff, TODAY) == {"packages": "plus", "target": "pro", "change_on": "2026-12-21"}


TEXT = st.text(min_size=1, max_size=20)
FIELD = st.sampled_from(FIELDS) | st.builds("price.{}.{}".format, st.sampled_from(["basic", "x"]), st.integers(0, 99))


@given(st.dictionaries(st.sampled_from(SLOTS), st.dictionaries(FIELD, TEXT, min_size=1)))
def test_link_gives_back_what_was_put_into_it(slots):
    assert from_link(to_link(slots)) == slots


def test_link_leaves_out_what_is_blank_and_ignores_what_is_no_scenarios():
    assert to_link({"a": {"target": "vps", "percent": ""}}) == {"a.target": "vps"}
    assert from_link({"a.target": "vps", "lang": "pl", "e.target": "vps", "a.rubbish": "1", "target": "x"}) == {
        "a": {"target": "vps"}
    }


@given(st.dictionaries(FIELD, st.text(max_size=30)))
def test_any_text_is_read_or_refused(texts):
    tariff = parse_tariff(EASY.read_text(encoding="utf-8"))
    try:
        scenario = parse(texts, tariff, TODAY)
    except InputError as error:
        assert all(mistake.field.startswith(LABEL) for mistake in error.errors)
    else:
        assert scenario.tariff(tariff)


CELL = st.text(st.characters(exclude_characters=":;", exclude_categories=["Cs"])).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL)))
def test_rows_of_tiers_stay_what_they_are_through_the_link(rows):
    assert split_tiers(join_tiers(rows)) == rows


def base(*rows: tuple[str, str, int, str]) -> Subscriptions:
    names = np.dtypes.StringDType()
    count = len(rows)
    return Subscriptions(
        id=np.array([row[0] for row in rows], names),
        client=np.array([row[1] for row in rows], names),
        names=np.array([""] * count, names),
        package=np.array([row[2] for row in rows], np.int64),
        term_start=np.full(count, calendar.number(dt.date(2026, 1, 1))),
        valid_until=np.array([calendar.number(dt.date.fromisoformat(row[3])) for row in rows], np.int64),
        price_net=np.full(count, FROM_LIST),
        domains=np.ones(count, np.int64),
        mailboxes=np.ones(count, np.int64),
        disk=np.ones(count, np.int64),
        service_start=np.full(count, NOT_TOLD),
    )


BASE = base(
    ("S-1", "Łąkowa sp. z o.o.", 0, "2026-12-01"),
    ("S-2", "Kwiaciarnia", 1, "2026-12-31"),
    ("S-3", "LAKOWA 2", 2, "2027-01-01"),
    ("S-4", "Żółw", 0, "2027-06-30"),
)


@pytest.mark.parametrize(
    ("texts", "meant"),
    [
        ({}, [1, 1, 1, 1]),
        ({"packages": "basic"}, [1, 0, 0, 1]),
        ({"packages": "pro,plus"}, [0, 1, 1, 0]),
        ({"client": "łąKOWA"}, [1, 0, 1, 0]),
        ({"client": "lakowa sp z o.o"}, [1, 0, 0, 0]),
        ({"client": "s-4"}, [0, 0, 0, 1]),
        ({"client": "%"}, [0, 0, 0, 0]),
        ({"ends_from": "2026-12-31"}, [0, 1, 1, 1]),
        ({"ends_until": "2026-12-31"}, [1, 1, 0, 0]),
        ({"ends_from": "2026-12-31", "ends_until": "2027-01-01", "packages": "plus"}, [0, 1, 0, 0]),
    ],
)
def test_group_is_who_is_meant(tariff, texts, meant):
    assert group(parse(texts, tariff, TODAY), BASE, tariff).tolist() == [bool(m) for m in meant]
