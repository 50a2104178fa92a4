"""The form's texts: what it fills in, what it reads, and the link that gives the same quote tomorrow."""

import datetime as dt

import pytest

from core import datafiles
from core.ground.messages import InputError
from core.ground.settings import ROOT
from core.pricing import example, form
from core.pricing.quote import quote
from core.pricing.quoted_result import SAID
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


@pytest.fixture(scope="module")
def desk_prices():
    return datafiles.read_tariff(ROOT / "data" / "tariff.toml")


# What stands in the calculator before somebody types a term into it: a year of Firma, of which the period follows.
OPENED = {
    **TEXTS,
    "package": "firma",
    "target": "sklep",
    "term_start": "2026-05-01",
    "valid_until": "2027-04-30",
    "change_on": "2026-11-28",
    "price_net": "199.00",
    "target_period_months": "12",
    "paid_months": "12",
}


def typed(tariff, before=OPENED, **texts):
    """The form after so much was typed into it at once, with what follows."""
    after = {**before, **texts}
    return {**after, **form.refilled(after, before, tariff, tuple(texts))}


def net(texts, tariff):
    return quote(form.parse_form(texts, tariff), tariff).options[0].net


@pytest.mark.parametrize(
    ("paid", "start", "until", "period", "due"),
    [
        # Firma -> Sklep for 24 months: (599.00 - 369.00) x 154/730 days.
        ("24", "2025-05-01", "2027-04-30", "24", 4852),
        # A month is always its last one: the next month of Sklep.
        ("1", "2026-11-15", "2026-12-14", "1", 3300),
        ("12", "2026-05-01", "2027-04-30", "12", None),
    ],
)
def test_period_follows_the_term_that_was_typed(desk_prices, paid, start, until, period, due):
    at_once = typed(desk_prices, term_start=start, valid_until=until)
    step_by_step = typed(desk_prices, typed(desk_prices, valid_until=until), paid_months=paid)
    for texts in (at_once, step_by_step):
        told = {name: texts[name] for name in ("term_start", "valid_until", "paid_months", "target_period_months")}
        assert told == {
            "term_start": start,
            "valid_until": until,
            "paid_months": paid,
            "target_period_months": period,
        }
        assert due is None or net(texts, desk_prices) == due


@pytest.mark.parametrize("paid", [("2025-05-01", "24"), ("2026-05-01", "12"), ("2027-04-01", "1")])
def test_link_that_names_no_period_opens_with_the_one_of_its_term(desk_prices, paid):
    start, months = paid
    given = {name: OPENED[name] for name in ("package", "target", "valid_until", "domains", "mailboxes", "disk_gb")}
    texts = form.complete({**given, "term_start": start, "change_on": "2027-04-02"}, desk_prices, TODAY)
    assert (texts["target_period_months"], texts["paid_months"]) == (months, months)


def test_period_that_somebody_chose_stays_until_a_term_is_typed_anew(desk_prices):
    chosen = typed(desk_prices, target_period_months="24")
    assert chosen["target_period_months"] == "24"
    for other in ({"change_on": "2026-12-01"}, {"domains": "7"}, {"price_net": "150"}, {"target": "agencja"}):
        assert typed(desk_prices, chosen, **other)["target_period_months"] == "24", other
    for term in ({"valid_until": "2027-05-31"}, {"package": "start"}, {"paid_months": "1"}):
        followed = typed(desk_prices, chosen, **term)
        assert followed["target_period_months"] == followed["paid_months"].replace("other", "12")


def test_period_comes_back_with_a_package_that_is_sold_for_it(desk_prices):
    two_years = typed(desk_prices, paid_months="24")
    not_sold = typed(desk_prices, two_years, target="vps-s")
    assert not_sold["target_period_months"] == "12"
    assert typed(desk_prices, not_sold, target="sklep")["target_period_months"] == "24"


