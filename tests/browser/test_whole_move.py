"""One move through the desk, from what the old hoster gives to "propagated": real servers, a real browser, real time.

In Polish by keyboard, and in English by a finger on a dark phone. What is told is read out of the texts of the desk, so
that a better word breaks no walk.
"""

import contextlib
import datetime as dt
import re
import tempfile
import time

import pytest
from playwright.sync_api import expect

from core.database.transactions import engine_of, writing
from core.database.upgrade import upgrade
from core.language import ENGLISH, POLISH
from core.migration import moves
from core.migration.stages import SWITCHED
from core.store.changing import write_new
from core.store.store import Store
from tests.browser.conftest import button, idle, serve
from tests.browser.test_process import Finger, Keys
from tests.lab.conftest import _laboratory as _laboratory
from tests.lab.conftest import _without
from tests.lab.network import doorway
from tests.lab.services import Apache, Nginx, Reply, Site, missing_services, open_folder
from tests.migrations import PROCESS, Life

pytestmark = pytest.mark.lab

PATIENCE = 300_000
"""Milliseconds: a look asks for hundreds of names, on a machine that may have other things to do."""
TTL = 4
OLD_WEB, NEW_WEB = "127.0.10.1", "127.0.11.1"
PAGE = "<!doctype html><title>Herbata</title><h1>Herbata prosto z plantacji</h1><p>Pakujemy ją ręcznie w Krakowie.</p>"
FORGOTTEN = "letnia-kuchnia"
"""A name that nobody would think of: only the old hoster's file tells it."""


@pytest.fixture(scope="module")
def desk(_laboratory):
    """The app in the laboratory's network, web servers on both sides: (address, laboratory, network, store)."""
    if reason := missing_services():
        _without(reason)
    lab, network = _laboratory
    settings = {"FROZEN_NOW": "", "SAMPLES": "false", "PRIVATE_SERVERS": "true", "CHECK_EVERY": "1"}
    with contextlib.ExitStack() as stack:
        port = stack.enter_context(doorway(network))
        url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/desk.sqlite3"
        upgrade(url)
        folder = stack.enter_context(open_folder())
        with network.inside():
            for kind, address in ((Nginx, OLD_WEB), (Apache, NEW_WEB)):
                # The first site of an address answers for whatever name it is asked for.
                web = kind(folder, kind.__name__, [Site(address, ("klient.pl",), replies={"/": Reply(body=PAGE)})])
                stack.callback(web.kill)
                web.start()
            own = {**lab.environment(), **settings, "CUTOVER_TARGETS": "127.0.0.0/8", "DATABASE_URL": url}
            stack.enter_context(serve(port, **own))
        yield f"http://127.0.0.1:{port}", lab, network, Store(engine_of(url))


def ago(days):
    return dt.datetime.fromtimestamp(time.time(), dt.UTC).replace(microsecond=0) - dt.timedelta(days=days)


class Move:
    """A domain on both hosters, and its migration at the stage "data"."""

    def __init__(self, desk, stem, ref, *lost):
        self.address, self.lab, self.network, self.store = desk
        self.ref, self.lost = ref, lost
        with self.network.inside():
            self.zone = self.lab.name(stem)
            self.lab.old.serve(self.zone, *self.records(OLD_WEB, *lost), ttl=TTL)
            self.lab.new.serve(self.zone, *self.records(NEW_WEB), ttl=TTL)
            self.lab.delegate(self.zone, self.lab.old.servers, ttl=TTL)
        self.name = self.zone.removesuffix(".")
        servers = {
            f"{side}_ns": " ".join([*map(self._host, hoster.servers), *hoster.servers.values()])
            for side, hoster in (("old", self.lab.old), ("new", self.lab.new))
        }
        life = Life(self.name, ref=ref, client=f"Herbaciarnia {ref}", package="firma").to("data", now=ago(3))
        life.do(moves.change, {**servers, "old_addresses": OLD_WEB, "new_addresses": NEW_WEB}, self.name, now=ago(3))
        with writing(self.store.engine) as connection:
            write_new(connection, [(life.m, life.events)])

    @staticmethod
    def _host(server):
        return server.removesuffix(".")

    def records(self, web, *more):
        return [f"@ A {web}", f"www A {web}", '@ TXT "v=spf1 -all"', *more]

    def file(self):
        """Return what the old hoster gives: its zone as a file, with what only it tells."""
        return "\n".join([f"$ORIGIN {self.zone}", "$TTL 4h", *self.records(OLD_WEB, *self.lost), ""]).encode()

    def mend(self, *more):
        """Let the new hoster have what was forgotten."""
        with self.network.inside():
            self.lab.new.serve(self.zone, *self.records(NEW_WEB, *more), ttl=TTL)

    def to_the_test(self):
        """Do what lies between the list of the client and his test, as others of the team would."""
        life, m = Life.__new__(Life), self.m
        life.m, life.events = m, ()
        life.to("test", now=ago(2))
        self.store.change(m.id, lambda _: life.events)

    @property
    def m(self):
        return self.store.by_ref(self.ref)

    @property
    def d(self):
        return self.m.domains[self.name]

    def kinds(self):
        return [event.kind for event in self.store.events(self.m.id)]


