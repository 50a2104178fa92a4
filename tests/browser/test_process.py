"""The process walked from the enquiry to the end, clause by clause: by mouse, by keyboard alone, and by a finger.

Seven domains, of which one is slow and one fails its test. docs/process-walk.md says which clause is held where.
"""

import datetime as dt
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from core.database.transactions import engine_of, writing
from core.database.upgrade import upgrade
from core.store.changing import write_new
from core.store.store import Store
from tests.browser.conftest import button, idle, serve
from tests.migrations import Life
from tests.pages import NOW, looked

WEEK_AGO = NOW - dt.timedelta(days=7)

TO_GO = ("ala", "bez", "cis", "dab", "fiolek")
"""Those that go through at once; `slow` is moved last, `failed` is tested twice."""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('process')}/desk.sqlite3"


@pytest.fixture(scope="module")
def desk(url):
    upgrade(url)
    with serve(SAMPLES="false", DATABASE_URL=url) as found:
        yield found


@pytest.fixture(scope="module")
def store(desk, url):
    return Store(engine_of(url))


class Mouse:
    """Hands on a mouse: they point at things, and type what is to be written."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, it: Locator) -> None:
        it.click()
        idle(self.page)

    def mark(self, label: str, where: Page | Locator) -> None:
        where.get_by_test_id("stCheckbox").filter(has_text=label).locator("label").click()
        idle(self.page)

    def tick(self, name: str) -> None:
        self.page.get_by_role("checkbox", name=f"Zaznacz {name}", exact=True).click()

    def write(self, it: Locator, text: str) -> None:
        it.click()
        self._type(it, text)

    def _type(self, it: Locator, text: str) -> None:
        if it.input_value():
            self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Control+Enter" if "\n" in text else "Tab")
        idle(self.page)

    def choose(self, it: Locator, name: str) -> None:
        it.click()
        self.page.get_by_role("option", name=name).click()
        idle(self.page)

    def pick(self, it: Locator) -> None:
        """Take a radio button."""
        it.click(force=True)
        idle(self.page)


class Finger(Mouse):
    """A finger on a phone: it taps."""

    def press(self, it: Locator) -> None:
        it.tap()
        idle(self.page)

    def mark(self, label: str, where: Page | Locator) -> None:
        self.press(where.get_by_test_id("stCheckbox").filter(has_text=label).locator("label"))

    def tick(self, name: str) -> None:
        self.page.get_by_role("checkbox", name=f"Zaznacz {name}", exact=True).tap()

    def write(self, it: Locator, text: str) -> None:
        it.tap()
        self._type(it, text)

    def choose(self, it: Locator, name: str) -> None:
        it.tap()
        self.press(self.page.get_by_role("option", name=name))


class Keys(Mouse):
    """A keyboard alone: what Tab does not lead to is out of its reach."""

    _MOST = 150

    def _reach(self, it: Locator) -> None:
        # While a page is drawn anew, what was there before may stand beside it.
        expect(it).to_have_count(1)
        for key in ("Tab", "Shift+Tab"):
            for _ in range(self._MOST):
                if it.evaluate("it => it === it.getRootNode().activeElement"):
                    return
                self.page.keyboard.press(key)
        raise AssertionError(f"no way by keyboard to {it}")

    def press(self, it: Locator) -> None:
        self._reach(it)
        self.page.keyboard.press("Enter")
        idle(self.page)

    def mark(self, label: str, where: Page | Locator) -> None:
        self._reach(where.get_by_role("checkbox", name=label).or_(where.get_by_role("switch", name=label)))
        self.page.keyboard.press("Space")
        idle(self.page)

    def tick(self, name: str) -> None:
        self._reach(self.page.get_by_role("checkbox", name=f"Zaznacz {name}", exact=True))
        self.page.keyboard.press("Space")

    def write(self, it: Locator, text: str) -> None:
        self._reach(it)
        self._type(it, text)

    def choose(self, it: Locator, name: str) -> None:
        self._reach(it)
        self.page.keyboard.type(name)
        expect(self.page.get_by_role("option", name=name)).to_be_visible()
        self.page.keyboard.press("Enter")
        idle(self.page)

    def pick(self, it: Locator) -> None:
        # Of radio buttons Tab knows one; arrows lead to the others.
        group = it.locator("xpath=ancestor::*[@role='radiogroup'][1]")
        self._reach_in(group)
        for _ in range(12):
            if it.evaluate("it => it === it.getRootNode().activeElement"):
                break
            self.page.keyboard.press("ArrowRight")
        self.page.keyboard.press("Space")
        idle(self.page)

    def _reach_in(self, group: Locator) -> None:
        for _ in range(self._MOST):
            if group.evaluate("it => it.contains(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by keyboard into {group}")


class Walk:
    """A migration on its page, under somebody's hands."""

    def __init__(self, page: Page, hands: Mouse, n: int) -> None:
        self.page, self.hands, self.n = page, hands, n
        self.main, self.dialog = page.get_by_test_id("stMain"), page.get_by_role("dialog")

    def domain(self, name: str) -> str:
        return f"{name}{self.n}.example"

    def group(self, step: str) -> Locator:
        return self.page.locator(f"tbody[data-step={step}]")

    def act(self, step: str, action: str) -> None:
        self.hands.press(self.group(step).locator(f"[data-act={action}]"))

    def tick(self, *names: str) -> None:
        for name in names:
            self.hands.tick(self.domain(name))

    def switch(self, store: Store, *names: str) -> None:
        """Tell that name servers were changed, which nobody can before a look: one is taken, elsewhere."""
        self.act("dns", "ns_changed")
        refused = self.main.get_by_text("na stronie sprawdzenia przed zmianą serwerów nazw")
        expect(refused).to_have_count(len(names))
        (m,) = [m for m in store.all() if m.client == f"Kwiaciarnia {self.n}"]
        looked(store, m.ref, *map(self.domain, names))
        # What a look has answered is told no more.
        expect(refused).to_have_count(0)
        idle(self.page)
        self.act("dns", "ns_changed")

    def stand(self, step: str, *names: str) -> None:
        """Hold the table to it that these domains stand at a step, and no others."""
        rows = self.group(step).locator("[data-tick]")
        expect(rows).to_have_count(len(names))
        for name in names:
            expect(self.group(step)).to_contain_text(self.domain(name))

    def on(self, stage: str) -> None:
        self.hands.press(button(self.main, f"Dalej: {stage}"))
        expect(self.dialog).to_be_visible()

    def go(self, stage: str, verb: str = "Przenieś") -> None:
        self.hands.press(button(self.dialog, f"{verb}: {stage}"))
        expect(self.dialog).to_have_count(0)
        idle(self.page)

    def mark(self, label: str) -> None:
        self.hands.mark(label, self.dialog)

    def write(self, label: str, text: str) -> None:
        self.hands.write(self.dialog.get_by_label(label, exact=True), text)

    def sit(self, name: str) -> None:
        self.hands.choose(self.page.get_by_test_id("stSidebar").get_by_role("combobox", name="Kim jesteś?"), name)


