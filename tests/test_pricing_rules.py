"""Every clause, and every boundary from one day before to one day after it, at easy prices."""

import datetime as dt

import pytest

from core.pricing import calendar
from core.pricing.request import parse_request, situation
from core.pricing.rules import DECISION_TABLE

DOWN = {"package": "plus", "target": "basic"}
TO_VPS = {"target": "vps", "domains": 0}
TO_SHARED = {"package": "vps", "target": "plus", "domains": 8}


def net(zl: str) -> int:
    return int(zl.replace(".", ""))


def days_before_end(days: int) -> str:
    return str(dt.date(2026, 1, 1) - dt.timedelta(days=days))


@pytest.mark.parametrize(
    ("change_on", "target", "rule", "amounts"),
    [
        ("2025-12-01", "sklep", "R1", ("49.86", "11.47", "61.33")),
        ("2026-04-30", "sklep", "R1", ("8.77", "2.02", "10.79")),
        ("2026-05-01", "sklep", "R2", ("299.00", "68.77", "367.77")),
        ("2025-12-01", "vps-m", "R4", ("544.04", "125.13", "669.17")),
        ("2026-02-28", "vps-m", "R4", ("373.36", "85.87", "459.23")),
        ("2026-03-01", "vps-m", "R5", ("1270.44", "292.20", "1562.64")),
    ],
)
def test_worked_cases_come_out_by_hand(change_on, target, rule, amounts):
    from core import datafiles
    from core.pricing.quote import quote

    # On the tariff that ships, so that the cases of the team's own page hold in the product.
    given = {
        "package": "firma",
        "target": target,
        "term_start": "2025-06-01",
        "valid_until": "2026-05-31",
        "change_on": change_on,
        "domains": 8,
        "price_net": "199.00",
    }
    option = quote(parse_request(given), datafiles.tariff()).options[0]
    assert option.rule == rule
    assert (option.net, option.vat, option.gross) == tuple(map(net, amounts))


def test_r0_same_package_costs_nothing_while_the_term_runs(desk):
    option = desk.option(target="basic", change_on="2025-12-31")
    assert (option.rule, option.net, option.available) == ("R0", 0, True)


def test_r0_same_package_is_a_plain_renewal_from_the_end_on(desk):
    assert desk.option(target="basic", change_on="2026-01-01").net == net("365.00")


def test_r1_charges_the_difference_for_the_days_left(desk):
    option = desk.option(change_on=days_before_end(100))
    assert (option.rule, option.net) == ("R1", net("100.00"))


def test_change_day_belongs_to_the_new_package(desk):
    assert desk.option(change_on="2025-01-01").net == net("365.00")


@pytest.mark.parametrize(
    ("change_on", "rule", "amount"),
    [
        ("2025-11-30", "R1", "32.00"),
        ("2025-12-01", "R2", "730.00"),  # one month before the end, to the day
        ("2025-12-02", "R2", "730.00"),
        ("2025-12-17", "R2", "730.00"),
        ("2025-12-18", "R3", "730.00"),  # 14 days before the end
        ("2025-12-19", "R3", "730.00"),
        ("2025-12-31", "R3", "730.00"),
        ("2026-01-01", "R3", "730.00"),  # the end
        ("2026-01-31", "R3", "730.00"),  # the last day of grace
    ],
)
def test_upgrade_boundaries(desk, change_on, rule, amount):
    option = desk.option(change_on=change_on)
    assert (option.rule, option.net) == (rule, net(amount))


def test_r2_has_a_surcharge_line_of_zero_and_a_renewal_line(desk):
    lines = desk.option(change_on="2025-12-10").lines
    assert [(line.kind, line.net) for line in lines] == [("surcharge", 0), ("renewal", net("730.00"))]


@pytest.mark.parametrize(
    ("change_on", "rule", "amount"),
    [
        ("2025-09-30", "R4", "279.00"),  # 93 days at 3.00
        ("2025-10-01", "R5", "1736.00"),  # 92 days at 3.00, and the next year
        ("2025-10-02", "R5", "1733.00"),
        ("2025-12-18", "R5", "1502.00"),
        ("2025-12-31", "R5", "1463.00"),
        ("2026-01-01", "R6", "1460.00"),
        ("2026-01-31", "R6", "1460.00"),
    ],
)
def test_shared_to_vps_boundaries(desk, change_on, rule, amount):
    option = desk.option(**TO_VPS, change_on=change_on)
    assert (option.rule, option.net) == (rule, net(amount))