class Desk:
    """Somebody at the desk, by keyboard or with a finger, in a language."""

    def __init__(self, page, hands, language, move):
        self.page, self.hands, self.move = page, hands, move
        self.language, self.t = language, language.text
        self.main, self.dialog = page.get_by_test_id("stMain"), page.get_by_role("dialog")

    def press(self, id, where=None, **values):
        self.hands.press(button(where or self.main, self.t(id, **values), exact=True).last)

    def follow(self, id, **values):
        """Go by a link to another page of the desk."""
        link = self.main.get_by_role("link", name=self.t(id, **values), exact=True)
        self.hands.press(link.last)

    def told(self, id, **values):
        """Return where a text of the desk stands, for the last time."""
        return self.main.get_by_text(self.t(id, **values)).last

    def alert(self, said):
        return self.main.get_by_test_id("stAlertContainer").filter(has_text=said)

    def fits(self):
        """Hold the page to it that nothing scrolls sideways."""
        for where in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
            assert self.page.evaluate(f"{where}.scrollWidth <= {where}.clientWidth"), where

    # -- the steps of a move

    def sit(self):
        phone = self.page.viewport_size["width"] < 600
        inside = self.main if phone else self.page.get_by_test_id("stSidebar")
        self.hands.choose(inside.get_by_role("combobox", name=self.t("person.who")).first, "Anna Bobrowska")

    def take_up_the_zone(self):
        self.press("handover.archive.title")
        expect(self.dialog).to_be_visible()
        idle(self.page)
        field = self.dialog.get_by_test_id("stFileUploader").filter(visible=True).locator("input[type=file]")
        field.set_input_files({"name": "strefa.txt", "mimeType": "text/plain", "buffer": self.move.file()})
        keep = button(self.dialog, self.t("handover.archive.keep"), exact=True)
        expect(keep).to_be_visible(timeout=60_000)
        self.hands.press(keep)
        expect(self.dialog).to_have_count(0)
        idle(self.page)
        assert "zone_kept" in self.move.kinds()

    def act(self, step, action):
        self.hands.press(self.page.locator(f"tbody[data-step={step}] [data-act={action}]"))

    def look(self, id, count=None):
        """Look at the domain; `id`: the answer."""
        self.press("cutover.page.check")
        answer = self.alert(self.t(id, count=count, name=self.move.name))
        expect(answer).to_be_visible(timeout=PATIENCE)
        idle(self.page)
        self.fits()

    def back(self, id):
        self.follow(id, ref=self.move.ref)
        expect(self.page.get_by_role("heading", level=1, name=re.compile(self.move.ref))).to_be_visible()
        idle(self.page)

    def watch(self):
        """Follow the switch, which the registry makes meanwhile, until everybody sees it."""
        self.follow("card.check_dns")
        verdict = self.main.get_by_test_id("stAlertContainer").first
        expect(verdict).to_contain_text(self.t("dns.title.unpublished"), timeout=60_000)
        self.hands.mark(self.t("propagation.live"), self.main)
        with self.move.network.inside():
            self.move.lab.switch(self.move.zone)
        expect(verdict).to_contain_text(self.t("dns.title.observed"), timeout=PATIENCE)
        self.fits()

    def walk(self, hands_it_over):
        """Go the whole way; `hands_it_over`: what is done with the last look before the switch."""
        move = self.move
        self.sit()
        self.take_up_the_zone()
        move.to_the_test()
        idle(self.page)
        self.act("test", "confirmed")
        # Not yet: nobody has looked.
        self.act("dns", "ns_changed")
        expect(self.told("error.look_missing")).to_be_visible()
        self.fits()
        self.follow("card.look_at", domain=move.name)
        servers = self.main.get_by_label(self.t("field.cutover.new"), exact=True)
        expect(servers).to_have_value(", ".join(move.lab.new.servers.values()))
        self.look("cutover.verdict.not.blocked", 1)
        differs = self.main.get_by_role("table", name=self.t("cutover.page.differ"))
        row = differs.get_by_role("row").filter(has_text=FORGOTTEN)
        expect(row).to_contain_text(self.t("cutover.page.state.only_old"))
        expect(self.main.get_by_label(self.t("cutover.accept.reason", ref=move.ref))).to_have_count(0)
        self.press("cutover.keep.do", ref=move.ref)
        expect(self.told("cutover.keep.kept", ref=move.ref)).to_be_visible()
        self.back("cutover.keep.kept")
        self.act("dns", "ns_changed")
        expect(self.told("error.look_blocked")).to_be_visible()
        # Mended where it lacked, and looked at again.
        move.mend(f"{FORGOTTEN} A {NEW_WEB}")
        self.follow("card.look_at", domain=move.name)
        hands_it_over(self)
        self.back("cutover.keep.kept")
        expect(self.main.get_by_text(self.t("error.look_blocked"))).to_have_count(0)
        self.hands.mark(self.language.value(PROCESS.checks[SWITCHED].label), self.main)
        expect(self.page.locator("tbody[data-step=dns]")).to_contain_text(move.name)
        assert move.d.dns_switched_at is not None
        self.watch()
        self.back("propagation.migration")
        self.act("dns", "visible")
        expect(self.page.locator("tbody[data-step=visible]")).to_contain_text(move.name)
        assert move.d.step == "visible"
        history = self.main.get_by_test_id("stDataFrame").last
        # The grid has only those rows for whoever listens that are in sight: the last ones.
        for kind in sorted({kind for kind in move.kinds() if kind.startswith("cutover")}):
            expect(history.get_by_text(self.t(f"event.{kind}")).first).to_be_attached()


