"""What a run has drawn while the server was busy, and the page that polls asked for its own part in that moment."""

import asyncio

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from pages.parts.shared import whole_runs

SCRIPT = """
import streamlit as st

def again(name):
    st.session_state[name] = st.session_state.get(name, 0) + 1
    return st.session_state[name]

st.fragment(lambda: st.markdown(f"form {again('form')}"))()
st.fragment(lambda: st.markdown(f"poll {again('poll')}"), run_every=3600)()
st.markdown(f"page {again('page')}")
"""


class Browser:
    """Keeps what it is sent: the texts, by whose fragment they are, and how runs ended."""

    client_context = None

    def __init__(self):
        self.texts, self.fragments, self.finished = [], {}, 0

    def write_forward_msg(self, message: ForwardMsg) -> None:
        self.finished += message.WhichOneof("type") == "script_finished"
        if text := message.delta.new_element.markdown.body:
            self.texts.append(text)
            self.fragments[text.split()[0]] = message.delta.fragment_id


class Tab:
    """A session of which only its thread counts."""

    _scriptrunner = None


async def quiet(session):
    """Wait until no run is under way, and what they drew is sent."""
    async with asyncio.timeout(30):
        while session._scriptrunner is not None:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)


async def asked(path, *names):
    """Ask for parts of a page, each when the run for the one before has just ended and nobody has heard of it yet."""
    browser = Browser()
    files = MemoryMediaFileStorage("/media"), MemoryUploadedFileManager("/upload")
    runtime = Runtime(RuntimeConfig(str(path), *files))
    await runtime.start()
    session = runtime.get_app_session(runtime.connect_session(browser, {}))
    session.request_rerun(ClientState())
    await quiet(session)
    browser.texts.clear()
    browser.finished = 0
    for name in names:
        session.request_rerun(ClientState(fragment_id=browser.fragments[name], is_auto_rerun=name == "poll"))
        # Without a pause: the loop that sends what it draws stands still.
        session._scriptrunner._script_thread.join(30)
    await quiet(session)
    runtime.stop()
    await runtime.stopped
    return browser


@pytest.fixture
def ask(tmp_path, monkeypatch):
    """Asks for parts of a page in a process that has no other."""
    monkeypatch.setattr(Runtime, "_instance", None)
    page = tmp_path / "page.py"
    page.write_text(SCRIPT, encoding="utf-8")
    # Whatever this process has installed already is taken back at the end.
    monkeypatch.setattr(AppSession, whole_runs.CREATE, whole_runs.created)
    monkeypatch.setattr(AppSession, whole_runs.HANDLE, whole_runs.handled)
    return lambda *names: asyncio.run(asked(page, *names))


def test_streamlit_loses_what_a_run_drew_when_the_next_is_asked_for_at_its_end(ask):
    """When this fails, Streamlit has mended it: `whole_runs` can go."""
    assert ask("form", "poll").texts == ["poll 2"]


@pytest.mark.parametrize(
    ("names", "texts"),
    [
        (("form", "poll"), ["form 2", "poll 2"]),
        # What the next draws anew before it was sent need not be.
        (("page", "poll"), ["form 2", "page 2", "poll 3"]),
        (("form", "poll", "form"), ["poll 2", "form 3"]),
        # Stopped for the whole page, the form's run counts for nothing: the page draws all anew.
        (("form", "page"), ["form 3", "poll 2", "page 2"]),
    ],
)
def test_what_a_run_drew_arrives_whatever_is_asked_for_at_its_end(ask, names, texts):
    whole_runs.install()
    found = ask(*names)
    assert found.texts == texts
    # Each run that arrives is told to be over, as a browser waits for it.
    assert found.finished == len(names) - ("page" in names[1:])


def test_stopped_run_that_ends_late_does_not_end_the_next(monkeypatch):
    heard = []
    monkeypatch.setattr(whole_runs, "handled", lambda session, sender, *_: heard.append(sender))
    session = Tab()
    monkeypatch.setattr(whole_runs, "created", lambda session, _data: setattr(session, "_scriptrunner", object()))
    whole_runs._create(session, None)
    stopped = session._scriptrunner
    whole_runs._create(session, None)
    whole_runs._handle(session, stopped, "message")
    whole_runs._handle(session, session._scriptrunner, "started")
    whole_runs._handle(session, stopped, "finished")
    # Its last word came after the first of the next: whose it is the session is told, and ignores it.
    assert heard == [session._scriptrunner, session._scriptrunner, stopped]
