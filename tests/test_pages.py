"""Every page in both languages, run as Streamlit runs it."""

import datetime as dt

import pytest
from streamlit.testing.v1 import AppTest

from core.ground.settings import ROOT, settings
from core.language import ENGLISH, LANGUAGES, POLISH
from pages.parts.shared.shell import PAGES
from pages.parts.shared.words import plain
from tests.conftest import EASY, START

HOSTILE = "<script>alert(1)</script> **bold** [x](javascript:alert(1)) $a$ :red[x] `c` :smile: http://evil.example"


@pytest.fixture(autouse=True)
def _easy_tariff(monkeypatch):
    monkeypatch.setenv("TARIFF_FILE", str(EASY))
    settings.cache_clear()
    yield
    settings.cache_clear()


def open_page(stem, language=POLISH, **query):
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    app.switch_page(f"pages/{stem}.py")
    for name, value in {"lang": language.name, **query}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def link(**changes):
    return {name: str(value) for name, value in {**START, "price_net": "365.00", **changes}.items()}


def everything(app):
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info, app.title, app.subheader, app.header)
    return "\n".join(
        [element.value for kind in kinds for element in kind] + [f"{m.label} {m.value}" for m in app.metric]
    )


def metrics(app):
    return [metric.value.replace("\u00a0", " ") for metric in app.metric]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize("stem", PAGES)
def test_page_runs_in_both_languages(stem, language):
    app = open_page(stem, language)
    expected = "Przeprowadzka" if stem == "start" else language.text(f"page.{stem}.title")
    assert app.title[0].value == expected
    # An id on the screen is a text that no catalog has.
    assert not [
        line for line in everything(app).split("\n") if line.split(".")[0] in ("quote", "error", "rule", "note")
    ]


def test_link_shows_its_quote():
    app = open_page("quote", **link())
    assert metrics(app) == ["226,32 zł", "184,00 zł"]
    assert "(tariff#r1)" in everything(app)


def test_changing_a_field_prices_at_once_and_keeps_the_address():
    app = open_page("quote", **link())
    app.selectbox(key="quote_pl_target").select("pro").run()
    assert metrics(app)[1] == "368,00 zł"
    assert app.query_params["target"] == "pro"


def test_contract_price_follows_the_package_on_the_screen():
    app = open_page("quote", **link())
    app.selectbox(key="quote_pl_package").select("plus").run()
    assert app.text_input(key="quote_pl_price_net").value == "730,00"


def test_amount_with_a_comma_is_not_ten_times_as_much():
    app = open_page("quote", ENGLISH, **link(change_on="2025-01-01"))
    app.text_input(key="quote_en_price_net").input("364,50").run()
    assert metrics(app)[1] == "PLN 365.50"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("price_net", "abc"),
        ("price_net", "-5"),
        ("disk_gb", "much"),
        ("target_price_net", "1e9"),
        ("adjust", "ten"),
        ("adjust", "-10%"),
        ("price_net", HOSTILE),
        ("disk_gb", HOSTILE),
    ],
)
def test_wrong_text_is_told_and_stays_in_its_field(key, text):
    app = open_page("quote", **link())
    app.text_input(key=f"quote_pl_{key}").input(text).run()
    assert len(app.error) == 1 and not app.metric
    assert app.text_input(key=f"quote_pl_{key}").value == text
    app.text_input(key=f"quote_pl_{key}").input("5" if key != "adjust" else "").run()
    assert app.metric and not app.error


@pytest.mark.parametrize("name", ["package", "mailboxes", "domains", "target_period_months", "term_start"])
def test_link_with_a_value_that_does_not_read_shows_no_price_until_its_field_is_changed(name):
    app = open_page("quote", **link(**{name: "rubbish"}))
    assert not app.metric and len(app.error) == 1 and "rubbish" in app.error[0].value
    assert app.query_params[name] == "rubbish"  # a reload complains again
    app.text_input(key="quote_pl_disk_gb").input("6").run()
    assert not app.metric and "rubbish" in app.error[0].value
    if name in ("mailboxes", "domains"):
        app.text_input(key=f"quote_pl_{name}").input("5").run()
    elif name == "term_start":
        app.text_input(key="quote_pl_term_start").input("1.1.2025").run()
    else:
        option = {"package": "basic", "target_period_months": 24}[name]
        app.selectbox(key=f"quote_pl_{name}").select(option).run()
    if name == "package":  # the example's package was in the field already: choosing another counts as a change
        app.selectbox(key="quote_pl_package").select("plus").run()
    assert app.metric and not app.error


def test_first_visit_and_partial_links_say_that_the_data_are_an_example():
    assert "example" in open_page("quote").query_params
    some = open_page("quote", package="basic")
    assert some.query_params["example"] == "term_start,valid_until,target,domains,mailboxes,disk_gb"
    assert "example" not in open_page("quote", **link()).query_params


def test_values_survive_a_switch_of_language_and_back():
    app = open_page("quote", **link(price_net="300.00", adjust="-10%", adjust_reason="reklamacja"))
    before = metrics(app)[1]
    for language in (ENGLISH, POLISH):
        app.radio(key="lang").set_value(language.name).run()
        app.text_input(key=f"quote_{language.code}_domains").input("7").run()
        app.selectbox(key=f"quote_{language.code}_target").select("pro").run()
        app.selectbox(key=f"quote_{language.code}_target").select("plus").run()
        assert not app.exception and app.text_input(key=f"quote_{language.code}_domains").value == "7"
    assert metrics(app)[1] == before


