"""The page of one saved quote, run as Streamlit runs it: what it shows, and what can be done with it."""

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest

from core.ground.messages import Grosze
from core.ground.settings import settings
from core.language import POLISH
from core.offer.customer import Customer
from core.offer.extras import Extras, FreeLine
from pages.parts.quotes import deeds, dialogs
from pages.parts.shared.words import plain
from tests.conftest import EASY
from tests.pages_of_quotes import (
    LANGUAGE,
    _the_year_of_the_easy_tariff,  # noqa: F401 - a fixture
    act,
    buttons,
    opened,
    save,
    texts,
)
from tests.test_pages import HOSTILE, everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")


@LANGUAGE
def test_quote_shows_what_was_saved_and_how_far_it_has_come(stored, language):
    saved = save(stored, Customer("Róża", "5261040828", ("ul. Prosta 1",)), subscription="SUB-7")
    app = opened(saved, language=language)
    shown = texts(app)
    amounts = (language.money(Grosze(22632)), language.text("quotes.net", net=Grosze(18400)))
    for text in (saved.number, "Róża", "526-10-40-828", "ul. Prosta 1", "SUB-7", "Anna Bobrowska", *amounts):
        assert text in shown, text
    assert language.text("quotes.state.draft") in shown
    assert not [line for line in shown.split("\n") if line.startswith(("quotes.", "error.", "field."))]


def test_address_without_a_quote_says_so():
    assert plain(POLISH.text("quotes.unknown", number="O/2025/0099")) in everything(
        open_page("saved", number="O/2025/0099")
    )
    assert plain(POLISH.text("quotes.which")) in everything(open_page("saved"))


def test_quote_keeps_its_amounts_when_the_prices_change_and_shows_todays_beside_them(stored, monkeypatch, tmp_path):
    saved = save(stored)
    dearer = tmp_path / "tariff.toml"
    dearer.write_text(EASY.read_text(encoding="utf-8").replace('"730.00"', '"1095.00"'), encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(dearer))
    settings.cache_clear()
    app = opened(saved)
    shown = texts(app).replace("\u00a0", " ")
    # Half of a year at 1.00 a day more was 184.00 net; at 2.00 a day more it is 368.00.
    assert app.metric[0].value.replace("\u00a0", " ") == "226,32 zł"
    assert "tu 226,32 zł, dziś 452,64 zł brutto (+226,32 zł)" in shown
    # So does its offer, with its number: the e-mail that goes with it says both.
    (body,) = [text.value for text in app.markdown if "Dzień dobry" in text.value]
    mail = body.replace("\\", "").replace("\u00a0", " ")
    assert saved.number in mail and "226,32 zł" in mail and "452,64" not in mail


def test_quote_names_its_packages_as_they_were_called_when_one_is_sold_no_more(stored, monkeypatch, tmp_path):
    saved = save(stored)
    text = EASY.read_text(encoding="utf-8")
    for old, new in (("plus =", "other ="), ('id = "plus"', 'id = "other"'), ('name = "Plus"', 'name = "Other"')):
        text = text.replace(old, new)
    (tmp_path / "tariff.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(tmp_path / "tariff.toml"))
    settings.cache_clear()
    app = opened(saved)
    shown = texts(app)
    assert POLISH.text("quotes.about", left="Basic", target="Plus", day=dt.date(2025, 7, 1)) in shown
    # What it would be today is told to be no more to be had.
    assert "Other" not in shown and len(app.error) == 1 and "226,32" in app.metric[0].value


@pytest.mark.parametrize(
    ("target", "old", "new"),
    [
        ("plus", '"730.00"', '"1095.00"'),
        ("plus", 'percent = "23"', 'percent = "8"'),
        ("vps", 'net = "145.00"', 'net = "999.00"'),
    ],
    ids=["a price", "VAT", "fees"],
)
def test_all_that_a_quote_shows_is_its_own_but_for_the_box_of_today(stored, monkeypatch, tmp_path, target, old, new):
    beside = Extras((FreeLine("Domena", Grosze(8000), Decimal(8), True),))
    saved = save(stored, extras=beside, asked={"target": target, "domains": 2})

    def shown():
        app = opened(saved)
        return [*everything(app).split("\n"), *(metric.value for metric in app.metric)]

    before = shown()
    text = EASY.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "tariff.toml").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(tmp_path / "tariff.toml"))
    settings.cache_clear()
    # Lines, bill, the year, the other readings and the e-mail: only the box is more than there was.
    more = Counter(shown())
    more.subtract(before)
    box = [line for line, count in more.items() if count]
    assert min(more.values()) == 0 and len(box) == 3
    assert ":material/history:" in "".join(box) and POLISH.text("quotes.own_amounts_hold") in "".join(box).replace(
        "\\", ""
    )


def test_prices_that_changed_elsewhere_leave_the_amounts_as_they_are(stored, monkeypatch, tmp_path):
    saved = save(stored)
    other = tmp_path / "tariff.toml"
    other.write_text(EASY.read_text(encoding="utf-8").replace('"1095.00"', '"1195.00"'), encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(other))
    settings.cache_clear()
    assert POLISH.text("quotes.now_the_same") in texts(opened(saved))


