"""How long the work takes, and the boundary it may carry the change past."""

import datetime as dt

import pytest

from core import datafiles
from core.ground.messages import InputError
from core.ground.workdays import working_days_later
from core.pricing.lead_time import LeadTime, carried, is_work, latest_order, schedule
from core.pricing.tariff import Tariff

LEAD = LeadTime(analysis_working_days=1, dns_hours=36)
FRIDAY = dt.date(2025, 9, 26)


def days(when):
    return [str(day) for day in (when.ordered, when.analysed, when.agreed, when.visible)]


def test_friday_s_order_is_analysed_on_monday_and_done_on_tuesday():
    assert days(schedule(FRIDAY, None, LEAD)) == ["2025-09-26", "2025-09-29", "2025-09-30", "2025-10-02"]


def test_christmas_eve_is_free_from_2025():
    assert str(working_days_later(dt.date(2025, 12, 23), 1)) == "2025-12-29"
    assert str(working_days_later(dt.date(2024, 12, 23), 1)) == "2024-12-24"


def test_agreed_day_moves_the_end():
    assert days(schedule(FRIDAY, dt.date(2025, 10, 10), LEAD))[2:] == ["2025-10-10", "2025-10-12"]


def test_agreed_day_before_the_analysis_is_refused_with_the_earliest():
    with pytest.raises(InputError) as refused:
        schedule(FRIDAY, dt.date(2025, 9, 29), LEAD)
    (mistake,) = refused.value.errors
    assert (mistake.field, str(mistake.message.values["earliest"])) == ("agreed_on", "2025-09-30")


@pytest.mark.parametrize(("hours", "visible"), [(0, "2025-09-30"), (24, "2025-10-01"), (36, "2025-10-02")])
def test_part_of_a_day_counts_as_a_day(hours, visible):
    when = schedule(FRIDAY, None, LeadTime(analysis_working_days=1, dns_hours=hours))
    assert str(when.visible) == visible


def late(desk, kind="change", agreed=None, **changes):
    found = desk.quote(**{"target": "vps", **changes})
    option = next(option for option in found.options if option.kind == kind)
    return option, carried(found, option, desk.tariff, schedule(found.holds_on, agreed, LEAD))


def test_work_ordered_before_the_last_three_months_may_end_within_them(desk):
    # R4 until 2025-09-30; the work is visible on 2025-10-02: 91 days at 3.00, a VPS year, and the migration.
    ordered, result = late(desk, change_on=str(FRIDAY))
    assert (result.because.id, result.because.values) == ("lead.rule", {"rule": "R5"})
    assert (ordered.net, result.option.net) == (97 * 300 + 14500, 91 * 300 + 146000 + 14500)


def test_work_far_from_any_boundary_crosses_none(desk):
    assert late(desk, change_on="2025-07-01")[1].because is None


def test_agreed_day_may_be_what_crosses(desk):
    assert late(desk, change_on="2025-07-01", agreed=dt.date(2025, 9, 30))[1].because


def test_new_price_list_on_the_way_is_named_and_not_the_rule(desk):
    term = {"term_start": "2026-12-01", "valid_until": "2027-11-30", "price_net": "365.00"}
    ordered, result = late(desk, change_on="2026-12-30", **term)
    assert result.late.rule.id == ordered.rule
    assert (result.because.id, result.because.values) == ("lead.tariff", {"date": dt.date(2027, 1, 1)})


def test_table_that_changes_no_price_on_the_way_is_no_boundary(desk):
    grace = desk.tariff.file.terms[0].model_copy(update={"valid_from": dt.date(2025, 7, 3), "grace_days": 40})
    file = desk.tariff.file.model_copy(update={"terms": [*desk.tariff.file.terms, grace]})
    assert late(type(desk)(Tariff(file)), change_on="2025-07-01")[1].because is None


def test_work_that_ends_after_the_days_of_grace_is_refused_with_the_reason(desk):
    result = late(desk, change_on="2026-01-30")[1]
    assert result.option is None and result.refused[0].field == "change_on" and result.because.id == "lead.refused"


@pytest.mark.parametrize(
    ("limit", "order"),
    # Visible two days after the agreed day; the analysis and the work take a working day each.
    [("2025-09-30", "2025-09-24"), ("2025-10-02", "2025-09-28"), ("2025-10-01", "2025-09-25")],
)
def test_latest_order_is_the_last_that_is_done_in_time(limit, order):
    limit = dt.date.fromisoformat(limit)
    found = latest_order(limit, LEAD)
    assert str(found) == order
    assert schedule(found, None, LEAD).visible <= limit < schedule(found + dt.timedelta(1), None, LEAD).visible


@pytest.mark.parametrize("day", [dt.date(9999, 12, 31), dt.date(1999, 1, 1)])
def test_agreed_day_far_away_is_refused_with_the_limits(day):
    with pytest.raises(InputError) as refused:
        schedule(FRIDAY, day, LEAD)
    assert refused.value.errors[0].message.id == "error.range"


def test_only_domains_moved_by_us_are_work(desk):
    assert is_work(desk.option(target="vps")) and not is_work(desk.option(target="vps", domains=0))
    assert not is_work(desk.option()) and not is_work(desk.option("self", package="vps", target="plus"))


def test_lead_time_is_that_of_the_stages_file():
    assert datafiles.process().lead_time == LEAD
