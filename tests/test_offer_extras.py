"""What is typed beside the rules: lines, promotions by code, their file, and how they are kept."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.__main__ import main
from core.datafiles import read_promotions, read_tariff
from core.ground.messages import Grosze, InputError
from core.ground.settings import ROOT, settings
from core.offer.extras import (
    KINDS,
    MOST_LINES,
    NONE,
    Extras,
    FreeLine,
    Name,
    Promotion,
    check_count,
    from_json,
    is_blank,
    parse_line,
    to_json,
)
from core.offer.promotions import parse_promotions, refusals, unknown_packages
from core.pricing.tariff_file import MAX_PRICE
from tests.conftest import EASY

RATES = tuple(map(Decimal, ("23", "8", "0")))
TYPED = {"free_label": "Certyfikat SSL", "free_net": "99,00", "free_vat": "23", "free_yearly": ""}
TODAY = dt.date(2026, 11, 21)

FILE = """
vat_rates = ["23", "8"]
[[promotions]]
code = "ZIMA-20"
name = { pl = "Zima", en = "Winter" }
valid_from = 2026-11-01
valid_until = 2026-11-30
on = ["renewal", "free"]
percent = "20"
packages = ["plus"]
"""


def mistakes_of(function, *given):
    with pytest.raises(InputError) as refused:
        function(*given)
    return [(mistake.field, mistake.message.id) for mistake in refused.value.errors]


# -- lines


def test_line_is_what_was_typed():
    assert parse_line(TYPED, RATES) == FreeLine("Certyfikat SSL", Grosze(9900), Decimal("23"))
    yearly = {**TYPED, "free_label": " Domena\n example.pl ", "free_net": "1 234,50 zł", "free_vat": "8%"}
    read = parse_line({**yearly, "free_yearly": "x"}, RATES)
    assert read == FreeLine("Domena example.pl", Grosze(123450), Decimal("8"), yearly=True)


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [
        ("free_label", " ", "error.free_label"),
        ("free_label", "x" * 121, "error.too_long"),
        ("free_label", "x" * 2000, "error.too_long"),
        ("free_label", "hasło: Zima2026!", "error.secret"),
        ("free_net", "", "error.amount"),
        ("free_net", "-5", "error.amount"),
        ("free_net", "1.234,50", "error.amount"),
        ("free_net", "0,001", "error.amount"),
        ("free_net", "1000000,01", "error.at_most"),
        ("free_vat", "7", "error.one_of"),
        ("free_vat", "", "error.one_of"),
    ],
)
def test_what_of_a_line_does_not_read_is_told_with_its_field(field, text, wrong):
    assert mistakes_of(parse_line, {**TYPED, field: text}, RATES) == [(field, wrong)]


def test_every_mistake_of_a_line_is_told_at_once_and_a_secret_is_not_repeated():
    wrong = {"free_label": "hasło: Zima2026!", "free_net": "x", "free_vat": "x"}
    with pytest.raises(InputError) as refused:
        parse_line(wrong, RATES)
    assert [mistake.field for mistake in refused.value.errors] == ["free_label", "free_net", "free_vat"]
    assert "Zima" not in str(refused.value)


def test_a_bill_has_room_for_so_many_lines():
    check_count(range(MOST_LINES))
    assert mistakes_of(check_count, range(MOST_LINES + 1)) == [("free_lines", "error.at_most")]


def test_line_with_a_rate_only_is_one_nobody_has_begun():
    assert is_blank({"free_vat": "8", "free_yearly": "x"}) and not is_blank({"free_net": "5"})


# -- promotions


def by_code(text, day=TODAY, target="plus"):
    return parse_promotions(FILE).by_code(text, day, target, read_tariff(EASY))


@pytest.mark.parametrize("text", ["ZIMA-20", " zima-20 ", "Zima-20"])
def test_promotion_is_found_by_its_code_in_any_case(text):
    assert by_code(text).percent == 20


@pytest.mark.parametrize("day", [dt.date(2026, 11, 1), dt.date(2026, 11, 30)])
def test_promotion_is_given_on_its_first_and_its_last_day(day):
    assert by_code("ZIMA-20", day).code == "ZIMA-20"


@pytest.mark.parametrize(
    ("text", "day", "target", "wrong"),
    [
        ("LATO", TODAY, "plus", "error.promotion_unknown"),
        ("LATO", dt.date(2027, 1, 1), "plus", "error.promotion_none"),
        ("", TODAY, "plus", "error.promotion_unknown"),
        ("ZIMA-20", dt.date(2026, 10, 31), "plus", "error.promotion_day"),
        ("ZIMA-20", dt.date(2026, 12, 1), "plus", "error.promotion_day"),
        ("ZIMA-20", TODAY, "pro", "error.promotion_package"),
        ("x" * 2000, TODAY, "plus", "error.too_long"),
    ],
)
def test_code_that_cannot_be_given_is_refused_with_what_would_be_right(text, day, target, wrong):
    assert mistakes_of(by_code, text, day, target) == [("promotion", wrong)]


def test_password_typed_as_a_code_is_not_repeated():
    with pytest.raises(InputError) as refused:
        by_code("hasło: Kot!9Pies")
    assert "KOT" not in str(refused.value).upper()


def test_what_was_given_is_asked_for_its_day_only_where_somebody_asks():
    given_then = by_code("ZIMA-20")
    later = dt.date(2027, 6, 1)
    tariff = read_tariff(EASY)
    assert not [*refusals([given_then], "plus", tariff)]
    assert [one.message.id for one in refusals([given_then], "plus", tariff, later)] == ["error.promotion_day"]


@pytest.mark.parametrize(
    ("line", "instead", "where", "wrong"),
    [
        ('code = "ZIMA-20"', 'code = "zima"', "promotions.0.code", "error.pattern"),
        ("valid_until = 2026-11-30", "valid_until = 2026-10-30", "promotions.0", "error.promotion_order"),
        ("valid_until = 2026-11-30", "valid_until = '2026-10-30'", "promotions.0.valid_until", "error.date"),
        ('percent = "20"', "", "promotions.0", "error.amount_or_percent"),
        ('percent = "20"', 'percent = "20"\namount_net = "5.00"', "promotions.0", "error.amount_or_percent"),
        ('percent = "20"', 'percent = "101"', "promotions.0.percent", "error.at_most"),
        ('percent = "20"', 'percent = "0"', "promotions.0.percent", "error.greater_than"),
        ('percent = "20"', "amount_net = 5.0", "promotions.0.amount_net", "error.amount_as_text"),
        ('"free"]', '"vat"]', "promotions.0.on.1", "error.one_of"),
        ('on = ["renewal", "free"]', "on = []", "promotions.0.on", "error.empty"),
        ('en = "Winter"', 'de = "Winter"', "promotions.0.name.en", "error.missing"),
        ('"8"]', '"108"]', "vat_rates.1", "error.at_most"),
    ],
)
def test_mistake_in_the_file_is_told_with_its_key(line, instead, where, wrong):
    assert line in FILE
    assert (where, wrong) in mistakes_of(parse_promotions, FILE.replace(line, instead))


def test_code_that_stands_twice_is_a_mistake():
    twice = FILE + FILE[FILE.index("[[") :]
    assert mistakes_of(parse_promotions, twice) == [("promotions.1.code", "error.repeated")]


def test_packages_that_the_tariff_does_not_have_are_found():
    (mistake,) = unknown_packages(parse_promotions(FILE.replace('"plus"]', '"plus", "gold"]')), read_tariff(EASY))
    assert (mistake.field, mistake.value) == ("promotions.0.packages", "gold")


def test_our_own_file_is_sound_says_that_it_is_a_sample_and_so_does_what_is_given_from_it():
    found = read_promotions(ROOT / "data" / "promotions.toml")
    assert found.samples and not [*unknown_packages(found, read_tariff(ROOT / "data" / "tariff.toml"))]
    assert Extras(promotions=found.all[:1]).samples and not NONE.samples


def test_free_lines_may_have_the_tariffs_own_rate_and_those_of_the_file():
    assert parse_promotions(FILE).rates(Decimal("25")) == (25, 23, 8)
    assert parse_promotions(FILE).rates(Decimal("23")) == (23, 8)


# -- on the command line


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMOTIONS_FILE", str(tmp_path / "promotions.toml"))
    monkeypatch.setenv("TARIFF_FILE", str(EASY))
    monkeypatch.setenv("LC_ALL", "C")
    settings.cache_clear()
    (tmp_path / "promotions.toml").write_text(FILE, encoding="utf-8")
    yield tmp_path / "promotions.toml"
    settings.cache_clear()


def test_promotions_that_can_be_given_today_are_listed(file, capsys):
    assert main(["promotions"]) == 0
    assert "ZIMA-20" in (listed := capsys.readouterr().out) and "20%" in listed
    assert main(["promotions", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["promotions"]
    assert (one["code"], one["percent"], one["on"], one["packages"]) == ("ZIMA-20", "20", ["free", "renewal"], ["plus"])


def test_a_file_of_promotions_is_checked(file, capsys):
    assert main(["promotions", "--check", str(file)]) == 0
    assert "1 promotion" in capsys.readouterr().out
    file.write_text(FILE.replace('"plus"', '"gold"'), encoding="utf-8")
    assert main(["promotions", "--check", str(file)]) == 1
    assert "promotions.0.packages “gold”" in capsys.readouterr().err


def test_broken_file_of_promotions_is_a_desk_that_is_not_in_order(file, capsys):
    file.write_text("promotions = 1", encoding="utf-8")
    assert main(["promotions"]) == 2
    assert "list of tables" in capsys.readouterr().err


# -- as they are kept


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20)
LINES = st.builds(
    FreeLine,
    TEXTS,
    st.integers(0, MAX_PRICE).map(Grosze),
    st.decimals(0, 100, places=2),
    st.booleans(),
)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
OFF = st.one_of(
    st.tuples(st.decimals(0, 100, places=2), st.none()),
    st.tuples(st.none(), st.integers(0, MAX_PRICE).map(Grosze)),
)
PROMOTIONS = st.builds(
    lambda code, name, days, on, off, packages, sample: Promotion(code, name, *days, on, *off, packages, sample),
    TEXTS,
    st.builds(Name, TEXTS, TEXTS),
    st.tuples(DAYS, DAYS),
    st.frozensets(st.sampled_from(KINDS), min_size=1),
    OFF,
    st.frozensets(TEXTS, max_size=3),
    st.booleans(),
)


@given(st.builds(Extras, st.lists(LINES, max_size=3).map(tuple), st.lists(PROMOTIONS, max_size=2).map(tuple)))
def test_what_is_kept_comes_back_as_it_was(extras):
    assert from_json(json.loads(json.dumps(to_json(extras)))) == extras


LINE = {"label": "a", "net": 100, "vat_percent": "23", "yearly": False}
KEPT = to_json(Extras(promotions=(by_code("ZIMA-20"),)))["promotions"][0]


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"lines": [], "promotions": [], "more": 1},
        {"lines": [{**LINE, "net": 1.5}], "promotions": []},
        {"lines": [{**LINE, "net": -1}], "promotions": []},
        {"lines": [{**LINE, "net": True}], "promotions": []},
        {"lines": [{**LINE, "yearly": 1}], "promotions": []},
        {"lines": [{**LINE, "vat_percent": "101"}], "promotions": []},
        {"lines": [{**LINE, "label": ""}], "promotions": []},
        {"lines": [LINE] * (MOST_LINES + 1), "promotions": []},
        {"lines": [], "promotions": [{**KEPT, "amount": 5}]},
        {"lines": [], "promotions": [{**KEPT, "on": ["vat"]}]},
        {"lines": [], "promotions": [{**KEPT, "valid_until": "30.11.2026"}]},
        {"lines": [], "promotions": [{**KEPT, "valid_until": dt.date(2026, 11, 30)}]},
    ],
)
def test_what_was_never_kept_so_is_refused(kept):
    with pytest.raises(ValueError):
        from_json(kept)


def test_what_the_samples_of_refused_values_are_made_of_reads():
    assert from_json({"lines": [LINE] * MOST_LINES, "promotions": [KEPT]}).promotions == (by_code("ZIMA-20"),)
