"""From the archive of an old panel to the ticks of the stage Dane: by mouse in Polish, on a phone in English."""

import datetime as dt
import io
import re
import tarfile

import pytest
from playwright.sync_api import expect

from core.database.transactions import engine_of, writing
from core.database.upgrade import upgrade
from core.migration import moves
from core.store.changing import write_new
from core.store.store import Store
from tests import cpanel_archives
from tests.browser.conftest import button, copied, idle, serve
from tests.migrations import Life
from tests.pages import NOW, act

ZONE = """$ORIGIN alfa.example.
$TTL 3600
@ IN SOA ns1.alfa.example. hostmaster.alfa.example. 1 7200 3600 1209600 3600
@ IN NS ns1.alfa.example.
ns1 IN A 192.0.2.1
www IN A 192.0.2.10
"""

WORDS = {
    "pl": {
        "open": "Z archiwum lub pliku strefy", "who": "Kim jesteś?", "take": "Przejmij",
        "whole": "Przeczytane w całości",
        "neither": "ani archiwum panelu, ani plik strefy", "closing": "Zamknięcie okna przerywa odczyt",
        "from": "z archiwum cPanel z 18.11.2026, wczytane 21.11.2026 · Anna Bobrowska",
        "summary": "Podsumowanie dla klienta", "copy": "Kopiuj wiadomość", "keep": "Zachowaj strefę",
        "kept": "Zachowan", "on": "Dalej: Analiza",
    },
    "en": {
        "open": "From an archive or zone file", "who": "Who are you?", "take": "Take over", "whole": "Read to the end",
        "neither": "neither a panel's archive nor a zone file", "closing": "Closing this window ends the reading",
        "from": "from a cPanel archive of 18 Nov 2026, read 21 Nov 2026 · Anna Bobrowska",
        "summary": "Summary for the client", "copy": "Copy the message", "keep": "Keep the zone",
        "kept": "DNS zone", "on": "Next: Analysis",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('archive')}/desk.sqlite3"


@pytest.fixture(scope="module")
def desk(url, tmp_path_factory):
    upgrade(url)
    folder = tmp_path_factory.mktemp("archives")
    large(folder / "large.tar")
    with serve(SAMPLES="false", DATABASE_URL=url, ARCHIVES_DIR=str(folder)) as found:
        yield found


@pytest.fixture(scope="module")
def store(desk, url):
    return Store(engine_of(url))


def large(path):
    """Write the archive of an account with a message so large that reading it takes seconds, as a hole in the file."""
    file = io.BytesIO(cpanel_archives.archive("old"))
    folder = f"{cpanel_archives.LEADS['old']}homedir/mail/alfa.example/biuro/cur"
    with tarfile.open(fileobj=file, mode="a", format=tarfile.GNU_FORMAT) as archive:
        for number in range(20_000):
            archive.addfile(tarfile.TarInfo(f"{folder}/{number}.x"), io.BytesIO())
        end = archive.offset
    message = tarfile.TarInfo(f"{folder}/large.x")
    message.size = 2 << 30
    with path.open("wb") as written:
        written.write(file.getvalue()[:end] + message.tobuf(tarfile.GNU_FORMAT))
        # With the two blocks that end an archive.
        written.truncate(written.tell() + message.size + 1024)


def stand(store, ref):
    """Put a migration of alfa.example at the stage Dane."""
    life = Life("alfa.example", ref=ref, client=f"Kwiaciarnia {ref}", package="firma")
    life.to("data", now=NOW - dt.timedelta(days=1))
    with writing(store.engine) as connection:
        write_new(connection, [(life.m, life.events)])


class Hands:
    """Somebody at the page of a migration."""

    def __init__(self, page, language):
        self.page, self.words = page, WORDS[language]
        self.main, self.dialog = page.get_by_test_id("stMain"), page.get_by_role("dialog")

    def sit(self):
        inside = self.main if self.page.viewport_size["width"] < 600 else self.page.get_by_test_id("stSidebar")
        inside.get_by_role("combobox", name=self.words["who"]).first.click()
        self.page.get_by_role("option", name="Anna Bobrowska").click()
        idle(self.page)

    def open(self):
        button(self.main, self.words["open"]).click()
        expect(self.dialog).to_be_visible()
        idle(self.page)

    def bring(self, name, data):
        # The browser may keep the uploader of the file before, hidden, beside the one that is there now.
        seen = self.dialog.get_by_test_id("stFileUploader").filter(visible=True)
        expect(seen).to_have_count(1)
        field = seen.locator("input[type=file]")
        field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})

    def press(self, word):
        it = button(self.dialog, self.words[word], exact=True)
        expect(it).to_be_visible(timeout=60_000)
        it.click()
        expect(self.dialog).to_have_count(0, timeout=60_000)
        idle(self.page)