def test_period_of_an_alternative_is_the_alternative_s(desk_prices):
    adopted = typed(desk_prices, target="agencja", target_period_months="24", change_on="2026-12-01")
    assert adopted["target_period_months"] == "24"
    same = typed(desk_prices, typed(desk_prices, paid_months="24"), target="agencja", target_period_months="24")
    assert same["target_period_months"] == "24"


def test_what_if_price_keeps_the_period_that_it_is_for(desk_prices):
    what_if = typed(desk_prices, target_price_net="100")
    assert typed(desk_prices, what_if, paid_months="24")["target_period_months"] == "12"


def test_start_of_the_term_follows_its_end_and_its_length(desk_prices):
    assert typed(desk_prices, valid_until="2027-12-14")["term_start"] == "2026-12-15"
    assert typed(desk_prices, paid_months="24")["term_start"] == "2025-05-01"
    assert typed(desk_prices, paid_months="other")["term_start"] == OPENED["term_start"]
    own = typed(desk_prices, typed(desk_prices, paid_months="other"), term_start="2026-04-20")
    assert (own["paid_months"], own["term_start"]) == ("other", "2026-04-20")
    assert typed(desk_prices, own, valid_until="2027-04-20")["term_start"] == "2026-04-20"


def test_start_of_the_term_is_counted_from_the_day_the_service_began(desk_prices):
    monthly = typed(desk_prices, typed(desk_prices, paid_months="1"), valid_until="2027-02-27")
    assert monthly["term_start"] == "2027-01-28"
    assert typed(desk_prices, monthly, service_start="2020-01-31")["term_start"] == "2027-01-31"


def test_term_that_is_filled_in_from_elsewhere_brings_its_own_length(desk_prices):
    brought = typed(desk_prices, package="sklep", term_start="2025-12-01", valid_until="2027-11-30", price_net="500")
    assert (brought["term_start"], brought["paid_months"], brought["price_net"]) == ("2025-12-01", "24", "500")
    odd = typed(desk_prices, term_start="2026-11-05", valid_until="2026-12-05")
    assert (odd["term_start"], odd["paid_months"]) == ("2026-11-05", "other")


def test_while_a_day_does_not_read_nothing_else_changes(desk_prices):
    for field in ("valid_until", "change_on"):
        assert form.refilled({**OPENED, field: "30.02.2027", "package": "sklep"}, OPENED, desk_prices) == {}
    with pytest.raises(InputError) as caught:
        form.parse_form({**OPENED, "valid_until": "30.02.2027", "agreed_on": "kot"}, desk_prices)
    found = {error.field: (error.value, error.message.id) for error in caught.value.errors}
    assert found == {
        "valid_until": ("30.02.2027", "error.typed_day_absent"),
        "agreed_on": ("kot", "error.typed_day"),
    }


def test_price_cleared_is_the_list_s_again(desk_prices):
    by_hand = typed(desk_prices, price_net="150,00")
    assert typed(desk_prices, by_hand, valid_until="2027-05-31")["price_net"] == "150,00"
    assert typed(desk_prices, by_hand, price_net=" ")["price_net"] == "199.00"


def test_what_nobody_gave_is_named_until_it_is_touched(desk_prices):
    assert example.left(form.complete({}, desk_prices, TODAY)) == example.INVENTED
    texts = form.complete({"package": "firma", "domains": ""}, desk_prices, TODAY)
    assert example.left(texts) == ("term_start", "valid_until", "target", "mailboxes", "disk_gb")
    for touched, left in (
        ("price_net", ("term_start", "valid_until", "target", "mailboxes", "disk_gb")),
        ("paid_months", ("valid_until", "target", "mailboxes", "disk_gb")),
        ("valid_until", ("target", "mailboxes", "disk_gb")),
    ):
        texts["example"] = example.without(texts, (touched,))
        assert example.left(texts) == left
    # A link goes on saying so, and one that is whole says nothing; what it says beside that is of no account.
    again = form.complete({**texts, "example": texts["example"] + ",kot,change_on"}, desk_prices, TODAY)
    assert example.left(again) == ("target", "mailboxes", "disk_gb")
    assert not example.left(form.complete(OPENED, desk_prices, TODAY))


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
