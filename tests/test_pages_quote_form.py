"""The calculator's form: days as texts, the term by its end and length, what is still the example's."""

import datetime as dt

import pytest

from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from pages.parts.shared.words import plain
from tests.test_pages import _easy_tariff, everything, link, metrics, open_page  # noqa: F401 - a fixture

CASE = {
    "package": "firma",
    "target": "sklep",
    "term_start": "2025-05-01",
    "valid_until": "2027-04-30",
    "change_on": "2026-11-28",
    "domains": "1",
    "mailboxes": "1",
    "disk_gb": "1",
}
LAST_OF_FEBRUARY, LAST_OF_2025 = dt.date(2027, 2, 28), dt.date(2025, 12, 31)
INVENTED = ("package", "paid_months", "valid_until", "target", "domains", "mailboxes", "disk_gb")


def field(app, name, language=POLISH):
    key = f"quote_{language.code}_{name}"
    return next(one for one in (*app.text_input, *app.selectbox) if one.key == key)


def test_period_follows_the_running_term_from_a_link_and_after_it_was_typed(monkeypatch):
    monkeypatch.delenv("TARIFF_FILE")
    monkeypatch.setenv("FROZEN_NOW", "2026-11-28T12:00:00+01:00")
    settings.cache_clear()
    app = open_page("quote", **CASE)
    assert metrics(app)[1] == "48,52 zł" and field(app, "target_period_months").value == 24
    field(app, "valid_until").input("14.12.2026").run()
    field(app, "paid_months").select("1").run()
    assert "Opłacony od 15.11.2026" in everything(app)
    assert metrics(app)[1] == "33,00 zł" and app.query_params["term_start"] == "2026-11-15"
    # Of another length than the running term only where somebody says so, and then it is seen.
    field(app, "target_period_months").select(12).run()
    assert metrics(app)[1] == "329,00 zł" and "Bieżący okres trwa 1 miesiąc" in everything(app)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_day_that_no_calendar_has_is_told_and_stays_in_its_field_through_a_reload(language):
    app = open_page("quote", language, **link())
    field(app, "valid_until", language).input("30.02.2027").run()
    (error,) = [error.value for error in app.error]
    assert not app.metric and plain(language.field("valid_until")) in error
    assert plain(language.text("error.typed_day_absent", last=LAST_OF_FEBRUARY)) in error
    again = open_page(
        "quote", language, **{name: app.query_params[name] for name in app.query_params if name != "lang"}
    )
    assert not again.metric and field(again, "valid_until", language).value == "30.02.2027"
    field(again, "valid_until", language).input("31122025").run()
    assert again.metric and field(again, "valid_until", language).value == language.typed_day(LAST_OF_2025)


def test_day_is_shown_as_it_was_understood():
    app = open_page("quote", **link())
    for text, shown in (("1.8.25", "01.08.2025"), ("2025-09-02", "02.09.2025"), ("031025", "03.10.2025")):
        field(app, "change_on").input(text).run()
        assert field(app, "change_on").value == shown and plain(shown) in app.metric[0].label


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_nothing_is_priced_from_the_example_without_its_name(language):
    word = language.text("quote.example_word").lower()
    app = open_page("quote", language)
    for name in INVENTED:
        assert word in field(app, name, language).label
    assert word not in field(app, "change_on", language).label
    for room in ("lines", "timeline", "alternative", "bill", "offer", "compare"):
        app.session_state[f"quote_rooms_{language.code}"] = language.text(f"{room}.tab")
        app.run()
        said = [text for text in everything(app).lower().split("\n") if word in text]
        # At the fields that are the example's, in the bar of the phone, at the answer, and in the room.
        assert len(said) >= 4, room
    app.session_state[f"quote_rooms_{language.code}"] = language.text("offer.tab")
    app.run()
    assert not [one for one in app.text_input if one.key.endswith("customer_name")]
    app.button(key="quote_example_right").click().run()
    assert plain(language.text("quote.example_short")) not in everything(app) and "example" not in app.query_params
    assert not [name for name in INVENTED if word in field(app, name, language).label]
    assert [one for one in app.text_input if one.key.endswith("customer_name")]


def test_field_is_the_clients_own_once_it_was_touched():
    app = open_page("quote")
    for name, value in (("package", "basic"), ("target", "vps"), ("paid_months", "1")):
        field(app, name).select(value).run()
    for name, value in (("valid_until", "30.06.2027"), ("domains", "4"), ("mailboxes", "4")):
        field(app, name).input(value).run()
    assert app.query_params["example"] == "disk_gb" and "przykład" in field(app, "disk_gb").label
    assert "przykład" not in field(app, "domains").label
    app.radio(key="lang").set_value(ENGLISH.name).run()
    assert "example" in field(app, "disk_gb", ENGLISH).label and app.query_params["example"] == "disk_gb"
    field(app, "disk_gb", ENGLISH).input("6").run()
    assert "example" not in app.query_params


def test_start_of_a_term_of_another_length_is_typed():
    app = open_page("quote", **link(example="domains"))
    assert app.query_params["example"] == "domains"
    field(app, "paid_months").select("other").run()
    field(app, "term_start").input("20.12.2024").run()
    assert app.query_params["term_start"] == "2024-12-20" and field(app, "paid_months").value == "other"
