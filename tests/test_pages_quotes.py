"""The pages of saved quotes, run as Streamlit runs them: the list, one quote, and where else quotes stand."""

import datetime as dt
import json
from collections import Counter
from decimal import Decimal

import pytest

from core import datafiles
from core.datafiles import read_tariff
from core.ground.messages import Grosze
from core.ground.settings import settings
from core.language import LANGUAGES, POLISH
from core.migration.moves import Act
from core.offer.customer import Customer
from core.offer.extras import Extras, FreeLine
from core.quotes import store as quotes_store
from core.quotes.calculator_link import renewal
from core.quotes.saved import Draft
from core.quotes.store import Quotes
from pages.parts.quotes import deeds, dialogs
from pages.parts.shared.words import plain
from tests.conftest import EASY, Desk
from tests.test_pages import HOSTILE, everything, link, open_page

pytestmark = pytest.mark.usefixtures("desk_url")

NOW = dt.datetime(2025, 6, 20, 10, tzinfo=dt.UTC)
LANGUAGE = pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)


@pytest.fixture(autouse=True)
def _the_year_of_the_easy_tariff(monkeypatch):
    monkeypatch.setenv("TARIFF_FILE", str(EASY))
    monkeypatch.setenv("FROZEN_NOW", NOW.isoformat())
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def quotes(store):
    return Quotes(store.engine)


def act(person="anna", now=NOW):
    return Act(datafiles.process(), datafiles.team().person(person), now)


def save(quotes, client="Róża", person="anna", now=NOW, valid_until=dt.date(2025, 6, 30), asked=None, **draft):
    """Save the change of the easy tariff: basic to plus on the first of July, 184.00 net."""
    tariff = read_tariff(EASY)
    quote = Desk(tariff).quote(**(asked or {}))
    offered = tuple(option.kind for option in quote.options if option.available)
    customer = client if isinstance(client, Customer) else Customer(client)
    given = {"quote": quote, "offered": offered, "customer": customer, "contact": "Janina Przykładowa"}
    made = Draft(**given, language="pl", valid_until=valid_until, **draft)
    return quotes.save(act(person, now), made, tariff)


def opened(saved, person="anna", language=POLISH):
    app = open_page("saved", language, number=saved.number)
    if person:
        app.selectbox(key=f"person_{language.code}").select(person).run()
        assert not app.exception, app.exception
    return app


def tables(app):
    """Return the tables of lines by their key."""
    found = {}
    for component in app.get("bidi_component"):
        data = json.loads(component.proto.json)
        if "rows" in data:
            found[component.proto.id.split("-", 3)[-1]] = data
    return found


def numbers(app):
    """Return the numbers of the quotes that are listed."""
    (table,) = [found for key, found in tables(app).items() if key.startswith("quotes_")] or [{"rows": []}]
    return [row["cells"][0][0][0]["text"] for row in table["rows"]]


def texts(app):
    return (everything(app) + "\n".join(toast.value for toast in app.toast)).replace("\\", "")


def buttons(app):
    return {button.key: button for button in app.button}


# -- the list


@LANGUAGE
def test_list_of_a_desk_without_quotes_says_how_the_first_one_is_saved(language):
    app = open_page("quotes", language)
    assert plain(language.text("quotes.none")) in everything(app) and not numbers(app)