def test_what_if_price_goes_with_its_target():
    app = open_page("quote", **link(target_price_net="500.00"))
    app.selectbox(key="quote_pl_target").select("pro").run()
    assert app.text_input(key="quote_pl_target_price_net").value == "" and metrics(app)[1] == "368,00 zł"


@pytest.mark.parametrize("day", [dt.date(1900, 1, 1), dt.date(9999, 12, 31)])
@pytest.mark.parametrize("field", ["term_start", "valid_until", "change_on"])
def test_date_far_away_is_told_in_the_readers_language(field, day):
    app = open_page("quote", **link())
    if field == "term_start":
        app.selectbox(key="quote_pl_paid_months").select("other").run()
    app.text_input(key=f"quote_pl_{field}").input(f"{day:%d.%m.%Y}").run()
    assert not app.exception and not app.metric and "dozwolone od" in app.error[0].value


def test_day_outside_the_term_is_an_error_with_the_term():
    app = open_page("quote", **link(change_on="2027-03-01"))
    assert not app.metric and plain("01.01.2025") in app.error[0].value


def test_link_of_another_tariff_version_says_so():
    app = open_page("quote", **link(), tariff="easy-000000")
    assert "easy\\-000000" in app.warning[0].value and app.metric
    assert not open_page("quote", **link()).warning


def test_options_stand_side_by_side_and_data_loss_is_an_error_box():
    app = open_page("quote", **link(package="vps", target="plus", change_on="2025-12-20", price_net="1460.00"))
    assert len(app.metric) == 3
    assert any("UTRATA DANYCH" in error.value for error in app.error)


def test_blocked_downgrade_lists_what_to_remove():
    app = open_page(
        "quote", **link(package="plus", target="basic", change_on="2025-12-20", mailboxes=13, disk_gb="11.2")
    )
    text = everything(app)
    assert not app.metric and plain("Do usunięcia 3 skrzynki (13 przy limicie 10)") in text and plain("1,2 GB") in text


def test_hostile_reason_is_shown_as_text():
    app = open_page("quote", **link(adjust="-10%", adjust_reason=HOSTILE))
    lines = [element.value for element in app.markdown if "Rabat" in element.value]
    for line in lines:
        bare = line.replace("\\](", "").replace("\\]\\(", "")
        assert plain(HOSTILE) in line and "<script>" not in line and "](" not in bare
    assert len(lines) == 2  # beside the answer, and with its working


def test_discount_is_its_own_line():
    app = open_page("quote", **link(adjust="-10%", adjust_reason="reklamacja"))
    assert metrics(app)[1] == "165,60 zł"
    assert plain("Rabat: reklamacja") in everything(app)


def test_form_is_still_there_after_a_visit_to_another_page():
    app = open_page("quote", **link())
    app.text_input(key="quote_pl_domains").input("7").run()
    app.switch_page("pages/tariff.py")
    app.query_params.clear()
    app.run()
    app.switch_page("pages/quote.py")
    app.query_params.clear()
    app.run()
    assert app.text_input(key="quote_pl_domains").value == "7" and metrics(app)[1] == "184,00 zł"


def test_rules_page_has_every_rule_and_question():
    app = open_page("tariff")
    heads = [head.value for head in app.subheader]
    assert [head.split(" ")[0] for head in heads] == [*(f"R{n}" for n in range(11)), *(f"A{n}" for n in range(1, 17))]


def test_past_price_list_can_be_looked_up():
    app = open_page("tariff")
    assert "730,00" in app.dataframe[0].value.to_string()
    app.selectbox(key="list_pl").select("2027-01-01").run()
    assert "800,00" in app.dataframe[0].value.to_string()


def test_broken_tariff_is_told_on_every_page_with_prices(tmp_path, monkeypatch):
    wrong = tmp_path / "tariff.toml"
    wrong.write_text(EASY.read_text(encoding="utf-8").replace('A1 = "renewal"', 'A1 = "<b>both</b>"'), encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(wrong))
    settings.cache_clear()
    for stem in ("start", "quote", "tariff"):
        app = open_page(stem)
        assert app.error and "readings.0.A1" in app.text[0].value
    for stem in ("board", "migration", "imports"):
        assert not open_page(stem).error


def test_language_can_be_switched():
    app = open_page("quote", POLISH, **link())
    app.radio(key="lang").set_value("English").run()
    assert app.title[0].value == ENGLISH.text("page.quote.title")
    assert metrics(app) == ["PLN 226.32", "PLN 184.00"]


@pytest.mark.parametrize("field", ["domains", "mailboxes", "disk_gb"])
def test_count_left_blank_is_no_zero(field):
    app = open_page("quote", **link(target="vps"))
    app.text_input(key=f"quote_pl_{field}").input("").run()
    assert not app.metric and len(app.error) == 1
    assert app.query_params[field] == ""
    again = open_page("quote", **link(target="vps", **{field: ""}))
    assert not again.metric and len(again.error) == 1 and not again.info


def test_pages_open_before_the_first_price_list_begins(monkeypatch):
    monkeypatch.setenv("FROZEN_NOW", "2018-05-01T12:00:00+02:00")
    settings.cache_clear()
    for stem in PAGES:
        open_page(stem)
