"""What may be saved as a quote, and that what is kept of it gives the same quote to the grosz, for ever."""

import datetime as dt
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from core.database.transactions import reading
from core.datafiles import read_tariff
from core.ground.messages import InputError
from core.offer.customer import Customer
from core.pricing.form import parse_form, texts_of
from core.pricing.quote import quote
from core.pricing.rules import OptionKind
from core.quotes import kept_tariff
from core.quotes.drafting import reproduced, same
from core.quotes.rows import Wanted
from core.quotes.store import Quotes
from tests.conftest import EASY
from tests.migrations import MARIA, WIKTOR
from tests.quotes import DAY, FROM_VPS, MONDAY, TO_VPS, TODAY, by, counts, draft, refusal, save

# -- what may be saved


def test_viewer_saves_nothing(one, tariff):
    assert refusal(save, one, tariff, by_=by(WIKTOR)) == [("actor", "error.may_not.work")]


@pytest.mark.parametrize(
    ("change", "field", "id"),
    [
        ({"offered": ()}, "offer_option", "error.quote_offered"),
        ({"offered": (OptionKind.CHANGE, OptionKind.CHANGE)}, "offer_option", "error.quote_offered"),
        ({"offered": (OptionKind.SELF,)}, "offer_option", "error.one_of"),
        ({"language": "de"}, "offer_language", "error.one_of"),
        ({"valid_until": dt.date(2025, 6, 1)}, "offer_until", "error.quote_valid_until"),
        ({"valid_until": dt.date(2025, 7, 2)}, "offer_until", "error.quote_valid_until"),
        ({"customer": Customer("")}, "customer_name", "error.customer_name"),
        ({"replaces": "O/2025/0009"}, "replaces", "error.quote_unknown"),
        ({"replaces": "nonsense"}, "replaces", "error.quote_unknown"),
        ({"migration": 77}, "ref", "error.quote_no_migration"),
        ({"contact": "x" * 201}, "offer_contact", "error.too_long"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_and_nothing_is_kept(one, tariff, change, field, id):
    wrong = replace(draft(tariff), **change)
    assert refusal(one.save, by(), wrong, tariff) == [(field, id)]
    assert one.listed(Wanted(), TODAY) == []


def test_day_that_has_passed_and_what_is_not_available_are_not_saved(one, tariff):
    assert ("change_on", "error.offer_day_past") in refusal(one.save, by(now=MONDAY + 40 * DAY), draft(tariff), tariff)
    down = {"package": "plus", "target": "basic", "domains": 2, "mailboxes": 5, "disk_gb": "5"}
    assert refusal(save, one, tariff, down, offered=("change",)) == [("offer_option", "error.offer_not_available")]


SECRET = "hasło: Kot!9Pies"


@pytest.mark.parametrize(
    "change",
    [
        {"customer": Customer(SECRET)},
        {"customer": Customer("Róża", address=("ul. Długa", SECRET))},
        {"contact": SECRET},
        {"subscription": SECRET},
    ],
    ids=["name", "address", "contact", "subscription"],
)
def test_no_password_is_kept_with_a_quote(one, tariff, change):
    with pytest.raises(InputError) as refused:
        one.save(by(), replace(draft(tariff), **change), tariff)
    assert "Kot!9Pies" not in str(refused.value)


def test_no_password_is_kept_as_a_reason(one, tariff):
    told = save(one, tariff, {"package": "basic", "target": "plus", **counts()})
    for deed in (one.refuse, one.take_back):
        with pytest.raises(InputError) as refused:
            deed(told, by(), SECRET)
        assert refused.value.errors[0].field == "reason" and "Kot" not in str(refused.value)
    with pytest.raises(InputError):
        one.erase(told, by(MARIA), SECRET)


def test_reason_of_a_discount_is_looked_at_too(one, tariff):
    change = {"adjustment": {"percent": "-10", "reason": SECRET}, **counts(), "target": "plus"}
    assert refusal(save, one, tariff, change)[0][0] == "adjust_reason"


# -- the same to the grosz, for ever

CHANGES = {
    "a price": [('basic = { 1 = "31.00", 12 = "365.00" }', 'basic = { 1 = "41.00", 12 = "999.00" }')],
    "another": [('plus = { 1 = "62.00", 12 = "730.00", 24 = "1400.00" }', 'plus = { 12 = "1.00" }')],
    "VAT": [('percent = "23"', 'percent = "8"')],
    "readings": [('A1 = "renewal"', 'A1 = "surcharge"'), ('A5 = "counted"', 'A5 = "not_counted"')],
    "fees": [('net = "145.00"', 'net = "999.00"')],
    "a package": [("plus =", "other ="), ('id = "plus"', 'id = "other"'), ('name = "Plus"', 'name = "Other"')],
}


@pytest.mark.parametrize("changed", CHANGES)
def test_saved_quote_is_the_same_to_the_grosz_whatever_becomes_of_the_tariff(one, tariff, tmp_path, changed):
    told = [
        save(one, tariff, change, **more)
        for change, more in (
            (TO_VPS, {}),
            (FROM_VPS, {}),
            ({"change_on": "2025-12-01", "target": "plus", **counts()}, {}),
            ({"valid_until": "2025-10-15", "target": "plus", "price_net": "77.77", **counts()}, {}),
            ({"adjustment": {"percent": "-10", "reason": "stały klient"}, "target": "plus", **counts()}, {}),
        )
    ]
    text = EASY.read_text(encoding="utf-8")
    for old, new in CHANGES[changed]:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "tariff.toml").write_text(text, encoding="utf-8")
    later = read_tariff(tmp_path / "tariff.toml")
    assert later.version != tariff.version
    save(one, later, {"target": "vps", **counts()})
    for saved in told:
        priced, then = Quotes(one.engine).priced(saved)
        assert then.version == tariff.version == priced.tariff_version == saved.tariff_version
        options = {option.kind: option for option in priced.options}
        assert [(options[a.kind].net, options[a.kind].vat, options[a.kind].gross) for a in saved.amounts] == [
            (a.net, a.vat, a.gross) for a in saved.amounts
        ]


@settings(max_examples=60)
@given(data=st.data())
def test_any_quote_of_the_form_comes_out_of_its_texts_and_its_tariff_again(tariff, data):
    def one_of(*options):
        return data.draw(st.sampled_from(options))

    first = dt.date(2025, 1, 1) + DAY * data.draw(st.integers(0, 700))
    texts = {
        "package": one_of("basic", "plus", "pro", "vps"),
        "target": one_of("basic", "plus", "pro", "vps", "vps-big"),
        "term_start": str(first),
        "valid_until": str(first + DAY * data.draw(st.integers(0, 800))),
        "change_on": str(first + DAY * data.draw(st.integers(0, 830))),
        "domains": one_of("0", "2", "30", "120"),
        "mailboxes": "5",
        "disk_gb": one_of("5", "20.501", "7,5"),
        "price_net": one_of("", "", "0", "77,77", "1 000 000,00"),
        "target_price_net": one_of("", "", "123.45"),
        "target_period_months": one_of("", "1", "12", "24"),
        "adjust": one_of("", "-10%", "−50,00", "12.34"),
        "adjust_reason": "stały klient",
    }
    try:
        priced = quote(parse_form(texts, tariff), tariff)
    except InputError:
        return
    kept = kept_tariff.from_json(tariff.version, json.loads(json.dumps(kept_tariff.to_json(tariff))))
    assert same(reproduced({"texts": texts_of(priced)}, kept), priced)


def test_quote_that_could_not_be_had_again_is_not_kept(one, tariff):
    wrong = draft(tariff)
    with pytest.raises(ValueError, match="do not give again"):
        one.save(by(), replace(wrong, quote=replace(wrong.quote, target_period_months=24)), tariff)
    assert save(one, tariff).number == "O/2025/0001"


def test_tariff_is_kept_once_and_whole(one, tariff):
    for _ in range(3):
        save(one, tariff)
    with reading(one.engine) as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM quote_tariff")).scalar() == 1
    _, kept = one.priced(one.one("O/2025/0003"))
    assert kept.file == tariff.file
