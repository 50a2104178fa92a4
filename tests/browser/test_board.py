"""The board in a real browser: filtered, moved through gates by pointer, finger and keyboard, by two people at once."""

import re

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from tests.browser.conftest import button, idle, serve
from tests.browser.test_moves import choose_person


@pytest.fixture(scope="module")
def desk():
    """A server of its own: what is moved here is nobody else's."""
    with serve() as found:
        yield found


def open_board(open_page, desk, query="", person="Anna Bobrowska", **more):
    page = open_page(f"{desk}/board{query}", **more)
    idle(page)
    if person:
        choose_person(page, person)
    return page


def card(page, client):
    return page.locator(".card").filter(has_text=client)


def column(page, stage):
    return page.locator(f".column[data-stage={stage}]")


def lift(page, client, stage):
    """Drag a card over a column without letting it go."""
    card(page, client).scroll_into_view_if_needed()
    start, end = card(page, client).bounding_box(), column(page, stage).bounding_box()
    page.mouse.move(start["x"] + 30, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 45, start["y"] + 20, steps=3)
    page.mouse.move(end["x"] + 50, end["y"] + 70, steps=8)
    expect(page.locator(f".column.over[data-stage={stage}]")).to_be_visible()


def drag(page, client, stage):
    lift(page, client, stage)
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def choose_package(dialog, name):
    dialog.get_by_role("combobox", name="Pakiet wybrany").click()
    dialog.page.get_by_role("option", name=name, exact=True).click()
    idle(dialog.page)


def test_card_is_dragged_through_its_gate_by_pointer(open_page, desk):
    page = open_board(open_page, desk)
    dialog = drag(page, "Ślusarnia Kłódka", "date")
    go = button(dialog, "Przenieś: Termin")
    expect(dialog.get_by_text("Nie można przejść dalej. Brakuje: Termin zaproponowany")).to_be_visible()
    expect(go).to_be_disabled()
    day = dialog.get_by_role("textbox", name="Termin zaproponowany")
    day.fill("31.11.2026")
    day.press("Tab")
    expect(dialog.get_by_text("ten miesiąc kończy się 30.11.2026")).to_be_visible()
    expect(go).to_be_disabled()
    day.fill("30112026")
    day.press("Tab")
    expect(day).to_have_value("30.11.2026")
    dialog.get_by_label("Godzina").fill("25:00")
    page.keyboard.press("Tab")
    expect(dialog.get_by_text("25:00").last).to_be_visible()
    dialog.get_by_label("Godzina").fill("14:30")
    page.keyboard.press("Tab")
    expect(go).to_be_enabled()
    dialog.get_by_text("Wiadomość dla klienta").click()
    expect(dialog.get_by_text("w dniu 30.11.2026 o godz. 14:30")).to_be_visible()
    dialog.get_by_text("English").click()
    expect(dialog.get_by_text("on 30 Nov 2026 at 14:30")).to_be_visible()
    go.click()
    expect(page.get_by_text("P-48 jest teraz na etapie Termin")).to_be_visible()
    expect(column(page, "date").locator(".card").filter(has_text="Ślusarnia Kłódka")).to_be_visible()
    # What happened stands in the history, with who did it.
    card(page, "Ślusarnia Kłódka").click()
    expect(page.get_by_role("heading", name="P-48 · Ślusarnia Kłódka")).to_be_visible()
    page.wait_for_url("**/migration?ref=P-48")


def test_keyboard_lifts_moves_drops_and_opens(open_page, desk):
    page = open_board(open_page, desk)
    card(page, "Apteka Pod Szałwią").focus()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(page.locator(".said")).to_have_text("Karta zostaje na miejscu.")
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".said")).to_have_text("Nad etapem: Migracja")
    page.keyboard.press(" ")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Etapów nie można przeskakiwać")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    card(page, "Apteka Pod Szałwią").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/migration?ref=P-54")


