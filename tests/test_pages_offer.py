"""The offer in the calculator: what is asked, what is told, and its files, made at the click."""

import base64
import json
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from core.ground.messages import Grosze
from core.ground.settings import settings
from core.language import POLISH
from core.offer.bill import bill as whole
from core.offer.extras import Extras, FreeLine
from pages.parts.shared.words import plain
from tests.offers import BOTH, HOSTILE, LEAVE_VPS, LONG, SAMPLE, read


def harness(changes, more):
    import datetime as dt

    import streamlit as st

    from core import datafiles
    from core.language import LANGUAGES
    from core.offer.bill import bill
    from core.offer.extras import NONE
    from core.pricing.quote import quote
    from core.pricing.request import parse_request
    from pages.parts.quote import offer
    from tests.conftest import EASY, START, read_tariff

    tariff = read_tariff(EASY)
    language = LANGUAGES[st.text_input("language", "pl", key="reader")]
    if not st.checkbox("on another page", key="away"):
        asked = parse_request({**START, **{k: v for k, v in changes.items() if k != "agreed_on"}})
        agreed = changes.get("agreed_on")
        work, priced = datafiles.process().lead_time, quote(asked, tariff)
        given = {"bill": lambda option: bill(priced, option, NONE, tariff), "save": lambda terms: "", **more}
        offer.draw(priced, agreed and dt.date.fromisoformat(agreed), tariff, work, language, **given)


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setenv("FROZEN_NOW", "2025-06-20T12:00:00+02:00")
    settings.cache_clear()

    def open(more=None, **changes):
        given = {"changes": changes, "more": more or {}}
        app = AppTest.from_function(harness, kwargs=given, default_timeout=120).run()
        assert not app.exception
        return app

    yield open
    settings.cache_clear()


def downloads(app):
    return [data["label"] for data in buttons(app)]


def buttons(app):
    return components(app, "file_button")


def components(app, name):
    found = [component.proto for component in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in found if proto.component_name == name]


def summary(app):
    return [text.value for text in app.markdown if "2025/06/20" in text.value.replace("\\", "")]


@BOTH
def test_page_asks_for_a_customer_and_gives_three_files(page, language):
    app = page()
    app.text_input(key="reader").set_value(language.code).run()
    assert not downloads(app) and not app.error
    assert [info.value for info in app.info] == [plain(language.text("offer.name_wanted"))]
    app.text_input(key=f"offer_{language.code}_customer_name").set_value(LONG).run()
    assert downloads(app) == [language.text(f"offer.download_{ending}") for ending in ("pdf", "csv", "xlsx")]
    assert not app.error and not app.info and summary(app)
    app.toggle(key="offer_preview").set_value(True).run()
    assert not app.exception and len(app.get("image")) == 1


