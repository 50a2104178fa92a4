"""Files on their way through the pages: sizes are checked again, long ones are worked on aside, closed ones gone."""

import contextlib
import os
import signal
import threading
import time
from urllib.parse import urlsplit

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from bench.importing import spreadsheet
from bench.uploads import children, pid_of
from core.files import kept_upload
from core.ground import file_limits
from core.language import LANGUAGES, POLISH
from pages.parts.portfolio import subscriptions
from pages.parts.shared.words import plain
from tests.browser.conftest import serve
from tests.pages import DIRTY, choose, click, counts, tick, upload
from tests.session import Session
from tests.test_pages import everything, open_page

SMALL = "klient;domena\nŁąka;laka.example\n".encode()
LONG = spreadsheet(9_000)


@pytest.fixture
def aside(monkeypatch, desk_url):
    """Let every file be long enough for a process of its own."""
    monkeypatch.setattr(kept_upload, "IN_PLACE", 0)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
@pytest.mark.parametrize(
    ("stem", "where", "limit"),
    [("imports", file_limits, "MIGRATIONS"), ("portfolio", subscriptions, "SUBSCRIPTIONS")],
    ids=["imports", "portfolio"],
)
def test_file_above_the_limit_of_its_kind_is_refused_by_the_page_too(
    monkeypatch, desk_url, stem, where, limit, language
):
    monkeypatch.setattr(where, limit, 2 * file_limits.MEGABYTE)
    app = open_page(stem, language)
    app.file_uploader[0].set_value(("a.csv", b"x" * (2 * file_limits.MEGABYTE + 1), "text/csv"))
    app.run()
    assert plain(language.text("error.file_too_large", size=3, most=2)) in everything(app)
    assert app.file_uploader and not app.exception


def test_long_file_goes_the_whole_way_in_processes_of_its_own(aside, store):
    app = upload(choose(open_page("imports"), "anna"), DIRTY)
    kept = app.session_state["_imports"]
    folder = kept.upload.file.folder
    assert app.error and kept.upload.layout.guessed == "cp1250" and len([*folder.iterdir()]) >= 1
    tick(app, "Hasło FTP")
    assert counts(app) == [4, 3, 0, 0, 0, 1]
    click(app, "import_write")
    assert {m.ref for m in store.all()} == {"Z-1", "Z-2", "Z-3"} and counts(app) == [4, 3, 0, 0, 0, 1]
    assert not folder.exists()
    rubbish = upload(app, b"\x00\x01\x02")
    assert rubbish.error and kept.upload.read


def test_closed_file_is_forgotten(aside):
    app = upload(open_page("imports"), SMALL)
    upload_ = app.session_state["_imports"].upload
    folder = upload_.file.folder
    assert folder.exists() and upload_.made
    click(app, "import_drop")
    assert not folder.exists() and upload_.file.content == b""
    assert (upload_.read, upload_.found, upload_.made, upload_.mapping) == (None, None, None, {})
    assert app.session_state["_imports"].upload is None


def test_subscriptions_are_read_in_a_process_of_their_own(aside):
    app = AppTest.from_function(_draw_subscriptions, default_timeout=120).run()
    data = "nr umowy;firma;usługa;od;do;cena\nA-1;Róża;firma;01.06.2025;31.05.2026;199,00\n".encode("cp1250")
    app.file_uploader[0].set_value(("baza.csv", data, "text/csv")).run()
    assert not app.exception and app.session_state["base"] == ["A-1"]
    folder = app.session_state["_subscriptions"].upload.file.folder
    app.button(key="subscriptions_back").click().run()
    assert not folder.exists()


def _draw_subscriptions():
    import streamlit as st

    from core.language import POLISH
    from pages.parts.portfolio import subscriptions

    st.session_state["_language"] = "pl"
    loaded = subscriptions.draw(POLISH)
    st.session_state["base"] = loaded and loaded.subscriptions.id.tolist()


# -- on a real server


@pytest.fixture(scope="module")
def desk():
    with serve() as address:
        yield urlsplit(address)


@pytest.fixture
def session(desk):
    with contextlib.closing(Session(desk, "imports")) as opened:
        yield opened


def number(session):
    """Return the number of the uploader that is drawn."""
    return next(key for key in session.widgets if key.startswith("import_upload_"))


def until(happened):
    for _ in range(1200):
        if found := happened():
            return found
        time.sleep(0.05)
    raise AssertionError("it never happened")


def test_file_that_was_taken_up_gives_its_place_at_the_endpoint_back(session):
    for _ in range(file_limits.SESSION_FILES + 1):
        session.bring(number(session), "a.csv", SMALL)
        session.click("import_drop")
    for _ in range(file_limits.SESSION_FILES):
        assert session.upload(b"x")[0] == 204
    assert session.upload(b"x")[0] == 429
    session.run()
    until(lambda: session.run() or plain(POLISH.text("upload.session_full")) in "\n".join(session.texts))


def test_work_that_dies_ends_in_a_sentence(desk, session):
    server = pid_of(desk)
    bringing = threading.Thread(target=session.bring, args=(number(session), "long.csv", LONG))
    bringing.start()
    for process in until(lambda: children(server)):
        os.kill(process, signal.SIGKILL)
    bringing.join()
    assert plain(POLISH.text("error.work_died")) in "\n".join(session.texts)
    assert "import_drop" in session.widgets


def test_file_can_be_closed_while_it_is_read_and_the_work_ends(desk, session):
    server = pid_of(desk)
    session.start(session.brought(number(session), "long.csv", LONG))
    until(lambda: children(server))
    until(lambda: session.look() or "import_drop" in session.widgets)
    session.click("import_drop")
    assert number(session) and "import_drop" not in session.widgets
    until(lambda: not children(server))


def test_late_word_of_an_uploader_that_is_gone_harms_nothing(session):
    key = number(session)
    id, state = session.widgets[key], session.brought(key, "a.csv", SMALL)
    session.run(**state)
    assert "import_drop" in session.widgets
    # A browser that still shows it while the page is drawn anew sends its state along.
    session.widgets[key] = id
    session.run(**state)
    assert not session.broken and "import_drop" in session.widgets
    session.widgets[key] = id
    session.run(**{key: WidgetState(file_uploader_state_value={})})
    assert not session.broken and "import_drop" in session.widgets
