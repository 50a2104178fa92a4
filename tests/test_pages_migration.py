"""The page of one migration, run as Streamlit runs it."""

import datetime as dt

import pytest

from core import datafiles
from core.language import LANGUAGES, POLISH
from core.migration import moves, possible
from core.migration.handover import Handed
from core.migration.moves import Act
from pages.parts.shared.deed import Deed
from pages.parts.shared.words import plain
from tests import migrations
from tests.pages import KOT, NOW, act, box, choose, click, live, opened, register, table, texts, texts_of
from tests.test_pages import HOSTILE, everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")


def buttons(app):
    return {button.key: button for button in app.button}


# -- what may be done


def test_nobody_can_change_anything_before_saying_who_they_are(store):
    live(store)
    app = opened(None)
    deeds = [button for key, button in buttons(app).items() if key.startswith("card_") and "erase" not in key]
    assert len(deeds) >= 9 and all(button.disabled for button in deeds)
    assert all(box.disabled for box in app.checkbox if box.key.startswith("tick_"))
    assert buttons(app)["card_move_pl"].help == plain(POLISH.text("person.unknown"))


def test_viewer_is_told_that_looking_is_all(store):
    live(store)
    app = opened("wiktor")
    assert plain(POLISH.text("error.may_not.work")) in buttons(app)["card_edit_pl"].help
    assert buttons(app)["card_edit_pl"].disabled and app.text_area[0].disabled


def test_button_names_the_next_stage_and_what_makes_no_sense_says_why(store):
    live(store)
    app = opened()
    assert app.button(key="card_move_pl").label == plain("Dalej: Dane") and not app.button(key="card_move_pl").disabled
    correct = app.button(key="card_correct_pl")
    assert correct.disabled and correct.help == plain("Nie ma wcześniejszego etapu, na który można cofnąć")


def test_migration_on_hold_offers_to_resume_it(store):
    m = live(store, "data")
    store.change(m.id, lambda now: moves.hold(now, act(), "client", HOSTILE))
    app = opened()
    assert "card_resume_pl" in buttons(app) and "card_hold_pl" not in buttons(app)
    assert app.button(key="card_move_pl").disabled and not app.button(key="card_cancel_pl").disabled
    assert plain(HOSTILE) in everything(app)


@pytest.mark.parametrize("kind", [*possible.OF_MIGRATION, *possible.OF_DOMAIN, "check", "date"])
def test_every_dialog_opens_in_both_languages(store, kind):
    for language in LANGUAGES.values():
        if not store.by_ref("P-1"):
            live(store, "test", "a.pl")
        app = opened(language=language)
        about = {"domain": "a.pl"} if kind in possible.OF_DOMAIN else {}
        if kind == "check":
            about = {"item": "client_confirmed", "domain": "a.pl"}
        app.session_state["_deed"] = Deed(kind, store.by_ref("P-1"), about)
        app.run()
        assert not app.exception
        drawn = [*app.text_input, *app.selectbox, *app.checkbox, *app.button]
        assert [element for element in drawn if str(element.key).startswith("deed_")]
        assert not [element for element in drawn if element.label.startswith(("card.", "field.", "error."))]


# -- ticks


def test_tick_is_made_at_once_and_can_be_taken_back(store):
    live(store)
    app = opened()
    box(app, "Serwer założony").check().run()
    done = store.by_ref("P-1").checks["server"]
    assert done.actor == "anna" and box(app, "Serwer założony").value
    assert "Zrobione: Serwer założony" in list(app.dataframe[-1].value["Co się stało"])
    box(app, "Serwer założony").uncheck().run()
    assert not store.by_ref("P-1").checks and not app.exception


def test_two_quick_ticks_of_one_person_do_not_meet_each_other(store):
    live(store, "migration", "a.pl", "b.pl")
    app = opened()
    for name in ("a.pl", "b.pl"):
        app.selectbox(key="card_domain_1_pl").select(name).run()
        app.checkbox(key=f"tick_1_{name}_www_pl").check().run()
        app.checkbox(key=f"tick_1_{name}_mail_pl").check().run()
    m = store.by_ref("P-1")
    assert all(set(d.checks) == {"www", "mail"} for d in m.active) and "card_understood_pl" not in buttons(app)


def test_second_to_tick_is_told_who_was_quicker_and_sees_how_it_stands(store):
    m = live(store)
    app = opened()
    store.change(m.id, lambda now: moves.change(now, act("maria"), {"package": "Sklep"}))
    box(app, "Serwer założony").check().run()
    assert "server" not in store.by_ref("P-1").checks and not box(app, "Serwer założony").value
    assert "Maria Lis" in texts(app) and "Sklep" in texts(app)
    assert POLISH.text("card.tick_again") in texts(app)
    box(app, "Serwer założony").check().run()
    assert "server" in store.by_ref("P-1").checks and POLISH.text("card.tick_again") not in texts(app)


