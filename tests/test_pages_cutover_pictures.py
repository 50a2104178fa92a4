"""Pictures on the page "Before the switch": on a click, while they are taken, where there are none; missing text."""

import threading
from dataclasses import replace

import pytest

from core.cutover.asking import browser
from core.cutover.asking.browser import NoPictureError
from core.cutover.asking.page_text import triples
from core.cutover.asking.pictures import PICTURES_MAX
from core.cutover.probes import Page, Probes
from core.language import ENGLISH, LANGUAGES, POLISH
from pages.parts.cutover import pictures
from tests.test_cutover_report import cutover
from tests.test_pages import HOSTILE, open_page
from tests.test_pages_cutover import ASKED, looked, shown, until
from tests.test_pages_cutover import faked as faked
from tests.test_pages_cutover import lines as lines

# The smallest PNG there is: one grey pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c6368000000820081dd436af40000000049454e44ae426082"
)
OLD = Page("firma.example", "old", "198.51.100.7", True, status=200, title="Herbata")
NEW = Page("firma.example", "new", "192.0.2.7", True, status=200, title="Kawa")


class Hand:
    """Takes pictures in place of Chromium, when the test lets it."""

    def __init__(self):
        self.gate, self.asked, self.fails = threading.Event(), [], ""

    def picture(self, program, url, ways):
        self.asked.append((url, ways[url.split("/")[2], 443]))
        assert self.gate.wait(60)
        if self.fails == ways[url.split("/")[2], 443][0]:
            raise NoPictureError("why")
        return PNG


@pytest.fixture(autouse=True)
def hand(monkeypatch, faked):
    found = Hand()
    found.gate.set()
    monkeypatch.setattr(browser, "chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(browser, "picture", found.picture)
    pictures.all_pictures.clear()
    faked.found = cutover(probes=Probes((OLD, NEW)))
    yield found
    found.gate.set()
    until(lambda: all(one.over for one in pictures.all_pictures()._kept.values()))
    pictures.all_pictures.clear()


def asked_for(app):
    app.button(key="cutover_pictures").click().run()
    assert not app.exception, app.exception
    return app


def taken(app):
    until(lambda: all(one.over for one in pictures.all_pictures()._kept.values()))
    app.run()
    assert not app.exception, app.exception
    return app


def images(app):
    return [image.alt for block in app.get("image") for image in block.proto.imgs]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_pictures_are_taken_on_a_click_only_and_stand_old_before_new(language, hand):
    app = looked(language)
    assert not hand.asked and not images(app)
    taken(asked_for(app))
    assert hand.asked == [
        ("https://firma.example/", ("198.51.100.7", 443)),
        ("https://firma.example/", ("192.0.2.7", 443)),
    ]
    alt = {"site": "firma.example"}
    assert images(app) == [
        language.text("cutover.page.pictures.alt.old", address="198.51.100.7", **alt),
        language.text("cutover.page.pictures.alt.new", address="192.0.2.7", **alt),
    ]
    said = shown(app)
    assert language.text("cutover.page.pictures.what") in said
    assert all(button.key != "cutover_pictures" for button in app.button)


def test_another_person_sees_the_same_pictures(hand):
    taken(asked_for(looked()))
    assert len(images(open_page("cutover", **ASKED))) == 2 and len(hand.asked) == 2


def test_how_far_it_is_is_told_while_pictures_are_taken(hand):
    hand.gate.clear()
    app = asked_for(looked())
    until(lambda: hand.asked)
    app.run()
    assert "Robimy obrazki stron: 0 z 2." in shown(app) and POLISH.text("cutover.page.pictures.waits") in shown(app)
    hand.gate.set()
    assert len(images(taken(app))) == 2 and "Robimy" not in shown(app)


def test_page_that_did_not_show_is_told_in_its_place(hand):
    hand.fails = "192.0.2.7"
    app = taken(asked_for(looked()))
    assert len(images(app)) == 1 and POLISH.text("cutover.page.pictures.failed") in shown(app)


def test_where_no_chromium_is_installed_one_line_says_so(hand, monkeypatch):
    monkeypatch.setattr(browser, "chromium", lambda: None)
    app = looked()
    assert POLISH.text("cutover.page.pictures.none") in shown(app)
    assert all(button.key != "cutover_pictures" for button in app.button)


def test_nothing_is_offered_where_no_page_answered(faked, hand):
    dead = {"failure": "refused", "status": None}
    faked.found = cutover(probes=Probes((replace(OLD, **dead), replace(NEW, **dead))))
    app = looked()
    assert all(button.key != "cutover_pictures" for button in app.button)


def test_so_many_sites_have_pictures_and_that_is_said(faked, hand):
    sites = [f"s{n}.example" for n in range(9)]
    faked.found = cutover(probes=Probes(tuple(replace(of, site=site) for site in sites for of in (OLD, NEW))))
    app = taken(asked_for(looked(ENGLISH)))
    assert len(images(app)) == PICTURES_MAX == len(hand.asked)
    assert "6 of 9 sites have pictures" in shown(app)


@pytest.mark.parametrize("odd", [{}, {"status": 500}, {"failure": "closed"}, {"default": "nginx"}])
def test_text_that_the_new_page_lacks_is_told_as_text_where_it_shows_the_clients(odd, lines, faked):
    text = f"Herbata z malin i róże {HOSTILE} dalie piwonie lilie"
    new = replace(NEW, words=triples("Herbata z malin i róże dalie piwonie lilie"), **odd)
    faked.found = cutover(probes=Probes((replace(OLD, text=text), new)))
    looked()
    said = lines["cutover_pages"][0][2]
    assert ("brakuje tekstu: „" in said and "alert(1)" in said) if not odd else "brakuje" not in said
