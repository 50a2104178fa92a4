"""The rooms of the calculator beside the working: when to change, alternatives, the time the work takes."""

import datetime as dt

import pytest

from core import datafiles
from core.ground.settings import ROOT, settings
from core.language import ENGLISH, LANGUAGES, POLISH
from core.migration.stages import parse_stages
from core.pricing.form import link_query
from core.pricing.quote import quote
from core.pricing.request import parse_request
from core.pricing.rules import OptionKind
from pages.parts.shared.words import plain
from tests.test_pages import _easy_tariff, everything, link, metrics, open_page  # noqa: F401 - a fixture

UPGRADE = {"term_start": "2026-06-01", "valid_until": "2027-05-31", "change_on": "2026-12-01"}
ROOMS = ("lines", "timeline", "alternative", "bill", "offer", "compare")


def open_room(room, language=POLISH, **changes):
    app = open_page("quote", language, **link(**changes))
    app.session_state[f"quote_rooms_{language.code}"] = language.text(f"{room}.tab")
    app.run()
    assert not app.exception, app.exception
    return app


def easy_quote(changes):
    return quote(parse_request(link(**changes)), datafiles.tariff())


def button(app, label):
    return next(button for button in app.button if button.label == label)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize(
    "changes",
    [
        {"target": "plus"},
        {"target": "vps"},
        {"target": "basic"},
        {"package": "plus", "target": "basic"},
        {"package": "vps", "target": "plus", "price_net": "1460.00"},
        {"term_start": "2025-12-01", "valid_until": "2026-11-30", "change_on": "2026-11-25"},
        {"term_start": "2025-11-01", "valid_until": "2026-10-31", "change_on": "2026-11-21"},
        {"term_start": "2026-11-01", "valid_until": "2026-11-30", "change_on": "2026-11-21", "price_net": "31.00"},
    ],
    ids=["upgrade", "to-vps", "same", "downgrade", "to-shared", "window", "expired", "monthly"],
)
def test_room_opens_in_both_languages(room, language, changes):
    app = open_room(room, language, **{**UPGRADE, **changes})
    heads = tuple(f"{head}." for head in ("timeline", "alternative", "cost", "lead", "zone", "offer", "compare"))
    assert not [line for line in everything(app).split("\n") if line.lstrip("* ").startswith(heads)]
    assert not app.error


@pytest.mark.parametrize("number", range(3))
def test_alternative_put_into_the_calculator_costs_what_its_card_says(number):
    agreed = {"adjust": "-10%", "adjust_reason": "x", "target_period_months": "24"}
    app = open_room("alternative", **{**UPGRADE, **agreed})
    texts = [element.value.replace("\\", "") for element in app.markdown]
    cash = [text.split("**")[1].split(" (")[0] for text in texts if text.startswith(":small[Do zapłaty")]
    adopt = [button for button in app.button if button.label == POLISH.text("alternative.adopt")][number]
    card = int(adopt.key.split("_")[2])
    adopt.click().run()
    assert metrics(app)[1] == cash[card].replace("\u00a0", " ")


def test_what_if_price_keeps_its_period_through_an_alternative_on_a_day_without_it():
    # The list of 2027 does not sell Plus by the month; the what-if price stands all the same.
    agreed = {"target_price_net": "45.00", "target_period_months": "1", "change_on": "2026-12-20"}
    app = open_room("timeline", **{**UPGRADE, **agreed})
    button(app, POLISH.text("timeline.adopt")).click().run()
    assert app.query_params["change_on"] > "2027" and app.query_params["target_period_months"] == "1"


def test_click_on_a_file_that_the_page_does_not_answer_is_forgotten():
    app = open_room("lines", **UPGRADE)
    app.session_state["_files_asked"] = {"offer_pdf"}
    app.run()
    assert "_files_asked" not in app.session_state


def test_cheapest_day_can_be_set_and_is_then_the_day_of_the_price():
    app = open_room("timeline", **UPGRADE)
    button(app, POLISH.text("timeline.adopt")).click().run()
    assert app.query_params["change_on"] == "2027-05-01"
    assert plain("01.05.2027") in metrics_labels(app)


def metrics_labels(app):
    return " ".join(metric.label for metric in app.metric)


