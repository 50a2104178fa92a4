"""The list of saved quotes, run as Streamlit runs it; and where else quotes stand."""

import datetime as dt

import pytest

from core.language import POLISH
from core.offer.customer import Customer
from pages.parts.shared.words import plain
from tests.line_tables import tables
from tests.pages_of_quotes import (
    LANGUAGE,
    NOW,
    _the_year_of_the_easy_tariff,  # noqa: F401 - a fixture
    act,
    buttons,
    save,
)
from tests.test_pages import everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")


def numbers(app):
    """Return the numbers of the quotes that are listed."""
    (table,) = [found for key, found in tables(app).items() if key.startswith("quotes_")] or [{"rows": []}]
    return [row["cells"][0][0][0]["text"] for row in table["rows"]]


@LANGUAGE
def test_list_of_a_desk_without_quotes_says_how_the_first_one_is_saved(language):
    app = open_page("quotes", language)
    assert plain(language.text("quotes.none")) in everything(app) and not numbers(app)


def test_newest_quote_stands_first_and_leads_to_its_page(stored):
    first, second = save(stored), save(stored, "Łąka")
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
def test_list_is_narrowed_by_what_the_address_asks_for(stored, filters, found):
    made = [
        save(stored, Customer("Róża", "5261040828")),
        save(stored, "Łąka", subscription="SUB-7"),
        save(stored, "Kąt"),
        save(stored, "Stara", now=dt.datetime(2025, 5, 31, 21, tzinfo=dt.UTC), valid_until=dt.date(2025, 6, 10)),
    ]
    stored.send(made[1], act())
    assert sorted(numbers(open_page("quotes", **filters))) == sorted(made[n].number for n in found)


def test_own_quotes_are_those_one_has_saved(stored):
    save(stored, "Róża", "anna")
    own = save(stored, "Łąka", "piotr")
    app = open_page("quotes", whose="mine")
    assert len(numbers(app)) == 2 and plain(POLISH.text("quotes.whose_mine")) in everything(app)
    app.selectbox(key="person_pl").select("piotr").run()
    assert numbers(app) == [own.number]


def test_older_quotes_come_with_a_click(stored, monkeypatch):
    made = [save(stored, f"Klient {n}") for n in range(31)]
    app = open_page("quotes")
    assert numbers(app) == [saved.number for saved in reversed(made[1:])]
    app.button(key="quotes_more").click().run()
    assert numbers(app)[-1] == made[0].number and "quotes_more" not in buttons(app)


# -- where else quotes stand


def test_migration_shows_its_quotes_and_leads_to_a_new_one(store, stored):
    m = store.register(act(), {"ref": "P-1", "client": "Róża"}, {"a.example": {"display": "a.example"}}).migration
    saved = save(stored, migration=m.id)
    save(stored, "Łąka")
    app = open_page("migration", ref="P-1")
    assert [row["cells"][0][0][0]["text"] for row in tables(app)["card_quotes_pl"]["rows"]] == [saved.number]
    queries = [link.proto.query_string for link in app.get("page_link") if link.proto.page == "quote"]
    assert any("migration=P-1" in query for query in queries)


@pytest.mark.parametrize("text", ["O/2025/0001", "róż"])
def test_search_of_the_sidebar_finds_quotes(stored, text):
    saved = save(stored)
    app = open_page("tariff")
    app.text_input(key="search_pl").input(text).run()
    assert plain(f"{saved.number} · Róża") in [link.proto.label for link in app.get("page_link")]


# -- money


@LANGUAGE
def test_manager_sees_money_by_month_and_nobody_else_does(store, stored, language):
    saved = stored.send(save(stored), act())
    stored.accept(saved, act(now=NOW + dt.timedelta(days=2)), saved.offered[0])
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