def test_file_is_made_from_what_is_typed_at_the_click(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert all("content" not in data for data in buttons(app))
    # The name and the click arrive together.
    app.text_input(key="offer_pl_customer_name").set_value("Dalia")
    app.session_state["_files_asked"] = {"offer_pdf"}
    app.run()
    (data,) = [data for data in buttons(app) if "content" in data]
    assert data["name"].endswith(".pdf") and "Dalia" in read(base64.b64decode(data["content"]))[0]


def test_wrong_nip_is_told_and_nothing_typed_is_lost(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    app.text_input(key="offer_pl_customer_nip").set_value("526-10-40-829").run()
    assert not downloads(app) and plain("cyfra kontrolna się nie zgadza") in app.error[0].value
    assert app.text_input(key="offer_pl_customer_name").value == "Róża"
    assert app.text_input(key="offer_pl_customer_nip").value == "526-10-40-829"


def test_day_that_has_passed_is_told_before_anybody_types_a_name(page):
    app = page(change_on="2025-06-19")
    assert not app.info and plain("19.06.2025") in app.error[0].value


def test_day_of_work_that_is_not_possible_leaves_no_offer(page):
    app = page(target="vps", agreed_on="2025-07-01")
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert not downloads(app) and plain("03.07.2025") in app.error[0].value
    app = page(target="vps", agreed_on="2025-07-03")
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert downloads(app)


def test_customer_survives_leaving_the_page_and_a_switch_of_language(page):
    app = page(**LEAVE_VPS)
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    app.text_area(key="offer_pl_customer_address").set_value("ul. Żółta 1\nŁódź").run()
    app.selectbox(key="offer_pl_offer_option").select("self").run()
    app.selectbox(key="offer_pl_offer_contact").select_index(1).run()
    before = summary(app)
    app.checkbox(key="away").check().run()
    assert not downloads(app)
    app.checkbox(key="away").uncheck().run()
    assert summary(app) == before != []
    app.text_input(key="reader").set_value("en").run()
    assert app.text_input(key="offer_en_customer_name").value == "Róża"
    assert app.text_area(key="offer_en_customer_address").value == "ul. Żółta 1\nŁódź"
    assert app.selectbox(key="offer_en_offer_option").value == "self"
    assert app.selectbox(key="offer_en_offer_language").value == "en"
    app.selectbox(key="offer_en_offer_language").select("pl").run()
    app.text_input(key="reader").set_value("pl").run()
    assert summary(app) == before


def test_chosen_language_of_the_offer_stays(page):
    app = page()
    app.selectbox(key="offer_pl_offer_language").select("en").run()
    app.checkbox(key="away").check().run()
    app.checkbox(key="away").uncheck().run()
    assert app.selectbox(key="offer_pl_offer_language").value == "en"


def test_customers_data_stay_out_of_the_address(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert not dict(app.query_params)


@BOTH
def test_ways_out_of_a_vps_are_offered_side_by_side_unless_one_is_chosen(page, language):
    app = page(**LEAVE_VPS)
    app.text_input(key="reader").set_value(language.code).run()
    app.text_input(key=f"offer_{language.code}_customer_name").set_value("Róża").run()
    chosen = app.selectbox(key=f"offer_{language.code}_offer_option")
    kinds = [language.text(f"option.{kind}") for kind in ("ordered", "self", "abandon")]
    assert chosen.options == [language.text("offer.all_ways"), *kinds] and chosen.value == "all"
    mail = " ".join(text.value for text in app.markdown)
    assert all(plain(language.text(f"offer.way.{kind}")) in mail for kind in ("ordered", "self", "abandon"))
    chosen.select("ordered").run()
    mail = " ".join(text.value for text in app.markdown)
    assert plain(language.text("offer.way.abandon")) not in mail and summary(app)


def test_email_is_there_to_be_copied_with_the_number_of_the_offer(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    copied = [data["text"] for data in components(app, "copy_button")]
    assert len(copied) == 2 and "\n" not in copied[0] and copied[1].startswith("WZÓR")
    number = summary(app)[0].replace("\\", "").split(",")[0].removeprefix("Oferta ")
    assert all(number in text for text in copied)


def test_days_of_validity_are_asked_and_wrong_ones_are_told(page):
    app = page(**LEAVE_VPS)
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert plain("04.07.2025") in summary(app)[0]
    app.text_input(key="offer_pl_offer_days").set_value("7").run()
    assert plain("27.06.2025") in summary(app)[0]
    app.text_input(key="offer_pl_offer_days").set_value("200").run()
    assert plain("do dnia zmiany (20.12.2025)") in summary(app)[0]
    app.text_input(key="offer_pl_offer_days").set_value("tydzień").run()
    assert "od 1 do 365" in app.error[0].value and not downloads(app)


def test_saved_quote_gives_its_number_to_the_offer(page):
    seen = []

    def save(terms):
        seen.append(terms)
        return "O/2026/0017"

    app = page(more={"save": save})
    assert not seen
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    assert seen[-1].customer.name == "Róża" and seen[-1].valid_until.isoformat() == "2025-07-01"
    assert any("O/2026/0017" in text.value.replace("\\", "") for text in app.markdown)


def test_offer_has_the_bill_it_is_given(page, desk):
    found = desk.quote()
    extras = Extras((FreeLine("Domena róża.pl", Grosze(5000), Decimal(8), yearly=True),))
    app = page(more={"bill": lambda option: whole(found, option, extras, desk.tariff)})
    app.text_input(key="offer_pl_customer_name").set_value("Róża").run()
    app.session_state["_files_asked"] = {"offer_pdf"}
    app.run()
    (data,) = [data for data in buttons(app) if "content" in data]
    text = read(base64.b64decode(data["content"]))[0]
    # 184.00 at 23 %, and 50.00 at 8 %.
    assert "Domena róża.pl" in text and "Do zapłaty brutto 280,32 zł" in text


def test_nothing_to_offer_is_said(page):
    app = page(package="plus", target="basic", mailboxes=13)
    assert plain(POLISH.text("offer.none")) in [text.value for text in app.markdown]
    assert not [field for field in app.text_input if field.key.startswith("offer_")]


def test_broken_company_file_is_told_on_the_page(page, tmp_path, monkeypatch):
    file = tmp_path / "company.toml"
    file.write_text(SAMPLE.replace("012-34-56-789", "012-34-56-788"), encoding="utf-8")
    monkeypatch.setenv("COMPANY_FILE", str(file))
    settings.cache_clear()
    app = page()
    assert app.error[0].value == POLISH.text("offer.company_broken")
    assert "012-34-56-788" in app.text[0].value


def test_hostile_name_and_letter_do_not_break_the_page(page):
    app = page()
    app.text_input(key="offer_pl_customer_name").set_value(HOSTILE).run()
    assert not app.exception and len(downloads(app)) == 3
    app.text_input(key="offer_pl_customer_name").set_value("Róża 🎉").run()
    assert not app.exception and "🎉" in app.error[0].value and not downloads(app)