def take_up(walk):
    hands, main = walk.hands, walk.main
    walk.sit("Anna Bobrowska")
    hands.write(main.get_by_label("Klient", exact=True), f"Kwiaciarnia {walk.n}")
    names = "\n".join(walk.domain(name) for name in (*TO_GO, "slow", "failed"))
    hands.write(main.get_by_label("Domeny", exact=True), names)
    hands.press(button(main, "Załóż migrację"))
    expect(walk.page.get_by_role("heading", level=1, name=f"Kwiaciarnia {walk.n}")).to_be_visible()
    idle(walk.page)


def before_the_day(walk):
    """Stages 1 to 4: package and server, data, analysis, date."""
    hands, dialog = walk.hands, walk.dialog
    walk.on("Dane")
    # A package outside the tariff needs a reason.
    hands.choose(dialog.get_by_role("combobox").first, "inny, spoza cennika")
    walk.write("Nazwa innego pakietu", "Stary Max")
    expect(button(dialog, "Przenieś: Dane")).to_be_disabled()
    walk.write("Dlaczego pakiet spoza cennika", "umowa z 2019 r.")
    walk.mark("Serwer założony")
    walk.go("Dane")

    walk.on("Analiza")
    accounts = "\n".join(f"biuro@{walk.domain(name)}\t120 MB" for name in (*TO_GO, "slow", "failed"))
    hands.write(dialog.get_by_role("textbox", name="Konta e-mail, każde w osobnym wierszu"), accounts)
    expect(dialog.get_by_text("7 kont · 840 MB")).to_be_visible()
    sites = f"{walk.domain('ala')} 1 GB\n{walk.domain('bez')} 2 GB"
    hands.write(dialog.get_by_role("textbox", name="Strony www, każda w osobnym wierszu"), sites)
    expect(dialog.get_by_text(re.compile("Najtańszy, który pomieści"))).not_to_have_count(0)
    walk.write("Niestandardowa konfiguracja podana (może być „brak”)", "brak")
    expect(dialog.get_by_text("Nie można przejść dalej. Brakuje: Dostęp")).to_be_visible()
    walk.mark("Dostęp do starego hostingu")
    walk.go("Analiza")

    walk.on("Termin")
    walk.mark("Wykonalność sprawdzona")
    free = dialog.get_by_role("radio", name=re.compile(r"^wt\. 24\.11, wolne \d z 6"))
    hands.pick(free)
    expect(dialog.get_by_label("Termin zaproponowany", exact=True)).to_have_value("24.11.2026")
    # Another day, on which nothing can be taken, needs a reason.
    walk.write("Termin zaproponowany", "21.11.2026")
    expect(button(dialog, "Przenieś: Termin")).to_be_disabled()
    walk.write("Dlaczego mimo to ten dzień", "klient ma wtedy zamknięte")
    walk.go("Termin")

    walk.on("Migracja")
    walk.mark("Klient przyjął termin")
    walk.write("Osoba kontaktowa na ten dzień", "Ewa Nowak")
    walk.mark("Zamrożenie zmian ogłoszone")
    expect(dialog.get_by_text("Nie można przejść dalej. Brakuje: Telefon")).to_be_visible()
    walk.write("Dlaczego bez telefonu", "niesłysząca, tylko e-mail")
    walk.go("Migracja")
    walk.stand("migration", *TO_GO, "slow", "failed")


