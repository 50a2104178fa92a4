"""The whole bill in the calculator: what is typed beside the rules counts there and nowhere else, and is never lost."""

import pytest

from core.ground.settings import settings
from core.language import ENGLISH, LANGUAGES, POLISH
from pages.parts.quote.session_keys import EXTRAS
from pages.parts.shared.words import plain
from tests.test_pages import HOSTILE, _easy_tariff, everything, metrics, open_page  # noqa: F401 - a fixture
from tests.test_pages_quote_rooms import UPGRADE, button, open_room

# 100 of 365 days are left: a surcharge of 100.00 net.
CHANGE = {**UPGRADE, "term_start": "2026-03-11", "valid_until": "2027-03-10"}

FILE = """
vat_rates = ["23", "8"]
[[promotions]]
code = "ZIMA"
name = { pl = "Zima", en = "Winter" }
valid_from = 2026-11-01
valid_until = 2026-11-30
on = ["surcharge"]
percent = "20"
"""


@pytest.fixture(autouse=True)
def _promotions(monkeypatch, tmp_path, _easy_tariff):  # noqa: F811 - the fixture
    (tmp_path / "promotions.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("PROMOTIONS_FILE", str(tmp_path / "promotions.toml"))
    settings.cache_clear()


def field(app, name, number="", language=POLISH):
    """A field of the room as it stands in the newest run."""
    key = f"bill_{language.code}_{name}_{number}"
    kinds = (app.text_input, app.selectbox, app.checkbox)
    return next(widget for kind in kinds for widget in kind if widget.key == key)


def add(app, label, net, number="1", rate=None):
    button(app, POLISH.text("bill.add")).click().run()
    field(app, "free_label", number).set_value(label).run()
    field(app, "free_net", number).set_value(net).run()
    if rate:
        field(app, "free_vat", number).set_value(rate).run()
    assert not app.exception, app.exception
    return app


def said(app):
    return everything(app).replace("\u00a0", " ").replace("\\", "")


def test_lines_and_a_promotion_come_to_a_bill_which_the_answer_tells_beside_its_own_amounts():
    app = add(open_room("bill", **CHANGE), "Certyfikat SSL", "50,00", rate="8")
    field(app, "promotion").set_value("zima").run()
    shown = said(app)
    # 100.00 - 20.00 at 23 %, and 50.00 at 8 %.
    for amount in ("**−20,00 zł**", "**50,00 zł**", "130,00 zł", "18,40 zł", "4,00 zł", "**152,40 zł**"):
        assert amount in shown.split("\n")
    assert "Poza regulaminem" in shown and "20% od 100,00 zł" in shown
    assert "Razem z pozycjami spoza regulaminu: 152,40 zł brutto (130,00 zł netto)" in shown
    assert ":small[Razem z pozycjami spoza regulaminu: 152,40 zł brutto]" in shown
    assert metrics(app) == ["123,00 zł", "100,00 zł"]


def test_the_year_has_the_renewal_and_says_when_what_is_due_every_year_comes_again():
    app = add(open_room("bill", **CHANGE), "Domena", "60")
    field(app, "free_yearly", "1").check().run()
    shown = said(app)
    assert "11.03.2027 · Przedłużenie Plus, 11.03.2027–10.03.2028" in shown
    assert "**1 196,80 zł**" in shown and "(60,00 zł netto): ponownie od 01.12.2027" in shown


def test_what_is_beside_the_rules_is_in_no_address_and_the_page_says_so():
    app = open_room("bill", **CHANGE)
    before = app.query_params
    assert POLISH.text("bill.not_in_link") not in said(app)
    add(app, "Certyfikat SSL", "50")
    assert app.query_params == before and POLISH.text("bill.not_in_link") in said(app)


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("free_net", "piętnaście", "Kwota netto „piętnaście”: wpisz kwotę"),
        ("free_label", "", "Za co: wpisz, za co jest ta pozycja"),
        ("free_label", "hasło: Zima2026!", "Za co: to wygląda na hasło"),
        ("promotion", "lato", "Kod promocji „LATO”: nie ma takiej promocji; teraz obowiązują: ZIMA"),
    ],
)
def test_what_does_not_read_is_told_at_its_field_and_no_bill_is_shown(name, text, wrong):
    app = add(open_room("bill", **CHANGE), "Certyfikat SSL", "50")
    field(app, name, "" if name == "promotion" else "1").set_value(text).run()
    assert [error.value for error in app.error if wrong in error.value.replace("\\", "")]
    assert "150,00 zł" not in said(app) and POLISH.text("bill.waits") in said(app)
    assert [warning.value for warning in app.warning if plain(POLISH.text("bill.wrong")) in warning.value]


