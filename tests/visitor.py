"""A visitor of the desk without a browser, who speaks Streamlit's protocol over a websocket as a browser does."""

import asyncio
import contextlib
import time
from typing import Any, Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 60.0
"""Seconds after which a script that has not finished counts as an error."""


class Visitor:
    """One tab: `async with Visitor(address) as tab: await tab.run("board")`.

    `ids`: of the widgets seen last, by the key that the page gave them; `exceptions`: what the page showed as errors
    of the desk itself.
    """

    def __init__(self, address: str, *, lang: str = "Polski") -> None:
        self.address, self.lang = address, lang
        self.ids: dict[str, str] = {}
        self.exceptions: list[str] = []
        self.texts: list[str] = []
        self.page = ""
        self._query = ""
        self._finished: asyncio.Event = asyncio.Event()
        self._polls: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        # Whatever proxy the environment names: this goes to this machine only.
        self.socket: ClientConnection = await connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=self.address,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            compression=None,
            max_size=None,
            proxy=None,
            open_timeout=PATIENCE,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (self._reading, *self._polls.values()):
            task.cancel()
        await self.socket.close()

    async def run(self, page: str | None = None, query: str = "", *widgets: WidgetState) -> float:
        """Open a page, or run the one that is open with changed widgets; return the seconds until it was drawn."""
        if page is not None:
            self.page, self._query = page, "&".join(filter(None, (f"lang={self.lang}", query)))
        for task in self._polls.values():
            task.cancel()
        self._polls, self.texts, self.exceptions = {}, [], []
        self._finished.clear()
        begun = time.perf_counter()
        await self._rerun(widgets)
        async with asyncio.timeout(PATIENCE):
            await self._finished.wait()
        return time.perf_counter() - begun

    async def send(self, **message: Any) -> None:
        """Send a message of the protocol: `clear_cache=True`."""
        await self.socket.send(BackMsg(**message).SerializeToString())

    def widget(self, key: str, **value: Any) -> WidgetState:
        """Return the state of a widget by its key on the page: `widget("quote_pl_adjust", string_value="-10%")`."""
        return WidgetState(id=self.ids[key], **value)

    async def _rerun(self, widgets: tuple[WidgetState, ...] = (), fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name, state.fragment_id = self._query, self.page, fragment
        state.is_auto_rerun = bool(fragment)
        state.context_info.url, state.context_info.locale = f"{self.address}/{self.page}", "pl-PL"
        state.context_info.timezone = "Europe/Warsaw"
        # Present even where no widget has changed, as a browser has it.
        state.widget_states.widgets.extend(widgets)
        await self.socket.send(message.SerializeToString())

    async def _read(self) -> None:
        async for data in self.socket:
            message = ForwardMsg()
            message.ParseFromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._note(message.delta.new_element)
            elif kind == "page_info_changed":
                self._query = message.page_info_changed.query_string
            elif kind == "auto_rerun":
                found = message.auto_rerun
                if found.fragment_id not in self._polls:
                    self._polls[found.fragment_id] = asyncio.create_task(self._poll(found.fragment_id, found.interval))
            elif kind == "script_finished" and message.script_finished in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                self._finished.set()

    async def _poll(self, fragment: str, interval: float) -> None:
        with contextlib.suppress(Exception):
            while True:
                await asyncio.sleep(interval)
                await self._rerun(fragment=fragment)

    def _note(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind is None:
            return
        inner = getattr(element, kind)
        if kind == "exception":
            self.exceptions.append(f"{inner.type}: {inner.message}")
        for name in ("body", "label"):
            if isinstance(text := getattr(inner, name, None), str):
                self.texts.append(text)
        id = getattr(inner, "id", "")
        if isinstance(id, str) and id.startswith("$$ID-"):
            self.ids[id.split("-", 2)[2]] = id
