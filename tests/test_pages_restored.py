"""What is on the screen when the database is restored: refused with the reason, and nothing typed is lost."""

import pytest

from core.database.transactions import engine, writing
from core.database.upgrade import upgrade
from core.desk.backup import backup, restore
from core.language import POLISH
from core.migration import moves
from core.store.store import Store
from pages.parts.shared.words import plain
from tests.pages import act, box, choose, click, live, opened, texts, upload
from tests.test_pages import open_page
from tests.test_pages_board_views import click as click_in_table
from tests.test_pages_board_views import field, open_view, select
from tests.test_pages_board_views import register as listed

pytestmark = pytest.mark.usefixtures("desk_url")

REASON = POLISH.text("store.restored_at", at=POLISH.text("moment.hour", day="21.11.2026", hour="12:00"))
GONE = POLISH.text("deed.not_there")


@pytest.fixture
def kept(store, desk_url, tmp_path):
    """Gives what makes a backup of the desk and, later, what restores it and lets as much happen as had before."""

    def keep():
        backup(desk_url, tmp_path / "kept")

        def back():
            restore(desk_url, tmp_path / "kept")
            return store

        return back

    return keep


@pytest.fixture
def stranger(desk_url, tmp_path):
    """Restores the backup of another desk, whose first migration is another one of the same number and ref."""

    def back():
        url = f"sqlite:///{tmp_path}/other.sqlite3"
        upgrade(url)
        of_domains = {"obca.pl": {"display": "obca.pl"}}
        Store(engine(url)).register(act(), {"ref": "P-1", "client": "Obcy"}, of_domains)
        backup(url, tmp_path / "other")
        engine(url).dispose()
        restore(desk_url, tmp_path / "other")

    return back


def test_tick_is_refused_with_the_reason_although_its_version_is_equal(store, kept):
    m = live(store)
    back = kept()
    store.change(m.id, lambda now: moves.change(now, act(), {"package": "Firma"}))
    app = opened()
    back().change(m.id, lambda now: moves.change(now, act(), {"package": "Sklep"}))
    box(app, "Serwer założony").check().run()
    assert "server" not in store.by_ref("P-1").checks and REASON in texts(app)
    box(app, "Serwer założony").check().run()
    assert "server" in store.by_ref("P-1").checks and REASON not in texts(app)


def test_dialog_of_a_migration_that_is_not_there_any_more_changes_no_other(store, stranger):
    live(store)
    app = opened()
    click(app, "card_hold_pl")
    deed = app.session_state["_deed"]
    app.text_input(key=f"deed_reason_pl_{deed.number}").set_value("awaria").run()
    stranger()
    click(app, f"deed_save_pl_{deed.number}")
    assert store.by_ref("P-1").hold is None and store.by_ref("P-1").client == "Obcy"
    assert REASON in texts(app)


def test_note_is_refused_and_stays_in_its_field(store, stranger):
    m = live(store)
    app = opened()
    stranger()
    app.text_area(key=f"card_note_{m.id}_pl").set_value("dla Róży")
    click(app, "card_note_save_pl")
    assert not store.by_ref("P-1").notes and REASON in texts(app)


def test_another_migration_of_the_same_number_is_not_erased(store, stranger):
    m = live(store)
    app = opened("maria")
    app.text_input(key=f"card_reason_{m.id}_pl").set_value("na prośbę")
    next(box for box in app.checkbox if box.key.startswith("card_sure_")).check().run()
    stranger()
    next(button for button in app.button if button.key.startswith("card_erase_")).click().run()
    assert not app.exception and [m.client for m in store.all()] == ["Obcy"] and REASON in texts(app)
    assert app.text_input(key=f"card_reason_{m.id}_pl").value == "na prośbę"


def test_rows_chosen_before_are_refused_and_stay_chosen(store, kept):
    listed(store, "P-1", "Róża")
    back = kept()
    app = open_view("table", person="anna")
    select(app, "P-1")
    click_in_table(app, "table_change")
    field(app, "selectbox", "owner").select("maria").run()
    back()
    click_in_table(app, "bulk_save")
    assert store.by_ref("P-1").owner != "maria" and REASON in texts(app)
    click_in_table(app, "bulk_save")
    assert store.by_ref("P-1").owner == "maria"


def test_preview_of_an_import_is_refused_with_the_reason_and_made_anew(store, kept):
    back = kept()
    app = upload(choose(open_page("imports"), "anna"), "klient;domena\nŁąka;laka.example\n".encode())
    back()
    click(app, "import_write")
    assert plain(REASON) in [warning.value for warning in app.warning] and not store.all()
    click(app, "import_write")
    assert len(store.all()) == 1


def test_lost_answer_is_told_as_unknown_on_a_page(store, monkeypatch):
    from core.database import transactions

    m = live(store)
    app = opened()
    monkeypatch.setattr(transactions, "_answered", lambda error: False)
    with writing(store.engine) as connection:
        # The database itself says no when it is told to commit, and is not heard.
        connection.exec_driver_sql(
            "CREATE TABLE late (id INTEGER REFERENCES migration(id) DEFERRABLE INITIALLY DEFERRED)"
        )
        connection.exec_driver_sql("CREATE TRIGGER late AFTER INSERT ON note BEGIN INSERT INTO late VALUES (999); END")
    app.text_area(key=f"card_note_{m.id}_pl").set_value("dla Róży")
    click(app, "card_note_save_pl")
    assert "nie wiadomo, czy zapis się udał" in texts(app)
