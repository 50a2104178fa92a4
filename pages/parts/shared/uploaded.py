"""What Streamlit holds of uploaded files: the door asks how much that is, a page lets go of what it has taken up."""

import time
from collections.abc import Callable

import streamlit as st
from streamlit.runtime import Runtime, exists, get_instance
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from core.door.upload_guard import NOTHING, Holding, refusals
from core.files.kept_upload import held
from core.ground.file_limits import MEGABYTE, check_size
from core.ground.messages import FieldError, InputError
from core.language import Language
from pages.parts.shared import streamlit_words
from pages.parts.shared.words import plain

_REFUSED = "_upload_refused"
_UNTAKEN = 30.0
"""Seconds after which a file that no page has taken up is let go of: the browser tells of it as soon as it has come."""

_seen: dict[tuple[str, str], float] = {}
"""When the door first saw each file that no page has taken up."""


def holdings() -> dict[str, Holding]:
    """Return what the sessions hold, counted anew: what a closed tab or a page gave back is not in it any more.

    Files that no page has taken up, and bytes of those that one has and not let go of yet. What nobody will take up
    any more goes: of sessions that are not connected, and what lay there for `_UNTAKEN`.
    """
    runtime = get_instance()
    _end_expired(runtime)
    manager, now = _manager(runtime), time.monotonic()
    kept = {session: dict(files) for session, files in list(manager.file_storage.items())}
    for place in [*_seen]:
        if place[1] not in kept.get(place[0], ()):
            del _seen[place]
    found = {session: Holding(0, size) for session, size in held().items()}
    for session, files in kept.items():
        if not runtime.is_active_session(session):
            manager.remove_session_files(session)
            continue
        for id, file in files.items():
            if now - _seen.setdefault((session, id), now) > _UNTAKEN:
                manager.remove_file(session, id)
            else:
                found[session] = found.get(session, NOTHING) + Holding(1, len(file.data))
    return found


def _end_expired(runtime: Runtime) -> None:
    """Let sessions end that left too long ago to come back: Streamlit does so only when the next one leaves."""
    storage = getattr(runtime._session_mgr, "_session_storage", None)
    expire = getattr(getattr(storage, "_cache", None), "expire", None)
    if expire is not None:
        expire()


def owner() -> str:
    """Return the session whose page is drawn, to whom a file belongs that it takes up."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def is_session(session: str) -> bool:
    """Return whether a session is connected."""
    return exists() and get_instance().is_active_session(session)


def take(file: UploadedFile, most: int) -> bytes:
    """Return what is in a file that was uploaded, of which Streamlit keeps nothing then; raises InputError on its size.

    `most`: the bytes that such a file may have.
    """
    try:
        check_size(file.size, most)
        return file.getvalue()
    finally:
        forget(file)


def uploader(
    label: str, *, key: str, most: int, take_up: Callable[[str, bytes], None], language: Language, help: str
) -> None:
    """Draw where a file is brought, and why the last one was refused; `take_up` is given its name and what is in it.

    `most`: the bytes that it may have.
    """

    def uploaded() -> None:
        file = st.session_state.get(key)
        # Something else where Streamlit notices that it was forgotten, or a browser still speaks of what is gone.
        if not isinstance(file, UploadedFile):
            return
        st.session_state.pop(_REFUSED, None)
        name = file.name
        try:
            take_up(name, take(file, most))
        except InputError as error:
            st.session_state[_REFUSED] = error.errors

    streamlit_words.uploader(key, most, language)
    st.file_uploader(label, key=key, on_change=uploaded, max_upload_size=most // MEGABYTE, help=help)
    _refusals(language)


@st.fragment(run_every=2)
def _refusals(language: Language) -> None:
    """Tell what the door or the page refused: Streamlit's own box shows the number of the answer alone."""
    context = get_script_run_ctx()
    if context and (why := refusals.take(context.session_id)):
        st.session_state[_REFUSED] = (FieldError("file", "", why),)
    for mistake in st.session_state.get(_REFUSED, ()):
        st.error(plain(language.mistake(mistake)), icon=":material/block:")


def forget(file: UploadedFile) -> None:
    """Let Streamlit forget a file: in its store of uploads, and in the widget's value, which lives to the run's end."""
    if context := get_script_run_ctx():
        manager = context.uploaded_file_mgr
        assert isinstance(manager, MemoryUploadedFileManager)
        manager.remove_file(context.session_id, file.file_id)
    # Emptied, not closed: where the uploader is drawn again, Streamlit copies its value.
    file.truncate(0)


def _manager(runtime: Runtime) -> MemoryUploadedFileManager:
    manager = runtime.uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    return manager