def test_newest_quote_stands_first_and_leads_to_its_page(quotes):
    first, second = save(quotes), save(quotes, "Łąka")
    app = open_page("quotes")
    assert numbers(app) == [second.number, first.number]
    link = tables(app)["quotes_pl"]["rows"][0]["cells"][0][0][0]
    assert (link["page"], link["query"]) == ("saved", {"number": second.number})


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"q": "róż"}, [0]),
        ({"q": "LAKA"}, [1]),
        ({"q": "O/2025/0002"}, [1]),
        ({"q": "SUB-7"}, [1]),
        ({"q": "526-10-40-828"}, [0]),
        ({"q": "nobody"}, []),
        ({"state": "sent"}, [1]),
        ({"state": "draft"}, [2, 0]),
        ({"state": "expired"}, [3]),
        ({"month": "2025-05"}, [3]),
        ({"month": "2025-06"}, [2, 1, 0]),
        ({"month": "rubbish", "state": "rubbish"}, [3, 2, 1, 0]),
        ({"state": "sent", "month": "2025-05"}, []),
    ],
)
def test_list_is_narrowed_by_what_the_address_asks_for(quotes, filters, found):
    made = [
        save(quotes, Customer("Róża", "5261040828")),
        save(quotes, "Łąka", subscription="SUB-7"),
        save(quotes, "Kąt"),
        save(quotes, "Stara", now=dt.datetime(2025, 5, 31, 21, tzinfo=dt.UTC), valid_until=dt.date(2025, 6, 10)),
    ]
    quotes.send(made[1], act())
    assert sorted(numbers(open_page("quotes", **filters))) == sorted(made[n].number for n in found)


def test_own_quotes_are_those_one_has_saved(quotes):
    save(quotes, "Róża", "anna")
    own = save(quotes, "Łąka", "piotr")
    app = open_page("quotes", whose="mine")
    assert len(numbers(app)) == 2 and plain(POLISH.text("quotes.whose_mine")) in everything(app)
    app.selectbox(key="person_pl").select("piotr").run()
    assert numbers(app) == [own.number]


def test_older_quotes_come_with_a_click(quotes, monkeypatch):
    made = [save(quotes, f"Klient {n}") for n in range(31)]
    app = open_page("quotes")
    assert numbers(app) == [saved.number for saved in reversed(made[1:])]
    app.button(key="quotes_more").click().run()
    assert numbers(app)[-1] == made[0].number and "quotes_more" not in buttons(app)


# -- one quote


@LANGUAGE
def test_quote_shows_what_was_saved_and_how_far_it_has_come(quotes, language):
    saved = save(quotes, Customer("Róża", "5261040828", ("ul. Prosta 1",)), subscription="SUB-7")
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


def test_quote_keeps_its_amounts_when_the_prices_change_and_shows_todays_beside_them(quotes, monkeypatch, tmp_path):
    saved = save(quotes)
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


def test_quote_names_its_packages_as_they_were_called_when_one_is_sold_no_more(quotes, monkeypatch, tmp_path):
    saved = save(quotes)
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
def test_all_that_a_quote_shows_is_its_own_but_for_the_box_of_today(quotes, monkeypatch, tmp_path, target, old, new):
    beside = Extras((FreeLine("Domena", Grosze(8000), Decimal(8), True),))
    saved = save(quotes, extras=beside, asked={"target": target, "domains": 2})

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


def test_prices_that_changed_elsewhere_leave_the_amounts_as_they_are(quotes, monkeypatch, tmp_path):
    saved = save(quotes)
    other = tmp_path / "tariff.toml"
    other.write_text(EASY.read_text(encoding="utf-8").replace('"1095.00"', '"1195.00"'), encoding="utf-8")
    monkeypatch.setenv("TARIFF_FILE", str(other))
    settings.cache_clear()
    assert POLISH.text("quotes.now_the_same") in texts(opened(saved))


def test_quote_shows_what_is_charged_beside_the_rules(quotes):
    beside = Extras((FreeLine("Odnowienie domeny **x**", Grosze(8000), Decimal(23)),))
    app = opened(save(quotes, extras=beside))
    # 184.00 + 80.00 = 264.00 net, 60.72 VAT.
    assert "324,72 zł" in app.metric[0].value.replace("\u00a0", " ")
    assert plain("Odnowienie domeny **x**") in everything(app)


def test_under_the_same_prices_nothing_is_said_of_todays(quotes):
    assert "dziś" not in texts(opened(save(quotes))).lower().replace("dziś:", "")


def test_hostile_texts_are_shown_as_they_are(quotes):
    saved = save(quotes, Customer(HOSTILE[:100], "", (HOSTILE[:100],)), subscription="**x**")
    quotes.refuse(saved, act(), HOSTILE[:100])
    shown = everything(opened(saved))
    assert plain(HOSTILE[:100]) in shown and "<script" not in shown.replace("\\<", "")


