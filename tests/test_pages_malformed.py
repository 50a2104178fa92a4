"""What is folded into a line, and what keeps its traceback."""

import logging
import sys

import pytest
from starlette.websockets import WebSocket, WebSocketState

from pages.parts.malformed import fold
from tests.coroutines import finished


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


def record(logger, fault):
    try:
        finished(fault())
    except Exception:
        return logging.LogRecord(logger, logging.ERROR, __file__, 1, "It broke\n", (), sys.exc_info())


@pytest.mark.parametrize(
    ("logger", "fault", "folded"),
    [
        ("streamlit.web.server.starlette.starlette_websocket", raises(ValueError("no protobuf\nat all")), True),
        ("uvicorn.error", text_frame, True),
        ("uvicorn.error", raises(KeyError("bytes")), False),
        ("uvicorn.error", raises(TypeError("'NoneType' object is not subscriptable")), False),
    ],
)
def test_faults_of_our_own_keep_their_traceback(logger, fault, folded):
    found = record(logger, fault)
    assert fold(found)
    assert (found.exc_info is None) is folded
    assert ("Malformed frame" in found.getMessage()) is folded and not (folded and "\n" in found.getMessage())
