"""What else the customer could do, side by side."""

import datetime as dt
import re

import pytest

from core import datafiles
from core.language import LANGUAGES
from core.pricing.alternatives import alternatives
from core.pricing.lead_time import LeadTime
from core.pricing.quote import quote
from core.pricing.request import parse_request
from core.pricing.rules import OptionKind
from core.pricing.tariff import Tariff
from core.pricing.timeline import timeline

MIDDLE = dt.date(2025, 7, 1)
LEAD = LeadTime(analysis_working_days=1, dns_hours=36)


def found(desk, today=MIDDLE, **changes):
    return alternatives(desk.request(**changes), desk.tariff, today, LEAD)


def rows(desk, today=MIDDLE, **changes):
    return {
        (one.way, one.kind.value): (one.request.target, str(one.day), one.quote and one.quote.rule.id, one.cost)
        for one in found(desk, today, **changes).all
    }


def test_upgrade_has_its_days_and_a_vps_beside_it(desk):
    # Half a year of the next term lies in the twelve months: 181 days at 1.00, 2.00 and 4.00.
    assert rows(desk) == {
        ("stay", "change"): ("basic", "2026-01-01", "R0", 18100),
        ("now", "change"): ("plus", "2025-07-01", "R1", 18400 + 36200),
        ("last_month", "change"): ("plus", "2025-12-01", "R2", 36200),
        ("renewal", "change"): ("plus", "2026-01-01", "R3", 36200),
        ("vps", "change"): ("vps", "2025-07-01", "R4", 3 * 18400 + 14500 + 72400),
    }


def test_best_is_the_cheapest_over_the_months_and_says_what_it_saves(desk):
    result = found(desk)
    assert (result.best.way, result.best.option.net) == ("last_month", 73000)
    assert [message.id for message in result.why] == [
        "alternative.best",
        "alternative.waiting_saves",
        "alternative.until_then",
    ]
    assert result.why[1].values["saving"] == 18400


def test_staying_is_never_the_best_way_to_another_package(desk):
    result = found(desk)
    assert min(result.all, key=lambda one: one.cost).way == "stay" != result.best.way


def test_chosen_day_stands_between_the_others(desk):
    ways = [one.way for one in found(desk, change_on="2025-09-01").all]
    # Of what costs the same, the sooner one is the best; staying is the cheapest, but leads nowhere.
    assert ways == ["last_month", "stay", "renewal", "chosen", "now", "vps"]


def test_leaving_a_vps_is_shown_both_ways(desk):
    assert rows(desk, package="vps", target="plus") == {
        ("stay", "change"): ("vps", "2026-01-01", "R0", 72400),
        ("now", "self"): ("plus", "2025-07-01", "R7", 73000),
        ("now", "ordered"): ("plus", "2025-07-01", "R7", 73000 + 14500),
        ("renewal", "self"): ("plus", "2026-01-01", "R10", 36200),
        # Four days of both, so that the work is done by the end.
        ("last_order", "ordered"): ("plus", "2025-12-28", "R10", 36200 + 4 * 200 + 14500),
    }
    result = found(desk, package="vps", target="plus")
    assert (result.best.way, result.best.kind) == ("renewal", "self")
    assert result.why[-1].id == "alternative.own_work" and result.why[-1].values["difference"] == 14500 + 800


def test_same_vps_shows_the_way_out_self_and_ordered(desk):
    # Three domains do not fit Basic: the smallest shared package that holds what is in use.
    got = rows(desk, package="vps", target="vps", domains=3)
    assert {key: value[0] for key, value in got.items()} == {
        ("stay", "change"): "vps",
        ("shared", "self"): "plus",
        ("shared", "ordered"): "plus",
    }


def test_day_that_lets_the_service_stand_still_is_shown_and_is_neither_best_nor_cheaper(desk):
    # Firma -> Sklep, valid until 10.12.2026, day 29.12.2026, seen on 28.11.2026.
    asked = {"package": "firma", "target": "sklep", "term_start": "2025-12-11", "valid_until": "2026-12-10",
             "change_on": "2026-12-29"}  # fmt: skip
    result = alternatives(parse_request(asked), datafiles.tariff(), dt.date(2026, 11, 28), LEAD)
    chosen = next(one for one in result.all if one.way == "chosen")
    assert not chosen.in_time and chosen.cost < result.best.cost
    assert (chosen.warning.id, chosen.warning.count) == ("late.stands_still", 18)
    assert result.best.in_time and result.best.day <= dt.date(2026, 12, 11) and result.all[0] is result.best
    assert [one.in_time for one in result.all if one.cost is not None][-1] is False


def test_end_itself_is_still_in_time_and_the_day_after_is_not(desk):
    for day, in_time in (("2026-01-01", True), ("2026-01-02", False)):
        (one,) = [one for one in found(desk, change_on=day).all if str(one.day) == day and one.way != "stay"]
        assert one.in_time == in_time and (one.warning is None) == in_time
    assert one.warning.count == 1


def test_after_the_end_today_is_the_best_and_waiting_is_told(desk):
    result = found(desk, dt.date(2026, 1, 10), change_on="2026-01-20")
    chosen = next(one for one in result.all if one.way == "chosen")
    assert (result.best.way, result.best.warning, chosen.in_time, chosen.warning.count) == ("now", None, False, 19)