@pytest.mark.parametrize("change_on", ["2025-07-01", "2025-11-01", "2026-01-05"])
def test_shared_to_vps_adds_one_fee_for_all_domains(desk, change_on):
    without, with_domains = (desk.option(target="vps", change_on=change_on, domains=n) for n in (0, 8))
    assert with_domains.net - without.net == net("195.00")
    assert with_domains.total("migration") == net("195.00")


@pytest.mark.parametrize(
    ("domains", "fee"),
    [
        (0, "0.00"), (1, "95.00"), (2, "145.00"), (5, "145.00"), (6, "195.00"), (10, "195.00"), (11, "245.00"),
        (29, "245.00"), (30, "245.00"), (31, "295.00"), (49, "295.00"), (50, "295.00"), (51, "345.00"),
        (5000, "345.00"),
    ],
)  # fmt: skip
def test_migration_fee_is_flat_by_tier(tariff, domains, fee):
    assert tariff.on(calendar.number(dt.date(2025, 7, 1))).migration_fee(domains) == net(fee)


@pytest.mark.parametrize(("change_on", "rule"), [("2025-12-17", "R7"), ("2025-12-18", "R10"), ("2026-01-01", "R10")])
def test_vps_to_shared_boundaries(desk, change_on, rule):
    quote = desk.quote(**TO_SHARED, change_on=change_on)
    options = {option.kind.value: option.net for option in quote.options}
    expected = {"abandon": net("730.00"), "self": net("730.00"), "ordered": net("925.00")}
    if rule == "R7":
        del expected["abandon"]
    assert (quote.rule.id, options) == (rule, expected)


def test_r7_says_that_the_rest_of_the_vps_term_is_not_refunded(desk):
    notes = [note.message.id for note in desk.option("self", **TO_SHARED).notes]
    assert "note.no_refund" in notes


def test_r10_says_that_abandoning_loses_the_data_and_that_mail_does_not_move_itself(desk):
    ordered, by_self, abandon = desk.quote(**TO_SHARED, change_on="2025-12-20").options
    assert next((note.tone, note.message.id) for note in abandon.notes) == ("danger", "note.data_loss")
    assert "note.self_move_mail" in [note.message.id for note in by_self.notes]
    assert "note.data_loss" not in [note.message.id for note in ordered.notes]


def test_r10_warns_of_resources_above_the_limits_but_never_blocks(desk):
    options = desk.quote(package="vps", target="basic", mailboxes=11, change_on="2025-12-20").options
    assert all(option.available for option in options)
    assert all("note.excess" in [note.message.id for note in option.notes] for option in options)


@pytest.mark.parametrize(("change_on", "rule"), [("2025-12-17", "R8"), ("2025-12-18", "R9"), ("2026-01-31", "R9")])
def test_downgrade_boundaries(desk, change_on, rule):
    option = desk.option(**DOWN, change_on=change_on)
    assert (option.rule, option.available) == (rule, rule == "R9")


def test_r8_names_the_first_day_and_the_price_then(desk):
    option = desk.option(**DOWN)
    possible = option.next[0]
    assert option.lines == () and possible.id == "next.downgrade_possible"
    assert (possible.values["date"], possible.values["price"]) == (dt.date(2025, 12, 18), net("365.00"))


def test_r8_takes_the_price_from_the_list_valid_then(desk):
    option = desk.option(**DOWN, term_start="2026-03-01", valid_until="2027-02-28", change_on="2026-12-01")
    assert option.next[0].values["price"] == net("400.00")


@pytest.mark.parametrize(
    ("used", "resource", "excess"),
    [({"mailboxes": 13}, "mailboxes", "3"), ({"domains": 3}, "domains", "1"), ({"disk_gb": "11.2"}, "disk_gb", "1.2")],
)
def test_r9_blocks_and_names_each_excess(desk, used, resource, excess):
    option = desk.option(**DOWN, change_on="2025-12-20", **used)
    assert not option.available and option.lines == ()
    (blocker,) = option.blockers
    assert blocker.id == f"remove.{resource}" and str(blocker.values["excess"]) == excess


def test_r9_lists_every_excess_at_once(desk):
    option = desk.option(**DOWN, change_on="2025-12-20", mailboxes=13, domains=3, disk_gb="11.2")
    assert [blocker.id for blocker in option.blockers] == ["remove.mailboxes", "remove.domains", "remove.disk_gb"]


def test_r9_at_exactly_the_limits_is_allowed(desk):
    option = desk.option(**DOWN, change_on="2025-12-20", mailboxes=10, domains=2, disk_gb="10")
    assert option.available and option.net == net("365.00")