def hands(open_page, desk, ref, language, width):
    locale = {"pl": "pl-PL", "en": "en-GB"}[language]
    page = open_page(f"{desk}/migration?ref={ref}", width=width, locale=locale)
    idle(page)
    found = Hands(page, language)
    found.sit()
    return found


@pytest.mark.parametrize(("language", "width"), [("pl", 1280), ("en", 390)])
def test_archive_is_brought_looked_at_and_taken_over_and_ticks_the_stage(open_page, desk, store, language, width):
    ref = f"A-{width}"
    stand(store, ref)
    it = hands(open_page, desk, ref, language, width)
    words, dialog = it.words, it.dialog
    it.open()
    it.bring("logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    expect(dialog.get_by_text(words["neither"])).to_be_visible()
    it.bring("cpmove-alfa.tar.gz", cpanel_archives.archive("new"))
    expect(dialog.get_by_text(words["whole"])).to_be_visible(timeout=60_000)
    expect(dialog).to_contain_text("cpmove-alfa.tar.gz")
    assert dialog.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert store.by_ref(ref).mail_accounts is None
    it.press("take")
    # At the tick of the stage, and at the list: from what, of when, by whom. That of mailboxes stands apart: there is a
    # folder of mail that it does not have.
    expect(it.main.get_by_text(words["from"], exact=True)).to_have_count(2)
    m = store.by_ref(ref)
    assert m.inventory.apart["mail_accounts"] and m.site_list and m.inventory.source == "cpmove-alfa.tar.gz"
    it.main.get_by_text(words["summary"]).click()
    idle(it.page)
    copy = button(it.main, words["copy"]).last
    copy.scroll_into_view_if_needed()
    copy.click()
    expect(it.page.get_by_text(re.compile("Skopiowano|Copied")).first).to_be_visible()
    assert "biuro@alfa.example" in copied(it.page)
    it.open()
    it.bring("alfa.zone", ZONE.encode())
    it.press("keep")
    expect(it.main.get_by_text(re.compile(words["kept"])).first).to_be_visible()
    assert it.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_large_backup_of_the_folder_tells_what_it_is_at_and_closing_ends_it(open_page, desk, store):
    stand(store, "A-3")
    it = hands(open_page, desk, "A-3", "pl", 1280)
    it.open()

    def begin():
        it.dialog.get_by_text("Z folderu kopii na serwerze").click()
        idle(it.page)
        it.dialog.get_by_role("combobox", name="Kopia zapasowa").click()
        it.page.get_by_role("option", name=re.compile("large.tar")).click()
        idle(it.page)
        button(it.dialog, "Wczytaj kopię").click()
        expect(it.dialog.get_by_text(it.words["closing"])).to_be_visible()

    begin()
    named = it.dialog.get_by_text(re.compile(r"biuro/cur/\w+\.x"))
    expect(named).to_be_visible(timeout=60_000)
    assert len(named.inner_text()) <= 45
    it.page.keyboard.press("Escape")
    expect(it.dialog).to_have_count(0)
    idle(it.page)
    assert store.by_ref("A-3").inventory is None
    it.open()
    begin()
    it.press("take")
    assert store.by_ref("A-3").inventory.source == "large.tar"


def test_who_comes_second_sees_what_happened_and_goes_on(open_page, desk, store):
    stand(store, "A-4")
    it = hands(open_page, desk, "A-4", "pl", 390)
    it.open()
    it.bring("cpmove-alfa.tar.gz", cpanel_archives.archive("new"))
    take = button(it.dialog, it.words["take"], exact=True)
    expect(take).to_be_visible(timeout=60_000)
    m = store.by_ref("A-4")
    store.change(m.id, lambda now: moves.change(now, act("maria"), {"package": "Sklep"}))
    take.click()
    expect(it.dialog.get_by_text(re.compile("Maria Lis")).first).to_be_visible()
    assert store.by_ref("A-4").inventory is None
    button(it.dialog, "Pokaż, jak jest teraz").click()
    idle(it.page)
    it.press("take")
    now = store.by_ref("A-4")
    assert now.inventory is not None and now.package == "Sklep"
