"""What no browser sends: a frame that says nothing, a widget's value that is none. It is told in one line.

Streamlit lets such a value raise wherever it is read first, in its own code or in ours, and logs a traceback of sixty
lines each time: whoever likes to can fill the disk and hide what matters. Here the widget has its default instead.
What raises anywhere else keeps its traceback.
"""

import logging
import traceback
from dataclasses import replace
from typing import Any

from streamlit.logger import get_logger
from streamlit.runtime.state.session_state import Serialized, Value, WStates

_WEBSOCKET = "streamlit.web.server.starlette.starlette_websocket"
_COMPONENT = "streamlit.components.v2.bidi_component.serialization"
_OF_CLIENTS = (
    "Error deserializing back message",
    "Failed to deserialize component state from frontend: %s",
)
"""What Streamlit logs of what a client sent, with a traceback of its own code."""
_TEXT_FRAME = ("starlette.websockets", "receive_bytes")
_LONGEST = 200

_log = get_logger("desk.malformed")
_deserialized = WStates.__getitem__


def install() -> None:
    """Let this process tell malformed frames in one line; once is enough, more does no harm."""
    WStates.__getitem__ = _read  # type: ignore[method-assign]
    for name in (_WEBSOCKET, _COMPONENT, "uvicorn.error"):
        get_logger(name).addFilter(fold)


def fold(record: logging.LogRecord) -> bool:
    """Shorten what is logged of a malformed frame to a line; let everything else through as it is."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    if error is None:
        return True
    # The same loggers tell faults of the server's too, and uvicorn whatever an application raises.
    if record.msg in _OF_CLIENTS or (record.name == "uvicorn.error" and _of_text_frame(error)):
        record.msg, record.args = "Malformed frame: %s", (_said(error),)
        record.exc_info = record.exc_text = None
    return True


def _of_text_frame(error: BaseException) -> bool:
    """Whether a websocket got text where it expects bytes, which Starlette tells by the key that it misses."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    where = [(frame.f_globals["__name__"], frame.f_code.co_name) for frame in frames[-1:]]
    return isinstance(error, KeyError) and where == [_TEXT_FRAME]


def _read(states: WStates, id: str) -> Any:
    """Return a widget's value as Streamlit does; its default where what a client sent is none of this widget's."""
    state, metadata = states.states.get(id), states.widget_metadata.get(id)
    if not isinstance(state, Serialized) or metadata is None:
        return _deserialized(states, id)
    sent = state.value.WhichOneof("value")
    wrong = "" if sent in (None, metadata.value_type) else f"{sent} for {metadata.value_type}"
    if not wrong:
        try:
            return _deserialized(states, id)
        except Exception as error:
            # In it runs Streamlit's code alone, on what the client sent alone.
            wrong = _said(error)
        finally:
            # Of a field that was cleared Streamlit forgets the type, which the next frame is to be compared with.
            states.widget_metadata[id] = replace(states.widget_metadata[id], value_type=metadata.value_type)
    _log.warning("Malformed value of a widget (%s): %s", _line(id.split("-", 2)[-1]), wrong)
    value = metadata.deserializer(None)
    states.states[id] = Value(value)
    return value


def _said(error: BaseException) -> str:
    return _line(f"{type(error).__name__}: {error}")


def _line(text: str) -> str:
    """Return a text from outside as a part of one line of a log."""
    return text[:_LONGEST].encode("unicode_escape").decode("ascii")