def at_their_own_pace(walk, store):
    """Steps 5 to 8: one is slow, one fails its test, one switch is taken back."""
    hands, dialog, page = walk.hands, walk.dialog, walk.page
    walk.tick(*TO_GO, "failed")
    walk.act("migration", "on")
    walk.mark("Strony przeniesione")
    walk.mark("Skrzynki przeniesione")
    walk.go("Synchronizacja poczty")
    walk.stand("migration", "slow")
    walk.stand("sync", *TO_GO, "failed")
    walk.act("sync", "on")
    walk.mark("Poczta z czasu przenosin")
    walk.go("Test klienta")

    # The test of one: at once, taken back within the minute, and done again.
    walk.tick("ala")
    walk.act("test", "confirmed")
    walk.stand("dns", "ala")
    hands.press(button(page, "Cofnij", exact=True))
    walk.stand("test", *TO_GO, "failed")
    walk.tick(*TO_GO)
    walk.act("test", "confirmed")
    walk.stand("dns", *TO_GO)
    walk.stand("test", "failed")
    # It failed: back for correction, alone.
    walk.act("test", "rework")
    expect(dialog.get_by_text("Test klienta się nie udał")).to_be_visible()
    walk.write("Dlaczego", "brak galerii")
    walk.go("Synchronizacja poczty", "Cofnij")
    walk.stand("sync", "failed")

    walk.switch(store, *TO_GO)
    walk.tick("ala", "bez", "cis", "dab")
    walk.act("dns", "visible")
    walk.stand("visible", "ala", "bez", "cis", "dab")
    # A switch that failed is taken back, with what the client is told of it; the way on begins anew.
    walk.act("dns", "switched_back")
    expect(dialog.get_by_text("musieliśmy wycofać")).to_be_visible()
    walk.write("Dlaczego", "sklep nie działa")
    walk.go("Synchronizacja poczty", "Cofnij")
    walk.stand("sync", "failed", "fiolek")
    walk.stand("migration", "slow")


