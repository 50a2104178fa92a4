"""The rooms of the calculator beside the working: when to change, alternatives, the time the work takes."""

import pytest

from core import datafiles
from core.language import ENGLISH, LANGUAGES, POLISH
from core.pipeline.stages import parse_stages
from core.settings import ROOT, settings
from pages.parts.words import plain
from tests.test_pages import _easy_tariff, everything, link, metrics, open_page  # noqa: F401 - a fixture

UPGRADE = {"term_start": "2026-06-01", "valid_until": "2027-05-31", "change_on": "2026-12-01"}
ROOMS = ("lines", "timeline", "alternative", "bill", "offer", "compare")


def open_room(room, language=POLISH, **changes):
    app = open_page("quote", language, **link(**changes))
    app.session_state[f"quote_rooms_{language.code}"] = language.text(f"{room}.tab")
    app.run()
    assert not app.exception, app.exception
    return app


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
    [button for button in app.button if button.label == POLISH.text("alternative.adopt")][number].click().run()
    shown = [text for number, text in enumerate(cash) if number != 2]  # the third is the chosen day itself
    assert metrics(app)[1] == shown[number].replace("\u00a0", " ")


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


def test_jump_of_the_cash_is_told_before_it_comes_and_after_it_while_it_can_be_avoided():
    told = plain("do 30.04.2027")
    for day in ("2026-12-01", "2027-05-10"):
        assert told in everything(open_page("quote", **link(**{**UPGRADE, "change_on": day})))


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