def test_shut_gate_is_forced_by_a_manager_with_a_reason_only_and_the_client_s_test_by_nobody(open_page, desk):
    page = open_board(open_page, desk)
    dialog = drag(page, "Przychodnia Przy Młynie", "analysis")
    expect(dialog.get_by_text("Nie można przejść dalej")).to_be_visible()
    expect(button(dialog, "Przejdź dalej mimo braków")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    choose_person(page, "Maria")
    dialog = drag(page, "Przychodnia Przy Młynie", "analysis")
    button(dialog, "Przejdź dalej mimo braków").click()
    expect(dialog.get_by_text("Powód: to pole jest wymagane")).to_be_visible()
    dialog.get_by_label("Przenieś mimo to, ponieważ").fill("klient dośle listę jutro")
    button(dialog, "Przejdź dalej mimo braków").click()
    expect(column(page, "analysis").locator(".card").filter(has_text="Przychodnia")).to_be_visible()
    at_test = column(page, "test").locator(".card b").first.inner_text()
    dialog = drag(page, at_test, "dns")
    expect(dialog.get_by_text("Tego nie można pominąć: Klient potwierdził test")).to_be_visible()
    expect(button(dialog, "Przejdź dalej mimo braków")).to_have_count(0)


def test_second_of_two_is_told_who_moved_the_card_and_keeps_what_was_entered(open_page, desk):
    first = open_board(open_page, desk)
    second = open_board(open_page, desk, person="Piotr")
    dialog = drag(second, "Cukiernia Pączek w Maśle", "data")
    dialog.locator("label").filter(has_text="Serwer założony").click()
    choose_package(dialog, "inny, spoza cennika…")
    dialog.get_by_label("Nazwa innego pakietu").fill("Firma+")
    second.keyboard.press("Tab")
    dialog.get_by_label("Dlaczego pakiet spoza cennika").fill("stara umowa")
    second.keyboard.press("Tab")
    idle(second)
    mine = drag(first, "Cukiernia Pączek w Maśle", "data")
    choose_package(mine, "Sklep")
    mine.locator("label").filter(has_text="Serwer założony").click()
    button(mine, "Przenieś: Dane").click()
    expect(column(first, "data").locator(".card").filter(has_text="Cukiernia")).to_be_visible()
    # The other window sees the move on the board behind its dialog, which stays open as it was.
    expect(column(second, "data").locator(".card").filter(has_text="Cukiernia")).to_be_attached(timeout=6000)
    expect(dialog.get_by_label("Nazwa innego pakietu")).to_have_value("Firma+")
    button(dialog, "Przenieś: Dane").click()
    expect(dialog.get_by_text("Ktoś był szybszy")).to_be_visible()
    expect(dialog.get_by_text(re.compile("Anna Bobrowska.*Pakiet i serwer → Dane"))).to_be_visible()
    expect(dialog.get_by_label("Nazwa innego pakietu")).to_have_value("Firma+")
    button(dialog, "Pokaż, jak jest teraz").click()
    expect(dialog.get_by_text("Migracja jest już na innym etapie: Dane.")).to_be_visible()
    expect(dialog.get_by_text("Pakiet docelowy: Firma+")).to_be_visible()
    button(dialog, "Zapisz bez przenoszenia").click()
    expect(second.get_by_text("zapisano")).to_be_visible()


def test_other_people_s_moves_appear_without_closing_a_dialog_or_dropping_a_card(open_page, desk):
    first = open_board(open_page, desk)
    second = open_board(open_page, desk, person="Piotr")
    lift(second, "Gabinet Weterynaryjny Ogonek", "migration")
    mine = drag(first, "Dom Wczasowy Bryza i Mewa", "package")
    mine.get_by_label("Dlaczego").fill("pomyłka")
    button(mine, "Cofnij: Pakiet i serwer").click()
    expect(column(first, "package").locator(".card").filter(has_text="Bryza")).to_be_visible()
    second.wait_for_timeout(3000)
    # The card in the hand is still there; once it is let go the board shows what happened meanwhile.
    expect(second.locator(".ghost")).to_be_visible()
    second.mouse.up()
    expect(second.get_by_role("dialog").get_by_text("Termin → Migracja")).to_be_visible()
    expect(column(second, "package").locator(".card").filter(has_text="Bryza")).to_be_attached()


def test_board_on_a_phone_is_dragged_by_a_finger_that_rests_first(open_page, desk):
    page = open_board(open_page, desk, width=390, height=844, person=None)
    phone = page.context.new_cdp_session(page)
    card(page, "Serwis Rowerowy Łańcuch").scroll_into_view_if_needed()
    box = card(page, "Serwis Rowerowy Łańcuch").bounding_box()
    x, y = box["x"] + 60, box["y"] + 20

    def touch(kind, *points):
        phone.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", (x, y))
    page.wait_for_timeout(500)
    expect(page.locator(".ghost")).to_be_visible()
    for step in range(1, 9):
        touch("touchMove", (x + step * (380 - x) / 8, y))
        page.wait_for_timeout(30)
    # At the edge the board goes on by itself until the next column is under the finger.
    expect(page.locator(".column.over[data-stage=date]")).to_be_visible()
    touch("touchEnd")
    expect(page.get_by_role("dialog").get_by_text("P-59")).to_be_visible()


def test_filters_of_the_board_are_in_its_address_and_the_sidebar_finds_any_migration(open_page, desk):
    page = open_board(open_page, desk)
    button(page, "Filtry").click()
    page.get_by_role("combobox", name="Opiekun").click()
    page.get_by_role("option", name="moje").click()
    page.wait_for_url("**owner=*")
    page.keyboard.press("Escape")
    expect(button(page, "Filtry: 1")).to_be_visible()
    idle(page)
    owners = page.locator('.card[aria-label*="Opiekun: Anna Bobrowska"]').count()
    assert owners == page.locator(".card").count() > 0
    page.get_by_test_id("stSidebar").get_by_role("searchbox").fill("pod-szalwia")
    page.get_by_test_id("stSidebar").get_by_role("link", name="P-54").click()
    page.wait_for_url("**/migration?ref=P-54")


@pytest.mark.parametrize(("locale", "scheme"), [("pl-PL", "dark"), ("en-GB", "light")])
def test_board_holds_on_a_phone(open_page, desk, locale, scheme):
    page = open_page(f"{desk}/board", width=390, height=844, locale=locale, scheme=scheme)
    idle(page)
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_rows_are_changed_together_and_what_somebody_else_changed_is_told(open_page, desk):
    page = open_board(open_page, desk, "?view=table&stage=passwords")
    other = open_board(open_page, desk, "?view=table&stage=passwords", person="Piotr")

    def change(page, rows, owner):
        """Choose rows and an owner for them; what is chosen stays through the reruns."""
        for row in rows:
            page.get_by_test_id("stDataFrame").click(position={"x": 17, "y": 52 + 35 * row})
            idle(page)
        button(page, "Zmień zaznaczone").click()
        idle(page)
        page.get_by_test_id("stMain").get_by_role("combobox", name="Opiekun").last.click()
        page.get_by_role("option", name=owner).last.click()
        idle(page)

    change(page, (0, 1), "Ola Sarna")
    change(other, (0,), "Maria Lis")
    button(other, "Zapisz w 1 migracji").click()
    expect(other.get_by_text("Zmieniono 1 migrację.")).to_be_visible()
    button(page, "Zapisz w 2 migracjach").click()
    expect(page.get_by_text("Zmieniono 1 migrację.")).to_be_visible()
    expect(page.get_by_text("ktoś był szybszy")).to_be_visible()
    expect(page.get_by_text(re.compile("Piotr Żbik.*Maria Lis"))).to_be_visible()
    # Seen now, it is changed by the next click, with what was chosen before.
    button(page, "Zapisz w 1 migracji").click()
    expect(page.get_by_text("Zmieniono 1 migrację.")).to_be_visible()
    expect(page.get_by_text("ktoś był szybszy")).to_have_count(0)


def test_calendar_opens_a_migration_by_keyboard_and_is_saved_for_another_one(open_page, desk, tmp_path):
    page = open_page(f"{desk}/board?view=calendar")
    entry = page.get_by_test_id("stMain").locator(".day a").first
    expect(entry).to_be_visible()
    _, ref, client, *_ = entry.get_attribute("aria-label").split(", ")
    with page.expect_download() as download:
        button(page, "Pobierz terminy").click()
    download.value.save_as(tmp_path / "days.ics")
    book = Calendar.from_ical((tmp_path / "days.ics").read_bytes())
    assert any(ref in event["SUMMARY"] and client in event["SUMMARY"] for event in book.walk("VEVENT"))
    entry.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/migration?ref={ref}")
    page.go_back()
    expect(entry).to_be_visible()


def test_whoever_goes_on_after_a_conflict_does_not_undo_what_they_never_touched(open_page, desk):
    first = open_board(open_page, desk)
    second = open_board(open_page, desk, person="Piotr")
    client = "Gabinet Weterynaryjny Ogonek"
    mine = open_gate(first, client)
    theirs = open_gate(second, client)
    theirs.locator("label").filter(has_text="Zamrożenie zmian ogłoszone").click()
    theirs.get_by_label("Telefon tej osoby").fill("600 100 300")
    button(theirs, "Zapisz bez przenoszenia").click()
    expect(theirs).to_have_count(0)
    mine.get_by_label("Osoba kontaktowa na ten dzień").fill("Ewa Nowa")
    button(mine, "Zapisz bez przenoszenia").click()
    expect(mine.get_by_text("Ktoś był szybszy")).to_be_visible()
    button(mine, "Pokaż, jak jest teraz").click()
    expect(mine.get_by_label("Telefon tej osoby")).to_have_value("600 100 300")
    expect(mine.get_by_label("Osoba kontaktowa na ten dzień")).to_have_value("Ewa Nowa")
    expect(mine.get_by_role("checkbox", name="Zamrożenie zmian ogłoszone")).to_be_checked()
    button(mine, "Zapisz bez przenoszenia").click()
    expect(mine).to_have_count(0)
    card(first, client).click()
    main = first.get_by_test_id("stMain")
    expect(main.get_by_text("600 100 300")).to_be_visible()
    expect(main.get_by_text("Ewa Nowa")).to_be_visible()
    expect(main.get_by_role("checkbox", name="Zamrożenie zmian ogłoszone")).to_be_checked()


def open_gate(page, client):
    """Propose the next stage for a card by keyboard."""
    card(page, client).focus()
    for key in (" ", "ArrowRight", " "):
        page.keyboard.press(key)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def test_fewer_domains_chosen_take_no_tick_back(open_page, desk):
    page = open_board(open_page, desk)
    dialog = open_gate(page, "Sklep Muzyczny Bemol")
    domains = dialog.get_by_test_id("stMultiSelect")
    dialog.locator("label").filter(has_text="Strony przeniesione").click()
    idle(page)
    button(dialog, "Zapisz bez przenoszenia").click()
    expect(dialog).to_have_count(0)
    dialog = open_gate(page, "Sklep Muzyczny Bemol")
    if domains.count():
        button(domains, re.compile("^Remove|Usuń")).first.click()
        idle(page)
    expect(dialog.get_by_role("checkbox", name="Strony przeniesione")).to_be_checked()


def test_search_in_the_sidebar_leads_from_one_migration_to_the_other_for_good(open_page, desk):
    page = open_page(f"{desk}/migration?ref=P-40")
    choose_person(page, "Anna Bobrowska")
    page.get_by_test_id("stSidebar").get_by_role("searchbox").fill("P-39")
    page.get_by_test_id("stSidebar").get_by_role("link", name="P-39").click()
    expect(page.get_by_role("heading", name="P-39 ·")).to_be_visible()
    page.wait_for_url("**/migration?ref=P-39")
    # Until then the fields of the one before stand there too, or they alone.
    idle(page)
    expect(page.get_by_label("Nowa notatka")).to_have_count(1)
    page.get_by_label("Nowa notatka").fill("to o P-39")
    button(page, "Dodaj notatkę").click()
    expect(page.get_by_test_id("stMain").get_by_text("to o P-39").first).to_be_visible()
    expect(page.get_by_role("heading", name="P-39 ·")).to_be_visible()


def test_dialog_closed_by_mistake_has_what_was_entered_when_it_is_opened_again(open_page, desk):
    page = open_board(open_page, desk)
    dialog = open_gate(page, "Sklep z Herbatą Fusy")
    dialog.get_by_label("Telefon tej osoby").fill("600 700 800")
    page.keyboard.press("Tab")
    idle(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    dialog = open_gate(page, "Sklep z Herbatą Fusy")
    expect(dialog.get_by_label("Telefon tej osoby")).to_have_value("600 700 800")
    expect(dialog.get_by_text("Wróciło to, co było tu wcześniej wpisane")).to_be_visible()


def test_drag_is_given_up_outside_the_board_and_by_escape(open_page, desk):
    page = open_board(open_page, desk)
    lift(page, "Dom Wczasowy Bryza i Mewa", "analysis")
    page.mouse.move(100, 850)
    expect(page.locator(".column.over")).to_have_count(0)
    page.mouse.up()
    expect(page.locator(".said")).to_have_text("Karta zostaje na miejscu.")
    box = card(page, "Dom Wczasowy Bryza i Mewa").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 20, steps=4)
    expect(page.locator(".ghost")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    page.wait_for_timeout(500)
    expect(page.get_by_role("heading", name="Tablica")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