def test_what_was_typed_stays_through_other_rooms_pages_and_the_switch_of_language():
    app = add(open_room("bill", **CHANGE), "Certyfikat SSL", "50", rate="8")
    app.session_state["quote_rooms_pl"] = POLISH.text("lines.tab")
    app.run()
    app.switch_page("pages/tariff.py").run()
    app.switch_page("pages/quote.py").run()
    assert "177,00 zł brutto" in said(app)
    app.session_state["quote_rooms_pl"] = POLISH.text("bill.tab")
    app.run()
    assert (field(app, "free_label", "1").value, field(app, "free_vat", "1").value) == ("Certyfikat SSL", "8")
    app.query_params["lang"] = ENGLISH.name
    app.run()
    shown = [widget.value for widget in app.text_input if "free_net" in widget.key]
    assert shown == ["50"]


@pytest.mark.parametrize(("target", "said_of"), [("plus", "ZIMA: 20% (dopłata)"), ("pro", "nie ma promocji")])
def test_promotions_that_can_be_given_for_the_package_are_told_beside_the_code(tmp_path, target, said_of):
    (tmp_path / "promotions.toml").write_text(FILE + 'packages = ["plus"]\n', encoding="utf-8")
    app = open_room("bill", **{**CHANGE, "target": target})
    assert said_of in field(app, "promotion").help.replace("\\", "")


def test_a_line_that_is_removed_counts_no_more():
    app = add(add(open_room("bill", **CHANGE), "a", "50"), "b", "7", "2")
    assert "157,00 zł netto" in said(app)
    button(app, POLISH.text("bill.remove")).click().run()
    assert "107,00 zł netto" in said(app) and field(app, "free_label", "2").value == "b"
    # The next one begins blank, whatever stood in the one that had its number.
    button(app, POLISH.text("bill.remove")).click().run()
    button(app, POLISH.text("bill.add")).click().run()
    assert field(app, "free_label", "1").value == "" and not app.error


def test_a_line_nobody_has_filled_in_is_none():
    app = open_room("bill", **CHANGE)
    button(app, POLISH.text("bill.add")).click().run()
    assert not app.error and "123,00 zł" in said(app)


def test_a_bill_is_made_of_the_way_that_is_chosen():
    # Leaving a VPS: abandoned or moved by the client 730.00, moved by us 145.00 more.
    app = add(open_room("bill", **{**CHANGE, "package": "vps", "target": "plus", "price_net": "1460"}), "a", "100")
    chosen = next(box for box in app.selectbox if box.key == "bill_pl_option")
    for kind, gross in (("self", "1 020,90 zł"), ("ordered", "1 199,25 zł")):
        chosen.set_value(kind).run()
        assert f"**{gross}**" in said(app)
        chosen = next(box for box in app.selectbox if box.key == "bill_pl_option")
        assert f"{POLISH.text(f'option.{kind}')}, razem z pozycjami spoza regulaminu: {gross} brutto" in said(app)


def test_what_cannot_be_done_has_no_bill():
    app = open_room("bill", **{**CHANGE, "package": "plus", "target": "basic"})
    assert POLISH.text("offer.none") in said(app) and not app.exception


def test_a_bill_has_room_for_twenty_lines():
    app = open_room("bill", **CHANGE)
    app.session_state[EXTRAS] = {"rows": {str(i): {} for i in range(20)}, "promotion": ""}
    app.run()
    assert button(app, POLISH.text("bill.add")).disabled


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_a_broken_file_of_promotions_costs_the_room_only(language, tmp_path):
    (tmp_path / "promotions.toml").write_text("promotions = 1", encoding="utf-8")
    app = open_room("bill", language, **CHANGE)
    (error, *_) = app.error
    assert error.value == language.text("bill.promotions_broken") and len(metrics(app)) == 2


def test_text_of_a_line_is_shown_as_it_is():
    app = add(open_room("bill", **CHANGE), HOSTILE, "50")
    assert f"**{plain(HOSTILE)}**" in [element.value for element in app.markdown]


def test_for_another_client_all_of_it_is_forgotten():
    def page():
        import streamlit as st

        from pages.parts.quote import extras

        st.button("next", on_click=extras.clear)
        st.text_input("x", key="bill_pl_promotion_")

    from streamlit.testing.v1 import AppTest

    app = AppTest.from_function(page, default_timeout=120)
    app.session_state[EXTRAS] = {"rows": {"1": {"free_net": "5"}}, "promotion": "ZIMA"}
    app.session_state["bill_pl_promotion_"] = "ZIMA"
    app.run()
    app.button[0].click().run()
    assert EXTRAS not in app.session_state and app.text_input[0].value == ""
