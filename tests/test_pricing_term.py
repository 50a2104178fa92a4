"""The months of a term: from which day they are counted, whether they are whole, what is said where they are not."""

import datetime as dt
from calendar import monthrange
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import datafiles
from core.ground.messages import InputError
from core.language import LANGUAGES
from core.offer.wording import note as worded
from core.pricing import calendar, form
from core.pricing.alternatives import alternatives
from core.pricing.cash import renewals
from core.pricing.horizon import Horizon, periods
from core.pricing.lead_time import LeadTime
from core.pricing.other_readings import other_readings
from core.pricing.outcome import Outcome
from core.pricing.portfolio import price_many
from core.pricing.quote import quote
from core.pricing.renewed_terms import renewing, running_on
from core.pricing.request import parse_request, situation
from core.pricing.rules import OptionKind
from core.pricing.situation import Change
from core.pricing.tariff import Tariff, parse_tariff
from core.pricing.tariff_file import MAX_PRICE
from core.pricing.term import NO_ANCHOR, Term
from tests.conftest import EASY
from tests.portfolio import option_of

days = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))


def day(text):
    return calendar.number(dt.date.fromisoformat(text))


def clamped(year, month, anchor):
    """A day of the month as the standard library has it, or the last of a shorter month."""
    year, month = divmod(year * 12 + month - 1, 12)
    return dt.date(year, month + 1, min(anchor, monthrange(year, month + 1)[1]))


def term(start, valid_until, began=NO_ANCHOR):
    return Term(day(start), day(valid_until) + 1, day(valid_until), began)


def notes(option):
    return [note.message.id for note in option.notes if note.message.id.startswith("note.")]


# -- the anchor


@given(days, st.integers(0, 40), st.integers(1, 31))
def test_months_go_on_from_the_anchor(first, months, anchor):
    first = clamped(first.year, first.month, anchor)
    found = calendar.continued(calendar.number(first), months, anchor)
    assert calendar.date(found) == clamped(first.year, first.month + months, anchor)
    assert calendar.fits(found, anchor) and calendar.date(calendar.last_anchored(found, anchor)).day == anchor
    assert 0 <= found - calendar.last_anchored(found, anchor) <= 31


@given(days, st.integers(1, 40), st.integers(1, 31))
def test_term_of_whole_months_tells_its_anchor_by_the_greater_of_its_days(first, months, anchor):
    start, end = (clamped(first.year, first.month + n, anchor) for n in (0, months))
    known, told = (
        Term(calendar.number(start), calendar.number(end), calendar.number(end) - 1, began)
        for began in (anchor, NO_ANCHOR)
    )
    assert (known.months, told.months, known.months_but_a_day) == (months, months, 0)
    assert (known.anchor, told.anchor) == (anchor, max(start.day, end.day))


@given(st.lists(st.tuples(days, st.integers(0, 800), st.integers(0, 31)), min_size=1))
def test_arrays_of_terms_are_what_single_terms_are(some):
    rows = [(calendar.number(start), calendar.number(start) + length, began) for start, length, began in some]
    start, last, began = np.array(rows).T
    many = Term(start, last + 1, last, began)
    single = [Term(start, last + 1, last, began) for start, last, began in rows]
    for name in ("months", "months_but_a_day", "anchor"):
        assert getattr(many, name).tolist() == [getattr(one, name) for one in single], name
    assert [list(values) for values in zip(*many.months_and_days, strict=True)] == [
        list(one.months_and_days) for one in single
    ]


MONTHLY = {"package": "basic", "target": "basic", "term_start": "2026-01-31", "valid_until": "2026-02-27"}
ON_THE_31ST = ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"]


def test_months_of_a_service_from_the_31st_renew_on_the_last_day_of_each_month(desk):
    request = desk.request(**MONTHLY, change_on="2026-02-10")
    s = situation(request, desk.tariff)
    outcome = Outcome(quote(request, desk.tariff).rule, s, OptionKind.CHANGE)
    found = list(periods(outcome, Horizon(int(s.start), day("2026-07-01"), 12, past=False)))
    assert [str(calendar.date(period.first)) for period in found] == ON_THE_31ST
    (days_of_each,) = {(period.days, period.length) for period in found[1:2]}
    assert days_of_each == (30, 30)


