"""What is folded into a line, and what keeps its traceback."""

import asyncio
import logging
import sys

import pytest
from starlette.websockets import WebSocket, WebSocketState

from pages.parts.shared.malformed import fold


async def text_frame():
    async def receive():
        return {"type": "websocket.receive", "text": "no bytes"}

    opened = WebSocket({"type": "websocket"}, receive, None)
    opened.application_state = opened.client_state = WebSocketState.CONNECTED
    await opened.receive_bytes()


def raises(error):
    async def fault():
        raise error

    return fault


STREAM = "streamlit.web.server.starlette.starlette_websocket"


def record(logger, said, fault):
    try:
        asyncio.run(fault())
    except Exception:
        return logging.LogRecord(logger, logging.ERROR, __file__, 1, said, (), sys.exc_info())


@pytest.mark.parametrize(
    ("logger", "said", "fault", "folded"),
    [
        (STREAM, "Error deserializing back message", raises(ValueError("no protobuf\nat all")), True),
        (STREAM, "Error sending websocket payload", raises(MemoryError("ours")), False),
        ("uvicorn.error", "It broke\n", text_frame, True),
        ("uvicorn.error", "It broke\n", raises(KeyError("bytes")), False),
        ("uvicorn.error", "It broke\n", raises(TypeError("'NoneType' object is not subscriptable")), False),
    ],
)
def test_faults_of_our_own_keep_their_traceback(logger, said, fault, folded):
    found = record(logger, said, fault)
    assert fold(found)
    assert (found.exc_info is None) is folded
    assert ("Malformed frame" in found.getMessage()) is folded and not (folded and "\n" in found.getMessage())


def test_fault_without_a_traceback_is_let_through():
    found = logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, "x", (), (KeyError, KeyError("bytes"), None))
    assert fold(found) and found.exc_info
