"""The form of a new migration, run as Streamlit runs it."""

import datetime as dt

import pytest

from core.language import ENGLISH, LANGUAGES, POLISH
from pages.parts.shared import shell
from pages.parts.shared.words import plain
from tests.pages import KOT, click, filled, live, new, texts
from tests.test_pages import HOSTILE, open_page

pytestmark = pytest.mark.usefixtures("desk_url")


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_new_migration_is_registered_and_opened(store, language):
    app = filled(
        new(language=language),
        language,
        client="Róża i Wspólnicy",
        domains="róża.example, b.example",
        contact_name="Ewa Nowak",
        mailboxes="12 szt.",
        planned_day=dt.date(2026, 12, 1),
        planned_hour="14:00",
        old_hosting_until=dt.date(2026, 12, 5),
        fee_applies=True,
        note="dzwonić po 15",
    )
    click(app, f"register_save_{language.code}")
    (m,) = store.all()
    assert (m.ref, m.client, m.owner, m.fee_applies) == ("P-1", "Róża i Wspólnicy", "anna", True)
    assert m.old_hosting_until == dt.date(2026, 12, 5)
    assert m.planned_at == dt.datetime(2026, 12, 1, 13, tzinfo=dt.UTC) and m.notes[0].text == "dzwonić po 15"
    assert [(d.display, d.mailboxes) for d in m.active] == [("róża.example", 12), ("b.example", None)]
    assert app.title[0].value == plain("P-1 · Róża i Wspólnicy")
    assert language.text("register.saved", ref="P-1", client=m.client) in texts(app)
    app.switch_page("pages/register.py")
    app.query_params.clear()
    app.run()
    assert app.text_input(key=f"register_client_{language.code}").value == ""


def test_wrong_form_is_told_all_at_once_and_keeps_what_was_typed(store):
    typed = {"client": HOSTILE, "domains": "a_b.pl http://c.pl/x", "mailboxes": "dużo", "planned_hour": "14"}
    app = filled(new(), **typed, package=KOT)
    click(app, "register_save_pl")
    told = [error.value.replace("\\", "") for error in app.error]
    fields = sorted(line.split(" „")[0].split(":")[0] for line in told)
    assert fields == ["Domeny", "Domeny", "Pakiet docelowy", "Skrzynki", "Termin"]
    assert not [line for line in told if "Kot12" in line] and not store.all()
    held = {name: app.text_input(key=f"register_{name}_pl").value for name in ("client", "mailboxes", "planned_hour")}
    assert held == {name: typed[name] for name in held}
    assert app.text_area(key="register_domains_pl").value == typed["domains"]
    app.radio(key="lang").set_value("English").run()
    assert app.text_area(key="register_domains_en").value == typed["domains"]
    app.switch_page("pages/tariff.py").run()
    app.switch_page("pages/register.py").run()
    assert app.text_input(key="register_client_en").value == HOSTILE


def test_domain_that_is_being_moved_already_is_told_with_its_migration(store):
    live(store, "package", "a.pl")
    app = filled(new(), client="Łąka", domains="a.pl")
    click(app, "register_save_pl")
    assert "P-1" in app.error[0].value.replace("\\", "") and len(store.all()) == 1


def test_ref_that_is_taken_is_told(store):
    live(store)
    app = filled(new(), client="Łąka", domains="b.pl", ref="P-1")
    click(app, "register_save_pl")
    assert POLISH.text("error.ref_taken") in texts(app) and len(store.all()) == 1


def test_nobody_registers_without_saying_who_they_are(store):
    app = open_page("register", ENGLISH)
    assert app.button(key="register_save_en").disabled
    # The choice itself stands there, in place of a sentence about it.
    assert app.selectbox(key="register_person_en").value is None


def test_page_is_reached_by_links_only():
    assert {"migration", "register"} <= set(shell.BY_LINK)


def test_who_sits_here_is_asked_beside_the_button_that_waits_for_it():
    app = open_page("register")
    assert app.button(key="register_save_pl").disabled
    filled(app, client="Róża")
    app.selectbox(key="register_person_pl").select("anna").run()
    assert not app.exception and not app.button(key="register_save_pl").disabled
    assert app.text_input(key="register_client_pl").value == "Róża"
    assert "register_person_pl" not in [box.key for box in app.selectbox]