def test_a_base_renews_on_the_same_days(tariff):
    held = renewing(Change(0, 0, day("2026-01-31"), day("2026-02-27"), day("2026-02-10")), day("2026-02-10"))
    renewed = price_many(held, tariff)
    paid = [found.day[0] for found in renewals(held, renewed, tariff, day("2026-07-01"))]
    assert [str(calendar.date(int(on))) for on in paid] == ON_THE_31ST
    later = [running_on(day(on) + 1, day("2026-02-10"), held, renewed, tariff) for on in ON_THE_31ST]
    assert [str(calendar.date(int(one.term_start[0]))) for one in later] == ON_THE_31ST
    assert [one.valid_until[0] + 1 for one in later[:-1]] == [one.term_start[0] for one in later[1:]]
    assert {int(price_many(one, tariff).period[0]) for one in later} == {1}


def test_each_quote_of_a_chain_names_the_next_renewal(desk):
    """As support types it: each month's term as it stands, with the day on which the service began."""
    for first, then in pairwise(ON_THE_31ST[:4]):
        last = str(dt.date.fromisoformat(then) - dt.timedelta(1))
        option = desk.option(package="basic", target="plus", service_start="2026-01-31", term_start=first,
                             valid_until=last, change_on=last, domains=0)  # fmt: skip
        (renewal,) = [message for message in option.next if message.id == "next.renewal"]
        bought = dt.date.fromisoformat(then)
        assert renewal.values["date"] == clamped(bought.year, bought.month + 1, 31) and renewal.count == 1


def test_a_service_of_29_february_comes_back_to_it_in_a_leap_year(tariff):
    held = Change(0, 0, day("2025-02-28"), day("2026-02-27"), day("2025-06-01"), anchor=29)
    renewed = price_many(held, tariff)
    later = running_on(day("2028-03-01"), day("2025-06-01"), held, renewed, tariff)
    assert (calendar.date(int(later.term_start[0])), later.anchor[0]) == (dt.date(2028, 2, 29), 29)


def test_day_on_which_the_service_began_decides_whether_a_term_is_whole_months():
    assert term("2026-02-28", "2026-03-27").months == term("2026-02-28", "2026-03-30").months == 1
    assert term("2026-02-28", "2026-03-30", 31).months == 1
    assert term("2026-02-28", "2026-03-27", 31).months == 0
    assert term("2026-02-28", "2026-03-27", 28).months == 1


def test_new_account_and_a_period_bought_late_begin_anew(desk):
    def renews(**change):
        s = situation(desk.request(**change), desk.tariff)
        outcome = Outcome(quote(desk.request(**change), desk.tariff).rule, s, OptionKind.SELF)
        return [str(calendar.date(outcome.after(n))) for n in range(3)]

    moved = {"package": "vps", "target": "basic", "target_period_months": 1, "domains": 0}
    assert renews(**moved, change_on="2025-03-30") == ["2025-03-30", "2025-04-30", "2025-05-30"]
    late = {**MONTHLY, "target": "plus", "target_period_months": 1}
    assert renews(**late, change_on="2026-03-15") == ["2026-03-15", "2026-04-15", "2026-05-15"]
    # Bought on the very day after the last paid one, the service goes on without a break.
    assert renews(**late, change_on="2026-02-28") == ["2026-02-28", "2026-03-31", "2026-04-30"]


# -- the day on which the service began, as it is given


def test_service_that_begins_after_its_term_is_refused_with_what_would_be_right(desk):
    for wrong in ("2025-01-02", "1989-12-31"):
        with pytest.raises(InputError) as error:
            desk.quote(service_start=wrong)
        (mistake,) = error.value.errors
        assert (mistake.field, str(mistake.value)) == ("service_start", wrong)
        assert "2025" in LANGUAGES["pl"].mistake(mistake)


def test_day_that_cannot_be_the_terms_is_said_and_changes_no_amount(desk):
    option = desk.option(service_start="2020-06-15")
    assert "note.service_start" in notes(option)
    assert option.net == desk.option().net and "note.service_start" not in notes(
        desk.option(service_start="2020-06-01")
    )


def test_form_and_links_carry_it(desk):
    found = desk.quote(service_start="2020-06-01")
    texts = form.link_query(found)
    assert texts["service_start"] == "2020-06-01"
    given = {name: text for name, text in texts.items() if name in form.FIELDS}
    filled = form.complete(given, desk.tariff, dt.date(2025, 7, 1))
    assert form.parse_form(filled, desk.tariff).service_start == dt.date(2020, 6, 1)


# -- the period that is bought

REAL = datafiles.tariff()


def asked(**changes):
    return parse_request({"package": "firma", "target": "sklep", "domains": "3", "change_on": "2026-11-28", **changes})


