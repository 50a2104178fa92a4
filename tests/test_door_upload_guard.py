"""What may be uploaded, asked of the endpoint itself: bytes and files of one file, one session, and all together."""

import asyncio
import contextlib
import weakref
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from core.door import upload_guard
from core.door.upload_guard import Holding, Uploads, refusals
from core.files.kept_upload import Held
from core.ground import file_limits
from core.ground.file_limits import MEGABYTE, PROCESS_FILES, SESSION_FILES
from core.language import LANGUAGES
from pages.parts.shared import uploaded
from tests.browser.conftest import serve
from tests.session import Session

POLISH, ENGLISH = LANGUAGES["pl"], LANGUAGES["en"]


# -- by itself


class Asked:
    """A request to an upload endpoint that keeps what it is given; `held` is what sessions hold, `a` is connected."""

    def __init__(self, **held):
        self.held = {session: Holding(*numbers) for session, numbers in held.items()}
        self.read = 0
        self.uploads = Uploads(
            self.endpoint, is_session=lambda session: session == "a", holdings=lambda: self.held, word=ENGLISH.text
        )

    async def endpoint(self, scope, receive, send):
        async for chunk in Request(scope, receive).stream():
            self.read += len(chunk)
        await PlainTextResponse("kept", 204)(scope, receive, send)

    async def ask(self, *chunks, length=None, session="a", method="PUT", path=None, more=(), receive=None):
        size = sum(map(len, chunks)) if length is None else length
        headers = [*([(b"content-length", str(size).encode())] if size is not False else []), *more]
        path = path or f"/_stcore/upload_file/{session}/f"
        scope = {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b""}
        left, answered = list(chunks), []

        async def give():
            body = left.pop(0) if left else b""
            return {"type": "http.request", "body": body, "more_body": bool(left)}

        async def send(message):
            answered.append(message)

        await self.uploads(scope, receive or give, send)
        return answered[0]["status"], b"".join(m.get("body", b"") for m in answered[1:]).decode()

    def status(self, *chunks, **how):
        return asyncio.run(self.ask(*chunks, **how))[0]


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    sizes = {"UPLOAD": 10, "SESSION_BYTES": 15, "PROCESS_BYTES": 30}
    for name, size in sizes.items():
        monkeypatch.setattr(file_limits, name, size * MEGABYTE)
    monkeypatch.setattr(file_limits, "SESSION_FILES", 3)
    monkeypatch.setattr(file_limits, "PROCESS_FILES", 5)
    yield
    refusals.take("a")


def test_file_of_the_very_size_is_let_through_and_one_byte_more_than_its_form_needs_is_not():
    asked = Asked()
    most = 10 * MEGABYTE + upload_guard._FRAMING
    assert asked.status(b"x" * most) == 204 and asked.read == most
    assert asked.status(b"x", length=most + 1) == 413 and asked.read == most


def test_unknown_session_is_refused_before_anything_is_read():
    asked = Asked()

    async def unread():
        raise AssertionError("the body was asked for")

    assert asked.status(b"x", session="b", receive=unread) == 404
    for path in ("/_stcore/upload_file/a", "/_stcore/upload_file/a/b/c", "/_stcore/upload_file//f"):
        assert asked.status(b"x", path=path, receive=unread) == 404
    assert refusals.take("b") is None


@pytest.mark.parametrize(
    "how",
    [
        {"length": False},
        {"length": False, "more": [(b"transfer-encoding", b"chunked")]},
        {"more": [(b"transfer-encoding", b"chunked")]},
        {"more": [(b"content-length", b"2")]},
        {"length": "-1"},
        {"length": "1e3"},
        {"length": "9" * 40},
    ],
)
def test_upload_that_does_not_tell_its_length_plainly_is_refused(how):
    asked = Asked()
    assert asked.status(b"x", **how) == 411 and asked.read == 0


def test_body_that_is_longer_than_it_said_is_cut_off():
    asked = Asked()
    assert asked.status(b"x" * 6, b"x" * 6, b"x" * 6, length=10) == 413
    assert asked.read == 6
    assert asked.status(b"x" * 10) == 204


@pytest.mark.parametrize(
    ("held", "size", "status"),
    [
        ({}, 9, 204),
        ({"a": (1, 7 * MEGABYTE)}, 7, 204),
        ({"a": (1, 7 * MEGABYTE)}, 9, 429),
        ({"a": (2, 0)}, 1, 204),
        ({"a": (3, 0)}, 1, 429),
        ({"b": (3, 15 * MEGABYTE)}, 9, 204),
        ({"b": (3, 15 * MEGABYTE), "c": (1, 9 * MEGABYTE)}, 9, 429),
        ({"b": (3, 0), "c": (2, 0)}, 1, 429),
    ],
)
def test_what_is_held_already_counts(held, size, status):
    assert Asked(**held).status(b"x" * (size * MEGABYTE)) == status
    why = refusals.take("a")
    assert (why is None) == (status == 204)
    assert refusals.take("a") is None


