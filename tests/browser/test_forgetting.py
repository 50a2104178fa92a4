"""A manager erases somebody's data everywhere, from their migration: afterwards no search and no byte has it."""

import pytest
from playwright.sync_api import expect

from core.database.address import file_of
from tests.browser.conftest import button, idle, serve
from tests.browser.test_restored import command

CLIENT = "Ogrodnictwo Konewka"


@pytest.mark.parametrize(
    ("width", "locale", "link", "look", "reason", "sure", "erase", "erased"),
    [
        (
            1280, "pl-PL", "Usuń dane tej osoby wszędzie", "Szukaj wszędzie", "Powód", "Wiem, że tego",
            "Usuń zaznaczone", "Usunięto: migracje 1",
        ),
        (
            390, "en-GB", "Erase this person's data everywhere", "Look everywhere", "Reason", "I know that",
            "Erase what is ticked", "Erased: migrations 1",
        ),
    ],
)  # fmt: skip
def test_person_is_erased_everywhere_from_their_migration(
    open_page, tmp_path, width, locale, link, look, reason, sure, erase, erased
):
    url = f"sqlite:///{tmp_path}/desk.sqlite3"
    with serve(DATABASE_URL=url) as desk:
        page = open_page(f"{desk}/migration?ref=P-38", width=width, locale=locale)
        idle(page)
        place = "stSidebar" if width > 600 else "stMain"
        page.get_by_test_id(place).get_by_role("combobox").first.click()
        page.get_by_role("option", name="Maria Lis").click()
        idle(page)
        (tmp_path / "backups").mkdir(exist_ok=True)
        command(url, "backup", str(tmp_path / "backups" / "before.sqlite3"))
        page.get_by_test_id("stExpander").last.locator("summary").click()
        page.get_by_test_id("stMain").get_by_role("link", name=link).click()
        asked = page.get_by_test_id("stMain").get_by_role("textbox").first
        expect(asked).to_have_value(f"{CLIENT}\nkonewka.example\nkonewka-sklep.example\nkonewka-blog.example\n"
                                    "konewka-galeria.example\nkonewka-serwis.example\nkonewka-hurt.example\n"
                                    "konewka-praca.example")  # fmt: skip
        button(page, look).click()
        expect(page.get_by_text("before.sqlite3")).to_be_visible()
        expect(button(page, erase)).to_be_disabled()
        page.get_by_role("textbox", name=reason).fill("żądanie z 21.11")
        page.keyboard.press("Tab")
        idle(page)
        page.get_by_text(sure).click()
        button(page, erase).click()
        expect(page.get_by_text(erased)).to_be_visible()
        expect(page.get_by_text("before.sqlite3")).to_be_visible()
        expect(asked).to_have_value("")
        held = b"".join(file.read_bytes() for file in tmp_path.glob("desk.sqlite3*"))
        assert file_of(url).name == "desk.sqlite3" and b"konewka" not in held.lower()
        listed = open_page(f"{desk}/board?q=Konewka&state=all", width=width, locale=locale)
        idle(listed)
        expect(listed.get_by_text(CLIENT)).to_have_count(0)