def test_two_years_paid_for_are_two_years_bought():
    """Firma to Sklep, paid from 1 May 2025 to 30 April 2027: 48.52 net and not 60.97."""
    found = quote(asked(term_start="2025-05-01", valid_until="2027-04-30"), REAL)
    assert (found.target_period_months, found.options[0].net) == (24, 48_52)


def test_month_paid_for_is_a_month_bought():
    found = quote(asked(term_start="2026-11-15", valid_until="2026-12-14"), REAL)
    assert (found.target_period_months, found.options[0].net) == (1, 33_00)


@pytest.mark.parametrize("months", [1, 12, 24])
@pytest.mark.parametrize("beyond", [0, 1])
def test_period_follows_the_running_term_by_itself_for_arrays_and_alternatives(tariff, desk, months, beyond):
    end = calendar.months_later(day("2025-06-15"), months) + beyond
    request = desk.request(package="plus", target="vps", term_start="2025-06-15",
                           valid_until=calendar.date(end - 1), change_on="2025-06-20")  # fmt: skip
    found = quote(request, tariff)
    assert found.target_period_months == months
    many = price_many(Change(1, 3, day("2025-06-15"), np.array([end - 1]), day("2025-06-20"), domains=2), tariff)
    assert many.period[0] == months and many.net[0] == option_of(found, ordered=True).net
    ways = alternatives(request, tariff, dt.date(2025, 6, 20), LeadTime(analysis_working_days=1, dns_hours=36)).all
    # From 2027 on they are sold by the year alone.
    assert {one.quote.target_period_months for one in ways if one.quote and one.day.year < 2027} == {months}


def test_term_that_the_target_is_not_sold_for_is_said(desk):
    two_years = {"target": "pro", "term_start": "2025-06-15", "valid_until": "2027-06-14", "domains": 0}
    assert "note.period_not_sold" in notes(desk.option(**two_years))
    # As a form or a link has it that filled the default in.
    assert "note.period_not_sold" in notes(desk.option(**two_years, target_period_months=12))
    chosen = desk.option(**two_years, target_period_months=5, target_price_net="400.00")
    assert "note.period_not_sold" not in notes(chosen)


# -- odd terms

ODD = {"term_start": "2026-11-05", "valid_until": "2026-12-05"}


@pytest.mark.parametrize(("language", "length"), [("pl", "1 miesiąc i 1 dzień"), ("en", "1 month and 1 day")])
def test_month_and_a_day_is_said_with_the_price_of_a_month(language, length):
    """5 November to 5 December 2026: 33.00 for a month, and not twelve months for 329.00 without a word."""
    found = quote(asked(**ODD), REAL)
    (option,) = found.options
    assert (found.target_period_months, option.net) == (1, 33_00)
    said = worded(option.notes[0], option, LANGUAGES[language])
    assert length in said and notes(option)[0] == "note.day_over.same" and option.notes[0].tone == "warning"


def test_what_would_be_due_without_the_day_is_the_quote_without_it(desk):
    """A year and a day of Basic at 1.00, 184 days of the year left: 185/366 of it, or 184/365."""
    odd = desk.option(valid_until="2026-01-01")
    exact = desk.option()
    (said,) = [note.message for note in odd.notes if note.message.id.startswith("note.day_over")]
    assert (said.id, said.values["net"]) == ("note.day_over.amount", exact.net)
    assert said.values["difference"] == exact.net - odd.net != 0


def test_discount_is_taken_from_both(desk):
    half = {"adjustment": {"percent": Decimal(-50), "reason": "rabat"}}
    odd, exact = desk.option(valid_until="2026-01-01", **half), desk.option(**half)
    (said,) = [note.message for note in odd.notes if note.message.id.startswith("note.day_over")]
    assert (said.values["net"], said.values["difference"]) == (exact.net, exact.net - odd.net)


@pytest.mark.parametrize(
    ("change", "id"),
    [
        # 14 days before the end, a downgrade is possible; a day earlier, before it.
        ({"package": "plus", "target": "basic", "valid_until": "2026-01-01", "change_on": "2025-12-18"}, "rule"),
        # The last day of grace is a day earlier, too.
        ({"valid_until": "2026-01-01", "change_on": "2026-02-01"}, "refused"),
        ({"valid_until": "2026-01-01", "target": "basic"}, "same"),
    ],
)
def test_what_cannot_be_told_as_an_amount_is_told_otherwise(desk, change, id):
    for option in desk.quote(**change).options:
        assert f"note.day_over.{id}" in notes(option)