def test_tick_that_is_refused_says_why_and_does_not_look_made(store):
    m = live(store)
    app = opened()
    app.run()
    held = box(app, "Serwer założony")
    store.change(m.id, lambda now: moves.hold(now, act("maria"), "us", "urlop"))
    app.session_state["_card_seen"] = store.by_ref("P-1")
    held.check().run()
    assert POLISH.text("error.on_hold") in texts(app) and not box(app, "Serwer założony").value
    click(app, "card_understood_pl")
    assert "server" not in store.by_ref("P-1").checks


def test_check_with_ways_asks_for_the_way_first(store):
    live(store)
    app = opened()
    box(app, "Dostęp do starego hostingu").check().run()
    assert app.session_state["_deed"].about["item"] == "access" and not store.by_ref("P-1").checks
    assert not box(app, "Dostęp do starego hostingu").value


def test_optional_tick_can_still_be_made_after_the_end(store):
    live(store, "closed", "a.pl")
    app = opened()
    box(app, "Zmiana haseł skrzynek zalecona").check().run()
    assert "mailboxes_advised" in store.by_ref("P-1").checks
    box(app, "Druga synchronizacja").check().run()
    number = app.session_state["_deed"].number
    app.selectbox(key=f"deed_choice_pl_{number}").select("not_needed").run()
    click(app, f"deed_save_pl_{number}")
    assert store.by_ref("P-1").checks["second_sync"].choice == "not_needed"


# -- domains


def test_domain_shows_its_way_with_the_moments(store):
    live(store, "dns", "a.pl")
    shown = texts(opened())
    (line,) = [line for line in shown.split("\n") if "czeka na swoją kolej" in line and "→" in line]
    assert [part.count("2026") for part in line.split("→")] == [0, 1, 1, 1, 1, 0]


def test_only_a_domain_at_its_test_can_be_sent_back(store):
    live(store, "sync", "a.pl")
    assert "card_rework_a.pl_pl" not in buttons(opened())
    m = store.by_ref("P-1")
    store.change(m.id, lambda now: moves.check(now, act(), "mail_synced", "a.pl"))
    store.change(m.id, lambda now: moves.advance(now, act(), "a.pl"))
    assert not buttons(opened())["card_rework_a.pl_pl"].disabled


def test_of_many_domains_one_at_a_time_has_its_block(store):
    names = [f"d{n}.pl" for n in range(300)]
    live(store, "package", *names)
    app = opened()
    assert not [key for key in buttons(app) if key.startswith("card_edit_domain")]
    app.selectbox(key="card_domain_1_pl").select("d299.pl").run()
    blocks = [key for key in buttons(app) if key.startswith("card_edit_domain")]
    assert blocks == ["card_edit_domain_d299.pl_pl"]


def test_name_of_a_domain_is_corrected_in_a_dialog_and_stands_in_the_history(store):
    live(store, "data", "alfaa.pl")
    app = opened()
    click(app, "card_rename_domain_alfaa.pl_pl")
    deed = app.session_state["_deed"]
    app.text_input(key=f"deed_name_pl_{deed.number}").input("alfa.pl")
    app.text_input(key=f"deed_reason_pl_{deed.number}").input("literówka").run()
    click(app, f"deed_save_pl_{deed.number}")
    assert list(store.by_ref("P-1").domains) == ["alfa.pl"]
    assert [event.kind for event in store.events(1)][-1] == "renamed" and "alfa.pl" in texts(opened())


# -- notes


def test_note_is_written_and_its_field_emptied(store):
    live(store)
    app = opened()
    app.text_area(key="card_note_1_pl").input(f"dzwonić po 15\n{HOSTILE}").run()
    click(app, "card_note_save_pl")
    assert store.by_ref("P-1").notes[0].text == f"dzwonić po 15\n{HOSTILE}"
    assert app.text_area(key="card_note_1_pl").value == "" and plain(HOSTILE) in everything(app)


def test_note_that_looks_like_a_password_is_refused_with_the_reason_and_stays(store):
    live(store)
    app = opened()
    app.text_area(key="card_note_1_pl").input(KOT).run()
    click(app, "card_note_save_pl")
    assert POLISH.text("secret.label") in texts(app) and "Kot12" not in texts(app)
    assert app.text_area(key="card_note_1_pl").value == KOT and not store.by_ref("P-1").notes
    app.text_area(key="card_note_1_pl").input("hasło zmienione").run()
    click(app, "card_note_save_pl")
    assert len(store.by_ref("P-1").notes) == 1 and POLISH.text("secret.label") not in texts(app)