def test_what_is_on_its_way_counts_until_it_has_come_or_gone():
    asked = Asked()

    async def several():
        go_on = asyncio.Event()

        async def slowly():
            await go_on.wait()
            return {"type": "http.request", "body": b"x", "more_body": False}

        async def breaks_off():
            await go_on.wait()
            return {"type": "http.disconnect"}

        under_way = [asyncio.create_task(asked.ask(length=1, receive=slowly)) for _ in range(2)]
        under_way.append(asyncio.create_task(asked.ask(length=1, receive=breaks_off)))
        await asyncio.sleep(0)
        assert (await asked.ask(b"x"))[0] == 429
        go_on.set()
        await asyncio.gather(*under_way, return_exceptions=True)
        return (await asked.ask(b"x"))[0]

    assert asyncio.run(several()) == 204


def test_upload_that_comes_no_further_gives_its_place_up(monkeypatch):
    monkeypatch.setattr(upload_guard, "_SILENCE", 0.01)
    asked = Asked()

    async def never():
        await asyncio.Event().wait()

    assert asked.status(length=5, receive=never) == 408
    assert not asked.uploads._coming


def test_upload_that_drips_gives_its_place_up(monkeypatch):
    monkeypatch.setattr(upload_guard, "_SILENCE", 0.1)
    asked, drops = Asked(), iter(range(100))

    async def drips():
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"x", "more_body": next(drops) < 99}

    assert asked.status(length=5 * MEGABYTE, receive=drips) == 408
    assert not asked.uploads._coming and 0 < asked.read < 100


def test_whatever_is_no_upload_is_handed_on():
    asked = Asked()
    assert asked.status(b"x", method="DELETE", session="b") == 204
    assert asked.status(b"x", path="/media/a", session="b") == 204


# -- on a real server


@pytest.fixture(scope="module")
def desk():
    with serve() as address:
        yield urlsplit(address)


def test_limits_hold_at_the_endpoint_and_the_place_of_a_deleted_file_is_free_again(desk):
    with contextlib.closing(Session(desk)) as session:
        assert session.upload(b"x", session="nobody")[0] == 404
        too_large = session.send("PUT", b"", **{"Content-Length": str(300 * MEGABYTE)})
        assert too_large[0] == 413
        for language in LANGUAGES.values():
            assert language.text("upload.too_large", most=200) in too_large[1]
        assert session.send("PUT", iter([b"x" * 100]))[0] == 411
        for number in range(4):
            assert session.upload(b"x", file=f"file-{number}")[0] == 204
        status, text = session.upload(b"x")
        assert (status, text) == (
            429,
            "\n".join(language.text("upload.session_full") for language in LANGUAGES.values()),
        )
        assert session.send("DELETE", file="file-2")[0] == 204
        assert session.upload(b"x")[0] == 204
        assert session.upload(b"x", **{"X-Xsrftoken": "no"})[0] in (403, 429)
        with contextlib.closing(Session(desk)) as another:
            assert another.upload(b"x")[0] == 204


def test_files_of_sessions_that_have_left_keep_nobody_from_uploading(desk):
    for _ in range(-(-PROCESS_FILES // SESSION_FILES)):
        with contextlib.closing(Session(desk)) as session:
            for _ in range(SESSION_FILES):
                assert session.upload(b"x")[0] == 204
    with contextlib.closing(Session(desk)) as another:
        assert another.upload(b"x")[0] == 204


# -- what Streamlit and pages hold


@pytest.fixture
def runtime(monkeypatch):
    """A Streamlit that keeps files as it does, where `a` and `b` are connected."""
    kept = MemoryUploadedFileManager("/_stcore/upload_file")
    active = SimpleNamespace(
        uploaded_file_mgr=kept, is_active_session=lambda session: session in "ab", _session_mgr=None
    )
    monkeypatch.setattr(uploaded, "get_instance", lambda: active)
    monkeypatch.setattr(uploaded, "_seen", {})
    return kept


def test_file_that_no_page_takes_up_is_let_go_of_after_a_while(monkeypatch, runtime):
    for session, file in (("a", "1"), ("b", "2"), ("gone", "3")):
        runtime.add_file(session, UploadedFileRec(file, "x.csv", "text/csv", b"abc"))
    assert uploaded.holdings() == {"a": Holding(1, 3), "b": Holding(1, 3)} and "gone" not in runtime.file_storage
    monkeypatch.setattr(uploaded, "_UNTAKEN", -1.0)
    assert uploaded.holdings() == {}
    assert not runtime.get_files("a", ["1"]) and not runtime.get_files("b", ["2"])
    assert uploaded.holdings() == {} and not uploaded._seen


def test_what_a_page_has_taken_up_counts_until_it_lets_go_of_it(runtime):
    runtime.add_file("a", UploadedFileRec("1", "x.csv", "text/csv", b"abc"))
    taken = Held(b"abcde", "a")
    assert uploaded.holdings()["a"] == Holding(1, 8)
    taken.let_go()
    assert uploaded.holdings()["a"] == Holding(1, 3)


def test_session_that_left_too_long_ago_is_not_kept_until_the_next_one_leaves(runtime):
    class Left:
        id = "gone"

    left = Left()
    ended, storage = weakref.ref(left), MemorySessionStorage(ttl_seconds=0)
    storage.save(SessionInfo(client=None, session=left))
    del left
    assert ended() is not None
    uploaded.get_instance()._session_mgr = SimpleNamespace(_session_storage=storage)
    uploaded.holdings()
    assert ended() is None
