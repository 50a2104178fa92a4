"""What may be uploaded: every request to Streamlit's upload endpoint is measured here, before and while it is read.

A file, what a session holds, and what all hold together have their bounds (`core.ground.file_limits`), of bytes and of
files. What is held is asked of whoever holds it, never kept in a ledger of our own; only what is on its way is counted
here.
"""

import asyncio
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.ground import file_limits, messages

_PATH = re.compile(r".*/_stcore/upload_file/([^/]{1,100})/([^/]{1,100})", re.DOTALL)
_ENDPOINT = "/_stcore/upload_file"

_FRAMING = 64 * 1024
"""Bytes of a form around its file: boundaries, the name, the type."""
_SILENCE = 60.0
"""Seconds without a byte after which an upload is given up: it holds a place."""
_RATE = 50 * 1024
"""Bytes a second that an upload must come with over all, once `_SILENCE` is over: it holds room for its whole size."""
_REMEMBERED = 1_000
"""Sessions whose refusals are remembered until their page asks."""


class Holding(NamedTuple):
    """How many files there are, and how many bytes they have together."""

    files: int
    size: int

    def __add__(self, other: "Holding") -> "Holding":  # type: ignore[override]
        return Holding(self.files + other.files, self.size + other.size)


NOTHING = Holding(0, 0)


class Refusals:
    """Why the last upload of a session was refused, until its page tells it: the browser shows a number alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: OrderedDict[str, messages.Message] = OrderedDict()

    def note(self, session: str, why: messages.Message) -> None:
        """Note why an upload was refused."""
        with self._lock:
            self._of[session] = why
            if len(self._of) > _REMEMBERED:
                self._of.popitem(last=False)

    def take(self, session: str) -> messages.Message | None:
        """Return why an upload of a session was refused since it last asked, None where none was."""
        with self._lock:
            return self._of.pop(session, None)


refusals = Refusals()
"""Those of this process: the door writes them, pages read them."""


class _RefusedError(Exception):
    """Raised into whoever reads a request that has grown too large or comes no further."""

    def __init__(self, status: int, why: messages.Message) -> None:
        self.status, self.why = status, why
        super().__init__(why.id)


class Uploads:
    """ASGI: lets an upload through where there is room for it.

    `is_session` says whether a session is connected, `holdings` what each holds; `word` makes a text of a message.
    A refusal is a sentence in plain text, with 413 where the file itself is too large, 429 where there is no room now,
    411 where its length is not told, 408 where it comes no further, 404 where the session is unknown. No body is read
    of what can be refused at once.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        is_session: Callable[[str], bool],
        holdings: Callable[[], Mapping[str, Holding]],
        word: Callable[[messages.Message], str],
    ) -> None:
        self._app = app
        self._is_session = is_session
        self._holdings = holdings
        self._word = word
        self._coming: dict[tuple[str, object], Holding] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] != "http" or _ENDPOINT not in scope["path"] or scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        found = _PATH.fullmatch(scope["path"])
        session = found[1] if found else ""
        refused = self._why_not(session, scope)
        if refused:
            status, why = refused
            if status != _UNKNOWN:
                refusals.note(session, why)
            await self._refuse(status, why)(scope, receive, send)
            return
        await self._let_in(session, _length(scope) or 0, scope, receive, send)

    def _why_not(self, session: str, scope: Scope) -> tuple[int, messages.Message] | None:
        if not self._is_session(session):
            return _UNKNOWN, messages.Message("upload.unknown_session")
        size = _length(scope)
        if size is None:
            return 411, messages.Message("upload.no_length")
        if size > file_limits.UPLOAD + _FRAMING:
            return 413, _too_large()
        held = self._holdings()
        one = Holding(1, size)
        coming = sum((what for (whose, _), what in self._coming.items() if whose == session), NOTHING)
        of_session = held.get(session, NOTHING) + coming + one
        if of_session.files > file_limits.SESSION_FILES or of_session.size > file_limits.SESSION_BYTES + _FRAMING:
            return 429, messages.Message("upload.session_full")
        of_all = sum((*held.values(), *self._coming.values()), one)
        if of_all.files > file_limits.PROCESS_FILES or of_all.size > file_limits.PROCESS_BYTES + _FRAMING:
            return 429, messages.Message("upload.process_full")
        return None

    async def _let_in(self, session: str, size: int, scope: Scope, receive: Receive, send: Send) -> None:
        # No await between looking and this: nobody else takes the same room.
        place = (session, object())
        self._coming[place] = Holding(1, size)
        came, answered, begun = 0, False, time.monotonic()

        async def measured() -> Message:
            nonlocal came
            left = begun + _SILENCE + came / _RATE - time.monotonic()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, min(_SILENCE, left)))
            except TimeoutError:
                raise _RefusedError(408, messages.Message("upload.too_slow")) from None
            came += len(message.get("body", b""))
            # A server holds a request to the length that it told; this does not rely on it.
            if came > size:
                raise _RefusedError(413, _too_large())
            return message

        async def answer(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, measured, answer)
        except _RefusedError as refused:
            refusals.note(session, refused.why)
            if answered:
                raise
            await self._refuse(refused.status, refused.why)(scope, receive, send)
        finally:
            del self._coming[place]

    def _refuse(self, status: int, why: messages.Message) -> PlainTextResponse:
        # Closed, so that the body need not be read to its end for the next request.
        return PlainTextResponse(self._word(why), status, {"Connection": "close"})


_UNKNOWN = 404


def _too_large() -> messages.Message:
    return messages.Message("upload.too_large", {"most": file_limits.UPLOAD // file_limits.MEGABYTE})


def _length(scope: Scope) -> int | None:
    """Return how long a request says it is; None where it does not, or in a way that could be read otherwise."""
    told = [value for name, value in scope["headers"] if name == b"content-length"]
    chunked = any(name == b"transfer-encoding" for name, _ in scope["headers"])
    return int(told[0]) if len(told) == 1 and not chunked and told[0].isdigit() and len(told[0]) < 16 else None