# -- what is done with it


def test_nobody_can_do_anything_before_saying_who_they_are(quotes):
    app = opened(save(quotes), None)
    assert all(buttons(app)[f"quote_{kind}_pl"].disabled for kind in ("send", "accept", "refuse", "attach"))


def test_viewer_is_told_that_looking_is_all(quotes):
    app = opened(save(quotes), "wiktor")
    assert plain(POLISH.text("error.may_not.work")) in buttons(app)["quote_send_pl"].help
    assert buttons(app)["quote_send_pl"].disabled


def test_click_notes_that_the_client_has_it(quotes):
    saved = save(quotes)
    app = opened(saved)
    app.button(key="quote_send_pl").click().run()
    assert quotes.one(saved.number).state == "sent"
    assert POLISH.text("quotes.sent_now", number=saved.number) in texts(app)
    assert "quote_send_pl" not in buttons(app) and "quote_accept_pl" in buttons(app)


def test_second_of_two_is_told_who_was_quicker(quotes):
    saved = save(quotes)
    app = opened(saved, "piotr")
    quotes.refuse(saved, act("maria"), "za drogo")
    app.button(key="quote_send_pl").click().run()
    shown = texts(app)
    assert "Maria Lis" in shown and "za drogo" in shown and quotes.one(saved.number).state == "refused"
    app.button(key="quote_understood_pl").click().run()
    assert "quote_understood_pl" not in buttons(app)


@LANGUAGE
@pytest.mark.parametrize("kind", dialogs.DIALOGS)
def test_every_dialog_opens_in_both_languages(quotes, kind, language):
    saved = save(quotes)
    app = opened(saved, language=language)
    app.session_state["_deed"] = deeds.QuoteDeed(kind, quotes.one(saved.number))
    app.run()
    assert not app.exception
    drawn = [element for element in (*app.text_input, *app.button) if str(element.key).startswith("deed_")]
    assert drawn and not [element for element in drawn if element.label.startswith(("quotes.", "field.", "error."))]


def test_what_is_decided_or_replaced_offers_no_more_of_it(quotes):
    refused = quotes.refuse(save(quotes), act())
    old = save(quotes, "Łąka")
    save(quotes, "Łąka", replaces=old.number)
    for saved in (refused, old):
        assert not {"quote_send_pl", "quote_accept_pl", "quote_refuse_pl"} & buttons(opened(saved)).keys()
    assert POLISH.text("quotes.is_replaced", number="O/2025/0003") in texts(opened(old))


def test_only_a_manager_erases_and_the_quote_is_gone(quotes):
    saved = save(quotes)
    app = opened(saved)
    assert not [key for key in buttons(app) if key.startswith("quote_erase")]
    app = opened(saved, "maria")
    this = f"{saved.number}_{saved.epoch}_pl"
    app.text_input(key=f"quote_reason_{this}").input("pomyłka").run()
    app.checkbox(key=f"quote_sure_{this}").check().run()
    app.button(key=f"quote_erase_{this}").click().run()
    assert quotes.one(saved.number) is None and plain(POLISH.text("quotes.none")) in everything(app)


def test_password_typed_for_a_migration_is_not_repeated(quotes):
    app = opened(save(quotes))
    app.session_state["_deed"] = deeds.QuoteDeed("attach", quotes.one("O/2025/0001"))
    app.run()
    (field,) = [field for field in app.text_input if str(field.key).startswith("deed_ref")]
    field.set_value("hasło: Kot!9Pies").run()
    next(button for button in app.button if str(button.key).startswith("deed_save")).click().run()
    assert app.error and "Kot" not in texts(app)


# -- where else quotes stand