def accept(desk):
    """Accept what is left, with a reason."""
    desk.look("cutover.verdict.not.accept", 1)
    expect(desk.told("cutover.since.mended", count=1)).to_be_visible()
    field = desk.main.get_by_label(desk.t("cutover.accept.reason", ref=desk.move.ref))
    desk.hands.write(field, "Google potwierdza się teraz inaczej")
    desk.press("cutover.accept.do", ref=desk.move.ref)
    expect(desk.told("cutover.keep.kept", ref=desk.move.ref)).to_be_visible()
    expect(desk.main.get_by_text(desk.t("cutover.accept.what"))).to_have_count(0)
    assert desk.move.d.cutover.accepted_by == "anna"


def keep(desk):
    """Keep what is ready."""
    desk.look("cutover.verdict.ready")
    expect(desk.told("cutover.since.mended", count=1)).to_be_visible()
    desk.press("cutover.keep.do", ref=desk.move.ref)
    expect(desk.told("cutover.keep.kept", ref=desk.move.ref)).to_be_visible()


PROOF = '@ TXT "google-site-verification=abcdefghijklmnop"'


def test_move_by_keyboard_from_the_zone_of_the_old_hoster_to_propagated(open_page, desk):
    move = Move(desk, "herbata", "H-1", f"{FORGOTTEN} A {OLD_WEB}", PROOF)
    page = open_page(f"{move.address}/migration?ref=H-1")
    idle(page)
    Desk(page, Keys(page), POLISH, move).walk(accept)
    assert [kind for kind in move.kinds() if kind.startswith(("zone", "cutover"))] == [
        "zone_kept", "cutover_looked", "cutover_looked", "cutover_accepted",
    ]  # fmt: skip


def test_move_on_a_phone_by_finger_in_the_dark(open_page, desk):
    move = Move(desk, "tea", "H-2", f"{FORGOTTEN} A {OLD_WEB}")
    page = open_page(
        f"{move.address}/migration?ref=H-2", width=390, height=844, locale="en-GB", scheme="dark", touch=True
    )
    idle(page)
    Desk(page, Finger(page), ENGLISH, move).walk(keep)
    assert [kind for kind in move.kinds() if kind.startswith(("zone", "cutover"))] == [
        "zone_kept", "cutover_looked", "cutover_looked",
    ]  # fmt: skip