def test_other_odd_term_is_said_with_its_length_and_the_period_it_is_priced_for():
    (option,) = quote(asked(term_start="2026-11-05", valid_until="2026-12-19"), REAL).options
    assert notes(option)[:2] == ["note.odd_term", "note.period_by_default"]
    said = [worded(note, option, LANGUAGES["en"]) for note in option.notes[:2]]
    assert "1 month and 15 days (45 days in all)" in said[0] and "12 months" in said[1]
    assert all(note.inside for note in option.notes[:2])
    (chosen,) = quote(asked(term_start="2026-11-05", valid_until="2026-12-19", target_period_months="1"), REAL).options
    assert notes(chosen)[0] == "note.odd_term" and "note.period_by_default" not in notes(chosen)


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 6, 1)), st.integers(1, 800), st.integers(0, 800))
def test_every_odd_term_is_said_and_no_other(desk, start, length, ahead):
    request = desk.request(term_start=start, valid_until=start + dt.timedelta(length - 1), domains=0,
                           change_on=start + dt.timedelta(min(ahead, length)))  # fmt: skip
    s = situation(request, desk.tariff)
    for option in quote(request, desk.tariff).options:
        odd = [id for id in notes(option) if id.startswith(("note.day_over", "note.odd_term", "note.short_term"))]
        assert len(odd) == (s.term_months == 0)


# -- a price above what anybody may type in


def dear() -> Tariff:
    text = EASY.read_text(encoding="utf-8")
    return parse_tariff(text.replace('basic = { 1 = "31.00", 12 = "365.00" }', 'basic = { 12 = "999999.00" }'))


def test_list_price_scaled_above_the_limit_is_no_reason_for_a_note_to_fail():
    """Seven years of 999 999.00 a year are contracted for 6 999 993.00, read either way (A15)."""
    tariff = dear()
    request = parse_request({"package": "basic", "target": "vps", "term_start": "2020-01-01", "domains": "2",
                             "valid_until": "2026-12-31", "change_on": "2026-06-15"})  # fmt: skip
    found = quote(request, tariff)
    assert found.contract_price == 7 * 999_999_00 > MAX_PRICE
    others = [other for note in found.options[0].notes for other in note.others]
    assert None not in {other.rule for other in others}
    changes = Change(0, 3, day("2020-01-01"), np.array([day("2026-12-31")]), day("2026-06-15"), domains=2)
    of_base = {(o.question, o.choice): o for o in other_readings(changes, price_many(changes, tariff), tariff)}
    noted = {(n.question, other.choice): other.delta for n in found.options[0].notes for other in n.others}
    assert {key: int(o.delta[0]) for key, o in of_base.items() if o.differs[0]} == noted


EDGES = st.one_of(days, st.sampled_from([calendar.FIRST_DATE, calendar.LAST_DATE, dt.date(2020, 1, 1)]))
LONG = st.one_of(st.integers(1, 3660), st.sampled_from([1, 28, 29, 30, 31, 32, 365, 366, 367, 730, 3659, 3660]))
PRICES = st.one_of(st.none(), st.sampled_from([Decimal("0"), Decimal("0.01"), Decimal("1000000")]))


@given(st.data())
def test_quote_never_fails_for_what_can_be_priced(tariff, data):
    start, length = data.draw(EDGES), data.draw(LONG)
    last = min(start + dt.timedelta(length - 1), calendar.LAST_DATE)
    on = min(start + dt.timedelta(data.draw(st.integers(0, length + 40))), calendar.LAST_DATE)
    adjust = data.draw(st.sampled_from([None, {"percent": -100, "reason": "x"}, {"amount_net": -1, "reason": "x"}]))
    request = parse_request({
        "package": data.draw(st.sampled_from(["basic", "plus", "pro", "vps"])),
        "target": data.draw(st.sampled_from(["basic", "plus", "pro", "vps", "vps-big"])),
        "term_start": start, "valid_until": last, "change_on": on,
        "domains": data.draw(st.sampled_from([0, 30, 50, 100_000])), "mailboxes": 5, "disk_gb": 5,
        "price_net": data.draw(PRICES), "target_price_net": data.draw(PRICES),
        "target_period_months": data.draw(st.sampled_from([None, 1, 12, 36])),
        "service_start": data.draw(st.sampled_from([None, start, dt.date(1999, 12, 31)])),
        "adjustment": adjust,
    })  # fmt: skip
    choice = data.draw(st.sampled_from(["last_paid_day", "first_unpaid_day"]))
    for read_so in (tariff.with_readings(A15=choice), dear()):
        try:
            situation(request, read_so)
        except InputError:
            continue
        for option in quote(request, read_so).options:
            assert all(worded(note, option, language) for note in option.notes for language in LANGUAGES.values())