def test_migration_shows_its_quotes_and_leads_to_a_new_one(store, quotes):
    m = store.register(act(), {"ref": "P-1", "client": "Róża"}, {"a.example": {"display": "a.example"}}).migration
    saved = save(quotes, migration=m.id)
    save(quotes, "Łąka")
    app = open_page("migration", ref="P-1")
    assert [row["cells"][0][0][0]["text"] for row in tables(app)["card_quotes_pl"]["rows"]] == [saved.number]
    queries = [link.proto.query_string for link in app.get("page_link") if link.proto.page == "quote"]
    assert any("migration=P-1" in query for query in queries)


@pytest.mark.parametrize("text", ["O/2025/0001", "róż"])
def test_search_of_the_sidebar_finds_quotes(quotes, text):
    saved = save(quotes)
    app = open_page("tariff")
    app.text_input(key="search_pl").input(text).run()
    assert plain(f"{saved.number} · Róża") in [link.proto.label for link in app.get("page_link")]


# -- saving from the calculator


def calculator(person="anna", language=POLISH, client="Róża", **query):
    """Open the room of the offer for a client."""
    app = open_page("quote", language, **link(valid_until="2025-12-31"), **query)
    app.selectbox(key=f"person_{language.code}").select(person).run()
    app.session_state[f"quote_rooms_{language.code}"] = language.text("offer.tab")
    app.run()
    if client:
        app.text_input(key=f"offer_{language.code}_customer_name").input(client).run()
    assert not app.exception, app.exception
    return app


def press(app, way):
    app.button(key=f"saving_{way}").click().run()
    assert not app.exception, app.exception
    return app


@LANGUAGE
def test_saved_quote_has_a_number_and_its_offer_carries_it(quotes, language):
    app = press(calculator(language=language), "save")
    (saved,) = quotes.listed(quotes_store.Wanted(), NOW.date())
    assert (saved.number, saved.author, saved.customer.name, saved.state) == ("O/2025/0001", "anna", "Róża", "draft")
    assert saved.amounts[0].gross == 22632 and saved.language == language.code
    shown = texts(app)
    assert language.text("saving.saved", number=saved.number) in shown
    assert language.text("offer.until_change", number=saved.number, day=saved.valid_until) in shown


def test_click_that_comes_with_the_address_from_before_the_saving_undoes_nothing(quotes):
    app = press(calculator(), "save")
    del app.query_params["replaces"]
    app.run()
    assert POLISH.text("saving.saved", number="O/2025/0001") in texts(app)
    assert app.query_params["replaces"] == "O/2025/0001"


def test_second_of_a_double_click_saves_nothing_even_where_the_page_forgot_the_first(quotes):
    app = press(calculator(), "save")
    # As an old address that comes late makes it.
    del app.session_state["_saving_saved"]
    app.session_state["_saving_for"] = {}
    del app.query_params["replaces"]
    press(app.run(), "save")
    assert [saved.number for saved in quotes.listed(quotes_store.Wanted(), NOW.date())] == ["O/2025/0001"]
    assert POLISH.text("saving.saved", number="O/2025/0001") in texts(app)
    assert app.query_params["replaces"] == "O/2025/0001"


def test_nothing_is_saved_for_nobody_or_by_somebody_who_only_looks(quotes):
    assert not [key for key in buttons(calculator(client="")) if str(key).startswith("saving_")]
    app = calculator("wiktor")
    assert buttons(app)["saving_save"].disabled and plain(POLISH.text("error.may_not.work")) in everything(app)


def test_nothing_is_saved_from_an_example_or_a_simulation(quotes):
    for query in ({"package": "basic"}, {**link(), "s.percent": "5"}):
        app = open_page("quote", **query)
        app.selectbox(key="person_pl").select("anna").run()
        app.session_state["quote_rooms_pl"] = POLISH.text("offer.tab")
        app.run()
        assert not [key for key in buttons(app) if str(key).startswith("saving_")] and not app.exception