def test_note_begun_survives_a_switch_of_language_and_a_visit_elsewhere(store):
    live(store)
    app = opened()
    app.text_area(key="card_note_1_pl").input("zaczęta").run()
    app.radio(key="lang").set_value("English").run()
    assert app.text_area(key="card_note_1_en").value == "zaczęta"
    app.switch_page("pages/tariff.py").run()
    app.switch_page("pages/migration.py")
    app.query_params["ref"] = "P-1"
    app.run()
    assert app.text_area(key="card_note_1_en").value == "zaczęta"


def test_note_needs_no_version(store):
    m = live(store)
    app = opened()
    app.text_area(key="card_note_1_pl").input("moja").run()
    store.change(m.id, lambda now: moves.change(now, act("maria"), {"package": "Sklep"}))
    click(app, "card_note_save_pl")
    assert [note.text for note in store.by_ref("P-1").notes] == ["moja"]


# -- the fee, the message


def test_fee_has_its_working_and_a_link_to_its_quote(store):
    live(store, "package", "a.pl", "b.pl", fee_applies=True, planned_at=migrations.NOW, package="firma")
    app = opened()
    assert "145,00 zł netto" in texts(app).replace("\u00a0", " ")
    assert "2 domeny, 18.11.2026. Cennik przeniesień: od 2 do 5 domen" in texts(app)
    (link,) = [link for link in app.get("page_link") if link.proto.page == "quote"]
    assert set(link.proto.query_string.split("&")) == {
        "target=firma",
        "change_on=2026-11-18",
        "domains=2",
        "migration=P-1",
    }


# -- the deadlines of others, and what is handed over


def test_deadline_that_the_move_passes_is_warned_of_in_the_head_with_both_days(store):
    agreed = dt.datetime(2026, 12, 6, 11, tzinfo=dt.UTC)
    m = live(store, old_hosting_until=dt.date(2026, 12, 5), planned_at=agreed)
    said = "Stary hosting opłacony do 05.12.2026, przenosiny z propagacją mogą potrwać do 07.12.2026"
    assert [warning.value for warning in opened().warning] == [plain(said)]
    store.change(m.id, lambda now: moves.change(now, act(), {"old_hosting_until": dt.date(2026, 11, 20)}))
    app = opened()
    assert not app.warning and "opłacony tylko do 20.11.2026" in texts(app)
    store.change(m.id, lambda now: moves.change(now, act(), {"old_hosting_until": dt.date(2026, 12, 7)}))
    assert "mogą potrwać" not in texts(opened())


def test_facts_tell_lists_days_and_why_there_is_no_telephone(store):
    m = live(store, "package", "a.pl", "b.pl", contact_name="Ewa", no_phone=HOSTILE)
    app = opened()
    assert plain(HOSTILE) in everything(app)
    (empty,) = [caption.value for caption in app.caption if caption.value.startswith("Jeszcze puste")]
    assert "Telefon" not in empty and "Domena opłacona do" in empty
    listed = tuple(Handed(f"{HOSTILE}{n}", n) for n in range(5))
    store.change(m.id, lambda now: moves.change(now, act(), {"mail_accounts": listed, "site_list": ()}))
    store.change(m.id, lambda now: moves.change(now, act(), {"registered_until": dt.date(2027, 5, 1)}, "b.pl"))
    told = texts(opened())
    assert "01.05.2027: b.pl" in told
    store.change(m.id, lambda now: moves.change(now, act(), {"registered_until": dt.date(2027, 5, 1)}, "a.pl"))
    assert "01.05.2027: " not in "\n".join(markdown.value for markdown in opened().markdown[:20])


def test_days_of_others_can_be_set_in_the_forms_of_a_migration_and_of_a_domain(store):
    m = live(store, "package", "a.pl", old_hosting_until=dt.date(2026, 12, 31))
    for kind, about, field in (
        ("edit", {}, "old_hosting_until"),
        ("edit_domain", {"domain": "a.pl"}, "registered_until"),
        ("add_domain", {}, "registered_until"),
    ):
        app = opened()
        app.session_state["_deed"] = Deed(kind, m, about)
        app.run()
        assert not app.exception
        (asked,) = [one for one in app.text_input if one.key.startswith(f"deed_{field}_")]
        assert asked.value == ("31.12.2026" if kind == "edit" else "")


def test_message_for_the_client_speaks_the_language_chosen(store):
    live(store, "dns", "a.pl")
    app = opened()
    assert "Zmieniamy serwery DNS dla a.pl" in texts(app)
    app.radio(key="card_message_pl_code").set_value("en").run()
    assert "We are changing the name servers of a.pl" in texts(app)