def test_order_that_our_work_cannot_keep_is_told_and_never_the_best(desk):
    result = found(desk, package="vps", target="plus", change_on="2025-12-30")
    by_us, by_them = (next(one for one in result.all if (one.way, one.kind) == ("chosen", kind))
                      for kind in (OptionKind.ORDERED, OptionKind.SELF))  # fmt: skip
    assert (by_us.in_time, by_us.warning.id) == (False, "late.work") and by_them.warning is None
    # Where no day is left, today is what there is, and that it is late is told.
    late = found(desk, dt.date(2025, 12, 30), package="vps", target="plus", change_on="2025-12-30")
    today = next(one for one in late.all if (one.way, one.kind) == ("now", OptionKind.ORDERED))
    assert today.in_time and str(today.warning.values["order"]) == "2025-12-28"
    assert not [one for one in late.all if one.kind == OptionKind.ORDERED and one is not today]


@pytest.mark.parametrize("package", ["basic", "plus", "pro", "vps"])
@pytest.mark.parametrize("target", ["basic", "plus", "pro", "vps"])
def test_best_comes_first_then_what_costs_less_and_what_has_no_price_last(desk, package, target):
    result = found(desk, package=package, target=target, change_on="2026-01-15", mailboxes=11)
    all_ = result.all[1:] if result.best else result.all
    assert result.best in (None, result.all[0])
    keys = [(one.cost is None, not one.in_time, one.cost) for one in all_]
    assert keys == sorted(keys)
    for one in result.all:
        assert one.cost is not None or one.refused or one.option.blockers


def test_downgrade_waits_for_the_window_and_says_why(desk):
    result = found(desk, package="plus", target="basic")
    now, window = (next(one for one in result.all if one.way == way) for way in ("now", "window"))
    assert not now.option.available and now.option.blockers[0].id == "blocked.in_term"
    assert (str(window.day), window.cost, result.best) == ("2025-12-18", 18100, window)
    assert [message.id for message in result.why][1] == "alternative.not_at_once"


def test_downgrade_that_does_not_fit_has_no_best(desk):
    result = found(desk, package="plus", target="basic", mailboxes=11)
    assert result.best is None and result.why == ()


def test_near_the_end_there_is_less_to_choose(desk):
    ways = [one.way for one in found(desk, dt.date(2025, 12, 20), change_on="2025-12-20").all]
    assert ways == ["now", "stay", "renewal", "vps"]


def test_after_expiry_everything_is_today(desk):
    result = found(desk, dt.date(2026, 1, 10), change_on="2026-01-10")
    assert {str(one.day) for one in result.all} == {"2026-01-10"} and result.best.way == "now"


def test_term_of_the_past_is_looked_at_from_its_start(desk):
    result = found(desk, dt.date(2026, 11, 21))
    assert "start" in [one.way for one in result.all] and result.best is None


def test_what_was_agreed_by_hand_stays_with_the_package_asked_for(desk):
    agreed = {"adjustment": {"percent": -10, "reason": "x"}, "target_price_net": "600.00"}
    for one in found(desk, **agreed).all:
        by_hand = any(line.kind == "adjustment" for line in one.option.lines)
        assert by_hand == (one.request.target == "plus")


def test_package_no_longer_sold_is_told_and_not_priced(desk):
    # The big VPS is on the list of 2027 only.
    result = found(desk, package="vps", target="vps-big", term_start="2026-06-01", valid_until="2027-05-31",
                   change_on="2027-02-01", today=dt.date(2026, 7, 1))  # fmt: skip
    now = next(one for one in result.all if one.way == "now")
    assert now.quote is None and now.refused[0].field == "target" and now.cost is None
    assert result.best is not None and result.best.day >= dt.date(2027, 1, 1)


@pytest.mark.parametrize("later", [{"A6": "optional"}, {"A7": "price_only"}, {"A6": "optional", "A7": "price_only"}])
def test_no_alternative_stands_twice_where_the_ways_change_in_the_term(desk, later):
    taken = desk.tariff.file.readings[0].model_copy(update={"valid_from": dt.date(2025, 11, 1), **later})
    file = desk.tariff.file.model_copy(update={"readings": [*desk.tariff.file.readings, taken]})
    changed = type(desk)(Tariff(file))
    result = found(changed, target="vps")
    keys = [(one.request, one.kind) for one in result.all]
    assert len(keys) == len(set(keys))
    lines = (timeline(changed.request(target="vps"), changed.tariff, MIDDLE, LEAD, kind) for kind in OptionKind)
    assert result.best.cost <= min(line.cheapest.cost for line in lines)


@pytest.mark.parametrize("package", ["basic", "plus", "pro", "vps"])
@pytest.mark.parametrize("target", ["basic", "plus", "pro", "vps"])
@pytest.mark.parametrize("today", [MIDDLE, dt.date(2025, 12, 20), dt.date(2026, 1, 15)])
def test_every_alternative_is_the_quote_of_its_own_request(desk, package, target, today):
    for one in found(desk, today, package=package, target=target, change_on=str(today)).all:
        again = quote(one.request, desk.tariff)
        assert one.option == next(option for option in again.options if option.kind == one.kind)
        for language in LANGUAGES.values():
            for line in one.cost_lines or ():
                worded = f"{language.text(line.label)} {language.text(line.working)}"
                assert not re.search(r"\b(cost|line|working)\.\w", worded)