def test_day_that_lets_the_service_stand_still_is_said_and_never_called_cheaper():
    # The handed case, in the easy packages: valid until 10.12.2026, the change on 29.12.2026, seen on 21.11.2026.
    late = {"term_start": "2025-12-11", "valid_until": "2026-12-10", "change_on": "2026-12-29"}
    app = open_room("alternative", ENGLISH, **late)
    told = plain("down for 18 days (11 Dec 2026 – 28 Dec 2026)")
    assert told in app.warning[0].value and everything(app).count(told) == 2
    (badge,) = [text.value for text in app.markdown if ENGLISH.text("alternative.best_badge") in text.value]
    assert "29 Dec" not in badge
    app = open_room("timeline", ENGLISH, **late)
    assert everything(app).count(told) == 2


def test_best_alternative_stands_first():
    app = open_room("alternative", **UPGRADE)
    titles = [text.value for text in app.markdown if text.value.startswith("**") and " · " in text.value]
    cards = [title for title in titles if ":small[" not in title]
    assert POLISH.text("alternative.best_badge") in cards[0] and len(cards) > 3


def test_three_ways_out_of_a_vps_begin_with_ours_and_the_loss_of_data_is_folded():
    leaving = {"package": "vps", "target": "plus", "price_net": "1460.00"}
    app = open_page("quote", **link(**UPGRADE | leaving | {"change_on": "2027-05-25"}))
    (folded,) = [box for box in app.expander if box.label == plain(POLISH.text("option.abandon.folded"))]
    assert not folded.proto.expanded and folded.error and "UTRATA" in folded.label
    assert [tab.label for tab in app.tabs if tab.label in {POLISH.text(f"option.{kind}") for kind in OptionKind}] == [
        POLISH.text(f"option.{kind}") for kind in ("ordered", "self", "abandon")
    ]
    # 800.00 and the migration at 145.00, with 25 percent VAT, before the same without the migration, twice.
    assert metrics(app) == ["1 181,25 zł", "1 000,00 zł", "1 000,00 zł"]


YESTERDAY = {**UPGRADE, "change_on": "2026-11-20"}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_link_of_yesterday_has_a_button_for_today_s_price_and_says_then_what_it_said(language):
    given = link_query(easy_quote(YESTERDAY))
    app = open_page("quote", language, **given)
    button(app, language.text("quote.today")).click().run()
    assert app.query_params["change_on"] == "2026-11-21" and not app.exception
    then, now = (easy_quote({**YESTERDAY, "change_on": day}).options[0].net for day in ("2026-11-20", "2026-11-21"))
    (told,) = [info.value for info in app.info if language.value(dt.date(2026, 11, 20)) in info.value.replace("\\", "")]
    for amount in (language.money(then), language.money(now), language.difference(now - then)):
        assert plain(amount) in told
    assert not [one for one in app.button if one.label == language.text("quote.today")]
    # In its room, too, with the reason, and nothing was pasted; through another language as well.
    for code in (language.code, next(code for code in LANGUAGES if code != language.code)):
        app.session_state[f"quote_rooms_{code}"] = LANGUAGES[code].text("compare.tab")
        app.radio(key="lang").set_value(LANGUAGES[code].name).run()
        shown = everything(app)
        assert plain(LANGUAGES[code].text("compare.opened")) in shown
        assert plain(LANGUAGES[code].text("compare.why.day")) in str([table.value for table in app.table])


def test_link_whose_day_has_not_passed_says_nothing_by_itself():
    given = link_query(easy_quote(UPGRADE))
    app = open_page("quote", **given)
    assert not app.info and not [one for one in app.button if one.label == POLISH.text("quote.today")]


def test_link_that_today_cannot_be_priced_says_why_and_has_no_button():
    over = {"term_start": "2025-06-01", "valid_until": "2026-05-31", "change_on": "2026-05-01"}
    app = open_page("quote", **link(**over))
    assert not [one for one in app.button if one.label == POLISH.text("quote.today")]
    assert plain("Na dziś nie da się jej policzyć").replace("\\", "") in everything(app)


def test_jump_is_a_table_of_two_days_and_two_amounts():
    # 32 days at the difference of 800.00 and 365.00; from May the next year, 800.00. Twelve months from today.
    until, since = jump(open_page("quote", **link(**UPGRADE | {"change_on": "2027-02-01"})))
    assert (until[:2], since[:2]) == (["do 30.04.2027", "38,14 zł"], ["od 01.05.2027", "800,00 zł"])
    # 173 of the next year's 366 days lie within them.
    assert (until[2], since[2]) == ("416,28 zł", "378,14 zł")


def jump(app):
    """The two rows of the jump beside the answer."""
    rows = app.table[0].value.values.tolist()
    return [[cell.replace("\\", "").replace("\u00a0", " ") for cell in row] for row in rows]


