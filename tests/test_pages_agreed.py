"""What is agreed with a client, on the pages: the day with its free ones, the package, the telephone, the lists."""

import datetime as dt

import pytest

from core.language import LANGUAGES, POLISH
from core.migration.handover import Handed
from pages.parts.shared.words import plain
from tests import test_pages_board_views as board
from tests.pages import KOT, click, filled, live, new, opened, register, texts, upload
from tests.test_pages import everything, open_page

pytestmark = pytest.mark.usefixtures("desk_url")

WEDNESDAY, SUNDAY = dt.date(2026, 12, 2), dt.date(2026, 12, 6)
"""Both lie in the three weeks after the day on which the clock of tests stands."""


def full(store, day=WEDNESDAY, units=6):
    """Agree so many migrations of one domain each for a day: as much as a working day can take."""
    at = dt.datetime.combine(day, dt.time(9), dt.UTC)
    return [register(store, f"F-{n}", domain=f"f{n}.example", planned_at=at) for n in range(units)]


def warned(app):
    return " ".join(warning.value.replace("\\", "") for warning in app.warning)


def wrong(app):
    return " ".join(error.value.replace("\\", "") for error in app.error)


def begun(app, key):
    """Open a dialog; return what gives the keys of its widgets."""
    click(app, key)
    number = app.session_state["_deed"].number
    return lambda name: f"deed_{name}_pl_{number}"


def reason_of(store, ref, item):
    m = store.by_ref(ref)
    return next(event.reason for event in reversed(store.events(m.id)) if event.item == item)


# -- the day


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_next_ten_free_days_are_choices_and_one_click_takes_one(store, language):
    full(store)
    app = filled(new(language=language), language, client="Róża", domains="a.example")
    free = app.pills(key=f"register_free_{language.code}")
    assert len(free.options) == 10 and not [day for day in free.options if day.startswith(("śr. 02.12", "Wed 2 Dec"))]
    assert any(day in ("czw. 03.12, wolne 6 z 6", "Thu 3 Dec, 6 of 6 free") for day in free.options)
    free.set_value(dt.date(2026, 12, 3)).run()
    assert app.text_input(key=f"register_planned_day_{language.code}").value == language.typed_day(dt.date(2026, 12, 3))
    click(app, f"register_save_{language.code}")
    assert store.all()[-1].planned_at == dt.datetime(2026, 12, 2, 23, tzinfo=dt.UTC)


def test_full_day_is_registered_with_a_reason_only(store):
    full(store)
    app = filled(new(), client="Róża", domains="a.example", planned_day=WEDNESDAY)
    assert "zajęte 6 z 6" in warned(app)
    click(app, "register_save_pl")
    assert "podaj powód albo wybierz inny dzień" in wrong(app) and len(store.all()) == 6
    app.text_input(key="register_why_planned_at_pl").input("klient wyjeżdża").run()
    click(app, "register_save_pl")
    m = store.all()[-1]
    assert m.client == "Róża" and reason_of(store, m.ref, "planned_at") == "klient wyjeżdża"


def test_gate_asks_for_the_reason_and_keeps_it(store):
    live(store, "analysis", "a.example")
    app = opened()
    key = begun(app, "card_move_pl")
    app.text_input(key=key("planned_at")).input(POLISH.typed_day(SUNDAY)).run()
    assert "To dzień wolny od pracy." in warned(app) and app.button(key=key("keep")).disabled
    app.text_input(key=key("why_planned_at")).input("tylko w niedzielę").run()
    click(app, key("keep"))
    assert store.by_ref("P-1").planned_at is not None
    assert reason_of(store, "P-1", "planned_at") == "tylko w niedzielę"


def test_edit_of_another_field_asks_nothing_of_a_day_that_is_overfull(store):
    full(store, units=7)
    app = open_page("migration", POLISH, ref="F-0")
    app.selectbox(key="person_pl").select("anna").run()
    key = begun(app, "card_edit_pl")
    assert not app.warning
    app.text_input(key=key("client")).input("Nowa").run()
    click(app, key("save"))
    assert store.by_ref("F-0").client == "Nowa"
    # The hour is not the day.
    key = begun(app, "card_edit_pl")
    app.text_input(key=key("planned_hour")).input("15:00").run()
    click(app, key("save"))
    assert store.by_ref("F-0").planned_at == dt.datetime(2026, 12, 2, 14, tzinfo=dt.UTC)


def test_edit_to_a_full_day_is_refused_without_a_reason(store):
    full(store)
    register(store)
    app = opened()
    key = begun(app, "card_edit_pl")
    app.text_input(key=key("planned_day")).input(POLISH.typed_day(WEDNESDAY)).run()
    click(app, key("save"))
    assert "podaj powód" in wrong(app) and store.by_ref("P-1").planned_at is None
    app.text_input(key=key("why_planned_at")).input(KOT).run()
    click(app, key("save"))
    assert "Kot12" not in wrong(app) and store.by_ref("P-1").planned_at is None
    app.text_input(key=key("why_planned_at")).input("pilne").run()
    click(app, key("save"))
    assert reason_of(store, "P-1", "planned_at") == "pilne"


def test_many_moved_to_one_day_count_together(store):
    full(store, units=5)
    some = [register(store, f"P-{n}", domain=f"p{n}.example") for n in (1, 2)]
    app = board.open_view("table", person="anna")
    board.select(app, "P-1", "P-2")
    board.click(app, "table_change")
    board.field(app, "text_input", "day").set_value(POLISH.typed_day(WEDNESDAY)).run()
    assert "zajęte 5 z 6, a te 2 migracje potrzebują razem 2" in warned(app)
    board.click(app, "bulk_save")
    assert "podaj powód" in wrong(app) and store.one(some[0].id).planned_at is None
    board.field(app, "text_input", "why_planned_at").set_value("wspólny klient").run()
    board.click(app, "bulk_save")
    assert [reason_of(store, m.ref, "planned_at") for m in some] == ["wspólny klient"] * 2