def test_domains_at_several_steps_have_a_message_each(store):
    m = live(store, "migration", "a.pl", "b.pl")
    for item in ("www", "mail"):
        store.change(m.id, lambda now, item=item: moves.check(now, act(), item, "b.pl"))
    store.change(m.id, lambda now: moves.advance(now, act(), "b.pl"))
    app = opened()
    assert "Zaczynamy przenosiny a.pl" in texts(app)
    app.selectbox(key="card_message_stage_1_pl").select("sync").run()
    assert "Przenosiny b.pl są gotowe" in texts(app)


# -- other people's changes


def test_page_of_a_migration_that_was_erased_meanwhile_says_so(store):
    m = live(store)
    app = opened()
    store.erase([m.id], act("maria"), "żądanie")
    box(app, "Serwer założony").check().run()
    assert plain(POLISH.text("card.unknown", ref="P-1")) in [error.value for error in app.error]


def test_dialog_about_one_migration_does_not_open_over_another(store):
    live(store)
    store.register(act(), {"ref": "P-2", "client": "Łąka"}, {"b.pl": {"display": "b.pl"}})
    app = opened()
    click(app, "card_edit_pl")
    assert app.session_state["_deed"].seen.ref == "P-1"
    app.query_params["ref"] = "P-2"
    app.run()
    assert "_deed" not in app.session_state and not app.exception


# -- the page as a whole


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize("number", [*range(1, 30, 7), 15, 23, *range(31, 61, 3), 38, 53])
def test_samples_can_be_opened(sampled, store, language, number):
    app = open_page("migration", language, ref=f"P-{number}")
    assert app.title[0].value.startswith(plain(f"P-{number} · "))
    assert len(table(app, language.text("card.what"), language.text("card.who"))) > 2
    heads = tuple(f"{head}." for head in ("card", "event", "step", "side", "clock", "moment", "field", "said"))
    cells = [str(cell) for frame in app.dataframe for cell in frame.value.to_numpy().flatten()]
    assert not [text for text in [*cells, *everything(app).split("\n")] if text.lstrip("* ").startswith(heads)]


@pytest.mark.parametrize("ref", ["P-99", HOSTILE, "' OR 1=1 --"])
def test_unknown_ref_is_told_with_a_way_back(ref):
    app = open_page("migration", ref=ref)
    assert plain(POLISH.text("card.unknown", ref=ref[:80])) in [error.value for error in app.error]


def test_history_tells_what_happened_when_and_by_whom(store):
    m = register(store)
    earlier = Act(datafiles.process(), datafiles.team().person("maria"), NOW, NOW - dt.timedelta(days=2))
    store.change(m.id, lambda now: moves.change(now, earlier, {"package": "Firma"}))
    store.change(m.id, lambda now: moves.hold(now, act(), "client", "urlop"))
    shown = table(open_page("migration", ref="P-1"), "Co się stało")
    held, _, chosen, *_ = shown.to_dict("records")
    assert (held["Co się stało"], held["Dlaczego"], held["Kto"]) == (
        "Wstrzymana przez klienta",
        "urlop",
        "Anna Bobrowska",
    )
    assert (chosen["Co się stało"], chosen["Jest"]) == ("Zmienione pole: Pakiet docelowy", "Firma")
    assert (chosen["Kiedy"], chosen["Zapisano"]) == ("19.11.2026, 12:00", "21.11.2026, 12:00")


def test_manager_erases_a_migration_with_a_reason(store):
    m = register(store)
    this = f"{m.epoch}_{m.token}"
    app = open_page("migration", ref="P-1")
    assert not [button for button in app.button if button.key == f"card_erase_{this}_pl"]
    choose(app, "anna")
    assert not [button for button in app.button if button.key == f"card_erase_{this}_pl"]
    choose(app, "maria")
    assert app.button(key=f"card_erase_{this}_pl").disabled
    app.checkbox(key=f"card_sure_{this}_pl").check().run()
    click(app, f"card_erase_{this}_pl")
    assert "to pole jest wymagane" in app.error[-1].value and len(store.all()) == 1
    app.text_input(key=f"card_reason_{m.id}_pl").input("hasło: Kot12!x").run()
    click(app, f"card_erase_{this}_pl")
    assert len(store.all()) == 1 and "Kot12" not in texts_of(app)
    app.text_input(key=f"card_reason_{m.id}_pl").input("żądanie klienta").run()
    click(app, f"card_erase_{this}_pl")
    assert not store.all() and app.title[0].value == "Tablica"
    assert plain(POLISH.text("card.erased", ref="P-1")) in texts_of(app)