def test_rank_decides_what_is_higher_not_a_promotional_price(desk):
    option = desk.option(price_net="9000.00")
    assert (option.rule, option.net) == ("R1", 0)


def test_exactly_one_row_matches_on_every_day_of_every_change(desk):
    packages = ["basic", "plus", "pro", "vps"]
    for package in packages:
        for target in packages:
            for offset in range(-30, 31):
                day = str(dt.date(2026, 1, 1) + dt.timedelta(days=offset))
                s = situation(desk.request(package=package, target=target, change_on=day), desk.tariff)
                assert sum(bool(rule.applies(s)) for rule in DECISION_TABLE) == 1


# -- terms and periods of every kind


def test_leap_day_counts_as_a_day_of_the_term(desk):
    option = desk.option(term_start="2024-01-01", valid_until="2024-12-31", change_on="2024-02-29")
    assert option.net == 30616  # 365.00 x 307/366 = 306.1612...


def test_month_end_clamps(desk):
    # 31 January + 1 month = 28 February = the end, so exactly a month is left.
    term = {"term_start": "2025-02-28", "valid_until": "2026-02-27"}
    assert desk.option(**term, change_on="2026-01-31").rule == "R2"
    assert desk.option(**term, change_on="2026-01-28").rule == "R2"
    assert desk.option(**term, change_on="2026-01-27").rule == "R1"


def test_monthly_term_is_always_in_its_last_month(desk):
    option = desk.option(term_start="2025-03-01", valid_until="2025-03-31", change_on="2025-03-01")
    assert (option.rule, option.net) == ("R2", net("62.00"))


def test_three_year_term_scales_a_yearly_price_by_months(desk):
    option = desk.option(term_start="2023-01-01", valid_until="2025-12-31", change_on="2023-01-01")
    # Three years at 365.00 more; no three-year period is sold, so both come from the yearly price.
    assert option.net == net("1095.00")


def test_target_sold_for_another_period_is_brought_to_the_running_term(desk):
    option = desk.option(target_period_months=24, change_on="2025-01-01")
    assert option.net == net("335.00")  # 1400.00 x 12/24 - 365.00


def test_scaling_is_exact_where_a_rounded_price_would_be_a_grosz_off(desk):
    # A 7 month term: 365.00 x 7/12 = 212.91666..., 730.00 x 7/12 = 425.8333...; the difference of the rounded
    # prices, 212.91, is a grosz short of the exact 212.91666... rounded.
    option = desk.option(term_start="2025-01-01", valid_until="2025-07-31", change_on="2025-01-01")
    assert option.net == 21292


def test_term_of_odd_days_scales_by_days(desk):
    # 100 days; the target's twelve months from the same start have 365 days.
    option = desk.option(term_start="2025-01-01", valid_until="2025-04-10", change_on="2025-01-01", price_net="100.00")
    assert option.net == net("100.00")  # 730.00 x 100/365 - 100.00


def test_bought_period_defaults_to_the_months_of_the_running_term(desk):
    two_years = {"term_start": "2024-01-01", "valid_until": "2025-12-31", "change_on": "2025-12-10"}
    assert desk.option(**two_years).net == net("1400.00")
    assert desk.option(**two_years, target="pro").net == net("1095.00")


def test_half_a_grosz_is_rounded_up(desk):
    # 1.01 for one of two years' worth of days would be exactly half: 365 x 2 = 730 days.
    option = desk.option(
        term_start="2025-01-01",
        valid_until="2026-12-31",
        change_on="2026-01-01",
        price_net="100.00",
        target_price_net="101.01",
        target_period_months=24,
    )
    assert option.net == 51  # 1.01 x 365/730 = 0.505


def test_vat_is_computed_once_on_the_net_total(desk):
    option = desk.option(target="vps", domains=1, change_on="2025-12-31", price_net="354.08", target_price_net="365.03")
    assert [line.net for line in option.lines] == [3, 36503, 9500]
    lines = sum((line.net * 23 + 50) // 100 for line in option.lines)
    assert option.vat == (option.net * 23 + 50) // 100 and option.vat != lines


def test_vat_rate_is_that_of_the_day(desk):
    term = {"term_start": "2026-07-01", "valid_until": "2027-06-30", "price_net": "365.00"}
    assert desk.option(**term, change_on="2026-12-31").vat_percent == 23
    assert desk.option(**term, change_on="2027-01-01").vat_percent == 25