# -- the package


def test_package_is_one_of_the_tariff_or_another_with_a_reason(store):
    live(store)
    app = opened()
    key = begun(app, "card_move_pl")
    box = app.selectbox(key=key("package"))
    assert "Firma" in box.options and "VPS S" in box.options
    box.select(" other").run()
    app.text_input(key=key("package_other")).input("Plus").run()
    assert app.button(key=key("keep")).disabled
    app.text_input(key=key("why_package")).input("stara umowa").run()
    click(app, key("keep"))
    assert store.by_ref("P-1").package == "Plus" and reason_of(store, "P-1", "package") == "stara umowa"


def test_package_outside_the_tariff_stays_until_it_is_changed(store):
    register(store, package="Plus")
    app = opened()
    key = begun(app, "card_edit_pl")
    assert app.selectbox(key=key("package")).value == "Plus"
    app.text_input(key=key("client")).input("Nowa").run()
    click(app, key("save"))
    assert (store.by_ref("P-1").client, store.by_ref("P-1").package) == ("Nowa", "Plus")


# -- the telephone


def test_gate_with_a_contact_takes_a_telephone_or_why_there_is_none(store):
    live(store, "date", "a.example", planned_at=None)
    app = opened()
    key = begun(app, "card_move_pl")
    app.text_input(key=key("contact_name")).input("Ewa Nowak").run()
    app.text_input(key=key("no_phone")).input("kontakt tylko przez e-mail").run()
    click(app, key("keep"))
    m = store.by_ref("P-1")
    assert (m.contact_name, m.contact_phone, m.no_phone) == ("Ewa Nowak", "", "kontakt tylko przez e-mail")
    assert "kontakt tylko przez e" in everything(opened()).replace("\\", "")


@pytest.mark.parametrize(("typed", "odd"), [("wew. 12", True), ("12", True), ("+48 601 234 567", False)])
def test_telephone_that_cannot_be_dialled_is_kept_and_told(store, typed, odd):
    app = filled(new(), client="Róża", domains="a.example", contact_phone=typed)
    assert (plain(POLISH.text("agree.not_dialled")) in everything(app)) is odd
    click(app, "register_save_pl")
    assert store.all()[-1].contact_phone == typed


# -- the lists

LIST = "biuro@a.example 1,2 GB\njan@a.example;800 MB\nx@obca.example"


def listed(app):
    return begun(app, "card_handover_mail_accounts_pl")


def test_list_is_written_told_against_the_domains_and_its_counts_taken_over(store):
    live(store, "data", "a.example")
    app = opened()
    key = listed(app)
    app.text_area(key=key("mail_accounts")).input(LIST).run()
    assert "x@\u2060obca.example" in warned(app)
    click(app, key("save"))
    m = store.by_ref("P-1")
    assert m.mail_accounts == (Handed("biuro@a.example", 1229), Handed("jan@a.example", 800), Handed("x@obca.example"))
    assert "a.example: na liście 2, przy domenie brak liczby" in warned(app)
    click(app, "handover_take_mail_accounts_pl")
    assert store.by_ref("P-1").domains["a.example"].mailboxes == 2 and "na liście 2" not in warned(app)


def test_what_does_not_read_is_told_by_line_and_not_saved(store):
    live(store, "data", "a.example")
    app = opened()
    key = listed(app)
    app.text_area(key=key("mail_accounts")).input(f"biuro@a.example\nkwiatek\njan@a.example {KOT}").run()
    assert "Kot12" not in wrong(app) and "wiersz 3" in wrong(app)
    assert app.button(key=key("save")).disabled
    app.text_area(key=key("mail_accounts")).input("biuro@a.example 12").run()
    app.selectbox(key=key("mail_accounts_unit")).select("GB").run()
    click(app, key("save"))
    assert store.by_ref("P-1").mail_accounts == (Handed("biuro@a.example", 12 * 1024),)


def test_there_are_none_is_an_answer_for_the_gate(store):
    live(store, "data", "a.example")
    app = opened()
    key = begun(app, "card_move_pl")
    app.checkbox(key=key("mail_accounts_none")).check().run()
    app.text_area(key=key("site_list")).input("www.a.example 2 GB").run()
    click(app, key("keep"))
    m = store.by_ref("P-1")
    assert (m.mail_accounts, m.site_list) == ((), (Handed("www.a.example", 2048),))
    assert POLISH.text("handover.none") in texts(opened())


def test_file_is_put_into_the_field_and_one_with_passwords_is_not(store):
    live(store, "data", "a.example")
    app = opened()
    key = listed(app)
    upload(app, "Adres;Hasło\nbiuro@a.example;Zima2026!\n".encode())
    assert "wygląda na hasła" in wrong(app) and app.text_area(key=key("mail_accounts")).value == ""
    upload(app, b"Adres;Rozmiar MB\nbiuro@a.example;120\n")
    assert app.text_area(key=key("mail_accounts")).value.splitlines()[1] == "biuro@a.example\t120"
    click(app, key("save"))
    assert store.by_ref("P-1").mail_accounts == (Handed("biuro@a.example", 120),)


def test_advice_stands_beside_the_lists(store):
    mail = tuple(Handed(f"a{n}@a.example", 100) for n in range(12))
    register(store, package="Start", mail_accounts=mail, site_list=())
    said = everything(opened()).replace("\\", "")
    assert "12 z 5 skrzynek, 1 z 1 domeny, 1,2 z 10 GB: pakiet Start nie wystarczy." in said
    assert "Wystarczy Firma: 12 z 25 skrzynek" in said