def to_the_end(walk, store):
    """The slow one, those that came back, a manager's force, the passwords, the second synchronisation."""
    hands, dialog, page = walk.hands, walk.dialog, walk.page
    walk.act("migration", "on")
    walk.mark("Strony przeniesione")
    walk.mark("Skrzynki przeniesione")
    walk.go("Synchronizacja poczty")
    walk.act("sync", "on")
    walk.mark("Poczta z czasu przenosin")
    walk.go("Test klienta")

    # Nobody goes past the test: a manager neither.
    walk.sit("Maria Lis")
    walk.act("test", "on")
    expect(dialog.get_by_text("Tego nie można pominąć: Klient potwierdził test")).to_be_visible()
    expect(button(dialog, "Przenieś: DNS")).to_be_disabled()
    expect(button(dialog, "Przejdź dalej mimo braków")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    idle(page)
    walk.act("test", "confirmed")
    walk.stand("dns", "slow", "failed", "fiolek")
    walk.tick("failed", "fiolek")
    walk.switch(store, "failed", "fiolek")
    walk.act("dns", "visible")
    walk.stand("visible", "ala", "bez", "cis", "dab", "failed", "fiolek")
    # The last one is forced by a manager, with a reason.
    walk.act("dns", "on")
    walk.write("Przenieś mimo to, ponieważ…", "widać w oknie klienta")
    hands.press(button(dialog, "Przejdź dalej mimo braków"))
    expect(dialog).to_have_count(0)
    idle(page)

    walk.on("Zakończona")
    expect(button(dialog, "Przenieś: Zakończona")).to_be_disabled()
    walk.mark("Hasło do serwera zmienione")
    hands.pick(dialog.get_by_role("radio", name="zresetowaliśmy je, klient ustawił nowe"))
    expect(button(dialog, "Przenieś: Zakończona")).to_be_disabled()
    walk.write("Kto i kiedy (wymagane, bez haseł)", "Anna, 21.11.2026")
    walk.go("Zakończona")
    expect(walk.main.get_by_text("Zakończona").first).to_be_visible()

    # Mail that reached the old host while caches expired stands on Start until it is done.
    hands.press(page.get_by_test_id("stSidebar").get_by_role("link", name="Start"))
    line = page.locator("tbody tr[data-row]").filter(has_text=f"Kwiaciarnia {walk.n}")
    hands.press(line.get_by_role("button").filter(has_text="Zrobiona"))
    expect(page.get_by_text("Druga synchronizacja poczty, po propagacji: zrobiona").first).to_be_visible()
    expect(line).to_have_count(0)


@pytest.mark.parametrize(("hands", "n"), [(Mouse, 1), (Keys, 2)], ids=["mouse", "keyboard"])
def test_seven_domains_walk_the_whole_process(open_page, desk, store, hands, n):
    page = open_page(f"{desk}/register")
    idle(page)
    walk = Walk(page, hands(page), n)
    take_up(walk)
    before_the_day(walk)
    at_their_own_pace(walk, store)
    to_the_end(walk, store)
    (m,) = [m for m in store.all() if m.client == f"Kwiaciarnia {n}"]
    kinds = [(event.kind, (event.domain or "").split(".")[0]) for event in store.events(m.id)]
    assert m.stage == "closed" and all(d.tested_at is not None for d in m.active)
    assert ("reworked", f"failed{n}") in kinds and ("switched_back", f"fiolek{n}") in kinds and ("undone", "") in kinds
    assert [event.domain for event in store.events(m.id) if event.forced] == [walk.domain("slow")]
    assert m.checks["password_changed"].choice == "reset" and m.checks["second_sync"].choice == "done"


def test_a_finger_confirms_sends_back_takes_back_and_rings(open_page, desk, store):
    """Steps 5 to 8 and Start on a phone."""
    life = Life(
        *(f"{name}3.example" for name in (*TO_GO, "slow", "failed")), ref="D-3", client="Kwiaciarnia 3",
        contact_name="Ewa Nowak", contact_phone="+48 601 234 567",
    ).to("migration", now=WEEK_AGO)  # fmt: skip
    life.to("test", *(d.name for d in life.m.active if not d.name.startswith("slow")), now=WEEK_AGO)
    with writing(store.engine) as connection:
        write_new(connection, [(life.m, life.events)])
    page = open_page(desk, width=390, height=844, touch=True)
    idle(page)
    # Start says whom to ring, and its button opens what is to be noted then, for exactly those domains.
    line = page.locator("tbody tr[data-row]").filter(has_text="Kwiaciarnia 3")
    expect(line.get_by_role("link", name="+48 601 234 567")).to_have_attribute("href", "tel:+48601234567")
    walk = Walk(page, Finger(page), 3)
    walk.hands.press(line.locator("[data-act]").first)
    expect(walk.dialog).to_contain_text("Kwiaciarnia 3")
    walk.hands.press(walk.dialog.get_by_role("button", name=re.compile("Zamknij|Close")))
    expect(walk.dialog).to_have_count(0)
    walk.hands.press(line.get_by_role("link", name="Kwiaciarnia 3"))
    expect(page.get_by_role("heading", level=1, name="Kwiaciarnia 3")).to_be_visible()
    idle(page)
    walk.hands.choose(walk.main.get_by_role("combobox", name="Kim jesteś?"), "Anna Bobrowska")

    walk.tick(*TO_GO)
    walk.act("test", "confirmed")
    walk.stand("dns", *TO_GO)
    walk.hands.press(button(page, "Cofnij", exact=True))
    walk.stand("test", *TO_GO, "failed")
    walk.tick(*TO_GO)
    walk.act("test", "confirmed")
    walk.act("test", "rework")
    walk.write("Dlaczego", "brak galerii")
    walk.go("Synchronizacja poczty", "Cofnij")
    walk.stand("sync", "failed")
    walk.switch(store, *TO_GO)
    walk.tick("ala")
    walk.act("dns", "switched_back")
    walk.write("Dlaczego", "sklep nie działa")
    walk.go("Synchronizacja poczty", "Cofnij")
    walk.stand("sync", "ala", "failed")
    walk.stand("migration", "slow")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