def test_jump_of_the_cash_is_told_before_it_comes_and_after_it_while_it_can_be_avoided():
    for day in ("2027-02-01", "2027-05-10"):
        app = open_page("quote", **link(**UPGRADE | {"change_on": day}))
        assert jump(app)[0][0] == "do 30.04.2027"


@pytest.mark.parametrize(
    ("today", "said"), [("2027-02-20", "najpóźniej 24.02.2027"), ("2027-02-26", "nie skończą się już do 28.02.2027")]
)
def test_work_has_its_own_last_day_to_order_before_the_jump(monkeypatch, today, said):
    monkeypatch.setenv("FROZEN_NOW", f"{today}T12:00:00+01:00")
    settings.cache_clear()
    app = open_page("quote", **link(**{**UPGRADE, "target": "vps", "change_on": today}))
    assert plain(said) in everything(app)


def test_work_that_crosses_a_boundary_is_a_warning_with_both_prices():
    # R4 until 2027-02-28. Ordered on Friday the 26th, the work may be done on 4 March.
    app = open_page("quote", ENGLISH, **link(**{**UPGRADE, "target": "vps", "change_on": "2027-02-26"}))
    (warning,) = [warning.value for warning in app.warning]
    for amount in ("PLN 2,046.14", "PLN 466.44"):
        assert plain(amount.replace(" ", "\u00a0", 1)) in warning


def test_agreed_day_is_kept_in_the_address_and_asked_to_be_possible():
    changes = {**UPGRADE, "target": "vps"}
    app = open_page("quote", **link(**changes), agreed_on="2026-12-02")
    assert plain("03.12.2026") in app.error[0].value and app.metric
    app = open_page("quote", **link(**changes), agreed_on="2027-03-01")
    assert app.warning and app.query_params["agreed_on"] == "2027-03-01"
    assert not open_page("quote", **link(**changes)).warning


def test_broken_process_file_is_told_with_its_places(monkeypatch):
    def broken():
        text = (ROOT / "data" / "stages.toml").read_text(encoding="utf-8")
        return parse_stages(text.replace('unit = "hours", usual = 24, late = 36', 'unit = "hours", usual = 0'))

    monkeypatch.setattr(datafiles, "process", broken)
    app = open_page("quote", **link(**{**UPGRADE, "target": "vps"}))
    assert plain("data/stages.toml").replace("\\", "") in app.error[0].value and not app.metric
    assert [text.value.split(" ")[0].rstrip(":") for text in app.text] == ["stages.7.clock.usual"]


def test_each_way_names_its_own_surcharge_by_hand():
    # 10 percent of 730.00, and of 730.00 with a migration of 145.00.
    changes = {**UPGRADE, "package": "vps", "target": "plus", "price_net": "1460.00"}
    text = everything(open_page("quote", **link(**changes), adjust="10%", adjust_reason="pilne"))
    for amount in ("73,00", "87,50"):
        assert plain(f"Dopłata ręczna: pilne: {amount}\u00a0zł") in text


def test_room_stays_open_through_a_mistake():
    app = open_room("timeline", **UPGRADE)
    app.text_input(key="quote_pl_domains").input("x").run()
    assert app.error and not app.metric
    app.text_input(key="quote_pl_domains").input("2").run()
    assert plain(POLISH.text("timeline.click")) in everything(app)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_odd_term_is_said_beside_the_answer_and_read_as_meant_by_one_click(language):
    """A month and a day of Basic: the warning, then the month that it was meant to be."""
    month = {"term_start": "2026-11-01", "valid_until": "2026-12-01", "change_on": "2026-11-21"}
    app = open_page("quote", language, **link(**month))
    length = language.text("quote.months_and_days", count=1, days=language.text("quote.days", count=1))
    assert [warning.value for warning in app.warning if plain(length) in warning.value]
    button(app, language.text("quote.first_unpaid_day")).click().run()
    assert not app.exception
    assert not [warning.value for warning in app.warning if plain(length) in warning.value]
    assert "2026-11-30" in app.query_params["valid_until"]
    assert language.text("quote.first_unpaid_day") not in {one.label for one in app.button}


def test_other_odd_term_is_said_with_the_period_it_is_priced_for():
    app = open_page("quote", POLISH, **link(term_start="2026-11-01", valid_until="2026-12-15", change_on="2026-11-21"))
    (said,) = [warning.value for warning in app.warning if "15 dni" in warning.value]
    assert "12 miesięcy" in said and POLISH.text("quote.first_unpaid_day") not in {one.label for one in app.button}