def test_what_is_changed_after_saving_is_a_new_version_or_a_quote_of_its_own(quotes):
    app = press(calculator(), "save")
    app.text_input(key="quote_pl_domains").input("3").run()
    assert {"saving_save_version", "saving_save_apart"} <= buttons(app).keys()
    press(app, "save_version")
    assert quotes.one("O/2025/0001").replaced_by == "O/2025/0002"
    app.text_input(key="quote_pl_domains").input("4").run()
    press(app, "save_apart")
    assert (quotes.one("O/2025/0003").replaces, quotes.one("O/2025/0002").replaced_by) == ("", "")


def test_quote_for_another_client_is_one_of_its_own_at_the_first_button(quotes):
    app = press(calculator(), "save")
    app.text_input(key="offer_pl_customer_name").input("Łąka").run()
    first = next(key for key in buttons(app) if key.startswith("saving_save"))
    assert first == "saving_save_apart"


def test_new_version_opens_with_the_client_of_the_old_one_and_what_was_charged_beside_the_rules(quotes):
    beside = Extras((FreeLine("Odnowienie domeny", Grosze(8000), Decimal(23), True),))
    old = save(quotes, Customer("Róża", "5261040828"), subscription="SUB-7", extras=beside)
    app = calculator(client="", **{name: text for name, text in renewal(old).items() if name not in link()})
    assert app.text_input(key="offer_pl_customer_name").value == "Róża"
    new = press(app, "save_version") and quotes.one("O/2025/0002")
    assert (new.replaces, new.subscription, new.customer.nip) == (old.number, "SUB-7", "5261040828")
    assert new.extras == beside


def test_second_of_two_new_versions_is_told_of_the_first(quotes):
    old = save(quotes)
    app = calculator(replaces=old.number)
    save(quotes, "Róża", "maria", replaces=old.number)
    press(app, "save_version")
    assert "Maria Lis" in texts(app) and quotes.one("O/2025/0003") is None


def test_quote_opened_from_a_migration_belongs_to_it(store, quotes):
    m = store.register(act(), {"ref": "P-1", "client": "Róża"}, {"a.example": {"display": "a.example"}}).migration
    app = calculator(client="", migration="P-1")
    press(app, "save")
    assert quotes.one("O/2025/0001").migration == m.id
    # Another client's link, opened in the same window, brings no migration along.
    app = calculator(client="", migration="P-1")
    app.button(key="saving_not_migration").click().run()
    press(app, "save")
    assert quotes.one("O/2025/0002").migration is None and "migration" not in app.query_params


# -- the answer to it


def test_acceptance_begins_a_migration_with_what_the_form_has(store, quotes):
    saved = save(quotes, asked={"target": "vps", "domains": 2})
    begun = quotes.accept(saved, act(), saved.offered[0], {"owner": "anna"}, {"a.example": {"display": "a.example"}})
    app = opened(begun)
    happened = list(app.dataframe[-1].value[POLISH.text("card.what")])
    assert happened[0] == POLISH.text("quotes.event.begun_of", item=begun.migration_ref)
    labels = [link.proto.label for link in app.get("page_link")]
    assert POLISH.text("quotes.migration", ref=begun.migration_ref) in labels


# -- money


@LANGUAGE
def test_manager_sees_money_by_month_and_nobody_else_does(store, quotes, language):
    saved = quotes.send(save(quotes), act())
    quotes.accept(saved, act(now=NOW + dt.timedelta(days=2)), saved.offered[0])
    app = open_page("start", language)
    assert "start_money_" + language.code not in tables(app)
    app.selectbox(key=f"person_{language.code}").select("anna").run()
    assert "start_money_" + language.code not in tables(app)
    app.selectbox(key=f"person_{language.code}").select("maria").run()
    (row,) = tables(app)["start_money_" + language.code]["rows"]
    said = [" ".join("".join(part["text"] for part in line) for line in cell) for cell in row["cells"]]
    net = language.money(18400)
    assert said[0] == "06.2025" and said[1] == f"{net} · 1" and said[3:] == ["–", "–"]
    assert (
        said[2] == f"{net} · 1 {language.text('money.rate_of', percent=100)} {language.text('money.median_of', days=2)}"
    )
    assert row["cells"][0][0][0]["query"] == {"month": "2025-06"}