def test_quote_shows_what_is_charged_beside_the_rules(stored):
    beside = Extras((FreeLine("Odnowienie domeny **x**", Grosze(8000), Decimal(23)),))
    app = opened(save(stored, extras=beside))
    # 184.00 + 80.00 = 264.00 net, 60.72 VAT.
    assert "324,72 zł" in app.metric[0].value.replace("\u00a0", " ")
    assert plain("Odnowienie domeny **x**") in everything(app)


def test_under_the_same_prices_nothing_is_said_of_todays(stored):
    assert "dziś" not in texts(opened(save(stored))).lower().replace("dziś:", "")


def test_hostile_texts_are_shown_as_they_are(stored):
    saved = save(stored, Customer(HOSTILE[:100], "", (HOSTILE[:100],)), subscription="**x**")
    stored.refuse(saved, act(), HOSTILE[:100])
    shown = everything(opened(saved))
    assert plain(HOSTILE[:100]) in shown and "<script" not in shown.replace("\\<", "")


# -- what is done with it


def test_nobody_can_do_anything_before_saying_who_they_are(stored):
    app = opened(save(stored), None)
    assert all(buttons(app)[f"quote_{kind}_pl"].disabled for kind in ("send", "accept", "refuse", "attach"))


def test_viewer_is_told_that_looking_is_all(stored):
    app = opened(save(stored), "wiktor")
    assert plain(POLISH.text("error.may_not.work")) in buttons(app)["quote_send_pl"].help
    assert buttons(app)["quote_send_pl"].disabled


def test_click_notes_that_the_client_has_it(stored):
    saved = save(stored)
    app = opened(saved)
    app.button(key="quote_send_pl").click().run()
    assert stored.one(saved.number).state == "sent"
    assert POLISH.text("quotes.sent_now", number=saved.number) in texts(app)
    assert "quote_send_pl" not in buttons(app) and "quote_accept_pl" in buttons(app)


def test_second_of_two_is_told_who_was_quicker(stored):
    saved = save(stored)
    app = opened(saved, "piotr")
    stored.refuse(saved, act("maria"), "za drogo")
    app.button(key="quote_send_pl").click().run()
    shown = texts(app)
    assert "Maria Lis" in shown and "za drogo" in shown and stored.one(saved.number).state == "refused"
    app.button(key="quote_understood_pl").click().run()
    assert "quote_understood_pl" not in buttons(app)


@LANGUAGE
@pytest.mark.parametrize("kind", dialogs.DIALOGS)
def test_every_dialog_opens_in_both_languages(stored, kind, language):
    saved = save(stored)
    app = opened(saved, language=language)
    app.session_state["_deed"] = deeds.QuoteDeed(kind, stored.one(saved.number))
    app.run()
    assert not app.exception
    drawn = [element for element in (*app.text_input, *app.button) if str(element.key).startswith("deed_")]
    assert drawn and not [element for element in drawn if element.label.startswith(("quotes.", "field.", "error."))]


def test_what_is_decided_or_replaced_offers_no_more_of_it(stored):
    refused = stored.refuse(save(stored), act())
    old = save(stored, "Łąka")
    save(stored, "Łąka", replaces=old.number)
    for saved in (refused, old):
        assert not {"quote_send_pl", "quote_accept_pl", "quote_refuse_pl"} & buttons(opened(saved)).keys()
    assert POLISH.text("quotes.is_replaced", number="O/2025/0003") in texts(opened(old))


def test_only_a_manager_erases_and_the_quote_is_gone(stored):
    saved = save(stored)
    app = opened(saved)
    assert not [key for key in buttons(app) if key.startswith("quote_erase")]
    app = opened(saved, "maria")
    this = f"{saved.number}_{saved.epoch}_pl"
    app.text_input(key=f"quote_reason_{this}").input("pomyłka").run()
    app.checkbox(key=f"quote_sure_{this}").check().run()
    app.button(key=f"quote_erase_{this}").click().run()
    assert stored.one(saved.number) is None and plain(POLISH.text("quotes.none")) in everything(app)


def test_password_typed_for_a_migration_is_not_repeated(stored):
    app = opened(save(stored))
    app.session_state["_deed"] = deeds.QuoteDeed("attach", stored.one("O/2025/0001"))
    app.run()
    (field,) = [field for field in app.text_input if str(field.key).startswith("deed_ref")]
    field.set_value("hasło: Kot!9Pies").run()
    next(button for button in app.button if str(button.key).startswith("deed_save")).click().run()
    assert app.error and "Kot" not in texts(app)


# -- the answer to it


def test_acceptance_begins_a_migration_with_what_the_form_has(store, stored):
    saved = save(stored, asked={"target": "vps", "domains": 2})
    begun = stored.accept(saved, act(), saved.offered[0], {"owner": "anna"}, {"a.example": {"display": "a.example"}})
    app = opened(begun)
    happened = list(app.dataframe[-1].value[POLISH.text("card.what")])
    assert happened[0] == POLISH.text("quotes.event.begun_of", item=begun.migration_ref)
    labels = [link.proto.label for link in app.get("page_link")]
    assert POLISH.text("quotes.migration", ref=begun.migration_ref) in labels
